//! How somebody is reached, whom to tell and who they are: kept beside what services recorded.

use crate::profile::patient;
use crate::profile::town::{fields, not_found, refused};
use crate::profile::world::World;
use chrono::TimeDelta;
use domain::OrganisationId;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::profile::{Ethnicity, Language, Way};
use domain::team::WorkKind;
use serde_json::json;
use service::{AboutForm, ContactForm, Expected, ImportRequest, NotedBy, OrganisationKind, PeopleForm, SavedPart, WorkItem};
use std::io::Cursor;
use testkit::Place;

/// What she types about how to reach her.
pub fn contact(world: &World, version: i32) -> ContactForm {
    ContactForm {
        address: "14 Mill Lane\r\nOtley".to_owned(),
        postcode: "ls213aa".to_owned(),
        mobile: "+44 7700 900123".to_owned(),
        email: "edna@example.org".to_owned(),
        preferred: "text".to_owned(),
        version: version.to_string(),
        submission: world.new_id(),
        ..ContactForm::default()
    }
}

/// What somebody at work is asked to copy.
async fn waits(world: &World, actor: &Actor) -> Vec<WorkItem> {
    let all = world.town.services.work.list(actor).await.unwrap();
    all.into_iter().filter(|item| item.kind == WorkKind::ContactChange).collect()
}

/// A practice at which nobody would read it.
async fn nobodys(world: &World) -> OrganisationId {
    let organisations = &world.town.services.organisations;
    organisations.ensure(&Actor::Operator, "Y90003", "Far Surgery", OrganisationKind::Practice).await.unwrap().id
}

testkit::both_engines! {
    async fn each_change_is_a_version_beside_what_services_recorded(place: &Place) {
        let world = World::at(place).await;
        let (me, person, side) = (&world.edna.actor, world.edna.person, &world.town.services.profile);
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": patient("1 Old Street") }] });
        let request = ImportRequest { organisation: world.town.practice, expected: Some(Expected::Person(person)) };
        world.town.services.imports.import(&Actor::Operator, Cursor::new(bundle.to_string().into_bytes()), request).await.unwrap();
        let empty = side.details(me, person).await.unwrap();
        assert!(empty.now.saved.is_none() && empty.now.contact.is_empty() && empty.may_change);
        let practice = empty.recorded.iter().find(|one| one.details.iter().any(|detail| detail.value.contains("1 Old Street"))).unwrap();
        assert!(!practice.organisation.is_empty(), "the source is named");

        let form = contact(&world, 0);
        let before = world.events().await;
        for _ in 0..2 {
            side.save_contact(me, person, &form).await.unwrap();
        }
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ProfileChanged, Basis::Own)), "sent twice it is one change");
        let people = PeopleForm {
            people: vec![
                ("Ann Hughes".to_owned(), "daughter".to_owned(), "07700 900456".to_owned(), true),
                (" ".to_owned(), String::new(), String::new(), false),
            ],
            version: "1".to_owned(),
            submission: world.new_id(),
        };
        side.save_people(me, person, &people).await.unwrap();
        let about = AboutForm { ethnicity: "Z".to_owned(), language: "cy".to_owned(), version: "2".to_owned(), submission: world.new_id(), ..AboutForm::default() };
        side.save_about(me, person, &about).await.unwrap();
        let seen = side.details(me, person).await.unwrap();
        assert_eq!(world.last().await, (Action::Read, Basis::Own));
        let now = &seen.now;
        assert_eq!(now.contact.whole_address(), ["14 Mill Lane", "Otley", "LS21 3AA"]);
        assert_eq!((now.contact.preferred, now.ethnicity, now.language), (Some(Way::Text), Some(Ethnicity::NotStated), Some(Language::Welsh)));
        assert_eq!((now.people.len(), now.people[0].relation.as_str(), now.people[0].next_of_kin), (1, "daughter", true));
        assert_eq!(now.saved.map(|(who, _)| who), Some(NotedBy::You));
        assert_eq!(seen.recorded, empty.recorded, "what services recorded is as it was");
        let history = side.details_history(me, person).await.unwrap();
        assert_eq!(history.iter().map(|one| one.part).collect::<Vec<_>>(), [SavedPart::About, SavedPart::People, SavedPart::Contact]);
        assert!(history[2].people.is_empty(), "a version says what was kept then");

        let file = world.downloaded(me, "Patient").await;
        let own: Vec<_> = file.iter().filter(|one| one.pointer("/meta/tag/0/code") == Some(&json!("self-recorded"))).collect();
        assert_eq!(own.len(), 1);
        assert_eq!(own[0].pointer("/address/0/postalCode"), Some(&json!("LS21 3AA")));
        assert_eq!(own[0].pointer("/contact/0/name/text"), Some(&json!("Ann Hughes")));
    }

    async fn what_was_changed_waits_for_the_practice_once_and_until_it_is_copied(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person) = (&world.town, &world.edna.actor, world.edna.person);
        let (side, work) = (&town.services.profile, &town.services.work);
        let events = world.events().await;
        side.save_contact(me, person, &contact(&world, 0)).await.unwrap();
        assert_eq!(world.events().await, events + 1, "asking the practice is a part of it");
        town.advance(TimeDelta::minutes(1));
        let people = PeopleForm {
            people: vec![("Ann Hughes".to_owned(), "daughter".to_owned(), "07700 900456".to_owned(), true)],
            version: "1".to_owned(),
            submission: world.new_id(),
        };
        side.save_people(me, person, &people).await.unwrap();
        let first = waits(&world, &town.reception).await;
        assert_eq!(first.len(), 1, "two changes are one thing to do");
        let (id, version) = (first[0].id, first[0].version);
        let phones = async |reader: &Actor| work.item(reader, id).await.unwrap().phones.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(phones(&town.reception).await, ["07700 900123"], "whoever rings them sees the number");
        let events = world.events().await;
        let found = side.to_copy(&town.reception, id).await.unwrap();
        assert_eq!(world.events().await, events + 1);
        let what: Vec<_> = found.changes.iter().map(|one| one.what).collect();
        assert_eq!(what, ["Address", "Mobile number", "Email for contact", "Best way", "Whom to tell"]);
        assert!(found.changes.iter().all(|one| one.before.is_empty()));
        for other in [&town.officer, &town.stranger, me] {
            not_found(side.to_copy(other, id).await);
        }
        assert_eq!(side.details(me, person).await.unwrap().asked[0].copied_at, None);
        // Whoever looked before the last change has not seen all of it.
        refused(work.done(&town.reception, id, version - 1).await, "", "just changed");
        work.done(&town.reception, id, version).await.unwrap();
        assert!(waits(&world, &town.reception).await.is_empty());
        let asked = side.details(me, person).await.unwrap().asked;
        assert_eq!((asked.len(), asked[0].copied_at.is_some()), (1, true));
        assert!(side.details(&town.reception, person).await.unwrap().asked.is_empty());

        town.advance(TimeDelta::minutes(1));
        side.save_contact(me, person, &contact(&world, 2)).await.unwrap();
        assert!(waits(&world, &town.reception).await.is_empty(), "nothing differs");
        let about = AboutForm { language: "cy".to_owned(), version: "3".to_owned(), submission: world.new_id(), ..AboutForm::default() };
        side.save_about(me, person, &about).await.unwrap();
        assert!(waits(&world, &town.reception).await.is_empty(), "language is no contact detail");
        town.advance(TimeDelta::minutes(1));
        let moved = ContactForm { address: "2 New Road".to_owned(), ..contact(&world, 4) };
        side.save_contact(me, person, &moved).await.unwrap();
        let again = waits(&world, &town.reception).await;
        assert_eq!(again.iter().map(|item| item.id).collect::<Vec<_>>(), [id]);
        let found = side.to_copy(&town.reception, id).await.unwrap();
        assert_eq!(found.changes.len(), 1, "what was copied before is not told again");
        assert_eq!(found.changes[0].before, ["14 Mill Lane", "Otley", "LS21 3AA"]);
        assert_eq!(found.changes[0].now, ["2 New Road", "LS21 3AA"]);
        town.advance(TimeDelta::minutes(1));
        side.save_contact(me, person, &contact(&world, 5)).await.unwrap();
        assert!(side.to_copy(&town.reception, id).await.unwrap().changes.is_empty(), "it was changed back");
    }

    async fn what_waits_goes_along_to_a_new_practice_and_what_was_copied_before_a_change_is_told_no_more(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person) = (&world.town, &world.edna.actor, world.edna.person);
        let (side, work, people) = (&town.services.profile, &town.services.work, &town.services.people);
        side.save_contact(me, person, &contact(&world, 0)).await.unwrap();
        let old = waits(&world, &town.reception).await;
        town.advance(TimeDelta::minutes(1));
        for _ in 0..2 {
            people.register(&Actor::Operator, person, town.other).await.unwrap();
        }
        assert!(waits(&world, &town.reception).await.is_empty(), "the practice that they left has nothing to copy");
        assert!(work.done(&town.reception, old[0].id, old[0].version).await.is_err());
        let new = waits(&world, &town.stranger).await;
        assert_eq!((new.len(), new[0].waiting_since), (1, old[0].waiting_since));
        assert_eq!(side.to_copy(&town.stranger, new[0].id).await.unwrap().changes.len(), 4, "all that waited");
        let told = async || {
            let asked = side.details(me, person).await.unwrap().asked;
            asked.into_iter().map(|one| (one.organisation, one.copied_at.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(told().await, [("Hilltop Practice".to_owned(), false)]);
        work.done(&town.stranger, new[0].id, new[0].version).await.unwrap();
        assert_eq!(told().await, [("Hilltop Practice".to_owned(), true)]);

        // At a practice where nobody uses this, a change goes nowhere: what was copied before is not what counts now.
        let empty = nobodys(&world).await;
        people.register(&Actor::Operator, person, empty).await.unwrap();
        town.advance(TimeDelta::minutes(1));
        let about = AboutForm { language: "cy".to_owned(), version: "1".to_owned(), submission: world.new_id(), ..AboutForm::default() };
        side.save_about(me, person, &about).await.unwrap();
        assert_eq!(told().await, [("Hilltop Practice".to_owned(), true)], "nothing of what is copied changed");
        let moved = ContactForm { address: "2 New Road".to_owned(), ..contact(&world, 2) };
        side.save_contact(me, person, &moved).await.unwrap();
        assert!(told().await.is_empty());
    }

    async fn what_waits_is_not_lost_at_a_practice_where_nobody_would_read_it(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person) = (&world.town, &world.edna.actor, world.edna.person);
        let (side, work, people) = (&town.services.profile, &town.services.work, &town.services.people);
        let empty = nobodys(&world).await;
        side.save_contact(me, person, &contact(&world, 0)).await.unwrap();
        let old = waits(&world, &town.reception).await;
        for practice in [empty, town.other] {
            town.advance(TimeDelta::minutes(1));
            people.register(&Actor::Operator, person, practice).await.unwrap();
            assert!(waits(&world, &town.reception).await.is_empty());
        }
        let new = waits(&world, &town.stranger).await;
        assert_eq!((new.len(), new[0].waiting_since), (1, old[0].waiting_since));
        assert_eq!(side.to_copy(&town.stranger, new[0].id).await.unwrap().changes.len(), 4, "all that waited");
        work.done(&town.stranger, new[0].id, new[0].version).await.unwrap();
        // What was copied since asks for nothing more.
        for practice in [empty, town.practice] {
            town.advance(TimeDelta::minutes(1));
            people.register(&Actor::Operator, person, practice).await.unwrap();
        }
        assert!(waits(&world, &town.reception).await.is_empty());
    }

    async fn what_was_copied_on_the_way_does_not_wait_again_at_a_practice_of_before(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person) = (&world.town, &world.edna.actor, world.edna.person);
        let (side, work, people) = (&town.services.profile, &town.services.work, &town.services.people);
        let empty = nobodys(&world).await;
        side.save_contact(me, person, &contact(&world, 0)).await.unwrap();
        town.advance(TimeDelta::minutes(1));
        people.register(&Actor::Operator, person, town.other).await.unwrap();
        let there = waits(&world, &town.stranger).await;
        work.done(&town.stranger, there[0].id, there[0].version).await.unwrap();
        town.advance(TimeDelta::minutes(1));
        let moved = ContactForm { address: "2 New Road".to_owned(), ..contact(&world, 1) };
        side.save_contact(me, person, &moved).await.unwrap();
        let again = waits(&world, &town.stranger).await;
        for practice in [empty, town.practice] {
            town.advance(TimeDelta::minutes(1));
            people.register(&Actor::Operator, person, practice).await.unwrap();
        }
        let new = waits(&world, &town.reception).await;
        assert_eq!((new.len(), new[0].waiting_since), (1, again[0].waiting_since));
        assert_eq!(side.to_copy(&town.reception, new[0].id).await.unwrap().changes.len(), 1, "what was copied is not told again");
        // What was copied and changed again where nobody would read it waits since it was copied.
        town.advance(TimeDelta::minutes(1));
        work.done(&town.reception, new[0].id, new[0].version).await.unwrap();
        people.register(&Actor::Operator, person, empty).await.unwrap();
        town.advance(TimeDelta::minutes(1));
        let other = ContactForm { address: "3 New Road".to_owned(), ..contact(&world, 2) };
        side.save_contact(me, person, &other).await.unwrap();
        people.register(&Actor::Operator, person, town.other).await.unwrap();
        let last = waits(&world, &town.stranger).await;
        assert_eq!(last.len(), 1);
        let found = side.to_copy(&town.stranger, last[0].id).await.unwrap();
        assert_eq!(found.changes.iter().map(|change| change.before[0].as_str()).collect::<Vec<_>>(), ["2 New Road"]);
    }

    async fn what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(place: &Place) {
        let world = World::at(place).await;
        let (me, person, side) = (&world.edna.actor, world.edna.person, &world.town.services.profile);
        let wrong = ContactForm {
            address: "a\nb\nc\nd\ne\nf\ng".to_owned(),
            postcode: "Otley".to_owned(),
            mobile: "ring me".to_owned(),
            phone: "12".to_owned(),
            email: "edna".to_owned(),
            preferred: "pigeon".to_owned(),
            ..contact(&world, 0)
        };
        assert_eq!(fields(side.save_contact(me, person, &wrong).await), ["address", "postcode", "mobile", "phone", "email", "preferred"]);
        let no_number = ContactForm { mobile: String::new(), preferred: "text".to_owned(), ..contact(&world, 0) };
        refused(side.save_contact(me, person, &no_number).await, "mobile", "text messages");
        let no_street = ContactForm { address: " \r\n".to_owned(), ..contact(&world, 0) };
        refused(side.save_contact(me, person, &no_street).await, "address", "street and town");
        let people = PeopleForm {
            people: vec![("Ann".to_owned(), String::new(), "many".to_owned(), false)],
            version: "0".to_owned(),
            submission: world.new_id(),
        };
        assert_eq!(fields(side.save_people(me, person, &people).await), ["relation_1", "phone_1"]);
        let other = AboutForm { language: "other".to_owned(), version: "0".to_owned(), submission: world.new_id(), ..AboutForm::default() };
        refused(side.save_about(me, person, &other).await, "other_language", "name of your main language");
        let signed = AboutForm { language: "sse".to_owned(), ..other };
        refused(side.save_about(me, person, &signed).await, "language", "main language");
        refused(side.save_contact(me, person, &ContactForm { submission: "x".to_owned(), ..contact(&world, 0) }).await, "", "not whole");
        refused(side.save_contact(me, person, &contact(&world, 4)).await, "", "meanwhile");
        assert!(side.details(me, person).await.unwrap().now.saved.is_none());
    }

    async fn a_care_team_and_who_sees_the_main_record_see_it_and_nobody_else(place: &Place) {
        let world = World::at(place).await;
        let (town, person, side) = (&world.town, world.edna.person, &world.town.services.profile);
        side.save_contact(&world.edna.actor, person, &contact(&world, 0)).await.unwrap();
        for team in [&town.reception, &town.clinician, &town.manager] {
            let seen = side.details(team, person).await.unwrap();
            assert_eq!((seen.now.version, seen.may_change, seen.recorded.len()), (1, false, 0));
            assert_eq!(world.last().await, (Action::Read, Basis::CareTeam));
            not_found(side.save_contact(team, person, &contact(&world, 1)).await);
        }
        not_found(side.details(&town.officer, person).await);
        not_found(side.details(&town.stranger, person).await);
        let (helper, _) = world.carer("Helper", "APPT").await;
        not_found(side.details(&helper.actor, person).await);
        let (daughter, _) = world.carer("Daughter", "RECRD").await;
        let seen = side.details(&daughter.actor, person).await.unwrap();
        assert_eq!((seen.now.version, seen.may_change), (1, false), "whom she asked to help does not speak for her");
        not_found(side.save_contact(&daughter.actor, person, &contact(&world, 1)).await);
    }
}
