//! What those who watch a machine are told, and that none of them holds up the machine or another one.
#![cfg(all(feature = "macros", feature = "std"))]

use std::thread;
use std::time::Duration;

use fsm_runtime::observer::{Broadcast, Change, Lagged, Recorder, each};
use fsm_runtime::{Happening, Observed, Observer, Outcome, Stimulus};

fsm_runtime::fsm! {
    machine Printer {
        context { is_ready: bool = false }
        event Print; event Warm; event Jam;
        internal event Ready;
        limit jams <= 1 else -> Broken;
        initial state Cold {
            defer Print max 1;
            on Warm -> On / raise Ready;
        }
        state On {
            initial state Idle { on Print -> Busy; on Ready / is_ready = true; }
            state Busy { after 2s -> Idle; }
            on Jam -> On counts jams;
        }
        final state Broken;
    }
}

fsm_runtime::fsm! {
    parallel machine Desk {
        event Ring; event Quit;
        state Phone {
            initial state Hung { on Ring -> Speaking; }
            state Speaking { on Quit -> Hung; }
        }
        state Door {
            initial state Shut { on Ring -> Ajar; }
            state Ajar;
        }
    }
}

/// Writes down all that is told.
#[derive(Default)]
struct Log(Vec<String>);

impl Observer<PrinterState> for Log {
    fn observe(&mut self, happening: Happening<'_, PrinterState>) {
        self.0.push(match happening {
            Happening::Began { at, state, stimulus } => {
                format!("began {stimulus} at {at:?} in {}", state.map_or("-".to_owned(), |state| state.to_string()))
            }
            Happening::Taken { row, from } => format!("taken {row} from {from}"),
            Happening::Left(state) => format!("left {state}"),
            Happening::Entered(state) => format!("entered {state}"),
            Happening::Raised(stimulus) => format!("raised {stimulus}"),
            Happening::Next(stimulus) => format!("next {stimulus}"),
            Happening::Deferred(stimulus) => format!("deferred {stimulus}"),
            Happening::Recalled(stimulus) => format!("recalled {stimulus}"),
            Happening::Ended { state, answer: Ok(outcome) } => format!("ended {outcome:?} in {state}"),
            Happening::Ended { state, answer: Err(error) } => format!("ended in {state}: {error}"),
        });
    }
}

impl Log {
    fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.0)
    }
}

#[test]
fn all_that_happens_is_told_in_order() {
    let mut printer = Printer::start(Observed::new((), Log::default())).unwrap();
    let told = |printer: &mut Printer<Observed<(), Log>>| printer.host_mut().observer.take();
    assert_eq!(told(&mut printer), ["began start at 0ns in -", "entered Cold", "ended Taken in Cold"]);
    printer.handle(PrinterEvent::Print).unwrap();
    assert_eq!(told(&mut printer), ["began print at 0ns in Cold", "deferred print", "ended Deferred in Cold"]);
    assert!(printer.handle(PrinterEvent::Jam).is_err());
    assert_eq!(told(&mut printer), ["began jam at 0ns in Cold", "ended in Cold: cannot jam from Cold"]);
    printer.handle_at(Duration::from_secs(1), PrinterEvent::Warm).unwrap();
    assert_eq!(
        told(&mut printer),
        [
            "began warm at 1s in Cold",
            "taken 1 from Cold",
            "left Cold",
            "raised ready",
            "entered On",
            "entered Idle",
            "next ready",
            "taken 4 from Idle",
            "recalled print",
            "taken 3 from Idle",
            "left Idle",
            "entered Busy",
            "ended Taken in Busy",
        ]
    );
    printer.advance_to(Duration::from_secs(3)).unwrap();
    assert_eq!(
        told(&mut printer),
        ["began timer at 3s in Busy", "taken 5 from Busy", "left Busy", "entered Idle", "ended Taken in Idle"]
    );
    printer.handle(PrinterEvent::Jam).unwrap();
    told(&mut printer);
    printer.handle(PrinterEvent::Jam).unwrap();
    assert_eq!(
        told(&mut printer),
        [
            "began jam at 3s in Idle",
            "taken 6 from Idle",
            "left Idle",
            "left On",
            "entered Broken",
            "ended Taken in Broken",
        ]
    );
}

#[test]
fn each_transition_is_a_change() {
    let mut changes = Vec::new();
    let watching = each(|change: Change<PrinterState>| changes.push(change));
    let mut printer = Printer::start(Observed::new((), watching)).unwrap();
    assert_eq!(printer.handle(PrinterEvent::Print), Ok(Outcome::Deferred));
    printer.handle_at(Duration::from_secs(1), PrinterEvent::Warm).unwrap();
    printer.advance_to(Duration::from_secs(3)).unwrap();
    let shown = changes.iter().map(|change| {
        let Change { at, stimulus, from, to, row } = change;
        format!("{} {stimulus} {from} {to} {row}", at.as_secs())
    });
    assert_eq!(
        shown.collect::<Vec<_>>(),
        ["1 warm Cold Idle 1", "1 ready Idle Idle 4", "1 print Idle Busy 3", "3 timer Busy Idle 5"]
    );
    assert_eq!(changes[3].transition().unwrap().source, Some(PrinterState::Busy));
}

#[test]
fn transitions_that_are_taken_together_are_changes_of_their_own() {
    let mut changes = Vec::new();
    let watching = each(|change: Change<DeskState>| changes.push((change.from, change.to)));
    let mut desk = Desk::start(Observed::new((), watching)).unwrap();
    desk.handle(DeskEvent::Ring).unwrap();
    desk.handle(DeskEvent::Quit).unwrap();
    assert_eq!(
        changes,
        [
            (DeskState::Hung, DeskState::Speaking),
            (DeskState::Shut, DeskState::Ajar),
            (DeskState::Speaking, DeskState::Hung)
        ]
    );
}

#[test]
fn a_recorder_keeps_the_last_transitions() {
    let mut desk = Desk::start(Observed::new((), (Recorder::<_, 3>::new(), Recorder::<_, 0>::new()))).unwrap();
    let to = |desk: &Desk<Observed<(), (Recorder<DeskState, 3>, _)>>| {
        desk.host().observer.0.iter().map(|change| change.to).collect::<Vec<_>>()
    };
    assert_eq!(to(&desk), []);
    desk.handle(DeskEvent::Ring).unwrap();
    assert_eq!(to(&desk), [DeskState::Speaking, DeskState::Ajar]);
    desk.handle(DeskEvent::Quit).unwrap();
    desk.handle(DeskEvent::Ring).unwrap();
    assert_eq!(to(&desk), [DeskState::Ajar, DeskState::Hung, DeskState::Speaking]);
    assert_eq!((desk.host().observer.0.overwritten(), desk.host().observer.1.overwritten()), (1, 4));
    assert_eq!(desk.host().observer.1.iter().count(), 0);
}

fsm_runtime::fsm! {
    machine Lamp {
        event Press;
        event Break;
        initial state Off { on Press -> On; }
        state On { on Press -> Off; }
    }
}

/// The numbers of the rows that are taken when the lamp is pressed so often.
fn rows(presses: usize) -> Vec<usize> {
    (0..presses).map(|press| press % 2).collect()
}

fn press(lamp: &mut Lamp<Observed<(), Broadcast<LampState>>>, times: usize) {
    for _ in 0..times {
        lamp.handle(LampEvent::Press).unwrap();
    }
}

#[test]
fn all_subscriptions_get_all_transitions_in_order() {
    let broadcast = Broadcast::new();
    let subscriber = broadcast.subscriber();
    let (logger, counter) = (broadcast.subscribe(100), subscriber.subscribe(100));
    let mut lamp = Lamp::start(Observed::new((), broadcast)).unwrap();
    press(&mut lamp, 10);
    // An event that is refused is none of a transition, and does no harm.
    assert!(lamp.handle(LampEvent::Break).is_err());
    press(&mut lamp, 5);
    let late = subscriber.subscribe(100);
    press(&mut lamp, 1);
    drop(lamp);
    assert_eq!(logger.map(|change| change.unwrap().row).collect::<Vec<_>>(), rows(16));
    assert_eq!(counter.filter(|change| change.is_ok_and(|change| change.to == LampState::On)).count(), 8);
    assert_eq!(late.count(), 1);
    assert_eq!(subscriber.subscribe(1).next(), None);
}

#[test]
fn who_is_too_slow_loses_the_oldest_and_is_told_how_many() {
    let broadcast = Broadcast::new();
    let (mut slow, mut quick) = (broadcast.subscribe(3), broadcast.subscribe(100));
    let mut lamp = Lamp::start(Observed::new((), broadcast)).unwrap();
    press(&mut lamp, 3);
    assert!(slow.try_recv().is_ok_and(|change| change.is_some()));
    press(&mut lamp, 5);
    assert_eq!(slow.try_recv(), Err(Lagged(4)));
    assert_eq!(Lagged(4).to_string(), "4 transitions were lost: they were not read in time");
    let rest = std::iter::from_fn(|| slow.try_recv().unwrap());
    assert_eq!(rest.map(|change| change.row).collect::<Vec<_>>(), rows(8)[5..]);
    press(&mut lamp, 1);
    assert_eq!(slow.try_recv().map(|change| change.map(|change| change.row)), Ok(Some(0)));
    let all = std::iter::from_fn(|| quick.try_recv().unwrap());
    assert_eq!(all.map(|change| change.row).collect::<Vec<_>>(), rows(9));
}

#[test]
fn dropping_a_subscription_unsubscribes() {
    let broadcast = Broadcast::new();
    let (first, mut second) = (broadcast.subscribe(1), broadcast.subscribe(9));
    let subscriber = broadcast.subscriber();
    let mut lamp = Lamp::start(Observed::new((), broadcast)).unwrap();
    assert_eq!(subscriber.count(), 2);
    drop(first);
    assert_eq!(subscriber.count(), 1);
    press(&mut lamp, 2);
    assert!(second.try_recv().is_ok_and(|change| change.is_some()));
    drop(second);
    assert_eq!(subscriber.count(), 0);
    press(&mut lamp, 1);
}

#[test]
fn a_subscription_waits_in_its_own_thread() {
    let broadcast = Broadcast::new();
    let stream = broadcast.subscribe(100);
    let counting = thread::spawn(move || stream.flatten().filter(|change| change.to == LampState::Off).count());
    let mut lamp = Lamp::start(Observed::new((), broadcast)).unwrap();
    press(&mut lamp, 50);
    drop(lamp);
    assert_eq!(counting.join().unwrap(), 25);
}

#[test]
fn a_reader_that_panics_does_not_end_the_others() {
    let broadcast = Broadcast::new();
    let (mut bad, good) = (broadcast.subscribe(100), broadcast.subscribe(100));
    let subscriber = broadcast.subscriber();
    let mut lamp = Lamp::start(Observed::new((), broadcast)).unwrap();
    press(&mut lamp, 1);
    let panicking = thread::spawn(move || assert_eq!(bad.next().unwrap().unwrap().to, LampState::Off, "a bad event"));
    assert!(panicking.join().is_err());
    assert_eq!(subscriber.count(), 1);
    press(&mut lamp, 1);
    drop(lamp);
    assert_eq!(good.count(), 2);
}

#[test]
fn hosts_and_observers_may_be_references() {
    let mut host = ();
    let mut log = Log::default();
    let mut printer = Printer::start(Observed::new(&mut host, Some(&mut log))).unwrap();
    printer.handle(PrinterEvent::Warm).unwrap();
    assert_eq!(log.take().len(), 12);
    assert_eq!(Stimulus::<PrinterState, PrinterEventKind>::Task("fetch").to_string(), "end of fetch");
}

#[cfg(feature = "tokio")]
mod asynchronous {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use fsm_runtime::driver::tokio::{mailbox, run};
    use fsm_runtime::observer::{Broadcast, each};
    use fsm_runtime::{Observed, observer::Change};
    use tokio::sync::Semaphore;
    use tokio::task::JoinSet;

    use super::{Lamp, LampEvent, LampState};

    /// A bounded stream, filtered and mapped, up to ten handled at once; one that fails does not end it.
    #[tokio::test(start_paused = true)]
    async fn a_stream_is_handled_concurrently() {
        let broadcast = Broadcast::new();
        let mut stream = broadcast.subscribe(100);
        let (lamp, mailbox) = mailbox(8);
        let machine = tokio::spawn(run(Lamp::start(Observed::new((), broadcast)).unwrap(), mailbox));
        let (most, at_once) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let handling = tokio::spawn({
            let most = Arc::clone(&most);
            async move {
                let (permits, mut handlers) = (Arc::new(Semaphore::new(10)), JoinSet::new());
                while let Some(change) = stream.recv().await {
                    let change = change.unwrap();
                    if change.to != LampState::On {
                        continue;
                    }
                    let permit = Arc::clone(&permits).acquire_owned().await.unwrap();
                    let (most, at_once) = (Arc::clone(&most), Arc::clone(&at_once));
                    handlers.spawn(async move {
                        let _permit = permit;
                        let now = at_once.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(now, Ordering::SeqCst);
                        tokio::time::sleep(Duration::from_millis(5)).await;
                        at_once.fetch_sub(1, Ordering::SeqCst);
                        assert_ne!(change.row, 1, "only row 0 leads to On");
                        change.row
                    });
                }
                handlers.join_all().await.len()
            }
        });
        for press in 0..80 {
            assert!(lamp.send(LampEvent::Press).await.unwrap().is_ok());
            if press == 40 {
                assert!(lamp.send(LampEvent::Break).await.unwrap().is_err());
            }
        }
        drop(lamp);
        machine.await.unwrap();
        assert_eq!(handling.await.unwrap(), 40);
        assert_eq!(most.load(Ordering::SeqCst), 10);
    }

    #[tokio::test]
    async fn waiting_for_a_transition_may_be_given_up() {
        let broadcast = Broadcast::new();
        let mut stream = broadcast.subscribe(100);
        let mut lamp = Lamp::start(Observed::new((), broadcast)).unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(1), stream.recv()).await.is_err());
        lamp.handle(LampEvent::Press).unwrap();
        assert_eq!(stream.recv().await.unwrap().unwrap().to, LampState::On);
        drop(lamp);
        assert_eq!(stream.recv().await, None);
    }

    /// Any channel does, that of tokio too.
    #[tokio::test]
    async fn transitions_can_go_to_a_channel_of_tokio() {
        let (sender, mut receiver) = tokio::sync::broadcast::channel::<Change<LampState>>(100);
        let watching = each(move |change| drop(sender.send(change)));
        let mut lamp = Lamp::start(Observed::new((), watching)).unwrap();
        lamp.handle(LampEvent::Press).unwrap();
        assert_eq!(receiver.recv().await.unwrap().to, LampState::On);
    }
}
