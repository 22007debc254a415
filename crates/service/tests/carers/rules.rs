//! What happens by itself.

use crate::carers::world::*;
use domain::access::Actor;
use domain::audit::Action;
use domain::relationship::Reason;
use service::{CarerDecision, CarerTerms, OrganisationKind, RulesDone, ServiceError};
use testkit::Place;

async fn run(world: &World) -> RulesDone {
    world.services.carers.run_rules(&Actor::System).await.unwrap()
}

const NOTHING: RulesDone = RulesDone { told: 0, stopped: 0, ended: 0 };

testkit::both_engines! {
    async fn nothing_is_done_without_need_and_only_the_service_does_it(place: &Place) {
        let world = World::new(place).await;
        world.acting().await;
        assert_eq!(run(&world).await, NOTHING);
        for actor in [world.edna(), world.ada()] {
            not_found(world.services.carers.run_rules(&actor).await);
        }
        let nobody = world.services.carers.run_rules(&Actor::Nobody).await;
        assert!(matches!(nobody, Err(ServiceError::NotSignedIn)));
    }

    async fn an_invitation_that_nobody_took_up_is_taken_back(place: &Place) {
        let world = World::new(place).await;
        let (invited, _) = world.invite().await;
        world.advance_days(7);
        assert_eq!(run(&world).await, NOTHING);
        world.advance_days(1);
        assert_eq!(run(&world).await, RulesDone { ended: 1, ..NOTHING });
        assert_eq!(world.seen(invited.relationship).await.standing.reason, Reason::ApplicationWithdrawn);
        assert_eq!(world.told().await, Vec::<String>::new());
        assert_eq!(run(&world).await, NOTHING);
        world.verify().await;
    }

    async fn what_is_not_used_for_five_years_ends_and_both_are_told_before(place: &Place) {
        let world = World::new(place).await;
        let id = world.acting().await;
        assert!(world.may_act(world.edna).await);
        world.advance_days(5 * 365 + 1 - 91);
        assert_eq!(run(&world).await, NOTHING);
        world.advance_days(1);
        assert_eq!(run(&world).await, RulesDone { told: 1, ..NOTHING });
        assert_eq!(world.told().await, ["ada@example.org", "edna@example.org"]);
        world.advance_days(90);
        assert_eq!(run(&world).await, RulesDone { ended: 1, ..NOTHING });
        assert_eq!(world.seen(id).await.standing.reason, Reason::DeactivatedUnused);
        assert_eq!(world.count(world.edna, Action::CarerEnded).await, 1);
        world.verify().await;
    }

    async fn a_death_ends_it(place: &Place) {
        let world = World::new(place).await;
        let id = world.acting().await;
        world.advance_days(1);
        let practice = world.practice.clone();
        world.person(&practice, ADA, "Stone", "Ada", "1980-05-02", true).await;
        assert_eq!(run(&world).await, RulesDone { ended: 1, ..NOTHING });
        assert_eq!(world.seen(id).await.standing.reason, Reason::DeactivatedProxyDeceased);
    }

    async fn the_persons_death_ends_what_waits_too(place: &Place) {
        let world = World::new(place).await;
        world.services.carers.apply(&world.ada(), &world.application(EDNA, ["27", "3", "1948"], "Hughes", "consent")).await.unwrap();
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        assert_eq!(world.services.work.list(&gp).await.unwrap().len(), 1);
        world.advance_days(1);
        let practice = world.practice.clone();
        world.person(&practice, EDNA, "Hughes", "Edna", "1948-03-27", true).await;
        assert_eq!(run(&world).await, RulesDone { ended: 1, ..NOTHING });
        assert!(world.services.work.list(&gp).await.unwrap().is_empty());
        let seen = world.services.carers.of_person(&world.edna(), world.edna).await.unwrap();
        assert_eq!(seen[0].standing.reason, Reason::DeactivatedPatientDeceased);
    }

    async fn a_move_to_another_practice_ends_what_the_first_one_decided_and_not_what_the_person_did(place: &Place) {
        let world = World::new(place).await;
        let agreed = world.acting().await;
        let bea = world.person(&world.practice.clone(), CHILD, "Holt", "Bea", "1975-01-02", false).await;
        let bea = citizen(world.account("bea@example.org", Some(bea)).await);
        world.services.carers.apply(&bea, &world.application(EDNA, ["27", "3", "1948"], "Hughes", "consent")).await.unwrap();
        let seen = world.services.carers.of_person(&world.edna(), world.edna).await.unwrap();
        let decided = seen.iter().find(|one| one.applied).unwrap().id;
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        let terms = CarerTerms {
            scopes: "APPT".parse().unwrap(),
            labels: "general".parse().unwrap(),
            ends_on: None,
            review_on: Some(world.today() + chrono::Days::new(200)),
        };
        world.services.carers.decide(&gp, world.edna, decided, 1, CarerDecision::Activate(terms)).await.unwrap();
        world.advance_days(1);
        assert_eq!(run(&world).await, NOTHING);
        let ensured = world.services.organisations.ensure(&Actor::Operator, "C1", "Hill Surgery", OrganisationKind::Practice);
        world.person(&ensured.await.unwrap(), EDNA, "Hughes", "Edna", "1948-03-27", false).await;
        assert_eq!(run(&world).await, RulesDone { ended: 1, ..NOTHING });
        assert_eq!(world.seen(decided).await.standing.reason, Reason::DeactivatedPatientMoved);
        assert_eq!(world.seen(agreed).await.standing.reason, Reason::RoleActivated);
        world.verify().await;
    }

    /// The hourly rules tell both and write the history; what they would end is closed on its day without them.
    async fn what_a_rule_will_end_is_closed_before_the_rules_have_run(place: &Place) {
        let world = World::new(place).await;
        world.acting().await;
        assert!(world.may_act(world.edna).await);
        let bea = world.person(&world.practice.clone(), CHILD, "Hughes", "Bea", "2011-11-05", false).await;
        let form = world.application(CHILD, ["5", "11", "2011"], "Hughes", "parental-responsibility");
        world.services.carers.apply(&world.ada(), &form).await.unwrap();
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        let item = world.services.work.list(&gp).await.unwrap().remove(0);
        let terms = CarerTerms {
            scopes: "RECRD".parse().unwrap(),
            labels: "general".parse().unwrap(),
            ends_on: None,
            review_on: None,
        };
        let id = domain::RelationshipId::from_uuid(item.about);
        world.services.carers.decide(&gp, bea, id, 1, CarerDecision::Activate(terms)).await.unwrap();
        assert!(world.may_act(bea).await);
        assert_eq!(world.services.carers.cared_for(&world.ada()).await.unwrap().iter().filter(|one| one.in_force).count(), 2);
        // Bea is 15 until the fourth of November 2027.
        world.advance_days(365);
        assert!(world.may_act(bea).await);
        world.advance_days(2);
        assert!(!world.may_act(bea).await);
        not_found(world.services.records.overview(&world.ada(), bea).await);
        let names: Vec<_> = world.services.carers.cared_for(&world.ada()).await.unwrap().into_iter().filter_map(|one| one.name).collect();
        assert_eq!(names, ["Edna Hughes"]);
        let practice = world.practice.clone();
        world.person(&practice, EDNA, "Hughes", "Edna", "1948-03-27", true).await;
        assert!(!world.may_act(world.edna).await);
        assert_eq!(run(&world).await.ended, 2);
    }

    async fn two_servers_at_once_do_each_thing_once(place: &Place) {
        let world = World::new(place).await;
        world.acting().await;
        world.advance_days(6 * 365);
        let runs = (0..4).map(|_| {
            let services = world.services.clone();
            tokio::spawn(async move { services.carers.run_rules(&Actor::System).await })
        });
        let mut ended = 0;
        for one in runs.collect::<Vec<_>>() {
            // Of two that meet over one relationship, one is told to try again.
            ended += one.await.unwrap().map_or(0, |done| done.ended);
        }
        assert_eq!(ended, 1);
        assert_eq!(world.count(world.edna, Action::CarerEnded).await, 1);
        assert_eq!(run(&world).await, NOTHING);
    }
}
