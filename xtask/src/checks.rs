//! `docs/checks.md` from the documentation that every rule carries.

use std::fmt::Write as _;
use std::path::Path;

use fsm_core::catalogue;

/// The text of the catalogue.
#[expect(clippy::unnecessary_wraps, reason = "the signature of every task")]
pub(crate) fn generate(_: &Path) -> Result<String, String> {
    let mut text = String::from(
        "# Everything that `fsmc` can find\n\n\
         Written from the rules themselves by `cargo run -p xtask -- checks`; `fsmc explain CODE` prints the same.\n\n\
         | code | name | level | finds |\n|---|---|---|---|\n",
    );
    let rules = catalogue::rules();
    for rule in &rules {
        let (code, name, level) = (rule.code, rule.name, rule.severity.as_str());
        let _ = writeln!(text, "| [{code}](#{}) | `{name}` | {level} | {} |", anchor(code, name), rule.summary);
    }
    for rule in &rules {
        // Those of importers are about documents in another notation.
        let language = if rule.code.starts_with("FSM8") { "xml" } else { "fsm" };
        let _ = write!(
            text,
            "\n## {} {}\n\n{}: {}.\n\n{}\n\n```{language}\n{}\n```\n\nInstead:\n\n```{language}\n{}\n```\n",
            rule.code,
            rule.name,
            capitalized(rule.severity.as_str()),
            rule.summary,
            rule.explanation,
            rule.example.trim_end(),
            rule.instead.trim_end()
        );
    }
    Ok(text)
}

/// The anchor that Markdown renderers give the heading of a rule.
fn anchor(code: &str, name: &str) -> String {
    format!("{}-{name}", code.to_lowercase())
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
