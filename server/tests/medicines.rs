//! Seeing medicines, ordering more, and deciding about orders, as browsers without script do it.

use crate::common::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::medicine::{OrderRefusal, TaskProgress};
use domain::team::StaffRole;
use serde_json::{Value, json};
use service::{
    Closing, Expected, ImportRequest, InviteForm, MedicineSeen, OrderFault, OrganisationKind, OutsideFault, OutsideOrder,
    OutsideOrdering, OutsidePractice, PrescribingSystem,
};
use std::io::Cursor;
use std::sync::{Arc, Mutex};
use testkit::Place;

const SAM: &str = "sam@example.org";
const ANN: &str = "ann@example.org";
const MANAGER: &str = "manager@example.org";
const DESK: &str = "desk@example.org";
const GP: &str = "gp@example.org";

/// The value of the hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

/// Somebody with three repeats, of which one can be ordered early only and one not at all.
struct Town {
    app: TestApp,
    sam: PersonId,
    sam_actor: Actor,
}

fn repeat(id: &str, name: &str, dose: &str, more: &Value) -> Value {
    let mut all = json!({
        "resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "plan", "authoredOn": "2026-01-12",
        "subject": { "reference": "Patient/p9990000018" }, "medicationCodeableConcept": { "text": name },
        "courseOfTherapyType": { "coding": [{ "code": "continuous" }] }, "dosageInstruction": [{ "text": dose }],
        "dispenseRequest": { "expectedSupplyDuration": { "value": 28, "code": "d" } },
    });
    for (field, value) in more.as_object().unwrap() {
        all[field] = value.clone();
    }
    all
}

async fn town(place: &Place) -> Town {
    town_of(TestApp::over(place)).await
}

async fn town_of(app: TestApp) -> Town {
    let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
    let sam_account = app.account(SAM, Some(sam)).await;
    app.staff(MANAGER, "Y90001", StaffRole::Manager).await;
    app.staff(DESK, "Y90001", StaffRole::Reception).await;
    app.staff(GP, "Y90001", StaffRole::Clinician).await;
    let at = app.services.organisations.ensure(&Actor::Operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice);
    let at = at.await.unwrap().id;
    let given = json!({ "intent": "order", "status": "completed", "authoredOn": "2026-10-25" });
    let resources = [
        json!({ "resourceType": "Patient", "id": "p9990000018", "birthDate": "1980-03-31",
            "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018" }],
            "name": [{ "family": "Rivers", "given": ["Sam"] }] }),
        repeat(
            "m1",
            "Ramipril & 5mg <capsules>",
            "One capsule OD",
            &json!({ "extension": [{
            "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationRepeatInformation",
            "extension": [{ "url": "authorisationExpiryDate", "valueDateTime": "2027-03-01" }],
        }] }),
        ),
        repeat("m2", "Salbutamol inhaler", "2 puffs", &json!({})),
        repeat("m3", "Metformin", "One a day", &json!({})),
        repeat("m3a", "Metformin", "One a day", &given),
        repeat("m4", "Furosemide", "One a day", &json!({ "status": "on-hold" })),
    ];
    let entry: Vec<Value> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entry }).to_string();
    let request = ImportRequest { organisation: at, expected: Some(Expected::Person(sam)) };
    let report = app.services.imports.import(&Actor::Operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
    assert_eq!(report.problems, vec![]);
    let town = Town { app, sam, sam_actor: Actor::Account { id: sam_account, assurance: Assurance::SecondStep } };
    town.rule("yes", "no").await;
    town
}

impl Town {
    /// The manager says what people can order.
    async fn rule(&self, takes: &str, asks: &str) {
        let mut manager = self.app.signed_in(MANAGER).await;
        let page = manager.get("/team/medicines").await;
        page.says("Can they order repeat medicines here?");
        let version = hidden(&page, "version");
        let fields = [("takes_orders", takes), ("asks_reason", asks), ("early_days", "7"), ("version", &version)];
        manager.post_and_follow("/team/medicines", &fields).await.says("Your changes are saved");
        // The next code of the authenticator is another one.
        self.app.clock.advance(chrono::TimeDelta::minutes(1));
    }

    async fn one(&self, name: &str) -> MedicineSeen {
        let all = self.app.services.medicines.list(&self.sam_actor, self.sam).await.unwrap().medicines;
        all.into_iter().find(|one| one.name.contains(name)).unwrap()
    }

    async fn plan(&self, name: &str) -> String {
        self.one(name).await.plan.unwrap().to_string()
    }

    /// A pharmacy, "Bell & <Sons>" (FA001).
    async fn open_bell(&self) {
        let head = "code,kind,name,address,town,postcode,phone,website,services,monday,tuesday,wednesday,thursday,friday,saturday,sunday,latitude,longitude";
        let bell = format!("FA001,community,Bell & <Sons>,1 High Street,Taunton,TA1 1AA{}", ",".repeat(12));
        let file = Cursor::new(format!("{head}\n{bell}\n").into_bytes());
        self.app.services.pharmacies.load(&Actor::Operator, file, Closing::Any).await.unwrap();
    }

    /// Goes to the check of an order of these.
    async fn choose(&self, browser: &mut Browser, names: &[&str]) -> Answer {
        let mut fields = Vec::new();
        for name in names {
            fields.push(("medicines", self.plan(name).await));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = browser.post("/medicines/order", &fields).await;
        assert_eq!(page.location(), "/medicines/order/check");
        browser.get("/medicines/order/check").await
    }

    /// Orders these and gives the address of the order.
    async fn order(&self, browser: &mut Browser, names: &[&str]) -> String {
        let page = self.choose(browser, names).await;
        send(browser, &page, &[]).await.location().to_owned()
    }
}

/// Sends the order on the page that checks it.
async fn send(browser: &mut Browser, page: &Answer, more: &[(&str, &str)]) -> Answer {
    let kept: Vec<(&str, String)> =
        ["submission", "medicines", "early", "early_reason"].into_iter().map(|name| (name, hidden(page, name))).collect();
    let mut fields: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend(more);
    browser.post("/medicines/order/check", &fields).await
}

/// The work item about an order, as the desk finds it.
async fn work_item(browser: &mut Browser) -> String {
    let page = browser.get("/team").await;
    let (_, rest) = page.says("An order of repeat medicines").body.split_once("/team/work/").unwrap();
    format!("/team/work/{}", rest.split('"').next().unwrap())
}

/// The ids with the versions of what can be acted on, as they stand on a work item's page.
fn open_items(page: &Answer) -> Vec<String> {
    let parts = page.body.split("name=\"items\"").skip(1);
    parts.map(|part| part.split_once("value=\"").unwrap().1.split('"').next().unwrap().to_owned()).collect()
}

/// The practice's own system: what was ordered in it, and whether it can be reached.
#[derive(Clone, Default)]
struct Elsewhere(Arc<Mutex<(bool, Vec<OutsideOrder>)>>);

impl Elsewhere {
    fn reach(&self, can: bool) {
        self.0.lock().unwrap().0 = can;
    }

    /// Whoever works there lets all that is open be so.
    fn set(&self, progress: TaskProgress, words: &str) {
        for one in self.0.lock().unwrap().1.iter_mut().filter(|one| !one.progress.is_over()) {
            (one.progress, one.words) = (progress, words.to_owned());
        }
    }

    fn inside<T>(&self, act: impl FnOnce(&mut Vec<OutsideOrder>) -> T) -> Result<T, OrderFault> {
        let mut inside = self.0.lock().unwrap();
        if inside.0 { Ok(act(&mut inside.1)) } else { Err(OutsideFault::Unknown("it is down".to_owned())) }
    }
}

#[async_trait::async_trait]
impl PrescribingSystem for Elsewhere {
    async fn order(&self, _: &OutsidePractice, ordering: &OutsideOrdering) -> Result<OutsideOrder, OrderFault> {
        self.inside(|all| {
            let one = OutsideOrder {
                id: Some(format!("t{}", all.len())),
                requests: vec![ordering.request.to_string()],
                progress: TaskProgress::Requested,
                words: String::new(),
                prescription: None,
                changed_at: None,
            };
            all.push(one.clone());
            one
        })
    }

    async fn of_patient(&self, _: &OutsidePractice, _: &str, _: chrono::NaiveDate) -> Result<Vec<OutsideOrder>, OrderFault> {
        self.inside(|all| all.clone())
    }

    async fn cancel(&self, _: &OutsidePractice, _: uuid::Uuid, _: &str, id: &str) -> Result<(), OrderFault> {
        self.inside(|all| {
            let one = all.iter_mut().find(|one| one.id.as_deref() == Some(id)).unwrap();
            if one.progress != TaskProgress::Requested {
                return Err(OutsideFault::Refused(OrderRefusal::TooLate));
            }
            one.progress = TaskProgress::Cancelled;
            Ok(())
        })?
    }
}

/// A town whose practice decides elsewhere.
async fn town_elsewhere(place: &Place) -> (Town, Elsewhere) {
    let elsewhere = Elsewhere::default();
    let town = town_of(TestApp::prescribing(place, elsewhere.clone())).await;
    let at = town.app.services.organisations.ensure(&Actor::Operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice);
    let (at, url) = (at.await.unwrap().id, "https://gp.example.org/FHIR/R4");
    town.app.services.medicines.prescribe_outside(&Actor::Operator, at, Some(url)).await.unwrap();
    (town, elsewhere)
}

impl Town {
    /// Time passes, and what waits is asked.
    async fn minutes(&self, minutes: i64) {
        self.app.clock.advance(chrono::TimeDelta::minutes(minutes));
        self.app.services.medicines.run_outside(&Actor::System).await.unwrap();
    }
}

testkit::both_engines! {
    async fn what_changed_and_what_ended_stands_on_the_pages(place: &Place) {
        let town = town(place).await;
        let app = &town.app;
        let reason = json!([{
            "url": "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-MedicationStatusReason-1",
            "extension": [
                { "url": "statusReason", "valueCodeableConcept": { "text": "Made <b>him</b> cough" } },
                { "url": "statusChangeDate", "valueDateTime": "2026-09-14" },
            ],
        }]);
        let ended = repeat("m5", "Lisinopril", "One a day", &json!({ "status": "stopped", "extension": reason }));
        let discharge = json!({
            "authoredOn": "2026-10-20", "category": [{ "coding": [{ "code": "discharge" }] }], "courseOfTherapyType": null,
            "statusReason": { "text": "Too little" }, "note": [{ "text": "Blood test in a week" }],
        });
        let no_more = json!({ "authoredOn": "2026-10-20", "category": [{ "coding": [{ "code": "discharge" }] }], "doNotPerform": true });
        for (code, kind, resources) in [
            ("Y90001", OrganisationKind::Practice, vec![ended]),
            ("RH5A8", OrganisationKind::Hospital, vec![
                repeat("h1", "Metformin", "Two <each> day", &discharge), repeat("h2", "Salbutamol inhaler", "", &no_more),
            ]),
        ] {
            let at = app.services.organisations.ensure(&Actor::Operator, code, "Musgrove Park", kind).await.unwrap().id;
            let patient = json!({ "resourceType": "Patient", "id": "p9990000018", "birthDate": "1980-03-31",
                "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018" }],
                "name": [{ "family": "Rivers", "given": ["Sam"] }] });
            let entry: Vec<Value> = [patient].into_iter().chain(resources).map(|resource| json!({ "resource": resource })).collect();
            let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entry }).to_string();
            let request = ImportRequest { organisation: at, expected: Some(Expected::Person(town.sam)) };
            app.services.imports.import(&Actor::Operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
        }
        let mut sam = app.signed_in(SAM).await;
        let page = sam.get("/medicines").await;
        page.says("Changed on 20 October 2026 at Musgrove Park").says("Stopped on 20 October 2026 at Musgrove Park");
        page.says("Ended on 14 September 2026").says("Sources differ");
        let page = sam.get("/medicines/order").await;
        page.says("It ended on 14 September 2026. If you still need it, ask your practice.").says("Made &lt;b&gt;him&lt;/b&gt; cough");
        let page = sam.get(&format!("/medicines/{}", town.plan("Metformin").await)).await;
        page.says("What changed").says("Dose before").says("Two &lt;each&gt; day").says("Too little").says("Blood test in a week");
        page.says("Other words can mean the same dose");
        let page = sam.get(&format!("/medicines/{}", town.plan("Salbutamol").await)).await;
        page.says("Stopped on 20 October 2026 at Musgrove Park. Another place still lists it. Ask your practice or a pharmacist");
        page.does_not_say("Other words can mean the same dose");
        // Whoever has only the card, or orders it, is told so too.
        let card = sam.get("/medicines/card").await;
        card.says("(one place says that it is stopped: see the list)").says("(places differ on how to take it: see the list)");
        let told = "One place says that it is stopped. Ask your practice or a pharmacist first";
        sam.get("/medicines/order").await.says(told);
        town.choose(&mut sam, &["Salbutamol"]).await.says(told);
        let page = sam.get(&format!("/medicines/{}", town.one("Lisinopril").await.sources[0].entry)).await;
        page.says("14 September 2026").says("Made &lt;b&gt;him&lt;/b&gt; cough").does_not_say("Order it");
        page.says("Is something wrong? Open the line it is in");
    }

    async fn the_list_its_pages_and_the_card_say_what_is_taken(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let page = sam.get("/medicines").await;
        page.says("4 medicines now").says("Repeat medicines").says("Ramipril &amp; 5mg &lt;capsules&gt;").says("One capsule OD");
        page.says("Can be ordered").says("Paused").says("You can order it from 15 November 2026").says("Order medicines");
        page.says("Nothing is recorded here. That does not mean that you have none.").says("Tell whoever gives out medicines of any allergy");
        page.says("One capsule OD (od: once a day)");
        page.says("Sam Rivers. Born 31 March 1980. NHS number 999 000 0018. As on 3 November 2026.").says("Review by 1 March 2027");
        sam.get("/medicines/order").await.says("One capsule OD (od: once a day)");
        town.choose(&mut sam, &["Ramipril"]).await.says("od: once a day");
        let one = sam.get(&format!("/medicines/{}", town.plan("Ramipril").await)).await;
        one.says("od: once a day").says("Riverside Surgery").says("Order it");
        sam.get(&format!("/medicines/{}", town.plan("Metformin").await)).await.says("25 October 2026").says("Order it early");
        let card = sam.get("/medicines/card").await;
        card.says("Sam Rivers").says("999 000 0018").says("Born 31 March 1980").says("One capsule OD").says("Nothing is recorded here. That does not mean");
        card.says("(paused)").says("One capsule OD (od: once a day)").does_not_say("see the list");
        for path in ["/medicines/nonsense", "/medicines/orders/nonsense", "/medicines/own/nonsense"] {
            assert_eq!(sam.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        // In easy words nothing of it is lost, and what is paused is not said to be taken.
        sam.post("/account/display", &[("settings", "easy-read")]).await;
        sam.get("/medicines").await.says("Do not stop one by yourself.").says("sh-easy-picture").says("One capsule OD").says("Paused");
        let easy = sam.get(&format!("/medicines/{}", town.plan("Ramipril").await)).await;
        easy.says("Take it as the label says. Do not stop it by yourself.").says("sh-easy-picture").says("od: once a day");
        sam.get(&format!("/medicines/{}", town.one("Furosemide").await.sources[0].entry)).await.says("Paused").does_not_say("Take it as the label says");
        sam.get("/medicines/order").await.says("Choose Go on. Look at it once more.").says("One capsule OD (od: once a day)").says("sh-easy-picture");
        let check = town.choose(&mut sam, &["Ramipril"]).await;
        check.says("Is it right? Choose Send the order.").says("Riverside Surgery").says("od: once a day").says("call 111, or 999 in an emergency");
        let order = town.order(&mut sam, &["Ramipril"]).await;
        let sent = sam.get(&order).await;
        sent.says("The practice looks at it. Then we send you an email.").does_not_say("when it has answered").says("Cancel this medicine");
        sam.get("/medicines/orders").await.says("This is what was asked for. Open one to read more.").says(&order);
        // Somebody of whom nothing is known.
        let other = town.app.person("999 000 0026", "Stone", "Gout").await;
        town.app.account(ANN, Some(other)).await;
        let mut ann = town.app.signed_in(ANN).await;
        let page = ann.get("/medicines").await;
        page.says("No medicines are recorded here").says("Nothing is recorded here").does_not_say("Order medicines").says("Add a medicine");
        ann.get("/medicines/order").await.says("Nothing can be ordered now");
        assert_eq!(ann.get(&format!("/medicines/{}", town.plan("Ramipril").await)).await.status, StatusCode::NOT_FOUND);
        ann.get("/medicines/orders").await.says("Nothing has been ordered here");
    }

    async fn an_order_is_chosen_checked_and_sent_and_keeps_what_was_typed(place: &Place) {
        let town = town(place).await;
        town.rule("yes", "yes").await;
        let mut sam = town.app.signed_in(SAM).await;
        let page = sam.get("/medicines/order").await;
        page.says("Which medicines do you need?").says("It is paused. Ask your practice before you take it again.");
        let page = sam.post_and_follow("/medicines/order", &[]).await;
        page.says("There is a problem").says("Choose at least one medicine").says("href=\"#medicines\"").says("id=\"medicines\"");
        // Without the reason for what is early the choice is kept.
        let (ramipril, metformin) = (town.plan("Ramipril").await, town.plan("Metformin").await);
        let page = sam.post_and_follow("/medicines/order", &[("medicines", &ramipril), ("early", &metformin)]).await;
        page.says("Say why you need it early").says("<details").says(" open");
        for id in [&ramipril, &metformin] {
            let (_, rest) = page.body.split_once(&format!("value=\"{id}\"")).unwrap();
            assert!(rest.split('>').next().unwrap().contains("checked"), "{id} is not ticked any more");
        }
        let fields = [("medicines", ramipril.as_str()), ("early", &metformin), ("early_reason", "Off to Wales & back")];
        let check = sam.post_and_follow("/medicines/order", &fields).await;
        check.says("Check your order").says("Off to Wales &amp; back").says("Riverside Surgery").says("Why do you need Metformin?");
        // A reason is missing: it is said beside its field, and what was typed is there.
        let why = format!("reason_{ramipril}");
        let page = send(&mut sam, &check, &[(&why, "It is all gone"), ("note", "Thank you")]).await;
        assert_eq!(page.location(), "/medicines/order/check");
        let page = sam.get("/medicines/order/check").await;
        page.says("Say in a few words why you need it").says(&format!("href=\"#reason_{metformin}\"")).says("It is all gone");
        page.says("Thank you");
        let more = format!("reason_{metformin}");
        let sent = send(&mut sam, &page, &[(&why, "It is all gone"), (&more, "Travel"), ("note", "Thank you")]).await;
        let order = sent.location().to_owned();
        assert!(order.starts_with("/medicines/orders/"), "{order}");
        let shown = sam.get(&order).await;
        shown.says("Your order is sent").says("Waiting for your practice").says("It is all gone").says("Thank you");
        shown.says("Off to Wales &amp; back").says("Riverside Surgery");
        // The same page sent again is the same order.
        let again = send(&mut sam, &page, &[(&why, "x"), (&more, "y")]).await;
        assert_eq!(again.location(), order);
        sam.get("/medicines").await.says("Ordered").says("2 medicines");
        let way = format!("href=\"{order}\">See that order");
        sam.get("/medicines/order").await.says(&way);
        sam.get(&format!("/medicines/{ramipril}")).await.says("is not decided yet").says(&way);
        // The choice is gone.
        assert_eq!(sam.get("/medicines/order/check").await.location(), "/medicines/order");
    }

    async fn two_windows_each_send_what_they_show(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let first = town.choose(&mut sam, &["Ramipril"]).await;
        let second = town.choose(&mut sam, &["Salbutamol"]).await;
        let third = town.choose(&mut sam, &["Ramipril"]).await;
        let order = send(&mut sam, &first, &[]).await.location().to_owned();
        sam.get(&order).await.says("Ramipril").does_not_say("Salbutamol");
        let refused = send(&mut sam, &third, &[]).await;
        assert_eq!(refused.location(), "/medicines/order");
        sam.get("/medicines/order").await.says("is not decided yet");
        let order = send(&mut sam, &second, &[]).await.location().to_owned();
        sam.get(&order).await.says("Salbutamol").does_not_say("Ramipril");
    }

    async fn several_orders_are_checked_and_approved_at_once_on_pages_without_script(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let mut desk = town.app.signed_in(DESK).await;
        desk.get("/team/orders").await.says("All done").says("What people order comes here");
        town.open_bell().await;
        let first = town.order(&mut sam, &["Ramipril", "Salbutamol"]).await;
        town.app.clock.advance(chrono::TimeDelta::seconds(1));
        let early = [("early", town.plan("Metformin").await), ("early_reason", "Off to Wales".to_owned())];
        let early: Vec<(&str, &str)> = early.iter().map(|(name, value)| (*name, value.as_str())).collect();
        sam.post("/medicines/order", &early).await;
        let page = sam.get("/medicines/order/check").await;
        let second = send(&mut sam, &page, &[("dispenser", "FA001")]).await.location().to_owned();
        town.app.clock.advance(chrono::TimeDelta::days(2));
        let (mut sam, mut desk) = (town.app.signed_in(SAM).await, town.app.signed_in(DESK).await);
        let page = desk.get("/team/orders").await;
        page.says("Sam Rivers").says("Ramipril &amp; 5mg &lt;capsules&gt;").says("One capsule OD").says("2 days ago").says("Open this order");
        page.says("Only those who prescribe can approve").does_not_say("name=\"items\"").says("aria-current=\"page\"");
        let (bell, nowhere) = ("Bell &amp; &lt;Sons&gt; (FA001), 1 High Street, Taunton, TA1 1AA: for this order only", "Nowhere yet: on paper");
        page.says(bell).says(nowhere);
        assert_eq!(desk.get("/team/orders/check").await.status, StatusCode::OK);
        let mut gp = town.app.signed_in(GP).await;
        let page = gp.get("/team/orders").await;
        let items = open_items(&page);
        assert_eq!(items.len(), 3);
        page.says("Look at this one").says("Wanted early").says("Off to Wales").does_not_say(" checked");
        assert_eq!(page.body.matches("name=\"plain\"").count(), 2);
        // Each part of the queue, and nothing that is none.
        gp.get("/team/orders?show=flagged").await.says("Metformin").does_not_say("Salbutamol");
        gp.get("/team/orders?show=prepared").await.says("No order that waits is like that");
        for none in ["/team/orders?show=nonsense", "/team/orders?after=nonsense", "/team/orders?after=019a5f00-0000-7000-8000-000000000000"] {
            assert_eq!(gp.get(none).await.status, StatusCode::NOT_FOUND, "{none}");
        }
        let page = gp.post_and_follow("/team/orders", &[("show", "flagged")]).await;
        page.says("There is a problem").says("Tick at least one medicine").says("href=\"#items\"").says("id=\"items\"").says("Metformin");
        // All that have nothing to look at, and the one that has by itself.
        let plain: Vec<(&str, &str)> = items[..2].iter().map(|item| ("plain", item.as_str())).collect();
        let fields = [plain.as_slice(), &[("items", items[2].as_str()), ("all", "yes")]].concat();
        let check = gp.post_and_follow("/team/orders", &fields).await;
        check.says("Check and approve").says("I have looked at Metformin for Sam Rivers");
        // Whoever signs it elsewhere reads here last where it goes.
        check.says("Send the prescription to").says(bell).says(nowhere);
        let ticked = |page: &Answer, value: &str| {
            let (_, rest) = page.body.split_once(&format!("value=\"{value}\"")).unwrap();
            rest.split('>').next().unwrap().contains("checked")
        };
        assert_eq!([ticked(&check, &items[0]), ticked(&check, &items[1]), ticked(&check, &items[2])], [true, true, false]);
        let page = gp.post_and_follow("/team/orders/check", &[]).await;
        page.says("There is a problem").says("Choose at least one medicine").says("href=\"#items\"").says("id=\"items\"");
        // Whoever sends it as if it had nothing to look at is told so beside it, and keeps what was ticked.
        let page = gp.post_and_follow("/team/orders/check", &[("items", &items[0]), ("items", &items[2])]).await;
        let id = items[2].split(':').nth(1).unwrap();
        page.says("when you have looked at it").says(&format!("href=\"#looked_{id}\"")).says(&format!("id=\"looked_{id}\""));
        assert_eq!([ticked(&page, &items[0]), ticked(&page, &items[1])], [true, false]);
        sam.get(&first).await.does_not_say("Approved");
        // One was taken back meanwhile.
        let ramipril = items[0].split(':').nth(1).unwrap();
        sam.post_and_follow(&format!("{first}/cancel"), &[("item", ramipril)]).await.says("It is taken back");
        let sent = [("items", items[0].as_str()), ("items", &items[1]), ("looked", &items[2])];
        let page = gp.post_and_follow("/team/orders/check", &sent).await;
        page.says("2 medicines are approved").says("Not approved: Ramipril &amp; 5mg &lt;capsules&gt; for Sam Rivers").says("All done");
        sam.get(&first).await.says("Approved").says("Cancelled");
        sam.get(&second).await.says("Approved");
        gp.get("/team/orders/check").await.says("Nothing is chosen");
        // It is not for whoever does not prescribe, whatever they send.
        assert_eq!(desk.post("/team/orders/check", &sent).await.status, StatusCode::NOT_FOUND);
    }

    async fn reception_prepares_the_gp_decides_and_the_citizen_reads_it(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let order = town.order(&mut sam, &["Ramipril", "Salbutamol"]).await;
        let mut desk = town.app.signed_in(DESK).await;
        let item = work_item(&mut desk).await;
        let page = desk.get(&item).await;
        page.says("Ramipril &amp; 5mg").says("Only those who prescribe can approve").does_not_say("Do not approve");
        let items = open_items(&page);
        assert_eq!(items.len(), 2);
        let act = format!("{item}/medicines");
        let page = desk.post_and_follow(&act, &[("items", &items[0]), ("act", "ask"), ("words", "")]).await;
        page.says("There is a problem").says("Write what you want to know").says("href=\"#words\"");
        let (_, rest) = page.body.split_once(&format!("value=\"{}\"", items[0])).unwrap();
        assert!(rest.split('>').next().unwrap().contains("checked"));
        // It is not theirs to approve, whatever they send.
        assert_eq!(desk.post(&act, &[("items", &items[0]), ("act", "approve")]).await.status, StatusCode::NOT_FOUND);
        desk.post_and_follow(&act, &[("items", &items[0]), ("items", &items[1]), ("act", "prepare")]).await.says("You noted that it is prepared");
        let items = open_items(&desk.get(&item).await);
        desk.post_and_follow(&act, &[("items", &items[1]), ("act", "ask"), ("words", "How often?")]).await.says("How often?");
        let page = sam.get(&order).await;
        page.says("Your practice asks something").says("How often?");
        let id = hidden(&page, "item");
        let wrong = sam.post_and_follow(&format!("{order}/reply"), &[("item", items[1].split(':').next().unwrap()), ("reply", "")]).await;
        wrong.says("Write your answer").says("href=\"#reply\"");
        assert!(!id.is_empty());
        let fields = [("item", items[1].split(':').next().unwrap()), ("reply", "Twice a week")];
        sam.post_and_follow(&format!("{order}/reply"), &fields).await.says("Your answer is sent").says("Twice a week");
        let mut gp = town.app.signed_in(GP).await;
        let page = gp.get(&item).await;
        page.says("Twice a week").says("Prepared").says("Do not approve");
        // From the page of before the answer.
        let old = [("items", items[1].as_str()), ("act", "approve")];
        gp.post_and_follow(&act, &old).await.says("Somebody has just changed this");
        let items = open_items(&page);
        gp.post_and_follow(&act, &[("items", &items[0]), ("items", &items[1]), ("act", "approve")]).await.says("It is done");
        sam.get(&order).await.says("Approved").says("Ask your pharmacy").does_not_say("Cancel this medicine");
        town.app.mailed_link(SAM).await;
        assert!(!gp.get("/team").await.body.contains("An order of repeat medicines"));
    }

    async fn an_order_to_a_system_of_the_practice_says_how_it_stands_there(place: &Place) {
        let (town, elsewhere) = town_elsewhere(place).await;
        let mut manager = town.app.signed_in(MANAGER).await;
        manager.get("/team/medicines").await.says("Orders go to your own prescribing system, at https://gp.example.org/FHIR/R4");
        let mut sam = town.app.signed_in(SAM).await;
        let order = town.order(&mut sam, &["Ramipril"]).await;
        let page = sam.get(&order).await;
        page.says("We are sending your order").says("Delayed").says("We keep trying");
        page.says("If you need it within 2 days, ring Riverside Surgery").does_not_say("Cancel this medicine");
        sam.get("/medicines").await.says("Delayed");
        let item = town.app.services.medicines.orders(&town.sam_actor, town.sam).await.unwrap()[0].items[0].id.to_string();
        let cancel = format!("{order}/cancel");
        sam.post_and_follow(&cancel, &[("item", &item)]).await.says("There is a problem").says("We are still sending this order");
        elsewhere.reach(true);
        town.minutes(2).await;
        let page = sam.get(&order).await;
        page.says("Waiting for your practice").says("has not decided yet").says("Last heard from the practice").says("Cancel this medicine");
        elsewhere.set(TaskProgress::InProgress, "");
        town.minutes(11).await;
        sam.get(&order).await.says("Your practice is working on it");
        sam.post_and_follow(&cancel, &[("item", &item)]).await.says("There is a problem").says("has dealt with this order already");
        sam.get(&order).await.says("It could not be cancelled");
        elsewhere.set(TaskProgress::Rejected, "No longer <suitable>,\nplease ring us");
        town.minutes(11).await;
        let page = sam.get(&order).await;
        page.says("Not approved").says("No longer &lt;suitable&gt;,").says("please ring us").does_not_say("Cancel this medicine");
        assert_eq!(town.app.mailed_link(SAM).await, "/news");
        // The next is taken back while nobody answers.
        let order = town.order(&mut sam, &["Ramipril"]).await;
        sam.get(&order).await.says("Your order is sent");
        elsewhere.reach(false);
        let item = hidden(&sam.get(&order).await, "item");
        let page = sam.post_and_follow(&format!("{order}/cancel"), &[("item", &item)]).await;
        page.says("We have asked your practice to cancel it").says("Being cancelled").says("Until then it may still be prescribed");
        page.does_not_say("Cancel this medicine");
        elsewhere.reach(true);
        town.minutes(2).await;
        sam.get(&order).await.says("Cancelled").says("It was taken back");
        // What is to be found there no more ends here.
        let order = town.order(&mut sam, &["Ramipril"]).await;
        elsewhere.0.lock().unwrap().1.clear();
        town.minutes(16).await;
        town.app.services.medicines.look_outside(&Actor::System).await.unwrap();
        let item = hidden(&sam.get(&order).await, "item");
        sam.post_and_follow(&format!("{order}/cancel"), &[("item", &item)]).await;
        sam.get(&order).await.says("Cancelled").does_not_say("Cancel this medicine");
        // What it prescribes is followed under the number that it gives, to where the order says that it goes.
        town.open_bell().await;
        let check = town.choose(&mut sam, &["Ramipril"]).await;
        let order = send(&mut sam, &check, &[("dispenser", "FA001")]).await.location().to_owned();
        for one in elsewhere.0.lock().unwrap().1.iter_mut().filter(|one| !one.progress.is_over()) {
            (one.progress, one.prescription) = (TaskProgress::Completed, Some("04F4C2-A99968-7F717P".to_owned()));
        }
        town.minutes(16).await;
        sam.get(&order).await.says("See how far it is: approved");
        let page = sam.get("/medicines/prescriptions").await;
        page.says("Ramipril").says("Ordered to Bell &amp; &lt;Sons&gt;").does_not_say("With no pharmacy yet");
        let (_, rest) = page.body.split_once("href=\"/medicines/prescriptions/").unwrap();
        let path = format!("/medicines/prescriptions/{}", rest.split('"').next().unwrap());
        let page = sam.get(&path).await;
        page.says("It was ordered to this pharmacy").says("1 High Street, Taunton, TA1 1AA").says("If they do not have it").says("/token");
        page.does_not_say("It is with no pharmacy yet").does_not_say("Any pharmacy in England can give it");
        sam.get(&format!("{path}/token")).await.says("It was ordered to Bell &amp; &lt;Sons&gt;. If they do not have it").says("<svg");
        // The desk sees nothing of it: it is decided there.
        let mut desk = town.app.signed_in(DESK).await;
        desk.get("/team").await.does_not_say("An order of repeat medicines");
    }

    async fn an_order_that_never_arrives_comes_to_the_work_list_and_the_person_is_told_to_ring(place: &Place) {
        let (town, _) = town_elsewhere(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let order = town.order(&mut sam, &["Ramipril"]).await;
        town.minutes(2).await;
        town.minutes(24 * 60).await;
        assert_eq!(town.app.mailed_link(SAM).await, "/news");
        let mut sam = town.app.signed_in(SAM).await;
        let page = sam.get(&order).await;
        page.says("Not sent").says("Ring Riverside Surgery. Ask if they have it before you order it again");
        let mut desk = town.app.signed_in(DESK).await;
        let page = desk.get("/team").await;
        let (_, rest) = page.says("An order that your own system may not have").body.split_once("/team/work/").unwrap();
        let item = format!("/team/work/{}", rest.split('"').next().unwrap());
        let page = desk.get(&item).await;
        page.says("gave no certain answer").says("Ramipril &amp; 5mg").says("This is dealt with");
        let version = hidden(&page, "version");
        desk.post_and_follow(&format!("{item}/done"), &[("version", &version)]).await;
        desk.get("/team").await.does_not_say("An order that your own system may not have");
    }

    async fn it_is_taken_back_and_a_carer_orders_for_somebody(place: &Place) {
        let town = town(place).await;
        let ann = town.app.account(ANN, None).await;
        let form = InviteForm {
            email: ANN.to_owned(),
            name: "Ann Near".to_owned(),
            relation: "sister".to_owned(),
            scopes: "PRESCR".to_owned(),
            submission: town.app.services.core.new_id().to_string(),
            ..InviteForm::default()
        };
        let invited = town.app.services.carers.invite(&town.sam_actor, town.sam, &form).await.unwrap();
        let link = town.app.mailed_link(ANN).await;
        let actor = Actor::Account { id: ann, assurance: Assurance::SecondStep };
        let token = link.split_once("token=").unwrap().1;
        town.app.services.carers.accept(&actor, token, &invited.code).await.unwrap();
        let mut ann = town.app.signed_in(ANN).await;
        ann.post("/acting", &[("person", &town.sam.to_string())]).await;
        let page = ann.get("/medicines").await;
        let closed = "Nothing to see here. That does not mean that there is none.";
        let (_, allergies) = page.says("Medicines").says("Ramipril").body.split_once("Allergies and reactions").unwrap();
        assert!(allergies.split("<h2").next().unwrap().contains(closed), "{allergies}");
        // On paper that would look like none.
        ann.get("/medicines/card").await.says("<strong>Allergies: </strong>").says("not on this card. That does not mean that there is none.").says("You may not see all of this record").does_not_say("Nothing is recorded");
        let summary = ann.get("/record/summary").await;
        summary.says("You may not see all of this record").does_not_say("Nothing is recorded");
        let (_, allergies) = summary.body.split_once("Allergies and bad reactions").unwrap();
        assert!(allergies.split("<h2").next().unwrap().contains(closed), "{allergies}");
        let order = town.order(&mut ann, &["Ramipril"]).await;
        ann.get(&order).await.says("Your order is sent").says("An order for").does_not_say("Your practice");
        ann.get("/medicines/prescriptions").await.says("ask the practice whether it was sent");
        let mut sam = town.app.signed_in(SAM).await;
        let page = sam.get(&order).await;
        page.says("Somebody who looks after you").says("Your practice looks at it");
        sam.get("/medicines/prescriptions").await.says("ask your practice whether it was sent");
        let item = hidden(&page, "item");
        sam.post_and_follow(&format!("{order}/cancel"), &[("item", &item)]).await.says("It is taken back").says("Cancelled");
        assert_eq!(sam.post(&format!("{order}/cancel"), &[("item", "x")]).await.status, StatusCode::NOT_FOUND);
        ann.get(&order).await.says("Cancelled");
    }

    async fn ones_own_medicine_is_added_and_stopped_and_errors_keep_what_was_typed(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let page = sam.get("/medicines/add").await;
        let submission = hidden(&page, "submission");
        let fields = |name: &'static str, year: &'static str| {
            vec![
                ("submission", submission.clone()), ("name", name.to_owned()), ("dose", "One & a half".to_owned()),
                ("started_on_day", "1".to_owned()), ("started_on_month", "2".to_owned()), ("started_on_year", year.to_owned()),
            ]
        };
        let wrong = fields("", "2999");
        let wrong: Vec<(&str, &str)> = wrong.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = sam.post_and_follow("/medicines/add", &wrong).await;
        page.says("Enter the name of the medicine").says("must be today or in the past").says("One &amp; a half").says("value=\"2999\"");
        let right = fields("Iron tablets", "2026");
        let right: Vec<(&str, &str)> = right.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for _ in 0..2 {
            let page = sam.post_and_follow("/medicines/add", &right).await;
            page.says("The medicine is added").says("Bought without a prescription").says("5 medicines now");
        }
        // In the record it stands below what services recorded, also to those who give care.
        let mut gp = town.app.signed_in(GP).await;
        for page in [sam.get("/record/medicines").await, gp.get(&format!("/team/people/{}/record/medicines", town.sam)).await] {
            let (before, part) = page.body.split_once("Bought without a prescription").unwrap();
            assert!(!before.contains("Iron tablets") && before.contains("Metformin"), "{before}");
            assert!(part.contains("Iron tablets") && part.contains("none has checked them"), "{part}");
        }
        // On the summary it stands apart from what services prescribed, and is marked as part of no NHS summary.
        let summary = sam.get("/record/summary").await;
        let (before, rest) = summary.body.split_once("Medicines the person takes of their own accord").unwrap();
        let (part, _) = rest.split_once("</section>").unwrap();
        assert!(!before.contains("Iron tablets") && before.contains("Core NHS summary"), "{before}");
        assert!(part.contains("Iron tablets") && part.contains("One &amp; a half") && part.contains("No service has checked it."), "{part}");
        assert!(!part.contains("NHS summary") && !part.contains("As you were told"), "{part}");
        let own = town.one("Iron").await.own.unwrap();
        sam.get(&format!("/medicines/own/{own}")).await.says("1 February 2026").says("I do not take it any more");
        sam.post_and_follow(&format!("/medicines/own/{own}/stop"), &[]).await.says("4 medicines now").says("Stopped or finished");
        sam.get(&format!("/medicines/own/{own}")).await.does_not_say("I do not take it any more");
    }

    async fn a_warning_stands_below_the_medicines_of_the_record_and_among_none_of_them(place: &Place) {
        let town = town(place).await;
        let at = town.app.services.organisations.ensure(&Actor::Operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice);
        let at = at.await.unwrap().id;
        let resources = [
            json!({ "resourceType": "Patient", "id": "p9990000018", "birthDate": "1980-03-31",
                "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018" }],
                "name": [{ "family": "Rivers", "given": ["Sam"] }] }),
            json!({ "resourceType": "DetectedIssue", "id": "w1", "status": "final", "patient": { "reference": "Patient/p9990000018" },
                "code": { "text": "Drug Interaction Alert" }, "identifiedDateTime": "2026-11-01",
                "implicated": [{ "reference": "MedicationRequest/m1" }] }),
            json!({ "resourceType": "AllergyIntolerance", "id": "al1", "patient": { "reference": "Patient/p9990000018" },
                "code": { "text": "Penicillin" }, "clinicalStatus": { "coding": [{ "code": "active" }] } }),
        ];
        let entry: Vec<Value> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entry }).to_string();
        let request = ImportRequest { organisation: at, expected: Some(Expected::Person(town.sam)) };
        town.app.services.imports.import(&Actor::Operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
        let mut sam = town.app.signed_in(SAM).await;
        let page = sam.get("/record/medicines").await;
        let (medicines, warnings) = page.body.split_once("Warnings about medicines").unwrap();
        assert!(medicines.contains("Current medicines") && !medicines.contains("Drug Interaction Alert"), "{medicines}");
        assert!(warnings.contains("Drug Interaction Alert") && !warnings.contains("Final") && !warnings.contains("Metformin"), "{warnings}");
        let mut gp = town.app.signed_in(GP).await;
        // What they are allergic to is named on the first page about them.
        gp.get(&format!("/team/people/{}", town.sam)).await.says("Penicillin");
        let page = gp.get(&format!("/team/people/{}/record/medicines", town.sam)).await;
        let (medicines, warnings) = page.body.split_once("Warnings about medicines").unwrap();
        assert!(!medicines.contains("Drug Interaction Alert"), "{medicines}");
        // The completed one stands apart from what goes on.
        let (current, past) = medicines.split_once("Past medicines").unwrap();
        assert!(current.contains("Current medicines") && current.contains("Salbutamol inhaler"), "{current}");
        assert!(past.contains("Metformin") && !past.contains("Salbutamol inhaler"), "{past}");
        assert!(warnings.contains("Drug Interaction Alert") && !warnings.contains("Metformin"), "{warnings}");
    }

    async fn the_rules_are_the_managers_and_keep_what_was_typed(place: &Place) {
        let town = town(place).await;
        let mut manager = town.app.signed_in(MANAGER).await;
        manager.get("/team").await.says("What people can order");
        let version = hidden(&manager.get("/team/medicines").await, "version");
        let fields = [("takes_orders", "no"), ("asks_reason", ""), ("early_days", "99"), ("version", &version)];
        let page = manager.post_and_follow("/team/medicines", &fields).await;
        page.says("Choose yes or no").says("Enter a number of days from 0 to 28").says("value=\"99\"");
        let old = [("takes_orders", "no"), ("asks_reason", "no"), ("early_days", "7"), ("version", "0")];
        manager.post_and_follow("/team/medicines", &old).await.says("Somebody has just changed this");
        for email in [DESK, GP] {
            let mut other = town.app.signed_in(email).await;
            assert_eq!(other.get("/team/medicines").await.status, StatusCode::NOT_FOUND);
            assert_eq!(other.post("/team/medicines", &old).await.status, StatusCode::NOT_FOUND);
            other.get("/team").await.does_not_say("What people can order");
        }
    }
}
