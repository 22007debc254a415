//! Notes of somebody's own: history, and who may read them.

use crate::profile::detailing::contact;
use crate::profile::town::{fields, not_found, refused};
use crate::profile::world::World;
use domain::audit::{Action, Basis};
use domain::record::Category;
use domain::{EntryId, OwnNoteId};
use futures::StreamExt;
use serde_json::{Value, json};
use service::{ContactForm, NeedsForm, NeedsOf, NoteForm, NotedBy, OwnMedicineForm, Which};
use store::own_note::{self, Content};
use testkit::Place;

fn note(world: &World, words: &str, who: &str, about: Option<EntryId>) -> NoteForm {
    NoteForm {
        words: words.to_owned(),
        who: who.to_owned(),
        about: about.map(|id| id.to_string()).unwrap_or_default(),
        submission: world.new_id(),
        ..NoteForm::default()
    }
}

/// The first entry of a category, as she sees it.
async fn entry(world: &World, category: Category) -> EntryId {
    let page = world.town.services.records.list(&world.edna.actor, world.edna.person, category, Which::All, None).await.unwrap();
    page.lines[0].id
}

testkit::both_engines! {
    async fn a_note_is_written_once_changed_and_removed_and_nothing_is_lost(place: &Place) {
        let world = World::at(place).await;
        let (me, person, side) = (&world.edna.actor, world.edna.person, &world.town.services.profile);
        let allergy = entry(&world, Category::Allergy).await;
        let form = note(&world, "It itches\nat night", "private", Some(allergy));
        let before = world.events().await;
        let id = side.write_note(me, person, &form).await.unwrap();
        assert_eq!(side.write_note(me, person, &form).await.unwrap(), id, "sent twice it is one note");
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::NoteChanged, Basis::Own)));
        let before = world.events().await;
        let (shown, notes) = side.entry_with_notes(me, person, allergy).await.unwrap();
        assert_eq!((world.events().await, shown.line.id, notes.notes.len(), notes.may_write), (before + 1, allergy, 1, true));
        let seen = &notes.notes[0];
        assert_eq!((seen.by, seen.words.as_str(), seen.shared, seen.may_change), (NotedBy::You, "It itches\nat night", false, true));
        let changed = NoteForm { title: "Itching".to_owned(), words: "It is better".to_owned(), who: "shared".to_owned(), ..form.clone() };
        side.change_note(me, person, (id, 1), &changed).await.unwrap();
        let before = world.events().await;
        side.change_note(me, person, (id, 1), &changed).await.unwrap();
        assert_eq!(world.events().await, before, "sent twice it is one change");
        let other = NoteForm { words: "It is worse".to_owned(), ..changed.clone() };
        refused(side.change_note(me, person, (id, 1), &other).await, "", "meanwhile");
        let page = side.note(me, person, id).await.unwrap();
        assert_eq!((page.note.title.as_str(), page.note.about.as_ref().map(|(id, _)| *id)), ("Itching", Some(allergy)));
        let said: Vec<_> = page.versions.iter().map(|one| (one.what.as_str(), one.words.as_str())).collect();
        assert_eq!(said, [("changed", "It is better"), ("written", "It itches\nat night")]);
        let file = world.downloaded(me, "Communication").await;
        assert_eq!(file.len(), 1);
        assert_eq!(file[0].pointer("/payload/0/contentString"), Some(&json!("It is better")));
        assert!(file[0].pointer("/about/0/reference").unwrap().as_str().unwrap().starts_with("AllergyIntolerance/"));
        for _ in 0..2 {
            side.remove_note(me, person, (id, 2)).await.unwrap();
        }
        let all = side.notes(me, person).await.unwrap();
        assert_eq!((all.notes.len(), all.removed.len()), (0, 1));
        assert_eq!(side.note(me, person, id).await.unwrap().versions.len(), 3);
        not_found(side.change_note(me, person, (id, 3), &changed).await);
        assert!(world.downloaded(me, "Communication").await.is_empty());
        let wrong = NoteForm { words: " ".to_owned(), title: "x".repeat(101), day: ["1", "1", "2999"].map(str::to_owned), who: String::new(), ..form };
        assert_eq!(fields(side.write_note(me, person, &NoteForm { submission: world.new_id(), ..wrong }).await), ["title", "words", "day", "who"]);
    }

    async fn a_medicine_of_ones_own_is_in_the_download_and_says_that_the_person_said_so(place: &Place) {
        let world = World::at(place).await;
        let (me, person) = (&world.edna.actor, world.edna.person);
        let form = OwnMedicineForm { name: "Iron tablets".to_owned(), submission: world.new_id(), ..OwnMedicineForm::default() };
        world.town.services.medicines.add_own(me, person, &form).await.unwrap();
        let all = world.downloaded(me, "MedicationStatement").await;
        let own: Vec<_> = all.iter().filter(|one| one.pointer("/meta/tag/0/code") == Some(&json!("self-recorded"))).collect();
        assert_eq!(own.len(), 1);
        assert_eq!(own[0].pointer("/medicationCodeableConcept/text"), Some(&json!("Iron tablets")));
    }

    async fn others_read_what_is_shared_as_far_as_what_it_is_about_is_open_to_them(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person, side) = (&world.town, &world.edna.actor, world.edna.person, &world.town.services.profile);
        let (allergy, medicine) = (entry(&world, Category::Allergy).await, entry(&world, Category::Medicine).await);
        for (words, who, about) in [
            ("private", "private", Some(medicine)),
            ("of the medicine", "shared", Some(medicine)),
            ("of the allergy", "shared", Some(allergy)),
            ("of nothing", "shared", None),
        ] {
            side.write_note(me, person, &note(&world, words, who, about)).await.unwrap();
            town.advance(chrono::TimeDelta::seconds(1));
        }
        let read = async |by: &domain::access::Actor| {
            let mut all: Vec<_> = side.notes(by, person).await.unwrap().notes.into_iter().map(|one| one.words).collect();
            all.sort();
            all
        };
        assert_eq!(read(me).await.len(), 4);
        let about: Vec<_> = side.notes(me, person).await.unwrap().notes.into_iter().filter_map(|one| one.about).collect();
        assert_eq!(about.len(), 3);
        for (id, name) in about {
            assert_eq!(side.may_note(me, person, Some(id)).await.unwrap().0, Some(name), "as the entry is called by itself");
        }
        assert_eq!(read(&town.clinician).await, ["of nothing", "of the allergy", "of the medicine"]);
        assert_eq!(world.last().await, (Action::Read, Basis::CareTeam));
        assert!(read(&town.reception).await.is_empty(), "the front desk reads none");
        let (helper, _) = world.carer("Helper", "PRESCR").await;
        assert_eq!(read(&helper.actor).await, ["of the medicine"]);
        let (daughter, _) = world.carer("Daughter", "RECRD").await;
        assert_eq!(read(&daughter.actor).await.len(), 3);
        let hers = side.notes(&daughter.actor, person).await.unwrap();
        assert!(!hers.may_write && hers.notes.iter().all(|one| one.by == NotedBy::Person && !one.may_change && !one.may_remove));
        not_found(side.notes(&town.stranger, person).await);
        not_found(side.write_note(&daughter.actor, person, &note(&world, "x", "shared", None)).await);
        not_found(side.write_note(&town.clinician, person, &note(&world, "x", "shared", None)).await);
        let private = side.notes(me, person).await.unwrap().notes.into_iter().find(|one| !one.shared).unwrap();
        not_found(side.note(&town.clinician, person, private.id).await);
        not_found(side.note(&daughter.actor, person, private.id).await);
        not_found(side.remove_note(&town.clinician, person, (private.id, 1)).await);
        let (_, beside) = side.entry_with_notes(&town.clinician, person, medicine).await.unwrap();
        assert_eq!(beside.notes.iter().map(|one| one.words.as_str()).collect::<Vec<_>>(), ["of the medicine"]);
    }

    async fn a_download_says_what_was_said_when_it_began(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person, side) = (&world.town, &world.edna.actor, world.edna.person, &world.town.services.profile);
        let needs = |chosen: &str, version: i32| NeedsForm {
            chosen: chosen.to_owned(),
            needs_interpreter: "no".to_owned(),
            version: version.to_string(),
            submission: world.new_id(),
            ..NeedsForm::default()
        };
        let allergy = entry(&world, Category::Allergy).await;
        side.save_contact(me, person, &contact(&world, 0)).await.unwrap();
        side.save_needs(me, NeedsOf::Person(person), &needs("easy-read", 0)).await.unwrap();
        let changing = note(&world, "As it was", "private", Some(allergy));
        let changed = side.write_note(me, person, &changing).await.unwrap();
        let removed = side.write_note(me, person, &note(&world, "Still there", "shared", None)).await.unwrap();
        let before = side.write_note(me, person, &note(&world, "Gone before", "shared", None)).await.unwrap();
        side.remove_note(me, person, (before, 1)).await.unwrap();
        let mut parts = Box::pin(town.services.exports.stream(me, person).await.unwrap());
        town.advance(chrono::TimeDelta::minutes(1));
        let moved = ContactForm { address: "2 New Road".to_owned(), ..contact(&world, 1) };
        side.save_contact(me, person, &moved).await.unwrap();
        side.save_needs(me, NeedsOf::Person(person), &needs("", 1)).await.unwrap();
        let form = NoteForm { words: "As it is".to_owned(), who: "shared".to_owned(), ..changing };
        side.change_note(me, person, (changed, 1), &form).await.unwrap();
        side.remove_note(me, person, (removed, 1)).await.unwrap();
        side.write_note(me, person, &note(&world, "Too late", "shared", None)).await.unwrap();
        let mut file = Vec::new();
        while let Some(part) = parts.next().await {
            file.extend(part.unwrap());
        }
        let file: Value = serde_json::from_slice(&file).unwrap();
        let of = |kind: &str| -> Vec<&Value> {
            let all = file["entry"].as_array().unwrap().iter().map(|one| &one["resource"]);
            all.filter(|one| one["resourceType"] == kind).collect()
        };
        let mut notes: Vec<_> = of("Communication").iter().map(|one| one.pointer("/payload/0/contentString").unwrap().as_str().unwrap()).collect();
        notes.sort_unstable();
        assert_eq!(notes, ["As it was", "Still there"]);
        let (private, id) = (json!("private"), json!(changed.to_string()));
        let first = of("Communication").into_iter().find(|one| one["id"] == id).unwrap();
        assert_eq!((first.pointer("/extension/0/valueCode"), first.pointer("/meta/versionId")), (Some(&private), Some(&json!("1"))));
        assert!(first.pointer("/about/0/reference").unwrap().as_str().unwrap().starts_with("AllergyIntolerance/"));
        assert_eq!(of("Flag").len(), 1);
        let hers = of("Patient").into_iter().find(|one| one["id"] == json!(person.to_string())).unwrap();
        assert_eq!(hers.pointer("/address/0/line/0"), Some(&json!("14 Mill Lane")));
        // The next one says what is so now.
        assert_eq!(world.downloaded(&world.edna.actor, "Communication").await.len(), 2);
        assert!(world.downloaded(&world.edna.actor, "Flag").await.is_empty());
    }

    async fn no_more_notes_are_taken_than_can_be_shown(place: &Place) {
        let world = World::at(place).await;
        let (me, person, core) = (&world.edna.actor, world.edna.person, world.town.services.core.clone());
        let side = &world.town.services.profile;
        let (by, now, content) = (me.account().unwrap(), core.now(), Content {
            title: String::new(),
            words: "One of many".to_owned(),
            happened_on: chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
            shared: false,
        });
        let ids = core.clone();
        let put = core.store().write(move |tx| Box::pin(async move {
            for _ in 0..499 {
                own_note::add(tx, (person, OwnNoteId::from_uuid(ids.new_id()), ids.new_id()), None, &content, (by, now)).await?;
            }
            Ok::<_, store::StoreError>(())
        })).await;
        put.unwrap();
        let last = side.write_note(me, person, &note(&world, "The last", "private", None)).await.unwrap();
        side.remove_note(me, person, (last, 1)).await.unwrap();
        refused(side.write_note(me, person, &note(&world, "One too many", "private", None)).await, "", "as many notes");
        let all = side.notes(me, person).await.unwrap();
        assert_eq!((all.notes.len(), all.removed.len()), (499, 1));
    }
}
