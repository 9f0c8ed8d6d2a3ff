//! Three states, four events, a guard and a counter; and the same with 256 bytes of context more.

macro_rules! turnstile {
    ($name:ident $words:literal) => {
        pub mod $name {
            use contest::Contestant;

            /// What the guard asks about.
            #[derive(Debug, Default)]
            pub struct Context {
                fares: u32,
                ballast: [u64; $words],
            }

            state_machines::state_machine! {
                name: Turnstile,
                context: Context,
                initial: Locked,
                dynamic: true,
                states: [Locked, Unlocked, Broken],
                events {
                    coin { guards: [has_room], transition: { from: Locked, to: Unlocked } }
                    push { transition: { from: Unlocked, to: Locked } }
                    smash { transition: { from: Locked, to: Broken } transition: { from: Unlocked, to: Broken } }
                    repair { transition: { from: Broken, to: Locked } }
                }
            }

            impl<S> Turnstile<S> {
                fn has_room(&self, context: &Context) -> bool {
                    let _ = context.ballast;
                    context.fares < 4_000_000_000
                }
            }

            pub struct Counted {
                machine: DynamicTurnstile,
                fares: u64,
            }

            impl Contestant for Counted {
                type Event = u8;

                fn start() -> Self {
                    let context = Context { fares: 0, ballast: [0; $words] };
                    Counted { machine: DynamicTurnstile::new(context), fares: 0 }
                }

                fn event(number: usize) -> u8 {
                    [0, 1, 2, 3][number]
                }

                fn handle(&mut self, event: &u8) -> bool {
                    let kind = match event {
                        0 => TurnstileEvent::Coin,
                        1 => TurnstileEvent::Push,
                        2 => TurnstileEvent::Smash,
                        _ => TurnstileEvent::Repair,
                    };
                    let is_taken = self.machine.handle(kind).is_ok();
                    self.fares += u64::from(is_taken && *event == 0);
                    is_taken
                }

                fn counted(&self) -> u64 {
                    self.fares
                }
            }
        }
    };
}

turnstile!(narrow 0);
turnstile!(wide 32);
