//! Bringing readings in from a file, and taking them out again.

use crate::readings::texting::is_of_an_age_to_be_pregnant;
use crate::readings::town::{Citizen, fields, not_found, refused};
use crate::readings::world::World;
use crate::readings::{add, form, how, taken};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::reading::{Amount, ImportState, Kept, Measure, Origin, Span};
use domain::record::Category;
use domain::team::WorkKind;
use domain::{PersonId, ReadingImportId};
use futures::stream;
use serde_json::{Value, json};
use service::{ChangeForm, ColumnsForm, HiddenFrom, ImportPage, LeftRowSeen, MoreColumnsForm, NotedBy, RuleForm, ServiceError};
use std::collections::BTreeMap;
use std::convert::Infallible;
use testkit::Place;

/// Sends a file in small parts.
async fn send(world: &World, who: &Citizen, name: &str, file: &str) -> Result<ReadingImportId, ServiceError> {
    let chunks: Vec<Result<Vec<u8>, Infallible>> = file.as_bytes().chunks(1000).map(|chunk| Ok(chunk.to_vec())).collect();
    world.town.services.readings.send_file(&who.actor, world.edna.person, (name, stream::iter(chunks))).await
}

async fn page(world: &World, id: ReadingImportId) -> ImportPage {
    world.town.services.readings.import(&world.edna.actor, (world.edna.person, id)).await.unwrap()
}

const VERY_HIGH: &str = "This blood pressure is very high";
const EMERGENCY: &str = "This is an emergency. Call 999";

/// About which readings the page of a file says what to do at once: by their first number, how many they are, and what it says.
async fn urgent(world: &World, id: ReadingImportId) -> Vec<(i64, u64, &'static str)> {
    let all = page(world, id).await.urgent;
    all.iter().map(|one| (one.first.thousandths() / 1000, one.readings, one.advice.title)).collect()
}

fn weight(kilos: &str, at: &str) -> Value {
    let kilos: f64 = kilos.parse().unwrap();
    json!({ "body_weight": { "value": kilos, "unit": "kg" }, "effective_time_frame": { "date_time": at } })
}

fn pressure(top: u16, bottom: u16, at: &str) -> Value {
    json!({
        "systolic_blood_pressure": { "value": top, "unit": "mmHg" }, "diastolic_blood_pressure": { "value": bottom, "unit": "mmHg" },
        "effective_time_frame": { "date_time": at },
    })
}

fn points() -> String {
    json!([
        weight("70.1", "2026-10-01T08:00:00Z"),
        weight("70.4", "2026-10-02T08:00:00Z"),
        // The same within its minute.
        weight("70.4", "2026-10-02T08:00:30Z"),
        pressure(142, 88, "2026-10-02T08:05:00Z"),
        { "body_weight": { "value": 70 } },
        { "something": "else" },
    ])
    .to_string()
}

/// How many readings of a measure there are, and what the newest says.
async fn there(world: &World, measure: Measure) -> (i64, Vec<String>) {
    let readings = &world.town.services.readings;
    let seen = readings.measure(&world.edna.actor, world.edna.person, (measure, Span::All, None)).await.unwrap();
    (seen.chart.average.map_or(0, |average| average.readings), seen.readings.iter().map(service::ReadingSeen::in_words).collect())
}

/// A red rule of the care team about one blood pressure that is very high, a minute ago.
async fn rule_of_very_high(world: &World) {
    let town = &world.town;
    let typed =
        [("colour", "red"), ("side", "above"), ("first", "180"), ("second", "120"), ("words", "Ring us"), ("why", "NICE")];
    let rule = RuleForm {
        kind: "single".to_owned(),
        typed: typed.map(|(field, typed)| (field.to_owned(), typed.to_owned())).into(),
        submission: town.services.core.new_id().to_string(),
        ..RuleForm::default()
    };
    town.services.readings.add_rule(&town.clinician, world.edna.person, Measure::BloodPressure, &rule).await.unwrap();
    town.clock.advance(TimeDelta::minutes(1));
}

testkit::both_engines! {
    async fn a_care_team_is_told_of_what_is_brought_in(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        rule_of_very_high(&world).await;
        let file = json!([pressure(190, 125, "2026-11-03T08:05:00Z")]).to_string();
        let id = send(&world, &world.edna, "points.json", &file).await.unwrap();
        let before = world.events().await;
        town.mail().await;
        town.services.readings.confirm_import(me, (person, id)).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 2, (Action::ReadingAlert, Basis::System)));
        let mail = town.mail().await;
        assert_eq!(mail.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [world.edna.email.as_str()]);
        assert!(mail[0].body.contains("asks you to do something"), "{mail:?}");
        let waits = town.services.work.list(&town.clinician).await.unwrap();
        assert_eq!(waits.iter().filter(|item| item.kind == WorkKind::ReadingAlert).count(), 1);
    }

    async fn a_care_team_is_told_once_of_what_the_record_and_a_file_both_have(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        rule_of_very_high(&world).await;
        add(town, &world.edna, person, Measure::BloodPressure, &form(town, &["190", "125"])).await;
        let waiting = async || {
            let all = town.services.work.list(&town.clinician).await.unwrap();
            all.iter().filter(|item| item.kind == WorkKind::ReadingAlert).count()
        };
        assert_eq!(waiting().await, 1);
        let now = town.services.core.now();
        let ago = |minutes: i64| (now - TimeDelta::minutes(minutes)).to_rfc3339();
        let file = json!([pressure(190, 125, &ago(0)), pressure(140, 88, &ago(60))]).to_string();
        let id = send(&world, &world.edna, "points.json", &file).await.unwrap();
        let before = world.events().await;
        town.mail().await;
        town.services.readings.confirm_import(me, (person, id)).await.unwrap();
        assert_eq!((world.events().await, town.mail().await.len(), waiting().await), (before + 1, 0, 1), "nothing but the yes");
        assert_eq!(there(&world, Measure::BloodPressure).await.0, 2);
    }

    async fn what_to_do_at_once_about_readings_of_the_last_days_is_said_before_and_after_the_yes(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let now = world.town.services.core.now();
        let ago = |days: i64, minutes: i64| (now - TimeDelta::days(days) - TimeDelta::minutes(minutes)).to_rfc3339();
        let file = json!([
            pressure(188, 124, &ago(8, 0)),
            pressure(182, 121, &ago(3, 0)),
            pressure(184, 110, &ago(4, 0)),
            pressure(142, 88, &ago(2, 0)),
            weight("70.1", &ago(1, 0)),
        ])
        .to_string();
        let id = send(&world, &world.edna, "points.json", &file).await.unwrap();
        let told = |page: ImportPage| {
            let one = |one: &service::UrgentSeen| (one.measure, one.first, one.second, one.readings, one.is_past, one.advice.title);
            page.urgent.iter().map(one).collect::<Vec<_>>()
        };
        let (first, second, title) = (Amount::whole(182), Some(Amount::whole(121)), "This blood pressure is very high");
        let expected = [(Measure::BloodPressure, first, second, 2, true, title)];
        assert_eq!(told(page(&world, id).await), expected, "what is older, and what asks for nothing at once, is not told");
        readings.confirm_import(me, (person, id)).await.unwrap();
        assert_eq!(told(page(&world, id).await), expected);
        readings.undo_import(me, (person, id)).await.unwrap();
        assert!(told(page(&world, id).await).is_empty());
        // A second one that is as high says what then is to be done, of today too.
        let file = json!([pressure(186, 122, &ago(0, 20)), pressure(183, 121, &ago(0, 10))]).to_string();
        let id = send(&world, &world.edna, "points.json", &file).await.unwrap();
        let seen = page(&world, id).await;
        let of_today: Vec<_> = seen.urgent.iter().map(|one| (one.first, one.readings, one.is_past)).collect();
        assert_eq!(of_today, [(Amount::whole(183), 1, false), (Amount::whole(186), 1, false)]);
        assert_ne!(seen.urgent[0].advice, seen.urgent[1].advice);
        // A week later nothing is to be done at once.
        world.town.clock.advance(TimeDelta::hours(1));
        readings.confirm_import(me, (person, id)).await.unwrap();
        world.town.clock.advance(TimeDelta::days(7));
        assert!(told(page(&world, id).await).is_empty());
    }

    async fn a_second_reading_that_the_record_has_already_quietens_a_high_one_of_a_file(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let now = town.services.core.now();
        let ago = |minutes: i64| (now - TimeDelta::minutes(minutes)).to_rfc3339();
        add(town, &world.edna, person, Measure::BloodPressure, &form(town, &["142", "88"])).await;
        // The same is not so of one that nobody measured again for hours.
        let file = json!([pressure(186, 122, &ago(10)), pressure(184, 121, &ago(300))]).to_string();
        let id = send(&world, &world.edna, "points.json", &file).await.unwrap();
        assert_eq!(urgent(&world, id).await, [(184, 1, VERY_HIGH)]);
        town.services.readings.confirm_import(me, (person, id)).await.unwrap();
        assert_eq!(urgent(&world, id).await, [(184, 1, VERY_HIGH)]);
    }

    async fn lower_readings_after_one_that_is_severe_in_pregnancy_do_not_quieten_it_one_by_one(place: &Place) {
        let world = World::at(place).await;
        let (person, town) = (world.edna.person, &world.town);
        is_of_an_age_to_be_pregnant(&world, &town.services).await;
        let day = (town.services.core.now() - TimeDelta::days(1)).date_naive();
        // The second is of the next day of a diary, but within two hours of the first; the last is not.
        let lower = taken(form(town, &["130", "80"]), &day.format("%d/%m/%Y").to_string(), "04:30");
        add(town, &world.edna, person, Measure::BloodPressure, &lower).await;
        let (severe, last) = (format!("{day}T03:30:00Z"), format!("{day}T06:00:00Z"));
        let file = json!([pressure(165, 112, &severe), pressure(128, 78, &last)]).to_string();
        let id = send(&world, &world.edna, "points.json", &file).await.unwrap();
        assert_eq!(urgent(&world, id).await, [(165, 1, "If you are pregnant, this blood pressure is very high")]);
    }

    async fn nothing_quietens_a_high_reading_of_a_table_that_says_no_time(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let day = (town.services.core.now() - TimeDelta::days(1)).date_naive();
        let second = taken(form(town, &["142", "88"]), &day.format("%d/%m/%Y").to_string(), "12:30");
        add(town, &world.edna, person, Measure::BloodPressure, &second).await;
        let columns = ColumnsForm {
            measure: "blood-pressure".to_owned(),
            day: "0".to_owned(),
            numbers: vec!["1".to_owned(), "2".to_owned()],
            ..ColumnsForm::default()
        };
        let told = async |when: String| {
            let id = send(&world, &world.edna, "home.csv", &format!("When,Top,Low\n{when},182,121\n")).await.unwrap();
            town.services.readings.name_columns(me, (person, id), &columns).await.unwrap();
            urgent(&world, id).await
        };
        assert_eq!(told(day.format("%Y-%m-%d").to_string()).await, [(182, 1, VERY_HIGH)], "it may be of the evening");
        assert!(told(day.format("%Y-%m-%d 12:10").to_string()).await.is_empty());
    }

    async fn signs_that_the_note_of_a_row_names_are_answered_and_kept_with_its_reading(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let when = (town.services.core.now() - TimeDelta::minutes(5)).format("%Y-%m-%d %H:%M").to_string();
        let columns = ColumnsForm {
            measure: "blood-pressure".to_owned(),
            day: "0".to_owned(),
            numbers: vec!["1".to_owned(), "2".to_owned()],
            note: "3".to_owned(),
            ..ColumnsForm::default()
        };
        let sent = async |note: &str| {
            let file = format!("When,Top,Low,Note\n{when},184,122,{note}\n");
            let id = send(&world, &world.edna, "home.csv", &file).await.unwrap();
            town.services.readings.name_columns(me, (person, id), &columns).await.unwrap();
            id
        };
        assert_eq!(urgent(&world, sent("after tea").await).await, [(184, 1, VERY_HIGH)]);
        assert_eq!(urgent(&world, sent("no chest pain").await).await, [(184, 1, VERY_HIGH)]);
        let id = sent("chest pain").await;
        assert_eq!(urgent(&world, id).await, [(184, 1, EMERGENCY)]);
        town.services.readings.confirm_import(me, (person, id)).await.unwrap();
        assert_eq!(urgent(&world, id).await, [(184, 1, EMERGENCY)], "it is kept with the reading");
    }

    async fn signs_that_the_record_tells_of_hold_for_a_reading_of_a_file(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let now = town.services.core.now();
        let said = |numbers: &[&str], signs: &str| how(form(town, numbers), &[("signs", signs)]);
        add(town, &world.edna, person, Measure::BloodPressure, &said(&["190", "112"], "yes")).await;
        town.clock.advance(TimeDelta::minutes(10));
        let file = json!([pressure(151, 90, &(now + TimeDelta::minutes(5)).to_rfc3339())]).to_string();
        let id = send(&world, &world.edna, "points.json", &file).await.unwrap();
        assert_eq!(urgent(&world, id).await, [(151, 1, EMERGENCY)]);
        // Nothing that is measured later takes them back.
        add(town, &world.edna, person, Measure::BloodPressure, &said(&["142", "88"], "no")).await;
        assert_eq!(urgent(&world, id).await, [(151, 1, EMERGENCY)]);
        town.services.readings.confirm_import(me, (person, id)).await.unwrap();
        assert_eq!(urgent(&world, id).await, [(151, 1, EMERGENCY)]);
    }

    async fn a_newer_reading_of_the_record_is_told_where_a_file_turns_what_to_do_about_it(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let now = town.services.core.now();
        let ago = |minutes: i64| (now - TimeDelta::minutes(minutes)).to_rfc3339();
        add(town, &world.edna, person, Measure::BloodPressure, &form(town, &["186", "124"])).await;
        let file = json!([pressure(142, 88, &ago(60))]).to_string();
        let id = send(&world, &world.edna, "points.json", &file).await.unwrap();
        assert!(urgent(&world, id).await.is_empty(), "it has nothing to do with what the record says");
        let file = json!([pressure(183, 121, &ago(10))]).to_string();
        let id = send(&world, &world.edna, "points.json", &file).await.unwrap();
        let expected = [(186, 1, "Your blood pressure is still very high"), (183, 1, VERY_HIGH)];
        assert_eq!(urgent(&world, id).await, expected);
        town.services.readings.confirm_import(me, (person, id)).await.unwrap();
        assert_eq!(urgent(&world, id).await, expected);
    }

    async fn what_a_file_and_the_record_both_have_is_one_reading_with_what_the_record_says_of_it(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let file = || json!([pressure(186, 124, &town.services.core.now().to_rfc3339())]).to_string();
        let typed = form(town, &["186", "124"]);
        let here = add(town, &world.edna, person, Measure::BloodPressure, &typed).await;
        let id = send(&world, &world.edna, "points.json", &file()).await.unwrap();
        assert_eq!(urgent(&world, id).await, [(186, 1, VERY_HIGH)]);
        // What somebody took out is not added, and asks for nothing.
        town.services.readings.remove(me, person, (here, 1)).await.unwrap();
        assert!(urgent(&world, id).await.is_empty());
        town.clock.advance(TimeDelta::days(2));
        let typed = how(form(town, &["186", "124"]), &[("signs", "yes")]);
        add(town, &world.edna, person, Measure::BloodPressure, &typed).await;
        let id = send(&world, &world.edna, "points.json", &file()).await.unwrap();
        assert_eq!(urgent(&world, id).await, [(186, 1, EMERGENCY)]);
    }

    async fn a_file_is_looked_at_added_seen_and_taken_out_again_as_one(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let typed = add(&world.town, &world.edna, person, Measure::Weight, &taken(form(&world.town, &["70.1"]), "1/10/2026", "9:00")).await;
        let before = world.events().await;
        let id = send(&world, &world.edna, "points\u{202e}.json", &points()).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingsImported, Basis::Own)));
        let seen = page(&world, id).await;
        assert_eq!((seen.import.state, seen.import.origin, seen.import.by), (ImportState::Ready, Some(Origin::OpenMHealth), NotedBy::You));
        assert_eq!((seen.import.file_name.as_str(), seen.import.found), ("points.json", 3));
        let found: Vec<_> = seen.measures.iter().map(|one| (one.measure, one.readings, one.here)).collect();
        assert_eq!(found, [(Measure::BloodPressure, 1, 0), (Measure::Weight, 2, 1)], "9am in summer is the same as 8 in universal time");
        let left: Vec<_> = seen.left.iter().map(|(why, times)| (why.as_str(), *times)).collect();
        assert_eq!(left, [("kind", 1), ("malformed", 1), ("twice", 1)]);
        assert_eq!(there(&world, Measure::Weight).await.0, 1, "nothing is added before they say yes");

        let before = world.events().await;
        let (one, two) = tokio::join!(readings.confirm_import(me, (person, id)), readings.confirm_import(me, (person, id)));
        one.unwrap();
        two.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingsImported, Basis::Own)));
        let seen = page(&world, id).await;
        assert_eq!((seen.import.state, seen.import.added, seen.import.same, seen.import.waiting), (ImportState::Done, 2, 1, 0));
        assert_eq!(there(&world, Measure::Weight).await, (2, vec!["70.4 kg".to_owned(), "70.1 kg".to_owned()]));
        let newest = readings.overview(me, person).await.unwrap().newest;
        let told: Vec<_> = newest.iter().map(|one| (one.in_words(), one.from_where())).collect();
        let from = vec!["From an Open mHealth file".to_owned()];
        assert_eq!(told, [("142/88 mmHg".to_owned(), from.clone()), ("70.4 kg".to_owned(), from)]);

        // The same file again has nothing to add.
        let again = send(&world, &world.edna, "points.json", &points()).await.unwrap();
        assert!(page(&world, again).await.measures.iter().all(|one| one.here == one.readings));
        readings.confirm_import(me, (person, again)).await.unwrap();
        assert_eq!(page(&world, again).await.import.added, 0);

        // What was changed since stays.
        let pressure = newest[0].id;
        readings.change(me, person, (pressure, 1), &taken(form(&world.town, &["140", "85"]), "2/10/2026", "9:05")).await.unwrap();
        let before = world.events().await;
        readings.undo_import(me, (person, id)).await.unwrap();
        readings.undo_import(me, (person, id)).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingsImported, Basis::Own)));
        let seen = page(&world, id).await;
        assert_eq!(seen.import.state, ImportState::Undone);
        assert_eq!(seen.measures.iter().map(|one| (one.measure, one.readings)).collect::<Vec<_>>(), [(Measure::BloodPressure, 1)]);
        assert_eq!(there(&world, Measure::Weight).await, (1, vec!["70.1 kg".to_owned()]));
        assert_eq!(readings.one(me, person, (Measure::Weight, typed)).await.unwrap().0.version, 1);

        // What was taken out with all of its file can come in again; what somebody removed by hand does not.
        let again = send(&world, &world.edna, "points.json", &points()).await.unwrap();
        readings.confirm_import(me, (person, again)).await.unwrap();
        assert_eq!(there(&world, Measure::Weight).await.0, 2);
        let newest = readings.measure(me, person, (Measure::Weight, Span::All, None)).await.unwrap().readings[0].id;
        readings.remove(me, person, (newest, 1)).await.unwrap();
        let again = send(&world, &world.edna, "points.json", &points()).await.unwrap();
        assert!(page(&world, again).await.measures.iter().filter(|one| one.measure == Measure::Weight).all(|one| one.here == 2));
    }

    async fn what_is_long_goes_on_after_the_server_ended_and_nothing_comes_twice(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let point = |at: i64| {
            let taken = chrono::DateTime::from_timestamp(1_780_000_000 + at * 60, 0).unwrap().to_rfc3339();
            pressure(u16::try_from(100 + at % 80).unwrap(), 60, &taken)
        };
        let file = Value::from((0..2600).map(point).collect::<Vec<_>>()).to_string();
        let id = send(&world, &world.edna, "many.json", &file).await.unwrap();
        readings.confirm_import(me, (person, id)).await.unwrap();
        let seen = page(&world, id).await.import;
        assert_eq!((seen.state, seen.added, seen.waiting), (ImportState::Running, 2000, 600));
        // Another server goes on with it.
        let other = place.services(&world.town.clock).readings;
        assert!(matches!(other.run_imports(me).await, Err(ServiceError::NotFound)), "nobody but the service itself");
        assert_eq!(other.run_imports(&Actor::System).await.unwrap(), 2);
        assert_eq!(other.run_imports(&Actor::System).await.unwrap(), 0);
        let seen = page(&world, id).await.import;
        assert_eq!((seen.state, seen.added, seen.same, seen.waiting), (ImportState::Done, 2600, 0, 0));
        assert_eq!(there(&world, Measure::BloodPressure).await.0, 2600);
        readings.undo_import(me, (person, id)).await.unwrap();
        assert_eq!(page(&world, id).await.import.state, ImportState::Undoing);
        assert_eq!(other.run_imports(&Actor::System).await.unwrap(), 2);
        assert_eq!(page(&world, id).await.import.state, ImportState::Undone);
        assert_eq!(there(&world, Measure::BloodPressure).await.0, 0);
        // One that is stopped half way adds no more.
        let id = send(&world, &world.edna, "many.json", &file).await.unwrap();
        readings.confirm_import(me, (person, id)).await.unwrap();
        readings.undo_import(me, (person, id)).await.unwrap();
        while other.run_imports(&Actor::System).await.unwrap() > 0 {}
        assert_eq!((page(&world, id).await.import.state, there(&world, Measure::BloodPressure).await.0), (ImportState::Undone, 0));
    }

    async fn an_export_of_health_connect_is_brought_in_like_any_other(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let file = include_bytes!("health_connect.zip");
        let sent = async |bytes: &[u8]| {
            let chunks: Vec<Result<Vec<u8>, Infallible>> = bytes.chunks(1000).map(|chunk| Ok(chunk.to_vec())).collect();
            readings.send_file(me, person, ("Health Connect.zip", stream::iter(chunks))).await
        };
        let id = sent(file).await.unwrap();
        let seen = page(&world, id).await;
        assert_eq!((seen.import.state, seen.import.origin, seen.import.found), (ImportState::Ready, Some(Origin::HealthConnect), 3));
        let left: Vec<_> = seen.left.iter().map(|(why, times)| (why.as_str(), *times)).collect();
        assert_eq!(left, [("impossible", 1), ("last-day", 1)]);
        readings.confirm_import(me, (person, id)).await.unwrap();
        let newest = readings.overview(me, person).await.unwrap().newest;
        let told: Vec<_> = newest.iter().map(|one| (one.in_words(), one.from_where()[0].clone())).collect();
        let from = "From Health Connect (Scales)".to_owned();
        let all = ["142/88 mmHg", "70.5 kg", "800 steps"].map(|words| (words.to_owned(), from.clone()));
        assert_eq!(told, all);
        assert_eq!(newest[0].settings, "arm=left position=sitting");
        // The same again, and taken out again as one.
        let again = sent(file).await.unwrap();
        assert!(page(&world, again).await.measures.iter().all(|one| one.here == one.readings));
        readings.undo_import(me, (person, id)).await.unwrap();
        assert_eq!(there(&world, Measure::Weight).await.0, 0);
        // What only begins as one.
        refused(sent(b"SQLite format 3\0 and nothing of a database").await, "file", "damaged");
    }

    async fn days_are_counted_once_from_wherever_they_come(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        add(&world.town, &world.edna, person, Measure::Steps, &taken(form(&world.town, &["9000"]), "1/10/2026", "20:00")).await;
        let steps = |day: u8, many: u32| {
            let (from, until) = (format!("2026-10-0{day}T10:00:00Z"), format!("2026-10-0{day}T11:00:00Z"));
            let interval = json!({ "time_interval": { "start_date_time": from, "end_date_time": until } });
            let header = json!({ "schema_id": { "namespace": "omh", "name": "step-count", "version": "3.0" } });
            json!({ "header": header, "body": { "step_count": { "value": many, "unit": "steps" }, "effective_time_frame": interval } })
        };
        let id = send(&world, &world.edna, "steps.json", &json!([steps(1, 100), steps(2, 200), steps(2, 50)]).to_string()).await.unwrap();
        let seen = page(&world, id).await;
        assert_eq!(seen.measures.iter().map(|one| (one.readings, one.here)).collect::<Vec<_>>(), [(2, 1)]);
        readings.confirm_import(me, (person, id)).await.unwrap();
        let list = readings.measure(me, person, (Measure::Steps, Span::Year, None)).await.unwrap().readings;
        let told: Vec<_> = list.iter().map(|one| (one.in_words(), one.kept)).collect();
        assert_eq!(told, [("250 steps".to_owned(), Kept::Day), ("9000 steps".to_owned(), Kept::Each)]);
    }

    async fn one_account_has_one_file_read_at_a_time(place: &Place) {
        let world = World::at(place).await;
        let (person, readings) = (world.edna.person, &world.town.services.readings);
        let other = world.town.citizen("Ray").await;
        let waits = send(&world, &world.edna, "before.json", &points()).await.unwrap();
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (go_on, waits_for) = tokio::sync::oneshot::channel();
        let file = points().into_bytes();
        let parts = stream::once(async move {
            begun.send(()).unwrap();
            waits_for.await.unwrap();
            Ok::<_, Infallible>(file)
        });
        let slow = readings.send_file(&world.edna.actor, person, ("slow.json", Box::pin(parts)));
        let meanwhile = async {
            has_begun.await.unwrap();
            let before = world.events().await;
            refused(send(&world, &world.edna, "two.json", &points()).await, "file", "still reading the file you sent before");
            assert_eq!(world.events().await, before);
            let parts = stream::iter([Ok::<_, Infallible>(points().into_bytes())]);
            readings.send_file(&other.actor, other.person, ("theirs.json", parts)).await.unwrap();
            go_on.send(()).unwrap();
        };
        let (slow, ()) = tokio::join!(slow, meanwhile);
        assert_eq!(page(&world, slow.unwrap()).await.import.found, 3);
        not_found(readings.import(&world.edna.actor, (person, waits)).await);
        send(&world, &world.edna, "three.json", &points()).await.unwrap();
    }

    async fn the_steps_of_two_sources_on_one_day_are_not_added_up(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let record = |day: u8, many: u32| {
            let at = |hour: u8| format!("2026-10-0{day} {hour:02}:00:00 +0000");
            format!(
                "<Record type=\"HKQuantityTypeIdentifierStepCount\" sourceName=\"Phone\" unit=\"count\" startDate=\"{}\" endDate=\"{}\" value=\"{many}\"/>",
                at(9), at(10)
            )
        };
        let file = format!("<HealthData>{}{}{}</HealthData>", record(1, 4000), record(2, 5000), record(3, 1));
        let id = send(&world, &world.edna, "export.xml", &file).await.unwrap();
        readings.confirm_import(me, (person, id)).await.unwrap();
        // Google tells of the same days, one with another number; a day of its own is added.
        let point = |day: i64, many: u32| {
            let nanos = (1_790_812_800 + day * 86_400 + 36_000) * 1_000_000_000;
            json!({ "fitValue": [{ "value": { "intVal": many } }], "dataTypeName": "com.google.step_count.delta",
                "startTimeNanos": nanos, "endTimeNanos": nanos })
        };
        let file = json!({ "Data Points": [point(0, 4000), point(1, 5100), point(2, 600), point(3, 1)] }).to_string();
        let id = send(&world, &world.edna, "derived.json", &file).await.unwrap();
        let seen = |page: ImportPage| page.measures.iter().map(|one| (one.readings, one.here, one.other_days)).collect::<Vec<_>>();
        assert_eq!(seen(page(&world, id).await), [(3, 2, 1)]);
        readings.confirm_import(me, (person, id)).await.unwrap();
        // So does a table, with several rows of a day; of a day that is new both count.
        let file = "day,time,steps\n2026-10-01,8:00,3000\n2026-10-01,20:00,1000\n2026-10-05,8:00,70\n2026-10-05,20:00,7\n";
        let id = send(&world, &world.edna, "steps.csv", file).await.unwrap();
        let columns = ColumnsForm {
            measure: "steps".to_owned(), day: "0".to_owned(), time: "1".to_owned(), numbers: vec!["2".to_owned()], ..ColumnsForm::default()
        };
        readings.name_columns(me, (person, id), &columns).await.unwrap();
        assert_eq!(seen(page(&world, id).await), [(4, 2, 1)]);
        readings.confirm_import(me, (person, id)).await.unwrap();
        assert_eq!((page(&world, id).await.import.added, page(&world, id).await.import.same), (2, 2));
        let list = readings.measure(me, person, (Measure::Steps, Span::Year, None)).await.unwrap().readings;
        let told: Vec<_> = list.iter().map(service::ReadingSeen::in_words).collect();
        assert_eq!(told, ["7 steps", "70 steps", "600 steps", "5000 steps", "4000 steps"]);
        // A fall that a table tells of is one more.
        add(&world.town, &world.edna, person, Measure::Fall, &taken(form(&world.town, &["1"]), "1/10/2026", "20:00")).await;
        let id = send(&world, &world.edna, "falls.csv", "day,falls\n2026-10-01,1\n").await.unwrap();
        let columns = ColumnsForm { measure: "falls".to_owned(), day: "0".to_owned(), numbers: vec!["1".to_owned()], ..ColumnsForm::default() };
        readings.name_columns(me, (person, id), &columns).await.unwrap();
        assert_eq!(seen(page(&world, id).await), [(1, 0, 0)]);
        // So is each of two within a minute; the same file once more tells of none.
        let file = "day,falls\n2026-10-02,1\n2026-10-02,1\n2026-10-03,1\n";
        let id = send(&world, &world.edna, "falls.csv", file).await.unwrap();
        readings.name_columns(me, (person, id), &columns).await.unwrap();
        assert_eq!(seen(page(&world, id).await), [(3, 0, 0)]);
        readings.confirm_import(me, (person, id)).await.unwrap();
        assert_eq!((page(&world, id).await.import.added, page(&world, id).await.import.same), (3, 0));
        let id = send(&world, &world.edna, "falls.csv", file).await.unwrap();
        readings.name_columns(me, (person, id), &columns).await.unwrap();
        assert_eq!(seen(page(&world, id).await), [(3, 3, 0)]);
        // Two of Apple Health are two as well.
        let fall = |second: u8| {
            let at = format!("2026-10-04 10:15:{second:02} +0000");
            format!("<Record type=\"HKQuantityTypeIdentifierNumberOfTimesFallen\" sourceName=\"Watch\" unit=\"count\" startDate=\"{at}\" endDate=\"{at}\" value=\"1\"/>")
        };
        let file = format!("<HealthData>{}{}</HealthData>", fall(5), fall(40));
        let id = send(&world, &world.edna, "export.xml", &file).await.unwrap();
        assert_eq!(seen(page(&world, id).await), [(2, 0, 0)]);
        readings.confirm_import(me, (person, id)).await.unwrap();
        assert_eq!((page(&world, id).await.import.added, page(&world, id).await.import.same), (2, 0));
    }

    async fn a_table_that_is_read_twice_at_once_is_of_one_reading_of_it(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let rows: String = (0..3000).map(|at| format!("2026-10-{:02}T{:02}:{:02}:00Z,70,80\n", at / 1440 + 1, at / 60 % 24, at % 60)).collect();
        let id = send(&world, &world.edna, "weights.csv", &format!("when,one,two\n{rows}")).await.unwrap();
        let form = |column: &str| ColumnsForm {
            measure: "weight".to_owned(), unit: "kg".to_owned(), day: "0".to_owned(), numbers: vec![column.to_owned()], ..ColumnsForm::default()
        };
        let (one, two) = (form("1"), form("2"));
        let (one, two) = tokio::join!(readings.name_columns(me, (person, id), &one), readings.name_columns(me, (person, id), &two));
        assert!(one.is_ok() || two.is_ok());
        for lost in [one, two].into_iter().filter(Result::is_err) {
            refused(lost, "", "decided about meanwhile");
        }
        let seen = page(&world, id).await;
        assert_eq!((seen.import.found, seen.measures[0].readings), (3000, 3000));
        assert_eq!(seen.measures[0].lowest, seen.measures[0].highest, "of one column alone");
    }

    async fn what_is_thrown_away_is_gone_at_once_and_forgotten_in_batches(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let point = |at: i64| pressure(120, 60, &chrono::DateTime::from_timestamp(1_780_000_000 + at * 60, 0).unwrap().to_rfc3339());
        let file = Value::from((0..2600).map(point).collect::<Vec<_>>()).to_string();
        let id = send(&world, &world.edna, "many.json", &file).await.unwrap();
        let before = world.events().await;
        readings.discard_import(me, (person, id)).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingsImported, Basis::Own)));
        not_found(readings.import(me, (person, id)).await);
        not_found(readings.confirm_import(me, (person, id)).await);
        not_found(readings.discard_import(me, (person, id)).await);
        assert_eq!(readings.imports(me, person).await.unwrap().0, []);
        // Nobody waits for that: what is to be added goes before it.
        let next = send(&world, &world.edna, "many.json", &file).await.unwrap();
        readings.confirm_import(me, (person, next)).await.unwrap();
        assert_eq!(readings.run_imports(&Actor::System).await.unwrap(), 2 + 2);
        assert_eq!(readings.run_imports(&Actor::System).await.unwrap(), 0);
        assert_eq!(page(&world, next).await.import.state, ImportState::Done);
    }

    async fn the_columns_of_a_table_are_named_and_named_again(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let file = "Date,Time,kg,Note\n1/10/2026,8:00,70.5,\n2/10/2026,8:30pm,71,after tea\n3/10/2026,8:00,,\n4/10/2026,8:00,7000,\nsoon,8:00,70,\n";
        let id = send(&world, &world.edna, "weights.csv", file).await.unwrap();
        let seen = page(&world, id).await;
        assert_eq!((seen.import.state, seen.import.origin), (ImportState::Columns, Some(Origin::Table)));
        let table = seen.table.unwrap();
        assert_eq!((table.columns.join("|").as_str(), table.rows.len()), ("Date|Time|kg|Note", 5));
        refused(readings.confirm_import(me, (person, id)).await, "", "decided about meanwhile");
        let name = async |form: &ColumnsForm| readings.name_columns(me, (person, id), form).await;
        let nothing = ColumnsForm { measure: "weight".to_owned(), unit: "furlong".to_owned(), ..ColumnsForm::default() };
        assert_eq!(fields(name(&nothing).await), ["day", "unit", "value"]);
        refused(name(&ColumnsForm::default()).await, "measure", "Choose what the table is about");
        let form = ColumnsForm { measure: "weight".to_owned(), day: "0".to_owned(), numbers: vec!["2".to_owned()], ..ColumnsForm::default() };
        assert_eq!(fields(name(&form).await), ["unit", "order"], "1/10 may be in January");
        let form = ColumnsForm { unit: "kg".to_owned(), order: "day".to_owned(), numbers: vec!["0".to_owned()], ..form };
        refused(name(&form).await, "value", "Choose another column");
        let form = ColumnsForm { numbers: vec!["9".to_owned()], ..form };
        refused(name(&form).await, "value", "Choose the column with the number");
        // No column is two things.
        let twice = ColumnsForm { numbers: vec!["2".to_owned()], time: "2".to_owned(), note: "0".to_owned(), ..form.clone() };
        assert_eq!(fields(name(&twice).await), ["time", "note"]);
        let twice = ColumnsForm { time: "1".to_owned(), note: "1".to_owned(), ..twice };
        refused(name(&twice).await, "note", "Choose another column");
        // First the wrong way round, as a day of the month.
        let wrong = ColumnsForm { numbers: vec!["2".to_owned()], order: "month".to_owned(), ..form };
        name(&wrong).await.unwrap();
        let seen = page(&world, id).await;
        assert_eq!((seen.import.state, seen.measures[0].first_on.to_string().as_str()), (ImportState::Ready, "2026-01-10"));
        let right = ColumnsForm { order: "day".to_owned(), time: "1".to_owned(), note: "3".to_owned(), ..wrong };
        let before = world.events().await;
        name(&right).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingsImported, Basis::Own)));
        let seen = page(&world, id).await;
        assert_eq!((seen.import.found, seen.measures[0].first_on.to_string().as_str()), (2, "2026-10-01"));
        let left: Vec<_> = seen.left.iter().map(|(why, times)| (why.as_str(), *times)).collect();
        assert_eq!(left, [("impossible", 1), ("no-date", 1), ("no-number", 1)]);
        let row = |line: u64, why: &str, says: &str| LeftRowSeen { line, why: why.to_owned(), says: says.to_owned() };
        let rows = [
            row(4, "no-number", "3/10/2026, 8:00"),
            row(5, "impossible", "4/10/2026, 8:00, 7000"),
            row(6, "no-date", "soon, 8:00, 70"),
        ];
        assert_eq!(seen.rows, rows);
        readings.confirm_import(me, (person, id)).await.unwrap();
        assert_eq!(page(&world, id).await.rows.len(), 3, "what was left out can be read afterwards");
        let newest = readings.overview(me, person).await.unwrap().newest;
        assert_eq!((newest[0].in_words().as_str(), newest[0].note.as_str()), ("71 kg", "after tea"));
        assert_eq!(newest[0].taken_at.to_rfc3339(), "2026-10-02T19:30:00+00:00");
        assert!(page(&world, id).await.table.is_none(), "the table is not kept");
        refused(name(&right).await, "", "decided about meanwhile");
        // Where a day shows the order nobody is asked, and nothing else is taken.
        let id = send(&world, &world.edna, "weights.csv", "Date,kg\n1/10/2026,70\n13/10/2026,71\n").await.unwrap();
        let form = ColumnsForm { time: String::new(), note: String::new(), numbers: vec!["1".to_owned()], order: "month".to_owned(), ..right };
        refused(readings.name_columns(me, (person, id), &form).await, "order", "the day comes first");
        readings.name_columns(me, (person, id), &ColumnsForm { order: String::new(), ..form }).await.unwrap();
        assert_eq!(page(&world, id).await.measures[0].first_on.to_string(), "2026-10-01");
    }

    async fn columns_tell_how_a_reading_was_taken(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let file = "Day,mmol/L,Meal,Note\n2026-10-01,7.2,After dinner,pizza\n2026-10-02,5.5,before meal,\n2026-10-03,6,\"after, or not\",\n2026-10-04,6.1,,\n";
        let id = send(&world, &world.edna, "sugar.csv", file).await.unwrap();
        let meal = |column: &str| BTreeMap::from([("meal".to_owned(), column.to_owned()), ("arm".to_owned(), "1".to_owned())]);
        let form = ColumnsForm {
            measure: "blood-glucose".to_owned(), unit: "mmol/L".to_owned(), day: "0".to_owned(), numbers: vec!["1".to_owned()], settings: meal("1"), note: "3".to_owned(),
            ..ColumnsForm::default()
        };
        refused(readings.name_columns(me, (person, id), &form).await, "meal", "Choose another column");
        let twice = ColumnsForm { settings: meal("3"), ..form.clone() };
        refused(readings.name_columns(me, (person, id), &twice).await, "note", "Choose another column");
        readings.name_columns(me, (person, id), &ColumnsForm { settings: meal("2"), ..form }).await.unwrap();
        let seen = page(&world, id).await;
        assert_eq!((seen.import.found, seen.left), (3, vec![("context".to_owned(), 1)]));
        let says = "2026-10-03, 6, after, or not".to_owned();
        assert_eq!(seen.rows, [LeftRowSeen { line: 4, why: "context".to_owned(), says }]);
        readings.confirm_import(me, (person, id)).await.unwrap();
        let list = readings.measure(me, person, (Measure::Glucose, Span::Year, None)).await.unwrap().readings;
        let told: Vec<_> = list.iter().map(|one| (one.in_words(), one.settings.as_str(), one.original.as_str(), one.note.as_str())).collect();
        let told: Vec<_> = told.iter().map(|(said, how, original, note)| (said.as_str(), *how, *original, *note)).collect();
        let expected = [("6.1 mmol/L", "", "", ""), ("5.5 mmol/L", "meal=before", "before meal", ""), ("7.2 mmol/L", "meal=after", "After dinner", "pizza")];
        assert_eq!(told, expected);
    }

    async fn a_table_of_several_measures_is_added_and_taken_out_again_as_one(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let pulse = add(&world.town, &world.edna, person, Measure::Pulse, &taken(form(&world.town, &["71"]), "1/10/2026", "8:00")).await;
        let file = "Date,Time,Sys,Dia,Pulse,Weight,Note\n2026-10-01,8:00,142,88,71,70.5,after tea\n2026-10-02,8:00,138,84,,,\n\
                    2026-10-03,8:00,,,68,,\n2026-10-04,8:00,136,82,7000,71,\nsoon,8:00,136,82,70,,\n";
        let id = send(&world, &world.edna, "cuff.csv", file).await.unwrap();
        let more = |measure: &str, unit: &str, column: &str| MoreColumnsForm {
            measure: measure.to_owned(), unit: unit.to_owned(), numbers: vec![column.to_owned()],
        };
        let cuff = ColumnsForm {
            measure: "blood-pressure".to_owned(), day: "0".to_owned(), time: "1".to_owned(), numbers: vec!["2".to_owned(), "3".to_owned()], note: "6".to_owned(),
            ..ColumnsForm::default()
        };
        let with = |more: &[MoreColumnsForm]| ColumnsForm { more: more.to_vec(), ..cuff.clone() };
        let name = async |form: &ColumnsForm| readings.name_columns(me, (person, id), form).await;
        // Each has its own columns and its unit, and no column is two things.
        assert_eq!(fields(name(&with(&[more("pulse", "", ""), more("weight", "", "5")])).await), ["pulse-value", "weight-unit"]);
        refused(name(&with(&[more("pulse", "", "3")])).await, "pulse-value", "Choose another column");
        refused(name(&with(&[more("pulse", "", "6")])).await, "pulse-value", "Choose another column");
        refused(name(&with(&[more("pulse", "", "4"), more("weight", "kg", "4")])).await, "weight-value", "Choose another column");
        // None twice, none that is nothing without its note, none that nobody knows, and no more than three.
        let four = ["pulse", "weight", "oxygen", "temperature"].map(|measure| more(measure, "", "4"));
        for wrong in [&[more("blood-pressure", "", "4")][..], &[more("pulse", "", "4"), more("pulse", "", "5")], &[more("symptoms", "", "4")], &[more("x", "", "4")], &four] {
            refused(name(&with(wrong)).await, "measure", "Choose what else is in the table once more");
        }
        let before = world.events().await;
        name(&with(&[more("pulse", "", "4"), more("weight", "kg", "5")])).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingsImported, Basis::Own)));
        let seen = page(&world, id).await;
        let found: Vec<_> = seen.measures.iter().map(|one| (one.measure, one.readings, one.here)).collect();
        assert_eq!(found, [(Measure::BloodPressure, 3, 0), (Measure::Pulse, 2, 1), (Measure::Weight, 2, 0)]);
        assert_eq!(seen.left, [("impossible".to_owned(), 1), ("no-date".to_owned(), 2)]);
        let row = |line: u64, why: &str, says: &str| LeftRowSeen { line, why: why.to_owned(), says: says.to_owned() };
        assert_eq!(seen.rows, [row(5, "impossible", "2026-10-04, 8:00, 7000"), row(6, "no-date", "soon, 8:00, 136, 82")]);
        // Named again with less, what else was found is found no more.
        name(&with(&[])).await.unwrap();
        assert_eq!(page(&world, id).await.measures.iter().map(|one| one.measure).collect::<Vec<_>>(), [Measure::BloodPressure]);
        name(&with(&[more("pulse", "", "4"), more("weight", "kg", "5")])).await.unwrap();

        let before = world.events().await;
        readings.confirm_import(me, (person, id)).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingsImported, Basis::Own)));
        let seen = page(&world, id).await;
        assert_eq!((seen.import.state, seen.import.added, seen.import.same), (ImportState::Done, 6, 1));
        let pressures = readings.measure(me, person, (Measure::BloodPressure, Span::All, None)).await.unwrap().readings;
        let told: Vec<_> = pressures.iter().map(|one| (one.in_words(), one.note.clone())).collect();
        let expected = [("136/82 mmHg", ""), ("138/84 mmHg", ""), ("142/88 mmHg", "after tea")];
        assert_eq!(told, expected.map(|(said, note)| (said.to_owned(), note.to_owned())));
        assert_eq!((there(&world, Measure::Pulse).await.0, there(&world, Measure::Weight).await.0), (2, 2));
        // The same file again has nothing to add.
        let again = send(&world, &world.edna, "cuff.csv", file).await.unwrap();
        readings.name_columns(me, (person, again), &with(&[more("pulse", "", "4"), more("weight", "kg", "5")])).await.unwrap();
        assert!(page(&world, again).await.measures.iter().all(|one| one.here == one.readings));

        let before = world.events().await;
        readings.undo_import(me, (person, id)).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingsImported, Basis::Own)));
        let left = [Measure::BloodPressure, Measure::Pulse, Measure::Weight];
        let mut counts = Vec::new();
        for measure in left {
            counts.push(there(&world, measure).await.0);
        }
        assert_eq!(counts, [0, 1, 0], "what was typed stays");
        assert_eq!(readings.one(me, person, (Measure::Pulse, pulse)).await.unwrap().0.version, 1);
    }

    async fn a_file_that_cannot_be_read_leaves_nothing(place: &Place) {
        let world = World::at(place).await;
        let readings = &world.town.services.readings;
        for (name, file, words) in [
            ("x.json", "{}", "We do not know this kind of file"),
            ("x.png", "\u{1}PNG", "We do not know this kind of file"),
            ("export.xml", "<HealthData><Record", "damaged"),
            ("x.csv", "only\n1\n", "names of its columns"),
        ] {
            refused(send(&world, &world.edna, name, file).await, "file", words);
        }
        // One that breaks off on its way: what was found until then is not kept.
        let file = points();
        let parts: Vec<Result<Vec<u8>, &str>> = vec![Ok(file.as_bytes()[..200].to_vec()), Err("gone")];
        let sent = readings.send_file(&world.edna.actor, world.edna.person, ("x.json", stream::iter(parts))).await;
        refused(sent, "file", "did not arrive whole");
        assert_eq!(readings.imports(&world.edna.actor, world.edna.person).await.unwrap().0, vec![]);
        // What nobody says yes to is thrown away: by hand, by another file, and after a day.
        let discarded = send(&world, &world.edna, "x.json", &points()).await.unwrap();
        readings.discard_import(&world.edna.actor, (world.edna.person, discarded)).await.unwrap();
        not_found(readings.import(&world.edna.actor, (world.edna.person, discarded)).await);
        let replaced = send(&world, &world.edna, "x.json", &points()).await.unwrap();
        // One that cannot be read takes the place of none.
        refused(send(&world, &world.edna, "x.png", "PNG").await, "file", "We do not know this kind of file");
        assert_eq!(page(&world, replaced).await.import.found, 3);
        let waits = send(&world, &world.edna, "x.json", &points()).await.unwrap();
        not_found(readings.import(&world.edna.actor, (world.edna.person, replaced)).await);
        assert_eq!(readings.tidy_imports().await.unwrap(), 0);
        world.advance_days(2);
        assert_eq!(readings.tidy_imports().await.unwrap(), 1);
        not_found(readings.import(&world.edna.actor, (world.edna.person, waits)).await);
        assert_eq!(there(&world, Measure::Weight).await.0, 0);
    }

    async fn a_carer_brings_in_what_they_may_record_and_nobody_else_sees_it(place: &Place) {
        let world = World::at(place).await;
        let (person, readings) = (world.edna.person, &world.town.services.readings);
        let (reads, relationship) = world.carer("Stone", "READ").await;
        let (orders, _) = world.carer("Holt", "PRESCR").await;
        let stranger = world.town.citizen("Ray").await;
        let mine = send(&world, &world.edna, "mine.json", &points()).await.unwrap();
        world.town.advance(TimeDelta::minutes(1));
        let theirs = send(&world, &reads, "theirs.json", &points()).await.unwrap();
        assert_eq!(world.last().await, (Action::ReadingsImported, Basis::Carer));
        for who in [&orders, &stranger] {
            not_found(send(&world, who, "x.json", &points()).await);
            everything_is_not_there(&world, who, person, theirs).await;
        }
        for staff in [&world.town.clinician, &world.town.reception, &world.town.stranger] {
            not_found(readings.imports(staff, person).await);
            not_found(readings.import(staff, (person, theirs)).await);
        }
        // Nothing of one person's is there under another.
        everything_is_not_there(&world, &stranger, stranger.person, theirs).await;
        // A carer sees their own alone; the person sees both.
        everything_is_not_there(&world, &reads, person, mine).await;
        let list = async |who: &Citizen| {
            let all = readings.imports(&who.actor, person).await.unwrap().0;
            all.into_iter().map(|one| (one.id, one.by)).collect::<Vec<_>>()
        };
        assert_eq!(list(&reads).await, [(theirs, NotedBy::You)]);
        assert_eq!(list(&world.edna).await, [(theirs, NotedBy::Carer), (mine, NotedBy::You)]);
        readings.confirm_import(&reads.actor, (person, theirs)).await.unwrap();
        assert_eq!(there(&world, Measure::Weight).await.0, 2);
        // Mood is closed to them, and no table of it is read.
        let table = send(&world, &reads, "mood.csv", "day,mood\n2026-10-01,3\n").await.unwrap();
        let page = readings.import(&reads.actor, (person, table)).await.unwrap();
        assert!(!page.table.unwrap().open.contains(&Measure::Mood));
        let columns = ColumnsForm { measure: "mood".to_owned(), day: "0".to_owned(), numbers: vec!["1".to_owned()], ..ColumnsForm::default() };
        let closed = readings.name_columns(&reads.actor, (person, table), &columns).await;
        assert_eq!(fields(closed), ["measure"]);
        let more = MoreColumnsForm { measure: "mood".to_owned(), numbers: vec!["1".to_owned()], ..MoreColumnsForm::default() };
        let beside = ColumnsForm { measure: "pain".to_owned(), more: vec![more], ..columns.clone() };
        let closed = readings.name_columns(&reads.actor, (person, table), &beside).await;
        refused(closed, "measure", "Choose what else is in the table once more");
        let carers = &world.town.services.carers;
        let version = carers.one(&world.edna.actor, person, relationship).await.unwrap().0.version;
        let all = ChangeForm { scopes: "READ".into(), labels: "mental".into(), version, ..ChangeForm::default() };
        carers.change(&world.edna.actor, person, relationship, &all).await.unwrap();
        readings.name_columns(&reads.actor, (person, table), &columns).await.unwrap();
        // What they may record is looked at again when they say yes.
        let version = carers.one(&world.edna.actor, person, relationship).await.unwrap().0.version;
        carers.change(&world.edna.actor, person, relationship, &ChangeForm { labels: String::new(), version, ..all }).await.unwrap();
        let refusal = readings.confirm_import(&reads.actor, (person, table)).await;
        refused(refusal, "", "What you may record has changed");
        assert_eq!(there(&world, Measure::Mood).await.0, 0);
        // From whomever results are hidden there is nothing of this.
        let hidings = &world.town.services.hidings;
        hidings.hide_category(&world.edna.actor, person, Category::Result, HiddenFrom::Relationship(relationship)).await.unwrap();
        not_found(send(&world, &reads, "x.json", &points()).await);
        everything_is_not_there(&world, &reads, person, theirs).await;
        not_found(readings.imports(&reads.actor, person).await);
    }
}

async fn everything_is_not_there(world: &World, who: &Citizen, person: PersonId, id: ReadingImportId) {
    let readings = &world.town.services.readings;
    not_found(readings.import(&who.actor, (person, id)).await);
    not_found(readings.confirm_import(&who.actor, (person, id)).await);
    not_found(readings.undo_import(&who.actor, (person, id)).await);
    not_found(readings.discard_import(&who.actor, (person, id)).await);
    not_found(readings.name_columns(&who.actor, (person, id), &ColumnsForm::default()).await);
}
