//! x
/// x
pub fn closest<'a>(_name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates.into_iter().next().filter(|_| false)
}
