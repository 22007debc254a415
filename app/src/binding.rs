//! For whom a page was made. A form carries it, so that a form from an old tab does nothing for somebody else: not after
//! another account signed in to the same browser, nor after the reader began to act for another person, or to work
//! elsewhere.
//!
//! It is no secret and no proof of anything: who may do what is decided afresh at each request. It only keeps what was
//! meant for one person from reaching another.

use crate::guard::Door;
use crate::signed_in::SignedIn;
use uuid::Uuid;

/// The hidden field that carries it.
pub const FIELD: &str = "whose";

/// For whom a page was made: the account, the person for whom it acted, and the place as which it worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding([String; 3]);

/// What is no longer as it was when the page was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Another account is signed in, or what came is no binding at all.
    Account,
    /// The reader acts for another person, or again for themself.
    Person,
    /// The reader works elsewhere.
    Work,
}

impl Binding {
    /// That of whoever is signed in now.
    #[must_use]
    pub fn of(reader: &SignedIn) -> Self {
        let mark = |kind: u8, id: Option<Uuid>| {
            let mut bytes = vec![kind];
            bytes.extend(id.unwrap_or_default().into_bytes());
            hex(&service::hashing::sha256(&bytes))
        };
        Self([
            mark(1, Some(reader.account.as_uuid())),
            mark(2, reader.acting.as_ref().map(|acting| acting.person.as_uuid())),
            mark(3, reader.working_as.map(|member| member.as_uuid())),
        ])
    }

    /// As a form carries it.
    #[must_use]
    pub fn in_form(&self) -> String {
        self.0.join(".")
    }

    /// What has changed since a form was made that comes through this door: for whom the reader acts matters where a
    /// record is open, where they work matters at work, and whose account it is everywhere.
    #[must_use]
    pub fn changed_since(&self, sent: &str, door: Door) -> Option<Changed> {
        let parts: Vec<&str> = sent.split('.').collect();
        let [account, person, work] = parts.as_slice() else { return Some(Changed::Account) };
        match door {
            _ if *account != self.0[0] => Some(Changed::Account),
            Door::Record | Door::FreshRecord if *person != self.0[1] => Some(Changed::Person),
            Door::Team if *work != self.0[2] => Some(Changed::Work),
            _ => None,
        }
    }
}

/// The first eight bytes: enough to tell a browser's accounts and people from one another.
fn hex(hash: &[u8]) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signed_in::ActingFor;
    use chrono::{DateTime, Utc};
    use domain::{AccountId, MemberId, PersonId};

    fn reader(account: u128, acting: Option<u128>, work: Option<u128>) -> SignedIn {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        SignedIn {
            account: AccountId::from_uuid(Uuid::from_u128(account)),
            second_step_at: Some(at),
            began_at: at,
            fresh_at: at,
            own: None,
            acting: acting.map(|id| ActingFor {
                person: PersonId::from_uuid(Uuid::from_u128(id)),
                name: "Kamla".to_owned(),
                books: false,
                medicines: false,
                readings: false,
            }),
            working_as: work.map(|id| MemberId::from_uuid(Uuid::from_u128(id))),
            display: None,
        }
    }

    #[test]
    fn a_form_is_for_whom_it_was_made_and_for_nobody_else() {
        let made = Binding::of(&reader(1, Some(2), Some(3))).in_form();
        let now = |account, acting, work| Binding::of(&reader(account, acting, work));
        let table = [
            (now(1, Some(2), Some(3)), Door::Record, None),
            (now(1, Some(2), Some(9)), Door::Record, None),
            (now(1, None, Some(3)), Door::Record, Some(Changed::Person)),
            (now(1, Some(9), Some(3)), Door::Record, Some(Changed::Person)),
            (now(1, Some(9), Some(3)), Door::SecondStep, None),
            (now(1, None, Some(3)), Door::Team, None),
            (now(1, None, None), Door::Team, Some(Changed::Work)),
            (now(9, Some(2), Some(3)), Door::Open, Some(Changed::Account)),
        ];
        for (now, door, changed) in table {
            assert_eq!(now.changed_since(&made, door), changed, "{now:?} {door:?}");
        }
        for nonsense in ["", ".", "a.b", "a.b.c.d", "\u{1f33c}"] {
            assert_eq!(now(1, None, None).changed_since(nonsense, Door::Record), Some(Changed::Account), "{nonsense}");
        }
    }

    #[test]
    fn it_says_nothing_of_the_ids() {
        let made = Binding::of(&reader(0x1234_5678, Some(2), None)).in_form();
        assert!(!made.contains("12345678"));
    }
}
