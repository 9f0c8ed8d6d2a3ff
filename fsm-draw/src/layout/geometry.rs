//! Points and rectangles, in whole units.

use crate::graph::Direction;

/// A place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Point {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

/// A width and a height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// From left to right.
    pub w: i32,
    /// From top to bottom.
    pub h: i32,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rect {
    /// Its left side.
    pub x: i32,
    /// Its upper side.
    pub y: i32,
    /// Its width.
    pub w: i32,
    /// Its height.
    pub h: i32,
}

impl Point {
    pub(crate) fn new(x: i32, y: i32) -> Point {
        Point { x, y }
    }

    pub(super) fn moved(self, by: Point) -> Point {
        Point { x: self.x + by.x, y: self.y + by.y }
    }

    pub(super) fn turned(self, direction: Direction) -> Point {
        let (x, y) = turned((self.x, self.y), direction);
        Point { x, y }
    }
}

impl Size {
    pub(super) fn turned(self, direction: Direction) -> Size {
        let (w, h) = turned((self.w, self.h), direction);
        Size { w, h }
    }
}

impl Rect {
    pub(super) fn at(origin: Point, size: Size) -> Rect {
        Rect { x: origin.x, y: origin.y, w: size.w, h: size.h }
    }

    pub(super) fn origin(self) -> Point {
        Point { x: self.x, y: self.y }
    }

    pub(super) fn moved(self, by: Point) -> Rect {
        Rect { x: self.x + by.x, y: self.y + by.y, ..self }
    }

    pub(super) fn turned(self, direction: Direction) -> Rect {
        let Size { w, h } = Size { w: self.w, h: self.h }.turned(direction);
        Rect::at(self.origin().turned(direction), Size { w, h })
    }

    /// The first place right of it.
    #[must_use]
    pub fn right(self) -> i32 {
        self.x + self.w
    }

    /// The first place below it.
    #[must_use]
    pub fn bottom(self) -> i32 {
        self.y + self.h
    }

    /// Whether the two share more than their borders.
    #[must_use]
    pub fn overlaps(self, other: Rect) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Whether the other lies in it.
    #[must_use]
    pub fn contains(self, other: Rect) -> bool {
        self.x <= other.x && self.y <= other.y && other.right() <= self.right() && other.bottom() <= self.bottom()
    }
}

/// A pair of a horizontal and a vertical measure as one across and one along the direction, and back.
pub(super) fn turned<T>((x, y): (T, T), direction: Direction) -> (T, T) {
    match direction {
        Direction::Down => (x, y),
        Direction::Right => (y, x),
    }
}
