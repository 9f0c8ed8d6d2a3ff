//! Random expressions of a wanted type, over what can be read at a place.

use super::Generator;
use super::describe::{Base, Expr, Type, Variable};

/// What can be read and written at a place.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    readable: Vec<Readable>,
    /// The variables of contexts.
    pub(super) writable: Vec<Variable>,
    /// The limits, whose counts are values.
    pub(super) limits: Vec<String>,
}

/// A value that has a name.
#[derive(Debug, Clone)]
struct Readable {
    text: String,
    ty: Type,
    /// Whether an option was tested, so that its name is the value.
    known: bool,
}

impl Scope {
    pub(super) fn new(writable: Vec<Variable>, limits: Vec<String>) -> Self {
        Scope { readable: Vec::new(), writable, limits }
    }

    /// The same place, where more can be read.
    #[must_use]
    pub(super) fn with(mut self, values: impl IntoIterator<Item = (String, Type)>) -> Self {
        let values = values.into_iter().map(|(text, ty)| Readable { text, ty, known: false });
        self.readable.extend(values);
        self
    }

    /// The same place, where these options are known to have values.
    pub(super) fn knowing(&self, names: &[String]) -> Self {
        let mut inner = self.clone();
        for value in &mut inner.readable {
            value.known |= names.contains(&value.text);
        }
        inner
    }

    /// Forgets that these options have values.
    pub(super) fn forget(&mut self, names: &[String]) {
        for value in self.readable.iter_mut().filter(|value| names.contains(&value.text)) {
            value.known = false;
        }
    }

    /// The names of values of that type.
    fn of(&self, base: Base) -> Vec<String> {
        let plain = |value: &&Readable| !value.ty.optional || value.known;
        let fitting = self.readable.iter().filter(plain).filter(|value| goes_with(value.ty.base, base));
        fitting.map(|value| value.text.clone()).collect()
    }

    /// Options that are not known to have a value.
    fn open(&self) -> Vec<String> {
        let open = self.readable.iter().filter(|value| value.ty.optional && !value.known);
        // The result of a task is not narrowed by a test.
        let open = open.filter(|value| value.text != "event.value");
        open.map(|value| value.text.clone()).collect()
    }

    /// The names of options of exactly that type.
    fn options(&self, base: Base) -> Vec<String> {
        let fitting = self.readable.iter().filter(|value| value.ty.optional && value.ty.base == base);
        fitting.map(|value| value.text.clone()).collect()
    }
}

/// Integers of all sizes go together.
fn goes_with(found: Base, wanted: Base) -> bool {
    found == wanted || matches!((found, wanted), (Base::Int(..), Base::Int(..)))
}

/// A condition, and the options that have a value when it holds, or when it does not.
pub(super) struct Tested {
    pub(super) test: Expr,
    pub(super) if_true: Vec<String>,
    pub(super) if_false: Vec<String>,
}

/// How many arithmetic operators stand in each other.
const DEPTH: usize = 2;

impl Generator<'_, '_> {
    /// Something that is true or false.
    pub(super) fn condition(&mut self, scope: &Scope, depth: usize) -> Tested {
        let open = scope.open();
        if let Some(option) = self.choices.pick(&open).cloned()
            && self.choices.chance(30)
        {
            return self.narrowing(scope, option, depth);
        }
        Tested { test: self.boolean(scope, depth), if_true: Vec::new(), if_false: Vec::new() }
    }

    /// A test of an option, and perhaps what is asked of its value.
    fn narrowing(&mut self, scope: &Scope, option: String, depth: usize) -> Tested {
        let exists = self.choices.chance(60);
        // A condition that uses other tested options is false as well where one of them is `none` after all: then its
        // being false says nothing.
        let mut says = true;
        let (compares, connects) = if exists { ("!=", "&&") } else { ("==", "||") };
        let mut test = binary(Expr::Name(option.clone()), compares, Expr::Literal("none".to_owned()));
        if self.choices.chance(60) {
            let inner = scope.knowing(std::slice::from_ref(&option));
            test = binary(test, connects, self.boolean(&inner, depth.saturating_sub(1)));
            says = exists || scope.readable.iter().all(|value| !value.known);
        }
        let known = if says { vec![option] } else { Vec::new() };
        let (if_true, if_false) = if exists { (known, Vec::new()) } else { (Vec::new(), known) };
        Tested { test, if_true, if_false }
    }

    fn boolean(&mut self, scope: &Scope, depth: usize) -> Expr {
        let deeper = if depth > 0 { 15 } else { 0 };
        let alternatives = [(30, 0), (10, 1), (12, 2), (12, 3), (12, 4), (8, 5), (deeper, 6), (deeper, 7), (6, 8)];
        match self.choices.weighted(&alternatives) {
            Some(1) => self.comparison(scope, Base::Duration),
            Some(2) => self.equality(scope),
            Some(3) => self.asks(scope, depth),
            Some(4) => {
                let state = 1 + self.choices.index(self.tree.nodes.len() - 1);
                Expr::Name(format!("in {}", self.tree.nodes[state].name))
            }
            Some(5) => match self.choices.pick(&scope.of(Base::Bool)) {
                Some(name) => Expr::Name(name.clone()),
                None => Expr::Literal(self.choices.chance(60).to_string()),
            },
            Some(6) => Expr::Prefix("!", Box::new(self.boolean(scope, depth - 1))),
            Some(7) => {
                let operator = if self.choices.chance(50) { "&&" } else { "||" };
                let left = self.boolean(scope, depth - 1);
                binary(left, operator, self.boolean(scope, depth - 1))
            }
            // A test of an option like any other: outside of the condition itself nobody knows of it.
            Some(8) if depth > 0 => self.condition(scope, depth - 1).test,
            _ => self.comparison(scope, Base::Int("i64", -20, 20)),
        }
    }

    fn comparison(&mut self, scope: &Scope, base: Base) -> Expr {
        let operators = ["<", "<=", ">", ">=", "==", "!="];
        let operator = operators[self.choices.index(operators.len())];
        let left = self.number(scope, base, 1);
        binary(left, operator, self.number(scope, base, 1))
    }

    /// Whether a value of an enum, a text, a float or an option is another.
    fn equality(&mut self, scope: &Scope) -> Expr {
        let Some(value) = self.choices.pick(&scope.readable).cloned() else {
            return self.comparison(scope, Base::Int("i64", -20, 20));
        };
        let operator = if self.choices.chance(50) { "==" } else { "!=" };
        let right = self.plain(scope, value.ty.base, None, 0);
        binary(Expr::Name(value.text), operator, right)
    }

    /// A guard with arguments.
    fn asks(&mut self, scope: &Scope, depth: usize) -> Expr {
        if self.machine.guards.is_empty() || depth == 0 {
            return Expr::Literal(self.choices.chance(70).to_string());
        }
        let guard = self.choices.index(self.machine.guards.len());
        let signature = self.machine.guards[guard].signature.clone();
        if signature.fields.is_empty() {
            return Expr::Name(signature.name);
        }
        let arguments = signature.fields.iter().map(|field| self.value(scope, field.ty, None)).collect();
        Expr::Call(signature.name, arguments)
    }

    /// A value that is kept or passed on. A constant one lies in the range.
    pub(super) fn value(&mut self, scope: &Scope, ty: Type, range: Option<(i128, i128)>) -> Expr {
        if ty.optional {
            match self.choices.below(5) {
                0 => return Expr::Literal("none".to_owned()),
                1 => return Expr::Call("some".to_owned(), vec![self.literal(ty.base, range)]),
                2 => {
                    if let Some(name) = self.choices.pick(&scope.options(ty.base)) {
                        return Expr::Name(name.clone());
                    }
                }
                _ => {}
            }
        }
        self.plain(scope, ty.base, range, DEPTH)
    }

    /// A value of a type without `?`.
    fn plain(&mut self, scope: &Scope, base: Base, range: Option<(i128, i128)>, depth: usize) -> Expr {
        let value = match base {
            Base::Int(..) | Base::Duration | Base::Float => self.number(scope, base, depth),
            Base::Bool => self.boolean(scope, depth.min(1)),
            Base::Str | Base::Enum(_) => self.leaf(scope, base),
        };
        if value.is_constant() { self.literal(base, range) } else { value }
    }

    /// Arithmetic.
    fn number(&mut self, scope: &Scope, base: Base, depth: usize) -> Expr {
        if depth == 0 || self.choices.chance(45) {
            return self.leaf(scope, base);
        }
        let left = self.number(scope, base, depth - 1);
        match self.choices.below(6) {
            0 | 1 => binary(left, "+", self.number(scope, base, depth - 1)),
            // Floats only grow: what is no number equals nothing, itself included, and would be a difference everywhere.
            2 if base != Base::Float => binary(left, "-", self.number(scope, base, depth - 1)),
            3 if base != Base::Float => {
                let operator = if base != Base::Duration && self.choices.chance(50) { "%" } else { "/" };
                binary(left, operator, Expr::Literal(self.choices.between(1, 5).to_string()))
            }
            4 => {
                let function = if self.choices.chance(50) { "min" } else { "max" };
                Expr::Call(function.to_owned(), vec![left, self.number(scope, base, depth - 1)])
            }
            _ if base == Base::Float => binary(left, "+", self.leaf(scope, base)),
            _ => binary(left, "*", Expr::Literal(self.choices.between(0, 3).to_string())),
        }
    }

    /// A name or a literal.
    fn leaf(&mut self, scope: &Scope, base: Base) -> Expr {
        let mut names = scope.of(base);
        if matches!(base, Base::Int(..)) {
            names.extend(scope.limits.iter().cloned());
        }
        match self.choices.pick(&names) {
            Some(name) if self.choices.chance(70) => Expr::Name(name.clone()),
            _ => self.literal(base, None),
        }
    }

    /// A value that is written out, in the range if there is one.
    pub(super) fn literal(&mut self, base: Base, range: Option<(i128, i128)>) -> Expr {
        let text = match base {
            Base::Bool => self.choices.chance(50).to_string(),
            Base::Int(_, lowest, highest) => {
                let (low, high) = range.unwrap_or((lowest.max(-9), highest.min(9)));
                self.choices.between(low, high).to_string()
            }
            Base::Duration => {
                let (low, high) = range.unwrap_or((0, 2_000_000_000));
                let tenths = self.choices.between(low / 100_000_000, high / 100_000_000);
                format!("{}ms", tenths * 100)
            }
            Base::Str => format!("\"{}\"", ["", "a", "b"][self.choices.index(3)]),
            Base::Float => format!("{}.{}", self.choices.below(4), self.choices.below(10)),
            Base::Enum(number) => {
                let variants = self.machine.enums.get(number).copied().unwrap_or(1);
                format!("E{number}::V{}", self.choices.index(variants))
            }
        };
        Expr::Literal(text)
    }
}

/// An operator with its operands.
pub(super) fn binary(left: Expr, operator: &'static str, right: Expr) -> Expr {
    Expr::Binary(operator, Box::new((left, right)))
}
