//! What people find: all of it, once, and only what is for them and can be had.

use crate::appointments::town::{
    Citizen, Offer, Town, at, day, fields, not_found, refused, released, service_form, template_form, wanted,
};
use chrono::{Datelike, TimeDelta, Timelike};
use domain::access::Actor;
use domain::appointment::{Mode, Release, ServiceKind, Weekdays};
use domain::when::london_day;
use service::{ImportRequest, SearchForm, ServiceForm, SlotSeen, TemplateForm};
use std::collections::BTreeSet;
use std::io::Cursor;
use testkit::Place;

fn ids(slots: &[SlotSeen]) -> Vec<domain::SlotId> {
    slots.iter().map(|slot| slot.id).collect()
}

impl Town {
    /// Three ways of seeing a nurse at two places with two people, many of them at the same times.
    async fn nurses(&self) -> [Offer; 3] {
        let service = |name: &str| service_form(ServiceKind::Nurse, name);
        let ann = self.offer(&self.manager, &service("Dressings"), "Nurse Ann").await;
        let bob = self.offer(&self.manager, &service("Injections"), "Nurse Bob").await;
        let annexe =
            self.services.diary.add_place(&self.manager, &crate::appointments::town::place_form("Annexe")).await.unwrap();
        let away = Offer { place: annexe, ..ann };
        for (offer, days, from, to, mode) in [
            (ann, "mon wed fri", "8:00", "12:30", Mode::InPerson),
            (bob, "mon tue sat", "11:00", "18:00", Mode::Phone),
            (away, "mon sun", "16:00", "20:00", Mode::Video),
        ] {
            let form = template_form(offer, days, from, to);
            let form = TemplateForm { mode: mode.code().to_owned(), minutes: "30".to_owned(), ..form };
            self.template(&self.manager, &form).await;
        }
        [ann, bob, away]
    }

    /// Somebody of whom the practice holds a referral.
    async fn referred(&self, name: &str) -> Citizen {
        let bundle = format!(
            r#"{{"resourceType":"Bundle","type":"collection","entry":[
            {{"resource":{{"resourceType":"Patient","id":"p","name":[{{"family":"{name}","given":["Sam"]}}],"birthDate":"1980-03-31"}}}},
            {{"resource":{{"resourceType":"ServiceRequest","id":"r","status":"active","intent":"order",
              "subject":{{"reference":"Patient/p"}},"code":{{"text":"Referral to dermatology"}},"authoredOn":"2026-10-01"}}}}]}}"#
        );
        let request = ImportRequest { organisation: self.practice, expected: None };
        let report = self.services.imports.import(&Actor::Operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
        assert_eq!(report.problems, vec![]);
        self.services.people.register(&Actor::Operator, report.person, self.practice).await.unwrap();
        self.with_account(name, report.person).await
    }

    async fn closed(&self, who: &Citizen, kind: ServiceKind) -> Vec<(String, String)> {
        let found = self.services.appointments.search(&who.actor, who.person, &wanted(kind)).await.unwrap();
        found.closed.into_iter().map(|one| (one.service, one.why)).collect()
    }
}

testkit::both_engines! {
    async fn page_after_page_shows_everything_once_in_order_whatever_is_asked_for(place: &Place) {
        let town = Town::at(place).await;
        let [ann, bob, away] = town.nurses().await;
        let who = town.citizen("Rivers").await;
        let all = town.found(&who, &wanted(ServiceKind::Nurse)).await;
        assert!(all.len() > 600, "{}", all.len());
        assert!(all.is_sorted_by_key(|slot| (slot.starts_at, slot.id)));
        assert_eq!(ids(&all).into_iter().collect::<BTreeSet<_>>().len(), all.len());
        let as_it_is = |text: &str| text.to_owned();
        for mode in ["", "in-person", "phone", "video"] {
            for (place, practitioner) in [
                (String::new(), String::new()),
                (ann.place.to_string(), String::new()),
                (away.place.to_string(), String::new()),
                (String::new(), bob.practitioner.to_string()),
                (away.place.to_string(), ann.practitioner.to_string()),
            ] {
                for (weekday, time, from) in [
                    ("", "", ""),
                    ("mon", "", ""),
                    ("sun", "evening", ""),
                    ("", "morning", "2026-11-20"),
                    ("sat", "afternoon", "2026-12-01"),
                    ("", "evening", "2026-11-03"),
                ] {
                    let form = SearchForm {
                        mode: as_it_is(mode),
                        place: place.clone(),
                        practitioner: practitioner.clone(),
                        weekday: as_it_is(weekday),
                        time: as_it_is(time),
                        from: as_it_is(from),
                        ..wanted(ServiceKind::Nurse)
                    };
                    let hours = match time {
                        "morning" => 0..12,
                        "afternoon" => 12..17,
                        "evening" => 17..24,
                        _ => 0..24,
                    };
                    let on = Weekdays::from_code(weekday).unwrap();
                    let expected = all.iter().filter(|slot| {
                        (mode.is_empty() || slot.mode.code() == mode)
                            && (place.is_empty() || slot.place_id.to_string() == place)
                            && (practitioner.is_empty() || slot.practitioner_id.to_string() == practitioner)
                            && (on.is_empty() || on.has(london_day(slot.starts_at).weekday()))
                            // In November and December the clock in London shows UTC.
                            && hours.contains(&slot.starts_at.hour())
                            && (from.is_empty() || london_day(slot.starts_at) >= day(from))
                    });
                    let expected: Vec<_> = expected.map(|slot| slot.id).collect();
                    assert_eq!(ids(&town.found(&who, &form).await), expected, "{form:?}");
                }
            }
        }
        // Only this kind, and only kinds of which there is something.
        assert!(all.iter().all(|slot| slot.service != "GP appointments"));
        let choices = town.services.appointments.choices(&who.actor, who.person, &SearchForm::default()).await.unwrap();
        assert_eq!(choices.kinds, [ServiceKind::Gp, ServiceKind::Nurse]);
        assert!(town.found(&who, &wanted(ServiceKind::Community)).await.is_empty());
    }

    async fn what_cannot_be_looked_for_is_said_and_what_is_forged_finds_nothing_more(place: &Place) {
        let town = Town::at(place).await;
        let (who, appointments) = (town.citizen("Rivers").await, &town.services.appointments);
        let search = async |form: SearchForm| appointments.search(&who.actor, who.person, &form).await;
        assert_eq!(fields(search(SearchForm::default()).await), ["kind"]);
        let nonsense = SearchForm { from: "2026-02-30".to_owned(), ..SearchForm::default() };
        assert_eq!(fields(search(nonsense).await), ["kind", "from"]);
        let gp = || wanted(ServiceKind::Gp);
        refused(search(SearchForm { from: "2026-11-02".to_owned(), ..gp() }).await, "from", "or a later one");
        let first = search(gp()).await.unwrap();
        for after in ["nonsense", "1_2", "_", "-99999999999999999999_x", "0_00000000-0000-0000-0000-000000000000"] {
            let page = search(SearchForm { after: after.to_owned(), ..gp() }).await.unwrap();
            assert_eq!(ids(&page.slots), ids(&first.slots), "{after}");
        }
        let other = town.citizen("Stone").await;
        not_found(appointments.search(&other.actor, who.person, &gp()).await);
        not_found(appointments.choices(&other.actor, who.person, &gp()).await);
        not_found(appointments.home_postcode(&other.actor, who.person).await);
        not_found(appointments.slot(&other.actor, who.person, first.slots[0].id).await.map(|_| ()));
        not_found(appointments.hold(&other.actor, who.person, first.slots[0].id).await.map(|_| ()));
        assert!(matches!(appointments.search(&Actor::Nobody, who.person, &gp()).await, Err(service::ServiceError::NotSignedIn)));
    }

    async fn nothing_is_found_or_booked_before_it_is_released(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let on_the_day = released(Release::OnTheDay(8 * 60), service_form(ServiceKind::Nurse, "Today only"));
        let offer = town.offer(&town.manager, &on_the_day, "Nurse Ann").await;
        town.template(&town.manager, &template_form(offer, "mon tue wed thu fri", "9:00", "9:20")).await;
        let days_before = released(Release::DaysBefore(7), service_form(ServiceKind::Phlebotomy, "Blood tests"));
        let offer = town.offer(&town.manager, &days_before, "Nurse Bea").await;
        town.template(&town.manager, &template_form(offer, "mon tue wed thu fri", "9:00", "9:20")).await;
        let last = async |kind| town.found(&who, &wanted(kind)).await.last().map(|slot| slot.starts_at);
        assert_eq!(last(ServiceKind::Nurse).await, None);
        assert_eq!(last(ServiceKind::Phlebotomy).await, Some(at("2026-11-10T09:10:00Z")));
        town.clock.set(at("2026-11-04T00:00:00Z"));
        assert_eq!(last(ServiceKind::Phlebotomy).await, Some(at("2026-11-11T09:10:00Z")));
        town.clock.set(at("2026-11-04T07:59:59Z"));
        assert_eq!(last(ServiceKind::Nurse).await, None);
        town.clock.set(at("2026-11-04T08:00:00Z"));
        let found = town.found(&who, &wanted(ServiceKind::Nurse)).await;
        assert_eq!(found.iter().map(|slot| slot.starts_at).collect::<Vec<_>>(), [at("2026-11-04T09:00:00Z"), at("2026-11-04T09:10:00Z")]);
        // Whoever kept its address cannot book it before either, nor when it has begun.
        town.clock.set(at("2026-11-04T07:00:00Z"));
        refused(town.try_book(&who.actor, who.person, found[0].id).await, "slot", "cannot be booked yet");
        refused(town.services.appointments.hold(&who.actor, who.person, found[0].id).await.map(|_| ()), "slot", "cannot be booked yet");
        town.clock.set(at("2026-11-04T09:00:00Z"));
        refused(town.try_book(&who.actor, who.person, found[0].id).await, "slot", "has passed");
        assert_eq!(town.found(&who, &wanted(ServiceKind::Nurse)).await.len(), 1);
        assert!(town.list(&who).await.is_empty());
    }

    async fn what_somebody_holds_is_hidden_from_others_until_it_runs_out(place: &Place) {
        let town = Town::at(place).await;
        let (rivers, stone) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        let slot = town.slot(&rivers, "2026-11-04T09:00:00Z").await;
        let sees = async |who: &Citizen| ids(&town.found(who, &wanted(ServiceKind::Gp)).await).contains(&slot);
        let (_, until) = town.services.appointments.hold(&rivers.actor, rivers.person, slot).await.unwrap();
        assert_eq!(until, at(testkit::START) + TimeDelta::minutes(5));
        assert!(sees(&rivers).await && !sees(&stone).await);
        town.advance(TimeDelta::minutes(5) - TimeDelta::seconds(1));
        assert!(!sees(&stone).await);
        town.advance(TimeDelta::seconds(1));
        assert!(sees(&stone).await);
    }

    async fn services_that_are_not_for_somebody_are_named_with_the_reason_and_what_to_do(place: &Place) {
        let town = Town::at(place).await;
        let offer = async |form: ServiceForm| {
            let offer = town.offer(&town.manager, &form, &format!("Nurse of {}", form.name)).await;
            town.template(&town.manager, &template_form(offer, "mon", "9:00", "10:00")).await;
        };
        let jab = |name: &str| service_form(ServiceKind::Vaccination, name);
        offer(ServiceForm { min_age: "65".to_owned(), ..jab("Shingles") }).await;
        offer(ServiceForm { max_age: "17".to_owned(), ..jab("Child flu") }).await;
        offer(ServiceForm { referral_needed: "yes".to_owned(), ..service_form(ServiceKind::HospitalClinic, "Skin clinic") }).await;
        let elsewhere = town.offer(&town.stranger, &jab("Flu"), "Dr Hill").await;
        town.template(&town.stranger, &template_form(elsewhere, "mon", "9:00", "10:00")).await;
        let open = ServiceForm { registered_only: String::new(), ..jab("Walk in") };
        let elsewhere = town.offer(&town.stranger, &open, "Dr Hill").await;
        town.template(&town.stranger, &template_form(elsewhere, "tue", "9:00", "10:00")).await;
        let who = town.citizen("Rivers").await;
        let mut closed = town.closed(&who, ServiceKind::Vaccination).await;
        closed.sort();
        let expected = [
            ("Child flu, Riverside Surgery", "This service is for people up to 17 years of age. Ask your practice"),
            ("Flu, Hilltop Practice", "Only people whom this service looks after can book here. Ask your own practice"),
            ("Shingles, Riverside Surgery", "This service is for people from 65 years of age. Ask your practice"),
        ];
        assert_eq!(closed, expected.map(|(service, why)| (service.to_owned(), why.to_owned())));
        let found = town.found(&who, &wanted(ServiceKind::Vaccination)).await;
        assert!(found.len() == 48 && found.iter().all(|slot| slot.service == "Walk in"), "{}", found.len());
        let skin = ("Skin clinic, Riverside Surgery".to_owned(), "This service needs a referral. Ask your practice for one".to_owned());
        assert_eq!(town.closed(&who, ServiceKind::HospitalClinic).await, [skin]);
        assert!(town.found(&who, &wanted(ServiceKind::HospitalClinic)).await.is_empty());
        // Whoever has one books it, and whoever forges the time of a service that is not for them does not.
        let referred = town.referred("Wells").await;
        let skin = town.found(&referred, &wanted(ServiceKind::HospitalClinic)).await[0].id;
        refused(town.try_book(&who.actor, who.person, skin).await, "slot", "needs a referral");
        refused(town.services.appointments.hold(&who.actor, who.person, skin).await.map(|_| ()), "slot", "needs a referral");
        town.try_book(&referred.actor, referred.person, skin).await.unwrap();
    }

    async fn how_old_somebody_is_counts_on_the_day_of_each_time(place: &Place) {
        let town = Town::at(place).await;
        let form = ServiceForm { min_age: "65".to_owned(), ..service_form(ServiceKind::Vaccination, "Shingles") };
        let offer = town.offer(&town.manager, &form, "Nurse Ann").await;
        town.template(&town.manager, &template_form(offer, "mon", "9:00", "10:00")).await;
        let form = ServiceForm { max_age: "64".to_owned(), ..service_form(ServiceKind::Nurse, "Mid-life check") };
        let offer = town.offer(&town.manager, &form, "Nurse Bea").await;
        town.template(&town.manager, &template_form(offer, "mon", "9:00", "10:00")).await;
        let who = town.born("Rivers", "1961-11-16").await;
        let grown = town.found(&who, &wanted(ServiceKind::Vaccination)).await;
        assert_eq!(grown[0].starts_at, at("2026-11-16T09:00:00Z"));
        let young = town.found(&who, &wanted(ServiceKind::Nurse)).await;
        assert_eq!(young.last().unwrap().starts_at, at("2026-11-09T09:50:00Z"));
        town.try_book(&who.actor, who.person, grown[0].id).await.unwrap();
    }

    async fn whoever_lets_a_practice_in_can_book_there_and_whoever_moves_away_cannot(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let slot = town.slot(&who, "2026-11-04T09:00:00Z").await;
        town.services.people.register(&Actor::Operator, who.person, town.other).await.unwrap();
        assert!(town.found(&who, &wanted(ServiceKind::Gp)).await.is_empty());
        refused(town.try_book(&who.actor, who.person, slot).await, "slot", "Only people whom this service looks after");
        let form = service::LetInForm {
            organisation: town.practice.to_string(),
            how_long: service::LetInFor::ALL[0].code().to_owned(),
            submission: town.services.core.new_id().to_string(),
        };
        town.services.sharing.let_in(&who.actor, who.person, &form).await.unwrap();
        town.try_book(&who.actor, who.person, slot).await.unwrap();
    }

    async fn a_page_is_full_however_many_times_of_others_are_before(place: &Place) {
        let town = Town::at(place).await;
        // A practice that is not theirs has clinics all day, every day, and their own a few times at the end of the week.
        let form = service_form(ServiceKind::Nurse, "Dressings");
        let theirs = town.offer(&town.stranger, &form, "Nurse Hill").await;
        for _ in 0..3 {
            town.template(&town.stranger, &template_form(theirs, "mon tue wed thu fri sat sun", "8:00", "20:00")).await;
            town.clock.advance(TimeDelta::seconds(1));
        }
        let own = town.offer(&town.manager, &form, "Nurse Ann").await;
        town.template(&town.manager, &template_form(own, "sun", "16:00", "17:00")).await;
        let who = town.citizen("Rivers").await;
        let page = town.services.appointments.search(&who.actor, who.person, &wanted(ServiceKind::Nurse)).await.unwrap();
        // Twenty, and the rest of the day.
        assert!(page.slots.len() == 24 && page.next.is_some(), "{}", page.slots.len());
        assert!(page.slots.iter().all(|slot| slot.organisation == "Riverside Surgery"));
        assert_eq!(page.closed.iter().map(|one| one.service.as_str()).collect::<Vec<_>>(), ["Dressings, Hilltop Practice"]);
        let all = town.found(&who, &wanted(ServiceKind::Nurse)).await;
        assert_eq!(all.len(), 8 * 6);
        // Of what is not for them nothing is said where nothing of it fits.
        let morning = SearchForm { time: "evening".to_owned(), weekday: "sun".to_owned(), ..wanted(ServiceKind::Nurse) };
        let nobody = SearchForm { practitioner: own.practitioner.to_string(), ..morning };
        let found = town.services.appointments.search(&who.actor, who.person, &nobody).await.unwrap();
        assert!(found.slots.is_empty() && found.closed.is_empty(), "{found:?}");
    }

    async fn many_services_are_read_together_and_shown_in_one_order(place: &Place) {
        let town = Town::at(place).await;
        // More than one statement asks for.
        for number in 0..60 {
            let form = ServiceForm { registered_only: String::new(), ..service_form(ServiceKind::Vaccination, &format!("Jab {number:02}")) };
            let offer = town.offer(&town.stranger, &form, &format!("Nurse Hill {number:02}")).await;
            let from = format!("{}:{:02}", 9 + number / 30, number % 30 * 2);
            let form = TemplateForm { until: ["5", "11", "2026"].map(str::to_owned), ..template_form(offer, "thu", &from, "19:00") };
            town.template(&town.stranger, &TemplateForm { minutes: "240".to_owned(), ..form }).await;
        }
        let who = town.citizen("Rivers").await;
        let all = town.found(&who, &wanted(ServiceKind::Vaccination)).await;
        assert_eq!(all.len(), 120);
        assert!(all.is_sorted_by_key(|slot| (slot.starts_at, slot.id)));
        assert_eq!(all.iter().map(|slot| slot.service.clone()).collect::<BTreeSet<_>>().len(), 60);
        // So many are no choice; the one who is chosen stays named.
        let form = SearchForm { practitioner: all[0].practitioner_id.to_string(), ..wanted(ServiceKind::Vaccination) };
        let choices = town.services.appointments.choices(&who.actor, who.person, &form).await.unwrap();
        assert_eq!(choices.practitioners.iter().map(|one| &one.name).collect::<Vec<_>>(), [&all[0].practitioner]);
    }

    async fn those_can_be_chosen_who_have_times_of_what_is_looked_for(place: &Place) {
        let town = Town::at(place).await;
        town.nurses().await;
        town.services.diary.add_practitioner(&town.manager, &crate::appointments::town::practitioner_form("Nurse Idle")).await.unwrap();
        let form = service_form(ServiceKind::Nurse, "Dressings");
        let elsewhere = town.offer(&town.stranger, &form, "Nurse Hill").await;
        town.template(&town.stranger, &template_form(elsewhere, "mon", "9:00", "10:00")).await;
        let who = town.citizen("Rivers").await;
        let names = async |form: SearchForm| {
            let choices = town.services.appointments.choices(&who.actor, who.person, &form).await.unwrap();
            choices.practitioners.into_iter().map(|one| one.name).collect::<Vec<_>>()
        };
        assert_eq!(names(wanted(ServiceKind::Nurse)).await, ["Nurse Ann", "Nurse Bob"]);
        assert_eq!(names(wanted(ServiceKind::Gp)).await, ["Dr Ada Ray"]);
        assert_eq!(names(SearchForm::default()).await, Vec::<String>::new());
        // Whoever is at another practice is not named, whatever an address says.
        let forged = SearchForm { practitioner: elsewhere.practitioner.to_string(), ..wanted(ServiceKind::Nurse) };
        assert_eq!(names(forged.clone()).await, ["Nurse Ann", "Nurse Bob"]);
        assert!(town.found(&who, &forged).await.is_empty());
    }

    async fn a_day_past_what_is_looked_for_is_said_beside_it_and_breaks_nothing(place: &Place) {
        let town = Town::at(place).await;
        let form = ServiceForm { min_age: "65".to_owned(), max_age: "80".to_owned(), ..service_form(ServiceKind::Vaccination, "Flu") };
        let offer = town.offer(&town.manager, &form, "Nurse Ann").await;
        town.template(&town.manager, &template_form(offer, "thu", "9:00", "10:00")).await;
        let who = town.citizen("Rivers").await;
        let search = async |from: &str| {
            let form = SearchForm { from: from.to_owned(), ..wanted(ServiceKind::Vaccination) };
            town.services.appointments.search(&who.actor, who.person, &form).await
        };
        // 400 days after 3 November 2026.
        for from in ["2027-12-08", "2031-01-01", "9999-12-31", "+262142-12-31"] {
            refused(search(from).await, "from", "Enter a day before 8 December 2027");
        }
        for from in ["2027-12-07", "2026-11-03"] {
            assert!(search(from).await.unwrap().slots.is_empty(), "{from}");
        }
        for from in ["2026-11-02", "1900-01-01", "-262143-01-01"] {
            refused(search(from).await, "from", "Enter today\u{2019}s date, or a later one");
        }
    }

    async fn each_look_at_a_time_or_an_appointment_leaves_one_event(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let (appointments, slot) = (&town.services.appointments, town.slot(&who, "2026-11-04T09:00:00Z").await);
        let looks = async || {
            let (items, _) = town.services.activity.of_record(&Actor::Operator, who.person, None).await.unwrap();
            let reads = items.into_iter().filter(|item| item.action == domain::audit::Action::Read);
            let pages = reads.filter_map(|item| item.detail.get("page").cloned());
            pages.filter(|page| page != "activity").collect::<Vec<_>>()
        };
        assert!(looks().await.is_empty());
        let seen = appointments.slot(&who.actor, who.person, slot).await.unwrap();
        assert_eq!((seen.booked, looks().await), (None, vec!["slot".to_owned()]));
        let id = town.book(&who, "2026-11-12T09:00:00Z").await;
        let page = appointments.page(&who.actor, who.person, id).await.unwrap();
        assert_eq!((page.seen.id, page.ahead, page.earlier.len()), (id, None, 3));
        assert_eq!(looks().await, ["appointments", "slot"]);
        // Looking for a time reads nothing of the record.
        appointments.search(&who.actor, who.person, &wanted(ServiceKind::Gp)).await.unwrap();
        appointments.choices(&who.actor, who.person, &wanted(ServiceKind::Gp)).await.unwrap();
        assert_eq!(appointments.home_postcode(&who.actor, who.person).await.unwrap(), None);
        assert_eq!(looks().await.len(), 2);
        let booked = town.services.appointments.list(&who.actor, who.person).await.unwrap();
        assert_eq!(booked.len(), 1);
    }

    async fn pages_end_with_a_day_and_the_next_week_is_one_step(place: &Place) {
        let town = Town::at(place).await;
        town.nurses().await;
        let (who, mut form) = (town.citizen("Rivers").await, wanted(ServiceKind::Nurse));
        let mut last = None;
        loop {
            let page = town.services.appointments.search(&who.actor, who.person, &form).await.unwrap();
            let days: Vec<_> = page.slots.iter().map(|slot| london_day(slot.starts_at)).collect();
            assert!(days.len() <= 40 && last != days.first().copied(), "no day is on two pages");
            last = days.last().copied();
            let Some(next) = page.next else {
                assert_eq!(page.week, None);
                break;
            };
            assert!(days.len() >= 20);
            // A Monday with times, as long as there is one.
            if let Some(monday) = page.week {
                assert!(monday.weekday() == chrono::Weekday::Mon && Some(monday) > last);
                let from = SearchForm { from: monday.to_string(), ..wanted(ServiceKind::Nurse) };
                let there = town.services.appointments.search(&who.actor, who.person, &from).await.unwrap();
                assert!(there.slots.first().is_some_and(|slot| london_day(slot.starts_at) >= monday));
            }
            form.after = next;
        }
    }

    async fn what_opens_on_the_day_is_offered_with_when_it_opens(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let form = released(Release::OnTheDay(8 * 60), service_form(ServiceKind::Hub, "Same day"));
        let offer = town.offer(&town.manager, &form, "Nurse Ann").await;
        town.template(&town.manager, &template_form(offer, "thu", "18:00", "19:00")).await;
        let appointments = &town.services.appointments;
        let choices = appointments.choices(&who.actor, who.person, &SearchForm::default()).await.unwrap();
        assert_eq!(choices.kinds, [ServiceKind::Gp, ServiceKind::Hub]);
        let found = async |form: SearchForm| appointments.search(&who.actor, who.person, &form).await.unwrap();
        let before = found(wanted(ServiceKind::Hub)).await;
        assert!(before.slots.is_empty() && before.closed.is_empty());
        let said: Vec<_> = before.opens.iter().map(|one| one.why.as_str()).collect();
        assert_eq!(said, ["Times open on the day, from 8am. The next open on Thursday 5 November 2026, 8am"]);
        let elsewhere = SearchForm { place: town.gp.place.to_string(), ..wanted(ServiceKind::Hub) };
        assert!(found(elsewhere).await.opens.is_empty());
        // On the day there are times, and nothing more to say.
        town.clock.set(at("2026-11-05T08:00:00Z"));
        let then = found(wanted(ServiceKind::Hub)).await;
        assert!(!then.slots.is_empty() && then.opens.is_empty());
    }
}
