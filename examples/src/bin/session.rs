//! A login that fails, one that succeeds, and a session that outlives its access token.

use std::time::Duration;

use fsm_examples::session::{Server, Session, SessionError, SessionEvent};

fn login(secret: &'static str) -> SessionEvent {
    SessionEvent::Login { user: 7, session: 1, secret: secret.into(), ip_address: "192.0.2.1".into() }
}

fn main() -> Result<(), SessionError> {
    const MINUTE: Duration = Duration::from_mins(1);
    let mut session = Session::start(Server::default())?;
    session.handle(login("password"))?;
    println!("{}", session.state());
    session.handle(login("correct horse battery staple"))?;
    println!("{}", session.state());
    session.advance_to(30 * MINUTE)?;
    println!("{}", session.state());
    session.handle_at(31 * MINUTE, SessionEvent::Refresh)?;
    println!("{}", session.state());
    session.handle(SessionEvent::Logout)?;
    println!("{}", session.state());
    println!("{:#?}", session.host().outputs.len());
    Ok(())
}
