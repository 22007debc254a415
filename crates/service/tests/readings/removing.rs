//! Readings that were removed, and putting them back.

use crate::readings::town::{not_found, refused};
use crate::readings::world::World;
use crate::readings::{add, form, taken};
use domain::ReadingId;
use domain::audit::{Action, Basis};
use domain::reading::{AlertState, Measure, RuleKind, Span};
use domain::record::Category;
use service::{AlertForm, HiddenFrom, NotedBy, ReadingsAsked, RemovedSeen, RuleForm};
use testkit::Place;

const WEIGHT: Measure = Measure::Weight;

/// What was removed of her weight, as somebody sees it.
async fn removed(world: &World, who: &crate::readings::town::Citizen) -> RemovedSeen {
    world.town.services.readings.removed(&who.actor, world.edna.person, (WEIGHT, None)).await.unwrap()
}

fn ids(seen: &RemovedSeen) -> Vec<ReadingId> {
    seen.readings.iter().map(|one| one.reading.id).collect()
}

testkit::both_engines! {
    async fn what_was_removed_is_put_back_with_its_history(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let charted = async || {
            let seen = readings.measure(me, person, (WEIGHT, Span::Month, None)).await.unwrap();
            (seen.readings.len(), seen.chart.average.map(|told| told.readings), seen.has_removed)
        };
        let id = add(&world.town, &world.edna, person, WEIGHT, &form(&world.town, &["70"])).await;
        assert_eq!((charted().await, removed(&world, &world.edna).await.readings.len()), ((1, Some(1), false), 0));
        readings.remove(me, person, (id, 1)).await.unwrap();
        assert_eq!(charted().await, (0, None, true));
        let before = world.events().await;
        let seen = removed(&world, &world.edna).await;
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Own)));
        let one = &seen.readings[0];
        assert_eq!((one.reading.in_words().as_str(), one.by, one.at), ("70 kg", NotedBy::You, world.town.services.core.now()));
        assert_eq!((one.reading.version, seen.more), (2, None));
        // A page from before it was changed puts back nothing.
        refused(readings.put_back(me, person, (id, 1)).await, "", "changed this reading meanwhile");
        let before = world.events().await;
        let both = tokio::join!(readings.put_back(me, person, (id, 2)), readings.put_back(me, person, (id, 2)));
        assert_eq!((both.0.unwrap(), both.1.unwrap()), (WEIGHT, WEIGHT));
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingChanged, Basis::Own)));
        assert_eq!(charted().await, (1, Some(1), false));
        assert!(removed(&world, &world.edna).await.readings.is_empty());
        let (now, old, _) = readings.one(me, person, (WEIGHT, id)).await.unwrap();
        let history: Vec<_> = old.iter().map(|old| (old.value.as_str(), old.is_removed)).collect();
        assert_eq!((now.version, history), (3, vec![("70 kg", true), ("70 kg", false)]));
        // It is a reading as any other.
        readings.remove(me, person, (id, 3)).await.unwrap();
        assert_eq!(removed(&world, &world.edna).await.readings[0].reading.version, 4);
        let nobody = ReadingId::from_uuid(uuid::Uuid::nil());
        not_found(readings.put_back(me, person, (nobody, 1)).await);
        not_found(readings.removed(me, person, (WEIGHT, Some(nobody))).await);
        world.town.verify().await;
    }

    async fn the_person_sees_all_that_was_removed_and_a_carer_what_they_removed(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        let (carer, relationship) = world.carer("Stone", "READ").await;
        let (orders, _) = world.carer("Holt", "PRESCR").await;
        let mine = add(town, &world.edna, person, WEIGHT, &form(town, &["70"])).await;
        let theirs = add(town, &world.edna, person, WEIGHT, &form(town, &["71"])).await;
        readings.remove(me, person, (mine, 1)).await.unwrap();
        town.clock.advance(chrono::TimeDelta::minutes(1));
        readings.remove(&carer.actor, person, (theirs, 1)).await.unwrap();
        let seen = removed(&world, &world.edna).await;
        assert_eq!((ids(&seen), seen.readings[0].by), (vec![theirs, mine], NotedBy::Carer), "the last removed first");
        // She may have removed it so that they do not see it.
        assert_eq!(ids(&removed(&world, &carer).await), [theirs]);
        assert!(readings.measure(&carer.actor, person, (WEIGHT, Span::Week, None)).await.unwrap().has_removed);
        not_found(readings.put_back(&carer.actor, person, (mine, 2)).await);
        not_found(readings.removed(&carer.actor, person, (WEIGHT, Some(mine))).await);
        readings.put_back(&carer.actor, person, (theirs, 2)).await.unwrap();
        assert_eq!(world.last().await, (Action::ReadingChanged, Basis::Carer));
        assert!(!readings.measure(&carer.actor, person, (WEIGHT, Span::Week, None)).await.unwrap().has_removed);
        let stranger = town.citizen("Reed").await;
        for nobody in [&orders.actor, &stranger.actor, &town.clinician, &town.reception, &town.manager, &town.stranger] {
            not_found(readings.removed(nobody, person, (WEIGHT, None)).await);
            not_found(readings.put_back(nobody, person, (mine, 2)).await);
        }
        assert!(!readings.measure(&town.clinician, person, (WEIGHT, Span::Week, None)).await.unwrap().has_removed);
        // From whomever results are hidden, so is what was removed.
        let hidings = &town.services.hidings;
        hidings.hide_category(me, person, Category::Result, HiddenFrom::Relationship(relationship)).await.unwrap();
        not_found(readings.removed(&carer.actor, person, (WEIGHT, None)).await);
        not_found(readings.removed(&carer.actor, person, (Measure::Mood, None)).await);
    }

    async fn pages_of_what_was_removed_go_on_where_the_last_ended(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let mut all = Vec::new();
        // Several in one instant.
        for number in 0..60 {
            let id = add(&world.town, &world.edna, person, WEIGHT, &form(&world.town, &[&(60 + number).to_string()])).await;
            readings.remove(me, person, (id, 1)).await.unwrap();
            all.push(id);
            if number % 7 == 0 {
                world.town.clock.advance(chrono::TimeDelta::minutes(1));
            }
        }
        let (mut after, mut seen, mut pages) = (None, Vec::new(), 0);
        loop {
            let page = readings.removed(me, person, (WEIGHT, after)).await.unwrap();
            seen.extend(ids(&page));
            (after, pages) = (page.more, pages + 1);
            if after.is_none() {
                break;
            }
        }
        seen.sort();
        all.sort();
        assert_eq!((pages, seen), (3, all));
    }

    async fn a_reading_that_is_put_back_is_written_down_anew_for_the_rules_of_a_team(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        let fields = [("colour", "red"), ("side", "below"), ("first", "92"), ("words", "Ring us"), ("why", "You have COPD")];
        let rule = RuleForm {
            kind: RuleKind::Single.code().to_owned(),
            typed: fields.iter().map(|(field, typed)| ((*field).to_owned(), (*typed).to_owned())).collect(),
            submission: town.services.core.new_id().to_string(),
            ..RuleForm::default()
        };
        readings.add_rule(&town.clinician, person, Measure::Oxygen, &rule).await.unwrap();
        let waiting = async || town.services.work.list(&town.clinician).await.unwrap().into_iter().filter(|item| item.urgent).collect::<Vec<_>>();
        let id = add(town, &world.edna, person, Measure::Oxygen, &form(town, &["90"])).await;
        town.clock.advance(chrono::TimeDelta::minutes(1));
        readings.remove(me, person, (id, 1)).await.unwrap();
        // Red stays; put back meanwhile, it is the same thing.
        readings.put_back(me, person, (id, 2)).await.unwrap();
        let items = waiting().await;
        assert_eq!(items.len(), 1);
        assert_eq!(readings.plan(me, person).await.unwrap().alerts.len(), 1);
        // Closed while it is away and put back after that, it is told: they may have closed it because it was gone.
        readings.remove(me, person, (id, 3)).await.unwrap();
        let version = readings.plan(me, person).await.unwrap().alerts[0].version;
        let close = AlertForm { act: "close".to_owned(), words: "You removed it".to_owned(), version };
        assert_eq!(readings.answer_alert(&town.clinician, items[0].id, &close).await.unwrap(), AlertState::Closed);
        assert!(waiting().await.is_empty());
        town.clock.advance(chrono::TimeDelta::minutes(1));
        readings.put_back(me, person, (id, 4)).await.unwrap();
        assert_eq!((waiting().await.len(), readings.plan(me, person).await.unwrap().alerts.len()), (1, 2));
    }

    async fn the_list_goes_to_a_month_and_says_which_there_are(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let month = |month: &str| {
            let month = format!("{month}-01").parse().ok();
            ReadingsAsked { month, ..ReadingsAsked::from((WEIGHT, Span::Month, None)) }
        };
        for (number, day) in [("60", "31/12/2024"), ("61", "1/1/2025"), ("62", "28/2/2025"), ("63", "30/9/2026")] {
            add(&world.town, &world.edna, person, WEIGHT, &taken(form(&world.town, &[number]), day, "00:00")).await;
        }
        let all = readings.measure(me, person, (WEIGHT, Span::Month, None)).await.unwrap();
        assert_eq!((all.years.len(), all.months.len()), (0, 0), "what is one page needs no way into it");
        for number in 0..26 {
            let form = taken(form(&world.town, &["70"]), "30/10/2026", &format!("8:{number:02}am"));
            add(&world.town, &world.edna, person, WEIGHT, &form).await;
        }
        let days = |months: &[chrono::NaiveDate]| months.iter().map(ToString::to_string).collect::<Vec<_>>();
        let all = readings.measure(me, person, (WEIGHT, Span::Month, None)).await.unwrap();
        assert_eq!((all.years.as_slice(), days(&all.months)), (&[2026, 2025, 2024][..], vec!["2026-09-01".to_owned(), "2026-10-01".to_owned()]));
        // In the midnight of London: 30 September was in summer time.
        let said = async |asked| {
            let seen = readings.measure(me, person, asked).await.unwrap();
            (seen.readings.iter().map(|one| one.said.clone()).collect::<Vec<_>>(), days(&seen.months))
        };
        assert_eq!(said(month("2026-09")).await.0, ["63", "62", "61", "60"]);
        let (readings_of, months) = said(month("2025-12")).await;
        assert_eq!((readings_of, months), (vec!["62".to_owned(), "61".to_owned(), "60".to_owned()], vec!["2025-01-01".to_owned(), "2025-02-01".to_owned()]));
        assert_eq!(said(month("2025-01")).await.0, ["61", "60"]);
        assert_eq!(said(month("2024-11")).await, (vec![], vec!["2024-12-01".to_owned()]));
    }
}
