//! The part of TOML that a configuration is written in: tables, arrays of tables, keys, texts and lists of texts.
//!
//! Numbers, dates and texts of several lines are values of no setting. They are read as [`Value::Other`] or refused, so
//! whatever is accepted is TOML and means what TOML says.

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

use super::SYNTAX;

/// How deep lists and tables can be nested within one value.
const MAX_DEPTH: usize = 8;

/// A key or a text, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) span: Span,
}

/// A table: its entries in the order of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Table(pub(super) Vec<(Text, Value)>);

impl Table {
    fn index_of(&self, key: &Text) -> Option<usize> {
        self.0.iter().position(|(known, _)| known.text == key.text)
    }
}

/// A dotted key: never empty.
#[derive(Debug, Clone)]
struct Path {
    outer: Vec<Text>,
    last: Text,
}

impl Path {
    fn keys(&self) -> Vec<Text> {
        self.outer.iter().chain([&self.last]).cloned().collect()
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(Text),
    List(Vec<Value>, Span),
    Table(Table, Span),
    Other(Span),
}

impl Value {
    pub(super) fn span(&self) -> Span {
        match self {
            Value::Text(text) => text.span,
            Value::List(_, span) | Value::Table(_, span) | Value::Other(span) => *span,
        }
    }
}

/// What a text holds, up to the first thing that cannot be read.
pub(super) fn parse(file: FileId, text: &str) -> (Table, Option<Diagnostic>) {
    let mut parser = Parser { file, text, at: 0 };
    let mut root = Table::default();
    let found = parser.document(&mut root).err();
    (root, found.map(|found| *found))
}

struct Parser<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
}

type Parsed<T> = Result<T, Box<Diagnostic>>;

impl Parser<'_> {
    fn document(&mut self, root: &mut Table) -> Parsed<()> {
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        // The header of the table that lines belong to.
        let mut header = Vec::new();
        loop {
            self.skip(true);
            match self.peek() {
                None => return Ok(()),
                Some('[') => header = self.header(root)?.keys(),
                Some(_) => {
                    let Path { outer, last } = self.path()?;
                    self.expect('=')?;
                    let value = self.value(0)?;
                    let outer = header.iter().cloned().chain(outer).collect();
                    insert(root, Path { outer, last }, value)?;
                }
            }
            self.end_of_line()?;
        }
    }

    /// `[table]` or `[[table of an array]]`.
    fn header(&mut self, root: &mut Table) -> Parsed<Path> {
        let start = self.at;
        self.expect('[')?;
        let is_array = self.take('[');
        let path = self.path()?;
        self.expect(']')?;
        if is_array {
            self.expect(']')?;
        }
        let span = self.span_from(start);
        let table = Value::Table(Table::default(), span);
        if is_array {
            append(root, &path, table)?;
        } else {
            open(root, &path, table)?;
        }
        Ok(path)
    }

    fn path(&mut self) -> Parsed<Path> {
        let mut path = Path { outer: Vec::new(), last: self.key()? };
        while self.take('.') {
            let key = self.key()?;
            path.outer.push(std::mem::replace(&mut path.last, key));
        }
        Ok(path)
    }

    fn key(&mut self) -> Parsed<Text> {
        self.skip(false);
        if matches!(self.peek(), Some('"' | '\'')) {
            return self.string();
        }
        let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let (text, span) = self.run(is_bare);
        if text.is_empty() { Err(self.wrong("a key is expected here")) } else { Ok(Text { text, span }) }
    }

    fn value(&mut self, depth: usize) -> Parsed<Value> {
        self.skip(false);
        if depth > MAX_DEPTH {
            return Err(self.wrong("nested too deep"));
        }
        match self.peek() {
            Some('"' | '\'') => self.string().map(Value::Text),
            Some('[') => self.list(depth),
            Some('{') => self.inline_table(depth),
            _ => {
                let (text, span) = self.run(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_' | '.' | ':'));
                if text.is_empty() { Err(self.wrong("a value is expected here")) } else { Ok(Value::Other(span)) }
            }
        }
    }

    fn list(&mut self, depth: usize) -> Parsed<Value> {
        let start = self.at;
        self.expect('[')?;
        let mut values = Vec::new();
        loop {
            self.skip(true);
            if self.take(']') {
                return Ok(Value::List(values, self.span_from(start)));
            }
            values.push(self.value(depth + 1)?);
            self.skip(true);
            if !self.take(',') && self.peek() != Some(']') {
                return Err(self.wrong("`,` or `]` is expected here"));
            }
        }
    }

    fn inline_table(&mut self, depth: usize) -> Parsed<Value> {
        let start = self.at;
        self.expect('{')?;
        let mut table = Table::default();
        self.skip(false);
        if self.take('}') {
            return Ok(Value::Table(table, self.span_from(start)));
        }
        loop {
            let path = self.path()?;
            self.expect('=')?;
            let value = self.value(depth + 1)?;
            insert(&mut table, path, value)?;
            if self.take('}') {
                return Ok(Value::Table(table, self.span_from(start)));
            }
            if !self.take(',') {
                return Err(self.wrong("`,` or `}` is expected here"));
            }
        }
    }

    /// `"…"` with escapes, or `'…'` without.
    fn string(&mut self) -> Parsed<Text> {
        let start = self.at;
        let quote = self.bump().unwrap_or('"');
        let mut text = String::new();
        loop {
            let at = self.at;
            match self.bump() {
                Some(c) if c == quote => return Ok(Text { text, span: self.span_from(start) }),
                Some('\\') if quote == '"' => text.push(self.escape(at)?),
                Some(c) if c == '\t' || !c.is_control() => text.push(c),
                _ => return Err(finding(Span::new(self.file, start..at), "this text is not closed on its line")),
            }
        }
    }

    fn escape(&mut self, start: usize) -> Parsed<char> {
        let escaped = match self.bump() {
            Some('b') => Some('\u{8}'),
            Some('t') => Some('\t'),
            Some('n') => Some('\n'),
            Some('f') => Some('\u{c}'),
            Some('r') => Some('\r'),
            Some('e') => Some('\u{1b}'),
            Some('"') => Some('"'),
            Some('\\') => Some('\\'),
            Some('x') => self.code_point(2),
            Some('u') => self.code_point(4),
            Some('U') => self.code_point(8),
            _ => None,
        };
        escaped.ok_or_else(|| finding(self.span_from(start), "TOML has no such escape"))
    }

    fn code_point(&mut self, digits: usize) -> Option<char> {
        let code = self.text.get(self.at..self.at + digits)?;
        let is_hex = code.chars().all(|c| c.is_ascii_hexdigit());
        self.at += digits;
        is_hex.then(|| u32::from_str_radix(code, 16).ok())?.and_then(char::from_u32)
    }

    /// The characters of a kind from here on, as many as there are.
    fn run(&mut self, is_of: impl Fn(char) -> bool) -> (String, Span) {
        let start = self.at;
        while self.peek().is_some_and(&is_of) {
            self.bump();
        }
        (self.text[start..self.at].to_owned(), self.span_from(start))
    }

    /// Passes over blanks and, with `lines`, over ends of lines and comments.
    fn skip(&mut self, lines: bool) {
        self.run(|c| matches!(c, ' ' | '\t') || lines && matches!(c, '\n' | '\r'));
        while lines && self.peek() == Some('#') {
            self.run(|c| c != '\n');
            self.run(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
        }
    }

    fn end_of_line(&mut self) -> Parsed<()> {
        self.skip(false);
        match self.peek() {
            None | Some('\n' | '\r' | '#') => Ok(()),
            Some(_) => Err(self.wrong("nothing else can stand on this line")),
        }
    }

    fn expect(&mut self, wanted: char) -> Parsed<()> {
        if self.take(wanted) { Ok(()) } else { Err(self.wrong(&format!("`{wanted}` is expected here"))) }
    }

    fn take(&mut self, wanted: char) -> bool {
        self.skip(false);
        let is_there = self.peek() == Some(wanted);
        if is_there {
            self.bump();
        }
        is_there
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(self.file, start..self.at)
    }

    fn wrong(&self, message: &str) -> Box<Diagnostic> {
        let end = self.at + self.peek().map_or(0, char::len_utf8);
        finding(Span::new(self.file, self.at..end), message)
    }
}

fn finding(span: Span, message: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(&SYNTAX, span, message))
}

/// The table to which the keys lead, which are made where they are not there.
fn descend<'t>(root: &'t mut Table, keys: &[Text]) -> Parsed<&'t mut Table> {
    let mut table = root;
    for key in keys {
        let index = table.index_of(key).unwrap_or_else(|| {
            table.0.push((key.clone(), Value::Table(Table::default(), key.span)));
            table.0.len() - 1
        });
        let value = match &mut table.0[index].1 {
            // What follows `[[table]]` speaks of the last of its tables.
            Value::List(values, _) => values.last_mut(),
            value => Some(value),
        };
        let Some(Value::Table(inner, _)) = value else {
            return Err(finding(key.span, &format!("`{}` is no table", key.text)));
        };
        table = inner;
    }
    Ok(table)
}

/// Gives a key its value, once.
fn insert(root: &mut Table, Path { outer, last }: Path, value: Value) -> Parsed<()> {
    let table = descend(root, &outer)?;
    if let Some(index) = table.index_of(&last) {
        let first = table.0[index].0.span;
        let found = Diagnostic::new(&SYNTAX, last.span, format!("`{}` is written twice", last.text));
        return Err(Box::new(found.and(first, "first written here")));
    }
    table.0.push((last, value));
    Ok(())
}

/// Opens the table of a header. It may be there already, made by the header of one inside it.
fn open(root: &mut Table, path: &Path, table: Value) -> Parsed<()> {
    match descend(root, &path.outer)?.index_of(&path.last) {
        Some(_) => descend(root, &path.keys()).map(|_| ()),
        None => insert(root, path.clone(), table),
    }
}

/// Adds a table to those of a `[[header]]`.
fn append(root: &mut Table, path: &Path, table: Value) -> Parsed<()> {
    let parent = descend(root, &path.outer)?;
    match parent.index_of(&path.last).map(|index| &mut parent.0[index].1) {
        Some(Value::List(tables, _)) if matches!(tables.last(), Some(Value::Table(..))) => tables.push(table),
        Some(_) => return Err(finding(path.last.span, &format!("`{}` is no array of tables", path.last.text))),
        None => {
            let span = table.span();
            parent.0.push((path.last.clone(), Value::List(vec![table], span)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Table, Value, parse};
    use crate::source::Sources;

    /// A text read, and written again in one line.
    fn read(text: &str) -> String {
        let mut sources = Sources::new();
        let file = sources.add("fsm.toml", text);
        match parse(file, text) {
            (table, None) => shown(&table),
            (_, Some(found)) => format!("{} at `{}`", found.message, sources.text(found.primary.span)),
        }
    }

    fn shown(table: &Table) -> String {
        let entries: Vec<_> =
            table.0.iter().map(|(key, value)| format!("{}={}", key.text, shown_value(value))).collect();
        format!("{{{}}}", entries.join(" "))
    }

    fn shown_value(value: &Value) -> String {
        match value {
            Value::Text(text) => format!("{:?}", text.text),
            Value::List(values, _) => format!("[{}]", values.iter().map(shown_value).collect::<Vec<_>>().join(" ")),
            Value::Table(table, _) => shown(table),
            Value::Other(_) => "?".to_owned(),
        }
    }

    #[test]
    fn what_a_configuration_needs_is_read() {
        for (text, expected) in [
            ("", "{}"),
            ("# only this", "{}"),
            ("\u{feff}a = 'b' # c\r\n", "{a=\"b\"}"),
            ("a.b = \"c\"\na.d = \"e\"", "{a={b=\"c\" d=\"e\"}}"),
            ("[a]\nb = \"\\t\\u00e9\\\"\"", "{a={b=\"\\té\\\"\"}}"),
            ("[[a]]\nb = 'c'\n[[a]]\n[a.d]\ne = 'f'", "{a=[{b=\"c\"} {d={e=\"f\"}}]}"),
            ("a = [\n  'b', # first\n  'c',\n]", "{a=[\"b\" \"c\"]}"),
            ("a = { b = 'c', \"d e\" = [] }", "{a={b=\"c\" d e=[]}}"),
            ("a = 1\nb = 1979-05-27T07:32:00Z\nc = true", "{a=? b=? c=?}"),
            ("[a.b]\nc = 'd'\n[a]\ne = 'f'", "{a={b={c=\"d\"} e=\"f\"}}"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_toml_is_refused_with_its_place() {
        for (text, expected) in [
            ("a", "`=` is expected here at ``"),
            ("a = ", "a value is expected here at ``"),
            ("= 'b'", "a key is expected here at `=`"),
            ("a = 'b' c", "nothing else can stand on this line at `c`"),
            ("a = \"b\n", "this text is not closed on its line at `\"b`"),
            ("a = '''b'''", "nothing else can stand on this line at `'`"),
            ("a = \"\\q\"", "TOML has no such escape at `\\q`"),
            ("a = \"\\ud800\"", "TOML has no such escape at `\\ud800`"),
            ("a = \"\\u12", "TOML has no such escape at `\\u`"),
            ("a = ['b' 'c']", "`,` or `]` is expected here at `'`"),
            ("a = {b = 'c'", "`,` or `}` is expected here at ``"),
            ("a = 'b'\na = 'c'", "`a` is written twice at `a`"),
            ("a = 'b'\n[a]", "`a` is no table at `a`"),
            ("[a", "`]` is expected here at ``"),
            ("[a]\n[[a]]", "`a` is no array of tables at `a`"),
            ("a = [[[[[[[[[[[[", "nested too deep at `[`"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
