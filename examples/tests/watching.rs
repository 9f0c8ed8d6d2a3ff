//! The facts of observers and their streams.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fsm_examples::session::{Server, Session, SessionEvent, SessionState};
use fsm_examples::watching::{Totals, churn};
use fsm_runtime::Observed;
use fsm_runtime::observer::{Broadcast, Change, each};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// A login, and then an expiry and a refresh each time.
const fn transitions(times: u64) -> u64 {
    1 + 2 * times
}

fn watched(broadcast: Broadcast<SessionState>) -> Session<Observed<Server, Broadcast<SessionState>>> {
    Session::start(Observed::new(Server::default(), broadcast)).unwrap()
}

#[test]
fn a_logger_and_a_counter_watch_one_session() {
    let (mut log, mut count) = (Vec::new(), 0);
    let logger = each(|change: Change<SessionState>| log.push(format!("{} -> {}", change.from, change.to)));
    let counter = each(|_: Change<SessionState>| count += 1);
    let mut session = Session::start(Observed::new(Server::default(), (logger, counter))).unwrap();
    churn(&mut session, 1, Duration::ZERO);
    drop(session);
    assert_eq!(log, ["logged out -> ACTIVE", "ACTIVE -> EXPIRED", "EXPIRED -> ACTIVE"]);
    assert_eq!(count, 3);
}

#[test]
fn a_buffer_holds_a_hundred_and_loses_the_oldest() {
    let broadcast = Broadcast::new();
    let (mut slow, mut roomy) = (broadcast.subscribe(100), broadcast.subscribe(1000));
    let mut session = watched(broadcast);
    churn(&mut session, 100, Duration::ZERO);
    assert_eq!(Totals::of(&mut slow), Totals { read: 100, lost: transitions(100) - 100 });
    assert_eq!(Totals::of(&mut roomy), Totals { read: transitions(100), lost: 0 });
}

#[test]
fn who_drops_the_subscription_is_told_nothing_more() {
    let broadcast = Broadcast::new();
    let (leaving, mut staying, subscriber) =
        (broadcast.subscribe(100), broadcast.subscribe(100), broadcast.subscriber());
    let mut session = watched(broadcast);
    churn(&mut session, 1, Duration::ZERO);
    drop(leaving);
    assert_eq!(subscriber.count(), 1);
    churn(&mut session, 1, Duration::from_hours(1));
    assert_eq!(Totals::of(&mut staying).read, transitions(2));
}

#[test]
fn an_event_that_is_refused_ends_no_stream() {
    let broadcast = Broadcast::new();
    let stream = broadcast.subscribe(100);
    let mut session = watched(broadcast);
    assert!(session.handle(SessionEvent::Refresh).is_err());
    churn(&mut session, 2, Duration::ZERO);
    drop(session);
    let expiries = stream.flatten().filter(|change| change.to == SessionState::Expired).map(|change| change.at);
    assert_eq!(expiries.collect::<Vec<_>>(), [Duration::from_mins(30), Duration::from_hours(1)]);
}

#[tokio::test(start_paused = true)]
async fn up_to_ten_are_handled_at_once_and_one_that_fails_does_not_end_the_stream() {
    let broadcast = Broadcast::new();
    let mut stream = broadcast.subscribe(100);
    let mut session = watched(broadcast);
    churn(&mut session, 40, Duration::ZERO);
    drop(session);

    let (permits, busy, most) = (Arc::new(Semaphore::new(10)), Arc::new(AtomicUsize::new(0)), Arc::default());
    let mut handlers = JoinSet::new();
    while let Some(change) = stream.recv().await {
        let (permit, busy) = (Arc::clone(&permits).acquire_owned().await.unwrap(), Arc::clone(&busy));
        let most: Arc<AtomicUsize> = Arc::clone(&most);
        handlers.spawn(async move {
            let _permit = permit;
            most.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_secs(1)).await;
            busy.fetch_sub(1, Ordering::SeqCst);
            change.ok().filter(|change| change.from != SessionState::LoggedOut).ok_or("a login is a bad event here")
        });
    }
    let handled = handlers.join_all().await;
    assert_eq!(handled.len(), 81);
    assert_eq!(handled.iter().filter(|result| result.is_err()).count(), 1);
    assert_eq!(most.load(Ordering::SeqCst), 10);
}
