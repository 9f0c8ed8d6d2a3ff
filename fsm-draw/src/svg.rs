//! Pictures as SVG.
//!
//! The markup has no scripts and no references, not even inside of itself, and no links but those that are asked for: it can
//! stand in any page. Colours are rules of classes, so that a page may change them, or have them once for all pictures
//! ([`stylesheet`]). Every node is a group with `data-id`, every edge one with
//! `data-id`, `data-from` and `data-to`; all text is escaped, and isolated from the direction of the text around it.

use std::fmt::Write;

use crate::graph::{Arrow, Edge, Graph, Line, Node, Role, Sample, Shape};
use crate::layout::{Layout, PlacedEdge, PlacedNode, Point, Rect, Text, layout};
use crate::palette::Ground;
use crate::style::{Pixels, Style, Theme, size};
use crate::text::{Font, Metrics, Spacing};

/// How round the corners of lines and boxes are.
const RADIUS: i32 = 7;

/// The graph as a picture in SVG.
#[must_use]
pub fn svg(graph: &Graph, style: &Style) -> String {
    svg_with_links(graph, style, &|_| None)
}

/// The graph as a picture in SVG, in which boxes lead to what `link` says of their ids.
#[must_use]
pub fn svg_with_links(graph: &Graph, style: &Style, link: &dyn Fn(&str) -> Option<String>) -> String {
    let metrics = Pixels::new(style);
    let layout = layout(graph, &metrics);
    let mut picture = Picture { graph, layout: &layout, metrics: &metrics, link, out: String::new() };
    picture.write(style);
    picture.out
}

/// The rules of all classes, for a page with pictures that have none ([`Style::rules`]). Colours follow the `color-scheme` of
/// the page.
#[must_use]
pub fn stylesheet() -> String {
    let colour = |of: &Choice<'_>| match (of(Ground::Light), of(Ground::Dark)) {
        (light, dark) if light == dark => light.to_owned(),
        (light, dark) => format!("light-dark({light},{dark})"),
    };
    format!("{FORMS}\n{}\n", rules_of(&colour, &Role::ALL))
}

/// The rules that say nothing of colours.
const FORMS: &str = "\
.fsm-draw{font-family:Helvetica,Arial,'Liberation Sans',Arimo,sans-serif}
.fsm-draw text{unicode-bidi:isolate;font-size:11px}.fsm-draw .title{font-size:13px;font-weight:bold}
.fsm-draw .heading{font-size:16px;font-weight:bold}.fsm-draw .line,.fsm-draw .separator{fill:none}
.fsm-draw .line{stroke-width:1.3}.fsm-draw .box{stroke-width:1.3}.fsm-draw .nest{fill-opacity:.05}
.fsm-draw .separator,.fsm-draw .dashed{stroke-dasharray:6 4}.fsm-draw .dotted{stroke-dasharray:1.5 3}";

/// A picture on its way to being written.
struct Picture<'a> {
    graph: &'a Graph,
    layout: &'a Layout,
    metrics: &'a Pixels<'a>,
    /// Where the box with this id leads.
    link: &'a dyn Fn(&str) -> Option<String>,
    out: String,
}

/// What the lines of a text have in common.
pub(crate) struct Setting {
    pub(crate) class: &'static str,
    pub(crate) font: Font,
    pub(crate) middle: bool,
}

impl Picture<'_> {
    fn write(&mut self, style: &Style) {
        let roles = self.roles();
        let size = (self.layout.size.w, self.layout.size.h);
        open(&mut self.out, size, (&self.graph.title, &self.graph.description), style, &roles);
        let layout = self.layout;
        self.text(&layout.heading, &Setting { class: "heading", font: Font::Heading, middle: false });
        self.boxes(true);
        for [a, b] in &layout.separators {
            self.line(&format!("<path class=\"separator\" d=\"M{} {}L{} {}\"/>", a.x, a.y, b.x, b.y));
        }
        for ((_, edge), placed) in self.graph.edges().zip(&layout.edges) {
            self.edge(edge, placed);
        }
        self.boxes(false);
        self.legend();
        close(&mut self.out);
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn roles(&self) -> Vec<Role> {
        let mut roles = vec![Role::Plain];
        let nodes = self.graph.nodes().map(|(_, node)| node.role);
        let edges = self.graph.edges().map(|(_, edge)| edge.role);
        let legend = self.graph.legend.iter().map(|entry| match entry.sample {
            Sample::Node(_, role) | Sample::Edge(_, role) => role,
        });
        for role in nodes.chain(edges).chain(legend) {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        roles
    }

    /// Boxes with others in them, which lie under the edges, or those without, which lie above.
    fn boxes(&mut self, nested: bool) {
        let layout = self.layout;
        for ((id, node), placed) in self.graph.nodes().zip(&layout.nodes) {
            if self.graph.children(Some(id)).is_empty() != nested {
                self.node(node, placed, nested);
            }
        }
    }

    fn node(&mut self, node: &Node, placed: &PlacedNode, nested: bool) {
        let id = escaped(&node.id);
        let link = (self.link)(&node.id);
        if let Some(link) = &link {
            self.line(&format!("<a href=\"{}\">", escaped(link)));
        }
        self.line(&format!("<g class=\"node {} {}\" data-id=\"{id}\">", shape_name(node.shape), role_name(node.role)));
        self.tooltip(&node.tooltip);
        let spacing = self.metrics.spacing();
        let outline = if nested {
            nest_outline(node.shape, placed.rect)
        } else {
            outline(node.shape, placed.rect, Some(placed.title.rect).filter(|rect| rect.h > 0), spacing)
        };
        self.out.push_str(&outline);
        if !nested && matches!(node.shape, Shape::Class | Shape::State | Shape::Final) {
            for compartment in &placed.compartments {
                let (x, y, right) = (placed.rect.x, compartment.rect.y - (spacing.rule + 1) / 2, placed.rect.right());
                self.line(&format!("<path class=\"box\" d=\"M{x} {y}H{right}\"/>"));
            }
        }
        let middle = !nested && !matches!(node.shape, Shape::Note | Shape::Region);
        let (class, font) = if node.shape == Shape::Note { ("", Font::Detail) } else { ("title", Font::Title) };
        self.text(&placed.title, &Setting { class, font, middle });
        let centred = !nested && node.shape.centres_details();
        for compartment in &placed.compartments {
            self.text(compartment, &Setting { class: "", font: Font::Detail, middle: centred });
        }
        self.line("</g>");
        if link.is_some() {
            self.line("</a>");
        }
    }

    fn edge(&mut self, edge: &Edge, placed: &PlacedEdge) {
        let _ = write!(self.out, "<g class=\"edge {}\"", role_name(edge.role));
        if !edge.id.is_empty() {
            let _ = write!(self.out, " data-id=\"{}\"", escaped(&edge.id));
        }
        let (from, to) = (self.graph.node(edge.from), self.graph.node(edge.to));
        self.line(&format!(" data-from=\"{}\" data-to=\"{}\">", escaped(&from.id), escaped(&to.id)));
        self.tooltip(&edge.tooltip);
        let class = match edge.line {
            Line::Solid => "line",
            Line::Dashed => "line dashed",
            Line::Dotted => "line dotted",
        };
        let mut points = placed.points.clone();
        let tail = arrowhead(edge.tail, &mut points, false);
        let head = arrowhead(edge.head, &mut points, true);
        self.line(&format!("<path class=\"{class}\" d=\"{}\"/>", rounded(&points)));
        self.out.push_str(&tail);
        self.out.push_str(&head);
        self.text(&placed.label, &Setting { class: "", font: Font::Label, middle: false });
        self.line("</g>");
    }

    fn tooltip(&mut self, text: &str) {
        if !text.is_empty() {
            self.line(&format!("<title>{}</title>", escaped(text)));
        }
    }

    fn text(&mut self, text: &Text, setting: &Setting) {
        write_text(&mut self.out, text, setting, self.metrics);
    }

    fn legend(&mut self) {
        let layout = self.layout;
        for (entry, (rect, text)) in self.graph.legend.iter().zip(&layout.legend) {
            match entry.sample {
                Sample::Node(shape, role) => {
                    self.line(&format!("<g class=\"node {}\">", role_name(role)));
                    let sample = sample_outline(shape, *rect, self.metrics.spacing());
                    self.out.push_str(&sample);
                }
                Sample::Edge(line, role) => {
                    self.line(&format!("<g class=\"edge {}\">", role_name(role)));
                    let dashes = match line {
                        Line::Solid => "",
                        Line::Dashed => " dashed",
                        Line::Dotted => " dotted",
                    };
                    let y = rect.y + rect.h / 2;
                    let mut points = vec![Point { x: rect.x, y }, Point { x: rect.right(), y }];
                    let head = arrowhead(Arrow::Filled, &mut points, true);
                    self.line(&format!("<path class=\"line{dashes}\" d=\"{}\"/>", rounded(&points)));
                    self.out.push_str(&head);
                }
            }
            self.line("</g>");
            self.text(text, &Setting { class: "legend", font: Font::Detail, middle: false });
        }
    }
}

/// Begins a picture of this size: its title and description, its rules, its ground.
pub(crate) fn open(
    out: &mut String,
    (w, h): (i32, i32),
    (title, description): (&str, &str),
    style: &Style,
    roles: &[Role],
) {
    let title = if title.is_empty() { "diagram" } else { title };
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fsm-draw\" role=\"img\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">"
    );
    let _ = writeln!(out, "<title>{}</title>", escaped(title));
    if !description.is_empty() {
        let _ = writeln!(out, "<desc>{}</desc>", escaped(description));
    }
    if style.rules {
        write_rules(out, style, roles);
    }
    if style.ground {
        let _ = writeln!(out, "<rect class=\"ground\" width=\"{w}\" height=\"{h}\"/>");
    }
}

/// Ends a picture.
pub(crate) fn close(out: &mut String) {
    out.push_str("</svg>\n");
}

/// The rules of the classes that are used.
fn write_rules(out: &mut String, style: &Style, roles: &[Role]) {
    let ground = if style.theme == Theme::Dark { Ground::Dark } else { Ground::Light };
    let _ = writeln!(out, "<style>\n{FORMS}\n{}", rules_of(&|of| of(ground).to_owned(), roles));
    if style.theme == Theme::Auto {
        let dark = rules_of(&|of| of(Ground::Dark).to_owned(), roles);
        let _ = writeln!(out, "@media (prefers-color-scheme:dark){{\n{dark}\n}}");
    }
    out.push_str("</style>\n");
}

/// Writes the lines of a text.
pub(crate) fn write_text(out: &mut String, text: &Text, setting: &Setting, metrics: &dyn Metrics) {
    let height = metrics.line_height(setting.font);
    let (size, _) = size(setting.font);
    let x = if setting.middle { text.rect.x + text.rect.w / 2 } else { text.rect.x };
    // Capitals are about seven tenths of the size high, and stand in the middle of the line.
    let mut y = text.rect.y + height / 2 + size * 36 / 100;
    let class = if setting.class.is_empty() { String::new() } else { format!(" class=\"{}\"", setting.class) };
    let anchor = if setting.middle { " text-anchor=\"middle\"" } else { "" };
    for line in &text.block.lines {
        let _ = writeln!(out, "<text{class} x=\"{x}\" y=\"{y}\"{anchor}>{}</text>", escaped(line));
        y += height;
    }
}

/// A colour, by the ground.
type Choice<'c> = dyn Fn(Ground) -> &'static str + 'c;

/// The rules that say which colours the roles have.
fn rules_of(colour: &dyn Fn(&Choice<'_>) -> String, roles: &[Role]) -> String {
    let ground = colour(&Ground::colour);
    let ink = colour(&|ground| ground.colours(Role::Plain).ink);
    let line = colour(&|ground| ground.colours(Role::Plain).line);
    let mut text =
        format!(".fsm-draw .ground{{fill:{ground}}}.fsm-draw text{{fill:{ink}}}.fsm-draw .separator{{stroke:{line}}}");
    for &role in roles {
        let name = role_name(role);
        let fill = colour(&|ground| ground.colours(role).fill);
        let line = colour(&|ground| ground.colours(role).line);
        let ink = colour(&|ground| ground.colours(role).ink);
        // Text of an edge stands on the ground, so it takes the colour of the line.
        let _ = write!(
            text,
            "\n.fsm-draw .{name} .box{{fill:{fill};stroke:{line}}}.fsm-draw .{name} .nest{{fill:{line};stroke:{line}}}\
             .fsm-draw .{name} .line{{stroke:{line}}}.fsm-draw .{name} .tip{{fill:{line};stroke:{line}}}\
             .fsm-draw .{name} .hollow{{fill:{ground};stroke:{line}}}.fsm-draw .node.{name} text{{fill:{ink}}}"
        );
        if role != Role::Plain {
            let _ = write!(text, ".fsm-draw .edge.{name} text{{fill:{line}}}");
        }
    }
    text
}

pub(crate) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Plain => "plain",
        Role::Person => "person",
        Role::Own => "own",
        Role::External => "external",
        Role::Final => "final",
        Role::Covered => "covered",
        Role::Uncovered => "uncovered",
        Role::Highlight => "highlight",
        Role::Wrong => "wrong",
        Role::Muted => "muted",
    }
}

pub(crate) fn shape_name(shape: Shape) -> &'static str {
    match shape {
        Shape::State => "shape-state",
        Shape::Region => "shape-region",
        Shape::Initial => "shape-initial",
        Shape::Final => "shape-final",
        Shape::History => "shape-history",
        Shape::Choice => "shape-choice",
        Shape::Box => "shape-box",
        Shape::Person => "shape-person",
        Shape::Cylinder => "shape-cylinder",
        Shape::Boundary => "shape-boundary",
        Shape::Note => "shape-note",
        Shape::Class => "shape-class",
    }
}

/// The border of a box with others in it. A region has none: it lies between the lines of its parent.
fn nest_outline(shape: Shape, rect: Rect) -> String {
    match shape {
        Shape::Region => String::new(),
        Shape::Boundary => boxed(rect, 2, "box nest dashed"),
        Shape::Box | Shape::Class | Shape::Note | Shape::Cylinder | Shape::Person => boxed(rect, 2, "box nest"),
        Shape::State | Shape::Initial | Shape::Final | Shape::History | Shape::Choice => {
            boxed(rect, RADIUS, "box nest")
        }
    }
}

/// The border of a box or a sign.
pub(crate) fn outline(shape: Shape, rect: Rect, name: Option<Rect>, spacing: &Spacing) -> String {
    let Rect { x, y, w, h } = rect;
    let (cx, cy) = (x + w / 2, y + h / 2);
    match shape {
        Shape::State => boxed(rect, RADIUS + 2, "box"),
        Shape::Region => String::new(),
        Shape::Boundary => boxed(rect, 2, "box dashed"),
        Shape::Box | Shape::Class => boxed(rect, 2, "box"),
        Shape::Initial => format!("<circle class=\"tip\" cx=\"{cx}\" cy=\"{cy}\" r=\"{}\"/>\n", w.min(h) / 2),
        Shape::Final => match name {
            None => bulls_eye(rect),
            Some(name) => {
                let y = name.y + (name.h - spacing.dot.1) / 2;
                let eye =
                    Rect { x: name.x - spacing.padding.0 / 2 - spacing.dot.0, y, w: spacing.dot.0, h: spacing.dot.1 };
                boxed(rect, (h / 2).min(spacing.least.1 / 2), "box") + &bulls_eye(eye)
            }
        },
        Shape::History => boxed(rect, h / 2, "box"),
        Shape::Choice => {
            format!("<path class=\"box\" d=\"M{cx} {y}L{} {cy}L{cx} {}L{x} {cy}Z\"/>\n", rect.right(), rect.bottom())
        }
        Shape::Person => {
            let head = spacing.head;
            let body = Rect { y: y + head - 5, h: h - head + 5, ..rect };
            boxed(body, 2 * RADIUS, "box")
                + &format!("<circle class=\"box\" cx=\"{cx}\" cy=\"{}\" r=\"{}\"/>\n", y + head / 2, head / 2)
        }
        Shape::Cylinder => cylinder(rect, spacing.cap),
        Shape::Note => {
            let (right, bottom, fold) = (rect.right(), rect.bottom(), 10);
            let (a, b) = (right - fold, y + fold);
            format!("<path class=\"box\" d=\"M{x} {y}H{a}L{right} {b}V{bottom}H{x}ZM{a} {y}V{b}H{right}\"/>\n")
        }
    }
}

/// A sample of a shape, in the legend.
fn sample_outline(shape: Shape, rect: Rect, spacing: &Spacing) -> String {
    let side = rect.w.min(rect.h);
    let square = Rect { x: rect.x + (rect.w - side) / 2, w: side, h: side, ..rect };
    match shape {
        Shape::Initial | Shape::Final | Shape::History | Shape::Choice => outline(shape, square, None, spacing),
        Shape::Person | Shape::Cylinder => outline(Shape::Box, rect, None, spacing),
        Shape::State | Shape::Region | Shape::Box | Shape::Boundary | Shape::Note | Shape::Class => {
            outline(shape, rect, None, spacing)
        }
    }
}

fn boxed(Rect { x, y, w, h }: Rect, radius: i32, class: &str) -> String {
    format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"{radius}\"/>\n")
}

fn bulls_eye(rect: Rect) -> String {
    let (cx, cy, r) = (rect.x + rect.w / 2, rect.y + rect.h / 2, rect.w.min(rect.h) / 2);
    let inner = (r * 55 / 100).max(1);
    format!(
        "<circle class=\"box\" cx=\"{cx}\" cy=\"{cy}\" r=\"{r}\"/><circle class=\"tip\" cx=\"{cx}\" cy=\"{cy}\" r=\"{inner}\"/>\n"
    )
}

fn cylinder(rect: Rect, cap: i32) -> String {
    let (x, right, rx) = (rect.x, rect.right(), rect.w / 2);
    let (top, bottom) = (rect.y + cap, rect.bottom() - cap);
    let front = format!("M{x} {top}A{rx} {cap} 0 0 0 {right} {top}");
    let body = format!("M{x} {top}A{rx} {cap} 0 0 1 {right} {top}V{bottom}A{rx} {cap} 0 0 1 {x} {bottom}Z");
    format!("<path class=\"box\" d=\"{body}\"/><path class=\"line\" d=\"{front}\"/>\n")
}

/// Draws what stands at an end of a line, and shortens the line by it.
pub(crate) fn arrowhead(arrow: Arrow, points: &mut [Point], at_end: bool) -> String {
    let count = points.len();
    if arrow == Arrow::None || count < 2 {
        return String::new();
    }
    let (tip, next) = if at_end { (count - 1, count - 2) } else { (0, 1) };
    let (p, q) = (points[tip], points[next]);
    // The direction from the tip back along the line, and the one across it.
    let (dx, dy) = ((q.x - p.x).signum(), (q.y - p.y).signum());
    let at = |back: i32, aside: i32| format!("{} {}", p.x + dx * back - dy * aside, p.y + dy * back + dx * aside);
    let (length, path) = match arrow {
        Arrow::None => return String::new(),
        Arrow::Filled => (7, format!("<path class=\"tip\" d=\"M{}L{}L{}Z\"/>\n", at(1, 0), at(9, 4), at(9, -4))),
        Arrow::Open => (0, format!("<path class=\"line\" d=\"M{}L{}L{}\"/>\n", at(9, 4), at(1, 0), at(9, -4))),
        Arrow::Triangle => {
            (11, format!("<path class=\"hollow\" d=\"M{}L{}L{}Z\"/>\n", at(1, 0), at(12, 6), at(12, -6)))
        }
        Arrow::Diamond => {
            (14, format!("<path class=\"tip\" d=\"M{}L{}L{}L{}Z\"/>\n", at(1, 0), at(8, 4), at(15, 0), at(8, -4)))
        }
    };
    points[tip] = Point { x: p.x + dx * length, y: p.y + dy * length };
    path
}

/// A way with round corners.
fn rounded(points: &[Point]) -> String {
    let mut path = String::new();
    let Some(first) = points.first() else { return path };
    let _ = write!(path, "M{} {}", first.x, first.y);
    let mut last = *first;
    for (at, &point) in points.iter().enumerate().skip(1) {
        if let Some(&next) = points.get(at + 1) {
            let radius = RADIUS.min(distance(last_corner(points, at), point) / 2).min(distance(point, next) / 2);
            let before = towards(point, last, radius);
            let after = towards(point, next, radius);
            step(&mut path, last, before);
            let _ = write!(path, "Q{} {} {} {}", point.x, point.y, after.x, after.y);
            last = after;
        } else {
            step(&mut path, last, point);
        }
    }
    path
}

fn last_corner(points: &[Point], at: usize) -> Point {
    points[at - 1]
}

fn step(path: &mut String, from: Point, to: Point) {
    let _ = match (from.x == to.x, from.y == to.y) {
        (true, true) => Ok(()),
        (true, false) => write!(path, "V{}", to.y),
        (false, true) => write!(path, "H{}", to.x),
        (false, false) => write!(path, "L{} {}", to.x, to.y),
    };
}

fn distance(a: Point, b: Point) -> i32 {
    (a.x - b.x).abs() + (a.y - b.y).abs()
}

fn towards(from: Point, to: Point, by: i32) -> Point {
    Point { x: from.x + (to.x - from.x).signum() * by, y: from.y + (to.y - from.y).signum() * by }
}

/// A text as text of XML, wherever it stands.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in crate::text::clean(text).chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char => escaped.push(char),
        }
    }
    escaped
}
