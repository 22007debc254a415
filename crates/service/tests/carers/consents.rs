//! Relationships as programs read and change them: the same states, the same words kept from the same people.

use crate::carers::world::*;
use chrono::{Days, NaiveDate};
use domain::RelationshipId;
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::relationship::{By, Reason, Standing, Status};
use domain::team::WorkKind;
use fhir::consent::{Change, Fault};
use serde_json::{Value, json};
use service::{CarerDecision, CarerRefusal, ConsentSeen, OrganisationKind, ServiceError, StaffForm};
use testkit::Place;

const BORN: [&str; 3] = ["27", "3", "1948"];

fn to(status: Status, reason: Reason) -> Change {
    Change { status: Some(status), reason: Some(reason), ..Change::default() }
}

fn why(seen: &ConsentSeen) -> Option<&str> {
    let extensions = seen.resource.get("extension")?.as_array()?;
    extensions.iter().find_map(|one| one["valueCodeableConcept"]["coding"][0]["code"].as_str())
}

fn fault(outcome: &Result<i32, CarerRefusal>) -> Option<Fault> {
    outcome.as_ref().err().map(CarerRefusal::fault)
}

/// Ada has asked to act for Edna, who could agree to it herself.
async fn applied(world: &World) -> RelationshipId {
    let carers = &world.services.carers;
    carers.apply(&world.ada(), &world.application(EDNA, BORN, "Hughes", "consent")).await.unwrap();
    world.mail().await;
    carers.of_person(&world.edna(), world.edna).await.unwrap()[0].id
}

/// Puts a relationship where it would be, had somebody brought it there.
async fn stand(place: &Place, id: RelationshipId, at: Standing, by: &str) {
    let id = place.id_in_sql(id.as_uuid());
    let (status, reason) = (at.status.code(), at.reason.code());
    place
        .alter(&format!(
            "UPDATE relationship SET status = '{status}', reason = '{reason}', reason_text = NULL, ends_on = NULL, \
             decided_on = '2026-11-01' WHERE id = {id}; \
             UPDATE relationship_change SET status = '{status}', reason = '{reason}', by_whom = '{by}' \
             WHERE relationship_id = {id} AND seq = (SELECT version FROM relationship WHERE id = {id});"
        ))
        .await;
}

/// One of each kind of state, as the table of changes tells them apart.
fn states() -> Vec<Standing> {
    let at = |status, reason| Standing { status, reason };
    vec![
        at(Status::Proposed, Reason::ApplicationSubmitted),
        at(Status::Active, Reason::RoleActivated),
        at(Status::Rejected, Reason::RejectedNotNeeded),
        at(Status::Inactive, Reason::Suspended),
        at(Status::Inactive, Reason::DeactivatedEndDate),
        at(Status::Inactive, Reason::DeactivatedSafeguarding),
        at(Status::Inactive, Reason::DeactivatedChange),
        at(Status::EnteredInError, Reason::Other),
    ]
}

testkit::both_engines! {
    async fn every_change_is_answered_as_the_table_of_changes_decides(place: &Place) {
        let world = World::new(place).await;
        let id = applied(&world).await;
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        let mut made = 0;
        for (by, actor) in [(By::Practice, gp), (By::Person, world.edna()), (By::Carer, world.ada())] {
            for from in states() {
                stand(place, id, from, "person").await;
                for status in Status::ALL {
                    for reason in Reason::ALL {
                        let to = Standing { status: *status, reason: *reason };
                        let text = (*reason == Reason::Other).then(|| "because".to_owned());
                        let expected = match from.change(to, text.as_deref(), by) {
                            // Where it stands already, as far as they know, there is nothing to change.
                            _ if to == from && text.is_none() && (by != By::Carer || from.is_open()) => None,
                            // Not by the carer here: an invitation needs its code, and an application is taken back where it was made.
                            Ok(_) if by == By::Carer && *reason != Reason::DeactivatedChange => Some(Fault::Forbidden),
                            outcome => outcome.err().map(|error| CarerRefusal::from(error).fault()),
                        };
                        let change = Change { text, ..crate::carers::consents::to(*status, *reason) };
                        let done = world.services.carers.patch_consent(&actor, id, None, change).await;
                        assert_eq!(fault(&done), expected, "{by:?} {from:?} to {to:?}: {done:?}");
                        if let Ok(version) = done {
                            let seen = world.services.carers.consent(&world.edna(), id).await.unwrap();
                            assert_eq!((seen.status, seen.version), (*status, version), "{by:?} {from:?} to {to:?}");
                            stand(place, id, from, "person").await;
                            made += 1;
                        }
                    }
                }
            }
        }
        assert!(made > 60, "{made}");
        world.verify().await;
    }

    async fn the_person_stops_starts_and_ends_as_on_the_pages(place: &Place) {
        let world = World::new(place).await;
        let id = world.acting().await;
        let (carers, edna) = (&world.services.carers, world.edna());
        let seen = carers.consent(&edna, id).await.unwrap();
        assert_eq!((seen.status, why(&seen)), (Status::Active, Some("ROLE_ACTIVATED")));
        assert_eq!(seen.resource["patient"]["identifier"]["value"], EDNA);
        assert_eq!(seen.resource["performer"], json!([{ "display": "Ada Stone" }]));
        let stop = to(Status::Inactive, Reason::Suspended);
        let stopped = carers.patch_consent(&edna, id, Some(vec![seen.version]), stop.clone()).await.unwrap();
        assert_eq!(stopped, seen.version + 1);
        assert!(!world.may_act(world.edna).await);
        // The answer got lost, and it is sent again with the version from before.
        assert_eq!(carers.patch_consent(&edna, id, Some(vec![seen.version]), stop.clone()).await.unwrap(), stopped);
        assert_eq!(world.count(world.edna, Action::CarerSuspended).await, 1);
        assert_eq!(world.told().await, ["ada@example.org", "edna@example.org"]);
        // Something else, with the version from before.
        let start = Change { ends_on: Some(Some(world.today() + Days::new(9))), ..to(Status::Active, Reason::RoleReactivated) };
        let late = carers.patch_consent(&edna, id, Some(vec![seen.version]), start.clone()).await;
        assert_eq!(fault(&late), Some(Fault::Stale));
        carers.patch_consent(&edna, id, Some(vec![stopped]), start).await.unwrap();
        assert!(world.may_act(world.edna).await);
        assert_eq!(world.seen(id).await.ends_on, Some(world.today() + Days::new(9)));
        carers.patch_consent(&edna, id, None, to(Status::Inactive, Reason::DeactivatedPatientRequest)).await.unwrap();
        assert!(!world.may_act(world.edna).await);
        assert_eq!(world.seen(id).await.standing.reason, Reason::DeactivatedPatientRequest);
        assert_eq!(world.count(world.edna, Action::CarerEnded).await, 1);
        let again = carers.patch_consent(&edna, id, None, to(Status::Active, Reason::RoleReactivated)).await;
        assert_eq!(fault(&again), Some(Fault::StateTransition));
        world.verify().await;
    }

    async fn a_last_day_is_set_and_taken_away(place: &Place) {
        let world = World::new(place).await;
        let id = world.acting().await;
        let (carers, edna) = (&world.services.carers, world.edna());
        let until = |last: Option<NaiveDate>| Change { ends_on: Some(last), ..Change::default() };
        let last = world.today() + Days::new(30);
        for _ in 0..2 {
            carers.patch_consent(&edna, id, None, until(Some(last))).await.unwrap();
        }
        assert_eq!(world.count(world.edna, Action::CarerChanged).await, 1);
        let seen = carers.consent(&edna, id).await.unwrap();
        assert_eq!(seen.resource["provision"]["period"]["end"], last.to_string());
        for wrong in [world.today() - Days::new(1), world.today() + Days::new(40 * 366)] {
            let refused = carers.patch_consent(&edna, id, None, until(Some(wrong))).await;
            assert_eq!(fault(&refused), Some(Fault::EndDate));
            assert!(refused.unwrap_err().words().unwrap().contains("last day"));
        }
        let refused = carers.patch_consent(&world.ada(), id, None, until(None)).await;
        assert_eq!(fault(&refused), Some(Fault::Forbidden));
        let ending = Change { ends_on: Some(None), ..to(Status::Inactive, Reason::Suspended) };
        assert_eq!(fault(&carers.patch_consent(&edna, id, None, ending).await), Some(Fault::EndDate));
        carers.patch_consent(&edna, id, None, until(None)).await.unwrap();
        assert_eq!(world.seen(id).await.ends_on, None);
    }

    async fn the_carer_reads_and_gives_up_and_then_knows_no_more_who_it_was(place: &Place) {
        let world = World::new(place).await;
        let id = world.acting().await;
        let (carers, ada) = (&world.services.carers, world.ada());
        let seen = carers.consent(&ada, id).await.unwrap();
        assert_eq!(seen.resource["patient"]["display"], "Edna Hughes");
        assert_eq!(seen.resource["performer"][0]["identifier"]["value"], ADA);
        assert!(!seen.resource.to_string().contains(EDNA));
        let refused = carers.patch_consent(&ada, id, None, to(Status::Inactive, Reason::DeactivatedPatientRequest)).await;
        assert_eq!(fault(&refused), Some(Fault::Forbidden));
        for _ in 0..2 {
            carers.patch_consent(&ada, id, None, to(Status::Inactive, Reason::DeactivatedChange)).await.unwrap();
        }
        assert!(!world.may_act(world.edna).await);
        assert_eq!(world.count(world.edna, Action::CarerEnded).await, 1);
        assert_eq!(world.told().await, ["ada@example.org", "edna@example.org"]);
        let seen = carers.consent(&ada, id).await.unwrap();
        assert_eq!((seen.status, why(&seen)), (Status::Inactive, Some("ROLE_DEACTIVATED_CHANGE_IN_RELATIONSHIP")));
        assert!(!seen.resource.to_string().contains("Hughes"));
        world.verify().await;
    }

    async fn why_somebody_else_ended_it_is_told_to_nobody_and_cannot_be_tried_out(place: &Place) {
        let world = World::new(place).await;
        let id = applied(&world).await;
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        let (carers, edna, ada) = (&world.services.carers, world.edna(), world.ada());
        carers.patch_consent(&gp, id, None, to(Status::Active, Reason::RoleActivated)).await.unwrap();
        let text = Some("a concern".to_owned());
        let stop = Change { text, ..to(Status::Inactive, Reason::DeactivatedSafeguarding) };
        carers.patch_consent(&gp, id, None, stop.clone()).await.unwrap();
        for reader in [&edna, &ada] {
            let seen = carers.consent(reader, id).await.unwrap();
            assert_eq!((seen.status, why(&seen)), (Status::Inactive, None));
            assert!(!seen.resource.to_string().contains("concern"));
            for reason in [Reason::DeactivatedSafeguarding, Reason::DeactivatedMisuse] {
                let tried = carers.patch_consent(reader, id, None, to(Status::Inactive, reason)).await;
                assert_eq!(fault(&tried), Some(Fault::StateTransition), "{reason:?}");
            }
        }
        let seen = carers.consent(&gp, id).await.unwrap();
        assert_eq!(why(&seen), Some("ROLE_DEACTIVATED_SAFEGUARDING"));
        assert!(seen.resource.to_string().contains("a concern"));
        // The second press of the practice.
        carers.patch_consent(&gp, id, None, stop).await.unwrap();
        assert_eq!(world.count(world.edna, Action::CarerEnded).await, 1);
        // What the person ended, the carer is not told either.
        let id = world.acting().await;
        carers.patch_consent(&edna, id, None, to(Status::Inactive, Reason::DeactivatedPatientRequest)).await.unwrap();
        assert_eq!(why(&carers.consent(&ada, id).await.unwrap()), None);
        assert_eq!(why(&carers.consent(&edna, id).await.unwrap()), Some("ROLE_DEACTIVATED_PATIENT_REQUEST"));
        world.verify().await;
    }

    async fn an_application_is_decided_by_the_practice_and_shown_to_the_applicant_only_then(place: &Place) {
        let world = World::new(place).await;
        let id = applied(&world).await;
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        let (carers, ada) = (&world.services.carers, world.ada());
        not_found(carers.consent(&ada, id).await);
        let withdrawn = carers.patch_consent(&ada, id, None, to(Status::Inactive, Reason::ApplicationWithdrawn)).await;
        assert_eq!(fault(&withdrawn), Some(Fault::NotFound));
        assert!(carers.consents(&ada, Some(world.ada)).await.unwrap().is_empty());
        let seen = carers.consent(&gp, id).await.unwrap();
        assert_eq!((seen.status, why(&seen)), (Status::Proposed, Some("APPLICATION_SUBMITTED")));
        assert_eq!(seen.resource["performer"][0]["identifier"]["value"], ADA);
        let allow = |code: &str| Change { grantor: Some(code.to_owned()), ..to(Status::Active, Reason::RoleActivated) };
        assert_eq!(fault(&carers.patch_consent(&gp, id, None, allow("B1")).await), Some(Fault::GrantorValue));
        let refuse = to(Status::Rejected, Reason::RejectedNoConsent);
        carers.patch_consent(&gp, id, None, refuse).await.unwrap();
        assert!(world.services.work.list(&gp).await.unwrap().is_empty());
        not_found(carers.consent(&ada, id).await);
        // They think again: it waits once more.
        carers.patch_consent(&gp, id, None, to(Status::Proposed, Reason::ApplicationResubmitted)).await.unwrap();
        let waiting = world.services.work.list(&gp).await.unwrap();
        assert_eq!((waiting[0].kind, waiting[0].about), (WorkKind::CarerApplication, id.as_uuid()));
        carers.patch_consent(&gp, id, None, allow("a81001")).await.unwrap();
        assert!(world.may_act(world.edna).await && world.services.work.list(&gp).await.unwrap().is_empty());
        assert_eq!(carers.consent(&ada, id).await.unwrap().status, Status::Active);
        // Stopped for a review, it waits again.
        carers.patch_consent(&gp, id, None, to(Status::Inactive, Reason::Suspended)).await.unwrap();
        assert_eq!(world.services.work.list(&gp).await.unwrap().len(), 1);
        let other = Change { text: None, ..to(Status::Inactive, Reason::Other) };
        assert_eq!(fault(&carers.patch_consent(&gp, id, None, other).await), Some(Fault::FreeText));
        let wrong = Change { text: Some("the wrong Edna".to_owned()), ..to(Status::EnteredInError, Reason::Other) };
        carers.patch_consent(&gp, id, None, wrong).await.unwrap();
        assert_eq!(world.seen(id).await.standing.status, Status::EnteredInError);
        world.verify().await;
    }

    async fn what_the_practice_decided_the_person_only_stops(place: &Place) {
        let world = World::new(place).await;
        let (carers, edna) = (&world.services.carers, world.edna());
        carers.apply(&world.ada(), &world.application(EDNA, BORN, "Hughes", "best-interest")).await.unwrap();
        let id = carers.of_person(&edna, world.edna).await.unwrap()[0].id;
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        carers.patch_consent(&gp, id, None, to(Status::Active, Reason::RoleActivated)).await.unwrap();
        let refused = carers.patch_consent(&edna, id, None, to(Status::Inactive, Reason::DeactivatedPatientRequest)).await;
        assert_eq!(fault(&refused), Some(Fault::Forbidden));
        assert!(refused.unwrap_err().words().unwrap().starts_with("Your practice decided this"));
        carers.patch_consent(&edna, id, None, to(Status::Inactive, Reason::Suspended)).await.unwrap();
        assert_eq!(world.services.work.list(&gp).await.unwrap().len(), 1);
        carers.patch_consent(&gp, id, None, to(Status::Active, Reason::RoleReactivated)).await.unwrap();
        // What the practice stopped the person cannot start.
        let (seen, _) = carers.for_decision(&gp, world.edna, id).await.unwrap();
        carers.decide(&gp, world.edna, id, seen.version, CarerDecision::Suspend).await.unwrap();
        let started = carers.patch_consent(&edna, id, None, to(Status::Active, Reason::RoleReactivated)).await;
        assert_eq!(fault(&started), Some(Fault::Forbidden));
        // The practice sets until when.
        let last = world.today() + Days::new(60);
        carers.patch_consent(&gp, id, None, Change { ends_on: Some(Some(last)), ..Change::default() }).await.unwrap();
        assert_eq!(world.seen(id).await.ends_on, Some(last));
    }

    async fn nobody_else_reads_or_changes_anything(place: &Place) {
        let world = World::new(place).await;
        let id = applied(&world).await;
        let (carers, stop) = (&world.services.carers, to(Status::Active, Reason::RoleActivated));
        let other = world.services.organisations.ensure(&Actor::Operator, "B1", "Hill Clinic", OrganisationKind::Community).await.unwrap();
        let elsewhere = world.staff("elsewhere@example.org", "clinician", &other).await;
        let desk = world.staff("desk@example.org", "reception", &world.practice).await;
        let stranger = citizen(world.account("stranger@example.org", None).await);
        for actor in [&stranger, &elsewhere, &desk] {
            not_found(carers.consent(actor, id).await);
            assert_eq!(fault(&carers.patch_consent(actor, id, None, stop.clone()).await), Some(Fault::NotFound));
            let nothing = RelationshipId::from_uuid(uuid::Uuid::from_u128(7));
            not_found(carers.consent(actor, nothing).await);
            assert_eq!(fault(&carers.patch_consent(actor, nothing, None, stop.clone()).await), Some(Fault::NotFound));
            not_found(carers.consents(actor, Some(world.edna)).await);
            assert!(carers.consents(actor, None).await.unwrap().is_empty());
        }
        for (actor, expected) in [(Actor::Nobody, Fault::AccessDenied), (Actor::Operator, Fault::AccessDenied), (first_step(world.edna_account), Fault::Forbidden)] {
            assert_eq!(fault(&carers.patch_consent(&actor, id, None, stop.clone()).await), Some(expected));
            assert!(matches!(carers.consent(&actor, id).await, Err(ServiceError::NotSignedIn | ServiceError::NeedsSecondStep)));
        }
        // Nor does somebody at work decide about themselves.
        let form = StaffForm { email: "ada@example.org".into(), name: "Ada Stone".into(), job: "GP".into(), role: "clinician".into() };
        let member = world.services.care_team.add(&Actor::Operator, world.practice.id, &form).await.unwrap();
        let ada = Actor::Staff { id: world.ada_account, assurance: Assurance::SecondStep, member };
        assert_eq!(fault(&carers.patch_consent(&ada, id, None, stop).await), Some(Fault::Forbidden));
        assert!(!world.may_act(world.edna).await);
        world.verify().await;
    }

    async fn a_list_holds_those_about_the_reader_and_those_of_the_reader(place: &Place) {
        let world = World::new(place).await;
        let id = world.acting().await;
        let carers = &world.services.carers;
        let before = world.count(world.edna, Action::Read).await;
        let ids = |found: &[ConsentSeen]| found.iter().map(|seen| seen.resource["id"].clone()).collect::<Vec<Value>>();
        let own = carers.consents(&world.edna(), Some(world.edna)).await.unwrap();
        assert_eq!(ids(&own), [json!(id.to_string())]);
        for _ in 0..2 {
            let cared = carers.consents(&world.ada(), Some(world.ada)).await.unwrap();
            assert_eq!(ids(&cared), [json!(id.to_string())]);
            assert_eq!(cared[0].resource["patient"]["display"], "Edna Hughes");
        }
        // Edna's own look, and that her name stood in Ada's list, once a day; each count is a look too.
        assert_eq!(world.count(world.edna, Action::Read).await, before + 1 + 2);
        carers.consent(&world.ada(), id).await.unwrap();
        assert_eq!(world.count(world.edna, Action::Read).await, before + 2 + 3);
        // Another person's is not asked for by naming them.
        not_found(carers.consents(&world.ada(), Some(world.edna)).await);
        world.verify().await;
    }
}
