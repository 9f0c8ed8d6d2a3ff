//! `#[derive(Fsm)]`: a machine whose states are an enum of the user's.
//!
//! The attributes hold members of the language, in front of which stands what a declaration says before its braces. They
//! are put together to the tokens of one machine, each at its own place, and what follows is the same as for `fsm!`:
//!
//! ```text
//! #[fsm(machine Turnstile; event Coin; event Push;)]        machine Turnstile { event Coin; event Push;
//! enum TurnstileState {
//!     #[fsm(initial "closed"; on Coin -> Unlocked;)]            initial state Locked "closed" { on Coin -> Unlocked; }
//!     Locked,
//!     #[fsm(on Push -> Locked;)]                                state Unlocked { on Push -> Locked; }
//!     Unlocked,
//! }                                                         }
//! ```

use fsm_core::codegen::{self, OwnStates, Places};
use fsm_core::diagnostic::Diagnostics;
use fsm_core::syntax::MAX_DEPTH;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Error, Fields, Result, Variant, Visibility};

use crate::{Meaning, wishes};

/// What an enum says of its machine.
pub(crate) struct Derived {
    /// The enum itself.
    pub(crate) states: Ident,
    /// The names of its variants.
    pub(crate) variants: Vec<Ident>,
    /// Whether they are numbered in order, from zero.
    pub(crate) is_numbered: bool,
    /// The machine, in the language.
    pub(crate) machine: TokenStream,
}

impl Derived {
    /// The code, in which the enum is the type of the states.
    pub(crate) fn generate(&self, meaning: &Meaning<'_>, diagnostics: &mut Diagnostics) -> TokenStream {
        let Meaning { program, sources, places } = meaning;
        let strange = program.machines.iter().flat_map(|machine| machine.states.iter().skip(1)).filter(|state| {
            let name = &state.name.text;
            self.variants.iter().all(|variant| variant.unraw() != name)
        });
        let refuse = |state: &fsm_core::model::State| {
            let (name, states) = (&state.name.text, &self.states);
            let message = format!(
                "the state `{name}` is no variant of `{states}`\nhelp: write `#[fsm(within …)]` before a variant `{name}`"
            );
            Error::new(places.span(state.name.span), message).into_compile_error()
        };
        let refused: TokenStream = strange.map(refuse).collect();
        if !refused.is_empty() {
            return refused;
        }
        let names: Vec<_> = self.variants.iter().map(|variant| variant.unraw().to_string()).collect();
        let states = OwnStates { name: &self.states, numbered: self.is_numbered.then_some(&names) };
        codegen::rust(program, sources, *places, wishes(Some(states)), diagnostics)
    }
}

/// A variant and what is said of it.
struct State {
    name: Ident,
    head: Head,
    members: TokenStream,
    /// The bracket behind what is said of it.
    end: Span,
    /// The index of the variant that it lies within.
    parent: Option<usize>,
}

/// What stands before the first `;` of an attribute, if it is no member.
#[derive(Default)]
struct Head {
    /// Attributes of the language; of an enum only.
    attributes: TokenStream,
    /// `initial`, `parallel`, `final`; of an enum also `machine`.
    words: Vec<Ident>,
    /// The name behind `machine` or `within`.
    name: Option<Ident>,
    /// A label for diagrams.
    label: Option<TokenTree>,
}

/// The machine of an item.
pub(crate) fn machine(item: TokenStream) -> Result<Derived> {
    let item: DeriveInput = syn::parse2(item)?;
    if let Some(parameter) = item.generics.params.first() {
        return Err(Error::new_spanned(parameter, "the states of a machine are an enum without parameters"));
    }
    let Data::Enum(data) = &item.data else {
        return Err(Error::new_spanned(&item.ident, "`Fsm` is derived for enums: each variant is a state"));
    };
    let mut states = data.variants.iter().map(state).collect::<Result<Vec<_>>>()?;
    find_parents(&mut states)?;
    let (head, members, end) = said_of(&item.attrs, &["parallel", "machine"], "machine", item.ident.span())?;
    let name = match head.name {
        Some(name) => name,
        None => machine_name(&item.ident)?,
    };
    // Before an enum that nobody else sees stands nothing.
    let visibility = match &item.vis {
        Visibility::Inherited => quote_spanned!(item.ident.span()=> pub(self)),
        written => quote!(#written),
    };
    let keyword = head.words.iter().find(|word| *word == "machine").cloned();
    let keyword = keyword.unwrap_or_else(|| Ident::new("machine", item.ident.span()));
    let parallel = head.words.iter().find(|word| *word == "parallel");
    let (attributes, label, inner) = (head.attributes, head.label, inside(&states, None));
    let body = braces(quote!(#members #inner), end);
    Ok(Derived {
        states: item.ident.clone(),
        variants: states.into_iter().map(|state| state.name).collect(),
        is_numbered: data.variants.iter().all(|variant| variant.discriminant.is_none()),
        machine: quote!(#attributes #visibility #parallel #keyword #name #label #body),
    })
}

/// `Turnstile` from `TurnstileState`.
fn machine_name(states: &Ident) -> Result<Ident> {
    let text = states.to_string();
    match text.strip_suffix("State").filter(|name| !name.is_empty() && *name != "r#") {
        Some(name) => syn::parse_str::<Ident>(name).map(|name| Ident::new(&name.to_string(), states.span())),
        None => Err(Error::new_spanned(
            states,
            "the machine has no name: say `#[fsm(machine Name; …)]` before the enum, or call the enum `NameState`",
        )),
    }
}

fn state(variant: &Variant) -> Result<State> {
    if !matches!(variant.fields, Fields::Unit) {
        return Err(Error::new_spanned(
            &variant.fields,
            "a state is a variant without fields: what belongs to a state stands in its `context { … }`",
        ));
    }
    if variant.ident == "ALL" || variant.ident == "TRANSITIONS" {
        let message = format!("the constant `{}` of the enum has this name already", variant.ident);
        return Err(Error::new_spanned(&variant.ident, message));
    }
    let words = ["initial", "parallel", "final"];
    let (head, members, end) = said_of(&variant.attrs, &words, "within", variant.ident.span())?;
    Ok(State { name: variant.ident.clone(), head, members, end, parent: None })
}

/// What all `#[fsm(…)]` of an item say: the head, the members, and the place of the last bracket.
fn said_of(attributes: &[Attribute], words: &[&str], namer: &str, place: Span) -> Result<(Head, TokenStream, Span)> {
    let (mut head, mut members, mut end) = (None, TokenStream::new(), place);
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("fsm")) {
        let list = attribute.meta.require_list()?;
        let (found, rest) = split(list.tokens.clone(), words, namer);
        if let Some(found) = found
            && head.replace(found).is_some()
        {
            return Err(Error::new_spanned(&list.tokens, "what stands before the members is said twice"));
        }
        members.extend(rest);
        end = list.delimiter.span().close();
    }
    Ok((head.unwrap_or_default(), members, end))
}

/// The head of an attribute, and its members. What does not end in `;` is no head: `initial -> Target;` is a member.
fn split(tokens: TokenStream, words: &[&str], namer: &str) -> (Option<Head>, TokenStream) {
    let mut trees = tokens.clone().into_iter().peekable();
    let mut head = Head::default();
    while let Some(hash) = trees.next_if(|tree| namer == "machine" && is_hash(tree)) {
        head.attributes.extend([Some(hash), trees.next()].into_iter().flatten());
    }
    while let Some(TokenTree::Ident(word)) = trees.next_if(|tree| is_one_of(tree, words) || is_one_of(tree, &[namer])) {
        if word == namer {
            let Some(TokenTree::Ident(name)) = trees.next_if(|tree| matches!(tree, TokenTree::Ident(_))) else {
                return (None, tokens);
            };
            head.name = Some(name);
        }
        head.words.push(word);
    }
    head.label = trees.next_if(is_string);
    let ends = match trees.next() {
        Some(TokenTree::Punct(semicolon)) => semicolon.as_char() == ';',
        Some(_) => false,
        None => true,
    };
    let says_something = !head.words.is_empty() || head.label.is_some() || !head.attributes.is_empty();
    if ends && says_something { (Some(head), trees.collect()) } else { (None, tokens) }
}

fn is_hash(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Punct(hash) if hash.as_char() == '#')
}

fn is_one_of(tree: &TokenTree, words: &[&str]) -> bool {
    matches!(tree, TokenTree::Ident(word) if words.iter().any(|other| word == other))
}

fn is_string(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Literal(literal) if literal.to_string().ends_with(['"', '#']))
}

/// Finds the variants behind `within`, and refuses what lies within itself.
fn find_parents(states: &mut [State]) -> Result<()> {
    for index in 0..states.len() {
        let Some(name) = states[index].head.name.clone() else { continue };
        let found = states.iter().position(|state| state.name == name);
        states[index].parent = found;
        if found.is_none() {
            return Err(Error::new_spanned(&name, format!("there is no variant `{name}`")));
        }
    }
    for state in &*states {
        let mut around = std::iter::successors(state.parent, |&outer| states[outer].parent);
        if around.nth(MAX_DEPTH).is_some() {
            let message = format!("the state lies within itself, or deeper than {MAX_DEPTH} levels");
            return Err(Error::new_spanned(&state.name, message));
        }
    }
    Ok(())
}

/// The states directly inside another, or inside the machine, with all that is inside them. How deep they are nested has
/// been bounded.
fn inside(states: &[State], parent: Option<usize>) -> TokenStream {
    let declare = |(index, state): (usize, &State)| {
        let State { name, head, members, end, .. } = state;
        let words = head.words.iter().filter(|word| *word != "within");
        let keyword = Ident::new("state", name.span());
        let (label, inner) = (&head.label, inside(states, Some(index)));
        let body = braces(quote!(#members #inner), *end);
        quote!(#(#words)* #keyword #name #label #body)
    };
    states.iter().enumerate().filter(|(_, state)| state.parent == parent).map(declare).collect()
}

/// Braces whose closing one stands at `end`, where something is missing if it ends too early.
fn braces(body: TokenStream, end: Span) -> Group {
    let mut group = Group::new(Delimiter::Brace, body);
    group.set_span(end);
    group
}

#[cfg(test)]
mod tests {
    use super::machine;

    /// The machine of an item, as text.
    fn derived(item: &str) -> Result<String, String> {
        let derived = machine(item.parse().unwrap()).map_err(|error| error.to_string())?;
        Ok(derived.machine.to_string())
    }

    fn same(item: &str, machine: &str) {
        let expected: proc_macro2::TokenStream = machine.parse().unwrap();
        assert_eq!(derived(item), Ok(expected.to_string()));
    }

    #[test]
    fn attributes_are_put_together_to_a_machine() {
        same(
            "#[fsm(machine Turnstile \"gate\"; event Coin; event Push;)] pub(crate) enum Anything {
                #[fsm(initial \"closed\"; on Coin -> Unlocked;)] Locked,
                #[fsm(on Push -> Locked;)] #[fsm(ignore Coin;)] Unlocked = 7,
                /// Never left.
                #[fsm(final)] Broken,
                Bare,
            }",
            "pub(crate) machine Turnstile \"gate\" { event Coin; event Push;
                initial state Locked \"closed\" { on Coin -> Unlocked; }
                state Unlocked { on Push -> Locked; ignore Coin; }
                final state Broken { }
                state Bare { }
            }",
        );
    }

    #[test]
    fn the_name_may_be_that_of_the_enum() {
        same("#[fsm(event E;)] enum DoorState { A }", "pub(self) machine Door { event E; state A { } }");
        same("#[fsm(parallel machine Door)] pub enum State { A }", "pub parallel machine Door { state A { } }");
        for name in ["State", "Door"] {
            assert!(derived(&format!("enum {name} {{ A }}")).unwrap_err().starts_with("the machine has no name"));
        }
    }

    #[test]
    fn attributes_of_the_machine_stand_in_front() {
        for head in ["#[snapshot] #[allow(FSM401)] machine Door;", "#[snapshot] #[allow(FSM401)];"] {
            same(
                &format!("#[fsm({head} event E;)] enum DoorState {{ A }}"),
                "#[snapshot] #[allow(FSM401)] pub(self) machine Door { event E; state A { } }",
            );
        }
        same(
            "#[fsm(#[allow(FSM401)] event E;)] enum DoorState { A }",
            "pub(self) machine Door { #[allow(FSM401)] event E; state A { } }",
        );
    }

    #[test]
    fn states_lie_within_each_other() {
        same(
            "enum LampState {
                #[fsm(initial within On; after 1s -> Dim;)] Bright,
                #[fsm(initial)] Off,
                #[fsm(parallel; initial -> Dim / go(); on Go -> Off;)] On,
                #[fsm(within On)] Dim,
                #[fsm(within Dim \"deep\")] Deep,
            }",
            "pub(self) machine Lamp {
                initial state Off { }
                parallel state On { initial -> Dim / go(); on Go -> Off;
                    initial state Bright { after 1s -> Dim; }
                    state Dim { state Deep \"deep\" { } }
                }
            }",
        );
        assert_eq!(derived("enum AState { #[fsm(within B)] C }"), Err("there is no variant `B`".to_owned()));
        for item in ["#[fsm(within A)] A", "A, #[fsm(within C)] B, #[fsm(within B)] C"] {
            let message = derived(&format!("enum AState {{ {item} }}")).unwrap_err();
            assert!(message.starts_with("the state lies within itself"), "{message}");
        }
    }

    #[test]
    fn what_is_no_head_is_a_member() {
        same("enum AState { #[fsm(initial -> B;)] A }", "pub(self) machine A { state A { initial -> B; } }");
        same("enum AState { #[fsm(within)] A }", "pub(self) machine A { state A { within } }");
    }

    #[test]
    fn what_is_no_enum_of_states_is_refused() {
        for (item, message) in [
            ("struct AState;", "`Fsm` is derived for enums"),
            ("enum AState<T> { A }", "the states of a machine are an enum without parameters"),
            ("enum AState { A(u8) }", "a state is a variant without fields"),
            ("enum AState { A {} }", "a state is a variant without fields"),
            ("enum AState { ALL }", "the constant `ALL` of the enum"),
            ("enum AState { #[fsm] A }", "expected attribute arguments in parentheses"),
            ("enum AState { #[fsm(initial)] #[fsm(final)] A }", "what stands before the members is said twice"),
        ] {
            let found = derived(item).unwrap_err();
            assert!(found.starts_with(message), "{found}");
        }
    }
}
