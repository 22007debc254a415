//! Reading FHIR R4 packages within limits, the pure mapping from resources to record entries, and writing them out again.
//!
//! The way in: [`read()`] takes apart a file without losing a byte of any resource; [`map::subject_of_package`] tells whose
//! record it is; [`map::Names`] and [`map::entry`] turn each resource into what pages read. The way out: [`write::bundle`].

pub mod about;
pub mod address;
pub mod audit_event;
pub mod capability;
pub mod consent;
pub mod document;
pub mod home_pressure;
mod how;
pub mod map;
pub mod observation;
pub mod own;
pub mod prescription_status;
pub mod questionnaire;
pub mod questionnaire_response;
mod read;
mod scan;
mod source;
mod survey;
mod types;
mod words;
pub mod write;

pub use read::{BundleKind, Limits, Package, PackageForm, PatientReference, Problem, ReadError, Received, read, read_stream};
