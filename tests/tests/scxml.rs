//! SCXML documents, imported and run: the suite of the W3C and that of SCION, where they are there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use fsm_tests::root;
use fsm_tests::scxml::imported;

/// All files below a folder with one of these endings, sorted.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn stem(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.split('.').next().unwrap_or_default().to_owned()
}

/// The documents that were written for this, by name.
fn own() -> Vec<(String, Vec<u8>)> {
    let documents = files(&root().join("tests/scxml"), ".scxml");
    documents.iter().map(|path| (stem(path), fs::read(path).unwrap())).collect()
}

/// Each of our own documents judges itself, too, and its text is one that people can read.
#[test]
fn our_own_documents_pass_and_read_well() {
    assert!(!own().is_empty());
    for (name, document) in own() {
        let imported = imported(&name, &document).unwrap_or_else(|findings| panic!("{name}: {}", findings.join("\n")));
        insta::assert_snapshot!(name.as_str(), imported.text);
        assert_eq!(imported.outcome(), "pass", "{name}");
    }
}

/// The text that is written is laid out in lines of the width that our own sources have.
#[test]
fn no_line_is_long_that_could_be_short() {
    for (name, document) in own() {
        let text = imported(&name, &document).unwrap().text;
        assert!(text.lines().all(|line| line.len() <= 120), "{name}");
        assert!(!text.contains("\n\n\n") && !text.contains("{\n\n"), "{name}");
    }
}

/// A document that was damaged is imported or refused: there is no panic, and no text that the language refuses.
#[test]
fn damaged_documents_are_imported_or_refused() {
    let damages =
        ["", "\"", "<", ">", "&", "<if/>", "<state>", "\u{0}", "\u{202e}", "(((", "undefined", "'", "done.state.", "*"];
    for (name, document) in own() {
        let text = String::from_utf8(document).unwrap();
        for (number, (at, _)) in text.char_indices().step_by(7).enumerate() {
            let damage = damages[number % damages.len()];
            // What stands here is replaced, or, every other time, lost together with all that follows.
            let rest = if number % 2 == 0 { text.get(at + 3..).unwrap_or_default() } else { "" };
            let broken = format!("{}{damage}{rest}", &text[..at]);
            if let Err(findings) = imported(&name, broken.as_bytes()) {
                let foreign = findings.iter().find(|finding| !finding.starts_with("FSM8"));
                assert!(foreign.is_none(), "{name} at {at} with {damage:?}: {}\n{broken}", findings.join("\n"));
            }
        }
    }
}

/// Every document of the W3C's suite ends in the state `pass`.
#[test]
fn the_documents_of_the_w3c_pass() {
    let folder = root().join("../shared/corpus/scxml-irp");
    let documents = files(&folder, ".scxml");
    if documents.is_empty() {
        println!("skipped: there is no {}", folder.display());
        return;
    }
    let mut wrong = Vec::new();
    for path in &documents {
        let outcome = match imported(&stem(path), &fs::read(path).unwrap()) {
            Ok(imported) => imported.outcome(),
            Err(findings) => findings.join("\n"),
        };
        if outcome != "pass" {
            wrong.push(format!("{}: {outcome}", stem(path)));
        }
    }
    println!("{} of {} documents pass", documents.len() - wrong.len(), documents.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What became of a test of SCION's suite.
enum Verdict {
    Passed,
    /// It was refused, for these reasons.
    Refused(Vec<String>),
    /// It runs otherwise than it should.
    Wrong(String),
}

/// SCION's tests, in the folder that `FSM_SCION_TESTS` names (`tests/scxml/scion.sh` fetches them): each document is run as its
/// script says, or refused; none runs otherwise. The translation of the W3C's suite has to end in `pass`.
#[test]
fn the_documents_of_scion_run_or_are_refused() {
    let Some(folder) = env::var_os("FSM_SCION_TESTS").map(PathBuf::from) else {
        println!("skipped: FSM_SCION_TESTS names no folder");
        return;
    };
    let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let mut wrong = Vec::new();
    for path in files(&folder, ".scxml") {
        let script = fs::read_to_string(path.with_extension("json")).ok();
        // What is invoked by other documents is no test of its own.
        let Some(script) = script.and_then(|script| serde_json::from_str(&script).ok()) else { continue };
        let folder = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let count = counts.entry(folder.unwrap_or_default()).or_default();
        let Some(verdict) = verdict(&path, &script) else { continue };
        count[1] += 1;
        match verdict {
            Verdict::Passed => count[0] += 1,
            Verdict::Refused(why) => println!("refused {}: {}", path.display(), why.join("; ")),
            Verdict::Wrong(how) => wrong.push(format!("{}: {how}", path.display())),
        }
    }
    for (folder, [passed, all]) in &counts {
        println!("| {folder} | {passed} | {all} |");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What becomes of a document; `None` if only a person could judge it.
fn verdict(path: &Path, script: &serde_json::Value) -> Option<Verdict> {
    let imported = match imported(&stem(path), &fs::read(path).unwrap_or_default()) {
        Ok(imported) => imported,
        Err(findings) if findings.iter().all(|finding| finding.starts_with("FSM8")) => {
            return Some(Verdict::Refused(findings));
        }
        Err(findings) => return Some(Verdict::Wrong(findings.join("\n"))),
    };
    if path.components().any(|part| part.as_os_str() == "w3c-ecma") {
        let judges_itself = imported.machine().states.iter().any(|state| state.notes.label.as_deref() == Some("pass"));
        return judges_itself.then(|| match imported.outcome().as_str() {
            "pass" => Verdict::Passed,
            other => Verdict::Wrong(format!("{other}\n{}", imported.text)),
        });
    }
    // Where SCION departed from the recommendation, in what a transition inside a parallel state leaves, its older script
    // is that of the recommendation.
    let older = script.get("legacySemantics");
    let followed = imported.follow(script).or_else(|how| older.map_or(Err(how), |older| imported.follow(older)));
    Some(match followed {
        Ok(()) => Verdict::Passed,
        Err(how) => Verdict::Wrong(format!("{how}\n{}", imported.text)),
    })
}
