//! `fsmc mdbook`, with what mdBook gives it.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::embed::LOCK;
use crate::project::{Project, Run};

const LAMP: &str =
    "machine Lamp {\n    event Flip;\n    initial state Off { on Flip -> On; }\n    state On { on Flip -> Off; }\n}\n";

/// What mdBook 0.5 gives, with chapters of these texts. In 0.4 the parts of a book are its `sections`.
fn input(project: &Project, items: &str, first: &str, inner: &str) -> String {
    input_with(project, items, (first, inner), &json!({ "command": "fsmc mdbook", "format": "mermaid" }))
}

fn input_with(project: &Project, items: &str, (first, inner): (&str, &str), settings: &Value) -> String {
    let chapter = |name: &str, path: &str, content: &str, sub: Value| {
        json!({ "Chapter": {
            "name": name, "content": content, "number": [1], "sub_items": sub, "path": path, "source_path": path, "parent_names": []
        } })
    };
    let inner = chapter("Inner", "inner/more.md", inner, json!([]));
    let draft = json!({ "Chapter": { "name": "Draft", "content": "", "number": null, "sub_items": [], "path": null, "source_path": null, "parent_names": [] } });
    let parts =
        json!([{ "PartTitle": "Part" }, chapter("First", "first.md", first, json!([inner])), "Separator", draft]);
    let context = json!({
        "root": project.path(""), "config": { "book": { "src": "src" }, "preprocessor": { "fsm": settings } },
        "renderer": "html", "mdbook_version": "0.5.4"
    });
    json!([context, { items: parts, "__non_exhaustive": null }]).to_string()
}

/// The texts of the two chapters.
fn contents(run: &Run, items: &str) -> (String, String) {
    let book: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.all()));
    let first = &book[items][1]["Chapter"];
    let text = |chapter: &Value| chapter["content"].as_str().unwrap().to_owned();
    (text(first), text(&first["sub_items"][0]["Chapter"]))
}

#[test]
fn machines_in_chapters_are_drawn() {
    let project = Project::new("machines_in_chapters").with("src/inner/lock.fsm", LOCK);
    let first = format!(
        "# First\n\nA lamp:\n\n```fsm,diagram\n{LAMP}```\n\n```fsm\n{LAMP}```\n\n* In a list:\n\n  ```fsm, diagram\n  machine M {{ initial state A; }}\n  ```\n"
    );
    let inner = "  {{#fsm lock.fsm}}\n\n{{#fsm transitions lock.fsm}}\n\n\\{{#fsm lock.fsm}} and `{{#fsm lock.fsm}}`\n";
    for items in ["items", "sections"] {
        let run = project.run_with_input(&["mdbook"], input(&project, items, &first, inner));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        let (first, inner) = contents(&run, items);
        assert_snapshot!("mdbook_block", first);
        assert_snapshot!("mdbook_placeholder", inner);
    }
}

/// In pages for browsers diagrams are pictures, unless something else is asked for.
#[test]
fn books_for_browsers_have_pictures() {
    let project = Project::new("books_for_browsers").with("src/inner/lock.fsm", LOCK);
    let first = format!("```fsm,diagram\n{LAMP}```\n");
    let inner = "{{#fsm lock.fsm}}\n\n{{#fsm diagram lock.fsm --format dot}}\n";
    let with = |settings: &Value| {
        let run = project.run_with_input(&["mdbook"], input_with(&project, "items", (&first, inner), settings));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        contents(&run, "items")
    };
    let (first_chapter, inner_chapter) = with(&json!({ "command": "fsmc mdbook" }));
    assert!(
        first_chapter.starts_with(&format!("{first}\n<svg ")) || first_chapter.contains("```\n\n<svg "),
        "{first_chapter}"
    );
    assert!(inner_chapter.contains("\n<svg ") && inner_chapter.contains("```dot\n"), "{inner_chapter}");
    let (first_chapter, _) = with(&json!({ "command": "fsmc mdbook", "format": "plantuml" }));
    assert!(first_chapter.contains("```plantuml\n@startuml"), "{first_chapter}");
    let wrong = input_with(&project, "items", (&first, ""), &json!({ "format": "gif" }));
    assert_snapshot!("mdbook_wrong_format", project.run_with_input(&["mdbook"], wrong).all());
}

#[test]
fn what_cannot_be_drawn_is_told_with_its_chapter_and_line() {
    let project = Project::new("what_cannot_be_drawn").with("src/inner/lock.fsm", LOCK);
    let first = "# First\n\n```fsm,diagram\nmachine M {\n    initial state A { on B -> C; }\n}\n```\n\n```fsm,diagram\nenum E { A }\n```\n";
    let inner = "x {{#fsm lock.fsm}}\n\n{{#fsm missing.fsm}}\n\n{{#fsm matrix lock.fsm --machine Lok}}\n";
    let run = project.run_with_input(&["mdbook"], input(&project, "items", first, inner));
    assert_snapshot!("mdbook_wrong", run.all().replace(&project.path("").display().to_string(), "PROJECT/"));
}

#[test]
fn every_renderer_is_supported_and_no_other_input_taken() {
    let project = Project::new("every_renderer");
    assert_eq!(project.run(&["mdbook", "supports", "html"]).all(), "exit status 0\n");
    assert_snapshot!("mdbook_no_book", project.run_with_input(&["mdbook"], "{}").all());
}
