//! Adding, changing and removing readings.

use crate::readings::town::{fields, not_found, refused};
use crate::readings::world::World;
use crate::readings::{add, form, how, taken, with_pulse};
use domain::ReadingId;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::reading::{Measure, Span};
use service::{ReadingForm, ReadingSeen};
use testkit::Place;

testkit::both_engines! {
    async fn one_form_adds_one_reading_however_often_it_is_sent(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let form = how(form(&world.town, &["142", "88"]), &[("arm", "left"), ("position", "upside-down")]);
        let form = ReadingForm { note: "Just up \u{1f600}".to_owned(), ..form };
        let before = world.events().await;
        let (one, two, three) = tokio::join!(
            readings.add(me, person, Measure::BloodPressure, &form),
            readings.add(me, person, Measure::BloodPressure, &form),
            readings.add(me, person, Measure::BloodPressure, &form),
        );
        let id = one.unwrap();
        assert_eq!((two.unwrap(), three.unwrap()), (id, id));
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingAdded, Basis::Own)));
        let (seen, before, may) = readings.one(me, person, (Measure::BloodPressure, id)).await.unwrap();
        assert_eq!((seen.in_words().as_str(), seen.note.as_str()), ("142/88 mmHg", "Just up \u{1f600}"));
        assert_eq!(seen.taken_how(), [("Which arm?", "Left")], "what is no answer is not kept");
        assert_eq!((seen.taken_at, before.len(), may), (world.town.services.core.now(), 0, true));
        assert_eq!(world.last().await, (Action::Read, Basis::Own));
        // It is of its measure alone, and nobody else's.
        not_found(readings.one(me, person, (Measure::Pulse, id)).await);
        let stranger = world.town.citizen("Stone").await;
        not_found(readings.one(&stranger.actor, person, (Measure::BloodPressure, id)).await);
        not_found(readings.one(&stranger.actor, stranger.person, (Measure::BloodPressure, id)).await);
        not_found(readings.add(&stranger.actor, person, Measure::BloodPressure, &form).await);
    }

    async fn a_pressure_and_the_pulse_that_its_monitor_shows_are_kept_once_together_or_not_at_all(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let (readings, bp) = (&town.services.readings, Measure::BloodPressure);
        // What is wrong with either keeps both out, and is said beside its own field.
        let wrong = with_pulse(form(town, &["", "88"]), "fast");
        assert_eq!(fields(readings.add(me, person, bp, &wrong).await), ["systolic", "pulse_value"]);
        let unlikely = with_pulse(form(town, &["142", "88"]), "185");
        refused(readings.add(me, person, bp, &unlikely).await, "pulse_sure", "Pulse: 185 beats a minute would be very unusual");
        let later = taken(with_pulse(form(town, &["142", "88"]), "72"), "1/1/2100", "8am");
        assert_eq!(fields(readings.add(me, person, bp, &later).await), ["day"], "the time is that of both");
        assert!(readings.overview(me, person).await.unwrap().newest.is_empty());
        // However often the form is sent, each is there once, with its own event.
        let typed = with_pulse(form(town, &["89", "60"]), "125");
        let before = world.events().await;
        let (one, two, three) = tokio::join!(
            readings.add_with_photo(me, person, bp, &typed, None),
            readings.add_with_photo(me, person, bp, &typed, None),
            readings.add_with_photo(me, person, bp, &typed, None),
        );
        let added = one.unwrap();
        assert_eq!((two.unwrap(), three.unwrap()), (added, added));
        assert_eq!((world.events().await, world.last().await), (before + 2, (Action::ReadingAdded, Basis::Own)));
        let (pressure, ..) = readings.one(me, person, (bp, added.id)).await.unwrap();
        let pulse = (Measure::Pulse, added.shown_with.unwrap());
        let (shown, old, may) = readings.one(me, person, pulse).await.unwrap();
        assert_eq!((pressure.in_words().as_str(), shown.in_words().as_str()), ("89/60 mmHg", "125 beats a minute"));
        assert_eq!((shown.taken_at, old.len(), may), (pressure.taken_at, 0, true));
        let title = |seen: &ReadingSeen| seen.advice.map_or("", |advice| advice.title);
        assert_eq!((title(&pressure), title(&shown)), ("This blood pressure is low", "This pulse is outside the usual range"));
        // Each is changed and removed by itself, with its own history.
        readings.change(me, person, (pulse.1, 1), &form(town, &["121"])).await.unwrap();
        assert_eq!(readings.one(me, person, pulse).await.unwrap().1.len(), 1);
        let (pressure, old, _) = readings.one(me, person, (bp, added.id)).await.unwrap();
        assert_eq!((pressure.version, old.len()), (1, 0));
        readings.remove(me, person, (added.id, 1)).await.unwrap();
        assert!(readings.one(me, person, pulse).await.is_ok());
        // Without a word it counts as taken at rest, as by text message; after being active it says nothing.
        let mut typed = with_pulse(form(town, &["142", "88"]), "125");
        typed.shown_with.settings = [("activity".to_owned(), "active".to_owned())].into();
        let (carer, _) = world.carer("Stone", "READ").await;
        let added = readings.add_with_photo(&carer.actor, person, bp, &typed, None).await.unwrap();
        let (shown, ..) = readings.one(me, person, (Measure::Pulse, added.shown_with.unwrap())).await.unwrap();
        assert_eq!(shown.taken_how(), [("When did you take it?", "After being active")]);
        assert_eq!(title(&shown), "");
        // A form that comes again with the pulse, because its answer was lost, adds the pulse at the time of the pressure.
        let typed = form(town, &["131", "79"]);
        let first = readings.add(me, person, bp, &typed).await.unwrap();
        town.clock.advance(chrono::TimeDelta::minutes(3));
        let added = readings.add_with_photo(me, person, bp, &with_pulse(typed, "131"), None).await.unwrap();
        assert_eq!(added.id, first);
        let (pressure, ..) = readings.one(me, person, (bp, first)).await.unwrap();
        let (shown, ..) = readings.one(me, person, (Measure::Pulse, added.shown_with.unwrap())).await.unwrap();
        assert_eq!((shown.taken_at, shown.advice.is_some()), (pressure.taken_at, true));
        // Another device shows none.
        let weight = with_pulse(form(town, &["70"]), "72");
        assert_eq!(readings.add_with_photo(me, person, Measure::Weight, &weight, None).await.unwrap().shown_with, None);
        town.verify().await;
    }

    async fn what_was_measured_just_before_and_the_zones_of_a_diary_are_heeded_on_every_page(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let said = async |measure: Measure, numbers: &[&str]| {
            let id = add(&world.town, &world.edna, person, measure, &form(&world.town, numbers)).await;
            let (seen, ..) = readings.one(me, person, (measure, id)).await.unwrap();
            (seen.advice.map_or("", |advice| advice.title), seen.zones.is_some())
        };
        assert_eq!(said(Measure::BloodPressure, &["190", "112"]).await.0, "This blood pressure is very high");
        world.town.clock.advance(chrono::TimeDelta::minutes(20));
        assert_eq!(said(Measure::BloodPressure, &["184", "110"]).await.0, "Your blood pressure is still very high");
        world.town.clock.advance(chrono::TimeDelta::minutes(31));
        assert_eq!(said(Measure::BloodPressure, &["182", "110"]).await.0, "This blood pressure is very high");
        assert_eq!(said(Measure::PeakFlow, &["200"]).await, ("", false), "without a plan nobody says what it means");
        let start = service::StartForm {
            first: "today".to_owned(),
            length: "14".to_owned(),
            times: "8am, 8pm".to_owned(),
            best: "450".to_owned(),
            green: "80".to_owned(),
            amber: "50".to_owned(),
            submission: world.town.services.core.new_id().to_string(),
            ..service::StartForm::default()
        };
        let diary = domain::reading::week::Protocol::PeakFlow;
        let week = readings.start_week(me, person, diary, &start).await.unwrap();
        assert_eq!(said(Measure::PeakFlow, &["201"]).await, ("This peak flow is in your red zone", true));
        readings.change_week(me, person, (week, 1), service::WeekAct::End).await.unwrap();
        assert_eq!(said(Measure::PeakFlow, &["300"]).await, ("This peak flow is in your amber zone", true), "the last diary's holds");
        assert_eq!(said(Measure::PeakFlow, &["400"]).await, ("", true));
        // A diary for which no best was typed says the same of the next reading as its own page, and of what it comes to.
        let submission = world.town.services.core.new_id().to_string();
        let again = service::StartForm { best: String::new(), submission, ..start };
        let week = readings.start_week(me, person, diary, &again).await.unwrap();
        let blows = service::WeekForm {
            readings: ["200", "201", "199"].map(|number| vec![number.to_owned()]).to_vec(),
            submission: world.town.services.core.new_id().to_string(),
            ..service::WeekForm::default()
        };
        let saved = readings.record_in_week(me, person, week, &blows).await.unwrap();
        let seen = readings.week_after(me, person, week, &saved).await.unwrap();
        assert_eq!(seen.advice().unwrap().0.title, "This peak flow is in your red zone");
        assert!(matches!(seen.outcome, domain::reading::week::Outcome::Zones(Some(_), _)), "{:?}", seen.outcome);
        let (one, ..) = readings.one(me, person, (Measure::PeakFlow, saved[0])).await.unwrap();
        assert_eq!((one.advice.map(|advice| advice.title), one.zones), (Some("This peak flow is in your red zone"), seen.zones));
    }

    async fn signs_that_were_told_of_hold_for_the_sitting_on_every_page(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let said = async |numbers: &[&str], signs: &str| {
            let form = how(form(&world.town, numbers), &[("signs", signs)]);
            let id = add(&world.town, &world.edna, person, Measure::BloodPressure, &form).await;
            readings.one(me, person, (Measure::BloodPressure, id)).await.unwrap().0.advice.map_or("", |advice| advice.title)
        };
        let emergency = "This is an emergency. Call 999";
        assert_eq!(said(&["190", "112"], "yes").await, emergency);
        world.town.clock.advance(chrono::TimeDelta::minutes(5));
        assert_eq!(said(&["150", "90"], "no").await, emergency);
        // The same sitting goes on in a diary, whose form says nothing of signs.
        let start = service::StartForm {
            first: "today".to_owned(),
            length: "7".to_owned(),
            times: "8am, 8pm".to_owned(),
            submission: world.town.services.core.new_id().to_string(),
            ..service::StartForm::default()
        };
        let week = readings.start_week(me, person, domain::reading::week::Protocol::HomePressure, &start).await.unwrap();
        world.town.clock.advance(chrono::TimeDelta::minutes(20));
        let pair = service::WeekForm {
            readings: vec![vec!["142".to_owned(), "88".to_owned()]; 2],
            waited: true,
            submission: world.town.services.core.new_id().to_string(),
            ..service::WeekForm::default()
        };
        let saved = readings.record_in_week(me, person, week, &pair).await.unwrap();
        let seen = readings.week_after(me, person, week, &saved).await.unwrap();
        let (advice, about) = seen.advice().unwrap();
        assert_eq!(advice.title, emergency);
        let signs = seen.signs.iter().find(|(id, _)| *id == about.id).map(|(_, signs)| (signs.by_reader, signs.held.is_denied));
        assert_eq!(signs, Some((true, false)), "it says by which signs of before");
        assert_eq!(readings.week(me, person, week).await.unwrap().advice().map(|(advice, _)| advice.title), Some(emergency));
        world.town.clock.advance(chrono::TimeDelta::minutes(31));
        assert_eq!(said(&["150", "90"], "no").await, "", "another sitting");
    }

    async fn what_was_measured_again_and_is_the_same_has_a_next_step_on_its_page(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        for (measure, first, second, still) in [
            (Measure::Oxygen, "91", "90", "This oxygen level is still very low"),
            (Measure::Glucose, "31", "30.5", "This blood sugar is still 30 or more"),
            (Measure::Temperature, "34.8", "34.6", "This temperature is still very low"),
            (Measure::Pulse, "130", "131", "This pulse is still far outside the usual range"),
        ] {
            let title = async |id| {
                let (seen, ..) = town.services.readings.one(me, person, (measure, id)).await.unwrap();
                seen.advice.unwrap().title
            };
            let before = add(town, &world.edna, person, measure, &form(town, &[first])).await;
            town.clock.advance(chrono::TimeDelta::minutes(6));
            let again = form(town, &[second]);
            let told = town.services.readings.about_typed(me, person, measure, std::slice::from_ref(&again)).await.unwrap();
            assert_eq!(told.iter().map(|(_, advice)| advice.title).collect::<Vec<_>>(), [still]);
            let id = add(town, &world.edna, person, measure, &again).await;
            assert_eq!(title(id).await, still);
            assert!(!title(before).await.contains("still"), "{measure:?}: the first stays what it was");
        }
    }

    async fn what_to_do_about_what_was_typed_and_not_kept_is_said_to_whoever_may_record(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let (readings, bp) = (&town.services.readings, Measure::BloodPressure);
        let titles = async |by: &Actor, measure: Measure, form: &ReadingForm| {
            let told = readings.about_typed(by, person, measure, std::slice::from_ref(form)).await.unwrap();
            told.iter().map(|(_, advice)| advice.title).collect::<Vec<_>>()
        };
        let blue = how(form(town, &["x"]), &[("signs", "yes")]);
        assert!(readings.add(me, person, Measure::Oxygen, &blue).await.is_err());
        let before = world.events().await;
        let breathing = "What you see needs 999 now, whatever the number is";
        assert_eq!(titles(me, Measure::Oxygen, &blue).await, [breathing]);
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Own)));
        // Of what asks for nothing there is nothing to read, and the pulse that was shown counts too.
        assert!(titles(me, bp, &form(town, &["142", "x"])).await.is_empty());
        assert_eq!(world.events().await, before + 1);
        let fast = with_pulse(form(town, &["142", "x"]), "190");
        assert_eq!(titles(me, bp, &fast).await, ["This pulse is far outside the usual range"]);
        // What is changed is not a reading of before.
        let id = add(town, &world.edna, person, bp, &form(town, &["190", "100"])).await;
        let high = form(town, &["240", "130"]);
        assert_eq!(titles(me, bp, &high).await, ["Your blood pressure is still very high"]);
        let before = world.events().await;
        let (_, _, may_change, told, _) = readings.one_and_typed(me, person, (bp, id), std::slice::from_ref(&high)).await.unwrap();
        assert_eq!(told.iter().map(|(_, advice)| advice.title).collect::<Vec<_>>(), ["This blood pressure is very high"]);
        assert_eq!((may_change, world.events().await, world.last().await), (true, before + 1, (Action::Read, Basis::Own)));
        let (carer, _) = world.carer("Stone", "READ").await;
        assert_eq!(titles(&carer.actor, Measure::Oxygen, &blue).await, [breathing]);
        let stranger = town.citizen("Reed").await;
        not_found(readings.about_typed(&stranger.actor, person, bp, std::slice::from_ref(&high)).await);
        // A guided week and a paper diary say the same.
        let pair = service::WeekForm {
            readings: vec![vec!["240".to_owned(), "130".to_owned()], vec![String::new(), String::new()]],
            settings: [("signs".to_owned(), "yes".to_owned())].into(),
            ..service::WeekForm::default()
        };
        let protocol = domain::reading::week::Protocol::HomePressure;
        let start = service::StartForm {
            first: "today".to_owned(),
            length: "7".to_owned(),
            times: "8am, 8pm".to_owned(),
            submission: town.services.core.new_id().to_string(),
            ..service::StartForm::default()
        };
        let week = readings.start_week(me, person, protocol, &start).await.unwrap();
        let before = world.events().await;
        let seen = readings.week_and_typed(me, person, week, (&[], |_| Some(pair.clone()))).await.unwrap();
        let told = seen.unkept.iter().map(|(_, advice)| advice.title).collect::<Vec<_>>();
        assert_eq!(told, ["This is an emergency. Call 999"]);
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Own)));
        assert!(readings.week(me, person, week).await.unwrap().unkept.is_empty(), "nothing was typed");
        let line = service::PaperLine { readings: pair.readings.clone(), time: "8am".to_owned(), ..service::PaperLine::default() };
        let paper = service::PaperForm { lines: vec![service::PaperLine::default(), line], ..service::PaperForm::default() };
        let first = chrono::NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
        let told = readings.about_typed_on_paper(me, person, (protocol, first), &paper).await.unwrap();
        assert_eq!(told.iter().map(|(_, advice)| advice.title).collect::<Vec<_>>(), ["This blood pressure is very high"]);
        let when = &told[0].0;
        assert!(when.contains("taken on Thursday 1 October 2026, 8am. That was more than a day ago."), "{when}");
        // A number that is doubted is kept beside a sign of danger, and nobody is asked about it first.
        let unlikely = |signs: &str| how(form(town, &["80"]), &[("signs", signs)]);
        refused(readings.add(me, person, Measure::Oxygen, &unlikely("no")).await, "sure", "very unusual");
        add(town, &world.edna, person, Measure::Oxygen, &unlikely("yes")).await;
    }

    async fn a_paper_week_of_many_lines_says_of_each_what_it_says_of_it_alone(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let (readings, bp) = (&town.services.readings, Measure::BloodPressure);
        let high = || form(town, &["190", "112"]);
        add(town, &world.edna, person, bp, &taken(high(), "4/10/2026", "7:50am")).await;
        add(town, &world.edna, person, bp, &high()).await;
        town.clock.advance(chrono::TimeDelta::minutes(10));
        let line = |place: usize| {
            let (first, second, time) = match place {
                6 => ("188", "110", "8am"),
                9 => ("186", "108", "8pm"),
                // Of no time that can be read, as of now.
                13 => ("184", "106", "when"),
                _ if place.is_multiple_of(2) => ("142", "88", "8am"),
                _ => ("138", "86", "8pm"),
            };
            let numbers = vec![first.to_owned(), second.to_owned()];
            service::PaperLine { readings: vec![numbers], time: time.to_owned(), ..service::PaperLine::default() }
        };
        let first = chrono::NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
        let said = async |lines: Vec<service::PaperLine>| {
            let paper = service::PaperForm { lines, ..service::PaperForm::default() };
            let of = (domain::reading::week::Protocol::HomePressure, first);
            let told = readings.about_typed_on_paper(me, person, of, &paper).await.unwrap();
            let mut titles: Vec<&str> = told.iter().map(|(_, advice)| advice.title).collect();
            titles.sort_unstable();
            titles
        };
        let (very_high, still) = ("This blood pressure is very high", "Your blood pressure is still very high");
        assert_eq!(said((0..14).map(line).collect()).await, [very_high, still]);
        for place in 0..14 {
            let mut alone = vec![service::PaperLine::default(); place];
            alone.push(line(place));
            let expected = match place {
                6 | 13 => vec![still],
                9 => vec![very_high],
                _ => Vec::new(),
            };
            assert_eq!(said(alone).await, expected, "line {place}");
        }
    }

    async fn signs_stand_with_the_next_reading_whoever_told_of_them_and_that_is_audited(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let (readings, bp) = (&town.services.readings, Measure::BloodPressure);
        let (carer, _) = world.carer("Stone", "READ").await;
        let signs = async |by: &Actor| readings.above_new(by, person, bp, &[]).await.unwrap().1;
        let before = world.events().await;
        assert_eq!((signs(me).await, world.events().await), (None, before), "nothing was told");
        let felt = how(form(town, &["150", "90"]), &[("signs", "yes")]);
        add(town, &carer, person, bp, &felt).await;
        let told = signs(me).await.unwrap();
        assert_eq!((told.held.at, told.by_reader), (town.services.core.now(), false), "somebody else said it");
        assert_eq!((world.events().await, world.last().await), (before + 2, (Action::Read, Basis::Own)));
        assert!(signs(&carer.actor).await.unwrap().by_reader);
        assert_eq!(world.last().await, (Action::Read, Basis::Carer));
        // With what is to be done about a form that came back it is one look.
        let (again, before) = (form(town, &["250", "x"]), world.events().await);
        let (to_do, signs_too, _) = readings.above_new(me, person, bp, std::slice::from_ref(&again)).await.unwrap();
        assert_eq!((to_do.is_empty(), signs_too.is_some(), world.events().await), (false, true, before + 1));
        // One that the other recorded meanwhile goes on with the sitting.
        town.clock.advance(chrono::TimeDelta::minutes(20));
        add(town, &world.edna, person, bp, &form(town, &["128", "80"])).await;
        town.clock.advance(chrono::TimeDelta::minutes(20));
        let told_again = signs(&carer.actor).await.unwrap();
        assert_eq!((told_again.held.at, told_again.by_reader), (told.held.at, true));
        assert_eq!(readings.above_new(me, person, Measure::Weight, &[]).await.unwrap().1, None);
        let stranger = town.citizen("Reed").await;
        not_found(readings.above_new(&stranger.actor, person, bp, &[]).await);
        town.clock.advance(chrono::TimeDelta::minutes(11));
        assert_eq!(signs(me).await, None, "another sitting");
        // However many follow on each other, they are looked back on as far as on the page of each.
        add(town, &world.edna, person, bp, &how(form(town, &["150", "90"]), &[("signs", "yes")])).await;
        for _ in 0..5 {
            assert!(signs(me).await.is_some());
            town.clock.advance(chrono::TimeDelta::minutes(25));
            add(town, &world.edna, person, bp, &form(town, &["128", "80"])).await;
        }
        assert_eq!(signs(me).await, None, "two hours have passed");
    }

    async fn there_are_only_so_many_of_a_day_and_what_was_typed_is_kept(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        for _ in 0..199 {
            add(&world.town, &world.edna, person, Measure::Pulse, &form(&world.town, &["70"])).await;
        }
        // A sitting of two goes in whole or not at all.
        let start = service::StartForm {
            first: "today".to_owned(),
            length: "7".to_owned(),
            times: "8am, 8pm".to_owned(),
            submission: world.town.services.core.new_id().to_string(),
            ..service::StartForm::default()
        };
        let week = readings.start_week(me, person, domain::reading::week::Protocol::HomePressure, &start).await.unwrap();
        let pair = service::WeekForm {
            readings: vec![vec!["142".to_owned(), "88".to_owned()]; 2],
            waited: true,
            submission: world.town.services.core.new_id().to_string(),
            ..service::WeekForm::default()
        };
        refused(readings.record_in_week(me, person, week, &pair).await, "", "No more than 200 readings can be added in 24 hours");
        let both = with_pulse(form(&world.town, &["142", "88"]), "72");
        refused(readings.add(me, person, Measure::BloodPressure, &both).await, "", "No more than 200 readings can be added in 24 hours");
        assert!(readings.overview(me, person).await.unwrap().newest.iter().all(|one| one.measure == Measure::Pulse));
        let last = form(&world.town, &["71"]);
        let id = add(&world.town, &world.edna, person, Measure::Pulse, &last).await;
        refused(readings.add(me, person, Measure::Pulse, &form(&world.town, &["72"])).await, "", "bring in many at once");
        assert_eq!(readings.add(me, person, Measure::Pulse, &last).await.unwrap(), id, "the same form again is no other reading");
        let stranger = world.town.citizen("Stone").await;
        add(&world.town, &stranger, stranger.person, Measure::Pulse, &form(&world.town, &["70"])).await;
        world.town.clock.advance(chrono::TimeDelta::hours(25));
        readings.record_in_week(me, person, week, &pair).await.unwrap();
    }

    async fn what_is_unlikely_is_asked_about_and_nothing_is_kept_until_it_is_answered(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let sugar = form(&world.town, &["130"]);
        refused(readings.add(me, person, Measure::Glucose, &sugar).await, "unit", "Was it 130 mg/dL? That is 7.2 mmol/L");
        let high = form(&world.town, &["250", "95"]);
        refused(readings.add(me, person, Measure::BloodPressure, &high).await, "sure", "250 mmHg would be very unusual");
        // What may be in its unit, however unusual, is theirs to say.
        let very = form(&world.town, &["40"]);
        refused(readings.add(me, person, Measure::Glucose, &very).await, "sure", "Was it 40 mg/dL? That is 2.2 mmol/L. Choose the unit again, or");
        let stones = ReadingForm { unit: "[lb_av]".to_owned(), ..form(&world.town, &["3 2"]) };
        refused(readings.add(me, person, Measure::Weight, &stones).await, "sure", "3 2 stone and pounds would be very unusual. Check it");
        refused(readings.add(me, person, Measure::Weight, &form(&world.town, &["78,400"])).await, "value", "without a comma");
        let kilos = form(&world.town, &["12"]);
        refused(readings.add(me, person, Measure::Weight, &kilos).await, "sure", "Was it 12 stone? That is 76.2 kg. Choose the unit again, or");
        let feet = form(&world.town, &["5"]);
        refused(readings.add(me, person, Measure::Height, &feet).await, "unit", "Was it 5 feet? That is 152.4 cm. Choose the unit again");
        assert!(readings.overview(me, person).await.unwrap().newest.is_empty());
        for (measure, asked) in [(Measure::Glucose, very), (Measure::Weight, stones)] {
            let id = add(&world.town, &world.edna, person, measure, &ReadingForm { sure: true, ..asked }).await;
            readings.remove(me, person, (id, 1)).await.unwrap();
        }
        let sugar = ReadingForm { unit: "mg/dL".to_owned(), ..sugar };
        add(&world.town, &world.edna, person, Measure::Glucose, &sugar).await;
        add(&world.town, &world.edna, person, Measure::BloodPressure, &ReadingForm { sure: true, ..high }).await;
        let newest = readings.overview(me, person).await.unwrap().newest;
        let words: Vec<_> = newest.iter().map(|one| (one.in_words(), one.in_own_unit())).collect();
        assert_eq!(words, [("250/95 mmHg".to_owned(), None), ("130 mg/dL".to_owned(), Some("7.2 mmol/L".to_owned()))]);
        let (seen, ..) = readings.one(me, person, (Measure::BloodPressure, newest[0].id)).await.unwrap();
        assert_eq!(seen.advice.unwrap().title, "This blood pressure is very high");
    }

    async fn a_weight_that_is_far_from_the_last_is_asked_about_and_kept_once_they_are_sure(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        let weigh = async |by: &Actor, number: &str, sure: bool| {
            town.clock.advance(chrono::TimeDelta::minutes(20));
            readings.add(by, person, Measure::Weight, &ReadingForm { sure, ..form(town, &[number]) }).await
        };
        weigh(me, "74.9", false).await.unwrap();
        let pounds = "165 kg is very different from the last weight. Was it 165 pounds? That is 11 st 11 lb, or 74.8 kg. Choose the unit again, or say that it is right";
        refused(weigh(me, "165", false).await, "sure", pounds);
        refused(weigh(me, "50", false).await, "sure", "50 kg is very different from the last weight. Check it");
        assert_eq!(readings.overview(me, person).await.unwrap().newest[0].in_words(), "74.9 kg");
        // Whoever may only record is told nothing of what others recorded.
        let (carer, _) = world.carer("Stone", "READ").await;
        weigh(&carer.actor, "165", false).await.unwrap();
        refused(weigh(&carer.actor, "75", false).await, "sure", "75 kg is very different from the last weight. Check it");
        weigh(me, "75.5", true).await.unwrap();
        let asked = service::EnterForm { reading: form(town, &["165"]), how: "phone".to_owned() };
        refused(readings.enter_for(&town.clinician, person, Measure::Weight, &asked).await, "sure", "Was it 165 pounds?");
        let sure = service::EnterForm { reading: ReadingForm { sure: true, ..asked.reading }, ..asked };
        readings.enter_for(&town.clinician, person, Measure::Weight, &sure).await.unwrap();
        // After half a year it says nothing any more.
        town.clock.advance(chrono::TimeDelta::days(184));
        weigh(me, "74", false).await.unwrap();
    }

    async fn the_same_typed_again_at_once_is_asked_about_and_what_differs_is_not(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        let bp = Measure::BloodPressure;
        let typed = |numbers: &[&str]| ReadingForm { asks_of_same: true, ..form(town, numbers) };
        let first = typed(&["142", "88"]);
        let id = readings.add(me, person, bp, &first).await.unwrap();
        assert_eq!(readings.add(me, person, bp, &first).await.unwrap(), id, "the same form is the same reading");
        // Nor is it one with another number: that is told, and nothing is written down. How a number is written is no other one.
        let events = world.events().await;
        for (numbers, note, differs) in [(["124", "88"], "", true), (["142", "88"], "After a walk", true), (["142.0", "88"], "", false)] {
            let numbers = numbers.map(str::to_owned).to_vec();
            let changed = ReadingForm { numbers, note: note.to_owned(), sure: true, ..first.clone() };
            let added = readings.add_with_photo(me, person, bp, &changed, None).await.unwrap();
            let before = added.saved_before.map(|before| (before.measure, before.id, before.leaves_other));
            assert_eq!((added.id, before), (id, differs.then_some((bp, id, false))), "{changed:?}");
        }
        assert_eq!(world.events().await, events, "nothing was written down");
        assert_eq!(readings.overview(me, person).await.unwrap().newest[0].in_words(), "142/88 mmHg");
        refused(readings.add(me, person, bp, &typed(&["142", "88"])).await, "sure", "You have just saved the same reading");
        // Another number, another arm, other words, somebody else, and a minute later are another reading.
        readings.add(me, person, bp, &typed(&["142", "87"])).await.unwrap();
        readings.add(me, person, bp, &how(typed(&["142", "88"]), &[("arm", "left")])).await.unwrap();
        let noted = ReadingForm { note: "After a walk".to_owned(), ..typed(&["142", "88"]) };
        readings.add(me, person, bp, &noted).await.unwrap();
        let (carer, _) = world.carer("Stone", "READ").await;
        readings.add(&carer.actor, person, bp, &typed(&["142", "88"])).await.unwrap();
        readings.add(me, person, bp, &ReadingForm { sure: true, ..typed(&["142", "88"]) }).await.unwrap();
        town.clock.advance(chrono::TimeDelta::minutes(1));
        let later = readings.add(me, person, bp, &typed(&["142", "88"])).await.unwrap();
        // What was removed is not there, and can be typed again.
        readings.remove(me, person, (later, 1)).await.unwrap();
        readings.add(me, person, bp, &typed(&["142", "88"])).await.unwrap();
        // Of another day it is asked as well, as long as it was just saved.
        let earlier = || taken(typed(&["120", "70"]), "1/10/2026", "8am");
        readings.add(me, person, bp, &earlier()).await.unwrap();
        refused(readings.add(me, person, bp, &earlier()).await, "sure", "You have just saved the same reading");
        town.clock.advance(chrono::TimeDelta::minutes(11));
        readings.add(me, person, bp, &earlier()).await.unwrap();
    }

    async fn the_unit_that_somebody_used_last_is_offered_first_to_them_alone(place: &Place) {
        let world = World::at(place).await;
        let (person, readings) = (world.edna.person, &world.town.services.readings);
        let (carer, _) = world.carer("Stone", "READ").await;
        let first = async |who: &crate::readings::town::Citizen| {
            readings.may_record(&who.actor, person, Measure::Weight).await.unwrap().ucum
        };
        let weigh = async |who: &crate::readings::town::Citizen, number: &str, unit: &str, (day, time): (&str, &str)| {
            let form = ReadingForm { unit: unit.to_owned(), ..taken(form(&world.town, &[number]), day, time) };
            add(&world.town, who, person, Measure::Weight, &form).await;
        };
        assert_eq!(first(&world.edna).await, "kg", "the usual one where nothing was typed");
        weigh(&world.edna, "12 4", "[lb_av]", ("31/10/2026", "8am")).await;
        assert_eq!((first(&world.edna).await, first(&carer).await), ("[lb_av]", "kg"), "it tells nobody of what others typed");
        weigh(&carer, "78", "kg", ("31/10/2026", "9am")).await;
        assert_eq!((first(&world.edna).await, first(&carer).await), ("[lb_av]", "kg"));
        // What was typed last counts, not what was taken last.
        world.town.clock.advance(chrono::TimeDelta::minutes(1));
        weigh(&world.edna, "77.5", "kg", ("30/10/2026", "8am")).await;
        assert_eq!(first(&world.edna).await, "kg");
        not_found(readings.may_record(&world.town.clinician, person, Measure::Weight).await);
    }

    async fn a_weight_with_its_unit_beside_it_is_taken_in_that_unit_and_shown_so(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        for text in ["12st 4lb", "12 st 4", "12 stone 4"] {
            let stones = ReadingForm { unit: "kg".to_owned(), ..form(&world.town, &[text]) };
            let id = add(&world.town, &world.edna, person, Measure::Weight, &stones).await;
            let (seen, ..) = readings.one(me, person, (Measure::Weight, id)).await.unwrap();
            assert_eq!((seen.in_words(), seen.in_own_unit()), ("12 st 4 lb".to_owned(), Some("78 kg".to_owned())), "{text}");
            readings.remove(me, person, (id, 1)).await.unwrap();
        }
        // What is asked about it is asked in that unit, and says where to put it right.
        let light = ReadingForm { unit: "kg".to_owned(), ..form(&world.town, &["3st 2"]) };
        refused(readings.add(me, person, Measure::Weight, &light).await, "sure", "3 2 stone and pounds would be very unusual. Check it");
        let tall = ReadingForm { unit: "cm".to_owned(), ..form(&world.town, &["178 m"]) };
        refused(readings.add(me, person, Measure::Height, &tall).await, "value", "Was it 178 cm? Write it with its unit again");
    }

    async fn a_number_of_hundreds_of_digits_is_refused_in_few_words(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        for text in ["7".repeat(400), "0".repeat(400), format!("{},500", "1".repeat(400))] {
            let weight = form(&world.town, &[text.as_str()]);
            refused(readings.add(me, person, Measure::Weight, &weight).await, "value", "This number is too long. Check it");
            let pressure = form(&world.town, &["142", text.as_str()]);
            let refusal = readings.add(me, person, Measure::BloodPressure, &pressure).await;
            refused(refusal, "diastolic", "Bottom number: This number is too long. Check it");
        }
        assert!(readings.overview(me, person).await.unwrap().newest.is_empty());
    }

    async fn everything_that_is_wrong_is_said_at_once_and_beside_its_field(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let all = ReadingForm { note: "x".repeat(501), ..taken(form(&world.town, &["", "x"]), "31/2/2026", "8am") };
        assert_eq!(fields(readings.add(me, person, Measure::BloodPressure, &all).await), ["systolic", "diastolic", "day", "note"]);
        let nothing = ReadingForm::default();
        assert_eq!(fields(readings.add(me, person, Measure::Weight, &ReadingForm { submission: "x".to_owned(), ..nothing }).await), [""]);
        let unit = ReadingForm { unit: "furlong".to_owned(), ..form(&world.town, &["70"]) };
        assert_eq!(fields(readings.add(me, person, Measure::Weight, &unit).await), ["unit"]);
        refused(readings.add(me, person, Measure::Symptom, &form(&world.town, &["3"])).await, "note", "Say what it is");
        let round = form(&world.town, &["80", "120"]);
        refused(readings.add(me, person, Measure::BloodPressure, &round).await, "systolic", "higher than the bottom");
        assert!(readings.overview(me, person).await.unwrap().newest.is_empty());
    }

    async fn a_change_keeps_what_was_and_of_two_at_once_one_is_told(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let id = add(&world.town, &world.edna, person, Measure::Weight, &form(&world.town, &["70"])).await;
        let change = async |version, numbers: &[&str]| {
            let form = taken(form(&world.town, numbers), "1/11/2026", "8am");
            readings.change(me, person, (id, version), &form).await
        };
        let (one, two) = tokio::join!(change(1, &["71"]), change(1, &["72"]));
        assert_eq!([one.is_ok(), two.is_ok()].into_iter().filter(|ok| *ok).count(), 1);
        refused(change(1, &["73"]).await, "", "changed this reading meanwhile");
        let before = world.events().await;
        let (seen, old, _) = readings.one(me, person, (Measure::Weight, id)).await.unwrap();
        assert_eq!((seen.version, old.len(), old[0].value.as_str()), (2, 1, "70 kg"));
        assert_eq!(seen.taken_at.to_rfc3339(), "2026-11-01T08:00:00+00:00");
        // The same again changes nothing and is no event but the look before.
        change(2, &[&seen.said]).await.unwrap();
        assert_eq!(world.events().await, before + 1);
        refused(readings.remove(me, person, (id, 1)).await, "", "changed this reading meanwhile");
        assert_eq!(readings.remove(me, person, (id, 2)).await.unwrap(), Measure::Weight);
        assert_eq!(world.last().await, (Action::ReadingChanged, Basis::Own));
        not_found(readings.one(me, person, (Measure::Weight, id)).await);
        not_found(readings.remove(me, person, (id, 3)).await);
        // The same form a second time: it is removed, and nothing is written down anew.
        let before = world.events().await;
        assert_eq!(readings.remove(me, person, (id, 2)).await.unwrap(), Measure::Weight);
        assert_eq!(world.events().await, before);
        let stranger = world.town.citizen("Ray").await;
        not_found(readings.remove(&stranger.actor, person, (id, 2)).await);
        not_found(readings.remove(&stranger.actor, stranger.person, (id, 2)).await);
        let seen = readings.measure(me, person, (Measure::Weight, Span::Month, None)).await.unwrap();
        assert!(seen.readings.is_empty() && seen.chart.average.is_none());
        not_found(readings.change(me, person, (ReadingId::from_uuid(uuid::Uuid::nil()), 1), &form(&world.town, &["70"])).await);
    }

    async fn a_change_of_something_else_leaves_when_it_was_taken(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let now = world.town.services.core.now();
        // The second 1:30 of the night on which the clock goes back, and a minute with seconds.
        for (numbers, at) in [("70", "2026-10-25T01:30:20Z"), ("71", "2026-10-24T08:15:40Z")] {
            let at: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
            world.town.clock.advance(at - now);
            let id = add(&world.town, &world.edna, person, Measure::Weight, &form(&world.town, &[numbers])).await;
            world.town.clock.advance(now - at);
            let (day, minute) = (domain::when::london_day(at), domain::when::minute_of_day(at));
            let same = taken(
                form(&world.town, &[numbers]),
                &day.format("%d/%m/%Y").to_string(),
                &domain::appointment::clock_of(minute),
            );
            let noted = ReadingForm { note: "Before breakfast".to_owned(), ..same.clone() };
            readings.change(me, person, (id, 1), &noted).await.unwrap();
            let (seen, ..) = readings.one(me, person, (Measure::Weight, id)).await.unwrap();
            assert_eq!((seen.taken_at, seen.note.as_str()), (at, "Before breakfast"));
            // Another minute is another time.
            let moved = ReadingForm { time: "00:10".to_owned(), ..noted };
            readings.change(me, person, (id, 2), &moved).await.unwrap();
            let (seen, ..) = readings.one(me, person, (Measure::Weight, id)).await.unwrap();
            assert_eq!(domain::when::minute_of_day(seen.taken_at), 10);
        }
    }
}
