//! The part of ECMAScript that is understood: literals, variables, members, calls, operators, `typeof`, `?:`, and
//! assignments as statements.
//!
//! What cannot be read is told apart: text that is no ECMAScript at all, which an SCXML processor answers by
//! `error.execution` when it evaluates it, and text that may be ECMAScript and is more than is understood here. The length
//! and the nesting of an expression are bounded.

use super::values::Literal;

/// The deepest nesting of brackets and operators that is read.
const MAX_DEPTH: usize = 48;

/// The longest expression that is read, in tokens.
const MAX_TOKENS: usize = 400;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    /// A number, a text, `true` or `false`.
    Literal(Literal),
    /// An object or array, as it is written: it is only ever passed on and asked whether it is there.
    Object(Vec<(String, Expr)>, String),
    /// A variable or another name.
    Name(String),
    /// `base.name` and `base['name']`.
    Member(Box<Expr>, String),
    /// `function(arguments)`.
    Call(Box<Expr>, Vec<Expr>),
    /// `!x`, `-x`, `typeof x`.
    Unary(Unary, Box<Expr>),
    /// `a + b`.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `a ? b : c`.
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
}

impl Expr {
    /// Calls `visit` for the expression and all its parts.
    pub(super) fn walk(&self, visit: &mut impl FnMut(&Expr)) {
        visit(self);
        match self {
            Expr::Literal(_) | Expr::Name(_) => {}
            Expr::Object(members, _) => {
                for (_, member) in members {
                    member.walk(visit);
                }
            }
            Expr::Member(base, _) | Expr::Unary(_, base) => base.walk(visit),
            Expr::Call(function, arguments) => {
                function.walk(visit);
                for argument in arguments {
                    argument.walk(visit);
                }
            }
            Expr::Binary(_, left, right) => {
                left.walk(visit);
                right.walk(visit);
            }
            Expr::Conditional(condition, then, otherwise) => {
                for part in [condition, then, otherwise] {
                    part.walk(visit);
                }
            }
        }
    }

    /// The expression with values for some names.
    pub(super) fn with(self, known: &[(&str, &Expr)]) -> Expr {
        let inner = |expr: Box<Expr>| Box::new(expr.with(known));
        match self {
            Expr::Name(name) => match known.iter().find(|(own, _)| *own == name) {
                Some((_, value)) => (*value).clone(),
                None => Expr::Name(name),
            },
            Expr::Member(base, name) => Expr::Member(inner(base), name),
            Expr::Call(function, arguments) => {
                Expr::Call(function, arguments.into_iter().map(|argument| argument.with(known)).collect())
            }
            Expr::Unary(operator, operand) => Expr::Unary(operator, inner(operand)),
            Expr::Binary(operator, left, right) => Expr::Binary(operator, inner(left), inner(right)),
            Expr::Conditional(condition, then, otherwise) => {
                Expr::Conditional(inner(condition), inner(then), inner(otherwise))
            }
            Expr::Literal(_) | Expr::Object(..) => self,
        }
    }
}

/// An operator with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unary {
    /// `!`
    Not,
    /// `-`
    Negate,
    /// `+`
    Number,
    /// `typeof`
    TypeOf,
}

/// An operator with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `|`, which is read of truth values
    EitherOf,
    /// `&`, which is read of truth values
    BothOf,
    /// `==`, or with `true`: `===`
    Equal(bool),
    /// `!=`, or with `true`: `!==`
    NotEqual(bool),
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in`
    In,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

/// Why a text could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is no ECMAScript.
    Illegal,
    /// It is more than is understood here: what, as "a function", and how far into the text.
    Beyond(String),
}

/// A statement of a script: `var x = 1`, `x += 1`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Assignment {
    /// The name on the left.
    pub(super) name: String,
    /// The new value, with the operator resolved.
    pub(super) value: Expr,
}

/// Reads an expression.
pub(super) fn expression(text: &str) -> Result<Expr, Unreadable> {
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens: &tokens, at: 0, depth: 0 };
    let expr = parser.expression()?;
    match parser.peek() {
        None => Ok(expr),
        // `new testobject();` and the like are beyond; a lone `;` at the end does no harm.
        Some(Token::Symbol(";")) if parser.at + 1 == tokens.len() => Ok(expr),
        Some(_) => Err(parser.beyond()),
    }
}

/// Reads the statements of a script, all of which must be assignments.
pub(super) fn script(text: &str) -> Result<Vec<Assignment>, Unreadable> {
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens: &tokens, at: 0, depth: 0 };
    let mut statements = Vec::new();
    while parser.peek().is_some() {
        if !parser.eat(";") {
            parser.statement(&mut statements)?;
        }
    }
    Ok(statements)
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64),
    Text(String),
    Word(String),
    Symbol(&'static str),
}

/// The symbols, longest first.
const SYMBOLS: &[&str] = &[
    "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "=>", "<<", ">>", "?.",
    "??", "(", ")", "[", "]", "{", "}", "<", ">", "!", "+", "-", "*", "/", "%", "=", "?", ":", ",", ".", ";", "&", "|",
    "^", "~",
];

/// The tokens of a text with the offsets where they begin.
fn tokens(text: &str) -> Result<Vec<(Token, usize)>, Unreadable> {
    let mut tokens = Vec::new();
    let mut open = Vec::new();
    let mut rest = text;
    loop {
        rest = skip_blank(rest);
        let at = text.len() - rest.len();
        let Some(first) = rest.chars().next() else { break };
        let (token, length) =
            if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
                number(rest)?
            } else if first == '"' || first == '\'' {
                quoted(rest, first)?
            } else if first.is_alphabetic() || first == '_' || first == '$' {
                let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
                (Token::Word(rest[..length].to_owned()), length)
            } else if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
                (Token::Symbol(symbol), symbol.len())
            } else {
                return Err(Unreadable::Beyond(format!("`{first}`")));
            };
        if let Token::Symbol(symbol) = token {
            match symbol {
                "(" => open.push(")"),
                "[" => open.push("]"),
                "{" => open.push("}"),
                ")" | "]" | "}" if open.pop() != Some(symbol) => return Err(Unreadable::Illegal),
                _ => {}
            }
        }
        tokens.push((token, at));
        if tokens.len() > MAX_TOKENS {
            return Err(Unreadable::Beyond(format!("more than {MAX_TOKENS} tokens")));
        }
        rest = &rest[length..];
    }
    if open.is_empty() { Ok(tokens) } else { Err(Unreadable::Illegal) }
}

/// Skips white space and comments.
fn skip_blank(mut rest: &str) -> &str {
    loop {
        rest = rest.trim_start();
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.find('\n').map_or("", |end| &comment[end..]);
        } else if let Some(end) = rest.strip_prefix("/*").and_then(|comment| comment.find("*/")) {
            rest = &rest[end + 4..];
        } else {
            return rest;
        }
    }
}

fn number(text: &str) -> Result<(Token, usize), Unreadable> {
    let mut length = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(text.len());
    if text[..length].ends_with(['e', 'E']) && !text.starts_with("0x") && text[length..].starts_with(['+', '-']) {
        length += 1 + text[length + 1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - length - 1);
    }
    let digits = &text[..length];
    let hexadecimal = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let value = match hexadecimal {
        Some(digits) => u32::from_str_radix(digits, 16).ok().map(f64::from),
        None => digits.parse::<f64>().ok().filter(|value| value.is_finite()),
    };
    value
        .map(|value| (Token::Number(value), length))
        .ok_or_else(|| Unreadable::Beyond(format!("the number `{digits}`")))
}

fn quoted(text: &str, quote: char) -> Result<(Token, usize), Unreadable> {
    let mut value = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, 'r')) => value.push('\r'),
                Some((_, escaped @ ('\\' | '\'' | '"' | '/'))) => value.push(escaped),
                Some((_, other)) => return Err(Unreadable::Beyond(format!("the escape `\\{other}`"))),
                None => return Err(Unreadable::Illegal),
            },
            '\n' => return Err(Unreadable::Illegal),
            _ if letter == quote => return Ok((Token::Text(value), at + 1)),
            _ => value.push(letter),
        }
    }
    Err(Unreadable::Illegal)
}

/// Words with which no expression begins: a text that does is a statement, and no value.
const STATEMENTS: &[&str] = &[
    "break", "case", "catch", "const", "continue", "debugger", "default", "do", "else", "export", "finally", "for",
    "if", "import", "let", "return", "switch", "throw", "try", "var", "while", "with",
];

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [(Token, usize)],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek(), Some(Token::Symbol(found)) if *found == symbol)
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), Unreadable> {
        if self.eat(symbol) { Ok(()) } else { Err(self.beyond()) }
    }

    /// What stands here is more than is understood; at the end of the text something is missing.
    fn beyond(&self) -> Unreadable {
        match self.tokens.get(self.at) {
            None => Unreadable::Illegal,
            Some((_, at)) => {
                let rest = &self.text[*at..];
                let end = rest.char_indices().nth(24).map_or(rest.len(), |(end, _)| end);
                Unreadable::Beyond(format!("`{}`", rest[..end].trim_end()))
            }
        }
    }

    /// The offset behind the last token that was read.
    fn end(&self) -> usize {
        self.tokens.get(self.at).map_or(self.text.len(), |&(_, at)| at)
    }

    fn statement(&mut self, statements: &mut Vec<Assignment>) -> Result<(), Unreadable> {
        let declares = matches!(self.peek(), Some(Token::Word(word)) if matches!(word.as_str(), "var" | "let"));
        self.at += usize::from(declares);
        loop {
            let Some(Token::Word(name)) = self.peek().cloned() else { return Err(self.beyond()) };
            if STATEMENTS.contains(&name.as_str()) || name == "function" {
                return Err(self.beyond());
            }
            self.at += 1;
            let value = self.assigned(&name, declares)?;
            statements.extend(value.map(|value| Assignment { name, value }));
            if !(declares && self.eat(",")) {
                break;
            }
        }
        if self.peek().is_none() || self.is_symbol(";") || self.is_new_line() { Ok(()) } else { Err(self.beyond()) }
    }

    /// What a statement makes of a variable; `None` where `var x` only declares it.
    fn assigned(&mut self, name: &str, declares: bool) -> Result<Option<Expr>, Unreadable> {
        if self.eat("=") {
            return self.expression().map(Some);
        }
        let own = || Box::new(Expr::Name(name.to_owned()));
        for (symbol, operator) in [
            ("+=", Binary::Add),
            ("-=", Binary::Subtract),
            ("*=", Binary::Multiply),
            ("/=", Binary::Divide),
            ("%=", Binary::Remainder),
        ] {
            if self.eat(symbol) {
                return Ok(Some(Expr::Binary(operator, own(), Box::new(self.expression()?))));
            }
        }
        for (symbol, operator) in [("++", Binary::Add), ("--", Binary::Subtract)] {
            if self.eat(symbol) {
                return Ok(Some(Expr::Binary(operator, own(), Box::new(Expr::Literal(Literal::Int(1))))));
            }
        }
        if declares { Ok(None) } else { Err(self.beyond()) }
    }

    /// Whether a line ends before the next token, as a `;` that may be left out.
    fn is_new_line(&self) -> bool {
        let begins = self.end();
        let previous = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |&(_, at)| at);
        self.text.get(previous..begins).is_some_and(|between| between.contains('\n'))
    }

    fn expression(&mut self) -> Result<Expr, Unreadable> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Unreadable::Beyond(format!("nesting of more than {MAX_DEPTH} levels")));
        }
        let condition = self.binary(0)?;
        let expr = if self.eat("?") {
            let then = self.expression()?;
            self.expect(":")?;
            let otherwise = self.expression()?;
            Expr::Conditional(Box::new(condition), Box::new(then), Box::new(otherwise))
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expr)
    }

    /// Operators that bind at least as strongly as `strength`, by precedence climbing.
    fn binary(&mut self, strength: u8) -> Result<Expr, Unreadable> {
        let mut left = self.unary()?;
        while let Some((operator, own)) = self.peek().and_then(binary_operator) {
            if own < strength {
                break;
            }
            self.at += 1;
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(Unreadable::Beyond(format!("nesting of more than {MAX_DEPTH} levels")));
            }
            let right = self.binary(own + 1)?;
            self.depth -= 1;
            left = Expr::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, Unreadable> {
        let operator = match self.peek() {
            Some(Token::Symbol("!")) => Unary::Not,
            Some(Token::Symbol("-")) => Unary::Negate,
            Some(Token::Symbol("+")) => Unary::Number,
            Some(Token::Word(word)) if word == "typeof" => Unary::TypeOf,
            _ => return self.postfix(),
        };
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Unreadable::Beyond(format!("nesting of more than {MAX_DEPTH} levels")));
        }
        let operand = self.unary()?;
        self.depth -= 1;
        Ok(match (operator, operand) {
            (Unary::Negate, Expr::Literal(Literal::Int(value))) => Expr::Literal(Literal::Int(-value)),
            (Unary::Negate, Expr::Literal(Literal::Float(bits))) => {
                Expr::Literal(Literal::float(-f64::from_bits(bits)))
            }
            (operator, operand) => Expr::Unary(operator, Box::new(operand)),
        })
    }

    fn postfix(&mut self) -> Result<Expr, Unreadable> {
        let mut expr = self.primary()?;
        loop {
            if self.eat(".") {
                let Some(Token::Word(name)) = self.peek().cloned() else { return Err(self.beyond()) };
                self.at += 1;
                expr = Expr::Member(Box::new(expr), name);
            } else if self.is_symbol("[") {
                let Some((Token::Text(name), _)) = self.tokens.get(self.at + 1).cloned() else {
                    return Err(self.beyond());
                };
                self.at += 2;
                self.expect("]")?;
                expr = Expr::Member(Box::new(expr), name);
            } else if self.eat("(") {
                let arguments = self.list(")")?;
                expr = Expr::Call(Box::new(expr), arguments);
            } else {
                return Ok(expr);
            }
        }
    }

    fn list(&mut self, close: &str) -> Result<Vec<Expr>, Unreadable> {
        let mut items = Vec::new();
        while !self.eat(close) {
            items.push(self.expression()?);
            if !self.eat(",") {
                self.expect(close)?;
                break;
            }
        }
        Ok(items)
    }

    fn primary(&mut self) -> Result<Expr, Unreadable> {
        let begins = self.end();
        let Some(token) = self.peek().cloned() else { return Err(Unreadable::Illegal) };
        self.at += 1;
        match token {
            Token::Number(value) => Ok(Expr::Literal(Literal::number(value))),
            Token::Text(value) => Ok(Expr::Literal(Literal::Str(value))),
            Token::Word(word) => match word.as_str() {
                "true" => Ok(Expr::Literal(Literal::Bool(true))),
                "false" => Ok(Expr::Literal(Literal::Bool(false))),
                // A statement is no expression, which is an error of the document.
                word if STATEMENTS.contains(&word) => Err(Unreadable::Illegal),
                "function" | "new" | "delete" | "void" | "class" | "async" | "await" | "yield" => {
                    self.at -= 1;
                    Err(self.beyond())
                }
                _ => Ok(Expr::Name(word)),
            },
            Token::Symbol("(") => {
                let inner = self.expression()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Symbol("[") => {
                let items = self.list("]")?;
                let named = items.into_iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect();
                Ok(Expr::Object(named, self.source(begins)))
            }
            Token::Symbol("{") => {
                let members = self.members()?;
                Ok(Expr::Object(members, self.source(begins)))
            }
            Token::Symbol(_) => {
                self.at -= 1;
                Err(self.beyond())
            }
        }
    }

    /// The members of an object, behind its `{`.
    fn members(&mut self) -> Result<Vec<(String, Expr)>, Unreadable> {
        let mut members = Vec::new();
        while !self.eat("}") {
            let Some(Token::Word(name) | Token::Text(name)) = self.peek().cloned() else {
                return Err(self.beyond());
            };
            self.at += 1;
            self.expect(":")?;
            members.push((name, self.expression()?));
            if !self.eat(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(members)
    }

    /// The text from an offset up to here, in one line.
    fn source(&self, begins: usize) -> String {
        let text = self.text.get(begins..self.end()).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn binary_operator(token: &Token) -> Option<(Binary, u8)> {
    Some(match token {
        Token::Word(word) if word == "in" => (Binary::In, 5),
        Token::Symbol(symbol) => match *symbol {
            "||" => (Binary::Or, 0),
            "&&" => (Binary::And, 1),
            "|" => (Binary::EitherOf, 2),
            "&" => (Binary::BothOf, 3),
            "==" => (Binary::Equal(false), 4),
            "===" => (Binary::Equal(true), 4),
            "!=" => (Binary::NotEqual(false), 4),
            "!==" => (Binary::NotEqual(true), 4),
            "<" => (Binary::Less, 5),
            "<=" => (Binary::LessEqual, 5),
            ">" => (Binary::Greater, 5),
            ">=" => (Binary::GreaterEqual, 5),
            "+" => (Binary::Add, 6),
            "-" => (Binary::Subtract, 6),
            "*" => (Binary::Multiply, 7),
            "/" => (Binary::Divide, 7),
            "%" => (Binary::Remainder, 7),
            _ => return None,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Binary, Expr, Literal, Unreadable, expression, script};

    fn name(text: &str) -> Expr {
        Expr::Name(text.to_owned())
    }

    #[test]
    fn operators_bind_as_in_ecmascript() {
        let sum = Expr::Binary(Binary::Add, Box::new(name("a")), Box::new(Expr::Literal(Literal::Int(1))));
        let equal = Expr::Binary(Binary::Equal(true), Box::new(sum), Box::new(name("b")));
        let both = Expr::Binary(Binary::And, Box::new(equal), Box::new(name("c")));
        assert_eq!(expression("a + 1 === b && c"), Ok(both));
    }

    #[test]
    fn brackets_and_dots_name_the_same_member() {
        assert_eq!(expression("_event.data['x']"), expression("_event.data.x"));
    }

    #[test]
    fn what_is_no_ecmascript_is_told_from_what_is_beyond() {
        for text in ["return", "", "{p1: 'v1'", "a +", "'open", "(a))"] {
            assert_eq!(expression(text), Err(Unreadable::Illegal), "{text}");
        }
        for text in ["++a == 2", "function(x) { return x }", "new Thing()", "a ^ b", "x => y", "/a/.test(b)", "a[b]"] {
            assert!(matches!(expression(text), Err(Unreadable::Beyond(_))), "{text}");
        }
    }

    #[test]
    fn deep_and_long_texts_are_refused() {
        for text in ["(".repeat(200) + "1" + &")".repeat(200), "!".repeat(200) + "a", "1+".repeat(500) + "1"] {
            assert!(matches!(expression(&text), Err(Unreadable::Beyond(_))));
        }
    }

    #[test]
    fn scripts_are_assignments() {
        let read =
            script("var a = 1, b\n c += 2; d++;").map(|all| all.into_iter().map(|one| one.name).collect::<Vec<_>>());
        assert_eq!(read, Ok(vec!["a".to_owned(), "c".to_owned(), "d".to_owned()]));
        assert!(script("if (a) { b = 1 }").is_err());
    }
}
