//! The addresses by which resources refer to each other, and where they lead. Pages and what is given out both ask here, so that neither
//! knows of a reference of which the other does not ([References in a Bundle](https://hl7.org/fhir/R4/bundle.html#references)).

use std::borrow::Cow;
use std::collections::HashMap;

/// An address without the version that it names and without space around it; the letters of a URN are the same in either case.
pub(crate) fn bare(address: &str) -> Cow<'_, str> {
    let address = address.trim();
    let bare = address.split("/_history/").next().unwrap_or(address);
    let is_urn = bare.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    if is_urn && bare.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(bare.to_ascii_lowercase())
    } else {
        Cow::Borrowed(bare)
    }
}

/// The address under which a resource is known whose id is a UUID.
pub(crate) fn urn_of(id: &str) -> Option<String> {
    (id.len() == 36).then(|| format!("urn:uuid:{}", id.to_ascii_lowercase()))
}

/// Things by the addresses that lead to them.
#[derive(Clone, Debug, Default)]
pub struct Addresses<'a, T>(HashMap<Cow<'a, str>, T>);

impl<'a, T: Copy> Addresses<'a, T> {
    /// Of nothing, with room for this many things.
    #[must_use]
    pub fn with_capacity(many: usize) -> Self {
        Self(HashMap::with_capacity(many.saturating_mul(2)))
    }

    /// Adds a resource by the address under which it stood in its Bundle, if it stood in one (`Bundle.entry.fullUrl`), by its type and id,
    /// and by the id alone where that is a UUID.
    pub fn add(&mut self, (kind, id): (&str, &str), full_url: Option<&'a str>, thing: T) {
        self.0.extend(full_url.map(|url| (bare(url), thing)));
        self.0.insert(Cow::Owned(format!("{kind}/{id}")), thing);
        if let Some(urn) = urn_of(id) {
            self.0.entry(Cow::Owned(urn)).or_insert(thing);
        }
    }

    /// Adds an address that leads to something too.
    pub fn add_address(&mut self, address: &str, thing: T) {
        self.0.insert(Cow::Owned(bare(address).into_owned()), thing);
    }

    /// To what a reference leads: by the whole of it, else by the type and id at its end.
    #[must_use]
    pub fn find(&self, reference: &str) -> Option<T> {
        let bare = bare(reference);
        if let Some(thing) = self.0.get(&*bare) {
            return Some(*thing);
        }
        let (front, id) = bare.rsplit_once('/')?;
        let (_, kind) = front.rsplit_once('/')?;
        self.0.get(format!("{kind}/{id}").as_str()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reference_leads_to_a_resource_by_each_of_its_addresses() {
        let (urn, id) = ("urn:uuid:5f5b6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f", "0b0c6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f");
        let mut all = Addresses::with_capacity(2);
        all.add(("Condition", "c1"), Some(urn), 1);
        all.add(("Condition", id), Some("https://x.example/feed/7/_history/1"), 2);
        all.add_address("urn:oid:1.2.3", 1);
        let upper = urn.to_ascii_uppercase();
        let first = [urn, upper.as_str(), "Condition/c1", "https://x.example/fhir/Condition/c1/_history/2", "urn:oid:1.2.3"];
        assert!(first.iter().all(|one| all.find(one) == Some(1)), "{all:?}");
        let by_id = format!("urn:uuid:{id}");
        for second in [by_id.as_str(), "https://x.example/feed/7", "https://x.example/feed/7/_history/3"] {
            assert_eq!(all.find(second), Some(2), "{second}");
        }
        for other in ["", "c1", "#c1", "Observation/c1", "urn:uuid:c1", "https://y.example/feed/7"] {
            assert_eq!(all.find(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn whatever_address_a_resource_had_leads_to_it(url in "[a-zA-Z:/._ é-]{0,30}", id in "[A-Za-z0-9.-]{1,40}") {
            let mut all = Addresses::with_capacity(1);
            all.add(("Condition", id.as_str()), Some(url.as_str()), ());
            let by_id = format!("Condition/{id}");
            prop_assert!(all.find(&url).is_some() && all.find(&by_id).is_some());
        }
    }
}
