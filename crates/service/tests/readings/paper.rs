//! A guided week that was kept on paper, typed in afterwards.

use crate::readings::town::{not_found, problems, refused};
use crate::readings::world::World;
use chrono::NaiveDate;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::reading::week::{Outcome, Protocol, State, WeekEnd};
use domain::reading::{Amount, Measure, Span};
use service::{BestForm, PaperForm, PaperLine, ReadingsSeen, ServiceError};
use testkit::Place;

fn line(time: &str, numbers: &[&[&str]]) -> PaperLine {
    let readings = numbers.iter().map(|one| one.iter().map(|text| (*text).to_owned()).collect()).collect();
    PaperLine { readings, time: time.to_owned(), ..PaperLine::default() }
}

/// Four days of blood pressure, and three that stayed empty.
fn paper(world: &World) -> PaperForm {
    let mut lines = Vec::new();
    for _ in 0..4 {
        lines.push(line("8am", &[&["141", "90"], &["141", "90"]]));
        lines.push(line("12:30am", &[&["134", "81"], &["134", "81"]]));
    }
    lines.resize(14, line("8am", &[&["", ""], &["", ""]]));
    PaperForm { lines, waited: true, submission: world.town.services.core.new_id().to_string(), ..PaperForm::default() }
}

fn first() -> NaiveDate {
    "2026-11-03".parse().unwrap()
}

impl World {
    async fn types(&self, by: &Actor, protocol: Protocol, form: &PaperForm) -> Result<service::TypedIn, ServiceError> {
        self.town.services.readings.type_in_week(by, self.edna.person, (protocol, first()), form).await
    }
}

testkit::both_engines! {
    async fn a_week_from_paper_comes_to_what_it_would_have_come_to_and_is_typed_in_once(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        world.set("2026-11-20T12:00:00Z");
        let (form, before) = (paper(&world), world.events().await);
        let (one, two) = tokio::join!(world.types(me, Protocol::HomePressure, &form), world.types(me, Protocol::HomePressure, &form));
        let id = one.unwrap().week;
        assert_eq!((two.unwrap().week, world.events().await, world.last().await), (id, before + 1, (Action::WeekChanged, Basis::Own)));
        let seen = all.week(me, person, id).await.unwrap();
        let Outcome::Average(Some(mean)) = seen.outcome else { panic!("{:?}", seen.outcome) };
        // The first day is left out: of 6 readings each of 141/90 and 134/81 it is 137.5/85.5. What was taken at half past midnight
        // belongs to the evening before.
        assert_eq!((mean.readings, mean.first, mean.second), (12, Amount::whole(138), Some(Amount::whole(86))));
        assert_eq!((seen.line.ended, seen.diary.whole_days()), (Some(WeekEnd::Finished), 3));
        let list = all.measure(me, person, (Measure::BloodPressure, Span::Month, None)).await.unwrap().readings;
        assert_eq!(list.iter().filter(|one| one.taken_how().iter().any(|(_, said)| said.contains("not measured"))).count(), 8);
    }

    async fn all_of_it_is_kept_or_none_and_each_problem_stands_at_its_line(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        world.set("2026-11-20T12:00:00Z");
        let mut form = paper(&world);
        form.lines[1] = line("8am", &[&["14o", "81"], &["134", "81"]]);
        form.lines[3].time = "soon".to_owned();
        form.lines[4] = line("8am", &[&["141", "90"], &["240", "100"]]);
        let told = problems(world.types(me, Protocol::HomePressure, &form).await.map(|_| ()));
        let fields: Vec<_> = told.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["line2_time", "line2_systolic", "line4_time", "line5_sure_2"]);
        assert!(told[0].1.starts_with("Tuesday 3 November, Evening. Enter a time from 2pm and before 4am"), "{}", told[0].1);
        refused(world.types(me, Protocol::HomePressure, &PaperForm { waited: false, ..paper(&world) }).await, "waited", "Tick this");
        let empty = PaperForm { lines: vec![line("8am", &[&["", ""], &["", ""]]); 14], ..paper(&world) };
        refused(world.types(me, Protocol::HomePressure, &empty).await, "", "Nothing is typed in yet");
        world.set("2026-11-05T07:00:00Z");
        assert_eq!(problems(world.types(me, Protocol::HomePressure, &paper(&world)).await.map(|_| ()))[0].0, "line5_time", "it is to come");
        let ReadingsSeen { newest, .. } = all.overview(me, person).await.unwrap();
        assert!(newest.is_empty() && all.weeks(me, person).await.unwrap().weeks.is_empty());
        let day = |day: &str, month: &str, year: &str| all.paper_days(Protocol::Weight, &[day, month, year].map(str::to_owned));
        assert_eq!(day("3", "11", "2026").unwrap(), first());
        for (typed, why) in [(day("6", "11", "2026"), "still to come"), (day("1", "11", "2024"), "more than 2 years ago"), (day("", "", ""), "Enter the first day")] {
            refused(typed, "first", why);
        }
    }

    async fn what_was_dangerous_on_paper_is_answered_and_other_diaries_have_their_lines(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        world.set("2026-11-20T12:00:00Z");
        let mut form = paper(&world);
        form.lines[5] = line("8pm", &[&["186", "112"]]);
        let typed = world.types(me, Protocol::HomePressure, &form).await.unwrap();
        let seen = all.week_after(me, person, typed.week, &typed.urgent).await.unwrap();
        assert_eq!(seen.advice().map(|(advice, about)| (advice.title, about.first)), Some(("This blood pressure is very high", Amount::whole(186))));
        let best = BestForm { best: "450".to_owned(), green: "80".to_owned(), amber: "50".to_owned() };
        let submission = || world.town.services.core.new_id().to_string();
        let blows = PaperForm {
            lines: vec![line("8am", &[&["340"], &["352"], &[""]]), line("8pm", &[&["200"], &[""], &[""]])],
            best,
            submission: submission(),
            ..PaperForm::default()
        };
        let peak = world.types(me, Protocol::PeakFlow, &blows).await.unwrap();
        assert_eq!(world.types(me, Protocol::PeakFlow, &blows).await.unwrap(), peak, "sent again it shows the same");
        assert_eq!(world.types(me, Protocol::HomePressure, &form).await.unwrap(), typed);
        let seen = all.week_after(me, person, peak.week, &peak.urgent).await.unwrap();
        assert_eq!(seen.advice().map(|(advice, about)| (advice.title, about.first)), Some(("This peak flow is in your red zone", Amount::whole(200))));
        let sugar = PaperForm {
            lines: vec![line("8am", &[&["6.1"]]), line("12:30pm", &[&["7"]]), line("6pm", &[&[""]]), line("9:30pm", &[&["8"]])],
            submission: submission(),
            ..PaperForm::default()
        };
        let sugar = world.types(me, Protocol::Glucose, &sugar).await.unwrap();
        let Outcome::Meals(sums, 0) = all.week(me, person, sugar.week).await.unwrap().outcome else { panic!("no meals") };
        assert_eq!(sums.iter().map(|sum| (sum.when, sum.mean.readings)).collect::<Vec<_>>(), [("Before a meal", 2), ("At bedtime", 1)]);
        // Each line after a meal says so of its reading, and a late breakfast is none before lunch.
        let profile = PaperForm {
            lines: vec![line("10:15am", &[&["6.1"]]), line("12:20pm", &[&["8"]]), line("1:30pm", &[&["7"]]), line("9am", &[&["9"]])],
            submission: submission(),
            ..PaperForm::default()
        };
        assert_eq!(problems(world.types(me, Protocol::GlucoseProfile, &profile).await.map(|_| ()))[0].0, "line4_time");
        let mut lines = profile.lines.clone();
        lines[3] = line("3:30pm", &[&["9"]]);
        let profile = world.types(me, Protocol::GlucoseProfile, &PaperForm { lines, ..profile }).await.unwrap();
        let seen = all.week(me, person, profile.week).await.unwrap();
        let done = seen.diary.days[0].sittings.iter().map(|part| part.state == State::Done).collect::<Vec<_>>();
        assert_eq!(done, [true, true, true, true, false, false, true], "at bedtime from the diary before");
    }

    async fn each_of_several_is_answered_as_its_own_page_answers_it(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        world.set("2026-11-20T12:00:00Z");
        let mut form = paper(&world);
        // One in the evening, and two that follow on each other the next morning.
        form.lines[3] = line("8pm", &[&["186", "112"]]);
        form.lines[4] = line("8am", &[&["186", "112"], &["184", "111"]]);
        let typed = world.types(me, Protocol::HomePressure, &form).await.unwrap();
        let seen = all.week_after(me, person, typed.week, &typed.urgent).await.unwrap();
        let mut titles = Vec::new();
        for (advice, one) in &seen.told {
            let (own, ..) = all.one(me, person, (Measure::BloodPressure, one.id)).await.unwrap();
            assert_eq!(own.advice.map(|advice| advice.title), Some(advice.title));
            titles.push(advice.title);
        }
        let many = |title: &str| titles.iter().filter(|one| **one == title).count();
        assert_eq!((many("This blood pressure is very high"), many("Your blood pressure is still very high")), (2, 1));
    }

    async fn whoever_may_not_record_finds_no_way_in(place: &Place) {
        let world = World::at(place).await;
        world.set("2026-11-20T12:00:00Z");
        let stranger = world.town.citizen("Reed").await;
        not_found(world.types(&stranger.actor, Protocol::HomePressure, &paper(&world)).await.map(|_| ()));
        not_found(world.types(&world.town.clinician, Protocol::HomePressure, &paper(&world)).await.map(|_| ()));
        let (ann, _) = world.carer("Ann", "READ").await;
        world.types(&ann.actor, Protocol::HomePressure, &paper(&world)).await.unwrap();
        assert_eq!(world.last().await, (Action::WeekChanged, Basis::Carer));
    }
}
