//! Reminders by text message: as somebody chose, once, never at night, and only of what takes place.

use crate::appointments::town::{Citizen, NoMail, Town, at, fields, not_found};
use domain::access::Actor;
use domain::audit::Action;
use service::{BookForm, Delivered, NeedsForm, NeedsOf, ReminderChoice, Reminders, TextError};
use testkit::{Phones, Place, ProviderDoes};

const NUMBER: &str = "07700 900123";
const FULL: &str = "+447700900123";

/// By mail, by text message, two days before.
const BOTH: ReminderChoice = ReminderChoice { by_mail: true, by_text: true, days_before: 2 };
const TEXT: ReminderChoice = ReminderChoice { by_mail: false, ..BOTH };
const MAIL: ReminderChoice = ReminderChoice { by_text: false, ..BOTH };
const NEITHER: ReminderChoice = ReminderChoice { by_mail: false, ..MAIL };

impl Town {
    async fn wish(&self, who: &Citizen, choice: ReminderChoice) {
        self.services.appointments.choose_reminders(&who.actor, who.person, choice).await.unwrap();
    }

    /// Somebody with a number who is reminded by text message alone.
    async fn texted(&self, name: &str, number: &str) -> Citizen {
        let who = self.citizen(name).await;
        self.give_number(&who, number).await;
        self.wish(&who, TEXT).await;
        who
    }

    /// To which numbers text messages came.
    async fn rang(&self) -> Vec<String> {
        self.texts().await.into_iter().map(|text| text.to).collect()
    }
}

fn down() -> ProviderDoes {
    ProviderDoes::Refuses(TextError::Later("the provider answered 503".to_owned()))
}

testkit::both_engines! {
    async fn each_is_reminded_in_the_ways_that_they_chose_and_once_in_each(place: &Place) {
        let town = Town::at(place).await;
        let mut people = Vec::new();
        for (number, (name, choice)) in [("Both", BOTH), ("Text", TEXT), ("Mail", MAIL), ("Neither", NEITHER)].into_iter().enumerate() {
            let who = town.citizen(name).await;
            town.give_number(&who, &format!("07700 90010{number}")).await;
            town.wish(&who, choice).await;
            town.book(&who, &format!("2026-11-12T09:{number}0:00Z")).await;
            people.push(who);
        }
        let runs: Vec<_> = (0..4)
            .map(|_| {
                town.clock.set(at("2026-11-10T12:00:00Z"));
                let appointments = town.services.appointments.clone();
                tokio::spawn(async move { appointments.run_reminders(&Actor::System).await.unwrap().reminded })
            })
            .collect();
        let mut total = 0;
        for run in runs {
            total += run.await.unwrap();
        }
        assert_eq!(total, 4, "two in both ways, one in each of the others");
        let texts = town.texts().await;
        let numbers: Vec<_> = texts.iter().map(|text| text.to.as_str()).collect();
        assert_eq!(numbers, ["+447700900100", "+447700900101"]);
        assert_eq!(
            texts[0].body,
            "You have an appointment on Thursday 12 November at 9am. Sign in to Selfheal to see it: http://localhost:8080/appointments"
        );
        assert_eq!(town.told("coming up").await, [people[0].email.as_str(), people[2].email.as_str()]);
        for _ in 0..3 {
            assert_eq!(town.remind("2026-11-10T13:00:00Z").await, 0);
        }
        // Whoever chooses a way later is reminded in it too, and not again in the other.
        town.wish(&people[2], BOTH).await;
        assert_eq!(town.remind("2026-11-10T14:00:00Z").await, 1);
        assert_eq!(town.rang().await, ["+447700900102"]);
        assert!(town.mail().await.is_empty());
    }

    async fn until_they_choose_they_are_reminded_as_they_need_to_be_contacted(place: &Place) {
        let town = Town::at(place).await;
        let (who, appointments) = (town.citizen("Rivers").await, &town.services.appointments);
        let form = NeedsForm {
            chosen: "by-text by-phone".to_owned(),
            needs_interpreter: "no".to_owned(),
            version: "0".to_owned(),
            submission: town.services.core.new_id().to_string(),
            ..NeedsForm::default()
        };
        town.services.profile.save_needs(&who.actor, NeedsOf::Person(who.person), &form).await.unwrap();
        let now = async || appointments.reminders(&who.actor, who.person).await.unwrap().choice;
        assert_eq!(now().await, MAIL, "without a number a mail is better than nothing");
        town.give_number(&who, NUMBER).await;
        assert_eq!(now().await, TEXT);
        town.book(&who, "2026-11-12T09:00:00Z").await;
        assert_eq!(town.remind("2026-11-10T12:00:00Z").await, 1);
        assert_eq!(town.rang().await, [FULL]);
        assert_eq!(town.remind("2026-11-10T13:00:00Z").await, 0);
        assert!(town.told("coming up").await.is_empty(), "and not by mail");
        town.wish(&who, BOTH).await;
        assert_eq!(now().await, BOTH, "what they choose counts before what they need");
        assert_eq!(town.remind("2026-11-10T14:00:00Z").await, 1);
    }

    async fn what_was_taken_for_the_last_time_by_a_server_that_died_is_given_up(place: &Place) {
        let town = Town::at(place).await;
        let who = town.texted("Rivers", NUMBER).await;
        town.book(&who, "2026-11-05T09:00:00Z").await;
        town.remind("2026-11-03T12:00:00Z").await;
        town.mail().await;
        town.texts().await;
        // Its words are there still, and nobody has said what came of it.
        place.alter("UPDATE outbox SET sent_at = NULL, attempts = 16, body = 'secret', next_try_at = '2026-11-03T12:05:00Z'").await;
        town.clock.set(at("2026-11-03T12:04:00Z"));
        let sends = async || town.services.outbox.deliver_waiting(&NoMail, Some(&town.phones)).await.unwrap();
        assert_eq!(sends().await, Delivered::default());
        let waiting = u64::try_from(town.services.outbox.waiting().await.unwrap()).unwrap();
        assert!(waiting > 0);
        town.clock.set(at("2026-11-03T12:06:00Z"));
        assert_eq!(sends().await, Delivered { given_up: waiting, ..Delivered::default() });
        assert_eq!(town.services.outbox.waiting().await.unwrap(), 0);
        assert_eq!(sends().await, Delivered::default());
    }

    async fn text_messages_need_a_number_that_is_theirs(place: &Place) {
        let town = Town::at(place).await;
        let (who, carer) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        town.give_number(&carer, "07700 900999").await;
        town.let_book(&who, &carer).await;
        let appointments = &town.services.appointments;
        let seen = |can_text| Reminders { choice: ReminderChoice::default(), can_text, texts: true };
        assert_eq!(appointments.reminders(&who.actor, who.person).await.unwrap(), seen(false));
        let wrong = ReminderChoice { days_before: 15, ..BOTH };
        assert_eq!(fields(appointments.choose_reminders(&who.actor, who.person, wrong).await), ["by_text", "days_before"]);
        // A carer's number is not the person's.
        assert_eq!(fields(appointments.choose_reminders(&carer.actor, who.person, TEXT).await), ["by_text"]);
        // One that waits for its code is none yet.
        let mobiles = &town.services.mobiles;
        mobiles.ask(&who.actor, &town.session(), NUMBER, &service::Origin::new(None, "")).await.unwrap();
        assert_eq!(fields(appointments.choose_reminders(&who.actor, who.person, TEXT).await), ["by_text"]);
        town.texts().await;
        town.give_number(&who, NUMBER).await;
        assert_eq!(appointments.reminders(&carer.actor, who.person).await.unwrap(), seen(true));
        appointments.choose_reminders(&carer.actor, who.person, TEXT).await.unwrap();
        town.book(&who, "2026-11-12T09:00:00Z").await;
        assert_eq!(town.remind("2026-11-10T12:00:00Z").await, 1);
        assert_eq!(town.rang().await, [FULL], "the person is reminded, not the carer");
        let looks = town.services.activity.of_record(&Actor::Operator, who.person, None).await.unwrap().0;
        let looks: Vec<_> = looks
            .iter()
            .filter(|item| item.action == Action::Read && item.detail.get("page").is_some_and(|page| page == "reminders"))
            .map(|item| item.basis.code())
            .collect();
        assert_eq!(looks, ["carer", "self"], "each look at how somebody is reminded is written down");
        not_found(appointments.reminders(&town.citizen("Hill").await.actor, who.person).await);
    }

    async fn what_is_given_up_is_not_reminded_of_even_where_the_text_waits_already(place: &Place) {
        let town = Town::at(place).await;
        let (rivers, stone, hill) =
            (town.texted("Rivers", NUMBER).await, town.texted("Stone", "07700 900124").await, town.texted("Hill", "07700 900125").await);
        let appointments = &town.services.appointments;
        let cancelled = town.book(&rivers, "2026-11-12T09:00:00Z").await;
        let moved = town.book(&stone, "2026-11-12T09:10:00Z").await;
        town.book(&hill, "2026-11-12T09:20:00Z").await;
        assert_eq!(town.remind("2026-11-10T12:00:00Z").await, 3);
        appointments.cancel(&rivers.actor, rivers.person, cancelled, "").await.unwrap();
        let slot = town.slot(&stone, "2026-11-19T09:00:00Z").await;
        let form = BookForm { instead_of: moved.to_string(), ..town.form(slot) };
        appointments.book(&stone.actor, stone.person, &form).await.unwrap();
        let clinic = town.clinic("2026-11-12T09:00:00Z").await;
        town.services.diary.cancel_clinic(&town.manager, clinic.id, clinic.version).await.unwrap();
        assert!(town.texts().await.is_empty());
        // What the provider has already, and of which nobody knows, is not asked about again either.
        assert_eq!(town.remind("2026-11-17T09:00:00Z").await, 1);
        town.phones.next(ProviderDoes::TakesUnsaid);
        assert_eq!(town.rang().await, ["+447700900124"]);
        let new = appointments.list(&stone.actor, stone.person).await.unwrap().into_iter().find(|one| one.status.is_open()).unwrap();
        appointments.cancel(&stone.actor, stone.person, new.id, "").await.unwrap();
        town.clock.set(at("2026-11-17T12:00:00Z"));
        assert!(town.texts().await.is_empty());
        assert_eq!(town.services.outbox.waiting().await.unwrap(), 0);
    }

    async fn a_server_that_dies_after_the_provider_took_it_makes_no_second_text(place: &Place) {
        let town = Town::at(place).await;
        let who = town.texted("Rivers", NUMBER).await;
        town.book(&who, "2026-11-12T09:00:00Z").await;
        assert_eq!(town.remind("2026-11-10T12:00:00Z").await, 1);
        town.phones.next(ProviderDoes::TakesAndHangs);
        // Whoever rang before this rang for the code.
        let (outbox, phones) = (town.services.outbox.clone(), Phones::clone(&town.phones));
        town.phones.ring().await;
        let dying = tokio::spawn(async move { outbox.deliver_waiting(&NoMail, Some(&phones)).await });
        town.phones.ring().await;
        dying.abort();
        assert!(dying.await.unwrap_err().is_cancelled());
        assert_eq!(town.services.outbox.waiting().await.unwrap(), 1, "nobody noted that it went");
        // Others leave it alone until the dead one's time is over, then ask the provider.
        assert_eq!(town.deliver().await, Delivered::default());
        town.clock.set(at("2026-11-10T12:05:00Z"));
        assert_eq!(town.deliver().await, Delivered { sent: 1, ..Delivered::default() });
        assert_eq!(town.services.outbox.waiting().await.unwrap(), 0);
        assert_eq!(town.rang().await, [FULL]);
    }

    async fn a_text_that_was_put_in_before_the_night_waits_through_it(place: &Place) {
        // In winter, and over both clock changes: 10pm and 7am are those of the clock in London.
        for (since, put_in, night, morning) in [
            ("2026-11-03T10:40:00Z", "2026-11-10T21:59:00Z", "2026-11-11T06:59:59Z", "2026-11-11T07:00:00Z"),
            ("2027-03-25T10:40:00Z", "2027-03-27T21:59:00Z", "2027-03-28T05:59:59Z", "2027-03-28T06:00:00Z"),
            ("2027-10-28T10:40:00Z", "2027-10-30T20:59:00Z", "2027-10-31T06:59:59Z", "2027-10-31T07:00:00Z"),
        ] {
            let place = testkit::fresh(place.store.engine_name()).await;
            let town = Town::since(&place, since).await;
            let who = town.citizen("Rivers").await;
            town.give_number(&who, NUMBER).await;
            town.wish(&who, ReminderChoice { days_before: 3, ..BOTH }).await;
            let slots = town.found(&who, &crate::appointments::town::wanted(domain::appointment::ServiceKind::Gp)).await;
            let slot = slots.iter().find(|slot| slot.starts_at > at(morning)).unwrap();
            town.try_book(&who.actor, who.person, slot.id).await.unwrap();
            assert_eq!(town.remind(put_in).await, 2);
            // The provider is down in the last minute of the day.
            town.phones.next(down());
            assert_eq!(town.deliver().await, Delivered { sent: 1, failed: 1, ..Delivered::default() });
            town.mail().await;
            town.clock.set(at(put_in) + chrono::TimeDelta::minutes(1));
            assert_eq!(town.deliver().await, Delivered::default(), "it is 10pm");
            town.clock.set(at(night));
            assert_eq!(town.deliver().await, Delivered::default(), "it is not yet 7am");
            // A code comes at night all the same: somebody waits for it.
            let other = town.citizen("Stone").await;
            town.services.mobiles.ask(&other.actor, &town.session(), "07700 900124", &service::Origin::new(None, "")).await.unwrap();
            assert_eq!(town.rang().await, ["+447700900124"]);
            town.clock.set(at(morning));
            assert_eq!(town.rang().await, [FULL]);
            place.clear().await;
        }
    }

    async fn a_mail_that_was_not_taken_before_the_night_waits_through_it_too(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        town.book(&who, "2026-11-12T09:00:00Z").await;
        assert_eq!(town.remind("2026-11-10T21:59:00Z").await, 1);
        town.clock.set(at("2026-11-10T22:00:00Z"));
        assert!(town.mail().await.is_empty());
        town.clock.set(at("2026-11-11T07:00:00Z"));
        assert_eq!(town.mail().await.len(), 1);
    }

    async fn of_what_has_begun_no_reminder_goes_out(place: &Place) {
        let town = Town::at(place).await;
        let who = town.texted("Rivers", NUMBER).await;
        town.wish(&who, BOTH).await;
        town.book(&who, "2026-11-12T09:00:00Z").await;
        assert_eq!(town.remind("2026-11-12T08:59:00Z").await, 2);
        town.clock.set(at("2026-11-12T09:00:00Z"));
        assert_eq!(town.deliver().await, Delivered { given_up: 2, ..Delivered::default() });
        town.clock.set(at("2026-11-13T12:00:00Z"));
        assert!(town.texts().await.is_empty() && town.mail().await.is_empty());
        assert_eq!(town.services.outbox.waiting().await.unwrap(), 0);
    }

    async fn whoever_wants_none_any_more_or_has_no_number_any_more_gets_none_that_waits(place: &Place) {
        let town = Town::at(place).await;
        let (first, second) = (town.texted("Rivers", NUMBER).await, town.texted("Stone", "07700 900124").await);
        town.wish(&second, BOTH).await;
        town.book(&first, "2026-11-12T09:00:00Z").await;
        town.book(&second, "2026-11-12T09:10:00Z").await;
        assert_eq!(town.remind("2026-11-10T12:00:00Z").await, 3);
        town.services.mobiles.remove(&first.actor, &town.session()).await.unwrap();
        town.wish(&second, NEITHER).await;
        let told = town.mail().await;
        assert!(told.len() == 1 && told[0].subject == "Your mobile number for text messages", "{told:?}");
        assert!(town.texts().await.is_empty());
        // Nothing is looked at that cannot be sent.
        assert_eq!(town.remind("2026-11-10T12:05:00Z").await, 0);
        // The wish stays, and holds again with a number.
        assert_eq!(town.services.appointments.reminders(&first.actor, first.person).await.unwrap().choice, TEXT);
        town.book(&first, "2026-11-13T09:00:00Z").await;
        town.give_number(&first, "07700 900126").await;
        assert_eq!(town.remind("2026-11-12T12:00:00Z").await, 1);
        assert_eq!(town.rang().await, ["+447700900126"]);
    }

    async fn a_text_that_waits_goes_to_the_new_number(place: &Place) {
        let town = Town::at(place).await;
        let who = town.texted("Rivers", NUMBER).await;
        town.book(&who, "2026-11-12T09:00:00Z").await;
        assert_eq!(town.remind("2026-11-10T12:00:00Z").await, 1);
        town.phones.next(down());
        assert_eq!(town.deliver().await.failed, 1);
        town.give_number(&who, "07700 900126").await;
        town.phones.read();
        town.clock.set(at("2026-11-10T12:01:00Z"));
        assert_eq!(town.rang().await, ["+447700900126"]);
    }

    async fn where_no_text_messages_are_sent_nobody_can_choose_them_and_none_are_put_in(place: &Place) {
        let town = Town::at(place).await;
        let who = town.texted("Rivers", NUMBER).await;
        town.book(&who, "2026-11-12T09:00:00Z").await;
        let without = place.services_without_texts(&town.clock);
        let seen = without.appointments.reminders(&who.actor, who.person).await.unwrap();
        assert_eq!(seen, Reminders { choice: TEXT, can_text: false, texts: false });
        assert_eq!(fields(without.appointments.choose_reminders(&who.actor, who.person, BOTH).await), ["by_text"]);
        town.clock.set(at("2026-11-10T12:00:00Z"));
        assert_eq!(without.appointments.run_reminders(&Actor::System).await.unwrap().reminded, 0);
        let asked = without.mobiles.ask(&who.actor, &town.session(), "07700 900127", &service::Origin::new(None, "")).await;
        assert_eq!(fields(asked), ["number"]);
        // Once they are sent again, so is this.
        assert_eq!(town.remind("2026-11-10T12:00:00Z").await, 1);
        assert_eq!(town.rang().await, [FULL]);
    }
}
