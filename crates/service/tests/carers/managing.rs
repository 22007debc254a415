//! Changing, stopping, taking up again and ending.

use crate::carers::world::*;
use domain::audit::Action;
use domain::relationship::Reason;
use service::{CarerStage, ChangeForm, ResumeForm};
use testkit::Place;

fn parts(day: chrono::NaiveDate) -> [String; 3] {
    [day.format("%d").to_string(), day.format("%m").to_string(), day.format("%Y").to_string()]
}

testkit::both_engines! {
    async fn the_person_changes_stops_starts_again_and_ends(place: &Place) {
        let world = World::new(place).await;
        let id = world.acting().await;
        let (carers, edna) = (&world.services.carers, world.edna());
        let last = world.today() + chrono::Days::new(30);
        let version = world.seen(id).await.version;
        let form = ChangeForm { scopes: "TEST".into(), labels: "mental".into(), ends_on: parts(last), version };
        carers.change(&edna, world.edna, id, &form).await.unwrap();
        // The second press.
        carers.change(&edna, world.edna, id, &form).await.unwrap();
        let seen = world.seen(id).await;
        assert_eq!((seen.scopes.to_string().as_str(), seen.labels.to_string().as_str(), seen.ends_on), ("TEST", "general mental", Some(last)));
        assert_eq!(carers.acting(&world.ada(), world.edna).await.unwrap().scopes.to_string(), "TEST");
        assert_eq!(world.told().await, ["ada@example.org", "edna@example.org"]);
        for _ in 0..2 {
            carers.suspend(&edna, world.edna, id).await.unwrap();
        }
        assert!(!world.may_act(world.edna).await);
        let held = carers.cared_for(&world.ada()).await.unwrap();
        assert!(!held[0].in_force && held[0].name.is_none());
        assert!(world.seen(id).await.may_resume);
        for _ in 0..2 {
            carers.resume(&edna, world.edna, id, &ResumeForm::default()).await.unwrap();
        }
        assert!(world.may_act(world.edna).await);
        assert_eq!(world.seen(id).await.ends_on, Some(last));
        for _ in 0..2 {
            carers.end(&edna, world.edna, id).await.unwrap();
        }
        assert!(!world.may_act(world.edna).await);
        let seen = world.seen(id).await;
        assert_eq!((seen.stage, seen.standing.reason, seen.may_resume), (CarerStage::Over, Reason::DeactivatedPatientRequest, false));
        assert!(fields(carers.resume(&edna, world.edna, id, &ResumeForm::default()).await)[0].is_empty());
        for action in [Action::CarerChanged, Action::CarerSuspended, Action::CarerEnded] {
            assert_eq!(world.count(world.edna, action).await, 1, "{action:?}");
        }
        assert_eq!(world.told().await.len(), 6);
        world.verify().await;
    }

    async fn a_second_tab_that_is_stale_changes_nothing(place: &Place) {
        let world = World::new(place).await;
        let id = world.acting().await;
        let (carers, edna) = (&world.services.carers, world.edna());
        let version = world.seen(id).await.version;
        let form = |scopes: &str, version| ChangeForm { scopes: scopes.into(), version, ..ChangeForm::default() };
        carers.change(&edna, world.edna, id, &form("APPT", version)).await.unwrap();
        // The other tab still shows what was allowed before, and would allow it again.
        assert_eq!(fields(carers.change(&edna, world.edna, id, &form("PRESCR APPT TEST", version)).await), [""]);
        assert_eq!(world.seen(id).await.scopes.to_string(), "APPT");
        carers.end(&edna, world.edna, id).await.unwrap();
        assert_eq!(fields(carers.change(&edna, world.edna, id, &form("TEST", version + 2)).await), [""]);
        assert_eq!(fields(carers.suspend(&edna, world.edna, id).await), [""]);
        assert_eq!(fields(carers.change(&edna, world.edna, id, &form("", version)).await), ["scopes"]);
        world.verify().await;
    }

    async fn changes_at_the_same_moment_lose_nothing(place: &Place) {
        let world = World::new(place).await;
        let id = world.acting().await;
        let version = world.seen(id).await.version;
        let changes = ["TEST", "VACC", "COND", "DOCS"].map(|scopes| {
            let (services, person, actor) = (world.services.clone(), world.edna, world.edna());
            let form = ChangeForm { scopes: scopes.into(), version, ..ChangeForm::default() };
            tokio::spawn(async move { services.carers.change(&actor, person, id, &form).await.is_ok() })
        });
        let mut made = 0;
        for change in changes {
            made += usize::from(change.await.unwrap());
        }
        assert_eq!(made, 1);
        let (seen, history) = world.services.carers.one(&world.edna(), world.edna, id).await.unwrap();
        assert_eq!((seen.version, history.len()), (version + 1, 3));
    }

    async fn revoked_in_the_middle_the_carer_is_out_at_the_next_click(place: &Place) {
        let world = World::new(place).await;
        let id = world.acting().await;
        let (ada, records) = (world.ada(), &world.services.records);
        assert!(world.may_act(world.edna).await);
        world.services.carers.suspend(&world.edna(), world.edna, id).await.unwrap();
        assert!(!world.may_act(world.edna).await);
        not_found(records.overview(&ada, world.edna).await.map(|_| ()));
        not_found(world.services.carers.suspend(&ada, world.edna, id).await);
        not_found(world.services.carers.resume(&ada, world.edna, id, &ResumeForm::default()).await);
        world.verify().await;
    }

    async fn what_a_former_carer_tries_is_told_to_the_person_and_a_strangers_guess_is_not(place: &Place) {
        let world = World::new(place).await;
        let id = world.acting().await;
        let (carers, ada) = (&world.services.carers, world.ada());
        carers.end(&world.edna(), world.edna, id).await.unwrap();
        not_found(carers.acting(&ada, world.edna).await);
        not_found(carers.of_person(&ada, world.edna).await);
        not_found(carers.suspend(&ada, world.edna, id).await);
        not_found(carers.invite(&ada, world.edna, &world.form("x@example.org")).await);
        assert_eq!(world.count(world.edna, Action::Refused).await, 4);
        let stranger = citizen(world.account("stranger@example.org", None).await);
        not_found(carers.acting(&stranger, world.edna).await);
        not_found(carers.suspend(&stranger, world.edna, id).await);
        assert_eq!(world.count(world.edna, Action::Refused).await, 4);
        world.verify().await;
    }

    async fn the_carer_gives_up(place: &Place) {
        let world = World::new(place).await;
        let id = world.acting().await;
        let carers = &world.services.carers;
        not_found(carers.give_up(&citizen(world.account("x@example.org", None).await), world.edna, id).await);
        for _ in 0..2 {
            carers.give_up(&world.ada(), world.edna, id).await.unwrap();
        }
        assert!(!world.may_act(world.edna).await);
        assert_eq!(world.seen(id).await.standing.reason, Reason::DeactivatedChange);
        assert_eq!(world.count(world.edna, Action::CarerEnded).await, 1);
        assert_eq!(world.told().await, ["ada@example.org", "edna@example.org"]);
    }

    async fn a_last_day_is_the_last_and_access_can_be_taken_up_again(place: &Place) {
        let world = World::new(place).await;
        let id = world.acting().await;
        let (carers, edna) = (&world.services.carers, world.edna());
        let form = ChangeForm { scopes: "APPT".into(), ends_on: parts(world.today()), version: 2, ..ChangeForm::default() };
        carers.change(&edna, world.edna, id, &form).await.unwrap();
        assert!(world.may_act(world.edna).await);
        world.advance_days(1);
        // Before any rule has run.
        assert!(!world.may_act(world.edna).await);
        assert_eq!(world.seen(id).await.stage, CarerStage::Over);
        carers.run_rules(&domain::access::Actor::System).await.unwrap();
        assert_eq!(world.seen(id).await.standing.reason, Reason::DeactivatedEndDate);
        let past = ResumeForm { ends_on: parts(world.today() - chrono::Days::new(3)) };
        assert_eq!(fields(carers.resume(&edna, world.edna, id, &past).await), ["ends_on"]);
        carers.resume(&edna, world.edna, id, &ResumeForm::default()).await.unwrap();
        assert!(world.may_act(world.edna).await);
        assert_eq!(world.seen(id).await.ends_on, None);
        // A clock that is set back opens nothing before the first day.
        world.advance_days(-2);
        assert!(!world.may_act(world.edna).await);
    }
}
