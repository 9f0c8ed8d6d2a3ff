//! The machines that `build.rs` writes.

macro_rules! big {
    ($name:ident $($event:ident),*) => {
        pub mod $name {
            use contest::Contestant;

            include!(concat!(env!("OUT_DIR"), "/", stringify!($name), ".rs"));

            /// Counts as the others do: without a look at the largest number.
            pub struct Counter(u64);

            impl BigHost for Counter {
                fn count(&mut self) {
                    self.0 += 1;
                }
            }

            impl Contestant for Big<Counter> {
                type Event = BigEvent;

                fn start() -> Self {
                    Big::start(Counter(0)).expect("nothing can fail")
                }

                fn event(number: usize) -> BigEvent {
                    [$(BigEvent::$event),*][number]
                }

                fn handle(&mut self, event: &BigEvent) -> bool {
                    Big::handle(self, *event).is_ok()
                }

                fn counted(&self) -> u64 {
                    self.host().0
                }
            }
        }
    };
}

big!(hundred E0, E1, E2, E3);
big!(thousand E0, E1, E2, E3, E4, E5, E6, E7);
