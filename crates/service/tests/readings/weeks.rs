//! Guided weeks: begun, measured, paused and ended, what they come to, who sees them, and their reminders.

use crate::readings::town::{at, fields, not_found, problems, refused};
use crate::readings::world::World;
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::reading::week::{Outcome, Protocol, State, TargetOf, Verdict, WeekEnd, Zone, verdict};
use domain::reading::{Amount, Colour, Measure, Range, RuleKind};
use domain::record::Category;
use domain::{ReadingId, WeekId};
use serde_json::Value;
use service::{
    BestForm, HiddenFrom, NotedBy, ReadingForm, RuleForm, ServiceError, ShownWithForm, StartForm, TargetForm, WeekAct, WeekForm,
    WeekSeen,
};
use testkit::Place;

/// What a reminder says among other things, and nothing else does.
const SAYS: &str = "/week";

fn start(world: &World) -> StartForm {
    StartForm {
        first: "today".to_owned(),
        length: "7".to_owned(),
        times: "8am, 8pm".to_owned(),
        how: "mail".to_owned(),
        submission: world.town.services.core.new_id().to_string(),
        ..StartForm::default()
    }
}

fn readings(world: &World, numbers: &[&[&str]]) -> WeekForm {
    WeekForm {
        readings: numbers.iter().map(|one| one.iter().map(|text| (*text).to_owned()).collect()).collect(),
        waited: true,
        submission: world.town.services.core.new_id().to_string(),
        ..WeekForm::default()
    }
}

impl World {
    async fn begin(&self, by: &Actor, protocol: Protocol) -> WeekId {
        self.town.services.readings.start_week(by, self.edna.person, protocol, &start(self)).await.unwrap()
    }

    async fn week(&self, by: &Actor, id: WeekId) -> WeekSeen {
        self.town.services.readings.week(by, self.edna.person, id).await.unwrap()
    }

    async fn record(&self, by: &Actor, id: WeekId, form: &WeekForm) -> Result<Vec<ReadingId>, ServiceError> {
        self.town.services.readings.record_in_week(by, self.edna.person, id, form).await
    }

    /// Records one reading of this day and time of November, and gives what its page says first: what to do, and about which number.
    async fn late(&self, id: WeekId, (day, time): (&str, &str), numbers: &[&str]) -> Option<(&'static str, Amount)> {
        let day = if day.is_empty() { [""; 3] } else { [day, "11", "2026"] };
        let form = WeekForm { day: day.map(str::to_owned), time: time.to_owned(), ..readings(self, &[numbers]) };
        let saved = self.record(&self.edna.actor, id, &form).await.unwrap();
        self.after(id, &saved).await.advice().map(|(advice, about)| (advice.title, about.first))
    }

    async fn after(&self, id: WeekId, saved: &[ReadingId]) -> WeekSeen {
        self.town.services.readings.week_after(&self.edna.actor, self.edna.person, id, saved).await.unwrap()
    }

    /// Records two readings at this moment.
    async fn pair(&self, id: WeekId, when: &str, numbers: [&str; 2]) {
        self.set(when);
        let form = readings(self, &[&numbers, &numbers]);
        self.record(&self.edna.actor, id, &form).await.unwrap();
    }

    /// Records mornings and evenings from the first of these days of November to the last.
    async fn days(&self, id: WeekId, days: std::ops::RangeInclusive<u32>) {
        for day in days {
            self.pair(id, &format!("2026-11-{day:02}T11:00:00Z"), ["141", "90"]).await;
            self.pair(id, &format!("2026-11-{day:02}T20:00:00Z"), ["134", "81"]).await;
        }
    }

    async fn change(&self, by: &Actor, id: WeekId, act: WeekAct) -> Result<(), ServiceError> {
        let version = self.week(by, id).await.version;
        self.town.services.readings.change_week(by, self.edna.person, (id, version), act).await
    }

    /// What is reminded of at this moment.
    async fn run(&self, now: &str) -> u64 {
        self.set(now);
        self.town.services.readings.run_week_reminders(&Actor::System).await.unwrap()
    }
}

testkit::both_engines! {
    async fn a_week_is_begun_once_and_comes_to_an_average_against_the_target(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let (form, before) = (start(&world), world.events().await);
        let (one, two) = tokio::join!(
            all.start_week(me, person, Protocol::HomePressure, &form),
            all.start_week(me, person, Protocol::HomePressure, &form),
        );
        let id = one.unwrap();
        assert_eq!((two.unwrap(), world.events().await), (id, before + 1));
        assert_eq!(world.last().await, (Action::WeekChanged, Basis::Own));
        refused(all.start_week(me, person, Protocol::HomePressure, &start(&world)).await, "", "doing this already");
        let seen = world.week(me, id).await;
        assert_eq!(world.last().await, (Action::Read, Basis::Own));
        assert_eq!((seen.line.plan.day_number(seen.now), seen.diary.now().unwrap().state), (Some((1, 7)), State::Due));
        // One form is two ordinary readings, a minute apart, sitting, however often it is sent.
        let form = readings(&world, &[&["185", "112"], &["183", "110"]]);
        for _ in 0..2 {
            world.record(me, id, &form).await.unwrap();
        }
        assert_eq!(world.last().await, (Action::ReadingAdded, Basis::Own));
        assert_eq!(world.events().await, before + 4, "begun, seen, and two readings");
        let list = all.measure(me, person, (Measure::BloodPressure, domain::reading::Span::Week, None)).await.unwrap().readings;
        let said: Vec<_> = list.iter().map(|one| (one.in_words(), one.taken_how().len())).collect();
        assert_eq!(said, [("183/110 mmHg".to_owned(), 2), ("185/112 mmHg".to_owned(), 1)]);
        assert!(list[0].taken_how().iter().any(|(_, answer)| answer.contains("The exact time was not measured")), "it is typed");
        assert!(list[0].taken_at - list[1].taken_at >= TimeDelta::seconds(60));
        let seen = world.week(me, id).await;
        assert_eq!((seen.diary.now().unwrap().state, seen.advice().unwrap().0.title), (State::Done, "Your blood pressure is still very high"));
        world.pair(id, "2026-11-03T20:00:00Z", ["150", "95"]).await;
        assert_eq!(world.week(me, id).await.advice(), None, "what was measured last is not very high");
        world.days(id, 4..=5).await;
        let seen = world.week(me, id).await;
        assert_eq!((seen.diary.whole_days(), seen.diary.is_valid(), seen.diary.lacks()), (2, false, 1));
        not_found(all.export_week(me, person, id).await);
        world.days(id, 6..=6).await;
        assert!(world.week(me, id).await.diary.is_valid(), "four days with the first left out");
        let before = world.events().await;
        world.change(me, id, WeekAct::End).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 2, (Action::WeekChanged, Basis::Own)));
        let seen = world.week(me, id).await;
        assert_eq!((seen.line.runs, seen.line.ended, seen.line.plan.last.to_string().as_str()), (false, Some(WeekEnd::Finished), "2026-11-06"));
        // 6 of 141/90 and 6 of 134/81 are 137.5/85.5.
        let Outcome::Average(Some(mean)) = &seen.outcome else { panic!("{:?}", seen.outcome) };
        assert_eq!((mean.readings, mean.first, mean.second), (12, Amount::whole(138), Some(Amount::whole(86))));
        let first = seen.target.first;
        assert_eq!((first.range, first.of), (Range::below(Amount::whole(135)), TargetOf::Guideline), "she is 78");
        assert_eq!(verdict(mean, &seen.target, seen.about), Verdict::Above);
        refused(world.record(me, id, &readings(&world, &[&["140", "90"]])).await, "", "has ended");
        all.change_week(me, person, (id, 1), WeekAct::End).await.unwrap();
        // It is taken away with the codes for averages at home, as an export.
        let file: Value = serde_json::from_slice(&all.export_week(me, person, id).await.unwrap()).unwrap();
        assert_eq!(world.last().await, (Action::Export, Basis::Own));
        let part = |at: usize| (file["component"][at]["code"]["coding"][0]["code"].as_str(), file["component"][at]["valueQuantity"]["value"].as_i64());
        assert_eq!((part(0), part(1)), ((Some("413606001"), Some(138)), (Some("413605002"), Some(86))));
        assert_eq!(file["effectivePeriod"]["start"], "2026-11-04T10:59:00Z");
        // A reading that is removed later counts no more, and what it came to is worked out anew.
        let removed = list_of(&world, "2026-11-06T20:00:00Z").await;
        all.remove(me, person, removed).await.unwrap();
        assert!(!world.week(me, id).await.diary.is_valid());
        // The next can be begun, and both are listed.
        let next = world.begin(me, Protocol::HomePressure).await;
        let listed = all.weeks(me, person).await.unwrap();
        assert_eq!(listed.weeks.iter().map(|line| (line.id, line.runs)).collect::<Vec<_>>(), [(next, true), (id, false)]);
        assert!(!listed.can_start.contains(&Protocol::HomePressure) && listed.can_start.contains(&Protocol::Falls));
        world.town.verify().await;
    }

    async fn the_pulse_that_the_monitor_shows_is_kept_with_each_reading_of_a_sitting(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let id = world.begin(me, Protocol::HomePressure).await;
        let with = |numbers: &[&[&str]], pulses: [&str; 2]| WeekForm {
            shown_with: pulses.iter().map(|number| ShownWithForm { number: (*number).to_owned(), ..ShownWithForm::default() }).collect(),
            ..readings(&world, numbers)
        };
        // What is wrong is said beside the field of its own reading, and none is kept.
        let wrong = with(&[&["142", "88"], &["140", "86"]], ["", "fast"]);
        assert_eq!(fields(world.record(me, id, &wrong).await), ["pulse_value_2"]);
        let unlikely = with(&[&["142", "88"], &["140", "86"]], ["185", ""]);
        assert_eq!(fields(world.record(me, id, &unlikely).await), ["pulse_sure"]);
        let alone = with(&[&["142", "88"], &["", ""]], ["72", "70"]);
        assert_eq!(fields(world.record(me, id, &alone).await), ["systolic_2", "diastolic_2"]);
        assert_eq!(world.week(me, id).await.diary.all().count(), 0);
        // Each is a reading of its own of the same time, once however often the form is sent.
        let (form, before) = (with(&[&["142", "88"], &["140", "86"]], ["125", "72"]), world.events().await);
        let saved = world.record(me, id, &form).await.unwrap();
        assert_eq!(world.record(me, id, &form).await.unwrap(), saved);
        assert_eq!((saved.len(), world.events().await), (4, before + 4));
        let pulses = all.measure(me, person, (Measure::Pulse, domain::reading::Span::Week, None)).await.unwrap().readings;
        assert_eq!(pulses.iter().map(|one| one.first).collect::<Vec<_>>(), [Amount::whole(72), Amount::whole(125)]);
        let seen = world.after(id, &saved).await;
        let pressures: Vec<_> = seen.diary.all().map(|one| one.at).collect();
        assert_eq!((pressures.len(), seen.shown.keys().copied().collect::<Vec<_>>()), (2, pressures.clone()));
        let shown: Vec<Amount> = seen.shown.values().map(|one| one.first).collect();
        assert_eq!(shown, [Amount::whole(125), Amount::whole(72)]);
        let (advice, about) = seen.shown_advice.as_ref().unwrap();
        assert_eq!((advice.title, about.at, seen.advice()), ("This pulse is outside the usual range", pressures[0], None));
        // Looked at again, only what was measured last counts; and a pulse that is removed stands there no more.
        assert_eq!(world.week(me, id).await.shown_advice, None);
        all.remove(me, person, (saved[1], 1)).await.unwrap();
        assert_eq!(world.week(me, id).await.shown.keys().copied().collect::<Vec<_>>(), [pressures[1]]);
        // Sent again with what was left out, each pulse is of the time of its reading as it is kept.
        world.town.clock.advance(TimeDelta::minutes(10));
        let form = with(&[&["139", "87"], &["138", "85"]], ["", ""]);
        let before = world.record(me, id, &form).await.unwrap();
        world.town.clock.advance(TimeDelta::minutes(3));
        let again = WeekForm { submission: form.submission.clone(), ..with(&[&["139", "87"], &["138", "85"]], ["70", "68"]) };
        let saved = world.record(me, id, &again).await.unwrap();
        assert_eq!((before.len(), saved.len(), saved[0], saved[2]), (2, 4, before[0], before[1]));
        let seen = world.week(me, id).await;
        for (pressure, pulse) in [(saved[0], saved[1]), (saved[2], saved[3])] {
            let at = seen.diary.all().find(|one| one.id == pressure).unwrap().at;
            assert_eq!(seen.shown.get(&at).map(|one| one.id), Some(pulse));
        }
        // What somebody else recorded of the same instant did not come with it.
        world.town.clock.advance(TimeDelta::minutes(10));
        let saved = world.record(me, id, &readings(&world, &[&["137", "84"]])).await.unwrap();
        let (carer, _) = world.carer("Stone", "READ").await;
        let pulse = ReadingForm { submission: world.town.services.core.new_id().to_string(), numbers: vec!["66".to_owned()], ..ReadingForm::default() };
        let other = all.add(&carer.actor, person, Measure::Pulse, &pulse).await.unwrap();
        let seen = world.week(me, id).await;
        let pressure = seen.diary.all().find(|one| one.id == saved[0]).unwrap().at;
        let (apart, ..) = all.one(me, person, (Measure::Pulse, other)).await.unwrap();
        assert_eq!((apart.taken_at, seen.shown.get(&pressure)), (pressure, None));
        world.town.verify().await;
    }

    async fn what_to_do_stands_with_what_was_just_saved_whenever_it_was_taken(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        const HIGH: &str = "This blood pressure is very high";
        let id = world.begin(me, Protocol::HomePressure).await;
        world.set("2026-11-04T20:00:00Z");
        // This morning's, typed in the evening; then yesterday's, after a fine one of today.
        assert_eq!(world.late(id, ("", "8:30am"), &["190", "125"]).await, Some((HIGH, Amount::whole(190))));
        assert_eq!(world.late(id, ("", ""), &["132", "84"]).await, None);
        assert_eq!(world.late(id, ("3", "8pm"), &["191", "121"]).await, Some((HIGH, Amount::whole(191))));
        // Before the first day of the diary, of which it holds nothing.
        assert_eq!(world.late(id, ("1", "8pm"), &["192", "121"]).await, Some((HIGH, Amount::whole(192))));
        assert_eq!(world.late(id, ("2", "8pm"), &["130", "80"]).await, None);
        // Of two that were taken together the last holds, and one that is fine does not hide one of another part of the day.
        let pair = |first: [&str; 2], second: [&str; 2]| WeekForm {
            day: ["4", "11", "2026"].map(str::to_owned),
            time: "1pm".to_owned(),
            ..readings(&world, &[&first, &second])
        };
        let saved = world.record(me, id, &pair(["186", "110"], ["150", "90"])).await.unwrap();
        assert_eq!((saved.len(), world.after(id, &saved).await.advice()), (2, None));
        let saved = world.record(me, id, &pair(["150", "90"], ["187", "110"])).await.unwrap();
        // The one of 8:30 in the same morning was very high too.
        assert_eq!(world.after(id, &saved).await.advice().unwrap().0.title, "Your blood pressure is still very high");
        // Looked at again without them, only what was measured last counts; other readings are passed over.
        assert_eq!(world.week(me, id).await.advice(), None);
        let weight = ReadingForm { submission: world.town.services.core.new_id().to_string(), numbers: vec!["80".to_owned()], ..ReadingForm::default() };
        let other = world.town.services.readings.add(me, world.edna.person, Measure::Weight, &weight).await.unwrap();
        assert_eq!(world.after(id, &[other, ReadingId::from_uuid(world.town.services.core.new_id())]).await.saved, []);
        let stranger = world.town.citizen("Reed").await;
        not_found(world.town.services.readings.week_after(&stranger.actor, world.edna.person, id, &saved).await.map(|_| ()));
    }

    async fn the_words_of_a_care_team_and_who_watches_stand_with_it(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let id = world.begin(me, Protocol::HomePressure).await;
        assert_eq!(world.week(me, id).await.watched.watch.by, []);
        let fields = [("colour", "red"), ("side", "above"), ("first", "170"), ("words", "Ring us today"), ("why", "After your stroke")];
        let rule = RuleForm {
            kind: RuleKind::Single.code().to_owned(),
            typed: fields.map(|(field, typed)| (field.to_owned(), typed.to_owned())).into(),
            submission: town.services.core.new_id().to_string(),
            ..RuleForm::default()
        };
        town.services.readings.add_rule(&town.clinician, person, Measure::BloodPressure, &rule).await.unwrap();
        assert_eq!(town.services.readings.weeks(me, person).await.unwrap().watch.by.len(), 1);
        town.clock.advance(TimeDelta::hours(1));
        let saved = world.record(me, id, &readings(&world, &[&["176", "100"], &["174", "100"]])).await.unwrap();
        let seen = world.after(id, &saved).await;
        assert_eq!(seen.watched.watch.by[0].organisation, "Riverside Surgery");
        let found: Vec<_> = seen.watched.found.iter().map(|one| (one.words.as_str(), one.colour)).collect();
        assert_eq!(found, [("Ring us today", Colour::Red)], "each thing once");
        assert_eq!(seen.watched.alerts.len(), 1);
        // Measured before, and written down after something fine.
        town.clock.advance(TimeDelta::hours(12));
        world.record(me, id, &readings(&world, &[&["130", "80"]])).await.unwrap();
        assert_eq!(world.week(me, id).await.watched.found, []);
        let form = WeekForm { time: "4pm".to_owned(), ..readings(&world, &[&["180", "99"]]) };
        let saved = world.record(me, id, &form).await.unwrap();
        assert_eq!(world.after(id, &saved).await.watched.found.len(), 1);
    }

    async fn a_result_is_compared_with_what_was_wanted_on_its_last_day(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let id = world.begin(me, Protocol::HomePressure).await;
        let set = async |low: &str, high: &str, version: i32| {
            let (first_low, first_high) = (low.to_owned(), high.to_owned());
            let form = TargetForm { first_low, first_high, why: "Your age".to_owned(), version, ..TargetForm::default() };
            town.services.readings.set_target(&town.clinician, person, Measure::BloodPressure, &form).await.unwrap();
        };
        set("140", "150", 0).await;
        world.days(id, 3..=6).await;
        world.change(me, id, WeekAct::End).await.unwrap();
        assert_eq!(world.week(me, id).await.team_since, None);
        // What is set a day later is none of this week, and hides nothing of what held then; it is said beside it.
        world.set("2026-11-07T09:00:00Z");
        set("100", "120", 1).await;
        let seen = world.week(me, id).await;
        let since = seen.team_since.as_ref().and_then(|version| version.target).map(|target| target.first);
        assert_eq!(since, Some(Range::of(Some(Amount::whole(100)), Some(Amount::whole(120)))));
        let wanted = Range::of(Some(Amount::whole(140)), Some(Amount::whole(150)));
        assert_eq!((seen.target.first.range, seen.target.first.of), (wanted, TargetOf::Team));
        assert_eq!((seen.target.second.range, seen.target.second.of), (Range::below(Amount::whole(85)), TargetOf::Guideline));
        let Outcome::Average(Some(mean)) = &seen.outcome else { panic!("{:?}", seen.outcome) };
        // 138/86: below the range, and above the guideline with the other number.
        assert_eq!(verdict(mean, &seen.target, seen.about), Verdict::Above);
    }

    async fn two_that_are_typed_in_the_hour_that_comes_twice_keep_their_hour(place: &Place) {
        let world = World::at(place).await;
        world.set("2026-10-24T19:00:00Z");
        let id = world.begin(&world.edna.actor, Protocol::HomePressure).await;
        // 1:30am for the second time: the clocks went back at 01:00 UTC.
        world.set("2026-10-25T01:30:40Z");
        let saved = world.record(&world.edna.actor, id, &readings(&world, &[&["142", "88"], &["140", "86"]])).await.unwrap();
        let seen = world.after(id, &saved).await;
        let times: Vec<_> = seen.saved.iter().map(|one| one.at.to_rfc3339()).collect();
        assert_eq!(times, ["2026-10-25T01:29:40+00:00", "2026-10-25T01:30:40+00:00"]);
    }

    async fn both_readings_are_kept_or_none_and_the_first_can_come_alone(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let id = world.begin(me, Protocol::HomePressure).await;
        let hasty = WeekForm { waited: false, ..readings(&world, &[&["142", "88"], &["140", "80"]]) };
        refused(world.record(me, id, &hasty).await, "waited", "Tick this if you waited at least 1 minute");
        let wrong = readings(&world, &[&["142", "88"], &["14o", "300"]]);
        assert_eq!(fields(world.record(me, id, &wrong).await), ["systolic_2", "diastolic_2"]);
        let unlikely = readings(&world, &[&["142", "88"], &["240", "100"]]);
        let told = problems(world.record(me, id, &unlikely).await);
        assert_eq!((told.len(), told[0].0.as_str()), (1, "sure_2"));
        assert!(told[0].1.starts_with("Reading 2. Top number: 240 mmHg would be very unusual"), "{}", told[0].1);
        assert_eq!(fields(world.record(me, id, &readings(&world, &[&["", ""], &["140", "80"]])).await), ["systolic", "diastolic"]);
        let late = WeekForm { time: "soon".to_owned(), ..readings(&world, &[&["142", "88"], &["140", "80"]]) };
        assert_eq!(fields(world.record(me, id, &late).await), ["time"]);
        assert!(all.overview(me, person).await.unwrap().newest.is_empty());
        world.record(me, id, &readings(&world, &[&["142", "88"], &["", ""]])).await.unwrap();
        assert_eq!(world.week(me, id).await.diary.now().unwrap().state, State::Half);
        // Half a minute later it does not count; a minute later it does.
        world.town.clock.advance(TimeDelta::seconds(30));
        world.record(me, id, &readings(&world, &[&["141", "87"]])).await.unwrap();
        let seen = world.week(me, id).await;
        let part = seen.diary.now().unwrap();
        assert_eq!((part.state, part.counted.len(), part.others.len()), (State::Half, 1, 1));
        world.town.clock.advance(TimeDelta::seconds(30));
        world.record(me, id, &readings(&world, &[&["140", "86"]])).await.unwrap();
        assert_eq!(world.week(me, id).await.diary.now().unwrap().state, State::Done);
        // What was written on paper comes in with its time.
        world.set("2026-11-05T09:00:00Z");
        let paper = WeekForm {
            day: ["4", "11", "2026"].map(str::to_owned),
            time: "8pm".to_owned(),
            ..readings(&world, &[&["142", "88"], &["138", "84"]])
        };
        world.record(me, id, &paper).await.unwrap();
        let seen = world.week(me, id).await;
        let evening = &seen.diary.days[1].sittings[1];
        assert_eq!((evening.state, evening.counted[1].at), (State::Done, at("2026-11-04T20:01:00Z")));
        // An ordinary reading of those days counts as well: it is the same thing.
        let ordinary = ReadingForm { submission: world.town.services.core.new_id().to_string(), numbers: vec!["139".to_owned(), "83".to_owned()], ..ReadingForm::default() };
        all.add(me, person, Measure::BloodPressure, &ordinary).await.unwrap();
        assert_eq!(world.week(me, id).await.diary.now().unwrap().counted.len(), 1);
        // Over, with too little: no result, and the next one closes it.
        world.set("2026-11-12T09:00:00Z");
        let seen = world.week(me, id).await;
        assert_eq!((seen.line.runs, seen.line.ended, seen.diary.is_valid()), (false, None, false));
        refused(world.record(me, id, &readings(&world, &[&["140", "90"]])).await, "", "has ended");
        world.begin(me, Protocol::HomePressure).await;
        assert_eq!(world.week(me, id).await.line.ended, Some(WeekEnd::Over));
    }

    async fn who_may_see_readings_sees_weeks_and_who_may_record_records_in_them(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all, town) = (&world.edna.actor, world.edna.person, &world.town.services.readings, &world.town);
        let id = world.begin(me, Protocol::HomePressure).await;
        let (carer, relationship) = world.carer("Stone", "READ").await;
        let (orders, _) = world.carer("Holt", "PRESCR").await;
        let stranger = town.citizen("Reed").await;
        for nobody in [&orders.actor, &stranger.actor, &town.reception, &town.manager, &town.officer, &town.stranger, &Actor::Nobody] {
            let refuse = |outcome: Result<(), ServiceError>| match (outcome, nobody) {
                (Err(ServiceError::NotSignedIn), Actor::Nobody) | (Err(ServiceError::NotFound), _) => {}
                (other, _) => panic!("{other:?} to {nobody:?}"),
            };
            refuse(all.weeks(nobody, person).await.map(|_| ()));
            refuse(all.week(nobody, person, id).await.map(|_| ()));
            refuse(all.may_start(nobody, person, Protocol::Weight).await.map(|_| ()));
            refuse(all.may_type_in(nobody, person, Protocol::Weight).await.map(|_| ()));
            refuse(all.start_week(nobody, person, Protocol::Weight, &start(&world)).await.map(|_| ()));
            refuse(all.change_week(nobody, person, (id, 1), WeekAct::Pause).await);
            refuse(all.remind_of_week(nobody, person, (id, 1), ("8am", "mail")).await);
            refuse(all.record_in_week(nobody, person, id, &readings(&world, &[&["140", "90"]])).await.map(|_| ()));
            refuse(all.export_week(nobody, person, id).await.map(|_| ()));
        }
        // Somebody else's is not there, in their own record either.
        not_found(all.week(&stranger.actor, stranger.person, id).await);
        not_found(all.record_in_week(&stranger.actor, stranger.person, id, &readings(&world, &[&["140", "90"]])).await);
        // A carer records and ends it, and neither chooses reminders nor takes it away.
        let seen = world.week(&carer.actor, id).await;
        assert_eq!((seen.may_record, seen.may_remind, world.last().await), (true, false, (Action::Read, Basis::Carer)));
        world.record(&carer.actor, id, &readings(&world, &[&["140", "90"], &["138", "88"]])).await.unwrap();
        assert_eq!(world.last().await, (Action::ReadingAdded, Basis::Carer));
        not_found(all.remind_of_week(&carer.actor, person, (id, 1), ("9am", "mail")).await);
        not_found(all.export_week(&carer.actor, person, id).await);
        let weight = all.start_week(&carer.actor, person, Protocol::Weight, &start(&world)).await.unwrap();
        assert_eq!((world.week(me, weight).await.by_mail, world.week(me, weight).await.may_remind), (false, true), "she chooses that herself");
        let before = world.events().await;
        assert_eq!(all.may_type_in(&carer.actor, person, Protocol::Weight).await.unwrap(), Some(weight));
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Carer)));
        // A clinician looks and does nothing.
        let before = world.events().await;
        let seen = world.week(&town.clinician, id).await;
        assert_eq!((seen.may_record, seen.may_remind, seen.name.as_str()), (false, false, "Edna Hughes"));
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::CareTeam)));
        assert!(all.weeks(&town.clinician, person).await.unwrap().can_start.is_empty());
        not_found(all.record_in_week(&town.clinician, person, id, &readings(&world, &[&["140", "90"]])).await);
        not_found(all.change_week(&town.clinician, person, (id, 1), WeekAct::End).await);
        // From whomever results are hidden, weeks are, as if there were none.
        let hidings = &town.services.hidings;
        hidings.hide_category(me, person, Category::Result, HiddenFrom::Relationship(relationship)).await.unwrap();
        let theirs = all.weeks(&carer.actor, person).await.unwrap();
        assert!(theirs.weeks.is_empty() && theirs.can_start.is_empty());
        not_found(all.week(&carer.actor, person, id).await);
        not_found(all.may_start(&carer.actor, person, Protocol::Weight).await);
        not_found(all.record_in_week(&carer.actor, person, id, &readings(&world, &[&["140", "90"]])).await);
    }

    async fn pages_of_weeks_that_are_over_go_on_where_the_last_ended(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let (carer, _) = world.carer("Stone", "READ").await;
        let mut ids = Vec::new();
        for number in 0..45 {
            let protocol = if number % 3 == 0 { Protocol::Mood } else { Protocol::Falls };
            let length = protocol.lengths()[0].to_string();
            let form = StartForm { length, ..start(&world) };
            let id = all.start_week(me, person, protocol, &form).await.unwrap();
            world.change(me, id, WeekAct::End).await.unwrap();
            ids.push(id);
        }
        let runs = world.begin(me, Protocol::HomePressure).await;
        let pages = async |by: &Actor| {
            let (mut after, mut pages) = (None, Vec::new());
            loop {
                let page = all.weeks_after(by, person, after).await.unwrap();
                assert_eq!((page.is_later, page.can_start.is_empty()), (after.is_some(), after.is_some()));
                pages.push(page.weeks.iter().map(|line| line.id).collect::<Vec<_>>());
                after = page.more;
                if after.is_none() {
                    return pages;
                }
            }
        };
        let mine = pages(me).await;
        assert_eq!(mine.iter().map(Vec::len).collect::<Vec<_>>(), [21, 20, 5]);
        assert_eq!(mine[0][0], runs, "what goes on comes first");
        let mut listed = mine.concat();
        listed.retain(|id| *id != runs);
        listed.sort();
        ids.sort();
        assert_eq!(listed, ids);
        // What is not open leaves no gap in a page.
        let theirs = pages(&carer.actor).await;
        assert_eq!(theirs.iter().map(Vec::len).collect::<Vec<_>>(), [21, 10]);
        let nobody = WeekId::from_uuid(world.town.services.core.new_id());
        not_found(all.weeks_after(me, person, Some(nobody)).await);
    }

    async fn a_reminder_comes_twice_a_day_once_and_not_of_what_is_done_paused_or_ended(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let id = world.begin(me, Protocol::HomePressure).await;
        world.town.mail().await;
        assert_eq!(world.run("2026-11-03T19:59:00Z").await, 0);
        world.set("2026-11-03T20:00:00Z");
        let (one, two) = tokio::join!(all.run_week_reminders(&Actor::System), all.run_week_reminders(&Actor::System));
        assert_eq!(one.unwrap() + two.unwrap(), 1);
        assert_eq!(world.run("2026-11-03T20:10:00Z").await, 0);
        let mail = world.town.mail().await;
        assert_eq!((mail.len(), mail[0].to.as_str()), (1, world.edna.email.as_str()));
        assert!(mail[0].body.contains(SAYS) && !mail[0].body.to_lowercase().contains("blood"), "{}", mail[0].body);
        // Not of what is measured already.
        world.pair(id, "2026-11-04T07:30:00Z", ["140", "90"]).await;
        assert_eq!(world.run("2026-11-04T08:00:00Z").await, 0);
        assert_eq!(world.run("2026-11-04T20:00:00Z").await, 1);
        // Not an hour too late, and the next comes all the same.
        assert_eq!(world.run("2026-11-05T09:00:00Z").await, 0);
        assert_eq!(world.run("2026-11-05T20:30:00Z").await, 1);
        world.town.mail().await;
        // What waits is taken back by a pause, and comes again afterwards.
        assert_eq!(world.run("2026-11-06T08:00:00Z").await, 1);
        world.change(me, id, WeekAct::Pause).await.unwrap();
        assert_eq!((world.town.told(SAYS).await.len(), world.run("2026-11-06T20:00:00Z").await), (0, 0));
        let before = world.events().await;
        world.change(me, id, WeekAct::Pause).await.unwrap();
        assert_eq!(world.events().await, before + 1, "pressed twice, it is paused: only the look at it is written down");
        world.change(me, id, WeekAct::Resume).await.unwrap();
        assert_eq!(world.run("2026-11-07T08:00:00Z").await, 1);
        world.town.mail().await;
        // Other times, none at night, and none at all.
        let version = world.week(me, id).await.version;
        let remind = async |version: i32, times: &str, how: &str| all.remind_of_week(me, person, (id, version), (times, how)).await;
        refused(remind(version, "8am, 10:30pm", "mail").await, "times", "10:30pm is at night");
        refused(remind(version, "soon", "mail").await, "times", "Enter times");
        refused(remind(version, "8am", "text").await, "how", "mobile number");
        remind(version, "6:30pm", "mail").await.unwrap();
        remind(version, "6:30pm", "mail").await.unwrap();
        refused(remind(version, "7pm", "mail").await, "", "changed this meanwhile");
        assert_eq!(world.run("2026-11-07T18:30:00Z").await, 1);
        remind(version + 1, "6:30pm", "").await.unwrap();
        assert_eq!((world.town.told(SAYS).await.len(), world.run("2026-11-08T18:30:00Z").await), (0, 0));
        remind(version + 2, "8am", "mail").await.unwrap();
        assert_eq!(world.run("2026-11-09T08:00:00Z").await, 1);
        world.change(me, id, WeekAct::End).await.unwrap();
        assert_eq!(world.week(me, id).await.line.ended, Some(WeekEnd::Stopped));
        assert_eq!((world.town.told(SAYS).await.len(), world.run("2026-11-10T08:00:00Z").await), (0, 0));
        // Both of a text message and a mail are sent once; after the last day nothing is.
        world.town.give_number(&world.edna, "07700 900123").await;
        world.town.texts().await;
        let form = StartForm { how: "mail text".to_owned(), ..start(&world) };
        all.start_week(me, person, Protocol::HomePressure, &form).await.unwrap();
        assert_eq!(world.run("2026-11-10T20:00:00Z").await, 2);
        assert_eq!((world.town.texts().await.len(), world.town.told(SAYS).await.len()), (1, 1));
        assert_eq!(world.run("2026-11-16T20:00:00Z").await, 2);
        assert_eq!(world.run("2026-11-17T08:00:00Z").await, 0);
        not_system(all.run_week_reminders(me).await);
    }

    async fn a_carer_who_asks_is_reminded_beside_the_person_while_they_may_record(place: &Place) {
        let world = World::at(place).await;
        let town = &world.town;
        let (carer, relationship) = world.carer("Stone", "READ").await;
        let (orders, _) = world.carer("Holt", "PRESCR").await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &town.services.readings);
        // Of a week that reminds the person of nothing, too.
        let quiet = StartForm { how: String::new(), times: "8am".to_owned(), ..start(&world) };
        let weight = all.start_week(me, person, Protocol::Weight, &quiet).await.unwrap();
        let id = world.begin(me, Protocol::HomePressure).await;
        assert_eq!((world.week(me, id).await.reminded_too, world.week(&carer.actor, id).await.reminded_too), (None, Some(false)));
        for nobody in [me, &orders.actor, &town.clinician, &town.citizen("Reed").await.actor] {
            not_found(all.remind_too(nobody, person, id, true).await);
        }
        town.mail().await;
        assert_eq!(world.run("2026-11-03T20:00:00Z").await, 1);
        assert_eq!(town.told(SAYS).await, [world.edna.email.as_str()], "nobody asked");
        let before = world.events().await;
        for _ in 0..2 {
            all.remind_too(&carer.actor, person, id, true).await.unwrap();
        }
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::WeekChanged, Basis::Carer)));
        all.remind_too(&carer.actor, person, weight, true).await.unwrap();
        assert_eq!(world.week(&carer.actor, id).await.reminded_too, Some(true));
        // One for each week and time, also of two servers at once.
        world.set("2026-11-04T08:00:00Z");
        let (one, two) = tokio::join!(all.run_week_reminders(&Actor::System), all.run_week_reminders(&Actor::System));
        assert_eq!(one.unwrap() + two.unwrap(), 3);
        let mut told = town.told(SAYS).await;
        told.sort();
        let mut expected = vec![carer.email.clone(), carer.email.clone(), world.edna.email.clone()];
        expected.sort();
        assert_eq!(told, expected);
        // A pause is one for them as well, and they go on with it.
        world.change(me, weight, WeekAct::Pause).await.unwrap();
        assert_eq!(world.run("2026-11-05T08:00:00Z").await, 2);
        world.change(me, weight, WeekAct::Resume).await.unwrap();
        assert_eq!(world.run("2026-11-06T08:00:00Z").await, 3);
        // They want it no more of one, and may not record any more.
        all.remind_too(&carer.actor, person, weight, false).await.unwrap();
        assert_eq!(world.run("2026-11-07T08:00:00Z").await, 2);
        town.services.carers.give_up(&carer.actor, person, relationship).await.unwrap();
        town.mail().await;
        assert_eq!(world.run("2026-11-08T08:00:00Z").await, 1);
        assert_eq!(town.told(SAYS).await, [world.edna.email.as_str()]);
    }

    async fn whoever_asked_to_be_reminded_too_can_always_say_no_more(place: &Place) {
        let world = World::at(place).await;
        let town = &world.town;
        let (carer, _) = world.carer("Stone", "READ").await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &town.services.readings);
        let quiet = StartForm { how: String::new(), times: "8am".to_owned(), ..start(&world) };
        let weight = all.start_week(&carer.actor, person, Protocol::Weight, &quiet).await.unwrap();
        let id = world.begin(me, Protocol::HomePressure).await;
        for week in [weight, id] {
            all.remind_too(&carer.actor, person, week, true).await.unwrap();
        }
        // The person has no account any more: then whoever acts for them chooses how the week reminds, and has asked before.
        town.services.accounts.reset_second_steps(&Actor::Operator, me.account().unwrap()).await.unwrap();
        town.mail().await;
        assert_eq!(world.week(&carer.actor, id).await.reminded_too, Some(true));
        assert_eq!(world.run("2026-11-03T20:00:00Z").await, 1);
        let before = world.events().await;
        for _ in 0..2 {
            all.remind_too(&carer.actor, person, id, false).await.unwrap();
        }
        // Said twice it is one act, and what waited to be sent is not sent.
        assert_eq!((world.events().await, town.told(SAYS).await.len()), (before + 1, 0));
        assert_eq!(world.week(&carer.actor, id).await.reminded_too, None);
        not_found(all.remind_too(&carer.actor, person, id, true).await);
        // Of the week that reminds by no mail of its own they are told as they asked.
        assert_eq!(world.run("2026-11-04T08:00:00Z").await, 1);
        assert_eq!(town.told(SAYS).await, std::slice::from_ref(&carer.email));
    }

    async fn whoever_began_it_for_somebody_without_an_account_is_reminded_while_they_may_record(place: &Place) {
        let world = World::at(place).await;
        let town = &world.town;
        let (carer, relationship) = world.carer("Stone", "READ").await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &town.services.readings);
        // She has no account any more, and whoever acts for her goes on.
        town.services.accounts.reset_second_steps(&Actor::Operator, me.account().unwrap()).await.unwrap();
        town.mail().await;
        let id = all.start_week(&carer.actor, person, Protocol::Weight, &start(&world)).await.unwrap();
        assert!(world.week(&carer.actor, id).await.may_remind);
        assert_eq!(world.run("2026-11-03T20:00:00Z").await, 1);
        assert_eq!(town.told(SAYS).await, [carer.email.as_str()]);
        town.services.carers.give_up(&carer.actor, person, relationship).await.unwrap();
        town.mail().await;
        assert_eq!(world.run("2026-11-04T08:00:00Z").await, 0);
        assert!(town.told(SAYS).await.is_empty());
    }

    async fn one_blow_of_somebody_too_breathless_for_more_is_kept_and_answered(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let plan = StartForm { best: "450".to_owned(), green: "80".to_owned(), amber: "50".to_owned(), length: "14".to_owned(), ..start(&world) };
        let id = all.start_week(me, person, Protocol::PeakFlow, &plan).await.unwrap();
        world.record(me, id, &readings(&world, &[&["180"], &[""], &[""]])).await.unwrap();
        assert_eq!(world.week(me, id).await.advice().unwrap().0.title, "This peak flow is in your red zone");
        world.town.clock.advance(TimeDelta::minutes(5));
        let breathless = WeekForm { settings: [("signs".to_owned(), "yes".to_owned())].into(), ..readings(&world, &[&[""], &["180"], &["170"]]) };
        let saved = world.record(me, id, &breathless).await.unwrap();
        let seen = world.after(id, &saved).await;
        assert_eq!(seen.advice().unwrap().0.title, "This asthma attack is an emergency. Call 999");
        let (kept, ..) = all.one(me, person, (Measure::PeakFlow, saved[0])).await.unwrap();
        assert_eq!((kept.in_words().as_str(), kept.note.as_str()), ("180 L/min", "2 of 3 blows: 180, 170"));
    }

    async fn other_diaries_keep_what_is_typed_and_say_what_it_comes_to(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let peak = |form: StartForm| async move { all.start_week(me, person, Protocol::PeakFlow, &form).await };
        let plan = StartForm { best: "450".to_owned(), green: "80".to_owned(), amber: "50".to_owned(), ..start(&world) };
        assert_eq!(fields(peak(StartForm { length: "8".to_owned(), first: String::new(), times: "x".to_owned(), ..plan.clone() }).await), ["first", "length", "times"]);
        assert_eq!(fields(peak(StartForm { best: "5".to_owned(), green: "100".to_owned(), ..plan.clone() }).await), ["best", "green"]);
        refused(peak(StartForm { amber: "80".to_owned(), ..plan.clone() }).await, "amber", "below green");
        let id = peak(StartForm { length: "14".to_owned(), ..plan }).await.unwrap();
        // The best is kept, with all in the note; what is left empty was not done.
        let told = problems(world.record(me, id, &readings(&world, &[&["340"], &[""], &["3x"]])).await);
        assert_eq!((told.len(), told[0].0.as_str()), (1, "value_3"));
        assert!(told[0].1.starts_with("Blow 3. "), "{}", told[0].1);
        assert_eq!(fields(world.record(me, id, &readings(&world, &[&[""], &[""], &[""]])).await), ["value"]);
        world.record(me, id, &readings(&world, &[&["340"], &["352"], &["348"]])).await.unwrap();
        let seen = world.week(me, id).await;
        assert_eq!((seen.diary.now().unwrap().counted[0].first, seen.advice().unwrap().0.title), (Amount::whole(352), "This peak flow is in your amber zone"));
        assert_eq!(seen.zones.unwrap().of(Amount::whole(360)), Zone::Green);
        let kept = &all.overview(me, person).await.unwrap().newest[0];
        assert_eq!((kept.in_words().as_str(), kept.note.as_str()), ("352 L/min", "3 blows: 340, 352, 348"));
        let Outcome::Zones(Some(counts), Some(_)) = seen.outcome else { panic!("{:?}", seen.outcome) };
        assert_eq!(counts, [0, 1, 0]);
        let sugar = world.begin(me, Protocol::Glucose).await;
        let low = WeekForm { settings: [("meal".to_owned(), "before".to_owned())].into(), ..readings(&world, &[&["3.4"]]) };
        world.record(me, sugar, &low).await.unwrap();
        let seen = world.week(me, sugar).await;
        assert_eq!(seen.advice().unwrap().0.title, "This blood sugar is low");
        assert!(matches!(&seen.outcome, Outcome::Meals(sums, 1) if sums[0].when == "Before a meal"), "{:?}", seen.outcome);
        let falls = all.start_week(me, person, Protocol::Falls, &StartForm { length: "28".to_owned(), times: "7pm".to_owned(), ..start(&world) }).await.unwrap();
        world.change(me, falls, WeekAct::End).await.unwrap();
        let seen = world.week(me, falls).await;
        assert_eq!((seen.line.ended, seen.outcome), (Some(WeekEnd::Finished), Outcome::Total(0, 0)));
        not_found(all.export_week(me, person, falls).await);
    }

    async fn a_personal_best_is_changed_within_its_diary_and_what_it_was_is_kept(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let begin = StartForm { best: "450".to_owned(), green: "80".to_owned(), amber: "50".to_owned(), ..start(&world) };
        let id = all.start_week(me, person, Protocol::PeakFlow, &begin).await.unwrap();
        world.record(me, id, &readings(&world, &[&["340"], &["352"], &["348"]])).await.unwrap();
        let counts = async || match world.week(me, id).await.outcome {
            Outcome::Zones(Some(counts), _) => counts,
            other => panic!("{other:?}"),
        };
        assert_eq!(counts().await, [0, 1, 0]);
        let form = |best: &str, green: &str, amber: &str| BestForm {
            best: best.to_owned(),
            green: green.to_owned(),
            amber: amber.to_owned(),
        };
        for (wrong, field) in [(form("", "80", "50"), "best"), (form("430", "x", "50"), "green"), (form("430", "50", "50"), "amber")] {
            assert_eq!(fields(all.change_best(me, person, (id, 1), &wrong).await), [field]);
        }
        let before = world.events().await;
        all.change_best(me, person, (id, 1), &form("430", "80", "50")).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::WeekChanged, Basis::Own)));
        refused(all.change_best(me, person, (id, 1), &form("420", "80", "50")).await, "", "changed this meanwhile");
        // The whole diary is worked out with the new one.
        assert_eq!(counts().await, [1, 0, 0]);
        let (ann, _) = world.carer("Ann", "READ").await;
        all.change_best(&ann.actor, person, (id, 2), &form("430", "75", "50")).await.unwrap();
        let version = world.week(me, id).await.version;
        let now = world.events().await;
        all.change_best(me, person, (id, version), &form("430", "75", "50")).await.unwrap();
        assert_eq!(world.events().await, now, "the same again changes nothing");
        let was = world.week(me, id).await.bests;
        let said: Vec<_> = was.iter().map(|one| (one.zones.unwrap().best, one.zones.unwrap().green, one.by)).collect();
        assert_eq!(said, [(Amount::whole(430), 80, NotedBy::Carer), (Amount::whole(450), 80, NotedBy::You)]);
        let weight = world.begin(me, Protocol::Weight).await;
        not_found(all.change_best(me, person, (weight, 1), &form("430", "80", "50")).await);
        let stranger = world.town.citizen("Stone").await;
        not_found(all.change_best(&stranger.actor, person, (id, version), &form("430", "80", "50")).await);
        world.change(me, id, WeekAct::End).await.unwrap();
        let version = world.week(me, id).await.version;
        not_found(all.change_best(me, person, (id, version), &form("430", "80", "50")).await);
    }
}

/// The reading that was taken at this moment, with its version.
async fn list_of(world: &World, when: &str) -> (ReadingId, i32) {
    let all = &world.town.services.readings;
    let span = (Measure::BloodPressure, domain::reading::Span::Month, None);
    let list = all.measure(&world.edna.actor, world.edna.person, span).await.unwrap().readings;
    let one = list.into_iter().find(|one| one.taken_at == at(when)).unwrap();
    (one.id, one.version)
}

#[track_caller]
fn not_system<T>(outcome: Result<T, ServiceError>) {
    assert!(matches!(outcome, Err(ServiceError::NotFound)));
}
