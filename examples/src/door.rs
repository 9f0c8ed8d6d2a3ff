//! The door of the README: it locks after three wrong codes.

fsm_runtime::fsm_file!("machines/door.fsm");

/// Knows the code, and counts the alarms.
#[derive(Debug, Clone, Copy)]
pub struct Keypad {
    /// The right code.
    pub code: u32,
    /// How often the alarm was raised.
    pub alarms: u32,
}

impl DoorHost for Keypad {
    fn correct(&self, code: u32) -> bool {
        code == self.code
    }

    fn emit(&mut self, output: DoorOutput) {
        match output {
            DoorOutput::Alarm => self.alarms += 1,
        }
    }
}
