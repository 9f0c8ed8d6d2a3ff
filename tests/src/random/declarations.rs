//! What a random machine declares: enums, params, contexts, events, outputs, host functions, guards, limits.

use super::describe::{Base, Event, Expr, Field, Function, Guard, Kind, Payload, Type, Variable};
use super::skeleton::ROOT;
use super::{Generator, expressions::Scope};

/// The integer types.
const INTEGERS: [Base; 8] = [
    Base::Int("u8", 0, 255),
    Base::Int("i8", -128, 127),
    Base::Int("u16", 0, 65_535),
    Base::Int("i16", -32_768, 32_767),
    Base::Int("u32", 0, 4_294_967_295),
    Base::Int("i32", -2_147_483_648, 2_147_483_647),
    Base::Int("i64", i64::MIN as i128, i64::MAX as i128),
    Base::Int("u64", 0, u64::MAX as i128),
];

impl Generator<'_, '_> {
    /// Declares everything but the bodies of the states.
    pub(super) fn declare(&mut self) {
        self.machine.enums = (0..self.choices.count(0, 2)).map(|_| self.choices.count(1, 3)).collect();
        for _ in 0..self.choices.count(0, 3) {
            let param = self.variable(true);
            self.machine.params.push(param);
        }
        for state in self.tree.ids() {
            self.declare_context(state);
        }
        self.declare_payloads();
        self.declare_functions();
        self.declare_guards();
        for state in self.tree.ids() {
            if self.tree.nodes[state].kind != Kind::Final && self.choices.chance(15) {
                let name = self.name("limit");
                self.tree.nodes[state].limits.push(name);
            }
        }
    }

    /// A name that nothing else has.
    fn name(&mut self, prefix: &str) -> String {
        self.named += 1;
        format!("{prefix}{}", self.named)
    }

    fn declare_context(&mut self, state: usize) {
        if self.tree.nodes[state].kind == Kind::Final {
            return;
        }
        let most = if state == ROOT { 4 } else { self.choices.count(0, 2) };
        for _ in 0..self.choices.count(0, most) {
            let may_need = state == ROOT || !self.tree.is_default(state);
            let variable = self.variable(may_need);
            self.tree.nodes[state].context.push(variable);
        }
    }

    /// A variable; one that `may_need` a value has no initial one now and then.
    fn variable(&mut self, may_need: bool) -> Variable {
        let ty = self.ty();
        let range = self.range(ty.base);
        let needs = may_need && self.choices.chance(20);
        let default =
            if ty.optional && self.choices.chance(70) || needs { None } else { Some(self.literal(ty.base, range)) };
        Variable { name: self.name("v"), ty, range, default }
    }

    fn ty(&mut self) -> Type {
        let base = self.base();
        Type { base, optional: self.choices.chance(20) }
    }

    fn base(&mut self) -> Base {
        let alternatives = [(40, 0), (15, 1), (12, 2), (6, 3), (3, 4), (15, 5)];
        match self.choices.weighted(&alternatives) {
            Some(1) => Base::Bool,
            Some(2) => Base::Duration,
            Some(3) => Base::Str,
            Some(4) => Base::Float,
            Some(5) if !self.machine.enums.is_empty() => Base::Enum(self.choices.index(self.machine.enums.len())),
            _ => INTEGERS[self.choices.index(INTEGERS.len())],
        }
    }

    fn range(&mut self, base: Base) -> Option<(i128, i128)> {
        let (lowest, scale) = match base {
            Base::Int(_, lowest, _) => (lowest.max(-20), 1),
            Base::Duration => (0, 100_000_000),
            Base::Bool | Base::Str | Base::Float | Base::Enum(_) => return None,
        };
        if self.choices.chance(25) {
            return None;
        }
        let low = self.choices.between(lowest, lowest + 25);
        let high = low + self.choices.between(0, 12);
        Some((low * scale, high * scale))
    }

    /// Events and outputs take their fields from one pool, so that several events have fields in common.
    fn declare_payloads(&mut self) {
        let pool = self.fields(4, "f");
        for number in 0..self.choices.count(1, self.size.events) {
            let internal = number > 0 && self.choices.chance(35);
            let fields = pool.iter().filter(|_| self.choices.chance(35)).cloned().collect();
            self.machine.events.push(Event { internal, payload: Payload { name: format!("Ev{number}"), fields } });
        }
        for number in 0..self.choices.count(0, 2) {
            let fields = pool.iter().filter(|_| self.choices.chance(40)).cloned().collect();
            self.machine.outputs.push(Payload { name: format!("Out{number}"), fields });
        }
    }

    fn fields(&mut self, most: usize, prefix: &str) -> Vec<Field> {
        let count = self.choices.count(0, most);
        (0..count).map(|number| Field { name: format!("{prefix}{number}"), ty: self.ty() }).collect()
    }

    /// Actions and tasks; the results of some have the types of variables, so that they can be kept.
    fn declare_functions(&mut self) {
        let kept: Vec<_> = self.tree.nodes.iter().flat_map(|node| &node.context).map(|variable| variable.ty).collect();
        for number in 0..self.choices.count(0, 4) {
            let result = self.choices.pick(&kept).copied().filter(|_| self.choices.chance(60));
            let action = self.function(format!("act{number}"), result, 35);
            self.machine.actions.push(action);
        }
        for number in 0..self.choices.count(0, 2) {
            let result = if self.choices.chance(60) { Some(self.ty()) } else { None };
            let task = self.function(format!("job{number}"), result, 50);
            self.machine.tasks.push(task);
        }
    }

    fn function(&mut self, name: String, result: Option<Type>, fails: u64) -> Function {
        let signature = Payload { name, fields: self.fields(2, "p") };
        Function { signature, result, fails: self.choices.chance(fails) }
    }

    /// A guard with a body uses only guards before it.
    fn declare_guards(&mut self) {
        for number in 0..self.choices.count(0, 3) {
            let signature = Payload { name: format!("ask{number}"), fields: self.fields(2, "p") };
            let body = if self.choices.chance(50) {
                let scope = self.scope(ROOT).with(signature.fields.iter().map(|field| (field.name.clone(), field.ty)));
                Some(self.condition(&scope, 2).test)
            } else {
                None
            };
            self.machine.guards.push(Guard { signature, body });
        }
    }

    /// What can be read and written in a state, without an event.
    pub(super) fn scope(&self, state: usize) -> Scope {
        let lineage = self.tree.lineage(state);
        let variables: Vec<_> = lineage.iter().flat_map(|&step| self.tree.nodes[step].context.clone()).collect();
        let limits = lineage.iter().flat_map(|&step| self.tree.nodes[step].limits.clone()).collect();
        let readable = variables.iter().chain(&self.machine.params);
        let readable = readable.map(|variable| (variable.name.clone(), variable.ty)).collect::<Vec<_>>();
        Scope::new(variables, limits).with(readable)
    }

    /// A constant count: a literal, or a param that is never negative.
    pub(super) fn count(&mut self, most: i128) -> Expr {
        let is_count = |param: &&Variable| {
            let small = param.range.is_some_and(|(low, high)| low >= 0 && high <= 100);
            small && !param.ty.optional && matches!(param.ty.base, Base::Int(..))
        };
        let params: Vec<_> = self.machine.params.iter().filter(is_count).map(|param| param.name.clone()).collect();
        match self.choices.pick(&params) {
            Some(param) if self.choices.chance(40) => Expr::Name(param.clone()),
            _ => Expr::Literal(self.choices.between(0, most).to_string()),
        }
    }
}
