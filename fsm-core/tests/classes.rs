//! Class diagrams beside the generated code that they are of.
#![cfg(feature = "file")]

use fsm_core::codegen::file::rust_file;
use fsm_core::diagnostic::Diagnostics;
use fsm_core::diagram::classes::{ClassKind, Classes, Member, RelationKind};
use fsm_core::source::Sources;
use fsm_core::{Analysis, NoImports, analyze};

const TEXT: &str = "#[snapshot] machine Door \"the door\" {
    enum Colour { Red, Green } extern type User = crate::ids::User;
    param patience: duration = 5s; context { n: u8 in 0..=3 = 0 }
    event Enter { by: User, code: u32? }; internal event Beep; output Alarm { colour: Colour };
    guard known(by: User); action note(text: str, n: u8) -> u8 fails; task ring(n: u8);
    initial state Shut { on Enter [known(event.by)] -> Open / n = note(\"x\", n), raise Beep; after patience -> Open; on Beep / emit Alarm { colour: Colour::Red }; }
    state Open { context { since: duration = 0s } run ring(1) { } }
}
enum Unused { A }
machine Lamp { event Flip; initial state Off { on Flip -> On; } state On; }
machine Crate<'a, T: Clone, const N: usize> {
    extern type Things = [T; N]; extern type Label = &'a str;
    event Fill { things: Things }; event Count; output Sent { label: Label }; action keep(things: Things, label: Label);
    param label: Label;
    initial state Empty { on Fill / keep(event.things, label); on Count / emit Sent { label: label }; }
}";

fn analyzed() -> (Sources, Analysis) {
    let mut sources = Sources::new();
    let root = sources.add("test.fsm", TEXT);
    let analysis = analyze(&mut sources, root, &mut NoImports);
    assert!(!analysis.diagnostics.has_errors(), "{:?}", analysis.diagnostics.iter().next());
    (sources, analysis)
}

fn classes(name: &str) -> Classes {
    let (sources, analysis) = analyzed();
    let machine = analysis.program.machines.iter().find(|machine| machine.name.text == name).unwrap();
    Classes::new(&analysis.program, machine, &sources, &mut Diagnostics::new()).unwrap()
}

/// The public types of generated code, in its order.
fn declared(code: &str, machine: &str) -> Vec<String> {
    let word = |line: &str| {
        let rest = ["pub enum ", "pub struct ", "pub trait ", "pub type "]
            .iter()
            .find_map(|head| line.trim().strip_prefix(head))?;
        Some(rest.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned())
    };
    code.lines().filter_map(word).filter(|name| name.starts_with(machine)).collect()
}

#[test]
fn all_public_types_are_shown_as_they_are_generated() {
    let (sources, analysis) = analyzed();
    let code = rust_file(&analysis.program, &sources, "test.fsm", &mut Diagnostics::new()).unwrap();
    let squeezed = |text: &str| {
        let text: String = text.split_whitespace().collect();
        let text = text.replace("::core::option::", "").replace("::core::result::", "").replace("::core::time::", "");
        text.replace("::fsm_runtime::", "").replace(",}", "}").replace(",)", ")").replace(",>", ">")
    };
    let squeezed_code =
        squeezed(&code.lines().filter(|line| !line.trim().starts_with("//")).collect::<Vec<_>>().join("\n"));
    for name in ["Door", "Lamp"] {
        let Classes { classes, .. } = classes(name);
        let shown: Vec<_> = classes.iter().map(|class| class.name.clone()).collect();
        assert_eq!(shown, declared(&code, name), "{name}");
        for class in &classes {
            for member in &class.members {
                let text = match member {
                    Member::Variant(variant) => variant.clone(),
                    Member::Field { name, ty } => format!("{name}: {ty}"),
                    Member::Method { name, result, .. } if result.is_empty() => format!("fn {name}"),
                    Member::Method { result, .. } => format!("-> {result}"),
                };
                assert!(squeezed_code.contains(&squeezed(&text)), "{}: `{text}` is not generated", class.name);
            }
        }
    }
}

#[test]
fn classes_tell_what_they_hold_and_what_they_use() {
    let Classes { classes, relations, title } = classes("Door");
    assert_eq!(title, "the door: generated types");
    let class = |name: &str| classes.iter().position(|class| class.name == name).unwrap();
    let is = |from: &str, kind: RelationKind, to: &str| {
        relations.iter().any(|one| (one.from, one.kind, one.to) == (class(from), kind, class(to)))
    };
    assert!(is("DoorOutput", RelationKind::Holds, "DoorColour"));
    assert!(is("Door", RelationKind::Holds, "DoorState"));
    assert!(is("Door", RelationKind::Uses, "DoorHost"));
    assert!(is("Door", RelationKind::Uses, "DoorEvent"));
    assert!(is("DoorHost", RelationKind::Uses, "DoorOutput"));
    assert!(is("DoorSnapshot", RelationKind::Holds, "DoorState"));
    assert!(!relations.iter().any(|relation| relation.from == relation.to));
    let host = &classes[class("DoorHost")];
    assert_eq!(host.kind, ClassKind::Trait);
    let note = Member::Method {
        name: "note".to_owned(),
        parameters: "text: &str, n: u8".to_owned(),
        result: "Result<u8, Text>".to_owned(),
    };
    assert!(host.members.contains(&note), "{:?}", host.members);
    let event = &classes[class("DoorEvent")];
    assert_eq!(event.members, [Member::Variant("Enter { by: crate::ids::User, code: Option<u32> }".to_owned())]);
    assert!(!classes.iter().any(|class| class.name == "Unused"));
}

#[test]
fn generic_parameters_are_those_of_the_item() {
    let Classes { classes, .. } = classes("Crate");
    let parameters: Vec<_> = classes.iter().map(|class| (class.name.as_str(), class.parameters.as_str())).collect();
    let expected = [
        ("CrateState", ""),
        ("CrateEvent", "T: Clone, const N: usize"),
        ("CrateEventKind", ""),
        ("CrateOutput", "'a"),
        ("CrateParams", "'a"),
        ("CrateHost", "'a, T: Clone, const N: usize"),
        ("CrateError", ""),
        ("Crate", "'a, T: Clone, const N: usize, H: CrateHost<'a, T, N>"),
    ];
    assert_eq!(parameters, expected);
    let fill = Member::Variant("Fill { things: [T; N] }".to_owned());
    assert!(classes[1].members.contains(&fill), "{:?}", classes[1].members);
}
