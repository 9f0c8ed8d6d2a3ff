//! The state diagram in the documentation of a machine.

use fsm_draw::{Style, Theme};
use proc_macro2::TokenStream;

use super::Generator;
use crate::diagram::state::Chart;
use crate::diagram::{Hidden, Options};

impl Generator<'_> {
    /// The diagram as a picture between lines of Markdown: HTML that ends at the first empty line, of which it has none.
    /// Only rustdoc is shown it.
    pub(super) fn picture_docs(&self) -> TokenStream {
        if !self.wishes.diagrams {
            return TokenStream::new();
        }
        // What doc comments say stands in the documentation of the states.
        let options = Options { hidden: [Hidden::Notes].into(), ..Options::default() };
        let graph = Chart::new(self.machine, self.sources, &options).graph();
        let svg = fsm_draw::svg(&graph, &Style { theme: Theme::Auto, ..Style::default() });
        let text = format!("\n# Diagram\n\n<div style=\"overflow:auto\">\n{svg}\n</div>\n");
        quote!(#[cfg_attr(doc, doc = #text)])
    }
}
