//! The colours of roles, on light and on dark ground.

use crate::graph::Role;

/// The colours of something drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Colours {
    /// What boxes are filled with.
    pub(crate) fill: &'static str,
    /// Borders and lines.
    pub(crate) line: &'static str,
    /// Text in boxes.
    pub(crate) ink: &'static str,
}

/// The ground that is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    Light,
    Dark,
}

impl Ground {
    /// The colour of the ground itself.
    pub(crate) fn colour(self) -> &'static str {
        match self {
            Ground::Light => "#ffffff",
            Ground::Dark => "#0f1720",
        }
    }

    /// The colours of a role on this ground. C4's boxes are the same on both.
    pub(crate) fn colours(self, role: Role) -> Colours {
        let [fill, line, ink] = match (role, self) {
            (Role::Plain, Ground::Light) => ["#ffffff", "#334155", "#0f172a"],
            (Role::Plain, Ground::Dark) => ["#1b2733", "#a9b8c9", "#e8eef5"],
            (Role::Person, Ground::Light) => ["#08427b", "#052e56", "#ffffff"],
            (Role::Person, Ground::Dark) => ["#08427b", "#5b9bd5", "#ffffff"],
            (Role::Own, Ground::Light) => ["#1168bd", "#0b4884", "#ffffff"],
            (Role::Own, Ground::Dark) => ["#1168bd", "#6cb2f5", "#ffffff"],
            (Role::External, Ground::Light) => ["#6b7280", "#4b5563", "#ffffff"],
            (Role::External, Ground::Dark) => ["#6b7280", "#b6bcc6", "#ffffff"],
            (Role::Final, Ground::Light) => ["#eef1f5", "#334155", "#0f172a"],
            (Role::Final, Ground::Dark) => ["#26323f", "#a9b8c9", "#e8eef5"],
            (Role::Covered, Ground::Light) => ["#dcfce7", "#15803d", "#14532d"],
            (Role::Covered, Ground::Dark) => ["#12351f", "#4ade80", "#dcfce7"],
            (Role::Uncovered, Ground::Light) => ["#fff1f2", "#be123c", "#881337"],
            (Role::Uncovered, Ground::Dark) => ["#3b1620", "#fb7185", "#ffe4e6"],
            (Role::Highlight, Ground::Light) => ["#fef3c7", "#b45309", "#451a03"],
            (Role::Highlight, Ground::Dark) => ["#3a2a0c", "#fbbf24", "#fef3c7"],
            (Role::Wrong, Ground::Light) => ["#fee2e2", "#b91c1c", "#7f1d1d"],
            (Role::Wrong, Ground::Dark) => ["#450a0a", "#f87171", "#fee2e2"],
            (Role::Muted, Ground::Light) => ["#ffffff", "#94a3b8", "#64748b"],
            (Role::Muted, Ground::Dark) => ["#18222d", "#64748b", "#94a3b8"],
        };
        Colours { fill, line, ink }
    }
}
