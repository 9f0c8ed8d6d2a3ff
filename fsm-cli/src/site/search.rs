//! What can be looked for: a list that the script of the site reads.

use fsm_core::model::System;
use serde::Serialize;

use super::pages::Site;
use crate::document::html::state_id;
use crate::document::{Subject, prose};

/// Something that can be found: its name, what it is, the page and part that tells of it, and more words.
#[derive(Serialize)]
struct Entry(String, String, String, String);

/// The index, as a script: a page from a disk may load nothing else.
pub(super) fn index(site: &Site<'_>) -> String {
    let mut entries = Vec::new();
    for (_, system, path) in &site.systems {
        let name = system.shown(System::root());
        entries.push(entry(name, "system", path, "", &system.parts[System::root()].notes.docs));
        for (id, part) in system.parts.enumerate().skip(1) {
            let what = format!("{} of {name}", part.kind.word());
            entries.push(entry(system.shown(id), &what, path, "containers", &part.notes.docs));
        }
    }
    for (subject, path) in &site.machines {
        of_machine(&mut entries, subject, path);
    }
    // An array of arrays of strings cannot fail to be written.
    let lines: Vec<_> = entries.iter().filter_map(|entry| serde_json::to_string(entry).ok()).collect();
    format!("\"use strict\";\nwindow.searchIndex = [\n{}\n];\n", lines.join(",\n"))
}

fn of_machine(entries: &mut Vec<Entry>, subject: &Subject<'_>, path: &str) {
    let machine = subject.machine;
    let of = |what: &str| format!("{what} of {}", machine.name.text);
    entries.push(entry(&machine.name.text, "machine", path, "", &machine.notes.docs));
    for id in machine.states.ids().skip(1) {
        let name = machine.qualified_name(id);
        entries.push(entry(&name, &of("state"), path, &state_id(&name), &machine.states[id].notes.docs));
    }
    for event in &machine.events {
        entries.push(entry(&event.name.text, &of("event"), path, "interface", &event.notes.docs));
    }
    for output in &machine.outputs {
        entries.push(entry(&output.name.text, &of("output"), path, "interface", &output.notes.docs));
    }
    for variable in &machine.variables {
        entries.push(entry(&variable.name.text, &of("variable"), path, "data", &variable.notes.docs));
    }
    for limit in &machine.limits {
        entries.push(entry(&limit.name.text, &of("limit"), path, "limits", &limit.notes.docs));
    }
    for (name, notes) in machine
        .guards
        .iter()
        .map(|guard| (&guard.name, &guard.notes))
        .chain(machine.actions.iter().map(|action| (&action.name, &action.notes)))
        .chain(machine.tasks.iter().map(|task| (&task.name, &task.notes)))
    {
        entries.push(entry(&name.text, &of("host function"), path, "host", &notes.docs));
    }
    for (index, result) in subject.results().enumerate() {
        let id = format!("scenario-{}", index + 1);
        entries.push(entry(&result.scenario.name.text, &of("scenario"), path, &id, &result.scenario.notes.docs));
    }
}

fn entry(name: &str, what: &str, path: &str, part: &str, docs: &[String]) -> Entry {
    let part = if part.is_empty() { String::new() } else { format!("#{part}") };
    Entry(name.to_owned(), what.to_owned(), format!("{path}.html{part}"), prose::summary(&docs.join("\n")))
}
