//! What the subscribers of `tracing` get.
#![cfg(all(feature = "macros", feature = "std", feature = "tracing"))]

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use fsm_runtime::Observed;
use fsm_runtime::observer::Tracing;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

fsm_runtime::fsm! {
    machine Door {
        event Knock; event Kick; event Wait;
        action greet();
        action mend() fails;
        initial state Shut { on Knock -> Open; ignore Wait; on Kick / mend(); }
        state Open { entry / greet(); }
    }
}

/// A host that tells `tracing` something itself.
struct Porter;

impl DoorHost for Porter {
    fn greet(&mut self) {
        tracing::info!("welcome");
    }

    fn mend(&mut self) -> Result<(), fsm_runtime::Text> {
        Err(fsm_runtime::Text::new("no glue"))
    }
}

/// Writes down spans and events, those inside of a span indented.
#[derive(Clone, Default)]
struct Written {
    text: Arc<Mutex<String>>,
    depth: Arc<AtomicU64>,
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Written {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() || metadata.is_event()
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut text = self.text.lock().unwrap();
        let _ = write!(text, "{} {}", span.metadata().level(), span.metadata().name());
        span.record(&mut Fields(&mut text));
        text.push('\n');
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut text = self.text.lock().unwrap();
        let depth = self.depth.load(Ordering::SeqCst);
        let _ = write!(text, "{}{}", "  ".repeat(usize::try_from(depth).unwrap()), event.metadata().level());
        event.record(&mut Fields(&mut text));
        text.push('\n');
    }

    fn enter(&self, _: &Id) {
        self.depth.fetch_add(1, Ordering::SeqCst);
    }

    fn exit(&self, _: &Id) {
        self.depth.fetch_sub(1, Ordering::SeqCst);
    }
}

#[test]
fn macrosteps_are_spans_and_what_happens_in_them_are_events() {
    let written = Written::default();
    tracing::subscriber::with_default(written.clone(), || {
        let mut door = Door::start(Observed::new(Porter, Tracing::new())).unwrap();
        door.handle(DoorEvent::Wait).unwrap();
        assert!(door.handle(DoorEvent::Kick).is_err());
        door.handle(DoorEvent::Knock).unwrap();
        assert!(door.handle(DoorEvent::Knock).is_err());
        tracing::info!("outside");
    });
    assert_eq!(
        *written.text.lock().unwrap(),
        "INFO macrostep machine=\"Door\" event=start\n\
         \x20 DEBUG message=entered state=Shut\n\
         INFO macrostep machine=\"Door\" state=Shut event=wait\n\
         \x20 DEBUG message=ignored state=Shut\n\
         INFO macrostep machine=\"Door\" state=Shut event=kick\n\
         \x20 INFO message=transition row=2 from=Shut source=Shut\n\
         \x20 ERROR message=failed state=Shut error=`mend()` failed: no glue\n\
         INFO macrostep machine=\"Door\" state=Shut event=knock\n\
         \x20 INFO message=transition row=0 from=Shut source=Shut target=Open\n\
         \x20 DEBUG message=left state=Shut\n\
         \x20 DEBUG message=entered state=Open\n\
         \x20 INFO message=welcome\n\
         INFO macrostep machine=\"Door\" state=Open event=knock\n\
         \x20 WARN message=refused state=Open error=cannot knock from Open\n\
         INFO message=outside\n"
    );
}
