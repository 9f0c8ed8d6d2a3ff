//! What a finding is, wherever it stands: the same after lines were added above it, and in another directory.
//!
//! Findings that say the same of the same machine are told apart by their order.

use std::collections::BTreeMap;

use fsm_core::diagnostic::Diagnostic;
use fsm_core::source::Span;

use crate::report::Report;

/// What a finding is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity {
    /// The name of its file.
    pub(crate) file: String,
    /// The code.
    pub(crate) code: &'static str,
    /// The machine in which it stands; empty outside of all.
    pub(crate) machine: String,
    /// What it says.
    pub(crate) message: String,
    /// How many before it are the same.
    pub(crate) index: usize,
}

/// Counts findings that are the same.
#[derive(Debug)]
pub(crate) struct Identities<'r> {
    report: &'r Report,
    /// The machines of all texts: the whole declaration, and the name.
    machines: Vec<(Span, &'r str)>,
    seen: BTreeMap<Identity, usize>,
}

impl<'r> Identities<'r> {
    pub(crate) fn of(report: &'r Report) -> Self {
        let mut machines: Vec<_> =
            report.machines().map(|machine| (machine.span, machine.name.text.as_str())).collect();
        machines.sort_unstable();
        Identities { report, machines, seen: BTreeMap::new() }
    }

    /// What the next finding of the report is.
    pub(crate) fn next(&mut self, finding: &Diagnostic) -> Identity {
        let span = finding.primary.span;
        let mut identity = Identity {
            file: self.report.texts.place(span).file.name().to_owned(),
            code: finding.code(),
            machine: self.machine_at(span).to_owned(),
            message: finding.message.clone(),
            index: 0,
        };
        let count = self.seen.entry(identity.clone()).or_default();
        identity.index = *count;
        *count += 1;
        identity
    }

    /// The name of the machine around a place. Machines lie beside each other.
    fn machine_at(&self, span: Span) -> &'r str {
        let before = self.machines.partition_point(|(of, _)| (of.file, of.start) <= (span.file, span.start));
        let last = before.checked_sub(1).and_then(|index| self.machines.get(index));
        last.filter(|(of, _)| of.file == span.file && span.end <= of.end).map_or("", |&(_, name)| name)
    }
}

impl Identity {
    /// A number for it, which is the same in every version.
    pub(crate) fn fingerprint(&self) -> String {
        let parts = [&self.file, self.code, &self.machine, &self.message, &self.index.to_string()];
        fingerprint(&parts.map(str::as_bytes))
    }
}

/// A number for several texts, in hexadecimal digits: FNV-1a with 64 bits (RFC 9923). It is the same in every version, and
/// nothing that could withstand an attack.
pub(crate) fn fingerprint(parts: &[&[u8]]) -> String {
    let bytes = parts.iter().flat_map(|part| part.iter().copied().chain([0]));
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}
