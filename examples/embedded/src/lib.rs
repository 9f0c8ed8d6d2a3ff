//! A soldering iron on a microcontroller: no `std`, no allocation, and no clock but a counter of milliseconds.
//!
//! ```sh
//! rustup target add thumbv7em-none-eabihf
//! cargo build -p fsm-embedded --release --target thumbv7em-none-eabihf
//! ```
//!
//! A [`Station`] lies in a `static` or on the stack of `main`; all that it will ever need is in it. Interrupts tell it what
//! happened by [`Station::press`] and [`Station::turn`], and the main loop calls [`Station::poll`], which says how long there
//! is nothing to do.
#![no_std]

use core::time::Duration;

use fsm_runtime::{Queue, Text};

fsm_runtime::fsm_file!("../machines/iron.fsm");

/// So many events can wait for the main loop. More come only from a wheel that is turned faster than a hand can.
const WAITING: usize = 8;

/// The pins and the converter of a board.
pub trait Board {
    /// Switches the transistor of the heating element.
    fn set_heater(&mut self, on: bool);
    /// Starts a beep; the hardware ends it.
    fn beep(&mut self);
    /// The voltage of the thermocouple, in steps of a tenth of a degree; `None` if its circuit is open.
    fn convert(&mut self) -> Option<u16>;
}

/// A board as the host of the machine.
#[derive(Debug)]
pub struct Pins<B> {
    board: B,
}

impl<B: Board> IronHost for Pins<B> {
    fn heat(&mut self, on: bool) {
        self.board.set_heater(on);
    }

    fn measure(&mut self) -> Result<u16, Text> {
        self.board.convert().map(|tenths| tenths / 10).ok_or(Text::new("open circuit"))
    }

    fn beep(&mut self) {
        self.board.beep();
    }
}

/// The machine, its board, and the events that interrupts have left for it.
#[derive(Debug)]
pub struct Station<B: Board> {
    iron: Iron<Pins<B>>,
    waiting: Queue<IronEvent, WAITING>,
}

impl<B: Board> Station<B> {
    /// Switched off.
    ///
    /// # Errors
    ///
    /// None: entering `Off` does nothing that could fail.
    pub fn new(board: B) -> Result<Self, IronError> {
        Ok(Station { iron: Iron::start(Pins { board })?, waiting: Queue::new() })
    }

    /// The button was pressed.
    pub fn press(&mut self) {
        // Where too much waits already, this press is lost, and a finger comes again.
        let _ = self.waiting.push(IronEvent::Press);
    }

    /// The wheel was turned by one notch.
    pub fn turn(&mut self, up: bool) {
        let _ = self.waiting.push(IronEvent::Turn { up });
    }

    /// Does all that is due, `milliseconds` after the start. Gives how long the processor may sleep, in milliseconds, unless
    /// an interrupt comes before; `None` is for as long as it likes.
    pub fn poll(&mut self, milliseconds: u64) -> Option<u64> {
        let now = Duration::from_millis(milliseconds);
        // A fault switches the heater off by itself; there is nobody to tell of it here.
        let _ = self.iron.advance_to(now);
        while let Some(event) = self.waiting.pop() {
            let _ = self.iron.handle_at(now, event);
        }
        let rest = self.iron.next_deadline()?.saturating_sub(now);
        Some(u64::try_from(rest.as_millis()).unwrap_or(u64::MAX))
    }

    /// The state of the machine, for a display.
    pub const fn state(&self) -> IronState {
        self.iron.state()
    }

    /// The degrees Celsius that are wanted, and those that were measured last.
    pub const fn degrees(&self) -> (u16, u16) {
        let context = self.iron.context();
        (context.wanted, context.measured)
    }

    /// The board.
    pub const fn board(&self) -> &B {
        &self.iron.host().board
    }

    /// The board, to change it.
    pub const fn board_mut(&mut self) -> &mut B {
        &mut self.iron.host_mut().board
    }
}
