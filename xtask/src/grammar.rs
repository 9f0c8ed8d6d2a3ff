//! The parser's tables from the grammar: what pest's optimizer makes of `fsm.pest`, as data that `syntax/parser.rs` runs.

use std::fs;
use std::path::Path;

use pest_meta::ast::RuleType;
use pest_meta::optimizer::{OptimizedExpr, OptimizedRule};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The text of the tables.
pub(crate) fn generate(root: &Path) -> Result<String, String> {
    let path = root.join("fsm-core/src/syntax/fsm.pest");
    let grammar = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (_, rules) = pest_meta::parse_and_optimize(&grammar).map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        errors.join("\n")
    })?;
    let file = syn::parse2::<syn::File>(tables(&rules)?).map_err(|error| error.to_string())?;
    let text = prettyplease::unparse(&file);
    Ok(format!("// Generated from fsm.pest by `cargo run -p xtask -- grammar`. Do not edit.\n\n{text}"))
}

fn tables(rules: &[OptimizedRule]) -> Result<TokenStream, String> {
    let names: Vec<_> = rules.iter().map(|rule| ident(&rule.name)).collect();
    let definitions = rules.iter().map(|rule| {
        let (kind, expr) = (kind(rule)?, expression(&rule.expr, rules)?);
        Ok(quote!((Kind::#kind, Expr::#expr)))
    });
    let definitions = definitions.collect::<Result<Vec<_>, String>>()?;
    Ok(quote! {
        use super::parser::{Expr, Kind};

        /// The rules of the grammar.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Rule {
            /// The end of the text.
            EOI,
            #(#names,)*
        }

        impl Rule {
            /// What the rule matches.
            pub fn definition(self) -> &'static (Kind, Expr) {
                &DEFINITIONS[self as usize]
            }
        }

        /// What the rules match, in their order.
        static DEFINITIONS: &[(Kind, Expr)] = &[(Kind::Normal, Expr::End), #(#definitions,)*];
    })
}

fn kind(rule: &OptimizedRule) -> Result<Ident, String> {
    Ok(ident(match rule.ty {
        _ if rule.name == "WHITESPACE" => "Skipped",
        RuleType::Normal => "Normal",
        RuleType::Silent => "Silent",
        RuleType::Atomic => "Atomic",
        RuleType::CompoundAtomic | RuleType::NonAtomic => {
            return Err(format!("the parser has no rules of the kind of `{}`", rule.name));
        }
    }))
}

/// The variant of `Expr` for an expression.
fn expression(expr: &OptimizedExpr, rules: &[OptimizedRule]) -> Result<TokenStream, String> {
    let inner = |expr: &OptimizedExpr| expression(expr, rules);
    Ok(match expr {
        OptimizedExpr::Str(text) => quote!(Text(#text)),
        OptimizedExpr::Range(first, last) => {
            let (first, last) = (first.chars().next(), last.chars().next());
            quote!(Range(#first, #last))
        }
        OptimizedExpr::Ident(name) if rules.iter().any(|rule| rule.name == *name) => {
            let name = ident(name);
            quote!(Call(Rule::#name))
        }
        OptimizedExpr::Ident(name) => builtin(name)?,
        OptimizedExpr::PosPred(part) => {
            let part = inner(part)?;
            quote!(Follows(&Expr::#part))
        }
        OptimizedExpr::NegPred(part) => {
            let part = inner(part)?;
            quote!(FollowsNot(&Expr::#part))
        }
        OptimizedExpr::Seq(..) => {
            let parts = chain(expr, |expr| match expr {
                OptimizedExpr::Seq(first, rest) => Some((first, rest)),
                _ => None,
            });
            let parts = parts.into_iter().map(inner).collect::<Result<Vec<_>, _>>()?;
            quote!(Sequence(&[#(Expr::#parts),*]))
        }
        OptimizedExpr::Choice(..) => {
            let choices = chain(expr, |expr| match expr {
                OptimizedExpr::Choice(first, rest) => Some((first, rest)),
                _ => None,
            });
            let choices = choices.into_iter().map(inner).collect::<Result<Vec<_>, _>>()?;
            quote!(Choice(&[#(Expr::#choices),*]))
        }
        OptimizedExpr::Opt(part) => {
            let part = inner(part)?;
            quote!(Optional(&Expr::#part))
        }
        OptimizedExpr::Rep(part) => {
            let part = inner(part)?;
            quote!(Repeated(&Expr::#part))
        }
        OptimizedExpr::Skip(ends) => quote!(Until(&[#(#ends),*])),
        OptimizedExpr::Push(part) => {
            let part = inner(part)?;
            quote!(Push(&Expr::#part))
        }
        OptimizedExpr::RestoreOnErr(part) => {
            let part = inner(part)?;
            quote!(Restoring(&Expr::#part))
        }
        OptimizedExpr::Insens(_) | OptimizedExpr::PeekSlice(..) => {
            return Err(format!("the parser has no expressions such as `{expr}`"));
        }
    })
}

/// The parts of what pest nests to the right.
fn chain<'e>(
    mut expr: &'e OptimizedExpr,
    split: impl Fn(&'e OptimizedExpr) -> Option<(&'e OptimizedExpr, &'e OptimizedExpr)>,
) -> Vec<&'e OptimizedExpr> {
    let mut parts = Vec::new();
    while let Some((first, rest)) = split(expr) {
        parts.push(first);
        expr = rest;
    }
    parts.push(expr);
    parts
}

/// The rules that pest itself has.
fn builtin(name: &str) -> Result<TokenStream, String> {
    Ok(match name {
        "ANY" => quote!(Any),
        "SOI" => quote!(Start),
        "EOI" => quote!(Call(Rule::EOI)),
        "PEEK" => quote!(Peek),
        "POP" => quote!(Pop),
        "ASCII_DIGIT" => quote!(Range('0', '9')),
        "ASCII_HEX_DIGIT" => quote!(Choice(&[Expr::Range('0', '9'), Expr::Range('a', 'f'), Expr::Range('A', 'F')])),
        "XID_START" | "XID_CONTINUE" => {
            let name = ident(name);
            quote!(Property(pest::unicode::#name))
        }
        _ => return Err(format!("the parser does not know `{name}`")),
    })
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
