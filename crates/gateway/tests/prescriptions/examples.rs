//! The published examples, one by one.

use crate::national::{Does, National, number};
use chrono::{DateTime, Utc};
use domain::medicine::DispenseStatus::{self, *};
use domain::medicine::{Course, Issues};
use serde_json::{Value, json};
use service::{PrescriptionTracker, Tracked, TrackedPrescription, TrackerFault};

pub const EMPTY: &str = include_str!("examples/success-empty.json");
pub const SUCCESS: &str = include_str!("examples/success.json");
const MULTIPLE: &str = include_str!("examples/success-multiple.json");
const CANCELLED: &str = include_str!("examples/success-multiple-cancelled.json");
const EXCLUSIONS: &str = include_str!("examples/success-multiple-exclusion.json");
const EXCLUSION: &str = include_str!("examples/success-single-exclusion.json");
const DISPATCH: &str = include_str!("examples/success-ready-dispatch.json");
const DISTANCE: &str = include_str!("examples/success-distance-selling.json");
const UNAVAILABLE: &str = include_str!("examples/success-tracking-temporarily-unavailable.json");
const ERROR_401: &str = include_str!("examples/error-401.json");
const ERROR_500: &str = include_str!("examples/error-500.json");

async fn told(body: &str) -> Result<Tracked, TrackerFault> {
    let national = National::new().await;
    national.will([Does::Says(200, body.to_owned())]);
    national.way().of_person(&number()).await
}

async fn read(body: &str) -> Tracked {
    told(body).await.unwrap()
}

fn statuses(one: &TrackedPrescription) -> Vec<DispenseStatus> {
    one.items.iter().map(|item| item.steps[0].status).collect()
}

fn numbers(told: &Tracked) -> Vec<&str> {
    told.prescriptions.iter().map(|one| one.number.as_str()).collect()
}

#[tokio::test]
async fn it_is_asked_as_the_specification_says() {
    let national = National::new().await;
    assert_eq!(national.way().of_person(&number()).await, Ok(Tracked::default()));
    let asked = national.asked().remove(0);
    let header = |name: &str| asked[name].to_str().unwrap().to_owned();
    assert_eq!(header("authorization"), "Bearer token");
    assert_eq!((header("x-nhs-number"), header("nhsd-nhslogin-user")), ("9449304130".to_owned(), "P9:9449304130".to_owned()));
    assert!(header("x-request-id").parse::<uuid::Uuid>().is_ok() && header("x-correlation-id").parse::<uuid::Uuid>().is_ok());
    assert_eq!(header("accept"), "application/fhir+json");
}

#[tokio::test]
async fn a_prescription_of_four_items_is_read_whole() {
    let told = read(SUCCESS).await;
    assert_eq!((numbers(&told), told.unread, told.more_held_back), (vec!["24F5DA-A83008-7EFE6Z"], 0, false));
    let one = &told.prescriptions[0];
    assert_eq!(one.items.len(), 4);
    assert_eq!(statuses(one), [WithPharmacy; 4]);
    let at: DateTime<Utc> = "2024-02-01T11:14:21Z".parse().unwrap();
    assert!(one.items.iter().all(|item| item.steps.len() == 1 && item.steps[0].at == at && item.number.is_none()));
    assert_eq!((one.items[0].name.as_str(), one.items[0].quantity.as_str()), ("Amoxicillin 250mg capsules", "20 tablet"));
    assert_eq!(one.items[0].code.as_ref().map(|code| code.code.as_str()), Some("39732311000001104"));
    assert_eq!((one.course, one.prescriber.as_str(), one.issues), (Course::Acute, "HALLGARTH SURGERY", None));
    let place = one.place.as_ref().unwrap();
    assert_eq!((place.ods.as_str(), place.name.as_str()), ("VNE51", "Social Care Site - HEALTH AND CARE AT HOME"));
    assert_eq!(place.phone, "0115 9999999");
    assert_eq!(place.address, "THE HEALTH AND WELLBEING INNOVATION C, TRELISKE, TRURO, CORNWALL, TR1 3FF");
}

#[tokio::test]
async fn each_status_of_the_examples_is_read() {
    assert_eq!(read(EMPTY).await, Tracked::default());
    let told = read(MULTIPLE).await;
    assert_eq!(numbers(&told), ["24F5DA-A83008-7EFE6Z", "566946-B86044-FEFEFN", "29AE98-C153C8-31BC6A"]);
    assert_eq!(statuses(&told.prescriptions[0]), [PreparingRemainder, ReadyToCollectPartial, WithPharmacy, ReadyToCollect]);
    assert_eq!(statuses(&told.prescriptions[1]), [Approved]);
    assert_eq!(told.prescriptions[1].place, None, "with no pharmacy");
    assert_eq!(statuses(&told.prescriptions[2]), [Dispatched]);
    let told = read(CANCELLED).await;
    assert_eq!(statuses(&told.prescriptions[0]), [Cancelled, NotDispensed, Cancelled, NotDispensed]);
    let told = read(DISPATCH).await;
    assert_eq!(
        statuses(&told.prescriptions[0]),
        [ReadyToDispatch, ReadyToDispatchPartial, ReadyToDispatch, ReadyToDispatchPartial]
    );
    let told = read(UNAVAILABLE).await;
    assert_eq!(statuses(&told.prescriptions[0]), [Unavailable]);
    let told = read(DISTANCE).await;
    assert_eq!(statuses(&told.prescriptions[0]), [Collected]);
    let place = told.prescriptions[0].place.as_ref().unwrap();
    assert_eq!(
        (place.ods.as_str(), place.web.as_str(), place.address.as_str()),
        ("FLM49", "www.pharmacy2u.co.uk", "Unit 4B, Victoria Road, TR1 3FF")
    );
    // Its words name no number.
    assert!(told.more_held_back && told.held_back.is_empty());
}

#[tokio::test]
async fn what_is_held_back_is_told_beside_the_others() {
    let told = read(EXCLUSION).await;
    assert_eq!(statuses(&told.prescriptions[0]), [NotTracked]);
    let held: Vec<&str> = told.held_back.iter().map(|number| number.as_str()).collect();
    assert_eq!((held, told.more_held_back), (vec!["CDF34E-A99968-4FF3BQ"], false));
    let told = read(EXCLUSIONS).await;
    let held: Vec<&str> = told.held_back.iter().map(|number| number.as_str()).collect();
    assert_eq!(held, ["CDF34E-A99968-4FF3BQ", "D7AC09-A99968-4BA59C"]);
    assert_eq!(told.prescriptions[0].items[0].note, "Located in Collection Locker 3. Access code '124564'");
}

#[tokio::test]
async fn each_listed_error_is_a_fault_of_its_kind() {
    let national = National::new().await;
    let refused = |status: u16| TrackerFault::Refused(format!("it answered {status}"));
    let silent = |status: u16| TrackerFault::NoAnswer(format!("it answered {status}"));
    let table = [
        (401, ERROR_401, refused(401)),
        (408, "", silent(408)),
        (429, "", TrackerFault::Busy(None)),
        (500, ERROR_500, silent(500)),
        // Not listed, and answered by what may stand in front of it.
        (301, "", refused(301)),
        (400, "", refused(400)),
        (403, "", refused(403)),
        (404, "", refused(404)),
    ];
    for (status, body, fault) in table {
        national.will([Does::Says(status, body.to_owned())]);
        assert_eq!(national.way().of_person(&number()).await, Err(fault));
        assert_eq!(national.asked().len(), 1, "{status} is not asked again at once");
    }
}

/// The example with a part of its first item changed.
fn changed(at: &str, value: Value) -> String {
    let mut bundle: Value = serde_json::from_str(MULTIPLE).unwrap();
    let first = bundle.pointer_mut("/entry/0/resource/entry/0/resource").unwrap();
    *first.pointer_mut(at).unwrap() = value;
    bundle.to_string()
}

#[tokio::test]
async fn one_that_cannot_be_read_is_left_out_and_counted_and_the_others_are_read() {
    let others = ["566946-B86044-FEFEFN", "29AE98-C153C8-31BC6A"];
    // Somebody else's is never read.
    let wrong = [
        ("/subject/identifier/value", json!("9990548609")),
        ("/subject", json!({})),
        ("/groupIdentifier/value", json!("not a number")),
        ("/groupIdentifier/value", json!("566946-B86044-FEFEFN")),
        ("/groupIdentifier", json!(7)),
    ];
    for (at, value) in wrong {
        let told = read(&changed(at, value.clone())).await;
        assert_eq!((numbers(&told), told.unread), (others.to_vec(), 1), "{at} {value}");
    }
    // What is not understood of an item says nothing, and the item stays.
    let odd = [
        ("/extension/0/extension/1/valueCoding/code", json!("On the moon")),
        ("/extension/0/extension/1/valueCoding/system", json!("urn:other")),
        ("/extension/0/extension/0/valueDateTime", json!("2999-01-01T00:00:00Z")),
        ("/extension/0/extension/0/valueDateTime", json!("2024-03-02")),
        ("/extension", json!("x")),
    ];
    for (at, value) in odd {
        let told = read(&changed(at, value.clone())).await;
        assert_eq!((told.prescriptions.len(), told.unread), (3, 0), "{at} {value}");
        assert_eq!(told.prescriptions[0].items.iter().filter(|item| item.steps.is_empty()).count(), 1, "{at} {value}");
    }
    // Of the same number twice, one.
    let mut twice: Value = serde_json::from_str(SUCCESS).unwrap();
    let first = twice["entry"][0].clone();
    twice["entry"].as_array_mut().unwrap().push(first);
    assert_eq!((read(&twice.to_string()).await.prescriptions.len(), read(&twice.to_string()).await.unread), (1, 1));
}

#[tokio::test]
async fn repeat_dispensing_tells_its_issues_and_items_their_numbers() {
    let mut bundle: Value = serde_json::from_str(EXCLUSION).unwrap();
    let item = bundle.pointer_mut("/entry/0/resource/entry/0/resource").unwrap();
    item["courseOfTherapyType"]["coding"][0]["code"] = json!("continuous-repeat-dispensing");
    item["identifier"] = json!([{ "system": "https://fhir.nhs.uk/Id/prescription-order-item-number", "value": "6989b7bd-8db6-428c-a593-4022e3044c00" }]);
    item["dispenseRequest"]["numberOfRepeatsAllowed"] = json!(5);
    item["dispenseRequest"]["expectedSupplyDuration"] = json!({ "value": 28, "code": "d" });
    item["dispenseRequest"]["validityPeriod"]["start"] = json!("2026-12-06");
    let repeat = "https://fhir.nhs.uk/StructureDefinition/Extension-EPS-RepeatInformation";
    item["extension"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "url": repeat, "extension": [{ "url": "numberOfRepeatsIssued", "valueInteger": 1 }] }));
    let told = read(&bundle.to_string()).await;
    let one = &told.prescriptions[0];
    let from = "2026-12-06".parse().ok();
    assert_eq!(one.issues, Some(Issues { issue: 2, of: 6, from, days: Some(28) }));
    assert_eq!(one.issues.unwrap().next_on(), "2027-01-03".parse().ok());
    assert_eq!(
        (one.course, one.items[0].number.as_deref()),
        (Course::RepeatDispensing, Some("6989b7bd-8db6-428c-a593-4022e3044c00"))
    );
}
