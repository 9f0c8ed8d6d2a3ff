//! The basic pattern: states, triggers, a guard, and actions on the way.

fsm_runtime::fsm_file!("machines/task.fsm");

/// Writes down all that the machine does, in order.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// Whether there is no room for one more task.
    pub full: bool,
    /// What happened.
    pub lines: Vec<String>,
}

impl TaskHost for Journal {
    fn has_capacity(&self) -> bool {
        !self.full
    }

    fn left(&mut self, state: &str) {
        self.lines.push(format!("left {state}"));
    }

    fn entered(&mut self, state: &str) {
        self.lines.push(format!("entered {state}"));
    }

    fn emit(&mut self, output: TaskOutput) {
        self.lines.push(format!("{output:?}"));
    }
}
