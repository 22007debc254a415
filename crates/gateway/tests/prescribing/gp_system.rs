//! A GP system that speaks GP Connect Prescriptions (FHIR R4), with the answers of the specification's examples, kept in
//! `tests/gp_prescriptions`; and that fails in every way that one can.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

const TASKS: &str = include_str!("../gp_prescriptions/tasks.json");
const NUMBER: &str = "https://fhir.nhs.uk/Id/prescription-order-number";

/// What goes wrong with a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It is refused: a status, an error code, an issue type and words.
    Refuse(u16, &'static str, &'static str, &'static str),
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
    /// It is done, and the answer breaks off in the middle.
    DoneAndTruncated,
    /// It is not done, and the answer is JSON of another kind.
    Nonsense,
    /// Whoever asks is killed as the request arrives, before it is done.
    KillBefore,
    /// Whoever asks is killed once it is done, before the answer.
    KillAfter,
}

impl Fault {
    const fn does(&self) -> bool {
        matches!(self, Self::DoneBut(_) | Self::DoneAndSilent | Self::DoneAndGarbage | Self::DoneAndTruncated | Self::KillAfter)
    }
}

#[derive(Clone, Debug)]
pub struct Kept {
    pub patient: String,
    pub plan: String,
    pub request: String,
    pub note: Option<String>,
    pub status: &'static str,
    authored: String,
    reason: Option<&'static str>,
    number: Option<&'static str>,
}

#[derive(Default)]
struct Inside {
    /// What may be given again: its name and its identifiers.
    plans: BTreeMap<String, Vec<(String, String)>>,
    kept: BTreeMap<String, Kept>,
    knows_nobody: bool,
    faults: VecDeque<(&'static str, Fault)>,
    asked: Vec<&'static str>,
    /// The ids of the requests that ordered.
    requests: Vec<String>,
}

#[derive(Clone)]
pub struct GpSystem {
    inside: Arc<Mutex<Inside>>,
    /// Rung where whoever asks is to be killed.
    pub killed: Arc<Notify>,
    pub url: String,
}

impl GpSystem {
    /// A system that has these plans.
    pub async fn with(plans: &[&str]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/FHIR/R4", listener.local_addr().unwrap());
        let plans = plans.iter().map(|id| ((*id).to_owned(), Vec::new())).collect();
        let inside = Inside { plans, ..Inside::default() };
        let system = Self { inside: Arc::new(Mutex::new(inside)), killed: Arc::new(Notify::new()), url };
        let router = Router::new()
            .route("/FHIR/R4/Task", get(tasks).post(order))
            .route("/FHIR/R4/Task/{id}", patch(cancel))
            .route("/FHIR/R4/Patient/{id}/MedicationRequest", get(plans_of))
            .with_state(system.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        system
    }

    fn inside<T>(&self, act: impl FnOnce(&mut Inside) -> T) -> T {
        act(&mut self.inside.lock().unwrap())
    }

    /// The next request of this kind (`order`, `tasks`, `cancel`, `plans`) goes wrong.
    pub fn fail(&self, what: &'static str, fault: Fault) {
        self.inside(|inside| inside.faults.push_back((what, fault)));
    }

    /// A plan has another name from now on, and this identifier.
    pub fn rename(&self, old: &str, new: &str, (system, value): (&str, &str)) {
        self.inside(|inside| {
            inside.plans.remove(old);
            inside.plans.insert(new.to_owned(), vec![(system.to_owned(), value.to_owned())]);
        });
    }

    /// All its patients have left.
    pub fn lose_patients(&self) {
        self.inside(|inside| inside.knows_nobody = true);
    }

    /// Somebody at the practice deals with all that is open of this plan.
    pub fn set(&self, plan: &str, status: &'static str, reason: Option<&'static str>, number: Option<&'static str>) {
        self.inside(|inside| {
            let open = inside.kept.values_mut().filter(|one| one.plan == plan && is_open(one));
            for one in open {
                (one.status, one.reason, one.number) = (status, reason, number);
            }
        });
    }

    /// It knows of no order any more.
    pub fn forget(&self) {
        self.inside(|inside| inside.kept.clear());
    }

    /// What was asked since this was asked last, in order.
    pub fn asked(&self) -> Vec<&'static str> {
        self.inside(|inside| std::mem::take(&mut inside.asked))
    }

    pub fn kept(&self) -> Vec<Kept> {
        self.inside(|inside| inside.kept.values().cloned().collect())
    }

    /// With how many ids it was asked to order.
    pub fn ids(&self) -> usize {
        self.inside(|inside| inside.requests.iter().collect::<BTreeSet<_>>().len())
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
        if fault.does() {
            self.inside(act);
        }
        match fault {
            Fault::Refuse(status, code, issue, words) => outcome(status, code, issue, words),
            Fault::DoneBut(status) | Fault::NotDoneBut(status) => StatusCode::from_u16(status).unwrap().into_response(),
            Fault::DoneAndSilent | Fault::Silent => std::future::pending().await,
            Fault::DoneAndGarbage => (StatusCode::CREATED, "<html>Gateway</html>").into_response(),
            Fault::DoneAndTruncated => {
                let body = Body::from("{\"resourceType\":\"Task\",\"id\":\"");
                (StatusCode::CREATED, [(header::CONTENT_LENGTH, "5000")], body).into_response()
            }
            Fault::Nonsense => fhir(StatusCode::OK, &json!({ "resourceType": "Patient", "id": "1" })),
            Fault::KillBefore | Fault::KillAfter => {
                self.killed.notify_one();
                std::future::pending().await
            }
        }
    }
}

fn is_open(one: &Kept) -> bool {
    matches!(one.status, "requested" | "in-progress")
}

fn fhir(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/fhir+json")], body.to_string()).into_response()
}

/// UKCore-OperationOutcome.
fn outcome(status: u16, code: &str, issue: &str, words: &str) -> Response {
    let body = json!({
        "resourceType": "OperationOutcome",
        "meta": { "profile": ["https://fhir.hl7.org.uk/StructureDefinition/UKCore-OperationOutcome"] },
        "issue": [{ "severity": "error", "code": issue, "details": { "coding": [{
            "system": "https://fhir.nhs.uk/R4/ValueSet/Spine-ErrorOrWarningCode-1", "code": code, "display": words }] } }],
    });
    fhir(StatusCode::from_u16(status).unwrap(), &body)
}

/// An order as the example shows one.
fn shown(id: &str, kept: &Kept) -> Value {
    let examples: Value = serde_json::from_str(TASKS).unwrap();
    let entries = examples["entry"].as_array().unwrap();
    let mut shown = entries.iter().map(|one| &one["resource"]).find(|one| one["resourceType"] == "Task").unwrap().clone();
    shown["id"] = json!(id);
    shown["identifier"][0]["value"] = json!(kept.request);
    shown["status"] = json!(kept.status);
    shown["authoredOn"] = json!(kept.authored);
    shown["focus"]["reference"] = json!(format!("MedicationRequest/{}", kept.plan));
    for field in ["for", "requester"] {
        shown[field]["reference"] = json!(format!("Patient/{}", kept.patient));
        shown[field]["identifier"]["value"] = json!(kept.patient);
    }
    if let Some(reason) = kept.reason {
        shown["statusReason"] = json!({ "text": reason });
    }
    if let Some(number) = kept.number {
        shown["output"] = json!([{ "type": { "text": "Prescription" }, "valueReference": {
            "identifier": { "system": NUMBER, "value": number } } }]);
    }
    shown
}

fn query(query: &axum::extract::RawQuery, name: &str) -> Option<String> {
    let text = query.0.clone().unwrap_or_default();
    text.split('&').find_map(|part| part.strip_prefix(&format!("{name}="))).map(str::to_owned)
}

async fn order(State(system): State<GpSystem>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(request) = headers.get("x-request-id").map(|value| value.to_str().unwrap().to_owned()) else {
        return outcome(400, "BAD_REQUEST", "required", "X-Request-ID is not present");
    };
    assert_eq!(headers.get("content-type").unwrap(), "application/fhir+json");
    assert_eq!(headers.get("authorization").unwrap(), "Bearer secret");
    let body: Value = serde_json::from_slice(&body).unwrap();
    let text = |at: &str| body.pointer(at).and_then(Value::as_str).unwrap().to_owned();
    assert_eq!(text("/code/coding/0/code"), "103742009");
    assert_eq!((text("/resourceType"), text("/status"), text("/intent")), ("Task".into(), "requested".into(), "order".into()));
    let plan = text("/focus/reference").strip_prefix("MedicationRequest/").unwrap().to_owned();
    let kept = Kept {
        patient: text("/for/identifier/value"),
        plan,
        request: text("/identifier/0/value"),
        note: body.pointer("/note/0/text").and_then(Value::as_str).map(str::to_owned),
        status: "requested",
        authored: text("/authoredOn"),
        reason: None,
        number: None,
    };
    assert_eq!(kept.request, request);
    system.inside(|inside| inside.requests.push(request));
    system
        .answer("order", move |inside| {
            if inside.knows_nobody {
                return outcome(422, "REFERENCE_NOT_FOUND", "not-found", "for reference to Patient not valid");
            }
            if !inside.plans.contains_key(&kept.plan) {
                return outcome(422, "REFERENCE_NOT_FOUND", "not-found", "focus reference to MedicationRequest not valid");
            }
            if inside.kept.values().any(|one| one.plan == kept.plan && one.patient == kept.patient && is_open(one)) {
                return outcome(409, "DUPLICATE_REJECTED", "duplicate", "Create would lead to creation of a duplicate resource");
            }
            let id = format!("task-{}", inside.kept.len() + 1);
            let made = shown(&id, &kept);
            inside.kept.insert(id, kept);
            fhir(StatusCode::CREATED, &made)
        })
        .await
}

async fn tasks(State(system): State<GpSystem>, raw: axum::extract::RawQuery) -> Response {
    let Some(patient) = query(&raw, "patient") else {
        return outcome(422, "INVALID_PARAMETER", "required", "patient is required");
    };
    let since = query(&raw, "authored-on").unwrap();
    assert!(since.starts_with("ge") && since.len() == 12, "{since}");
    system
        .answer("tasks", |inside| {
            if inside.knows_nobody {
                return outcome(404, "PATIENT_NOT_FOUND", "not-found", "The request is for a Patient that doesn't exist");
            }
            let mut bundle: Value = serde_json::from_str(TASKS).unwrap();
            // What stands beside the orders stays, as others send it too.
            let entries = bundle["entry"].as_array_mut().unwrap();
            entries.retain(|entry| entry["resource"]["resourceType"] != "Task");
            let theirs = inside.kept.iter().filter(|(_, one)| one.patient == patient && one.authored.get(..10) >= since.get(2..));
            entries.extend(theirs.map(|(id, one)| json!({ "resource": shown(id, one) })));
            fhir(StatusCode::OK, &bundle)
        })
        .await
}

async fn plans_of(State(system): State<GpSystem>, raw: axum::extract::RawQuery) -> Response {
    assert_eq!(query(&raw, "intent").as_deref(), Some("plan"));
    system
        .answer("plans", |inside| {
            let entries = inside.plans.iter().map(|(id, identifiers)| {
                let identifiers: Vec<Value> =
                    identifiers.iter().map(|(system, value)| json!({ "system": system, "value": value })).collect();
                json!({ "resource": { "resourceType": "MedicationRequest", "id": id, "intent": "plan", "identifier": identifiers } })
            });
            let entries: Vec<Value> = entries.collect();
            fhir(StatusCode::OK, &json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries }))
        })
        .await
}

async fn cancel(
    State(system): State<GpSystem>,
    Path(id): Path<String>,
    raw: axum::extract::RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    assert_eq!(headers.get("content-type").unwrap(), "application/json-patch+json");
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body, json!({ "op": "replace", "path": "/status", "value": "cancelled" }));
    let patient = query(&raw, "patient");
    system
        .answer("cancel", move |inside| match inside.kept.get_mut(&id).filter(|one| Some(&one.patient) == patient.as_ref()) {
            None => outcome(404, "RESOURCE_NOT_FOUND", "not-found", "The request is for a Task that doesn't exist"),
            Some(one) if one.status != "requested" => {
                outcome(400, "INVALID_REQUEST_STATE", "value", "Attempted cancellation once cancelled or prescribed")
            }
            Some(one) => {
                one.status = "cancelled";
                fhir(StatusCode::OK, &shown(&id, one))
            }
        })
        .await
}
