//! The lists that members of staff read: each person whose name stands in one is told so, once a day for each reader.

use crate::activity::{self, Event};
use crate::{Core, ServiceError};
use domain::PersonId;
use domain::access::{Actor, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::when::london_day;
use std::collections::BTreeSet;
use store::listing;
use store::staff::MemberRow;

/// A list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// What waits for the care team.
    Work,
    /// What was opened in emergencies.
    Emergencies,
    /// Who comes to a clinic.
    Clinic,
}

impl List {
    /// What an event calls its page.
    const fn page(self) -> &'static str {
        match self {
            Self::Work => activity::WORK_LIST,
            Self::Emergencies => activity::EMERGENCIES,
            Self::Clinic => activity::CLINIC,
        }
    }

    const fn purpose(self) -> Purpose {
        match self {
            Self::Work => Purpose::Operations,
            Self::Emergencies => Purpose::Privacy,
            Self::Clinic => Purpose::DirectCare,
        }
    }
}

/// Answers for a list only once it is written down durably: with the reader, and with every person in it.
pub(crate) async fn disclose(
    core: &Core,
    actor: &Actor,
    place: &MemberRow,
    list: List,
    people: impl IntoIterator<Item = PersonId>,
) -> Result<(), ServiceError> {
    let (today, member) = (london_day(core.now()), place.member());
    let mut people: BTreeSet<PersonId> = people.into_iter().collect();
    let event = Event::on_account(actor, Action::Read, list.purpose()).about("page", list.page()).about("people", people.len());
    let event = event.about("organisation", place.organisation_id).about("member", place.id);
    let mut tx = core.read().await?;
    for noted in listing::noted(&mut tx, member, list.page(), today).await? {
        people.remove(&noted);
    }
    drop(tx);
    let (actor, organisation) = (actor.clone(), place.organisation());
    core.write(move |core, tx| {
        Box::pin(async move {
            for person in people {
                if listing::note(tx, person, member, list.page(), today).await? {
                    let subject = Subject { organisation: Some(organisation), ..Subject::new(person, Basis::CareTeam) };
                    let seen = Event::on_record(&actor, subject, Action::Read, list.purpose()).about("page", list.page());
                    activity::append(&core, tx, seen).await?;
                }
            }
            activity::append(&core, tx, event).await
        })
    })
    .await
}
