//! The fuzz targets, with what is at hand: texts and documents with damage, and bytes that a seed makes.

use fsm_tests::random::Choices;
use fsm_tests::{examples, fuzz};

/// A text with some bytes changed, removed or repeated.
fn damaged(choices: &mut Choices<'_>, text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..choices.count(1, 4) {
        let at = choices.index(bytes.len());
        let length = choices.count(1, 12).min(bytes.len() - at);
        match choices.below(3) {
            0 => drop(bytes.drain(at..at + length)),
            1 => bytes.splice(at..at, bytes[at..at + length].to_vec()).for_each(drop),
            _ => bytes[at] = choices.between(32, 126).to_le_bytes()[0],
        }
    }
    bytes
}

#[test]
fn damaged_definitions_have_findings_in_their_places() {
    let mut choices = Choices::from_seed(1);
    for (_, text) in examples() {
        for _ in 0..20 {
            fuzz::definition(&damaged(&mut choices, &text));
        }
    }
}

#[test]
fn damaged_documents_are_refused_or_become_definitions() {
    const DOCUMENT: &str = r#"<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript" initial="a">
    <datamodel><data id="n" expr="0"/></datamodel>
    <state id="a"><onentry><assign location="n" expr="n + 1"/></onentry>
        <transition event="go" cond="n &lt; 3" target="b"/><transition event="stop" target="end"/></state>
    <parallel id="b"><state id="c"><history id="h"><transition target="d"/></history><state id="d"/></state>
        <state id="e"><transition event="go" target="h"><raise event="done"/></transition></state></parallel>
    <final id="end"/>
</scxml>"#;
    let mut choices = Choices::from_seed(1);
    fuzz::scxml(DOCUMENT.as_bytes());
    for _ in 0..300 {
        fuzz::scxml(&damaged(&mut choices, DOCUMENT));
    }
}

/// A condition that cannot be read counts as false and raises its error; so may the one that is asked next.
#[test]
fn conditions_may_fail_one_after_the_other() {
    const DOCUMENT: &str = r#"<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript" initial="a">
    <datamodel><data id="n" expr="0"/></datamodel>
    <state id="a">
        <onentry><if cond="nowhere == 0"><raise event="go"/><elseif cond="n [= 1"/><raise event="go"/></if></onentry>
        <transition event="error.execution" target="end"/>
    </state>
    <final id="end"/>
</scxml>"#;
    fuzz::scxml(DOCUMENT.as_bytes());
}

#[test]
fn bytes_make_machines_that_run() {
    let mut choices = Choices::from_seed(1);
    for _ in 0..100 {
        let bytes: Vec<u8> = (0..choices.count(0, 3_000)).map(|_| choices.below(256).to_le_bytes()[0]).collect();
        fuzz::machine(&bytes);
    }
}
