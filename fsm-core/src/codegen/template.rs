//! Templates of Rust code: `quote!` in the notation of the crate quote, as data.
//!
//! The crate's macro makes a call of each token of a template, and the functions of this generator are templates for the
//! most part: compiling those calls was more than half of what `fsm-core` cost a user's build. Here a template stays a
//! text, which is read when it is used first; only what stands for its holes is code.
//!
//! * `#name` is the value of a variable;
//! * `#(…)*`, with what separates them before the `*`, is repeated for the values of lists; they are not nested. A variable
//!   in it is a list, an iterator that ends, or one value that is the same every time; at least one is no single value.
//!
//! All tokens of a template have the place of the macro's call, so that names are resolved there.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::rc::Rc;
use std::str::CharIndices;

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// The tokens of a template with its holes filled.
macro_rules! quote {
    () => { ::proc_macro2::TokenStream::new() };
    ($($tree:tt)*) => {{
        #[allow(unused_mut)]
        let mut template = $crate::codegen::template::Template::new(stringify!($($tree)*));
        holes!(template one (@ $($tree)*) ($($tree)* @));
        template.filled()
    }};
}

/// The holes among trees, each of which is seen with the one before it.
macro_rules! holes {
    ($template:ident $how:ident ($($before:tt)*) ($($tree:tt)*)) => { $(hole!($template $how $before $tree);)* };
}

/// Adds the piece for a tree, or those for the trees in it.
macro_rules! hole {
    ($template:ident one # $name:ident) => {
        $template.value(&$name);
    };
    ($template:ident all # $name:ident) => {
        let $name = $name.piece();
        $template.piece(&$name);
    };
    ($template:ident $how:ident # ($($tree:tt)*)) => {{
        #[allow(unused_imports)]
        use $crate::codegen::template::{PieceOfIterator as _, PieceOfSlice as _, PieceOfValue as _};
        holes!($template all (@ $($tree)*) ($($tree)* @));
    }};
    ($template:ident $how:ident $before:tt ($($tree:tt)*)) => { holes!($template $how (@ $($tree)*) ($($tree)* @)); };
    ($template:ident $how:ident $before:tt [$($tree:tt)*]) => { holes!($template $how (@ $($tree)*) ($($tree)* @)); };
    ($template:ident $how:ident $before:tt {$($tree:tt)*}) => { holes!($template $how (@ $($tree)*) ($($tree)* @)); };
    ($($other:tt)*) => {};
}

/// What can stand for a hole.
pub(super) trait ToTokens {
    /// Adds the tokens of the value.
    fn to_tokens(&self, tokens: &mut TokenStream);
}

impl<T: ToTokens + ?Sized> ToTokens for &T {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        (**self).to_tokens(tokens);
    }
}

impl<T: ToTokens> ToTokens for Option<T> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if let Some(value) = self {
            value.to_tokens(tokens);
        }
    }
}

impl ToTokens for TokenStream {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend([self.clone()]);
    }
}

impl ToTokens for Ident {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend([TokenTree::from(self.clone())]);
    }
}

impl ToTokens for Literal {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend([TokenTree::from(self.clone())]);
    }
}

impl ToTokens for bool {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        Ident::new(if *self { "true" } else { "false" }, Span::call_site()).to_tokens(tokens);
    }
}

impl ToTokens for str {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        Literal::string(self).to_tokens(tokens);
    }
}

impl ToTokens for String {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.as_str().to_tokens(tokens);
    }
}

/// What stands for a hole.
pub(super) enum Piece<'v> {
    /// A value.
    One(&'v dyn ToTokens),
    /// A value in a repetition, the same every time.
    Same(TokenStream),
    /// The values of a list, one for each turn of a repetition.
    Each(Rc<[TokenStream]>),
}

impl Piece<'_> {
    fn of_list(all: Vec<TokenStream>) -> Self {
        Piece::Each(all.into())
    }

    /// The piece for a name that stands in a repetition again.
    pub(super) fn piece(&self) -> Self {
        match self {
            Piece::One(value) => Piece::One(*value),
            Piece::Same(tokens) => Piece::Same(tokens.clone()),
            Piece::Each(all) => Piece::Each(Rc::clone(all)),
        }
    }
}

fn tokens_of(value: &dyn ToTokens) -> TokenStream {
    let mut tokens = TokenStream::new();
    value.to_tokens(&mut tokens);
    tokens
}

/// Iterators in repetitions.
pub(super) trait PieceOfIterator {
    /// The values that are left.
    fn piece(self) -> Piece<'static>;
}

impl<I: Iterator<Item: ToTokens>> PieceOfIterator for I {
    fn piece(self) -> Piece<'static> {
        let mut all = Vec::new();
        for value in self {
            all.push(tokens_of(&value));
        }
        Piece::of_list(all)
    }
}

/// Lists in repetitions.
pub(super) trait PieceOfSlice {
    /// The values.
    fn piece(&self) -> Piece<'static>;
}

impl<T: ToTokens> PieceOfSlice for [T] {
    fn piece(&self) -> Piece<'static> {
        self.iter().piece()
    }
}

/// Single values in repetitions.
pub(super) trait PieceOfValue {
    /// The value.
    fn piece(&self) -> Piece<'static>;
}

impl<T: ToTokens> PieceOfValue for T {
    fn piece(&self) -> Piece<'static> {
        Piece::Same(tokens_of(self))
    }
}

/// Code from parts that follow each other.
pub(super) trait IntoTokens: Iterator<Item = TokenStream> + Sized {
    /// The tokens of all parts.
    fn into_tokens(self) -> TokenStream {
        let mut tokens = TokenStream::new();
        for part in self {
            tokens.extend([part]);
        }
        tokens
    }
}

impl<I: Iterator<Item = TokenStream>> IntoTokens for I {}

/// A template with the pieces for its holes.
pub(super) struct Template<'v> {
    text: &'static str,
    /// In the order of the holes.
    pieces: Vec<Piece<'v>>,
}

/// A tree of a template.
enum Tree {
    Word(&'static str),
    Literal(&'static str),
    Punctuation(char, Spacing),
    Group(Delimiter, Vec<Tree>),
    /// The next piece.
    Hole,
    /// Trees for each value of the lists among the pieces in them, and what separates them.
    Repetition(Vec<Tree>, String),
}

impl<'v> Template<'v> {
    /// A template without pieces yet.
    pub(super) fn new(text: &'static str) -> Self {
        Template { text, pieces: Vec::new() }
    }

    /// Adds a value.
    pub(super) fn value(&mut self, value: &'v dyn ToTokens) {
        self.pieces.push(Piece::One(value));
    }

    /// Adds what stands in a repetition.
    pub(super) fn piece(&mut self, piece: &Piece<'v>) {
        self.pieces.push(piece.piece());
    }

    /// The tokens, with the pieces in the holes.
    pub(super) fn filled(self) -> TokenStream {
        let trees = READ.with_borrow_mut(|read| read.trees(self.text));
        Filling { pieces: &self.pieces, next: 0, turn: 0 }.trees(&trees)
    }
}

thread_local! {
    /// A static of its own for each template would be checked and compiled as a function is.
    static READ: RefCell<Known> = const { RefCell::new(Known { places: BTreeMap::new(), trees: Vec::new() }) };
}

/// The templates that were read already.
struct Known {
    /// Where in `trees` those of a text are.
    places: BTreeMap<&'static str, usize>,
    trees: Vec<Rc<Vec<Tree>>>,
}

impl Known {
    /// The trees of a text.
    fn trees(&mut self, text: &'static str) -> Rc<Vec<Tree>> {
        let place = *self.places.entry(text).or_insert(self.trees.len());
        if place == self.trees.len() {
            let signs = text.char_indices().peekable();
            self.trees.push(Rc::new(Reader { text, signs }.trees()));
        }
        Rc::clone(&self.trees[place])
    }
}

/// Reads the text of a template: tokens of Rust as `stringify!` writes them, without fractions, characters and bytes.
struct Reader {
    text: &'static str,
    signs: Peekable<CharIndices<'static>>,
}

impl Reader {
    /// The trees up to the end of the text, or of the group.
    fn trees(&mut self) -> Vec<Tree> {
        let mut trees = Vec::new();
        while let Some((start, sign)) = self.signs.next() {
            trees.push(match sign {
                ')' | ']' | '}' => break,
                '(' => Tree::Group(Delimiter::Parenthesis, self.trees()),
                '[' => Tree::Group(Delimiter::Bracket, self.trees()),
                '{' => Tree::Group(Delimiter::Brace, self.trees()),
                '#' => self.marked(),
                '"' => self.string(start),
                _ if sign.is_whitespace() => continue,
                _ if is_of_word(sign) => self.word(start),
                _ => self.punctuation(sign),
            });
        }
        trees
    }

    /// What stands behind `#`: a hole, a repetition, or else an attribute.
    fn marked(&mut self) -> Tree {
        self.skip(char::is_whitespace);
        match self.signs.peek() {
            Some((_, '(')) => {
                self.signs.next();
                let trees = self.trees();
                let separator = self.signs.by_ref().map(|(_, sign)| sign).take_while(|&sign| sign != '*');
                Tree::Repetition(trees, separator.filter(|sign| !sign.is_whitespace()).collect())
            }
            Some(&(_, sign)) if is_of_word(sign) => {
                self.skip(is_of_word);
                Tree::Hole
            }
            _ => Tree::Punctuation('#', Spacing::Alone),
        }
    }

    fn word(&mut self, start: usize) -> Tree {
        self.skip(is_of_word);
        let word = self.from(start);
        if word == "r" && self.signs.peek().is_some_and(|(_, sign)| matches!(sign, '"' | '#')) {
            return self.raw_string(start);
        }
        if word.starts_with(|sign: char| sign.is_ascii_digit()) { Tree::Literal(word) } else { Tree::Word(word) }
    }

    fn string(&mut self, start: usize) -> Tree {
        while let Some((_, sign)) = self.signs.next() {
            match sign {
                '"' => break,
                '\\' => drop(self.signs.next()),
                _ => {}
            }
        }
        Tree::Literal(self.from(start))
    }

    /// A doc comment has become one.
    fn raw_string(&mut self, start: usize) -> Tree {
        self.skip(|sign| sign == '#');
        let end = format!("\"{}", self.from(start).trim_start_matches('r'));
        self.signs.next();
        while self.signs.next().is_some() && !self.from(start).ends_with(&end) {}
        Tree::Literal(self.from(start))
    }

    fn punctuation(&mut self, sign: char) -> Tree {
        // The quote of a lifetime belongs to the word behind it.
        let is_joint = self.signs.peek().is_some_and(|&(_, next)| sign == '\'' || SIGNS.contains(next));
        Tree::Punctuation(sign, if is_joint { Spacing::Joint } else { Spacing::Alone })
    }

    fn skip(&mut self, is_skipped: fn(char) -> bool) {
        while self.signs.next_if(|&(_, sign)| is_skipped(sign)).is_some() {}
    }

    /// The text since `start`.
    fn from(&mut self, start: usize) -> &'static str {
        let end = self.signs.peek().map_or(self.text.len(), |&(end, _)| end);
        &self.text[start..end]
    }
}

/// What can form one token with a sign before it.
const SIGNS: &str = "!$%&*+,-./:;<=>?@^|~";

fn is_of_word(sign: char) -> bool {
    sign == '_' || sign.is_alphanumeric()
}

/// Makes tokens of trees.
struct Filling<'p> {
    pieces: &'p [Piece<'p>],
    /// The piece for the next hole.
    next: usize,
    /// How often the repetition was gone through before.
    turn: usize,
}

impl Filling<'_> {
    fn trees(&mut self, trees: &[Tree]) -> TokenStream {
        let mut tokens = TokenStream::new();
        for tree in trees {
            self.tree(tree, &mut tokens);
        }
        tokens
    }

    fn tree(&mut self, tree: &Tree, tokens: &mut TokenStream) {
        tokens.extend([match tree {
            Tree::Word(word) => TokenTree::from(Ident::new(word, Span::call_site())),
            Tree::Literal(text) => return tokens.extend(text.parse::<Literal>().map(TokenTree::from)),
            Tree::Punctuation(sign, spacing) => TokenTree::from(Punct::new(*sign, *spacing)),
            Tree::Group(delimiter, inner) => TokenTree::from(Group::new(*delimiter, self.trees(inner))),
            Tree::Hole => return self.hole(tokens),
            Tree::Repetition(inner, separator) => return self.repetition(inner, separator, tokens),
        }]);
    }

    fn hole(&mut self, tokens: &mut TokenStream) {
        match self.pieces.get(self.next) {
            Some(Piece::One(value)) => value.to_tokens(tokens),
            Some(Piece::Same(value)) => value.to_tokens(tokens),
            Some(Piece::Each(all)) => all.get(self.turn).to_tokens(tokens),
            None => {}
        }
        self.next += 1;
    }

    fn repetition(&mut self, inner: &[Tree], separator: &str, tokens: &mut TokenStream) {
        let (first, behind) = (self.next, self.next + holes(inner));
        let lists = self.pieces[first..behind].iter().filter_map(|piece| match piece {
            Piece::Each(all) => Some(all.len()),
            Piece::One(_) | Piece::Same(_) => None,
        });
        for turn in 0..lists.min().unwrap_or_default() {
            if turn > 0 {
                punctuate(separator, tokens);
            }
            (self.next, self.turn) = (first, turn);
            for tree in inner {
                self.tree(tree, tokens);
            }
        }
        self.next = behind;
    }
}

/// How many holes there are in trees.
fn holes(trees: &[Tree]) -> usize {
    let of_tree = |tree: &Tree| match tree {
        Tree::Hole => 1,
        Tree::Group(_, inner) | Tree::Repetition(inner, _) => holes(inner),
        Tree::Word(_) | Tree::Literal(_) | Tree::Punctuation(..) => 0,
    };
    trees.iter().map(of_tree).sum()
}

/// Adds signs that form one token.
fn punctuate(text: &str, tokens: &mut TokenStream) {
    for (index, sign) in text.char_indices() {
        let is_last = index + sign.len_utf8() == text.len();
        let spacing = if is_last { Spacing::Alone } else { Spacing::Joint };
        tokens.extend([TokenTree::from(Punct::new(sign, spacing))]);
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use super::super::names::plain;

    /// Whether these are the tokens of a text; what is written without a space between is joint.
    fn same(tokens: &TokenStream, expected: &str) {
        let expected: TokenStream = expected.parse().unwrap();
        assert_eq!(tokens.to_string(), expected.to_string());
    }

    #[test]
    fn all_tokens_of_a_template_come_out_as_they_are() {
        same(&quote!(), "");
        let code = quote! {
            /// A doc with "quotes", \ and # signs.
            #[derive(Debug)]
            fn f<'a, T: ::core::fmt::Debug>(x: &'a mut [u8; 3], y: &&T) -> Option<(u8, i64)> where T: 'static {
                let r = -1_000i64; x[0] <<= 2; y.0 != 3 && !z || a..=b; r"raw"; "an \"escape\"\\";
                match *self { Self::A | Self::B { .. } => {} _ => panic!("{x}") }
            }
        };
        same(
            &code,
            r##"
            #[doc = r#" A doc with "quotes", \ and # signs."#]
            #[derive(Debug)]
            fn f< 'a, T: ::core::fmt::Debug>(x: & 'a mut [u8; 3], y: &&T) -> Option<(u8, i64)> where T: 'static {
                let r = -1_000i64; x[0] <<= 2; y.0 != 3 && !z || a..=b; r"raw"; "an \"escape\"\\";
                match *self { Self::A | Self::B { .. } => {} _ => panic!("{x}") }
            }
            "##,
        );
    }

    #[test]
    fn holes_are_filled_and_lists_repeated() {
        let (name, text, none) = (plain("name"), String::from("a \"b\""), None::<TokenStream>);
        same(
            &quote!(#none #[doc = #text] fn #name() { &#name::#name }),
            r#"#[doc = "a \"b\""] fn name() { &name::name }"#,
        );
        let (list, numbers) = (vec![plain("a"), plain("b")], [quote!(1), quote!(2), quote!(3)]);
        let iterator = list.iter().map(|name| quote!(#name?));
        same(&quote!(f(#(#name::#list),*) #(, #iterator)*), "f(name::a, name::b) , a ? , b ?");
        same(&quote!(#(#list: #numbers + #list,)* #(#numbers)||*), "a: 1 + a, b: 2 + b, 1 || 2 || 3");
        let empty: [TokenStream; 0] = [];
        same(&quote!([#(#empty),*] #name), "[] name");
    }
}
