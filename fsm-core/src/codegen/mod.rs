//! Rust from a program.
//!
//! The hierarchy is resolved here, not at run time: for every event and every innermost state the reactions that it can
//! meet are known, and so is what each of them leaves and enters. What is generated is one `match` of states per event,
//! in which states with the same answer share an arm.
//!
//! | file | generates |
//! |---|---|
//! | `types` | states, events, outputs, enums, params and contexts |
//! | `host` | the trait that the user implements |
//! | `machine` | the machine and its methods |
//! | `dispatch` | what happens with an event |
//! | `generics` | the generic parameters of each item |
//! | `facts` | nothing: what all of them ask about the machine |
//! | `lookup` | the table of a large machine |
//! | `parallel` | the same for machines with parallel states |
//! | `settle` | what follows from a transition |
//! | `timers`, `deferral`, `tasks` | what outlives a macrostep |
//! | `observing` | what the host is told of what happens |
//! | `snapshot` | how a machine is saved and restored |
//! | `queue` | how many raised events can wait |
//! | `occurrences` | what happens within a machine: raised events, ends, failures |
//! | `effects`, `entries` | what a transition leaves, does and enters |
//! | `expressions`, `numbers`, `intervals` | guards and values; arithmetic; what it can lead to |
//! | `attributes` | what users say of the items |
//! | `messages` | errors and warnings of the compiler |
//! | `code`, `template` | parentheses and literals; `quote!` |
//! | `names`, `lints` | identifiers; what the names and docs of the user ask to be allowed |
//! | `table` | the constant transition table |
//! | `refusals` | what cannot be generated |
//! | `picture` | the diagram in the documentation |
//! | `file` | all of it as a file |
//! | `signatures` | what of it is offered, without bodies |
//!
//! Generated code names nothing but `::fsm_runtime`, `::core` and what the user wrote.

#[macro_use]
mod template;

mod attributes;
mod code;
mod deferral;
mod dispatch;
mod effects;
mod entries;
mod expressions;
mod facts;
#[cfg(feature = "file")]
pub mod file;
mod generics;
mod host;
mod intervals;
mod lints;
mod lookup;
mod machine;
pub mod messages;
mod names;
mod numbers;
mod observing;
mod occurrences;
mod parallel;
mod picture;
mod queue;
mod refusals;
mod settle;
#[cfg(feature = "file")]
mod signatures;
mod snapshot;
mod table;
mod tasks;
mod timers;
mod types;

use proc_macro2::{Ident, TokenStream};

use crate::diagnostic::Diagnostics;
use crate::model::{Machine, Program};
use crate::source::{Sources, Span};
use crate::syntax::phrase;
use facts::Facts;
use names::Names;
#[cfg(all(feature = "diagram", feature = "interpreter"))]
pub(crate) use names::words;
#[cfg(feature = "checks")]
pub(crate) use refusals::RULES;
#[cfg(feature = "file")]
pub use signatures::signatures;
use template::IntoTokens;

/// Where generated tokens say that they come from.
pub trait Places {
    /// The place of a name in the user's code.
    fn span(&self, span: Span) -> proc_macro2::Span;

    /// The user's tokens under a span.
    fn tokens(&self, span: Span) -> TokenStream;
}

/// What is asked for beside the code.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes<'a> {
    /// The states of the one machine are an enum of the user's.
    pub states: Option<OwnStates<'a>>,
    /// The documentation of a machine shows its state diagram, with the feature `diagram`. It is written for rustdoc alone.
    pub diagrams: bool,
}

/// An enum of the user's: it has the states of the machine as its variants, under their names, and is `Clone`, `Copy`, `Debug`,
/// `PartialEq` and `Eq`.
#[derive(Debug, Clone, Copy)]
pub struct OwnStates<'a> {
    /// Its name.
    pub name: &'a Ident,
    /// The names of the variants in order, where they are numbered so; nothing where the user numbers them otherwise.
    pub numbered: Option<&'a [String]>,
}

/// Generates the code of all machines of a program without errors.
///
/// What cannot be generated is reported, and then nothing is.
pub fn rust(
    program: &Program,
    sources: &Sources,
    places: &dyn Places,
    wishes: Wishes<'_>,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    refusals::check(program, sources, diagnostics);
    if diagnostics.has_errors() {
        return TokenStream::new();
    }
    let mut code = types::enums(program, places);
    for machine in &program.machines {
        let names = Names::new(machine, places);
        let generator = Generator { program, machine, sources, places, names, wishes, facts: Facts::default() };
        code.extend(generator.machine());
    }
    code
}

/// What all parts of one machine's code are made from.
struct Generator<'a> {
    program: &'a Program,
    machine: &'a Machine,
    sources: &'a Sources,
    places: &'a dyn Places,
    names: Names,
    wishes: Wishes<'a>,
    facts: Facts,
}

impl Generator<'_> {
    /// The whole code of the machine, in the order in which people read it.
    fn machine(&self) -> TokenStream {
        let parts = [
            self.state_type(),
            self.event_type(),
            self.output_type(),
            self.params_type(),
            self.context_types(),
            self.host_trait(),
            self.snapshot_types(),
            self.machine_type(),
            self.transition_table(),
            self.state_impl(),
        ];
        parts.into_iter().into_tokens()
    }

    /// A text of the definition on one line.
    fn source(&self, span: Span) -> String {
        phrase(self.sources, span)
    }

    fn type_name(&self, suffix: &str) -> Ident {
        match self.wishes.states {
            Some(OwnStates { name, .. }) if suffix == "State" => name.clone(),
            _ => self.names.of_machine(suffix),
        }
    }
}

/// Doc attributes: what the user wrote, or else what there is to say of itself.
fn docs(written: &[String], otherwise: &str) -> TokenStream {
    if written.iter().all(|line| line.trim().is_empty()) {
        let line = format!(" {otherwise}");
        return quote!(#[doc = #line]);
    }
    let lines = written.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}
