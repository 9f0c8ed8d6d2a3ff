//! `fsmc import`.

use insta::assert_snapshot;

use crate::project::Project;

const LAMP: &str = r#"<?xml version="1.0"?>
<!-- A lamp that goes out by itself. -->
<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" name="Lamp">
  <datamodel>
    <!-- how often it was lit -->
    <data id="lit" expr="0"/>
  </datamodel>
  <state id="off">
    <transition event="flip" target="on">
      <assign location="lit" expr="lit + 1"/>
    </transition>
  </state>
  <state id="on">
    <onentry><send event="timeout" delay="1.5s"/></onentry>
    <transition event="flip timeout" target="off"/>
  </state>
</scxml>
"#;

const WRONG: &str = r#"<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0">
  <state id="off">
    <transition event="flip" target="onn"/>
    <transition event="look" cond="Math.random() > 0.5"/>
    <invoke src="lamp.scxml"/>
  </state>
  <state id="on"/>
</scxml>
"#;

#[test]
fn a_document_is_printed_in_the_language() {
    let project = Project::new("a_document_is_printed").with("lamp.scxml", LAMP);
    let run = project.run(&["import", "lamp.scxml"]);
    assert_snapshot!(run.all());
    assert_eq!(project.run_with_input(&["import", "-"], LAMP).stdout, run.stdout);
    assert_eq!(project.run_with_input(&["validate", "-"], &run.stdout).code, Some(0), "{}", run.stdout);
}

#[test]
fn what_cannot_be_imported_is_told_at_its_place() {
    let project = Project::new("what_cannot_be_imported").with("wrong.scxml", WRONG).with("no.scxml", b"\xff\xfe<");
    assert_snapshot!(project.run(&["import", "wrong.scxml", "-o", "wrong.fsm"]).all());
    assert!(!project.path("wrong.fsm").exists());
    assert_snapshot!("no_text", project.run(&["import", "no.scxml"]).all());
    assert_snapshot!("no_file", project.run(&["import", "missing.scxml"]).all());
}

#[test]
fn a_file_is_written_and_checked() {
    let project = Project::new("a_file_is_written").with("lamp.scxml", LAMP);
    let to = ["import", "lamp.scxml", "-o", "machines/lamp.fsm"];
    let checked = [&to[..], &["--check"]].concat();
    assert_snapshot!("check_finds_none", project.run(&checked).all());
    assert_eq!(project.run(&to).all(), "exit status 0\n");
    assert_eq!(project.run(&checked).all(), "exit status 0\n");
    std::fs::write(project.path("machines/lamp.fsm"), "machine Lamp { }\n").unwrap();
    assert_snapshot!("check_finds_old", project.run(&checked).all());
}
