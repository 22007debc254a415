//! Who is told: those without an account through whoever booked for them, and those who wait of whatever opens.

use crate::appointments::town::{Citizen, Offer, Town, at, day, not_found, service_form, template_form, wanted};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::appointment::{Release, ServiceKind, Status};
use domain::person::Demographics;
use domain::{AppointmentId, PersonId, RelationshipId};
use service::{ApplyForm, BookForm, CarerDecision, CarerTerms, ServiceForm, TemplateForm};
use testkit::Place;

impl Town {
    /// A child of six who is registered at the practice and has no account, and for whom this parent may book.
    async fn child_of(&self, parent: &Citizen) -> (PersonId, RelationshipId) {
        let who = Demographics {
            nhs_number: Some("999 000 0018".parse().unwrap()),
            family_name: "Wells".to_owned(),
            given_names: vec!["Mia".to_owned()],
            prefix: None,
            birth_date: Some(day("2020-05-01")),
            gender: None,
            deceased: false,
        };
        let child = self.services.people.create(&Actor::Operator, who).await.unwrap();
        self.services.people.register(&Actor::Operator, child, self.practice).await.unwrap();
        let form = ApplyForm {
            nhs_number: "999 000 0018".to_owned(),
            birth_date: ["1", "5", "2020"].map(str::to_owned),
            family_name: "Wells".to_owned(),
            relation: "mother".to_owned(),
            legal_basis: "parental-responsibility".to_owned(),
            evidence: "BRTH".to_owned(),
            scopes: "APPT".to_owned(),
            reason: "I book for her".to_owned(),
            submission: self.services.core.new_id().to_string(),
        };
        self.services.carers.apply(&parent.actor, &form).await.unwrap();
        let item = self.services.work.list(&self.clinician).await.unwrap().remove(0);
        let id = RelationshipId::from_uuid(item.about);
        let terms =
            CarerTerms { scopes: "APPT".parse().unwrap(), labels: "general".parse().unwrap(), ends_on: None, review_on: None };
        self.services.carers.decide(&self.clinician, child, id, 1, CarerDecision::Activate(terms)).await.unwrap();
        self.mail().await;
        (child, id)
    }

    /// Books a GP time for the child.
    async fn book_for(&self, parent: &Citizen, child: PersonId, starts: &str, waits: bool) -> AppointmentId {
        let mut form = self.form(self.slot(&Citizen { person: child, ..parent.clone() }, starts).await);
        form.waits = if waits { "yes".to_owned() } else { String::new() };
        self.services.appointments.book(&parent.actor, child, &form).await.unwrap().id
    }

    /// One run of the job, at this moment.
    async fn look(&self, now: &str) -> u64 {
        self.clock.set(at(now));
        self.services.appointments.run_earlier(&Actor::System).await.unwrap().told
    }

    /// Books a GP time and asks to be told of earlier ones.
    async fn wait(&self, who: &Citizen, starts: &str) -> AppointmentId {
        let form = BookForm { waits: "yes".to_owned(), ..self.form(self.slot(who, starts).await) };
        self.services.appointments.book(&who.actor, who.person, &form).await.unwrap().id
    }
}

const NEW: &str = "something new";
const EARLIER: &str = "something earlier";

testkit::both_engines! {
    async fn whoever_booked_for_somebody_without_an_account_is_told_and_reminded(place: &Place) {
        let town = Town::at(place).await;
        let (parent, holder, stranger) = (town.citizen("Parent").await, town.citizen("Holder").await, town.citizen("Stone").await);
        let (child, _) = town.child_of(&parent).await;
        // What somebody did is no news to themself.
        let first = town.book_for(&parent, child, "2026-11-12T09:00:00Z", true).await;
        let second = town.book_for(&parent, child, "2026-11-13T09:00:00Z", false).await;
        assert!(town.mail().await.is_empty());
        // Somebody gives an earlier one up.
        let freed = town.book(&holder, "2026-11-10T09:00:00Z").await;
        town.services.appointments.cancel(&holder.actor, holder.person, freed, "").await.unwrap();
        assert_eq!(town.told(EARLIER).await, [parent.email.as_str()]);
        // The day comes near; the clinic is cancelled; the desk cancels another.
        assert_eq!(town.remind("2026-11-10T09:00:00Z").await, 1);
        assert_eq!(town.told("coming up on 12 November 2026").await, [parent.email.as_str()]);
        assert_eq!(town.remind("2026-11-10T09:05:00Z").await, 0);
        let clinic = town.clinic("2026-11-12T09:00:00Z").await;
        town.services.diary.cancel_clinic(&town.manager, clinic.id, clinic.version).await.unwrap();
        assert_eq!(town.told(NEW).await, [parent.email.as_str()]);
        town.services.appointments.cancel(&town.reception, child, second, "").await.unwrap();
        assert_eq!(town.told(NEW).await, [parent.email.as_str()]);
        for id in [first, second] {
            let seen = town.services.appointments.one(&parent.actor, child, id).await.unwrap();
            assert_eq!((seen.status, seen.cancelled_by.as_deref()), (Status::Cancelled, Some("team")));
        }
        not_found(town.services.appointments.one(&stranger.actor, child, first).await);
        town.verify().await;
    }

    async fn a_confirmation_reaches_whoever_booked_for_somebody_without_an_account(place: &Place) {
        let town = Town::at(place).await;
        let form = ServiceForm { confirms: "yes".to_owned(), ..service_form(ServiceKind::Community, "Foot care") };
        let offer = town.offer(&town.manager, &form, "Nurse Ann").await;
        town.template(&town.manager, &template_form(offer, "thu", "9:00", "10:00")).await;
        let parent = town.citizen("Parent").await;
        let (child, _) = town.child_of(&parent).await;
        let slots = town.services.appointments.search(&parent.actor, child, &wanted(ServiceKind::Community)).await.unwrap().slots;
        let id = town.try_book(&parent.actor, child, slots[0].id).await.unwrap().id;
        town.services.diary.note_attendance(&town.reception, id, 1, Status::Booked).await.unwrap();
        assert_eq!(town.told(NEW).await, [parent.email.as_str()]);
    }

    async fn whoever_may_book_for_somebody_no_more_is_told_nothing_more(place: &Place) {
        let town = Town::at(place).await;
        let (parent, holder) = (town.citizen("Parent").await, town.citizen("Holder").await);
        let (child, relationship) = town.child_of(&parent).await;
        let id = town.book_for(&parent, child, "2026-11-12T09:00:00Z", true).await;
        town.services.carers.give_up(&parent.actor, child, relationship).await.unwrap();
        town.mail().await;
        let freed = town.book(&holder, "2026-11-10T09:00:00Z").await;
        town.services.appointments.cancel(&holder.actor, holder.person, freed, "").await.unwrap();
        assert_eq!(town.remind("2026-11-10T09:00:00Z").await, 0);
        town.services.appointments.cancel(&town.reception, child, id, "").await.unwrap();
        assert!(town.mail().await.is_empty());
    }

    async fn somebody_with_an_account_is_told_themself_whoever_booked(place: &Place) {
        let town = Town::at(place).await;
        let (edna, ada) = (town.citizen("Edna").await, town.citizen("Ada").await);
        town.let_book(&edna, &ada).await;
        let id = town.book_for(&ada, edna.person, "2026-11-12T09:00:00Z", false).await;
        assert_eq!(town.told(NEW).await, [edna.email.as_str()]);
        assert_eq!(town.remind("2026-11-10T09:00:00Z").await, 1);
        assert_eq!(town.told("coming up").await, [edna.email.as_str()]);
        town.services.appointments.cancel(&town.reception, edna.person, id, "").await.unwrap();
        assert_eq!(town.told(NEW).await, [edna.email.as_str()]);
    }

    async fn those_who_wait_are_told_of_a_new_clinic_once_a_day_and_by_day(place: &Place) {
        let town = Town::at(place).await;
        let (rivers, stone, sooner, quiet) =
            (town.citizen("Rivers").await, town.citizen("Stone").await, town.citizen("Sooner").await, town.citizen("Quiet").await);
        town.wait(&rivers, "2026-11-12T09:00:00Z").await;
        let theirs = town.wait(&stone, "2026-11-13T09:00:00Z").await;
        town.wait(&sooner, "2026-11-04T09:00:00Z").await;
        town.book(&quiet, "2026-11-13T09:10:00Z").await;
        // What was free already is nothing new.
        assert_eq!(town.look("2026-11-03T11:00:00Z").await, 0);
        let twin = town.services.diary.add_practitioner(&town.manager, &crate::appointments::town::practitioner_form("Dr Twin")).await.unwrap();
        let form = template_form(Offer { practitioner: twin, ..town.gp }, "tue", "14:00", "15:00");
        town.clock.set(at("2026-11-03T20:59:00Z"));
        // On 10 November at the earliest, as today is over by then.
        town.template(&town.manager, &form).await;
        // Nobody is written to at night; in the morning each is, once, however many look at once.
        assert_eq!(town.look("2026-11-03T23:00:00Z").await, 0);
        town.clock.set(at("2026-11-04T08:00:00Z"));
        let runs: Vec<_> = (0..3)
            .map(|_| {
                let appointments = town.services.appointments.clone();
                tokio::spawn(async move { appointments.run_earlier(&Actor::System).await.unwrap().told })
            })
            .collect();
        let mut told = 0;
        for run in runs {
            told += run.await.unwrap();
        }
        assert_eq!(told, 2);
        assert_eq!(town.told(EARLIER).await, [rivers.email.as_str(), &stone.email]);
        // Of the same times nobody is told again, not on another day either.
        for now in ["2026-11-04T08:05:00Z", "2026-11-05T09:00:00Z", "2026-11-06T09:00:00Z"] {
            assert_eq!(town.look(now).await, 0, "{now}");
        }
        // More opens on that day and the next: of all that, each is told once a day.
        town.template(&town.manager, &TemplateForm { starts: "15:00".to_owned(), ends: "15:20".to_owned(), ..form.clone() }).await;
        town.services.appointments.wait_for_earlier(&stone.actor, stone.person, theirs, false).await.unwrap();
        assert_eq!(town.look("2026-11-06T10:00:00Z").await, 1);
        town.advance(TimeDelta::minutes(1));
        town.template(&town.manager, &TemplateForm { starts: "15:20".to_owned(), ends: "15:40".to_owned(), ..form }).await;
        assert_eq!(town.look("2026-11-06T10:05:00Z").await, 0);
        assert_eq!(town.look("2026-11-07T10:00:00Z").await, 1);
        assert_eq!(town.told(EARLIER).await, [rivers.email.as_str(); 2]);
        not_found(town.services.appointments.run_earlier(&rivers.actor).await);
        not_found(town.services.appointments.run_earlier(&town.manager).await);
        town.verify().await;
    }

    async fn those_who_wait_are_told_of_a_day_that_opens(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let diary = &town.services.diary;
        let twin = diary.add_practitioner(&town.manager, &crate::appointments::town::practitioner_form("Dr Twin")).await.unwrap();
        diary.close_day(&town.manager, Some(day("2026-11-10")), "Training", "").await.unwrap();
        let form = template_form(Offer { practitioner: twin, ..town.gp }, "tue", "14:00", "15:00");
        town.template(&town.manager, &TemplateForm { until: ["10", "11", "2026"].map(str::to_owned), ..form }).await;
        town.wait(&who, "2026-11-12T09:00:00Z").await;
        assert_eq!(town.look("2026-11-03T16:00:00Z").await, 0);
        diary.open_day(&town.manager, day("2026-11-10")).await.unwrap();
        assert_eq!(town.look("2026-11-03T16:05:00Z").await, 1);
        assert_eq!(town.told(EARLIER).await, [who.email.as_str()]);
    }

    async fn those_who_wait_are_told_of_a_release_and_not_of_what_is_held_or_given_back(place: &Place) {
        let town = Town::at(place).await;
        let (who, other) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        let form = crate::appointments::town::released(Release::OnTheDay(11 * 60), service_form(ServiceKind::Nurse, "Same day"));
        let offer = town.offer(&town.manager, &form, "Nurse Ann").await;
        town.template(&town.manager, &template_form(offer, "wed", "12:00", "12:10")).await;
        let slots = async || town.found(&other, &wanted(ServiceKind::Nurse)).await;
        assert!(slots().await.is_empty());
        // Somebody has the one of next week, booked at the desk before its day.
        town.clock.set(at("2026-11-11T11:30:00Z"));
        let later = slots().await[0].id;
        let form = BookForm { waits: "yes".to_owned(), ..town.form(later) };
        let id = town.services.appointments.book(&who.actor, who.person, &form).await.unwrap().id;
        assert_eq!(town.one(&who, id).await.starts_at, at("2026-11-11T12:00:00Z"));
        // An extra clinic is released a moment later, earlier on the day.
        town.advance(TimeDelta::minutes(1));
        town.template(&town.manager, &template_form(offer, "wed", "11:40", "11:50")).await;
        let extra = slots().await[0].id;
        town.services.appointments.hold(&other.actor, other.person, extra).await.unwrap();
        assert_eq!(town.look("2026-11-11T11:32:00Z").await, 0);
        // Held no more, it is there; taken and given back, it is nothing new.
        assert_eq!(town.look("2026-11-11T11:37:00Z").await, 1);
        let taken = town.try_book(&other.actor, other.person, extra).await.unwrap().id;
        town.services.appointments.cancel(&town.reception, other.person, taken, "").await.unwrap();
        assert_eq!(town.look("2026-11-11T11:38:00Z").await, 0);
        assert_eq!(town.told(EARLIER).await, [who.email.as_str()]);
    }

    async fn what_the_service_does_not_keep_stays_until_its_time_or_until_another_is_booked(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let ahead = async || town.services.appointments.ahead(&who.actor, who.person).await.unwrap();
        let lost = async || ahead().await.lost.into_iter().map(|one| one.starts_at).collect::<Vec<_>>();
        let first = town.book(&who, "2026-11-05T09:00:00Z").await;
        let second = town.book(&who, "2026-11-12T09:00:00Z").await;
        let kept = town.book(&who, "2026-11-13T09:00:00Z").await;
        assert!(lost().await.is_empty());
        // One of one's own is given up on purpose.
        town.services.appointments.cancel(&who.actor, who.person, kept, "").await.unwrap();
        assert!(lost().await.is_empty());
        town.advance(TimeDelta::minutes(1));
        for (id, starts) in [(second, "2026-11-12T09:00:00Z"), (first, "2026-11-05T09:00:00Z")] {
            let clinic = town.clinic(starts).await;
            town.services.diary.cancel_clinic(&town.manager, clinic.id, clinic.version).await.unwrap();
            assert!(town.one(&who, id).await.lost);
        }
        assert_eq!(lost().await, [at("2026-11-05T09:00:00Z"), at("2026-11-12T09:00:00Z")], "the soonest first");
        assert_eq!(ahead().await.next, None);
        town.clock.set(at("2026-11-05T09:00:00Z"));
        assert_eq!(lost().await, [at("2026-11-12T09:00:00Z")]);
        let instead = town.book(&who, "2026-11-13T09:10:00Z").await;
        assert!(lost().await.is_empty() && ahead().await.next.unwrap().id == instead);
        // Without that one it is missed again.
        town.services.appointments.cancel(&who.actor, who.person, instead, "").await.unwrap();
        assert_eq!(lost().await, [at("2026-11-12T09:00:00Z")]);
        town.verify().await;
    }
}
