//! The migration of a database: forward with a way back.

fsm_runtime::fsm_file!("machines/database_migration.fsm");

/// A schema as the list of the changes that made it.
#[derive(Debug, Clone, Default)]
pub struct Database {
    /// The changes in the schema.
    pub schema: Vec<&'static str>,
    /// The schema when it was last backed up.
    pub backup: Vec<&'static str>,
    /// What the machine asked for, in order.
    pub steps: Vec<&'static str>,
    /// Whether someone was asked to look after it.
    pub needs_attention: bool,
}

impl MigrationHost for Database {
    fn back_up(&mut self) {
        self.steps.push("back up");
        self.backup.clone_from(&self.schema);
    }

    fn upgrade(&mut self) {
        self.steps.push("upgrade");
        self.schema.push("add column");
    }

    fn test_queries(&mut self) {
        self.steps.push("test queries");
    }

    fn downgrade(&mut self) {
        self.steps.push("downgrade");
        self.schema.pop();
    }

    fn restore(&mut self) {
        self.steps.push("restore");
        self.schema.clone_from(&self.backup);
    }

    fn emit(&mut self, output: MigrationOutput) {
        match output {
            MigrationOutput::NeedsAttention => self.needs_attention = true,
        }
    }
}
