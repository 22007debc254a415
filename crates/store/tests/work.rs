//! What waits for the teams of an organisation: which part is whose, and that nothing is lost when two pass it at once.

#![expect(clippy::unwrap_used, reason = "tests stop at the first thing that is not as it must be")]

use chrono::{DateTime, Utc};
use domain::team::WorkKind;
use domain::{MemberId, OrganisationId, PersonId, TeamId, WorkItemId};
use store::organisation::{self, OrganisationRow};
use store::staff::{self, MemberRow, TeamRow};
use store::work::{self, NewWorkItem, TeamCount, Waits};
use store::{Store, StoreError};
use testkit::Place;
use uuid::Uuid;

const KINDS: &[WorkKind] = &[WorkKind::IdentityCheck, WorkKind::CarerApplication];

/// Two teams of an organisation, and somebody who is in the first.
struct Desk {
    store: Store,
    at: OrganisationId,
    teams: [TeamId; 2],
    member: MemberId,
    person: PersonId,
}

fn now() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-03T10:00:00Z").unwrap().to_utc()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

impl Desk {
    async fn at(place: &Place) -> Self {
        let (person, account) = (place.id_in_sql(id(1)), place.id_in_sql(id(2)));
        place
            .alter(&format!(
                "INSERT INTO person (id, family_name, given_names, deceased, created_at, updated_at) \
                 VALUES ({person}, 'Rivers', '[\"Sam\"]', FALSE, '2026-11-03T10:00:00Z', '2026-11-03T10:00:00Z'); \
                 INSERT INTO account (id, email, email_key, created_at, updated_at) \
                 VALUES ({account}, 'a@example.org', 'a@example.org', '2026-11-03T10:00:00Z', '2026-11-03T10:00:00Z')"
            ))
            .await;
        let practice = OrganisationRow {
            id: id(3),
            code: "Y90001".to_owned(),
            name: "Riverside Surgery".to_owned(),
            kind: "practice".to_owned(),
            created_at: now(),
        };
        let member = MemberRow {
            id: id(4),
            account_id: id(2),
            organisation_id: practice.id,
            name: "Ada".to_owned(),
            job: "Job".to_owned(),
            role: "reception".to_owned(),
            created_at: now(),
            ended_at: None,
        };
        let (at, ada) = (OrganisationId::from_uuid(practice.id), member.member());
        let teams = [("Front desk", 5), ("Night", 6)];
        let teams = teams.map(|(name, n)| TeamRow { id: id(n), organisation_id: practice.id, name: name.to_owned() });
        let ids = teams.each_ref().map(TeamRow::team);
        let made: Result<(), StoreError> = place
            .store
            .write(move |tx| {
                Box::pin(async move {
                    organisation::insert(tx, &practice).await?;
                    staff::insert(tx, &member).await?;
                    for team in &teams {
                        staff::insert_team(tx, team, now()).await?;
                    }
                    staff::join_team(tx, teams[0].team(), member.member()).await.map(|_| ())
                })
            })
            .await;
        made.unwrap();
        Self { store: place.store.clone(), at, teams: ids, member: ada, person: PersonId::from_uuid(id(1)) }
    }

    async fn wait(&self, number: u128, kind: WorkKind, team: Option<TeamId>) -> WorkItemId {
        let item = NewWorkItem { organisation: self.at, team, kind, person: self.person, about: id(number), urgent: false };
        let work = WorkItemId::from_uuid(id(number));
        let made: Result<bool, StoreError> =
            self.store.write(move |tx| Box::pin(async move { work::insert(tx, work, &item, now()).await })).await;
        assert!(made.unwrap());
        work
    }

    /// The numbers of what waits.
    async fn waiting(&self, waits: Waits) -> Vec<u128> {
        let mut tx = self.store.read().await.unwrap();
        let rows = work::waiting(&mut tx, self.at, KINDS, waits, 100).await.unwrap();
        rows.into_iter().map(|row| row.id.as_u128()).collect()
    }

    async fn pass(&self, item: (WorkItemId, i32), team: Option<TeamId>) -> bool {
        let at = self.at;
        let done: Result<bool, StoreError> =
            self.store.write(move |tx| Box::pin(async move { work::pass(tx, at, item, team).await })).await;
        done.unwrap()
    }

    async fn take(&self, item: (WorkItemId, i32)) -> bool {
        let (at, member) = (self.at, self.member);
        let done: Result<bool, StoreError> =
            self.store.write(move |tx| Box::pin(async move { work::give(tx, at, item, Some(member), now()).await })).await;
        done.unwrap()
    }
}

testkit::both_engines! {
    async fn each_part_of_the_list_holds_what_is_its_own_and_the_counts_say_so(place: &Place) {
        let desk = Desk::at(place).await;
        let [front, night] = desk.teams;
        desk.wait(11, WorkKind::IdentityCheck, None).await;
        desk.wait(12, WorkKind::CarerApplication, Some(front)).await;
        desk.wait(13, WorkKind::IdentityCheck, Some(night)).await;
        let taken = desk.wait(14, WorkKind::IdentityCheck, Some(night)).await;
        desk.wait(15, WorkKind::AccessQuery, Some(front)).await;
        assert!(desk.take((taken, 1)).await);
        assert_eq!(desk.waiting(Waits::ForAnybody).await, [11, 12, 13, 14]);
        assert_eq!(desk.waiting(Waits::ForTeam(front)).await, [12]);
        assert_eq!(desk.waiting(Waits::ForTeam(night)).await, [13, 14]);
        // For every team, for one's own, and what one deals with, whosever it is.
        assert_eq!(desk.waiting(Waits::ForMember(desk.member)).await, [11, 12, 14]);
        assert_eq!(desk.waiting(Waits::ForMember(MemberId::from_uuid(id(99)))).await, [11]);
        let mut tx = desk.store.read().await.unwrap();
        let mut counts = work::counts(&mut tx, desk.at, KINDS, desk.member).await.unwrap();
        counts.sort_by_key(|count| count.team_id);
        let count = |team: Option<TeamId>, waiting, claimed| TeamCount { team_id: team.map(|team| team.as_uuid()), waiting, claimed };
        assert_eq!(counts, [count(None, 1, 0), count(Some(front), 1, 0), count(Some(night), 2, 1)]);
    }

    async fn what_is_passed_waits_there_with_nobody_and_a_stale_version_passes_nothing(place: &Place) {
        let desk = Desk::at(place).await;
        let [front, night] = desk.teams;
        let item = desk.wait(11, WorkKind::IdentityCheck, None).await;
        assert!(desk.take((item, 1)).await);
        assert!(!desk.pass((item, 1), Some(front)).await);
        assert!(desk.pass((item, 2), Some(front)).await);
        let at = OrganisationId::from_uuid(id(98));
        let elsewhere: Result<bool, StoreError> =
            desk.store.write(move |tx| Box::pin(async move { work::pass(tx, at, (item, 3), None).await })).await;
        assert!(!elsewhere.unwrap());
        let mut tx = desk.store.read().await.unwrap();
        let row = work::by_id(&mut tx, desk.at, item).await.unwrap().unwrap();
        drop(tx);
        assert_eq!((row.team_id, row.team_name.as_deref(), row.claimed_by, row.claimed_at), (Some(id(5)), Some("Front desk"), None, None));
        assert_eq!(row.version, 3);
        // Of several at once, one passes or takes it.
        let acts = (0..8).map(|n| {
            let desk = Desk { store: desk.store.clone(), ..desk };
            tokio::spawn(async move {
                if n % 2 == 0 { desk.pass((item, 3), Some(night)).await } else { desk.take((item, 3)).await }
            })
        });
        let mut won = 0;
        for act in acts.collect::<Vec<_>>() {
            won += i32::from(act.await.unwrap());
        }
        assert_eq!(won, 1);
        assert!(desk.pass((item, 4), None).await);
        assert_eq!(desk.waiting(Waits::ForAnybody).await, [11]);
        let (at, member) = (desk.at, desk.member);
        let done: Result<bool, StoreError> =
            desk.store.write(move |tx| Box::pin(async move { work::done(tx, at, (item, 5), member, "not-needed", now()).await })).await;
        assert!(done.unwrap() && !desk.pass((item, 6), Some(front)).await, "what is done is passed to nobody");
    }
}
