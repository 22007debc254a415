//! When results are shown: what an organisation writes about first, what people choose, and what is never shown to anybody.

use super::*;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{Days, TimeDelta};
use domain::audit::Action;
use domain::release::{LONGEST_DAYS, OWN_DAYS, ResultChoice, ResultKind};
use service::{Preview, ResultCommentForm, ResultForm, ResultUnseen, ResultWait, SearchAsked, SummaryForm};
use std::collections::BTreeSet;

const TITLE: &str = "SECRET skin biopsy";

/// A desk with somebody, their account, a carer to whom everything is open, a clinician and a manager.
struct Clinic {
    desk: Desk,
    person: PersonId,
    me: Actor,
    carer: Actor,
    clinician: Actor,
    manager: Actor,
}

impl Clinic {
    async fn at(place: &Place) -> Self {
        let desk = Desk::at(place).await;
        let base = [
            patient("m1", Some("9990548609"), "Ellis", "1948-11-04"),
            problem("c1", "m1", "Asthma", "active", "2019-03"),
            weight("o9", "m1", "2026-01-02T10:00:00Z", "70"),
        ];
        let person = desk.import(bundle("collection", &base)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (carer, _) = desk.carer_of(person, Scopes::all(), Labels::all()).await;
        let clinician = desk.clinician_at(&desk.practice).await;
        let manager = desk.member_at(&desk.practice, StaffRole::Manager).await;
        Self { desk, person, me, carer, clinician, manager }
    }

    /// Lets the practice write first about these kinds, so many days at most.
    async fn writes_first(&self, days: &[(ResultKind, u8)]) {
        let releases = &self.desk.services.releases;
        let version = releases.rules(&self.manager).await.unwrap().version.to_string();
        let by_kind = days.iter().map(|(kind, days)| (kind.code().to_owned(), days.to_string())).collect();
        releases.change_rules(&self.manager, &ResultForm { by_kind, version }).await.unwrap();
    }

    fn choices(&self, chosen: &[(ResultKind, ResultChoice)], version: i32) -> ResultForm {
        let choice =
            |kind: ResultKind| chosen.iter().find(|(one, _)| *one == kind).map_or(ResultChoice::AtOnce, |(_, choice)| *choice);
        let by_kind = ResultKind::ALL.iter().map(|kind| (kind.code().to_owned(), choice(*kind).code().to_owned()));
        ResultForm { by_kind: by_kind.collect(), version: version.to_string() }
    }

    async fn choose(&self, chosen: &[(ResultKind, ResultChoice)]) {
        let releases = &self.desk.services.releases;
        let version = releases.choices(&self.me, self.person).await.unwrap().version;
        releases.choose(&self.me, self.person, &self.choices(chosen, version)).await.unwrap();
    }

    async fn receive(&self, resources: &[Value]) {
        let mut all = vec![patient("m1", Some("9990548609"), "Ellis", "1948-11-04")];
        all.extend(resources.iter().cloned());
        self.desk.import(bundle("collection", &all)).await.unwrap();
    }

    /// For what results wait, and until when, as somebody is told.
    async fn waits(&self, reader: &Actor) -> Vec<(ResultWait, DateTime<Utc>)> {
        let page = self.desk.services.records.results(reader, self.person, None).await.unwrap();
        page.waiting.into_iter().map(|one| (one.waits, one.until)).collect()
    }

    async fn titles(&self, reader: &Actor) -> Vec<String> {
        self.desk.lines(reader, self.person, Category::Result).await.into_iter().map(|line| line.title).collect()
    }

    /// Whether somebody reads the biopsy.
    async fn reads(&self, reader: &Actor) -> bool {
        self.titles(reader).await.iter().any(|title| title == TITLE)
    }

    /// The people and places that somebody is shown, by their titles.
    async fn people(&self, reader: &Actor) -> Vec<String> {
        self.desk.lines(reader, self.person, Category::People).await.into_iter().map(|line| line.title).collect()
    }

    /// The biopsy, as its clinicians find it.
    async fn biopsy(&self) -> EntryId {
        let lines = self.desk.lines(&self.clinician, self.person, Category::Result).await;
        lines.into_iter().find(|line| line.title == TITLE).unwrap().id
    }

    async fn actions(&self, action: Action) -> usize {
        let (mut many, mut before) = (0, None);
        loop {
            let (items, next) = self.desk.services.activity.of_record(&self.me, self.person, before).await.unwrap();
            many += items.iter().filter(|item| item.action == action).count();
            before = next;
            if before.is_none() {
                return many;
            }
        }
    }

    /// A clinician writes about what is first on the list; gives by what that is called.
    async fn writes(&self, words: &str) -> EntryId {
        let services = &self.desk.services;
        let item = services.work.list(&self.clinician).await.unwrap().remove(0);
        let lead = EntryId::from_uuid(item.about);
        let seen = services.releases.to_comment(&self.clinician, self.person, lead).await.unwrap().seen;
        let form = ResultCommentForm {
            act: ResultCommentForm::WRITE.to_owned(),
            words: words.to_owned(),
            seen,
            submission: services.core.new_id(),
        };
        services.releases.comment(&self.clinician, item.id, &form).await.unwrap();
        lead
    }

    /// The words that stand with an entry, as somebody reads them.
    async fn said(&self, reader: &Actor, id: EntryId) -> Option<String> {
        let entry = self.desk.services.records.entry(reader, self.person, id).await.unwrap();
        entry.words.map(|words| words.words)
    }

    fn later(&self, days: u8) {
        self.desk.clock.advance(TimeDelta::days(i64::from(days)));
    }

    fn today_and(&self, days: u8) -> DateTime<Utc> {
        self.desk.services.core.now() + TimeDelta::days(i64::from(days))
    }
}

fn lab() -> Value {
    json!([{ "coding": [{ "code": "laboratory" }, { "code": "LAB" }] }])
}

fn about_her(kind: &str, id: &str, fields: &Value) -> Value {
    let mut resource = json!({ "resourceType": kind, "id": id, "subject": { "reference": "Patient/m1" } });
    for (field, value) in fields.as_object().unwrap() {
        resource[field] = value.clone();
    }
    resource
}

/// A biopsy with its result, and a visit, a plan and a letter that tell of it.
fn biopsy() -> Vec<Value> {
    let to_result = json!({ "reference": "Observation/o1", "display": "SECRET finding" });
    vec![
        about_her(
            "DiagnosticReport",
            "r1",
            &json!({
                "status": "final", "category": lab(), "code": { "text": TITLE }, "effectiveDateTime": "2026-11-01", "issued": "2026-11-20T10:00:00Z",
                "conclusion": "SECRET conclusion", "result": [to_result],
            }),
        ),
        about_her(
            "Observation",
            "o1",
            &json!({
                "status": "final", "category": lab(), "code": { "text": "SECRET finding" }, "effectiveDateTime": "2026-11-01",
                "issued": "2026-11-20T10:00:00Z", "valueString": "SECRET value",
            }),
        ),
        about_her(
            "Encounter",
            "e1",
            &json!({
                "status": "finished", "class": { "code": "AMB" }, "type": [{ "text": "Consultation" }], "period": { "start": "2026-11-02T10:00:00Z" },
                "reasonReference": [to_result],
            }),
        ),
        about_her(
            "CarePlan",
            "p1",
            &json!({
                "status": "active", "intent": "plan", "title": "Plan", "activity": [{ "reference": to_result }],
            }),
        ),
    ]
}

/// The report of the biopsy, by somebody of a laboratory.
fn reported() -> Vec<Value> {
    vec![with(biopsy().remove(0), "performer", json!([{ "reference": "PractitionerRole/role" }]))]
}

/// Who that was, and where.
fn who_reported() -> Vec<Value> {
    vec![
        json!({
            "resourceType": "PractitionerRole", "id": "role", "practitioner": { "reference": "Practitioner/author" },
            "organization": { "reference": "Organization/lab" }, "code": [{ "text": "SECRET oncologist" }],
        }),
        json!({ "resourceType": "Practitioner", "id": "author", "name": [{ "text": "SECRET author" }] }),
        json!({ "resourceType": "Organization", "id": "lab", "name": "SECRET laboratory" }),
        json!({
            "resourceType": "Location", "id": "ward", "name": "SECRET ward", "managingOrganization": { "reference": "Organization/lab" },
        }),
    ]
}

fn secret_among(titles: &[String]) -> usize {
    titles.iter().filter(|title| title.contains("SECRET")).count()
}

/// A letter that refers to these resources.
fn letter_about(id: &str, keys: &[&str]) -> Value {
    let attachment = json!({ "contentType": "text/plain", "data": BASE64_STANDARD.encode("Dear Mrs Ellis") });
    let related: Vec<Value> = keys.iter().map(|key| json!({ "reference": key })).collect();
    about_her(
        "DocumentReference",
        id,
        &json!({
            "status": "current", "description": "Clinic letter", "date": "2026-11-20T10:00:00Z", "content": [{ "attachment": attachment }],
            "context": { "related": related },
        }),
    )
}

/// Everything that somebody can be shown of a person, by every public way of reading entries.
async fn all_that(clinic: &Clinic, reader: &Actor, previews: &[Preview]) -> String {
    let (desk, person) = (&clinic.desk, clinic.person);
    let (services, mut all) = (&desk.services, Vec::new());
    let records = &services.records;
    all.push(format!("{:?}", records.home(reader, person).await.unwrap()));
    all.push(format!("{:?}", records.overview(reader, person).await.unwrap()));
    all.push(format!("{:?}", records.visits(reader, person).await.unwrap()));
    for category in Category::SHOWN {
        all.push(format!("{:?}", records.current_and_past(reader, person, *category).await.unwrap()));
        for which in [Which::All, Which::Current, Which::Past] {
            let page = records.list(reader, person, *category, which, None).await.unwrap();
            assert_eq!(page.total, u64::try_from(page.lines.len()).unwrap(), "a count says what a list shows");
            for line in &page.lines {
                let entry = records.entry(reader, person, line.id).await.unwrap();
                assert_eq!(entry.line, *line);
                for version in &entry.versions {
                    all.push(format!("{:?}", records.entry_version(reader, person, line.id, version.number).await.unwrap()));
                }
                all.push(format!("{entry:?}"));
            }
            all.push(format!("{:?}", page.lines));
        }
    }
    all.push(format!("{:?}", services.medicines.list(reader, person).await.unwrap()));
    for form in [SummaryForm::Page, SummaryForm::File] {
        all.push(format!("{:?}", services.summaries.read(reader, person, form).await.unwrap()));
    }
    all.push(format!("{:?}", services.self_care.learning(reader, person).await.ok()));
    all.push(format!("{:?}", services.self_care.plan(reader, person).await.ok()));
    for preview in previews {
        all.push(format!("{:?}", records.preview_overview(reader, person, *preview).await.unwrap()));
        for category in Category::SHOWN {
            let page = records.preview_list(reader, person, *preview, *category, Which::All, None).await.unwrap();
            for line in &page.lines {
                all.push(format!("{:?}", records.preview_entry(reader, person, *preview, line.id).await.unwrap()));
            }
            all.push(format!("{:?}", page.lines));
        }
    }
    if !previews.is_empty() {
        all.push(format!("{:?}", services.hidings.of_person(reader, person).await.unwrap()));
        let mut out = Vec::new();
        services.exports.bundle(reader, person, &mut out).await.unwrap();
        all.push(String::from_utf8(out).unwrap());
    }
    all.join("\n")
}

fn previews(clinic: &Clinic) -> Vec<Preview> {
    vec![
        Preview::Draft { scopes: Scopes::all(), labels: Labels::all(), hidden: domain::scope::Categories::NONE },
        Preview::Organisation(clinic.desk.practice.id, StaffRole::Clinician),
    ]
}

testkit::both_engines! {
    async fn nothing_of_a_result_that_waits_is_anywhere_until_it_opens_by_itself(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let counts = |overview: service::Overview| overview.counts.into_iter().map(|one| one.count).collect::<Vec<_>>();
        let records = &clinic.desk.services.records;
        let before = counts(records.overview(&clinic.me, clinic.person).await.unwrap());
        clinic.receive(&biopsy()[..2]).await;
        assert_eq!(counts(records.overview(&clinic.me, clinic.person).await.unwrap()), before);
        clinic.receive(&biopsy()).await;
        let (id, until) = (clinic.biopsy().await, clinic.today_and(5));
        let previews = previews(&clinic);
        for (reader, previews) in [(&clinic.me, previews.as_slice()), (&clinic.carer, <&[Preview]>::default())] {
            let all = all_that(&clinic, reader, previews).await;
            assert!(!all.contains("SECRET") && all.contains("Consultation"), "{all}");
            assert!(!all.contains("Observation/o1"), "{all}");
            assert_eq!(clinic.waits(reader).await, [(ResultWait::Comment, until)]);
            for outcome in [records.entry(reader, clinic.person, id).await, records.entry_version(reader, clinic.person, id, 1).await] {
                assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
            }
            let after = id.to_string().parse().unwrap();
            let list = records.list(reader, clinic.person, Category::Result, Which::All, Some(after)).await;
            assert!(matches!(list, Err(ServiceError::NotFound)), "{list:?}");
        }
        let hidings = &clinic.desk.services.hidings;
        for outcome in [
            hidings.of_entry(&clinic.me, clinic.person, id).await.map(|_| ()),
            hidings.hide_entry(&clinic.me, clinic.person, id, service::HiddenFrom::All).await.map(|_| ()),
            hidings.relabel(&clinic.me, clinic.person, id, None).await,
        ] {
            assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
        }
        // Those who give care read it at once, and the operator's export is whole.
        assert!(clinic.reads(&clinic.clinician).await);
        assert_eq!(clinic.waits(&clinic.clinician).await, []);
        assert!(clinic.desk.export(clinic.person).await.0.contains("SECRET value"));
        // No job has run.
        clinic.desk.clock.advance(TimeDelta::days(5) - TimeDelta::seconds(1));
        assert!(!clinic.reads(&clinic.me).await && !clinic.reads(&clinic.carer).await);
        clinic.desk.clock.advance(TimeDelta::seconds(1));
        assert!(clinic.reads(&clinic.me).await && clinic.reads(&clinic.carer).await);
        assert_eq!(clinic.waits(&clinic.me).await, []);
        let all = all_that(&clinic, &clinic.me, &previews).await;
        for words in ["SECRET value", "SECRET conclusion", r#"title: "SECRET finding""#] {
            assert!(all.contains(words), "{words}: {all}");
        }
    }

    async fn what_was_counted_as_it_was_written_is_what_there_is(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let records = &clinic.desk.services.records;
        // To the carer all is open, but what is open to somebody is counted as they look, entry by entry.
        let counted = async |reader: &Actor| {
            let sources = records.sources(reader, clinic.person).await.unwrap().sources;
            let sent: Vec<_> = sources.into_iter().map(|one| (one.name, one.sent)).collect();
            let overview = records.overview(reader, clinic.person).await.unwrap();
            let glance: Vec<_> = overview.counts.into_iter().map(|one| (one.category, one.count, one.latest)).collect();
            let mut listed = Vec::new();
            for category in [Category::Problem, Category::Result, Category::Allergy] {
                let page = records.list(reader, clinic.person, category, Which::All, None).await.unwrap();
                assert_eq!(page.total, u64::try_from(page.lines.len()).unwrap(), "{category:?}");
                listed.push(page.total);
            }
            (sent, glance, listed)
        };
        let allergy = |code: &str, words: &str| json!({
            "resourceType": "AllergyIntolerance", "id": "a1", "patient": { "reference": "Patient/m1" },
            "clinicalStatus": { "coding": [{ "code": "active" }] },
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": code, "display": words }] },
        });
        let asthma = || problem("c1", "m1", "Asthma", "active", "2019-03");
        let mistake = || with(asthma(), "verificationStatus", json!({ "coding": [{ "code": "entered-in-error" }] }));
        for (received, listed) in [
            (vec![], [1_u64, 1, 0]),
            (vec![problem("c2", "m1", "Gout", "active", "2020")], [2, 1, 0]),
            // What waits is not counted, nor what a source sends twice.
            (biopsy()[..2].to_vec(), [2, 1, 0]),
            (biopsy()[..2].to_vec(), [2, 1, 0]),
            // That there is none, and then that there is one.
            (vec![allergy("716186003", "No known allergy")], [2, 1, 1]),
            (vec![allergy("91936005", "Allergy to penicillin")], [2, 1, 1]),
            // What was a mistake goes, once.
            (vec![mistake()], [1, 1, 1]),
            (vec![mistake()], [1, 1, 1]),
            (vec![with(problem("c2", "m1", "Gout", "resolved", "2020"), "recordedDate", json!("2021-05-04"))], [1, 1, 1]),
        ] {
            clinic.receive(&received).await;
            let own = counted(&clinic.me).await;
            assert_eq!((&own, &own.2), (&counted(&clinic.carer).await, &listed.to_vec()));
        }
        clinic.later(5);
        let own = counted(&clinic.me).await;
        assert_eq!(own, counted(&clinic.carer).await);
        assert!(own.2[1] > 1, "what waited is counted now");
        place.alter("UPDATE record_count SET entries = entries + 3").await;
        clinic.desk.services.imports.reindex(&Actor::Operator, clinic.person).await.unwrap();
        assert_eq!(counted(&clinic.me).await, own, "a count that is wrong is put right as the record is read again");
    }

    async fn who_reported_what_waits_is_nowhere_until_it_opens(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let (services, person) = (&clinic.desk.services, clinic.person);
        let records = &services.records;
        // As if they had never come: what is listed, what is counted, and what each source sent.
        let look = async |reader: &Actor| {
            let counts = records.overview(reader, person).await.unwrap().counts;
            let counts: Vec<_> = counts.into_iter().map(|one| (one.category, one.count, one.latest)).collect();
            let sources = records.sources(reader, person).await.unwrap().sources;
            let sent: Vec<_> = sources.into_iter().map(|one| (one.name, one.sent)).collect();
            (clinic.people(reader).await, counts, sent)
        };
        let readers = [&clinic.me, &clinic.carer];
        let before = [look(&clinic.me).await, look(&clinic.carer).await];
        clinic.receive(&[reported(), vec![biopsy().remove(1)], who_reported()].concat()).await;
        for (reader, before) in readers.into_iter().zip(&before) {
            assert_eq!(&look(reader).await, before);
        }
        let previews = previews(&clinic);
        for (reader, previews) in [(&clinic.me, previews.as_slice()), (&clinic.carer, <&[Preview]>::default())] {
            let all = all_that(&clinic, reader, previews).await;
            for secret in ["SECRET", "Organization/lab", "PractitionerRole/role", "Practitioner/author", "Location/ward"] {
                assert!(!all.contains(secret), "{secret}: {all}");
            }
        }
        // Whoever gives care finds them, and that the person cannot read a result yet is told beside results only.
        let lines = clinic.desk.lines(&clinic.clinician, person, Category::People).await;
        let secrets: Vec<EntryId> = lines.into_iter().filter(|line| line.title.contains("SECRET")).map(|line| line.id).collect();
        assert_eq!(secrets.len(), 4);
        let unseen = services.releases.unseen(&clinic.clinician, person).await.unwrap();
        assert_eq!(unseen.len(), 2);
        for id in secrets {
            assert!(!unseen.contains_key(&id));
            for reader in readers {
                assert!(matches!(records.entry(reader, person, id).await, Err(ServiceError::NotFound)));
                assert!(matches!(records.entry_version(reader, person, id, 1).await, Err(ServiceError::NotFound)));
            }
        }
        // Sent again or read again they stay away.
        clinic.receive(&who_reported()).await;
        services.imports.reindex(&Actor::Operator, person).await.unwrap();
        assert_eq!(look(&clinic.me).await, before[0]);
        // No job has run.
        clinic.desk.clock.advance(TimeDelta::days(5) - TimeDelta::seconds(1));
        assert_eq!(clinic.people(&clinic.me).await, before[0].0);
        clinic.desk.clock.advance(TimeDelta::seconds(1));
        for reader in readers {
            assert_eq!(secret_among(&clinic.people(reader).await), 4);
        }
    }

    async fn who_waits_goes_with_the_result_that_its_source_takes_back(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let readers = [&clinic.me, &clinic.carer];
        let people = async |reader: &Actor| secret_among(&clinic.people(reader).await);
        let mistake = |resource: Value| with(resource, "status", json!("entered-in-error"));
        let sent = [reported(), vec![biopsy().remove(1)], who_reported()].concat();
        let bare = vec![with(mistake(reported().remove(0)), "performer", json!([])), mistake(biopsy().remove(1))];
        for taken_back in [vec![mistake(reported().remove(0)), mistake(biopsy().remove(1))], bare] {
            clinic.receive(&sent).await;
            assert_eq!(people(&clinic.me).await, 0);
            clinic.receive(&taken_back).await;
            for days in [0, 6] {
                clinic.later(days);
                for reader in readers {
                    assert_eq!(people(reader).await, 0, "nothing that is shown names them");
                }
                clinic.desk.services.imports.reindex(&Actor::Operator, clinic.person).await.unwrap();
            }
            assert_eq!(clinic.desk.services.releases.run_told(&Actor::System).await.unwrap(), 0);
        }
        // What is shown next and names them brings them.
        let visit = with(biopsy().remove(2), "reasonReference", json!([]));
        clinic.receive(&[with(visit, "serviceProvider", json!({ "reference": "Organization/lab" }))]).await;
        for reader in readers {
            let titles = clinic.people(reader).await;
            assert!(titles.iter().any(|title| title == "SECRET laboratory") && secret_among(&titles) == 1, "{titles:?}");
        }
    }

    async fn who_is_known_by_anything_that_is_shown_waits_for_nothing(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        clinic.receive(&[reported(), vec![biopsy().remove(1)], who_reported()].concat()).await;
        let people = async || secret_among(&clinic.people(&clinic.me).await);
        assert_eq!(people().await, 0);
        // A visit tells of the laboratory, of which the ward is a part, and not of whoever reported there; and no mail tells of that.
        let visit = with(biopsy().remove(2), "reasonReference", json!([]));
        clinic.receive(&[with(visit, "serviceProvider", json!({ "reference": "Organization/lab" }))]).await;
        let shown = async || {
            let mut titles = clinic.people(&clinic.me).await;
            titles.retain(|title| title.contains("SECRET"));
            titles.sort_unstable();
            titles
        };
        assert_eq!(shown().await, ["SECRET laboratory", "SECRET ward"]);
        assert_eq!(clinic.desk.services.releases.run_told(&Actor::System).await.unwrap(), 0);
        // What was shown stays so, whatever names it later.
        let other = with(with(reported().remove(0), "id", json!("r2")), "result", json!([]));
        clinic.receive(&[other]).await;
        assert_eq!(people().await, 2);
        assert_eq!(clinic.waits(&clinic.me).await.len(), 2);
        // With the first of the results that names them, in the act that opens it.
        clinic.writes("It is harmless.").await;
        assert_eq!(clinic.waits(&clinic.me).await.len(), 1);
        assert_eq!(people().await, 4);
    }

    async fn the_file_of_what_is_not_shown_is_not_taken_away(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let binary = |id: &str| json!({ "resourceType": "Binary", "id": id, "contentType": "text/plain", "data": "SGVsbG8=" });
        let letter = |id: &str, url: &str| {
            about_her(
                "DocumentReference",
                id,
                &json!({
                    "status": "current", "type": { "text": "Clinic letter" }, "date": "2026-11-02T10:00:00Z",
                    "content": [{ "attachment": { "contentType": "text/plain", "url": url } }],
                }),
            )
        };
        let redacted = json!({ "security": [{ "code": "REDACTED" }] });
        // What no page shows holds files too.
        let message = |id: &str, url: &str| {
            about_her(
                "Communication",
                id,
                &json!({ "status": "completed", "payload": [{ "contentAttachment": { "contentType": "text/plain", "url": url } }] }),
            )
        };
        clinic
            .receive(&[
                with(message("m4", "Binary/b4"), "meta", redacted.clone()),
                message("m5", "https://surgery.example/fhir/Binary/b5"),
                binary("b4"),
                binary("b5"),
                with(biopsy().remove(0), "presentedForm", json!([{ "contentType": "text/plain", "url": "Binary/b1" }])),
                biopsy().remove(1),
                with(letter("d2", "Binary/b2"), "meta", redacted),
                letter("d3", "Binary/b3"),
                binary("b1"),
                binary("b2"),
                binary("b3"),
            ])
            .await;
        let binaries = async |by: &Actor| {
            let mut out = Vec::new();
            clinic.desk.services.exports.bundle(by, clinic.person, &mut out).await.unwrap();
            let all = resources_of(&String::from_utf8(out).unwrap());
            all.into_keys().filter(|(kind, _)| kind == "Binary").map(|(_, id)| id).collect::<Vec<String>>()
        };
        assert_eq!(binaries(&clinic.me).await, ["b3", "b5"]);
        assert_eq!(binaries(&Actor::Operator).await, ["b1", "b2", "b3", "b4", "b5"]);
        clinic.later(5);
        assert_eq!(binaries(&clinic.me).await, ["b1", "b3", "b5"]);
    }

    async fn the_sample_of_what_waits_is_not_taken_away(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let of = |id: &str| json!({ "reference": format!("Specimen/{id}") });
        let sample = |id: &str| about_her("Specimen", id, &json!({ "type": { "text": "SECRET skin" } }));
        clinic
            .receive(&[
                with(biopsy().remove(0), "specimen", json!([of("s1")])),
                with(biopsy().remove(1), "specimen", of("s2")),
                // What is shown is of the same sample.
                with(weight("o9", "m1", "2026-01-02T10:00:00Z", "70"), "specimen", of("s2")),
                sample("s1"),
                sample("s2"),
                sample("s3"),
            ])
            .await;
        let samples = async |by: &Actor| {
            let mut out = Vec::new();
            clinic.desk.services.exports.bundle(by, clinic.person, &mut out).await.unwrap();
            let all = resources_of(&String::from_utf8(out).unwrap());
            all.into_keys().filter(|(kind, _)| kind == "Specimen").map(|(_, id)| id).collect::<Vec<String>>()
        };
        assert_eq!(samples(&clinic.me).await, ["s2", "s3"]);
        assert_eq!(samples(&Actor::Operator).await, ["s1", "s2", "s3"]);
        clinic.later(5);
        assert_eq!(samples(&clinic.me).await, ["s1", "s2", "s3"]);
    }

    async fn a_document_that_is_the_report_of_a_test_waits_as_a_result_does(place: &Place) {
        let clinic = Clinic::at(place).await;
        let (services, person) = (&clinic.desk.services, clinic.person);
        let records = &services.records;
        clinic.writes_first(&[(ResultKind::Tissue, 5), (ResultKind::Blood, 5)]).await;
        let letter = |id: &str, title: &str, kind: Value, file: Value| about_her("DocumentReference", id, &json!({
            "status": "current", "type": kind, "description": title, "date": "2026-11-20T10:00:00Z", "content": [{ "attachment": file }],
        }));
        let pathology = json!({ "coding": [{ "system": "http://loinc.org", "code": "11526-1", "display": "Pathology study" }] });
        let clinical = "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><code code=\"11502-2\" codeSystem=\"2.16.840.1.113883.6.1\"/>\
                        <title>Laboratory report</title><component><structuredBody><component><section><title>SECRET part</title>\
                        <text>SECRET value</text></section></component></structuredBody></component></ClinicalDocument>";
        let counted = async || {
            let counts = records.overview(&clinic.me, person).await.unwrap().counts;
            let shown: Vec<_> = counts.iter().map(|one| (one.category, one.count, one.latest)).collect();
            (shown, counts.iter().map(|one| one.waiting).sum::<u64>())
        };
        let (before, none) = counted().await;
        assert_eq!(none, 0);
        let reports = [
            letter("d1", "SECRET skin", pathology, json!({ "contentType": "text/html", "url": "Binary/b1" })),
            json!({ "resourceType": "Binary", "id": "b1", "contentType": "text/html", "data": "PHA+TWVsYW5vbWE8L3A+" }),
            letter("d2", "SECRET laboratory", Value::Null, json!({ "contentType": "application/xml", "data": base64_of(clinical) })),
            about_her("Composition", "d3", &json!({
                "status": "final", "type": { "text": "Report" }, "title": "SECRET cytology report", "date": "2026-11-20T10:00:00Z",
                "section": [{ "title": "SECRET part", "text": { "status": "generated", "div": "<div>SECRET words</div>" } }],
            })),
        ];
        clinic.receive(&reports).await;
        assert_eq!(counted().await, (before, 3), "what waits is not counted among what can be read");
        let plain = letter("d4", "Clinic letter", json!({ "text": "Letter" }), json!({ "contentType": "text/plain", "data": "SGVsbG8=" }));
        clinic.receive(&[plain]).await;
        let waits = vec![(ResultWait::Comment, clinic.today_and(5)); 3];
        let of_staff = clinic.desk.lines(&clinic.clinician, person, Category::Document).await;
        assert_eq!(of_staff.len(), 4, "those who give care read it at once");
        let secret = of_staff.into_iter().find(|line| line.title == "SECRET skin").unwrap().id;
        let file = records.entry(&clinic.clinician, person, secret).await.unwrap().documents.files[0].id;
        let found = async |by: &Actor| {
            let asked = SearchAsked { words: "melanoma".to_owned(), ..SearchAsked::default() };
            records.search(by, person, &asked).await.unwrap().found.len()
        };
        let previews = previews(&clinic);
        for (reader, previews) in [(&clinic.me, previews.as_slice()), (&clinic.carer, <&[Preview]>::default())] {
            let lines = clinic.desk.lines(reader, person, Category::Document).await;
            assert_eq!(lines.into_iter().map(|line| line.title).collect::<Vec<_>>(), ["Clinic letter"]);
            let all = all_that(&clinic, reader, previews).await;
            assert!(!all.contains("SECRET") && !all.contains("PHA+TWVsYW5vbWE8L3A+"), "{all}");
            assert_eq!(clinic.waits(reader).await, waits, "the page says that something has come");
            assert_eq!(found(reader).await, 0);
            assert!(matches!(records.entry(reader, person, secret).await, Err(ServiceError::NotFound)));
            let taken = records.document(reader, person, (secret, file), service::FileForm::Original).await;
            assert!(matches!(taken, Err(ServiceError::NotFound)));
        }
        // A clinician is asked to write about each, and what they wrote stands with it.
        assert_eq!(services.work.list(&clinic.clinician).await.unwrap().len(), 3);
        let lead = clinic.writes("It is harmless.").await;
        assert_eq!(clinic.said(&clinic.me, lead).await.as_deref(), Some("It is harmless."));
        assert_eq!(clinic.waits(&clinic.me).await.len(), 2);
        // The others open by themselves.
        clinic.later(5);
        for reader in [&clinic.me, &clinic.carer] {
            assert_eq!(clinic.desk.lines(reader, person, Category::Document).await.len(), 4);
            assert_eq!(found(reader).await, 1);
        }
        // One that says something else waits anew.
        let changed = with(reports[3].clone(), "section", json!([{ "title": "SECRET part", "text": { "status": "generated", "div": "<div>Other</div>" } }]));
        clinic.receive(&[changed]).await;
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Comment, clinic.today_and(5))]);
    }

    async fn the_pictures_of_a_report_wait_with_it(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let slide = about_her("Media", "x1", &json!({
            "status": "completed", "view": { "text": "SECRET slide" }, "createdDateTime": "2026-11-20T10:00:00Z",
            "content": { "contentType": "image/png", "data": "iVBORw0KGgo=" },
        }));
        clinic.receive(&[with(biopsy().remove(0), "media", json!([{ "link": { "reference": "Media/x1" } }])), biopsy().remove(1), slide]).await;
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Comment, clinic.today_and(5))]);
        assert!(!all_that(&clinic, &clinic.me, &previews(&clinic)).await.contains("SECRET"));
        clinic.later(5);
        assert!(clinic.titles(&clinic.me).await.contains(&"SECRET slide".to_owned()));
        let shown = clinic.desk.services.records.entry(&clinic.me, clinic.person, clinic.biopsy().await).await.unwrap();
        let pictures: Vec<String> = shown.result.unwrap().pictures.into_iter().map(|line| line.title).collect();
        assert_eq!(pictures, ["SECRET slide"]);
    }

    async fn nobody_finds_what_waits_by_the_words_of_its_file(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        // "<p>Melanoma</p>", with the report and, as the same file, with a letter.
        let file = json!({ "contentType": "text/html", "data": "PHA+TWVsYW5vbWE8L3A+" });
        let letter = json!({ "status": "current", "type": { "text": "Clinic letter" }, "date": "2026-11-02T10:00:00Z", "content": [{ "attachment": file }] });
        clinic.receive(&[
            with(biopsy().remove(0), "presentedForm", json!([file])),
            biopsy().remove(1),
            about_her("DocumentReference", "d2", &letter),
        ]).await;
        let look = async |by: &Actor| {
            let asked = SearchAsked { words: "melanoma".to_owned(), ..SearchAsked::default() };
            let page = clinic.desk.services.records.search(by, clinic.person, &asked).await.unwrap();
            (page.found.into_iter().map(|one| one.line.title).collect::<BTreeSet<_>>(), page.near)
        };
        let both = BTreeSet::from([TITLE.to_owned(), "Clinic letter".to_owned()]);
        for by in [&clinic.me, &clinic.carer] {
            assert_eq!(look(by).await, (BTreeSet::new(), false));
        }
        clinic.later(5);
        for by in [&clinic.me, &clinic.carer, &clinic.clinician] {
            assert_eq!(look(by).await, (both.clone(), false));
        }
    }

    async fn a_clinician_writes_once_and_the_words_stand_with_the_result(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        clinic.receive(&biopsy()).await;
        let services = &clinic.desk.services;
        let items = services.work.list(&clinic.clinician).await.unwrap();
        let [item] = items.as_slice() else { panic!("one thing waits: {items:?}") };
        assert_eq!((item.kind, item.person), (domain::team::WorkKind::ResultComment, clinic.person));
        let lead = EntryId::from_uuid(item.about);
        assert_eq!(lead, clinic.biopsy().await);
        let releases = &services.releases;
        let seen = releases.to_comment(&clinic.clinician, clinic.person, lead).await.unwrap();
        assert_eq!(seen.entries.iter().map(|one| one.line.title.as_str()).collect::<Vec<_>>(), [TITLE, "SECRET finding"]);
        assert_eq!((seen.until, seen.open, seen.asks), (clinic.today_and(5), false, false));
        // Nobody else reads or writes here.
        let elsewhere = services.organisations.ensure(&Actor::Operator, "A81002", "Hilltop Surgery", OrganisationKind::Practice).await.unwrap();
        let stranger = clinic.desk.clinician_at(&elsewhere).await;
        for other in [&stranger, &clinic.manager, &clinic.me, &clinic.carer] {
            let outcome = releases.to_comment(other, clinic.person, lead).await;
            assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
        }
        let form = ResultCommentForm {
            act: ResultCommentForm::WRITE.to_owned(),
            words: "It is harmless. We see you in a year.".to_owned(),
            seen: seen.seen.clone(),
            submission: services.core.new_id(),
        };
        assert_eq!(sentence(releases.comment(&clinic.clinician, item.id, &ResultCommentForm { words: String::new(), ..form.clone() }).await), "Write to the person what the result means, and what happens next");
        assert_eq!(sentence(releases.comment(&clinic.clinician, item.id, &ResultCommentForm { act: String::new(), ..form.clone() }).await), "Choose what to do");
        // It has changed since it was seen.
        let corrected = with(biopsy().remove(0), "conclusion", json!("SECRET corrected conclusion"));
        clinic.receive(&[corrected]).await;
        assert_eq!(sentence(releases.comment(&clinic.clinician, item.id, &form).await), "This has just changed. Look at it again, then choose what to do");
        assert!(!clinic.reads(&clinic.me).await, "a newer version opens nothing");
        let seen = releases.to_comment(&clinic.clinician, clinic.person, lead).await.unwrap().seen;
        let form = ResultCommentForm { seen, ..form };
        clinic.later(1);
        for _ in 0..2 {
            releases.comment(&clinic.clinician, item.id, &form).await.unwrap();
        }
        let second = ResultCommentForm { submission: services.core.new_id(), ..form.clone() };
        let colleague = clinic.desk.clinician_at(&clinic.desk.practice).await;
        assert!(!sentence(releases.comment(&colleague, item.id, &second).await).is_empty());
        assert_eq!(services.work.list(&clinic.clinician).await.unwrap(), []);
        assert_eq!(clinic.actions(Action::ResultCommented).await, 1);
        for reader in [&clinic.me, &clinic.carer, &clinic.clinician] {
            let entry = services.records.entry(reader, clinic.person, lead).await.unwrap();
            let words = entry.words.unwrap();
            assert_eq!((words.words.as_str(), words.name.as_str(), words.organisation.as_str()), (form.words.as_str(), "Dr Anita Shah", "Riverside Surgery"));
        }
        // Of what the words may tell, somebody reads them only to whom all of it is open.
        services.hidings.hide_entry(&clinic.me, clinic.person, seen_of(&clinic, "SECRET finding").await, service::HiddenFrom::All).await.unwrap();
        assert_eq!(services.records.entry(&clinic.carer, clinic.person, lead).await.unwrap().words, None);
        assert!(services.records.entry(&clinic.me, clinic.person, lead).await.unwrap().words.is_some());
        // What was shown stays so where what comes later says the same.
        let again = with(biopsy().remove(0), "conclusion", json!("SECRET corrected conclusion"));
        clinic.receive(&[with(again, "performer", json!([{ "display": "Dr Obi" }]))]).await;
        assert!(clinic.reads(&clinic.me).await);
    }

    async fn one_result_that_is_in_no_report_waits_by_a_rule_or_because_its_source_marked_it(place: &Place) {
        let clinic = Clinic::at(place).await;
        let single = |id: &str, title: &str| about_her("Observation", id, &json!({
            "status": "final", "category": lab(), "code": { "text": title }, "effectiveDateTime": "2026-11-01",
            "issued": "2026-11-20T10:00:00Z", "valueString": "Seen",
        }));
        let marked = |id: &str, title: &str| {
            with(single(id, title), "meta", json!({ "security": [{ "code": "TBOO" }] }))
        };
        // Marked, where the practice has no rule.
        clinic.receive(&[marked("s1", "Marked one"), single("s2", "Plain one")]).await;
        let own = clinic.today_and(OWN_DAYS);
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Comment, own)]);
        let titles = clinic.titles(&clinic.me).await;
        assert!(titles.iter().any(|title| title == "Plain one") && !titles.iter().any(|title| title == "Marked one"), "{titles:?}");
        // What the person chooses later takes nothing from that.
        clinic.choose(&[(ResultKind::Scan, ResultChoice::AfterComment)]).await;
        clinic.choose(&[]).await;
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Comment, own)]);
        // By a rule about its kind, marked or not.
        clinic.writes_first(&[(ResultKind::Blood, 3)]).await;
        clinic.receive(&[single("s3", "Third one"), marked("s4", "Fourth one")]).await;
        let ends: Vec<_> = clinic.waits(&clinic.me).await.into_iter().map(|(_, until)| until).collect();
        let by_rule = clinic.today_and(3);
        assert_eq!((ends.len(), ends.iter().filter(|until| **until == by_rule).count()), (3, 2));
        // A clinician writes about the one, and it alone opens.
        let releases = &clinic.desk.services.releases;
        let lead = clinic.desk.lines(&clinic.clinician, clinic.person, Category::Result).await.into_iter()
            .find(|line| line.title == "Marked one").unwrap().id;
        let items = clinic.desk.services.work.list(&clinic.clinician).await.unwrap();
        assert_eq!(items.len(), 3);
        let item = items.iter().find(|item| item.about == lead.as_uuid()).unwrap();
        let seen = releases.to_comment(&clinic.clinician, clinic.person, lead).await.unwrap();
        assert_eq!(seen.entries.iter().map(|one| one.line.title.as_str()).collect::<Vec<_>>(), ["Marked one"]);
        let form = ResultCommentForm {
            act: ResultCommentForm::WRITE.to_owned(),
            words: "We talked about this today.".to_owned(),
            seen: seen.seen,
            submission: clinic.desk.services.core.new_id(),
        };
        releases.comment(&clinic.clinician, item.id, &form).await.unwrap();
        let titles = clinic.titles(&clinic.me).await;
        assert!(titles.iter().any(|title| title == "Marked one") && !titles.iter().any(|title| title == "Fourth one"), "{titles:?}");
        assert_eq!(clinic.waits(&clinic.me).await.len(), 2);
        let words = clinic.desk.services.records.entry(&clinic.me, clinic.person, lead).await.unwrap().words.unwrap();
        assert_eq!(words.words, "We talked about this today.");
    }

    async fn a_part_of_what_waits_is_in_no_line_of_its_own_either(place: &Place) {
        let clinic = Clinic::at(place).await;
        let hdl = |number: f64| json!({
            "code": { "coding": [{ "system": "http://loinc.org", "code": "14646-4" }], "text": "HDL cholesterol" },
            "valueQuantity": { "value": number, "unit": "mmol/L" },
        });
        let result = |id: &str, at: &str, more: Value| {
            let one = about_her("Observation", id, &json!({ "status": "final", "category": lab(), "effectiveDateTime": at, "issued": "2026-11-20T10:00:00Z" }));
            more.as_object().unwrap().iter().fold(one, |one, (field, value)| with(one, field, value.clone()))
        };
        clinic.receive(&[
            result("h1", "2026-11-01", hdl(1.3)),
            result("p1", "2026-11-02", json!({
                "meta": { "security": [{ "code": "TBOO" }] }, "component": [hdl(1.4)],
                "code": { "coding": [{ "system": "http://loinc.org", "code": "57698-3" }], "text": "Lipid panel" },
            })),
        ]).await;
        let id = clinic.desk.titled(clinic.person, Category::Result, "HDL cholesterol").await;
        let texts = async |reader: &Actor| {
            let asked = service::TrendAsked::of(domain::result::TrendSpan::All);
            let seen = clinic.desk.services.records.trend(reader, clinic.person, id, asked).await.unwrap();
            seen.points.into_iter().map(|point| point.value.text).collect::<Vec<_>>()
        };
        assert_eq!(texts(&clinic.me).await, ["1.3"]);
        assert_eq!(texts(&clinic.carer).await, ["1.3"]);
        assert_eq!(texts(&clinic.clinician).await, ["1.4", "1.3"]);
        clinic.writes("We talked about this today.").await;
        assert_eq!(texts(&clinic.me).await, ["1.4", "1.3"]);
    }

    async fn what_changes_waits_anew_and_the_version_before_stays_to_be_read(place: &Place) {
        let clinic = Clinic::at(place).await;
        let (services, person) = (&clinic.desk.services, clinic.person);
        let (records, releases) = (&services.records, &services.releases);
        let report = |status: &str, conclusion: &str| {
            with(with(biopsy().remove(0), "status", json!(status)), "conclusion", json!(conclusion))
        };
        let not_found = |outcome: Result<service::EntryView, ServiceError>| matches!(outcome, Err(ServiceError::NotFound));
        clinic.receive(&[report("preliminary", "SECRET early"), biopsy().remove(1)]).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        clinic.receive(&[with(report("preliminary", "SECRET early"), "performer", json!([{ "display": "Dr Obi" }]))]).await;
        assert!(clinic.reads(&clinic.me).await, "it says the same");
        let id = clinic.biopsy().await;
        assert_eq!(records.version_before(&clinic.me, person, id).await.unwrap(), None);

        clinic.receive(&[report("final", "SECRET late")]).await;
        let until = clinic.today_and(5);
        let stranger = clinic.desk.account_of(&[]).await;
        let chain = stranger.account().unwrap().as_uuid();
        let before = clinic.desk.events(chain).await;
        assert!(matches!(services.profile.entry_with_notes(&stranger, person, id).await, Err(ServiceError::NotFound)));
        assert!(matches!(records.version_before(&stranger, person, id).await, Err(ServiceError::NotFound)));
        assert_eq!(clinic.desk.events(chain).await, before + 1, "one look is refused once");
        let waits_with = async |words: &str, number: i32, until: DateTime<Utc>| {
            for reader in [&clinic.me, &clinic.carer] {
                assert!(!clinic.reads(reader).await && not_found(records.entry(reader, person, id).await));
                assert_eq!(clinic.waits(reader).await, [(ResultWait::Comment, until)]);
                assert_eq!(records.results(reader, person, None).await.unwrap().waiting[0].before, [id]);
                assert_eq!(records.version_before(reader, person, id).await.unwrap(), Some(number));
                let before = records.entry_version(reader, person, id, number).await.unwrap();
                assert_eq!(before.newer_by, Some(until));
                assert!(before.details.iter().any(|detail| detail.value == words), "{before:?}");
                assert!(before.versions.iter().all(|version| version.number <= number && !version.current), "{before:?}");
                assert!(not_found(records.entry_version(reader, person, id, number + 1).await));
            }
            let mut out = Vec::new();
            services.exports.bundle(&clinic.me, person, &mut out).await.unwrap();
            assert!(String::from_utf8(out).unwrap().contains(words));
        };
        waits_with("SECRET early", 2, until).await;
        assert!(!all_that(&clinic, &clinic.me, &previews(&clinic)).await.contains("SECRET late"));
        assert!(clinic.reads(&clinic.clinician).await, "whoever gives care reads the newest");
        assert_eq!(records.version_before(&clinic.clinician, person, id).await.unwrap(), None);

        // What comes meanwhile comes with it, and puts nothing off.
        clinic.later(2);
        clinic.receive(&[report("amended", "SECRET later still")]).await;
        waits_with("SECRET early", 2, until).await;
        let item = services.work.list(&clinic.clinician).await.unwrap().remove(0);
        let seen = releases.to_comment(&clinic.clinician, person, EntryId::from_uuid(item.about)).await.unwrap();
        assert!(seen.was_shown && seen.entries.iter().map(|one| one.line.id).eq([id]));
        let form = ResultCommentForm {
            act: ResultCommentForm::WRITE.to_owned(),
            words: "It is harmless.".to_owned(),
            seen: seen.seen,
            submission: services.core.new_id(),
        };
        releases.comment(&clinic.clinician, item.id, &form).await.unwrap();
        let said = async |version: Option<i32>| {
            let seen = match version {
                Some(number) => records.entry_version(&clinic.me, person, id, number).await.unwrap(),
                None => records.entry(&clinic.me, person, id).await.unwrap(),
            };
            seen.words.map(|words| words.words)
        };
        assert!(clinic.reads(&clinic.me).await && clinic.reads(&clinic.carer).await);
        assert_eq!((said(None).await.as_deref(), said(Some(2)).await), (Some("It is harmless."), None));

        // Another change is another thing to write about; it opens by itself, and the words stay with what they are about.
        clinic.receive(&[report("corrected", "SECRET fourth")]).await;
        waits_with("SECRET later still", 4, clinic.today_and(5)).await;
        assert_eq!(said(Some(4)).await.as_deref(), Some("It is harmless."));
        assert_eq!(services.work.list(&clinic.clinician).await.unwrap().len(), 1);
        clinic.later(5);
        assert!(clinic.reads(&clinic.me).await && clinic.reads(&clinic.carer).await);
        assert_eq!((said(None).await, said(Some(4)).await.as_deref()), (None, Some("It is harmless.")));
        assert_eq!(records.version_before(&clinic.me, person, id).await.unwrap(), None);

        // What its source takes back is gone with all its versions.
        clinic.receive(&[report("amended", "SECRET fifth")]).await;
        assert!(records.version_before(&clinic.me, person, id).await.unwrap().is_some());
        clinic.receive(&[report("entered-in-error", "SECRET fifth")]).await;
        assert_eq!(records.version_before(&clinic.me, person, id).await.unwrap(), None);
        assert!(not_found(records.entry_version(&clinic.me, person, id, 2).await));
    }

    async fn words_stand_beside_what_they_are_about_and_for_whom_all_of_it_is_open(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5), (ResultKind::Blood, 5)]).await;
        clinic.receive(&biopsy()).await;
        let id = clinic.writes("The skin is fine, the finding is not.").await;
        let hidden = seen_of(&clinic, "SECRET finding").await;
        clinic.desk.services.hidings.hide_entry(&clinic.me, clinic.person, hidden, service::HiddenFrom::All).await.unwrap();
        assert_eq!(clinic.said(&clinic.carer, id).await, None);
        // What is hidden waits anew by itself.
        clinic.receive(&[with(biopsy().remove(1), "valueString", json!("SECRET other value"))]).await;
        assert_eq!(clinic.waits(&clinic.me).await.len(), 1);
        assert!(clinic.said(&clinic.me, id).await.is_some());
        assert_eq!(clinic.said(&clinic.carer, id).await, None);
        // The same once more, by another author; then something else, shown at once.
        clinic.writes_first(&[]).await;
        let report = with(biopsy().remove(0), "performer", json!([{ "display": "Dr Obi" }]));
        clinic.receive(std::slice::from_ref(&report)).await;
        assert!(clinic.said(&clinic.me, id).await.is_some());
        clinic.later(5);
        clinic.receive(&[with(report, "conclusion", json!("SECRET other conclusion"))]).await;
        assert!(clinic.reads(&clinic.me).await);
        assert_eq!(clinic.said(&clinic.me, id).await, None);
    }

    async fn what_changes_after_it_was_written_about_is_to_be_written_about_again(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        clinic.choose(&[(ResultKind::Tissue, ResultChoice::WithSomeone)]).await;
        clinic.receive(&biopsy()).await;
        let id = clinic.writes("All normal.").await;
        let services = &clinic.desk.services;
        let until = clinic.today_and(LONGEST_DAYS);
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Ready, until)]);
        assert_eq!(services.work.list(&clinic.clinician).await.unwrap(), []);
        clinic.later(1);
        clinic.receive(&[with(biopsy().remove(0), "conclusion", json!("SECRET other conclusion"))]).await;
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Ready, until)], "its day is not put off");
        assert_eq!(services.work.list(&clinic.clinician).await.unwrap().len(), 1);
        let waiting = services.records.results(&clinic.me, clinic.person, None).await.unwrap().waiting.remove(0).id;
        services.releases.open(&clinic.me, clinic.person, waiting).await.unwrap();
        assert!(clinic.reads(&clinic.me).await);
        assert_eq!(clinic.said(&clinic.me, id).await, None, "nobody has written about this one");
        clinic.writes("Please come and see us.").await;
        assert_eq!(clinic.said(&clinic.me, id).await.as_deref(), Some("Please come and see us."));
        assert_eq!(services.work.list(&clinic.clinician).await.unwrap(), []);
    }

    async fn what_comes_by_way_of_a_version_that_may_not_be_shown_waits_too(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Blood, 5)]).await;
        let sodium = |status: &str, value: &str| {
            let one = with(with(biopsy().remove(1), "code", json!({ "text": "Sodium" })), "status", json!(status));
            with(one, "valueString", json!(value))
        };
        let shown = async || clinic.titles(&clinic.me).await.contains(&"Sodium".to_owned());
        clinic.receive(&[sodium("final", "140")]).await;
        let id = clinic.writes("It is fine.").await;
        assert!(shown().await);
        clinic.later(1);
        clinic.receive(&[sodium("preliminary", "120")]).await;
        assert!(!shown().await);
        clinic.receive(&[sodium("amended", "121")]).await;
        assert!(!shown().await);
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Comment, clinic.today_and(5))]);
        // Back and forth once more puts nothing off, and asks nobody twice.
        clinic.later(1);
        clinic.receive(&[sodium("preliminary", "122")]).await;
        clinic.receive(&[sodium("amended", "123")]).await;
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Comment, clinic.today_and(4))]);
        assert_eq!(clinic.desk.services.work.list(&clinic.clinician).await.unwrap().len(), 1);
        clinic.writes("It is low.").await;
        assert!(shown().await);
        assert_eq!(clinic.said(&clinic.me, id).await.as_deref(), Some("It is low."));
    }

    async fn what_nobody_wrote_about_is_asked_once_when_it_waits_anew(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 3)]).await;
        let report = with(biopsy().remove(0), "result", json!([]));
        clinic.receive(std::slice::from_ref(&report)).await;
        let first = clinic.desk.services.work.list(&clinic.clinician).await.unwrap().remove(0);
        clinic.later(3);
        clinic.receive(&[with(report, "conclusion", json!("SECRET other conclusion"))]).await;
        let items = clinic.desk.services.work.list(&clinic.clinician).await.unwrap();
        assert!(items.len() == 1 && items[0].id != first.id, "{items:?}");
        let id = clinic.biopsy().await;
        clinic.writes("We looked again.").await;
        assert_eq!(clinic.said(&clinic.me, id).await.as_deref(), Some("We looked again."));
        assert_eq!(clinic.desk.services.work.list(&clinic.clinician).await.unwrap(), []);
    }

    async fn a_mark_that_comes_later_lets_it_wait_for_words_and_no_longer(place: &Place) {
        let clinic = Clinic::at(place).await;
        let services = &clinic.desk.services;
        clinic.choose(&[(ResultKind::Tissue, ResultChoice::WithSomeone), (ResultKind::Blood, ResultChoice::WithSomeone)]).await;
        let marked = |one: Value| with(one, "meta", json!({ "security": [{ "code": "TBOO" }] }));
        let report = with(biopsy().remove(0), "result", json!([]));
        let promised = clinic.today_and(LONGEST_DAYS);
        clinic.receive(&[report.clone(), biopsy().remove(1)]).await;
        clinic.later(2);
        clinic.receive(&[marked(with(report, "conclusion", json!("SECRET other conclusion")))]).await;
        let words = clinic.today_and(OWN_DAYS);
        let both = BTreeSet::from([(true, words), (false, promised)]);
        let waits = async || clinic.waits(&clinic.me).await.into_iter().map(|(what, until)| (what == ResultWait::Comment, until)).collect::<BTreeSet<_>>();
        assert_eq!(waits().await, both, "the finding by itself was not marked");
        assert_eq!(services.work.list(&clinic.clinician).await.unwrap().len(), 1);
        // What the person chooses takes nothing from that.
        clinic.choose(&[(ResultKind::Blood, ResultChoice::WithSomeone)]).await;
        clinic.choose(&[(ResultKind::Tissue, ResultChoice::WithSomeone), (ResultKind::Blood, ResultChoice::WithSomeone)]).await;
        assert_eq!(waits().await, both);
        // A marked report comes after the finding that it names.
        let second = with(biopsy().remove(0), "id", json!("r2"));
        clinic.receive(&[marked(second)]).await;
        assert_eq!(waits().await, BTreeSet::from([(true, words)]));
        assert_eq!(services.work.list(&clinic.clinician).await.unwrap().len(), 2);
        for words in ["One.", "Two."] {
            clinic.writes(words).await;
        }
        assert_eq!(waits().await, BTreeSet::from([(false, promised)]));
    }

    async fn a_letter_that_refers_to_a_result_waits_with_it(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let letter = |id: &str, title: &str, field: &str, value: Value| {
            let attachment = json!({ "contentType": "text/plain", "data": BASE64_STANDARD.encode("Dear Mrs Ellis") });
            let one = json!({ "status": "current", "description": title, "date": "2026-11-20T10:00:00Z", "content": [{ "attachment": attachment }] });
            with(about_her("DocumentReference", id, &one), field, value)
        };
        let related = |key: &str| json!({ "related": [{ "reference": key }] });
        let mut all = biopsy();
        all.extend([
            letter("d1", "SECRET letter", "context", related("DiagnosticReport/r1")),
            letter("d2", "Plain letter", "context", json!({})),
            letter("d3", "Appointment letter", "context", related("DiagnosticReport/r1")),
            letter("d4", "Letter about weight", "context", related("Observation/o9")),
        ]);
        clinic.receive(&all).await;
        clinic.later(1);
        let appends = json!([{ "code": "appends", "target": { "reference": "Observation/o1" } }]);
        clinic.receive(&[letter("d5", "SECRET second letter", "relatesTo", appends)]).await;
        let letters = async |reader: &Actor| {
            let lines = clinic.desk.lines(reader, clinic.person, Category::Document).await;
            lines.into_iter().map(|line| line.title).collect::<BTreeSet<_>>()
        };
        let open = BTreeSet::from(["Appointment letter", "Letter about weight", "Plain letter"].map(ToOwned::to_owned));
        let whole = BTreeSet::from(
            ["Appointment letter", "Letter about weight", "Plain letter", "SECRET letter", "SECRET second letter"].map(ToOwned::to_owned),
        );
        let (reader, _) = clinic.desk.carer_of(clinic.person, Scopes::NONE.with(domain::scope::Scope::Documents), Labels::all()).await;
        for somebody in [&clinic.me, &clinic.carer, &reader] {
            assert_eq!(letters(somebody).await, open);
        }
        assert_eq!(letters(&clinic.clinician).await, whole);
        // A letter tells nobody that a result waits who may not know of results.
        assert_eq!((clinic.waits(&clinic.me).await.len(), clinic.waits(&reader).await.len()), (1, 0));
        assert!(!all_that(&clinic, &clinic.me, &previews(&clinic)).await.contains("SECRET"));
        clinic.writes("Please read this first.").await;
        for somebody in [&clinic.me, &clinic.carer, &reader] {
            assert_eq!(letters(somebody).await, whole);
        }
    }

    async fn a_document_that_reports_a_test_waits_with_the_result_to_which_it_refers(place: &Place) {
        let clinic = Clinic::at(place).await;
        let report = |id: &str, title: &str| {
            let attachment = json!({ "contentType": "text/plain", "data": BASE64_STANDARD.encode("Dear Mrs Ellis") });
            about_her("DocumentReference", id, &json!({
                "status": "current", "description": title, "date": "2026-11-20T10:00:00Z", "content": [{ "attachment": attachment }],
                "context": { "related": [{ "reference": "DiagnosticReport/r1" }] },
            }))
        };
        let marked = with(biopsy().remove(0), "result", json!([]));
        let marked = with(marked, "meta", json!({ "security": [{ "code": "TBOO" }] }));
        // Nobody writes first about its kind, and so only what it refers to lets it wait.
        clinic.receive(&[marked, report("d1", "SECRET histology report")]).await;
        clinic.later(1);
        clinic.receive(&[report("d2", "SECRET second histology report")]).await;
        let reports = async |reader: &Actor| clinic.desk.lines(reader, clinic.person, Category::Document).await.len();
        for somebody in [&clinic.me, &clinic.carer] {
            assert_eq!(reports(somebody).await, 0);
            assert_eq!(clinic.waits(somebody).await, [(ResultWait::Comment, clinic.today_and(OWN_DAYS - 1))]);
        }
        assert_eq!(clinic.desk.services.work.list(&clinic.clinician).await.unwrap().len(), 1);
        clinic.writes("Please read this first.").await;
        assert!(clinic.reads(&clinic.me).await);
        assert_eq!((reports(&clinic.me).await, reports(&clinic.carer).await), (2, 2));
    }

    async fn a_letter_about_several_results_opens_with_the_last_of_them(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let report = |id: &str| with(with(biopsy().remove(0), "id", json!(id)), "result", json!([]));
        let letter = |id: &str| letter_about(id, &["DiagnosticReport/r1", "DiagnosticReport/r2", "DiagnosticReport/r3"]);
        let letters = async || clinic.desk.lines(&clinic.me, clinic.person, Category::Document).await.len();
        clinic.receive(&[report("r1"), letter("d1")]).await;
        clinic.later(1);
        // The first letter waits already when the second result comes.
        clinic.receive(&[report("r2"), letter("d2")]).await;
        assert_eq!((letters().await, clinic.waits(&clinic.me).await.len()), (0, 2));
        clinic.writes("One.").await;
        assert_eq!((letters().await, clinic.waits(&clinic.me).await.len()), (0, 1));
        // What the person chooses opens no letter before its results.
        clinic.choose(&[(ResultKind::Blood, ResultChoice::WithSomeone)]).await;
        assert_eq!(letters().await, 0);
        clinic.writes("Two.").await;
        assert_eq!((letters().await, clinic.waits(&clinic.me).await.len()), (2, 0));
        assert!(clinic.desk.services.work.list(&clinic.clinician).await.unwrap().is_empty());
        // Where nobody writes it opens by the time of the last.
        let others = letter_about("d3", &["DiagnosticReport/r4", "DiagnosticReport/r5"]);
        clinic.receive(&[report("r4")]).await;
        clinic.later(2);
        clinic.receive(&[report("r5"), others]).await;
        for (days, many) in [(3, 2), (1, 2), (1, 3)] {
            clinic.later(days);
            assert_eq!(letters().await, many);
        }
    }

    async fn a_letter_that_waits_waits_for_what_its_newer_version_refers_to(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let report = |id: &str| with(with(biopsy().remove(0), "id", json!(id)), "result", json!([]));
        let letters = async || clinic.desk.lines(&clinic.me, clinic.person, Category::Document).await.len();
        clinic.receive(&[report("r1"), letter_about("d1", &["DiagnosticReport/r1"])]).await;
        clinic.later(1);
        clinic.receive(&[report("r2"), letter_about("d1", &["DiagnosticReport/r1", "DiagnosticReport/r2"])]).await;
        for (days, many) in [(4, 0), (1, 1)] {
            clinic.later(days);
            assert_eq!(letters().await, many);
        }
    }

    async fn a_letter_keeps_nothing_on_the_list_that_is_over(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 3)]).await;
        let report = with(biopsy().remove(0), "result", json!([]));
        clinic.receive(&[report.clone(), letter_about("d1", &["DiagnosticReport/r1"])]).await;
        let first = clinic.desk.services.work.list(&clinic.clinician).await.unwrap().remove(0);
        clinic.later(3);
        clinic.receive(&[with(report, "conclusion", json!("SECRET other conclusion"))]).await;
        let items = clinic.desk.services.work.list(&clinic.clinician).await.unwrap();
        assert!(items.len() == 1 && items[0].id != first.id, "{items:?}");
        assert_eq!(clinic.desk.lines(&clinic.me, clinic.person, Category::Document).await.len(), 1, "it was shown");
    }

    async fn what_is_taken_back_while_it_waits_is_told_nowhere_and_the_rest_waits_on(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        clinic.receive(&biopsy()).await;
        let until = clinic.today_and(5);
        let asked = async || clinic.desk.services.work.list(&clinic.clinician).await.unwrap().len();
        let mistake = |at: usize| with(biopsy().remove(at), "status", json!("entered-in-error"));
        clinic.later(1);
        // A value of the report.
        clinic.receive(&[mistake(1)]).await;
        assert_eq!((clinic.waits(&clinic.me).await, asked().await), (vec![(ResultWait::Comment, until)], 1));
        // The report too: nothing is left of it, and nobody is asked for words about nothing.
        clinic.receive(&[mistake(0)]).await;
        assert_eq!((clinic.waits(&clinic.me).await, asked().await), (vec![], 0));
        let told = clinic.desk.services.records.overview(&clinic.me, clinic.person).await.unwrap();
        assert_eq!(told.counts.iter().map(|one| one.waiting).sum::<u64>(), 0);
        assert!(!all_that(&clinic, &clinic.me, &previews(&clinic)).await.contains("SECRET"));
        // What was no mistake waits until the day that was promised, and is to be written about.
        clinic.receive(&[with(biopsy().remove(1), "valueString", json!("SECRET value after all"))]).await;
        assert_eq!((clinic.waits(&clinic.me).await, asked().await), (vec![(ResultWait::Comment, until)], 1));
        clinic.writes("It is harmless.").await;
        assert_eq!(asked().await, 0);
        let titles = clinic.titles(&clinic.me).await;
        assert!(titles.contains(&"SECRET finding".to_owned()) && !titles.contains(&TITLE.to_owned()), "{titles:?}");
        let found = clinic.desk.titled(clinic.person, Category::Result, "SECRET finding").await;
        assert_eq!(clinic.said(&clinic.me, found).await.as_deref(), Some("It is harmless."));
    }

    async fn a_message_about_a_result_waits_as_a_letter_does(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let report = with(biopsy().remove(0), "result", json!([]));
        let message = |id: &str, field: &str| {
            let fields = json!({ "status": "completed", "sent": "2026-11-20T10:00:00Z", "payload": [{ "contentString": "SECRET words" }] });
            with(about_her("Communication", id, &fields), field, json!([{ "reference": "DiagnosticReport/r1" }]))
        };
        clinic.receive(&[report, message("m1", "about"), message("m2", "reasonReference")]).await;
        for (days, many) in [(4, 0), (1, 2)] {
            clinic.later(days);
            assert_eq!(clinic.desk.lines(&clinic.me, clinic.person, Category::Document).await.len(), many);
        }
    }

    async fn a_letter_about_a_letter_waits_for_none(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let report = with(biopsy().remove(0), "result", json!([]));
        clinic.receive(&[report, letter_about("d1", &["DiagnosticReport/r1"])]).await;
        clinic.receive(&[letter_about("d2", &["DocumentReference/d1"])]).await;
        assert_eq!(clinic.desk.lines(&clinic.me, clinic.person, Category::Document).await.len(), 1);
    }

    async fn a_letter_that_was_shown_can_be_read_as_it_was_while_it_waits(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let report = |id: &str| with(with(biopsy().remove(0), "id", json!(id)), "result", json!([]));
        let letter = letter_about("d1", &[]);
        clinic.receive(std::slice::from_ref(&letter)).await;
        let id = clinic.desk.lines(&clinic.me, clinic.person, Category::Document).await.remove(0).id;
        let (reader, _) = clinic.desk.carer_of(clinic.person, Scopes::NONE.with(domain::scope::Scope::Documents), Labels::all()).await;
        let before = async |reader: &Actor| {
            let page = clinic.desk.services.records.results(reader, clinic.person, None).await.unwrap();
            page.waiting.into_iter().flat_map(|one| one.before).collect::<Vec<_>>()
        };
        let newer = |keys: &[&str], words: &str| {
            let attachment = json!({ "contentType": "text/plain", "data": BASE64_STANDARD.encode(words) });
            with(letter_about("d1", keys), "content", json!([{ "attachment": attachment }]))
        };
        // With one result, and with several that do not wait as one.
        for (keys, words) in [(&["DiagnosticReport/r1"][..], "SECRET one"), (&["DiagnosticReport/r2", "DiagnosticReport/r3"][..], "SECRET two")] {
            for key in keys {
                clinic.receive(&[report(key.trim_start_matches("DiagnosticReport/"))]).await;
            }
            clinic.later(1);
            clinic.receive(&[newer(keys, words)]).await;
            assert!(clinic.desk.lines(&clinic.me, clinic.person, Category::Document).await.is_empty());
            assert_eq!(before(&clinic.me).await, [id]);
            assert!(before(&reader).await.is_empty(), "who may not know of results learns of none by a letter");
            clinic.later(5);
            assert!(before(&clinic.me).await.is_empty());
        }
    }

    async fn words_are_read_without_the_letters_about_a_result(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let report = with(biopsy().remove(0), "result", json!([]));
        clinic.receive(&[report, letter_about("d1", &["DiagnosticReport/r1"])]).await;
        let (reader, _) = clinic.desk.carer_of(clinic.person, Scopes::NONE.with(domain::scope::Scope::Tests), Labels::all()).await;
        let id = clinic.writes("It is benign.").await;
        for somebody in [&clinic.me, &clinic.carer, &reader] {
            assert_eq!(clinic.said(somebody, id).await.as_deref(), Some("It is benign."));
        }
    }

    async fn an_order_of_another_source_is_not_back_while_its_answer_waits(place: &Place) {
        let clinic = Clinic::at(place).await;
        let services = &clinic.desk.services;
        clinic.choose(&[(ResultKind::Blood, ResultChoice::WithSomeone)]).await;
        let number = json!({ "system": "https://riverside.example/orders", "value": "A1" });
        clinic.receive(&[json!({
            "resourceType": "ServiceRequest", "id": "s1", "status": "active", "intent": "order", "subject": { "reference": "Patient/m1" },
            "category": lab(), "code": { "text": "Kidney tests" }, "identifier": [number],
        })]).await;
        let hospital = services.organisations.ensure(&Actor::Operator, "RX1", "Hospital Laboratory", OrganisationKind::Hospital).await.unwrap();
        clinic.desk.import_from(&hospital, bundle("collection", &[
            patient("m1", Some("9990548609"), "Ellis", "1948-11-04"),
            json!({
                "resourceType": "DiagnosticReport", "id": "r1", "status": "final", "subject": { "reference": "Patient/m1" }, "category": lab(),
                "code": { "text": "Report of the kidney tests" }, "basedOn": [{ "identifier": number }], "conclusion": "All well.",
            }),
        ]), Some(Expected::Person(clinic.person))).await.unwrap();
        let page = services.records.results(&clinic.me, clinic.person, None).await.unwrap();
        assert_eq!(page.awaited.iter().map(|line| line.title.as_str()).collect::<Vec<_>>(), ["Kidney tests"]);
        let order = page.awaited[0].id;
        let answers = async || services.records.entry(&clinic.me, clinic.person, order).await.unwrap().result.unwrap().answers;
        assert!(answers().await.is_empty());
        services.releases.open(&clinic.me, clinic.person, page.waiting[0].id).await.unwrap();
        assert!(services.records.results(&clinic.me, clinic.person, None).await.unwrap().awaited.is_empty());
        assert_eq!(answers().await.len(), 1);
    }

    async fn a_clinician_may_let_it_go_without_words(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 14)]).await;
        clinic.receive(&biopsy()).await;
        let services = &clinic.desk.services;
        let item = services.work.list(&clinic.clinician).await.unwrap().remove(0);
        let lead = EntryId::from_uuid(item.about);
        let seen = services.releases.to_comment(&clinic.clinician, clinic.person, lead).await.unwrap().seen;
        let form = ResultCommentForm { act: ResultCommentForm::RELEASE.to_owned(), seen, submission: services.core.new_id(), words: "x".to_owned() };
        assert!(!sentence(services.releases.comment(&clinic.clinician, item.id, &form).await).is_empty());
        services.releases.comment(&clinic.clinician, item.id, &ResultCommentForm { words: String::new(), ..form }).await.unwrap();
        assert!(clinic.reads(&clinic.me).await);
        assert_eq!(services.records.entry(&clinic.me, clinic.person, lead).await.unwrap().words, None);
    }

    async fn somebody_reads_when_they_are_ready_and_is_never_locked_out(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.choose(&[(ResultKind::Tissue, ResultChoice::WithSomeone)]).await;
        clinic.receive(&biopsy()).await;
        let (id, releases) = (clinic.biopsy().await, &clinic.desk.services.releases);
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Ready, clinic.today_and(LONGEST_DAYS))]);
        assert!(!all_that(&clinic, &clinic.me, &previews(&clinic)).await.contains("SECRET"));
        assert!(!clinic.reads(&clinic.carer).await);
        // Nobody says so for them.
        for other in [&clinic.carer, &clinic.clinician] {
            assert!(matches!(releases.open(other, clinic.person, id).await, Err(ServiceError::NotFound)));
            assert!(matches!(releases.to_open(other, clinic.person, id).await, Err(ServiceError::NotFound)));
        }
        assert_eq!(releases.to_open(&clinic.me, clinic.person, id).await.unwrap().organisation, "Riverside Surgery");
        for _ in 0..2 {
            releases.open(&clinic.me, clinic.person, id).await.unwrap();
        }
        assert_eq!(clinic.actions(Action::ResultReadiness).await, 2, "the choice, and one yes");
        assert!(clinic.reads(&clinic.me).await && clinic.reads(&clinic.carer).await);
        let none = EntryId::from_uuid(Uuid::from_u128(1));
        assert!(matches!(releases.open(&clinic.me, clinic.person, none).await, Err(ServiceError::NotFound)));
        // Another, which they never open.
        clinic.receive(&[with(biopsy().remove(1), "id", json!("o7")), with(with(biopsy().remove(0), "id", json!("r7")), "result", json!([]))]).await;
        let waiting = async || clinic.waits(&clinic.me).await.len();
        assert_eq!(waiting().await, 1, "the report alone: its result is of another kind");
        clinic.later(LONGEST_DAYS);
        assert_eq!(waiting().await, 0);
        assert_eq!(clinic.titles(&clinic.me).await.iter().filter(|title| *title == TITLE).count(), 2);
    }

    async fn the_organisation_goes_first_and_then_the_person(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 3)]).await;
        clinic.choose(&[(ResultKind::Tissue, ResultChoice::WithSomeone)]).await;
        clinic.receive(&biopsy()).await;
        let (id, releases) = (clinic.biopsy().await, &clinic.desk.services.releases);
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Comment, clinic.today_and(3))]);
        assert!(matches!(releases.open(&clinic.me, clinic.person, id).await, Err(ServiceError::NotFound)));
        clinic.later(3);
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Ready, clinic.today_and(LONGEST_DAYS))]);
        releases.open(&clinic.me, clinic.person, id).await.unwrap();
        assert!(clinic.reads(&clinic.me).await);
    }

    async fn choices_hold_for_what_is_not_seen_yet_and_hide_nothing_that_is(place: &Place) {
        let clinic = Clinic::at(place).await;
        let (releases, person) = (&clinic.desk.services.releases, clinic.person);
        clinic.receive(&biopsy()).await;
        assert!(clinic.reads(&clinic.me).await);
        clinic.choose(&[(ResultKind::Tissue, ResultChoice::AfterComment)]).await;
        assert!(clinic.reads(&clinic.me).await, "what was shown stays so");
        let other = |id: &str| with(with(biopsy().remove(0), "id", json!(id)), "result", json!([]));
        clinic.receive(&[with(other("r2"), "code", json!({ "text": "Second biopsy" }))]).await;
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Comment, clinic.today_and(OWN_DAYS))]);
        assert_eq!(clinic.desk.services.work.list(&clinic.clinician).await.unwrap().len(), 1, "somebody is asked to write");
        // Who changes their mind reads it now.
        clinic.choose(&[]).await;
        assert!(clinic.titles(&clinic.me).await.contains(&"Second biopsy".to_owned()));
        // Another version than the one that was seen, and nothing chosen.
        let stale = clinic.choices(&[(ResultKind::Blood, ResultChoice::WithSomeone)], 0);
        assert!(!sentence(releases.choose(&clinic.me, person, &stale).await).is_empty());
        let nothing = ResultForm { by_kind: BTreeMap::new(), version: "2".to_owned() };
        assert!(matches!(releases.choose(&clinic.me, person, &nothing).await, Err(ServiceError::Fields(all)) if all.len() == ResultKind::ALL.len()));
        let form = clinic.choices(&[], 2);
        for other in [&clinic.carer, &clinic.clinician] {
            assert!(matches!(releases.choose(other, person, &form).await, Err(ServiceError::NotFound)));
            assert!(matches!(releases.choices(other, person).await, Err(ServiceError::NotFound)));
        }
    }

    async fn what_waits_by_the_persons_own_choice_says_so_and_whether_anybody_can_write(place: &Place) {
        let clinic = Clinic::at(place).await;
        let services = &clinic.desk.services;
        let waits = async |reader: &Actor| {
            let page = services.records.results(reader, clinic.person, None).await.unwrap();
            page.waiting.into_iter().map(|one| (one.by_choice, one.may_write, one.latest)).collect::<Vec<_>>()
        };
        clinic.choose(&[(ResultKind::Tissue, ResultChoice::AfterComment)]).await;
        clinic.receive(&biopsy()).await;
        let latest = clinic.today_and(OWN_DAYS);
        // The value of the report is of another kind: it waits with the report, by the choice about that.
        assert_eq!(waits(&clinic.me).await, [(true, true, latest)]);
        assert_eq!(waits(&clinic.carer).await, [(true, true, latest)]);
        // Nobody works there who could write.
        let hospital = services.organisations.ensure(&Actor::Operator, "RX1", "Hospital Laboratory", OrganisationKind::Hospital).await.unwrap();
        let ellis = patient("m1", Some("9990548609"), "Ellis", "1948-11-04");
        let other = with(with(biopsy().remove(0), "id", json!("r5")), "result", json!([]));
        clinic.desk.import_from(&hospital, bundle("collection", &[ellis, other]), Some(Expected::Person(clinic.person))).await.unwrap();
        let all: BTreeSet<_> = waits(&clinic.me).await.into_iter().collect();
        assert_eq!(all, BTreeSet::from([(true, true, latest), (true, false, latest)]));
        // Whoever changes their mind sees both now; a rule is not theirs to end.
        clinic.choose(&[]).await;
        assert_eq!(waits(&clinic.me).await, []);
        clinic.writes_first(&[(ResultKind::Tissue, 3)]).await;
        clinic.choose(&[(ResultKind::Tissue, ResultChoice::AfterComment), (ResultKind::Blood, ResultChoice::AfterComment)]).await;
        let again: Vec<Value> = biopsy().into_iter().take(2).map(|one| {
            let id = format!("{}b", one["id"].as_str().unwrap());
            with(one, "id", json!(id))
        }).collect();
        let report = with(again[0].clone(), "result", json!([{ "reference": "Observation/o1b" }]));
        clinic.receive(&[report, again[1].clone()]).await;
        assert_eq!(waits(&clinic.me).await.iter().map(|(by_choice, ..)| *by_choice).collect::<Vec<_>>(), [false]);
    }

    async fn a_care_team_is_told_what_the_person_cannot_read_yet_and_neither_why_nor_until_when(place: &Place) {
        let clinic = Clinic::at(place).await;
        let releases = &clinic.desk.services.releases;
        let unseen = async |reader: &Actor| releases.unseen(reader, clinic.person).await.unwrap();
        clinic.choose(&[(ResultKind::Tissue, ResultChoice::WithSomeone), (ResultKind::Blood, ResultChoice::AfterComment)]).await;
        assert!(unseen(&clinic.clinician).await.is_empty());
        clinic.receive(&biopsy()).await;
        let id = clinic.biopsy().await;
        let events = clinic.desk.events(clinic.person.as_uuid()).await;
        let all = unseen(&clinic.clinician).await;
        // Whatever it waits for, nothing but this is told: a choice is the person's to tell of.
        let chosen = ResultUnseen { has_before: false };
        assert_eq!((all.len(), all[&id]), (2, chosen));
        let listed = async |reader: &Actor| clinic.desk.services.records.results(reader, clinic.person, None).await.unwrap().marks.unseen;
        assert_eq!(listed(&clinic.clinician).await, all);
        let beside = clinic.desk.services.profile.entry_with_notes(&clinic.clinician, clinic.person, id).await.unwrap().0.marks.unseen;
        assert_eq!(beside, all, "the page of an entry reads it with the entry");
        assert!(listed(&clinic.me).await.is_empty());
        assert_eq!(clinic.desk.events(clinic.person.as_uuid()).await, events + 3, "each page is one look");
        let events = events + 3;
        // The page that shows it is audited; nobody else is told.
        let reception = clinic.desk.member_at(&clinic.desk.practice, StaffRole::Reception).await;
        for other in [&clinic.me, &clinic.carer, &reception, &clinic.desk.account_of(&[]).await] {
            assert!(unseen(other).await.is_empty(), "{other:?}");
        }
        assert_eq!(clinic.desk.events(clinic.person.as_uuid()).await, events);
        clinic.later(OWN_DAYS);
        assert_eq!(unseen(&clinic.clinician).await[&id], chosen);
        // What its source took back is not there to be told of.
        clinic.receive(&[with(biopsy().remove(1), "status", json!("entered-in-error"))]).await;
        assert_eq!(unseen(&clinic.clinician).await.keys().collect::<Vec<_>>(), [&id]);
        releases.open(&clinic.me, clinic.person, id).await.unwrap();
        assert!(unseen(&clinic.clinician).await.is_empty());
        clinic.choose(&[]).await;
        clinic.writes_first(&[(ResultKind::Tissue, 3)]).await;
        clinic.receive(&[with(biopsy().remove(0), "conclusion", json!("SECRET other conclusion"))]).await;
        let all = unseen(&clinic.clinician).await;
        assert_eq!(all[&id], ResultUnseen { has_before: true });
    }

    async fn a_manager_says_about_what_and_no_longer_than_two_weeks(place: &Place) {
        let clinic = Clinic::at(place).await;
        let releases = &clinic.desk.services.releases;
        let form = |days: &str, version: &str| ResultForm {
            by_kind: BTreeMap::from([(ResultKind::Genes.code().to_owned(), days.to_owned())]),
            version: version.to_owned(),
        };
        for wrong in ["15", "-1", "a week", "1.5"] {
            assert!(sentence(releases.change_rules(&clinic.manager, &form(wrong, "0")).await).contains("from 1 to 14"), "{wrong}");
        }
        releases.change_rules(&clinic.manager, &form("14", "0")).await.unwrap();
        releases.change_rules(&clinic.manager, &form("14", "0")).await.unwrap();
        assert!(!sentence(releases.change_rules(&clinic.manager, &form("3", "0")).await).is_empty());
        for other in [&clinic.clinician, &clinic.me] {
            assert!(matches!(releases.rules(other).await, Err(ServiceError::NotFound)));
            assert!(matches!(releases.change_rules(other, &form("3", "1")).await, Err(ServiceError::NotFound)));
        }
        // What people were told of what waits stays so.
        let genes = with(with(biopsy().remove(0), "code", json!({ "text": "BRCA1 gene test" })), "result", json!([]));
        clinic.receive(&[genes]).await;
        let until = clinic.today_and(14);
        releases.change_rules(&clinic.manager, &form("", "1")).await.unwrap();
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Comment, until)]);
    }

    async fn nobody_writes_about_what_is_long_over(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 5), (ResultKind::Blood, 5)]).await;
        let old = |resource: Value| with(with(resource, "issued", json!("2019-02-01T10:00:00Z")), "effectiveDateTime", json!("2019-02-01"));
        clinic.receive(&biopsy().into_iter().take(2).map(old).collect::<Vec<_>>()).await;
        assert!(clinic.reads(&clinic.me).await);
        assert_eq!(clinic.desk.services.work.list(&clinic.clinician).await.unwrap(), []);
    }

    async fn a_carer_learns_of_nothing_that_is_not_open_to_them(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Sexual, 5)]).await;
        let test = about_her("Observation", "o5", &json!({
            "status": "final", "category": lab(), "code": { "text": "HIV 1 antibody" }, "issued": "2026-11-20T10:00:00Z", "valueString": "Negative",
        }));
        clinic.receive(&[test]).await;
        let (narrow, _) = clinic.desk.carer_of(clinic.person, Scopes::all(), general()).await;
        assert_eq!(clinic.waits(&clinic.me).await.len(), 1);
        assert_eq!(clinic.waits(&clinic.carer).await.len(), 1);
        assert_eq!(clinic.waits(&narrow).await, []);
        // The first page and the overview tell the same, in the one look.
        let records = &clinic.desk.services.records;
        let told = |overview: service::Overview| overview.counts.iter().map(|one| one.waiting).sum::<u64>();
        for (reader, many) in [(&clinic.me, 1), (&clinic.carer, 1), (&narrow, 0), (&clinic.clinician, 0)] {
            assert_eq!(told(records.overview(reader, clinic.person).await.unwrap()), many);
            let before = clinic.desk.events(clinic.person.as_uuid()).await;
            assert_eq!(told(records.home(reader, clinic.person).await.unwrap().0), many);
            assert_eq!(clinic.desk.events(clinic.person.as_uuid()).await, before + 1);
        }
        for (labels, many) in [(Labels::all(), 1), (general(), 0)] {
            let preview = Preview::Draft { scopes: Scopes::all(), labels, hidden: domain::scope::Categories::NONE };
            assert_eq!(told(records.preview_overview(&clinic.me, clinic.person, preview).await.unwrap().0), many);
        }
        // A kind that is hidden leaves no trace.
        clinic.desk.services.hidings.hide_category(&clinic.me, clinic.person, Category::Result, service::HiddenFrom::All).await.unwrap();
        assert_eq!(told(records.overview(&clinic.carer, clinic.person).await.unwrap()), 0);
    }

    async fn drafts_and_what_is_withheld_are_never_shown_and_leave_no_gap(place: &Place) {
        let clinic = Clinic::at(place).await;
        let result = |id: &str, fields: Value| {
            let mut one = with(biopsy().remove(1), "id", json!(id));
            for (field, value) in fields.as_object().unwrap() {
                one[field] = value.clone();
            }
            one
        };
        let label = |code: &str| json!({ "meta": { "security": [{ "code": code }] } });
        let before = all_that(&clinic, &clinic.me, &previews(&clinic)).await;
        let mut withheld = vec![
            result("w1", json!({ "status": "preliminary" })),
            result("w2", json!({ "status": "registered" })),
            result("w3", json!({ "status": "entered-in-error" })),
            result("w4", label("REDACTED")),
            result("w5", label("third-party")),
            result("w6", label("CP-IS")),
            result("w7", label("UNFILED")),
            result("w8", json!({ "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "342191000000101", "display": "SECRET" }] } })),
            with(with(biopsy().remove(0), "status", json!("partial")), "result", json!([])),
            about_her("DiagnosticReport", "w11", &json!({
                "status": "final", "code": { "text": "SECRET blood tests" }, "result": [{ "reference": "#in" }],
                "contained": [{ "resourceType": "Observation", "id": "in", "status": "preliminary", "code": { "text": "SECRET inside" }, "valueString": "SECRET" }],
            })),
            about_her("Flag", "f1", &json!({ "status": "active", "code": { "coding": [{ "code": "818901000000100", "display": "SECRET" }] } })),
        ];
        withheld.push(about_her("Encounter", "w9", &json!({
            "status": "finished", "class": { "code": "AMB" }, "type": [{ "text": "SECRET" }], "meta": { "security": [{ "code": "NOPAT" }] },
        })));
        // A source of which nothing may be shown.
        let agency = clinic.desk.services.organisations.ensure(&Actor::Operator, "SECRET9", "SECRET agency", OrganisationKind::Other).await.unwrap();
        let secret = vec![patient("m9", Some("9990548609"), "Ellis", "1948-11-04"), problem("c9", "m9", "SECRET", "active", "2020")];
        let secret: Vec<Value> = secret.into_iter().map(|one| with(one, "meta", json!({ "security": [{ "code": "CP-IS" }] }))).collect();
        clinic.desk.import_from(&agency, bundle("collection", &secret), None).await.unwrap();
        clinic.receive(&withheld).await;
        for reader in [&clinic.me, &clinic.carer, &clinic.clinician] {
            let all = if *reader == clinic.me { all_that(&clinic, reader, &previews(&clinic)).await } else { format!("{:?}", clinic.titles(reader).await) };
            assert!(!all.contains("SECRET") && !all.contains("818901000000100"), "{all}");
        }
        assert_eq!(before.matches("Body weight").count(), all_that(&clinic, &clinic.me, &previews(&clinic)).await.matches("Body weight").count());
        assert_eq!(clinic.waits(&clinic.me).await, []);
        assert!(clinic.desk.export(clinic.person).await.0.contains("818901000000100"), "the operator's export is whole");
        // Once it is verified it comes, and is a result that has come then.
        clinic.writes_first(&[(ResultKind::Blood, 4)]).await;
        clinic.receive(&[result("w1", json!({ "code": { "text": "Sodium" }, "valueString": "140" }))]).await;
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Comment, clinic.today_and(4))]);
        clinic.later(4);
        let sodium = clinic.desk.titled(clinic.person, Category::Result, "Sodium").await;
        let entry = clinic.desk.services.records.entry(&clinic.me, clinic.person, sodium).await.unwrap();
        assert_eq!((entry.version, entry.versions.len()), (1, 1), "a draft before it leaves no gap");
        // What was only ordered may be told of, and waits when it has come.
        let ordered = about_her("Observation", "w10", &json!({ "status": "registered", "category": lab(), "code": { "text": "Potassium" } }));
        clinic.receive(std::slice::from_ref(&ordered)).await;
        assert!(clinic.titles(&clinic.me).await.contains(&"Potassium".to_owned()));
        clinic.receive(&[with(with(ordered, "status", json!("final")), "valueString", json!("4.0"))]).await;
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Comment, clinic.today_and(4))]);
        assert!(!clinic.titles(&clinic.me).await.contains(&"Potassium".to_owned()));
        clinic.later(4);
        clinic.writes_first(&[]).await;
        // What is taken back later is gone, and what told of it tells of it no more.
        clinic.receive(&biopsy()).await;
        assert!(clinic.reads(&clinic.me).await);
        clinic.receive(&[with(biopsy().remove(1), "meta", json!({ "security": [{ "code": "REDACTED" }] }))]).await;
        let all = all_that(&clinic, &clinic.me, &previews(&clinic)).await;
        assert!(all.contains("SECRET conclusion") && !all.contains("SECRET finding") && !all.contains("SECRET value"), "{all}");
    }

    async fn what_is_held_is_read_again_by_what_must_not_be_shown_now(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.receive(&biopsy()).await;
        let (imports, person) = (&clinic.desk.services.imports, clinic.person);
        let first = imports.reindex(&Actor::Operator, person).await.unwrap();
        let all = clinic.titles(&clinic.me).await;
        assert_eq!(imports.reindex(&Actor::Operator, person).await.unwrap(), first);
        assert_eq!(clinic.titles(&clinic.me).await, all, "it changes nothing that is as it must be");
    }

    async fn a_newer_version_that_is_read_only_now_waits(place: &Place) {
        let clinic = Clinic::at(place).await;
        let first = with(biopsy().remove(0), "result", json!([]));
        clinic.receive(std::slice::from_ref(&first)).await;
        clinic.receive(&[with(first.clone(), "conclusion", json!("SECRET other conclusion"))]).await;
        // As a program might have left it that could not read the newer one.
        let before = fhir::Received::new("stored", None, first.to_string()).unwrap();
        let facts = fhir::map::entry(&before, &fhir::map::Names::among(&[])).unwrap().unwrap();
        let (person, organisation, at) = (clinic.person, clinic.desk.practice.id, clinic.desk.services.core.now());
        let act: Result<(), store::StoreError> = place.store.write(move |tx| Box::pin(async move {
            let source = store::record::Source { organisation, resource_type: "DiagnosticReport", logical_id: "r1" };
            let held = store::record::held_of(tx, person, source).await?;
            let import = store::record::Import { person, organisation, id: domain::ImportId::from_uuid(Uuid::nil()), at };
            let (id, resource_id) = (EntryId::from_uuid(held[0].entry_id.unwrap()), domain::ResourceId::from_uuid(held[0].id));
            let (resource_type, logical_id) = ("DiagnosticReport".to_owned(), "r1".to_owned());
            let entry = store::record::NewEntry { id, resource_id, resource_type, logical_id, facts };
            store::record::change_entries(tx, import, &[&entry], &[]).await
        })).await;
        act.unwrap();
        clinic.writes_first(&[(ResultKind::Tissue, 5)]).await;
        let id = clinic.biopsy().await;
        assert!(clinic.reads(&clinic.me).await);
        clinic.desk.services.imports.reindex(&Actor::Operator, person).await.unwrap();
        assert!(!clinic.reads(&clinic.me).await);
        assert_eq!(clinic.waits(&clinic.me).await, [(ResultWait::Comment, clinic.today_and(5))]);
        assert_eq!(clinic.desk.services.records.version_before(&clinic.me, person, id).await.unwrap(), Some(1));
    }

    async fn somebody_is_told_once_when_there_is_something_for_them(place: &Place) {
        let clinic = Clinic::at(place).await;
        let services = &clinic.desk.services;
        clinic.writes_first(&[(ResultKind::Tissue, 2)]).await;
        clinic.receive(&biopsy()).await;
        let mails = async || services.outbox.waiting().await.unwrap();
        let before = mails().await;
        assert_eq!(services.releases.run_told(&Actor::System).await.unwrap(), 0);
        clinic.later(2);
        for expected in [1, 0] {
            assert_eq!(services.releases.run_told(&Actor::System).await.unwrap(), expected);
        }
        assert_eq!(mails().await, before + 1);
        assert_eq!(clinic.actions(Action::ResultTold).await, 1);
        for other in [&clinic.me, &clinic.manager] {
            assert!(services.releases.run_told(other).await.is_err());
        }
        // Whoever opened it themself needs no message.
        clinic.choose(&[(ResultKind::Genes, ResultChoice::WithSomeone)]).await;
        let genes = with(with(with(biopsy().remove(0), "id", json!("g1")), "code", json!({ "text": "BRCA1 gene test" })), "result", json!([]));
        clinic.receive(&[genes]).await;
        let page = services.records.results(&clinic.me, clinic.person, None).await.unwrap();
        services.releases.open(&clinic.me, clinic.person, page.waiting[0].id).await.unwrap();
        assert_eq!(services.releases.run_told(&Actor::System).await.unwrap(), 0);
    }

    /// The statement and the decision are two ways to say one thing.
    async fn the_lists_show_what_the_decision_says(place: &Place) {
        let clinic = Clinic::at(place).await;
        clinic.writes_first(&[(ResultKind::Tissue, 3)]).await;
        clinic.choose(&[(ResultKind::Tissue, ResultChoice::WithSomeone)]).await;
        clinic.receive(&biopsy()).await;
        let came = clinic.desk.services.core.now();
        let held = domain::release::Held {
            source: domain::record::Release::Released,
            terms: domain::release::Terms { comment_days: Some(3), asks: true },
            received_at: came,
            commented_at: None,
            ready_at: None,
            latest: None,
        };
        for day in 0..=20 {
            let now = clinic.desk.services.core.now();
            let shown = domain::release::decide(&held, domain::release::ReaderKind::Owner, now);
            assert_eq!(clinic.reads(&clinic.me).await, shown == domain::release::Shown::Yes, "day {day}");
            assert_eq!(clinic.reads(&clinic.carer).await, shown == domain::release::Shown::Yes, "day {day}");
            assert!(clinic.reads(&clinic.clinician).await);
            clinic.later(1);
        }
        assert_eq!(london_day(came) + Days::new(21), london_day(clinic.desk.services.core.now()));
    }
}

fn base64_of(text: &str) -> String {
    BASE64_STANDARD.encode(text)
}

/// An entry by its title, as its owner finds it.
async fn seen_of(clinic: &Clinic, title: &str) -> EntryId {
    let lines = clinic.desk.lines(&clinic.me, clinic.person, Category::Result).await;
    lines.into_iter().find(|line| line.title == title).unwrap().id
}
