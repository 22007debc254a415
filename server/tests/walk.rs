//! Every page of the record of each of the 25 Synthea people, found by its links as a browser without script finds them, and read
//! for what must not stand there; with a few things beside that Synthea makes none of.

use crate::common::{Answer, Browser, TestApp};
use app::routes::{self, category, shape_of};
use axum::http::{StatusCode, header};
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::record::Category;
use domain::team::StaffRole;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use service::{ImportRequest, OrganisationKind, Which};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::File;
use std::io::Cursor;
use std::path::PathBuf;
use testkit::Place;

const PRACTICE: &str = "Y9S01";
const GP: &str = "gp@example.org";

const TIMELINE: &str = "/record/timeline";
/// Of the entries of a person, one in so many is read, beside the first of each name. All of them, with what each leads to, would take
/// minutes; `results.rs` reads every result.
const SHARE: usize = 24;
/// So many pages of each shape of address are read of each list that leads to them, beside every page of the person's own lists. Of
/// entries every one is read where `SELFHEAL_WALK_ALL` is set.
const OF_EACH: usize = 10;
/// So many of each shape that is no part of the record, such as the days of the medicine diary.
const OF_OTHERS: usize = 2;
/// The least that a page says below its heading, in letters.
const LEAST: usize = 40;

/// So many letters has the shortest code that is looked for.
const SHORTEST: usize = 5;

/// Code systems whose codes mean nothing to readers.
const CODED: [&str; 3] = ["http://snomed.info/sct", "http://loinc.org", "http://www.nlm.nih.gov/research/umls/rxnorm"];

/// What no page says anywhere.
const NEVER: [&str; 14] = [
    "http://snomed.info",
    "loinc.org",
    "urn:uuid:",
    "urn:oid:",
    "urn:ietf:",
    "http://hl7.org",
    "http://terminology.hl7.org",
    "bluebutton.cms.gov",
    "unitsofmeasure.org",
    "[object ",
    "Some(",
    "mm[Hg]",
    "{",
    "}",
];

/// What no piece of a page is by itself.
const NEVER_ALONE: [&str; 5] = ["null", "undefined", "NaN", "None", "true"];

/// What a bundle says in codes where it also says it in words.
#[derive(Default)]
struct Coded {
    /// Numbers of SNOMED CT, LOINC and RxNorm, which stand in no text.
    numbers: BTreeSet<String>,
    /// Codes of other systems, which are no text by themselves.
    words: BTreeSet<String>,
}

impl Coded {
    fn add(&mut self, json: &Value) {
        match json {
            Value::Array(all) => all.iter().for_each(|one| self.add(one)),
            Value::Object(fields) => {
                let concept_says = fields.get("text").and_then(Value::as_str);
                for coding in fields.get("coding").and_then(Value::as_array).into_iter().flatten() {
                    let of = |field: &str| coding.get(field).and_then(Value::as_str);
                    let (Some(code), Some(says)) = (of("code"), of("display").or(concept_says)) else { continue };
                    // Short ones are numbers and letters that mean other things too.
                    if code.len() < SHORTEST || code.eq_ignore_ascii_case(says) {
                        continue;
                    }
                    let is_number = of("system").is_some_and(|system| CODED.contains(&system));
                    let set = if is_number { &mut self.numbers } else { &mut self.words };
                    set.insert(code.to_owned());
                }
                fields.values().for_each(|one| self.add(one));
            }
            _ => {}
        }
    }
}

/// A piece of a page.
enum Mark<'a> {
    Opens(&'a str, &'a str),
    Closes(&'a str),
    Text(&'a str),
}

/// The end of a tag: a `>` that stands in no value.
fn end_of(tag: &str) -> usize {
    let mut quoted = false;
    for (at, letter) in tag.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    panic!("a tag that does not end: {tag:.200}")
}

/// A page piece by piece, without comments, scripts and styles.
fn marks(html: &str) -> Vec<Mark<'_>> {
    let (mut all, mut rest) = (Vec::new(), html);
    while let Some((text, from)) = rest.split_once('<') {
        if !text.trim().is_empty() {
            all.push(Mark::Text(text));
        }
        if let Some(comment) = from.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let end = end_of(from);
        let tag = from[..end].trim_end_matches('/');
        rest = &from[end + 1..];
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            all.push(Mark::Closes(name.trim()));
            continue;
        }
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        if name == "script" || name == "style" {
            rest = rest.split_once(&format!("</{name}>")).map_or("", |(_, after)| after);
            continue;
        }
        all.push(Mark::Opens(name, attributes));
    }
    all
}

/// A text as a browser shows it.
fn plain(text: &str) -> String {
    if !text.contains('&') {
        return text.trim().to_owned();
    }
    let text =
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'").replace("&#x2F;", "/");
    text.replace("&#39;", "'").replace("&nbsp;", " ").replace("&amp;", "&").trim().to_owned()
}

/// What is read of a page.
#[derive(Default)]
struct Read {
    /// Its `h1`s, whole.
    headings: Vec<String>,
    /// The pieces of text of its main part, without its heading and without what opens "The medical code".
    texts: Vec<String>,
    /// Where it leads within the server.
    links: Vec<String>,
}

fn read(html: &str) -> Read {
    let mut page = Read::default();
    let (mut in_main, mut heading, mut details) = (false, None::<Vec<String>>, None::<Vec<String>>);
    for mark in marks(html) {
        match mark {
            Mark::Opens("main", _) => in_main = true,
            Mark::Closes("main") => in_main = false,
            Mark::Opens("h1", _) => heading = Some(Vec::new()),
            Mark::Closes("h1") => page.headings.extend(heading.take().map(|words| words.join(" "))),
            Mark::Opens("details", _) => details = Some(Vec::new()),
            Mark::Closes("details") => {
                let inside = details.take().unwrap_or_default();
                if in_main && !inside.iter().any(|text| text == "The medical code") {
                    page.texts.extend(inside);
                }
            }
            Mark::Opens("a", attributes) => {
                let href = attributes.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).map(plain);
                let href = href.and_then(|href| href.split('#').next().map(ToOwned::to_owned));
                page.links.extend(href.filter(|href| href.starts_with('/') && !href.starts_with("//")));
            }
            Mark::Text(text) => match (&mut heading, &mut details) {
                (Some(heading), _) => heading.push(plain(text)),
                (None, Some(details)) => details.push(plain(text)),
                (None, None) if in_main => page.texts.push(plain(text)),
                (None, None) => {}
            },
            Mark::Opens(..) | Mark::Closes(_) => {}
        }
    }
    page
}

/// What is wrong with a page.
fn faults(page: &Read, coded: &Coded) -> Vec<String> {
    let mut found = Vec::new();
    match page.headings.as_slice() {
        [one] if one.trim().is_empty() => found.push("its h1 is empty".to_owned()),
        [one] if one.starts_with("Unknown") => found.push(format!("its h1 is {one:?}")),
        [_] => {}
        several => found.push(format!("it has {} h1s", several.len())),
    }
    let long: usize = page.texts.iter().map(|text| text.chars().count()).sum();
    if long < LEAST {
        found.push(format!("it is empty below its heading: {:?}", page.texts));
    }
    // The page as one text is asked first: next to always it holds none, and to ask each of some hundred pieces takes far longer.
    let pieces: Vec<&str> = page.headings.iter().chain(&page.texts).map(String::as_str).collect();
    let whole = pieces.join("\n");
    let held: Vec<&str> = NEVER.into_iter().filter(|raw| whole.contains(*raw)).collect();
    for text in page.headings.iter().chain(&page.texts) {
        let never = held.iter().filter(|raw| text.contains(**raw));
        let alone = NEVER_ALONE.iter().filter(|raw| text == *raw);
        found.extend(never.chain(alone).map(|raw| format!("{raw:?} is in {text:?}")));
        if coded.words.contains(text) {
            found.push(format!("{text:?} is a code that has words"));
        }
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
        // Shorter ones are none of those that are looked for.
        let codes = words.filter(|word| word.len() >= SHORTEST && coded.numbers.contains(*word));
        found.extend(codes.map(|word| format!("the code {word} is in {text:?}")));
    }
    found
}

/// A path with one word for every id: what differs only by ids has one shape, which is looked for once among hundreds.
fn without_ids(path: &str) -> String {
    let is_id = |part: &str| part.len() == 36 && uuid::Uuid::parse_str(part).is_ok();
    path.split('/').map(|part| if is_id(part) { "{id}" } else { part }).collect::<Vec<_>>().join("/")
}

/// Somebody who reads, and where.
struct Walk<'a> {
    /// Who, in words.
    who: String,
    /// What begins so is read.
    below: Vec<String>,
    /// What is read by itself.
    also: &'a [&'a str],
    /// Lists of which every page is read.
    whole: Vec<String>,
    coded: &'a Coded,
}

/// What was read.
#[derive(Default)]
struct Walked {
    /// How many pages.
    pages: usize,
    /// How many links to entries, by the list that has them.
    entries: BTreeMap<String, usize>,
    /// What was wrong, with the address and who read it.
    faults: Vec<String>,
}

impl Walk<'_> {
    fn wants(&self, address: &str) -> bool {
        let path = address.split('?').next().unwrap();
        self.also.contains(&path) || self.below.iter().any(|below| path == below || path.starts_with(&format!("{below}/")))
    }

    /// Whether a link of a list that is read whole leads to another page of it: of the timeline only while it is not narrowed down,
    /// because there are more ways of that than pages.
    fn is_further(&self, path: &str, link: &str) -> bool {
        let (to, query) = link.split_once('?').unwrap_or((link, ""));
        let is_plain = path != TIMELINE || (query.starts_with("after=") && !query.contains('&'));
        to == path && is_plain && self.whole.iter().any(|list| list == path)
    }

    /// Reads the first pages and all that they lead to.
    async fn read(&self, browser: &mut Browser, first: Vec<String>) -> Walked {
        let all = std::env::var_os("SELFHEAL_WALK_ALL").is_some();
        let (mut walked, mut counted) = (Walked::default(), BTreeMap::<(&str, String), usize>::new());
        let mut shapes = BTreeMap::<String, Option<&str>>::new();
        let mut known: BTreeSet<String> = first.iter().cloned().collect();
        let mut waiting: VecDeque<String> = first.into();
        while let Some(address) = waiting.pop_front() {
            let answer = browser.get(&address).await;
            walked.pages += 1;
            let (links, faults) = self.judge(&answer);
            walked.faults.extend(faults.into_iter().map(|fault| format!("{address} ({}): {fault}", self.who)));
            let path = address.split('?').next().unwrap();
            for link in links.into_iter().filter(|link| self.wants(link)) {
                let to = link.split('?').next().unwrap();
                let Some(shape) = *shapes.entry(without_ids(to)).or_insert_with(|| shape_of("GET", to)) else {
                    walked.faults.push(format!("{address} ({}): its link {link} leads nowhere", self.who));
                    continue;
                };
                let is_entry = shape.ends_with("/entries/{id}") || shape.ends_with("/entries/{entry}");
                let is_record = shape.starts_with("/record") || shape.starts_with("/team/people/{id}");
                // Entries and further pages are counted by the list that leads to them, the rest by themselves.
                let list = if path.contains("/entries/") { String::new() } else { path.to_owned() };
                if is_entry {
                    *walked.entries.entry(list.clone()).or_default() += 1;
                }
                let further = self.is_further(path, &link);
                let many = counted.entry((shape, if is_record { list } else { String::new() })).or_default();
                let most = match (is_entry && all, is_record) {
                    (true, _) => usize::MAX,
                    (false, true) => OF_EACH,
                    (false, false) => OF_OTHERS,
                };
                if (!further && *many >= most) || known.contains(&link) {
                    continue;
                }
                *many += usize::from(!further);
                known.insert(link.clone());
                waiting.push_back(link);
            }
        }
        walked
    }

    /// Where a page leads, and what is wrong with it.
    fn judge(&self, answer: &Answer) -> (Vec<String>, Vec<String>) {
        if answer.status == StatusCode::SEE_OTHER {
            let to = answer.location().to_owned();
            return if self.wants(&to) { (vec![to], Vec::new()) } else { (Vec::new(), vec![format!("it leads away to {to}")]) };
        }
        if answer.status != StatusCode::OK {
            return (Vec::new(), vec![format!("it is answered with {}", answer.status)]);
        }
        let kind = answer.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("text/html") {
            let faults = answer.body.is_empty().then(|| format!("its {kind:?} is empty"));
            return (Vec::new(), faults.into_iter().collect());
        }
        let page = read(&answer.body);
        let faults = faults(&page, self.coded);
        (page.links, faults)
    }
}

/// A word or two of a bundle's first resource of a type, to look for.
fn words_of(bundle: &Value, kind: &str, field: &str) -> Option<String> {
    let resources = bundle["entry"].as_array()?.iter().map(|entry| &entry["resource"]);
    let one =
        resources.filter(|resource| resource["resourceType"] == kind).find_map(|resource| resource[field]["text"].as_str())?;
    one.split_whitespace().next().map(ToOwned::to_owned)
}

/// Names of entries that were read, by the list in which they stand.
type Names = BTreeSet<(&'static str, String)>;

/// Where the entries are that are read in any case: of all lists the first of each name, so that every code is read, and of the rest a
/// share that begins elsewhere for each person.
async fn chosen(app: &TestApp, actor: &Actor, person: PersonId, number: usize, names: &mut Names) -> Vec<String> {
    let (mut all, mut nth) = (Vec::new(), number);
    for list in Category::SHOWN.iter().filter(|list| **list != Category::People) {
        let mut after = None;
        loop {
            let page = app.services.records.list(actor, person, *list, Which::All, after).await.unwrap();
            for line in page.lines {
                if names.insert((list.code(), line.title)) || nth.is_multiple_of(SHARE) {
                    all.push(routes::entry(line.id));
                }
                nth += 1;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    all
}

/// The record of one person, as they read it and as a clinician of their practice does.
async fn walk_of_one(
    app: &TestApp,
    gp: &mut Browser,
    person: PersonId,
    bundle: &Value,
    number: usize,
    names: &mut Names,
) -> Walked {
    let mut coded = Coded::default();
    coded.add(bundle);
    assert!(coded.numbers.len() > 10, "{} codes", coded.numbers.len());
    let email = format!("synthea{number}@example.org");
    let id = app.account(&email, Some(person)).await;
    let actor = Actor::Account { id, assurance: Assurance::SecondStep };
    let counts = app.services.records.overview(&actor, person).await.unwrap().counts;
    let filled: Vec<Category> = counts.iter().filter(|count| count.count > 0).map(|count| count.category).collect();
    assert!(filled.len() > 3, "{filled:?}");
    // As themselves.
    let mut first: Vec<String> =
        ["/", "/more", "/record", TIMELINE, "/record/summary", "/record/sources", "/medicines"].map(ToOwned::to_owned).into();
    let mut whole: Vec<String> = Category::SHOWN.iter().map(|one| category(*one)).collect();
    first.extend(whole.iter().cloned());
    whole.push(TIMELINE.to_owned());
    first.extend(chosen(app, &actor, person, number, names).await);
    let looked_for = [Some("blood".to_owned()), words_of(bundle, "Condition", "code"), words_of(bundle, "Procedure", "code")];
    for words in looked_for.into_iter().flatten() {
        first.push(format!("/record/search?{}", serde_urlencoded::to_string([("q", words)]).unwrap()));
    }
    let also = ["/", "/more", "/activity", "/readings", "/appointments", "/account/details", "/account/needs", "/self-care"];
    let below = vec!["/record".to_owned(), "/medicines".to_owned()];
    let walk = Walk { who: format!("person {number}"), below, also: &also, whole, coded: &coded };
    let mut browser = app.signed_in(&email).await;
    let mut walked = walk.read(&mut browser, first).await;
    for one in &filled {
        let list = category(*one);
        if !walked.entries.contains_key(&list) && *one != Category::Other {
            walked.faults.push(format!("{list} (person {number}): it leads to none of their entries"));
        }
    }
    // At work.
    let here = format!("/team/people/{person}");
    let below = vec![
        format!("{here}/record"),
        format!("{here}/entries"),
        format!("{here}/readings"),
        format!("{here}/timeline"),
        format!("{here}/search"),
    ];
    let own = [here.as_str()];
    let who = format!("clinician of person {number}");
    let walk = Walk { who, below, also: &own, whole: Vec::new(), coded: &coded };
    let at_work = walk.read(gp, vec![here.clone(), format!("{here}/search?q=blood")]).await;
    assert!(at_work.entries.values().sum::<usize>() > 3, "{:?}", at_work.entries);
    walked.pages += at_work.pages;
    walked.faults.extend(at_work.faults);
    walked
}

/// A bundle with what Synthea makes none of, about the same person.
fn with_the_rest(mut bundle: Value) -> Value {
    const SNOMED: &str = "http://snomed.info/sct";
    let entries = bundle["entry"].as_array_mut().unwrap();
    let patient = entries.iter().find(|entry| entry["resource"]["resourceType"] == "Patient").unwrap()["fullUrl"].clone();
    let me = json!({ "reference": patient });
    let coded = |code: &str, display: &str| json!({ "coding": [{ "system": SNOMED, "code": code, "display": display }] });
    let rest = [
        json!({ "resourceType": "MedicationDispense", "id": "rest-dispense", "status": "completed", "subject": me,
            "medicationCodeableConcept": coded("323509004", "Amoxicillin 250mg capsules"), "whenHandedOver": "2026-10-20",
            "quantity": { "value": 21, "unit": "capsule" }, "dosageInstruction": [{ "text": "One three times a day" }] }),
        json!({ "resourceType": "EpisodeOfCare", "id": "rest-episode", "status": "active", "patient": me,
            "type": [{ "text": "Community nursing" }], "managingOrganization": { "display": "Vale Community Nurses" },
            "period": { "start": "2026-10-20" } }),
        json!({ "resourceType": "Device", "id": "rest-device", "status": "active", "patient": me, "serialNumber": "PVX1",
            "type": coded("14106009", "Cardiac pacemaker") }),
        json!({ "resourceType": "DeviceUseStatement", "id": "rest-use", "status": "active", "subject": me,
            "device": { "reference": "Device/rest-device" }, "timingDateTime": "2026-10-20", "bodySite": { "text": "Left chest" } }),
        json!({ "resourceType": "Flag", "id": "rest-flag", "status": "active", "subject": me, "period": { "start": "2026-10-20" },
            "category": [{ "coding": [{ "code": "NRAF", "display": "National Reasonable Adjustments Flag" }] }],
            "code": { "text": "Needs letters in large print" } }),
        json!({ "resourceType": "Encounter", "id": "rest-visit", "status": "finished", "class": { "code": "FLD" }, "subject": me,
            "type": [{ "text": "Seen at the scene" }], "serviceProvider": { "display": "Vale Ambulance Service" },
            "period": { "start": "2026-10-20T10:00:00Z", "end": "2026-10-20T11:00:00Z" } }),
    ];
    entries.extend(rest.into_iter().map(|resource| json!({ "resource": resource })));
    bundle
}

/// Every fifth of the 25, from the given one on.
async fn walk_from(place: &Place, from: usize) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/synthea");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".json.gz"));
    files.sort();
    assert_eq!(files.len(), 25);
    let app = TestApp::over(place);
    let operator = Actor::Operator;
    let at = app.services.organisations.ensure(&operator, PRACTICE, "Synthea", OrganisationKind::Practice).await.unwrap().id;
    app.staff(GP, PRACTICE, StaffRole::Clinician).await;
    let mut gp = app.signed_in(GP).await;
    let (mut pages, mut faults, mut names) = (0, Vec::new(), Names::new());
    for (number, path) in files.iter().enumerate().skip(from).step_by(5) {
        let bundle = with_the_rest(serde_json::from_reader(GzDecoder::new(File::open(path).unwrap())).unwrap());
        let request = ImportRequest { organisation: at, expected: None };
        let report = app.services.imports.import(&operator, Cursor::new(bundle.to_string().into_bytes()), request).await.unwrap();
        app.services.people.register(&operator, report.person, at).await.unwrap();
        place.store.take_stock().await.unwrap();
        let walked = walk_of_one(&app, &mut gp, report.person, &bundle, number, &mut names).await;
        pages += walked.pages;
        faults.extend(walked.faults.into_iter().map(|fault| format!("{} {fault}", path.file_name().unwrap().display())));
    }
    let first: Vec<&String> = faults.iter().take(40).collect();
    assert!(faults.is_empty(), "{} faults on {pages} pages, of which the first: {first:#?}", faults.len());
    assert!(pages > 5 * 60, "only {pages} pages");
}

// Five at a time, each test in a process of its own, so that all cores are used.
testkit::both_engines! {
    async fn every_page_of_the_first_fifth_is_whole(place: &Place) {
        walk_from(place, 0).await;
    }

    async fn every_page_of_the_second_fifth_is_whole(place: &Place) {
        walk_from(place, 1).await;
    }

    async fn every_page_of_the_third_fifth_is_whole(place: &Place) {
        walk_from(place, 2).await;
    }

    async fn every_page_of_the_fourth_fifth_is_whole(place: &Place) {
        walk_from(place, 3).await;
    }

    async fn every_page_of_the_last_fifth_is_whole(place: &Place) {
        walk_from(place, 4).await;
    }
}

#[test]
fn what_is_wrong_is_found() {
    let coded = Coded { numbers: ["38341003".to_owned()].into(), words: ["social-history".to_owned()].into() };
    let found = |main: &str| faults(&read(&format!("<html><body><main id=\"main\">{main}</main></body></html>")), &coded);
    let rest = "<p>What is said below the heading is long enough for a page.</p>";
    assert_eq!(found(&format!("<h1>High blood pressure</h1>{rest}")), Vec::<String>::new());
    let code = "<details><summary>The medical code</summary><p>38341003, http://snomed.info/sct</p></details>";
    assert_eq!(found(&format!("<h1>High<!> blood pressure</h1>{rest}{code}")), Vec::<String>::new());
    for (wrong, says) in [
        ("<h1>High blood pressure</h1>".to_owned(), "empty below"),
        (rest.to_owned(), "0 h1s"),
        (format!("<h1>One</h1><h1>Two</h1>{rest}"), "2 h1s"),
        (format!("<h1>38341003</h1>{rest}"), "the code 38341003"),
        (format!("<h1>One</h1>{rest}<p>Condition (38341003)</p>"), "the code 38341003"),
        (format!("<h1>One</h1>{rest}<p>http://snomed.info/sct</p>"), "http://snomed.info"),
        (format!("<h1>One</h1>{rest}<p>3 {{score}}</p>"), "\"{\""),
        (format!("<h1>One</h1>{rest}<p>undefined</p>"), "undefined"),
        (format!("<h1>One</h1>{rest}<p>social-history</p>"), "a code that has words"),
        (format!("<h1>Unknown</h1>{rest}"), "its h1 is"),
        (format!("<h1> </h1>{rest}"), "h1 is empty"),
    ] {
        assert!(found(&wrong).iter().any(|fault| fault.contains(says)), "{says}: {:?}", found(&wrong));
    }
    let lists = vec!["/record/results".to_owned(), TIMELINE.to_owned()];
    let walk = Walk { who: String::new(), below: Vec::new(), also: &[], whole: lists, coded: &coded };
    let (one, other) =
        ("/record/entries/0192f3a0-0000-7000-8000-000000000001/trend", "/record/entries/0192f3a0-0000-7000-8000-00000000000");
    assert_eq!(without_ids(one), "/record/entries/{id}/trend");
    assert_eq!(without_ids(other), other);
    for (path, link, further) in [
        ("/record/results", "/record/results?after=x", true),
        ("/record/results", "/record/results?which=past&after=x", true),
        ("/record/results", "/record/visits?after=x", false),
        ("/record/visits", "/record/visits?after=x", false),
        (TIMELINE, "/record/timeline?after=x", true),
        (TIMELINE, "/record/timeline?kind=results&after=x", false),
        (TIMELINE, "/record/timeline?kind=results", false),
    ] {
        assert_eq!(walk.is_further(path, link), further, "{path} to {link}");
    }
    let page =
        read("<main><a class=\"x\" href=\"/record/search?q=a&amp;after=b#top\">x</a><a href=\"https://nhs.uk\">y</a></main>");
    assert_eq!(page.links, ["/record/search?q=a&after=b"]);
}
