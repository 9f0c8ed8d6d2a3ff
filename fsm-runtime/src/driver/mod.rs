//! Loops that run a machine: they wait for events and deadlines, and tell the machine the time.
//!
//! A machine does nothing by itself, so any loop will do that keeps to this order: meet what is due, take an event, and
//! sleep until whichever comes next. These are two ready ones.

#[cfg(feature = "std")]
pub mod blocking;
#[cfg(feature = "tokio")]
pub mod tokio;
