//! `fsmc doc`: its files, and its pages as a browser sees them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::embed::LOCK;
use crate::project::Project;

const SHOP: &str = "import \"lock.fsm\";\n\n/// Sells *books*.\nsystem Shop \"Book shop\" {\n    person Reader;\n    container Web { technology \"Rust\"; component Basket runs Lock; component Till; Basket -> Till \"pays at\"; }\n    store Orders { technology \"SQL\"; }\n    Reader -> Web \"buys at\" via \"HTTPS\";\n    Till -> Orders \"writes\";\n    Basket emits Alarm to Reader;\n}\n";

/// What nobody should write, in every place where a text can stand.
const HOSTILE: &str = r#"/// </script><script>alert(1)</script> <img src=x onerror=alert(2)> [x](javascript:alert(3)) ![p](http://tracker.example/p.png)
///
/// # A heading
///
/// | a |
/// |:-:|
/// | <b>b</b> |
machine Hostile {
    context { text: str = "</script><script>alert(4)</script>" }
    event E { s: str };
    output O { s: str };
    guard odd(s: str);
    initial state A "\"><img src=x onerror=alert(5)>" {
        on E [odd(event.s) && event.s != "</pre><script>alert(6)</script>"] -> B / emit O { s: "javascript:alert(7)" };
    }
    state B "%%{init: {}}%% --> click A href \"javascript:alert(8)\" RTL<mark>MARK" { on E -> A; }
    scenario "</title><script>alert(9)</script>" {
        send E { s: "x" };
        expect refused;
    }
}
"#;

fn read(project: &Project, path: &str) -> String {
    fs::read_to_string(project.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn a_site_as_markdown() {
    let project = Project::new("a_site_as_markdown").with("m/lock.fsm", LOCK).with("m/shop.fsm", SHOP);
    let run = project.run(&["doc", "m", "-o", "site", "--format", "markdown", "--title", "The *shop*"]);
    assert_eq!(run.all(), "exit status 0\n── stderr\n3 files in site: 3 written\n");
    assert_snapshot!("doc_index_md", read(&project, "site/index.md"));
    assert_snapshot!("doc_system_md", read(&project, "site/systems/Shop.md"));
    assert!(read(&project, "site/machines/Lock.md").starts_with("# Lock: machine\n\n## Overview\n\nLocks *after*"));
}

/// Written is what has changed, removed what was written and is no page any more, and nothing else is touched.
#[test]
fn a_site_is_written_where_others_write_too() {
    let project = Project::new("a_site_is_written").with("m/lock.fsm", LOCK).with("m/shop.fsm", SHOP);
    let project = project.with("site/mine.txt", "mine");
    let site = |arguments: &[&str]| project.run(&[&["doc", "m", "-o", "site"], arguments].concat()).all();
    assert_snapshot!("doc_check_finds_none", site(&["--check"]));
    assert_eq!(site(&[]), "exit status 0\n── stderr\n6 files in site: 6 written\n");
    let before = read(&project, "site/machines/Lock.html");
    assert_eq!(site(&[]), "exit status 0\n── stderr\n6 files in site: 6 unchanged\n");
    assert_eq!(site(&["--check"]), "exit status 0\n");

    fs::write(project.path("m/lock.fsm"), LOCK.replace("Locks *after*", "Locks *behind*")).unwrap();
    assert!(site(&["--check"]).contains("site/machines/Lock.html: is not up to date"));
    assert_eq!(site(&[]), "exit status 0\n── stderr\n6 files in site: 3 written, 3 unchanged\n");
    assert_ne!(read(&project, "site/machines/Lock.html"), before);

    fs::remove_file(project.path("m/shop.fsm")).unwrap();
    assert_eq!(site(&[]), "exit status 0\n── stderr\n5 files in site: 3 written, 2 unchanged, 1 removed\n");
    assert!(!project.path("site/systems/Shop.html").exists());
    assert_eq!(read(&project, "site/mine.txt"), "mine");

    fs::write(project.path("site/style.css"), "/* mine */").unwrap();
    assert_snapshot!("doc_foreign_file", site(&[]));
    assert_eq!(read(&project, "site/style.css"), "/* mine */");
}

#[test]
fn the_same_input_gives_the_same_site() {
    let project = Project::new("the_same_input").with("m/lock.fsm", LOCK).with("m/shop.fsm", SHOP);
    project.run(&["doc", "m", "-o", "one"]);
    project.run(&["doc", project.path("m").to_str().unwrap(), "-o", "two"]);
    for file in ["index.html", "machines/Lock.html", "systems/Shop.html", "search.js", ".fsmc-doc"] {
        assert_eq!(read(&project, &format!("one/{file}")), read(&project, &format!("two/{file}")), "{file}");
    }
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_written() {
    let project = Project::new("what_cannot_be_read").with("lock.fsm", LOCK);
    let project = project.with("broken.fsm", "machine Broken { initial state A { on B -> C; } }");
    let run = project.run(&["doc", "lock.fsm", "broken.fsm", "missing.fsm", "-o", "site"]);
    assert_snapshot!("doc_failures", run.all());
    let page = read(&project, "site/machines/Broken.html");
    assert!(page.contains("The definition has errors") && page.contains("there is no event <code>B</code>"), "{page}");
    assert!(read(&project, "site/index.html").contains("missing.fsm: no such file"));
    assert_eq!(project.run(&["doc", "broken", "-o", "site"]).code, Some(2));
}

/// The pages in Chromium: no error, no request, every link leads somewhere, search works by keyboard, hostile texts are
/// texts.
#[test]
fn pages_in_a_browser() {
    let Some(folder) = browser() else { return };
    let long = format!("machine Long {{ event E; initial state A \"{}\" {{ on E -> A; }} }}\n", "long ".repeat(2_000));
    let project = Project::new("pages_in_a_browser").with("m/lock.fsm", LOCK).with("m/shop.fsm", SHOP);
    let project = project.with("m/hostile.fsm", HOSTILE.replace("<mark>", "\u{202e}")).with("m/long.fsm", long);
    let title = "</title><script>alert(0)</script>";
    assert_eq!(project.run(&["doc", "m", "-o", "site", "--title", title]).code, Some(0));
    let job = json!({
        "search": { "words": "ajar", "found": "machines/Lock.html#state-Ajar" },
        "texts": [
            title, "</script><script>alert(1)</script>", "<img src=x onerror=alert(2)>", "</script><script>alert(4)</script>",
            "\"><img src=x onerror=alert(5)>", "</title><script>alert(9)</script>", "RTL\\u{202e}MARK", "<b>b</b>",
        ],
    });
    fs::write(project.path("job.json"), job.to_string()).unwrap();
    let status = Command::new("node")
        .arg(folder.join("site.mjs"))
        .args(["site", "job.json", "result.json", "pictures"].map(|name| project.path(name)))
        .status();
    assert!(status.unwrap().success(), "the site could not be looked at");
    let result: Value = serde_json::from_str(&read(&project, "result.json")).unwrap();
    assert_eq!(result["problems"], json!([]), "{result:#}");
    assert_eq!(result["pages"], 5);
    assert!(result["links"].as_u64() > Some(100), "{result:#}");
}

/// The directory of what drives the browser, if everything it needs is there.
fn browser() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.join("tests/browser");
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    let node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
    if node && Path::new(&chromium).exists() && folder.join("node_modules/puppeteer-core").exists() {
        return Some(folder);
    }
    let message = "SKIPPED: no Node, no Chromium or no packages of tests/browser; run tests/browser/setup.sh";
    assert!(std::env::var_os("FSM_REQUIRE_BROWSER").is_none(), "{message}");
    eprintln!("{message}");
    None
}
