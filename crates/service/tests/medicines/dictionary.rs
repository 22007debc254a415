//! The dictionary of medicines: taken in whole or not at all, and what it puts together.

use crate::medicines::town::problems;
use crate::medicines::world::{SNOMED, World, medicine, repeat};
use domain::access::Actor;
use serde_json::{Value, json};
use service::{DictionaryReport, ServiceError};
use std::io::{Cursor, Write};
use testkit::Place;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const VTMS: &str = "<VTMS><VTM><VTMID>108537001</VTMID><NM>Codeine</NM></VTM></VTMS>";
const VMPS: &str = "<P><VMPS><VMP><VPID>318136009</VPID><VPIDPREV>318100000</VPIDPREV><VTMID>108537001</VTMID><NM>Codeine 15mg tablets</NM></VMP>\
    <VMP><VPID>318137000</VPID><VTMID>108537001</VTMID><NM>Codeine 30mg tablets</NM></VMP></VMPS></P>";
const AMPS: &str = "<P><AMPS><AMP><APID>100001000</APID><VPID>318136009</VPID><NM>Codeine</NM><DESC>Codeine 15mg tablets (Maker)</DESC></AMP></AMPS></P>";

async fn load(world: &World, by: &Actor, files: &[(&str, &[u8])]) -> Result<DictionaryReport, ServiceError> {
    let files = files.iter().map(|(name, file)| ((*name).to_owned(), Cursor::new(file.to_vec()))).collect();
    world.town.services.medicines.load(by, files).await
}

fn zipped() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in
        [("week/f_vtm2_3.xml", VTMS), ("week/f_vmp2_3.xml", VMPS), ("week/F_AMP2_3.XML", AMPS), ("f_lookup2_3.xml", "<nonsense")]
    {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The medicines about codeine by how many entries each has, the most first.
async fn lines(world: &World) -> Vec<usize> {
    let all = world.list(&world.edna.actor).await.medicines;
    let mut found: Vec<usize> = all.iter().filter(|one| one.name.starts_with("Codeine")).map(|one| one.sources.len()).collect();
    found.sort_unstable_by_key(|many| std::cmp::Reverse(*many));
    found
}

testkit::both_engines! {
    async fn entries_of_one_product_are_one_line_once_the_dictionary_is_there(place: &Place) {
        let world = World::at(place).await;
        world.take_in(world.town.practice, &[
            repeat("k1", "Codeine 15mg tablets", "318136009", "One at night"),
            repeat("k2", "Codeine 15mg (of before)", "318100000", "One at night"),
        ]).await;
        world.take_in(world.hospital, &[
            medicine("k3", "Codeine 15mg tablets (Maker)", "100001000", &json!({})),
            medicine("k4", "Codeine", "108537001", &json!({})),
        ]).await;
        assert_eq!(lines(&world).await, [1, 1, 1, 1]);
        let report = load(&world, &Actor::Operator, &[("dmd.zip", &zipped())]).await.unwrap();
        let held = DictionaryReport { substances: 1, virtual_products: 2, actual_products: 1, changed: 5 };
        assert_eq!(report, held);
        assert_eq!(lines(&world).await, [4]);
        // Another strength is another medicine, and then nobody knows which of them the substance alone is.
        world.take_in(world.town.practice, &[repeat("k5", "Codeine 30mg tablets", "318137000", "One at night")]).await;
        assert_eq!(lines(&world).await, [3, 1, 1]);
        // The same again changes nothing; the code of before may be another's one day, and then leads to neither.
        assert_eq!(load(&world, &Actor::Operator, &[("dmd.zip", &zipped())]).await.unwrap(), DictionaryReport { changed: 0, ..held });
        let twice = VMPS.replace("<VPID>318137000</VPID>", "<VPID>318137000</VPID><VPIDPREV>318100000</VPIDPREV>");
        assert_eq!(load(&world, &Actor::Operator, &[("f_vmp2.xml", twice.as_bytes())]).await.unwrap().changed, 1);
        assert_eq!(lines(&world).await, [2, 1, 1, 1]);
    }

    async fn a_code_of_its_own_leads_on_only_once_it_is_not_in_use(place: &Place) {
        let world = World::at(place).await;
        let plan = |id: &str, code: &str| repeat(id, &format!("Codeine {code}"), code, "One at night");
        world.take_in(world.town.practice, &[plan("k1", "318136009"), plan("k2", "318137000")]).await;
        let of = |invalid: &str| format!(
            "<P><VMPS><VMP><VPID>318136009</VPID><VPIDPREV>318137000</VPIDPREV><NM>A</NM></VMP><VMP><VPID>318137000</VPID>{invalid}<NM>B</NM></VMP></VMPS></P>"
        );
        load(&world, &Actor::Operator, &[("a.xml", of("").as_bytes())]).await.unwrap();
        assert_eq!(lines(&world).await, [1, 1]);
        assert_eq!(load(&world, &Actor::Operator, &[("a.xml", of("<INVALID>1</INVALID>").as_bytes())]).await.unwrap().changed, 1);
        assert_eq!(lines(&world).await, [2]);
    }

    async fn what_is_wrong_is_told_and_nothing_is_taken_in(place: &Place) {
        let world = World::at(place).await;
        world.take_in(world.town.practice, &[repeat("k1", "Codeine 15mg tablets", "318136009", "One"), repeat("k2", "Codeine", "100001000", "One")]).await;
        let many: String = (0..1_200).map(|at| format!("<AMP><APID>1000010{at:04}</APID><VPID>318136009</VPID><NM>A</NM></AMP>\n")).collect();
        let broken = format!("<P><AMPS><AMP><APID>100001000</APID><VPID>318136009</VPID><NM>A</NM></AMP>\n{many}<AMP><NM>A</NM></AMP></AMPS></P>");
        let told = problems(load(&world, &Actor::Operator, &[("v.xml", VMPS.as_bytes()), ("a.xml", broken.as_bytes())]).await);
        assert_eq!(format!("{told:?}").matches("a.xml, line 1202: APID is no code. Nothing was taken in").count(), 1, "{told:?}");
        assert_eq!(lines(&world).await, [1, 1]);
        let cut = zipped();
        for (name, file, why) in [
            ("cut.zip", &cut[..cut.len() / 2], "cut.zip: this cannot be read"),
            ("none.xml", b"no xml", "none.xml, line 1: it holds no VTM"),
        ] {
            let told = format!("{:?}", problems(load(&world, &Actor::Operator, &[(name, file)]).await));
            assert!(told.contains(why), "{told}");
        }
        for by in [&world.edna.actor, &world.town.manager] {
            assert!(load(&world, by, &[("dmd.zip", &zipped())]).await.is_err());
        }
        assert_eq!(load(&world, &Actor::Operator, &[("dmd.zip", &zipped())]).await.unwrap().changed, 5);
        assert_eq!(lines(&world).await, [2]);
    }

    async fn a_code_under_the_dictionarys_own_name_is_the_same(place: &Place) {
        let world = World::at(place).await;
        let under = |id: &str, name: &str, system: &str, code: &str| {
            let mut all: Value = repeat(id, name, code, "One");
            all["medicationCodeableConcept"]["coding"][0]["system"] = json!(system);
            all
        };
        world.take_in(world.town.practice, &[
            under("k1", "Codeine tablets", SNOMED, "318136009"), under("k2", "Codeine phosphate", "https://dmd.nhs.uk", "318136009"),
        ]).await;
        assert_eq!(lines(&world).await, [2]);
    }
}
