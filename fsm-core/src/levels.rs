//! How each rule is taken: what a configuration and a command line say, in the order in which it counts.
//!
//! Only what is legal and probably not meant can be taken otherwise than the rule says: the rules of the checks. A text
//! with errors of another kind means nothing, and no level gives it a meaning.

use crate::catalogue;
use crate::checks;
use crate::diagnostic::{Diagnostic, Level, Rule, Severity};
use crate::source::Span;
use crate::suggest::closest;

/// Rules of one kind, for which a level can be chosen at once.
#[derive(Debug)]
pub struct Group {
    /// The name.
    pub name: &'static str,
    /// What its rules find.
    pub summary: &'static str,
    /// How the codes of its rules begin.
    prefixes: &'static [&'static str],
}

impl Group {
    /// Whether a rule belongs to it.
    #[must_use]
    pub fn contains(&self, rule: &Rule) -> bool {
        is_adjustable(rule) && self.prefixes.iter().any(|prefix| rule.code.starts_with(prefix))
    }
}

/// All groups, in the order of the codes. Every rule for which a level can be chosen is in exactly one.
pub static GROUPS: &[Group] = &[
    Group { name: "systems", summary: "systems that are not told in full", prefixes: &["FSM3"] },
    Group { name: "reachability", summary: "states that are never entered, left or finished", prefixes: &["FSM4"] },
    Group { name: "guards", summary: "branches, guards and values that do not fit together", prefixes: &["FSM5"] },
    Group { name: "unused", summary: "what is declared and used nowhere", prefixes: &["FSM6"] },
    Group { name: "cycles", summary: "what may go on without end", prefixes: &["FSM70"] },
    Group { name: "scenarios", summary: "scenarios that test nothing", prefixes: &["FSM75"] },
];

/// What a level is chosen for.
#[derive(Debug, Clone, Copy)]
pub enum Selector {
    /// Every rule for which a level can be chosen: `all`.
    All,
    /// Whatever would be a warning: `warnings`.
    Warnings,
    /// A group.
    Group(&'static Group),
    /// One rule.
    Rule(&'static Rule),
}

/// Why a word selects nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSelectable {
    /// The rule under which it is reported.
    is_fixed: bool,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// The word that was probably meant.
    pub meant: Option<String>,
}

impl NotSelectable {
    /// The finding for a word of a text.
    #[must_use]
    pub fn finding(&self, span: Span) -> Diagnostic {
        let rule = if self.is_fixed { &FIXED_LEVEL } else { &UNKNOWN_CODE };
        let found = Diagnostic::new(rule, span, &self.message).help(&self.help);
        match &self.meant {
            Some(meant) => found.replace_by(meant),
            None => found,
        }
    }
}

impl Selector {
    /// What a word selects: a code, the name of a rule (with `-` or `_`), the name of a group, `all` or `warnings`.
    ///
    /// # Errors
    ///
    /// Where it selects nothing, or a rule that is always an error.
    pub fn find(word: &str) -> Result<Selector, NotSelectable> {
        let name = word.replace('_', "-");
        if let Some(group) = GROUPS.iter().find(|group| group.name == name) {
            return Ok(Selector::Group(group));
        }
        match catalogue::find(word) {
            _ if name == "all" => Ok(Selector::All),
            _ if name == "warnings" => Ok(Selector::Warnings),
            Some(rule) if is_adjustable(rule) => Ok(Selector::Rule(rule)),
            Some(rule) => Err(NotSelectable {
                is_fixed: true,
                message: format!(
                    "`{word}` is always {}",
                    if rule.severity == Severity::Error { "an error" } else { "told" }
                ),
                help: "a level can be chosen for what the checks find; mend the text instead".to_owned(),
                meant: None,
            }),
            None => Err(unknown(word)),
        }
    }

    /// Whether it selects the rule, which would be taken at this level without it.
    #[must_use]
    pub fn selects(self, rule: &Rule, level: Level) -> bool {
        match self {
            Selector::All => is_adjustable(rule),
            Selector::Warnings => level == Level::Warn,
            Selector::Group(group) => group.contains(rule),
            Selector::Rule(selected) => selected.code == rule.code,
        }
    }

    /// How much it says at once: what says less counts more within one table.
    pub(crate) fn breadth(self) -> u8 {
        match self {
            Selector::Rule(_) => 0,
            Selector::Group(_) => 1,
            Selector::All => 2,
            Selector::Warnings => 3,
        }
    }
}

/// The finding for a word that selects nothing, in the spelling of the word.
fn unknown(word: &str) -> NotSelectable {
    let rules: Vec<_> = catalogue::rules().into_iter().filter(|rule| is_adjustable(rule)).collect();
    let spelled = |name: &str| if word.contains('-') { name.to_owned() } else { name.replace('-', "_") };
    let mut known: Vec<String> = rules.iter().map(|rule| spelled(rule.name)).collect();
    known.extend(rules.iter().map(|rule| rule.code.to_owned()));
    known.extend(GROUPS.iter().map(|group| group.name.to_owned()));
    known.extend(["all".to_owned(), "warnings".to_owned()]);
    let meant = closest(word, known.iter().map(String::as_str)).map(str::to_owned);
    let help = meant
        .as_ref()
        .map_or_else(|| "`fsmc explain` lists all codes".to_owned(), |meant| format!("did you mean `{meant}`?"));
    NotSelectable { is_fixed: false, message: format!("there is no finding `{word}`"), help, meant }
}

/// Whether a level can be chosen for a rule.
#[must_use]
pub fn is_adjustable(rule: &Rule) -> bool {
    checks::adjustable_rules().any(|adjustable| adjustable.code == rule.code)
}

/// Levels that were chosen, the later over the earlier.
#[derive(Debug, Clone, Default)]
pub struct Levels(Vec<(Selector, Level)>);

impl Levels {
    /// No choice: every rule is taken as it says itself.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses a level, over all that was chosen before.
    pub fn set(&mut self, selector: Selector, level: Level) {
        self.0.push((selector, level));
    }

    /// The level of a rule. What is said of `warnings` is said of what is one in the end.
    #[must_use]
    pub fn of(&self, rule: &Rule) -> Level {
        let (last, choices): (Vec<_>, Vec<_>) =
            self.0.iter().partition(|(selector, _)| matches!(selector, Selector::Warnings));
        let choose = |level, &(selector, chosen): &(Selector, Level)| {
            if selector.selects(rule, level) { chosen } else { level }
        };
        let level = choices.into_iter().fold(Level::from(rule.severity), choose);
        match last.last() {
            Some((_, chosen)) if level == Level::Warn && is_adjustable(rule) => *chosen,
            _ => level,
        }
    }
}

impl Extend<(Selector, Level)> for Levels {
    fn extend<T: IntoIterator<Item = (Selector, Level)>>(&mut self, choices: T) {
        self.0.extend(choices);
    }
}

/// A level for something that does not exist.
pub(crate) static UNKNOWN_CODE: Rule = Rule {
    code: "FSM610",
    name: "unknown-code",
    severity: Severity::Error,
    summary: "a level for a code that does not exist",
    explanation: "`#[allow]`, `#[warn]`, `#[deny]` and `fsm.toml` take codes such as `FSM401`, names of rules (in the text with \
                  `_` for `-`: `unreachable_state`), names of groups such as `unused`, and `all`.",
    example: "machine Lamp {\n    event Flip;\n    #[allow(unreachable_stat)]\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n    #[allow(unreachable_state, reason = \"entered by the next release\")]\n    state Dimmed { on Flip -> Off; }\n}\n",
};

/// A level for a rule whose findings leave a text without a meaning.
pub(crate) static FIXED_LEVEL: Rule = Rule {
    code: "FSM611",
    name: "fixed-level",
    severity: Severity::Error,
    summary: "a level for a rule that is always an error",
    explanation: "What the checks find is legal and probably not meant: there a level can be chosen. A text with an error of the \
                  syntax, of names or of types has no meaning, and allowing the error would not give it one.",
    example: "machine Lamp {\n    event Flip;\n    #[allow(unknown_state)]\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
};

#[cfg(test)]
mod tests {
    use super::{GROUPS, Levels, Selector, is_adjustable};
    use crate::catalogue;
    use crate::diagnostic::Level::{self, Allow, Deny, Warn};

    /// The level of a rule by choices as they are written.
    fn level(of: &str, choices: &[(&str, Level)]) -> Level {
        let mut levels = Levels::new();
        levels.extend(choices.iter().map(|&(word, level)| (Selector::find(word).unwrap(), level)));
        levels.of(catalogue::find(of).unwrap())
    }

    #[test]
    fn every_adjustable_rule_is_in_one_group() {
        for rule in catalogue::rules() {
            let groups = GROUPS.iter().filter(|group| group.contains(rule)).count();
            assert_eq!(groups, usize::from(is_adjustable(rule)), "{}", rule.code);
        }
    }

    #[test]
    fn the_later_choice_counts_and_warnings_come_last() {
        // FSM601 is a warning, FSM401 an error by itself.
        for (rule, choices, expected) in [
            ("FSM601", &[][..], Warn),
            ("FSM401", &[][..], Deny),
            ("FSM601", &[("unused-event", Allow)][..], Allow),
            ("FSM601", &[("unused_event", Deny)][..], Deny),
            ("FSM601", &[("unused", Deny)][..], Deny),
            ("FSM601", &[("guards", Deny)][..], Warn),
            ("FSM601", &[("FSM601", Allow), ("all", Deny)][..], Deny),
            ("FSM601", &[("all", Deny), ("FSM601", Allow)][..], Allow),
            ("FSM601", &[("warnings", Deny)][..], Deny),
            ("FSM601", &[("warnings", Deny), ("FSM601", Allow)][..], Allow),
            ("FSM601", &[("warnings", Deny), ("FSM601", Warn)][..], Deny),
            ("FSM401", &[("warnings", Allow)][..], Deny),
            ("FSM401", &[("FSM401", Warn), ("warnings", Allow)][..], Allow),
            ("FSM103", &[("all", Allow), ("warnings", Allow)][..], Deny),
        ] {
            assert_eq!(level(rule, choices), expected, "{rule} by {choices:?}");
        }
    }

    #[test]
    fn what_is_selected_by_nothing_is_told() {
        let refused = |word: &str| Selector::find(word).unwrap_err();
        assert_eq!(refused("unuse").help, "did you mean `unused`?");
        assert_eq!(refused("dead-ent").help, "did you mean `dead-end`?");
        assert_eq!(refused("FSM103").message, "`FSM103` is always an error");
        assert_eq!(refused("nonsense").help, "`fsmc explain` lists all codes");
    }
}
