//! What a carer may see or do for somebody: the scopes of the national proxy service, and what each opens.

use crate::record::{Category, Sensitivity, coded};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

coded! {
    /// One function that a carer may be let into (NHS England, Validated Relationships Service: proxy role scopes), with
    /// readings and messages beside them, which that service does not have.
    Scope {
        /// Order and follow repeat prescriptions; see medicines.
        Prescriptions = "PRESCR",
        /// Book, change and cancel appointments; see coming and past ones.
        Appointments = "APPT",
        /// The record at a glance: medicines, allergies, procedures, care plans, people and places.
        Record = "RECRD",
        /// Test results.
        Tests = "TEST",
        /// Vaccinations.
        Vaccinations = "VACC",
        /// Health problems.
        Conditions = "COND",
        /// Consultations and visits.
        Consultations = "CONSULT",
        /// Letters and documents.
        Documents = "DOCS",
        /// Readings taken at home: see and add them.
        Readings = "READ",
        /// Messages with the care team.
        Messages = "MSG",
    }
}

impl Scope {
    /// Those whose functions are there today, as pages offer and name them. Messages join with theirs.
    pub const OFFERED: &'static [Self] = &[
        Self::Prescriptions,
        Self::Appointments,
        Self::Record,
        Self::Tests,
        Self::Vaccinations,
        Self::Conditions,
        Self::Consultations,
        Self::Documents,
        Self::Readings,
    ];

    /// What a page calls it, after "They can".
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Prescriptions => "see and order medicines",
            Self::Appointments => "see and book appointments",
            Self::Record => "see the main record: medicines, allergies, procedures and care plans",
            Self::Tests => "see test results",
            Self::Vaccinations => "see vaccinations",
            Self::Conditions => "see health problems",
            Self::Consultations => "see consultations and visits",
            Self::Documents => "see letters and documents",
            Self::Readings => "see and add readings taken at home",
            Self::Messages => "read and write messages",
        }
    }

    /// The categories of the record that it opens.
    #[must_use]
    pub const fn categories(self) -> &'static [Category] {
        match self {
            Self::Prescriptions => &[Category::Medicine],
            Self::Record => &[Category::Medicine, Category::Allergy, Category::Procedure, Category::Care, Category::People],
            Self::Tests => &[Category::Result],
            Self::Vaccinations => &[Category::Immunisation],
            Self::Conditions => &[Category::Problem],
            Self::Consultations => &[Category::Visit],
            Self::Documents => &[Category::Document],
            Self::Appointments | Self::Readings | Self::Messages => &[],
        }
    }
}

impl Scopes {
    /// Whether any of them opens this category.
    #[must_use]
    pub fn opens(self, category: Category) -> bool {
        self.iter().any(|scope| scope.categories().contains(&category))
    }
}

/// Why a list of words could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a word of the list is not known")]
pub struct UnknownWord;

macro_rules! sets {
    ($($(#[$doc:meta])* $set:ident of $item:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $set(u16);

        impl $set {
            /// None.
            pub const NONE: Self = Self(0);

            /// All there are.
            #[must_use]
            pub fn all() -> Self {
                $item::ALL.iter().copied().collect()
            }

            const fn bit(item: $item) -> u16 {
                1 << item.place()
            }

            /// Whether it is among them.
            #[must_use]
            pub const fn has(self, item: $item) -> bool {
                self.0 & Self::bit(item) != 0
            }

            /// The same and this one.
            #[must_use]
            pub const fn with(self, item: $item) -> Self {
                Self(self.0 | Self::bit(item))
            }

            /// The same without these.
            #[must_use]
            pub const fn without(self, others: Self) -> Self {
                Self(self.0 & !others.0)
            }

            /// Those that are in both.
            #[must_use]
            pub const fn and(self, others: Self) -> Self {
                Self(self.0 & others.0)
            }

            /// Whether there are none.
            #[must_use]
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// Whether all of these are among the others.
            #[must_use]
            pub const fn is_within(self, others: Self) -> bool {
                self.0 & !others.0 == 0
            }

            /// Each, in the order in which they are shown.
            pub fn iter(self) -> impl Iterator<Item = $item> {
                $item::ALL.iter().copied().filter(move |item| self.has(*item))
            }
        }

        impl FromIterator<$item> for $set {
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> Self {
                items.into_iter().fold(Self::NONE, Self::with)
            }
        }

        impl fmt::Display for $set {
            /// The words, with a space between.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for (place, item) in self.iter().enumerate() {
                    if place > 0 {
                        f.write_str(" ")?;
                    }
                    f.write_str(item.code())?;
                }
                Ok(())
            }
        }

        impl fmt::Debug for $set {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{{{self}}}")
            }
        }

        impl FromStr for $set {
            type Err = UnknownWord;

            fn from_str(words: &str) -> Result<Self, UnknownWord> {
                words.split_whitespace().map(|word| $item::from_code(word).ok_or(UnknownWord)).collect()
            }
        }

        impl TryFrom<String> for $set {
            type Error = UnknownWord;

            fn try_from(words: String) -> Result<Self, UnknownWord> {
                words.parse()
            }
        }

        impl From<$set> for String {
            fn from(set: $set) -> Self {
                set.to_string()
            }
        }
    )*};
}

sets! {
    /// Some of the scopes.
    Scopes of Scope;
    /// Some of the labels of sensitivity.
    Labels of Sensitivity;
    /// Some of the categories of a record.
    Categories of Category;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_set_reads_as_it_was_written(bits in 0_u16..1024) {
            let set = Scopes(bits);
            prop_assert_eq!(set.to_string().parse(), Ok(set));
            prop_assert_eq!(set.iter().collect::<Scopes>(), set);
        }

        #[test]
        fn what_is_in_both_is_in_each(a in 0_u16..1024, b in 0_u16..1024) {
            let (a, b) = (Scopes(a), Scopes(b));
            prop_assert!(a.and(b).is_within(a) && a.and(b).is_within(b));
            prop_assert!(a.without(b).and(b).is_empty());
        }
    }

    #[test]
    fn an_unknown_word_is_refused() {
        assert_eq!("PRESCR NOSUCH".parse::<Scopes>(), Err(UnknownWord));
        assert_eq!("".parse::<Scopes>(), Ok(Scopes::NONE));
    }

    #[test]
    fn every_shown_category_is_opened_by_a_scope() {
        for category in Category::SHOWN {
            assert!(Scope::ALL.iter().any(|scope| scope.categories().contains(category)), "{category:?}");
        }
    }
}
