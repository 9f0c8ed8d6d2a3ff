//! The soldering iron on a board that is simulated.

use fsm_embedded::{Board, IronState, Station};

/// The tip gains or loses a degree in every hundredth of a second.
#[derive(Debug, Default)]
struct Simulated {
    tenths: u16,
    is_heating: bool,
    is_broken: bool,
    beeps: u32,
}

impl Board for Simulated {
    fn set_heater(&mut self, on: bool) {
        self.is_heating = on;
    }

    fn beep(&mut self) {
        self.beeps += 1;
    }

    fn convert(&mut self) -> Option<u16> {
        (!self.is_broken).then_some(self.tenths)
    }
}

/// Lets time pass as a processor does: it sleeps as long as it may, and its tip gets warmer or colder.
fn pass(station: &mut Station<Simulated>, from: u64, milliseconds: u64) -> u64 {
    let (mut now, end) = (from, from + milliseconds);
    while now < end {
        let sleep = station.poll(now).unwrap_or(u64::MAX).clamp(1, end - now);
        let board = station.board_mut();
        let change = u16::try_from(sleep).expect("it measures ten times in a second");
        board.tenths =
            if board.is_heating { board.tenths + change } else { board.tenths.saturating_sub(change).max(200) };
        now += sleep;
    }
    station.poll(now);
    now
}

#[test]
fn it_heats_up_and_holds() {
    let mut station = Station::new(Simulated { tenths: 200, ..Simulated::default() }).expect("it starts");
    assert_eq!(station.poll(0), None, "switched off, it sleeps until somebody comes");
    station.press();
    assert_eq!(station.poll(5), Some(100));
    let mut now = pass(&mut station, 5, 4_000);
    assert_ne!(station.board().beeps, 0, "it tells that it is hot");
    for _ in 0..50 {
        now = pass(&mut station, now, 100);
        let (wanted, measured) = station.degrees();
        assert!(measured.abs_diff(wanted) <= 25, "{measured} for {wanted}");
    }
    station.press();
    pass(&mut station, now, 100);
    assert_eq!((station.state(), station.board().is_heating), (IronState::Off, false));
}

#[test]
fn a_broken_sensor_switches_it_off() {
    let mut station = Station::new(Simulated { tenths: 200, ..Simulated::default() }).expect("it starts");
    station.press();
    let now = pass(&mut station, 0, 500);
    station.board_mut().is_broken = true;
    let now = pass(&mut station, now, 1_000);
    assert_eq!((station.state(), station.board().is_heating), (IronState::Broken, false));
    for _ in 0..20 {
        station.turn(true);
    }
    station.press();
    pass(&mut station, now, 10);
    assert_eq!(station.state(), IronState::Broken, "what did not fit into the queue is lost, the press among it");
    station.press();
    pass(&mut station, now + 10, 10);
    assert_eq!(station.state(), IronState::Off);
}

#[test]
fn all_of_it_fits_into_little_memory() {
    assert!(size_of::<Station<Simulated>>() <= 256, "{} bytes", size_of::<Station<Simulated>>());
}
