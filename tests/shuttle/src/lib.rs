//! The driver of tokio under schedules that [shuttle](https://docs.rs/shuttle) draws at random.
//!
//! The driver is compiled here a second time, from its own source, with shuttle's tokio in the place of tokio: what is
//! tested is the text that everybody uses. A schedule that fails is printed, and is repeated with `shuttle::replay`.

pub use fsm_runtime::{Answer, Machine, RunId, support};

#[path = "../../../fsm-runtime/src/driver/tokio.rs"]
pub mod driver;

#[cfg(test)]
mod tests;
