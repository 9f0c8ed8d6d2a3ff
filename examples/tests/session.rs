//! The facts of the session lifecycle.

use std::time::Duration;

use fsm_examples::session::{Server, Session, SessionEvent, SessionOutput, SessionState as S};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

fn login(secret: &'static str) -> SessionEvent {
    SessionEvent::Login { user: 7, session: 1, secret: secret.into(), ip_address: "192.0.2.1".into() }
}

fn logged_in() -> Session<Server> {
    let mut session = Session::start(Server::default()).unwrap();
    session.handle(login("correct horse battery staple")).unwrap();
    session
}

#[test]
fn a_wrong_secret_is_refused() {
    let mut session = Session::start(Server::default()).unwrap();
    session.handle(login("guess")).unwrap();
    assert_eq!(session.state(), S::LoggedOut);
    assert!(matches!(session.host().outputs[..], [SessionOutput::LoginRefused { .. }]));
    assert!(session.valid_context().is_none());
}

#[test]
fn a_login_creates_a_session_and_says_so() {
    let session = logged_in();
    assert_eq!(session.state(), S::Active);
    assert!(session.is_in(S::Valid));
    let context = session.valid_context().unwrap();
    assert_eq!((context.user, context.session), (7, 1));
    let [SessionOutput::UserLoggedIn { user_id: 7, session_id: 1, ip_address }] = &session.host().outputs[..] else {
        panic!("a login is told once");
    };
    assert_eq!(ip_address, "192.0.2.1");
}

#[test]
fn the_access_token_lives_for_thirty_minutes() {
    let mut session = logged_in();
    session.advance_to((30 * MINUTE).checked_sub(Duration::from_nanos(1)).unwrap()).unwrap();
    assert_eq!(session.state(), S::Active);
    session.advance_to(30 * MINUTE).unwrap();
    assert_eq!(session.state(), S::Expired);
}

#[test]
fn an_expired_token_is_refreshed_without_a_login_while_the_refresh_token_lives() {
    let mut session = logged_in();
    session.advance_to(30 * MINUTE).unwrap();
    session.handle_at((7 * DAY).checked_sub(MINUTE).unwrap(), SessionEvent::Refresh).unwrap();
    assert_eq!(session.state(), S::Active);
    assert!(matches!(session.host().outputs.last(), Some(SessionOutput::TokenRefreshed { session_id: 1 })));
    assert!(session.handle_at(7 * DAY, SessionEvent::Refresh).is_err());
    assert_eq!(session.state(), S::Invalidated);
}

#[test]
fn after_seven_days_the_session_is_invalidated() {
    for expired in [false, true] {
        let mut session = logged_in();
        if expired {
            session.advance_to(30 * MINUTE).unwrap();
        }
        session.advance_to(7 * DAY).unwrap();
        assert_eq!(session.state(), S::Invalidated);
        assert!(matches!(session.host().outputs.last(), Some(SessionOutput::SessionInvalidated { session_id: 1 })));
        assert!(session.is_terminated());
    }
}

#[test]
fn a_logout_tells_of_the_user_and_of_the_session() {
    let mut session = logged_in();
    session.handle(SessionEvent::Logout).unwrap();
    let last: Vec<_> = session.host().outputs.iter().rev().take(2).collect();
    assert!(matches!(
        last[..],
        [SessionOutput::UserLoggedOut { user_id: 7 }, SessionOutput::SessionInvalidated { session_id: 1 }]
    ));
    assert!(session.valid_context().is_none());
}

#[test]
fn an_expired_session_can_be_logged_out() {
    let mut session = logged_in();
    session.advance_to(30 * MINUTE).unwrap();
    session.handle(SessionEvent::Logout).unwrap();
    assert_eq!(session.state(), S::Invalidated);
    assert!(session.is_terminated());
}
