//! Photos of readings.

use crate::readings::town::{fields, not_found, refused};
use crate::readings::world::World;
use crate::readings::{add, form};
use domain::audit::{Action, Basis};
use domain::reading::Measure;
use domain::record::Category;
use domain::{ReadingId, ReadingPhotoId};
use service::{HiddenFrom, NotedBy, PhotoForm, PhotosSeen};
use testkit::Place;

/// A picture of one pixel.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00,
    0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41, 0x54, 0x78,
    0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0x00, 0x00, 0x03, 0x01, 0x01, 0x00, 0xc9, 0xfe, 0x92, 0xef, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
    0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

fn photo(world: &World, words: &str) -> PhotoForm {
    PhotoForm { bytes: PIXEL.to_vec(), words: words.to_owned(), submission: world.town.services.core.new_id().to_string() }
}

async fn photos(world: &World, id: ReadingId) -> PhotosSeen {
    let readings = &world.town.services.readings;
    readings.one(&world.edna.actor, world.edna.person, (Measure::Symptom, id)).await.unwrap().0.photos
}

async fn rash(world: &World) -> ReadingId {
    let rash = service::ReadingForm { note: "A rash".to_owned(), ..form(&world.town, &["3"]) };
    add(&world.town, &world.edna, world.edna.person, Measure::Symptom, &rash).await
}

testkit::both_engines! {
    async fn a_photo_is_added_once_replaced_and_removed_with_its_history(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let id = rash(&world).await;
        let of = (Measure::Symptom, id);
        assert_eq!(photos(&world, id).await, PhotosSeen::default());
        let form = photo(&world, "My left arm");
        let before = world.events().await;
        readings.add_photo(me, person, of, form.clone()).await.unwrap();
        readings.add_photo(me, person, of, form).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingChanged, Basis::Own)));
        let first = photos(&world, id).await.now.unwrap();
        assert_eq!((first.words.as_str(), first.by), ("My left arm", NotedBy::You));
        let before = world.events().await;
        for large in [true, false] {
            let bytes = readings.photo(me, person, (Measure::Symptom, id, first.id), large).await.unwrap();
            assert!(bytes.starts_with(&[0xff, 0xd8, 0xff]), "it is made anew as a JPEG");
        }
        assert_eq!((world.events().await, world.last().await), (before + 2, (Action::Read, Basis::Own)));
        readings.add_photo(me, person, of, photo(&world, "")).await.unwrap();
        let seen = photos(&world, id).await;
        assert!(seen.now.as_ref().is_some_and(|now| now.id != first.id) && seen.before.len() == 1);
        not_found(readings.photo(me, person, (Measure::Symptom, id, first.id), true).await);
        let second = (Measure::Symptom, id, seen.now.unwrap().id);
        let before = world.events().await;
        readings.remove_photo(me, person, second).await.unwrap();
        readings.remove_photo(me, person, second).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingChanged, Basis::Own)), "once");
        not_found(readings.remove_photo(me, person, (Measure::Pain, id, second.2)).await);
        let seen = photos(&world, id).await;
        assert_eq!((seen.now, seen.before.len(), seen.before[0].removed_by), (None, 2, NotedBy::You));
    }

    async fn what_is_no_photo_is_said_beside_its_field(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let of = (Measure::Symptom, rash(&world).await);
        let with = |bytes: &[u8]| PhotoForm { bytes: bytes.to_vec(), ..photo(&world, "") };
        refused(readings.add_photo(me, person, of, with(b"")).await, "photo", "Choose a photo first");
        refused(readings.add_photo(me, person, of, with(b"GIF89a")).await, "photo", "JPEG, PNG or WebP");
        refused(readings.add_photo(me, person, of, with(b"\0\0\0\x18ftypheic\0\0\0\0")).await, "photo", "Most Compatible");
        refused(readings.add_photo(me, person, of, with(&PIXEL[..40])).await, "photo", "could not be opened");
        refused(readings.add_photo(me, person, of, with(&vec![0; service::LARGEST_PHOTO + 1])).await, "photo", "larger than 15 MB");
        let long = PhotoForm { words: "x".repeat(501), ..photo(&world, "") };
        assert_eq!(fields(readings.add_photo(me, person, of, long).await), ["words"]);
        assert_eq!(photos(&world, of.1).await, PhotosSeen::default());
    }

    async fn a_photo_is_seen_by_whom_its_reading_is_and_is_gone_with_it(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let id = rash(&world).await;
        let of = (Measure::Symptom, id);
        let (carer, relationship) = world.carer("Stone", "READ").await;
        readings.add_photo(&carer.actor, person, of, photo(&world, "")).await.unwrap();
        let photo_id = photos(&world, id).await.now.unwrap().id;
        let at = (Measure::Symptom, id, photo_id);
        assert!(readings.photo(&carer.actor, person, at, true).await.is_ok());
        assert!(readings.photo(&world.town.clinician, person, at, true).await.is_ok());
        not_found(readings.add_photo(&world.town.clinician, person, of, photo(&world, "")).await);
        // Of another measure, reading or photo there is none, nor for a stranger or the front desk.
        not_found(readings.photo(me, person, (Measure::Pain, id, photo_id), true).await);
        not_found(readings.photo(me, person, (Measure::Symptom, rash(&world).await, photo_id), true).await);
        let other = ReadingPhotoId::from_uuid(world.town.services.core.new_id());
        not_found(readings.photo(me, person, (Measure::Symptom, id, other), true).await);
        let stranger = world.town.citizen("Holt").await;
        for nobody in [&stranger.actor, &world.town.reception] {
            not_found(readings.photo(nobody, person, at, true).await);
            not_found(readings.remove_photo(nobody, person, at).await);
        }
        not_found(readings.photo(&stranger.actor, stranger.person, at, true).await);
        let hidden = HiddenFrom::Relationship(relationship);
        world.town.services.hidings.hide_category(me, person, Category::Result, hidden).await.unwrap();
        not_found(readings.photo(&carer.actor, person, at, true).await);
        readings.remove(me, person, (id, 1)).await.unwrap();
        not_found(readings.photo(me, person, at, true).await);
    }

    async fn a_reading_and_its_photo_are_added_as_one(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let (bp, form) = (Measure::BloodPressure, form(&world.town, &["142", "88"]));
        let before = world.events().await;
        let (one, two) = tokio::join!(
            readings.add_with_photo(me, person, bp, &form, Some(PIXEL.to_vec())),
            readings.add_with_photo(me, person, bp, &form, Some(PIXEL.to_vec())),
        );
        let added = one.unwrap();
        assert_eq!((two.unwrap(), world.events().await, world.last().await.0), (added, before + 1, Action::ReadingAdded));
        let id = added.id;
        let (seen, ..) = readings.one(me, person, (bp, id)).await.unwrap();
        assert!(seen.has_photo && seen.photos.now.is_some() && seen.photos.before.is_empty());
        // What is wrong with either keeps both out.
        let wrong = service::ReadingForm { numbers: vec!["no".to_owned(), "88".to_owned()], ..crate::readings::form(&world.town, &[]) };
        assert_eq!(fields(readings.add_with_photo(me, person, bp, &wrong, Some(PIXEL.to_vec())).await), ["systolic", "photo"]);
        let right = crate::readings::form(&world.town, &["140", "80"]);
        assert_eq!(fields(readings.add_with_photo(me, person, bp, &right, Some(b"GIF89a".to_vec())).await), ["photo"]);
        let stranger = world.town.citizen("Stone").await;
        not_found(readings.add_with_photo(&stranger.actor, person, bp, &right, Some(PIXEL.to_vec())).await);
        let all = readings.measure(me, person, (bp, domain::reading::Span::Month, None)).await.unwrap().readings;
        assert_eq!(all.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);
    }

    async fn there_are_only_so_many_of_a_day_and_none_is_added_without_its_reading(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        for _ in 0..30 {
            readings.add_with_photo(me, person, Measure::Pulse, &form(&world.town, &["70"]), Some(PIXEL.to_vec())).await.unwrap();
        }
        let pulse = form(&world.town, &["71"]);
        let more = readings.add_with_photo(me, person, Measure::Pulse, &pulse, Some(PIXEL.to_vec())).await;
        refused(more, "photo", "No more than 30 photos can be added in 24 hours");
        let newest = readings.overview(me, person).await.unwrap().newest;
        assert_eq!(newest[0].in_words(), "70 beats a minute", "the reading is not there either");
        add(&world.town, &world.edna, person, Measure::Pulse, &pulse).await;
    }

    async fn the_download_holds_each_photo_that_is_shown(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let (kept, gone) = (rash(&world).await, rash(&world).await);
        for id in [kept, gone] {
            for words in ["Before", "My left arm"] {
                readings.add_photo(me, person, (Measure::Symptom, id), photo(&world, words)).await.unwrap();
            }
        }
        readings.remove(me, person, (gone, 1)).await.unwrap();
        for number in 0..5 {
            let of = (Measure::Symptom, rash(&world).await);
            readings.add_photo(me, person, of, photo(&world, &format!("Number {number}"))).await.unwrap();
        }
        let mut out = Vec::new();
        world.town.services.exports.bundle(me, person, &mut out).await.unwrap();
        let bundle: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let all = bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
        let media: Vec<_> = all.filter(|one| one["resourceType"] == "Media").collect();
        let mut titles: Vec<_> = media.iter().map(|one| one["content"]["title"].as_str().unwrap()).collect();
        titles.sort_unstable();
        assert_eq!(titles, ["My left arm", "Number 0", "Number 1", "Number 2", "Number 3", "Number 4"]);
        let mine = media.iter().find(|one| one["content"]["title"] == "My left arm").unwrap();
        assert_eq!(mine["partOf"][0]["reference"], format!("urn:uuid:{kept}"));
        assert!(media[0]["content"]["data"].as_str().unwrap().starts_with("/9j/"), "a JPEG");
    }
}
