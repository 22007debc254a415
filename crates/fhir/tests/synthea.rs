//! Twenty-five whole records that others wrote: read without loss, mapped without error, written out the same.

#[cfg(test)]
mod tests {
    use domain::record::{Category, EntryFacts, Release};
    use domain::release::ResultKind;
    use fhir::map::{self, Names, PackageSubject};
    use fhir::{BundleKind, Limits, Package, PackageForm, read, write};
    use std::collections::BTreeMap;
    use std::fs::{self, File};
    use std::io::{Cursor, Read};
    use std::path::PathBuf;

    fn files() -> Vec<PathBuf> {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/synthea"));
        let listing =
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("the Synthea bundles must be at {}: {error}", folder.display()));
        let mut files: Vec<PathBuf> =
            listing.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "gz")).collect();
        files.sort();
        assert_eq!(files.len(), 25, "all Synthea bundles must be there");
        files
    }

    fn unpacked(path: &PathBuf) -> String {
        let mut text = String::new();
        flate2::read::GzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
        text
    }

    fn package(path: &PathBuf) -> Package {
        read(File::open(path).unwrap(), &Limits::default()).unwrap()
    }

    fn mapped(package: &Package) -> Vec<EntryFacts> {
        let names = Names::of(package);
        package
            .resources
            .iter()
            .filter_map(|received| map::entry(received, &names).unwrap_or_else(|error| panic!("{}: {error}", received.path)))
            .collect()
    }

    #[test]
    fn every_record_is_read_without_loss_and_mapped_without_error() {
        let mut resources = 0;
        for path in files() {
            let text = unpacked(&path);
            let package = package(&path);
            assert_eq!(package.form, PackageForm::Bundle(BundleKind::Transaction));
            assert_eq!(package.problems, []);
            let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
            let entries = whole["entry"].as_array().unwrap();
            assert_eq!(package.resources.len(), entries.len(), "{}", path.display());
            let mut rest = text.as_str();
            for (received, entry) in package.resources.iter().zip(entries) {
                assert_eq!(received.full_url.as_deref(), entry["fullUrl"].as_str());
                assert_eq!(received.id, entry["resource"]["id"].as_str().unwrap());
                // Byte for byte, and in the order of the file.
                let at = rest.find(&received.raw).expect("the resource's own bytes are in the file");
                rest = &rest[at + received.raw.len()..];
            }
            resources += package.resources.len();

            let Ok(PackageSubject::Included(subject)) = map::subject_of_package(&package) else {
                panic!("each record is about one included patient: {:?}", map::subject_of_package(&package))
            };
            let patient = map::patient(subject).unwrap();
            assert_eq!(patient.logical_id, subject.id);
            assert!(patient.demographics.birth_date.is_some());
            let file_name = path.file_name().unwrap().to_str().unwrap();
            let family = patient.demographics.family_name.trim_end_matches(|c: char| c.is_ascii_digit());
            assert!(file_name.contains(family), "{file_name} {family}");

            let shown = mapped(&package);
            let kept = package.resources.iter().filter(|r| matches!(r.resource_type.as_str(), "Claim" | "ExplanationOfBenefit"));
            assert_eq!(shown.len() + kept.count(), package.resources.len());
            for facts in &shown {
                assert!(!facts.title.trim().is_empty());
                assert_eq!(facts.release, Release::Released);
                assert!(
                    facts.category == Category::People
                        || facts.happened.is_some()
                        || facts.recorded.is_some()
                        || facts.category == Category::Care,
                    "{facts:?}"
                );
                assert!(facts.details.iter().all(|detail| detail.label != "Date as recorded"));
            }
        }
        assert_eq!(resources, 8275);
    }

    #[test]
    fn one_record_falls_into_its_categories() {
        let path = files().into_iter().find(|path| path.to_string_lossy().contains("Carmen")).unwrap();
        let mut counts: BTreeMap<(&str, String), usize> = BTreeMap::new();
        for facts in mapped(&package(&path)) {
            *counts.entry((facts.category.code(), facts.kind)).or_default() += 1;
        }
        let counts: String =
            counts.into_iter().map(|((category, kind), count)| format!("{category}: {kind}: {count}\n")).collect();
        insta::assert_snapshot!(counts, @r"
        care: Care plan: 4
        immunisations: Vaccination: 4
        medicines: Prescription: 7
        people: Health professional: 1
        people: Organisation: 1
        people: Personal details: 1
        problems: Health problem: 14
        procedures: Procedure: 116
        results: Blood pressure: 3
        results: Lab report: 4
        results: Measurement: 16
        results: Questionnaire: 3
        results: Test result: 30
        visits: Consultation: 39
        visits: Emergency visit: 4
        visits: Hospital stay: 1
        ");
    }

    #[test]
    fn every_scan_says_how_and_where_it_was_taken() {
        let scans: Vec<EntryFacts> =
            files().iter().flat_map(|path| mapped(&package(path))).filter(|facts| facts.kind == "Scan").collect();
        assert_eq!(scans.len(), 15);
        for facts in &scans {
            let says =
                |label: &str| facts.details.iter().find(|detail| detail.label == label).map(|detail| detail.value.as_str());
            assert!(matches!(says("How it was taken"), Some("X-ray" | "Ultrasound scan")), "{facts:?}");
            assert!(says("Where on the body").is_some(), "{facts:?}");
            assert_eq!(says("How many pictures"), Some("1 picture in 1 set"));
            assert_eq!((facts.category, ResultKind::of(facts)), (Category::Result, None), "what was found is told by its report");
            assert!(facts.happened.is_some() && facts.place.is_some(), "{facts:?}");
        }
        assert!(scans.iter().any(|facts| facts.title == "X-ray: Clavicle"));
    }

    #[test]
    fn every_report_holds_its_values_and_every_value_reads_in_words() {
        let (mut reports, mut values, mut converted) = (0, 0, 0);
        for path in files() {
            let package = package(&path);
            let names = Names::of(&package);
            let held: std::collections::BTreeSet<(&str, &str)> =
                package.resources.iter().map(|one| (one.resource_type.as_str(), one.id.as_str())).collect();
            for received in &package.resources {
                let Some(facts) = map::entry(received, &names).unwrap() else { continue };
                let Some(result) = &facts.result else { continue };
                if received.resource_type == "DiagnosticReport" {
                    reports += 1;
                    assert!(!result.links.is_empty(), "{}", received.path);
                }
                for link in &result.links {
                    assert!(held.contains(&(link.resource_type.as_str(), link.logical_id.as_str())), "{link:?}");
                    assert!(link.name.is_some(), "{link:?}");
                }
                assert!(received.resource_type != "Observation" || result.analyte.is_some(), "{}", received.path);
                let parts = result.parts.iter().map(|part| &part.value);
                for value in facts.value.iter().chain(parts) {
                    values += 1;
                    // No unit is a code: UCUM's annotations, powers and brackets are gone.
                    let unit = value.unit.clone().unwrap_or_default();
                    assert!(!unit.contains(['{', '[', '*', '_']), "{unit}");
                    assert!(!value.text.trim().is_empty());
                    let analyte = result.analyte.as_deref().and_then(domain::result::Analyte::of);
                    if let Some(other) = analyte.and_then(|analyte| analyte.beside(value, result.unit_code.as_deref())) {
                        converted += 1;
                        assert!(domain::result::Amount::read(&other.value).is_some(), "{other:?}");
                    }
                }
            }
        }
        assert_eq!(reports, 213);
        assert!(values > 2_900 && converted > 500, "{values} values, {converted} in another unit too");
    }

    #[test]
    fn what_was_read_is_written_out_the_same() {
        for path in files().into_iter().take(5) {
            let package = package(&path);
            let mut out = Vec::new();
            let items = package
                .resources
                .iter()
                .map(|received| Ok::<_, std::convert::Infallible>((received.full_url.clone(), received.raw.clone())));
            let time = "2026-11-03T10:40:00Z".parse().unwrap();
            let count = write::bundle(&mut out, items, time).unwrap();
            assert_eq!(usize::try_from(count).unwrap(), package.resources.len());
            let again = read(Cursor::new(out), &Limits::default()).unwrap();
            assert_eq!(again.form, PackageForm::Bundle(BundleKind::Collection));
            assert_eq!(again.problems, []);
            assert!(
                again
                    .resources
                    .iter()
                    .zip(&package.resources)
                    .all(|(a, b)| a.raw == b.raw && a.hash == b.hash && a.full_url == b.full_url)
            );
        }
    }
}
