//! Many pieces of work, done by several threads, and a line on the terminal that tells how far they are.
//!
//! What comes of it does not depend on the number of threads: results come back in the order of the pieces.

use std::io::{self, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;

/// How work is done.
#[derive(Debug, Clone, Args)]
pub(crate) struct Workers {
    /// How many files are checked at the same time; without it as many as there are processors
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    /// Show no progress, which is otherwise shown on a terminal when it takes long
    #[arg(short, long)]
    quiet: bool,
}

impl Default for Workers {
    fn default() -> Self {
        Workers { jobs: None, quiet: true }
    }
}

/// The stack of a thread: that of a main thread.
const STACK: usize = 8 << 20;

impl Workers {
    /// Does the pieces `0..count`, and gives what comes of them in their order.
    pub(crate) fn run<T: Send>(&self, count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        let next = AtomicUsize::new(0);
        let (sender, receiver) = mpsc::channel();
        let some = |sender: &Sender<(usize, T)>| {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count || sender.send((index, work(index))).is_err() {
                    break;
                }
            }
        };
        let some = &some;
        let mut results = thread::scope(|scope| {
            let mut threads = 0;
            for _ in 0..self.threads(count) {
                let sender = sender.clone();
                let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || some(&sender));
                threads += usize::from(thread.is_ok());
            }
            if threads == 0 {
                // The system gives no threads.
                some(&sender);
            }
            drop(sender);
            collect(&receiver, Progress::new(count, self.quiet))
        });
        results.sort_unstable_by_key(|&(index, _)| index);
        results.into_iter().map(|(_, result)| result).collect()
    }

    fn threads(&self, count: usize) -> usize {
        let jobs = self.jobs.or_else(|| thread::available_parallelism().ok());
        jobs.map_or(1, NonZeroUsize::get).min(count)
    }
}

/// Takes in what is done, until all is.
fn collect<T>(receiver: &Receiver<T>, mut progress: Progress) -> Vec<T> {
    let mut results = Vec::new();
    loop {
        match receiver.recv_timeout(Progress::TICK) {
            Ok(result) => results.push(result),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        progress.show(results.len());
    }
    progress.erase();
    results
}

/// The line on the terminal.
struct Progress {
    count: usize,
    is_wanted: bool,
    started: Instant,
    /// When it was last written.
    shown: Instant,
    /// How many columns it covers.
    width: usize,
}

impl Progress {
    /// How often it is written.
    const TICK: Duration = Duration::from_millis(200);
    /// What is done sooner than this is not told of.
    const PATIENCE: Duration = Duration::from_millis(500);

    fn new(count: usize, quiet: bool) -> Self {
        let now = Instant::now();
        let is_wanted = !quiet && io::stderr().is_terminal();
        Progress { count, is_wanted, started: now, shown: now, width: 0 }
    }

    fn show(&mut self, done: usize) {
        let passed = self.started.elapsed();
        if self.is_wanted && passed >= Self::PATIENCE && self.shown.elapsed() >= Self::TICK {
            self.shown = Instant::now();
            let line = line(done, self.count, passed);
            self.write(&line);
        }
    }

    fn erase(&mut self) {
        if self.width > 0 {
            self.write("");
        }
    }

    /// Writes over what stands there, without escape sequences. That nobody sees it is no failure.
    fn write(&mut self, line: &str) {
        let width = self.width;
        let _ = write!(io::stderr(), "\r{line:width$}").and_then(|()| {
            let back = if line.is_empty() { "\r" } else { "" };
            write!(io::stderr(), "{back}")
        });
        self.width = line.len();
    }
}

fn line(done: usize, count: usize, passed: Duration) -> String {
    format!("checking: {done} of {count} done after {} s", passed.as_secs())
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::time::Duration;

    use super::{Workers, line};

    #[test]
    fn results_come_in_the_order_of_the_pieces() {
        for jobs in [None, NonZeroUsize::new(1), NonZeroUsize::new(7)] {
            let workers = Workers { jobs, quiet: true };
            let results = workers.run(1000, |index| {
                if index % 97 == 0 {
                    std::thread::sleep(Duration::from_millis(1));
                }
                index * 2
            });
            assert!(results.into_iter().eq((0..1000).map(|index| index * 2)), "{jobs:?}");
            assert!(workers.run(0, |index| index).is_empty());
        }
    }

    #[test]
    fn the_line_tells_how_far_it_is() {
        assert_eq!(line(3, 10, Duration::from_millis(4600)), "checking: 3 of 10 done after 4 s");
    }
}
