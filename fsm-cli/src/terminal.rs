//! The two output streams and what the terminal behind them can do.

use std::io::{self, Write};

use clap::builder::styling::Style;
use supports_unicode::Stream;
use terminal_size::Width;

use crate::failure::{Failure, io_message};
use crate::printable::escaped;

/// The width of texts that go to no terminal.
const WIDTH: usize = 100;

/// The width to write for: that of the terminal, within what reads well.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size_of(io::stdout())
        .map_or(WIDTH, |(Width(columns), _)| usize::from(columns).clamp(40, 120))
}

/// Whether lines may be drawn with box-drawing characters.
pub(crate) fn is_unicode() -> bool {
    supports_unicode::on(Stream::Stdout)
}

/// Prints a text with its colours, if they are wanted and can be shown.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    write(anstream::stdout(), text.as_bytes())
}

/// Prints a text as it is.
pub(crate) fn print_exactly(text: &str) -> Result<(), Failure> {
    write(io::stdout(), text.as_bytes())
}

/// Prints what may be no text.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    write(io::stdout(), bytes)
}

/// Tells the user something that is no result. That nobody hears it is no failure.
pub(crate) fn tell(text: &str) {
    let _ = write(anstream::stderr(), text.as_bytes());
}

/// A reader that has seen enough and gone, such as `head`, is no failure.
fn write(mut stream: impl Write, bytes: &[u8]) -> Result<(), Failure> {
    match stream.write_all(bytes).and_then(|()| stream.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write the output: {}", io_message(&error))))
        }
        _ => Ok(()),
    }
}

/// Tells the user of failures, one line each.
pub(crate) fn report_failures(failures: &[Failure]) {
    report("error", paint::ERROR, failures);
}

/// Tells the user of what should be looked at, and keeps nothing from its work.
pub(crate) fn report_warnings(warnings: &[Failure]) {
    report("warning", paint::WARNING, warnings);
}

fn report(word: &str, style: Style, all: &[Failure]) {
    let help = paint::HELP;
    for of in all {
        tell(&format!("{style}{word}{style:#}: {}\n", of.line()));
        if let Some(text) = &of.help {
            tell(&format!("  {help}help{help:#}: {}\n", escaped(text)));
        }
    }
}

/// The styles of our own texts; miette's theme has the same colours.
pub(crate) mod paint {
    use clap::builder::styling::{AnsiColor, Style};

    /// Errors.
    pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
    /// Warnings.
    pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
    /// That all is well.
    pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
    /// Help.
    pub(crate) const HELP: Style = AnsiColor::Cyan.on_default();
    /// Headings.
    pub(crate) const HEADING: Style = Style::new().bold();
}
