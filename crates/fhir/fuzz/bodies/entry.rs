//! Whatever a resource says, mapping it does not panic.

use fhir::map::{self, Names};
use fhir::{Package, PackageForm, Received};

/// Does it with these bytes, where they are text.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(received) = Received::new("resource", Some("urn:uuid:00000000-0000-0000-0000-000000000000".to_owned()), text) else {
        return;
    };
    let package = Package { form: PackageForm::Single, resources: vec![received], problems: Vec::new() };
    let names = Names::of(&package);
    for received in &package.resources {
        let _ = map::entry(received, &names);
        let _ = map::patient(received);
        let _ = map::prescribed(received);
        if let Some(warning) = map::warning(received) {
            let _ = warning.is_about(&received.resource_type, &received.id, received.full_url.as_deref());
        }
    }
}
