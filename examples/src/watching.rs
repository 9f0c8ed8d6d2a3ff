//! Those who watch a session.

use std::time::Duration;

use fsm_runtime::observer::Subscription;

use crate::session::{Session, SessionEvent, SessionHost, SessionState};

/// What a subscription had to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// How many transitions were read.
    pub read: u64,
    /// How many were lost, because they were not read in time.
    pub lost: u64,
}

impl Totals {
    /// Reads all that waits.
    pub fn of(subscription: &mut Subscription<SessionState>) -> Self {
        let mut totals = Totals::default();
        loop {
            match subscription.try_recv() {
                Ok(Some(_)) => totals.read += 1,
                Ok(None) => return totals,
                Err(lagged) => totals.lost += lagged.0,
            }
        }
    }
}

/// Logs in at a time, unless somebody is, and lets the access token expire and be refreshed so often. Events that the
/// session refuses change nothing.
pub fn churn<H: SessionHost>(session: &mut Session<H>, times: u32, from: Duration) {
    let login = SessionEvent::Login {
        user: 7,
        session: 1,
        secret: "correct horse battery staple".into(),
        ip_address: "192.0.2.1".into(),
    };
    drop(session.handle_at(from, login));
    for _ in 0..times {
        let expired = session.now() + Duration::from_mins(30);
        drop(session.handle_at(expired, SessionEvent::Refresh));
    }
}
