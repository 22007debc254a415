use super::*;
use domain::scope::Scope;
use domain::search::{Piece, Query, Told};
use service::{Alike, Cursor as Mark, HiddenFrom, Narrowing, SearchAsked, SearchPage};
use std::collections::BTreeSet;

fn ellis() -> Value {
    patient("m1", Some("9990548609"), "Ellis", "1948-11-04")
}

fn medicine(id: &str, name: &str, on: &str) -> Value {
    json!({
        "resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "order", "authoredOn": on,
        "subject": { "reference": "Patient/m1" }, "medicationCodeableConcept": { "text": name },
        "dosageInstruction": [{ "text": "One to be taken each morning, with plenty of water" }],
    })
}

fn hypertension() -> Value {
    json!({
        "resourceType": "Condition", "id": "bp", "subject": { "reference": "Patient/m1" }, "onsetDateTime": "2021-05-09",
        "clinicalStatus": { "coding": [{ "code": "active" }] },
        "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "59621000", "display": "Essential hypertension (disorder)" }], "text": "Essential hypertension" },
        "note": [{ "text": "Readings at home are lower. Ask Nurse Kemp about the café club." }],
    })
}

fn letter() -> Value {
    json!({
        "resourceType": "DocumentReference", "id": "d1", "status": "current", "subject": { "reference": "Patient/m1" },
        "type": { "text": "Clinic letter" }, "date": "2022-02-02T09:00:00Z",
        "content": [{ "attachment": { "contentType": "text/plain", "data": "VGhlIGtuZWUgaXMgbXVjaCBiZXR0ZXIgYWZ0ZXIgcGh5c2lvdGhlcmFweS4=" } }],
    })
}

async fn search(desk: &Desk, reader: &Actor, person: PersonId, words: &str) -> SearchPage {
    let asked = SearchAsked { words: words.to_owned(), ..SearchAsked::default() };
    desk.services.records.search(reader, person, &asked).await.unwrap()
}

/// What is found, by name.
async fn titles(desk: &Desk, reader: &Actor, person: PersonId, words: &str) -> Vec<String> {
    search(desk, reader, person, words).await.found.into_iter().map(|one| one.line.title).collect()
}

/// With brackets round what is marked.
fn said(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| if piece.marked { format!("[{}]", piece.text) } else { piece.text.clone() }).collect()
}

testkit::both_engines! {
    async fn entries_are_found_by_all_that_they_say(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(), hypertension(), letter(),
            medicine("q1", "Amoxicillin 500mg capsules", "2024-01-03"),
            medicine("q2", "Atorvastatin 20mg tablets", "2025-01-03"),
            medicine("q3", "Paracetamol 500mg tablets", "2026-01-03"),
            with(problem("c1", "m1", "Asthma", "active", "2019"), "code", json!({ "text": "Asthma" })),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        for (words, found) in [
            ("asthma", vec!["Asthma"]),
            ("ASTH", vec!["Asthma"]),
            ("high blood pressure", vec!["Essential hypertension"]),
            ("disorder", vec!["Essential hypertension"]),
            ("nurse kemp cafe", vec!["Essential hypertension"]),
            ("physiotherapy knee", vec!["Clinic letter"]),
            ("500mg", vec!["Paracetamol 500mg tablets", "Amoxicillin 500mg capsules"]),
            ("riverside 20mg", vec!["Atorvastatin 20mg tablets"]),
            ("painkiller", vec!["Paracetamol 500mg tablets"]),
            ("asthma knee", vec![]),
        ] {
            assert_eq!(titles(&desk, &me, person, words).await, found, "{words}");
        }
        let one = &search(&desk, &me, person, "high blood pressure").await;
        assert!(!one.near && one.next.is_none());
        let (label, context) = one.found[0].context.as_ref().unwrap();
        assert_eq!((label.as_str(), said(context).as_str()), ("In plain words", "[High] [blood] [pressure]"));
        let found = &search(&desk, &me, person, "kemp").await.found[0];
        assert_eq!(said(&found.context.as_ref().unwrap().1), "Readings at home are lower. Ask Nurse [Kemp] about the café club.");
        let found = &search(&desk, &me, person, "amoxi").await.found[0];
        assert_eq!((said(&found.title).as_str(), found.context.is_none()), ("[Amoxicillin] 500mg capsules", true));
    }

    async fn abbreviations_find_what_they_stand_for_and_nothing_that_begins_so(place: &Place) {
        let desk = Desk::at(place).await;
        let named = |id: &str, name: &str| with(problem(id, "m1", name, "active", "2019"), "code", json!({ "text": name }));
        let person = desk.import(bundle("collection", &[
            ellis(), named("c1", "Atrial fibrillation"), named("c2", "Recurrent UTI"), named("c3", "Migraine"), named("c4", "Enteral feeding"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        for (words, found) in [
            ("AF", vec!["Atrial fibrillation"]),
            ("urinary tract infection", vec!["Recurrent UTI"]),
            ("MI", vec![]),
            ("ENT", vec![]),
            ("migr", vec!["Migraine"]),
        ] {
            assert_eq!(titles(&desk, &me, person, words).await, found, "{words}");
        }
    }

    async fn what_is_mistyped_is_found_by_what_it_is_like(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(),
            medicine("q1", "Amoxicillin 500mg capsules", "2024-01-03"),
            medicine("q2", "Atorvastatin 20mg tablets", "2025-01-03"),
            medicine("q3", "Paracetamol 500mg tablets", "2026-01-03"),
            problem("c1", "m1", "Asthma", "active", "2019"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        for (words, found) in [
            ("amoxicilin", "Amoxicillin 500mg capsules"),
            ("atorvastatine", "Atorvastatin 20mg tablets"),
            ("paracetmol", "Paracetamol 500mg tablets"),
            ("amoxycilin 500mg", "Amoxicillin 500mg capsules"),
        ] {
            let page = search(&desk, &me, person, words).await;
            assert!(page.near, "{words}");
            assert_eq!(page.found.iter().map(|one| one.line.title.as_str()).collect::<Vec<_>>(), [found], "{words}");
            assert!(page.found[0].title.iter().any(|piece| piece.marked), "{words}");
        }
        assert!(!search(&desk, &me, person, "amoxicillin").await.near);
        let nothing = search(&desk, &me, person, "zzzzzzzz").await;
        assert!(nothing.found.is_empty() && !nothing.near && nothing.words == ["zzzzzzzz"]);
    }

    async fn a_word_that_is_mistyped_somewhere_does_not_hide_what_is_spelt_well(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(),
            medicine("q1", "Metformin 500mg tablets", "2026-01-03"),
            problem("c1", "m1", "Sick after metforman", "active", "2025-03-01"),
            problem("c2", "m1", "High blood pressure", "active", "2019"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let page = search(&desk, &me, person, "metforman").await;
        let titles = |page: &SearchPage| page.found.iter().map(|one| one.line.title.clone()).collect::<Vec<_>>();
        assert_eq!((titles(&page), page.near, page.alike), (vec!["Sick after metforman".to_owned()], false, Alike::Offered));
        let events = desk.events(person.as_uuid()).await;
        let asked = SearchAsked { words: "metforman".to_owned(), alike: true, ..SearchAsked::default() };
        let page = desk.services.records.search(&me, person, &asked).await.unwrap();
        assert_eq!(titles(&page), ["Metformin 500mg tablets", "Sick after metforman"]);
        assert_eq!((page.near, page.alike), (false, Alike::Yes));
        assert_eq!(desk.events(person.as_uuid()).await, events + 1, "one look is one event");
        // Nothing to offer: nothing was found, it is done already, or the words mean something only together.
        for words in ["zzzzzzzz", "metforming", "high blood pressure", "500"] {
            assert_eq!(search(&desk, &me, person, words).await.alike, Alike::No, "{words}");
        }
    }

    async fn medicines_are_found_by_their_brands_and_the_other_way_round(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(),
            medicine("q1", "Salbutamol 100micrograms/dose inhaler CFC free", "2024-01-03"),
            medicine("q2", "Panadol 500mg tablets", "2025-01-03"),
            medicine("q3", "Metformin 500mg tablets", "2026-01-03"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        for (words, near, found) in [
            ("ventolin", false, "Salbutamol 100micrograms/dose inhaler CFC free"),
            ("paracetamol", false, "Panadol 500mg tablets"),
            ("Glucophage", false, "Metformin 500mg tablets"),
            ("ventolen", true, "Salbutamol 100micrograms/dose inhaler CFC free"),
            ("paracetmol", true, "Panadol 500mg tablets"),
        ] {
            let page = search(&desk, &me, person, words).await;
            assert_eq!(page.near, near, "{words}");
            assert_eq!(page.found.iter().map(|one| one.line.title.as_str()).collect::<Vec<_>>(), [found], "{words}");
            assert!(page.found[0].title.iter().any(|piece| piece.marked), "{words}");
        }
        assert!(search(&desk, &me, person, "lipitor").await.found.is_empty());
    }

    async fn whatever_is_typed_is_answered(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(), problem("c1", "m1", "Asthma", "active", "2019"), problem("c2", "m1", "ربو", "active", "2020"),
            problem("c3", "m1", "Übelkeit", "active", "2021"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let long = "x".repeat(1000);
        let many = "asthma ".repeat(400);
        for words in [
            "", " ", "\"", "''", "*", "asthma*", "\"asthma", "NEAR", "NEAR(asthma gout, 5)", "asthma AND", "OR", "NOT asthma", "(", ")", "((((",
            "a:b", "words:asthma", "rowid", "-asthma", "+asthma", "^asthma", "{asthma}", "asthma & gout", "asthma | !gout <-> x", ":*", "%", "_",
            "\\", "\0", "a\0b", "💊", "👩‍⚕️ asthma", "ربو", "\u{202e}amhtsa", "e\u{301}", "'; DROP TABLE person; --", &long, &many,
        ] {
            let page = search(&desk, &me, person, words).await;
            assert!(page.found.len() <= 20, "{words}");
        }
        assert_eq!(titles(&desk, &me, person, "ربو").await, ["ربو"]);
        assert_eq!(titles(&desk, &me, person, "ubelkeit").await, ["Übelkeit"]);
        assert_eq!(titles(&desk, &me, person, "\"asthma\" *").await, ["Asthma"]);
        assert!(search(&desk, &me, person, &many).await.cut && search(&desk, &me, person, "💊").await.words.is_empty());
    }

    async fn only_what_may_be_shown_is_found_and_what_changes_is_found_anew(place: &Place) {
        let desk = Desk::at(place).await;
        let asthma = changed_at(problem("c1", "m1", "Asthma", "active", "2019"), "2026-01-01T00:00:00Z");
        let mistake = with(problem("c2", "m1", "Gout", "active", "2016"), "verificationStatus", json!({ "coding": [{ "code": "entered-in-error" }] }));
        let person = desk.import(bundle("collection", &[ellis(), asthma, mistake.clone()])).await.unwrap().person;
        let other = desk.import(bundle("collection", &[
            patient("m2", Some("9990000018"), "Stone", "1960-01-01"), problem("c3", "m2", "Sciatica", "active", "2016"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let look = async |words| titles(&desk, &me, person, words).await;
        assert_eq!((look("asthma").await.len(), look("gout").await.len(), look("sciatica").await.len()), (1, 0, 0));
        assert_eq!(look("ellis").await.len(), 0, "people are not in it");
        let eczema = changed_at(problem("c1", "m1", "Eczema", "active", "2020-02-02"), "2026-02-01T00:00:00Z");
        desk.import(bundle("collection", &[ellis(), eczema])).await.unwrap();
        assert_eq!((look("asthma").await, look("eczema").await), (vec![], vec!["Eczema".to_owned()]));
        // Of what is taken back no word is kept.
        let gone = with(
            changed_at(problem("c1", "m1", "Eczema", "active", "2020-02-02"), "2026-03-01T00:00:00Z"),
            "verificationStatus",
            json!({ "coding": [{ "code": "entered-in-error" }] }),
        );
        desk.import(bundle("collection", &[ellis(), gone])).await.unwrap();
        assert_eq!(look("eczema").await.len(), 0);
        let mut tx = desk.services.core.store().read().await.unwrap();
        assert_eq!(store::record::starting(&mut tx, person, 'e', 1).await.unwrap(), Vec::<String>::new());
        assert_eq!(store::record::starting(&mut tx, other, 's', 1).await.unwrap().iter().filter(|word| *word == "sciatica").count(), 1);
        drop(tx);
        let stranger = desk.account_of(&[]).await;
        let asked = SearchAsked { words: "asthma".to_owned(), ..SearchAsked::default() };
        assert!(matches!(desk.services.records.search(&stranger, person, &asked).await, Err(ServiceError::NotFound)));
    }

    async fn what_is_found_is_paged_narrowed_and_audited_without_its_words(place: &Place) {
        let desk = Desk::at(place).await;
        let mut all = vec![ellis(), weight("o1", "m1", "2026-03-04T10:40:00Z", "61")];
        all.extend((0..45).map(|number| problem(&format!("c{number}"), "m1", &format!("Sprain {number}"), "active", &format!("20{:02}-05-01", number % 20))));
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        for (words, near) in [("sprain", false), ("spraiin", true)] {
            let (mut found, mut after): (Vec<EntryId>, Option<(Mark, bool)>) = (Vec::new(), None);
            loop {
                let asked = SearchAsked { words: words.to_owned(), after, ..SearchAsked::default() };
                let page = desk.services.records.search(&me, person, &asked).await.unwrap();
                assert_eq!(page.near, near, "{words}");
                found.extend(page.found.iter().map(|one| one.line.id));
                after = page.next.map(|next| (next, page.near));
                if after.is_none() {
                    break;
                }
            }
            assert_eq!((found.len(), found.iter().collect::<BTreeSet<_>>().len()), (45, 45), "{words}");
        }
        let narrowing = Narrowing { from: Some("2018-01-01".parse().unwrap()), to: Some("2018-12-31".parse().unwrap()), ..Narrowing::default() };
        let asked = SearchAsked { words: "sprain".to_owned(), narrowing, ..SearchAsked::default() };
        assert_eq!(desk.services.records.search(&me, person, &asked).await.unwrap().found.len(), 2);
        let results = Narrowing { kind: Some(Category::Result), source: Some(desk.practice.id), label: Some(Sensitivity::General), ..Narrowing::default() };
        let asked = SearchAsked { words: "riverside".to_owned(), narrowing: results, ..SearchAsked::default() };
        assert_eq!(desk.services.records.search(&me, person, &asked).await.unwrap().found.len(), 1);
        let events = desk.events(person.as_uuid()).await;
        search(&desk, &me, person, "sprain").await;
        assert_eq!(desk.events(person.as_uuid()).await, events + 1);
        let mut tx = desk.services.core.store().read().await.unwrap();
        let last = store::audit::oldest(&mut tx, person.as_uuid(), events, 10).await.unwrap();
        assert!(last.len() == 1 && last[0].detail.contains("search") && !last[0].detail.contains("sprain"), "{last:?}");
    }

    async fn what_is_known_to_a_month_or_a_year_is_found_in_every_period_in_which_it_may_have_been(place: &Place) {
        let desk = Desk::at(place).await;
        let mut all = vec![ellis()];
        for (number, on) in ["2019-03-20", "2019-03-01", "2019-03", "2019-02", "2019", "2018"].into_iter().enumerate() {
            all.push(problem(&format!("c{number}"), "m1", &format!("Sprain {on}"), "active", on));
        }
        let many = |what: &str, on: &str| (0..45).map(|at| problem(&format!("{what}{at}"), "m1", &format!("Cough {what}{at}"), "active", on)).collect::<Vec<_>>();
        all.extend(many("month", "2016-06").into_iter().chain(many("day", "2016-06-01")).chain(many("year", "2016")));
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let titles = async |reader: &Actor, words: &str, from: &str, to: &str| {
            let narrowing = Narrowing { from: Some(from.parse().unwrap()), to: Some(to.parse().unwrap()), ..Narrowing::default() };
            let (mut found, mut after): (Vec<String>, Option<(Mark, bool)>) = (Vec::new(), None);
            loop {
                let asked = SearchAsked { words: words.to_owned(), narrowing, after, ..SearchAsked::default() };
                let page = desk.services.records.search(reader, person, &asked).await.unwrap();
                found.extend(page.found.iter().map(|one| one.line.title.clone()));
                after = page.next.map(|next| (next, page.near));
                if after.is_none() {
                    return found;
                }
            }
        };
        for reader in [&me, &ann] {
            assert_eq!(titles(reader, "sprain", "2019-03-02", "2019-12-31").await, ["Sprain 2019-03-20", "Sprain 2019-03", "Sprain 2019"]);
            assert_eq!(titles(reader, "sprain", "2019-03-02", "2019-03-03").await, ["Sprain 2019-03", "Sprain 2019"]);
            assert_eq!(titles(reader, "sprain", "2019-04-02", "2019-04-03").await, ["Sprain 2019"]);
            assert_eq!(titles(reader, "sprain", "2017-04-02", "2017-04-03").await, Vec::<String>::new());
            let found = titles(reader, "cough", "2016-06-05", "2016-06-30").await;
            assert_eq!((found.len(), found.iter().collect::<BTreeSet<_>>().len()), (90, 90));
            assert!(found[..45].iter().all(|title| title.contains("month")) && found[45..].iter().all(|title| title.contains("year")));
        }
    }

    async fn a_carer_finds_by_what_is_open_to_them_alone(place: &Place) {
        let desk = Desk::at(place).await;
        let mut all = vec![ellis(), problem("c1", "m1", "Chlamydia", "active", "2020-03"), problem("c2", "m1", "Asthma", "active", "2019-03")];
        // Thirty visits whose reason is the one that is hidden, and one whose reason is not.
        all.extend((0..31).map(|number| json!({
            "resourceType": "Encounter", "id": format!("e{number}"), "subject": { "reference": "Patient/m1" }, "status": "finished",
            "class": { "code": "AMB" }, "type": [{ "text": "Consultation" }], "period": { "start": format!("2026-03-{:02}T10:00:00Z", number % 28 + 1) },
            "reasonReference": [{ "reference": if number == 0 { "Condition/c2" } else { "Condition/c1" } }],
        })));
        let person = desk.import(bundle("collection", &all)).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        assert_eq!(search(&desk, &me, person, "chlamydia").await.found.len(), 20);
        let entry = desk.titled(person, Category::Problem, "Chlamydia").await;
        desk.services.hidings.relabel(&me, person, entry, Some(Sensitivity::Sexual)).await.unwrap();
        desk.services.hidings.hide_entry(&me, person, entry, HiddenFrom::All).await.unwrap();
        for words in ["chlamydia", "chlamidia", "chlam"] {
            let page = search(&desk, &ann, person, words).await;
            assert!(page.found.is_empty() && page.next.is_none() && !page.near, "{words}");
        }
        assert_eq!(titles(&desk, &ann, person, "asthma").await, ["Consultation", "Asthma"]);
        assert_eq!(search(&desk, &ann, person, "consultation").await.found.len(), 20);
        let (ben, _) = desk.carer_of(person, Scopes::NONE.with(Scope::Tests), general()).await;
        assert!(search(&desk, &ben, person, "asthma").await.found.is_empty());
    }

    async fn an_engine_finds_just_what_the_words_of_entries_say(place: &Place) {
        let desk = Desk::at(place).await;
        let mut files = synthea();
        files.sort_by_key(|path| std::fs::metadata(path).unwrap().len());
        let person = desk.import(unpacked(&files[0])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let plain = &desk.services.plain_words;
        // Every entry by its own words.
        let mut entries = Vec::new();
        for category in Category::SHOWN.iter().filter(|category| **category != Category::People) {
            let mut after = None;
            loop {
                let page = desk.services.records.list(&me, person, *category, Which::All, after).await.unwrap();
                for line in page.lines {
                    let view = desk.services.records.entry(&me, person, line.id).await.unwrap();
                    let files: Vec<String> =
                        view.documents.files.iter().filter_map(|file| file.shown.as_ref().map(|shown| shown.text())).collect();
                    let files: Vec<&str> = files.iter().map(String::as_str).collect();
                    let words = Told {
                        title: &view.line.title,
                        kind: &view.line.kind,
                        plain: plain.find(view.line.category, view.code.as_slice(), &view.line.title).map(|words| words.name.as_str()),
                        display: view.code.as_ref().and_then(|code| code.display.as_deref()),
                        value: view.line.value.as_ref().map(|value| value.text.as_str()),
                        details: &view.details,
                        author: view.line.author.as_deref(),
                        place: view.line.place.as_deref(),
                        sent_by: Some(&view.line.sent_by),
                        files: &files,
                    }
                    .words();
                    entries.push((line.id, words));
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        for words in ["blood", "blood pressure", "sugar", "vaccine", "high", "encounter for problem", "pain", "riverside", "2", "mg tablet", "heart", "xyzzy"] {
            let query = Query::read(words).unwrap();
            let expected: BTreeSet<EntryId> = entries.iter().filter(|(_, all)| query.met(all).is_some()).map(|(id, _)| *id).collect();
            let (mut found, mut after) = (BTreeSet::new(), None);
            loop {
                let asked = SearchAsked { words: words.to_owned(), after, ..SearchAsked::default() };
                let page = desk.services.records.search(&me, person, &asked).await.unwrap();
                if page.near {
                    break;
                }
                found.extend(page.found.iter().map(|one| one.line.id));
                after = page.next.map(|next| (next, false));
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(found, expected, "{words}");
        }
    }

    async fn what_an_older_program_kept_and_did_not_show_is_shown_by_itself(place: &Place) {
        let desk = Desk::at(place).await;
        let imports = &desk.services.imports;
        let who = domain::person::Demographics {
            nhs_number: None, family_name: "Ellis".to_owned(), given_names: vec!["Margaret".to_owned()], prefix: None,
            birth_date: "1948-11-04".parse().ok(), gender: None, deceased: false,
        };
        let person = desk.services.people.create(&Actor::Operator, who).await.unwrap();
        let at = desk.services.core.now();
        let import = store::record::Import { person, organisation: desk.practice.id, id: domain::ImportId::from_uuid(desk.services.core.new_id()), at };
        let resource = domain::ResourceId::from_uuid(desk.services.core.new_id());
        let raw = json!({
            "resourceType": "Communication", "id": "k1", "status": "completed", "subject": { "reference": "Patient/m1" },
            "topic": { "text": "Your review" }, "sent": "2026-03-04", "payload": [{ "contentString": "Please book your review" }],
        }).to_string();
        let received = fhir::Received::new("test", None, raw.clone()).unwrap();
        // As a program left it that read no messages: without an entry of it or of anything else.
        let put: Result<(), store::StoreError> = desk.services.core.store().write(move |tx| Box::pin(async move {
            store::record::add_resources(tx, import, &[store::record::NewResource {
                id: resource, resource_type: "Communication".to_owned(), logical_id: "k1".to_owned(), version: 1, is_current: true,
                source_version: None, source_updated_at: None, full_url: None, raw, hash: received.hash.to_vec(),
            }]).await
        })).await;
        put.unwrap();
        let me = desk.account_of(&[person]).await;
        assert_eq!(titles(&desk, &me, person, "review").await.len(), 0);
        assert_eq!(imports.index_waiting(&Actor::System, None, 10).await.unwrap(), (1, Some(person)));
        assert_eq!(titles(&desk, &me, person, "review").await, ["Your review"]);
        assert_eq!(imports.index_waiting(&Actor::System, None, 10).await.unwrap(), (0, None));
    }

    async fn what_an_older_program_took_in_is_read_again_once(place: &Place) {
        let desk = Desk::at(place).await;
        let imports = &desk.services.imports;
        let who = domain::person::Demographics {
            nhs_number: None, family_name: "Ellis".to_owned(), given_names: vec!["Margaret".to_owned()], prefix: None,
            birth_date: "1948-11-04".parse().ok(), gender: None, deceased: false,
        };
        let person = desk.services.people.create(&Actor::Operator, who).await.unwrap();
        let at = desk.services.core.now();
        // As it is without its words: put there past the search.
        let import = store::record::Import { person, organisation: desk.practice.id, id: domain::ImportId::from_uuid(desk.services.core.new_id()), at };
        let raw = problem("c1", "m1", "Asthma", "active", "2019").to_string();
        let received = fhir::Received::new("test", None, raw.clone()).unwrap();
        let facts = fhir::map::entry(&received, &fhir::map::Names::among(&[])).unwrap().unwrap();
        let (resource, entry) = (domain::ResourceId::from_uuid(desk.services.core.new_id()), EntryId::from_uuid(desk.services.core.new_id()));
        let put: Result<(), store::StoreError> = desk.services.core.store().write(move |tx| Box::pin(async move {
            store::record::add_resources(tx, import, &[store::record::NewResource {
                id: resource, resource_type: "Condition".to_owned(), logical_id: "c1".to_owned(), version: 1, is_current: true,
                source_version: None, source_updated_at: None, full_url: None, raw, hash: received.hash.to_vec(),
            }]).await?;
            let new = store::record::NewEntry {
                id: entry, resource_id: resource, resource_type: "Condition".to_owned(), logical_id: "c1".to_owned(), facts,
            };
            store::record::add_entries(tx, import, &[new]).await
        })).await;
        put.unwrap();
        let me = desk.account_of(&[person]).await;
        assert_eq!(titles(&desk, &me, person, "asthma").await.len(), 0);
        assert_eq!(imports.index_waiting(&Actor::System, None, 10).await.unwrap(), (1, Some(person)));
        assert_eq!(titles(&desk, &me, person, "asthma").await, ["Asthma"]);
        // Once is enough, and once more changes nothing.
        assert_eq!(imports.index_waiting(&Actor::System, None, 10).await.unwrap(), (0, None));
        assert_eq!(imports.reindex(&Actor::Operator, person).await.unwrap(), 1);
        assert_eq!(titles(&desk, &me, person, "asthma").await, ["Asthma"]);
        // Whose first entries came by this program does not wait.
        desk.import(bundle("collection", &[patient("m2", Some("9990000018"), "Stone", "1960-01-01")])).await.unwrap();
        assert_eq!(imports.index_waiting(&Actor::System, None, 10).await.unwrap(), (0, None));
        let nobody = desk.account_of(&[]).await;
        assert!(matches!(imports.index_waiting(&nobody, None, 10).await, Err(ServiceError::NotFound)));
    }
}
