//! The published examples of the NHS APIs: whatever is in them, nothing panics and what is read maps.

#[cfg(test)]
mod tests {
    use fhir::map::{self, Names};
    use fhir::{Limits, read};
    use std::fs;
    use std::path::{Path, PathBuf};

    fn json_files(folder: &Path, found: &mut Vec<PathBuf>) {
        let listing =
            fs::read_dir(folder).unwrap_or_else(|error| panic!("the NHS examples must be at {}: {error}", folder.display()));
        for entry in listing {
            let path = entry.unwrap().path();
            if path.is_dir() {
                json_files(&path, found);
            } else if path.extension().is_some_and(|end| end == "json") {
                found.push(path);
            }
        }
    }

    #[test]
    fn every_published_example_is_read_or_refused_in_one_sentence() {
        let mut files = Vec::new();
        json_files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/nhs-api")), &mut files);
        files.sort();
        assert!(files.len() > 200, "all examples must be there");
        let (mut taken, mut entries, mut refused) = (0, 0, Vec::new());
        for path in files {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            match read(fs::File::open(&path).unwrap(), &Limits::default()) {
                Err(error) => refused.push(format!("{name}: {error}")),
                Ok(package) => {
                    let _ = map::subject_of_package(&package);
                    let names = Names::of(&package);
                    for received in &package.resources {
                        taken += 1;
                        if let Some(facts) =
                            map::entry(received, &names).unwrap_or_else(|error| panic!("{name} {}: {error}", received.path))
                        {
                            entries += 1;
                            assert!(!facts.title.is_empty());
                        }
                        if received.resource_type == "Patient" {
                            let _ = map::patient(received);
                        }
                    }
                }
            }
        }
        assert!(taken > 100 && entries > 50, "{taken} resources, {entries} entries");
        for sentence in refused {
            assert!(sentence.ends_with('.') && !sentence.contains('\n'), "{sentence}");
        }
    }
}
