//! The solver is held to the interpreter: guards over few values are decided as by trying all of them.
#![cfg(feature = "checks")]

use std::fmt::Write as _;

use fsm_core::interpreter::{Interpreter, NoHost, Value};
use fsm_core::model::{Expr, Id, Machine, Program, Variable};
use fsm_core::solver::{Solver, Verdict, Witness};
use fsm_core::source::Sources;
use fsm_core::{NoImports, analyze};

/// A small generator of pseudo-random numbers (Knuth's constants).
struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    fn pick<'t>(&mut self, among: &[&'t str]) -> &'t str {
        among[self.below(among.len())]
    }

    fn number(&mut self, depth: usize) -> String {
        if depth == 0 || self.below(3) == 0 {
            return match self.below(3) {
                0 => (i32::try_from(self.below(9)).unwrap() - 4).to_string(),
                _ => self.pick(&["a", "b", "c"]).to_owned(),
            };
        }
        let left = self.number(depth - 1);
        match self.below(8) {
            0 | 1 => format!("({left} + {})", self.number(depth - 1)),
            2 | 3 => format!("({left} - {})", self.number(depth - 1)),
            4 => format!("({left} * {})", self.number(depth - 1)),
            5 => format!("({left} / {})", self.pick(&["2", "3", "-2"])),
            6 => format!("({left} % {})", self.pick(&["2", "3", "-3"])),
            _ => format!("{}({left}, {})", self.pick(&["min", "max"]), self.number(depth - 1)),
        }
    }

    fn guard(&mut self, depth: usize) -> String {
        if depth > 0 && self.below(3) > 0 {
            let left = self.guard(depth - 1);
            return match self.below(4) {
                0 => format!("!({left})"),
                1 => format!("(({left}) == ({}))", self.guard(depth - 1)),
                2 => format!("({left} && {})", self.guard(depth - 1)),
                _ => format!("({left} || {})", self.guard(depth - 1)),
            };
        }
        match self.below(10) {
            0 => "p".to_owned(),
            1 => format!("(o {} none)", self.pick(&["==", "!="])),
            2 => format!("(o == {})", self.pick(&["0", "1", "some(1)", "b"])),
            3 => format!("(o != none && o {} {})", self.pick(&["<", ">="]), self.number(1)),
            4 => format!("(e {} Color::{})", self.pick(&["==", "!="]), self.pick(&["Red", "Green", "Blue"])),
            5 => format!("(t {} \"{}\")", self.pick(&["==", "!="]), self.pick(&["", "x"])),
            6 => format!("over({}, {})", self.number(1), self.number(1)),
            _ => {
                let operator = self.pick(&["<", "<=", ">", ">=", "==", "!="]);
                format!("({} {operator} {})", self.number(2), self.number(2))
            }
        }
    }
}

/// A machine whose guards `g0`, `g1`, … are to be decided.
fn machine_of(guards: &[String]) -> String {
    let mut text = "
        enum Color { Red, Green, Blue }
        machine Sample {
            context {
                a: i8 in -2..=2 = 0, b: u8 in 0..=3 = 0, c: i8 in -1..=0 = 0, p: bool = false,
                o: u8? in 0..=1, e: Color = Color::Red, t: str = \"\",
            }
            event Go;
            guard over(n: i64, most: i64) = n > most;
            initial state Only { on Go / a = 0; }
    "
    .to_owned();
    for (index, guard) in guards.iter().enumerate() {
        let _ = writeln!(text, "guard g{index} = {guard};");
    }
    text + "}"
}

fn build(text: &str) -> (Sources, Program) {
    let mut sources = Sources::new();
    let file = sources.add("sample.fsm", text);
    let analysis = analyze(&mut sources, file, &mut NoImports);
    let errors: Vec<_> = analysis.diagnostics.iter().map(|finding| finding.message.clone()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    (sources, analysis.program)
}

fn bodies(machine: &Machine) -> Vec<&Expr> {
    machine
        .guards
        .iter()
        .filter(|guard| guard.name.text.starts_with('g'))
        .filter_map(|guard| guard.body.as_ref())
        .collect()
}

/// Every combination of values of the variables of the sample.
fn all_values(program: &Program, machine: &Machine) -> Vec<Vec<(Id<Variable>, Value)>> {
    let integers = |low, high| (low..=high).map(Value::Int).collect::<Vec<_>>();
    let mut combinations = vec![Vec::new()];
    for (id, variable) in machine.variables.enumerate() {
        let values = match variable.name.text.as_str() {
            "a" => integers(-2, 2),
            "b" => integers(0, 3),
            "c" => integers(-1, 0),
            "p" => vec![Value::Bool(false), Value::Bool(true)],
            "o" => vec![Value::None, Value::Int(0), Value::Int(1)],
            "e" => {
                let (of, declared) = program.enums.enumerate().next().expect("the sample has an enum");
                (0..declared.variants.len()).map(|index| Value::Variant(of, index)).collect()
            }
            // Neither of the texts that are written out, too.
            _ => ["", "x", "other"].map(|text| Value::Text(text.to_owned())).to_vec(),
        };
        combinations = combinations
            .into_iter()
            .flat_map(|given: Vec<_>| {
                values.iter().map(move |value| {
                    let mut given = given.clone();
                    given.push((id, value.clone()));
                    given
                })
            })
            .collect();
    }
    combinations
}

/// Whether values are those that a witness names.
fn agree(program: &Program, machine: &Machine, given: &[(Id<Variable>, Value)], witness: &Witness) -> bool {
    witness.values.iter().all(|(name, shown)| {
        given.iter().any(|(id, value)| {
            let is_other_text = matches!(value, Value::Text(text) if text == "other") && shown.starts_with("\"other");
            machine.variables[*id].name.text == *name && (value.display(program).to_string() == *shown || is_other_text)
        })
    })
}

#[test]
fn guards_are_decided_as_by_trying_all_values() {
    let mut random = Random(20);
    let guards: Vec<String> = (0..500).map(|_| random.guard(3)).collect();
    let (sources, program) = build(&machine_of(&guards));
    let machine = &program.machines[0];
    let bodies = bodies(machine);
    let combinations = all_values(&program, machine);
    let truths: Vec<Vec<bool>> = combinations
        .iter()
        .map(|given| {
            let (interpreter, _) = Interpreter::start(&sources, machine, given, &mut NoHost).expect("all values fit");
            bodies.iter().map(|body| interpreter.evaluate(body, &mut NoHost) == Some(Value::Bool(true))).collect()
        })
        .collect();
    let solver = Solver::new(&program, &sources, machine);
    let state = machine.states.ids().next_back().expect("the sample has a state");
    let (mut never, mut possible) = (0, 0);
    for number in 0..3_000 {
        let chosen: Vec<(usize, bool)> =
            (0..=number % 3).map(|_| (random.below(bodies.len()), random.below(2) == 0)).collect();
        let conditions: Vec<(&Expr, bool)> = chosen.iter().map(|&(index, truth)| (bodies[index], truth)).collect();
        let holds = |truths: &Vec<bool>| chosen.iter().all(|&(index, truth)| truths[index] == truth);
        let told = || chosen.iter().map(|&(index, truth)| format!("{truth}: {}", guards[index])).collect::<Vec<_>>();
        match solver.decide(state, &conditions) {
            Verdict::Never => {
                never += 1;
                assert!(!truths.iter().any(holds), "said never: {:#?}", told());
            }
            Verdict::Possible(witness) => {
                possible += 1;
                assert!(witness.exact);
                let mut shown = 0;
                for (given, truths) in combinations.iter().zip(&truths) {
                    if agree(&program, machine, given, &witness) {
                        shown += 1;
                        assert!(holds(truths), "{witness} does not show: {:#?}", told());
                    }
                }
                assert!(shown > 0, "no values are {witness}: {:#?}", told());
            }
            Verdict::Undecided => panic!("undecided: {:#?}", told()),
        }
    }
    assert!(never > 300 && possible > 300, "{never} never, {possible} possible");
}

/// What is said of the conjunction of guards, each a whole text.
fn verdict(declarations: &str, guards: &[&str]) -> Verdict {
    let mut text = format!(
        "enum Color {{ Red, Green, Blue }} machine Sample {{ {declarations}\n event Go; initial state A {{ on Go -> B; initial state A1; state A2; }} state B;"
    );
    for (index, guard) in guards.iter().enumerate() {
        let _ = write!(text, "guard g{index} = {guard};");
    }
    text.push('}');
    let (sources, program) = build(&text);
    let machine = &program.machines[0];
    let conditions: Vec<(&Expr, bool)> = bodies(machine).into_iter().map(|body| (body, true)).collect();
    let state = machine.states.enumerate().find(|(_, state)| state.name.text == "A").expect("the sample has A").0;
    Solver::new(&program, &sources, machine).decide(state, &conditions)
}

fn shown(declarations: &str, guards: &[&str]) -> String {
    match verdict(declarations, guards) {
        Verdict::Never => "never".to_owned(),
        Verdict::Possible(witness) => format!("{}{witness}", if witness.exact { "" } else { "about " }),
        Verdict::Undecided => "undecided".to_owned(),
    }
}

#[test]
fn large_numbers_are_decided_without_trying_them() {
    let three = "context { x: u64 = 0, y: u64 = 0, z: u64 = 0 }";
    assert_eq!(shown(three, &["x < y", "y < z", "z < x"]), "never");
    assert_eq!(shown(three, &["x < y", "y < x"]), "never");
    assert_eq!(shown(three, &["2 * x == 2 * y + 1"]), "never");
    assert_eq!(shown(three, &["x % 2 == 0", "x % 4 == 1"]), "never");
    assert_eq!(shown(three, &["x > 1000", "x % 7 == 3", "y == x / 7"]), "`x == 1004` and `y == 143`");
    let small = "context { x: u32 = 0, y: u32 = 0 }";
    assert_eq!(shown(small, &["x * y == 12", "x > 3", "y > x"]), "never");
    assert_eq!(shown(small, &["x * y == 12", "x > 2", "y > x"]), "`x == 3` and `y == 4`");
    assert_eq!(shown(three, &["x + y > 36893488147419103230"]), "never");
    assert_eq!(shown(three, &["x < 3", "y == 1 || y == 4", "min(x, y) == 2"]), "`x == 2` and `y == 4`");
}

#[test]
fn durations_enums_texts_floats_and_options_are_decided() {
    assert_eq!(shown("context { d: duration = 0s }", &["d >= 90s", "d * 2 < 3min"]), "never");
    assert_eq!(shown("context { d: duration = 0s }", &["d > 90s"]), "`d == 91s`");
    let color = "context { c: Color = Color::Red }";
    assert_eq!(shown(color, &["c != Color::Red", "c != Color::Blue", "c != Color::Green"]), "never");
    assert_eq!(shown(color, &["c != Color::Red", "c != Color::Blue"]), "`c == Color::Green`");
    let texts = "context { s: str = \"\", t: str = \"\" }";
    assert_eq!(shown(texts, &["s == \"a\"", "t == \"b\"", "s == t"]), "never");
    assert_eq!(shown(texts, &["s != \"a\"", "s != \"b\""]), "`s == \"other\"`");
    let floats = "context { f: f64 = 0.0, g: f64 = 0.0 }";
    assert_eq!(shown(floats, &["f > 1.0", "f < 1.0"]), "never");
    assert_eq!(shown(floats, &["f > g", "g > 2.0", "f < 1.0"]), "never");
    assert_eq!(shown(floats, &["f > 1.0", "f < 2.0"]), "`f == 1.5`");
    assert_eq!(shown(floats, &["!(f < 1.0)", "!(f >= 1.0)"]), "`f == NaN`");
    assert_eq!(shown(floats, &["f * 2.0 > 1.0", "f * 2.0 < 0.5"]), "never");
    assert_eq!(shown("context { o: u8? }", &["o != none && o > 3", "o == none || o < 3"]), "never");
}

#[test]
fn the_host_answers_anything_but_equal_arguments_equally() {
    let host = "guard asks(n: u8); guard free; context { x: u8 = 0, y: u8 = 0 }";
    assert_eq!(shown(host, &["free", "!free"]), "never");
    assert_eq!(shown(host, &["asks(x)", "!asks(y)", "x == y"]), "never");
    assert_eq!(shown(host, &["asks(x)", "!asks(y)"]), "`x == 0`, `asks(x)`, `y == 1` and not `asks(y)`");
    assert_eq!(shown("guard free; context { x: u8 = 0 }", &["free || x > 3"]), "`free`");
}

#[test]
fn limits_and_active_states_are_known_as_far_as_they_can_be() {
    let limit = "param most: u8 in 1..=9 = 3; limit tries <= most else -> B; limit calls < 3 else -> B;";
    assert_eq!(shown(limit, &["tries > most"]), "never");
    assert_eq!(shown(limit, &["calls >= 3"]), "never");
    assert_eq!(shown(limit, &["calls >= 2"]), "`calls == 2`");
    assert_eq!(shown("", &["in B"]), "never");
    assert_eq!(shown("", &["!(in A)"]), "never");
    assert_eq!(shown("", &["in A1", "in A2"]), "never");
    assert_eq!(shown("", &["!(in A1)"]), "`in A.A2`");
}
