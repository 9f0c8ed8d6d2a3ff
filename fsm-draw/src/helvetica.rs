//! The widths of letters in Helvetica, and so in Arial, Liberation Sans and Arimo, which keep to them.

use unicode_width::UnicodeWidthChar;

/// Widths of the characters from space to `~`, in thousandths of the size.
#[rustfmt::skip]
const REGULAR: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

#[rustfmt::skip]
const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];

/// The width of a text in thousandths of its size. What is not ASCII is taken to be rather wide.
pub(crate) fn width(text: &str, bold: bool) -> i32 {
    let table = if bold { &BOLD } else { &REGULAR };
    text.chars()
        .map(|char| {
            let known = (char as usize).checked_sub(0x20).and_then(|at| table.get(at));
            known.map_or_else(|| estimated(char, bold), |&width| i32::from(width))
        })
        .fold(0, i32::saturating_add)
}

fn estimated(char: char, bold: bool) -> i32 {
    match char.width() {
        None | Some(0) => 0,
        Some(1) if char.is_uppercase() => 780,
        Some(1) if char.is_alphabetic() => 600 + if bold { 40 } else { 0 },
        Some(_) => 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_their_widths() {
        assert_eq!(width("Open", false), 778 + 556 + 556 + 556);
        assert_eq!(width("Open", true), 778 + 611 + 556 + 611);
        assert_eq!(width("~ ", false), 584 + 278);
    }

    #[test]
    fn marks_take_no_room_and_ideographs_a_square() {
        assert_eq!(width("e\u{301}", false), 556);
        assert_eq!(width("状態", false), 2000);
    }
}
