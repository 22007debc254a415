//! A mistake that somebody reports in an entry, and the answer of whoever sent the entry.

use super::*;
use chrono::TimeDelta;
use domain::audit::Action;
use domain::correction::State;
use domain::release::ResultKind;
use domain::team::WorkKind;
use domain::{CorrectionId, WorkItemId};
use service::{
    ContactForm, CorrectionAnswer, CorrectionByLetter, CorrectionForm, CorrectionsOfEntry, HiddenFrom, Marks, Narrowing,
    NoteForm, ResultCommentForm, ResultForm, SearchAsked, WorkItem,
};
use std::collections::BTreeSet;

/// A practice with a clinician, and somebody in whose record it wrote something wrong.
struct Practice {
    desk: Desk,
    person: PersonId,
    me: Actor,
    clinician: Actor,
    asthma: EntryId,
}

fn ellis() -> Value {
    patient("m1", Some("9990548609"), "Ellis", "1948-11-04")
}

impl Practice {
    async fn at(place: &Place) -> Self {
        let desk = Desk::at(place).await;
        let base =
            [ellis(), problem("c1", "m1", "Asthma", "active", "2019-03"), problem("c2", "m1", "Gout", "active", "2020-01")];
        let person = desk.import(bundle("collection", &base)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let clinician = desk.clinician_at(&desk.practice).await;
        let asthma = desk.titled(person, Category::Problem, "Asthma").await;
        Self { desk, person, me, clinician, asthma }
    }

    async fn form(&self, by: &Actor, wrong: &str) -> CorrectionForm {
        let start = self.desk.services.corrections.start(by, self.person, self.asthma).await.unwrap();
        assert!(start.is_read);
        CorrectionForm {
            wrong: wrong.to_owned(),
            should_say: "Nothing".to_owned(),
            why: "The hospital said so".to_owned(),
            seen: start.entry.version.to_string(),
            by_letter: false,
            submission: self.desk.services.core.new_id().to_string(),
        }
    }

    async fn report(&self, by: &Actor) -> CorrectionId {
        let form = self.form(by, "I never had asthma").await;
        self.desk.services.corrections.report(by, self.person, self.asthma, &form).await.unwrap()
    }

    async fn state(&self, id: CorrectionId) -> State {
        self.desk.services.corrections.one(&self.me, self.person, id).await.unwrap().correction.state
    }

    /// What waits for the practice of this kind.
    async fn waits(&self) -> Vec<WorkItem> {
        let all = self.desk.services.work.list(&self.clinician).await.unwrap();
        all.into_iter().filter(|item| item.kind == WorkKind::Correction).collect()
    }

    async fn item(&self) -> WorkItemId {
        let waits = self.waits().await;
        assert_eq!(waits.len(), 1, "{waits:?}");
        waits[0].id
    }

    async fn answering(&self, id: CorrectionId, act: &str, words: &str) -> CorrectionAnswer {
        let seen = self.desk.services.corrections.to_answer(&self.clinician, self.person, id).await.unwrap();
        CorrectionAnswer {
            act: act.to_owned(),
            words: words.to_owned(),
            version: seen.correction.version.to_string(),
            submission: self.desk.services.core.new_id(),
        }
    }

    async fn answer(&self, id: CorrectionId, act: &str, words: &str) -> Result<(), ServiceError> {
        let (item, form) = (self.item().await, self.answering(id, act, words).await);
        self.desk.services.corrections.answer(&self.clinician, item, &form).await
    }

    async fn receive(&self, resources: &[Value]) {
        let mut all = vec![ellis()];
        all.extend(resources.iter().cloned());
        self.desk.import(bundle("collection", &all)).await.unwrap();
    }

    async fn events(&self) -> i64 {
        self.desk.events(self.person.as_uuid()).await
    }

    /// Whether the person reads that this was done.
    async fn did(&self, action: Action) -> bool {
        let (items, _) = self.desk.services.activity.of_record(&self.me, self.person, None).await.unwrap();
        items.iter().any(|item| item.action == action)
    }
}

/// What Hilltop Surgery sent, where nobody works here, and a report about it that goes by letter.
struct ByLetter {
    practice: Practice,
    hill: Organisation,
    migraine: EntryId,
    id: CorrectionId,
}

impl ByLetter {
    async fn at(place: &Place) -> Self {
        let practice = Practice::at(place).await;
        let (desk, me, person) = (&practice.desk, &practice.me, practice.person);
        let hill = desk
            .services
            .organisations
            .ensure(&Actor::Operator, "A81002", "Hilltop Surgery", OrganisationKind::Practice)
            .await
            .unwrap();
        let theirs = [ellis(), problem("c9", "m1", "Migraine", "active", "2021-01")];
        desk.import_from(&hill, bundle("collection", &theirs), None).await.unwrap();
        let migraine = desk.titled(person, Category::Problem, "Migraine").await;
        let start = desk.services.corrections.start(me, person, migraine).await.unwrap();
        assert!(!start.is_read);
        let form = CorrectionForm {
            wrong: "I never had it".to_owned(),
            seen: start.entry.version.to_string(),
            by_letter: true,
            submission: desk.services.core.new_id().to_string(),
            ..CorrectionForm::default()
        };
        let before = practice.events().await;
        let id = desk.services.corrections.report(me, person, migraine, &form).await.unwrap();
        assert_eq!(
            desk.services.corrections.report(me, person, migraine, &form).await.unwrap(),
            id,
            "sent twice it is one report"
        );
        assert_eq!(practice.events().await, before + 1);
        Self { practice, hill, migraine, id }
    }

    fn form(&self, act: &str, sent: [&str; 3], words: &str, version: i32) -> CorrectionByLetter {
        CorrectionByLetter {
            act: act.to_owned(),
            sent: sent.map(str::to_owned),
            words: words.to_owned(),
            version: version.to_string(),
            submission: self.practice.desk.services.core.new_id(),
        }
    }

    /// Day, month and year of today.
    fn today(&self) -> [String; 3] {
        let day = london_day(self.practice.desk.services.core.now());
        ["%d", "%m", "%Y"].map(|part| day.format(part).to_string())
    }

    async fn write_down(&self, by: &Actor, form: &CorrectionByLetter) -> Result<(), ServiceError> {
        self.practice.desk.services.corrections.write_down(by, self.practice.person, self.id, form).await
    }

    async fn post(&self, version: i32) -> CorrectionByLetter {
        let form = CorrectionByLetter { sent: self.today(), ..self.form("post", [""; 3], "", version) };
        self.write_down(&self.practice.me, &form).await.unwrap();
        form
    }
}

/// The entry as its source takes it back.
fn taken_back() -> Value {
    let coding = json!({ "coding": [{ "code": "entered-in-error" }] });
    with(problem("c1", "m1", "Asthma", "active", "2019-03"), "verificationStatus", coding)
}

#[track_caller]
fn not_found<T: std::fmt::Debug>(outcome: Result<T, ServiceError>) {
    assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
}

testkit::both_engines! {
    async fn a_mistake_is_reported_once_agreed_and_corrected_by_what_the_source_sends(place: &Place) {
        let practice = Practice::at(place).await;
        let (side, me, person) = (&practice.desk.services.corrections, &practice.me, practice.person);
        let form = practice.form(me, "I never had asthma").await;
        let before = practice.events().await;
        let id = side.report(me, person, practice.asthma, &form).await.unwrap();
        assert_eq!(side.report(me, person, practice.asthma, &form).await.unwrap(), id, "sent twice it is one report");
        assert_eq!(practice.events().await, before + 1);
        assert!(practice.did(Action::CorrectionChanged).await);
        let waits = practice.waits().await;
        assert_eq!((waits.len(), waits[0].person, waits[0].about, waits[0].urgent), (1, person, id.as_uuid(), false));
        let page = side.one(me, person, id).await.unwrap();
        assert_eq!((page.correction.state, page.may_withdraw, page.changed), (State::Sent, true, false));
        assert_eq!(page.correction.entry, Some((practice.asthma, "Asthma".to_owned())));

        // Whoever answers sees the entry beside the report.
        let seen = side.to_answer(&practice.clinician, person, id).await.unwrap();
        assert_eq!((seen.correction.wrong.as_str(), seen.changed, seen.correction.by_carer), ("I never had asthma", false, false));
        assert_eq!(seen.entry.unwrap().line.title, "Asthma");
        let (item, taking) = (practice.item().await, practice.answering(id, "take", "").await);
        let (before, mails) = (practice.events().await, practice.desk.services.outbox.waiting().await.unwrap());
        side.answer(&practice.clinician, item, &taking).await.unwrap();
        side.answer(&practice.clinician, item, &taking).await.unwrap();
        assert_eq!(practice.events().await, before + 1, "sent twice it is done once");
        assert_eq!(practice.desk.services.outbox.waiting().await.unwrap(), mails + 1, "the person is told");
        assert_eq!(practice.state(id).await, State::WithOrganisation);
        practice.answer(id, "accept", "We will take it out").await.unwrap();
        assert_eq!(practice.state(id).await, State::Accepted);
        assert_eq!(practice.waits().await.len(), 1, "what was agreed waits until it is corrected");

        // Something else that comes corrects nothing.
        practice.receive(&[problem("c2", "m1", "Gout of the toe", "active", "2020-01")]).await;
        assert_eq!(practice.state(id).await, State::Accepted);
        let before = practice.events().await;
        practice.receive(&[problem("c1", "m1", "Cough", "active", "2019-03")]).await;
        assert_eq!(practice.events().await, before + 2, "the import, and the correction");
        let page = side.one(me, person, id).await.unwrap();
        assert_eq!((page.correction.state, page.changed, page.reported_version), (State::Corrected, true, Some(1)));
        assert_eq!(page.correction.entry, Some((practice.asthma, "Cough".to_owned())));
        let old = practice.desk.services.records.entry_version(me, person, practice.asthma, 1).await.unwrap();
        assert_eq!(old.line.title, "Asthma");
        let been: Vec<_> = page.steps.iter().map(|step| (step.state, step.words.as_str(), step.name.is_some())).collect();
        assert_eq!(
            been,
            [
                (State::Sent, "", false),
                (State::WithOrganisation, "", true),
                (State::Accepted, "We will take it out", true),
                (State::Corrected, "", false),
            ]
        );
        // The new entry tells of the report.
        let about = side.about_entry(me, person, practice.asthma).await.unwrap();
        assert_eq!((about.may_report, about.reports.len(), about.reports[0].id), (true, 1, id));
        assert!(practice.waits().await.is_empty());
        // A version after that is another, and changes nothing of it.
        practice.receive(&[problem("c1", "m1", "Old cough", "active", "2019-03")]).await;
        let page = side.one(me, person, id).await.unwrap();
        assert_eq!((page.correction.state, page.corrected_version), (State::Corrected, Some(2)));
    }

    async fn an_entry_that_its_source_takes_back_is_corrected_and_the_report_stays(place: &Place) {
        let practice = Practice::at(place).await;
        let (side, me, person) = (&practice.desk.services.corrections, &practice.me, practice.person);
        let id = practice.report(me).await;
        practice.answer(id, "accept", "").await.unwrap();
        practice.receive(&[taken_back()]).await;
        not_found(practice.desk.services.records.entry(me, person, practice.asthma).await);
        let page = side.one(me, person, id).await.unwrap();
        assert_eq!((page.correction.state, page.correction.entry, page.reported_version), (State::Corrected, None, None));
        assert_eq!(page.correction.wrong, "I never had asthma");
        let (all, whose) = side.list(me, person).await.unwrap();
        assert_eq!((all.len(), &whose), (1, &page.whose));
        assert!(whose.nhs_number.is_some(), "the person is told all of whose it is");
        // Nothing can be reported of what is not shown.
        not_found(side.start(me, person, practice.asthma).await);
        assert_eq!(side.about_entry(me, person, practice.asthma).await.unwrap(), CorrectionsOfEntry::default());
    }

    async fn what_nobody_reads_yet_corrects_nothing_until_it_is_read(place: &Place) {
        let practice = Practice::at(place).await;
        let (desk, me, person) = (&practice.desk, practice.me.clone(), practice.person);
        let potassium = |status: &str, value: f64| {
            json!({
                "resourceType": "Observation", "id": "o1", "status": status, "subject": { "reference": "Patient/m1" },
                "category": [{ "coding": [{ "code": "laboratory" }] }], "code": { "text": "Potassium" },
                "effectiveDateTime": "2026-11-01", "issued": "2026-11-20T10:00:00Z", "valueQuantity": { "value": value, "unit": "mmol/L" },
            })
        };
        practice.receive(&[potassium("final", 9.9)]).await;
        let entry = desk.titled(person, Category::Result, "Potassium").await;
        let practice = Practice { asthma: entry, ..practice };
        let id = practice.report(&me).await;
        practice.answer(id, "accept", "").await.unwrap();
        practice.receive(&[potassium("preliminary", 4.1)]).await;
        assert_eq!(practice.state(id).await, State::Accepted, "it is interim");
        practice.receive(&[potassium("corrected", 4.1)]).await;
        assert_eq!(practice.state(id).await, State::Corrected);

        let id = practice.report(&me).await;
        practice.answer(id, "accept", "").await.unwrap();
        let (services, manager) = (&practice.desk.services, practice.desk.member_at(&practice.desk.practice, StaffRole::Manager).await);
        let version = services.releases.rules(&manager).await.unwrap().version.to_string();
        let by_kind = [(ResultKind::Blood.code().to_owned(), "3".to_owned())].into();
        services.releases.change_rules(&manager, &ResultForm { by_kind, version }).await.unwrap();
        let side = &services.corrections;
        let at_work = async || {
            let beside = side.beside_entry(&practice.clinician, person, entry).await.unwrap();
            let page = side.to_answer(&practice.clinician, person, id).await.unwrap().correction;
            let one = beside.iter().find(|one| one.id == id).unwrap();
            assert_eq!((one.state, one.waits_to_be_seen), (page.state, page.waits_to_be_seen));
            (side.reported(&practice.clinician, person).await.unwrap().contains(&entry), page.waits_to_be_seen)
        };
        assert_eq!(at_work().await, (true, false));
        practice.receive(&[potassium("amended", 5.6)]).await;
        assert_eq!(practice.state(id).await, State::Accepted, "it waits for the words of those who care for them");
        // Those who agreed read it already: what they read is not marked as wrong, and the person is told nothing of it.
        assert_eq!(at_work().await, (false, true));
        assert!(!side.one(&me, person, id).await.unwrap().correction.waits_to_be_seen);
        assert_eq!(practice.waits().await.len(), 1, "the person still waits");
        practice.desk.clock.advance(TimeDelta::days(4));
        assert_eq!(services.releases.run_told(&Actor::Operator).await.unwrap(), 1);
        assert_eq!(practice.state(id).await, State::Corrected);
        assert!(practice.waits().await.is_empty());

        // Whoever lets the person read it brings the answer in the same act: no job has run.
        let id = practice.report(&me).await;
        practice.answer(id, "accept", "").await.unwrap();
        practice.receive(&[potassium("amended", 6.1)]).await;
        assert_eq!(practice.state(id).await, State::Accepted);
        let all = services.work.list(&practice.clinician).await.unwrap();
        let item = all.into_iter().find(|item| item.kind == WorkKind::ResultComment).unwrap();
        let seen = services.releases.to_comment(&practice.clinician, person, EntryId::from_uuid(item.about)).await.unwrap().seen;
        let form = ResultCommentForm {
            act: ResultCommentForm::RELEASE.to_owned(),
            words: String::new(),
            seen,
            submission: services.core.new_id(),
        };
        services.releases.comment(&practice.clinician, item.id, &form).await.unwrap();
        assert_eq!(practice.state(id).await, State::Corrected);
        assert!(practice.waits().await.is_empty());
    }

    async fn a_report_is_declined_with_a_reason_and_corrected_by_hand_with_words(place: &Place) {
        let practice = Practice::at(place).await;
        let (side, me, person) = (&practice.desk.services.corrections, &practice.me, practice.person);
        let id = practice.report(me).await;
        let stale = practice.answering(id, "accept", "").await;
        assert_eq!(sentence(practice.answer(id, "", "").await), "Choose what to do");
        assert_eq!(sentence(practice.answer(id, "withdraw", "").await), "Choose what to do");
        assert_eq!(sentence(practice.answer(id, "decline", " ").await), "Write to the person why it is not a mistake");
        assert_eq!(sentence(practice.answer(id, "decline", &"x".repeat(1001)).await), "Use 1000 letters or fewer");
        assert!(sentence(practice.answer(id, "correct", "Done").await).starts_with("This has just changed"), "it was not agreed");
        practice.answer(id, "decline", "You had it as a child.").await.unwrap();
        let page = side.one(me, person, id).await.unwrap();
        assert_eq!(page.correction.state, State::Declined);
        // Whoever answers at once has looked at it too.
        let been: Vec<_> = page.steps.iter().map(|step| (step.state, step.words.as_str())).collect();
        assert_eq!(been, [(State::Sent, ""), (State::WithOrganisation, ""), (State::Declined, "You had it as a child.")]);
        assert!(practice.waits().await.is_empty() && !page.may_withdraw);
        assert!(sentence(side.withdraw(me, person, (id, page.correction.version)).await).starts_with("It has been answered"));

        // They may report it again.
        let again = practice.report(me).await;
        let item = practice.item().await;
        assert!(sentence(side.answer(&practice.clinician, item, &CorrectionAnswer { version: "9".to_owned(), ..stale }).await).starts_with("This has just changed"));
        practice.answer(again, "accept", "").await.unwrap();
        assert!(sentence(practice.answer(again, "correct", "").await).starts_with("The corrected entry has not come here yet"));
        practice.answer(again, "correct", "It is now under Cough").await.unwrap();
        let page = side.one(me, person, again).await.unwrap();
        assert_eq!((page.correction.state, page.changed), (State::Corrected, false));
        assert!(practice.waits().await.is_empty());
    }

    async fn a_report_is_taken_back_while_nobody_has_answered(place: &Place) {
        let practice = Practice::at(place).await;
        let (side, me, person) = (&practice.desk.services.corrections, &practice.me, practice.person);
        let id = practice.report(me).await;
        let item = practice.item().await;
        let late = practice.answering(id, "accept", "").await;
        assert!(sentence(side.withdraw(me, person, (id, 7)).await).starts_with("This has just changed"));
        let before = practice.events().await;
        for _ in 0..2 {
            side.withdraw(me, person, (id, 1)).await.unwrap();
        }
        assert_eq!(practice.events().await, before + 1);
        assert_eq!(practice.state(id).await, State::Withdrawn);
        assert!(practice.waits().await.is_empty());
        sentence(side.answer(&practice.clinician, item, &late).await);
        assert_eq!(practice.state(id).await, State::Withdrawn);
    }

    async fn what_is_wrong_must_be_said_of_the_entry_as_it_is(place: &Place) {
        let practice = Practice::at(place).await;
        let (side, me, person) = (&practice.desk.services.corrections, &practice.me, practice.person);
        let form = practice.form(me, "  ").await;
        assert_eq!(sentence(side.report(me, person, practice.asthma, &form).await), "Write what is wrong");
        let form = practice.form(me, "It is wrong").await;
        practice.receive(&[problem("c1", "m1", "Cough", "active", "2019-03")]).await;
        assert!(sentence(side.report(me, person, practice.asthma, &form).await).starts_with("The entry has just changed"));
        assert!(side.list(me, person).await.unwrap().0.is_empty());
        // What was reported and has changed before anybody agreed is corrected by nobody but those who answer.
        let id = practice.report(me).await;
        practice.receive(&[problem("c1", "m1", "Bad cough", "active", "2019-03")]).await;
        assert_eq!(practice.state(id).await, State::Sent);
        assert!(side.to_answer(&practice.clinician, person, id).await.unwrap().changed);
        practice.answer(id, "accept", "").await.unwrap();
        assert!(sentence(practice.answer(id, "correct", "").await).starts_with("The corrected entry has not come here yet"));
        practice.answer(id, "correct", "We put it right in your paper file").await.unwrap();
        assert_eq!(practice.state(id).await, State::Corrected);
    }

    async fn nobody_reports_or_answers_who_may_not(place: &Place) {
        let practice = Practice::at(place).await;
        let (desk, person) = (&practice.desk, practice.person);
        let side = &desk.services.corrections;
        let other = desk.import(bundle("collection", &[patient("m2", Some("9990000018"), "Stone", "1950-01-01")])).await.unwrap().person;
        let stranger = desk.account_of(&[other]).await;
        let (helper, _) = desk.carer_of(person, Scopes::all(), Labels::all()).await;
        let (attorney, _) = desk.carer_by(person, LegalBasis::LastingPowerOfAttorney, Scopes::all(), Labels::all()).await;
        let form = practice.form(&practice.me, "I never had asthma").await;
        let mine = practice.report(&practice.me).await;
        for who in [&stranger, &helper, &practice.clinician, &Actor::Nobody] {
            assert!(side.start(who, person, practice.asthma).await.is_err());
            assert!(side.report(who, person, practice.asthma, &form).await.is_err());
            assert!(side.list(who, person).await.is_err());
            assert!(side.one(who, person, mine).await.is_err());
            assert!(side.withdraw(who, person, (mine, 1)).await.is_err());
        }
        assert_eq!(side.about_entry(&helper, person, practice.asthma).await.unwrap(), CorrectionsOfEntry::default());
        not_found(side.start(&stranger, other, practice.asthma).await);
        not_found(side.one(&stranger, other, mine).await);
        // Who acts for somebody by law reports for them, and reads their own reports and no others.
        assert!(side.list(&attorney, person).await.unwrap().0.is_empty());
        not_found(side.one(&attorney, person, mine).await);
        not_found(side.withdraw(&attorney, person, (mine, 1)).await);
        let theirs = practice.report(&attorney).await;
        assert_eq!(side.list(&attorney, person).await.unwrap().0.len(), 1);
        let all = side.list(&practice.me, person).await.unwrap().0;
        assert_eq!(all.iter().filter(|one| one.by_carer && !one.mine).map(|one| one.id).collect::<Vec<_>>(), [theirs]);
        desk.services.hidings.hide_entry(&practice.me, person, practice.asthma, HiddenFrom::All).await.unwrap();
        not_found(side.one(&attorney, person, theirs).await);
        not_found(side.start(&attorney, person, practice.asthma).await);
        assert!(side.list(&attorney, person).await.unwrap().0.is_empty());

        // Only those who give care at the organisation that sent it answer.
        let hill = desk.services.organisations.ensure(&Actor::Operator, "A81002", "Hilltop Surgery", OrganisationKind::Practice).await.unwrap();
        let elsewhere = desk.clinician_at(&hill).await;
        let (manager, reception) =
            (desk.member_at(&desk.practice, StaffRole::Manager).await, desk.member_at(&desk.practice, StaffRole::Reception).await);
        let waits = practice.waits().await;
        assert_eq!(waits.len(), 2);
        for who in [&elsewhere, &manager, &reception, &practice.me, &attorney] {
            not_found(side.to_answer(who, person, mine).await);
            let form = CorrectionAnswer { act: "take".to_owned(), version: "1".to_owned(), submission: desk.services.core.new_id(), ..CorrectionAnswer::default() };
            not_found(side.answer(who, waits[0].id, &form).await);
        }
        assert!(desk.services.work.list(&elsewhere).await.unwrap().is_empty());
        assert_eq!(desk.services.work.list(&manager).await.unwrap().len(), 2, "a manager sees that they wait");
        assert!(desk.services.work.list(&reception).await.unwrap().is_empty());
        assert_eq!((practice.state(mine).await, practice.state(theirs).await), (State::Sent, State::Sent));
    }

    async fn the_same_words_are_not_reported_twice_while_the_first_is_open(place: &Place) {
        let practice = Practice::at(place).await;
        let (side, me, person) = (&practice.desk.services.corrections, &practice.me, practice.person);
        let id = practice.report(me).await;
        // A form of its own, as whoever goes back and sends it again has one.
        let again = practice.form(me, "  I never had asthma ").await;
        let before = practice.events().await;
        assert!(sentence(side.report(me, person, practice.asthma, &again).await).starts_with("This is reported already"));
        assert_eq!(practice.events().await, before);
        assert_eq!(practice.waits().await.len(), 1);
        let other = practice.form(me, "The year is wrong").await;
        side.report(me, person, practice.asthma, &other).await.unwrap();
        assert_eq!(practice.waits().await.len(), 2);
        side.withdraw(me, person, (id, 1)).await.unwrap();
        side.report(me, person, practice.asthma, &again).await.unwrap();
        assert_eq!(practice.waits().await.len(), 2, "what is over may be reported again");
    }

    async fn a_report_stands_beside_its_entry_to_those_who_answer_it_and_to_nobody_else(place: &Place) {
        let practice = Practice::at(place).await;
        let (desk, me, person) = (&practice.desk, &practice.me, practice.person);
        let side = &desk.services.corrections;
        assert!(side.beside_entry(&practice.clinician, person, practice.asthma).await.unwrap().is_empty());
        let id = practice.report(me).await;
        let before = practice.events().await;
        let seen = side.beside_entry(&practice.clinician, person, practice.asthma).await.unwrap();
        assert_eq!(practice.events().await, before, "the page of the entry is the look");
        assert_eq!(seen.iter().map(|one| (one.id, one.state)).collect::<Vec<_>>(), [(id, State::Sent)]);
        assert_eq!((seen[0].wrong.as_str(), seen[0].mine, seen[0].by_carer), ("I never had asthma", false, false));
        let gout = desk.titled(person, Category::Problem, "Gout").await;
        assert!(side.beside_entry(&practice.clinician, person, gout).await.unwrap().is_empty());
        let hill = desk.services.organisations.ensure(&Actor::Operator, "A81002", "Hilltop Surgery", OrganisationKind::Practice).await.unwrap();
        let (elsewhere, manager) = (desk.clinician_at(&hill).await, desk.member_at(&desk.practice, StaffRole::Manager).await);
        let reception = desk.member_at(&desk.practice, StaffRole::Reception).await;
        for who in [&elsewhere, &manager, &reception, me] {
            assert!(side.beside_entry(who, person, practice.asthma).await.unwrap().is_empty());
        }
        side.withdraw(me, person, (id, 1)).await.unwrap();
        assert!(side.beside_entry(&practice.clinician, person, practice.asthma).await.unwrap().is_empty(), "taken back, it is nobody's to answer");
    }

    async fn lists_at_work_are_told_of_every_entry_whose_report_waits_there_and_of_no_other(place: &Place) {
        let practice = Practice::at(place).await;
        let (desk, me, person) = (&practice.desk, &practice.me, practice.person);
        let side = &desk.services.corrections;
        let reported = async |who: &Actor| side.reported(who, person).await.unwrap().into_iter().collect::<Vec<_>>();
        assert!(reported(&practice.clinician).await.is_empty());
        let id = practice.report(me).await;
        let before = practice.events().await;
        assert_eq!(reported(&practice.clinician).await, [practice.asthma]);
        assert_eq!(practice.events().await, before, "the page of the list is the look");
        // Each list reads it with what it shows: one look.
        let records = &desk.services.records;
        let marks = async |who: &Actor| {
            let asked = SearchAsked { words: "asthma".to_owned(), ..SearchAsked::default() };
            let [current, past] = records.current_and_past(who, person, Category::Problem).await.unwrap();
            [
                current.marks,
                past.marks,
                records.list(who, person, Category::Problem, Which::All, None).await.unwrap().marks,
                records.results(who, person, None).await.unwrap().marks,
                records.timeline(who, person, Narrowing::default(), None).await.unwrap().marks,
                records.search(who, person, &asked).await.unwrap().marks,
            ]
        };
        let before = practice.events().await;
        let at_work = marks(&practice.clinician).await;
        assert_eq!(practice.events().await, before + 5);
        assert!(at_work.iter().all(|one| one.reported == BTreeSet::from([practice.asthma])), "{at_work:?}");
        assert!(marks(me).await.iter().all(|one| *one == Marks::default()), "the person answers none");
        // Read with the entry it is one look too, and the person is told of what they reported.
        let before = practice.events().await;
        for who in [&practice.clinician, me] {
            let (entry, _) = desk.services.profile.entry_with_notes(who, person, practice.asthma).await.unwrap();
            assert_eq!(entry.marks.reported, BTreeSet::from([practice.asthma]), "{who:?}");
        }
        let (.., at_a_glance) = records.overview_with_allergies(&practice.clinician, person).await.unwrap();
        assert_eq!(at_a_glance.reported, BTreeSet::from([practice.asthma]));
        let waiting = side.to_answer(&practice.clinician, person, id).await.unwrap().entry.unwrap();
        assert_eq!(waiting.marks.reported, BTreeSet::from([practice.asthma]));
        assert_eq!(practice.events().await, before + 4);
        let other = practice.form(me, "The year is wrong").await;
        let other = side.report(me, person, practice.asthma, &other).await.unwrap();
        assert_eq!(reported(&practice.clinician).await, [practice.asthma], "twice reported it is one entry");
        side.withdraw(me, person, (other, 1)).await.unwrap();
        let hill = desk.services.organisations.ensure(&Actor::Operator, "A81002", "Hilltop Surgery", OrganisationKind::Practice).await.unwrap();
        let (elsewhere, manager) = (desk.clinician_at(&hill).await, desk.member_at(&desk.practice, StaffRole::Manager).await);
        let reception = desk.member_at(&desk.practice, StaffRole::Reception).await;
        for who in [&elsewhere, &manager, &reception, me] {
            assert!(reported(who).await.is_empty());
        }
        practice.answer(id, "take", "").await.unwrap();
        assert_eq!(reported(&practice.clinician).await, [practice.asthma]);
        practice.answer(id, "decline", "The clinic wrote so").await.unwrap();
        assert!(reported(&practice.clinician).await.is_empty(), "it is over");
    }

    async fn no_list_at_work_is_told_of_what_goes_by_letter(place: &Place) {
        let by_letter = ByLetter::at(place).await;
        let desk = &by_letter.practice.desk;
        let there = desk.clinician_at(&by_letter.hill).await;
        for who in [&there, &by_letter.practice.clinician] {
            assert!(desk.services.corrections.reported(who, by_letter.practice.person).await.unwrap().is_empty());
        }
    }

    async fn what_is_hidden_from_a_carer_stays_so_when_nobody_is_shown_it_and_no_mail_tells_them(place: &Place) {
        let practice = Practice::at(place).await;
        let (desk, person) = (&practice.desk, practice.person);
        let (side, outbox) = (&desk.services.corrections, &desk.services.outbox);
        let (attorney, _) = desk.carer_by(person, LegalBasis::LastingPowerOfAttorney, Scopes::all(), Labels::all()).await;
        let id = practice.report(&attorney).await;
        // That somebody new has looked is told by a mail of its own.
        side.to_answer(&practice.clinician, person, id).await.unwrap();
        let mails = outbox.waiting().await.unwrap();
        practice.answer(id, "take", "").await.unwrap();
        assert_eq!(outbox.waiting().await.unwrap(), mails + 2, "the person, and who reported it for them");
        practice.receive(&[taken_back()]).await;
        assert_eq!(side.one(&attorney, person, id).await.unwrap().correction.entry, None, "kept from everybody, hidden from nobody");

        practice.receive(&[problem("c1", "m1", "Asthma", "active", "2019-03")]).await;
        desk.services.hidings.hide_entry(&practice.me, person, practice.asthma, HiddenFrom::All).await.unwrap();
        let mails = outbox.waiting().await.unwrap();
        practice.answer(id, "accept", "").await.unwrap();
        assert_eq!(outbox.waiting().await.unwrap(), mails + 1, "the person alone");
        practice.receive(&[taken_back()]).await;
        not_found(side.one(&attorney, person, id).await);
        assert!(side.list(&attorney, person).await.unwrap().0.is_empty());
        assert_eq!(practice.state(id).await, State::Corrected);
    }

    async fn nobody_answers_what_they_reported_themselves(place: &Place) {
        let practice = Practice::at(place).await;
        let (core, side) = (&practice.desk.services.core, &practice.desk.services.corrections);
        let id = practice.report(&practice.me).await;
        // She works at the practice too.
        let account = practice.me.account().unwrap();
        let row = MemberRow {
            id: core.new_id(),
            account_id: account.as_uuid(),
            organisation_id: practice.desk.practice.id.as_uuid(),
            name: "Dr Margaret Ellis".to_owned(),
            job: "GP".to_owned(),
            role: StaffRole::Clinician.code().to_owned(),
            created_at: core.now(),
            ended_at: None,
        };
        let member = MemberId::from_uuid(row.id);
        let kept: Result<bool, store::StoreError> =
            core.store().write(move |tx| Box::pin(async move { store::staff::insert(tx, &row).await })).await;
        assert!(kept.unwrap());
        let at_work = Actor::Staff { id: account, assurance: Assurance::SecondStep, member };
        let (item, form) = (practice.item().await, practice.answering(id, "accept", "").await);
        assert!(sentence(side.answer(&at_work, item, &form).await).starts_with("You reported this yourself"));
        assert_eq!(practice.state(id).await, State::Sent);
    }

    async fn what_was_to_be_read_is_not_taken_where_nobody_reads_reports(place: &Place) {
        let practice = Practice::at(place).await;
        let (desk, me, person) = (&practice.desk, &practice.me, practice.person);
        let side = &desk.services.corrections;
        let hill = desk.services.organisations.ensure(&Actor::Operator, "A81002", "Hilltop Surgery", OrganisationKind::Practice).await.unwrap();
        desk.import_from(&hill, bundle("collection", &[ellis(), problem("c9", "m1", "Migraine", "active", "2021-01")]), None).await.unwrap();
        let entry = desk.titled(person, Category::Problem, "Migraine").await;
        let start = side.start(me, person, entry).await.unwrap();
        assert!(!start.is_read);
        let form = CorrectionForm {
            wrong: "I never had it".to_owned(),
            seen: start.entry.version.to_string(),
            submission: desk.services.core.new_id().to_string(),
            ..CorrectionForm::default()
        };
        assert!(sentence(side.report(me, person, entry, &form).await).starts_with("Nobody at Hilltop Surgery reads reports here"));
        // An allergy and a medicine stand before what is not urgent.
        let allergy = json!({
            "resourceType": "AllergyIntolerance", "id": "a1", "patient": { "reference": "Patient/m1" }, "code": { "text": "Penicillin" },
            "clinicalStatus": { "coding": [{ "code": "active" }] },
        });
        let medicine = json!({
            "resourceType": "MedicationRequest", "id": "r1", "status": "active", "intent": "plan", "authoredOn": "2026-01-12",
            "subject": { "reference": "Patient/m1" }, "medicationCodeableConcept": { "text": "Ramipril" },
        });
        practice.receive(&[allergy, medicine]).await;
        for (category, title, waiting) in [(Category::Allergy, "Penicillin", 1), (Category::Medicine, "Ramipril", 2)] {
            let entry = desk.titled(person, category, title).await;
            let form = CorrectionForm { submission: desk.services.core.new_id().to_string(), ..form.clone() };
            side.report(me, person, entry, &form).await.unwrap();
            let waits = practice.waits().await;
            assert!(waits.len() == waiting && waits.iter().all(|item| item.urgent), "{title}: {waits:?}");
        }
    }

    async fn where_nobody_reads_reports_it_is_kept_sent_by_letter_and_what_they_say_is_written_down(place: &Place) {
        let by_letter = ByLetter::at(place).await;
        let (practice, id) = (&by_letter.practice, by_letter.id);
        let (desk, me, person) = (&practice.desk, &practice.me, practice.person);
        let side = &desk.services.corrections;
        assert_eq!(practice.state(id).await, State::ToSend);
        assert!(practice.did(Action::CorrectionChanged).await);
        assert_eq!(side.list(me, person).await.unwrap().0.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);
        let contact = ContactForm {
            address: "14 Mill Lane\nOtley".to_owned(),
            postcode: "LS21 3AA".to_owned(),
            mobile: "07700 900123".to_owned(),
            version: "0".to_owned(),
            submission: desk.services.core.new_id().to_string(),
            ..ContactForm::default()
        };
        desk.services.profile.save_contact(me, person, &contact).await.unwrap();
        let before = practice.events().await;
        let page = side.one(me, person, id).await.unwrap();
        assert_eq!(practice.events().await, before + 1, "one look is one event");
        let letter = page.letter.unwrap();
        assert_eq!((letter.entry.as_str(), letter.by_carer, letter.nhs_number.as_deref()), ("Migraine", false, Some("999 054 8609")));
        assert_eq!((letter.address, letter.phones.len()), (["14 Mill Lane", "Otley", "LS21 3AA"].map(str::to_owned).to_vec(), 1));
        assert!(letter.name.contains("Ellis") && letter.birth_date.is_some() && letter.happened.is_some());

        // Nothing is sent by itself to whoever works there later.
        let clinician = desk.clinician_at(&by_letter.hill).await;
        let waits = desk.services.work.list(&clinician).await.unwrap();
        assert!(waits.iter().all(|item| item.kind != WorkKind::Correction), "{waits:?}");
        not_found(side.to_answer(&clinician, person, id).await);

        for (form, said) in [
            (by_letter.form("", [""; 3], "", 1), "Choose what they said"),
            (by_letter.form("accept", [""; 3], "", 1), "Choose what they said"),
            (by_letter.form("post", [""; 3], "", 1), "Enter the day you sent it"),
            (by_letter.form("post", ["1", "1", "2999"], "", 1), "The day you sent it must be today or in the past"),
            (by_letter.form("hear-corrected", [""; 3], "", 1), "This has just changed. Look at it again, then choose what to do"),
        ] {
            assert_eq!(sentence(by_letter.write_down(me, &form).await), said);
        }
        let early = by_letter.form("post", ["1", "1", "2020"], "", 1);
        assert!(sentence(by_letter.write_down(me, &early).await).contains("or later: you reported it that day"));
        let before = practice.events().await;
        let form = by_letter.post(1).await;
        by_letter.write_down(me, &form).await.unwrap();
        assert_eq!(practice.events().await, before + 1, "sent twice it is done once");
        let page = side.one(me, person, id).await.unwrap();
        let today = london_day(desk.services.core.now());
        assert_eq!((page.correction.state, page.sent_on, page.letter.is_some()), (State::ByLetter, Some(today), true));

        // A newer version is linked, and is no correction before somebody says so.
        let newer = [ellis(), problem("c9", "m1", "Headache", "active", "2021-01")];
        desk.import_from(&by_letter.hill, bundle("collection", &newer), None).await.unwrap();
        let page = side.one(me, person, id).await.unwrap();
        assert_eq!((page.correction.state, page.changed, page.reported_version), (State::ByLetter, true, Some(1)));
        let no = by_letter.form("hear-declined", [""; 3], " ", 2);
        assert_eq!(sentence(by_letter.write_down(me, &no).await), "Write the reason they gave. If they gave none, write that");
        let yes = by_letter.form("hear-corrected", [""; 3], "They rang me", 2);
        by_letter.write_down(me, &yes).await.unwrap();
        let page = side.one(me, person, id).await.unwrap();
        assert_eq!((page.correction.state, page.letter, page.may_withdraw), (State::HeardCorrected, None, false));
        let been: Vec<_> = page.steps.iter().map(|step| (step.state, step.words.as_str())).collect();
        assert_eq!(been, [(State::ToSend, ""), (State::ByLetter, ""), (State::HeardCorrected, "They rang me")]);
        let about = side.about_entry(me, person, by_letter.migraine).await.unwrap();
        assert_eq!(about.reports.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);
        let mut out = Vec::new();
        desk.services.exports.bundle(me, person, &mut out).await.unwrap();
        let all: Value = serde_json::from_slice(&out).unwrap();
        let mut all = all["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
        let task = all.find(|one| one["resourceType"] == "Task" && one["id"] == id.to_string()).unwrap();
        assert_eq!((task["status"].as_str(), task["owner"]["display"].as_str()), (Some("completed"), Some("Hilltop Surgery")));
        assert!(task["note"][0]["text"].as_str().unwrap().starts_with("Sent by letter on "));
    }

    async fn a_letter_is_answered_with_no_or_taken_back_and_is_nobody_elses(place: &Place) {
        let by_letter = ByLetter::at(place).await;
        let (practice, id) = (&by_letter.practice, by_letter.id);
        let (desk, me, person) = (&practice.desk, &practice.me, practice.person);
        let side = &desk.services.corrections;
        let (helper, _) = desk.carer_of(person, Scopes::all(), Labels::all()).await;
        let (attorney, _) = desk.carer_by(person, LegalBasis::LastingPowerOfAttorney, Scopes::all(), Labels::all()).await;
        let form = CorrectionByLetter { sent: by_letter.today(), ..by_letter.form("post", [""; 3], "", 1) };
        for who in [&helper, &attorney, &practice.clinician, &Actor::Nobody] {
            assert!(by_letter.write_down(who, &form).await.is_err());
        }
        assert_eq!(practice.state(id).await, State::ToSend);
        by_letter.post(1).await;
        let no = by_letter.form("hear-declined", [""; 3], "They say the hospital found it", 2);
        by_letter.write_down(me, &no).await.unwrap();
        let page = side.one(me, person, id).await.unwrap();
        assert_eq!((page.correction.state, page.steps.last().unwrap().words.as_str()), (State::HeardDeclined, "They say the hospital found it"));
        assert!(sentence(side.withdraw(me, person, (id, 3)).await).starts_with("It has been answered"));

        // Who acts by law reports for them, and has a letter that says so; the person may take it back.
        let form = CorrectionForm {
            wrong: "She never had it".to_owned(),
            seen: side.start(&attorney, person, by_letter.migraine).await.unwrap().entry.version.to_string(),
            by_letter: true,
            submission: desk.services.core.new_id().to_string(),
            ..CorrectionForm::default()
        };
        let theirs = side.report(&attorney, person, by_letter.migraine, &form).await.unwrap();
        assert!(side.one(&attorney, person, theirs).await.unwrap().letter.unwrap().by_carer);
        side.withdraw(me, person, (theirs, 1)).await.unwrap();
        assert_eq!(practice.state(theirs).await, State::Withdrawn);

        // A form that was made before somebody there read reports sends nothing.
        desk.clinician_at(&by_letter.hill).await;
        let late = CorrectionForm { submission: desk.services.core.new_id().to_string(), ..form };
        assert!(sentence(side.report(me, person, by_letter.migraine, &late).await).starts_with("Somebody at Hilltop Surgery reads reports here now"));
    }

    async fn what_was_reported_is_taken_away_with_the_record(place: &Place) {
        let practice = Practice::at(place).await;
        let (desk, me, person) = (&practice.desk, &practice.me, practice.person);
        let id = practice.report(me).await;
        practice.answer(id, "decline", "You had it as a child.").await.unwrap();
        let mut out = Vec::new();
        desk.services.exports.bundle(me, person, &mut out).await.unwrap();
        let all = resources_of(&String::from_utf8(out).unwrap());
        let task: Value = serde_json::from_str(&all[&("Task".to_owned(), id.to_string())]).unwrap();
        for (pointer, value) in [
            ("/status", json!("rejected")),
            ("/description", json!("I never had asthma")),
            ("/focus/reference", json!("Condition/c1")),
            ("/owner/display", json!("Riverside Surgery")),
            ("/note/0/text", json!("You had it as a child.")),
        ] {
            assert_eq!(task.pointer(pointer), Some(&value), "{pointer}");
        }
        // The operator's copy holds what sources sent.
        assert!(!desk.export(person).await.0.contains("I never had asthma"));
    }

    async fn what_is_taken_away_names_nothing_that_is_withheld(place: &Place) {
        let practice = Practice::at(place).await;
        let drug = |status: &str| json!({ "resourceType": "Medication", "id": "d1", "status": status, "code": { "text": "SECRET drug" } });
        let request = json!({
            "resourceType": "MedicationRequest", "id": "q1", "status": "active", "intent": "order", "subject": { "reference": "Patient/m1" },
            "medicationReference": { "reference": "Medication/d1" }, "authoredOn": "2026-05-01",
        });
        practice.receive(&[drug("active"), request]).await;
        let lines = practice.desk.lines(&practice.me, practice.person, Category::Medicine).await;
        let entry = lines.into_iter().find(|line| line.title == "SECRET drug" && line.kind != "Medicine").unwrap().id;
        let practice = Practice { asthma: entry, ..practice };
        let (services, me, person) = (&practice.desk.services, &practice.me, practice.person);
        let id = practice.report(me).await;
        let note = NoteForm {
            words: "It tastes bad".to_owned(),
            who: "private".to_owned(),
            about: entry.to_string(),
            submission: services.core.new_id().to_string(),
            ..NoteForm::default()
        };
        services.profile.write_note(me, person, &note).await.unwrap();
        practice.receive(&[drug("entered-in-error")]).await;
        let mut out = Vec::new();
        services.exports.bundle(me, person, &mut out).await.unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("It tastes bad") && !text.contains("SECRET drug"));
        let task: Value = serde_json::from_str(&resources_of(&text)[&("Task".to_owned(), id.to_string())]).unwrap();
        assert_eq!(task.pointer("/focus/reference"), Some(&json!("MedicationRequest/q1")));
    }
}
