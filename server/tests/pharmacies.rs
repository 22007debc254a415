//! Finding a pharmacy, choosing it, and sending an order there, as browsers without script do it.

use crate::common::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::team::StaffRole;
use serde_json::{Value, json};
use service::{Closing, Expected, ImportRequest, InviteForm, OrderRulesForm, OrganisationKind};
use std::io::Cursor;
use testkit::Place;

const SAM: &str = "sam@example.org";
const ANN: &str = "ann@example.org";
const DESK: &str = "desk@example.org";

const HEAD: &str = "code,kind,name,address,town,postcode,phone,website,services,monday,tuesday,wednesday,thursday,friday,saturday,sunday,latitude,longitude\n";
const BELL: &str = "FA001,community,Bell & Sons <Pharmacy>,1 High Street,Taunton,TA1 1AA,01823 000001,,delivery,9:00-17:00,9:00-17:00,9:00-17:00,9:00-17:00,9:00-17:00,,,51.0147,-3.1029\n";
const OWL: &str = "FA002,community,Night Owl Pharmacy,Station Road,Taunton,TA1 1AB,01823 000002,,contraception,7am-11pm,7am-11pm,7am-11pm,7am-11pm,7am-11pm,7am-11pm,7am-11pm,51.0287,-3.1029\n";
const POST: &str =
    "FA004,distance-selling,Postbox Pharmacy,Mill Estate,Taunton,TA1 1AA,,https://post.example,delivery,,,,,,,,,\n";

/// The value of the hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

/// Whether the box or radio with this value is chosen.
#[track_caller]
fn is_checked(page: &Answer, value: &str) -> bool {
    let at = format!("value=\"{value}\"");
    let mut found = page.body.split(&at).skip(1).peekable();
    assert!(found.peek().is_some(), "no {value} in {}", page.body);
    found.any(|rest| rest.split('>').next().unwrap().contains("checked"))
}

/// Somebody with two repeats, in a town with pharmacies.
struct Town {
    app: TestApp,
    sam: PersonId,
    sam_actor: Actor,
}

fn repeat(id: &str, name: &str) -> Value {
    json!({
        "resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "plan", "authoredOn": "2026-01-12",
        "subject": { "reference": "Patient/p9990000018" }, "medicationCodeableConcept": { "text": name },
        "courseOfTherapyType": { "coding": [{ "code": "continuous" }] }, "dosageInstruction": [{ "text": "One a day" }],
    })
}

async fn town(place: &Place) -> Town {
    let app = TestApp::over(place);
    let operator = Actor::Operator;
    let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
    let account = app.account(SAM, Some(sam)).await;
    app.staff(DESK, "Y90001", StaffRole::Reception).await;
    let manager = app.staff("manager@example.org", "Y90001", StaffRole::Manager).await;
    let at = app.services.organisations.ensure(&operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice);
    let at = at.await.unwrap().id;
    let resources = [
        json!({ "resourceType": "Patient", "id": "p9990000018", "birthDate": "1980-03-31",
            "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018" }],
            "name": [{ "family": "Rivers", "given": ["Sam"] }] }),
        repeat("m1", "Ramipril"),
        repeat("m2", "Salbutamol inhaler"),
    ];
    let entry: Vec<Value> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entry }).to_string();
    let request = ImportRequest { organisation: at, expected: Some(Expected::Person(sam)) };
    let report = app.services.imports.import(&operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
    assert_eq!(report.problems, vec![]);
    let members = app.services.care_team.staff(&operator, at).await.unwrap();
    let member = members.iter().find(|one| one.email.as_deref() == Some("manager@example.org")).unwrap().member;
    let manager = Actor::Staff { id: manager, assurance: Assurance::SecondStep, member };
    let form = OrderRulesForm {
        takes_orders: "yes".to_owned(),
        asks_reason: "yes".to_owned(),
        early_days: "7".to_owned(),
        version: "0".to_owned(),
    };
    app.services.medicines.change_rules(&manager, &form).await.unwrap();
    let town = Town { app, sam, sam_actor: Actor::Account { id: account, assurance: Assurance::SecondStep } };
    let postcodes = b"postcode,latitude,longitude\nTA1 1AA,51.0147,-3.1029\n".to_vec();
    town.app.services.postcodes.import(&operator, Cursor::new(postcodes)).await.unwrap();
    town.load(&[BELL, OWL, POST]).await;
    town
}

impl Town {
    async fn load(&self, lines: &[&str]) {
        let file = Cursor::new(format!("{HEAD}{}", lines.concat()).into_bytes());
        self.app.services.pharmacies.load(&Actor::Operator, file, Closing::Any).await.unwrap();
    }

    /// Chooses this one for all orders.
    async fn nominate(&self, browser: &mut Browser, code: &str) {
        let path = format!("/medicines/pharmacy/{code}/nominate");
        let version = hidden(&browser.get(&path).await, "version");
        let page = browser.post_and_follow(&path, &[("version", &version), ("confirmed", "yes")]).await;
        page.says("Prescriptions that you order here go there from now on");
    }

    async fn plan(&self, name: &str) -> String {
        let all = self.app.services.medicines.list(&self.sam_actor, self.sam).await.unwrap().medicines;
        all.into_iter().find(|one| one.name == name).unwrap().plan.unwrap().to_string()
    }

    /// Goes to the check of an order of this.
    async fn check(&self, browser: &mut Browser, name: &str) -> Answer {
        browser.post_and_follow("/medicines/order", &[("medicines", &self.plan(name).await)]).await
    }

    /// Lets Ann order for Sam, and lets her look after him.
    async fn carer(&self) -> Browser {
        let ann = self.app.account(ANN, None).await;
        let form = InviteForm {
            email: ANN.to_owned(),
            name: "Ann Near".to_owned(),
            relation: "sister".to_owned(),
            scopes: "PRESCR".to_owned(),
            submission: self.app.services.core.new_id().to_string(),
            ..InviteForm::default()
        };
        let invited = self.app.services.carers.invite(&self.sam_actor, self.sam, &form).await.unwrap();
        let link = self.app.mailed_link(ANN).await;
        let actor = Actor::Account { id: ann, assurance: Assurance::SecondStep };
        let token = link.split_once("token=").unwrap().1;
        self.app.services.carers.accept(&actor, token, &invited.code).await.unwrap();
        let mut ann = self.app.signed_in(ANN).await;
        ann.post("/acting", &[("person", &self.sam.to_string())]).await;
        ann
    }
}

/// Sends the order on the page that checks it.
async fn send(browser: &mut Browser, page: &Answer, more: &[(&str, &str)]) -> Answer {
    let kept = ["medicines", "early", "early_reason", "once", "submission"].map(|name| (name, hidden(page, name)));
    let mut fields: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend(more);
    browser.post("/medicines/order/check", &fields).await
}

testkit::both_engines! {
    async fn one_is_found_and_what_is_wrong_is_said_beside_its_field(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/medicines").await.says("href=\"/medicines/pharmacy\"").says("Your pharmacy");
        sam.get("/medicines/pharmacy").await.says("No pharmacy is chosen").says("href=\"/medicines/pharmacy/find\"");
        let page = sam.get("/medicines/pharmacy/find").await;
        page.says("Postcode").says("Narrow it down").does_not_say("There is a problem");
        let page = sam.get("/medicines/pharmacy/find?postcode=ta1&words=&open=now&services=contraception&kind=").await;
        page.says("1 place").says("Night Owl Pharmacy").says("1 mile away. Open today until 11pm").says("tel:01823000002");
        page.does_not_say("Bell &amp; Sons").says(">Details").says("value=\"contraception\" checked");
        let all = sam.get("/medicines/pharmacy/find?postcode=TA1+1AA").await;
        all.says("2 places").says("Bell &amp; Sons &lt;Pharmacy&gt;").does_not_say("<Pharmacy>").does_not_say("Postbox");
        all.says("href=\"/medicines/pharmacy/FA001\"").says("openstreetmap.org");
        sam.get("/medicines/pharmacy/find?postcode=&words=postbox").await.says("1 place").says("Online pharmacy");
        sam.get("/medicines/pharmacy/find?words=nobody").await.says("We found no pharmacy");
        for (query, field, words) in [
            ("postcode=nowhere", "postcode", "Enter a postcode, like TA1 1AA"), ("postcode=QQ1", "postcode", "We do not know this postcode"),
            ("postcode=&words=&open=", "postcode", "Enter a postcode, or a name"), ("postcode=TA1&open=mon&time=teatime", "time", "Enter a time, like 9am"),
            ("postcode=TA1&open=never", "open", "Choose when it must be open"), ("postcode=TA1&services=magic", "services", "Choose among these"),
            ("postcode=TA1&words=x&kind=shop", "kind", "Choose one of these"),
        ] {
            let page = sam.get(&format!("/medicines/pharmacy/find?{query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{query}");
            page.says("There is a problem").says(words).says(&format!("href=\"#{field}\"")).says(&format!("id=\"{field}-error\""));
        }
        sam.get("/medicines/pharmacy/find?postcode=%3Cb%3E&time=%22").await.says("value=\"&lt;b&gt;\"").does_not_say("<b>");
        let one = sam.get("/medicines/pharmacy/FA001").await;
        one.says("Bell &amp; Sons &lt;Pharmacy&gt;").says("Open today until 5pm").says("Opening hours").says("9am to 5pm").says("Closed");
        one.says("Delivery to your home").says("Send my prescriptions here from now on");
        for nobody in ["FA999", "nonsense-", "x", "%3Cb%3E"] {
            for page in ["", "/nominate"] {
                assert_eq!(sam.get(&format!("/medicines/pharmacy/{nobody}{page}")).await.status, StatusCode::NOT_FOUND, "{nobody}");
            }
            assert_eq!(sam.post(&format!("/medicines/pharmacy/{nobody}/nominate"), &[]).await.status, StatusCode::NOT_FOUND);
        }
        // Before there is any.
        town.load(&[POST]).await;
        sam.get("/medicines/pharmacy/FA001").await.says("It has closed").does_not_say("from now on");
        assert_eq!(sam.get("/medicines/pharmacy/FA001/nominate").await.location(), "/medicines/pharmacy/FA001");
    }

    async fn it_is_chosen_with_a_yes_changed_and_taken_back(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let page = sam.get("/medicines/pharmacy/FA001/nominate").await;
        page.says("Send your prescriptions to Bell &amp; Sons &lt;Pharmacy&gt;?").says("This is my own choice");
        let others = "Other prescriptions go where the NHS has it noted. To change that too, tell the pharmacy or the practice.";
        page.says("From now on prescriptions that you order here go to Bell &amp; Sons").says(others);
        let version = hidden(&page, "version");
        let path = "/medicines/pharmacy/FA001/nominate";
        let page = sam.post_and_follow(path, &[("version", &version)]).await;
        page.says("There is a problem").says("Tick the box to say that you want this").says("href=\"#confirmed\"");
        let fields = [("version", version.as_str()), ("confirmed", "yes")];
        for _ in 0..2 {
            let page = sam.post_and_follow(path, &fields).await;
            page.says("Prescriptions that you order here go there from now on").says("Bell &amp; Sons").says("Chosen").says("3 November 2026");
        }
        assert_eq!(town.app.mailed_link(SAM).await, "/news");
        assert_eq!(sam.get(path).await.location(), "/medicines/pharmacy");
        sam.get("/medicines/pharmacy/FA001").await.says("Your pharmacy").does_not_say("from now on");
        // A page from before that.
        let page = sam.post_and_follow("/medicines/pharmacy/FA002/nominate", &fields).await;
        page.says("Your choice has changed since you opened that page");
        // One that sends asks to be registered with, and keeps what was ticked.
        let path = "/medicines/pharmacy/FA004/nominate";
        let page = sam.get(path).await;
        page.says("It takes the place of Bell &amp; Sons").says("You register with Postbox Pharmacy first").says("href=\"https://post.example/\"");
        let version = hidden(&page, "version");
        let page = sam.post_and_follow(path, &[("version", &version), ("confirmed", "yes")]).await;
        page.says("Register with them first").says("href=\"#registered\"");
        assert!(page.body.split_once("id=\"confirmed\"").unwrap().1.split('>').next().unwrap().contains("checked"));
        sam.post_and_follow(path, &[("version", &version), ("confirmed", "yes"), ("registered", "yes")]).await.says("Postbox Pharmacy");
        // And it is taken back.
        let page = sam.get("/medicines/pharmacy/withdraw?of=pharmacy").await;
        page.says("Stop sending prescriptions there?").says("Prescriptions that you order here will not go to Postbox Pharmacy").says(others);
        sam.get("/medicines/pharmacy").await.says(others);
        let (slot, version) = (hidden(&page, "slot"), hidden(&page, "version"));
        let fields = [("slot", slot.as_str()), ("version", &version), ("confirmed", "yes")];
        let page = sam.post_and_follow("/medicines/pharmacy/withdraw", &fields[..2]).await;
        page.says("There is a problem").says("Postbox Pharmacy");
        for _ in 0..2 {
            sam.post_and_follow("/medicines/pharmacy/withdraw", &fields).await.says("No pharmacy is chosen").says("You have not chosen a pharmacy here");
        }
        for of in ["pharmacy", "shop", ""] {
            assert_eq!(sam.get(&format!("/medicines/pharmacy/withdraw?of={of}")).await.location(), "/medicines/pharmacy");
        }
        assert_eq!(sam.post("/medicines/pharmacy/withdraw", &[("slot", "shop")]).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_carer_sees_it_is_told_and_cannot_change_it(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        town.nominate(&mut sam, "FA001").await;
        let mut ann = town.carer().await;
        ann.get("/medicines").await.says("href=\"/medicines/pharmacy\"");
        let page = ann.get("/medicines/pharmacy").await;
        page.says("Bell &amp; Sons").says("Only ").says("can choose this").does_not_say("Stop sending").does_not_say("Choose another");
        ann.get("/medicines/pharmacy/find?postcode=TA1").await.says("2 places");
        ann.get("/medicines/pharmacy/FA002").await.says("can choose where their prescriptions go").does_not_say("Send my prescriptions");
        for path in ["/medicines/pharmacy/FA002/nominate", "/medicines/pharmacy/withdraw?of=pharmacy"] {
            assert_eq!(ann.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let fields = [("version", "1"), ("confirmed", "yes"), ("slot", "pharmacy")];
        for path in ["/medicines/pharmacy/FA002/nominate", "/medicines/pharmacy/withdraw"] {
            assert_eq!(ann.post(path, &fields).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        sam.get("/medicines/pharmacy").await.says("Bell &amp; Sons");
        sam.get("/activity").await.says("tried to change where your prescriptions go").says("looked at where your prescriptions go");
        // For one order she may send elsewhere.
        let check = town.check(&mut ann, "Ramipril").await;
        check.says("Bell &amp; Sons &lt;Pharmacy&gt; (chosen for all orders)");
        let reason = format!("reason_{}", town.plan("Ramipril").await);
        let order = send(&mut ann, &check, &[(&reason, "Gone"), ("dispenser", "FA002")]).await.location().to_owned();
        ann.get(&order).await.says("Night Owl Pharmacy").says("For this order only");
    }

    async fn an_order_goes_to_another_and_keeps_what_was_typed_meanwhile(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        // Nothing is chosen for all orders.
        let check = town.check(&mut sam, "Ramipril").await;
        check.says("Where should the prescription go?").says("Nowhere yet");
        assert!(is_checked(&check, "none"));
        town.nominate(&mut sam, "FA001").await;
        let check = sam.get("/medicines/order/check").await;
        assert!(is_checked(&check, "FA001") && !is_checked(&check, "none"));
        let reason = format!("reason_{}", town.plan("Ramipril").await);
        let typed = [(reason.as_str(), "I have 2 & a half"), ("note", "Thank <you>"), ("dispenser", "another")];
        let to = send(&mut sam, &check, &typed).await.location().to_owned();
        assert_eq!(to, "/medicines/pharmacy/find?for=order");
        sam.get(&to).await.says("What you wrote on it is kept").says("name=\"for\" value=\"order\"").says("href=\"/medicines/order/check\"");
        let found = sam.get("/medicines/pharmacy/find?for=order&postcode=TA1").await;
        found.says("href=\"/medicines/pharmacy/FA002?for=order\"");
        // Whoever goes back finds what they typed too.
        sam.get("/medicines/order/check").await.says("I have 2 &amp; a half").says("Thank &lt;you&gt;");
        let one = sam.get("/medicines/pharmacy/FA002?for=order").await;
        one.says("Use it for this order");
        sam.get("/medicines/pharmacy/FA004?for=order").await.does_not_say("Use it for this order").says("You register with");
        for nobody in ["FA999", "", "<b>"] {
            assert_eq!(sam.post("/medicines/order/pharmacy", &[("dispenser", nobody)]).await.status, StatusCode::NOT_FOUND);
        }
        let check = sam.post_and_follow("/medicines/order/pharmacy", &[("dispenser", &hidden(&one, "dispenser"))]).await;
        check.says("Night Owl Pharmacy (for this order only)").says("I have 2 &amp; a half").says("Thank &lt;you&gt;");
        assert!(is_checked(&check, "FA002") && !is_checked(&check, "FA001"));
        // What is wrong elsewhere loses nothing of it either.
        let back = send(&mut sam, &check, &[("dispenser", "FA002"), ("note", "Thank <you>")]).await;
        assert_eq!(back.location(), "/medicines/order/check");
        let check = sam.get("/medicines/order/check").await;
        check.says("Say in a few words why you need it").says("Night Owl Pharmacy (for this order only)");
        assert!(is_checked(&check, "FA002"));
        let fields = [(reason.as_str(), "Gone"), ("dispenser", "FA002")];
        let order = send(&mut sam, &check, &fields).await.location().to_owned();
        let shown = sam.get(&order).await;
        shown.says("Prescription goes to").says("Night Owl Pharmacy").says("For this order only").says("tel:01823000002");
        // The same again is the same order, wherever it would go now.
        let again = send(&mut sam, &check, &[(reason.as_str(), "Gone"), ("dispenser", "FA001")]).await;
        assert_eq!(again.location(), order);
        sam.get(&order).await.says("Night Owl Pharmacy").does_not_say("Bell &amp; Sons");
        let mut desk = town.app.signed_in(DESK).await;
        let list = desk.get("/team").await;
        let item = format!("/team/work/{}", list.body.split_once("/team/work/").unwrap().1.split('"').next().unwrap());
        desk.get(&item).await.says("Send the prescription to").says("Night Owl Pharmacy (FA002)").says("for this order only");
        // Nothing is kept for the next order.
        let check = town.check(&mut sam, "Salbutamol inhaler").await;
        check.does_not_say("Night Owl").does_not_say("Thank");
        assert!(is_checked(&check, "FA001"));
        assert_eq!(sam.post("/medicines/order/pharmacy", &[("dispenser", "FA002")]).await.location(), "/medicines/order/check");
    }

    async fn what_closes_before_the_order_is_sent_is_an_error_beside_the_field(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        town.nominate(&mut sam, "FA001").await;
        let check = town.check(&mut sam, "Ramipril").await;
        town.load(&[OWL]).await;
        let reason = format!("reason_{}", town.plan("Ramipril").await);
        let back = send(&mut sam, &check, &[(&reason, "It is all gone"), ("dispenser", "FA001")]).await;
        assert_eq!(back.location(), "/medicines/order/check");
        let check = sam.get("/medicines/order/check").await;
        check.says("Bell &amp; Sons &lt;Pharmacy&gt; has closed. Choose another").says("href=\"#dispenser\"").says("id=\"dispenser-error\"");
        check.says("which is chosen for all orders, has closed").says("It is all gone");
        for wrong in ["FA999", "<b>"] {
            send(&mut sam, &check, &[(&reason, "Gone"), ("dispenser", wrong)]).await;
            sam.get("/medicines/order/check").await.says("Choose where the prescription goes");
        }
        let page = sam.get("/medicines/pharmacy").await;
        page.says("has closed. Prescriptions cannot go there any more.").says("Choose another one.");
        let order = send(&mut sam, &check, &[(&reason, "Gone"), ("dispenser", "none")]).await.location().to_owned();
        sam.get(&order).await.says("Nowhere yet. Collect it on paper");
    }
}
