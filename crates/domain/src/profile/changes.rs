//! What differs between two versions of how somebody is reached and whom to tell, for whoever copies it into another system.

use super::details::{Contact, ContactDetails, Way};

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailChange {
    /// What it is, as the pages call it.
    pub what: &'static str,
    /// What it was, a line each; none where there was nothing.
    pub before: Vec<String>,
    /// What it is now, a line each; none where there is nothing.
    pub now: Vec<String>,
}

/// How somebody is reached, and whom to tell.
pub type Kept<'a> = (&'a ContactDetails, &'a [Contact]);

/// What differs, in the order of the pages; nothing of what stayed as it was.
#[must_use]
pub fn detail_changes(before: Kept<'_>, now: Kept<'_>) -> Vec<DetailChange> {
    let (was, is) = (lines(before), lines(now));
    was.into_iter()
        .zip(is)
        .filter(|((_, before), (_, now))| before != now)
        .map(|((what, before), (_, now))| DetailChange { what, before, now })
        .collect()
}

fn lines((contact, people): Kept<'_>) -> [(&'static str, Vec<String>); 6] {
    let email = Some(contact.email.clone()).filter(|email| !email.is_empty());
    [
        ("Address", contact.whole_address()),
        ("Mobile number", contact.mobile.iter().map(ToString::to_string).collect()),
        ("Other phone", contact.phone.iter().map(ToString::to_string).collect()),
        ("Email for contact", email.into_iter().collect()),
        ("Best way", contact.preferred.map(Way::title).map(str::to_owned).into_iter().collect()),
        ("Whom to tell", people.iter().map(Contact::in_line).collect()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::appointment::Postcode;
    use crate::profile::PhoneNumber;
    use proptest::prelude::*;

    fn number(text: &str) -> PhoneNumber {
        PhoneNumber::parse(text).unwrap()
    }

    fn ann() -> Contact {
        Contact { name: "Ann Stone".to_owned(), relation: "sister".to_owned(), phone: number("01632 960001"), next_of_kin: true }
    }

    #[test]
    fn what_differs_is_told_with_what_it_was_and_nothing_else() {
        let before = ContactDetails {
            address: vec!["1 Old Street".to_owned()],
            mobile: Some(number("07700 900123")),
            ..ContactDetails::default()
        };
        let now = ContactDetails {
            address: vec!["14 Mill Lane".to_owned(), "Otley".to_owned()],
            postcode: Postcode::parse("LS21 3AA").ok(),
            preferred: Some(Way::Text),
            ..before.clone()
        };
        let changes = detail_changes((&before, &[]), (&now, &[ann()]));
        let told: Vec<_> = changes.iter().map(|one| (one.what, one.before.join(", "), one.now.join(", "))).collect();
        assert_eq!(
            told,
            [
                ("Address", "1 Old Street".to_owned(), "14 Mill Lane, Otley, LS21 3AA".to_owned()),
                ("Best way", String::new(), "Text message".to_owned()),
                ("Whom to tell", String::new(), "Ann Stone, sister, 01632 960001. Next of kin".to_owned()),
            ]
        );
    }

    fn some() -> impl Strategy<Value = (ContactDetails, Vec<Contact>)> {
        let line = || proptest::sample::select(vec!["1 Old Street", "14 Mill Lane", "Otley"]);
        let phone = || proptest::option::of(proptest::sample::select(vec!["07700900123", "01632960001"]).prop_map(number));
        let way = proptest::option::of(proptest::sample::select(Way::ALL));
        let address = proptest::collection::vec(line().prop_map(str::to_owned), 0..3);
        let email = proptest::sample::select(vec!["", "sam@example.org"]).prop_map(str::to_owned);
        (address, phone(), phone(), email, way, any::<bool>()).prop_map(|(address, mobile, phone, email, preferred, tells)| {
            let contact = ContactDetails { address, postcode: None, mobile, phone, email, preferred };
            (contact, if tells { vec![ann()] } else { Vec::new() })
        })
    }

    proptest! {
        #[test]
        fn nothing_is_told_where_nothing_differs_and_both_ways_tell_the_same((one, told) in some(), (other, tells) in some()) {
            prop_assert!(detail_changes((&one, &told), (&one, &told)).is_empty());
            let there = detail_changes((&one, &told), (&other, &tells));
            let back = detail_changes((&other, &tells), (&one, &told));
            prop_assert_eq!(there.is_empty(), one == other && told == tells);
            prop_assert_eq!(there.len(), back.len());
            for (there, back) in there.iter().zip(&back) {
                prop_assert!(there.before != there.now);
                prop_assert_eq!((there.what, &there.before, &there.now), (back.what, &back.now, &back.before));
            }
        }
    }
}
