//! How far away a place is: by a table of postcodes that the operator supplies.

use crate::appointments::town::{
    Citizen, Offer, Town, fields, not_found, place_form, refused, service_form, template_form, wanted,
};
use domain::access::Actor;
use domain::appointment::ServiceKind;
use flate2::Compression;
use flate2::write::GzEncoder;
use service::{ImportRequest, PlaceForm, PostcodesReport, SearchForm, ServiceError, TemplateForm};
use std::io::{Cursor, Write};
use store::diary::PlaceRow;
use testkit::Place;

/// Taunton, Bridgwater, Bristol and Exeter; and what is left out.
const TABLE: &str = "\u{feff}pcd,pcds,doterm,lat,long\r\n\
    TA1 1AA,TA1 1AA,,51.0147,-3.1029\r\n\
    TA6 3AA,TA6 3AA,,51.1279,-3.0036\r\n\
    BS1 1AA,BS1 1AA,,51.4545,-2.5879\r\n\
    EX1 1AA,EX1 1AA,,50.7184,-3.5339\r\n\
    EX1 1AB,EX1 1AB,,50.7284,-3.5239\r\n\
    ZE1 0AA,ZE1 0AA,200101,60.1,-1.1\r\n\
    IM1 1AA,IM1 1AA,,99.999999,0.0\r\n\
    nonsense,,,,\r\n";

impl Town {
    async fn table(&self, text: &str) -> PostcodesReport {
        self.services.postcodes.import(&Actor::Operator, Cursor::new(text.as_bytes().to_vec())).await.unwrap()
    }

    /// A place with this postcode, and a nurse who is there, or on the phone, on Mondays.
    async fn nurse_at(&self, postcode: &str, mode: &str) -> Offer {
        let name = format!("{mode} {postcode}");
        let offer = self.offer(&self.manager, &service_form(ServiceKind::Nurse, &name), &format!("Nurse of {name}")).await;
        let form = PlaceForm { postcode: postcode.to_owned(), ..place_form(&name) };
        let place = self.services.diary.add_place(&self.manager, &form).await.unwrap();
        let offer = Offer { place, ..offer };
        let form = TemplateForm { until: ["9", "11", "2026"].map(str::to_owned), ..template_form(offer, "mon", "9:00", "9:10") };
        self.template(&self.manager, &TemplateForm { mode: mode.to_owned(), ..form }).await;
        offer
    }

    async fn places(&self, who: &Citizen, postcode: &str) -> Vec<(String, Option<String>)> {
        let form = SearchForm { postcode: postcode.to_owned(), ..wanted(ServiceKind::Nurse) };
        let choices = self.services.appointments.choices(&who.actor, who.person, &form).await.unwrap();
        choices.places.into_iter().map(|place| (place.name, place.miles.map(|miles| format!("{miles:.0}")))).collect()
    }

    async fn near(&self, who: &Citizen, postcode: &str, within: &str) -> Result<Vec<(String, Option<i64>)>, ServiceError> {
        let form = SearchForm { postcode: postcode.to_owned(), within: within.to_owned(), ..wanted(ServiceKind::Nurse) };
        let found = self.services.appointments.search(&who.actor, who.person, &form).await?;
        let whole = |miles: f64| format!("{miles:.0}").parse().unwrap();
        let mut seen: Vec<_> = found.slots.into_iter().map(|slot| (slot.place, slot.miles.map(whole))).collect();
        seen.sort();
        Ok(seen)
    }

    /// Somebody of whose address the practice knows.
    async fn living_at(&self, name: &str, address: &str) -> Citizen {
        let bundle = format!(
            r#"{{"resourceType":"Bundle","type":"collection","entry":[{{"resource":{{"resourceType":"Patient","id":"{name}",
            "name":[{{"family":"{name}","given":["Sam"]}}],"birthDate":"1980-03-31","address":{address}}}}}]}}"#
        );
        let request = ImportRequest { organisation: self.practice, expected: None };
        let report = self.services.imports.import(&Actor::Operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
        self.with_account(name, report.person).await
    }
}

testkit::both_engines! {
    async fn a_table_is_taken_in_once_and_its_faults_are_told(place: &Place) {
        let town = Town::at(place).await;
        let report = town.table(TABLE).await;
        let expected = PostcodesReport {
            held: 5, changed: 5, ended: 1, unplaced: 1, bad: 1, faults: vec![(9, "this is no postcode")], districts: 4, places: 1,
        };
        assert_eq!(report, expected);
        // The same again, packed, changes nothing.
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(TABLE.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        let again = town.services.postcodes.import(&Actor::Operator, Cursor::new(packed.clone())).await.unwrap();
        assert_eq!(again, PostcodesReport { changed: 0, ..expected });
        let moved = "postcode,latitude,longitude\nEX1 1AB,50.9,-3.5\nEX1 1AA,50.7184,-3.5339\nEX1 1AB,50.8,-3.5\n";
        let report = town.table(moved).await;
        assert_eq!((report.held, report.changed, report.bad), (3, 1, 0));
        // What breaks off says so, and what is no table is refused.
        let cut = packed[..packed.len() - 20].to_vec();
        assert_eq!(fields(town.services.postcodes.import(&Actor::Operator, Cursor::new(cut)).await), ["file"]);
        for text in ["", "TA1 1AA,51,-3\n"] {
            assert_eq!(fields(town.services.postcodes.import(&Actor::Operator, Cursor::new(text)).await), ["file"]);
        }
        not_found(town.services.postcodes.import(&town.manager, Cursor::new(TABLE)).await);
        town.verify().await;
    }

    async fn places_without_a_whole_postcode_do_not_keep_a_table_out(place: &Place) {
        let town = Town::at(place).await;
        let core = town.services.core.clone();
        // What another system calls the postcode of a place.
        for postcode in ["", "TA1", "TA1 1", "nowhere"] {
            let row = PlaceRow {
                id: core.new_id(),
                organisation_id: town.practice.as_uuid(),
                name: format!("At {postcode}"),
                address: String::new(),
                postcode: postcode.to_owned(),
                directions: String::new(),
                phone: String::new(),
                latitude: None,
                longitude: None,
                created_at: core.now(),
                ended_at: None,
                version: 1,
            };
            let added = core.store().write(move |tx| Box::pin(async move { store::diary::insert_place(tx, &row).await })).await;
            assert!(added.unwrap());
        }
        // The surgery of the town, and the one of which the district is all that is said.
        assert_eq!(town.table(TABLE).await.places, 2);
    }

    async fn a_table_longer_than_a_batch_is_taken_in_whole(place: &Place) {
        let town = Town::at(place).await;
        let letter = |at: usize| char::from(b'A' + u8::try_from(at % 26).unwrap());
        let lines: String = (0..2600)
            .map(|at| format!("TA{} {}{}{},{},-3.{at:04}\n", at / 676 + 1, at % 10, letter(at), letter(at / 26), 51.0))
            .collect();
        let report = town.table(&format!("postcode,latitude,longitude\n{lines}")).await;
        assert_eq!((report.held, report.bad, report.districts), (2600, 0, 4));
        assert!(report.changed > 1000 && report.changed <= 2600);
        let again = town.table(&format!("postcode,latitude,longitude\n{lines}")).await;
        assert_eq!(again.held, 2600);
    }

    async fn places_are_listed_by_name_or_the_nearest_first(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        // Before a table is there nothing is asked, and nothing is told.
        town.nurse_at("BS1 1AA", "in-person").await;
        let choices = town.services.appointments.choices(&who.actor, who.person, &wanted(ServiceKind::Nurse)).await.unwrap();
        assert!(!choices.knows_postcodes);
        assert_eq!(town.near(&who, "TA1 1AA", "").await.unwrap(), [("in-person BS1 1AA".to_owned(), None)]);
        // Those that were there before it came are found too, and one whose postcode is new by its district.
        town.table(TABLE).await;
        town.nurse_at("EX1 9ZZ", "in-person").await;
        town.nurse_at("LL1 1AA", "in-person").await;
        let named = |name: &str, miles: Option<&str>| (name.to_owned(), miles.map(str::to_owned));
        let from_taunton = [
            named("Main building", Some("0")),
            named("in-person EX1 9ZZ", Some("27")),
            named("in-person BS1 1AA", Some("38")),
            named("in-person LL1 1AA", None),
        ];
        assert_eq!(town.places(&who, " ta11aa ").await, from_taunton);
        assert_eq!(town.places(&who, "TA1").await, from_taunton);
        let by_name: Vec<_> = town.places(&who, "").await.into_iter().map(|(name, _)| name).collect();
        assert_eq!(by_name, town.places(&who, "nonsense").await.into_iter().map(|(name, _)| name).collect::<Vec<_>>());
        assert!(by_name.is_sorted() || by_name.contains(&"Main building".to_owned()));
    }

    async fn times_say_how_far_away_they_are_and_can_be_limited_to_what_is_near(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        town.table(TABLE).await;
        for (postcode, mode) in [("TA1 1AA", "in-person"), ("TA6 3AA", "in-person"), ("BS1 1AA", "in-person"), ("BS1 1AA", "phone"), ("LL1 1AA", "in-person")] {
            town.nurse_at(postcode, mode).await;
        }
        let near = |name: &str, miles: Option<i64>| (name.to_owned(), miles);
        let all = town.near(&who, "TA1 1AA", "").await.unwrap();
        let expected = [
            near("in-person BS1 1AA", Some(38)), near("in-person LL1 1AA", None), near("in-person TA1 1AA", Some(0)),
            near("in-person TA6 3AA", Some(9)), near("phone BS1 1AA", Some(38)),
        ];
        assert_eq!(all, expected);
        let names = async |within: &str| {
            town.near(&who, "TA1 1AA", within).await.unwrap().into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        // Nobody comes to a phone call, so how far away it is held does not count.
        assert_eq!(names("1").await, ["in-person TA1 1AA", "phone BS1 1AA"]);
        assert_eq!(names("10").await, ["in-person TA1 1AA", "in-person TA6 3AA", "phone BS1 1AA"]);
        assert_eq!(names("7").await.len(), 5);
        assert_eq!(town.near(&who, "", "").await.unwrap().iter().filter(|(_, miles)| miles.is_some()).count(), 0);
        for (postcode, within, words) in [
            ("", "5", "Enter your postcode"), ("nonsense", "", "like TA1 1AA"), ("QQ1 1AA", "", "We do not know"), ("ZE1 0AA", "5", "We do not know"),
        ] {
            refused(town.near(&who, postcode, within).await, "postcode", words);
        }
        // A postcode that is not in the table, of a district that is.
        assert_eq!(town.near(&who, "TA6 9ZZ", "1").await.unwrap().len(), 2);
    }

    async fn somebodys_own_postcode_is_read_from_their_record_and_by_nobody_else(place: &Place) {
        let town = Town::at(place).await;
        let who = town.living_at("Rivers", r#"[{"use":"old","postalCode":"BS1 1AA"},{"postalCode":"EX1 1AA"},{"use":"home","postalCode":"ta1 1aa"}]"#).await;
        let lost = town.living_at("Stone", r#"[{"use":"home","postalCode":"QQ1 1AA"}]"#).await;
        let bare = town.living_at("Wells", r#"[{"use":"old","postalCode":"TA1 1AA"}]"#).await;
        let home = async |actor: &Actor, who: &Citizen| town.services.appointments.home_postcode(actor, who.person).await.unwrap();
        assert_eq!(home(&who.actor, &who).await, None);
        town.table(TABLE).await;
        assert_eq!(home(&who.actor, &who).await.as_deref(), Some("TA1 1AA"));
        assert_eq!((home(&lost.actor, &lost).await, home(&bare.actor, &bare).await), (None, None));
        let carer = town.citizen("Ada").await;
        town.let_book(&who, &carer).await;
        assert_eq!(home(&carer.actor, &who).await, None);
        assert_eq!(home(&town.reception, &who).await, None);
        let (items, _) = town.services.activity.of_record(&Actor::Operator, who.person, None).await.unwrap();
        let looks = items.iter().filter(|item| item.detail.get("page").is_some_and(|page| page == "home-postcode"));
        assert_eq!(looks.count(), 1);
    }
}
