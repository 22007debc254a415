//! A GP system that speaks GP Connect (FHIR STU3), with the answers of the specification's examples, kept in
//! `tests/gp_connect`; and that fails in every way that one can.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

const SLOTS: &str = include_str!("../gp_connect/slots.json");
const BOOKED: &str = include_str!("../gp_connect/booked.json");
const CANCELLED: &str = include_str!("../gp_connect/cancelled.json");
const PATIENT: &str = include_str!("../gp_connect/patient.json");

/// What goes wrong with a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It is refused: a status, an error code and its words.
    Refuse(u16, &'static str, &'static str),
    /// It is done, and the answer is this status with no body.
    DoneBut(u16),
    /// It is not done, and the answer is this status with no body.
    NotDoneBut(u16),
    /// It is done, and no answer comes.
    DoneAndSilent,
    /// It is not done, and no answer comes.
    Silent,
    /// It is done, and the answer is no JSON.
    DoneAndGarbage,
    /// It is not done, and the answer is JSON of another kind.
    Nonsense,
    /// It is done, and answered, once the test lets it go.
    Held,
    /// Whoever asks is killed as the request arrives, before it is done.
    KillBefore,
    /// Whoever asks is killed once it is done, before the answer.
    KillAfter,
}

impl Fault {
    const fn does(&self) -> bool {
        matches!(self, Self::DoneBut(_) | Self::DoneAndSilent | Self::DoneAndGarbage | Self::KillAfter)
    }
}

#[derive(Clone, Debug)]
struct Slot {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    taken: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub patient: String,
    pub slot: String,
    pub cancelled: bool,
    pub reason: Option<String>,
    version: u32,
}

#[derive(Default)]
struct Inside {
    slots: BTreeMap<String, Slot>,
    kept: BTreeMap<String, Kept>,
    /// Request ids that booked, with what they did: a repeat is told, where the system does that.
    requests: BTreeMap<String, String>,
    tells_repeats: bool,
    /// The practice lets nobody cancel online.
    cancelling_off: bool,
    /// It answers 404 where a patient has nothing.
    none_by_404: bool,
    /// It knows none of the patients any more.
    knows_nobody: bool,
    /// It tells every free time, whatever span it is asked for.
    tells_any_time: bool,
    /// What it tells of its place is no text that can be kept.
    odd_place: bool,
    faults: VecDeque<(&'static str, Fault)>,
    asked: Vec<&'static str>,
}

#[derive(Clone)]
pub struct GpSystem {
    inside: Arc<Mutex<Inside>>,
    /// Rung where whoever asks is to be killed, or is held.
    pub killed: Arc<Notify>,
    /// To be rung for whoever is held.
    pub go: Arc<Notify>,
    pub url: String,
}

impl GpSystem {
    /// A system with these free times of ten minutes each.
    pub async fn with(starts: &[&str]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/FHIR/STU3", listener.local_addr().unwrap());
        let slots = starts.iter().enumerate().map(|(number, starts)| {
            let starts_at: DateTime<Utc> = starts.parse().unwrap();
            (format!("{}", 1584 + number), Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(10), taken: false })
        });
        let inside = Inside { slots: slots.collect(), ..Inside::default() };
        let system =
            Self { inside: Arc::new(Mutex::new(inside)), killed: Arc::new(Notify::new()), go: Arc::new(Notify::new()), url };
        let router = Router::new()
            .route("/FHIR/STU3/Slot", get(slots_free))
            .route("/FHIR/STU3/Appointment", axum::routing::post(book))
            .route("/FHIR/STU3/Appointment/{id}", get(one).put(cancel))
            .route("/FHIR/STU3/Patient/{id}/Appointment", get(of_patient))
            .with_state(system.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        system
    }

    fn inside<T>(&self, act: impl FnOnce(&mut Inside) -> T) -> T {
        act(&mut self.inside.lock().unwrap())
    }

    /// The next request of this kind (`slots`, `book`, `list`, `one`, `cancel`) goes wrong.
    pub fn fail(&self, what: &'static str, fault: Fault) {
        self.inside(|inside| inside.faults.push_back((what, fault)));
    }

    pub fn tell_repeats(&self) {
        self.inside(|inside| inside.tells_repeats = true);
    }

    /// Whether the practice lets people cancel online.
    pub fn let_cancel(&self, lets: bool) {
        self.inside(|inside| inside.cancelling_off = !lets);
    }

    /// From now on it answers 404 where a patient has nothing.
    pub fn tell_none_by_404(&self) {
        self.inside(|inside| inside.none_by_404 = true);
    }

    /// All its patients have left.
    pub fn lose_patients(&self) {
        self.inside(|inside| inside.knows_nobody = true);
    }

    /// From now on it tells every free time, whatever span it is asked for.
    pub fn tell_any_time(&self) {
        self.inside(|inside| inside.tells_any_time = true);
    }

    /// From now on what it tells of its place is no text that can be kept.
    pub fn tell_odd_place(&self) {
        self.inside(|inside| inside.odd_place = true);
    }

    /// It has another free time of ten minutes, under this name.
    pub fn add(&self, id: &str, starts: &str) {
        let starts_at: DateTime<Utc> = starts.parse().unwrap();
        let slot = Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(10), taken: false };
        self.inside(|inside| inside.slots.insert(id.to_owned(), slot));
    }

    /// The time that begins then is moved, under its name.
    pub fn move_to(&self, from: &str, to: &str) {
        let (from, to): (DateTime<Utc>, DateTime<Utc>) = (from.parse().unwrap(), to.parse().unwrap());
        self.inside(|inside| {
            let slot = inside.slots.values_mut().find(|slot| slot.starts_at == from).unwrap();
            (slot.starts_at, slot.ends_at) = (to, to + (slot.ends_at - slot.starts_at));
        });
    }

    /// The time that begins then is made anew: it has another name, and is as long as this.
    pub fn remake(&self, starts: &str, minutes: i64) {
        let starts_at: DateTime<Utc> = starts.parse().unwrap();
        self.inside(|inside| {
            inside.slots.retain(|_, slot| slot.starts_at != starts_at);
            let slot = Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(minutes), taken: false };
            inside.slots.insert(format!("anew-{minutes}"), slot);
        });
    }

    /// What was asked since this was asked last, in order.
    pub fn asked(&self) -> Vec<&'static str> {
        self.inside(|inside| std::mem::take(&mut inside.asked))
    }

    /// What stands in it: the patient and when, in order of time.
    pub fn standing(&self) -> Vec<(String, DateTime<Utc>)> {
        self.inside(|inside| {
            let stands = inside.kept.values().filter(|kept| !kept.cancelled);
            let mut standing: Vec<_> = stands.map(|kept| (kept.patient.clone(), inside.slots[&kept.slot].starts_at)).collect();
            standing.sort_by_key(|(_, at)| *at);
            standing
        })
    }

    pub fn kept(&self) -> Vec<Kept> {
        self.inside(|inside| inside.kept.values().cloned().collect())
    }

    /// Somebody at the practice gives this time to a patient by phone.
    pub fn give_away(&self, starts: &str) {
        let starts_at: DateTime<Utc> = starts.parse().unwrap();
        self.inside(|inside| {
            inside.slots.values_mut().find(|slot| slot.starts_at == starts_at).unwrap().taken = true;
        });
    }

    /// Somebody at the practice cancels everything of a patient.
    pub fn cancel_all(&self) {
        self.inside(|inside| {
            for kept in inside.kept.values_mut() {
                kept.cancelled = true;
                inside.slots.get_mut(&kept.slot).unwrap().taken = false;
            }
        });
    }

    /// It knows of no appointment any more; gives what it knew.
    pub fn forget(&self) -> BTreeMap<String, Kept> {
        self.inside(|inside| std::mem::take(&mut inside.kept))
    }

    /// It knows these again.
    pub fn remember(&self, kept: BTreeMap<String, Kept>) {
        self.inside(|inside| inside.kept = kept);
    }

    fn fault(&self, what: &'static str) -> Option<Fault> {
        self.inside(|inside| {
            inside.asked.push(what);
            let next = inside.faults.iter().position(|(on, _)| *on == what)?;
            inside.faults.remove(next).map(|(_, fault)| fault)
        })
    }

    /// Does what is asked, or goes wrong.
    async fn answer(&self, what: &'static str, act: impl FnOnce(&mut Inside) -> Response) -> Response {
        let Some(fault) = self.fault(what) else { return self.inside(act) };
        if matches!(fault, Fault::Held) {
            self.killed.notify_one();
            self.go.notified().await;
            return self.inside(act);
        }
        if fault.does() {
            self.inside(act);
        }
        match fault {
            Fault::Refuse(status, code, words) => outcome(status, code, words),
            Fault::DoneBut(status) | Fault::NotDoneBut(status) => StatusCode::from_u16(status).unwrap().into_response(),
            Fault::DoneAndSilent | Fault::Silent => std::future::pending().await,
            Fault::DoneAndGarbage => (StatusCode::CREATED, "<html>Gateway</html>").into_response(),
            Fault::Nonsense => fhir(StatusCode::OK, &json!({ "resourceType": "Patient", "id": "1" })),
            Fault::Held | Fault::KillBefore | Fault::KillAfter => {
                self.killed.notify_one();
                std::future::pending().await
            }
        }
    }
}

fn fhir(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/fhir+json")], body.to_string()).into_response()
}

/// GPConnect-OperationOutcome-1.
fn outcome(status: u16, code: &str, words: &str) -> Response {
    let body = json!({
        "resourceType": "OperationOutcome",
        "meta": { "profile": ["https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-OperationOutcome-1"] },
        "issue": [{ "severity": "error", "code": "processing", "details": { "coding": [{
            "system": "https://fhir.nhs.uk/STU3/ValueSet/Spine-ErrorOrWarningCode-1", "code": code, "display": words }] } }],
    });
    fhir(StatusCode::from_u16(status).unwrap(), &body)
}

fn in_london(at: DateTime<Utc>) -> String {
    at.to_rfc3339()
}

async fn slots_free(State(system): State<GpSystem>, query: axum::extract::RawQuery) -> Response {
    let query = query.0.unwrap_or_default();
    let asks = ["start=ge", "end=le", "status=free", "_include=Slot%3Aschedule", "searchFilter="];
    if let Some(missing) = asks.iter().find(|part| !query.contains(**part)) {
        return outcome(422, "INVALID PARAMETER", missing);
    }
    let bound = |name: &str| -> DateTime<Utc> {
        let value = query.split('&').find_map(|part| part.strip_prefix(name)).unwrap();
        value.replace("%3A", ":").replace("%2B", "+").parse().unwrap()
    };
    let (from, to) = (bound("start=ge"), bound("end=le"));
    system
        .answer("slots", |inside| {
            let mut bundle: Value = serde_json::from_str(SLOTS).unwrap();
            let entries = bundle["entry"].as_array_mut().unwrap();
            let example = entries[0].clone();
            entries.retain(|entry| entry["resource"]["resourceType"] != "Slot");
            if inside.odd_place {
                let place = entries.iter_mut().find(|entry| entry["resource"]["resourceType"] == "Location").unwrap();
                place["resource"]["address"]["line"] = json!(["Trevelyan\u{0} Square", "x".repeat(5000)]);
                place["resource"]["address"]["postalCode"] = json!("LS1\u{0}");
                place["resource"]["telecom"] = json!([{ "system": "phone", "value": "0300\u{0}".repeat(500) }]);
            }
            let within = |slot: &Slot| inside.tells_any_time || slot.starts_at >= from && slot.ends_at <= to;
            for (id, slot) in inside.slots.iter().filter(|(_, slot)| !slot.taken && within(slot)) {
                let mut entry = example.clone();
                entry["resource"]["id"] = json!(id);
                entry["resource"]["start"] = json!(in_london(slot.starts_at));
                entry["resource"]["end"] = json!(in_london(slot.ends_at));
                entries.push(entry);
            }
            fhir(StatusCode::OK, &bundle)
        })
        .await
}

async fn book(State(system): State<GpSystem>, headers: HeaderMap, body: Bytes) -> Response {
    let request = headers.get("x-request-id").unwrap().to_str().unwrap().to_owned();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["resourceType"], "Appointment");
    assert!(body["description"].as_str().unwrap().chars().count() <= 100);
    let text = |at: &str| body.pointer(at).and_then(Value::as_str).unwrap().rsplit('/').next().unwrap().to_owned();
    let (slot, patient) = (text("/slot/0/reference"), text("/participant/0/actor/reference"));
    system
        .answer("book", move |inside| {
            if inside.tells_repeats
                && let Some(id) = inside.requests.get(&request)
            {
                return fhir(StatusCode::CREATED, &shown(BOOKED, id, &inside.kept[id], inside));
            }
            let Some(there) = inside.slots.get_mut(&slot) else { return outcome(404, "NO_RECORD_FOUND", "No record found") };
            if std::mem::replace(&mut there.taken, true) {
                return outcome(409, "DUPLICATE_REJECTED", "Create would lead to creation of a duplicate resource");
            }
            let id = format!("{}", 9 + inside.kept.len());
            let reason = body["description"].as_str().map(str::to_owned);
            inside.kept.insert(id.clone(), Kept { patient, slot, cancelled: false, reason, version: 1 });
            inside.requests.insert(request, id.clone());
            fhir(StatusCode::CREATED, &shown(BOOKED, &id, &inside.kept[&id], inside))
        })
        .await
}

/// An appointment as the example shows one.
fn shown(example: &str, id: &str, kept: &Kept, inside: &Inside) -> Value {
    let mut shown: Value = serde_json::from_str(example).unwrap();
    let slot = &inside.slots[&kept.slot];
    shown["id"] = json!(id);
    shown["meta"]["versionId"] = json!(kept.version.to_string());
    shown["status"] = json!(if kept.cancelled { "cancelled" } else { "booked" });
    shown["slot"] = json!([{ "reference": format!("Slot/{}", kept.slot) }]);
    shown["start"] = json!(in_london(slot.starts_at));
    shown["end"] = json!(in_london(slot.ends_at));
    shown["participant"][0]["actor"]["reference"] = json!(format!("Patient/{}", kept.patient));
    shown
}

async fn one(State(system): State<GpSystem>, Path(id): Path<String>) -> Response {
    system
        .answer("one", |inside| match inside.kept.get(&id) {
            None => outcome(404, "NO_RECORD_FOUND", "No record found"),
            Some(kept) => fhir(StatusCode::OK, &shown(BOOKED, &id, kept, inside)),
        })
        .await
}

async fn of_patient(State(system): State<GpSystem>, Path(patient): Path<String>) -> Response {
    system
        .answer("list", |inside| {
            let mut bundle: Value = serde_json::from_str(PATIENT).unwrap();
            // What stands beside the appointments stays, as others send it too.
            let entries = bundle["entry"].as_array_mut().unwrap();
            entries.retain(|entry| entry["resource"]["resourceType"] != "Appointment");
            if inside.knows_nobody {
                return outcome(404, "PATIENT_NOT_FOUND", "Patient record not found");
            }
            let theirs = inside.kept.iter().filter(|(_, kept)| kept.patient == patient);
            if inside.none_by_404 && theirs.clone().next().is_none() {
                return outcome(404, "NO_RECORD_FOUND", "No record found");
            }
            entries.extend(theirs.map(|(id, kept)| json!({ "resource": shown(BOOKED, id, kept, inside) })));
            fhir(StatusCode::OK, &bundle)
        })
        .await
}

async fn cancel(State(system): State<GpSystem>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap();
    let seen = headers.get("if-match").map(|value| value.to_str().unwrap().to_owned());
    system
        .answer("cancel", move |inside| {
            if inside.cancelling_off {
                return outcome(403, "ACCESS_DENIED", "Practice has disabled cancellation");
            }
            let Some(kept) = inside.kept.get_mut(&id) else { return outcome(404, "NO_RECORD_FOUND", "No record found") };
            if seen != Some(format!("W/\"{}\"", kept.version)) {
                return outcome(409, "FHIR_CONSTRAINT_VIOLATION", "The version is not the last one");
            }
            if kept.cancelled || body["status"] != "cancelled" {
                return outcome(409, "ACCESS_DENIED", "Cannot cancel appointment");
            }
            let extensions = body["extension"].as_array().unwrap();
            let said =
                |one: &&Value| one["url"].as_str().unwrap().ends_with("Extension-GPConnect-AppointmentCancellationReason-1");
            kept.reason = extensions.iter().find(said).and_then(|one| one["valueString"].as_str()).map(str::to_owned);
            kept.cancelled = true;
            kept.version += 1;
            let slot = kept.slot.clone();
            inside.slots.get_mut(&slot).unwrap().taken = false;
            fhir(StatusCode::OK, &shown(CANCELLED, &id, &inside.kept[&id], inside))
        })
        .await
}
