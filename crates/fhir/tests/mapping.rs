//! What pages are told of each sort of resource.

#[cfg(test)]
mod tests {
    use domain::record::{Category, EntryFacts, Release, Sensitivity};
    use domain::result::OrderNumber;
    use fhir::map::{self, MapError, Names, PackageSubject, SubjectError};
    use fhir::{Limits, Package, read};
    use serde_json::{Value, json};
    use std::io::Cursor;

    fn package(resources: &[Value]) -> Package {
        let entries: Vec<Value> = resources
            .iter()
            .map(|resource| {
                let mut entry = json!({ "resource": resource });
                if let Some(id) = resource["id"].as_str().filter(|id| id.len() == 36) {
                    entry["fullUrl"] = format!("urn:uuid:{id}").into();
                }
                entry
            })
            .collect();
        let text = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string();
        let package = read(Cursor::new(&text), &Limits::default()).unwrap();
        assert_eq!(package.problems, []);
        package
    }

    /// The entry of the first resource, among the others.
    fn first(resources: &[Value]) -> EntryFacts {
        let package = package(resources);
        map::entry(&package.resources[0], &Names::of(&package)).unwrap().unwrap()
    }

    fn one(resource: Value) -> EntryFacts {
        first(&[resource])
    }

    fn text(raw: &str) -> EntryFacts {
        let package = read(Cursor::new(raw), &Limits::default()).unwrap();
        map::entry(&package.resources[0], &Names::of(&package)).unwrap().unwrap()
    }

    fn failed(raw: &str) -> MapError {
        let package = read(Cursor::new(raw), &Limits::default()).unwrap();
        map::entry(&package.resources[0], &Names::of(&package)).unwrap_err()
    }

    /// An entry on one page, for snapshots.
    fn page(facts: &EntryFacts) -> String {
        let mut out = format!("{} | {} | {}\n", facts.category.code(), facts.kind, facts.title);
        let mut line = |label: &str, value: Option<String>| {
            if let Some(value) = value {
                out.push_str(&format!("{label}: {}\n", value.replace('\n', " / ")));
            }
        };
        line("code", facts.code.as_ref().map(|code| code.code.clone()));
        line("status", facts.status.clone());
        line("happened", facts.happened.map(|when| when.to_string()));
        line("ended", facts.ended.map(|when| when.to_string()));
        line("recorded", facts.recorded.map(|when| when.to_string()));
        line("author", facts.author.clone());
        line("place", facts.place.clone());
        for detail in &facts.details {
            line(&format!("- {}", detail.label), Some(detail.value.clone()));
        }
        if let Some(result) = &facts.result {
            for part in &result.parts {
                let unit = part.value.unit.clone().unwrap_or_default();
                line(&format!("= {}", part.name), Some(format!("{} {unit}", part.value.text)));
            }
            for link in &result.links {
                let to = format!("{}/{}", link.resource_type, link.logical_id);
                let name = link.name.clone().unwrap_or_default();
                line(&format!("> {}", link.role.code()), Some(format!("{to} {name}").trim_end().to_owned()));
            }
        }
        out
    }

    #[test]
    fn an_entry_says_in_which_visit_it_was_done_and_takes_no_words_from_it() {
        let visit = "019a5f00-0000-7000-8000-000000000001";
        let with = |kind: &str, field: &str, value: Value| {
            let mut resource = json!({ "resourceType": kind, "id": "x", "status": "active", "code": { "text": "Cough" } });
            resource[field] = value;
            resource
        };
        let of = |reference: &str| json!({ "reference": reference });
        assert_eq!(one(with("Condition", "encounter", of("Encounter/e1"))).visit.as_deref(), Some("e1"));
        assert_eq!(
            one(with("Condition", "encounter", of("https://ehr.example.org/Encounter/e1/_history/2"))).visit.as_deref(),
            Some("e1")
        );
        let held = first(&[
            with("Condition", "encounter", of(&format!("urn:uuid:{visit}"))),
            json!({ "resourceType": "Encounter", "id": visit }),
        ]);
        assert_eq!(held.visit.as_deref(), Some(visit));
        assert_eq!(one(with("MedicationStatement", "context", of("Encounter/e2"))).visit.as_deref(), Some("e2"));
        let letter = with("DocumentReference", "context", json!({ "encounter": [of("Encounter/e3")] }));
        assert_eq!(one(letter).visit.as_deref(), Some("e3"));
        for none in [of("EpisodeOfCare/e1"), json!({ "display": "The visit" })] {
            assert_eq!(one(with("MedicationStatement", "context", none)).visit, None);
        }
        assert_eq!(one(json!({ "resourceType": "Encounter", "id": "e4" })).visit.as_deref(), Some("e4"));
    }

    #[test]
    fn decimals_stay_as_they_were_written() {
        for number in ["1.0", "1.50", "1e-3", "1.000000000000000000000001", "-0.0", "1E+5", "100", "0.1"] {
            let facts = text(&format!(
                r#"{{"resourceType":"Observation","id":"o","valueQuantity":{{"value":{number},"unit":"mmol/L"}},"referenceRange":[{{"low":{{"value":{number}}}}}]}}"#
            ));
            let value = facts.value.unwrap();
            assert_eq!((value.text.as_str(), value.number.as_deref()), (number, Some(number)));
            assert_eq!(value.range.unwrap().low.as_deref(), Some(number));
        }
    }

    #[test]
    fn each_sort_of_value_reads_in_words() {
        let shown = |field: &str, value: Value| {
            let mut resource = json!({"resourceType": "Observation", "id": "o", "code": {"text": "T"}});
            resource[field] = value;
            one(resource).value.map(|value| (value.text, value.number, value.unit))
        };
        let plain = |text: &str| Some((text.to_owned(), None, None));
        assert_eq!(
            shown("valueQuantity", json!({"value": 3, "comparator": "<", "unit": "mg/L"})),
            Some(("<3".to_owned(), None, Some("mg/L".to_owned())))
        );
        assert_eq!(
            shown("valueQuantity", json!({"value": 7, "unit": "{score}", "code": "{score}"})),
            Some(("7".to_owned(), Some("7".to_owned()), None))
        );
        assert_eq!(
            shown(
                "valueCodeableConcept",
                json!({"coding": [{"system": "http://snomed.info/sct", "code": "260385009", "display": "Negative (qualifier value)"}]})
            ),
            plain("Negative")
        );
        assert_eq!(shown("valueString", json!(" Clear ")), plain("Clear"));
        assert_eq!(shown("valueBoolean", json!(true)), plain("Yes"));
        assert_eq!(shown("valueInteger", json!(4)), Some(("4".to_owned(), Some("4".to_owned()), None)));
        assert_eq!(shown("valueRange", json!({"low": {"value": 1}, "high": {"value": 2, "unit": "g"}})), plain("1 to 2 g"));
        assert_eq!(shown("valueRatio", json!({"numerator": {"value": 1}, "denominator": {"value": 128}})), plain("1:128"));
        assert_eq!(shown("valueDateTime", json!("2026-11-03")), plain("3 November 2026"));
        assert_eq!(
            shown("valuePeriod", json!({"start": "2026-11-03", "end": "2026-11-05"})),
            plain("3 November 2026 to 5 November 2026")
        );
        assert_eq!(
            shown("valueSampledData", json!({"origin": {"value": 0}, "period": 1, "dimensions": 1, "data": "1 2 3"})),
            plain("A series of 3 readings")
        );
        assert_eq!(shown("dataAbsentReason", json!({"coding": [{"code": "not-performed"}]})), plain("Not done"));
        assert_eq!(shown("note", json!([])), None);
    }

    #[test]
    fn a_blood_pressure_reads_upper_over_lower() {
        let facts = text(
            r#"{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"85354-9"},{"system":"http://snomed.info/sct","code":"75367002","display":"Blood pressure (observable entity)"}]},
            "component":[{"code":{"coding":[{"code":"8462-4"}]},"valueQuantity":{"value":80.0,"unit":"mm[Hg]"}},{"code":{"coding":[{"code":"72313002"}]},"valueQuantity":{"value":120,"unit":"mm[Hg]"}},
            {"code":{"text":"Pulse"},"valueQuantity":{"value":61,"unit":"/min"}}]}"#,
        );
        let value = facts.value.clone().unwrap();
        assert_eq!((value.text.as_str(), value.unit.as_deref(), value.number), ("120/80.0", Some("mmHg"), None));
        insta::assert_snapshot!(page(&facts), @"
        results | Blood pressure | Blood pressure
        code: 75367002
        status: final
        = Pulse: 61 /min
        ");
    }

    #[test]
    fn a_laboratory_result_keeps_its_range_and_what_was_said_of_it() {
        let facts = one(json!({"resourceType": "Observation", "id": "o", "status": "final",
            "category": [{"coding": [{"code": "laboratory"}]}],
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": "1022451000000103", "display": "Red blood cell count"}]},
            "valueQuantity": {"value": 4.1, "unit": "10*12/L", "system": "http://unitsofmeasure.org", "code": "10*12/L"},
            "interpretation": [{"coding": [{"code": "L"}]}],
            "referenceRange": [{"type": {"coding": [{"code": "critical"}]}, "low": {"value": 1}}, {"low": {"value": 4.50}, "high": {"value": 6.5}}]}));
        let value = facts.value.unwrap();
        assert_eq!(value.unit.as_deref(), Some("10^12/L"));
        assert_eq!(value.interpretation.as_deref(), Some("Low"));
        let range = value.range.unwrap();
        assert_eq!((range.low.as_deref(), range.high.as_deref(), range.text), (Some("4.5"), Some("6.5"), None));
        assert_eq!(facts.kind, "Test result");
    }

    #[test]
    fn a_code_in_the_place_of_a_word_becomes_the_word_and_a_laboratorys_own_words_stay() {
        for (concept, said) in [
            (json!({"coding": [{"code": "HH"}], "text": "HH"}), "Very high"),
            (json!({"coding": [{"code": "L"}], "text": "L"}), "Low"),
            (json!({"coding": [{"code": "L"}], "text": "Low for a marathon runner"}), "Low for a marathon runner"),
            (json!({"coding": [{"code": "XYZ"}], "text": "XYZ"}), "XYZ"),
            (json!({"text": "Haemolysed"}), "Haemolysed"),
        ] {
            let facts = one(
                json!({"resourceType": "Observation", "id": "o", "status": "final", "category": [{"coding": [{"code": "laboratory"}]}],
                "code": {"text": "Potassium"}, "valueQuantity": {"value": 6.1, "unit": "mmol/L"}, "interpretation": [concept]}),
            );
            assert_eq!(facts.value.unwrap().interpretation.as_deref(), Some(said));
        }
    }

    #[test]
    fn a_report_lists_its_results_with_their_values() {
        let facts = first(&[
            json!({"resourceType": "DiagnosticReport", "id": "r", "status": "amended", "category": [{"coding": [{"code": "LAB"}]}], "code": {"text": "Full blood count"},
                "effectiveDateTime": "2026-11-03", "performer": [{"reference": "Organization/lab"}], "conclusion": "Mild anaemia",
                "result": [{"reference": "Observation/hb"}, {"reference": "Observation/elsewhere", "display": "Platelets"}]}),
            json!({"resourceType": "Observation", "id": "hb", "status": "final", "code": {"text": "Haemoglobin"}, "valueQuantity": {"value": 101, "unit": "g/L"}, "interpretation": [{"coding": [{"code": "L"}]}]}),
            json!({"resourceType": "Organization", "id": "lab", "name": "Leeds Pathology"}),
        ]);
        insta::assert_snapshot!(page(&facts), @"
        results | Lab report | Full blood count
        status: amended
        happened: 2026-11-03
        place: Leeds Pathology
        - Stage of the report: Changed since it was first sent
        - Conclusion: Mild anaemia
        > member: Observation/hb Haemoglobin
        > member: Observation/elsewhere Platelets
        ");
    }

    #[test]
    fn a_report_says_what_it_answers_and_which_files_came_with_it() {
        let facts = first(&[
            json!({"resourceType": "DiagnosticReport", "id": "r", "status": "partial", "code": {"text": "Scan"},
                "basedOn": [{"reference": "ServiceRequest/s"}, {"reference": "CarePlan/c"}, {"display": "An order on paper"}],
                "result": [{"reference": "#inside"}, {"reference": "#wrong"}, {"reference": "urn:uuid:5", "display": "Named only"}],
                "contained": [
                    {"resourceType": "Observation", "id": "inside", "status": "final", "code": {"text": "Size"}, "valueQuantity": {"value": 12, "unit": "mm"}},
                    {"resourceType": "Observation", "id": "wrong", "status": "entered-in-error", "code": {"text": "Wrong"}, "valueString": "x"}],
                "presentedForm": [
                    {"contentType": "application/pdf", "title": "The letter", "data": "JVBERg=="},
                    {"contentType": "image/png", "url": "https://example.org/picture"}]}),
            json!({"resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order", "category": [{"text": "Imaging", "coding": [{"code": "363679005"}]}]}),
        ]);
        insta::assert_snapshot!(page(&facts), @"
        results | Report | Scan
        status: partial
        - Stage of the report: Some results are still to come
        = Size: 12 mm
        > member: / Named only
        > order: ServiceRequest/s
        ");
    }

    #[test]
    fn every_range_is_kept_as_it_was_given_and_one_is_compared_with() {
        let of = |ranges: Value| {
            let facts = one(json!({"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "Haemoglobin"},
                "valueQuantity": {"value": 120, "unit": "g/L", "system": "http://unitsofmeasure.org", "code": "g/L"}, "referenceRange": ranges}));
            (facts.value.unwrap().range, facts.result.unwrap().ranges)
        };
        let women = json!({"low": {"value": 115}, "high": {"value": 165}, "appliesTo": [{"text": "Women"}], "age": {"low": {"value": 18, "unit": "years"}}});
        let men = json!({"low": {"value": 130}, "high": {"value": 180}, "appliesTo": [{"text": "Men"}]});
        let (range, given) = of(json!([women]));
        assert_eq!(
            (range.unwrap().low.as_deref(), given[0].applies.as_deref()),
            (Some("115"), Some("Women, age 18 years or more"))
        );
        // Which of two is meant nobody here can say.
        let (range, given) = of(json!([women, men]));
        assert_eq!((range, given.len()), (None, 2));
        // One for something else is kept, and not compared with.
        let (range, given) = of(json!([{"type": {"coding": [{"code": "therapeutic"}]}, "low": {"value": 1}}]));
        assert_eq!((range, given[0].kind.as_deref()), (None, Some("Range that treatment aims for")));
        // In another unit it is words.
        let (range, given) = of(json!([{"low": {"value": 11.5, "unit": "g/dL"}, "high": {"value": 16.5, "unit": "g/dL"}}]));
        let range = range.unwrap();
        assert_eq!((range.low, range.high, range.text.as_deref()), (None, None, Some("11.5 to 16.5 g/dL")));
        assert_eq!(given[0].unit.as_deref(), Some("g/dL"));
        let (range, _) = of(json!([{"low": {"value": 115, "unit": "g/l"}, "text": "115 to 165"}]));
        assert_eq!(range.unwrap().low.as_deref(), Some("115"), "the same unit in another spelling");
        assert_eq!(of(json!([{}])), (None, Vec::new()));
    }

    #[test]
    fn a_result_is_known_by_its_codes_and_its_unit_by_ucum() {
        let of = |coding: Value, quantity: Value| {
            let facts = one(
                json!({"resourceType": "Observation", "id": "o", "status": "final", "code": {"coding": coding, "text": "T"}, "valueQuantity": quantity}),
            );
            let result = facts.result.unwrap();
            (result.analyte, result.unit_code)
        };
        let ucum = json!({"value": 4, "unit": "mmol/l", "system": "http://unitsofmeasure.org", "code": "mmol/L"});
        let other = json!({"value": 4, "unit": "mmol/l", "system": "http://lab.example", "code": "U7"});
        let local = json!({"system": "http://lab.example", "code": "K"});
        let loinc = json!({"system": "http://loinc.org", "code": "2823-3"});
        assert_eq!(of(json!([local, loinc]), ucum.clone()), (Some("potassium".to_owned()), Some("mmol/L".to_owned())));
        assert_eq!(of(json!([local]), other), (None, None));
        let snomed = json!({"system": "http://snomed.info/sct", "code": "1000651000000109"});
        assert_eq!(of(json!([snomed]), ucum).0.as_deref(), Some("potassium"));
    }

    #[test]
    fn what_is_only_suggested_is_no_order() {
        let kind = |fields: Value| {
            let mut order = json!({"resourceType": "ServiceRequest", "id": "s", "status": "active", "category": [{"coding": [{"code": "108252007"}]}]});
            for (field, value) in fields.as_object().unwrap() {
                order[field] = value.clone();
            }
            one(order).kind
        };
        assert_eq!(kind(json!({"intent": "order"})), "Test ordered");
        assert_eq!(kind(json!({"intent": "proposal"})), "Test suggested");
        assert_eq!(kind(json!({"intent": "plan"})), "Test planned");
        assert_eq!(kind(json!({"intent": "order", "doNotPerform": true})), "Test that is not to be done");
    }

    #[test]
    fn names_are_found_in_the_package_the_resource_and_the_reference() {
        let role = "0f9b168d-c31f-4804-928a-5e5c55b0a6b9";
        let facts = first(&[
            json!({"resourceType": "Condition", "id": "c", "code": {"coding": [{"system": "http://snomed.info/sct", "code": "195967001", "display": "Asthma (disorder)"}]},
                "clinicalStatus": {"coding": [{"code": "active"}]}, "verificationStatus": {"coding": [{"code": "provisional"}]},
                "onsetAge": {"value": 12, "code": "a", "system": "http://unitsofmeasure.org"}, "recordedDate": "2019-03", "severity": {"text": "Moderate"},
                "recorder": {"reference": format!("urn:uuid:{role}")}, "asserter": {"display": "Her mother"}, "encounter": {"reference": "Encounter/e/_history/2"}}),
            json!({"resourceType": "PractitionerRole", "id": role, "practitioner": {"reference": "#dr"}, "organization": {"reference": "https://example.org/Organization/gp"}, "code": [{"text": "GP"}]}),
            json!({"resourceType": "Encounter", "id": "e", "serviceProvider": {"reference": "Organization?identifier=https://fhir.nhs.uk/Id/ods-organization-code|A81001"}}),
            json!({"resourceType": "Organization", "id": "gp", "name": "The Surgery", "identifier": [{"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "A81001"}]}),
        ]);
        insta::assert_snapshot!(page(&facts), @"
        problems | Health problem | Asthma
        code: 195967001
        status: active
        recorded: 2019-03
        author: GP
        place: The Surgery
        - How sure: Not confirmed
        - Started: At age 12 years
        - How serious: Moderate
        - Reported by: Her mother
        ");
        let facts = one(
            json!({"resourceType": "Immunization", "id": "i", "status": "completed", "vaccineCode": {"text": "MMR"}, "lotNumber": "41925TJ61", "expirationDate": "2027-07",
            "contained": [{"resourceType": "Practitioner", "id": "n", "name": [{"text": "Nurse Joy"}]}],
            "performer": [{"actor": {"reference": "#n"}}, {"actor": {"type": "Organization", "identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "B0C4P"}}}],
            "occurrenceDateTime": "2021-02-14", "doseQuantity": {"value": 0.5, "unit": "ml"}, "protocolApplied": [{"targetDisease": [{"text": "Measles"}, {"text": "Mumps"}], "doseNumberPositiveInt": 1, "seriesDosesPositiveInt": 2}]}),
        );
        insta::assert_snapshot!(page(&facts), @"
        immunisations | Vaccination | MMR
        status: completed
        happened: 2021-02-14
        author: Nurse Joy
        place: Organisation B0C4P
        - Protects against: Measles, Mumps
        - Dose number: 1 of 2
        - Dose: 0.5 ml
        - Batch number: 41925TJ61
        - Use before: July 2027
        ");
    }

    #[test]
    fn references_that_go_in_circles_end() {
        let facts = first(&[
            json!({"resourceType": "Encounter", "id": "e", "serviceProvider": {"reference": "PractitionerRole/a"}}),
            json!({"resourceType": "PractitionerRole", "id": "a", "practitioner": {"reference": "PractitionerRole/a"}, "organization": {"reference": "PractitionerRole/a"}}),
        ]);
        assert_eq!(facts.place, None);
    }

    #[test]
    fn a_prescription_tells_how_to_take_it() {
        let facts = first(&[
            json!({"resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order", "medicationReference": {"reference": "Medication/x"}, "authoredOn": "2026-10-01",
                "courseOfTherapyType": {"coding": [{"code": "continuous"}]},
                "dosageInstruction": [{"timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}, "route": {"text": "By mouth"}, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}], "patientInstruction": "With food"}],
                "dispenseRequest": {"numberOfRepeatsAllowed": 5, "quantity": {"value": 56, "unit": "tablet"}, "expectedSupplyDuration": {"value": 28, "unit": "d"}}}),
            json!({"resourceType": "Medication", "id": "x", "code": {"coding": [{"system": "http://snomed.info/sct", "code": "1", "display": "Metformin 500mg tablets"}]}}),
        ]);
        insta::assert_snapshot!(page(&facts), @"
        medicines | Repeat medicine | Metformin 500mg tablets
        code: 1
        status: active
        happened: 2026-10-01
        recorded: 2026-10-01
        - Dose: 1 tablet, 2 times a day / With food
        - How to take it: By mouth
        - Quantity: 56 tablets
        - Lasts for: 28 days
        - Repeats allowed: 5
        ");
    }

    #[test]
    fn an_allergy_tells_what_happened_and_none_known_is_told_apart_from_nothing() {
        let facts = one(
            json!({"resourceType": "AllergyIntolerance", "id": "a", "type": "allergy", "category": ["medication"], "criticality": "high", "code": {"text": "Penicillin"},
            "patient": {"reference": "Patient/1"}, "clinicalStatus": {"coding": [{"code": "active"}]}, "verificationStatus": {"coding": [{"code": "confirmed"}]},
            "reaction": [{"manifestation": [{"text": "Rash"}, {"text": "Swelling"}], "severity": "severe"}]}),
        );
        insta::assert_snapshot!(page(&facts), @"
        allergies | Allergy | Penicillin
        status: active
        - Reaction: Rash, Swelling
        - How serious: Severe
        - Risk: High risk of a serious reaction
        - Kind of thing: Medicine
        ");
        assert!(!facts.none_known);
        let none = |kind: &str, code: Value| one(json!({"resourceType": kind, "id": "a", "code": code})).none_known;
        assert!(none("AllergyIntolerance", json!({"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]})));
        assert!(none("AllergyIntolerance", json!({"text": "No Known Drug Allergies"})));
        assert!(none("Condition", json!({"coding": [{"code": "no-known-problems"}]})));
        assert!(none("Condition", json!({"coding": [{"code": "160245001"}]})));
        assert!(!none("Condition", json!({"text": "No known history of diabetes disease"})));
        assert!(!none("AllergyIntolerance", json!({"coding": [{"code": "no-allergy-info"}]})));
    }

    #[test]
    fn a_scan_is_told_by_what_was_done_how_and_where() {
        let dicom = |code: &str, display: &str| json!({"system": "http://dicom.nema.org/resources/ontology/DCM", "code": code, "display": display});
        let body = |code: &str, display: &str| json!({"system": "http://snomed.info/sct", "code": code, "display": display});
        // As Synthea wrote it.
        let scan = json!({
            "resourceType": "ImagingStudy", "id": "9c046fbc-f82a-4b9e-b6d7-268830191b50", "status": "available",
            "identifier": [{"use": "official", "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.840.99999999.76877501.1559319182611"}],
            "subject": {"reference": "urn:uuid:6bb3d38f-ae2e-40cf-a31e-baaea0b8bcc1"}, "started": "2011-07-17T21:51:36+00:00",
            "encounter": {"reference": "urn:uuid:8fb5e1b3-228a-4c64-89a7-3e24bf47176f"}, "numberOfSeries": 1, "numberOfInstances": 1,
            "series": [{
                "uid": "1.2.840.99999999.1.69729624.1559319182611", "number": 1, "modality": dicom("DX", "Digital Radiography"),
                "numberOfInstances": 1, "bodySite": body("51299004", "Clavicle"), "started": "2011-07-17T21:51:36+00:00",
                "instance": [{"uid": "1.2.840.99999999.1.1.58547860.1559319182611", "number": 1, "title": "Image of clavicle",
                    "sopClass": {"system": "urn:ietf:rfc:3986", "code": "1.2.840.10008.5.1.4.1.1.1.1"}}],
            }],
        });
        let facts = one(scan.clone());
        assert_eq!((facts.category, facts.kind.as_str(), facts.title.as_str()), (Category::Result, "Scan", "X-ray: Clavicle"));
        assert_eq!((facts.release, facts.code.is_none(), facts.happened.is_some()), (Release::Released, true, true));
        let says = |facts: &EntryFacts, label: &str| {
            facts.details.iter().find(|detail| detail.label == label).map(|detail| detail.value.clone()).unwrap_or_default()
        };
        assert_eq!(says(&facts, "How it was taken"), "X-ray");
        assert_eq!(says(&facts, "Where on the body"), "Clavicle");
        assert_eq!(says(&facts, "How many pictures"), "1 picture in 1 set");
        let with = |fields: Value| {
            let mut other = scan.clone();
            for (field, value) in fields.as_object().unwrap() {
                other[field] = value.clone();
            }
            one(other)
        };
        let facts = with(json!({
            "description": "MRI of both knees", "procedureCode": [{"coding": [body("241615005", "MRI of knee")]}],
            "modality": [dicom("MR", "Magnetic Resonance"), dicom("ZZ", "Something new")], "numberOfSeries": 3, "numberOfInstances": 120,
            "reasonCode": [{"text": "Knee pain"}], "location": {"display": "Scan room 2"}, "interpreter": [{"display": "Dr Obi"}],
            "basedOn": [{"reference": "ServiceRequest/s1"}], "note": [{"text": "Lay still."}],
            "series": [
                {"bodySite": body("72696002", "Knee"), "laterality": body("7771000", "Left"), "performer": [{"actor": {"display": "Jo Bright"}}]},
                {"bodySite": body("72696002", "Knee"), "laterality": body("24028007", "Right")},
            ],
        }));
        assert_eq!((facts.title.as_str(), says(&facts, "What was done").as_str()), ("MRI of both knees", "MRI of knee"));
        assert_eq!(says(&facts, "How it was taken"), "MRI scan, Something new");
        assert_eq!(says(&facts, "Where on the body"), "Knee (Left), Knee (Right)");
        assert_eq!(says(&facts, "How many pictures"), "120 pictures in 3 sets");
        assert_eq!((says(&facts, "Why it was done").as_str(), says(&facts, "Explained by").as_str()), ("Knee pain", "Dr Obi"));
        assert_eq!((facts.author.as_deref(), facts.place.as_deref()), (Some("Jo Bright"), Some("Scan room 2")));
        assert_eq!(facts.result.unwrap().links[0].logical_id, "s1");
        for status in ["cancelled", "entered-in-error"] {
            assert_eq!(with(json!({ "status": status })).release, Release::Withheld, "{status}");
        }
        assert_eq!(with(json!({ "series": null })).title, "Scan");
        let report = json!({
            "resourceType": "DiagnosticReport", "id": "r1", "status": "final", "code": {"text": "X-ray of clavicle"},
            "imagingStudy": [{"reference": "ImagingStudy/9c046fbc-f82a-4b9e-b6d7-268830191b50"}],
        });
        let facts = first(&[report, scan]);
        assert!(facts.mentions.contains(&"ImagingStudy/9c046fbc-f82a-4b9e-b6d7-268830191b50".to_owned()), "{:?}", facts.mentions);
        let result = facts.result.unwrap();
        let link = &result.links[0];
        assert_eq!((link.role.code(), link.resource_type.as_str()), ("picture", "ImagingStudy"));
    }

    #[test]
    fn orders_and_answers_tell_the_numbers_by_which_they_know_each_other() {
        let number = |value: &str| json!({"system": "https://riverside.example/orders", "value": value});
        let typed = |kind: &str, value: &str| {
            let mut typed = number(value);
            typed["type"] = json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": kind}]});
            typed
        };
        let told = |resource: Value| {
            let ordered = one(resource).ordered?;
            let is_group = |number: &OrderNumber| if number.is_group { " of a group" } else { "" };
            let numbers = ordered.numbers.iter().map(|number| format!("{}{}", number.value, is_group(number)));
            let numbers: Vec<String> = numbers.collect();
            Some((ordered.role.code(), ordered.about.clone(), numbers))
        };
        let potassium = json!({"coding": [{"system": "http://loinc.org", "code": "2823-3", "display": "Potassium"}]});
        let order = json!({
            "resourceType": "ServiceRequest", "id": "s1", "status": "active", "intent": "order", "code": potassium,
            "category": [{"coding": [{"code": "laboratory"}]}], "requisition": number("G1"),
            "identifier": [number(" A1 "), typed("PLAC", "A2"), typed("MR", "NOT"), {"value": "NOT"}, {"system": "lab", "value": "NOT"}, number("A1")],
        });
        let (role, about, numbers) = told(order.clone()).unwrap();
        assert_eq!((role, numbers), ("asks", vec!["A1".to_owned(), "A2".to_owned(), "G1 of a group".to_owned()]));
        assert!(about.is_some());
        let answer = json!({
            "resourceType": "DiagnosticReport", "id": "r1", "status": "final", "code": potassium,
            "identifier": [typed("FILL", "F1"), typed("FGN", "F2"), typed("ACSN", "NOT"), number("NOT")],
            "contained": [{"resourceType": "ServiceRequest", "id": "asked", "identifier": [number("A4")], "requisition": number("G1")}],
            "basedOn": [
                {"identifier": number("A3")}, {"type": "CarePlan", "identifier": number("NOT")},
                {"reference": "CarePlan/c1", "identifier": number("NOT")}, {"reference": "#asked"}, {"reference": "#nobody"},
            ],
        });
        let same = |numbers: &[&str]| {
            let numbers: Vec<String> = numbers.iter().map(|number| (*number).to_owned()).collect();
            Some(("answers", about.clone(), numbers))
        };
        assert_eq!(told(answer), same(&["F1", "F2 of a group", "A3", "A4", "G1 of a group"]));
        let result = json!({
            "resourceType": "Observation", "id": "o1", "status": "final", "code": potassium, "valueString": "4.1",
            "basedOn": [{"identifier": number("A1")}],
        });
        assert_eq!(told(result), same(&["A1"]));
        // What one place says to be a group's is so in all, and what was not ordered only stands beside.
        let mut shared = order.clone();
        shared["identifier"] = json!([number("G1"), typed("PGN", "G2"), number("G2")]);
        assert_eq!(told(shared).unwrap().2, ["G1 of a group", "G2 of a group"]);
        for (field, value) in [
            ("status", json!("revoked")),
            ("intent", json!("plan")),
            ("intent", json!("proposal")),
            ("doNotPerform", json!(true)),
        ] {
            let mut beside = order.clone();
            beside[field] = value;
            assert_eq!(told(beside).unwrap().0, "beside", "{field}");
        }
        let mut many = order;
        many["identifier"] = (0..50).map(|at| number(&at.to_string())).collect();
        assert_eq!(told(many).unwrap().2.len(), 20);
        let referral = json!({
            "resourceType": "ServiceRequest", "id": "s2", "status": "active", "intent": "order", "identifier": [number("A1")],
            "category": [{"coding": [{"code": "referral"}]}],
        });
        assert_eq!(told(referral), Some(("beside", None, vec!["A1".to_owned()])));
        assert_eq!(
            told(
                json!({"resourceType": "DiagnosticReport", "id": "r2", "status": "final", "basedOn": [{"reference": "ServiceRequest/s1"}]})
            ),
            None
        );
    }

    #[test]
    fn a_letter_says_to_what_it_refers_and_takes_no_words_from_it() {
        let facts = one(json!({
            "resourceType": "DocumentReference", "id": "d1", "status": "current", "description": "Clinic letter",
            "content": [{"attachment": {"contentType": "text/plain", "data": "SGVsbG8="}}],
            "context": {"related": [{"reference": "https://lab.example/fhir/DiagnosticReport/r1/_history/2"}, {"reference": "#x"}, {"display": "A test"}]},
            "relatesTo": [{"code": "appends", "target": {"reference": "Observation/o1"}}, {"code": "appends"}],
        }));
        assert_eq!(facts.refers_to, ["DiagnosticReport/r1", "Observation/o1"]);
        assert!(facts.mentions.is_empty(), "{:?}", facts.mentions);
        let odd = one(json!({
            "resourceType": "DocumentReference", "id": "d1", "status": "current", "description": "Clinic letter",
            "context": {"related": "DiagnosticReport/r1"}, "relatesTo": {"target": 7},
        }));
        assert!(odd.refers_to.is_empty() && odd.title == "Clinic letter");
        let partly = one(json!({
            "resourceType": "DocumentReference", "id": "d1", "status": "current", "description": "Clinic letter",
            "context": {"related": [7, {"reference": 7}, {"reference": "DiagnosticReport/r1"}, {"identifier": {"value": "R2"}}]},
            "relatesTo": ["odd", {"target": "odd"}, {"target": {"reference": "Observation/o1"}}],
        }));
        assert_eq!(partly.refers_to, ["DiagnosticReport/r1", "Observation/o1"]);
    }

    #[test]
    fn a_picture_is_a_result_that_its_report_names() {
        let picture = json!({
            "resourceType": "Media", "id": "x1", "status": "completed", "modality": {"text": "X-ray"}, "view": {"text": "From the side"},
            "createdDateTime": "2026-11-20T10:00:00Z", "bodySite": {"text": "Left knee"}, "operator": {"display": "Dr Obi"},
            "content": {"contentType": "image/png", "title": "Left knee", "data": "iVBORw0KGgo="},
        });
        let facts = one(picture.clone());
        assert_eq!((facts.category, facts.kind.as_str(), facts.title.as_str()), (Category::Result, "Picture", "Left knee"));
        assert_eq!((facts.author.as_deref(), facts.release), (Some("Dr Obi"), Release::Released));
        let says = |label: &str| facts.details.iter().find(|detail| detail.label == label).map(|detail| detail.value.as_str());
        assert_eq!((says("What it shows"), says("How it was taken")), (Some("From the side"), Some("X-ray")));
        let with = |field: &str, value: Value| {
            let mut other = picture.clone();
            other[field] = value;
            one(other)
        };
        for status in ["in-progress", "entered-in-error"] {
            assert_eq!(with("status", json!(status)).release, Release::Withheld, "{status}");
        }
        assert_eq!(with("content", json!({"contentType": "video/mp4"})).kind, "Recording");
        let report = json!({
            "resourceType": "DiagnosticReport", "id": "r1", "status": "final", "code": {"text": "X-ray of knee"},
            "media": [{"link": {"reference": "Media/x1", "display": "Left knee"}}],
        });
        let facts = first(&[report, picture]);
        assert!(facts.mentions.contains(&"Media/x1".to_owned()), "{:?}", facts.mentions);
        let result = facts.result.unwrap();
        let link = &result.links[0];
        assert_eq!((link.role.code(), link.resource_type.as_str(), link.logical_id.as_str()), ("picture", "Media", "x1"));
        assert_eq!(link.name, None);
    }

    #[test]
    fn a_newer_version_is_told_from_one_that_only_was_sent_again() {
        let report = json!({
            "resourceType": "DiagnosticReport", "id": "r1", "status": "preliminary", "code": {"text": "Biopsy"},
            "conclusion": "A mole", "issued": "2026-11-20T10:00:00Z", "note": [],
        });
        let changed = |field: &str, value: Value| {
            let mut now = report.clone();
            now[field] = value;
            let change = map::change(&report.to_string(), &now.to_string());
            (change.was_early, change.is_early, change.says_else)
        };
        assert_eq!(changed("id", json!("r1")), (true, true, false));
        assert_eq!(changed("status", json!("final")), (true, false, false));
        for (field, value) in [
            ("issued", json!("2026-11-21T10:00:00Z")),
            ("meta", json!({"versionId": "2"})),
            ("performer", json!([{"display": "Dr Obi"}])),
            ("conclusionCode", Value::Null),
        ] {
            assert_eq!(changed(field, value), (true, true, false), "{field}");
        }
        for (field, value) in [
            ("conclusion", json!("A melanoma")),
            ("conclusionCode", json!([{"text": "Melanoma"}])),
            ("presentedForm", json!([{"contentType": "text/plain", "data": "SGVsbG8="}])),
            ("code", json!({"text": "Blood test"})),
        ] {
            assert_eq!(changed(field, value), (true, true, true), "{field}");
        }
        let value =
            |value: f64| json!({"resourceType": "Observation", "status": "final", "valueQuantity": {"value": value}}).to_string();
        assert!(map::change(&value(5.1), &value(6.1)).says_else && !map::change(&value(5.1), &value(5.1)).says_else);
        assert!(map::change("{", &value(5.1)).says_else, "of what cannot be read nothing is known");
    }

    #[test]
    fn what_must_not_be_shown_is_withheld() {
        let release = |resource: Value| one(resource).release;
        let with = |kind: &str, field: &str, value: Value| {
            let mut resource = json!({"resourceType": kind, "id": "x"});
            resource[field] = value;
            resource
        };
        for kind in [
            "Observation",
            "Procedure",
            "Immunization",
            "MedicationRequest",
            "Encounter",
            "DocumentReference",
            "CarePlan",
            "ClinicalImpression",
            "RiskAssessment",
            "Communication",
        ] {
            assert_eq!(release(with(kind, "status", json!("entered-in-error"))), Release::Withheld, "{kind}");
        }
        let wrong = json!({"coding": [{"code": "entered-in-error"}]});
        assert_eq!(release(with("Condition", "verificationStatus", wrong.clone())), Release::Withheld);
        assert_eq!(release(with("AllergyIntolerance", "verificationStatus", wrong)), Release::Withheld);
        let says = |kind: &str, status: &str| map::taken_back(&with(kind, "status", json!(status)).to_string());
        assert!(
            says("Observation", "entered-in-error")
                && !says("Observation", "preliminary")
                && !says("DiagnosticReport", "cancelled")
        );
        assert_eq!(release(with("DiagnosticReport", "status", json!("cancelled"))), Release::Withheld);
        assert_eq!(release(with("DiagnosticReport", "status", json!("preliminary"))), Release::Released);
        assert_eq!(release(with("Observation", "status", json!("preliminary"))), Release::Withheld);
        // What is only ordered may be told of; what is in it and nobody has looked at may not.
        for (kind, status, content) in [
            ("Observation", "registered", "valueString"),
            ("DiagnosticReport", "registered", "conclusion"),
            ("DiagnosticReport", "partial", "conclusion"),
        ] {
            let mut resource = with(kind, "status", json!(status));
            assert_eq!(release(resource.clone()), Release::Released, "{kind} {status}");
            assert!(!map::withheld(&resource.to_string()));
            resource[content] = json!("Something was found");
            assert_eq!(release(resource.clone()), Release::Withheld, "{kind} {status}");
            assert!(map::withheld(&resource.to_string()));
        }
        // What stands inside a report is held to the same.
        for (status, release_of) in
            [("preliminary", Release::Withheld), ("registered", Release::Withheld), ("final", Release::Released)]
        {
            let inside = json!({"resourceType": "Observation", "id": "in", "status": status, "code": {"text": "Sodium"}, "valueString": "140"});
            let mut report = with("DiagnosticReport", "status", json!("final"));
            report["result"] = json!([{"reference": "#in"}]);
            report["contained"] = json!([{"resourceType": "Practitioner", "id": "p"}, inside]);
            assert_eq!(release(report.clone()), release_of, "{status}");
            assert_eq!(map::withheld(&report.to_string()), release_of == Release::Withheld, "{status}");
            // What was only asked for says nothing yet.
            report["contained"][1]["valueString"] = json!(null);
            assert_eq!(release(report.clone()), Release::Released, "{status}");
            assert!(!map::withheld(&report.to_string()));
        }
        let protected = json!({"coding": [{"system": "http://snomed.info/sct", "code": "342191000000101"}]});
        for kind in ["Observation", "Condition", "Procedure", "CarePlan"] {
            let field = if kind == "CarePlan" { "category" } else { "code" };
            let value = if kind == "CarePlan" { json!([protected]) } else { protected.clone() };
            assert_eq!(release(with(kind, field, value)), Release::Withheld, "{kind}");
        }
        assert!(map::withheld(&with("Flag", "code", protected).to_string()));
        assert!(map::withheld(&with("QuestionnaireResponse", "status", json!("in-progress")).to_string()));
        assert_eq!(release(with("Composition", "status", json!("preliminary"))), Release::Withheld);
        assert_eq!(release(with("DocumentReference", "docStatus", json!("preliminary"))), Release::Withheld);
        let confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
        for label in [
            json!({"code": "REDACTED"}),
            json!({"code": "NOPAT"}),
            json!({"system": confidentiality, "code": "V"}),
            json!({"code": "CP-IS"}),
            json!({"code": "third-party"}),
            json!({"code": "UNFILED"}),
        ] {
            assert_eq!(release(with("Observation", "meta", json!({"security": [label]}))), Release::Withheld);
        }
        assert_eq!(
            release(with("Observation", "meta", json!({"security": [{"system": confidentiality, "code": "N"}]}))),
            Release::Released
        );
    }

    #[test]
    fn what_says_by_its_words_that_a_child_is_protected_is_withheld() {
        let coded = |words: &str| json!({"resourceType": "Observation", "id": "x", "status": "final", "code": {"coding": [{"code": "1", "display": words}]}});
        let is_withheld = |resource: &Value| {
            let text = resource.to_string();
            let mapped = one(resource.clone()).release == Release::Withheld;
            assert_eq!(map::withheld(&text), mapped, "{text}");
            mapped
        };
        for words in [
            "Child protection plan",
            "Subject to a Child Protection Plan (finding)",
            "CHILD PROTECTION CASE CONFERENCE",
            "Child-protection conference report",
            "On child protection register",
            "Child protection investigation",
            "Section 47 enquiry",
            "Strategy meeting (section 47)",
            "Safeguarding children: referral",
            "Child in need plan",
            "Looked-after child review",
        ] {
            for resource in [
                coded(words),
                json!({"resourceType": "Condition", "id": "x", "code": {"text": words}}),
                json!({"resourceType": "Encounter", "id": "x", "status": "finished", "reasonCode": [{"text": words}]}),
                json!({"resourceType": "DocumentReference", "id": "x", "status": "current", "type": {"text": words}}),
                json!({"resourceType": "DocumentReference", "id": "x", "status": "current", "description": words}),
                json!({"resourceType": "DocumentReference", "id": "x", "status": "current", "content": [{"attachment": {"title": words}}]}),
                json!({"resourceType": "Composition", "id": "x", "status": "final", "title": words}),
                json!({"resourceType": "CarePlan", "id": "x", "status": "active", "title": words}),
                json!({"resourceType": "ClinicalImpression", "id": "x", "status": "completed", "summary": words}),
                json!({"resourceType": "ClinicalImpression", "id": "x", "status": "completed", "finding": [{"basis": words}]}),
                json!({"resourceType": "RiskAssessment", "id": "x", "status": "final", "code": {"text": words}}),
                json!({"resourceType": "RiskAssessment", "id": "x", "status": "final", "method": {"text": words}}),
                json!({"resourceType": "RiskAssessment", "id": "x", "status": "final", "prediction": [{"rationale": words}]}),
                json!({"resourceType": "RiskAssessment", "id": "x", "status": "final", "mitigation": words}),
                json!({"resourceType": "RiskAssessment", "id": "x", "status": "final", "note": [{"text": words}]}),
                json!({"resourceType": "RiskAssessment", "id": "x", "status": "final", "basis": [{"display": words}]}),
                json!({"resourceType": "Communication", "id": "x", "status": "completed", "topic": {"text": words}}),
            ] {
                assert!(is_withheld(&resource), "{resource}");
            }
            // What no page shows is not taken away either.
            assert!(map::withheld(&json!({"resourceType": "Flag", "id": "x", "code": {"text": words}}).to_string()), "{words}");
        }
        for words in [
            "Protection",
            "Child",
            "Child development review",
            "Child health plan",
            "Protected time",
            "Sun protection for children",
            "Gastric protection plan",
            "Caesarean section 47 minutes",
            "Section 47 of the Mental Health Act",
            "Section 47 assessment, NHS and Community Care Act 1990",
            "Section 47/49 transfer",
            "Section 470",
            "Intersection 47",
            "Safeguarding adults",
            "Wound looked after",
        ] {
            assert!(!is_withheld(&coded(words)), "{words}");
        }
        // Free text, who wrote it and what else it refers to do not make it about that.
        let words = "Child protection plan";
        for open in [
            json!({"resourceType": "Condition", "id": "x", "code": {"text": "Asthma"}, "note": [{"text": words}]}),
            json!({"resourceType": "Condition", "id": "x", "code": {"text": "Asthma"}, "recorder": {"reference": "Practitioner/p", "display": "Safeguarding children nurse"}}),
            json!({"resourceType": "Composition", "id": "x", "status": "final", "title": "Letter", "section": [{"title": "Safeguarding children"}]}),
        ] {
            assert!(!is_withheld(&open), "{open}");
        }
        let told = json!({"resourceType": "Encounter", "id": "e", "status": "finished", "reasonReference": [{"reference": "Observation/x", "display": words}]});
        let all: Vec<_> =
            [told, coded(words)].iter().map(|one| fhir::Received::new("test", None, one.to_string()).unwrap()).collect();
        let facts = map::entry(&all[0], &Names::among(&all)).unwrap().unwrap();
        assert_eq!(facts.release, Release::Released);
        assert!(!format!("{facts:?}").contains("protection"), "no other entry tells of it: {facts:?}");
    }

    #[test]
    fn what_is_about_another_person_is_withheld() {
        let id = "5f5b6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f";
        let patient = json!({"resourceType": "Patient", "id": "m1"});
        let relative = json!({"resourceType": "RelatedPerson", "id": id, "patient": {"reference": "Patient/m1"}});
        let me = json!({"reference": "Patient/m1"});
        let resource = |kind: &str, fields: Value| {
            let mut resource = json!({"resourceType": kind, "id": "x"});
            for (field, value) in fields.as_object().unwrap() {
                resource[field] = value.clone();
            }
            resource
        };
        let is_withheld =
            |resource: &Value| first(&[resource.clone(), patient.clone(), relative.clone()]).release == Release::Withheld;
        let address = json!({"reference": format!("urn:uuid:{id}")});
        let contained = json!([{"resourceType": "RelatedPerson", "id": "r"}, {"resourceType": "Patient", "id": "p"}]);
        for about in [
            resource("Observation", json!({"subject": me, "focus": [{"reference": "RelatedPerson/1"}]})),
            resource("Observation", json!({"subject": me, "focus": [{"reference": "Patient/other"}]})),
            resource("Observation", json!({"subject": me, "focus": [{"type": "RelatedPerson", "display": "Her mother"}]})),
            resource("Observation", json!({"subject": me, "focus": [{"reference": "#r"}], "contained": contained})),
            resource("Observation", json!({"subject": me, "focus": [{"reference": "#p"}], "contained": contained})),
            resource("Condition", json!({"subject": {"reference": "RelatedPerson/1"}})),
            resource("DocumentReference", json!({"subject": {"reference": "https://surgery.example/fhir/RelatedPerson/1"}})),
            resource("AllergyIntolerance", json!({"patient": {"type": "RelatedPerson", "identifier": {"value": "1"}}})),
        ] {
            assert!(is_withheld(&about), "{about}");
            assert!(map::withheld(&about.to_string()), "{about}");
        }
        // By what the address leads to.
        for about in [
            resource("Observation", json!({"subject": me, "focus": [address]})),
            resource("Procedure", json!({"subject": address})),
        ] {
            assert!(is_withheld(&about), "{about}");
        }
        for own in [
            resource("Observation", json!({"subject": me})),
            resource("Observation", json!({"subject": me, "focus": [me]})),
            resource("Observation", json!({"subject": me, "focus": [{"reference": "https://surgery.example/fhir/Patient/m1"}]})),
            resource("Observation", json!({"subject": me, "focus": [{"reference": "Device/pacemaker"}]})),
            resource("Observation", json!({"subject": me, "performer": [{"reference": "RelatedPerson/1"}]})),
            resource(
                "Observation",
                json!({"subject": {"reference": "#p"}, "focus": [{"reference": "#p"}], "contained": [
                {"resourceType": "Patient", "id": "p"}]}),
            ),
            resource("Encounter", json!({"subject": me, "participant": [{"individual": {"reference": "RelatedPerson/1"}}]})),
            resource("Appointment", json!({"participant": [{"actor": me}, {"actor": address}]})),
        ] {
            assert!(!is_withheld(&own), "{own}");
            assert!(!map::withheld(&own.to_string()), "{own}");
        }
        // No other entry tells of it.
        let told =
            resource("Encounter", json!({"subject": me, "reasonReference": [{"reference": "Condition/c", "display": "SECRET"}]}));
        let other = json!({"resourceType": "Condition", "id": "c", "subject": address, "code": {"text": "SECRET"}});
        let facts = first(&[told, other, patient.clone(), relative.clone()]);
        assert!(facts.release == Release::Released && !format!("{facts:?}").contains("SECRET"), "{facts:?}");
    }

    #[test]
    fn what_was_given_out_says_what_when_and_where_and_not_to_whom() {
        let facts = one(json!({
            "resourceType": "MedicationDispense", "id": "x", "status": "completed", "subject": {"reference": "Patient/m1"},
            "medicationCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "323509004", "display": "Amoxicillin 250mg capsules"}]},
            "performer": [{"actor": {"reference": "Organization/o", "display": "Riverside Pharmacy"}}],
            "quantity": {"value": 21, "unit": "capsule"}, "whenPrepared": "2026-03-02", "whenHandedOver": "2026-03-03",
            "receiver": [{"reference": "RelatedPerson/r", "display": "SECRET"}],
            "dosageInstruction": [{"text": "One three times a day"}],
            "substitution": {"wasSubstituted": true, "reason": [{"text": "Out of stock"}]}
        }));
        let page = page(&facts);
        assert!(page.starts_with("medicines | Medicine given out | Amoxicillin 250mg capsules\n"), "{page}");
        for line in [
            "code: 323509004",
            "happened: 2026-03-03",
            "place: Riverside Pharmacy",
            "- Dose: One three times a day",
            "- Quantity: 21",
            "- Other than was prescribed: Out of stock",
        ] {
            assert!(page.contains(line), "{line}: {page}");
        }
        assert!(!page.contains("SECRET"), "{page}");
        let kind = |status: &str| one(json!({"resourceType": "MedicationDispense", "id": "x", "status": status})).kind;
        assert_eq!([kind("in-progress"), kind("declined")], ["Medicine being made ready", "Medicine not given out"]);
    }

    #[test]
    fn a_time_with_a_service_names_the_service_and_who_is_in_charge() {
        let facts = one(json!({
            "resourceType": "EpisodeOfCare", "id": "x", "status": "active", "patient": {"reference": "Patient/m1"},
            "type": [{"text": "Community nursing"}], "managingOrganization": {"display": "Riverside Community Services"},
            "careManager": {"display": "Sister Joan Hale"}, "period": {"start": "2026-01-05"},
            "diagnosis": [{"condition": {"display": "Leg ulcer"}}]
        }));
        let page = page(&facts);
        assert!(page.starts_with("care | Time with a care service | Community nursing\n"), "{page}");
        for line in
            ["status: active", "place: Riverside Community Services", "- For: Leg ulcer", "- Person in charge: Sister Joan Hale"]
        {
            assert!(page.contains(line), "{line}: {page}");
        }
    }

    #[test]
    fn a_visit_is_known_by_the_service_that_gave_it() {
        let kind = |class: &str, said: &str, by: &str| {
            one(json!({"resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": class},
                "type": [{"text": said}], "serviceProvider": {"display": by}}))
            .kind
        };
        for (class, said, by, expected) in [
            ("VR", "NHS 111 call", "Vale Urgent Care", "NHS 111 call"),
            ("VR", "Telephone assessment", "NHS 111 Vale", "NHS 111 call"),
            ("VR", "NHS 111 call", "Vale Ambulance Service", "NHS 111 call"),
            ("EMER", "Seen at the scene", "Vale Ambulance Service NHS Trust", "Ambulance visit"),
            ("FLD", "Seen at the scene", "Somebody", "Care on the spot"),
            ("AMB", "Day therapy", "St Luke's Hospice", "Hospice visit"),
            ("AMB", "GP out-of-hours consultation", "Vale GPs", "Out-of-hours visit"),
            ("AMB", "Care Act assessment", "Vale Council Adult Social Care", "Social care visit"),
            ("AMB", "Seen in room 111", "Riverside Surgery", "Consultation"),
            ("HH", "Nurse visit", "St Luke's Hospice", "Home visit"),
            ("IMP", "Admission", "St Luke's Hospice", "Hospital stay"),
        ] {
            assert_eq!(kind(class, said, by), expected, "{said}, {by}");
        }
    }

    #[test]
    fn a_device_is_told_of_where_somebody_has_it() {
        let pacemaker = json!({
            "resourceType": "Device", "id": "d", "status": "active", "patient": {"reference": "Patient/m1"},
            "type": {"text": "Cardiac pacemaker"}, "deviceName": [{"name": "Azure XT", "type": "model-name"}],
            "manufacturer": "Medtronic", "serialNumber": "PVX1", "lotNumber": "7", "udiCarrier": [{"deviceIdentifier": "00643169"}],
            "safety": [{"text": "MR Conditional"}]
        });
        let page = page(&one(pacemaker.clone()));
        assert!(page.starts_with("procedures | Implant or device | Cardiac pacemaker\n"), "{page}");
        for line in [
            "- In use: Yes",
            "- Name: Azure XT",
            "- Made by: Medtronic",
            "- Serial number: PVX1",
            "- Batch number: 7",
            "- Device number (UDI): 00643169",
            "- Safety: MR Conditional",
        ] {
            assert!(page.contains(line), "{line}: {page}");
        }
        assert!(!page.contains("status:"), "it is not said to be ordered: {page}");
        let used = json!({"resourceType": "DeviceUseStatement", "id": "u", "status": "completed", "timingDateTime": "2020-05-06",
            "subject": {"reference": "Patient/m1"}, "device": {"reference": "Device/d"}, "bodySite": {"text": "Left chest"}});
        let facts = first(&[used, pacemaker]);
        assert_eq!((facts.kind.as_str(), facts.title.as_str()), ("Implant or device", "Azure XT"));
        assert!(facts.details.iter().any(|detail| detail.value == "No longer") && facts.happened.is_some());
        let package = package(&[json!({"resourceType": "Device", "id": "analyser", "deviceName": [{"name": "Cobas"}]})]);
        assert_eq!(map::entry(&package.resources[0], &Names::of(&package)), Ok(None), "nobody has it");
    }

    #[test]
    fn of_flags_only_those_are_shown_that_are_for_the_person_too() {
        let flag = |category: Value, words: &str| {
            json!({"resourceType": "Flag", "id": "x", "status": "active", "category": category, "code": {"text": words},
                "subject": {"reference": "Patient/m1"}, "period": {"start": "2026-01-05"}})
        };
        let coded = |codes: &[&str]| -> Value {
            codes
                .iter()
                .map(|code| json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/flag-category", "code": code}]}))
                .collect()
        };
        let entry = |resource: &Value| {
            let package = package(std::slice::from_ref(resource));
            map::entry(&package.resources[0], &Names::of(&package)).unwrap()
        };
        for codes in [&["NRAF"][..], &["diet"][..], &["clinical", "drug"][..]] {
            let facts = entry(&flag(coded(codes), "Needs letters in large print")).unwrap();
            assert_eq!((facts.category, facts.kind.as_str()), (Category::Care, "What staff should know"));
            assert_eq!((facts.title.as_str(), facts.release), ("Needs letters in large print", Release::Released));
        }
        // Whatever words it has, one of which no entry tells is no part of a download either.
        for category in [
            coded(&["contact"]),
            coded(&["clinical"]),
            coded(&["diet", "safety"]),
            coded(&["admin"]),
            json!([{"text": "Alert"}]),
            json!("diet"),
            Value::Null,
        ] {
            let resource = flag(category.clone(), "Partner reads her phone");
            assert_eq!(entry(&resource), None, "{category}");
            assert!(map::withheld(&resource.to_string()), "{category}");
        }
        assert!(map::withheld(&json!({"resourceType": "Flag", "id": "x", "code": 7}).to_string()), "it cannot be read");
        // One about somebody or something else tells neither a need nor a wish of the person.
        let not_for_cpr =
            json!({"coding": [{"system": "http://snomed.info/sct", "code": "450476008", "display": "Not for CPR"}]});
        for subject in [json!({"reference": "Practitioner/p"}), json!({"reference": "RelatedPerson/r"}), json!({"type": "Group"})]
        {
            for code in [json!({"text": "Gluten free"}), not_for_cpr.clone()] {
                let mut resource = flag(coded(&["diet"]), "");
                resource["subject"] = subject.clone();
                resource["code"] = code;
                assert_eq!(entry(&resource), None, "{resource}");
                assert!(map::withheld(&resource.to_string()), "{resource}");
            }
        }
        let mut wish = flag(coded(&["safety"]), "");
        wish["code"] = not_for_cpr;
        assert_eq!(entry(&wish).unwrap().kind, "DNACPR decision", "a wish is one of whatever sort");
        assert!(!map::withheld(&wish.to_string()));
        // What warns of harm is no part of a download either.
        for (category, words) in [
            (coded(&["clinical"]), "Safeguarding adults: at risk"),
            (coded(&["NRAF"]), "Ask whether it is safe to talk"),
            (Value::Null, "Known to be violent"),
            (coded(&["behavioral"]), "See with two members of staff"),
            (coded(&["diet"]), "Risk of forced marriage"),
            (coded(&["diet"]), "Honour-based harm"),
            (coded(&["NRAF"]), "Victim of trafficking"),
            (coded(&["NRAF"]), "Financial exploitation"),
            (coded(&["NRAF"]), "Stalking: see alone"),
            (coded(&["NRAF"]), "Vulnerable adult"),
            (coded(&["drug"]), "At risk from her husband"),
            (coded(&["drug"]), "Risk to staff"),
            (coded(&["drug"]), "Risk to others"),
            (coded(&["NRAF"]), "Non-molestation order in place"),
            (coded(&["NRAF"]), "Restraining order"),
            (coded(&["NRAF"]), "Made threats"),
            (coded(&["NRAF"]), "Domestic abuse"),
            (coded(&["NRAF"]), "Do not disclose address"),
            (coded(&["NRAF"]), "Do not share with family"),
        ] {
            let resource = flag(category, words);
            assert!(map::withheld(&resource.to_string()), "{words}");
            assert!(entry(&resource).is_none_or(|facts| facts.release == Release::Withheld), "{words}");
        }
        for words in
            ["Gluten free", "At risk from falls", "Sight-threatening disease", "Sharing of letters agreed", "Exploits of the day"]
        {
            assert!(!map::withheld(&flag(coded(&["diet"]), words).to_string()), "{words}");
        }
    }

    #[test]
    fn a_source_may_mark_one_result_to_be_talked_about_first() {
        let result = |kind: &str, meta: Value| {
            let all = json!({"resourceType": kind, "id": "x", "status": "final", "code": {"text": "HTT gene"}, "meta": meta});
            one(all).result.unwrap().comment_first
        };
        let act_code = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
        for kind in ["Observation", "DiagnosticReport"] {
            assert!(result(kind, json!({"security": [{"system": act_code, "code": "TBOO"}]})), "{kind}");
            assert!(result(kind, json!({"tag": [{"code": "taboo"}]})), "{kind}");
            assert!(!result(kind, json!({"security": [{"system": act_code, "code": "PSY"}]})), "{kind}");
            assert!(!result(kind, Value::Null), "{kind}");
        }
    }

    #[test]
    fn nothing_of_what_is_withheld_is_told_by_what_refers_to_it() {
        let all = [
            json!({"resourceType": "DiagnosticReport", "id": "r", "status": "final", "code": {"text": "Blood tests"},
                "result": [{"reference": "Observation/open"}, {"reference": "Observation/closed", "display": "SECRET"}]}),
            json!({"resourceType": "Observation", "id": "open", "status": "final", "code": {"text": "Sodium"}, "valueString": "140"}),
            json!({"resourceType": "Observation", "id": "closed", "status": "final", "code": {"text": "SECRET"}, "valueString": "SECRET",
                "meta": {"security": [{"code": "REDACTED"}]}}),
        ];
        let all: Vec<_> = all.iter().map(|one| fhir::Received::new("test", None, one.to_string()).unwrap()).collect();
        let told = |names: &Names<'_>| map::entry(&all[0], names).unwrap().unwrap();
        let facts = told(&Names::among(&all));
        let named = |facts: &EntryFacts| {
            let links = facts.result.as_ref().map(|result| result.links.clone()).unwrap_or_default();
            links.into_iter().filter_map(|link| link.name).collect::<Vec<_>>()
        };
        assert_eq!(named(&facts), ["Sodium"], "{facts:?}");
        assert!(!format!("{facts:?}").contains("SECRET"), "{facts:?}");
        assert!(facts.mentions.contains(&"Observation/closed".to_owned()));
        let without = told(&Names::shown_among(&all, |one| one.id != "open"));
        assert_eq!(named(&without), Vec::<String>::new());
    }

    #[test]
    fn what_must_not_be_shown_is_told_by_its_marks_whatever_else_it_says() {
        let withheld = |fields: Value| {
            let mut resource =
                json!({"resourceType": "Claim", "id": "x", "code": 7, "status": "active", "meta": {"versionId": "1"}});
            for (field, value) in fields.as_object().unwrap() {
                resource[field] = value.clone();
            }
            map::withheld(&resource.to_string())
        };
        let confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
        for marked in [
            json!({"meta": {"security": [{"code": "REDACTED"}]}}),
            json!({"meta": {"security": [{"code": "N"}, {"system": confidentiality, "code": "V"}]}}),
            json!({"meta": {"tag": [{"code": "cp_is"}]}}),
            json!({"securityLabel": [{"coding": [{"code": "NOPAT"}]}]}),
            json!({"confidentiality": "V"}),
            json!({"status": "entered-in-error"}),
            json!({"status": "draft"}),
            json!({"docStatus": "entered-in-error"}),
            json!({"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}),
            // What cannot be read may say anything.
            json!({"meta": 7}),
            json!({"meta": {"security": "REDACTED"}}),
            json!({"meta": {"security": ["REDACTED"]}}),
            json!({"securityLabel": "NOPAT"}),
        ] {
            assert!(withheld(marked.clone()), "{marked}");
        }
        for open in [
            json!({}),
            json!({"meta": null}),
            json!({"meta": {"security": [{"system": confidentiality, "code": "R"}, {"code": "PSY"}]}}),
            json!({"status": {"coding": [{"code": "active"}]}, "verificationStatus": "confirmed"}),
        ] {
            assert!(!withheld(open.clone()), "{open}");
        }
        assert!(map::withheld("") && map::withheld("REDACTED"));
        assert!(map::withheld(r#"{"meta":{},"meta":{}}"#) && map::withheld(r#"{"meta":{"security":[],"security":[]}}"#));
    }

    #[test]
    fn labels_of_the_source_tell_how_sensitive_an_entry_is() {
        let sensitivity =
            |code: &str| one(json!({"resourceType": "Condition", "id": "c", "meta": {"security": [{"code": code}]}})).sensitivity;
        assert_eq!(sensitivity("PSY"), Sensitivity::Mental);
        assert_eq!(sensitivity("MH"), Sensitivity::Mental);
        assert_eq!(sensitivity("HIV"), Sensitivity::Sexual);
        assert_eq!(sensitivity("SDV"), Sensitivity::Sexual);
        assert_eq!(sensitivity("SOC"), Sensitivity::Social);
        assert_eq!(sensitivity("N"), Sensitivity::General);
    }

    #[test]
    fn a_request_is_a_test_or_a_referral() {
        let request = |extra: Value, others: &[Value]| {
            let mut resource = json!({"resourceType": "ServiceRequest", "id": "s", "code": {"text": "X"}});
            for (key, value) in extra.as_object().unwrap() {
                resource[key] = value.clone();
            }
            let facts = first(&[&[resource], others].concat());
            (facts.category, facts.kind)
        };
        let test = (Category::Result, "Test ordered".to_owned());
        assert_eq!(request(json!({"category": [{"coding": [{"code": "108252007"}]}]}), &[]), test);
        assert_eq!(
            request(
                json!({}),
                &[json!({"resourceType": "DiagnosticReport", "id": "r", "basedOn": [{"reference": "ServiceRequest/s"}]})]
            ),
            test
        );
        assert_eq!(
            request(json!({"category": [{"text": "Referral to specialist"}]}), &[]),
            (Category::Visit, "Referral".to_owned())
        );
        assert_eq!(request(json!({}), &[]), (Category::Visit, "Request for care".to_owned()));
    }

    #[test]
    fn an_entry_says_from_which_others_it_takes_words() {
        let report = json!({"resourceType": "DiagnosticReport", "id": "r", "result": [{"reference": "Observation/o"}, {"reference": "urn:uuid:5"}],
            "performer": [{"reference": "https://example.org/fhir/Organization/g"}], "encounter": {"reference": "Encounter/e/_history/2"}});
        let visit = json!({"resourceType": "Encounter", "id": "e", "serviceProvider": {"reference": "Organization/g"}});
        let result = json!({"resourceType": "Observation", "id": "o", "code": {"text": "Weight"}, "valueString": "60"});
        let facts = first(&[report, visit, result.clone()]);
        assert_eq!(
            facts.mentions,
            ["Observation/o", "Organization/g", "urn:uuid:5", "Encounter/e"]
                .map(ToOwned::to_owned)
                .into_iter()
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        );
        assert_eq!(first(&[result]).mentions, Vec::<String>::new());
    }

    #[test]
    fn the_words_of_a_letter_in_plain_text_are_read_wherever_they_stand() {
        let said = |resources: &[Value]| {
            let facts = first(resources);
            facts.details.into_iter().find(|detail| detail.label == "What it says").map(|detail| detail.value)
        };
        let letter =
            |attachment: Value| json!({"resourceType": "DocumentReference", "id": "d", "content": [{"attachment": attachment}]});
        // "Dear Zoë,\nall is well."
        let words = "RGVhciBab8OrLAphbGwgaXMgd2VsbC4=";
        let expected = Some("Dear Zoë,\nall is well.".to_owned());
        assert_eq!(said(&[letter(json!({"contentType": "text/plain; charset=utf-8", "data": words}))]), expected);
        let binary = json!({"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": words});
        assert_eq!(said(&[letter(json!({"contentType": "text/plain", "url": "Binary/b"})), binary.clone()]), expected);
        assert_eq!(said(&[letter(json!({"url": "Binary/b"})), binary]), expected);
        assert_eq!(said(&[letter(json!({"contentType": "application/pdf", "data": words}))]), None);
        assert_eq!(said(&[letter(json!({"contentType": "text/plain", "data": "not base 64 at all!"}))]), None);
        assert_eq!(said(&[letter(json!({"contentType": "text/plain", "data": "/w=="}))]), None);
        assert_eq!(said(&[letter(json!({"contentType": "text/plain", "url": "Binary/elsewhere"}))]), None);
    }

    #[test]
    fn other_families_read_in_plain_words() {
        let pages = [
            one(
                json!({"resourceType": "Appointment", "id": "a", "status": "booked", "serviceType": [{"text": "Asthma review"}], "start": "2026-11-03T10:40:00Z", "minutesDuration": 10,
                "participant": [{"actor": {"reference": "Patient/1"}}, {"actor": {"reference": "Practitioner/2", "display": "Dr Ann Lee"}}, {"actor": {"reference": "Location/3", "display": "Room 4"}}]}),
            ),
            one(
                json!({"resourceType": "DocumentReference", "id": "d", "status": "current", "type": {"text": "Discharge letter"}, "description": "After your hip operation", "date": "2026-11-03T10:40:00Z",
                "custodian": {"display": "Leeds General"}, "content": [{"attachment": {"contentType": "application/pdf"}}]}),
            ),
            one(
                json!({"resourceType": "Composition", "id": "c", "status": "final", "title": "Summary", "date": "2026", "section": [{"title": "Plan", "text": {"div": "<div><p>Rest &amp; water</p></div>"}}]}),
            ),
            one(
                json!({"resourceType": "CareTeam", "id": "t", "name": "Diabetes team", "participant": [{"role": [{"text": "Nurse"}], "member": {"display": "Sam Hill"}}]}),
            ),
            one(
                json!({"resourceType": "Goal", "id": "g", "lifecycleStatus": "active", "description": {"text": "Walk more"}, "target": [{"measure": {"text": "Steps"}, "detailQuantity": {"value": 8000}, "dueDate": "2027-01-01"}]}),
            ),
            one(json!({"resourceType": "Binary", "id": "b", "contentType": "image/png", "data": "AA=="})),
        ];
        insta::assert_snapshot!(pages.iter().map(page).collect::<Vec<_>>().join("\n"), @"
        visits | Appointment | Asthma review
        status: booked
        happened: 2026-11-03T10:40:00Z
        author: Dr Ann Lee
        place: Room 4
        - With: Dr Ann Lee
        - Where: Room 4
        - How long: 10 minutes

        documents | Document | After your hip operation
        status: current
        happened: 2026-11-03T10:40:00Z
        recorded: 2026-11-03T10:40:00Z
        place: Leeds General
        - Type of document: Discharge letter
        - File: PDF

        documents | Document | Summary
        status: final
        happened: 2026
        recorded: 2026
        - Plan: Rest & water

        care | Care team | Diabetes team
        - Nurse: Sam Hill

        care | Goal | Walk more
        status: active
        - Target: Steps: 8000, by 1 January 2027

        other | File | Picture
        ");
        let package = package(&[json!({"resourceType": "Claim", "id": "x"})]);
        assert_eq!(map::entry(&package.resources[0], &Names::of(&package)), Ok(None));
    }

    #[test]
    fn a_date_that_is_none_is_kept_as_recorded() {
        let facts =
            one(json!({"resourceType": "Condition", "id": "c", "onsetDateTime": "last spring", "recordedDate": "2019-03"}));
        assert_eq!(facts.happened, None);
        assert_eq!(facts.recorded.unwrap().to_string(), "2019-03");
        assert_eq!((facts.details[0].label.as_str(), facts.details[0].value.as_str()), ("Date as recorded", "last spring"));
    }

    #[test]
    fn a_field_of_the_wrong_type_is_named_by_its_path_and_not_by_its_content() {
        let told = [
            failed(r#"{"resourceType":"Observation","id":"o","status":5}"#),
            failed(r#"{"resourceType":"Observation","id":"o","valueQuantity":{"value":"secret"}}"#),
            failed(r#"{"resourceType":"Observation","id":"o","component":[{},{"code":{"coding":"secret"}}]}"#),
            failed(r#"{"resourceType":"MedicationRequest","id":"o","dosageInstruction":[{"asNeededBoolean":"secret"}]}"#),
            failed(r#"{"resourceType":"Patient","id":"o","name":["secret"]}"#),
            failed(r#"{"resourceType":"Condition","id":"o","code":{"text":"a","text":"b"}}"#),
        ];
        let told: Vec<String> = told.iter().map(ToString::to_string).collect();
        assert!(told.iter().all(|line| !line.contains("secret")));
        insta::assert_snapshot!(told.join("\n"), @"
        Observation.status: Text was expected here.
        Observation.valueQuantity.value: A number was expected here.
        Observation.component[1].code.coding: A list was expected here.
        MedicationRequest.dosageInstruction[0].asNeededBoolean: True or false was expected here.
        Patient.name[0]: An object was expected here.
        Condition.code: A field is given twice.
        ");
    }

    #[test]
    fn unknown_fields_and_nulls_are_passed_over() {
        let facts = one(
            json!({"resourceType": "Patient", "id": "p", "_birthDate": {"x": []}, "brandNew": [[1]], "gender": null, "address": null,
            "name": [{"family": "Ellis", "given": [null, "Ann"], "_given": [{"extension": []}, null]}]}),
        );
        assert_eq!(facts.title, "Ann Ellis");
    }

    #[test]
    fn a_patient_is_read_with_the_name_they_go_by() {
        let of = |resource: Value| map::patient(&package(&[resource]).resources[0]);
        let facts = of(json!({"resourceType": "Patient", "id": "p", "birthDate": "1950-06", "gender": "female", "deceasedDateTime": "2020",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "943 476 5919"}],
            "name": [{"use": "maiden", "family": "Old"}, {"use": "usual", "family": "Éllis🌿", "given": ["Zoë", "מרים"], "prefix": ["Mrs"]}]}))
        .unwrap();
        assert_eq!(facts.logical_id, "p");
        assert_eq!(facts.demographics.nhs_number.as_ref().unwrap().as_digits(), "9434765919");
        assert_eq!(facts.demographics.family_name, "Éllis🌿");
        assert_eq!(facts.demographics.given_names, ["Zoë", "מרים"]);
        assert_eq!(facts.demographics.display_name(), "Mrs Zoë Éllis🌿");
        assert_eq!(facts.demographics.birth_date, None);
        assert!(facts.demographics.deceased);
        // A letter and its combining mark stay two characters, as written.
        let written = "Zoe\u{308} 👩🏽‍⚕️ عائشة";
        assert_eq!(
            of(json!({"resourceType": "Patient", "id": "p", "name": [{"family": written}]})).unwrap().demographics.family_name,
            written
        );
        assert_eq!(
            of(json!({"resourceType": "Patient", "id": "p", "name": [{"text": "Cher"}]})).unwrap().demographics.family_name,
            "Cher"
        );
        assert!(!of(json!({"resourceType": "Patient", "id": "p", "deceasedBoolean": false})).unwrap().demographics.deceased);
        let wrong = of(
            json!({"resourceType": "Patient", "id": "p", "identifier": [{"system": "x", "value": "1"}, {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9434765918"}]}),
        );
        assert_eq!(
            wrong.unwrap_err().to_string(),
            "Patient.identifier[1].value: It is not an NHS number: the check digit does not match."
        );
    }

    fn about(resources: &[Value]) -> Result<String, SubjectError> {
        let package = package(resources);
        map::subject_of_package(&package).map(|subject| match subject {
            PackageSubject::Included(patient) => format!("included {}", patient.id),
            PackageSubject::Referenced { reference, logical_id, nhs_number } => {
                format!("{reference:?} {logical_id:?} {nhs_number:?}")
            }
        })
    }

    fn note(id: &str, subject: Value) -> Value {
        json!({"resourceType": "Observation", "id": id, "subject": subject})
    }

    #[test]
    fn a_package_about_one_patient_names_them_in_many_ways() {
        let id = "0f9b168d-c31f-4804-928a-5e5c55b0a6b9";
        let nhs = json!({"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "943 476 5919"});
        let patient = json!({"resourceType": "Patient", "id": id, "identifier": [nhs]});
        let contained = json!({"resourceType": "Immunization", "id": "i", "patient": {"reference": "#p"}, "contained": [
            {"resourceType": "Patient", "id": "p", "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9434765919"}]}]});
        let all = [
            patient,
            note("1", json!({"reference": format!("urn:uuid:{id}")})),
            note("2", json!({"reference": format!("Patient/{id}/_history/1")})),
            note("3", json!({"reference": format!("https://example.org/fhir/Patient/{id}")})),
            note("4", json!({"reference": "Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|9434765919"})),
            note("5", json!({"identifier": nhs})),
            contained,
            note("6", json!({"reference": "Device/7"})),
            json!({"resourceType": "Appointment", "id": "a", "participant": [{"actor": {"reference": format!("Patient/{id}")}}, {"actor": {"reference": "urn:uuid:00000000-0000-0000-0000-000000000000"}}]}),
            json!({"resourceType": "Task", "id": "t", "for": {"reference": format!("Patient/{id}")}}),
            json!({"resourceType": "Coverage", "id": "c", "beneficiary": {"reference": format!("Patient/{id}")}}),
        ];
        assert_eq!(about(&all).unwrap(), format!("included {id}"));
        assert_eq!(about(&[note("1", json!({"reference": "Patient/9"}))]).unwrap(), r#"Some("Patient/9") Some("9") None"#);
        assert_eq!(about(&[note("1", json!({"identifier": nhs}))]).unwrap(), r#"None None Some("943 476 5919")"#);
    }

    #[test]
    fn a_package_about_nobody_or_about_two_is_refused_without_naming_them() {
        assert_eq!(about(&[json!({"resourceType": "Organization", "id": "o"})]), Err(SubjectError::NoPatient));
        assert_eq!(
            about(&[
                json!({"resourceType": "Immunization", "id": "i", "patient": {"reference": "#p"}, "contained": [{"resourceType": "Patient", "id": "p"}]})
            ]),
            Err(SubjectError::NoPatient)
        );
        let two = about(&[
            json!({"resourceType": "Patient", "id": "a"}),
            note("1", json!({"reference": "Patient/a"})),
            note("2", json!({"reference": "Patient/b"})),
        ]);
        assert_eq!(
            two.unwrap_err().to_string(),
            "The file is about 2 different patients (Bundle.entry[0].resource, Bundle.entry[2].resource)."
        );
        let urn = "urn:uuid:0f9b168d-c31f-4804-928a-5e5c55b0a6b9";
        assert!(matches!(
            about(&[json!({"resourceType": "Patient", "id": "a"}), note("1", json!({"reference": urn}))]),
            Err(SubjectError::Several { count: 2, .. })
        ));
        // The same address with two NHS numbers is two people.
        let with = |value: &str| json!({"reference": "Patient/a", "identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": value}});
        assert!(matches!(
            about(&[note("1", with("9434765919")), note("2", with("9990548609"))]),
            Err(SubjectError::Several { count: 2, .. })
        ));
        // A placeholder identifier does not make two Patients one.
        let patient = |id: &str| json!({"resourceType": "Patient", "id": id, "identifier": [{"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-99-9999"}]});
        assert!(matches!(about(&[patient("a"), patient("b")]), Err(SubjectError::Several { count: 2, .. })));
        let other_servers = [
            note("1", json!({"reference": "https://a.example/Patient/1"})),
            note("2", json!({"reference": "https://b.example/Patient/1"})),
        ];
        assert!(matches!(about(&other_servers), Err(SubjectError::Several { count: 2, .. })));
    }
}
