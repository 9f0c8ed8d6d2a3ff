//! `fsmc diagram`.

use insta::assert_snapshot;

use crate::project::Project;

const LAMP: &str = "/// A lamp.\nmachine Lamp {\n    event Flip;\n    initial state Off \"quite \u{202e}off\" { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n";
const DOOR: &str = "machine Door {\n    event Open;\n    initial state Shut { on Open -> Ajar; }\n    state Ajar { on Open -> Shut; }\n}\n";

#[test]
fn one_machine_is_printed() {
    let project = Project::new("one_machine_is_printed").with("lamp.fsm", LAMP);
    assert_snapshot!(project.run(&["diagram", "lamp.fsm"]).all());
    assert_eq!(project.run_with_input(&["diagram", "-"], LAMP).stdout, project.run(&["diagram", "lamp.fsm"]).stdout);
    assert_snapshot!("options", project.run(&["diagram", "lamp.fsm", "--hide", "notes", "--direction", "right"]).all());
}

#[test]
fn of_several_machines_one_is_chosen() {
    let project = Project::new("of_several_machines").with("both.fsm", format!("{LAMP}{DOOR}"));
    let run = project.run(&["diagram", "both.fsm", "--machine", "Door"]);
    assert!(run.stdout.contains("Shut --> Ajar"), "{}", run.all());
    assert_snapshot!("several_on_stdout", project.run(&["diagram", "both.fsm"]).all());
    assert_snapshot!("several_in_one_file", project.run(&["diagram", "both.fsm", "-o", "both.mmd"]).all());
    assert_snapshot!("misspelt", project.run(&["diagram", "both.fsm", "--machine", "Dor"]).all());
    assert_snapshot!("not_there", project.run(&["diagram", "both.fsm", "--machine", "Window"]).all());
}

#[test]
fn machines_of_rust_code_are_drawn() {
    let project = Project::new("machines_of_rust_code").with("src/lib.rs", format!("mod a {{ fsm! {{ {DOOR} }} }}"));
    assert_eq!(project.run(&["diagram", "src/lib.rs"]).stdout, project.run_with_input(&["diagram", "-"], DOOR).stdout);
}

#[test]
fn files_are_written_and_checked() {
    let project = Project::new("files_are_written").with("m/lamp.fsm", LAMP).with("m/door.fsm", DOOR);
    let read = |path: &str| std::fs::read_to_string(project.path(path)).unwrap();

    assert_eq!(project.run(&["diagram", "m/lamp.fsm", "-o", "new/lamp.mmd"]).all(), "exit status 0\n");
    assert_eq!(read("new/lamp.mmd"), project.run(&["diagram", "m/lamp.fsm"]).stdout);

    assert_snapshot!("check_finds_none", project.run(&["diagram", "m", "-o", "all/", "--check"]).all());
    assert_eq!(project.run(&["diagram", "m", "-o", "all/"]).all(), "exit status 0\n");
    assert_eq!(read("all/Lamp.mmd"), read("new/lamp.mmd"));
    assert_eq!(project.run(&["diagram", "m", "-o", "all", "--check"]).all(), "exit status 0\n");

    std::fs::write(project.path("all/Door.mmd"), "stateDiagram-v2\n").unwrap();
    assert_snapshot!("check_finds_old", project.run(&["diagram", "m", "-o", "all", "--check"]).all());
    assert_eq!(read("all/Door.mmd"), "stateDiagram-v2\n");
}

#[test]
fn the_name_of_a_file_says_how_it_is_written() {
    let project = Project::new("the_name_of_a_file").with("lamp.fsm", LAMP);
    let begins = |path: &str, begin: &str| {
        assert_eq!(project.run(&["diagram", "lamp.fsm", "-o", path]).all(), "exit status 0\n");
        let text = std::fs::read_to_string(project.path(path)).unwrap();
        assert!(text.starts_with(begin), "{path}: {text}");
    };
    begins("lamp.svg", "<svg");
    begins("lamp.puml", "@startuml");
    begins("lamp.gv", "digraph");
    begins("lamp", "stateDiagram-v2");
    assert_snapshot!("unknown_name", project.run(&["diagram", "lamp.fsm", "-o", "lamp.pdf"]).all());
    assert!(!project.path("lamp.pdf").exists());
    assert_eq!(project.run(&["diagram", "lamp.fsm", "-o", "lamp.pdf", "-f", "svg"]).code, Some(0));
}

#[test]
fn machines_of_one_name_cannot_share_a_file() {
    let project = Project::new("machines_of_one_name").with("a.fsm", LAMP).with("b.fsm", LAMP);
    assert_snapshot!(project.run(&["diagram", ".", "-o", "all/"]).all());
}

#[test]
fn a_machine_with_findings_is_drawn_all_the_same() {
    let project = Project::new("a_machine_with_findings").with("door.fsm", DOOR.replace("-> Shut", "-> Shot"));
    assert_snapshot!(project.run(&["diagram", "door.fsm"]).all());
}

#[test]
fn where_there_is_nothing_to_draw() {
    let project =
        Project::new("where_there_is_nothing").with("broken.fsm", "machine {").with("types.fsm", "enum A { B }");
    assert_snapshot!("broken", project.run(&["diagram", "broken.fsm"]).all());
    assert_eq!(project.run(&["diagram", "types.fsm"]).code, Some(2));
    assert_snapshot!("missing", project.run(&["diagram", "missing.fsm"]).all());
    assert_eq!(project.run(&["diagram", "broken.fsm", "--check"]).code, Some(2));
}

const SHOP: &str = "system Shop \"Book shop\" {
    person Reader;
    container Web { technology \"Rust\"; component Basket runs Lamp; component Till; Basket -> Till \"pays at\"; }
    store Orders { technology \"SQL\"; }
    Reader -> Web \"buys at\" via \"HTTPS\";
    Till -> Orders \"writes\";
    Basket emits Lit to Reader;
}
";
const LIT: &str = "machine Lamp { event Flip; output Lit; initial state Off { on Flip / emit Lit; } }\n";

/// A file with a system and no machine is drawn as its context; what else there is, is asked for.
#[test]
fn systems_are_drawn_on_all_levels() {
    let project =
        Project::new("systems_are_drawn").with("shop.fsm", format!("import \"lit.fsm\";\n{SHOP}")).with("lit.fsm", LIT);
    assert_snapshot!("system_context", project.run(&["diagram", "shop.fsm"]).all());
    assert_snapshot!("system_container", project.run(&["diagram", "shop.fsm", "--kind", "container"]).all());
    assert_snapshot!(
        "system_component",
        project.run(&["diagram", "shop.fsm", "--kind", "component", "--part", "Web"]).all()
    );
    assert_snapshot!(
        "system_events",
        project.run(&["diagram", "shop.fsm", "--kind", "events", "--direction", "right"]).all()
    );
    let c4 = ["diagram", "shop.fsm", "--kind", "container", "--notation", "c4"];
    assert_snapshot!("system_container_c4", project.run(&c4).all());
    let code = ["diagram", "shop.fsm", "--kind", "code", "--part", "Basket", "-o", "code/"];
    assert_eq!(project.run(&code).all(), "exit status 0\n");
    let read = |path: &str| std::fs::read_to_string(project.path(path)).unwrap();
    assert_eq!(read("code/Lamp.mmd"), project.run(&["diagram", "lit.fsm"]).stdout);
    assert_eq!(read("code/Lamp-class.mmd"), project.run(&["diagram", "lit.fsm", "--kind", "class"]).stdout);
    assert_eq!(project.run(&["diagram", "shop.fsm", "--kind", "container", "-o", "all/"]).all(), "exit status 0\n");
    assert!(project.path("all/Shop-container.mmd").is_file());
}

#[test]
fn what_a_system_does_not_have_is_told() {
    let project =
        Project::new("what_a_system_does_not_have").with("shop.fsm", format!("{LIT}{SHOP}")).with("lit.fsm", LIT);
    let said = |arguments: &[&str]| {
        let run = project.run(&[&["diagram"], arguments].concat());
        assert_eq!(run.code, Some(2), "{}", run.all());
        run.stderr
    };
    assert!(said(&["lit.fsm", "--kind", "context"]).contains("there is no system in it"));
    assert!(said(&["shop.fsm", "--kind", "context", "--system", "Shap"]).contains("did you mean `Shop`?"));
    assert!(
        said(&["shop.fsm", "--kind", "component", "--part", "Orders"])
            .contains("no container with components `Orders`")
    );
    assert!(said(&["shop.fsm", "--kind", "code", "--part", "Orders"]).contains("no machine that runs in a part"));
    assert!(said(&["shop.fsm", "--part", "Web"]).contains("`--part` has no meaning for this kind of diagram"));
    assert!(said(&["shop.fsm", "--kind", "events", "--notation", "c4"]).contains("`--notation` has no meaning"));
}

const TWICE: &str = "machine Lamp {
    event Flip;
    initial state Off { on Flip -> On; }
    state On { on Flip -> Off; }
    scenario \"flipped once\" { send Flip; expect in On; }
    scenario \"flipped: twice\" { repeat 2 { send Flip; } expect in On; }
}
";

/// A scenario is drawn up to where it fails, and the exit status says that it does.
#[test]
fn scenarios_are_drawn() {
    let project = Project::new("scenarios_are_drawn").with("lamp.fsm", TWICE).with("plain.fsm", LAMP);
    let drawn = |arguments: &[&str]| project.run(&[&["diagram", "lamp.fsm", "--kind", "sequence"], arguments].concat());
    assert_snapshot!("sequence", drawn(&["--scenario", "flipped once"]).all());
    assert_snapshot!("sequence_plantuml", drawn(&["--scenario", "flipped: twice", "--format", "plantuml"]).all());
    assert_snapshot!("sequence_several", drawn(&[]).all());
    assert_snapshot!("sequence_files", drawn(&["-o", "all/"]).all());
    assert!(
        project.path("all/Lamp-flipped-once.mmd").is_file() && project.path("all/Lamp-flipped-twice.mmd").is_file()
    );
    assert!(drawn(&["--scenario", "flipped one"]).all().contains("did you mean `flipped once`?"));
    let none = project.run(&["diagram", "plain.fsm", "--kind", "sequence"]);
    assert!(none.all().contains("there is no machine with scenarios in it"), "{}", none.all());
    let picture = drawn(&["--scenario", "flipped once", "--format", "svg"]);
    assert_eq!(picture.code, Some(0), "{}", picture.all());
    assert!(picture.stdout.starts_with("<svg") && picture.stdout.contains(">Off → On</text>"), "{}", picture.all());
    let idle = project.run(&["diagram", "lamp.fsm", "--scenario", "x"]);
    assert!(idle.all().contains("`--scenario` has no meaning for this kind of diagram"), "{}", idle.all());
}

#[test]
fn generated_types_are_drawn() {
    let text = "machine Lamp { extern type Id = crate::Id; enum Colour { Red, Green } context { n: u8 = 0, id: Id? = none } event Flip { to: Colour }; output Lit;
        action count(n: u8) -> u8 fails; initial state Off { on Flip / n = count(n), emit Lit; } }";
    let project =
        Project::new("generated_types").with("lamp.fsm", text).with("bad.fsm", text.replace("emit Lit", "emit Lot"));
    assert_snapshot!("class", project.run(&["diagram", "lamp.fsm", "--kind", "class"]).all());
    assert_snapshot!(
        "class_plantuml",
        project.run(&["diagram", "lamp.fsm", "--kind", "class", "--format", "plantuml"]).all()
    );
    let picture = project.run(&["diagram", "lamp.fsm", "--kind", "class", "--format", "svg"]);
    assert!(picture.stdout.contains("data-id=\"LampHost\""), "{}", picture.all());
    let bad = project.run(&["diagram", "bad.fsm", "--kind", "class"]);
    assert!(
        bad.all().contains("no types are generated from `Lamp`, since there are errors in its file"),
        "{}",
        bad.all()
    );
}
