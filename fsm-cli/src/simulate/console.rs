//! The standard input, line by line.

use std::io::{self, BufRead, IsTerminal, Read};

use crate::failure::{Failure, io_message};
use crate::files;
use crate::terminal;

/// The longest line that is read, in bytes.
const MAX_LINE_BYTES: u64 = 1 << 20;

/// The next line of the standard input without its line ending, or `None` at the end.
pub(crate) fn line() -> Result<Option<String>, Failure> {
    let mut bytes = Vec::new();
    let mut input = io::stdin().lock().take(MAX_LINE_BYTES);
    let read = input.read_until(b'\n', &mut bytes);
    read.map_err(|error| Failure::new(format!("cannot read the standard input: {}", io_message(&error))))?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.len() as u64 == MAX_LINE_BYTES {
        return Err(Failure::new(format!("a line has more than {} MiB", MAX_LINE_BYTES >> 20)));
    }
    let text = files::text(bytes).map_err(|message| Failure::new(format!("the line {message}")))?;
    Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()))
}

/// Shows a prompt and reads a line. What comes from a pipe is shown, too: the terminal does not show it.
pub(crate) fn asked(prompt: &str) -> Result<Option<String>, Failure> {
    terminal::print(prompt)?;
    let line = line()?;
    if line.is_none() {
        terminal::print("\n")?;
    } else if let Some(line) = line.as_ref().filter(|_| !io::stdin().is_terminal()) {
        terminal::print(&format!("{}\n", crate::printable::escaped(line)))?;
    }
    Ok(line)
}
