//! The text that is written, and which element each line of it comes from.

use crate::source::Span;

/// The longest line that several actions may share.
const WIDTH: usize = 108;

/// An action of the language.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// One that is written on one line.
    Simple(String, Span),
    /// `if`, each branch with its condition; the one that is taken else has none.
    If(Vec<(Option<String>, Vec<Step>)>, Span),
}

impl PartialEq for Step {
    /// Whether both do the same, wherever they come from.
    fn eq(&self, other: &Step) -> bool {
        match (self, other) {
            (Step::Simple(own, _), Step::Simple(others, _)) => own == others,
            (Step::If(own, _), Step::If(others, _)) => own == others,
            _ => false,
        }
    }
}

impl Step {
    /// The action in one line.
    fn inline(&self) -> String {
        match self {
            Step::Simple(text, _) => text.clone(),
            Step::If(arms, _) => {
                let arm = |(condition, steps): &(Option<String>, Vec<Step>)| {
                    let head = condition.as_ref().map_or(String::new(), |condition| format!("if {condition} "));
                    if steps.is_empty() { format!("{head}{{ }}") } else { format!("{head}{{ {} }}", inline(steps)) }
                };
                arms.iter().map(arm).collect::<Vec<_>>().join(" else ")
            }
        }
    }

    /// The element it comes from.
    pub(super) fn span(&self) -> Span {
        match self {
            Step::Simple(_, span) | Step::If(_, span) => *span,
        }
    }

    fn is_nested(&self) -> bool {
        match self {
            Step::Simple(..) => false,
            Step::If(arms, _) => {
                arms.iter().any(|(_, steps)| steps.len() > 1 || steps.iter().any(|step| matches!(step, Step::If(..))))
            }
        }
    }
}

/// Actions in one line.
pub(super) fn inline(steps: &[Step]) -> String {
    steps.iter().map(Step::inline).collect::<Vec<_>>().join(", ")
}

/// A text that grows line by line.
#[derive(Debug, Default)]
pub(super) struct Text {
    written: String,
    origins: Vec<(usize, Span)>,
    depth: usize,
}

impl Text {
    /// Adds a line that comes from an element.
    pub(super) fn line(&mut self, line: &str, origin: Span) {
        self.origins.push((self.written.len(), origin));
        if !line.is_empty() {
            for _ in 0..self.depth {
                self.written.push_str("    ");
            }
            self.written.push_str(line);
        }
        self.written.push('\n');
    }

    /// Adds a line, and what follows is nested in it.
    pub(super) fn open(&mut self, line: &str, origin: Span) {
        self.line(line, origin);
        self.depth += 1;
    }

    /// Ends what is nested.
    pub(super) fn close(&mut self, line: &str, origin: Span) {
        self.depth = self.depth.saturating_sub(1);
        self.line(line, origin);
    }

    /// Adds an empty line, unless there is one or something begins here.
    pub(super) fn gap(&mut self, origin: Span) {
        if !self.written.is_empty() && !self.written.ends_with("{\n") && !self.written.ends_with("\n\n") {
            self.line("", origin);
        }
    }

    /// Adds comments, one line each.
    pub(super) fn comments(&mut self, comments: &[String], origin: Span) {
        for comment in comments {
            self.line(&format!("// {comment}"), origin);
        }
    }

    /// Adds `head / actions;`, on one line if it is short. Without actions only the head.
    pub(super) fn with_actions(&mut self, head: &str, steps: &[Step], origin: Span) {
        if steps.is_empty() {
            self.line(&format!("{head};"), origin);
            return;
        }
        let separator = if head.is_empty() { "" } else { " " };
        let whole = format!("{head}{separator}/ {};", inline(steps));
        if whole.len() + 4 * self.depth <= WIDTH && !steps.iter().any(Step::is_nested) {
            self.line(&whole, origin);
            return;
        }
        self.open(&format!("{head}{separator}/"), origin);
        self.steps(steps, ";");
        self.depth = self.depth.saturating_sub(1);
    }

    /// Adds actions, one below the other; `end` stands behind the last.
    fn steps(&mut self, steps: &[Step], end: &str) {
        for (index, step) in steps.iter().enumerate() {
            let end = if index + 1 == steps.len() { end } else { "," };
            match step {
                Step::If(arms, origin) if step.is_nested() || step.inline().len() + 4 * self.depth > WIDTH => {
                    self.arms(arms, *origin, end);
                }
                Step::Simple(_, origin) | Step::If(_, origin) => self.line(&format!("{}{end}", step.inline()), *origin),
            }
        }
    }

    fn arms(&mut self, arms: &[(Option<String>, Vec<Step>)], origin: Span, end: &str) {
        let mut before = "";
        for (condition, steps) in arms {
            let condition = condition.as_ref().map_or(String::new(), |condition| format!("if {condition} "));
            if before.is_empty() {
                self.open(&format!("{condition}{{"), origin);
            } else {
                self.depth = self.depth.saturating_sub(1);
                self.open(&format!("}} else {condition}{{"), origin);
            }
            self.steps(steps, "");
            before = "} else ";
        }
        self.close(&format!("}}{end}"), origin);
    }

    /// The text, and for each line the offset where it begins and the element it comes from.
    pub(super) fn finish(self) -> (String, Vec<(usize, Span)>) {
        (self.written, self.origins)
    }
}
