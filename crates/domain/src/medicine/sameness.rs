//! Which entries are about one medicine: by their codes, by the dictionary of medicines and devices (dm+d), and by their names.

use crate::record::{Code, coded};
use std::collections::{BTreeMap, BTreeSet};

/// The systems of the dictionary's codes. It takes them from SNOMED CT: one under either name is the same.
const SYSTEMS: [&str; 2] = ["http://snomed.info/sct", "https://dmd.nhs.uk"];

coded! {
    /// What the dictionary calls a thing.
    ProductKind {
        /// Virtual therapeutic moiety: a substance, such as ramipril.
        Vtm = "vtm",
        /// Virtual medicinal product: a substance with its strength and form, such as ramipril 5mg capsules.
        Vmp = "vmp",
        /// Actual medicinal product: that of one maker.
        Amp = "amp",
    }
}

/// What the dictionary says of a code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// The virtual medicinal product that it is or of which it is.
    pub vmp: Option<String>,
    /// The substance that it is or that is in it.
    pub vtm: Option<String>,
}

impl Product {
    /// Of the steps from a code upwards, each with its kind: the first of a kind counts.
    #[must_use]
    pub fn of(steps: impl IntoIterator<Item = (ProductKind, String)>) -> Self {
        let mut product = Self::default();
        for (kind, code) in steps {
            match kind {
                ProductKind::Vtm => _ = product.vtm.get_or_insert(code),
                ProductKind::Vmp => _ = product.vmp.get_or_insert(code),
                ProductKind::Amp => {}
            }
        }
        product
    }
}

/// What the dictionary says of the codes that were asked for.
pub type Dictionary = BTreeMap<String, Product>;

/// An entry by what it calls its medicine.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The name; empty where there is none.
    pub name: &'a str,
    /// The codes.
    pub codes: &'a [Code],
    /// The medicine is taken, or paused.
    pub holds: bool,
}

/// What the dictionary is asked for of a code, if that is one of its codes.
#[must_use]
pub fn dictionary_code(code: &Code) -> Option<&str> {
    let text = code.code.as_str();
    let fits = (6..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    (fits && SYSTEMS.contains(&code.system.as_str())).then_some(text)
}

/// A code with its system under one name.
fn key(code: &Code) -> (&str, &str) {
    let system = if SYSTEMS.contains(&code.system.as_str()) { SYSTEMS[0] } else { code.system.as_str() };
    (system, code.code.as_str())
}

/// The name by which medicines without a code in common are compared.
fn folded(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// What the dictionary makes of an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Anchor<'a> {
    /// The products that it names; more than one contradict each other.
    Products(BTreeSet<&'a str>),
    /// No product, but these substances.
    Substances(BTreeSet<&'a str>),
}

impl<'a> Anchor<'a> {
    fn of(codes: &[Code], dictionary: &'a Dictionary) -> Option<Self> {
        let known = || codes.iter().filter_map(|code| dictionary.get(dictionary_code(code)?));
        let products: BTreeSet<&str> = known().filter_map(|one| one.vmp.as_deref()).collect();
        let substances: BTreeSet<&str> = known().filter_map(|one| one.vtm.as_deref()).collect();
        match (products.is_empty(), substances.is_empty()) {
            (false, _) => Some(Self::Products(products)),
            (true, false) => Some(Self::Substances(substances)),
            (true, true) => None,
        }
    }
}

/// Places that are put together, each in one part.
struct Parts(Vec<usize>);

impl Parts {
    fn of(many: usize) -> Self {
        Self((0..many).collect())
    }

    /// By which place the part is known in which this one is.
    fn root(&mut self, place: usize) -> usize {
        let (mut at, mut up) = (place, self.up(place));
        while up != at {
            let above = self.up(up);
            if let Some(kept) = self.0.get_mut(at) {
                *kept = above;
            }
            (at, up) = (up, above);
        }
        at
    }

    fn up(&self, place: usize) -> usize {
        self.0.get(place).copied().unwrap_or(place)
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(kept) = self.0.get_mut(one.max(other)) {
            *kept = one.min(other);
        }
    }

    /// Puts all together that have a key in common.
    fn join_by<K: Ord>(&mut self, keyed: impl IntoIterator<Item = (K, usize)>) {
        let mut first = BTreeMap::new();
        for (key, place) in keyed {
            let with = *first.entry(key).or_insert(place);
            self.join(with, place);
        }
    }
}

/// The same for entries of which no dictionary is asked.
#[must_use]
pub fn same_medicine(all: &[(&str, &[Code])]) -> Vec<Vec<usize>> {
    let all: Vec<Named<'_>> = all.iter().map(|(name, codes)| Named { name, codes, holds: true }).collect();
    same_product(&all, &Dictionary::new())
}

/// Puts together what is about one medicine. Gives the places of each medicine, in the order in which they came; what is put
/// together does not depend on that order.
///
/// 1. What is of one product of the dictionary (VMP), by its own code, that of a maker's product (AMP) or one of before. Two
///    products are never put together: two strengths are two medicines.
/// 2. What the dictionary does not know, by any code in common; and with the one product with which it shares a code.
/// 3. What has codes of different systems and one name. What has no code goes to the one medicine that has its name; where there
///    are several, it stands alone, and so does whatever has no name.
/// 4. What names only a substance (VTM) goes to the one product of it that is taken; where there are none or several, it stands alone.
#[must_use]
pub fn same_product(all: &[Named<'_>], dictionary: &Dictionary) -> Vec<Vec<usize>> {
    let mut parts = Parts::of(all.len());
    let anchors: Vec<Option<Anchor<'_>>> = all.iter().map(|one| Anchor::of(one.codes, dictionary)).collect();
    join_codes(&mut parts, all, &anchors, dictionary);
    join_names(&mut parts, all);
    join_substances(&mut parts, all, &anchors, dictionary);
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for place in 0..all.len() {
        found.entry(parts.root(place)).or_default().push(place);
    }
    found.into_values().collect()
}

fn join_codes(parts: &mut Parts, all: &[Named<'_>], anchors: &[Option<Anchor<'_>>], dictionary: &Dictionary) {
    let anchored = anchors.iter().enumerate().filter_map(|(place, anchor)| Some((anchor.as_ref()?, place)));
    parts.join_by(anchored);
    // What the dictionary knows of a code is used up by now.
    let is_unknown = |code: &&Code| {
        let known = dictionary_code(code).and_then(|code| dictionary.get(code));
        known.is_none_or(|product| *product == Product::default())
    };
    let keys = |has_anchor: bool| {
        let of = all.iter().zip(anchors).enumerate().filter(move |(_, (_, anchor))| anchor.is_some() == has_anchor);
        of.flat_map(move |(place, (one, _))| one.codes.iter().filter(is_unknown).map(move |code| (key(code), place)))
    };
    parts.join_by(keys(false));
    let mut behind: BTreeMap<(&str, &str), BTreeSet<usize>> = BTreeMap::new();
    for (key, place) in keys(true) {
        behind.entry(key).or_default().insert(parts.root(place));
    }
    let mut shared: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (key, place) in keys(false) {
        if let Some(with) = behind.get(&key) {
            shared.entry(parts.root(place)).or_default().extend(with);
        }
    }
    for (one, with) in shared {
        if let [only] = with.into_iter().collect::<Vec<_>>()[..] {
            parts.join(one, only);
        }
    }
}

fn join_names(parts: &mut Parts, all: &[Named<'_>]) {
    let names: Vec<String> = all.iter().map(|one| folded(one.name)).collect();
    let mut systems: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    let (mut coded, mut bare): (BTreeMap<&str, BTreeSet<usize>>, BTreeMap<&str, usize>) = Default::default();
    for (place, (one, name)) in all.iter().zip(&names).enumerate() {
        let root = parts.root(place);
        systems.entry(root).or_default().extend(one.codes.iter().map(|code| key(code).0));
        match (name.is_empty(), one.codes.is_empty()) {
            (true, _) => {}
            (false, false) => _ = coded.entry(name).or_default().insert(root),
            (false, true) => {
                let with = *bare.entry(name).or_insert(place);
                parts.join(with, place);
            }
        }
    }
    // Codes of one system that differ say that they are two, also where others stand between them.
    let apart = |roots: &BTreeSet<usize>| {
        let mut seen = BTreeSet::new();
        roots.iter().filter_map(|root| systems.get(root)).flatten().all(|system| seen.insert(*system))
    };
    let mut linked = Parts::of(all.len());
    for roots in coded.values().filter(|roots| apart(roots)) {
        linked.join_by(roots.iter().map(|root| ((), *root)));
    }
    let mut chains: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for root in coded.values().flatten() {
        chains.entry(linked.root(*root)).or_default().insert(*root);
    }
    for chain in chains.values().filter(|chain| apart(chain)) {
        parts.join_by(chain.iter().map(|root| ((), *root)));
    }
    for (name, place) in bare {
        let with: BTreeSet<usize> = coded.get(name).into_iter().flatten().map(|root| parts.root(*root)).collect();
        if let [only] = with.into_iter().collect::<Vec<_>>()[..] {
            parts.join(place, only);
        }
    }
}

fn join_substances(parts: &mut Parts, all: &[Named<'_>], anchors: &[Option<Anchor<'_>>], dictionary: &Dictionary) {
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for (place, _) in all.iter().enumerate().filter(|(_, one)| one.holds) {
        taken.insert(parts.root(place));
    }
    let mut products: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (place, (one, anchor)) in all.iter().zip(anchors).enumerate() {
        let root = parts.root(place);
        if matches!(anchor, Some(Anchor::Products(_))) && taken.contains(&root) {
            let known = one.codes.iter().filter_map(|code| dictionary.get(dictionary_code(code)?));
            for substance in known.filter(|product| product.vmp.is_some()).filter_map(|product| product.vtm.as_deref()) {
                products.entry(substance).or_default().insert(root);
            }
        }
    }
    for (place, anchor) in anchors.iter().enumerate() {
        let Some(Anchor::Substances(substances)) = anchor else { continue };
        let of = substances.iter().filter_map(|substance| products.get(substance)).flatten();
        if let ([_], [only]) = (&substances.iter().collect::<Vec<_>>()[..], &of.collect::<Vec<_>>()[..]) {
            parts.join(place, **only);
        }
    }
}

/// Medicines that are put together once, to find those of one more among them.
#[derive(Debug)]
pub struct Medicines<'m> {
    all: &'m [(&'m str, &'m [Code])],
    groups: Vec<Vec<usize>>,
    /// The group of each.
    of: BTreeMap<usize, usize>,
    by_code: BTreeMap<(&'m str, &'m str), Vec<usize>>,
    by_name: BTreeMap<String, Vec<usize>>,
}

impl<'m> Medicines<'m> {
    /// Puts these together, as [`same_medicine`] does.
    #[must_use]
    pub fn of(all: &'m [(&'m str, &'m [Code])]) -> Self {
        let groups = same_medicine(all);
        let of = groups.iter().enumerate().flat_map(|(group, places)| places.iter().map(move |at| (*at, group))).collect();
        let (mut by_code, mut by_name) = (BTreeMap::<_, Vec<usize>>::new(), BTreeMap::<_, Vec<usize>>::new());
        for (at, (name, codes)) in all.iter().enumerate() {
            for code in *codes {
                by_code.entry(key(code)).or_default().push(at);
            }
            by_name.entry(folded(name)).or_default().push(at);
        }
        Self { all, groups, of, by_code, by_name }
    }

    /// The places of all that may be this medicine, and of whatever is one with any of them. Of one name several may be, where
    /// codes say that they are two and this has none: then all of them.
    #[must_use]
    pub fn like(&self, name: &str, codes: &[Code]) -> BTreeSet<usize> {
        let coded = codes.iter().filter_map(|code| self.by_code.get(&key(code))).flatten();
        let name = folded(name);
        let named = if name.is_empty() { None } else { self.by_name.get(&name) };
        let fits = |at: &&usize| self.all.get(**at).is_some_and(|(_, theirs)| !differ(codes, &theirs.iter().collect::<Vec<_>>()));
        let found = coded.chain(named.into_iter().flatten().filter(fits));
        found.filter_map(|at| self.groups.get(*self.of.get(at)?)).flatten().copied().collect()
    }
}

/// Whether both have codes of one system, and none of it in common.
fn differ(mine: &[Code], theirs: &[&Code]) -> bool {
    mine.iter().any(|code| {
        let mut same_system = theirs.iter().filter(|other| key(other).0 == key(code).0).peekable();
        let known = same_system.peek().is_some();
        known && !same_system.any(|other| mine.iter().any(|one| key(one) == key(other)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DMD: &str = "http://snomed.info/sct";

    fn code(system: &str, code: &str) -> Code {
        Code { system: system.to_owned(), code: code.to_owned(), display: None }
    }

    fn grouped(all: &[(&str, Vec<Code>)]) -> Vec<Vec<usize>> {
        let all: Vec<(&str, &[Code])> = all.iter().map(|(name, codes)| (*name, codes.as_slice())).collect();
        same_medicine(&all)
    }

    #[test]
    fn a_code_or_a_name_in_common_makes_one_medicine_and_a_strength_another() {
        let mut all = vec![
            ("Ramipril 5mg capsules", vec![code(DMD, "1")]),
            ("RAMIPRIL 5 mg", vec![code("https://dmd.nhs.uk", "1")]),
            ("ramipril  5mg Capsules", vec![]),
            ("Ramipril 2.5mg capsules", vec![code(DMD, "2")]),
            ("Ramipril 5mg capsules", vec![code("rxnorm", "9")]),
            ("Ramipril 5mg Capsules", vec![]),
        ];
        assert_eq!(grouped(&all), [vec![0, 1, 2, 4, 5], vec![3]]);
        // Where codes say that there are two of one name, nobody knows which of them another is.
        all.push(("Ramipril 5mg capsules", vec![code(DMD, "3")]));
        assert_eq!(grouped(&all), [vec![0, 1], vec![2, 5], vec![3], vec![4], vec![6]]);
        assert_eq!(grouped(&[(" ", vec![]), ("", vec![]), ("", vec![code(DMD, "1")])]), [[0], [1], [2]]);
        // One that has codes of two shows that they are one.
        assert_eq!(
            grouped(&[("a", vec![code(DMD, "1")]), ("b", vec![code(DMD, "2")]), ("c", vec![code(DMD, "1"), code(DMD, "2")])]),
            [[0, 1, 2]]
        );
    }

    /// Two strengths of ramipril, of which a maker has the first, and the second had another code; and one of another substance.
    fn dictionary() -> Dictionary {
        let product = |vmp: &str, vtm: &str| Product {
            vmp: Some(vmp.to_owned()).filter(|code| !code.is_empty()),
            vtm: Some(vtm.to_owned()).filter(|code| !code.is_empty()),
        };
        let all = [
            ("100000", product("", "100000")),
            ("100001", product("100001", "100000")),
            ("100011", product("100001", "100000")),
            ("100002", product("100002", "100000")),
            ("100022", product("100002", "100000")),
            ("200001", product("200001", "200000")),
            ("300000", Product::default()),
        ];
        all.into_iter().map(|(code, product)| (code.to_owned(), product)).collect()
    }

    fn by_dictionary(all: &[(&str, &[&str], bool)]) -> Vec<Vec<usize>> {
        let codes: Vec<Vec<Code>> = all
            .iter()
            .map(|(_, codes, _)| {
                codes.iter().map(|text| if text.len() < 6 { code("local", text) } else { code(DMD, text) }).collect()
            })
            .collect();
        let named: Vec<Named<'_>> =
            all.iter().zip(&codes).map(|((name, _, holds), codes)| Named { name, codes, holds: *holds }).collect();
        same_product(&named, &dictionary())
    }

    #[test]
    fn a_makers_product_is_the_virtual_one_and_a_substance_only_where_one_is_taken() {
        type Case<'a> = (&'a str, &'a [(&'a str, &'a [&'a str], bool)], &'a [&'a [usize]]);
        let cases: &[Case<'_>] = &[
            ("of a maker", &[("a", &["100011"], true), ("b", &["100001"], true)], &[&[0, 1]]),
            ("of before", &[("a", &["100022"], true), ("b", &["100002"], true)], &[&[0, 1]]),
            ("two strengths of one name", &[("a", &["100001"], true), ("a", &["100002"], true)], &[&[0], &[1]]),
            ("two strengths with a code between", &[("a", &["100001", "x"], true), ("b", &["100002", "x"], true)], &[&[0], &[1]]),
            (
                "a code of both is of none",
                &[("a", &["100001", "x"], true), ("b", &["100002", "x"], true), ("c", &["x"], true)],
                &[&[0], &[1], &[2]],
            ),
            ("a code of one", &[("a", &["100001", "x"], true), ("c", &["x"], true)], &[&[0, 1]]),
            ("a substance of one", &[("a", &["100001"], true), ("b", &["100000"], true)], &[&[0, 1]]),
            (
                "a substance of two",
                &[("a", &["100001"], true), ("b", &["100002"], true), ("c", &["100000"], true)],
                &[&[0], &[1], &[2]],
            ),
            (
                "a substance of two of which one is over",
                &[("a", &["100001"], true), ("b", &["100002"], false), ("c", &["100000"], true)],
                &[&[0, 2], &[1]],
            ),
            ("a substance of one that is over", &[("a", &["100001"], false), ("c", &["100000"], true)], &[&[0], &[1]]),
            ("another substance", &[("a", &["200001"], true), ("c", &["100000"], true)], &[&[0], &[1]]),
            ("both kinds of code", &[("a", &["100001", "100000"], true), ("b", &["100002", "100000"], true)], &[&[0], &[1]]),
            (
                "the substance's name",
                &[("a", &["100001"], true), ("a", &["100002"], true), ("a", &[], true)],
                &[&[0], &[1], &[2]],
            ),
            (
                "contradiction",
                &[("a", &["100001", "100002"], true), ("b", &["100001"], true), ("c", &["100002"], true)],
                &[&[0], &[1], &[2]],
            ),
            ("not known", &[("a", &["300000"], true), ("b", &["300000"], true), ("c", &["400000"], true)], &[&[0, 1], &[2]]),
        ];
        for (what, all, expected) in cases {
            assert_eq!(by_dictionary(all), *expected, "{what}");
        }
    }

    #[test]
    fn a_code_is_asked_for_by_what_it_is_and_the_first_step_of_a_kind_counts() {
        assert_eq!(dictionary_code(&code("https://dmd.nhs.uk", "100001")), Some("100001"));
        for (system, text) in [(DMD, "12345"), (DMD, "1234567890123456789"), (DMD, "10000a"), (DMD, ""), ("local", "100001")] {
            assert_eq!(dictionary_code(&code(system, text)), None, "{system} {text}");
        }
        let step = |kind, code: &str| (kind, code.to_owned());
        let up =
            [step(ProductKind::Amp, "1"), step(ProductKind::Vmp, "2"), step(ProductKind::Vtm, "3"), step(ProductKind::Vmp, "4")];
        assert_eq!(Product::of(up), Product { vmp: Some("2".to_owned()), vtm: Some("3".to_owned()) });
    }

    type Drawn = Vec<(&'static str, Vec<&'static str>, bool)>;

    fn any_entries() -> impl Strategy<Value = Drawn> {
        let names = prop::sample::select(vec!["", "a", "b"]);
        let codes =
            prop::sample::select(vec!["100000", "100001", "100002", "100011", "100022", "200001", "300000", "400000", "x", "y"]);
        proptest::collection::vec((names, proptest::collection::vec(codes, 0..3), any::<bool>()), 0..10)
    }

    fn of_drawn(all: &Drawn) -> Vec<Vec<usize>> {
        let all: Vec<(&str, &[&str], bool)> = all.iter().map(|(name, codes, holds)| (*name, codes.as_slice(), *holds)).collect();
        by_dictionary(&all)
    }

    proptest! {
        /// Each entry is in one medicine, and which others are with it does not depend on the order in which they came.
        #[test]
        fn being_of_one_medicine_parts_the_entries_in_any_order(
            (all, turned) in any_entries().prop_flat_map(|all| {
                let places: Vec<usize> = (0..all.len()).collect();
                (Just(all), Just(places).prop_shuffle())
            }),
        ) {
            let groups = of_drawn(&all);
            let mut seen: Vec<usize> = groups.iter().flatten().copied().collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..all.len()).collect::<Vec<_>>());
            let shuffled: Drawn = turned.iter().map(|place| all[*place].clone()).collect();
            let mut again: Vec<Vec<usize>> = of_drawn(&shuffled)
                .into_iter()
                .map(|group| {
                    let mut group: Vec<usize> = group.into_iter().map(|place| turned[place]).collect();
                    group.sort_unstable();
                    group
                })
                .collect();
            again.sort();
            prop_assert_eq!(groups, again);
        }

        /// Two products are never one medicine, whatever stands between them; one product is.
        #[test]
        fn two_strengths_are_never_one(all in any_entries()) {
            let known = dictionary();
            let products = |place: usize| -> BTreeSet<String> {
                all[place].1.iter().filter_map(|code| known.get(*code)?.vmp.clone()).collect()
            };
            let groups = of_drawn(&all);
            for group in &groups {
                let named: BTreeSet<BTreeSet<String>> = group.iter().map(|at| products(*at)).filter(|one| !one.is_empty()).collect();
                prop_assert!(named.len() <= 1, "{named:?}");
            }
            for product in ["100001", "100002"] {
                let only = BTreeSet::from([product.to_owned()]);
                let of = groups.iter().filter(|group| group.iter().any(|at| products(*at) == only)).count();
                prop_assert!(of <= 1);
            }
        }

        #[test]
        fn each_is_in_one_medicine_and_a_common_code_never_parts(
            all in proptest::collection::vec(("[ab]{1,2}", proptest::collection::vec("[1-4]", 0..3)), 0..12),
        ) {
            let all: Vec<(&str, Vec<Code>)> =
                all.iter().map(|(name, codes)| (name.as_str(), codes.iter().map(|one| code(DMD, one)).collect())).collect();
            let groups = grouped(&all);
            let mut seen: Vec<usize> = groups.iter().flatten().copied().collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..all.len()).collect::<Vec<_>>());
            let of = |at: usize| groups.iter().position(|group| group.contains(&at));
            for (a, (_, mine)) in all.iter().enumerate() {
                for (b, (_, theirs)) in all.iter().enumerate() {
                    if mine.iter().any(|code| theirs.contains(code)) {
                        prop_assert_eq!(of(a), of(b));
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_put_together_once_hides_nothing_that_is_the_same(
            all in proptest::collection::vec(("[ab]{0,2}", prop::option::of(("[xy]", "[1-3]"))), 0..10),
            one in ("[ab]{0,2}", prop::option::of(("[xy]", "[1-3]"))),
        ) {
            let coded = |of: &Option<(String, String)>| -> Vec<Code> { of.iter().map(|(system, one)| code(system, one)).collect() };
            let all: Vec<(String, Vec<Code>)> = all.iter().map(|(name, of)| (name.clone(), coded(of))).collect();
            let all: Vec<(&str, &[Code])> = all.iter().map(|(name, codes)| (name.as_str(), codes.as_slice())).collect();
            let theirs = coded(&one.1);
            let found = Medicines::of(&all).like(&one.0, &theirs);
            // As if it were the first of them.
            let with: Vec<(&str, &[Code])> = std::iter::once((one.0.as_str(), theirs.as_slice())).chain(all.iter().copied()).collect();
            let group = same_medicine(&with).swap_remove(0);
            prop_assert!(group.iter().filter_map(|at| at.checked_sub(1)).all(|at| found.contains(&at)));
            // And nothing that no code and no name leads to.
            let groups = same_medicine(&all);
            let leads = |at: &usize| (!one.0.is_empty() && all[*at].0 == one.0) || all[*at].1.iter().any(|code| theirs.contains(code));
            prop_assert!(groups.iter().filter(|group| group.iter().any(|at| found.contains(at))).all(|group| group.iter().any(leads)));
        }
    }
}
