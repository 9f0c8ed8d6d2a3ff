//! Cargo workspaces: `fsmc import Cargo.toml` and `fsmc diagram --from-cargo`.

use insta::assert_snapshot;

use crate::project::Project;

const MACHINE: &str = "machine Order { event Pay; initial state Open { on Pay -> Paid; } final state Paid; }\n";

/// A server with a module for each way in which modules are declared and used, and a library.
fn shop(name: &str) -> Project {
    Project::new(name)
        .with("Cargo.toml", "[workspace]\nmembers = [\"shopd\", \"prices\"]\nresolver = \"3\"\n")
        .with(
            "shopd/Cargo.toml",
            "[package]\nname = \"shopd\"\nversion = \"0.1.0\"\nedition = \"2024\"\ndescription = \"Sells books.\"\n\
             [dependencies]\naxum = \"0.8\"\nsqlx = { version = \"0.8\", features = [\"postgres\"] }\nprices = { path = \"../prices\" }\n\
             [dev-dependencies]\nreqwest = \"0.12\"\n",
        )
        .with(
            "shopd/src/main.rs",
            "//! The server.\nmod api;\npub(crate) mod orders { pub use super::store::Row; mod inner { use super::super::store; } }\nmod store;\n\
             #[path = \"else/where.rs\"]\nmod elsewhere;\n#[cfg(test)]\nmod tests;\nfn main() { api::serve(); crate::elsewhere::run(); }\n",
        )
        .with("shopd/src/api/mod.rs", "//! What [`Buyers`] ask for. And more.\nmod http;\nuse crate::{orders::Row, store as kept};\n")
        .with("shopd/src/api/http.rs", "fn price() -> prices::Price { prices::of(1) }\nquote! { ::kept::secret() }")
        .with("shopd/src/store.rs", "fsm_file!(\"order.fsm\");\nstruct S(sqlx::PgPool);\n")
        .with("shopd/src/else/where.rs", "fsm! { machine Lamp { initial state Off; } } fn broken( {")
        .with("shopd/order.fsm", MACHINE)
        .with("prices/Cargo.toml", "[package]\nname = \"prices\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")
        .with("prices/src/lib.rs", "pub struct Price;\n")
}

#[test]
fn a_workspace_is_imported_as_a_system() {
    let project = shop("a_workspace_is_imported");
    assert_snapshot!(project.run(&["import", "."]).all());
    assert_eq!(project.run(&["import", "Cargo.toml"]).stdout, project.run(&["import", "."]).stdout);
    assert_eq!(project.run(&["import", "Cargo.toml", "-o", "docs/system.fsm"]).all(), "exit status 0\n");
    assert_eq!(project.run(&["import", "Cargo.toml", "-o", "docs/system.fsm", "--check"]).all(), "exit status 0\n");
    let text = std::fs::read_to_string(project.path("docs/system.fsm")).unwrap();
    assert!(text.contains("import \"../shopd/order.fsm\";"), "{text}");
    let validated = project.run(&["validate", "docs/system.fsm"]);
    assert_eq!(validated.code, Some(0), "{}", validated.all());
}

#[test]
fn a_workspace_is_drawn() {
    let project = shop("a_workspace_is_drawn");
    assert_eq!(project.run(&["import", ".", "-o", "system.fsm"]).code, Some(0));
    for kind in ["context", "container", "component"] {
        let drawn = project.run(&["diagram", "--from-cargo", ".", "--kind", kind]);
        assert_eq!(drawn.code, Some(0), "{}", drawn.all());
        assert_eq!(drawn.stdout, project.run(&["diagram", "system.fsm", "--kind", kind]).stdout);
    }
    assert!(project.run(&["diagram", "--from-cargo", "."]).stdout.contains("system context"));
}

#[test]
fn a_broken_manifest_is_told() {
    let project = Project::new("a_broken_manifest").with("Cargo.toml", "[package\n");
    for arguments in [&["import", "Cargo.toml"][..], &["diagram", "--from-cargo", "."]] {
        let run = project.run(arguments);
        assert_eq!(run.code, Some(2), "{}", run.all());
        assert!(run.stderr.starts_with("error: Cargo.toml: "), "{}", run.all());
        assert!(run.stdout.is_empty());
    }
    let missing = project.run(&["diagram", "--from-cargo", "nowhere"]);
    assert_eq!(missing.code, Some(2), "{}", missing.all());
}
