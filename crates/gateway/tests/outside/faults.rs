//! Every way in which a GP system can fail: the citizen always gets a clear answer, and nothing is half done.

use crate::gp_system::Fault;
use crate::village::{Keeps, NINE, TEN_PAST, TWENTY_PAST, Village, at, said};
use domain::access::Actor;
use domain::appointment::Status;
use domain::team::WorkKind;
use service::{GivenUp, OutsideChecked, OutsideDone};
use testkit::Place;

const DONE: OutsideDone = OutsideDone { settled: 1, waiting: 0 };
const WAITS: OutsideDone = OutsideDone { settled: 0, waiting: 1 };

/// What a GP system says to a booking, by the table of the specification, and what the citizen reads.
const BOOKING: [(u16, &str, &str, &str); 12] = [
    (400, "INVALID_IDENTIFIER_VA", "Invalid identifier value", "does not know you"),
    (400, "BAD_REQUEST", "Submitted request is malformed/invalid", "did not accept this. Nothing has changed. Ring"),
    (400, "VALIDATION_ERROR", "", "did not accept this"),
    (400, "UNSUPPORTED_VALUE", "There was an unsupported value in the request", "did not accept this"),
    (400, "NO_ORGANISATION_CONSENT", "Organisation has not provided consent to share data", "does not let people do this online"),
    (400, "INVALID_NHS_NUMBER", "Nhs Number Invalid", "does not know you. Ring the service"),
    (403, "ACCESS_DENIED", "Access denied", "does not let people do this online. Ring the service"),
    (404, "ORGANISATION_NOT_FOUND", "Organisation record not found", "did not accept this"),
    (404, "PRACTITIONER_NOT_FOUND", "Practitioner record not found", "did not accept this"),
    (404, "PATIENT_NOT_FOUND", "Patient record not found", "does not know you"),
    (422, "INVALID RESOURCE", "Submitted resource is invalid", "did not accept this"),
    (429, "", "", "does not answer at the moment. Nothing has changed. Try again later"),
];

/// What it says to a cancelling.
const CANCELLING: [(u16, &str, &str, &str); 6] = [
    (400, "BAD_REQUEST", "Submitted request is malformed/invalid", "did not accept this. Nothing has changed"),
    (400, "NO_ORGANISATION_CONSENT", "Organisation has not provided consent to share data", "does not let people do this online"),
    (403, "ACCESS_DENIED", "Access denied", "does not let people do this online"),
    (409, "ACCESS_DENIED", "Cannot cancel appointment", "cannot be changed any more"),
    (461, "ACCESS_DENIED", "Too late to cancel appointment", "It is too late to change this here"),
    // For a day nobody is offered it then.
    (403, "ACCESS_DENIED", "Practice has disabled cancellation", "does not let you change or cancel here. Ring"),
];

testkit::both_engines! {
    async fn every_refusal_of_a_booking_is_said_and_the_time_is_free_again(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        for (status, code, words, told) in BOOKING {
            village.system.fail("book", Fault::Refuse(status, code, words));
            let said = said(village.try_book(&rivers, NINE).await);
            assert!(said.contains(told), "{status} {code}: {said}");
            assert_eq!(village.list(&rivers).await, [], "{status} {code}");
            assert_eq!(village.free(&rivers).await.len(), 3, "{status} {code}");
            village.agrees(&[&rivers]).await;
        }
        village.book(&rivers, NINE).await;
        village.agrees(&[&rivers]).await;
        assert_eq!(village.mail().await, [""; 0]);
        village.verify().await;
    }

    async fn every_refusal_of_a_cancelling_is_said_and_the_appointment_stands(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let id = village.book(&rivers, NINE).await;
        for (status, code, words, told) in CANCELLING {
            village.system.fail("cancel", Fault::Refuse(status, code, words));
            let said = said(village.cancel(&rivers, id).await);
            assert!(said.contains(told), "{status} {code}: {said}");
            assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Booked)]);
            village.agrees(&[&rivers]).await;
        }
        village.clock.advance(chrono::TimeDelta::hours(24));
        village.refresh().await;
        village.system.fail("one", Fault::Refuse(404, "NO_RECORD_FOUND", "No record found"));
        assert!(said(village.cancel(&rivers, id).await).contains("cannot be changed any more"));
        assert_eq!(village.cancel(&rivers, id).await.unwrap(), GivenUp::Done);
        assert_eq!(village.system.kept()[0].reason.as_deref(), Some("I am better"));
        village.agrees(&[&rivers]).await;
    }

    async fn a_time_that_went_to_somebody_else_there_is_gone_here_too(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        village.system.give_away(NINE);
        assert!(said(village.try_book(&rivers, NINE).await).contains("Somebody else has just taken this time"));
        assert_eq!(village.free(&rivers).await, [at(TEN_PAST), at(TWENTY_PAST)]);
        assert_eq!(village.list(&rivers).await, []);
    }

    async fn where_no_answer_says_whether_it_was_booked_it_is_asked_again_and_booked_once(place: &Place) {
        let faults = [
            Fault::DoneBut(500), Fault::NotDoneBut(500), Fault::DoneBut(504), Fault::NotDoneBut(502), Fault::DoneAndSilent, Fault::Silent,
            Fault::DoneAndGarbage, Fault::Nonsense,
        ];
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        for fault in faults {
            let what = format!("{fault:?}");
            village.system.fail("book", fault);
            let booked = village.try_book(&rivers, NINE).await.unwrap();
            assert!(booked.asked, "{what}");
            assert_eq!(village.list(&rivers).await.last().unwrap(), &(at(NINE), Status::Proposed), "{what}");
            let seen = village.services.appointments.one(&rivers.actor, rivers.person, booked.id).await.unwrap();
            assert!(seen.locked.unwrap().contains("We have asked"), "{what}");
            assert!(said(village.cancel(&rivers, booked.id).await).contains("We have asked the service's own system"), "{what}");
            // Not before its time, and once.
            assert_eq!(village.later(0).await, OutsideDone::default(), "{what}");
            assert_eq!(village.later(2).await, DONE, "{what}");
            assert_eq!(village.later(2).await, OutsideDone::default(), "{what}");
            assert_eq!(village.open(&rivers).await, [at(NINE)], "{what}");
            village.agrees(&[&rivers]).await;
            assert_eq!(village.mail().await, ["rivers0@example.org"], "{what}");
            village.cancel(&rivers, booked.id).await.unwrap();
            village.clock.advance(chrono::TimeDelta::minutes(1));
        }
        village.verify().await;
    }

    async fn a_system_that_tells_repeats_is_asked_with_the_same_id(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        village.system.tell_repeats();
        let rivers = village.citizen(0).await;
        village.system.fail("book", Fault::DoneAndSilent);
        assert!(village.try_book(&rivers, NINE).await.unwrap().asked);
        // It does not tell what the patient has, so that it is asked to book again.
        village.system.fail("list", Fault::Silent);
        assert_eq!(village.later(2).await, WAITS);
        assert_eq!(village.later(5).await, DONE);
        village.agrees(&[&rivers]).await;
    }

    async fn where_the_time_went_to_somebody_else_meanwhile_the_person_is_told(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        village.system.fail("book", Fault::Silent);
        assert!(village.try_book(&rivers, NINE).await.unwrap().asked);
        village.system.give_away(NINE);
        assert_eq!(village.later(2).await, DONE);
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Cancelled)]);
        let seen = village.services.appointments.list(&rivers.actor, rivers.person).await.unwrap();
        assert_eq!(seen[0].cancelled_by.as_deref(), Some("not-booked"));
        assert_eq!(village.mail().await, ["rivers0@example.org"]);
        assert_eq!(village.free(&rivers).await, [at(TEN_PAST), at(TWENTY_PAST)]);
    }

    async fn the_same_form_again_while_there_is_no_answer_asks_nothing_anew(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        village.system.fail("book", Fault::DoneAndSilent);
        let form = village.form(village.slot(&rivers, NINE).await);
        let first = village.send(&rivers, &form).await.unwrap();
        village.system.asked();
        let again = village.send(&rivers, &form).await.unwrap();
        assert!(again.again && again.asked && again.id == first.id);
        assert_eq!(village.system.asked(), [""; 0]);
        village.later(2).await;
        village.agrees(&[&rivers]).await;
    }

    async fn what_was_refused_is_refused_again_where_the_same_form_is_sent(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        village.system.fail("book", Fault::Refuse(403, "ACCESS_DENIED", "Access denied"));
        let form = village.form(village.slot(&rivers, NINE).await);
        said(village.send(&rivers, &form).await);
        assert!(said(village.send(&rivers, &form).await).contains("could not be booked. Choose another"));
        assert_eq!(village.system.standing(), []);
    }

    async fn a_system_that_is_not_there_changes_nothing(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let id = village.book(&rivers, TEN_PAST).await;
        let url = format!("http://{closed}/FHIR/STU3");
        village.services.appointments.keep_outside(&Actor::Operator, village.practice, Some(&url)).await.unwrap();
        assert!(said(village.try_book(&rivers, NINE).await).contains("does not answer at the moment"));
        assert!(said(village.cancel(&rivers, id).await).contains("does not answer at the moment"));
        assert_eq!(village.list(&rivers).await, [(at(TEN_PAST), Status::Booked)]);
        assert_eq!(village.free(&rivers).await.len(), 2);
        village.agrees(&[&rivers]).await;
    }

    async fn what_is_not_answered_for_a_day_comes_to_people(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        village.system.fail("book", Fault::DoneAndSilent);
        let booked = village.try_book(&rivers, NINE).await.unwrap();
        for _ in 0..5 {
            village.system.fail("list", Fault::Silent);
            assert_eq!(village.later(60).await, WAITS);
        }
        assert_eq!(village.mail().await, [""; 0]);
        village.system.asked();
        assert_eq!(village.later(20 * 60).await, DONE);
        assert_eq!(village.system.asked(), [""; 0]);
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Cancelled)]);
        assert_eq!(village.mail().await, ["rivers0@example.org"]);
        let waits = village.services.work.list(&village.manager).await.unwrap();
        assert_eq!(waits.iter().map(|item| (item.kind, item.about, item.urgent)).collect::<Vec<_>>(), [(WorkKind::OutsideDiary, booked.id.as_uuid(), true)]);
        assert_eq!(village.later(60).await, OutsideDone::default());
        assert_eq!(village.services.work.list(&village.manager).await.unwrap().len(), 1);
        village.verify().await;
    }

    async fn a_cancelling_without_an_answer_is_asked_again(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        for fault in [Fault::DoneBut(500), Fault::NotDoneBut(504), Fault::DoneAndSilent, Fault::Silent, Fault::DoneAndGarbage, Fault::Nonsense] {
            let what = format!("{fault:?}");
            let id = village.book(&rivers, NINE).await;
            village.system.fail("cancel", fault);
            assert_eq!(village.cancel(&rivers, id).await.unwrap(), GivenUp::Asked, "{what}");
            assert_eq!(village.open(&rivers).await, [at(NINE)], "{what}");
            assert!(said(village.cancel(&rivers, id).await).contains("We have asked"), "{what}");
            assert_eq!(village.later(2).await, DONE, "{what}");
            assert!(village.open(&rivers).await.is_empty(), "{what}");
            village.agrees(&[&rivers]).await;
            assert_eq!(village.mail().await, ["rivers0@example.org"], "{what}");
        }
    }

    async fn a_change_whose_old_time_cannot_be_given_up_is_no_change(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let old = village.book(&rivers, NINE).await;
        village.system.fail("cancel", Fault::Refuse(461, "ACCESS_DENIED", "Too late to cancel appointment"));
        assert!(said(village.change(&rivers, old, TWENTY_PAST).await).contains("It is too late to change this here"));
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Booked)]);
        assert_eq!(village.free(&rivers).await, [at(TEN_PAST), at(TWENTY_PAST)]);
        village.agrees(&[&rivers]).await;
        // And the same where what was taken for it cannot be given back at once.
        village.system.fail("cancel", Fault::Refuse(403, "ACCESS_DENIED", "Practice has disabled cancellation"));
        village.system.fail("cancel", Fault::Silent);
        assert!(village.change(&rivers, old, TWENTY_PAST).await.unwrap().asked);
        assert_eq!(village.later(2).await, DONE);
        assert_eq!(village.open(&rivers).await, [at(NINE)]);
        village.agrees(&[&rivers]).await;
        village.verify().await;
    }

    async fn a_change_without_an_answer_keeps_the_old_time_until_there_is_one(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let old = village.book(&rivers, NINE).await;
        village.system.fail("book", Fault::DoneAndSilent);
        assert!(village.change(&rivers, old, TEN_PAST).await.unwrap().asked);
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Booked), (at(TEN_PAST), Status::Proposed)]);
        assert_eq!(village.later(2).await, DONE);
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Cancelled), (at(TEN_PAST), Status::Booked)]);
        village.agrees(&[&rivers]).await;
    }

    async fn after_five_faults_nobody_asks_for_a_while(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        for _ in 0..5 {
            village.system.fail("book", Fault::NotDoneBut(503));
            assert!(said(village.try_book(&rivers, NINE).await).contains("does not answer"));
        }
        village.system.asked();
        assert!(said(village.try_book(&rivers, NINE).await).contains("does not answer at the moment. Nothing has changed"));
        assert_eq!(village.system.asked(), [""; 0]);
        village.clock.advance(chrono::TimeDelta::seconds(31));
        village.book(&rivers, NINE).await;
        village.agrees(&[&rivers]).await;
    }

    async fn free_times_are_as_they_are_there(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let (rivers, stone) = (village.citizen(0).await, village.citizen(1).await);
        let slots = village.services.appointments.search(&rivers.actor, rivers.person, &service::SearchForm {
            kind: "gp".to_owned(), ..service::SearchForm::default()
        }).await.unwrap().slots;
        assert_eq!((slots[0].service.as_str(), slots[0].practitioner.as_str()), ("General GP Appointment", "Mrs Sarah Black"));
        village.system.give_away(NINE);
        let id = village.book(&rivers, TEN_PAST).await;
        assert_eq!(village.refresh().await.told, 1);
        assert_eq!(village.free(&stone).await, [at(TWENTY_PAST)]);
        // What was booked here is not free there, and stays taken.
        assert_eq!(village.list(&rivers).await, [(at(TEN_PAST), Status::Booked)]);
        village.system.cancel_all();
        assert_eq!(village.cancel(&rivers, id).await.unwrap(), GivenUp::Done);
        village.refresh().await;
        assert_eq!(village.free(&stone).await, [at(TEN_PAST), at(TWENTY_PAST)]);
    }

    async fn what_the_practice_cancels_there_is_cancelled_here_and_the_person_is_told(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let (rivers, stone) = (village.citizen(0).await, village.citizen(1).await);
        village.book(&rivers, NINE).await;
        village.book(&stone, TEN_PAST).await;
        let check = async || village.services.appointments.check_outside(&Actor::System).await.unwrap();
        assert_eq!(check().await, OutsideChecked { checked: 2, cancelled: 0, missing: 0 });
        village.system.cancel_all();
        // Without an answer nothing is changed.
        village.clock.advance(chrono::TimeDelta::hours(1));
        village.system.fail("list", Fault::Silent);
        village.system.fail("list", Fault::NotDoneBut(500));
        assert_eq!(check().await, OutsideChecked::default());
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Booked)]);
        village.clock.advance(chrono::TimeDelta::hours(1));
        assert_eq!(check().await, OutsideChecked { checked: 2, cancelled: 2, missing: 0 });
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Cancelled)]);
        let mut told = village.mail().await;
        told.sort();
        assert_eq!(told, ["rivers0@example.org", "rivers1@example.org"]);
        assert_eq!(check().await, OutsideChecked::default());
        village.refresh().await;
        assert_eq!(village.free(&rivers).await.len(), 3);
        village.agrees(&[&rivers, &stone]).await;
        village.verify().await;
    }

    async fn what_is_not_to_be_found_there_comes_to_people_once_and_stands_until_they_have_looked(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        village.book(&rivers, NINE).await;
        village.system.forget();
        for _ in 0..2 {
            let done = village.services.appointments.check_outside(&Actor::System).await.unwrap();
            assert_eq!(done, OutsideChecked { checked: 1, cancelled: 0, missing: 1 });
            village.clock.advance(chrono::TimeDelta::hours(1));
        }
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Booked)]);
        let waits = village.services.work.list(&village.manager).await.unwrap();
        assert_eq!(waits.iter().map(|item| item.kind).collect::<Vec<_>>(), [WorkKind::OutsideMissing]);
        assert_eq!(village.mail().await, [""; 0]);
    }

    async fn a_copy_that_cannot_be_made_is_said_to_the_operator_and_stays_as_it_was(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        for fault in [Fault::Refuse(403, "ACCESS_DENIED", "Access denied"), Fault::Nonsense, Fault::NotDoneBut(500), Fault::Silent] {
            village.system.fail("slots", fault);
            assert_eq!(village.refresh().await.failed, 1);
            let known = village.services.appointments.outside_diaries(&Actor::Operator).await.unwrap();
            assert!(known[0].failing.is_some());
            assert_eq!(village.free(&rivers).await.len(), 3);
        }
        assert_eq!(village.refresh().await.told, 1);
        assert_eq!(village.services.appointments.outside_diaries(&Actor::Operator).await.unwrap()[0].failing, None);
    }

    async fn clinics_of_another_system_are_not_changed_here(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let clinics = village.services.diary.clinics(&village.manager, "2026-11-05".parse().unwrap(), 1).await.unwrap();
        assert_eq!((clinics.len(), clinics[0].free, clinics[0].ends_at), (1, 3, at("2026-11-05T09:30:00Z")));
        let done = village.services.diary.cancel_clinic(&village.manager, clinics[0].id, clinics[0].version).await;
        assert!(said(done).contains("kept in your own appointment system"));
    }

    async fn the_desk_changes_nothing_that_only_the_other_system_can(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let diary = &village.services.diary;
        village.system.fail("book", Fault::DoneAndSilent);
        let id = village.try_book(&rivers, NINE).await.unwrap().id;
        let clinics = diary.clinics(&village.manager, "2026-11-05".parse().unwrap(), 1).await.unwrap();
        let version = diary.clinic(&village.manager, clinics[0].id).await.unwrap().attendees[0].version;
        for done in [
            diary.note_attendance(&village.manager, id, version, Status::Booked).await,
            diary.decline(&village.manager, id, version).await,
        ] {
            assert!(said(done).contains("has been asked about this and has not answered yet"));
        }
        village.later(2).await;
        let version = diary.clinic(&village.manager, clinics[0].id).await.unwrap().attendees[0].version;
        assert!(said(diary.decline(&village.manager, id, version).await).contains("Cancel it there"));
        assert_eq!(village.open(&rivers).await, [at(NINE)]);
        village.agrees(&[&rivers]).await;
        // What was never booked there counts as no booking.
        village.system.fail("book", Fault::Refuse(403, "ACCESS_DENIED", "Access denied"));
        said(village.try_book(&rivers, TEN_PAST).await);
        let uptake = diary.uptake(&village.manager).await.unwrap();
        assert_eq!((uptake.by_self, uptake.by_team), (1, 0));
    }

    async fn an_address_that_cannot_be_used_is_refused(place: &Place) {
        let village = Village::at(place, Keeps::Here).await;
        for url in ["", "gp.example.org", "http://gp.example.org/fhir", "https://", "https://a:b@gp.example.org", "https://gp.example.org/?x=1",
            "http://localhost.example.org/", "ftp://localhost", "https://gp.example.org:port", "https://gp.example.org#x",
            "http://127.0.0.1.example.org", "https:gp.example.org/ fhir", "http://localhost@gp.example.org"] {
            let set = village.services.appointments.keep_outside(&Actor::Operator, village.practice, Some(url)).await;
            assert!(said(set).contains("The address must be like"), "{url}");
        }
        for url in ["https://gp.example.org", " https://gp.example.org:8443/fhir/ ", "http://[::1]:8080/x", "http://localhost/", "http://127.0.0.1:1"] {
            village.services.appointments.keep_outside(&Actor::Operator, village.practice, Some(url)).await.unwrap();
        }
        let known = village.services.appointments.outside_diaries(&Actor::Operator).await.unwrap();
        assert_eq!(known[0].base_url, "http://127.0.0.1:1");
        let set = village.services.appointments.keep_outside(&village.manager, village.practice, Some("https://gp.example.org")).await;
        assert!(set.is_err());
    }

    async fn whoever_is_not_known_by_number_is_told_to_ring(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let slot = village.slot(&rivers, NINE).await;
        place.alter("UPDATE person SET nhs_number = NULL").await;
        assert!(said(village.send(&rivers, &village.form(slot)).await).contains("does not know you. Ring the service"));
        assert_eq!(village.system.asked(), [""; 0]);
    }
}
