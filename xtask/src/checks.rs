//! `docs/checks.md` from the documentation that every rule carries.

use std::fmt::Write as _;
use std::path::Path;

use fsm_core::catalogue;
use fsm_core::levels::GROUPS;

/// The text of the catalogue.
#[expect(clippy::unnecessary_wraps, reason = "the signature of every task")]
pub(crate) fn generate(_: &Path) -> Result<String, String> {
    let mut text = String::from(
        "# Everything that `fsmc` can find\n\n\
         Written from the rules themselves by `cargo run -p xtask -- checks`; `fsmc explain CODE` prints the same.\n\n\
         A level can be chosen for each of these groups, for each rule in them, for `all` and for `warnings`; \
         [levels.md](levels.md) says how. All other rules are errors: a text in which they find something means nothing.\n\n\
         | group | finds | rules |\n|---|---|---|\n",
    );
    let rules = catalogue::rules();
    for group in GROUPS {
        let codes: Vec<_> = rules.iter().filter(|rule| group.contains(rule)).map(|rule| rule.code).collect();
        let _ = writeln!(text, "| `{}` | {} | {} |", group.name, group.summary, codes.join(" "));
    }
    text.push_str("\n| code | name | level | finds |\n|---|---|---|---|\n");
    for rule in &rules {
        let (code, name, level) = (rule.code, rule.name, rule.severity.as_str());
        let _ = writeln!(text, "| [{code}](#{}) | `{name}` | {level} | {} |", anchor(code, name), rule.summary);
    }
    for rule in &rules {
        let language = language(rule.code);
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

/// What the example of a rule is written in: those of importers and of the configuration have other notations.
fn language(code: &str) -> &'static str {
    match code {
        _ if code.starts_with("FSM8") => "xml",
        _ if code.starts_with("FSM02") => "toml",
        _ => "fsm",
    }
}

/// The anchor that Markdown renderers give the heading of a rule.
fn anchor(code: &str, name: &str) -> String {
    format!("{}-{name}", code.to_lowercase())
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
