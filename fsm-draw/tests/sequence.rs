//! Pictures of sequences: all words are there, in their place, and can be read.

use fsm_draw::{Line, MessageHead, Participant, Role, Sequence, SequenceItem, Shape, Style, sequence_svg};

fn participant(label: &str, shape: Shape, role: Role) -> Participant {
    Participant { id: label.to_owned(), label: label.to_owned(), shape, role }
}

fn message(from: usize, to: usize, label: &str, line: Line, head: MessageHead) -> SequenceItem {
    SequenceItem::Message { from, to, label: label.to_owned(), line, head }
}

fn note(over: usize, text: &str, role: Role) -> SequenceItem {
    SequenceItem::Note { over, lines: vec![text.to_owned()], role }
}

/// One of everything.
fn shop() -> Sequence {
    let signal = |from, to, label| message(from, to, label, Line::Solid, MessageHead::Open);
    let inner = vec![
        SequenceItem::Bar("1min later".to_owned()),
        signal(1, 1, "every 1min"),
        SequenceItem::Frame { label: "3 times".to_owned(), items: vec![signal(0, 1, "Measured { percent: 3 }")] },
    ];
    Sequence {
        title: "Shop: a book is bought".to_owned(),
        participants: vec![
            participant("Buyer", Shape::Person, Role::Person),
            participant("Web shop", Shape::Box, Role::Own),
            participant("Books", Shape::Cylinder, Role::External),
            participant("host", Shape::Box, Role::Muted),
        ],
        items: vec![
            note(1, "starts in Open", Role::Highlight),
            signal(0, 1, "Buy { title: \"The Art of Computer Programming\", volume: 4, bound: true }"),
            message(1, 3, "price(4)", Line::Solid, MessageHead::Filled),
            message(3, 1, "199", Line::Dashed, MessageHead::Filled),
            signal(1, 2, "Sold { title: \"The Art of Computer Programming\" }"),
            note(1, "Open → Closing", Role::Highlight),
            SequenceItem::Frame { label: "2 times".to_owned(), items: inner },
            message(1, 0, "cannot buy from Closing", Line::Dashed, MessageHead::Cross),
            note(1, "`in Closed` does not hold", Role::Wrong),
        ],
    }
}

/// Where texts begin, and what they say.
fn texts(svg: &str) -> Vec<(i32, i32, String)> {
    let number = |line: &str, name: &str| {
        let rest = line.split(&format!(" {name}=\"")).nth(1)?;
        rest.split('"').next()?.parse().ok()
    };
    let lines = svg.lines().filter(|line| line.starts_with("<text"));
    let text = |line: &str| line.split_once('>').and_then(|(_, rest)| Some(rest.split_once("</text>")?.0.to_owned()));
    lines.filter_map(|line| Some((number(line, "x")?, number(line, "y")?, text(line)?))).collect()
}

#[test]
fn everything_is_written_from_the_top_down() {
    let svg = sequence_svg(&shop(), &Style::default());
    let texts = texts(&svg);
    let said: Vec<_> = texts.iter().map(|(_, _, text)| text.as_str()).collect();
    let all = said.join(" ");
    for words in [
        "Shop: a book is bought",
        "starts in Open",
        "price(4)",
        "Open → Closing",
        "1min later",
        "every 1min",
        "3 times",
        "Books",
    ] {
        assert!(all.contains(words), "{words}: {all}");
    }
    let at = |words: &str| texts.iter().find(|(_, _, text)| text.contains(words)).map(|(_, y, _)| *y).unwrap();
    let order = [
        "a book is bought",
        "Buyer",
        "starts in Open",
        "price(4)",
        "199",
        "Open → Closing",
        "2 times",
        "1min later",
        "every 1min",
        "3 times",
        "Measured",
        "cannot buy",
        "does not hold",
    ];
    assert!(order.windows(2).all(|pair| at(pair[0]) < at(pair[1])), "{texts:#?}");
    assert_eq!(svg.matches("<g class=\"edge muted\"><rect class=\"line\"").count(), 2, "two frames");
}

#[test]
fn words_fit_between_the_lifelines_that_they_belong_to() {
    let svg = sequence_svg(&shop(), &Style::default());
    let lifelines: Vec<i32> = svg
        .lines()
        .filter(|line| line.starts_with("<path class=\"separator\" d=\"M") && line.contains('V'))
        .filter_map(|line| line.split("d=\"M").nth(1)?.split(' ').next()?.parse().ok())
        .collect();
    assert_eq!(lifelines.len(), 4);
    assert!(lifelines.windows(2).all(|pair| pair[0] < pair[1]));
    let (x, _, _) = texts(&svg).into_iter().find(|(_, _, text)| text.starts_with("Buy {")).unwrap();
    assert!(lifelines[0] < x && x < lifelines[1], "{x} in {lifelines:?}");
}

#[test]
fn no_text_leaves_its_place() {
    let hostile = "</text><script>alert(1)</script> \u{7} & \" ' ]]>";
    let sequence = Sequence {
        title: hostile.to_owned(),
        participants: vec![participant(hostile, Shape::Box, Role::Own)],
        items: vec![
            message(0, 0, hostile, Line::Dotted, MessageHead::Open),
            note(0, hostile, Role::Plain),
            SequenceItem::Bar(hostile.to_owned()),
            SequenceItem::Frame { label: hostile.to_owned(), items: Vec::new() },
        ],
    };
    let svg = sequence_svg(&sequence, &Style::default());
    assert!(!svg.contains("<script") && !svg.contains('\u{7}'), "{svg}");
    assert_eq!(svg, sequence_svg(&sequence, &Style::default()));
}

#[test]
fn what_is_said_of_nobody_is_not_drawn() {
    let sequence = Sequence {
        items: vec![message(0, 7, "lost", Line::Solid, MessageHead::Open), note(3, "lost", Role::Plain)],
        ..Sequence::default()
    };
    assert!(!sequence_svg(&sequence, &Style::default()).contains("lost"));
}

/// For eyes: `cargo test -p fsm-draw --test sequence` leaves the pictures in the directory of the tests.
#[test]
fn pictures_are_left_to_look_at() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (name, theme) in [("light", fsm_draw::Theme::Light), ("dark", fsm_draw::Theme::Dark)] {
        let svg = sequence_svg(&shop(), &Style { theme, ..Style::default() });
        std::fs::write(folder.join(format!("sequence-{name}.svg")), svg).unwrap();
    }
}
