//! The machines that `build.rs` writes.

macro_rules! big {
    ($name:ident $($event:ident),*) => {
        pub mod $name {
            use contest::Contestant;

            include!(concat!(env!("OUT_DIR"), "/", stringify!($name), ".rs"));

            pub struct Matched {
                state: State,
                count: u64,
            }

            pub struct Split {
                state: State,
                count: u64,
            }

            big!(@contestant Matched $($event),*);
            big!(@contestant Split $($event),*);
        }
    };
    (@contestant $machine:ident $($event:ident),*) => {
        impl Contestant for $machine {
            type Event = Event;

            fn start() -> Self {
                $machine { state: State::S0, count: 0 }
            }

            fn event(number: usize) -> Event {
                [$(Event::$event),*][number]
            }

            fn handle(&mut self, event: &Event) -> bool {
                $machine::handle(self, *event);
                true
            }

            fn counted(&self) -> u64 {
                self.count
            }
        }
    };
}

big!(hundred E0, E1, E2, E3);
big!(thousand E0, E1, E2, E3, E4, E5, E6, E7);
