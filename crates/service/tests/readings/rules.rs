//! What care teams want of somebody's readings, and that they are told of each thing once.

use crate::readings::town::{Town, at, fields, fields as fields_of, not_found, refused};
use crate::readings::world::World;
use crate::readings::{add, form, how, taken};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::reading::{AlertState, Colour, Measure, ReadyRule, RuleKind, Span, Target};
use domain::record::Category;
use domain::team::WorkKind;
use domain::{ReadingId, ReadingRuleId, WorkItemId};
use service::{
    AlertForm, AlertSeen, DigestForm, HiddenFrom, PlanSeen, ReadingRulesRun, ReadingSince, ReadingThen, RuleAsked, RuleForm,
    RuleSince, RuleTold, ServiceError, TargetForm, WatchForm, WorkItem,
};
use std::collections::{BTreeMap, BTreeSet};
use testkit::Place;

const OXYGEN: Measure = Measure::Oxygen;

fn typed(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    fields.iter().map(|(field, typed)| ((*field).to_owned(), (*typed).to_owned())).collect()
}

/// The form of a rule about one reading, or about silence.
fn rule(town: &Town, kind: RuleKind, fields: &[(&str, &str)]) -> RuleForm {
    let mut all = typed(&[("words", "Ring us today"), ("why", "You have COPD")]);
    all.extend(typed(fields));
    RuleForm {
        kind: kind.code().to_owned(),
        typed: all,
        submission: town.services.core.new_id().to_string(),
        ..RuleForm::default()
    }
}

fn low(town: &Town, colour: &str, number: &str) -> RuleForm {
    let form = rule(town, RuleKind::Single, &[("colour", colour), ("side", "below"), ("first", number)]);
    RuleForm { ready: "oxygen-very-low".to_owned(), ..form }
}

async fn set(world: &World, measure: Measure, form: &RuleForm) -> ReadingRuleId {
    let town = &world.town;
    town.services.readings.add_rule(&town.clinician, world.edna.person, measure, form).await.unwrap()
}

async fn record(world: &World, measure: Measure, number: &str) -> ReadingId {
    add(&world.town, &world.edna, world.edna.person, measure, &form(&world.town, &[number])).await
}

/// What waits about readings for somebody at work.
async fn waiting(world: &World, by: &Actor) -> Vec<WorkItem> {
    let all = world.town.services.work.list(by).await.unwrap();
    all.into_iter().filter(|item| matches!(item.kind, WorkKind::ReadingAlert | WorkKind::ReadingDigest)).collect()
}

async fn plan(world: &World, by: &Actor) -> PlanSeen {
    world.town.services.readings.plan(by, world.edna.person).await.unwrap()
}

async fn alerts(world: &World) -> Vec<AlertSeen> {
    plan(world, &world.edna.actor).await.alerts
}

async fn answer(world: &World, item: WorkItemId, act: &str, words: &str, version: i32) -> Result<AlertState, ServiceError> {
    let form = AlertForm { act: act.to_owned(), words: words.to_owned(), version };
    world.town.services.readings.answer_alert(&world.town.clinician, item, &form).await
}

async fn run(world: &World) -> ReadingRulesRun {
    world.town.services.readings.run_rules(&Actor::System).await.unwrap()
}

async fn close_digest(world: &World) -> Result<(), ServiceError> {
    let (town, person) = (&world.town, world.edna.person);
    let item = waiting(world, &town.clinician).await.into_iter().find(|item| item.kind == WorkKind::ReadingDigest).unwrap();
    let seen = town.services.readings.digest(&town.clinician, person).await.unwrap();
    let seen: Vec<String> = seen.iter().map(|one| format!("{}:{}", one.alert.id, one.alert.version)).collect();
    let form = DigestForm { seen: seen.join(" "), words: "All is well".to_owned() };
    town.services.readings.close_digest(&town.clinician, item.id, &form).await
}

testkit::both_engines! {
    async fn something_red_is_told_once_and_each_step_is_read_by_the_person(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        assert!(plan(&world, &world.edna.actor).await.watch.by.is_empty(), "nobody watches unasked");
        record(&world, OXYGEN, "91").await;
        town.clock.advance(TimeDelta::minutes(1));
        set(&world, OXYGEN, &low(town, "red", "92")).await;
        assert_eq!(waiting(&world, &town.clinician).await, [], "what was there before is known");
        town.clock.advance(TimeDelta::hours(1));
        record(&world, OXYGEN, "93").await;
        assert_eq!(waiting(&world, &town.clinician).await, []);
        let before = world.events().await;
        let reading = record(&world, OXYGEN, "92").await;
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingAdded, Basis::Own)));
        let items = waiting(&world, &town.clinician).await;
        assert_eq!((items.len(), items[0].kind, items[0].urgent), (1, WorkKind::ReadingAlert, true));
        assert_eq!(waiting(&world, &town.reception).await, []);
        assert_eq!(waiting(&world, &town.manager).await.len(), 1);
        // The page of the reading says what to do, from where that is, and who was told.
        let (seen, ..) = town.services.readings.one(&world.edna.actor, person, (OXYGEN, reading)).await.unwrap();
        let found = &seen.watched.found[0];
        assert_eq!((found.words.as_str(), found.found.as_str(), found.colour), ("Ring us today", "92%", Colour::Red));
        assert_eq!(found.source, ReadyRule::of("oxygen-very-low").map(|ready| ready.source));
        assert!(!found.is_changed);
        assert_eq!((seen.watched.alerts.len(), seen.watched.watch.by[0].now), (1, true));
        assert!(seen.advice.is_some(), "the general advice stands all the same");

        let item = items[0].id;
        assert_eq!(answer(&world, item, "see", "", 1).await.unwrap(), AlertState::Seen);
        assert_eq!(world.last().await, (Action::ReadingAlert, Basis::CareTeam));
        // Again changes nothing, and the item is theirs.
        let before = world.events().await;
        assert_eq!(answer(&world, item, "see", "", 1).await.unwrap(), AlertState::Seen);
        assert_eq!(world.events().await, before);
        assert!(waiting(&world, &town.clinician).await[0].claimed.as_ref().unwrap().mine);
        // More that comes up belongs to it, and nobody closes what they have not seen.
        town.clock.advance(TimeDelta::hours(1));
        record(&world, OXYGEN, "90").await;
        assert_eq!(waiting(&world, &town.clinician).await.len(), 1);
        let alert = alerts(&world).await;
        assert_eq!((alert.len(), alert[0].state, alert[0].found.as_str()), (1, AlertState::New, "90%"));
        assert_eq!(waiting(&world, &town.clinician).await[0].claimed, None, "it waits for anybody again");
        refused(answer(&world, item, "close", "Rang you", 2).await, "", "Something more came up");
        let version = alert[0].version;
        refused(answer(&world, item, "act", " ", version).await, "words", "Tell the person what you did");
        refused(answer(&world, item, "close", "", version).await, "words", "or why nothing is needed");
        refused(answer(&world, item, "dance", "", version).await, "act", "Choose");
        assert_eq!(answer(&world, item, "act", "I rang you", version).await.unwrap(), AlertState::Acted);
        assert_eq!(answer(&world, item, "close", "", version + 1).await.unwrap(), AlertState::Closed);
        refused(answer(&world, item, "close", "", version + 2).await, "", "done this");
        assert_eq!(waiting(&world, &town.clinician).await, []);
        let alert = &alerts(&world).await[0];
        let acts: Vec<_> = alert.acts.iter().map(|act| (act.act.code(), act.words.as_str(), act.by.as_str())).collect();
        assert_eq!(acts, [("see", "", "Dr Doe"), ("act", "I rang you", "Dr Doe"), ("close", "", "Dr Doe")]);

        // What is written down later is another thing, also where it was taken before.
        town.clock.advance(TimeDelta::minutes(5));
        record(&world, OXYGEN, "97").await;
        assert_eq!(waiting(&world, &town.clinician).await, []);
        add(town, &world.edna, person, OXYGEN, &taken(form(town, &["88"]), "3/11/2026", "11:00")).await;
        let since = waiting(&world, &town.clinician).await[0].waiting_since;
        assert_eq!(alerts(&world).await.len(), 2);
        // More of it before anybody has looked does not put it behind others.
        town.clock.advance(TimeDelta::hours(1));
        record(&world, OXYGEN, "87").await;
        let items = waiting(&world, &town.clinician).await;
        assert_eq!((items.len(), items[0].waiting_since), (1, since));
    }

    async fn what_came_up_stands_under_the_rule_as_it_was_and_says_what_became_of_it(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let readings = &town.services.readings;
        let id = set(&world, OXYGEN, &low(town, "red", "92")).await;
        record(&world, OXYGEN, "91").await;
        let about = domain::ReadingAlertId::from_uuid(waiting(&world, &town.clinician).await[0].about);
        let seen = async || readings.alert(&town.clinician, person, about).await.unwrap().alert;
        assert_eq!(seen().await.since, None);
        let change = async |version: i32, colour: &str, number: &str, words: &str| {
            town.clock.advance(TimeDelta::minutes(1));
            let mut form = RuleForm { version, ..low(town, colour, number) };
            form.typed.insert("words".to_owned(), words.to_owned());
            readings.change_rule(&town.clinician, person, id, &form).await.unwrap();
        };
        change(1, "amber", "88", "Ring us today").await;
        let alert = seen().await;
        assert_eq!((alert.rule_said.as_str(), alert.colour), ("one reading is 92% or lower", Colour::Red));
        let now = RuleSince::Changed {
            said: "one reading is 88% or lower".to_owned(),
            colour: Colour::Amber,
            words: "Ring us today".to_owned(),
            at: town.services.core.now(),
        };
        assert_eq!(alert.since, Some(now));
        // Changed back it is what it was; other words to the person are told as well.
        change(2, "red", "92", "Ring us today").await;
        assert_eq!(seen().await.since, None);
        change(3, "red", "92", "Ring 111").await;
        let alert = seen().await;
        assert_eq!(alert.words, "Ring us today");
        assert!(matches!(alert.since, Some(RuleSince::Changed { words, .. }) if words == "Ring 111"));
        // To the person only what came up is told.
        assert_eq!(alerts(&world).await.into_iter().find(|one| one.id == about).unwrap().since, None);
        readings.end_rule(&town.clinician, person, (id, 4), "She is well").await.unwrap();
        let alert = seen().await;
        assert_eq!((alert.rule_said.as_str(), alert.since), ("one reading is 92% or lower", Some(RuleSince::Ended)));
    }

    async fn what_came_up_says_that_its_reading_was_changed_and_removed_since(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person) = (&world.town, &world.edna.actor, world.edna.person);
        let readings = &town.services.readings;
        set(&world, OXYGEN, &low(town, "red", "92")).await;
        let first = record(&world, OXYGEN, "91").await;
        // A reading that joins what came up is not one that was changed.
        town.clock.advance(TimeDelta::minutes(1));
        let reading = record(&world, OXYGEN, "90").await;
        let about = domain::ReadingAlertId::from_uuid(waiting(&world, &town.clinician).await[0].about);
        let seen = async || {
            let before = world.events().await;
            let alert = readings.alert(&town.clinician, person, about).await.unwrap().alert;
            assert_eq!((world.events().await, alert.reading), (before + 1, Some(reading)));
            alert.reading_since
        };
        assert_eq!(seen().await, None);
        readings.remove(me, person, (first, 1)).await.unwrap();
        assert_eq!(seen().await, None, "the newest still raises it");
        town.clock.advance(TimeDelta::minutes(1));
        let changed_at = town.services.core.now();
        let (one, ..) = readings.one(me, person, (OXYGEN, reading)).await.unwrap();
        let form = taken(form(town, &["96"]), "3/11/2026", &one.taken_at.format("%H:%M").to_string());
        readings.change(me, person, (reading, 1), &form).await.unwrap();
        let changed = Some(("96%".to_owned(), changed_at));
        assert_eq!(seen().await, Some(ReadingSince { changed: changed.clone(), removed_at: None }));
        // Another note changes no number.
        town.clock.advance(TimeDelta::minutes(1));
        let noted = service::ReadingForm { note: "Cold hands".to_owned(), ..form };
        readings.change(me, person, (reading, 2), &noted).await.unwrap();
        assert_eq!(seen().await, Some(ReadingSince { changed: changed.clone(), removed_at: None }));
        town.clock.advance(TimeDelta::minutes(1));
        let removed_at = Some(town.services.core.now());
        readings.remove(me, person, (reading, 3)).await.unwrap();
        assert_eq!(seen().await, Some(ReadingSince { changed, removed_at }));
        // To the person only what came up is told.
        assert_eq!(alerts(&world).await.into_iter().find(|one| one.id == about).unwrap().reading_since, None);
    }

    async fn what_came_up_says_how_and_when_its_newest_reading_was_taken(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person) = (&world.town, &world.edna.actor, world.edna.person);
        let (readings, pressure) = (&town.services.readings, Measure::BloodPressure);
        let high = rule(town, RuleKind::Single, &[("colour", "red"), ("side", "above"), ("first", "180")]);
        set(&world, pressure, &high).await;
        town.clock.advance(TimeDelta::minutes(1));
        let raised_at = town.services.core.now();
        add(town, &world.edna, person, pressure, &form(town, &["184", "100"])).await;
        let about = domain::ReadingAlertId::from_uuid(waiting(&world, &town.clinician).await[0].about);
        let seen = async || readings.alert(&town.clinician, person, about).await.unwrap().alert;
        let then = ReadingThen { taken_at: raised_at, how: String::new(), known: raised_at };
        assert_eq!(seen().await.reading_then, Some(then));
        // Another joins it an hour later, with what was told with it: that is when it was taken, and told.
        town.clock.advance(TimeDelta::hours(1));
        let joined_at = town.services.core.now();
        let felt = how(form(town, &["190", "100"]), &[("signs", "yes"), ("arm", "left")]);
        let reading = add(town, &world.edna, person, pressure, &felt).await;
        let told = "with warning signs (yes to one or more of: chest pain, being short of breath, confusion, one side weak or numb, or \
                    trouble seeing or speaking), left arm";
        let then = ReadingThen { taken_at: joined_at, how: told.to_owned(), known: joined_at };
        let alert = seen().await;
        assert_eq!((alert.found.as_str(), alert.reading, alert.raised_at), ("190/100 mmHg", Some(reading), raised_at));
        assert_eq!(alert.reading_then, Some(then.clone()));
        assert_eq!(alerts(&world).await.remove(0).reading_then, Some(then), "the person reads the same");
        // What is open at the top of their pages is of that time too.
        let red = readings.waits(me, person).await.unwrap().red.unwrap();
        assert_eq!((red.reading, red.at), (Some(reading), joined_at));
    }

    async fn beside_a_reading_that_was_changed_since_stands_that_it_was(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person) = (&world.town, &world.edna.actor, world.edna.person);
        let readings = &town.services.readings;
        set(&world, OXYGEN, &low(town, "red", "92")).await;
        town.clock.advance(TimeDelta::minutes(1));
        let known = town.services.core.now();
        let reading = record(&world, OXYGEN, "91").await;
        let watched = async || {
            let (one, ..) = readings.one(me, person, (OXYGEN, reading)).await.unwrap();
            let alert = one.watched.alerts.into_iter().next().unwrap();
            (alert.found, alert.reading_since, alert.reading_then.map(|then| then.known))
        };
        assert_eq!(watched().await, ("91%".to_owned(), None, Some(known)));
        town.clock.advance(TimeDelta::minutes(5));
        let changed_at = town.services.core.now();
        let (one, ..) = readings.one(me, person, (OXYGEN, reading)).await.unwrap();
        let form = taken(form(town, &["96"]), "3/11/2026", &one.taken_at.format("%H:%M").to_string());
        readings.change(me, person, (reading, 1), &form).await.unwrap();
        let since = ReadingSince { changed: Some(("96%".to_owned(), changed_at)), removed_at: None };
        assert_eq!(watched().await, ("91%".to_owned(), Some(since), Some(known)));
        assert_eq!(alerts(&world).await.remove(0).reading_since, None, "in what is agreed it stands as it came up");
    }

    async fn a_reading_that_joins_what_came_up_by_being_changed_was_not_changed_since(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person) = (&world.town, &world.edna.actor, world.edna.person);
        let readings = &town.services.readings;
        set(&world, OXYGEN, &low(town, "red", "92")).await;
        let first = record(&world, OXYGEN, "91").await;
        let about = domain::ReadingAlertId::from_uuid(waiting(&world, &town.clinician).await[0].about);
        town.clock.advance(TimeDelta::minutes(1));
        let reading = record(&world, OXYGEN, "95").await;
        let (one, ..) = readings.one(me, person, (OXYGEN, reading)).await.unwrap();
        let time = one.taken_at.format("%H:%M").to_string();
        let change = async |version: i32, number: &str| {
            town.clock.advance(TimeDelta::minutes(1));
            let form = taken(form(town, &[number]), "3/11/2026", &time);
            readings.change(me, person, (reading, version), &form).await.unwrap();
            readings.alert(&town.clinician, person, about).await.unwrap().alert
        };
        let changed = |number: &str| {
            Some(ReadingSince { changed: Some((number.to_owned(), town.services.core.now())), removed_at: None })
        };
        let alert = change(1, "90").await;
        assert_eq!((alert.found.as_str(), alert.reading, alert.reading_since), ("90%", Some(reading), None));
        readings.remove(me, person, (first, 1)).await.unwrap();
        let alert = change(2, "89").await;
        assert_eq!((alert.found.as_str(), alert.reading_since), ("89%", None), "it joined once more");
        let alert = change(3, "97").await;
        assert_eq!((alert.found.as_str(), alert.reading_since), ("89%", changed("97%")));
        // What it was before it joined is not what came up.
        let alert = change(4, "95").await;
        assert_eq!((alert.found.as_str(), alert.reading_since), ("89%", changed("95%")));
        let alert = change(5, "89").await;
        assert_eq!((alert.found.as_str(), alert.reading_since), ("89%", None));
    }

    async fn each_of_several_in_a_digest_says_what_became_of_its_own_rule_and_reading(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person) = (&world.town, &world.edna.actor, world.edna.person);
        let readings = &town.services.readings;
        let above =
            |number: &str| rule(town, RuleKind::Single, &[("colour", "amber"), ("side", "above"), ("first", number)]);
        let other = set(&world, OXYGEN, &low(town, "amber", "94")).await;
        set(&world, Measure::Pulse, &above("100")).await;
        set(&world, Measure::Temperature, &above("38")).await;
        set(&world, Measure::Weight, &above("80")).await;
        let ended = set(&world, Measure::Breathing, &above("20")).await;
        record(&world, OXYGEN, "93").await;
        record(&world, Measure::Pulse, "110").await;
        let warm = record(&world, Measure::Temperature, "38.5").await;
        let heavy = record(&world, Measure::Weight, "85").await;
        record(&world, Measure::Breathing, "22").await;
        town.clock.set(at("2026-11-04T07:01:00Z"));
        run(&world).await;
        town.clock.advance(TimeDelta::minutes(1));
        let now = town.services.core.now();
        readings.change(me, person, (warm, 1), &taken(form(town, &["37"]), "3/11/2026", "10:40")).await.unwrap();
        readings.remove(me, person, (heavy, 1)).await.unwrap();
        let form = RuleForm { version: 1, ..low(town, "amber", "88") };
        readings.change_rule(&town.clinician, person, other, &form).await.unwrap();
        readings.end_rule(&town.clinician, person, (ended, 1), "She is well").await.unwrap();
        let before = world.events().await;
        let digest = readings.digest(&town.clinician, person).await.unwrap();
        assert_eq!(world.events().await, before + 1);
        let said = "one reading is 88% or lower".to_owned();
        let words = "Ring us today".to_owned();
        let wanted = [
            (OXYGEN, Some(RuleSince::Changed { said, colour: Colour::Amber, words, at: now }), None),
            (Measure::Pulse, None, None),
            (Measure::Temperature, None, Some(ReadingSince { changed: Some(("37°C".to_owned(), now)), removed_at: None })),
            (Measure::Weight, None, Some(ReadingSince { changed: None, removed_at: Some(now) })),
            (Measure::Breathing, Some(RuleSince::Ended), None),
        ];
        assert_eq!(digest.len(), wanted.len());
        for (measure, since, reading_since) in wanted {
            let one = digest.iter().find(|one| one.alert.measure == measure).unwrap();
            assert_eq!((&one.alert.since, &one.alert.reading_since), (&since, &reading_since), "{measure:?}");
            let page = readings.alert(&town.clinician, person, one.alert.id).await.unwrap();
            assert_eq!((&page.alert, &page.newer), (&one.alert, &one.newer), "{measure:?}");
        }
    }

    async fn what_came_up_says_how_much_was_measured_since_however_much_that_is(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person) = (&world.town, &world.edna.actor, world.edna.person);
        let readings = &town.services.readings;
        set(&world, OXYGEN, &low(town, "red", "92")).await;
        record(&world, OXYGEN, "96").await;
        town.clock.advance(TimeDelta::minutes(1));
        let raised = record(&world, OXYGEN, "91").await;
        let about = domain::ReadingAlertId::from_uuid(waiting(&world, &town.clinician).await[0].about);
        let newer = async || {
            let before = world.events().await;
            let seen = readings.alert(&town.clinician, person, about).await.unwrap().newer;
            assert_eq!(world.events().await, before + 1);
            (seen.readings.iter().map(|one| one.id).collect::<Vec<_>>(), seen.more)
        };
        assert_eq!(newer().await, (Vec::new(), 0), "nothing was measured since");
        // More than a page lists, and another measure, which is none of it.
        let mut since = Vec::new();
        for _ in 0..30 {
            town.clock.advance(TimeDelta::minutes(1));
            since.push(record(&world, OXYGEN, "97").await);
        }
        record(&world, Measure::Pulse, "70").await;
        let newest = |since: &[ReadingId]| since.iter().rev().take(5).copied().collect::<Vec<_>>();
        assert_eq!(newer().await, (newest(&since), 25));
        // What was removed is none, and so is what raised it, also where it is changed and said to have been taken later.
        readings.remove(me, person, (since[29], 1)).await.unwrap();
        since.pop();
        assert_eq!(newer().await, (newest(&since), 24));
        let later = town.services.core.now().format("%H:%M").to_string();
        readings.change(me, person, (raised, 1), &taken(form(town, &["96"]), "3/11/2026", &later)).await.unwrap();
        assert_eq!(newer().await, (newest(&since), 24));
        // What somebody else measured is none of it.
        let stranger = town.citizen("Reed").await;
        add(town, &stranger, stranger.person, OXYGEN, &form(town, &["97"])).await;
        assert_eq!(newer().await, (newest(&since), 24));
    }

    async fn a_digest_says_what_was_measured_after_each_of_what_it_tells(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let above = rule(town, RuleKind::Single, &[("colour", "amber"), ("side", "above"), ("first", "100")]);
        set(&world, OXYGEN, &low(town, "amber", "94")).await;
        set(&world, Measure::Pulse, &above).await;
        record(&world, OXYGEN, "93").await;
        record(&world, Measure::Pulse, "110").await;
        town.clock.set(at("2026-11-04T07:01:00Z"));
        run(&world).await;
        let mut since = Vec::new();
        for _ in 0..6 {
            town.clock.advance(TimeDelta::minutes(1));
            since.insert(0, record(&world, OXYGEN, "97").await);
        }
        let before = world.events().await;
        let digest = town.services.readings.digest(&town.clinician, person).await.unwrap();
        assert_eq!(world.events().await, before + 1);
        let of = |measure: Measure| {
            let newer = &digest.iter().find(|one| one.alert.measure == measure).unwrap().newer;
            (newer.readings.iter().map(|one| one.id).collect::<Vec<_>>(), newer.more)
        };
        assert_eq!(of(OXYGEN), (since[..5].to_vec(), 1));
        assert_eq!(of(Measure::Pulse), (Vec::new(), 0));
    }

    async fn what_several_readings_were_before_is_read_of_each(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person) = (&world.town, &world.edna.actor, world.edna.person);
        let mut ids = Vec::new();
        // More than one statement asks for.
        for number in 60..87 {
            ids.push(record(&world, Measure::Pulse, &number.to_string()).await);
        }
        let changed = [ids[0], ids[26]];
        for version in 1..=3 {
            for id in changed {
                town.clock.advance(TimeDelta::minutes(1));
                let form = taken(form(town, &[&(90 + version).to_string()]), "3/11/2026", "10:40");
                town.services.readings.change(me, person, (id, version), &form).await.unwrap();
            }
        }
        town.services.readings.remove(me, person, (ids[1], 1)).await.unwrap();
        let mut tx = place.store.read().await.unwrap();
        let rows = store::reading::whatever_of(&mut tx, person, &ids).await.unwrap();
        assert_eq!(rows.len(), ids.len(), "each once");
        assert!(rows.iter().all(|row| ids.contains(&ReadingId::from_uuid(row.id))));
        let before = store::reading::versions_of(&mut tx, person, &ids, 2).await.unwrap();
        assert_eq!(before.keys().copied().collect::<BTreeSet<_>>(), BTreeSet::from([ids[0], ids[1], ids[26]]));
        for id in [ids[0], ids[1], ids[26]] {
            assert_eq!(before[&id], store::reading::versions(&mut tx, person, id, 2).await.unwrap());
        }
        assert_eq!(before[&ids[0]].iter().map(|row| row.version).collect::<Vec<_>>(), [3, 2], "the newest of them");
        assert!(store::reading::whatever_of(&mut tx, person, &[]).await.unwrap().is_empty());
    }

    async fn another_note_on_a_reading_that_was_dealt_with_tells_nobody_anew(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        set(&world, OXYGEN, &low(town, "red", "92")).await;
        let reading = record(&world, OXYGEN, "90").await;
        let version = alerts(&world).await[0].version;
        town.clock.advance(TimeDelta::minutes(1));
        answer(&world, waiting(&world, &town.clinician).await[0].id, "close", "Rang you", version).await.unwrap();
        town.clock.advance(TimeDelta::hours(1));
        let (seen, ..) = town.services.readings.one(&world.edna.actor, person, (OXYGEN, reading)).await.unwrap();
        let as_taken = |number: &str| taken(form(town, &[number]), "3/11/2026", &seen.taken_at.format("%H:%M").to_string());
        let noted = service::ReadingForm { note: "After the stairs".to_owned(), ..as_taken("90") };
        let change = async |form: &service::ReadingForm, version: i32| {
            town.services.readings.change(&world.edna.actor, person, (reading, version), form).await.unwrap();
        };
        change(&noted, 1).await;
        assert_eq!((waiting(&world, &town.clinician).await, alerts(&world).await.len()), (vec![], 1));
        // Another number is something new, and so is when it was taken.
        change(&service::ReadingForm { numbers: vec!["89".to_owned()], ..noted }, 2).await;
        assert_eq!((waiting(&world, &town.clinician).await.len(), alerts(&world).await.len()), (1, 2));
    }

    async fn a_reading_says_whether_anybody_is_told_of_it(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        set(&world, OXYGEN, &low(town, "amber", "94")).await;
        town.clock.set(at("2026-11-20T12:00:00Z"));
        // It is too old to be told of.
        let old = add(town, &world.edna, person, OXYGEN, &taken(form(town, &["93"]), "5/11/2026", "11:00")).await;
        assert_eq!(alerts(&world).await, []);
        let told = async |id: ReadingId| {
            let (seen, ..) = town.services.readings.one(&world.edna.actor, person, (OXYGEN, id)).await.unwrap();
            seen.watched.found.iter().map(|one| (one.colour, one.told)).collect::<Vec<_>>()
        };
        assert_eq!(told(old).await, [(Colour::Amber, RuleTold::Not)]);
        let new = record(&world, OXYGEN, "93").await;
        assert_eq!(told(new).await, [(Colour::Amber, RuleTold::Waits)]);
        assert_eq!(told(old).await, [(Colour::Amber, RuleTold::Not)]);
        town.clock.set(at("2026-11-21T07:01:00Z"));
        run(&world).await;
        assert_eq!(told(new).await, [(Colour::Amber, RuleTold::Told)]);
        // More of it belongs to what they were told of.
        let more = record(&world, OXYGEN, "92").await;
        assert_eq!((told(new).await, told(more).await), (vec![(Colour::Amber, RuleTold::Told)], vec![(Colour::Amber, RuleTold::Told)]));
        // Beside a red one of the same the amber one says nothing of its own.
        close_digest(&world).await.unwrap();
        set(&world, OXYGEN, &low(town, "red", "90")).await;
        town.clock.advance(TimeDelta::hours(1));
        let low = record(&world, OXYGEN, "89").await;
        assert_eq!(told(low).await, [(Colour::Red, RuleTold::Told), (Colour::Amber, RuleTold::Told)]);
    }

    async fn rules_look_at_so_many_readings_the_newest_first(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        for (number, time) in [("95", "9:00"), ("96", "9:05"), ("97", "9:10")] {
            add(town, &world.edna, person, OXYGEN, &taken(form(town, &[number]), "3/11/2026", time)).await;
        }
        let mut tx = place.store.read().await.unwrap();
        let span = (at("2026-11-01T00:00:00Z"), at("2026-11-04T00:00:00Z"));
        let seen = store::reading_rule::taken(&mut tx, person, OXYGEN, span, 2).await.unwrap();
        assert_eq!(seen.iter().map(|one| one.first.to_string()).collect::<Vec<_>>(), ["97", "96"]);
    }

    async fn many_at_once_are_one_thing_and_one_item(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        set(&world, OXYGEN, &low(town, "red", "92")).await;
        let forms: Vec<_> = (0..8).map(|_| form(town, &["90"])).collect();
        let each = forms.iter().map(|form| town.services.readings.add(&world.edna.actor, person, OXYGEN, form));
        let done = futures::future::join_all(each).await;
        assert!(done.iter().all(Result::is_ok), "{done:?}");
        assert_eq!((waiting(&world, &town.clinician).await.len(), alerts(&world).await.len()), (1, 1));
        // Of two who close it at once one is told.
        let (item, version) = (waiting(&world, &town.clinician).await[0].id, alerts(&world).await[0].version);
        let (one, two) = tokio::join!(answer(&world, item, "close", "Rang", version), answer(&world, item, "close", "Rang", version));
        assert_eq!([one.is_ok(), two.is_ok()].into_iter().filter(|ok| *ok).count(), 1);
        assert_eq!(alerts(&world).await[0].acts.len(), 1);
    }

    async fn something_amber_is_told_once_the_next_morning(place: &Place) {
        let world = World::at(place).await;
        let town = &world.town;
        set(&world, OXYGEN, &low(town, "amber", "94")).await;
        // What is put right before anybody was told is forgotten.
        let slip = record(&world, OXYGEN, "90").await;
        assert_eq!(alerts(&world).await.len(), 1);
        town.services.readings.remove(&world.edna.actor, world.edna.person, (slip, 1)).await.unwrap();
        assert_eq!(alerts(&world).await.len(), 0);
        record(&world, OXYGEN, "94").await;
        assert_eq!((run(&world).await, waiting(&world, &town.clinician).await.len()), (ReadingRulesRun::default(), 0));
        town.clock.set(at("2026-11-04T06:59:00Z"));
        assert_eq!(run(&world).await, ReadingRulesRun::default());
        town.clock.set(at("2026-11-04T07:01:00Z"));
        let (one, two) = tokio::join!(run(&world), run(&world));
        assert_eq!(one.told + two.told, 1);
        assert_eq!(world.last().await, (Action::ReadingAlert, Basis::System));
        let items = waiting(&world, &town.clinician).await;
        assert_eq!((items.len(), items[0].kind, items[0].urgent), (1, WorkKind::ReadingDigest, false));
        // The next day again, while it waits: one item still, and nothing new of the same rule.
        record(&world, OXYGEN, "93").await;
        town.clock.set(at("2026-11-05T08:00:00Z"));
        assert_eq!((run(&world).await, waiting(&world, &town.clinician).await.len()), (ReadingRulesRun::default(), 1));
        refused(
            town.services.readings.close_digest(&town.clinician, items[0].id, &DigestForm::default()).await,
            "words",
            "Tell the person",
        );
        close_digest(&world).await.unwrap();
        assert_eq!(waiting(&world, &town.clinician).await, []);
        assert_eq!(alerts(&world).await[0].acts[0].words, "All is well");
        town.clock.set(at("2026-11-06T08:00:00Z"));
        assert_eq!(run(&world).await, ReadingRulesRun::default(), "what is closed does not come again by itself");
        record(&world, OXYGEN, "93").await;
        town.clock.set(at("2026-11-07T08:00:00Z"));
        assert_eq!((run(&world).await.told, waiting(&world, &town.clinician).await.len()), (1, 1));
    }

    async fn amber_is_not_told_beside_red_and_is_settled_with_it(place: &Place) {
        let world = World::at(place).await;
        let town = &world.town;
        set(&world, OXYGEN, &low(town, "amber", "94")).await;
        set(&world, OXYGEN, &low(town, "red", "92")).await;
        record(&world, OXYGEN, "91").await;
        let all = alerts(&world).await;
        assert_eq!((all.len(), all[0].colour), (1, Colour::Red));
        town.clock.advance(TimeDelta::hours(1));
        answer(&world, waiting(&world, &town.clinician).await[0].id, "close", "Rang you", all[0].version).await.unwrap();
        town.clock.set(at("2026-11-04T08:00:00Z"));
        record(&world, OXYGEN, "97").await;
        assert_eq!(run(&world).await, ReadingRulesRun::default());
        assert_eq!(alerts(&world).await.len(), 1);
    }

    async fn what_came_up_is_told_although_days_have_passed_since(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let average = [("colour", "amber"), ("side", "above"), ("first", "135"), ("second", "85"), ("days", "7"), ("least", "4")];
        set(&world, Measure::BloodPressure, &rule(town, RuleKind::Average, &average)).await;
        for day in ["03", "05", "07", "09"] {
            assert_eq!(alerts(&world).await, []);
            town.clock.set(at(&format!("2026-11-{day}T12:00:00Z")));
            add(town, &world.edna, person, Measure::BloodPressure, &form(town, &["150", "90"])).await;
        }
        assert_eq!(alerts(&world).await.len(), 1);
        // By now three of the four are in the last seven days.
        town.clock.set(at("2026-11-10T07:01:00Z"));
        assert_eq!((run(&world).await.told, waiting(&world, &town.clinician).await.len()), (1, 1));
    }

    async fn a_rule_that_is_changed_to_red_is_red(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let id = set(&world, OXYGEN, &low(town, "amber", "94")).await;
        record(&world, OXYGEN, "93").await;
        let change = async |form: RuleForm, version: i32| {
            let form = RuleForm { version, ..form };
            town.services.readings.change_rule(&town.clinician, person, id, &form).await.unwrap();
        };
        town.clock.advance(TimeDelta::hours(1));
        change(low(town, "red", "94"), 1).await;
        record(&world, OXYGEN, "93").await;
        let kinds = async || waiting(&world, &town.clinician).await.into_iter().map(|item| item.kind).collect::<Vec<_>>();
        assert_eq!((kinds().await, alerts(&world).await.len()), (vec![WorkKind::ReadingAlert], 2));
        // Of what came up before they are told as the person was promised.
        town.clock.set(at("2026-11-04T07:01:00Z"));
        assert_eq!(run(&world).await.told, 1);
        close_digest(&world).await.unwrap();
        // That settles nothing of what is red; other words make no other thing of it.
        let mut form = low(town, "red", "94");
        form.typed.insert("words".to_owned(), "Ring us within the hour".to_owned());
        change(form, 2).await;
        record(&world, OXYGEN, "92").await;
        assert_eq!(kinds().await, [WorkKind::ReadingAlert]);
        let found: Vec<String> = alerts(&world).await.into_iter().map(|alert| alert.found).collect();
        assert_eq!(found, ["92%", "93%"]);
    }

    async fn a_silence_that_was_seen_stays_what_it_was(place: &Place) {
        let world = World::at(place).await;
        let town = &world.town;
        set(&world, Measure::Weight, &rule(town, RuleKind::Missing, &[("colour", "red"), ("days", "3")])).await;
        town.clock.set(at("2026-11-05T09:00:00Z"));
        record(&world, Measure::Weight, "70").await;
        town.clock.set(at("2026-11-09T08:00:00Z"));
        assert_eq!(run(&world).await.raised, 1);
        answer(&world, waiting(&world, &town.clinician).await[0].id, "see", "", 1).await.unwrap();
        town.clock.set(at("2026-11-12T13:00:00Z"));
        assert_eq!(run(&world).await.raised, 0);
        let all = alerts(&world).await;
        assert_eq!((all[0].found.as_str(), all[0].state), ("nothing since 5 November 2026", AlertState::Seen));
    }

    async fn whoever_does_not_see_that_something_red_came_up_is_written_to_once(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let (reads, _) = world.carer("Stone", "READ").await;
        world.carer("Holt", "PRESCR").await;
        let told = async || town.mail().await.into_iter().map(|mail| mail.to).collect::<Vec<_>>();
        let nobody = Vec::<String>::new();
        set(&world, Measure::Weight, &rule(town, RuleKind::Missing, &[("colour", "red"), ("days", "3")])).await;
        set(&world, Measure::Pulse, &rule(town, RuleKind::Missing, &[("colour", "amber"), ("days", "3")])).await;
        record(&world, Measure::Weight, "70").await;
        record(&world, Measure::Pulse, "70").await;
        told().await;
        town.clock.set(at("2026-11-07T12:30:00Z"));
        let (one, two) = tokio::join!(run(&world), run(&world));
        assert_eq!(one.raised + two.raised, 1);
        // A carer is not told beside the person, nor anybody of what is amber.
        assert_eq!(told().await, std::slice::from_ref(&world.edna.email));
        town.clock.set(at("2026-11-08T12:30:00Z"));
        run(&world).await;
        assert_eq!(told().await, nobody, "nobody is told twice for one thing");
        record(&world, Measure::Weight, "70").await;
        let item = waiting(&world, &town.clinician).await.into_iter().find(|item| item.kind == WorkKind::ReadingAlert).unwrap();
        let version = alerts(&world).await.iter().find(|alert| alert.colour == Colour::Red).unwrap().version;
        answer(&world, item.id, "close", "Thank you", version).await.unwrap();
        told().await;
        // What was typed is answered on its own page.
        set(&world, OXYGEN, &low(town, "red", "92")).await;
        record(&world, OXYGEN, "90").await;
        assert_eq!((told().await, waiting(&world, &town.clinician).await.len()), (nobody.clone(), 2));
        // She has no account any more, and whoever acts for her and sees readings is told in her place.
        town.services.accounts.reset_second_steps(&Actor::Operator, world.edna.actor.account().unwrap()).await.unwrap();
        told().await;
        town.clock.set(at("2026-11-13T12:30:00Z"));
        assert_eq!(run(&world).await.raised, 1);
        assert_eq!(told().await, std::slice::from_ref(&reads.email));
        // Nobody is written to about somebody who has died.
        let done = town.services.core.store().write(move |tx| {
            Box::pin(async move {
                let row = store::person_write::lock(tx, person).await?.unwrap();
                let who = domain::person::Demographics { deceased: true, ..row.demographics()? };
                store::person_write::update(tx, person, &who, row.updated_at).await
            })
        });
        assert!(done.await.unwrap());
        town.clock.set(at("2026-11-20T12:30:00Z"));
        run(&world).await;
        assert_eq!(told().await, nobody);
    }

    async fn whoever_types_for_somebody_without_an_account_is_not_written_to_of_it(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let (types, _) = world.carer("Stone", "READ").await;
        let (other, _) = world.carer("Ann", "READ").await;
        set(&world, OXYGEN, &low(town, "red", "92")).await;
        town.services.accounts.reset_second_steps(&Actor::Operator, world.edna.actor.account().unwrap()).await.unwrap();
        town.mail().await;
        add(town, &types, person, OXYGEN, &form(town, &["90"])).await;
        let told: Vec<String> = town.mail().await.into_iter().map(|mail| mail.to).collect();
        assert_eq!(told, std::slice::from_ref(&other.email));
        assert_eq!(waiting(&world, &town.clinician).await.len(), 1);
    }

    async fn a_silence_is_told_once_and_begins_anew(place: &Place) {
        let world = World::at(place).await;
        let town = &world.town;
        set(&world, Measure::Weight, &rule(town, RuleKind::Missing, &[("colour", "red"), ("days", "3")])).await;
        record(&world, Measure::Weight, "70").await;
        for (now, raised) in [("2026-11-06T23:00:00Z", 0), ("2026-11-07T08:00:00Z", 1), ("2026-11-07T09:00:00Z", 0)] {
            town.clock.set(at(now));
            let (one, two) = tokio::join!(run(&world), run(&world));
            assert_eq!(one.raised + two.raised, raised, "{now}");
        }
        let (items, all) = (waiting(&world, &town.clinician).await, alerts(&world).await);
        assert_eq!((items.len(), all.len(), all[0].found.as_str()), (1, 1, "nothing since 3 November 2026"));
        // A reading does not close it, a clinician does.
        record(&world, Measure::Weight, "70").await;
        assert_eq!(waiting(&world, &town.clinician).await.len(), 1);
        answer(&world, items[0].id, "close", "Thank you", all[0].version).await.unwrap();
        town.clock.set(at("2026-11-10T08:00:00Z"));
        assert_eq!(run(&world).await.raised, 0);
        town.clock.set(at("2026-11-11T08:00:00Z"));
        assert_eq!(run(&world).await.raised, 1);
    }

    async fn every_kind_of_rule_is_set_and_comes_up(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let average = [("colour", "red"), ("side", "above"), ("first", "135"), ("second", "85"), ("days", "7"), ("least", "2")];
        set(&world, Measure::BloodPressure, &rule(town, RuleKind::Average, &average)).await;
        let change = [("colour", "red"), ("side", "above"), ("by", "2"), ("days", "3")];
        set(&world, Measure::Weight, &rule(town, RuleKind::Change, &change)).await;
        let both = [
            ("colour", "red"), ("side", "below"), ("first", "94"), ("other", "pulse"), ("also_side", "above"), ("also_first", "111"),
        ];
        set(&world, OXYGEN, &rule(town, RuleKind::Both, &both)).await;
        // Of two measures together both are watched.
        let watched = plan(&world, &world.edna.actor).await.watch.of(Measure::Pulse);
        assert_eq!(watched.by.len(), 1);
        for numbers in [["134", "80"], ["136", "80"]] {
            add(town, &world.edna, person, Measure::BloodPressure, &form(town, &numbers)).await;
        }
        assert_eq!(alerts(&world).await[0].found, "on average 135/80 mmHg, from 2 readings");
        add(town, &world.edna, person, Measure::Weight, &taken(form(town, &["70"]), "1/11/2026", "8am")).await;
        record(&world, Measure::Weight, "72").await;
        record(&world, OXYGEN, "93").await;
        assert_eq!(alerts(&world).await.len(), 2);
        add(town, &world.edna, person, Measure::Pulse, &how(form(town, &["120"]), &[("activity", "active")])).await;
        assert_eq!(alerts(&world).await.len(), 2, "a pulse after being active says nothing");
        record(&world, Measure::Pulse, "120").await;
        let found: Vec<String> = alerts(&world).await.into_iter().map(|alert| alert.found).collect();
        assert_eq!(found.len(), 3);
        assert!(found.contains(&"70 kg, then 72 kg".to_owned()), "{found:?}");
        assert!(found.contains(&"93%, and pulse 120 beats a minute".to_owned()), "{found:?}");
        let plan = plan(&world, &world.edna.actor).await;
        assert_eq!((plan.rules.len(), plan.watch.by.len(), plan.watch.by[0].measures.len()), (3, 1, 4));
    }

    async fn what_came_up_of_symptoms_names_the_one_with_the_newest_reading(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let bad = rule(town, RuleKind::Single, &[("colour", "red"), ("side", "above"), ("first", "7")]);
        set(&world, Measure::Symptom, &bad).await;
        let mean = [("colour", "red"), ("side", "above"), ("first", "4"), ("days", "7"), ("least", "2")];
        set(&world, Measure::Symptom, &rule(town, RuleKind::Average, &mean)).await;
        let found = async || {
            let mut all: Vec<String> = alerts(&world).await.into_iter().map(|alert| alert.found).collect();
            all.sort();
            all
        };
        let note = async |number: &str, note: &str| {
            town.clock.advance(TimeDelta::minutes(1));
            let form = service::ReadingForm { note: note.to_owned(), ..form(town, &[number]) };
            add(town, &world.edna, person, Measure::Symptom, &form).await;
        };
        note("8", "Bad headache.\nSince noon").await;
        assert_eq!(found().await, ["8 out of 10 (bad headache)"]);
        note("9", "Cough").await;
        assert_eq!(found().await, ["9 out of 10 (cough)"], "one rule is one thing");
        note("6", "bad Headache").await;
        assert_eq!(found().await, ["9 out of 10 (cough)", "on average 7 out of 10, from 2 readings (bad headache)"]);
    }

    async fn what_came_up_before_symptoms_were_named_is_named_and_asks_nobody_again(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let bad = rule(town, RuleKind::Single, &[("colour", "red"), ("side", "above"), ("first", "7")]);
        set(&world, Measure::Symptom, &bad).await;
        town.clock.advance(TimeDelta::minutes(1));
        let headache = service::ReadingForm { note: "Headache".to_owned(), ..form(town, &["8"]) };
        add(town, &world.edna, person, Measure::Symptom, &headache).await;
        let item = waiting(&world, &town.clinician).await.remove(0);
        answer(&world, item.id, "see", "", 1).await.unwrap();
        let id = domain::ReadingAlertId::from_uuid(item.about);
        let done: Result<(), store::StoreError> = town.services.core.store().write(move |tx| {
            Box::pin(async move {
                store::reading_rule::reword(tx, person, id, "8 out of 10").await?;
                Ok(())
            })
        }).await;
        done.unwrap();
        assert_eq!(alerts(&world).await[0].found, "8 out of 10");
        town.clock.advance(TimeDelta::minutes(1));
        record(&world, Measure::Weight, "70").await;
        let all = alerts(&world).await;
        assert_eq!((all.len(), all[0].found.as_str(), all[0].state), (1, "8 out of 10 (headache)", AlertState::Seen));
        assert_eq!(waiting(&world, &town.clinician).await.len(), 1);
    }

    async fn who_may_not_see_both_measures_sees_nothing_of_what_came_up(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let (reads, _) = world.carer("Stone", "READ").await;
        let both = [
            ("colour", "red"), ("side", "above"), ("first", "8"), ("other", "mood"), ("also_side", "below"), ("also_first", "2"),
        ];
        set(&world, Measure::Pain, &rule(town, RuleKind::Both, &both)).await;
        add(town, &world.edna, person, Measure::Mood, &form(town, &["1"])).await;
        let pain = record(&world, Measure::Pain, "9").await;
        assert_eq!((alerts(&world).await.len(), waiting(&world, &town.clinician).await.len()), (1, 1));
        let theirs = plan(&world, &reads.actor).await;
        assert!(theirs.open.contains(&Measure::Pain) && !theirs.open.contains(&Measure::Mood));
        assert!(theirs.rules.is_empty() && theirs.alerts.is_empty() && theirs.watch.by.is_empty());
        let (seen, ..) = town.services.readings.one(&reads.actor, person, (Measure::Pain, pain)).await.unwrap();
        assert!(seen.watched.found.is_empty() && seen.watched.alerts.is_empty());
    }

    async fn clinicians_alone_set_rules_and_only_where_they_look_after_somebody(place: &Place) {
        let world = World::at(place).await;
        let (town, person, readings) = (&world.town, world.edna.person, &world.town.services.readings);
        let (reads, relationship) = world.carer("Stone", "READ").await;
        let (orders, _) = world.carer("Holt", "PRESCR").await;
        let form = low(town, "red", "92");
        let target = TargetForm { first_low: "95".to_owned(), why: "Usual".to_owned(), ..TargetForm::default() };
        for nobody in [&town.reception, &town.manager, &town.officer, &town.stranger, &world.edna.actor, &reads.actor] {
            not_found(readings.add_rule(nobody, person, OXYGEN, &form).await);
            not_found(readings.set_target(nobody, person, OXYGEN, &target).await);
            not_found(readings.set_hours(nobody, person, &WatchForm::default()).await);
            not_found(readings.rule_page(nobody, person, RuleAsked::New(OXYGEN)).await);
        }
        let before = world.events().await;
        let id = set(&world, OXYGEN, &form).await;
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingRulesChanged, Basis::CareTeam)));
        assert_eq!(set(&world, OXYGEN, &form).await, id, "the same form twice is one rule");
        assert_eq!(world.events().await, before + 1);
        // A carer who sees readings sees what is agreed; one who does not, does not.
        assert_eq!(plan(&world, &reads.actor).await.rules.len(), 1);
        assert!(!plan(&world, &reads.actor).await.may_set);
        not_found(readings.plan(&orders.actor, person).await);
        not_found(readings.plan(&town.stranger, person).await);
        // From whom results are hidden, all of it is, as if there were none.
        let hidings = &town.services.hidings;
        hidings.hide_category(&world.edna.actor, person, Category::Result, HiddenFrom::Relationship(relationship)).await.unwrap();
        let theirs = plan(&world, &reads.actor).await;
        assert!(theirs.rules.is_empty() && theirs.watch.by.is_empty() && theirs.open.is_empty());
        // Once the person is registered elsewhere nothing watches, and nobody is told.
        record(&world, OXYGEN, "90").await;
        let item = waiting(&world, &town.clinician).await[0].clone();
        town.services.people.register(&Actor::Operator, person, town.other).await.unwrap();
        assert!(plan(&world, &world.edna.actor).await.watch.by.is_empty());
        let reading = record(&world, OXYGEN, "89").await;
        let (seen, ..) = readings.one(&world.edna.actor, person, (OXYGEN, reading)).await.unwrap();
        assert_eq!((seen.watched.found.len(), seen.watched.alerts.len()), (0, 0));
        not_found(readings.alert(&town.clinician, person, domain::ReadingAlertId::from_uuid(item.about)).await);
        not_found(answer(&world, item.id, "see", "", 1).await);
        // What nobody may close any more does not wait for ever.
        let before = world.events().await;
        let (one, two) = tokio::join!(run(&world), run(&world));
        assert_eq!((one.raised + two.raised, world.events().await), (0, before + 1));
        assert_eq!((waiting(&world, &town.clinician).await, alerts(&world).await[0].state), (vec![], AlertState::Closed));
        // Of what is theirs again they are told anew.
        town.services.people.register(&Actor::Operator, person, town.practice).await.unwrap();
        town.clock.advance(TimeDelta::minutes(1));
        record(&world, OXYGEN, "88").await;
        assert_eq!(waiting(&world, &town.clinician).await.len(), 1);
    }

    async fn what_is_wrong_is_said_beside_its_field_and_changes_keep_what_was(place: &Place) {
        let world = World::at(place).await;
        let (town, person, readings) = (&world.town, world.edna.person, &world.town.services.readings);
        let gp = &town.clinician;
        let pressure = Measure::BloodPressure;
        let wrong = RuleForm { typed: BTreeMap::new(), ..rule(town, RuleKind::Average, &[]) };
        let said = fields(readings.add_rule(gp, person, pressure, &wrong).await);
        assert_eq!(said, ["colour", "side", "first", "days", "least", "words", "why"]);
        let wrong = rule(town, RuleKind::Single, &[("colour", "red"), ("side", "above"), ("first", "1800"), ("second", "x")]);
        assert_eq!(fields(readings.add_rule(gp, person, pressure, &wrong).await), ["first"]);
        let wrong = rule(town, RuleKind::Change, &[("colour", "red"), ("side", "above"), ("by", "0"), ("days", "61")]);
        assert_eq!(fields(readings.add_rule(gp, person, Measure::Weight, &wrong).await), ["by", "days"]);
        // No weight rises by a ton, and none is measured to the gram.
        for (by, words) in [("1000", "It cannot be more than"), ("2.345", "no more than 1 decimals")] {
            let wrong = rule(town, RuleKind::Change, &[("colour", "red"), ("side", "above"), ("by", by), ("days", "3")]);
            refused(readings.add_rule(gp, person, Measure::Weight, &wrong).await, "by", words);
        }
        let same = rule(town, RuleKind::Both, &[("colour", "red"), ("side", "below"), ("first", "94"), ("other", "oxygen")]);
        assert_eq!(fields(readings.add_rule(gp, person, OXYGEN, &same).await), ["other"]);
        assert_eq!(plan(&world, gp).await.rules, []);

        let id = set(&world, OXYGEN, &low(town, "amber", "94")).await;
        record(&world, OXYGEN, "93").await;
        let change = |version, number: &str| RuleForm { version, ..low(town, "amber", number) };
        let (one, two) = (change(1, "92"), change(1, "91"));
        let (one, two) = tokio::join!(readings.change_rule(gp, person, id, &one), readings.change_rule(gp, person, id, &two));
        assert_eq!([one.is_ok(), two.is_ok()].into_iter().filter(|ok| *ok).count(), 1);
        refused(readings.change_rule(gp, person, id, &change(1, "90")).await, "", "A colleague changed this");
        // The form of the first a second time: it is done, and nothing is written down anew.
        let before = world.events().await;
        readings.change_rule(gp, person, id, &change(1, if one.is_ok() { "92" } else { "91" })).await.unwrap();
        assert_eq!(world.events().await, before);
        let page = readings.rule_page(gp, person, RuleAsked::Change(id)).await.unwrap();
        assert_eq!((page.rule.unwrap().version, page.before.len()), (2, 1));
        assert!(page.before[0].condition.in_words(OXYGEN).contains("94%"));
        refused(readings.end_rule(gp, person, (id, 2), " ").await, "end_why", "Say why");
        readings.end_rule(gp, person, (id, 2), "She is well").await.unwrap();
        assert_eq!((plan(&world, gp).await.rules.len(), alerts(&world).await.len()), (0, 0));
        // A second press finds it ended, and does nothing anew.
        let before = world.events().await;
        for version in [2, 3] {
            readings.end_rule(gp, person, (id, version), "").await.unwrap();
        }
        assert_eq!(world.events().await, before);
        not_found(readings.end_rule(&town.stranger, person, (id, 2), "Again").await);
        not_found(readings.end_rule(gp, person, (ReadingRuleId::from_uuid(uuid::Uuid::max()), 1), "Again").await);
        not_found(readings.rule_page(gp, person, RuleAsked::Change(id)).await);

        let hours = WatchForm { days: "mon fri".to_owned(), from: "5pm".to_owned(), until: "9am".to_owned() };
        assert_eq!(fields(readings.set_hours(gp, person, &hours).await), ["until"]);
        assert_eq!(fields(readings.set_hours(gp, person, &WatchForm::default()).await), ["days", "from", "until"]);
        readings.set_hours(gp, person, &WatchForm { until: "8pm".to_owned(), ..hours.clone() }).await.unwrap();
        assert_eq!(plan(&world, gp).await.hours.in_words(), "Monday, Friday, 5pm to 8pm");
        let before = world.events().await;
        readings.set_hours(gp, person, &WatchForm { until: "8pm".to_owned(), ..hours }).await.unwrap();
        assert_eq!(world.events().await, before, "the same again");
    }

    async fn an_oxygen_level_in_the_range_of_a_care_team_is_no_warning(place: &Place) {
        let world = World::at(place).await;
        let (town, person, readings) = (&world.town, world.edna.person, &world.town.services.readings);
        let wants = async |low: &str, high: &str, version| {
            let form = TargetForm {
                first_low: low.to_owned(),
                first_high: high.to_owned(),
                why: "You have COPD".to_owned(),
                ends: low.is_empty() && high.is_empty(),
                version,
                ..TargetForm::default()
            };
            readings.set_target(&town.clinician, person, OXYGEN, &form).await.unwrap();
        };
        let (very_low, lower) = ("This oxygen level is very low", "This oxygen level is lower than usual");
        let (as_wanted, above) = (
            "This oxygen level is where your care team wants it",
            "This oxygen level is above where your care team wants it",
        );
        let mut recorded = Vec::new();
        for level in ["86", "90", "93", "96"] {
            recorded.push(record(&world, OXYGEN, level).await);
        }
        // Who reads it makes no difference, and what is set holds for what was recorded before.
        let table = [
            (None, [very_low, very_low, lower, ""]),
            (Some(("88", "92")), [very_low, as_wanted, above, above]),
            (Some(("92", "")), [very_low, very_low, as_wanted, ""]),
            (Some(("", "92")), [very_low, very_low, above, above]),
            (Some(("", "")), [very_low, very_low, lower, ""]),
        ];
        for (version, (range, expected)) in (-1..).zip(table) {
            if let Some((low, high)) = range {
                wants(low, high, version).await;
            }
            for (id, title) in recorded.iter().zip(expected) {
                for by in [&world.edna.actor, &town.clinician] {
                    let (seen, ..) = readings.one(by, person, (OXYGEN, *id)).await.unwrap();
                    assert_eq!(seen.advice.map_or("", |told| told.title), title, "{range:?} {}", seen.said);
                    assert!(seen.advice.is_none_or(|told| !told.emergency.is_empty()), "{title}");
                }
            }
        }
    }

    async fn a_target_that_was_agreed_before_says_since_when(place: &Place) {
        let world = World::at(place).await;
        let (town, person, readings) = (&world.town, world.edna.person, &world.town.services.readings);
        let form = TargetForm { first_high: "92".to_owned(), why: "You have COPD".to_owned(), ..TargetForm::default() };
        let agreed = at("2026-08-03T10:00:00Z");
        let before = world.events().await;
        for _ in 0..2 {
            readings.take_over_target(&town.clinician, person, OXYGEN, (&form, agreed)).await.unwrap();
        }
        assert_eq!(world.events().await, before + 1);
        assert_eq!(plan(&world, &world.edna.actor).await.targets[0].now.at, agreed);
        // None is of a time to come.
        let later = TargetForm { version: 1, first_high: "94".to_owned(), ..form };
        let to_come = town.services.core.now() + TimeDelta::days(9);
        readings.take_over_target(&town.clinician, person, OXYGEN, (&later, to_come)).await.unwrap();
        assert_eq!(plan(&world, &world.edna.actor).await.targets[0].now.at, town.services.core.now());
        not_found(readings.take_over_target(&world.edna.actor, person, OXYGEN, (&later, agreed)).await);
    }

    async fn a_target_is_read_with_who_set_it_and_counted_on_the_chart(place: &Place) {
        let world = World::at(place).await;
        let (town, person, readings) = (&world.town, world.edna.person, &world.town.services.readings);
        let (gp, pressure) = (&town.clinician, Measure::BloodPressure);
        let form_of = |version| TargetForm {
            first_high: "135".to_owned(),
            second_high: "85".to_owned(),
            why: "NICE".to_owned(),
            version,
            ..TargetForm::default()
        };
        for (form, wrong) in [
            (TargetForm { first_high: String::new(), second_high: String::new(), ..form_of(0) }, vec!["first_low"]),
            (TargetForm { first_low: "140".to_owned(), why: String::new(), ..form_of(0) }, vec!["first_high", "why"]),
            (TargetForm { first_high: "13.5".to_owned(), ..form_of(0) }, vec!["first_high"]),
        ] {
            assert_eq!(fields(readings.set_target(gp, person, pressure, &form).await), wrong);
        }
        // A double click sets it once; of two that say something else one is told.
        let before = world.events().await;
        let (one, two) = (form_of(0), form_of(0));
        let (one, two) =
            tokio::join!(readings.set_target(gp, person, pressure, &one), readings.set_target(gp, person, pressure, &two));
        assert_eq!((one.is_ok(), two.is_ok(), world.events().await), (true, true, before + 1));
        let other = TargetForm { why: "As agreed".to_owned(), ..form_of(0) };
        refused(readings.set_target(gp, person, pressure, &other).await, "", "A colleague changed this");
        for numbers in [["134", "84"], ["135", "84"], ["120", "90"]] {
            add(town, &world.edna, person, pressure, &form(town, &numbers)).await;
        }
        for span in [Span::Month, Span::Year] {
            let seen = readings.measure(&world.edna.actor, person, (pressure, span, None)).await.unwrap();
            let target = seen.target.unwrap();
            assert_eq!(target.target.unwrap().in_words(pressure), "below 135 over 85");
            assert_eq!((target.by.as_str(), target.organisation.as_str(), target.why.as_str()), ("Dr Doe", "Riverside Surgery", "NICE"));
            // The average of the day is 130/86.
            let expected = if span == Span::Month { (Some(1), 3) } else { (Some(0), 1) };
            assert_eq!((seen.chart.within, seen.chart.of), expected);
        }
        let before = world.events().await;
        for _ in 0..2 {
            readings.set_target(gp, person, pressure, &TargetForm { ends: true, ..form_of(1) }).await.unwrap();
        }
        assert_eq!(world.events().await, before + 1);
        refused(readings.set_target(gp, person, pressure, &form_of(1)).await, "", "A colleague changed this");
        assert_eq!(plan(&world, &world.edna.actor).await.targets, []);
        let theirs = plan(&world, gp).await.targets;
        assert_eq!((theirs[0].now.target, theirs[0].before.len()), (None::<Target>, 1));
        let seen = readings.measure(&world.edna.actor, person, (pressure, Span::Month, None)).await.unwrap();
        assert_eq!((seen.target, seen.chart.within), (None, None));
    }

    async fn sugar_before_and_after_meals_has_rules_and_targets_of_its_own(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let fields = [("colour", "red"), ("side", "above"), ("first", "7.1"), ("meal", "before")];
        let odd = rule(town, RuleKind::Single, &[("colour", "red"), ("side", "above"), ("first", "7.1"), ("meal", "lunch")]);
        assert_eq!(fields_of(town.services.readings.add_rule(&town.clinician, person, Measure::Glucose, &odd).await), ["meal"]);
        set(&world, Measure::Glucose, &rule(town, RuleKind::Single, &fields)).await;
        let sugar = async |number: &str, meal: &str| {
            let form = how(form(town, &[number]), &[("meal", meal)]);
            add(town, &world.edna, person, Measure::Glucose, &form).await
        };
        let (after, unsaid) = (sugar("8.5", "after").await, sugar("8.5", "").await);
        assert_eq!(waiting(&world, &town.clinician).await, []);
        let before = sugar("8.5", "before").await;
        assert_eq!(waiting(&world, &town.clinician).await.len(), 1);
        assert_eq!(alerts(&world).await[0].found, "8.5 mmol/L before meals");
        let seen = plan(&world, &world.edna.actor).await;
        assert_eq!(seen.rules[0].condition.in_words(Measure::Glucose), "one reading before meals is 7.1 mmol/L or higher");
        // Where it is wanted differs too; of a measure without meals nothing is kept of them.
        let form = TargetForm {
            first_low: "4".to_owned(),
            first_high: "7".to_owned(),
            after_low: "9".to_owned(),
            after_high: "5".to_owned(),
            why: "You have type 1 diabetes".to_owned(),
            ..TargetForm::default()
        };
        let set_target = async |measure, form: &TargetForm| town.services.readings.set_target(&town.clinician, person, measure, form).await;
        assert_eq!(fields_of(set_target(Measure::Glucose, &form).await), ["after_high"]);
        let form = TargetForm { after_low: "5".to_owned(), after_high: "9".to_owned(), ..form };
        set_target(Measure::Glucose, &form).await.unwrap();
        let target = plan(&world, &world.edna.actor).await.targets[0].now.target.unwrap();
        assert_eq!(target.in_words(Measure::Glucose), "4 to 7 mmol/L before meals, 5 to 9 mmol/L after meals");
        let is_in = async |id| {
            let (seen, ..) = town.services.readings.one(&world.edna.actor, person, (Measure::Glucose, id)).await.unwrap();
            let target = seen.watched.target.unwrap().target.unwrap();
            target.holds_at(seen.measure, seen.first, seen.second, domain::reading::Meal::of(&seen.settings))
        };
        assert_eq!([is_in(after).await, is_in(unsaid).await, is_in(before).await], [true, true, false]);
        // On waking it is wanted no lower than 5 (NICE NG17, 1.6).
        let waking = sugar("4.5", "waking").await;
        assert!(is_in(waking).await, "as before meals, where nothing else is said");
        let form = TargetForm { waking_low: "7".to_owned(), waking_high: "5".to_owned(), version: 1, ..form };
        assert_eq!(fields_of(set_target(Measure::Glucose, &form).await), ["waking_high"]);
        let form = TargetForm { waking_low: "5".to_owned(), waking_high: "7".to_owned(), ..form };
        set_target(Measure::Glucose, &form).await.unwrap();
        let target = plan(&world, &world.edna.actor).await.targets[0].now.target.unwrap();
        let words = "5 to 7 mmol/L on waking, 4 to 7 mmol/L before meals, 5 to 9 mmol/L after meals";
        assert_eq!(target.in_words(Measure::Glucose), words);
        assert!(!is_in(waking).await);
        let form = TargetForm { version: 0, ..form };
        assert_eq!(fields_of(set_target(OXYGEN, &TargetForm { first_low: String::new(), first_high: String::new(), ..form }).await), ["first_low"]);
    }
}
