//! How findings are taken: by `fsm.toml`, and over it by the command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use fsm_core::config::{self, Configuration};
use fsm_core::diagnostic::{Diagnostics, Level, Rule};
use fsm_core::levels::{Levels, Selector};
use fsm_core::source::SourceFile;

use crate::failure::Failure;
use crate::files::{self, Overlay};
use crate::texts::Texts;

/// The levels of a command line, in its order.
#[derive(Debug, Clone, Default)]
pub(crate) struct LevelFlags(Vec<(Selector, Level)>);

/// The flags: name, letter, level and what they do.
const FLAGS: [(&str, char, Level, &str); 3] = [
    ("deny", 'D', Level::Deny, "Take these findings as errors"),
    ("warn", 'W', Level::Warn, "Take these findings as warnings"),
    ("allow", 'A', Level::Allow, "Do not tell these findings"),
];

impl Args for LevelFlags {
    fn augment_args(command: Command) -> Command {
        command.args(FLAGS.map(|(name, letter, _, help)| {
            Arg::new(name)
                .short(letter)
                .long(name)
                .value_name("RULE")
                .value_delimiter(',')
                .action(ArgAction::Append)
                .value_parser(selector)
                .help(help)
                .long_help(format!("{help}: a code, a name, a group, `all` or `warnings`"))
                .help_heading("Levels")
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for LevelFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    /// The later flag counts more, whichever it is.
    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let mut found = BTreeMap::new();
        for (name, _, level, _) in FLAGS {
            let indices = matches.indices_of(name).into_iter().flatten();
            let selectors = matches.get_many::<Selector>(name).into_iter().flatten();
            found.extend(indices.zip(selectors.map(|&selector| (selector, level))));
        }
        self.0 = found.into_values().collect();
        Ok(())
    }
}

fn selector(word: &str) -> Result<Selector, String> {
    Selector::find(word).map_err(|unknown| format!("{}; {}", unknown.message, unknown.help))
}

/// Where the configuration comes from.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ConfigFlags {
    /// Read this file, and look for no `fsm.toml`
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = "Levels")]
    config: Option<PathBuf>,

    /// Read no `fsm.toml`
    #[arg(long, help_heading = "Levels")]
    no_config: bool,
}

/// What is to be known to say how a finding is taken. Each configuration is read once.
#[derive(Debug, Default)]
pub(crate) struct Leveling {
    flags: LevelFlags,
    source: ConfigFlags,
    /// The configurations that were read, by their paths, and where none was.
    read: BTreeMap<PathBuf, Option<Configuration>>,
    /// The configuration for the files of each directory.
    of_directory: BTreeMap<PathBuf, Option<PathBuf>>,
}

/// The levels for the findings of one root text.
#[derive(Debug)]
pub(crate) struct RootLevels<'a> {
    flags: &'a LevelFlags,
    configuration: Option<(&'a Path, &'a Configuration)>,
}

impl Leveling {
    pub(crate) fn new(flags: LevelFlags, source: ConfigFlags) -> Self {
        Leveling { flags, source, ..Self::default() }
    }

    /// Reads the configuration for a root text at `path`, the nearest one. What is wrong with it is reported when it is met
    /// for the first time.
    pub(crate) fn read(
        &mut self,
        path: &Path,
        (texts, overlay): (&mut Texts, &Overlay),
        diagnostics: &mut Diagnostics,
        failures: &mut Vec<Failure>,
    ) {
        let found = self.configuration_of(path);
        if let Some(found) = &found
            && !self.read.contains_key(found)
        {
            let configuration = match overlay.read_text(found) {
                Ok(text) => {
                    let file = texts.add(&files::shown(found), text);
                    Some(Configuration::read(&texts.sources, file, diagnostics))
                }
                Err(message) => {
                    failures.push(Failure::of(self.source.config.as_deref().unwrap_or(found), message));
                    None
                }
            };
            self.read.insert(found.clone(), configuration);
        }
    }

    /// The levels for a root text at `path`, whose configuration was read.
    pub(crate) fn of_root(&self, path: &Path) -> RootLevels<'_> {
        let read = self.known_configuration_of(path).and_then(|found| self.read.get_key_value(&found));
        let configuration = read.and_then(|(path, read)| Some((path.parent()?, read.as_ref()?)));
        RootLevels { flags: &self.flags, configuration }
    }

    /// The same, with nothing read yet.
    pub(crate) fn fresh(&self) -> Self {
        Leveling::new(self.flags.clone(), self.source.clone())
    }

    /// Whether a text is that of a configuration, by its name in messages.
    pub(crate) fn is_configuration(&self, name: &str) -> bool {
        self.read.keys().any(|path| files::shown(path) == name)
    }

    /// The file of the configuration for a root text.
    fn configuration_of(&mut self, path: &Path) -> Option<PathBuf> {
        if !self.source.no_config && self.source.config.is_none() {
            let directory = files::canonical(path).parent()?.to_owned();
            let nearest = || config::nearest(&directory, Path::exists);
            self.of_directory.entry(directory.clone()).or_insert_with(nearest);
        }
        self.known_configuration_of(path)
    }

    /// The same, where it was looked for before.
    fn known_configuration_of(&self, path: &Path) -> Option<PathBuf> {
        if self.source.no_config {
            return None;
        }
        if let Some(chosen) = &self.source.config {
            return Some(files::canonical(chosen));
        }
        self.of_directory.get(files::canonical(path).parent()?)?.clone()
    }
}

impl RootLevels<'_> {
    /// The level of a rule for what is found in a file.
    pub(crate) fn level(&self, rule: &Rule, file: &SourceFile) -> Level {
        let mut levels = self.configuration.map_or_else(Levels::new, |(directory, configuration)| {
            configuration.levels(&config::seen_from(directory, &files::canonical(Path::new(file.name()))))
        });
        levels.extend(self.flags.0.iter().copied());
        levels.of(rule)
    }
}
