//! Readings by text message.

use crate::readings::town::not_found;
use crate::readings::world::World;
use chrono::TimeDelta;
use domain::audit::{Action, Basis};
use domain::reading::{Measure, Span};
use service::{ServiceError, Services, TextIn, TextRefusal, Texting};
use testkit::Place;

const FULL: &str = "+447700900123";
const SECRET: &str = "whoever-hands-over-texts-says-this";

fn texting(place: &Place, world: &World) -> Services {
    let texting = Texting { number: "07700 900999".to_owned(), secret: SECRET.parse().unwrap() };
    place.services_texting(&world.town.clock, texting)
}

fn message(world: &World, id: &str, text: &str) -> TextIn {
    TextIn { id: id.to_owned(), from: "447700900123".to_owned(), text: text.to_owned(), at: world.town.services.core.now() }
}

/// Somebody's number takes readings.
async fn takes(world: &World, services: &Services) {
    world.town.give_number(&world.edna, "07700 900123").await;
    services.mobiles.take_readings(&world.edna.actor, &world.town.session(), true).await.unwrap();
    world.town.texts().await;
}

/// What is answered to a message.
async fn said(world: &World, services: &Services, message: &TextIn) -> Vec<String> {
    services.readings.texted(message).await.unwrap();
    let texts = world.town.texts().await;
    assert!(texts.iter().all(|text| text.to == FULL));
    texts.into_iter().map(|text| text.body).collect()
}

async fn newest(world: &World) -> Vec<String> {
    let seen = world.town.services.readings.overview(&world.edna.actor, world.edna.person).await.unwrap();
    seen.newest.iter().map(service::ReadingSeen::in_words).collect()
}

/// The record says that Edna is a woman of 31.
pub(super) async fn is_of_an_age_to_be_pregnant(world: &World, services: &Services) {
    let (store, person) = (services.core.store().clone(), world.edna.person);
    let is_woman = store.write(move |tx| {
        Box::pin(async move {
            let row = store::person_write::lock(tx, person).await?.unwrap();
            let (birth_date, gender) = ("1995-02-01".parse().ok(), Some("female".to_owned()));
            let who = domain::person::Demographics { birth_date, gender, ..row.demographics()? };
            store::person_write::update(tx, person, &who, row.updated_at).await
        })
    });
    is_woman.await.unwrap();
}

testkit::both_engines! {
    async fn a_reading_is_noted_once_answered_and_taken_out_again(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let first = message(&world, "m1", "BP 142/88 pulse 72");
        let before = world.events().await;
        let (one, two) = tokio::join!(services.readings.texted(&first), services.readings.texted(&first));
        one.unwrap();
        two.unwrap();
        let texts = world.town.texts().await;
        assert_eq!(texts.len(), 1);
        assert!(texts[0].body.contains("blood pressure 142/88 mmHg, pulse 72 beats a minute. Not right? Reply WRONG"), "{}", texts[0].body);
        assert_eq!((world.events().await, world.last().await), (before + 2, (Action::ReadingAdded, Basis::Own)));
        assert!(said(&world, &services, &first).await.is_empty(), "the same message again");
        assert_eq!(newest(&world).await, ["142/88 mmHg", "72 beats a minute"]);
        let pulse = services.readings.measure(&world.edna.actor, world.edna.person, (Measure::Pulse, Span::Week, None)).await.unwrap();
        let (noted, from) = (&pulse.readings[0].note, pulse.readings[0].from_where());
        assert_eq!((noted.as_str(), from), ("BP 142/88 pulse 72", vec!["From a text message".to_owned()]));
        // What was wrong is taken out, the whole message, and then the one before it.
        let before = said(&world, &services, &message(&world, "m2", "sugar 7.2 before tea")).await;
        assert!(before[0].contains("blood sugar 7.2 mmol/L (before a meal). Not right?"), "how it was understood: {before:?}");
        let out = said(&world, &services, &message(&world, "m3", "wrong")).await;
        assert_eq!(out, ["Taken out again: blood sugar 7.2 mmol/L. Send it as it should be."]);
        assert_eq!(world.last().await, (Action::ReadingChanged, Basis::Own));
        said(&world, &services, &message(&world, "m4", "Wrong!")).await;
        assert!(newest(&world).await.is_empty());
        let nothing = said(&world, &services, &message(&world, "m5", "WRONG")).await;
        assert!(nothing[0].contains("nothing from the last 24 hours"), "{nothing:?}");
    }

    async fn what_was_sent_yesterday_or_changed_since_stays(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        said(&world, &services, &message(&world, "m1", "weight 78 kg")).await;
        world.town.clock.advance(TimeDelta::hours(25));
        said(&world, &services, &message(&world, "m2", "wrong")).await;
        assert_eq!(newest(&world).await, ["78 kg"]);
    }

    async fn what_is_unlikely_or_unclear_is_asked_about_and_nothing_is_kept(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        for (id, text, answer) in [
            ("m1", "sugar 130", "Was it 130 mg/dL? That is 7.2 mmol/L"),
            ("m2", "BP 142/88 sugar 130", "Nothing was noted"),
            ("m3", "BP 142/88 72", "We did not understand that, and nothing was noted. Write what it is"),
            ("m4", "\u{202e}hello \u{1f600}", "We did not understand that"),
            ("m5", "142/88 yesterday", "We could not tell when that was, so nothing was noted"),
            ("m10", "142/88 tablets at 8am", "We could not tell when that was, so nothing was noted. If it was today, add the time: BP 142/88 at 8am. Or sign in."),
            ("m15", "bp 142/88 31/02", "Is that a date? We could not tell, so nothing was noted."),
            ("m16", "bp 142.5/88", "Top number: Write it without decimals. Nothing was noted. Send it again."),
            ("m6", "Wrong, it was 132/84", "send only the word WRONG"),
            ("m7", "No", "We did not understand that"),
            ("m8", "weight 12 4 kg", "We did not understand that"),
            ("m11", "bp88/142", "The top number of a blood pressure must be higher than the bottom number. Check both. Nothing was noted. Send it again with the top number first, such as: BP 142/88. If"),
            ("m13", "BP 90/90", "Nothing was noted. Send it again with the top number first"),
            ("m14", "pulse 900", "Nothing was noted. Send it again. If"),
            ("m12", "BP 142", "A blood pressure has two numbers, and the bottom one is missing, so nothing was noted."),
        ] {
            let said = said(&world, &services, &message(&world, id, text)).await;
            assert!(said.len() == 1 && said[0].contains(answer), "{said:?}");
            assert!(said[0].ends_with("If you feel very unwell call 999 or 111."), "{said:?}");
            assert!(!said[0].contains("as it is"), "the form refuses it too: {said:?}");
        }
        let help = said(&world, &services, &message(&world, "m9", "help")).await;
        assert!(help[0].contains("BP 142/88, or: sugar 7.2 before tea"), "{help:?}");
        assert!(newest(&world).await.is_empty());
    }

    async fn a_time_of_today_is_kept_and_one_to_come_is_not(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let now = services.core.now();
        let at = |time: &str| format!("{}T{time}:00Z", now.format("%Y-%m-%d")).parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let sent = domain::when::clock_at(now);
        for (id, text, (measure, taken_at), answer) in [
            ("t1", "142/88 at 8am", (Measure::BloodPressure, at("08:00")), "Noted at 8am: blood pressure 142/88 mmHg.".to_owned()),
            ("t2", "08:15 pulse 72", (Measure::Pulse, at("08:15")), "Noted at 8:15am: pulse 72 beats a minute.".to_owned()),
            ("t3", "weight 78 kg", (Measure::Weight, now), format!("Noted at {sent}: weight 78 kg.")),
        ] {
            let said = said(&world, &services, &message(&world, id, text)).await;
            assert!(said.len() == 1 && said[0].starts_with(&answer), "{text}: {said:?}");
            let seen = services.readings.overview(&world.edna.actor, world.edna.person).await.unwrap();
            let newest = seen.newest.iter().find(|one| one.measure == measure).unwrap();
            assert_eq!(newest.taken_at, taken_at, "{text}");
        }
        // What is still to come is hardly of today: nothing is noted, and danger is answered.
        let to_come = said(&world, &services, &message(&world, "t4", "sugar 2.1 at 8pm")).await;
        assert!(to_come[0].starts_with("This blood sugar is low."), "{to_come:?}");
        assert!(to_come[0].contains("We could not tell when that was, so nothing was noted."), "{to_come:?}");
        assert_eq!(newest(&world).await.len(), 3);
        // What to do turns on what was measured just before that time.
        said(&world, &services, &message(&world, "t5", "BP 184/110 at 9am")).await;
        let again = said(&world, &services, &message(&world, "t6", "BP 182/108 at 9:10am")).await;
        assert!(again[0].contains("Your blood pressure is still very high"), "{again:?}");
        // A time that was twice today is not guessed.
        world.town.clock.advance(TimeDelta::hours(10));
        let twice = said(&world, &services, &message(&world, "t7", "pulse 70 at 8:15")).await;
        assert!(twice[0].starts_with("We could not tell when that was, so nothing was noted. Was that 8:15am or 8:15pm?"), "{twice:?}");
        // Danger in it is answered, also where a unit alone says what it is of.
        for (id, text, danger) in [
            ("t8", "2.1 mmol at 8:15", "This blood sugar is low"),
            ("t9", "40.5 c at 8:15", "This temperature is very high"),
        ] {
            let unsure = said(&world, &services, &message(&world, id, text)).await;
            assert!(unsure[0].contains("nothing was noted") && unsure[0].contains(danger), "{text}: {unsure:?}");
        }
        assert_eq!(newest(&world).await.len(), 3);
        // Of another day it says which.
        let evening = said(&world, &services, &message(&world, "t10", "bp 142/88 yesterday 9pm")).await;
        assert!(evening[0].starts_with("Noted for Monday 2 November 2026, 9pm: blood pressure 142/88 mmHg."), "{evening:?}");
    }

    async fn a_time_in_a_message_that_was_more_than_a_day_on_its_way_is_not_kept(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let after = |id: &str, hours: i64| {
            let message = message(&world, id, "BP 190/125 at 8am");
            TextIn { at: message.at - TimeDelta::hours(hours), ..message }
        };
        let late = said(&world, &services, &after("l1", 25)).await;
        assert!(late[0].starts_with("This blood pressure is very high."), "{late:?}");
        assert!(late[0].contains("Your message took more than a day to reach us, so nothing was noted."), "{late:?}");
        assert!(newest(&world).await.is_empty());
        let soon = said(&world, &services, &after("l2", 1)).await;
        assert!(soon[0].starts_with("This blood pressure is very high."), "{soon:?}");
        assert!(soon[0].contains("Noted at 8am: blood pressure 190/125 mmHg."), "{soon:?}");
    }

    async fn signs_of_earlier_are_answered_and_not_kept(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let danger = "What you feel needs help now, whatever the number is";
        let earlier = said(&world, &services, &message(&world, "e1", "BP 150/95 chest pain at 8am")).await;
        assert!(earlier[0].starts_with(&format!("{danger}.")), "{earlier:?}");
        assert!(earlier[0].contains("We can only note how you feel as it is now, so nothing was noted."), "{earlier:?}");
        assert!(!earlier[0].contains("Measure again"), "{earlier:?}");
        assert!(newest(&world).await.is_empty());
        // Of this sitting they hold for what is measured now.
        let time = domain::when::clock_at(services.core.now() - TimeDelta::minutes(30));
        let now = said(&world, &services, &message(&world, "e2", &format!("BP 150/95 chest pain at {time}"))).await;
        assert!(now[0].starts_with(danger) && now[0].contains(&format!("Noted at {time}: blood pressure 150/95 mmHg")), "{now:?}");
        let next = said(&world, &services, &message(&world, "e3", "BP 150/95")).await;
        assert!(next[0].starts_with(danger) && next[0].contains("Noted at"), "{next:?}");
        // Whoever said nothing of signs now reads why, after what to do.
        let why = format!("{danger}. A warning sign told at {time} still counts. Call 999 if");
        assert!(next[0].contains(&why) && !now[0].contains("still counts"), "{next:?}");
    }

    async fn danger_is_answered_with_what_to_do(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let said = said(&world, &services, &message(&world, "m1", "bp 190 over 125")).await;
        assert!(said[0].contains("This blood pressure is very high. Call 999 if you also have chest pain"), "{said:?}");
        assert!(said[0].contains("weak or numb. Sit quietly for 5 minutes and measure again."), "{said:?}");
    }

    async fn when_to_call_999_is_within_the_first_text_message_of_an_answer(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        for (id, text, call) in [
            // Of which nothing is noted.
            ("f4", "BP 150/95 chest pain at 8am", "whatever the number is. Call 999 if chest pain is sudden"),
            ("f5", "BP 190/125 at 2:30", "This blood pressure is very high. Call 999 if you also have chest pain"),
            ("f6", "BP 190/125 last night", "This blood pressure is very high. Call 999 if you also have chest pain"),
            ("f1", "BP 190/125", "This blood pressure is very high. Call 999 if you also have chest pain"),
            ("f2", "sugar 2.9", "This blood sugar is low. Call 999 if somebody with low blood sugar is unconscious"),
            ("f3", "oxygen 90", "This oxygen level is very low. Call 999 if it stays at 92 or less"),
        ] {
            let said = said(&world, &services, &message(&world, id, text)).await;
            assert!(said[0].contains(call), "{text}: {said:?}");
            // 3GPP TS 23.040: 160 characters of each.
            let first: String = said[0].chars().take(160).collect();
            assert!(first.contains("Call 999 if"), "{text}: {first}");
        }
    }

    async fn what_is_to_be_done_now_comes_before_why_nothing_was_noted(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let high = "This blood pressure is very high. Call 999 if you also have chest pain";
        for (id, text, first, why) in [
            ("b1", "BP 190/125 last night", high, "We could not tell when that was, so nothing was noted."),
            ("b2", "BP 88/142 chest pain", "What you feel needs help now, whatever the number is.", "Nothing was noted. Send it again"),
            ("b3", "BP 235/125 pulse 185", high, "If it is right, send the same again within an hour."),
            ("b4", "sugar 1.9", "This blood sugar is low. Call 999 if", "Nothing was noted. If it is right, send the same again"),
        ] {
            let said = said(&world, &services, &message(&world, id, text)).await;
            assert!(said.len() == 1 && said[0].starts_with(first) && said[0].contains(why), "{text}: {said:?}");
            assert!(said[0].ends_with("If you feel very unwell call 999 or 111."), "{text}: {said:?}");
            assert!(said[0].chars().count() <= 918, "{text}: {said:?}");
            // Signs hold for the sitting.
            world.town.clock.advance(TimeDelta::hours(1));
        }
        // What nobody has to act on at once says why first.
        let slip = said(&world, &services, &message(&world, "b5", "BP 88/142")).await;
        assert!(slip[0].starts_with("The top number of a blood pressure must be higher than the bottom number."), "{slip:?}");
        // Whoever it is of.
        let stone = world.town.citizen("Stone").await;
        world.town.give_number(&stone, "07700 900123").await;
        services.mobiles.take_readings(&stone.actor, &world.town.session(), true).await.unwrap();
        world.town.texts().await;
        let both = said(&world, &services, &message(&world, "b6", "BP 190/125 oxygen 84 sugar 2.1")).await;
        let why = "More than one person has given this number, so nothing was noted. Sign in to record it.";
        assert!(both[0].starts_with("This ") && both[0].contains("999") && both[0].contains(why), "{both:?}");
        assert!(both[0].find("999") < both[0].find(why) && both[0].chars().count() <= 918, "{both:?}");
    }

    async fn what_is_not_understood_is_answered_in_one_text_message(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        for (place, text) in
            ["hello", "pulse 70 yesterday", "pulse 70 at 2:30", "pulse 72 weight"].into_iter().enumerate()
        {
            let said = said(&world, &services, &message(&world, &format!("o{place}"), text)).await;
            // 3GPP TS 23.040.
            assert!(said.len() == 1 && said[0].chars().count() <= 160, "{text}: {said:?}");
        }
        let late = message(&world, "late", "pulse 70 at 8am");
        let late = said(&world, &services, &TextIn { at: late.at - TimeDelta::hours(25), ..late }).await;
        assert!(late[0].contains("took more than a day") && late[0].chars().count() <= 160, "{late:?}");
    }

    async fn an_oxygen_level_in_the_range_of_a_care_team_is_answered_as_such(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let answer = said(&world, &services, &message(&world, "m1", "oxygen 90")).await;
        assert!(answer[0].contains("This oxygen level is very low"), "{answer:?}");
        let target = service::TargetForm {
            first_low: "88".to_owned(),
            first_high: "92".to_owned(),
            why: "You have COPD".to_owned(),
            ..service::TargetForm::default()
        };
        let (clinician, person) = (&world.town.clinician, world.edna.person);
        services.readings.set_target(clinician, person, Measure::Oxygen, &target).await.unwrap();
        let answer = said(&world, &services, &message(&world, "m2", "oxygen 91")).await;
        assert!(answer[0].contains("This oxygen level is where your care team wants it"), "{answer:?}");
        assert!(answer[0].contains("Call 999 if you are struggling to breathe") && !answer[0].contains("very low"), "{answer:?}");
        let answer = said(&world, &services, &message(&world, "m3", "oxygen 87")).await;
        assert!(answer[0].contains("This oxygen level is very low"), "{answer:?}");
    }

    async fn a_second_very_high_reading_and_a_red_peak_flow_are_answered_as_such(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        said(&world, &services, &message(&world, "m1", "bp 190/112")).await;
        world.town.clock.advance(TimeDelta::minutes(10));
        let second = said(&world, &services, &message(&world, "m2", "bp 184/110")).await;
        assert!(second[0].contains("Your blood pressure is still very high") && !second[0].contains("measure again"), "{second:?}");
        let start = service::StartForm {
            first: "today".to_owned(),
            length: "14".to_owned(),
            times: "8am, 8pm".to_owned(),
            best: "450".to_owned(),
            green: "80".to_owned(),
            amber: "50".to_owned(),
            submission: services.core.new_id().to_string(),
            ..service::StartForm::default()
        };
        services.readings.start_week(&world.edna.actor, world.edna.person, domain::reading::week::Protocol::PeakFlow, &start).await.unwrap();
        let red = said(&world, &services, &message(&world, "m3", "peak flow 200")).await;
        assert!(red[0].contains("This peak flow is in your red zone") && red[0].contains("999"), "{red:?}");
    }

    async fn danger_in_what_is_not_understood_is_answered_by_what_is_known_of_the_person(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let red = || message(&world, "m0", "peak flow 200 or so yesterday");
        assert!(!said(&world, &services, &red()).await[0].contains("red zone"), "no plan");
        let start = service::StartForm {
            first: "today".to_owned(),
            length: "14".to_owned(),
            times: "8am, 8pm".to_owned(),
            best: "450".to_owned(),
            green: "80".to_owned(),
            amber: "50".to_owned(),
            submission: services.core.new_id().to_string(),
            ..service::StartForm::default()
        };
        let (me, person) = (&world.edna.actor, world.edna.person);
        services.readings.start_week(me, person, domain::reading::week::Protocol::PeakFlow, &start).await.unwrap();
        let before = world.events().await;
        let answer = said(&world, &services, &TextIn { id: "m1".to_owned(), ..red() }).await;
        assert!(answer[0].contains("nothing was noted") && answer[0].contains("This peak flow is in your red zone"), "{answer:?}");
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Own)), "it turns on the record");
        said(&world, &services, &message(&world, "m2", "bp 190/112")).await;
        world.town.clock.advance(TimeDelta::minutes(10));
        let second = said(&world, &services, &message(&world, "m3", "it was 184/110 this morning")).await;
        assert!(second[0].contains("Your blood pressure is still very high"), "{second:?}");
        is_of_an_age_to_be_pregnant(&world, &services).await;
        world.town.clock.advance(TimeDelta::hours(3));
        for (id, text) in [("m4", "bp 165/112 last night"), ("m5", "bp 165/112"), ("m6", "bp 190/112 last night")] {
            let answer = said(&world, &services, &message(&world, id, text)).await;
            assert!(answer[0].contains("call your maternity unit now") && answer[0].contains("blurred or flashing sight"), "{answer:?}");
        }
    }

    async fn a_lower_reading_takes_back_nothing_of_what_is_severe_in_pregnancy(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        is_of_an_age_to_be_pregnant(&world, &services).await;
        world.town.clock.set("2026-11-04T14:10:00Z".parse().unwrap());
        said(&world, &services, &message(&world, "m1", "BP 188/124")).await;
        for (id, at) in [("m2", "2026-11-04T14:16:00Z"), ("m3", "2026-11-04T19:00:00Z")] {
            world.town.clock.set(at.parse().unwrap());
            let lower = said(&world, &services, &message(&world, id, "BP 136/84")).await;
            let first = "If you are pregnant, you still need to be seen today. 188/124 at 2:10pm still counts. Call 999 if you also have chest pain";
            assert!(lower[0].starts_with(first) && lower[0].contains("call your maternity unit now"), "{lower:?}");
        }
        // A low one has signs of its own for 999, and all of it has room.
        world.town.clock.set("2026-11-04T20:00:00Z".parse().unwrap());
        let low = said(&world, &services, &message(&world, "m5", "BP 85/50")).await;
        let first = "If you are pregnant, you still need to be seen today. This blood pressure is low. 188/124 at 2:10pm still counts. Call 999 if";
        assert!(low[0].starts_with(first) && low[0].contains("call your maternity unit now"), "{low:?}");
        assert!(low[0].contains("bleeds heavily") && low[0].contains("have a fit") && low[0].contains("Noted at 8pm"), "{low:?}");
        said(&world, &services, &message(&world, "m6", "wrong")).await;
        // The page of the reading says the same.
        let seen = services.readings.overview(&world.edna.actor, world.edna.person).await.unwrap();
        let newest = seen.newest.iter().find(|one| one.measure == Measure::BloodPressure).unwrap();
        let of = (Measure::BloodPressure, newest.id);
        let (page, ..) = services.readings.one(&world.edna.actor, world.edna.person, of).await.unwrap();
        assert_eq!(page.advice.unwrap().title, "If you are pregnant, you still need to be seen today");
        assert_eq!(page.signs.unwrap().held.in_words(true), "At 2:10pm the reading was 188/124.");
        world.town.clock.set("2026-11-05T09:00:00Z".parse().unwrap());
        let next_day = said(&world, &services, &message(&world, "m4", "BP 136/84")).await;
        assert!(next_day[0].starts_with("Noted at 9am"), "{next_day:?}");
    }

    async fn what_is_told_of_ketoacidosis_is_kept_as_that_and_holds_for_the_next_blood_sugar(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let danger = "What you see needs 999 now, whatever the blood sugar is.";
        let sick = said(&world, &services, &message(&world, "m1", "sugar 25 being sick")).await;
        assert!(sick[0].starts_with(danger) && sick[0].contains("blood sugar 25 mmol/L (with warning signs)"), "{sick:?}");
        let seen = services.readings.overview(&world.edna.actor, world.edna.person).await.unwrap();
        let first = seen.newest.iter().find(|one| one.measure == Measure::Glucose).unwrap();
        let how = first.measure.taken_in_words(&first.settings);
        assert!(how.starts_with("feeling or being sick, tummy pain") && !how.contains("onfused"), "{how}");
        world.town.clock.advance(TimeDelta::minutes(10));
        let again = said(&world, &services, &message(&world, "m2", "sugar 9")).await;
        assert!(again[0].starts_with(danger) && again[0].contains("A warning sign told at"), "{again:?}");
    }

    async fn signs_that_were_told_without_a_number_hold_for_what_is_measured_next(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        world.town.clock.set("2026-11-04T14:10:00Z".parse().unwrap());
        let words = said(&world, &services, &message(&world, "w1", "chest tight and heavy, going down my arm")).await;
        assert!(words[0].contains("Nothing was noted"), "{words:?}");
        world.town.clock.advance(TimeDelta::minutes(5));
        let next = said(&world, &services, &message(&world, "w2", "bp 120/80")).await;
        assert!(next[0].starts_with("What you feel needs help now, whatever the number is."), "{next:?}");
        assert!(next[0].contains("A warning sign told at 2:10pm still counts. Not right?"), "{next:?}");
        // What cannot be read is answered by what holds.
        let unread = said(&world, &services, &message(&world, "w3", "bp 142,88")).await;
        assert!(unread[0].starts_with("What you feel needs help now") && !unread[0].contains("Noted at"), "{unread:?}");
        assert!(unread[0].contains("still counts"), "{unread:?}");
        world.town.clock.advance(TimeDelta::minutes(62));
        let later = said(&world, &services, &message(&world, "w4", "bp 120/80")).await;
        assert!(later[0].starts_with("Noted at"), "another sitting: {later:?}");
        let puff = said(&world, &services, &message(&world, "w5", "peak flow 150 cant speak")).await;
        assert!(puff[0].starts_with("This asthma attack is an emergency. Call 999"), "{puff:?}");
        let better = said(&world, &services, &message(&world, "w6", "peak flow 420")).await;
        assert!(better[0].starts_with("This asthma attack is an emergency. Call 999"), "{better:?}");
    }

    async fn signs_beside_a_reading_that_does_not_ask_for_them_hold_for_what_is_measured_next(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        for (place, (told, next)) in [
            ("weight 78 kg chest pain", "What you feel needs help now, whatever the number is."),
            ("weight 78 kg tight chest", "What you feel needs help now, whatever the number is."),
        ]
        .into_iter()
        .enumerate()
        {
            world.town.clock.advance(TimeDelta::hours(3));
            let first = said(&world, &services, &message(&world, &format!("u{place}"), told)).await;
            assert!(first[0].contains("Noted at"), "{told}: {first:?}");
            world.town.clock.advance(TimeDelta::minutes(5));
            let second = said(&world, &services, &message(&world, &format!("v{place}"), "bp 120/80")).await;
            assert!(second[0].starts_with(next) && second[0].contains("still counts"), "{told}: {second:?}");
        }
    }

    async fn danger_from_a_number_that_takes_no_readings_is_answered_in_short(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        let danger = "bp 190/130 chest pain";
        assert!(said(&world, &services, &message(&world, "d0", danger)).await.is_empty(), "nobody's number");
        takes(&world, &services).await;
        said(&world, &services, &message(&world, "stop", "STOP")).await;
        let told = message(&world, "d1", danger);
        let answer = said(&world, &services, &told).await;
        assert!(answer.len() == 1 && answer[0].starts_with("Call 999 now if") && answer[0].chars().count() <= 160, "{answer:?}");
        assert!(said(&world, &services, &told).await.is_empty(), "the same message again");
        let despair = said(&world, &services, &message(&world, "d2", "I want to die")).await;
        // Whom to call is worth a second part (3GPP TS 23.040: 153 letters each).
        assert!(despair[0].contains("Samaritans on 116 123") && despair[0].chars().count() <= 306, "{despair:?}");
        assert!(said(&world, &services, &message(&world, "d3", "BP 142/88")).await.is_empty());
        assert!(newest(&world).await.is_empty());
        let mut answered = 2;
        for place in 0..12 {
            answered += said(&world, &services, &message(&world, &format!("e{place}"), danger)).await.len();
        }
        assert_eq!(answered, 10, "each costs money");
    }

    async fn the_worst_number_is_kept_at_once_beside_a_sign_and_asked_about_without_one(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        for id in ["o1", "o2"] {
            let kept = said(&world, &services, &message(&world, id, "oxygen 80 blue lips")).await;
            assert!(kept[0].starts_with("What you see needs 999 now, whatever the number is."), "{kept:?}");
            assert!(kept[0].contains("Noted at") && !kept[0].contains("send the same again"), "{kept:?}");
        }
        let next = said(&world, &services, &message(&world, "o3", "oxygen 93")).await;
        assert!(next[0].starts_with("What you see needs 999 now") && next[0].contains("still counts"), "{next:?}");
        world.town.clock.advance(TimeDelta::hours(3));
        let asked = said(&world, &services, &message(&world, "o4", "oxygen 80")).await;
        assert!(asked[0].contains("send the same again within an hour"), "{asked:?}");
    }

    async fn signs_of_pre_eclampsia_hold_for_the_blood_pressures_of_the_sitting(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        is_of_an_age_to_be_pregnant(&world, &services).await;
        world.town.clock.set("2026-11-04T14:10:00Z".parse().unwrap());
        let first = said(&world, &services, &message(&world, "m1", "BP 142/92 bad headache and flashing lights")).await;
        let helps = "What you feel needs help now, whatever the number is.";
        assert!(first[0].starts_with(helps) && first[0].contains("142/92 mmHg (with warning signs)"), "{first:?}");
        world.town.clock.advance(TimeDelta::minutes(10));
        let second = said(&world, &services, &message(&world, "m2", "BP 128/78")).await;
        let why = format!("{helps} A warning sign told at 2:10pm still counts. Call 999 if");
        assert!(second[0].starts_with(&why) && second[0].contains("call your maternity unit now"), "{second:?}");
        let seen = services.readings.overview(&world.edna.actor, world.edna.person).await.unwrap();
        let said_before = seen.holds.as_ref().unwrap().signs.held.in_words(true);
        assert!(said_before.starts_with("At 2:10pm you said yes to: Is there a bad headache"), "{said_before}");
        world.town.clock.advance(TimeDelta::minutes(31));
        let later = said(&world, &services, &message(&world, "m3", "BP 128/78")).await;
        assert!(later[0].starts_with("Noted at 2:51pm"), "another sitting: {later:?}");
    }

    async fn rules_are_looked_at_once_for_a_message_and_told_of_once(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let fields = [("colour", "red"), ("side", "below"), ("first", "92"), ("words", "Ring us"), ("why", "You have COPD")];
        let rule = service::RuleForm {
            kind: "single".to_owned(),
            typed: fields.iter().map(|(field, typed)| ((*field).to_owned(), (*typed).to_owned())).collect(),
            submission: services.core.new_id().to_string(),
            ..service::RuleForm::default()
        };
        let (clinician, person) = (&world.town.clinician, world.edna.person);
        services.readings.add_rule(clinician, person, Measure::Oxygen, &rule).await.unwrap();
        let before = world.events().await;
        said(&world, &services, &message(&world, "m1", "oxygen 90 pulse 72 temp 37.1")).await;
        assert_eq!(world.events().await, before + 3);
        assert_eq!(services.work.list(clinician).await.unwrap().len(), 1);
        // Taken out again it stays on the list: somebody may remove what frightens them.
        said(&world, &services, &message(&world, "m2", "wrong")).await;
        // The clinician's look at the list is one too.
        assert_eq!((world.events().await, services.work.list(clinician).await.unwrap().len()), (before + 7, 1));
    }

    async fn what_a_care_team_asks_for_is_answered_in_its_words_with_when_it_looks(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let alone = said(&world, &services, &message(&world, "m0", "pulse 125")).await;
        assert!(alone[0].contains("outside the usual range") && alone[0].ends_with("No care team is told of this."), "no team: {alone:?}");
        // Also of what is worth knowing and no more; of what is usual there is nothing to tell.
        let warm = said(&world, &services, &message(&world, "m01", "temp 38.2")).await;
        assert!(warm[0].contains("This is a high temperature") && warm[0].ends_with("No care team is told of this."), "{warm:?}");
        let usual = said(&world, &services, &message(&world, "m02", "BP 128/80")).await;
        assert!(usual[0].ends_with("Not right? Reply WRONG."), "{usual:?}");
        for (colour, number, words) in [("amber", "94", "Rest\nand measure again"), ("red", "93", "Ring us today.")] {
            let fields = [("colour", colour), ("side", "below"), ("first", number), ("words", words), ("why", "You have COPD")];
            let rule = service::RuleForm {
                kind: "single".to_owned(),
                typed: fields.iter().map(|(field, typed)| ((*field).to_owned(), (*typed).to_owned())).collect(),
                submission: services.core.new_id().to_string(),
                ..service::RuleForm::default()
            };
            services.readings.add_rule(&world.town.clinician, world.edna.person, Measure::Oxygen, &rule).await.unwrap();
        }
        let (red, amber) = ("From your care team: Ring us today. ", "From your care team: Rest and measure again. ");
        let (day, night) = ("2026-11-04T10:00:00Z", "2026-11-04T20:00:00Z");
        let daily = "They are told once a day, in the morning.";
        let by_day = "They look on Monday to Friday, 8am to 6:30pm. Do not wait for them if you feel unwell.";
        let by_night = "Nobody there looks at it now: they look on Monday to Friday, 8am to 6:30pm. Do not wait for them.";
        let (soon, now) = ("This oxygen level is lower than usual", "This oxygen level is very low");
        let table: [(&str, &str, &str, &[&str]); 4] = [
            ("amber", day, "oxygen 94", &[amber, daily, soon]),
            ("red", "2026-11-04T10:30:00Z", "oxygen 93", &[red, by_day, amber, "This oxygen level is still lower than usual"]),
            ("outside hours", night, "oxygen 93", &[red, by_night, amber, soon]),
            ("999 comes first", "2026-11-04T20:30:00Z", "oxygen 90", &[now, "999", red, by_night]),
        ];
        for (row, at, text, expected) in table {
            world.town.clock.set(at.parse().unwrap());
            let answered = said(&world, &services, &message(&world, row, text)).await;
            let mut rest = answered[0].as_str();
            for words in expected {
                let (_, after) = rest.split_once(words).unwrap_or_else(|| panic!("{row}: no {words} in {answered:?}"));
                rest = after;
            }
            assert!(answered[0].chars().count() <= 918 && !answered[0].contains("No care team"), "{row}: {answered:?}");
            assert_eq!(answered[0].contains(red), row != "amber", "{row}: {answered:?}");
            assert_eq!(answered[0].contains("Rest and measure again"), row != "999 comes first", "{row}: {answered:?}");
            assert!(!answered[0].contains("Riverside"), "whoever holds the phone learns of no practice: {answered:?}");
        }
    }

    async fn beside_a_call_to_999_a_text_says_nothing_of_what_a_care_team_asks_for(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let words = "Sit quietly for 5 minutes and measure again.";
        let fields = [("colour", "red"), ("side", "above"), ("first", "180"), ("words", words), ("why", "Your heart")];
        let rule = service::RuleForm {
            kind: "single".to_owned(),
            typed: fields.iter().map(|(field, typed)| ((*field).to_owned(), (*typed).to_owned())).collect(),
            submission: services.core.new_id().to_string(),
            ..service::RuleForm::default()
        };
        let clinician = &world.town.clinician;
        services.readings.add_rule(clinician, world.edna.person, Measure::BloodPressure, &rule).await.unwrap();
        let high = said(&world, &services, &message(&world, "m1", "BP 190/110")).await;
        assert!(high[0].contains(&format!("From your care team: {words}")), "{high:?}");
        world.town.clock.advance(TimeDelta::hours(3));
        let signs = said(&world, &services, &message(&world, "m2", "BP 190/125 chest pain")).await;
        assert!(signs[0].starts_with("This is an emergency. Call 999 now."), "{signs:?}");
        assert!(!signs[0].contains("care team") && !signs[0].contains("measure again"), "{signs:?}");
        assert!(signs[0].contains("Noted at"), "it is kept, so that the team is told: {signs:?}");
    }

    async fn a_closed_record_is_told_in_plain_words_audited_and_taken(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        said(&world, &services, &message(&world, "m1", "weight 78 kg")).await;
        let (person, account) = (world.edna.person, world.edna.actor.account().unwrap().as_uuid());
        let store = services.core.store().clone();
        let died = store.write(move |tx| {
            Box::pin(async move {
                let row = store::person_write::lock(tx, person).await?.unwrap();
                let who = domain::person::Demographics { deceased: true, ..row.demographics()? };
                store::person_write::update(tx, person, &who, row.updated_at).await
            })
        });
        died.await.unwrap();
        let (before, refusals) = (world.events().await, world.chain(account).await);
        for (id, text) in [("m2", "BP 142/88 pulse 72"), ("m3", "wrong")] {
            let answered = said(&world, &services, &message(&world, id, text)).await;
            assert!(answered.len() == 1 && answered[0].contains("This record is closed, so nothing was noted"), "{answered:?}");
        }
        assert_eq!((world.events().await, world.chain(account).await), (before, refusals + 2), "each refusal leaves its event");
        assert_eq!(newest(&world).await, ["78 kg"]);
        assert!(said(&world, &services, &message(&world, "m2", "BP 142/88")).await.is_empty(), "it was taken");
    }

    async fn messages_are_forgotten_after_a_month_and_their_readings_stay(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        said(&world, &services, &message(&world, "m1", "BP 142/88 pulse 72")).await;
        world.town.clock.advance(TimeDelta::days(29));
        said(&world, &services, &message(&world, "m2", "weight 78 kg")).await;
        assert_eq!(services.readings.tidy_texts().await.unwrap(), 0);
        world.town.clock.advance(TimeDelta::days(2));
        assert_eq!(services.readings.tidy_texts().await.unwrap(), 1);
        assert_eq!(newest(&world).await, ["142/88 mmHg", "72 beats a minute", "78 kg"]);
    }

    async fn danger_is_answered_whether_it_is_noted_or_not(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let table = [
            ("sugar 28", "This blood sugar is 15 or more", true),
            ("temp 40", "This temperature is very high", true),
            ("BP 235/125", "This blood pressure is very high", false),
            ("oxygen 84", "This oxygen level is very low", false),
            ("sugar 1.9", "This blood sugar is low", false),
            ("pulse 185", "This pulse is far outside the usual range", false),
            ("temperature 33.9", "This temperature is very low", false),
            ("sugar 50", "If it is 50 mg/dL: This blood sugar is low", false),
            ("BP 190/120 chest pain yesterday", "This is an emergency. Call 999", false),
            ("BP 190 chest pain", "This is an emergency. Call 999", false),
            ("BP 88/142 chest pain", "What you feel needs help now, whatever the number is", false),
            ("BP 235/125 sugar 1.9 sats 84", "This blood sugar is low. ", false),
            ("BP 190/120 chest pain", "This is an emergency. Call 999", true),
            ("sugar 2.1 confused cant swallow", "This low blood sugar is an emergency. Call 999", true),
        ];
        for (place, (text, title, noted)) in table.into_iter().enumerate() {
            // Signs of one hold for the next in the same sitting.
            world.town.clock.advance(TimeDelta::hours(3));
            let said = said(&world, &services, &message(&world, &format!("m{place}"), text)).await;
            assert!(said.len() == 1 && said[0].contains(title), "{text}: {said:?}");
            assert!(said[0].chars().count() <= 918, "{text}: {said:?}");
            assert_eq!(said[0].contains("Noted at"), noted, "{text}: {said:?}");
            // What is to be done now is said before what was noted, and "999 or 111" is no end of "call 999 now".
            assert_eq!(said[0].starts_with("Noted at"), ["sugar 28", "temp 40"].contains(&text), "{text}: {said:?}");
            let (is_for_999, safety) = (title.contains("emergency"), "If you feel very unwell call 999 or 111.");
            assert_eq!(said[0].ends_with(safety), !noted && !is_for_999, "{text}: {said:?}");
            assert!(!said[0].contains("Call 999. Call 999"), "{text}: {said:?}");
        }
        assert_eq!(newest(&world).await.len(), 3);
    }

    async fn a_sign_beside_a_reading_that_does_not_ask_for_it_is_answered_with_whom_to_call(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let (felt, seen) = ("What you feel needs help now. Call 999 if", "What you see needs 999 now,");
        let table = [
            ("pulse 118 chest pain", seen, false),
            ("sugar 7 chest pain", felt, true),
            ("temp 37 chest pain", felt, true),
            ("peak flow 400 chest pain", felt, true),
            ("weight 78 kg confused", "Call 999 now.", false),
            ("weight 78 kg shaky", "Noted at", true),
            ("pulse 72", "Noted at", false),
        ];
        for (place, (text, first, safety)) in table.into_iter().enumerate() {
            world.town.clock.advance(TimeDelta::hours(3));
            let said = said(&world, &services, &message(&world, &format!("s{place}"), text)).await;
            assert!(said.len() == 1 && said[0].starts_with(first) && said[0].contains("Noted at"), "{text}: {said:?}");
            assert_eq!(said[0].ends_with(" If you feel very unwell call 999 or 111."), safety, "{text}: {said:?}");
            assert!(said[0].chars().count() <= 918, "{text}: {said:?}");
        }
        // What asks for it answers with what to do.
        let said = said(&world, &services, &message(&world, "asked", "sats 95 chest pain")).await;
        assert!(said.len() == 1 && said[0].contains("What you see needs 999 now, whatever the number is"), "{said:?}");
    }

    async fn who_may_end_or_hurt_themself_is_told_whom_to_ring_before_anything_else(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        let help = "If you or somebody else may be in danger now, call 999. To talk at any time, call 111 and choose option 2, call Samaritans on 116 123, or text SHOUT to 85258.";
        assert!(help.chars().count() <= 160, "one text message");
        let silent = said(&world, &services, &message(&world, "d0", "I want to kill myself")).await;
        assert!(silent.is_empty(), "nobody's number is answered by nothing: {silent:?}");
        takes(&world, &services).await;
        let table = [
            ("mood 2 feeling suicidal", "Noted at", "mood low. Not right?"),
            ("mood low want to die", "Noted at", "mood low. Not right?"),
            ("BP 190/125 oxygen 90 sugar 2.5 want to die", "Noted at", "blood sugar 2.5 mmol/L. Not right?"),
            // The one before it was as high, moments before.
            ("BP 235/125 I want to die", "Nothing was noted", "Your blood pressure is still very high"),
            ("I want to kill myself", "Nothing was noted", "No person reads your text now. Nothing was noted."),
            ("mood very low dont want to live", "Nothing was noted", "If you feel very low"),
            ("sucidal", "Nothing was noted", "No person reads your text now."),
        ];
        for (place, (text, noted, words)) in table.into_iter().enumerate() {
            let said = said(&world, &services, &message(&world, &format!("d{place}x"), text)).await;
            assert!(said.len() == 1 && said[0].starts_with(help), "{text}: {said:?}");
            assert!(said[0].contains(noted) && said[0].contains(words), "{text}: {said:?}");
            assert!(said[0].chars().count() <= 918 && !said[0].contains("Write what it is"), "{text}: {said:?}");
        }
        let milder = said(&world, &services, &message(&world, "milder", "im going to kill myself")).await;
        assert!(!milder[0].contains("very unwell"), "no milder call stands behind it: {milder:?}");
        let moods = newest(&world).await;
        assert!(moods.contains(&"Low".to_owned()), "what was understood is kept: {moods:?}");
        // Where nobody knows whose number it is.
        let stone = world.town.citizen("Stone").await;
        world.town.give_number(&stone, "07700 900123").await;
        services.mobiles.take_readings(&stone.actor, &world.town.session(), true).await.unwrap();
        world.town.texts().await;
        let both = said(&world, &services, &message(&world, "both", "want to end it all")).await;
        assert!(both[0].starts_with(help) && both[0].contains("More than one person"), "{both:?}");
        let ordinary = said(&world, &services, &message(&world, "plain", "mood 2")).await;
        assert!(!ordinary[0].contains("Samaritans on 116 123"), "{ordinary:?}");
    }

    async fn the_same_again_within_the_hour_says_that_it_is_right(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let asked = said(&world, &services, &message(&world, "m1", "BP 235/125 pulse 185")).await;
        assert!(asked[0].contains("Blood pressure: Top number: 235 mmHg would be very unusual. Check it. Pulse: 185"), "{asked:?}");
        assert!(asked[0].contains("If it is right, send the same again within an hour."), "{asked:?}");
        assert!(said(&world, &services, &message(&world, "m1", "BP 235/125 pulse 185")).await.is_empty(), "handed over twice");
        let other = said(&world, &services, &message(&world, "m2", "BP 236/125")).await;
        assert!(other[0].contains("Nothing was noted"), "another number is another question: {other:?}");
        world.town.clock.advance(TimeDelta::minutes(59));
        let noted = said(&world, &services, &message(&world, "m3", "bp 235/125, Pulse 185")).await;
        assert!(noted[0].starts_with("This blood pressure is very high") && noted[0].contains("Noted at"), "{noted:?}");
        assert_eq!(newest(&world).await, ["235/125 mmHg", "185 beats a minute"]);
        // It was the answer to one question.
        let again = said(&world, &services, &message(&world, "m4", "BP 235/125 pulse 185")).await;
        assert!(again[0].contains("Nothing was noted"), "{again:?}");
        world.town.clock.advance(TimeDelta::minutes(61));
        let late = said(&world, &services, &message(&world, "m5", "BP 235/125 pulse 185")).await;
        assert!(late[0].contains("Nothing was noted"), "{late:?}");
        // With another time, or without one, it is another question.
        for (id, text, answer) in [
            ("t1", "pulse 185 at 8am", "Nothing was noted"),
            ("t2", "pulse 185 at 9am", "Nothing was noted"),
            ("t3", "pulse 185", "Nothing was noted"),
            ("t4", "pulse 185 at 8am", "Noted at 8am"),
        ] {
            let answered = said(&world, &services, &message(&world, id, text)).await;
            assert!(answered[0].contains(answer), "{text}: {answered:?}");
        }
        // What cannot be is not right however often it is sent.
        for id in ["m6", "m7"] {
            let never = said(&world, &services, &message(&world, id, "sugar 130")).await;
            assert!(never[0].contains("Was it 130 mg/dL? That is 7.2 mmol/L. Nothing was noted. Send it again with the unit"), "{never:?}");
        }
    }

    async fn a_weight_that_is_far_from_the_last_is_asked_about(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let first = said(&world, &services, &message(&world, "w1", "weight 74.9 kg")).await;
        assert!(first[0].starts_with("Noted at"), "there is none to compare it with: {first:?}");
        world.town.clock.advance(TimeDelta::days(1));
        let asked = said(&world, &services, &message(&world, "w2", "weight 180")).await;
        assert!(asked[0].starts_with("Weight: 180 kg is very different from the last weight. Was it 180 pounds? That is 12 st 12 lb, or 81.6 kg. Nothing was noted. If it is right, send the same again"), "{asked:?}");
        assert!(!asked[0].contains("74.9"), "whoever holds the phone learns nothing of before: {asked:?}");
        assert_eq!(newest(&world).await, ["74.9 kg"]);
        let right = said(&world, &services, &message(&world, "w3", "weight 12 st 12")).await;
        assert!(right[0].starts_with("Noted at"), "{right:?}");
        let slip = said(&world, &services, &message(&world, "w4", "weight 50")).await;
        assert!(slip[0].starts_with("Weight: 50 kg is very different from the last weight. Check it. Nothing was noted."), "{slip:?}");
        let sure = said(&world, &services, &message(&world, "w5", "weight 50")).await;
        assert!(sure[0].starts_with("Noted at"), "{sure:?}");
    }

    async fn a_mood_in_a_message_stands_beside_nothing_else(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        said(&world, &services, &message(&world, "m1", "mood 2 since the funeral BP 142/88")).await;
        said(&world, &services, &message(&world, "m2", "weight 78 kg after breakfast")).await;
        let (reads, _) = world.carer("Stone", "READ").await;
        let seen = world.town.services.readings.overview(&reads.actor, world.edna.person).await.unwrap();
        let told: Vec<_> = seen.newest.iter().map(|one| (one.measure, one.note.as_str())).collect();
        assert_eq!(
            told,
            [(Measure::BloodPressure, "By text message"), (Measure::Weight, "weight 78 kg after breakfast")]
        );
        let mine = world.town.services.readings.overview(&world.edna.actor, world.edna.person).await.unwrap();
        assert!(mine.newest.iter().any(|one| one.measure == Measure::Mood && one.in_words() == "Low"));
    }

    async fn only_a_number_whose_owner_chose_it_is_heard(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        let bp = message(&world, "m1", "BP 142/88");
        assert!(said(&world, &services, &bp).await.is_empty(), "nobody's number");
        world.town.give_number(&world.edna, "07700 900123").await;
        assert!(said(&world, &services, &bp).await.is_empty(), "not chosen");
        services.mobiles.take_readings(&world.edna.actor, &world.town.session(), true).await.unwrap();
        assert!(services.mobiles.seen(&world.edna.actor).await.unwrap().readings == Some(("07700 900999".to_owned(), true)));
        // Somebody else at the same phone: then nobody knows whose it is.
        let stone = world.town.citizen("Stone").await;
        world.town.give_number(&stone, "07700 900123").await;
        services.mobiles.take_readings(&stone.actor, &world.town.session(), true).await.unwrap();
        world.town.texts().await;
        let both = said(&world, &services, &bp).await;
        assert!(both[0].contains("More than one person has given this number"), "{both:?}");
        services.mobiles.take_readings(&stone.actor, &world.town.session(), false).await.unwrap();
        assert_eq!(said(&world, &services, &message(&world, "m2", "BP 142/88")).await.len(), 1);
        assert_eq!(newest(&world).await, ["142/88 mmHg"]);
        // Another number has to be chosen again.
        world.town.give_number(&world.edna, "07700 900124").await;
        assert!(!services.mobiles.seen(&world.edna.actor).await.unwrap().readings.unwrap().1);
        // Where no text messages come in, nobody can choose it.
        not_found(world.town.services.mobiles.take_readings(&world.edna.actor, &world.town.session(), true).await);
    }

    async fn stop_takes_no_more_readings_from_the_number_and_says_how_to_begin_again(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let help = said(&world, &services, &message(&world, "h", "help")).await;
        assert!(help[0].ends_with("or STOP to end."), "{help:?}");
        // Whoever cries for help reads first whom to call, in one text message.
        assert!(help[0].starts_with("Feel very unwell? Call 999 or 111.") && help[0].chars().count() <= 160, "{help:?}");
        // Somebody else at the same phone: whoever holds it stops both.
        let stone = world.town.citizen("Stone").await;
        world.town.give_number(&stone, "07700 900123").await;
        services.mobiles.take_readings(&stone.actor, &world.town.session(), true).await.unwrap();
        world.town.texts().await;
        let accounts = [world.edna.actor.account().unwrap(), stone.actor.account().unwrap()];
        let mut before = Vec::new();
        for account in accounts {
            before.push(world.chain(account.as_uuid()).await);
        }
        let stop = said(&world, &services, &message(&world, "s1", "STOP")).await;
        assert!(stop.len() == 1 && stop[0].starts_with("We take no more readings from this number"), "{stop:?}");
        assert!(stop[0].contains("call 999 or 111") && stop[0].contains("To start again, sign in"), "{stop:?}");
        for (who, (account, before)) in [&world.edna, &stone].into_iter().zip(accounts.into_iter().zip(before)) {
            assert!(!services.mobiles.seen(&who.actor).await.unwrap().readings.unwrap().1);
            assert_eq!(world.chain(account.as_uuid()).await, before + 1, "it stands in the account of what was done");
        }
        assert!(said(&world, &services, &message(&world, "s2", "BP 142/88")).await.is_empty());
        assert!(newest(&world).await.is_empty());
        services.mobiles.take_readings(&world.edna.actor, &world.town.session(), true).await.unwrap();
        let again = said(&world, &services, &message(&world, "s3", "BP 142/88")).await;
        assert!(again.len() == 1 && again[0].starts_with("Noted at"), "{again:?}");
    }

    async fn wrong_and_help_do_what_they_do_however_much_was_sent_and_not_without_end(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        said(&world, &services, &message(&world, "first", "BP 142/88")).await;
        for place in 0..29 {
            assert_eq!(said(&world, &services, &message(&world, &format!("o{place}"), "help")).await.len(), 1, "{place}");
        }
        let over = said(&world, &services, &message(&world, "over", "sugar 7.2")).await;
        assert!(over.len() == 1 && over[0].starts_with("You sent more than 30 texts in an hour."), "{over:?}");
        let out = said(&world, &services, &message(&world, "wrong", "WRONG")).await;
        assert_eq!(out, ["Taken out again: blood pressure 142/88 mmHg. Send it as it should be."]);
        assert!(newest(&world).await.is_empty());
        for place in 0..9 {
            let help = said(&world, &services, &message(&world, &format!("h{place}"), "HELP")).await;
            assert!(help.len() == 1 && help[0].contains("Reply WRONG to take out your last text"), "{place}: {help:?}");
        }
        assert!(said(&world, &services, &message(&world, "h9", "HELP")).await.is_empty(), "each answer costs money");
        // Danger has a limit of its own.
        assert_eq!(said(&world, &services, &message(&world, "danger", "chest pain")).await.len(), 1);
    }

    async fn a_weight_in_two_numbers_is_asked_about(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let asked = said(&world, &services, &message(&world, "w1", "weight 12 4")).await;
        assert!(asked[0].starts_with("We could not tell if that is stones or kilograms, so nothing was noted."), "{asked:?}");
        assert!(newest(&world).await.is_empty());
    }

    async fn stop_is_heard_however_much_was_sent(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        for place in 0..30 {
            let answered = said(&world, &services, &message(&world, &format!("o{place}"), "help")).await;
            assert_eq!(answered.len(), 1, "{place}");
        }
        let over = said(&world, &services, &message(&world, "over", "BP 142/88")).await;
        assert!(over.len() == 1 && over[0].starts_with("You sent more than 30 texts in an hour."), "{over:?}");
        assert!(said(&world, &services, &message(&world, "over2", "BP 142/88")).await.is_empty(), "too many in an hour");
        let stop = said(&world, &services, &message(&world, "stop", "STOP")).await;
        assert!(stop.len() == 1 && stop[0].starts_with("We take no more readings from this number"), "{stop:?}");
        assert!(!services.mobiles.seen(&world.edna.actor).await.unwrap().readings.unwrap().1);
        assert!(said(&world, &services, &message(&world, "again", "STOP")).await.is_empty());
    }

    async fn of_too_many_messages_the_first_is_told_so_and_danger_and_despair_are_always_answered(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        for round in ["a", "b"] {
            for place in 0..30 {
                assert_eq!(said(&world, &services, &message(&world, &format!("{round}{place}"), "help")).await.len(), 1, "{place}");
            }
            let before = (newest(&world).await, world.events().await);
            let told = said(&world, &services, &message(&world, &format!("{round} told"), "BP 142/88")).await;
            assert!(told.len() == 1 && told[0].starts_with("You sent more than 30 texts in an hour. Nothing was noted"), "{told:?}");
            assert!(said(&world, &services, &message(&world, &format!("{round} silent"), "BP 142/88")).await.is_empty());
            for (place, (text, first)) in [
                ("I want to die", "If you or somebody else may be in danger now, call 999."),
                ("chest pain", "What you feel needs help now"),
                ("BP 190/125", "This blood pressure is very high. Call 999 if"),
            ]
            .into_iter()
            .enumerate()
            {
                let answered = said(&world, &services, &message(&world, &format!("{round} danger {place}"), text)).await;
                assert!(answered.len() == 1 && answered[0].starts_with(first), "{text}: {answered:?}");
                assert!(answered[0].contains("Nothing was noted"), "{text}: {answered:?}");
            }
            // Each answer costs money: there are so many of these in an hour too.
            for place in 3..10 {
                let again = said(&world, &services, &message(&world, &format!("{round} danger {place}"), "chest pain")).await;
                assert_eq!(again.len(), 1, "{place}");
            }
            assert!(said(&world, &services, &message(&world, &format!("{round} danger 10"), "chest pain")).await.is_empty());
            // Reading them here leaves an event.
            assert_eq!((newest(&world).await, world.events().await), (before.0, before.1 + 1), "nothing is noted or looked up");
            world.town.clock.advance(TimeDelta::minutes(61));
        }
    }

    async fn a_message_that_is_handed_over_again_counts_for_no_limit(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        for place in 0..29 {
            assert_eq!(said(&world, &services, &message(&world, &format!("o{place}"), "help")).await.len(), 1, "{place}");
            assert!(said(&world, &services, &message(&world, "o0", "help")).await.is_empty(), "{place}");
        }
        let last = message(&world, "last", "BP 142/88");
        assert!(said(&world, &services, &last).await[0].starts_with("Noted at"), "it is the thirtieth");
        assert!(said(&world, &services, &last).await.is_empty());
        // What was the thirtieth is not the first of too many.
        let told = said(&world, &services, &message(&world, "told", "BP 142/88")).await;
        assert!(told.len() == 1 && told[0].starts_with("You sent more than 30 texts in an hour."), "{told:?}");
        let danger = message(&world, "danger", "chest pain");
        assert_eq!(said(&world, &services, &danger).await.len(), 1);
        for _ in 0..12 {
            assert!(said(&world, &services, &danger).await.is_empty());
        }
        let other = said(&world, &services, &message(&world, "other", "I cant breathe")).await;
        assert!(other.len() == 1 && other[0].starts_with("Call 999 now."), "{other:?}");
        // What was not answered is not noted an hour later either.
        let silent = message(&world, "silent", "BP 150/90");
        assert!(said(&world, &services, &silent).await.is_empty());
        world.town.clock.advance(TimeDelta::minutes(61));
        assert!(said(&world, &services, &silent).await.is_empty());
        assert_eq!(newest(&world).await, ["142/88 mmHg"]);
    }

    async fn danger_in_words_alone_is_answered_first_and_says_that_nothing_was_noted(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let unread = "Nothing was noted. No person reads your text now.";
        for (place, (text, first)) in [
            ("chest pain", "What you feel needs help now. Call 999 if chest pain is sudden"),
            ("I can't breathe", "Call 999 now. Say what you see or feel."),
            ("my husband is unconscious", "Call 999 now. Say what you see or feel."),
            ("tongue swollen", "Call 999 now. Say what you see or feel."),
            ("heart attack", "Call 999 now. Say what you see or feel."),
            ("baby not moving", "A baby who moves less than usual needs help now. Call 999 if a baby who is born"),
            ("rash and stiff neck", "What you see needs 999 now, whatever the temperature is. Call 999 now."),
        ]
        .into_iter()
        .enumerate()
        {
            let before = world.events().await;
            let said = said(&world, &services, &message(&world, &format!("w{place}"), text)).await;
            assert!(said.len() == 1 && said[0].starts_with(first) && said[0].contains(unread), "{text}: {said:?}");
            assert!(!said[0].contains("Write what it is") && said[0].chars().count() <= 918, "{text}: {said:?}");
            assert!(said[0].ends_with(unread), "no milder call comes behind it: {said:?}");
            // What to do turned on what was measured before.
            assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Own)), "{text}");
        }
        // What somebody cannot do turns no number round: the worst ones are kept.
        for (place, (text, first, noted)) in [
            ("bp 195/126 cant speak", "This is an emergency. Call 999 now.", "blood pressure 195/126 mmHg (with warning signs)"),
            ("oxygen 86 cant breathe", "What you see needs 999 now, whatever the number is. Call 999 now.", "oxygen level 86% (with"),
            ("peak flow 150 cant speak", "This asthma attack is an emergency. Call 999 now.", "peak flow 150"),
        ]
        .into_iter()
        .enumerate()
        {
            let said = said(&world, &services, &message(&world, &format!("k{place}"), text)).await;
            assert!(said.len() == 1 && said[0].starts_with(first) && said[0].contains(noted), "{text}: {said:?}");
            assert!(said[0].contains("Noted at") && said[0].chars().count() <= 918, "{text}: {said:?}");
        }
        assert_eq!(newest(&world).await.len(), 3);
        let stiff = said(&world, &services, &message(&world, "stiff", "temp 40.5 stiff neck")).await;
        assert!(stiff[0].starts_with("What you see needs 999 now, whatever the temperature is."), "{stiff:?}");
        assert!(stiff[0].contains("temperature 40.5°C (with warning signs). Not right?"), "{stiff:?}");
    }

    async fn what_a_meter_shows_without_a_number_is_answered_and_not_noted(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        for (place, (text, first)) in [
            ("LO", "This blood sugar is low. Call 999 if"),
            ("sugar LO", "This blood sugar is low. Call 999 if"),
            ("bm low", "This blood sugar is low. Call 999 if"),
            ("glucose hi", "This blood sugar is too high for the meter to show. Call 999 if"),
            ("sugar lo drowsy", "This low blood sugar is an emergency. Call 999 now."),
        ]
        .into_iter()
        .enumerate()
        {
            let said = said(&world, &services, &message(&world, &format!("l{place}"), text)).await;
            assert!(said.len() == 1 && said[0].starts_with(first), "{text}: {said:?}");
            assert!(said[0].contains("LO or HI on a meter is no number, so nothing was noted."), "{text}: {said:?}");
            assert!(said[0].chars().count() <= 918, "{text}: {said:?}");
        }
        let greeting = said(&world, &services, &message(&world, "hi", "Hi")).await;
        assert!(greeting[0].starts_with("Nothing was noted. If your blood sugar meter shows HI, send: sugar HI."), "{greeting:?}");
        assert!(newest(&world).await.is_empty());
    }

    async fn a_sign_that_is_not_there_hinders_nothing_and_an_hour_alone_is_asked_about(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let noted = said(&world, &services, &message(&world, "n1", "BP 142/88 no chest pain")).await;
        assert!(noted[0].contains("blood pressure 142/88 mmHg. Not right?"), "no sign was noted: {noted:?}");
        let ill = said(&world, &services, &message(&world, "n6", "sugar 26 tummy pain breathing fast")).await;
        assert!(ill[0].starts_with("What you see needs 999 now, whatever the blood sugar is."), "{ill:?}");
        assert!(ill[0].contains("blood sugar 26 mmol/L (with warning signs)"), "noted with its sign: {ill:?}");
        let asked = said(&world, &services, &message(&world, "n3", "bp 142/88 at 8")).await;
        assert!(
            asked[0].starts_with("We could not tell when that was, so nothing was noted. Was that 8am or 8pm? Send it again with am or pm."),
            "{asked:?}"
        );
        let peak = said(&world, &services, &message(&world, "n4", "PEF 430")).await;
        assert!(peak[0].contains("peak flow 430"), "{peak:?}");
        let blows = said(&world, &services, &message(&world, "n5", "peak flow 400,410,440")).await;
        assert!(blows[0].contains("peak flow 440") && blows[0].contains("(the best of 3). Not right?"), "{blows:?}");
        let high = said(&world, &services, &message(&world, "n2", "BP 190/120 no chest pain")).await;
        assert!(high[0].starts_with("This blood pressure is very high") && high[0].contains("Noted at"), "{high:?}");
    }

    async fn a_pressure_in_the_wrong_order_that_would_be_dangerous_says_what_to_do_first(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let said = said(&world, &services, &message(&world, "m1", "BP 130/200")).await;
        assert!(said[0].starts_with("If it is 200/130 mmHg: This blood pressure is very high. Call 999 if"), "{said:?}");
        assert!(said[0].contains("Send it again with the top number first, such as: BP 142/88."), "{said:?}");
        assert!(newest(&world).await.is_empty());
    }

    async fn what_is_asked_about_an_average_comes_after_the_reading_that_is_not_like_it(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        takes(&world, &services).await;
        let fields = [
            ("colour", "red"),
            ("side", "above"),
            ("first", "135"),
            ("days", "7"),
            ("least", "3"),
            ("words", "Take your second tablet."),
            ("why", "Your blood pressure is high"),
        ];
        let rule = service::RuleForm {
            kind: "average".to_owned(),
            typed: fields.iter().map(|(field, typed)| ((*field).to_owned(), (*typed).to_owned())).collect(),
            submission: services.core.new_id().to_string(),
            ..service::RuleForm::default()
        };
        services.readings.add_rule(&world.town.clinician, world.edna.person, Measure::BloodPressure, &rule).await.unwrap();
        for (id, text) in [("a1", "BP 175/95"), ("a2", "BP 174/96")] {
            world.town.clock.advance(TimeDelta::hours(3));
            said(&world, &services, &message(&world, id, text)).await;
        }
        world.town.clock.advance(TimeDelta::hours(3));
        let low = said(&world, &services, &message(&world, "a3", "BP 85/50")).await;
        let of_average = "About your average, not this reading: if the two do not fit, ring your care team before you do it. From your care team: Take your second tablet.";
        let place = |words: &str| low[0].find(words).unwrap_or_else(|| panic!("no {words} in {low:?}"));
        assert!(place("This blood pressure is low") < place(of_average), "{low:?}");
        // One that is like it is no other thing.
        world.town.clock.advance(TimeDelta::hours(3));
        let high = said(&world, &services, &message(&world, "a4", "BP 176/95")).await;
        assert!(high[0].contains("From your care team: Take your second tablet."), "{high:?}");
        assert!(!high[0].contains("About your average"), "{high:?}");
    }

    async fn only_who_knows_the_secret_hands_messages_over(place: &Place) {
        let world = World::at(place).await;
        let services = texting(place, &world);
        services.readings.may_hand_over((None, Some(SECRET)), None, b"{}").await.unwrap();
        let off = world.town.services.readings.may_hand_over((None, Some(SECRET)), None, b"{}").await;
        assert!(matches!(off, Err(TextRefusal::Off)));
        let mut last = None;
        for _ in 0..21 {
            let refusal = services.readings.may_hand_over((Some("t=1,v1=00"), Some("another")), None, b"{}").await;
            last = Some(refusal.unwrap_err());
        }
        assert!(matches!(last, Some(TextRefusal::Other(ServiceError::TooMany(_)))), "{last:?}");
    }
}
