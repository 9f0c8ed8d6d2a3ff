//! A session that three watch: a logger, which filters; an alarm that is too slow, and is told what it lost; a counter
//! that stops watching half-way.

use std::thread;
use std::time::Duration;

use fsm_examples::session::{Server, Session, SessionState};
use fsm_examples::watching::{Totals, churn};
use fsm_runtime::Observed;
use fsm_runtime::observer::Broadcast;

fn main() {
    let broadcast = Broadcast::new();
    let logger = broadcast.subscribe(100);
    let mut alarm = broadcast.subscribe(2);
    let mut counter = broadcast.subscribe(100);

    let logging = thread::spawn(move || {
        for change in logger.flatten().filter(|change| change.to == SessionState::Expired) {
            println!("logger: at {:?}, on {}, {} -> {}", change.at, change.stimulus, change.from, change.to);
        }
    });

    let mut session = Session::start(Observed::new(Server::default(), broadcast)).expect("nothing can fail here");
    churn(&mut session, 1, Duration::ZERO);
    println!("counter: {:?}", Totals::of(&mut counter));
    drop(counter);
    churn(&mut session, 3, Duration::from_hours(1));
    println!("alarm: {:?}", Totals::of(&mut alarm));
    drop(session);
    logging.join().expect("the logger does not panic");
}
