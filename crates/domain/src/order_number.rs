//! Numbers of orders: by what an order and what answers it know each other where they come from different sources.

use serde::{Deserialize, Serialize};

/// The longest system, in characters.
const LONGEST_SYSTEM: usize = 200;
/// The longest number, in characters.
const LONGEST_VALUE: usize = 100;
/// Systems of numbers that people and organisations have: nothing was ordered under one of these.
const OF_SOMEBODY: &[&str] = &[
    "https://fhir.nhs.uk/Id/nhs-number",
    "https://fhir.nhs.uk/id/nhs-number",
    "http://fhir.nhs.net/Id/nhs-number",
    "urn:oid:2.16.840.1.113883.2.1.4.1",
    "https://fhir.nhs.uk/Id/ods-organization-code",
];

/// The number of an order, as the system that gave it has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OrderNumber {
    /// The address of whose numbers these are (FHIR `Identifier.system`).
    pub system: String,
    /// The number, which may hold letters.
    pub value: String,
    /// It stands for several orders that were made at once, of which only one may be known here.
    #[serde(default)]
    pub is_group: bool,
}

impl OrderNumber {
    /// A number as it can be compared: without blank ends, and else as it was sent, because capitals and small letters may be two numbers. `None` where
    /// it says nothing elsewhere: without a system or with one that is no address, too long, or somebody's own number.
    #[must_use]
    pub fn read(system: &str, value: &str) -> Option<Self> {
        let (system, value) = (bounded(system, LONGEST_SYSTEM)?, bounded(value, LONGEST_VALUE)?);
        // A word such as "lab" is another system at each source.
        let is_address = system.contains(':') && !system.contains(char::is_whitespace);
        (is_address && !OF_SOMEBODY.contains(&system.as_str())).then_some(Self { system, value, is_group: false })
    }

    /// The same as the number of a group of orders.
    #[must_use]
    pub fn of_group(self) -> Self {
        Self { is_group: true, ..self }
    }
}

fn bounded(text: &str, most: usize) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().take(most + 1).count() <= most && !text.chars().any(char::is_control);
    fits.then(|| in_one_case(text))
}

/// The two sorts of address that are the same in capitals and in small letters (RFC 8141, RFC 3061, RFC 9562) in small ones.
fn in_one_case(text: &str) -> String {
    let small = text.to_ascii_lowercase();
    if small.starts_with("urn:uuid:") || small.starts_with("urn:oid:") { small } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SYSTEM: &str = "https://riverside.example/orders";

    #[test]
    fn a_number_is_its_system_and_its_value_as_they_were_sent() {
        let read =
            |system: &str, value: &str| OrderNumber::read(system, value).map(|one| format!("{}|{}", one.system, one.value));
        assert_eq!(
            read(" https://riverside.example/orders\n", "\tA 17 "),
            Some("https://riverside.example/orders|A 17".to_owned())
        );
        assert_ne!(read(SYSTEM, "a17"), read(SYSTEM, "A17"));
        assert_ne!(read("https://riverside.example/Orders", "17"), read(SYSTEM, "17"));
        assert_eq!(read("URN:OID:1.2.3", "17"), read("urn:oid:1.2.3", "17"));
        let one = "urn:uuid:9C046FBC-f82a-4b9e-b6d7-268830191b50";
        assert_eq!(read("urn:ietf:rfc:3986", one), read("urn:ietf:rfc:3986", &one.to_lowercase()));
        for (system, value) in [("", "17"), (" ", "17"), ("lab", "17"), ("our lab: orders", "17"), (SYSTEM, ""), (SYSTEM, " ")] {
            assert_eq!(read(system, value), None, "{system}|{value}");
        }
        assert_eq!(read(SYSTEM, "1\u{0}7"), None);
        assert_eq!(read("https://fhir.nhs.uk/Id/nhs-number", "9990548609"), None);
        assert!(read(SYSTEM, &"7".repeat(LONGEST_VALUE)).is_some());
        assert_eq!(read(SYSTEM, &"7".repeat(LONGEST_VALUE + 1)), None);
        assert_eq!(read(&format!("urn:{}", "a".repeat(LONGEST_SYSTEM)), "17"), None);
    }

    proptest! {
        /// What was read stays as it is when it is read again, whatever was sent, and is within its bounds.
        #[test]
        fn what_was_read_is_the_same_read_again(system in "\\PC{0,12}:\\PC{0,220}", value in "\\PC{0,120}") {
            if let Some(one) = OrderNumber::read(&system, &value) {
                prop_assert!(one.system.chars().count() <= LONGEST_SYSTEM);
                prop_assert!(one.value.chars().count() <= LONGEST_VALUE);
                prop_assert_eq!(OrderNumber::read(&one.system, &one.value), Some(one.clone()));
            }
        }

        /// Blank ends make no difference; another letter does.
        #[test]
        fn blank_ends_make_no_difference_and_letters_do(
            left in "[ \t\n]{0,3}",
            value in "[A-Za-z0-9/|^-]{1,40}",
            other in "[A-Za-z0-9/|^-]{1,40}",
            right in "[ \t\n]{0,3}",
        ) {
            let one = OrderNumber::read(SYSTEM, &value);
            prop_assert_eq!(&OrderNumber::read(&format!("{right}{SYSTEM}{left}"), &format!("{left}{value}{right}")), &one);
            prop_assert_eq!(OrderNumber::read(SYSTEM, &other) == one, other == value);
        }
    }
}
