//! Following prescriptions: told in any order and again, asked and not answered, hidden, and told by mail once.

use crate::medicines::town::{citizen, not_found, refused};
use crate::medicines::world::{AMLODIPINE, METFORMIN, RAMIPRIL, SALBUTAMOL, SNOMED, World, repeat};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::medicine::DispenseStatus::{self, *};
use domain::medicine::{Course, DispenseStep, Issues, ItemStatus, PrescriptionNumber};
use domain::person::Demographics;
use domain::record::Code;
use domain::{NhsNumber, PrescriptionId};
use serde_json::{Value, json};
use service::{
    Closing, DecideForm, DispenserSeen, HiddenFrom, InviteForm, NoTracker, OrderForm, PrescriptionSeen, PrescriptionTracker,
    PrescriptionsAsked, PushRefusal, ServiceError, Services, Tracked, TrackedItem, TrackedPlace, TrackedPrescription,
    TrackerFault, Tracking, Watching,
};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use testkit::Place;

pub const SECRET: &str = "the-pharmacies-say-this-and-no-other";
pub const EDNA: &str = "9990548609";
pub const NUMBER: &str = "24F5DA-A83008-7EFE6Z";
pub const OTHER: &str = "04F4C2-A99968-7F717P";

/// What it answers; `None` never answers.
type Answers = VecDeque<Option<Result<Tracked, TrackerFault>>>;

/// A national service that answers what a test says, and nothing after that.
#[derive(Clone, Default)]
pub struct Fake {
    answers: Arc<Mutex<Answers>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    /// `None` never answers.
    pub fn will(&self, answer: Option<Result<Tracked, TrackerFault>>) {
        self.answers.lock().unwrap().push_back(answer);
    }

    fn asked(&self) -> usize {
        std::mem::take(&mut *self.asked.lock().unwrap()).len()
    }
}

#[async_trait]
impl PrescriptionTracker for Fake {
    fn is_on(&self) -> bool {
        true
    }

    async fn of_person(&self, number: &NhsNumber) -> Result<Tracked, TrackerFault> {
        self.asked.lock().unwrap().push(number.as_digits().to_owned());
        let answer = self.answers.lock().unwrap().pop_front();
        match answer {
            Some(Some(answer)) => answer,
            Some(None) => std::future::pending().await,
            None => Ok(Tracked::default()),
        }
    }
}

pub struct Tracing {
    pub world: World,
    /// With the fake behind them.
    pub services: Services,
    pub fake: Fake,
}

impl Tracing {
    pub async fn at(place: &Place) -> Self {
        let world = World::at(place).await;
        let fake = Fake::default();
        let tracking = Tracking { tracker: Box::new(fake.clone()), push_secret: Some(SECRET.parse().unwrap()) };
        let services = place.services_tracking(&world.town.clock, tracking);
        Self { world, services, fake }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.services.core.now()
    }

    /// So many hours ago.
    pub fn ago(&self, hours: i64) -> DateTime<Utc> {
        self.now() - TimeDelta::hours(hours)
    }

    pub async fn push(&self, tasks: &[Value]) -> Result<usize, PushRefusal> {
        let entry: Vec<Value> = tasks.iter().map(|task| json!({ "resource": task })).collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entry }).to_string();
        self.services.prescriptions.push(Some(SECRET), None, bundle.as_bytes()).await
    }

    /// What the national service tells of one prescription as at a time.
    pub async fn told(&self, at: DateTime<Utc>, one: TrackedPrescription) -> usize {
        let number = NhsNumber::parse(EDNA).unwrap();
        self.services.prescriptions.told(&Actor::System, &number, at, vec![one]).await.unwrap()
    }

    async fn list(&self, by: &Actor) -> Vec<PrescriptionSeen> {
        self.services.prescriptions.list(by, self.world.edna.person).await.unwrap().prescriptions
    }

    async fn one(&self, number: &str) -> PrescriptionSeen {
        let all = self.list(&self.world.edna.actor).await;
        all.into_iter().find(|one| one.number.as_str() == number).unwrap_or_else(|| panic!("no {number}"))
    }

    async fn watching(&self) -> Watching {
        self.services.prescriptions.list(&self.world.edna.actor, self.world.edna.person).await.unwrap().watching
    }

    /// To whom mail about prescriptions went.
    async fn mailed(&self) -> Vec<String> {
        let mail = self.world.town.mail().await;
        for one in &mail {
            let body = one.body.to_lowercase();
            for word in ["ramipril", "hughes", "pharmacy", "collect", "prescription "] {
                assert!(!body.contains(word), "{word}: {}", one.body);
            }
        }
        mail.into_iter().filter(|mail| mail.body.contains("/news")).map(|mail| mail.to).collect()
    }

    /// A carer to whom every label is open.
    async fn with_all_labels(&self) -> Actor {
        let (town, edna) = (&self.world.town, &self.world.edna);
        let other = town.person("Allsee", "1980-05-02").await;
        let other = town.with_account("Allsee", other).await;
        let form = InviteForm {
            email: other.email.clone(),
            name: "Al Near".to_owned(),
            relation: "son".to_owned(),
            scopes: "PRESCR".to_owned(),
            labels: "general mental sexual social".to_owned(),
            submission: town.services.core.new_id().to_string(),
            ..InviteForm::default()
        };
        let invited = town.services.carers.invite(&edna.actor, edna.person, &form).await.unwrap();
        let mail = town.mail().await;
        let token =
            mail.iter().find_map(|mail| mail.body.split_once("token=")).unwrap().1.split_whitespace().next().unwrap().to_owned();
        town.services.carers.accept(&other.actor, &token, &invited.code).await.unwrap();
        other.actor
    }

    pub async fn refresh(&self) -> PrescriptionsAsked {
        self.services.prescriptions.refresh(&Actor::System).await.unwrap()
    }
}

pub fn task(number: &str, item: &str, status: DispenseStatus, at: DateTime<Utc>) -> Value {
    json!({
        "resourceType": "Task", "status": "in-progress", "intent": "order",
        "basedOn": [{ "identifier": { "system": "https://fhir.nhs.uk/Id/prescription-order-number", "value": number } }],
        "focus": { "identifier": { "system": "https://fhir.nhs.uk/Id/prescription-order-item-number", "value": item } },
        "for": { "identifier": { "system": "https://fhir.nhs.uk/Id/nhs-number", "value": EDNA } },
        "businessStatus": { "coding": [{ "system": "https://fhir.nhs.uk/CodeSystem/task-businessStatus-nppt", "code": status.code() }] },
        "owner": { "identifier": { "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "FZ901" } },
        "lastModified": at.to_rfc3339(),
    })
}

pub fn item(number: Option<&str>, name: &str, code: &str, steps: &[(DispenseStatus, DateTime<Utc>)]) -> TrackedItem {
    TrackedItem {
        number: number.map(str::to_owned),
        name: name.to_owned(),
        code: (!code.is_empty()).then(|| Code { system: SNOMED.to_owned(), code: code.to_owned(), display: None }),
        quantity: "28 capsules".to_owned(),
        note: String::new(),
        steps: steps.iter().map(|(status, at)| DispenseStep { at: *at, status: *status }).collect(),
    }
}

fn pharmacy(ods: &str) -> TrackedPlace {
    TrackedPlace {
        ods: ods.to_owned(),
        name: format!("Pharmacy {ods}"),
        phone: "01632 960401".to_owned(),
        ..TrackedPlace::default()
    }
}

pub fn prescription(number: &str, place: Option<TrackedPlace>, items: Vec<TrackedItem>) -> TrackedPrescription {
    TrackedPrescription {
        number: PrescriptionNumber::parse(number).unwrap(),
        course: Course::Repeat,
        written_on: "2026-11-01".parse().ok(),
        prescriber: "Riverside Surgery".to_owned(),
        issues: None,
        place,
        items,
    }
}

/// What a page shows of it, without what differs from one to the next.
fn shown(one: &PrescriptionSeen) -> String {
    let item = |item: &service::PrescriptionItemSeen| {
        let service::PrescriptionItemSeen { name, quantity, now, unavailable_since, note, history, .. } = item;
        format!("{name} {quantity} {now:?} {unavailable_since:?} {note} {history:?}")
    };
    let mut items: Vec<String> = one.items.iter().map(item).collect();
    items.sort();
    format!("{items:#?} {:?} {:?} {:?} {:?} {}", one.course, one.prescriber, one.dispenser, one.issues, one.needs_token)
}

enum Event {
    Push(DispenseStatus, &'static str, i64),
    Told(i64, TrackedPrescription),
}

testkit::both_engines! {
    async fn told_in_any_order_and_again_it_ends_in_the_same(place: &Place) {
        let tracing = Tracing::at(place).await;
        let mut ends = Vec::new();
        for round in 0..8_usize {
            let number = format!("04F4C2-A9996{round}-7F717P");
            let issues = |issue| Some(Issues { issue, of: 6, from: "2026-11-01".parse().ok(), days: Some(28) });
            let early = vec![item(Some("i1"), "Old name", "", &[(Approved, tracing.ago(30))]), item(None, METFORMIN, "103", &[(Approved, tracing.ago(30))])];
            let late = vec![
                item(Some("i1"), RAMIPRIL, "101", &[(WithPharmacy, tracing.ago(20))]),
                item(Some("i2"), METFORMIN, "103", &[(Unavailable, tracing.ago(9))]),
            ];
            let mut events = vec![
                Event::Push(WithPharmacy, "i1", 20),
                Event::Push(ReadyToCollect, "i1", 10),
                Event::Push(Collected, "i1", 4),
                Event::Push(ReadyToCollectPartial, "i2", 10),
                Event::Push(PreparingRemainder, "i2", 10),
                Event::Told(29, TrackedPrescription { issues: issues(1), ..prescription(&number, None, early) }),
                Event::Told(8, TrackedPrescription { issues: issues(2), ..prescription(&number, Some(pharmacy("FZ901")), late) }),
            ];
            // Another order each time; and in each second round some of it comes again.
            let count = events.len();
            events.rotate_left(round % count);
            if round % 3 == 1 {
                events.reverse();
            }
            events.swap(0, (round * 5 + 1) % count);
            let times = 1 + round % 2;
            for _ in 0..times {
                for event in &events {
                    match event {
                        Event::Push(status, item, hours) => {
                            assert_eq!(tracing.push(&[task(&number, item, *status, tracing.ago(*hours))]).await.unwrap(), 1);
                        }
                        Event::Told(hours, one) => {
                            tracing.told(tracing.ago(*hours), one.clone()).await;
                        }
                    }
                }
            }
            ends.push(shown(&tracing.one(&number).await));
        }
        for (round, end) in ends.iter().enumerate() {
            assert_eq!(end, &ends[0], "round {round}");
        }
        let one = tracing.one("04F4C2-A99960-7F717P").await;
        let stands: Vec<_> = one.items.iter().map(|item| (item.name.as_str(), item.now.map(|step| step.status), item.unavailable_since.is_some())).collect();
        assert_eq!(stands, [(METFORMIN, Some(PreparingRemainder), true), (RAMIPRIL, Some(Collected), false)]);
        assert_eq!(one.dispenser.as_ref().map(|place| place.name.as_str()), Some("Pharmacy FZ901"));
        assert_eq!(one.issues.map(|issues| (issues.issue, issues.left())), Some((2, 4)));
        assert!(one.current && !one.needs_token);
        tracing.world.town.verify().await;
    }

    async fn what_is_sent_is_taken_once_whole_and_from_those_alone_who_know_the_secret(place: &Place) {
        let tracing = Tracing::at(place).await;
        let edna = &tracing.world.edna;
        let body = |task: &Value| json!({ "resourceType": "Bundle", "type": "transaction", "entry": [{ "resource": task }] }).to_string();
        let one = task(NUMBER, "i1", WithPharmacy, tracing.ago(1));
        let prescriptions = &tracing.services.prescriptions;
        let before = tracing.world.events().await;
        for said in [None, Some(""), Some("another-secret-of-thirty-two-characters"), Some(&SECRET[1..])] {
            assert!(matches!(prescriptions.push(said, None, body(&one).as_bytes()).await, Err(PushRefusal::Unknown)));
        }
        // Where no secret is set there is nothing.
        assert!(matches!(tracing.world.town.services.prescriptions.push(Some(SECRET), None, body(&one).as_bytes()).await, Err(PushRefusal::Off)));
        // One that cannot be read, or is of the time to come, takes the others with it.
        let ahead = task(OTHER, "i1", WithPharmacy, tracing.now() + TimeDelta::minutes(16));
        assert!(matches!(tracing.push(&[one.clone(), ahead]).await, Err(PushRefusal::Unread(problems)) if problems.len() == 1));
        assert!(matches!(tracing.push(&[one.clone(), json!({})]).await, Err(PushRefusal::Unread(_))));
        assert_eq!(tracing.world.events().await, before);
        assert!(tracing.list(&edna.actor).await.is_empty());
        let before = tracing.world.events().await;
        // Somebody who is not held, and a prescription that is not known, are taken alike.
        let mut nobody = one.clone();
        nobody["for"]["identifier"]["value"] = json!("9449304130");
        assert_eq!(tracing.push(&[nobody]).await.unwrap(), 1);
        assert_eq!(tracing.world.events().await, before);
        assert_eq!(tracing.push(std::slice::from_ref(&one)).await.unwrap(), 1);
        assert_eq!((tracing.world.events().await, tracing.world.last().await), (before + 1, (Action::PrescriptionUpdated, Basis::System)));
        for _ in 0..3 {
            assert_eq!(tracing.push(&[one.clone(), one.clone()]).await.unwrap(), 2);
        }
        assert_eq!(tracing.world.events().await, before + 1, "the same again changes nothing");
        let seen = tracing.one(NUMBER).await;
        assert_eq!((seen.items.len(), seen.items[0].name.as_str(), seen.items[0].now.unwrap().status), (1, "", WithPharmacy));
        assert_eq!(seen.dispenser, Some(DispenserSeen { ods: "FZ901".to_owned(), ..DispenserSeen::default() }));
        // Two at once are both taken.
        let (a, b) = (task(NUMBER, "i1", ReadyToCollect, tracing.ago(0)), task(NUMBER, "i2", WithPharmacy, tracing.ago(0)));
        let (first, second) = ([a.clone(), b.clone()], [b, a]);
        let (first, second) = tokio::join!(tracing.push(&first), tracing.push(&second));
        assert_eq!((first.unwrap(), second.unwrap()), (2, 2));
        assert_eq!(tracing.one(NUMBER).await.items.len(), 2);
        // Whoever guesses is stopped.
        let mut stopped = false;
        for _ in 0..25 {
            stopped |= matches!(prescriptions.push(Some("x"), None, b"").await, Err(PushRefusal::Other(ServiceError::TooMany(_))));
        }
        assert!(stopped);
        tracing.world.town.verify().await;
    }

    async fn the_person_is_told_once_that_it_is_ready_or_not_given(place: &Place) {
        let tracing = Tracing::at(place).await;
        let email = tracing.world.edna.email.clone();
        let push = async |item: &str, status, hours| {
            tracing.push(&[task(NUMBER, item, status, tracing.ago(hours))]).await.unwrap();
            tracing.mailed().await
        };
        assert!(push("i1", Approved, 40).await.is_empty());
        assert!(push("i1", WithPharmacy, 30).await.is_empty());
        assert_eq!(push("i1", ReadyToCollectPartial, 20).await, [email.as_str()]);
        assert_eq!(push("i1", ReadyToCollect, 10).await, [email.as_str()]);
        // The same again, also as if it were newer, and as the other word for ready.
        assert!(push("i1", ReadyToCollect, 10).await.is_empty());
        assert!(push("i1", ReadyToCollect, 9).await.is_empty());
        assert!(push("i1", ReadyToDispatch, 8).await.is_empty());
        assert!(push("i1", Collected, 5).await.is_empty());
        // What comes too late, when it was collected, is no news; nor is what was so long ago.
        assert!(push("i2", Collected, 5).await.is_empty());
        assert!(push("i2", ReadyToCollect, 6).await.is_empty());
        assert!(push("i3", ReadyToCollect, 24 * 8).await.is_empty());
        assert_eq!(push("i4", NotDispensed, 1).await, [email.as_str()]);
        // Several at once are one mail.
        let both = [task(OTHER, "j1", ReadyToCollect, tracing.ago(1)), task(OTHER, "j2", ReadyToDispatch, tracing.ago(1))];
        tracing.push(&both).await.unwrap();
        assert_eq!(tracing.mailed().await, [email.as_str()]);
        // The next issue is ready too.
        let mut next = task(OTHER, "j1", ReadyToCollect, tracing.ago(0));
        next["input"] = json!([{ "type": { "text": "Repeat Number" }, "valueInteger": 2 }]);
        tracing.push(&[next.clone()]).await.unwrap();
        tracing.push(&[next]).await.unwrap();
        assert_eq!(tracing.mailed().await, [email.as_str()]);
    }

    async fn it_is_asked_once_an_hour_and_less_often_where_it_does_not_answer(place: &Place) {
        let tracing = Tracing::at(place).await;
        let done = |answered, failed, changed| PrescriptionsAsked { answered, failed, changed };
        not_found(tracing.services.prescriptions.refresh(&tracing.world.edna.actor).await);
        not_found(tracing.services.prescriptions.told(&tracing.world.edna.actor, &NhsNumber::parse(EDNA).unwrap(), tracing.now(), vec![]).await);
        // Nothing was ordered, and nothing is on its way.
        assert_eq!((tracing.refresh().await, tracing.fake.asked()), (done(0, 0, 0), 0));
        tracing.world.order(&tracing.world.edna.actor, &[RAMIPRIL]).await;
        let ready = prescription(NUMBER, Some(pharmacy("FZ901")), vec![item(Some("i1"), RAMIPRIL, "101", &[(WithPharmacy, tracing.ago(2))])]);
        let held_back = [PrescriptionNumber::parse(OTHER).unwrap()].into();
        tracing.fake.will(Some(Ok(Tracked { prescriptions: vec![ready.clone()], held_back, more_held_back: false, unread: 2 })));
        assert_eq!((tracing.refresh().await, tracing.fake.asked()), (done(1, 0, 1), 1));
        tracing.world.town.advance(TimeDelta::minutes(10));
        assert_eq!((tracing.refresh().await, tracing.fake.asked()), (done(0, 0, 0), 0));
        let watching = tracing.watching().await;
        assert_eq!((watching.held_back.as_slice(), watching.unread, watching.delayed), ([OTHER.to_owned()].as_slice(), 2, false));
        assert_eq!(tracing.fake.asked(), 0, "ten minutes are new enough for a look");
        tracing.world.town.advance(TimeDelta::minutes(5));
        assert_eq!((tracing.watching().await.held_back.len(), tracing.fake.asked()), (0, 1), "a quarter of an hour is not");
        tracing.world.town.advance(TimeDelta::minutes(60));
        // It fails: the person is told, what is known stays, and it is asked again ever later.
        for (minutes, fault) in [(0, TrackerFault::NoAnswer(String::new())), (2, TrackerFault::Unreadable(String::new())), (4, TrackerFault::Busy(Some(TimeDelta::minutes(30))))] {
            tracing.world.town.advance(TimeDelta::minutes(minutes) - TimeDelta::seconds(1));
            assert_eq!((tracing.refresh().await, tracing.fake.asked()), (done(0, 0, 0), 0));
            tracing.world.town.advance(TimeDelta::seconds(1));
            tracing.fake.will(Some(Err(fault)));
            assert_eq!((tracing.refresh().await, tracing.fake.asked()), (done(0, 1, 0), 1));
            let watching = tracing.watching().await;
            assert!(watching.delayed && watching.answered_at.is_some() && !watching.asking);
            assert_eq!(tracing.fake.asked(), 0, "a look does not ask before its time either");
            assert_eq!(tracing.one(NUMBER).await.items[0].now.unwrap().status, WithPharmacy);
        }
        tracing.world.town.advance(TimeDelta::minutes(29));
        assert_eq!((tracing.refresh().await, tracing.fake.asked()), (done(0, 0, 0), 0));
        tracing.world.town.advance(TimeDelta::minutes(1));
        tracing.fake.will(Some(Ok(Tracked { prescriptions: vec![ready], ..Tracked::default() })));
        assert_eq!((tracing.refresh().await, tracing.fake.asked()), (done(1, 0, 0), 1));
        assert!(!tracing.watching().await.delayed);
        // Long after the last news nobody asks by itself.
        tracing.world.advance_days(101);
        assert_eq!((tracing.refresh().await, tracing.fake.asked()), (done(0, 0, 0), 0));
    }

    async fn who_was_not_asked_did_not_fail(place: &Place) {
        let tracing = Tracing::at(place).await;
        tracing.world.order(&tracing.world.edna.actor, &[RAMIPRIL]).await;
        // Nobody asked: the page says that this is not the newest, and it counts as no failure of those who were not asked.
        for _ in 0..4 {
            tracing.fake.will(Some(Err(TrackerFault::LeftAlone)));
            assert_eq!(tracing.refresh().await, PrescriptionsAsked::default());
            let watching = tracing.watching().await;
            assert!(watching.delayed && !watching.asking);
            tracing.world.town.advance(TimeDelta::minutes(2));
        }
        tracing.fake.asked();
        tracing.fake.will(Some(Ok(Tracked::default())));
        assert_eq!((tracing.refresh().await.answered, tracing.fake.asked()), (1, 1), "it is asked soon, however often it was left alone");
        assert!(!tracing.watching().await.delayed);
    }

    async fn whoever_looks_is_not_kept_waiting(place: &Place) {
        let tracing = Tracing::at(place).await;
        tracing.push(&[task(NUMBER, "i1", WithPharmacy, tracing.ago(1))]).await.unwrap();
        tracing.fake.will(None);
        let began = std::time::Instant::now();
        let watching = tracing.watching().await;
        assert!(began.elapsed() < std::time::Duration::from_secs(5));
        assert!(watching.asking && !watching.delayed && watching.on);
        assert_eq!(tracing.one(NUMBER).await.items.len(), 1);
        // Without a way to it nobody is asked.
        let off = place.services_tracking(&tracing.world.town.clock, Tracking { tracker: Box::new(NoTracker), push_secret: None });
        let seen = off.prescriptions.list(&tracing.world.edna.actor, tracing.world.edna.person).await.unwrap();
        assert!(!seen.watching.on && seen.prescriptions.len() == 1);
    }

    async fn an_approval_under_a_number_is_followed_from_there(place: &Place) {
        let tracing = Tracing::at(place).await;
        let (world, me) = (&tracing.world, &tracing.world.edna.actor);
        let order = world.order(me, &[RAMIPRIL, SALBUTAMOL]).await;
        let clinician = &world.town.clinician;
        let form = async |number: &str| DecideForm { prescription: number.to_owned(), ..world.decision(order, &[RAMIPRIL], "approve", "").await };
        for wrong in ["24F5DA-A83008-7EFE6X", "24F5DA", "x"] {
            let form = form(wrong).await;
            refused(world.town.services.medicines.decide(clinician, order, &form).await, "prescription", if wrong.len() > 6 { "wrong" } else { "like" });
        }
        assert_eq!(world.item(order, RAMIPRIL).await.status, ItemStatus::Requested);
        let typed = form(" 24f5da a83008 7efe6z ").await;
        world.town.services.medicines.decide(clinician, order, &typed).await.unwrap();
        world.town.services.medicines.decide(clinician, order, &typed).await.unwrap();
        let one = tracing.one(NUMBER).await;
        assert_eq!((one.items.len(), one.items[0].name.as_str(), one.items[0].now.unwrap().status), (1, RAMIPRIL, Approved));
        assert!(one.needs_token && one.prescriber == "Riverside Surgery");
        let (id, step) = world.item(order, RAMIPRIL).await.dispensing.unwrap();
        assert_eq!((id, step.unwrap().status), (one.id, Approved));
        assert_eq!(world.item(order, SALBUTAMOL).await.dispensing, None);
        let token = tracing.services.prescriptions.token(me, world.edna.person, one.id).await.unwrap();
        assert_eq!(token.number.as_str(), NUMBER);
        // The pharmacy had it before the practice pressed the button: that counts, though it is earlier.
        tracing.told(tracing.now(), prescription(NUMBER, Some(pharmacy("FZ901")), vec![item(Some("i1"), "RAMIPRIL 5 mg capsules", "101", &[(WithPharmacy, tracing.ago(1))])])).await;
        let one = tracing.one(NUMBER).await;
        assert_eq!((one.items.len(), one.items[0].now.unwrap().status, one.items[0].history.len()), (1, WithPharmacy, 2));
        assert_eq!(world.item(order, RAMIPRIL).await.dispensing.unwrap().1.unwrap().status, WithPharmacy);
        let account = me.account().unwrap().as_uuid();
        let before = world.chain(account).await;
        not_found(tracing.services.prescriptions.token(me, world.edna.person, one.id).await);
        assert_eq!(world.chain(account).await, before + 1, "it was read, and that is written down");
        // The pharmacy's own number of the item is the same item; a name it does not tell is kept.
        tracing.push(&[task(NUMBER, "i1", ReadyToCollect, tracing.ago(0))]).await.unwrap();
        assert_eq!(world.item(order, RAMIPRIL).await.dispensing.unwrap().1.unwrap().status, ReadyToCollect);
        // What is told before the approval is found by its number too.
        let mut named = task(OTHER, "k1", WithPharmacy, tracing.ago(2));
        named["focus"]["display"] = json!(SALBUTAMOL);
        tracing.push(&[named]).await.unwrap();
        let form = DecideForm { prescription: OTHER.to_owned(), ..world.decision(order, &[SALBUTAMOL], "approve", "").await };
        world.town.services.medicines.decide(clinician, order, &form).await.unwrap();
        assert_eq!(tracing.one(OTHER).await.items.len(), 1);
        assert_eq!(world.item(order, SALBUTAMOL).await.dispensing.unwrap().1.unwrap().status, WithPharmacy);
        world.town.verify().await;
    }

    async fn one_that_was_ordered_to_a_pharmacy_says_so_until_somebody_tells_who_has_it(place: &Place) {
        let tracing = Tracing::at(place).await;
        let (world, me) = (&tracing.world, &tracing.world.edna.actor);
        let table = "code,kind,name,address,town,postcode,phone,website,services,monday,tuesday,wednesday,thursday,friday,saturday,sunday,latitude,longitude\n\
                     FZ901,community,Bell Pharmacy,1 High Street,Taunton,TA1 1AA,01632 960402,,,09:00-18:00,,,,,,,,\n";
        let load = async |table: &str| {
            tracing.services.pharmacies.load(&Actor::Operator, std::io::Cursor::new(table.to_owned()), Closing::Any).await.unwrap()
        };
        load(table).await;
        let form = OrderForm { dispenser: "FZ901".to_owned(), ..world.form(&[RAMIPRIL]).await };
        let order = world.town.services.medicines.order(me, world.edna.person, &form).await.unwrap().orders[0];
        let form = DecideForm { prescription: NUMBER.to_owned(), ..world.decision(order, &[RAMIPRIL], "approve", "").await };
        world.town.services.medicines.decide(&world.town.clinician, order, &form).await.unwrap();
        let one = tracing.one(NUMBER).await;
        let to = one.ordered_to.as_ref().unwrap();
        assert_eq!((to.ods.as_str(), to.name.as_str(), to.phone.as_str(), to.listed), ("FZ901", "Bell Pharmacy", "01632 960402", true));
        assert!(one.dispenser.is_none() && !one.needs_token && one.has_token());
        // Where it turns out that they do not have it, its number opens it elsewhere.
        tracing.services.prescriptions.token(me, world.edna.person, one.id).await.unwrap();
        // One that has closed gets nothing.
        load(&table.replace("FZ901,community,Bell", "FZ902,community,Owl")).await;
        let one = tracing.one(NUMBER).await;
        assert_eq!((one.ordered_to.is_some(), one.needs_token), (false, true));
        load(table).await;
        // Another has it: what the order says counts no more.
        tracing.push(&[task(NUMBER, "i1", WithPharmacy, tracing.ago(0))]).await.unwrap();
        let one = tracing.one(NUMBER).await;
        assert_eq!((one.ordered_to, one.needs_token, one.dispenser.is_some()), (None, false, true));
        not_found(tracing.services.prescriptions.token(me, world.edna.person, one.id).await);
        world.town.verify().await;
    }

    async fn items_told_of_by_number_and_by_name_are_there_once(place: &Place) {
        let tracing = Tracing::at(place).await;
        let (world, me) = (&tracing.world, &tracing.world.edna.actor);
        let email = world.edna.email.clone();
        let (carer, _) = world.carer("Near", "PRESCR").await;
        let stands = |one: &PrescriptionSeen| -> Vec<(String, Option<DispenseStatus>)> {
            one.items.iter().map(|item| (item.name.clone(), item.now.map(|step| step.status))).collect()
        };
        let named = |ramipril: &[(DispenseStatus, i64)], metformin: &[(DispenseStatus, i64)]| {
            let steps = |of: &[(DispenseStatus, i64)]| of.iter().map(|(status, hours)| (*status, tracing.ago(*hours))).collect::<Vec<_>>();
            vec![item(None, METFORMIN, "103", &steps(metformin)), item(None, RAMIPRIL, "101", &steps(ramipril))]
        };
        // The pharmacy tells first, and no name; it is ready, and the person is told.
        for (one, status, hours) in [("i1", WithPharmacy, 9), ("i2", WithPharmacy, 9), ("i1", ReadyToCollect, 5)] {
            tracing.push(&[task(NUMBER, one, status, tracing.ago(hours))]).await.unwrap();
        }
        assert_eq!(tracing.mailed().await, [email.as_str()]);
        assert_eq!(tracing.list(&carer.actor).await.len(), 0, "nobody knows what they are");
        // An answer tells the names, and what it knows of: which is which nobody can say, and no guess is made.
        let early = prescription(NUMBER, Some(pharmacy("FZ901")), named(&[(WithPharmacy, 9)], &[(WithPharmacy, 9)]));
        tracing.told(tracing.ago(4), early).await;
        let both = [(METFORMIN.to_owned(), Some(WithPharmacy)), (RAMIPRIL.to_owned(), Some(WithPharmacy))];
        assert_eq!(stands(&tracing.one(NUMBER).await), both);
        assert_eq!(stands(&tracing.list(&carer.actor).await[0]), both, "each of them is open to her");
        assert!(tracing.mailed().await.is_empty());
        // What comes without a name meanwhile shows nothing, and tells nobody.
        tracing.push(&[task(NUMBER, "i1", ReadyToCollect, tracing.ago(3))]).await.unwrap();
        assert_eq!((stands(&tracing.one(NUMBER).await), tracing.mailed().await.len()), (both.to_vec(), 0));
        // One of them alone was ready then: so it is known which both are, and the person was told already.
        let late = prescription(NUMBER, Some(pharmacy("FZ901")), named(&[(WithPharmacy, 9), (ReadyToCollect, 5)], &[(WithPharmacy, 9)]));
        tracing.told(tracing.ago(2), late.clone()).await;
        let one = [(METFORMIN.to_owned(), Some(WithPharmacy)), (RAMIPRIL.to_owned(), Some(ReadyToCollect))];
        assert_eq!((stands(&tracing.one(NUMBER).await), tracing.mailed().await.len()), (one.to_vec(), 0));
        // From here what is told by number is told of the medicine.
        tracing.push(&[task(NUMBER, "i2", NotDispensed, tracing.ago(1))]).await.unwrap();
        tracing.push(&[task(NUMBER, "i1", Collected, tracing.ago(1))]).await.unwrap();
        tracing.told(tracing.ago(0), late).await;
        let end = [(METFORMIN.to_owned(), Some(NotDispensed)), (RAMIPRIL.to_owned(), Some(Collected))];
        assert_eq!((stands(&tracing.one(NUMBER).await), tracing.mailed().await), (end.to_vec(), vec![email.clone()]));
        assert_eq!(stands(&tracing.list(&carer.actor).await[0]), end);
        // The other way about; and what was kept back is told once it is known of what it is.
        let names = prescription(OTHER, None, named(&[(WithPharmacy, 9)], &[(WithPharmacy, 8)]));
        tracing.told(tracing.ago(7), names).await;
        tracing.push(&[task(OTHER, "k1", ReadyToCollect, tracing.ago(3))]).await.unwrap();
        assert_eq!((tracing.one(OTHER).await.items.len(), tracing.mailed().await.len()), (2, 0));
        tracing.push(&[task(OTHER, "k1", WithPharmacy, tracing.ago(8))]).await.unwrap();
        let ready = [(METFORMIN.to_owned(), Some(ReadyToCollect)), (RAMIPRIL.to_owned(), Some(WithPharmacy))];
        assert_eq!((stands(&tracing.one(OTHER).await), tracing.mailed().await), (ready.to_vec(), vec![email]));
        // Two that stood alike all the way are told of once, though it is never known which is which.
        let third = "566946-B86044-FEFEFN";
        let both = ["j1", "j2"].map(|one| task(third, one, ReadyToCollect, tracing.ago(6)));
        tracing.push(&both).await.unwrap();
        assert_eq!(tracing.mailed().await.len(), 1);
        tracing.told(tracing.now(), prescription(third, None, named(&[(ReadyToCollect, 6)], &[(ReadyToCollect, 6)]))).await;
        assert_eq!((tracing.one(third).await.items.len(), tracing.mailed().await.len()), (2, 0));
        let before = world.events().await;
        tracing.push(&both).await.unwrap();
        tracing.told(tracing.now(), prescription(third, None, named(&[(ReadyToCollect, 6)], &[(ReadyToCollect, 6)]))).await;
        assert_eq!(world.events().await, before, "the same again changes nothing");
        assert_eq!(tracing.list(me).await.len(), 3);
        world.town.verify().await;
    }

    async fn what_a_pharmacy_tells_no_answer_takes_away_by_its_silence(place: &Place) {
        let tracing = Tracing::at(place).await;
        let with = |note: &str| TrackedItem { note: note.to_owned(), ..item(Some("i1"), RAMIPRIL, "101", &[]) };
        let seen = async || {
            let one = tracing.one(NUMBER).await;
            (one.items[0].note.clone(), one.dispenser.map(|place| place.ods).unwrap_or_default())
        };
        let is = |note: &str, ods: &str| (note.to_owned(), ods.to_owned());
        let mut locker = task(NUMBER, "i1", ReadyToCollect, tracing.ago(9));
        locker["note"] = json!([{ "text": "Locker 6" }]);
        tracing.push(&[locker.clone()]).await.unwrap();
        assert_eq!(seen().await, is("Locker 6", "FZ901"));
        tracing.told(tracing.ago(8), prescription(NUMBER, None, vec![with("")])).await;
        assert_eq!(seen().await, is("Locker 6", "FZ901"));
        // What an answer told the next may take away, and nothing older brings it back.
        tracing.told(tracing.ago(7), prescription(NUMBER, Some(pharmacy("FZ902")), vec![with("Ask at the desk")])).await;
        assert_eq!(seen().await, is("Ask at the desk", "FZ902"));
        tracing.told(tracing.ago(6), prescription(NUMBER, None, vec![with("")])).await;
        assert_eq!(seen().await, is("", ""));
        tracing.push(&[locker]).await.unwrap();
        tracing.told(tracing.ago(7), prescription(NUMBER, Some(pharmacy("FZ902")), vec![with("Ask at the desk")])).await;
        assert_eq!(seen().await, is("", ""));
        // Of one instant it makes no difference which comes last.
        for order in [["Shelf A", "Shelf B"], ["Shelf B", "Shelf A"]] {
            for note in order {
                let mut shelf = task(NUMBER, "i1", ReadyToCollect, tracing.ago(5));
                shelf["note"] = json!([{ "text": note }]);
                tracing.push(&[shelf]).await.unwrap();
            }
            assert_eq!(seen().await, is("Shelf B", "FZ901"));
        }
    }

    async fn where_the_issue_comes_to_be_known_it_is_no_second_news(place: &Place) {
        let tracing = Tracing::at(place).await;
        tracing.push(&[task(NUMBER, "i1", ReadyToCollect, tracing.ago(9))]).await.unwrap();
        assert_eq!(tracing.mailed().await.len(), 1);
        let mut first = task(NUMBER, "i1", ReadyToCollect, tracing.ago(8));
        first["input"] = json!([{ "type": { "text": "Repeat Number" }, "valueInteger": 1 }]);
        tracing.push(&[first]).await.unwrap();
        assert!(tracing.mailed().await.is_empty());
        let mut second = task(NUMBER, "i1", ReadyToCollect, tracing.ago(1));
        second["input"] = json!([{ "type": { "text": "Repeat Number" }, "valueInteger": 2 }]);
        tracing.push(&[second]).await.unwrap();
        assert_eq!(tracing.mailed().await.len(), 1);
    }

    async fn a_pharmacy_of_which_only_the_code_is_told_is_named_by_the_operators_table(place: &Place) {
        let tracing = Tracing::at(place).await;
        let table = "code,kind,name,address,town,postcode,phone,website,services,monday,tuesday,wednesday,thursday,friday,saturday,sunday,latitude,longitude\n\
                     FZ901,community,Bell Pharmacy,1 High Street,Taunton,TA1 1AA,01632 960402,,,09:00-18:00,,,,,,,,\n";
        tracing.services.pharmacies.load(&Actor::Operator, std::io::Cursor::new(table), Closing::Few).await.unwrap();
        tracing.push(&[task(NUMBER, "i1", WithPharmacy, tracing.ago(2))]).await.unwrap();
        let mut odd = task(OTHER, "i1", WithPharmacy, tracing.ago(2));
        odd["owner"]["identifier"]["value"] = json!("X");
        tracing.push(&[odd]).await.unwrap();
        let place = tracing.one(NUMBER).await.dispenser.unwrap();
        assert_eq!((place.name.as_str(), place.phone.as_str(), place.address.as_str()), ("Bell Pharmacy", "01632 960402", "1 High Street, Taunton, TA1 1AA"));
        assert!(place.listed);
        // What tells of it tells more; what it leaves out the table has.
        let told = TrackedPlace { phone: String::new(), ..pharmacy("FZ901") };
        tracing.told(tracing.now(), prescription(NUMBER, Some(told), vec![item(Some("i1"), RAMIPRIL, "101", &[])])).await;
        let place = tracing.one(NUMBER).await.dispenser.unwrap();
        assert_eq!((place.name.as_str(), place.phone.as_str()), ("Pharmacy FZ901", "01632 960402"));
        assert_eq!(tracing.one(OTHER).await.dispenser, Some(DispenserSeen { ods: "X".to_owned(), ..DispenserSeen::default() }));
    }

    async fn where_there_are_more_than_are_shown_that_is_said(place: &Place) {
        let tracing = Tracing::at(place).await;
        let one = |at: usize| prescription(&format!("04F4C2-A{at:05}-7F717P"), None, vec![item(None, RAMIPRIL, "101", &[(Collected, tracing.ago(2))])]);
        let (person, me) = (tracing.world.edna.person, &tracing.world.edna.actor);
        let told = async |all: std::ops::Range<usize>| {
            let number = NhsNumber::parse(EDNA).unwrap();
            tracing.services.prescriptions.told(&Actor::System, &number, tracing.now(), all.map(one).collect()).await.unwrap();
            let seen = tracing.services.prescriptions.list(me, person).await.unwrap();
            (seen.prescriptions.len(), seen.more)
        };
        assert_eq!(told(0..500).await, (500, false));
        assert_eq!(told(500..501).await, (500, true));
    }

    async fn of_somebody_who_has_died_nobody_is_asked(place: &Place) {
        let tracing = Tracing::at(place).await;
        tracing.push(&[task(NUMBER, "i1", WithPharmacy, tracing.ago(1))]).await.unwrap();
        let edna = tracing.world.edna.person;
        let who = Demographics {
            nhs_number: Some(NhsNumber::parse(EDNA).unwrap()),
            family_name: "Hughes".to_owned(),
            given_names: vec!["Edna".to_owned()],
            prefix: None,
            birth_date: None,
            gender: None,
            deceased: true,
        };
        let now = tracing.now();
        let died = tracing.services.core.store().write(move |tx| {
            Box::pin(async move { store::person_write::update(tx, edna, &who, now).await })
        });
        assert!(died.await.unwrap());
        assert_eq!(tracing.list(&tracing.world.edna.actor).await.len(), 1);
        tracing.one(NUMBER).await;
        assert_eq!(tracing.fake.asked(), 0);
        let watching = tracing.watching().await;
        assert!(watching.on && !watching.asking && !watching.no_number);
    }

    async fn a_carer_with_some_labels_sees_what_is_open_to_them_and_its_link(place: &Place) {
        let tracing = Tracing::at(place).await;
        let (world, me, person) = (&tracing.world, &tracing.world.edna.actor, tracing.world.edna.person);
        let order = world.order(me, &[RAMIPRIL, SALBUTAMOL]).await;
        let form = DecideForm { prescription: NUMBER.to_owned(), ..world.decision(order, &[RAMIPRIL], "approve", "").await };
        world.town.services.medicines.decide(&world.town.clinician, order, &form).await.unwrap();
        let form = DecideForm { prescription: OTHER.to_owned(), ..world.decision(order, &[SALBUTAMOL], "approve", "").await };
        world.town.services.medicines.decide(&world.town.clinician, order, &form).await.unwrap();
        let (carer, relationship) = world.carer("Near", "PRESCR").await;
        let links = async || -> Vec<bool> {
            let order = world.town.services.medicines.one_order(&carer.actor, person, order).await.unwrap();
            order.items.iter().map(|item| item.dispensing.is_some()).collect()
        };
        assert_eq!((tracing.list(&carer.actor).await.len(), links().await), (2, vec![true, true]));
        // On the prescription of Ramipril stands Metformin, too: with that hidden none of it is there, nor its link.
        let both = vec![item(None, RAMIPRIL, "101", &[]), item(None, METFORMIN, "103", &[(WithPharmacy, tracing.ago(2))])];
        tracing.told(tracing.now(), prescription(NUMBER, None, both)).await;
        assert_eq!((tracing.list(&carer.actor).await.len(), links().await), (2, vec![true, true]));
        let entry = world.plan(METFORMIN).await;
        world.town.services.hidings.hide_entry(me, person, entry, HiddenFrom::Relationship(relationship)).await.unwrap();
        let seen = tracing.list(&carer.actor).await;
        assert_eq!(seen.iter().map(|one| one.number.as_str()).collect::<Vec<_>>(), [OTHER]);
        assert_eq!(links().await, [false, true]);
        let mine = world.town.services.medicines.one_order(me, person, order).await.unwrap();
        assert!(mine.items.iter().all(|item| item.dispensing.is_some()));
    }

    async fn a_medicine_that_is_withheld_is_shown_to_no_carer_in_another_way(place: &Place) {
        let tracing = Tracing::at(place).await;
        let (world, me) = (&tracing.world, &tracing.world.edna.actor);
        let carer = tracing.with_all_labels().await;
        let told = |name: &str, number: &str| prescription(number, None, vec![item(None, name, "", &[(WithPharmacy, tracing.ago(2))])]);
        tracing.told(tracing.now(), told("Secretol 5mg tablets", NUMBER)).await;
        tracing.told(tracing.now(), told(RAMIPRIL, OTHER)).await;
        assert_eq!(tracing.list(&carer).await.len(), 2);
        // What was entered in error tells of nothing.
        let mut wrong = repeat("e1", RAMIPRIL, "101", "One at night");
        wrong["status"] = json!("entered-in-error");
        world.take_in(world.town.practice, &[wrong]).await;
        assert_eq!(tracing.list(&carer).await.len(), 2);
        let mut held = repeat("w1", "Secretol 5mg tablets", "190", "One at night");
        held["meta"] = json!({ "security": [{ "code": "NOPAT" }] });
        world.take_in(world.town.practice, &[held]).await;
        assert_eq!(tracing.list(me).await.len(), 2, "the prescription is hers");
        let seen = tracing.list(&carer).await;
        assert_eq!(seen.iter().map(|one| one.number.as_str()).collect::<Vec<_>>(), [OTHER]);
    }

    async fn a_carer_sees_what_the_record_lets_them_and_others_nothing(place: &Place) {
        let tracing = Tracing::at(place).await;
        let (world, me, person) = (&tracing.world, &tracing.world.edna.actor, tracing.world.edna.person);
        let stands = |name: &str, code: &str| item(None, name, code, &[(WithPharmacy, tracing.ago(2))]);
        let items = vec![stands("RAMIPRIL 5MG", "101"), stands(AMLODIPINE, ""), stands("Something that no record tells of", "")];
        tracing.told(tracing.now(), prescription(NUMBER, None, items)).await;
        tracing.told(tracing.now(), prescription(OTHER, None, vec![stands("Another of which none tells", "")])).await;
        let names = async |by: &Actor| -> Vec<Vec<String>> {
            let all = tracing.list(by).await;
            let mut all: Vec<Vec<String>> = all.into_iter().map(|one| one.items.into_iter().map(|item| item.name).collect()).collect();
            all.sort();
            all
        };
        assert_eq!(names(me).await.concat().len(), 4);
        let (carer, relationship) = world.carer("Near", "PRESCR").await;
        // With some labels nobody sees what the record tells nothing of, nor, as its number stands for the whole, what else is on it.
        assert_eq!(names(&carer.actor).await.concat().len(), 0);
        // One with all labels sees all.
        let other = tracing.with_all_labels().await;
        assert_eq!(names(&other).await.concat().len(), 4);
        // What is hidden from one is hidden from nobody else.
        let entry = world.plan(RAMIPRIL).await;
        world.town.services.hidings.hide_entry(me, person, entry, HiddenFrom::Relationship(relationship)).await.unwrap();
        assert_eq!(names(&carer.actor).await.concat().len(), 0);
        assert_eq!(names(&other).await.concat().len(), 4);
        not_found(tracing.services.prescriptions.one(&carer.actor, person, tracing.one(NUMBER).await.id).await);
        not_found(tracing.services.prescriptions.token(&carer.actor, person, tracing.one(NUMBER).await.id).await);
        world.town.services.hidings.hide_entry(me, person, entry, HiddenFrom::All).await.unwrap();
        // What is hidden from all takes away that on which it stands, and that of which no record tells.
        assert_eq!(names(&other).await.concat().len(), 0);
        let hidden = tracing.one(OTHER).await.id;
        let mine = tracing.one(NUMBER).await.id;
        let prescriptions = &tracing.services.prescriptions;
        not_found(prescriptions.one(&carer.actor, person, hidden).await);
        // Each look is one event.
        let hidings = &world.town.services.hidings;
        for one in hidings.of_person(me, person).await.unwrap() {
            hidings.show_again(me, person, one.id).await.unwrap();
        }
        let before = world.events().await;
        prescriptions.one(&other, person, mine).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Carer)));
        tracing.list(me).await;
        assert_eq!((world.events().await, world.last().await), (before + 2, (Action::Read, Basis::Own)));
        // Others: another scope, nobody, and their own record with her ids.
        let (booker, _) = world.carer("Books", "APPT").await;
        not_found(prescriptions.list(&booker.actor, person).await);
        let stranger = world.town.person("Stranger", "1970-01-01").await;
        let stranger = world.town.with_account("Stranger", stranger).await;
        not_found(prescriptions.list(&stranger.actor, person).await);
        not_found(prescriptions.one(&stranger.actor, stranger.person, mine).await);
        not_found(prescriptions.token(&stranger.actor, stranger.person, mine).await);
        not_found(prescriptions.one(me, person, PrescriptionId::from_uuid(uuid::Uuid::nil())).await);
        assert!(matches!(prescriptions.list(&Actor::Nobody, person).await, Err(ServiceError::NotSignedIn)));
        not_found(prescriptions.list(&citizen(domain::AccountId::from_uuid(uuid::Uuid::nil())), person).await);
        world.town.verify().await;
    }
}
