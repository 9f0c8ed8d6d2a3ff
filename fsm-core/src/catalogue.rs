//! All rules, for `fsmc explain`, for the documentation and for `#[allow]`.

use crate::diagnostic::Rule;
use crate::{analysis, checks, codegen, config, levels, model, scenario, syntax};

/// The rules of each stage; a stage lists its own.
static STAGES: &[&[&Rule]] = &[syntax::RULES, &[&analysis::IMPORT_FAILED], model::RULES, codegen::RULES];

/// All rules in the order of their codes.
#[must_use]
pub fn rules() -> Vec<&'static Rule> {
    let mut rules: Vec<&Rule> = STAGES.iter().copied().flatten().copied().collect();
    rules.extend(checks::adjustable_rules());
    rules.extend([&levels::UNKNOWN_CODE, &levels::FIXED_LEVEL]);
    rules.extend(config::RULES);
    rules.extend(scenario::RULES);
    #[cfg(feature = "import")]
    rules.extend(crate::import::RULES.iter().copied().flatten().copied());
    rules.sort_by_key(|rule| rule.code);
    rules
}

/// The rule with this code (`FSM401`) or name (`unreachable-state`, also written `unreachable_state`).
#[must_use]
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    let name = code_or_name.replace('_', "-");
    rules().into_iter().find(|rule| rule.code.eq_ignore_ascii_case(&name) || rule.name == name)
}

#[cfg(test)]
mod tests {
    use super::rules;

    #[test]
    fn every_code_and_every_name_stands_for_one_rule() {
        let rules = rules();
        for pair in rules.windows(2) {
            assert!(pair[0].code < pair[1].code, "{} is given twice", pair[0].code);
        }
        let mut names: Vec<_> = rules.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        for pair in names.windows(2) {
            assert_ne!(pair[0], pair[1], "two rules of one name");
        }
    }

    #[test]
    fn every_rule_is_documented_in_full() {
        for rule in rules() {
            assert!(rule.code.len() == 6 && rule.code.starts_with("FSM"), "{}", rule.code);
            // Nobody wants to read an example of more than 256 MiB.
            let example = if rule.code == "FSM005" { "…" } else { rule.example };
            for text in [rule.name, rule.summary, rule.explanation, example, rule.instead] {
                assert!(!text.trim().is_empty(), "{} says too little", rule.code);
            }
        }
    }
}
