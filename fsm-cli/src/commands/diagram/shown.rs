//! What of a machine is shown: the options that choose.

use clap::{Args, ValueEnum};
use fsm_core::diagram::state::{Chart, Selection};
use fsm_core::diagram::{Direction, Hidden, Options, Theme};
use fsm_core::model::{Id, Machine, State};
use fsm_core::suggest;

use crate::failure::Failure;
use crate::printable::escaped;

/// What is shown, and how it looks.
#[derive(Debug, Args)]
pub(super) struct Shown {
    /// Leave these out of the diagram
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    hide: Vec<Hide>,

    /// Show this state of a machine, with what is inside it and what is one transition away; may be given several times
    #[arg(long, value_name = "STATE")]
    only: Vec<String>,

    /// Show this state without the states inside it; may be given several times
    #[arg(long, value_name = "STATE")]
    collapse: Vec<String>,

    /// Show so many levels of states: with 1 those of the machine without what is inside them
    #[arg(long, value_name = "LEVELS", value_parser = clap::value_parser!(u16).range(1..))]
    depth: Option<u16>,

    /// Run the scenarios, and show which states and transitions they reach
    #[arg(long)]
    pub(super) coverage: bool,

    /// Say below the diagram what its signs mean
    #[arg(long)]
    legend: bool,

    /// Where the drawing runs to
    #[arg(long, value_enum, default_value_t = Towards::Down, value_name = "WHERE")]
    direction: Towards,

    /// The colours of the page; without it, as whoever draws it has chosen
    #[arg(long, value_enum, value_name = "THEME")]
    theme: Option<Page>,
}

/// A [`Hidden`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Hide {
    /// Actions, and the tasks that run in a state
    Actions,
    /// Guards
    Guards,
    /// What happens in a state without leaving it
    Internal,
    /// Doc comments
    Notes,
}

/// A [`Direction`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Towards {
    /// From top to bottom
    Down,
    /// From left to right
    Right,
}

/// A [`Theme`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Page {
    /// Dark on light
    Light,
    /// Light on dark
    Dark,
}

impl Shown {
    /// How every diagram is drawn.
    pub(super) fn options(&self) -> Options {
        let hidden = self.hide.iter().map(|hide| match hide {
            Hide::Actions => Hidden::Actions,
            Hide::Guards => Hidden::Guards,
            Hide::Internal => Hidden::Internal,
            Hide::Notes => Hidden::Notes,
        });
        Options {
            hidden: hidden.collect(),
            direction: match self.direction {
                Towards::Down => Direction::Down,
                Towards::Right => Direction::Right,
            },
            theme: self.theme.map(|page| match page {
                Page::Light => Theme::Light,
                Page::Dark => Theme::Dark,
            }),
            key: self.legend,
        }
    }

    /// The options that have a meaning for state diagrams only, if one of them is given.
    pub(super) fn of_states(&self) -> Option<&'static str> {
        let given = [
            ("--only", !self.only.is_empty()),
            ("--collapse", !self.collapse.is_empty()),
            ("--depth", self.depth.is_some()),
            ("--coverage", self.coverage),
        ];
        given.into_iter().find(|(_, is_given)| *is_given).map(|(option, _)| option)
    }

    /// The chart of what is wanted of a machine.
    pub(super) fn select(&self, chart: Chart, machine: &Machine) -> Result<Chart, Failure> {
        let states = |names: &[String]| names.iter().map(|name| state(machine, name)).collect::<Result<Vec<_>, _>>();
        Ok(chart.select(&Selection {
            only: states(&self.only)?,
            collapsed: states(&self.collapse)?,
            depth: self.depth.map(usize::from),
        }))
    }
}

/// The state of this name, with those around it in front where there are several: `Working.Idle`.
fn state(machine: &Machine, wanted: &str) -> Result<Id<State>, Failure> {
    let names: Vec<_> = machine.states.ids().skip(1).map(|id| (id, machine.qualified_name(id))).collect();
    let fits = |name: &str| name == wanted || name.strip_suffix(wanted).is_some_and(|before| before.ends_with('.'));
    let found: Vec<_> = names.iter().filter(|(_, name)| fits(name)).collect();
    let exact = found.iter().find(|(_, name)| name == wanted);
    match (exact, found.as_slice()) {
        (Some((id, _)), _) | (None, [(id, _)]) => Ok(*id),
        (None, []) => {
            let message = format!("machine `{}` has no state `{}`", machine.name.text, escaped(wanted));
            let simple = names.iter().filter_map(|(_, name)| name.rsplit('.').next());
            let meant = suggest::closest(wanted, names.iter().map(|(_, name)| name.as_str()).chain(simple));
            let failure = Failure::new(message);
            Err(match meant {
                Some(meant) => failure.help(format!("did you mean `{meant}`?")),
                None => failure,
            })
        }
        (None, several) => {
            let several: Vec<_> = several.iter().map(|(_, name)| format!("`{name}`")).collect();
            let message = format!("machine `{}` has several states `{}`", machine.name.text, escaped(wanted));
            Err(Failure::new(message).help(format!("say which one: {}", several.join(", "))))
        }
    }
}
