//! SCXML, the statechart notation of the W3C.
//!
//! ```text
//! bytes ─ xml ─▶ tree ─ read ─▶ document ─ compile ─▶ text of the language
//!                       (ecmascript)      (expressions, content, events, reactions)
//! ```
//!
//! What the text means is what the document means by the recommendation; what cannot be said in the language is refused,
//! at its place in the document. `docs/scxml.md` lists every element and attribute.

mod compile;
mod content;
mod document;
mod ecmascript;
mod events;
mod expressions;
mod names;
mod reactions;
mod read;
mod rules;
mod text;
mod values;
mod xml;

pub(crate) use rules::RULES;

use super::Import;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Sources, Span};

/// Imports an SCXML document. `name` is that of the file, without directories and extension; it names a machine whose
/// document has no name.
pub fn scxml(sources: &mut Sources, path: &str, name: &str, bytes: &[u8]) -> Import {
    let decoded = xml::decode(bytes);
    let file = sources.add(path, decoded.text);
    let mut import = Import::nothing(file);
    if let Some(problem) = decoded.problem {
        let finding = Diagnostic::new(&rules::NOT_XML, Span::new(file, 0..0), problem).help("save it as UTF-8");
        import.diagnostics.push(finding);
        return import;
    }
    let tree = match xml::parse(sources.file(file).text(), file) {
        Ok(tree) => tree,
        Err(finding) => {
            import.diagnostics.push(*finding);
            return import;
        }
    };
    let mut diagnostics = Diagnostics::new();
    let document = read::document(tree.root_element(), file, &mut diagnostics);
    if let Some(document) = document {
        let (text, findings) = compile::compile(&document, name);
        diagnostics.append(findings);
        if !diagnostics.has_errors() {
            (import.text, import.origins) = text.finish();
        }
    }
    import.diagnostics = diagnostics;
    import
}
