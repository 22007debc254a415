//! Who sees readings, in pages and in charts.

use crate::readings::town::not_found;
use crate::readings::world::World;
use crate::readings::{add, form, how, taken};
use domain::audit::{Action, Basis};
use domain::reading::{Amount, Grain, Measure, Span};
use domain::record::Category;
use service::{ChangeForm, HiddenFrom, NotedBy};
use testkit::Place;

testkit::both_engines! {
    async fn a_carer_sees_and_records_what_their_scope_and_its_labels_open(place: &Place) {
        let world = World::at(place).await;
        let (person, readings) = (world.edna.person, &world.town.services.readings);
        let (reads, relationship) = world.carer("Stone", "READ").await;
        let (orders, _) = world.carer("Holt", "PRESCR").await;
        not_found(readings.overview(&orders.actor, person).await);
        not_found(readings.add(&orders.actor, person, Measure::Weight, &form(&world.town, &["70"])).await);
        add(&world.town, &reads, person, Measure::Weight, &form(&world.town, &["70"])).await;
        assert_eq!(world.last().await, (Action::ReadingAdded, Basis::Carer));
        add(&world.town, &world.edna, person, Measure::Mood, &form(&world.town, &["2"])).await;
        let mine = readings.overview(&world.edna.actor, person).await.unwrap();
        let said: Vec<_> = mine.newest.iter().map(|one| (one.in_words(), one.by)).collect();
        assert_eq!(said, [("70 kg".to_owned(), NotedBy::Carer), ("Low".to_owned(), NotedBy::You)]);
        let theirs = readings.overview(&reads.actor, person).await.unwrap();
        assert!(theirs.may_record && theirs.newest[0].by == NotedBy::You);
        // Mood is about mental health, which carers see only where they are let.
        assert!(!theirs.open.contains(&Measure::Mood));
        assert_eq!(theirs.newest.iter().map(|one| one.measure).collect::<Vec<_>>(), [Measure::Weight]);
        not_found(readings.measure(&reads.actor, person, (Measure::Mood, Span::Week, None)).await);
        not_found(readings.add(&reads.actor, person, Measure::Mood, &form(&world.town, &["3"])).await);
        // So is alcohol, as its questionnaire and what there is to read about it are.
        assert!(!theirs.open.contains(&Measure::Alcohol) && mine.open.contains(&Measure::Alcohol));
        not_found(readings.add(&reads.actor, person, Measure::Alcohol, &form(&world.town, &["3"])).await);
        let carers = &world.town.services.carers;
        let version = carers.one(&world.edna.actor, person, relationship).await.unwrap().0.version;
        let all = ChangeForm { scopes: "READ".into(), labels: "mental".into(), version, ..ChangeForm::default() };
        carers.change(&world.edna.actor, person, relationship, &all).await.unwrap();
        assert_eq!(readings.overview(&reads.actor, person).await.unwrap().newest.len(), 2);
        readings.measure(&reads.actor, person, (Measure::Mood, Span::Week, None)).await.unwrap();
        readings.measure(&reads.actor, person, (Measure::Alcohol, Span::Week, None)).await.unwrap();
        add(&world.town, &reads, person, Measure::Mood, &form(&world.town, &["3"])).await;
        // From whomever results are hidden, readings are, as if there were none.
        let hidings = &world.town.services.hidings;
        hidings.hide_category(&world.edna.actor, person, Category::Result, HiddenFrom::Relationship(relationship)).await.unwrap();
        let theirs = readings.overview(&reads.actor, person).await.unwrap();
        assert!(theirs.newest.is_empty() && theirs.open.is_empty());
    }

    async fn a_clinician_sees_them_and_records_none_and_the_desk_sees_nothing(place: &Place) {
        let world = World::at(place).await;
        let (town, person, readings) = (&world.town, world.edna.person, &world.town.services.readings);
        let id = add(town, &world.edna, person, Measure::BloodPressure, &form(town, &["142", "88"])).await;
        let before = world.events().await;
        let seen = readings.overview(&town.clinician, person).await.unwrap();
        assert_eq!((seen.newest.len(), seen.may_record, seen.newest[0].by), (1, false, NotedBy::Person));
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::CareTeam)));
        let chart = readings.measure(&town.clinician, person, (Measure::BloodPressure, Span::Week, None)).await.unwrap().chart;
        assert_eq!((chart.first.len(), chart.second.len()), (1, 1));
        not_found(readings.add(&town.clinician, person, Measure::Weight, &form(town, &["70"])).await);
        not_found(readings.remove(&town.clinician, person, (id, 1)).await);
        for nobody in [&town.reception, &town.manager, &town.officer, &town.stranger] {
            not_found(readings.overview(nobody, person).await);
        }
    }

    async fn what_holds_by_signs_of_before_says_so_to_the_person_and_to_a_care_team(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person) = (&world.town, &world.edna.actor, world.edna.person);
        let readings = &town.services.readings;
        let told = how(form(town, &["95"]), &[("signs", "yes")]);
        let first = add(town, &world.edna, person, Measure::Oxygen, &told).await;
        let (one, ..) = readings.one(me, person, (Measure::Oxygen, first)).await.unwrap();
        assert!(one.advice.is_some() && one.signs.is_none(), "they were told of with it");
        let at = one.taken_at;
        town.clock.advance(chrono::TimeDelta::minutes(5));
        let denied = how(form(town, &["97"]), &[("signs", "no")]);
        let second = add(town, &world.edna, person, Measure::Oxygen, &denied).await;
        let (before, after) = (world.events().await, readings.one(me, person, (Measure::Oxygen, second)).await.unwrap().0);
        assert_eq!((world.events().await, after.advice), (before + 1, one.advice));
        let signs = after.signs.unwrap();
        assert_eq!((signs.by_reader, signs.held.told_with, signs.held.at), (true, first, at));
        assert_eq!((signs.held.minutes, signs.held.is_denied), (5, true));
        let (before, list) = (world.events().await, readings.overview(&town.clinician, person).await.unwrap());
        assert_eq!((world.events().await, list.newest.len()), (before + 1, 1));
        let theirs = list.newest[0].signs.unwrap();
        assert_eq!((theirs.by_reader, theirs.held, list.newest[0].advice), (false, signs.held, one.advice));
    }

    async fn a_clinicians_list_grades_each_newest_reading_as_its_own_page_does(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person) = (&world.town, &world.edna.actor, world.edna.person);
        let readings = &town.services.readings;
        let oxygen = add(town, &world.edna, person, Measure::Oxygen, &form(town, &["90"])).await;
        add(town, &world.edna, person, Measure::Weight, &form(town, &["70"])).await;
        let before = world.events().await;
        let seen = readings.overview(&town.clinician, person).await.unwrap();
        assert_eq!(world.events().await, before + 1);
        let of = |measure: Measure| seen.newest.iter().find(|one| one.measure == measure).unwrap().advice;
        assert_eq!(of(Measure::Oxygen).map(|advice| advice.title), Some("This oxygen level is very low"));
        assert_eq!(of(Measure::Weight), None);
        let (one, ..) = readings.one(me, person, (Measure::Oxygen, oxygen)).await.unwrap();
        assert_eq!(of(Measure::Oxygen), one.advice);
        // The person reads it with what to do, on the page of the reading.
        assert!(readings.overview(me, person).await.unwrap().newest.iter().all(|one| one.advice.is_none()));
    }

    async fn pages_go_on_where_the_last_ended_and_charts_say_what_the_readings_say(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        // Sixty in three days, each with the next minute, the last on the day before today.
        for number in 0..60 {
            let (day, minute) = (number / 20, number % 20);
            let form = taken(form(town, &[&format!("{}", 60 + number)]), &format!("{}/10/2026", 29 + day), &format!("8:{minute:02}am"));
            add(town, &world.edna, person, Measure::Weight, &form).await;
        }
        let (mut after, mut all) = (None, Vec::new());
        loop {
            let page = readings.measure(me, person, (Measure::Weight, Span::Month, after)).await.unwrap();
            all.extend(page.readings.iter().map(|one| one.first));
            after = page.more;
            if after.is_none() {
                break;
            }
        }
        let expected: Vec<Amount> = (0..60).rev().map(|number| Amount::whole(60 + number)).collect();
        assert_eq!(all, expected);
        let month = readings.measure(me, person, (Measure::Weight, Span::Month, None)).await.unwrap().chart;
        let told = month.average.unwrap();
        assert_eq!((month.first.len(), month.each, told.readings), (60, Grain::Reading, 60));
        assert_eq!((told.lowest, told.highest, told.first), (Amount::whole(60), Amount::whole(119), Amount::from_thousandths(89_500)));
        let year = readings.measure(me, person, (Measure::Weight, Span::Year, None)).await.unwrap().chart;
        assert_eq!((year.first.len(), year.between.len(), year.each), (1, 1, Grain::Week), "all of one week");
        assert_eq!(year.average, month.average, "days and readings tell the same");
        assert_eq!((year.between[0].low, year.between[0].high, year.first[0].low), (60_000, 119_000, 89_500));
        // Steps of a day are its sum.
        for steps in ["1000", "2500"] {
            add(town, &world.edna, person, Measure::Steps, &taken(form(town, &[steps]), "30/10/2026", "9am")).await;
        }
        let steps = readings.measure(me, person, (Measure::Steps, Span::Month, None)).await.unwrap().chart;
        assert_eq!((steps.first.len(), steps.first[0].high, steps.average.unwrap().first), (1, 3_500_000, Amount::whole(3500)));
        not_found(readings.measure(me, person, (Measure::Pulse, Span::Month, Some(no_reading(&world)))).await);
    }
}

/// An id that is of no reading.
fn no_reading(world: &World) -> domain::ReadingId {
    domain::ReadingId::from_uuid(world.town.services.core.new_id())
}
