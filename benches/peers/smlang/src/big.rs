//! The machines that `build.rs` writes.

macro_rules! big {
    ($name:ident $($number:literal $event:ident),*; $last:ident) => {
        pub mod $name {
            use contest::Contestant;

            include!(concat!(env!("OUT_DIR"), "/", stringify!($name), ".rs"));

            #[derive(Default)]
            pub struct Context {
                count: u64,
            }

            impl StateMachineContext for Context {
                fn count(&mut self) -> Result<(), ()> {
                    self.count += 1;
                    Ok(())
                }
            }

            impl Contestant for StateMachine<Context> {
                type Event = u8;

                fn start() -> Self {
                    StateMachine::new(Context::default())
                }

                fn event(number: usize) -> u8 {
                    u8::try_from(number).expect("there are few events")
                }

                fn handle(&mut self, event: &u8) -> bool {
                    let event = match event { $($number => Events::$event,)* _ => Events::$last };
                    self.process_event(event).is_ok()
                }

                fn counted(&self) -> u64 {
                    self.context().count
                }
            }
        }
    };
}

big!(hundred 0 E0, 1 E1, 2 E2; E3);
big!(thousand 0 E0, 1 E1, 2 E2, 3 E3, 4 E4, 5 E5, 6 E6; E7);
