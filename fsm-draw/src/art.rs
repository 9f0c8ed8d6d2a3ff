//! Pictures of characters, for terminals.
//!
//! The layout is that of all pictures, in cells of one character. Lines are kept as the directions in which they leave
//! a cell, so that lines that meet or cross become one sign.

use unicode_width::UnicodeWidthChar;

use crate::graph::{Arrow, Edge, Graph, Line, Node, NodeId, Sample, Shape};
use crate::layout::{Layout, PlacedEdge, PlacedNode, Point, Rect, Text, layout};
use crate::text::{Font, Metrics, Spacing};

/// The characters that a picture is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Characters {
    /// Box-drawing characters and signs of Unicode.
    #[default]
    Unicode,
    /// ASCII only, but for what the texts of the graph say.
    Ascii,
}

/// The graph as lines of characters.
#[must_use]
pub fn art(graph: &Graph, characters: Characters) -> String {
    let layout = layout(graph, &Cells::new());
    let mut canvas = Canvas::new(&layout, characters);
    canvas.text(&layout.heading);
    canvas.nodes(graph, &layout, true);
    for [a, b] in &layout.separators {
        canvas.separator(*a, *b);
    }
    for ((_, edge), placed) in graph.edges().zip(&layout.edges) {
        canvas.edge(graph, &layout, edge, placed);
    }
    canvas.nodes(graph, &layout, false);
    for placed in &layout.edges {
        canvas.text(&placed.label);
    }
    for (entry, (rect, text)) in graph.legend.iter().zip(&layout.legend) {
        canvas.sample(entry.sample, *rect);
        canvas.text(text);
    }
    canvas.finish()
}

/// Cells of a terminal.
struct Cells {
    spacing: Spacing,
}

impl Cells {
    fn new() -> Cells {
        let spacing = Spacing {
            boxes: (4, 2),
            lines: (2, 1),
            label: (2, 1),
            arrow: (2, 1),
            stroke: 1,
            padding: (2, 1),
            inset: (3, 1),
            bow: (3, 1),
            dot: (1, 1),
            sign: (3, 1),
            least: (7, 3),
            rule: 1,
            head: 0,
            cap: 0,
            margin: (0, 0),
        };
        Cells { spacing }
    }
}

impl Metrics for Cells {
    fn width(&self, text: &str, _: Font) -> i32 {
        text.chars().map(cells).fold(0, i32::saturating_add)
    }

    fn line_height(&self, _: Font) -> i32 {
        1
    }

    fn wrap_width(&self, font: Font) -> i32 {
        match font {
            Font::Heading => 76,
            Font::Title | Font::Detail => 34,
            Font::Label => 26,
        }
    }

    fn spacing(&self) -> &Spacing {
        &self.spacing
    }
}

/// How many cells a character takes.
fn cells(char: char) -> i32 {
    char.width().map_or(0, |width| i32::try_from(width).unwrap_or(0))
}

const UP: u8 = 1;
const RIGHT: u8 = 2;
const DOWN: u8 = 4;
const LEFT: u8 = 8;

#[derive(Debug, Clone, Default)]
struct Cell {
    /// The directions in which lines leave it.
    lines: u8,
    /// Whether a corner in it is sharp.
    sharp: bool,
    /// What stands there instead of lines.
    text: Option<String>,
}

struct Canvas {
    width: usize,
    cells: Vec<Cell>,
    characters: Characters,
}

impl Canvas {
    fn new(layout: &Layout, characters: Characters) -> Canvas {
        let [width, height] = [layout.size.w, layout.size.h].map(|side| usize::try_from(side).unwrap_or(0));
        Canvas { width, cells: vec![Cell::default(); width * height], characters }
    }

    fn cell(&mut self, at: Point) -> Option<&mut Cell> {
        let x = usize::try_from(at.x).ok().filter(|x| *x < self.width)?;
        let y = usize::try_from(at.y).ok()?;
        self.cells.get_mut(y * self.width + x)
    }

    fn join(&mut self, at: Point, lines: u8) {
        if let Some(cell) = self.cell(at) {
            cell.lines |= lines;
        }
    }

    fn put(&mut self, at: Point, unicode: &str, ascii: &str) {
        let text = if self.characters == Characters::Unicode { unicode } else { ascii };
        if let Some(cell) = self.cell(at) {
            *cell = Cell { text: Some(text.to_owned()), ..Cell::default() };
        }
    }

    /// Writes a line of text. What would change the direction of the text around it is left out.
    fn write(&mut self, mut at: Point, text: &str) {
        for char in text.chars() {
            let width = cells(char);
            if width == 0 {
                if !is_format(char)
                    && let Some(Cell { text: Some(before), .. }) = self.cell(Point { x: at.x - 1, ..at })
                {
                    before.push(char);
                }
                continue;
            }
            self.put(at, char.encode_utf8(&mut [0; 4]), char.encode_utf8(&mut [0; 4]));
            for next in 1..width {
                // The second half of a wide character.
                self.put(Point { x: at.x + next, ..at }, "", "");
            }
            at.x += width;
        }
    }

    fn text(&mut self, text: &Text) {
        for (y, line) in (text.rect.y..).zip(&text.block.lines) {
            let x = text.rect.x;
            self.write(Point { x, y }, line);
        }
    }

    /// A title in the middle of its block, line by line.
    fn centred(&mut self, text: &Text) {
        for (y, line) in (text.rect.y..).zip(&text.block.lines) {
            let width = line.chars().map(cells).sum::<i32>();
            self.write(Point { x: text.rect.x + (text.rect.w - width) / 2, y }, line);
        }
    }

    fn line(&mut self, from: Point, to: Point) {
        for pair in walk(&[from, to]).windows(2) {
            self.step(pair[0], pair[1]);
        }
    }

    /// A line from a cell to the next.
    fn step(&mut self, from: Point, to: Point) {
        let direction = direction(from, to);
        self.join(from, direction);
        self.join(to, opposite(direction));
    }

    fn nodes(&mut self, graph: &Graph, layout: &Layout, nested: bool) {
        for ((id, node), placed) in graph.nodes().zip(&layout.nodes) {
            if graph.children(Some(id)).is_empty() != nested {
                self.node(node, placed, nested);
            }
        }
    }

    fn node(&mut self, node: &Node, placed: &PlacedNode, nested: bool) {
        let rect = placed.rect;
        let middle = Point { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 };
        let rounded = match node.shape {
            Shape::Initial if !nested => return self.put(middle, "●", "*"),
            Shape::Final if !nested && placed.title.block.is_empty() => return self.put(middle, "◉", "@"),
            Shape::Choice if !nested && placed.title.block.is_empty() => {
                self.put(Point { x: middle.x - 1, ..middle }, " ", "<");
                self.put(middle, "◇", " ");
                return self.put(Point { x: middle.x + 1, ..middle }, " ", ">");
            }
            Shape::History if !nested => {
                self.write(rect_start(rect), "(");
                self.write(Point { x: rect.right() - 1, y: middle.y }, ")");
                return self.centred(&placed.title);
            }
            Shape::State | Shape::Initial | Shape::Final | Shape::History | Shape::Choice => true,
            Shape::Region
            | Shape::Box
            | Shape::Person
            | Shape::Cylinder
            | Shape::Boundary
            | Shape::Note
            | Shape::Class => false,
        };
        if node.shape != Shape::Region {
            self.border(rect, rounded, !nested);
        }
        if !nested && node.shape != Shape::Region {
            for compartment in &placed.compartments {
                let y = compartment.rect.y - 1;
                self.line(Point { x: rect.x, y }, Point { x: rect.right() - 1, y });
            }
        }
        if node.shape == Shape::Final && !nested {
            self.put(Point { x: placed.title.rect.x - 2, y: placed.title.rect.y }, "◉", "@");
        }
        self.centred(&placed.title);
        for compartment in &placed.compartments {
            if !nested && node.shape.centres_details() {
                self.centred(compartment);
            } else {
                self.text(compartment);
            }
        }
    }

    /// Draws a box, over what is inside of it if it is to be clear.
    fn border(&mut self, rect: Rect, rounded: bool, clear: bool) {
        if clear {
            for y in rect.y + 1..rect.bottom() - 1 {
                for x in rect.x + 1..rect.right() - 1 {
                    if let Some(cell) = self.cell(Point { x, y }) {
                        *cell = Cell::default();
                    }
                }
            }
        }
        let (right, bottom) = (rect.right() - 1, rect.bottom() - 1);
        let corners =
            [(rect.x, rect.y), (right, rect.y), (right, bottom), (rect.x, bottom)].map(|(x, y)| Point { x, y });
        for (at, &corner) in corners.iter().enumerate() {
            self.line(corner, corners[(at + 1) % 4]);
            if let Some(cell) = self.cell(corner) {
                cell.sharp = !rounded;
            }
        }
    }

    fn separator(&mut self, a: Point, b: Point) {
        let way = walk(&[a, b]);
        // The last cell is that of a border.
        for &at in &way[..way.len() - 1] {
            let free = self.cell(at).is_some_and(|cell| cell.lines == 0 && cell.text.is_none());
            if free && a.x == b.x {
                self.put(at, "┆", ":");
            } else if free {
                self.put(at, "┄", ".");
            }
        }
    }

    fn edge(&mut self, graph: &Graph, layout: &Layout, edge: &Edge, placed: &PlacedEdge) {
        let mut way = walk(&placed.points);
        let border = [(edge.from, edge.to), (edge.to, edge.from)].map(|(end, other)| {
            let crossed = leave(&mut way, layout.nodes[end.index()].rect, lies_in(graph, other, end));
            way.reverse();
            crossed
        });
        for pair in way.windows(2) {
            self.step(pair[0], pair[1]);
        }
        let ends = [(way.first().copied(), border[0], edge.tail), (way.last().copied(), border[1], edge.head)];
        for (end, border, arrow) in ends {
            let (Some(end), Some(border)) = (end, border) else { continue };
            // A line without a sign at its end joins the border.
            self.join(end, direction(end, border));
            if arrow == Arrow::None {
                self.join(border, direction(border, end));
            }
        }
        for (end, border, arrow) in ends {
            if let (Some(end), Some(border)) = (end, border) {
                self.arrow(arrow, end, direction(end, border));
            }
        }
        if edge.line != Line::Solid {
            self.thin_out(&way);
        }
    }

    /// A dashed line, where it is straight and crosses nothing.
    fn thin_out(&mut self, way: &[Point]) {
        for &at in way {
            let Some(cell) = self.cell(at) else { continue };
            match (cell.lines, &cell.text) {
                (lines, None) if lines == UP | DOWN => self.put(at, "┆", ":"),
                (lines, None) if lines == LEFT | RIGHT => self.put(at, "┄", "."),
                _ => {}
            }
        }
    }

    fn arrow(&mut self, arrow: Arrow, at: Point, towards: u8) {
        let (unicode, ascii) = match (arrow, towards) {
            (Arrow::None, _) => return,
            (Arrow::Diamond, _) => ("◆", "#"),
            (Arrow::Triangle, UP) => ("△", "^"),
            (Arrow::Triangle, DOWN) => ("▽", "v"),
            (Arrow::Triangle, LEFT) => ("◁", "<"),
            (Arrow::Triangle, _) => ("▷", ">"),
            (Arrow::Filled | Arrow::Open, UP) => ("▲", "^"),
            (Arrow::Filled | Arrow::Open, DOWN) => ("▼", "v"),
            (Arrow::Filled | Arrow::Open, LEFT) => ("◀", "<"),
            (Arrow::Filled | Arrow::Open, _) => ("▶", ">"),
        };
        self.put(at, unicode, ascii);
    }

    fn sample(&mut self, sample: Sample, rect: Rect) {
        match sample {
            Sample::Node(shape, _) => {
                let (unicode, ascii) = match shape {
                    Shape::Initial => ("●", "*"),
                    Shape::Final => ("◉", "@"),
                    Shape::Choice => ("◇", "<>"),
                    Shape::History => ("(H)", "(H)"),
                    Shape::State
                    | Shape::Region
                    | Shape::Box
                    | Shape::Person
                    | Shape::Cylinder
                    | Shape::Boundary
                    | Shape::Note
                    | Shape::Class => ("[ ]", "[ ]"),
                };
                self.write(rect_start(rect), if self.characters == Characters::Unicode { unicode } else { ascii });
            }
            Sample::Edge(line, _) => {
                let (unicode, ascii) = match line {
                    Line::Solid => ("───▶", "--->"),
                    Line::Dashed | Line::Dotted => ("┄┄┄▶", "...>"),
                };
                self.write(rect_start(rect), if self.characters == Characters::Unicode { unicode } else { ascii });
            }
        }
    }

    fn finish(self) -> String {
        let mut out = String::new();
        for row in self.cells.chunks(self.width.max(1)) {
            let line: String = row.iter().map(|cell| sign(cell, self.characters)).collect();
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

fn rect_start(rect: Rect) -> Point {
    Point { x: rect.x, y: rect.y }
}

/// Characters that are not seen but change how text runs.
fn is_format(char: char) -> bool {
    matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn sign(cell: &Cell, characters: Characters) -> &str {
    if let Some(text) = &cell.text {
        return text;
    }
    if characters == Characters::Ascii {
        return match cell.lines {
            0 => " ",
            lines if lines & (UP | DOWN) == 0 => "-",
            lines if lines & (LEFT | RIGHT) == 0 => "|",
            _ => "+",
        };
    }
    match cell.lines {
        0 => " ",
        LEFT | RIGHT | 10 => "─",
        UP | DOWN | 5 => "│",
        6 if cell.sharp => "┌",
        6 => "╭",
        12 if cell.sharp => "┐",
        12 => "╮",
        3 if cell.sharp => "└",
        3 => "╰",
        9 if cell.sharp => "┘",
        9 => "╯",
        7 => "├",
        13 => "┤",
        14 => "┬",
        11 => "┴",
        _ => "┼",
    }
}

fn direction(from: Point, to: Point) -> u8 {
    match ((to.x - from.x).signum(), (to.y - from.y).signum()) {
        (0, -1) => UP,
        (1, _) => RIGHT,
        (0, _) => DOWN,
        _ => LEFT,
    }
}

fn opposite(direction: u8) -> u8 {
    match direction {
        UP => DOWN,
        RIGHT => LEFT,
        DOWN => UP,
        _ => RIGHT,
    }
}

/// All cells of a way.
fn walk(points: &[Point]) -> Vec<Point> {
    let mut cells: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let (mut at, to) = (pair[0], pair[1]);
        while at != to {
            // A way runs along one axis at a time.
            if at.x == to.x {
                at.y += (to.y - at.y).signum();
            } else {
                at.x += (to.x - at.x).signum();
            }
            cells.push(at);
        }
    }
    cells
}

/// Takes the cells from the beginning of a way that belong to the box where it begins, and returns the last of them, or
/// the cell of the border that it begins at. A way into the box begins inside of its border.
fn leave(way: &mut Vec<Point>, rect: Rect, inwards: bool) -> Option<Point> {
    let covered = |at: &Point| {
        let within = |margin: i32| {
            rect.x + margin <= at.x
                && at.x < rect.right() - margin
                && rect.y + margin <= at.y
                && at.y < rect.bottom() - margin
        };
        if inwards { !within(1) } else { within(0) }
    };
    let count = way.iter().take_while(|at| covered(at)).count().min(way.len().saturating_sub(1));
    if let Some(last) = count.checked_sub(1) {
        let border = way[last];
        way.drain(..count);
        return Some(border);
    }
    // It begins beside the box: one step back lies the border.
    let (first, second) = (way.first().copied()?, way.get(1).copied()?);
    Some(Point { x: 2 * first.x - second.x, y: 2 * first.y - second.y })
}

fn lies_in(graph: &Graph, node: NodeId, around: NodeId) -> bool {
    node != around && std::iter::successors(Some(node), |&node| graph.node(node).parent).any(|node| node == around)
}
