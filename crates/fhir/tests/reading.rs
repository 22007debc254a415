//! Reading within limits: what is taken, what is told, what is refused, and that nothing panics.

#[cfg(test)]
mod tests {
    use fhir::map::{self, Names};
    use fhir::{BundleKind, Limits, Package, PackageForm, ReadError, read_stream};
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use std::cell::Cell;
    use std::io::{Cursor, Read, Seek, SeekFrom, Write};

    fn limits() -> Limits {
        Limits::default()
    }

    fn read(bytes: &[u8], limits: &Limits) -> Result<Package, ReadError> {
        fhir::read(Cursor::new(bytes), limits)
    }

    fn taken(text: &str) -> Package {
        read(text.as_bytes(), &limits()).unwrap()
    }

    fn refused(bytes: &[u8]) -> String {
        read(bytes, &limits()).unwrap_err().to_string()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    const PATIENT: &str =
        r#"{"resourceType":"Patient","id":"p1","meta":{"versionId":"3","lastUpdated":"2026-11-03T10:40:00+01:00"}}"#;
    const PULSE: &str =
        r#"{ "resourceType" : "Observation", "id":"o1","subject":{"reference":"Patient/p1"},"valueQuantity":{"value":1.0} }"#;

    fn bundle(kind: &str, entries: &[&str]) -> String {
        format!(r#"{{"resourceType":"Bundle","type":"{kind}","entry":[{}]}}"#, entries.join(",\n"))
    }

    fn entry(resource: &str) -> String {
        format!(r#"{{"resource":{resource}}}"#)
    }

    #[test]
    fn one_resource_is_a_package() {
        let package = taken(&format!("\u{FEFF}\n {PATIENT}\n"));
        assert_eq!(package.form, PackageForm::Single);
        let [patient] = package.resources.as_slice() else { panic!() };
        assert_eq!(
            (patient.resource_type.as_str(), patient.id.as_str(), patient.version.as_deref()),
            ("Patient", "p1", Some("3"))
        );
        assert_eq!(patient.last_updated.unwrap().to_rfc3339(), "2026-11-03T09:40:00+00:00");
        assert_eq!(patient.raw, PATIENT);
    }

    #[test]
    fn every_sort_of_bundle_is_taken_apart_and_each_resource_keeps_its_bytes() {
        for (code, kind) in [
            ("transaction", BundleKind::Transaction),
            ("batch", BundleKind::Batch),
            ("collection", BundleKind::Collection),
            ("searchset", BundleKind::Searchset),
            ("document", BundleKind::Document),
            ("something-new", BundleKind::Other),
        ] {
            let package = taken(&bundle(code, &[&entry(PATIENT), &entry(PULSE)]));
            assert_eq!(package.form, PackageForm::Bundle(kind));
            assert_eq!(package.resources.iter().map(|one| one.raw.as_str()).collect::<Vec<_>>(), [PATIENT, PULSE]);
            assert_eq!(package.resources[1].path, "Bundle.entry[1].resource");
            assert_eq!(package.problems, []);
        }
        assert_eq!(taken(&bundle("searchset", &[])).resources.len(), 0);
        assert_eq!(taken(r#"{"resourceType":"Bundle","type":"searchset"}"#).resources.len(), 0);
    }

    #[test]
    fn lines_are_read_one_by_one_and_a_bad_line_does_not_stop_the_others() {
        let package = taken(&format!("{PATIENT}\r\n\n{{\"resourceType\":\"Observa\n[1]\n{PULSE}\n"));
        assert_eq!(package.form, PackageForm::Lines);
        assert_eq!(
            package.resources.iter().map(|one| (one.path.as_str(), one.raw.as_str())).collect::<Vec<_>>(),
            [("line 1", PATIENT), ("line 5", PULSE)]
        );
        let told: Vec<String> = package.problems.iter().map(|problem| format!("{}: {}", problem.path, problem.reason)).collect();
        assert_eq!(told, ["line 3: It is cut short.", "line 4: It is not a JSON object."]);
        // Also when the very first line is the bad one.
        let package = taken(&format!("{{\"resourceType\":\n{PULSE}\n"));
        assert_eq!((package.form, package.resources.len(), package.problems.len()), (PackageForm::Lines, 1, 1));
    }

    #[test]
    fn a_bundle_of_one_entry_a_line_that_is_cut_between_them_is_not_taken_for_lines() {
        let whole = bundle("collection", &[&entry(PATIENT), &entry(PULSE)]);
        let at = whole.find(",\n").unwrap();
        assert_eq!(refused(&whole.as_bytes()[..at]), "The file is cut short: it ends in the middle of a resource.");
        let whole = bundle("collection", &[&entry(PATIENT), &entry(PULSE), &entry(PATIENT)]);
        let at = whole.rfind(",\n").unwrap();
        assert_eq!(refused(&whole.as_bytes()[..at]), "The file is cut short: it ends in the middle of a resource.");
    }

    #[test]
    fn gzip_is_unpacked_also_when_it_has_several_members() {
        let mut packed = gzip(format!("{PATIENT}\n").as_bytes());
        packed.extend(gzip(PULSE.as_bytes()));
        let package = read(packed.as_slice(), &limits()).unwrap();
        assert_eq!(package.resources.len(), 2);
        assert_eq!(package.resources[1].raw, PULSE);
    }

    #[test]
    fn a_bundle_within_a_bundle_gives_its_resources() {
        let inner = bundle("collection", &[&entry(PULSE)]);
        let package = taken(&bundle("searchset", &[&entry(&inner), &entry(PATIENT)]));
        assert_eq!(package.resources.len(), 2);
        assert_eq!(package.resources[0].path, "Bundle.entry[0].resource.entry[0].resource");
    }

    #[test]
    fn a_resource_without_an_id_takes_that_of_its_full_url() {
        let bare = r#"{"resourceType":"Observation"}"#;
        let with = |url: &str| format!(r#"{{"fullUrl":"{url}","resource":{bare}}}"#);
        let uuid = with("urn:uuid:A54219B8-f741-4c47-b662-e4f8dfa49ab6");
        let address = with("https://example.org/fhir/Observation/77");
        let elsewhere = with("https://example.org/fhir/Patient/77");
        let package = taken(&bundle("collection", &[&uuid, &address, &elsewhere, &entry(bare)]));
        let ids: Vec<&str> = package.resources.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["a54219b8-f741-4c47-b662-e4f8dfa49ab6", "77"]);
        assert!(package.problems.iter().all(|problem| problem.reason == "It has no id, and no fullUrl to take one from."));
        assert_eq!(
            package.problems.iter().map(|problem| problem.path.as_str()).collect::<Vec<_>>(),
            ["Bundle.entry[2].resource", "Bundle.entry[3].resource"]
        );
    }

    #[test]
    fn bad_entries_are_told_and_the_others_are_taken() {
        let entries = [
            entry(r#"{"id":"x"}"#),
            entry("[]"),
            entry(r#"{"resourceType":5,"id":"x"}"#),
            entry(r#"{"resourceType":"Patient","id":7}"#),
            entry(r#"{"resourceType":"Patient","id":"a","id":"b"}"#),
            r#"{"request":{"method":"DELETE","url":"Patient/1"}}"#.to_owned(),
            "{}".to_owned(),
            "7".to_owned(),
            entry(PATIENT),
        ];
        let package = taken(&bundle("transaction", &entries.each_ref().map(String::as_str)));
        assert_eq!(package.resources.len(), 1);
        let told: Vec<String> = package.problems.iter().map(|problem| format!("{}: {}", problem.path, problem.reason)).collect();
        insta::assert_snapshot!(told.join("\n"), @"
        Bundle.entry[0].resource: It has no resourceType.
        Bundle.entry[1].resource: It is not a JSON object.
        Bundle.entry[2].resource: Its resourceType is not a type's name.
        Bundle.entry[3].resource: Its id is not one: it must be text of 1 to 128 letters, digits, dots and hyphens.
        Bundle.entry[4].resource: It gives the same field twice.
        Bundle.entry[5]: It asks to delete a resource: nothing is deleted by reading a file.
        Bundle.entry[6]: It holds no resource.
        Bundle.entry[7]: It is not a Bundle entry.
        ");
    }

    #[test]
    fn the_same_resource_twice_counts_once_and_a_different_one_is_told() {
        let other = PULSE.replace("1.0", "1.00");
        let package = taken(&bundle("collection", &[&entry(PULSE), &entry(PULSE), &entry(&other)]));
        assert_eq!(package.resources.len(), 1);
        assert_eq!(package.problems.len(), 1);
        assert_eq!(
            package.problems[0].reason,
            "It differs from the resource of the same type and id at Bundle.entry[0].resource."
        );
    }

    #[test]
    fn a_history_gives_its_versions_oldest_first() {
        let version = |number: u8| entry(&format!(r#"{{"resourceType":"Patient","id":"p","meta":{{"versionId":"{number}"}}}}"#));
        let package = taken(&bundle("history", &[&version(3), &version(2), &version(1)]));
        assert_eq!(package.resources.iter().filter_map(|one| one.version.as_deref()).collect::<Vec<_>>(), ["1", "2", "3"]);
        assert_eq!(package.problems, []);
    }

    #[test]
    fn what_cannot_be_read_is_refused_in_one_clear_sentence() {
        let whole = bundle("collection", &[&entry(PATIENT)]);
        let packed = gzip(whole.as_bytes());
        let mut damaged = packed.clone();
        for byte in &mut damaged[14..30] {
            *byte ^= 0x5A;
        }
        let mut utf16 = vec![0xFF, 0xFE];
        utf16.extend(PATIENT.encode_utf16().flat_map(u16::to_le_bytes));
        let latin1 = [b"{\"resourceType\":\"Patient\",\"name\":\"Zo".as_slice(), &[0xEB], b"\"}"].concat();
        let told = [
            refused(b""),
            refused(b" \n "),
            refused(&gzip(b"")),
            refused(&packed[..packed.len() / 2]),
            refused(&packed[..4]),
            refused(&damaged),
            refused(&utf16),
            refused(&latin1),
            refused(b"<!DOCTYPE html><html></html>"),
            refused(b"[{\"resourceType\":\"Patient\"}]"),
            refused(b"\n\n  Dear Sir"),
            refused(&whole.as_bytes()[..whole.len() - 4]),
            refused(format!("{whole} trailing").as_bytes()),
            refused(b"{\"resourceType\":\"Patient\",}"),
            refused(b"{\"a\":1}"),
            refused(b"{\"resourceType\":\"Bundle\",\"entry\":{}}"),
            refused(format!("{}1{}", "{\"a\":[".repeat(50), "]}".repeat(50)).as_bytes()),
        ];
        insta::assert_snapshot!(told.join("\n"), @"
        The file is empty.
        The file is empty.
        The file is empty.
        The gzip file is cut short: part of it is missing.
        The gzip file is cut short: part of it is missing.
        The gzip file is damaged and cannot be unpacked.
        The file is not UTF-8 text: byte 0 does not belong to it.
        The file is not UTF-8 text: byte 36 does not belong to it.
        The file is a web page or XML, and not FHIR in JSON.
        The file is a bare JSON list, and not a FHIR Bundle, a resource, or one resource a line.
        The file is not JSON that can be read: line 3, column 3.
        The file is cut short: it ends in the middle of a resource.
        The file is not JSON that can be read: line 1, column 174.
        The file is not JSON that can be read: line 1, column 27.
        The file is JSON but not FHIR: it has no resourceType.
        The Bundle's entry is not what FHIR says it is.
        The file nests more than 64 levels deep (at byte 192).
        ");
    }

    #[test]
    fn a_deep_line_is_refused_with_its_offset() {
        let deep = format!("{PATIENT}\n{{\"resourceType\":{}", "[".repeat(100));
        let Err(ReadError::TooDeep { limit: 64, at }) = read(deep.as_bytes(), &limits()) else { panic!() };
        assert_eq!(at, PATIENT.len() + 1 + "{\"resourceType\":".len() + 63);
    }

    /// Counts what is taken from an endless source.
    struct Endless<'a> {
        pattern: &'a [u8],
        taken: &'a Cell<usize>,
    }

    impl Read for Endless<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let start = self.taken.get();
            for (at, byte) in into.iter_mut().enumerate() {
                *byte = self.pattern[(start + at) % self.pattern.len()];
            }
            self.taken.set(start + into.len());
            Ok(into.len())
        }
    }

    #[test]
    fn an_endless_file_is_left_as_soon_as_it_passes_the_limit() {
        let small = Limits { max_bytes: 1 << 20, ..limits() };
        for pattern in [b"{\"a\":".to_vec(), b" ".to_vec(), gzip(b"")] {
            let taken = Cell::new(0);
            let error = read_stream(Endless { pattern: &pattern, taken: &taken }, &small).unwrap_err();
            assert_eq!(error.to_string(), "The file holds more than 1 MB of text, which is the most that can be read at once.");
            assert!(taken.get() <= (1 << 20) + (128 << 10), "{} bytes were taken", taken.get());
        }
    }

    #[test]
    fn a_zip_bomb_is_refused_at_the_limit() {
        let bomb = gzip(&vec![b' '; 8 << 20]);
        assert!(bomb.len() < 100_000);
        let small = Limits { max_bytes: 1 << 20, ..limits() };
        assert!(matches!(read(bomb.as_slice(), &small), Err(ReadError::TooLarge { limit: 1_048_576 })));
        // What is just within the limit is read.
        let small = Limits { max_bytes: PATIENT.len(), ..limits() };
        assert_eq!(read(PATIENT.as_bytes(), &small).unwrap().resources.len(), 1);
    }

    #[test]
    fn too_many_resources_and_too_long_lines_are_refused() {
        let few = Limits { max_resources: 2, ..limits() };
        let entries = ["1"; 3];
        assert!(matches!(read(bundle("batch", &entries).as_bytes(), &few), Err(ReadError::TooMany { limit: 2 })));
        let lines = (0..3).map(|id| format!("{{\"resourceType\":\"Flag\",\"id\":\"{id}\"}}\n")).collect::<String>();
        assert!(matches!(read(lines.as_bytes(), &few), Err(ReadError::TooMany { limit: 2 })));
        let short = Limits { max_line: 50, ..limits() };
        assert!(matches!(
            read(format!("{PATIENT}\n{PULSE}").as_bytes(), &short),
            Err(ReadError::LineTooLong { line: 1, limit: 50 })
        ));
    }

    #[test]
    fn a_flood_within_one_resource_does_not_hold_it_up() {
        let many = |item: &str| vec![item; 20_000].join(",");
        let contained =
            (0..20_000).map(|id| format!(r#"{{"resourceType":"Patient","id":"{id}"}}"#)).collect::<Vec<_>>().join(",");
        let subjects = (0..20_000).map(|id| format!(r##"{{"reference":"#{id}"}}"##)).collect::<Vec<_>>().join(",");
        let results =
            (0..20_000).map(|id| format!(r##"{{"reference":"#{id}","display":"{id}"}}"##)).collect::<Vec<_>>().join(",");
        for text in [
            format!(r#"{{"resourceType":"Account","id":"a","subject":[{subjects}],"contained":[{contained}]}}"#),
            format!(r#"{{"resourceType":"DiagnosticReport","id":"r","result":[{results}],"specimen":[{results}]}}"#),
            format!(
                r#"{{"resourceType":"Composition","id":"c","section":[{}]}}"#,
                many(r#"{"title":"T","text":{"div":"<div>&&&&{{{"}}"#)
            ),
        ] {
            all_through(text.as_bytes());
        }
    }

    #[test]
    fn a_source_that_fails_is_told() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("the disk is gone"))
            }
        }
        impl Seek for Broken {
            fn seek(&mut self, _: SeekFrom) -> std::io::Result<u64> {
                Ok(0)
            }
        }
        assert_eq!(read_stream(Broken, &limits()).unwrap_err().to_string(), "The file could not be read: the disk is gone.");
        assert_eq!(fhir::read(Broken, &limits()).unwrap_err().to_string(), "The file could not be read: the disk is gone.");
    }

    #[test]
    fn a_stream_is_read_like_a_file() {
        let file = bundle("collection", &[&entry(PATIENT), &entry(PULSE)]);
        for bytes in [file.clone().into_bytes(), gzip(file.as_bytes())] {
            let package = read_stream(bytes.as_slice(), &limits()).unwrap();
            assert_eq!(package.resources.iter().map(|one| one.raw.as_str()).collect::<Vec<_>>(), [PATIENT, PULSE]);
        }
        assert!(matches!(read_stream(std::io::empty(), &limits()), Err(ReadError::Empty)));
        let small = Limits { max_bytes: PATIENT.len() - 1, ..limits() };
        assert!(matches!(read_stream(PATIENT.as_bytes(), &small), Err(ReadError::TooLarge { .. })));
    }

    #[test]
    fn a_file_is_read_from_where_it_stands() {
        let mut file = Cursor::new(format!("before{PATIENT}"));
        file.set_position(6);
        assert_eq!(fhir::read(file, &limits()).unwrap().resources[0].raw, PATIENT);
    }

    /// A file that says something else whenever it is read again.
    struct Changing {
        texts: [&'static str; 2],
        turn: usize,
        at: usize,
    }

    impl Read for Changing {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let text = self.texts[self.turn.min(2) - 1].as_bytes();
            let count = (&text[self.at..]).read(into)?;
            self.at += count;
            Ok(count)
        }
    }

    impl Seek for Changing {
        fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
            if to == SeekFrom::Start(0) {
                (self.turn, self.at) = (self.turn + 1, 0);
            }
            Ok(0)
        }
    }

    #[test]
    fn a_file_that_changes_under_the_reader_is_refused() {
        for texts in [[PATIENT, PULSE], [PULSE, PATIENT], [PATIENT, ""]] {
            let told = fhir::read(Changing { texts, turn: 0, at: 0 }, &limits()).unwrap_err().to_string();
            assert_eq!(told, "The file changed while it was being read.");
        }
    }

    fn all_through(bytes: &[u8]) {
        if let Ok(package) = read(bytes, &Limits { max_bytes: 4 << 20, max_values: usize::MAX, ..limits() }) {
            let _ = map::subject_of_package(&package);
            let names = Names::of(&package);
            for received in &package.resources {
                let _ = map::entry(received, &names);
                let _ = map::patient(received);
            }
        }
    }

    fn sample() -> String {
        let rest = [
            r##"{"resourceType":"MedicationRequest","id":"m","status":"active","contained":[{"resourceType":"Medication","id":"x","code":{"text":"A"}}],"medicationReference":{"reference":"#x"},"subject":{"reference":"Patient/p1"},"authoredOn":"2020-02-30","dosageInstruction":[{"timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d","when":["AC"]}},"doseAndRate":[{"doseQuantity":{"value":1e-3,"unit":"{unit}"}}]}]}"##,
            r#"{"resourceType":"DiagnosticReport","id":"d","result":[{"reference":"Observation/o1"}],"conclusion":"ok","subject":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919"}}}"#,
            r#"{"resourceType":"Composition","id":"c","section":[{"title":"T","text":{"div":"<div>a &amp; <b>b</b></div>"}}]}"#,
        ];
        let entries: Vec<String> = [PATIENT, PULSE].into_iter().chain(rest).map(entry).collect();
        bundle("collection", &entries.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            "\\PC{0,12}".prop_map(Into::into),
            prop::sample::select(vec![
                "2020-01-01",
                "Patient/p1",
                "#x",
                "urn:uuid:1",
                "entered-in-error",
                "H",
                "{score}",
                "d",
                "<"
            ])
            .prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::vec((field(), inner), 0..4)
                    .prop_map(|pairs| serde_json::Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    fn field() -> impl Strategy<Value = String> {
        let fields = "code coding text display system value valueQuantity unit comparator component interpretation referenceRange low high \
            subject patient reference identifier type name family given prefix status meta security contained note section period start end \
            repeat timing frequency periodUnit dosageInstruction doseAndRate doseQuantity result category class participant individual actor \
            extension url location serviceProvider activity detail target reaction manifestation content attachment performedPeriod";
        prop::sample::select(fields.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            all_through(&bytes);
            all_through(&gzip(&bytes));
            let mut packed = vec![0x1F, 0x8B, 8, 0];
            packed.extend(&bytes);
            all_through(&packed);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[\\{\\}\\[\\]\",:\\\\\n a-z0-9é💊]{0,200}") {
            all_through(text.as_bytes());
        }

        #[test]
        fn no_change_to_a_bundle_makes_it_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
            let mut bytes = sample().into_bytes();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            all_through(&bytes);
        }

        #[test]
        fn a_bundle_cut_anywhere_is_refused_or_read_without_panic(at in any::<prop::sample::Index>()) {
            let whole = sample();
            let at = at.index(whole.len());
            all_through(&whole.as_bytes()[..at]);
            prop_assert!(read(&whole.as_bytes()[..at], &limits()).is_err());
            let packed = gzip(whole.as_bytes());
            prop_assert!(read(&packed[..at % packed.len()], &limits()).is_err());
        }

        #[test]
        fn no_value_in_any_field_makes_the_mapping_panic(
            kind in prop::sample::select(vec![
                "Patient", "Practitioner", "PractitionerRole", "Organization", "Location", "Encounter", "Appointment", "ServiceRequest",
                "Condition", "AllergyIntolerance", "MedicationRequest", "MedicationStatement", "Medication", "Immunization", "Observation",
                "DiagnosticReport", "DocumentReference", "Composition", "Binary", "Procedure", "CarePlan", "CareTeam", "Goal", "Claim",
                "ClinicalImpression", "RiskAssessment", "Communication",
            ]),
            fields in prop::collection::vec((field(), any_json()), 0..8),
        ) {
            let mut object: serde_json::Map<String, serde_json::Value> = fields.into_iter().collect();
            object.insert("resourceType".to_owned(), kind.into());
            object.insert("id".to_owned(), "x".into());
            all_through(serde_json::Value::Object(object).to_string().as_bytes());
        }
    }
}
