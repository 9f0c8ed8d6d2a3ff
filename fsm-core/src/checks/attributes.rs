//! `#[allow(…)]`, `#[warn(…)]` and `#[deny(…)]`: how the text itself wants findings to be taken.
//!
//! Of the attributes around a place the innermost counts, and of those of one declaration the last.

use std::collections::BTreeSet;

use super::{LevelOf, finding};
use crate::diagnostic::{Applicability, Diagnostic, Diagnostics, Level, Rule, Severity};
use crate::edits;
use crate::levels::{NotSelectable, Selector};
use crate::model::{LevelAttribute, Program};
use crate::source::{Sources, Span};

pub(super) static RULES: &[&Rule] = &[&UNUSED_ALLOW];

/// The attributes of a program, with what they select.
pub(super) struct Attributes<'a> {
    sources: &'a Sources,
    all: Vec<(&'a LevelAttribute, Result<Selector, NotSelectable>)>,
}

impl<'a> Attributes<'a> {
    pub(super) fn of(program: &'a Program, sources: &'a Sources) -> Self {
        let select = |attribute: &'a LevelAttribute| (attribute, Selector::find(&attribute.code));
        Attributes { sources, all: program.levels.iter().map(select).collect() }
    }

    /// The attribute that says how findings of a rule are taken at a place, with its index.
    fn governing(&self, rule: &Rule, span: Span) -> Option<(usize, Level)> {
        let covers = |attribute: &LevelAttribute| {
            let covers = attribute.covers;
            covers.file == span.file && covers.start <= span.start && span.end <= covers.end
        };
        let selects = |selector: &Result<Selector, NotSelectable>| {
            selector.as_ref().is_ok_and(|selector| selector.selects(rule, Level::from(rule.severity)))
        };
        let governing = self.all.iter().enumerate().filter(|(_, (of, selector))| covers(of) && selects(selector));
        // The last of the smallest.
        let inner = governing.min_by_key(|(index, (of, _))| (of.covers.end - of.covers.start, usize::MAX - index));
        inner.map(|(index, (attribute, _))| (index, attribute.level))
    }

    /// The attribute that allows findings of a rule at a place, by its index.
    pub(super) fn allowing(&self, rule: &Rule, span: Span) -> Option<usize> {
        self.governing(rule, span).filter(|&(_, level)| level == Level::Allow).map(|(index, _)| index)
    }

    /// Passes on what is not allowed, at the level that the text chooses or else `level_of`, and reports attributes that
    /// do nothing. `sound` says whether all checks could look at everything: only then is that certain.
    pub(super) fn apply(
        &self,
        findings: Diagnostics,
        mut honoured: BTreeSet<usize>,
        sound: bool,
        level_of: &LevelOf<'_>,
        diagnostics: &mut Diagnostics,
    ) {
        for finding in findings {
            honoured.extend(self.governing(finding.rule, finding.primary.span).map(|(index, _)| index));
            self.pass(finding, level_of, diagnostics);
        }
        for (index, (attribute, selector)) in self.all.iter().enumerate() {
            let is_idle = attribute.level == Level::Allow && sound && !honoured.contains(&index);
            match selector {
                Ok(_) if is_idle => self.pass(self.unused(attribute), level_of, diagnostics),
                Ok(_) => {}
                Err(unknown) => diagnostics.push(unknown.finding(attribute.span)),
            }
        }
    }

    /// Passes a finding on at its level.
    fn pass(&self, finding: Diagnostic, level_of: &LevelOf<'_>, diagnostics: &mut Diagnostics) {
        let span = finding.primary.span;
        let governing = self.governing(finding.rule, span);
        let level = governing.map_or_else(|| level_of(finding.rule, span.file), |(_, level)| level);
        if let Some(severity) = level.severity() {
            diagnostics.push(Diagnostic { severity, ..finding });
        }
    }

    /// The finding for an allow that allows nothing.
    fn unused(&self, attribute: &LevelAttribute) -> Diagnostic {
        let message = format!("nothing here is `{}`", attribute.code);
        let found = finding(&UNUSED_ALLOW, attribute.span, message).help("remove the attribute");
        let removed = if attribute.is_alone {
            Some(edits::removed(self.sources, attribute.whole))
        } else {
            edits::removed_from_list(self.sources, attribute.span)
        };
        match removed {
            Some(span) => found.fix(Applicability::Safe, "remove what allows nothing", span, ""),
            None => found,
        }
    }
}

static UNUSED_ALLOW: Rule = Rule {
    code: "FSM609",
    name: "unused-allow",
    severity: Severity::Warning,
    summary: "an `#[allow]` of something that is not there",
    explanation: "An `#[allow]` says that a finding is meant. Where the finding is gone, the attribute would hide the next one.",
    example: "machine Lamp {\n    event Flip;\n    #[allow(FSM401)]\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n",
    instead: "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n    #[allow(FSM401, reason = \"entered by the next release\")]\n    state Dimmed { on Flip -> Off; }\n}\n",
};
