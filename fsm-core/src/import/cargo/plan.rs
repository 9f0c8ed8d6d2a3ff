//! What of a workspace becomes which part of the system.

use std::collections::{BTreeMap, BTreeSet};

use super::known::{self, Tells};
use super::{Machine, Module, Package, ProductKind, Workspace};

/// How many relations inside a container can be followed, for each of its components.
const CLEAR: usize = 2;

/// A system that is being planned.
pub(super) struct Plan {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) containers: Vec<Container>,
    /// People and other systems: what they are called, and how the language calls them.
    pub(super) outside: Vec<Outside>,
    pub(super) relations: Vec<Relation>,
}

/// A container, or a store of the system.
pub(super) struct Container {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) docs: Option<String>,
    pub(super) technology: String,
    pub(super) is_store: bool,
    pub(super) components: Vec<Component>,
    /// Modules that are left out, since nothing says what they have to do with the others.
    pub(super) alone: Vec<String>,
    /// How many relations are left out, since they follow from others.
    pub(super) followed: usize,
}

/// A component of a container.
pub(super) struct Component {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) docs: Option<String>,
    pub(super) technology: Option<&'static str>,
    pub(super) machine: Option<Machine>,
}

/// A person, or another system.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Outside {
    pub(super) keyword: &'static str,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) technology: Option<String>,
}

/// What one part needs another for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Relation {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) label: String,
    pub(super) protocol: Option<String>,
}

/// Plans the system of a workspace.
pub(super) fn plan(workspace: &Workspace) -> Plan {
    let homes = homes(workspace);
    let mut planner =
        Planner { workspace, homes, names: BTreeSet::new(), parts: BTreeMap::new(), plan: Plan::new(workspace) };
    planner.add_containers();
    planner.relate_modules();
    planner.relate_packages();
    planner.add_people();
    planner.thin_out();
    planner.leave_out_what_stands_alone();
    let is_taken = planner.names.contains(&identifier(&workspace.name));
    let name = if is_taken { format!("{} system", workspace.name) } else { workspace.name.clone() };
    planner.plan.name = planner.name(&name);
    planner.plan
}

impl Plan {
    fn new(workspace: &Workspace) -> Self {
        Plan {
            name: String::new(),
            label: workspace.name.clone(),
            containers: Vec::new(),
            outside: Vec::new(),
            relations: Vec::new(),
        }
    }

    fn relate(&mut self, from: &str, to: &str, label: &str, protocol: Option<&str>) {
        let relation = Relation {
            from: from.to_owned(),
            to: to.to_owned(),
            label: label.to_owned(),
            protocol: protocol.map(str::to_owned),
        };
        let is_known = self.relations.iter().any(|known| (&known.from, &known.to) == (&relation.from, &relation.to));
        if from != to && !is_known {
            self.relations.push(relation);
        }
    }
}

/// Where a package is drawn: as a container, or as a component of the container of another package.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Home {
    Container,
    ComponentOf(usize),
}

/// The places of all packages. A library that just one container uses is a component of it.
fn homes(workspace: &Workspace) -> Vec<Home> {
    let packages = &workspace.packages;
    let users = |of: usize| -> BTreeSet<usize> {
        let uses = |package: &Package| package.dependencies.iter().any(|needed| needed.package == packages[of].name);
        (0..packages.len()).filter(|&user| user != of && uses(&packages[user])).collect()
    };
    let users: Vec<_> = (0..packages.len()).map(users).collect();
    let mut homes = vec![Home::Container; packages.len()];
    // A library inside a library that has found its place finds it there, too: as often as there can be such chains.
    for _ in 0..packages.len() {
        let before = homes.clone();
        for of in 0..packages.len() {
            let around: BTreeSet<_> = users[of]
                .iter()
                .map(|&user| match homes[user] {
                    Home::Container => user,
                    Home::ComponentOf(container) => container,
                })
                .collect();
            let mut around = around.into_iter();
            homes[of] = match (around.next(), around.next()) {
                (Some(one), None)
                    if packages[of].products.is_empty() && !packages[one].products.is_empty() && one != of =>
                {
                    Home::ComponentOf(one)
                }
                _ => Home::Container,
            };
        }
        if homes == before {
            break;
        }
    }
    homes
}

struct Planner<'w> {
    workspace: &'w Workspace,
    homes: Vec<Home>,
    /// All names of parts so far.
    names: BTreeSet<String>,
    /// The parts of packages and of their modules.
    parts: BTreeMap<(usize, Option<String>), String>,
    plan: Plan,
}

impl Planner<'_> {
    /// A name that no other part has.
    fn name(&mut self, text: &str) -> String {
        let text = identifier(text);
        let mut name = text.clone();
        let mut number = 2;
        while !self.names.insert(name.clone()) {
            name = format!("{text}{number}");
            number += 1;
        }
        name
    }

    fn add_containers(&mut self) {
        let workspace = self.workspace;
        for (index, package) in workspace.packages.iter().enumerate() {
            if self.homes[index] != Home::Container {
                continue;
            }
            let label = match package.products.as_slice() {
                [product] if product.kind == ProductKind::Binary => product.name.clone(),
                _ => package.name.clone(),
            };
            let name = self.name(&label);
            self.parts.insert((index, None), name.clone());
            let mut container = Container {
                name,
                label,
                docs: package.description.clone(),
                technology: technology(package),
                is_store: false,
                components: Vec::new(),
                alone: Vec::new(),
                followed: 0,
            };
            self.add_modules(index, package, &mut container);
            self.add_libraries(index, &mut container);
            self.plan.containers.push(container);
        }
    }

    fn add_modules(&mut self, index: usize, package: &Package, container: &mut Container) {
        for module in &package.modules {
            let name = self.name(&format!("{} {}", container.name, module.name));
            self.parts.insert((index, Some(module.name.clone())), name.clone());
            let (machine, others) = match module.machines.as_slice() {
                [machine] => (Some(machine.clone()), &[][..]),
                several => (None, several),
            };
            let technology = module.is_program.then_some("program");
            let docs = module.docs.clone();
            let label = module.name.clone();
            container.components.push(Component { name: name.clone(), label, docs, technology, machine });
            for machine in others {
                let inner = self.name(&machine.name);
                self.plan.relate(&name, &inner, "runs", None);
                let label = machine.name.clone();
                let machine = Some(machine.clone());
                container.components.push(Component { name: inner, label, docs: None, technology: None, machine });
            }
        }
    }

    /// The libraries that only this container uses.
    fn add_libraries(&mut self, container_index: usize, container: &mut Container) {
        let workspace = self.workspace;
        for (index, package) in workspace.packages.iter().enumerate() {
            if self.homes[index] == Home::ComponentOf(container_index) {
                let name = self.name(&package.name);
                self.parts.insert((index, None), name.clone());
                let machines = package.modules.iter().flat_map(|module| &module.machines);
                let machine = machines.clone().next().filter(|_| machines.count() == 1).cloned();
                container.components.push(Component {
                    name,
                    label: package.name.clone(),
                    docs: package.description.clone(),
                    technology: Some("library"),
                    machine,
                });
            }
        }
    }

    /// The part of a module: itself, or what it is drawn in.
    fn part(&self, package: usize, module: Option<&str>) -> Option<&String> {
        let own = module.and_then(|module| self.parts.get(&(package, Some(module.to_owned()))));
        own.or_else(|| self.parts.get(&(package, None)))
    }

    /// What modules use of each other, of the workspace's other crates, and of what lies outside.
    fn relate_modules(&mut self) {
        let workspace = self.workspace;
        let crates: BTreeMap<_, _> = workspace
            .packages
            .iter()
            .enumerate()
            .filter_map(|(index, package)| Some((package.library.as_deref()?, index)))
            .collect();
        for (index, package) in workspace.packages.iter().enumerate() {
            for module in &package.modules {
                let Some(from) = self.part(index, Some(&module.name)).cloned() else { continue };
                for used in &module.uses {
                    let of = if used.of == "crate" { Some(index) } else { crates.get(used.of.as_str()).copied() };
                    // A name in a template of code is not yet a use: Cargo knows what a package needs.
                    let is_needed = |of: &usize| {
                        let name = &workspace.packages[*of].name;
                        *of == index || package.dependencies.iter().any(|needed| needed.package == *name)
                    };
                    let of = of.filter(is_needed);
                    let is_module = |of: usize| {
                        self.parts.contains_key(&(of, Some(used.name.clone()))) || self.homes[of] != Home::Container
                    };
                    // What is named of the own crate and is no module of it stands in its root, which all use.
                    let to =
                        of.filter(|&of| of != index || is_module(of)).and_then(|of| self.part(of, Some(&used.name)));
                    if let Some(to) = to.cloned() {
                        self.plan.relate(&from, &to, "uses", None);
                    }
                }
                self.relate_outside(package, module, &from);
            }
        }
    }

    /// What a module speaks to by crates that are known.
    fn relate_outside(&mut self, package: &Package, module: &Module, from: &str) {
        for dependency in &package.dependencies {
            let name = dependency.package.replace('-', "_");
            if module.uses.iter().any(|used| used.of == name) {
                self.speak(from, dependency);
            }
        }
    }

    /// Dependencies that no module was seen to use belong to the package as a whole.
    fn relate_packages(&mut self) {
        let workspace = self.workspace;
        for (index, package) in workspace.packages.iter().enumerate() {
            let Some(from) = self.part(index, None).cloned() else { continue };
            for dependency in &package.dependencies {
                let name = dependency.package.replace('-', "_");
                let is_seen = package.modules.iter().any(|module| module.uses.iter().any(|used| used.of == name));
                if !is_seen {
                    self.speak(&from, dependency);
                }
                let other = workspace.packages.iter().position(|other| other.name == dependency.package);
                if let Some(to) = other.and_then(|other| self.part(other, None)).cloned() {
                    let is_inside = self.plan.containers.iter().any(|container| {
                        let has = |name: &str| container.components.iter().any(|component| component.name == name);
                        container.name == from && has(&to)
                    });
                    if !is_inside {
                        self.plan.relate(&from, &to, "uses", None);
                    }
                }
            }
        }
    }

    /// A relation to what a crate is known to speak to.
    fn speak(&mut self, from: &str, dependency: &super::Dependency) {
        match known::of(&dependency.package) {
            Some(Tells::Store(product, protocol)) => self.keep(from, product, protocol),
            Some(Tells::StoreBy(by, otherwise, protocol)) => {
                if let Some(product) = known::product(by, &dependency.features).or(otherwise) {
                    self.keep(from, product, protocol);
                }
            }
            Some(Tells::Files(product)) => {
                let to = self.files(product);
                self.plan.relate(from, &to, "keeps data in", None);
            }
            Some(Tells::System(system, label, protocol)) => {
                let to = self.outside("external", system, None);
                self.plan.relate(from, &to, label, Some(protocol));
            }
            Some(Tells::Serves(..) | Tells::Shown(..)) | None => {}
        }
    }

    fn keep(&mut self, from: &str, product: &str, protocol: &str) {
        let to = self.outside("external store", product, Some(product.to_owned()));
        self.plan.relate(from, &to, "keeps data in", Some(protocol));
    }

    /// A store of the system itself.
    fn files(&mut self, product: &str) -> String {
        if let Some(known) = self.plan.containers.iter().find(|known| known.is_store && known.technology == product) {
            return known.name.clone();
        }
        let name = self.name(product);
        self.plan.containers.push(Container {
            name: name.clone(),
            label: format!("{product} files"),
            docs: None,
            technology: product.to_owned(),
            is_store: true,
            components: Vec::new(),
            alone: Vec::new(),
            followed: 0,
        });
        name
    }

    fn outside(&mut self, keyword: &'static str, label: &str, technology: Option<String>) -> String {
        if let Some(known) = self.plan.outside.iter().find(|known| known.label == label) {
            return known.name.clone();
        }
        let name = self.name(label);
        self.plan.outside.push(Outside { keyword, name: name.clone(), label: label.to_owned(), technology });
        name
    }

    /// Who uses what no other container uses.
    fn add_people(&mut self) {
        let workspace = self.workspace;
        for (index, package) in workspace.packages.iter().enumerate() {
            let Some(to) = self.parts.get(&(index, None)).cloned().filter(|_| self.homes[index] == Home::Container)
            else {
                continue;
            };
            let serves = package.dependencies.iter().find_map(|dependency| match known::of(&dependency.package) {
                Some(Tells::Serves(_, protocol) | Tells::Shown(_, protocol)) => Some(protocol),
                _ => None,
            });
            let is_used = self.plan.relations.iter().any(|relation| relation.to == to);
            let is_program = package.products.iter().any(|product| product.kind == ProductKind::Binary);
            if is_program && (serves.is_some() || !is_used) {
                let user = self.outside("person", "User", None);
                self.plan.relate(&user, &to, if serves.is_some() { "uses" } else { "runs" }, serves);
            } else if !is_used {
                let developer = self.outside("person", "Developer", None);
                self.plan.relate(&developer, &to, "builds with", None);
            }
        }
        // People stand first.
        self.plan.outside.sort_by_key(|outside| outside.keyword != "person");
    }

    /// Where nobody could follow the relations, those are left out that follow from others: the transitive reduction of a
    /// graph (Aho, Garey and Ullman, 1972), one relation after the other, so that a cycle stays one.
    fn thin_out(&mut self) {
        let containers = &mut self.plan.containers;
        let mut homes = BTreeMap::new();
        for container in containers.iter() {
            let inside = container.components.iter().map(|component| component.name.clone());
            homes.extend(inside.map(|name| (name, container.name.clone())));
        }
        for container in containers {
            let is_inside = |name: &String| homes.get(name) == Some(&container.name);
            let end =
                |name: &String| if is_inside(name) { name.clone() } else { homes.get(name).unwrap_or(name).clone() };
            let is_use = |relation: &&Relation| relation.label == "uses" && is_inside(&relation.from);
            let uses: Vec<_> = self.plan.relations.iter().filter(is_use).collect();
            if uses.iter().filter(|relation| is_inside(&relation.to)).count() <= container.components.len() * CLEAR {
                continue;
            }
            let mut graph: BTreeSet<_> =
                uses.iter().map(|relation| (relation.from.clone(), end(&relation.to))).collect();
            for edge in uses.iter().map(|relation| (relation.from.clone(), end(&relation.to))) {
                if graph.remove(&edge) && !leads(&graph, &edge.0, &edge.1) {
                    graph.insert(edge);
                }
            }
            let before = self.plan.relations.len();
            self.plan
                .relations
                .retain(|relation| !is_use(&relation) || graph.contains(&(relation.from.clone(), end(&relation.to))));
            container.followed = before - self.plan.relations.len();
        }
    }

    /// Components that are related to nothing tell nothing in a picture.
    fn leave_out_what_stands_alone(&mut self) {
        let relations = &self.plan.relations;
        for container in &mut self.plan.containers {
            let is_related = |name: &str| relations.iter().any(|relation| relation.from == name || relation.to == name);
            let (kept, alone): (Vec<_>, Vec<_>) = std::mem::take(&mut container.components)
                .into_iter()
                .partition(|component| is_related(&component.name));
            container.components = kept;
            container.alone = alone.into_iter().map(|component| component.label).collect();
        }
    }
}

/// Whether a way leads from one part to another.
fn leads(graph: &BTreeSet<(String, String)>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for (_, next) in graph.iter().filter(|(start, _)| start == at) {
            if next == to {
                return true;
            }
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}

/// What a container is made with.
fn technology(package: &Package) -> String {
    let kinds: BTreeSet<_> = package.products.iter().map(|product| product.kind).collect();
    let kind = match kinds.into_iter().next() {
        Some(ProductKind::Binary) => "Rust",
        Some(ProductKind::Dynamic) => "Rust, dynamic library",
        Some(ProductKind::ProcMacro) => "Rust, procedural macros",
        None => "Rust library",
    };
    let made = package.dependencies.iter().filter_map(|dependency| match known::of(&dependency.package)? {
        Tells::Serves(made, _) | Tells::Shown(made, _) => Some(made),
        _ => None,
    });
    std::iter::once(kind).chain(made).collect::<Vec<_>>().join(", ")
}

/// A name of the language: `fsm-core` as `FsmCore`.
fn identifier(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    let name: String = words.map(capital).collect();
    if name.starts_with(char::is_alphabetic) && name != "Self" { name } else { format!("Part{name}") }
}
