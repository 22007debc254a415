//! Charts of two measures, of other times than the last, with their tables; and what is worked out of two measures.

use crate::readings::town::not_found;
use crate::readings::world::World;
use crate::readings::{add, form, how, taken};
use domain::audit::{Action, Basis};
use domain::reading::{Amount, Grain, Measure, Span};
use domain::record::Category;
use domain::{PersonId, when::london_day};
use serde_json::Value;
use service::{HiddenFrom, MeasureSeen, ReadingForm, ReadingsAsked};
use testkit::Place;

const fn asked(measure: Measure, span: Span) -> ReadingsAsked {
    ReadingsAsked { measure, span, until: None, with: None, after: None, month: None }
}

/// Weighs her on a day, at 8 in the morning.
async fn weigh(world: &World, number: &str, day: &str) {
    let form = taken(form(&world.town, &[number]), day, "8am");
    add(&world.town, &world.edna, world.edna.person, Measure::Weight, &form).await;
}

/// What the rows of its table say: the first day of each, its readings and its average.
fn rows(seen: &MeasureSeen) -> Vec<(String, i64, String)> {
    let row = |row: &service::ChartRow| (row.from.to_string(), row.told.readings, row.told.first.rounded(1).to_string());
    seen.chart.rows.iter().map(row).collect()
}

fn row(from: &str, readings: i64, average: &str) -> (String, i64, String) {
    (from.to_owned(), readings, average.to_owned())
}

testkit::both_engines! {
    async fn two_measures_stand_over_the_same_days_and_are_one_look(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        weigh(&world, "70", "30/10/2026").await;
        for (steps, day) in [("4000", "29/10/2026"), ("6000", "30/10/2026"), ("1000", "30/10/2026")] {
            add(town, &world.edna, person, Measure::Steps, &taken(form(town, &[steps]), day, "9am")).await;
        }
        let before = world.events().await;
        let both = ReadingsAsked { with: Some(Measure::Steps), ..asked(Measure::Weight, Span::Month) };
        let seen = readings.measure(me, person, both).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Own)), "one look");
        let beside = seen.beside.as_ref().unwrap();
        assert_eq!((beside.measure, beside.chart.span, beside.chart.days), (Measure::Steps, seen.chart.span, seen.chart.days));
        assert_eq!((seen.chart.first.len(), beside.chart.first.len()), (1, 2));
        assert_eq!(rows(&seen), [row("2026-10-30", 1, "70")]);
        let steps: Vec<_> = beside.chart.rows.iter().map(|row| (row.from.to_string(), row.told.first)).collect();
        assert_eq!(steps, [("2026-10-30".to_owned(), Amount::whole(7000)), ("2026-10-29".to_owned(), Amount::whole(4000))]);
        assert_eq!(seen.others, [Measure::Steps], "only what is recorded can be chosen");
        // By itself it stands by itself, also where it is asked for with itself.
        assert_eq!(readings.measure(me, person, asked(Measure::Weight, Span::Month)).await.unwrap().beside, None);
        let itself = ReadingsAsked { with: Some(Measure::Weight), ..both };
        assert_eq!(readings.measure(me, person, itself).await.unwrap().beside, None);
    }

    async fn readings_of_two_symptoms_are_never_put_together(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        for (note, number, time) in [("Cough", "3", "8am"), ("Headache", "8", "8:30am"), ("cough.\nDry", "5", "8:45am")] {
            let form = ReadingForm { note: note.to_owned(), ..taken(form(town, &[number]), "30/10/2026", time) };
            add(town, &world.edna, person, Measure::Symptom, &form).await;
        }
        let until: Option<chrono::NaiveDate> = "2026-10-30".parse().ok();
        let on = |span: Span| ReadingsAsked { until, ..asked(Measure::Symptom, span) };
        for span in Span::ALL {
            let seen = readings.measure(me, person, on(*span)).await.unwrap();
            let told = |one: &service::NamedChart| {
                let rows: i64 = one.chart.rows.iter().map(|row| row.told.readings).sum();
                (one.name.clone(), rows, one.chart.average.unwrap().first)
            };
            let told: Vec<_> = seen.named.charts.iter().map(told).collect();
            assert_eq!(told, [("cough".to_owned(), 2, Amount::whole(4)), ("Headache".to_owned(), 1, Amount::whole(8))], "{span:?}");
            assert_eq!(seen.named.more, 0);
            // Nothing is drawn of all of them together.
            let whole = &seen.chart;
            assert!(whole.average.is_none() && whole.rows.is_empty() && whole.days.is_some(), "{span:?}");
            assert_eq!(whole.span, seen.named.charts[0].chart.span);
        }
        // A day has the hours of each, and leads to one where there is more than one of a symptom.
        let day = readings.measure(me, person, on(Span::Day)).await.unwrap();
        let hours = |one: &service::NamedChart| -> Vec<(String, i64)> {
            let row = |row: &service::ChartRow| (row.hour.unwrap().format("%d %H:%M").to_string(), row.told.readings);
            one.chart.rows.iter().map(row).collect()
        };
        let told: Vec<_> = day.named.charts.iter().map(|one| (hours(one), one.chart.each, one.chart.close)).collect();
        let hour = |readings: i64| vec![("30 08:00".to_owned(), readings)];
        assert_eq!(told, [(hour(2), Grain::Reading, until), (hour(1), Grain::Reading, None)]);
        for number in 0..7 {
            let form = ReadingForm { note: format!("Other {number}"), ..taken(form(town, &["1"]), "30/10/2026", "9am") };
            add(town, &world.edna, person, Measure::Symptom, &form).await;
        }
        let seen = readings.measure(me, person, asked(Measure::Symptom, Span::Month)).await.unwrap();
        assert_eq!((seen.named.charts.len(), seen.named.more), (6, 3), "the others are counted");
        weigh(&world, "70", "30/10/2026").await;
        let both = ReadingsAsked { with: Some(Measure::Symptom), ..asked(Measure::Weight, Span::Month) };
        let seen = readings.measure(me, person, both).await.unwrap();
        assert!(seen.named.charts.is_empty() && seen.beside.is_some_and(|beside| beside.named.charts.len() == 6));
    }

    async fn what_is_closed_to_somebody_is_no_second_measure_for_them(place: &Place) {
        let world = World::at(place).await;
        let (person, town) = (world.edna.person, &world.town);
        let readings = &town.services.readings;
        weigh(&world, "70", "30/10/2026").await;
        add(town, &world.edna, person, Measure::Mood, &form(town, &["2"])).await;
        let both = ReadingsAsked { with: Some(Measure::Mood), ..asked(Measure::Weight, Span::Month) };
        assert!(readings.measure(&world.edna.actor, person, both).await.unwrap().beside.is_some());
        let (carer, _) = world.carer("Stone", "READ").await;
        let theirs = readings.measure(&carer.actor, person, asked(Measure::Weight, Span::Month)).await.unwrap();
        let open = readings.overview(&carer.actor, person).await.unwrap().open;
        assert_eq!(theirs.others.contains(&Measure::Mood), open.contains(&Measure::Mood));
        assert_eq!(readings.measure(&carer.actor, person, both).await.is_ok(), open.contains(&Measure::Mood));
        let stranger = town.citizen("Holt").await;
        not_found(readings.measure(&stranger.actor, person, both).await);
    }

    async fn a_chart_goes_back_in_time_as_far_as_there_is_something(place: &Place) {
        let world = World::at(place).await;
        let (me, person) = (&world.edna.actor, world.edna.person);
        let readings = &world.town.services.readings;
        let today = london_day(world.town.services.core.now());
        for (number, day) in [("80", "5/9/2026"), ("79", "6/9/2026"), ("78", "9/9/2026"), ("70", "30/10/2026")] {
            weigh(&world, number, day).await;
        }
        let now = readings.measure(me, person, asked(Measure::Weight, Span::Week)).await.unwrap();
        assert_eq!((now.chart.first.len(), now.chart.days.unwrap().1, now.has_earlier), (1, today, true));
        let until = "2026-09-10".parse().ok();
        let then = readings.measure(me, person, ReadingsAsked { until, ..asked(Measure::Weight, Span::Week) }).await.unwrap();
        assert_eq!(rows(&then), [row("2026-09-09", 1, "78"), row("2026-09-06", 1, "79"), row("2026-09-05", 1, "80")]);
        assert_eq!((then.chart.gaps.as_slice(), then.has_earlier), (&[then.chart.first[2].at][..], false), "two days are missing");
        assert_eq!(then.readings.len(), 4, "the list is that of all");
        // A day that is still to come is today.
        let until = today.checked_add_days(chrono::Days::new(9));
        let ahead = readings.measure(me, person, ReadingsAsked { until, ..asked(Measure::Weight, Span::Week) }).await.unwrap();
        assert_eq!(ahead.chart, now.chart);
    }

    async fn how_a_reading_was_taken_stands_with_its_spot_and_with_no_average(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        let resting = taken(how(form(town, &["70"]), &[("activity", "rest")]), "29/10/2026", "8am");
        add(town, &world.edna, person, Measure::Pulse, &resting).await;
        add(town, &world.edna, person, Measure::Pulse, &taken(form(town, &["72"]), "30/10/2026", "8am")).await;
        let week = readings.measure(me, person, asked(Measure::Pulse, Span::Week)).await.unwrap();
        assert_eq!((week.chart.spots.len(), week.chart.how), (2, vec!["at rest".to_owned(), String::new()]));
        let year = readings.measure(me, person, asked(Measure::Pulse, Span::Year)).await.unwrap();
        assert!(year.chart.how.is_empty());
    }

    async fn a_day_is_read_by_its_hours_also_where_the_clock_changes(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        let now = town.services.core.now();
        // The night on which the clock goes back has its 1:30 twice.
        for (number, at) in [
            ("60", "2026-10-25T00:30:00Z"),
            ("64", "2026-10-25T01:30:00Z"),
            ("68", "2026-10-25T01:40:00Z"),
            ("80", "2026-10-25T23:50:00Z"),
            ("90", "2026-10-26T00:10:00Z"),
        ] {
            let at: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
            town.clock.advance(at - now);
            add(town, &world.edna, person, Measure::Pulse, &form(town, &[number])).await;
            town.clock.advance(now - at);
        }
        let on = |day: &str| ReadingsAsked { until: day.parse().ok(), ..asked(Measure::Pulse, Span::Day) };
        let hours = |seen: &MeasureSeen| -> Vec<(String, i64, String)> {
            let row = |row: &service::ChartRow| {
                let hour = row.hour.unwrap().format("%d %H:%M").to_string();
                (hour, row.told.readings, row.told.first.rounded(1).to_string())
            };
            seen.chart.rows.iter().map(row).collect()
        };
        let length = |seen: &MeasureSeen| (seen.chart.span.1 - seen.chart.span.0) / (60 * 60);
        let before = world.events().await;
        let seen = readings.measure(me, person, on("2026-10-25")).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Own)), "one look");
        assert_eq!((length(&seen), seen.has_earlier), (25, false));
        assert_eq!(hours(&seen), [row("25 23:00", 1, "80"), row("25 01:00", 2, "66"), row("25 00:00", 1, "60")]);
        assert_eq!((seen.chart.each, seen.chart.spots.len(), seen.chart.of), (Grain::Reading, 4, 4));
        assert_eq!(seen.chart.average.unwrap().readings, 4);
        // A wider chart leads to it, and to no day with one reading.
        let until = "2026-10-28".parse().ok();
        let week = readings.measure(me, person, ReadingsAsked { until, ..asked(Measure::Pulse, Span::Week) }).await.unwrap();
        assert_eq!((week.chart.close, week.chart.rows[0].hour), ("2026-10-25".parse().ok(), None));
        let next = readings.measure(me, person, on("2026-10-26")).await.unwrap();
        assert_eq!((length(&next), next.chart.close, next.chart.of, next.has_earlier), (24, None, 1, true));
        // The day on which it goes forward has no 1:30.
        for (number, time) in [("61", "00:30"), ("62", "02:30"), ("63", "23:30")] {
            add(town, &world.edna, person, Measure::Pulse, &taken(form(town, &[number]), "29/3/2026", time)).await;
        }
        let spring = readings.measure(me, person, on("2026-03-29")).await.unwrap();
        assert_eq!(length(&spring), 23);
        assert_eq!(hours(&spring), [row("29 22:00", 1, "63"), row("29 01:00", 1, "62"), row("29 00:00", 1, "61")]);
        // What is summed by day is one bar, and leads to no day.
        for time in ["08:00", "09:00"] {
            add(town, &world.edna, person, Measure::Steps, &taken(form(town, &["3000"]), "25/10/2026", time)).await;
        }
        let both = ReadingsAsked { with: Some(Measure::Steps), ..on("2026-10-25") };
        let beside = readings.measure(me, person, both).await.unwrap().beside.unwrap().chart;
        assert_eq!((beside.close, beside.each, beside.first.len(), beside.rows.len()), (None, Grain::Day, 1, 1));
        assert_eq!((beside.rows[0].hour, beside.rows[0].told.first), (None, Amount::whole(6000)));
    }

    async fn a_table_says_a_year_by_weeks_and_ten_years_by_months(place: &Place) {
        let world = World::at(place).await;
        let (me, person) = (&world.edna.actor, world.edna.person);
        let readings = &world.town.services.readings;
        // A Monday, a Tuesday of the same week, and the Monday after.
        for (number, day) in [("70", "19/10/2026"), ("72", "20/10/2026"), ("68", "26/10/2026"), ("60", "30/9/2026")] {
            weigh(&world, number, day).await;
        }
        let year = readings.measure(me, person, asked(Measure::Weight, Span::Year)).await.unwrap();
        assert_eq!(rows(&year), [row("2026-10-26", 1, "68"), row("2026-10-19", 2, "71"), row("2026-09-28", 1, "60")]);
        let all = readings.measure(me, person, asked(Measure::Weight, Span::All)).await.unwrap();
        assert_eq!(rows(&all), [row("2026-10-01", 3, "70"), row("2026-09-01", 1, "60")]);
        assert_eq!(all.chart.average, year.chart.average);
        // The picture says the same as the table.
        for (seen, each) in [(&year, Grain::Week), (&all, Grain::Month)] {
            let (points, rows) = (seen.chart.spots.iter().map(|(_, told)| *told), seen.chart.rows.iter().rev().map(|row| row.told));
            assert!(points.eq(rows), "{each:?}");
            assert_eq!((seen.chart.each, seen.chart.between.len()), (each, seen.chart.rows.len()));
        }
    }

    async fn what_stands_out_on_one_day_is_seen_in_a_year_and_in_ten(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        // One of three in a week is dangerously high, and another low below.
        for (numbers, day) in [(["130", "80"], "19/10/2026"), (["182", "121"], "20/10/2026"), (["128", "58"], "20/10/2026")] {
            add(town, &world.edna, person, Measure::BloodPressure, &taken(form(town, &numbers), day, "8am")).await;
        }
        for span in [Span::Year, Span::All] {
            let chart = readings.measure(me, person, asked(Measure::BloodPressure, span)).await.unwrap().chart;
            let bars = (chart.between[0], chart.between_second[0]);
            assert_eq!((chart.first.len(), chart.second.len()), (1, 1), "{span:?}");
            assert_eq!((bars.0.low, bars.0.high, bars.1.low, bars.1.high), (128_000, 182_000, 58_000, 121_000), "{span:?}");
            let told = chart.average.unwrap();
            assert_eq!((told.highest, told.seconds), (Amount::whole(182), Some((Amount::whole(58), Amount::whole(121)))));
        }
        // Of what is summed, each bar is the average of its days; none is left out.
        for (steps, day) in [("2000", "19/10/2026"), ("9000", "20/10/2026"), ("1000", "21/10/2026"), ("3000", "30/10/2026")] {
            add(town, &world.edna, person, Measure::Steps, &taken(form(town, &[steps]), day, "9am")).await;
        }
        let chart = readings.measure(me, person, asked(Measure::Steps, Span::Year)).await.unwrap().chart;
        let bars: Vec<_> = chart.between.iter().zip(&chart.first).map(|(bar, point)| (bar.low, point.high, bar.high)).collect();
        assert_eq!(bars, [(1_000_000, 4_000_000, 9_000_000), (3_000_000, 3_000_000, 3_000_000)]);
        assert_eq!((chart.each, chart.of), (Grain::Week, 4));
        let week = readings.measure(me, person, ReadingsAsked { until: "2026-10-21".parse().ok(), ..asked(Measure::Steps, Span::Week) });
        let week = week.await.unwrap().chart;
        assert_eq!((week.each, week.first.len(), week.between.len()), (Grain::Day, 3, 0), "a day is its bar");
    }

    async fn body_mass_index_is_of_adults_and_of_what_they_were_as_adults(place: &Place) {
        let world = World::at(place).await;
        let town = &world.town;
        let readings = &town.services.readings;
        let (me, person) = (&world.edna.actor, world.edna.person);
        let before = world.events().await;
        let nothing = readings.bmi(me, person).await.unwrap();
        assert!(nothing.adult && nothing.bmi.is_none() && nothing.weight.is_none() && nothing.height.is_none());
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Own)));
        weigh(&world, "70", "30/10/2026").await;
        add(town, &world.edna, person, Measure::Height, &form(town, &["175"])).await;
        let seen = readings.bmi(me, person).await.unwrap();
        assert_eq!(seen.bmi, Amount::parse("22.9").ok());
        assert_eq!(seen.weight.unwrap().in_words(), "70 kg");
        // Pounds and inches are the same body.
        let stone = ReadingForm { unit: "[lb_av]".to_owned(), ..form(town, &["11 0"]) };
        add(town, &world.edna, person, Measure::Weight, &stone).await;
        assert_eq!(readings.bmi(me, person).await.unwrap().bmi, Amount::parse("22.8").ok(), "69.853 kg");
        // Nobody types it, and nobody is told by a rule about it.
        let typed = town.services.readings.add(me, person, Measure::Bmi, &form(town, &["22"])).await;
        not_found(typed);
        not_found(readings.may_record(me, person, Measure::Bmi).await);
        assert!(!readings.overview(me, person).await.unwrap().open.contains(&Measure::Bmi));
        assert!(!readings.plan(&town.clinician, person).await.unwrap().open.contains(&Measure::Bmi));
        assert!(!readings.bmi(me, person).await.unwrap().is_sent);
        // It leaves with the readings that it comes from.
        let mut file = Vec::new();
        town.services.exports.bundle(me, person, &mut file).await.unwrap();
        let bundle: Value = serde_json::from_slice(&file).unwrap();
        let entries = bundle["entry"].as_array().unwrap();
        let told = entries.iter().map(|entry| &entry["resource"]).find(|resource| resource.get("derivedFrom").is_some()).unwrap();
        assert_eq!(told["valueQuantity"]["value"], 22.8);
        let from = told["derivedFrom"].as_array().unwrap();
        assert!(from.len() == 2 && from.iter().all(|one| entries.iter().any(|entry| entry["fullUrl"] == one["reference"])));
        // Who may not see weights sees none; to others it is not there.
        assert_eq!(readings.bmi(&town.clinician, person).await.unwrap().bmi, Amount::parse("22.8").ok());
        not_found(readings.bmi(&town.reception, person).await);
        let (carer, relationship) = world.carer("Stone", "READ").await;
        assert!(readings.bmi(&carer.actor, person).await.unwrap().bmi.is_some());
        let hidden = HiddenFrom::Relationship(relationship);
        town.services.hidings.hide_category(me, person, Category::Result, hidden).await.unwrap();
        not_found(readings.bmi(&carer.actor, person).await);
    }

    async fn a_child_has_none_and_what_was_measured_as_a_child_counts_for_none(place: &Place) {
        let world = World::at(place).await;
        let readings = &world.town.services.readings;
        let record = async |who: &crate::readings::town::Citizen, person: PersonId, measure: Measure, number: &str, (day, time): (&str, &str)| {
            add(&world.town, who, person, measure, &taken(form(&world.town, &[number]), day, time)).await
        };
        // Eighteen on the last day of October 2026.
        let young = world.town.born("Young", "2008-10-31").await;
        record(&young, young.person, Measure::Height, "175", ("30/10/2026", "8am")).await;
        record(&young, young.person, Measure::Weight, "70", ("31/10/2026", "8am")).await;
        let seen = readings.bmi(&young.actor, young.person).await.unwrap();
        assert!(seen.adult && seen.weight.is_some() && seen.height.is_none() && seen.bmi.is_none());
        record(&young, young.person, Measure::Height, "175", ("31/10/2026", "8am")).await;
        assert_eq!(readings.bmi(&young.actor, young.person).await.unwrap().bmi, Amount::parse("22.9").ok());
        let child = world.town.born("Child", "2009-10-31").await;
        record(&child, child.person, Measure::Height, "175", ("31/10/2026", "8am")).await;
        record(&child, child.person, Measure::Weight, "70", ("31/10/2026", "8am")).await;
        let seen = readings.bmi(&child.actor, child.person).await.unwrap();
        assert!(!seen.adult && seen.weight.is_none() && seen.bmi.is_none());
    }
}
