//! The modules at the top of the crates of a package, with all that is inside them: what they use, and which machines
//! are generated in them.

use std::path::Path;

use fsm_core::import::cargo::{Machine, Module, Use};
use fsm_core::syntax::literal;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::metadata::{Package, Target};
use super::paths;
use crate::files;
use crate::rust_source::{self, Invocation, may_contain_machines};

/// How deep modules may lie in each other.
const DEEPEST: usize = 64;

/// The modules of the library and of the programs of a package. A program is a module itself.
pub(super) fn of(package: &Package, directory: &Path) -> Vec<Module> {
    let reader = Reader { package: package.manifest_path.parent().unwrap_or(Path::new("")), directory };
    let is = |target: &&Target, kinds: &[&str]| target.kinds.iter().any(|kind| kinds.contains(&kind.as_str()));
    let library = package.targets.iter().find(|target| is(target, &["lib", "rlib", "proc-macro", "dylib", "cdylib"]));
    let mut modules = Vec::new();
    if let Some(library) = library {
        modules.extend(reader.of_crate(&library.src_path).1);
    }
    for program in package.targets.iter().filter(|target| is(target, &["bin"])) {
        let (mut root, inside) = reader.of_crate(&program.src_path);
        let is_taken = modules.iter().any(|known| known.name == program.name);
        root.name = if is_taken { format!("{} program", program.name) } else { program.name.clone() };
        root.is_program = true;
        modules.push(root);
        for module in inside {
            join(&mut modules, module);
        }
    }
    let compiled = reader.compiled(&package.targets);
    if let Some(first) = modules.first_mut() {
        first.machines.extend(compiled);
    }
    modules
}

/// Adds a module; several programs may have modules of one name.
fn join(modules: &mut Vec<Module>, module: Module) {
    match modules.iter_mut().find(|known| known.name == module.name) {
        Some(known) => {
            known.uses.extend(module.uses);
            known.machines.extend(module.machines);
        }
        None => modules.push(module),
    }
}

/// Reads modules.
struct Reader<'p> {
    /// The directory of the package.
    package: &'p Path,
    /// What imports are relative to.
    directory: &'p Path,
}

/// A module that is declared in tokens.
struct Declared {
    name: String,
    /// What is in it, if it is here.
    body: Option<TokenStream>,
    /// Where it is, if that is said.
    path: Option<String>,
}

impl Reader<'_> {
    /// What the root of a crate does, and the modules in it.
    fn of_crate(&self, root: &Path) -> (Module, Vec<Module>) {
        let mut own = Module::default();
        let mut modules = Vec::new();
        let Some(text) = read(root) else { return (own, modules) };
        own.docs = docs(&text);
        let (tokens, declared) = split(tokens(&text));
        paths::add(tokens, 0, &mut own.uses);
        // The root calls its modules by their names.
        let called = declared.iter().map(|module| Use { of: "crate".to_owned(), name: module.name.clone() });
        let called = called.filter(|called| own.uses.iter().any(|used| used.of == called.name));
        let called: Vec<_> = called.collect();
        own.uses.extend(called);
        own.machines.extend(self.machines(&text));
        let folder = root.parent().unwrap_or(Path::new(""));
        for module in declared {
            let mut read = Module { name: module.name.clone(), ..Module::default() };
            self.read(module, folder, 1, &mut read);
            read.uses.retain(|used| used.of != "crate" || used.name != read.name);
            modules.push(read);
        }
        (own, modules)
    }

    /// Adds what a module does, and what those inside it do.
    fn read(&self, declared: Declared, folder: &Path, depth: usize, module: &mut Module) {
        if depth > DEEPEST {
            return;
        }
        let inside = folder.join(&declared.name);
        let tokens = if let Some(body) = declared.body {
            body
        } else {
            let files = match &declared.path {
                Some(path) => vec![folder.join(path)],
                None => vec![folder.join(format!("{}.rs", declared.name)), inside.join("mod.rs")],
            };
            let Some(text) = files.iter().find_map(|file| read(file)) else { return };
            if depth == 1 {
                module.docs = docs(&text);
            }
            module.machines.extend(self.machines(&text));
            tokens(&text)
        };
        let (tokens, declared) = split(tokens);
        paths::add(tokens, depth, &mut module.uses);
        for inner in declared {
            self.read(inner, &inside, depth + 1, module);
        }
    }

    /// The machines of `fsm!` and `fsm_file!` in a file.
    fn machines(&self, text: &str) -> Vec<Machine> {
        if !may_contain_machines(text.as_bytes()) {
            return Vec::new();
        }
        let invocations = rust_source::invocations(text).unwrap_or_default();
        let of = |invocation| match invocation {
            Invocation::Inline(range) => names(&text[range], None),
            Invocation::File(path, _) => self.of_file(&path),
        };
        invocations.into_iter().flat_map(of).collect()
    }

    /// The machines of a file of the language.
    fn of_file(&self, path: &str) -> Vec<Machine> {
        let file = files::canonical(&self.package.join(path));
        let Some(text) = read(&file) else { return Vec::new() };
        let relative = files::relative_to(&files::canonical(self.directory), &file).unwrap_or(file);
        names(&text, Some(&relative.to_string_lossy().replace('\\', "/")))
    }

    /// The machines of the files that the build script names.
    fn compiled(&self, targets: &[Target]) -> Vec<Machine> {
        let scripts = targets.iter().filter(|target| target.kinds.iter().any(|kind| kind == "custom-build"));
        let texts = scripts.filter_map(|script| read(&script.src_path)).filter(|text| text.contains("fsm_build"));
        let mut machines = Vec::new();
        for text in texts {
            let mut open: Vec<TokenTree> = tokens(&text).into_iter().collect();
            while let Some(tree) = open.pop() {
                match tree {
                    TokenTree::Group(group) => open.extend(group.stream()),
                    TokenTree::Literal(text) if text.to_string().ends_with(".fsm\"") => {
                        machines.extend(self.of_file(&literal::unescape(&text.to_string())));
                    }
                    _ => {}
                }
            }
        }
        machines.sort();
        machines
    }
}

fn read(file: &Path) -> Option<String> {
    files::read_text(file).ok()
}

/// A text as tokens, without the byte order mark and the `#!` line; nothing where it cannot be read as such.
fn tokens(text: &str) -> TokenStream {
    rust_source::blank_head(text).parse().unwrap_or_default()
}

/// The names of the machines that a text of the language declares.
fn names(text: &str, import: Option<&str>) -> Vec<Machine> {
    let trees: Vec<_> = tokens(text).into_iter().collect();
    let name = |pair: &[TokenTree]| match pair {
        [TokenTree::Ident(word), TokenTree::Ident(name)] if word == "machine" => Some(name.to_string()),
        _ => None,
    };
    let names = trees.windows(2).filter_map(name);
    names.map(|name| Machine { name, import: import.map(str::to_owned) }).collect()
}

/// Tokens without the modules that are declared in them, and those. Modules for tests are left out of both.
fn split(tokens: TokenStream) -> (TokenStream, Vec<Declared>) {
    let trees: Vec<_> = tokens.into_iter().collect();
    let (mut rest, mut declared) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        let name = match (tree, trees.get(at + 1)) {
            (TokenTree::Ident(word), Some(TokenTree::Ident(name))) if word == "mod" => Some(name.to_string()),
            _ => None,
        };
        let body = match (&name, trees.get(at + 2)) {
            (Some(_), Some(TokenTree::Group(body))) if body.delimiter() == Delimiter::Brace => {
                Some(Some(body.stream()))
            }
            (Some(_), Some(TokenTree::Punct(end))) if end.as_char() == ';' => Some(None),
            _ => None,
        };
        let (Some(name), Some(body)) = (name, body) else {
            rest.push(tree.clone());
            at += 1;
            continue;
        };
        let attributes = attributes_before(&trees[..at]);
        if !attributes.iter().any(|attribute| attribute.replace(' ', "").starts_with("cfg(test")) {
            let path = attributes.iter().find_map(|attribute| attribute.strip_prefix("path = "));
            declared.push(Declared { name, body, path: path.map(literal::unescape) });
        }
        at += 3;
    }
    (rest.into_iter().collect(), declared)
}

/// What stands in the attributes at the end of tokens, in front of a visibility.
fn attributes_before(trees: &[TokenTree]) -> Vec<String> {
    let mut attributes = Vec::new();
    for tree in trees.iter().rev() {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                attributes.push(group.stream().to_string());
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {}
            TokenTree::Ident(word) if word == "pub" => {}
            TokenTree::Punct(sign) if sign.as_char() == '#' => {}
            _ => break,
        }
    }
    attributes
}

/// The first paragraph of the documentation that a file begins with.
fn docs(text: &str) -> Option<String> {
    let lines = text.lines().map(str::trim).skip_while(|line| line.is_empty());
    let lines = lines.map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let lines: Vec<_> = lines.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then(|| lines.join(" "))
}
