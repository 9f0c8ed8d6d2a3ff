use std::sync::atomic::{AtomicUsize, Ordering};

use fsm_runtime::Outcome;
use tokio::task::yield_now;

use super::RunId;
use super::driver::{Closed, Tasks, TrySendError, mailbox, run, run_with_tasks};

/// How many schedules each test sees.
const SCHEDULES: usize = 10_000;

fsm_runtime::fsm! {
    machine Counter {
        event Add { by: u8 };
        event Stop;
        context { sum: u32 in 0..=1000 = 0 }
        initial state Open {
            on Add / sum += event.by;
            on Stop -> Shut;
        }
        final state Shut;
    }
}

fsm_runtime::fsm! {
    machine Loader {
        event Skip;
        event Again;
        task load() -> u32;
        context { loaded: u32 = 0, skipped: u32 in 0..=100 = 0 }
        initial state Loading {
            run load() { ok -> Idle / loaded = event.value; }
            on Skip -> Idle / skipped += 1;
        }
        state Idle { on Again -> Loading; ignore Skip; }
    }
}

fn under_all_schedules(test: impl Fn() + Send + Sync + 'static) {
    shuttle::check_random(test, SCHEDULES);
}

/// Every event is answered, however many send at once into however small a mailbox, and none is counted twice or lost.
#[test]
fn every_event_is_answered() {
    under_all_schedules(|| {
        shuttle::future::block_on(async {
            let (handle, mailbox) = mailbox(1);
            let running = tokio::spawn(run(Counter::start(()).expect("it starts"), mailbox));
            let senders: Vec<_> = (1..=3_u8)
                .map(|by| {
                    let handle = handle.clone();
                    tokio::spawn(async move {
                        for _ in 0..2 {
                            let answer = handle.send(CounterEvent::Add { by }).await.expect("nobody stops it");
                            assert_eq!(answer, Ok(Outcome::Taken));
                        }
                        handle.tell(CounterEvent::Add { by: 10 * by }).await.expect("nobody stops it");
                    })
                })
                .collect();
            drop(handle);
            for sender in senders {
                sender.await.expect("no sender panics");
            }
            assert_eq!(running.await.expect("it ends by itself").context().sum, 2 * 6 + 60);
        });
    });
}

/// Whoever sends to a machine that ends meanwhile is told so, and nobody waits for ever.
#[test]
fn whoever_comes_too_late_is_told() {
    under_all_schedules(|| {
        shuttle::future::block_on(async {
            let (handle, mailbox) = mailbox(2);
            let running = tokio::spawn(run(Counter::start(()).expect("it starts"), mailbox));
            let senders: Vec<_> = (0..3)
                .map(|_| {
                    let handle = handle.clone();
                    tokio::spawn(async move {
                        let mut taken = 0_u32;
                        for _ in 0..2 {
                            match handle.send(CounterEvent::Add { by: 1 }).await {
                                Ok(Ok(Outcome::Taken)) => taken += 1,
                                Err(Closed) => {}
                                other => panic!("{other:?}"),
                            }
                        }
                        taken
                    })
                })
                .collect();
            let _ = handle.send(CounterEvent::Stop).await;
            let mut taken = 0;
            for sender in senders {
                taken += sender.await.expect("no sender panics");
            }
            assert_eq!(running.await.expect("it ends by itself").context().sum, taken);
            assert_eq!(handle.try_tell(CounterEvent::Stop), Err(TrySendError::Closed(CounterEvent::Stop)));
        });
    });
}

/// Aborting the task of a machine lets everybody go who waits for it.
#[test]
fn an_aborted_machine_keeps_nobody() {
    under_all_schedules(|| {
        shuttle::future::block_on(async {
            let (handle, mailbox) = mailbox::<Counter<()>>(1);
            let running = tokio::spawn(run(Counter::start(()).expect("it starts"), mailbox));
            let sender = tokio::spawn(async move {
                while let Ok(answer) = handle.send(CounterEvent::Add { by: 1 }).await {
                    assert_eq!(answer, Ok(Outcome::Taken));
                    yield_now().await;
                }
            });
            yield_now().await;
            running.abort();
            sender.await.expect("it is told that the machine is gone");
        });
    });
}

/// Ends of tasks that have been told to the machine, in all schedules.
static FINISHED: AtomicUsize = AtomicUsize::new(0);

#[derive(Default)]
struct Disk {
    tasks: Tasks<u32>,
    running: Option<RunId>,
}

impl LoaderHost for Disk {
    fn start_load(&mut self, run: RunId) {
        assert_eq!(self.running.replace(run), None, "one run at a time");
        self.tasks.start(run, async {
            yield_now().await;
            7
        });
    }

    fn cancel_load(&mut self, run: RunId) {
        assert_eq!(self.running.take(), Some(run), "only what runs is cancelled");
        self.tasks.cancel(run);
    }
}

/// A task that is cancelled while it ends is either finished or cancelled, and never both.
#[test]
fn a_task_is_finished_or_cancelled() {
    under_all_schedules(|| {
        shuttle::future::block_on(async {
            let (handle, mailbox) = mailbox(1);
            let loader = Loader::start(Disk::default()).expect("it starts");
            let running = tokio::spawn(run_with_tasks(
                loader,
                mailbox,
                async |loader: &mut Loader<Disk>| loader.host_mut().tasks.next().await,
                |loader, (run, value)| {
                    assert_eq!(loader.host_mut().running.take(), Some(run), "what was cancelled is heard of no more");
                    FINISHED.fetch_add(1, Ordering::Relaxed);
                    let answer = loader.finish_load(run, value);
                    assert_eq!(answer, Ok(Outcome::Taken));
                    answer
                },
                |_, _| {},
            ));
            for _ in 0..2 {
                let skipped = handle.send(LoaderEvent::Skip).await.expect("nobody stops it");
                assert!(matches!(skipped, Ok(Outcome::Taken | Outcome::Ignored)));
                let again = handle.send(LoaderEvent::Again).await.expect("nobody stops it");
                assert_eq!(again, Ok(Outcome::Taken));
            }
            drop(handle);
            let loader = running.await.expect("it ends by itself");
            assert_eq!(loader.host().running, None);
            assert_eq!(loader.context().loaded, 7, "the last run was not cancelled");
        });
    });
    assert_ne!(FINISHED.load(Ordering::Relaxed), SCHEDULES, "some runs are cancelled, and others are not");
}
