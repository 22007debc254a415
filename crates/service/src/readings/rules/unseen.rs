//! Telling the person of what is red and came up while no page of theirs was open, without a word of what it is.

use super::Red;
use crate::mail::{self, Letter};
use crate::questionnaires::own_accounts;
use crate::reader::allowed;
use crate::readings::opens;
use crate::{Core, ServiceError, appointments};
use domain::access::{Actor, Ask, Assurance};
use domain::{AccountId, PersonId};
use std::collections::BTreeSet;
use store::{Tx, account, person, relationship};

/// Puts one mail for each who is to be told into the outbox; none where nothing of it asks the person for anything. It is told in the
/// transaction that notes it, which notes it once for each round of its rule. `by` is who brought it up and has a page that says it.
pub(super) async fn tell(
    core: &Core,
    tx: &mut Tx,
    who: PersonId,
    (red, by): (&[Red], Option<AccountId>),
) -> Result<(), ServiceError> {
    let asks: Vec<&Red> = red.iter().filter(|one| one.asks).collect();
    if asks.is_empty() {
        return Ok(());
    }
    for to in recipients(core, tx, who, (&asks, by)).await? {
        mail::enqueue(core, tx, &to, &Letter::RedNews).await?;
    }
    Ok(())
}

/// Who is told, as of prescriptions: the person, where they have an account; else everybody who acts for them and may see it, without
/// whoever brought it up.
async fn recipients(
    core: &Core,
    tx: &mut Tx,
    who: PersonId,
    (asks, by): (&[&Red], Option<AccountId>),
) -> Result<BTreeSet<String>, ServiceError> {
    if appointments::own_account(tx, who).await?.is_some() {
        return Ok(own_accounts(tx, who).await?.into_iter().collect());
    }
    let mut to = BTreeSet::new();
    if person::by_id(tx, who).await?.is_none_or(|row| row.deceased) {
        return Ok(to);
    }
    for row in relationship::of_person(tx, who).await? {
        let Some(carer) = row.carer_account_id.map(AccountId::from_uuid).filter(|carer| Some(*carer) != by) else { continue };
        let actor = Actor::Account { id: carer, assurance: Assurance::SecondStep };
        let reader = match allowed(core, tx, &actor, who, Ask::SeeReadings).await {
            Ok((_, reader)) => reader,
            Err(ServiceError::NotFound) => continue,
            Err(error) => return Err(error),
        };
        if asks.iter().any(|one| one.measures.into_iter().flatten().all(|measure| opens(&reader, measure))) {
            to.extend(account::by_id(tx, carer).await?.map(|row| row.email));
        }
    }
    Ok(to)
}
