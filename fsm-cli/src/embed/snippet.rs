//! What a block of a document shows, and how it is asked for: `diagram door.fsm --machine Door`.
//!
//! A diagram is asked for with the options of `fsmc diagram`. Everything else is a chapter of what is said of a machine.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue};
use clap::{Args, Parser};
use fsm_core::suggest;

use super::Word;
use crate::commands::diagram;
use crate::document::machine::{CHAPTERS, Chapter, definition};
use crate::document::markdown::{self, Style};
use crate::document::{Block, Listing, Matter, Subject};
use crate::failure::Failure;
use crate::files;
use crate::printable::escaped;
use crate::report::{self, Report};

/// The definitions that were read, each once, by their paths.
#[derive(Default)]
pub(crate) struct Shelf(BTreeMap<PathBuf, Report>);

/// What stands in a block.
#[derive(Debug)]
pub(crate) struct Snippet {
    /// The block, as Markdown.
    pub(crate) text: String,
    /// The picture that it shows, where that is a file of its own.
    pub(crate) picture: Option<Picture>,
}

/// A picture beside a document.
#[derive(Debug)]
pub(crate) struct Picture {
    /// Its file.
    pub(crate) path: PathBuf,
    /// What stands in it.
    pub(crate) content: Vec<u8>,
}

/// Why nothing can be written.
#[derive(Debug)]
pub(crate) struct Wrong {
    /// The word that is wrong, by its index.
    pub(crate) word: Option<usize>,
    /// What is wrong with it.
    pub(crate) failure: Failure,
}

/// What diagrams are asked for with.
#[derive(Debug, Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
struct DiagramOptions {
    #[command(flatten)]
    arguments: diagram::Arguments,
}

/// What chapters are asked for with.
#[derive(Debug, Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
struct ChapterOptions {
    #[command(flatten)]
    of: Of,
}

/// What a chapter is about.
#[derive(Debug, Args)]
struct Of {
    /// The file with the machine
    path: PathBuf,
    /// The machine, of several
    #[arg(short, long)]
    machine: Option<String>,
    /// A state, where only its definition is shown
    #[arg(long)]
    state: Option<String>,
    /// The level of headings
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=6))]
    level: u8,
}

/// What a block shows, as Markdown. Paths are relative to `directory`.
pub(crate) fn write(words: &[Word], directory: &Path, shelf: &mut Shelf) -> Result<Snippet, Vec<Wrong>> {
    let Some((first, rest)) = words.split_first() else {
        return Err(vec![wrong(None, Failure::new("nothing is said of what is to stand here").help(kinds()))]);
    };
    if first.1 == "diagram" {
        let DiagramOptions { arguments } = parsed(rest)?;
        return diagram(arguments, directory, shelf).map_err(|failure| vec![wrong(None, failure)]);
    }
    let Some(chapter) = CHAPTERS.iter().find(|chapter| chapter.id == first.1) else {
        return Err(vec![wrong(Some(0), unknown(&first.1))]);
    };
    let ChapterOptions { of } = parsed(rest)?;
    let text = self::chapter(chapter, &of, directory, shelf).map_err(|failure| vec![wrong(None, failure)])?;
    Ok(Snippet { text, picture: None })
}

/// What draws all that a file defines, in this format.
pub(crate) fn diagrams_of(path: &Path, format: &str) -> Result<diagram::Arguments, Failure> {
    let words = [OsString::from(format!("--format={format}")), OsString::from("--"), path.as_os_str().to_owned()];
    let options = DiagramOptions::try_parse_from(words).map_err(|error| usage(&error))?;
    Ok(options.arguments)
}

/// Whether a word asks for something that can be shown.
pub(crate) fn is_kind(word: &str) -> bool {
    names().any(|name| name == word)
}

/// What can be asked for.
fn names() -> impl Iterator<Item = &'static str> {
    CHAPTERS.iter().map(|chapter| chapter.id)
}

fn kinds() -> String {
    let names: Vec<_> = names().map(|name| format!("`{name}`")).collect();
    format!("there is {}", names.join(", "))
}

fn unknown(word: &str) -> Failure {
    let help = suggest::closest(word, names()).map_or_else(kinds, |meant| format!("did you mean `{meant}`?"));
    Failure::new(format!("`{}` is nothing that can be shown", escaped(word))).help(help)
}

fn wrong(word: Option<usize>, failure: Failure) -> Wrong {
    Wrong { word, failure }
}

/// The options of a block; what is wrong with them is at the word that is.
fn parsed<T: Parser>(words: &[Word]) -> Result<T, Vec<Wrong>> {
    T::try_parse_from(words.iter().map(|(_, word)| OsString::from(word))).map_err(|error| {
        let named = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(named)) => {
                let option = named.split(' ').next().unwrap_or(named);
                words.iter().position(|(_, word)| word.starts_with(option))
            }
            _ => None,
        };
        vec![wrong(named.map(|index| index + 1), usage(&error))]
    })
}

/// What clap says, as we would.
fn usage(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let message = escaped(first.strip_prefix("error: ").unwrap_or(first)).replace('\'', "`");
    let tip = lines.find_map(|line| line.strip_prefix("tip: ")).map(|tip| tip.replace('\'', "`"));
    Failure { place: None, message, help: tip }
}

/// A diagram: a file of its own where one is named, else a picture in the document or a block of code in its language.
fn diagram(arguments: diagram::Arguments, directory: &Path, shelf: &mut Shelf) -> Result<Snippet, Failure> {
    let arguments = arguments.seen_from(directory);
    let report = shelf.report(arguments.path())?;
    let (name, content) = arguments.only(report)?;
    if let Some(file) = arguments.output()? {
        let link = file.to_string_lossy().replace('\\', "/");
        let text = format!("![{}](<{link}>)\n", markdown::words(&name));
        return Ok(Snippet { text, picture: Some(Picture { path: directory.join(file), content }) });
    }
    Ok(Snippet { text: inline(arguments.language(), content)?, picture: None })
}

/// A diagram that stands in the document itself: what is text, as a block of code in its language.
pub(crate) fn inline(language: &'static str, content: Vec<u8>) -> Result<String, Failure> {
    let text = String::from_utf8(content)
        .map_err(|_| Failure::new("a picture of this format is no text").help("name a file for it: `-o door.png`"))?;
    // Markdown takes a picture for HTML up to the first empty line, and it has none.
    Ok(if language == "svg" { text } else { markdown::fenced(&Listing { language, text }) })
}

/// A chapter about a machine.
fn chapter(chapter: &Chapter, of: &Of, directory: &Path, shelf: &mut Shelf) -> Result<String, Failure> {
    let report = shelf.report(&directory.join(&of.path))?;
    let matter = Matter::of(report, directory);
    let subject = chosen(&matter, of)?;
    let blocks = match &of.state {
        None => (chapter.blocks)(&subject),
        Some(state) if chapter.id == "definition" => vec![Block::Listing(of_state(&subject, state)?)],
        Some(_) => return Err(Failure::new("`--state` has no meaning here").help("it is for `definition`")),
    };
    if blocks.is_empty() {
        let message = format!("`{}` has nothing of this: {}", subject.machine.name.text, chapter.title.to_lowercase());
        return Err(Failure::new(message).help("take the block out"));
    }
    Ok(markdown::blocks(&blocks, Style { level: usize::from(of.level), link: &|_| None }))
}

/// The machine that is meant.
fn chosen<'m>(matter: &'m Matter<'m>, of: &Of) -> Result<Subject<'m>, Failure> {
    let subjects: Vec<_> = matter.subjects().collect();
    let names: Vec<_> = subjects.iter().map(|subject| subject.machine.name.text.as_str()).collect();
    let listed = || names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let path = of.path.display();
    match &of.machine {
        Some(wanted) => {
            subjects.iter().find(|subject| subject.machine.name.text == *wanted).copied().ok_or_else(|| {
                let help = suggest::closest(wanted, names.iter().copied())
                    .map_or_else(|| format!("there is {}", listed()), |meant| format!("did you mean `{meant}`?"));
                Failure::new(format!("there is no machine `{}` in {path}", escaped(wanted))).help(help)
            })
        }
        None => match subjects.as_slice() {
            [only] => Ok(*only),
            [] => Err(Failure::new(format!("there is no machine in {path}"))),
            _ => Err(Failure::new(format!("there are several machines in {path}: {}", listed()))
                .help("choose one by `--machine NAME`")),
        },
    }
}

/// The definition of one state.
fn of_state(subject: &Subject<'_>, wanted: &str) -> Result<Listing, Failure> {
    let machine = subject.machine;
    let states: Vec<_> = machine.states.ids().skip(1).map(|id| (id, machine.qualified_name(id))).collect();
    let found = states.iter().find(|(id, name)| name == wanted || machine.states[*id].name.text == wanted);
    let span = found.and_then(|(id, _)| machine.states[*id].notes.span).ok_or_else(|| {
        let failure = Failure::new(format!("there is no state `{}` in `{}`", escaped(wanted), machine.name.text));
        match suggest::closest(wanted, states.iter().map(|(_, name)| name.as_str())) {
            Some(meant) => failure.help(format!("did you mean `{meant}`?")),
            None => failure,
        }
    })?;
    Ok(Listing { language: "fsm", text: definition::text(subject, span) })
}

impl Shelf {
    /// What is known of a file without errors.
    pub(crate) fn report(&mut self, path: &Path) -> Result<&Report, Failure> {
        let report = self.0.entry(path.to_owned()).or_insert_with(|| report::of(&[path.to_owned()]));
        if let Some(failure) = report.failures.first() {
            return Err(Failure::new(format!("{}: {}", files::shown(path), failure.message)));
        }
        if !report.erroneous.is_empty() {
            let name = files::shown(path);
            let failure = Failure::new(format!("{name} has errors"));
            return Err(failure.help(format!("`fsmc validate {name}` tells them")));
        }
        Ok(report)
    }
}
