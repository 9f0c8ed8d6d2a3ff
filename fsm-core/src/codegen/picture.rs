//! The state diagram in the documentation of a machine.

use proc_macro2::TokenStream;

use super::Generator;

impl Generator<'_> {
    /// The diagram, where it is wished for and can be drawn. Only rustdoc is shown it.
    pub(super) fn picture_docs(&self) -> TokenStream {
        let text = if self.wishes.diagrams { self.picture() } else { String::new() };
        if text.is_empty() { TokenStream::new() } else { quote!(#[cfg_attr(doc, doc = #text)]) }
    }

    /// A picture between lines of Markdown: HTML that ends at the first empty line, of which it has none.
    #[cfg(feature = "diagram")]
    fn picture(&self) -> String {
        use crate::diagram::state::Chart;
        use crate::diagram::{Hidden, Options};

        // What doc comments say stands in the documentation of the states.
        let options = Options { hidden: [Hidden::Notes].into(), ..Options::default() };
        let graph = Chart::new(self.machine, self.sources, &options).graph();
        let style = fsm_draw::Style { theme: fsm_draw::Theme::Auto, ..fsm_draw::Style::default() };
        let svg = fsm_draw::svg(&graph, &style);
        format!("\n# Diagram\n\n<div style=\"overflow:auto\">\n{svg}\n</div>\n")
    }

    #[cfg(not(feature = "diagram"))]
    #[expect(clippy::unused_self, reason = "with diagrams it shows this machine")]
    fn picture(&self) -> String {
        String::new()
    }
}
