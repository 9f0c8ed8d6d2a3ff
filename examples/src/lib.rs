//! Machines of real systems.
//!
//! Each module compiles one file of `machines/` and has the host that its program in `bin/` and its test in `tests/`
//! share.

pub mod agent_coordination;
pub mod agent_pipeline;
pub mod canary_rollout;
pub mod circuit_breaker;
pub mod conversation;
pub mod crossing;
pub mod database_migration;
pub mod door;
pub mod recursive_workflow;
pub mod retry;
pub mod session;
pub mod task;
pub mod watching;
