//! Asking to act for somebody, and the practice's decision.

use crate::carers::world::*;
use chrono::Days;
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::relationship::{Reason, Status};
use domain::scope::{Labels, Scopes};
use service::{
    ApplicationState, ApplyForm, CarerDecision, CarerStage, CarerTerms, ChangeForm, OrganisationKind, ResumeForm, ServiceError,
    StaffForm,
};
use testkit::Place;

fn terms(scopes: &str) -> CarerDecision {
    CarerDecision::Activate(CarerTerms { scopes: scopes.parse().unwrap(), labels: Labels::all(), ends_on: None, review_on: None })
}

fn refuse(reason: Reason, text: Option<&str>) -> CarerDecision {
    CarerDecision::Reject { reason, text: text.map(str::to_owned) }
}

const BORN: [&str; 3] = ["27", "3", "1948"];

testkit::both_engines! {
    async fn an_application_is_decided_by_the_persons_practice(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        let form = world.application("999 000 0018", BORN, "hughes", "best-interest");
        for _ in 0..2 {
            carers.apply(&world.ada(), &form).await.unwrap();
        }
        assert_eq!(world.told().await, ["edna@example.org"]);
        let seen = &carers.of_person(&world.edna(), world.edna).await.unwrap()[0];
        assert_eq!((seen.name.as_str(), seen.stage, seen.practice.as_deref()), ("Ada Stone", CarerStage::Applied, Some("Riverside Surgery")));
        assert!(!world.may_act(world.edna).await && carers.cared_for(&world.ada()).await.unwrap().is_empty());
        let id = seen.id;
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        let waiting = world.services.work.list(&gp).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].about), (1, id.as_uuid()));
        let (seen, history) = carers.for_decision(&gp, world.edna, id).await.unwrap();
        assert_eq!(history[0].text.as_deref(), Some("I book for them"));
        let empty = CarerDecision::Activate(CarerTerms { scopes: Scopes::NONE, labels: Labels::NONE, ends_on: None, review_on: None });
        assert_eq!(fields(carers.decide(&gp, world.edna, id, seen.version, empty).await), ["scopes"]);
        for _ in 0..2 {
            carers.decide(&gp, world.edna, id, seen.version, terms("APPT")).await.unwrap();
        }
        assert_eq!(world.told().await, ["ada@example.org", "edna@example.org"]);
        assert!(world.services.work.list(&gp).await.unwrap().is_empty());
        assert!(world.may_act(world.edna).await);
        assert_eq!(carers.applications(&world.ada()).await.unwrap()[0].state, ApplicationState::Allowed);
        assert_eq!(world.count(world.edna, Action::CarerAllowed).await, 1);
        // Decided otherwise in another tab.
        assert_eq!(fields(carers.decide(&gp, world.edna, id, seen.version, refuse(Reason::RejectedNotNeeded, None)).await), [""]);
        world.verify().await;
    }

    async fn the_answer_is_the_same_whether_or_not_there_is_such_a_person(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        let forms = [
            world.application(EDNA, BORN, "Hughes", "consent"),
            world.application(EDNA, BORN, "Hugo", "consent"),
            world.application(EDNA, ["28", "3", "1948"], "Hughes", "consent"),
            world.application("9990000042", BORN, "Hughes", "consent"),
        ];
        for form in &forms {
            carers.apply(&world.ada(), form).await.unwrap();
        }
        let seen = carers.applications(&world.ada()).await.unwrap();
        assert!(seen.len() == 4 && seen.iter().all(|one| one.state == ApplicationState::Waiting && one.relation == "mother"));
        assert_eq!(world.count(world.edna, Action::CarerProposed).await, 1);
        // The sixth in a day.
        carers.apply(&world.ada(), &world.application(EDNA, BORN, "Hughes", "consent")).await.unwrap();
        let sixth = carers.apply(&world.ada(), &world.application(EDNA, BORN, "Hughes", "consent")).await;
        assert!(matches!(sixth, Err(ServiceError::TooMany(_))));
        assert_eq!(carers.of_person(&world.edna(), world.edna).await.unwrap().len(), 1);
        // Each is taken back alike.
        for one in carers.applications(&world.ada()).await.unwrap() {
            for _ in 0..2 {
                carers.withdraw(&world.ada(), one.id).await.unwrap();
            }
        }
        assert!(carers.applications(&world.ada()).await.unwrap().iter().all(|one| one.state == ApplicationState::Over));
        assert_eq!(world.count(world.edna, Action::CarerRefused).await, 1);
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        assert!(world.services.work.list(&gp).await.unwrap().is_empty());
        not_found(carers.withdraw(&world.edna(), seen[0].id).await);
        world.verify().await;
    }

    async fn a_refusal_tells_neither_why(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        carers.apply(&world.ada(), &world.application(EDNA, BORN, "Hughes", "consent")).await.unwrap();
        let id = carers.of_person(&world.edna(), world.edna).await.unwrap()[0].id;
        world.mail().await;
        let gp = world.staff("gp@example.org", "manager", &world.practice).await;
        assert_eq!(fields(carers.decide(&gp, world.edna, id, 1, refuse(Reason::Other, None)).await), ["text"]);
        let unfit = refuse(Reason::DeactivatedMisuse, None);
        assert_eq!(fields(carers.decide(&gp, world.edna, id, 1, unfit).await), [""]);
        carers.decide(&gp, world.edna, id, 1, refuse(Reason::RejectedSafeguarding, Some("a concern"))).await.unwrap();
        let mail = world.mail().await;
        assert_eq!(mail.len(), 2);
        let (seen, history) = carers.one(&world.edna(), world.edna, id).await.unwrap();
        assert_eq!(seen.stage, CarerStage::Refused);
        let told = format!("{mail:?} {:?}", history.iter().map(|change| &change.text).collect::<Vec<_>>());
        assert!(!told.contains("concern") && !told.to_lowercase().contains("safeguarding"));
        let (_, history) = carers.for_decision(&gp, world.edna, id).await.unwrap();
        assert_eq!(history[1].text.as_deref(), Some("a concern"));
        // They may ask again.
        carers.apply(&world.ada(), &world.application(EDNA, BORN, "Hughes", "consent")).await.unwrap();
        assert_eq!(carers.of_person(&world.edna(), world.edna).await.unwrap().len(), 2);
    }

    async fn of_two_who_allow_differently_the_second_is_told_that_it_was_decided(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        carers.apply(&world.ada(), &world.application(EDNA, BORN, "Hughes", "consent")).await.unwrap();
        let id = carers.of_person(&world.edna(), world.edna).await.unwrap()[0].id;
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        let manager = world.staff("manager@example.org", "manager", &world.practice).await;
        carers.decide(&gp, world.edna, id, 1, terms("APPT")).await.unwrap();
        assert_eq!(fields(carers.decide(&manager, world.edna, id, 1, terms("APPT RECRD")).await), [""]);
        carers.decide(&manager, world.edna, id, 1, terms("APPT")).await.unwrap();
        assert_eq!(world.seen(id).await.scopes.to_string(), "APPT");
        assert_eq!(world.count(world.edna, Action::CarerAllowed).await, 1);
    }

    async fn a_reason_that_cannot_be_kept_is_sent_back(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        carers.apply(&world.ada(), &world.application(EDNA, BORN, "Hughes", "consent")).await.unwrap();
        let id = carers.of_person(&world.edna(), world.edna).await.unwrap()[0].id;
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        for text in ["a\u{0}b".to_owned(), "x".repeat(1001)] {
            let decided = carers.decide(&gp, world.edna, id, 1, refuse(Reason::Other, Some(&text))).await;
            assert_eq!(fields(decided), ["text"], "{text:?}");
        }
    }

    async fn nobody_else_decides(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        carers.apply(&world.ada(), &world.application(EDNA, BORN, "Hughes", "consent")).await.unwrap();
        let id = carers.of_person(&world.edna(), world.edna).await.unwrap()[0].id;
        let other = world.services.organisations.ensure(&Actor::Operator, "B1", "Hill Clinic", OrganisationKind::Community).await.unwrap();
        // It holds a record of hers too, and still it is not theirs to decide.
        world.person(&other, EDNA, "Hughes", "Edna", "1948-03-27", false).await;
        let actors = [
            world.staff("b@example.org", "clinician", &other).await,
            world.staff("desk@example.org", "reception", &world.practice).await,
            world.staff("privacy@example.org", "privacy-officer", &world.practice).await,
            world.ada(),
            world.edna(),
            Actor::Operator,
        ];
        for actor in actors {
            not_found(carers.decide(&actor, world.edna, id, 1, terms("APPT")).await);
            not_found(carers.for_decision(&actor, world.edna, id).await);
        }
        // Nor does somebody at work decide about themselves.
        let form = StaffForm { email: "ada@example.org".into(), name: "Ada Stone".into(), job: "GP".into(), role: "clinician".into() };
        let member = world.services.care_team.add(&Actor::Operator, world.practice.id, &form).await.unwrap();
        let ada = Actor::Staff { id: world.ada_account, assurance: Assurance::SecondStep, member };
        assert_eq!(fields(carers.decide(&ada, world.edna, id, 1, terms("APPT")).await), [""]);
        assert!(!world.may_act(world.edna).await);
        // The person may say no to what they could agree to themselves, and not yes.
        assert_eq!(fields(carers.resume(&world.edna(), world.edna, id, &ResumeForm::default()).await), [""]);
        carers.end(&world.edna(), world.edna, id).await.unwrap();
        assert_eq!(world.seen(id).await.standing.status, Status::Inactive);
        world.verify().await;
    }

    async fn whoever_asks_is_known_and_does_not_ask_for_themselves(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        let form = world.application(EDNA, BORN, "Hughes", "consent");
        let unlinked = citizen(world.account("x@example.org", None).await);
        assert_eq!(fields(carers.apply(&unlinked, &form).await), [""]);
        assert!(matches!(carers.apply(&first_step(world.ada_account), &form).await, Err(ServiceError::NeedsSecondStep)));
        let own = world.application(ADA, ["2", "5", "1980"], "Stone", "consent");
        assert_eq!(fields(carers.apply(&world.ada(), &own).await), ["nhs_number"]);
        let nothing = carers.apply(&world.ada(), &ApplyForm::default()).await;
        assert_eq!(fields(nothing), ["nhs_number", "birth_date", "family_name", "relation", "legal_basis", "scopes", ""]);
        // One who works somewhere asks as a citizen, not at work.
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        assert!(matches!(carers.apply(&gp, &form).await, Err(ServiceError::NotSignedIn)));
    }

    async fn what_the_practice_decided_for_somebody_they_stop_and_do_not_end(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        carers.apply(&world.ada(), &world.application(EDNA, BORN, "Hughes", "best-interest")).await.unwrap();
        let id = carers.of_person(&world.edna(), world.edna).await.unwrap()[0].id;
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        carers.decide(&gp, world.edna, id, 1, terms("APPT")).await.unwrap();
        let change = ChangeForm { scopes: "APPT TEST".into(), version: 2, ..ChangeForm::default() };
        assert_eq!(fields(carers.change(&world.edna(), world.edna, id, &change).await), [""]);
        assert_eq!(fields(carers.end(&world.edna(), world.edna, id).await), [""]);
        carers.suspend(&world.edna(), world.edna, id).await.unwrap();
        assert!(!world.may_act(world.edna).await);
        // The practice is asked to look, and what it stops the person cannot start.
        assert_eq!(world.services.work.list(&gp).await.unwrap().len(), 1);
        carers.decide(&gp, world.edna, id, 3, terms("APPT")).await.unwrap();
        carers.decide(&gp, world.edna, id, 4, CarerDecision::Suspend).await.unwrap();
        assert!(!world.seen(id).await.may_resume);
        assert_eq!(fields(carers.resume(&world.edna(), world.edna, id, &ResumeForm::default()).await), [""]);
        // A review that ends with no, whichever way it is said.
        for _ in 0..2 {
            carers.decide(&gp, world.edna, id, 5, refuse(Reason::RejectedSafeguarding, None)).await.unwrap();
        }
        assert_eq!(world.seen(id).await.standing.reason, Reason::DeactivatedSafeguarding);
        assert!(world.services.work.list(&gp).await.unwrap().is_empty());
        assert_eq!(world.seen(id).await.stage, CarerStage::Over);
        world.verify().await;
    }

    async fn a_child_a_review_and_the_end_at_16(place: &Place) {
        let world = World::new(place).await;
        let carers = &world.services.carers;
        let child = world.person(&world.practice.clone(), CHILD, "Stone", "Tom", "2015-12-01", false).await;
        carers.apply(&world.ada(), &world.application(CHILD, ["1", "12", "2015"], "Stone", "parental-responsibility")).await.unwrap();
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        let id = domain::RelationshipId::from_uuid(world.services.work.list(&gp).await.unwrap()[0].about);
        carers.decide(&gp, child, id, 1, terms("APPT RECRD")).await.unwrap();
        assert!(world.may_act(child).await);
        world.mail().await;
        let run = async || carers.run_rules(&Actor::System).await.unwrap();
        // 11 on 1 December: told now, once.
        assert_eq!(run().await.told, 1);
        assert_eq!(world.told().await, ["ada@example.org"]);
        assert_eq!(run().await, service::RulesDone::default());
        world.advance_days(28);
        let done = run().await;
        assert_eq!((done.told, done.stopped, done.ended), (0, 1, 0));
        assert!(!world.may_act(child).await);
        assert_eq!(world.services.work.list(&gp).await.unwrap().len(), 1);
        let (seen, _) = carers.for_decision(&gp, child, id).await.unwrap();
        carers.decide(&gp, child, id, seen.version, terms("APPT")).await.unwrap();
        assert!(world.may_act(child).await);
        assert_eq!(run().await, service::RulesDone::default());
        // The clock jumps to the sixteenth birthday, past the notice; she had looked the year before.
        world.advance_days(4 * 365);
        assert!(world.may_act(child).await);
        let sixteen = chrono::NaiveDate::from_ymd_opt(2031, 12, 1).unwrap();
        world.clock.set(sixteen.checked_add_days(Days::new(3)).unwrap().and_hms_opt(4, 0, 0).unwrap().and_utc());
        assert_eq!(run().await.ended, 1);
        assert!(!world.may_act(child).await);
        assert_eq!(run().await, service::RulesDone::default());
        world.verify().await;
    }
}
