//! The machines that `build.rs` writes.

macro_rules! big {
    ($name:ident $($event:ident),*) => {
        pub mod $name {
            use contest::Contestant;
            use statig::blocking::IntoStateMachineExt as _;
            use statig::prelude::*;

            use crate::Running;

            #[derive(Default)]
            pub struct Machine {
                count: u64,
            }

            include!(concat!(env!("OUT_DIR"), "/", stringify!($name), ".rs"));

            impl Contestant for Running<Machine> {
                type Event = Event;

                const TELLS: bool = false;

                fn start() -> Self {
                    Running(Machine::default().uninitialized_state_machine().init())
                }

                fn event(number: usize) -> Event {
                    [$(Event::$event),*][number]
                }

                fn handle(&mut self, event: &Event) -> bool {
                    self.0.handle(event);
                    true
                }

                fn counted(&self) -> u64 {
                    self.0.inner().count
                }
            }
        }
    };
}

big!(hundred E0, E1, E2, E3);
big!(thousand E0, E1, E2, E3, E4, E5, E6, E7);
