//! The parser from the grammar: what `pest_derive` would expand to in every user's build is expanded once, here.

use std::fs;
use std::path::Path;

use quote::quote;

/// The text of the generated parser.
pub(crate) fn generate(root: &Path) -> Result<String, String> {
    let path = root.join("fsm-core/src/syntax/fsm.pest");
    let grammar = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let parser = pest_generator::derive_parser(
        quote! {
            #[grammar_inline = #grammar]
            struct FsmParser;
        },
        false,
    );
    let file = syn::parse2::<syn::File>(parser).map_err(|error| error.to_string())?;
    Ok(format!(
        "// Generated from fsm.pest by `cargo run -p xtask -- grammar`. Do not edit.\n\n\
         /// The parser of `fsm.pest`.\npub struct FsmParser;\n\n{}",
        prettyplease::unparse(&file)
    ))
}
