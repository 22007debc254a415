//! A FHIR R4 `Questionnaire` as a form that can be shown without script. What this program does not understand is refused, with
//! its place: whatever was passed over would change what people are asked without anybody knowing.

use crate::scan::{Scan, has_more_values, scan};
use chrono::NaiveDate;
use domain::questionnaire::{
    Ages, Answer, Asks, Band, Bounds, Comparison, Condition, Item, Question, QuestionChoice, Questionnaire, Test, Unit, What,
};
use domain::reading::Amount;
use domain::record::{Code, Sensitivity};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The most bytes that are read.
pub const MOST_BYTES: usize = 512 * 1024;
/// How many objects and lists may stand one within another.
const MOST_DEPTH: usize = 32;
/// How many values it may hold.
const MOST_VALUES: usize = 50_000;
/// The most characters of a line, and of a text, where the file does not say.
const LONGEST_LINE: usize = 200;
const LONGEST_TEXT: usize = 2000;

const ORDINAL: &str = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
const WEIGHT: &str = "http://hl7.org/fhir/StructureDefinition/itemWeight";
const LOWEST: &str = "http://hl7.org/fhir/StructureDefinition/minValue";
const HIGHEST: &str = "http://hl7.org/fhir/StructureDefinition/maxValue";
const UNIT: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit";
const ACT_CODES: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
/// Ours: how many minutes it takes (`valueInteger`).
const MINUTES: &str = "https://selfheal.example/fhir/StructureDefinition/questionnaire-minutes";
/// Ours: from where bands and advice are taken (`valueString`).
const SOURCE: &str = "https://selfheal.example/fhir/StructureDefinition/questionnaire-source";
/// Ours: it asks about whoever fills it in, who may be another than the person whose record is open (`valueBoolean`, true).
const FILLER: &str = "https://selfheal.example/fhir/StructureDefinition/questionnaire-about-filler";
/// Ours: what a score means (`low`, `high`, `title`, `means`, and `does` for each thing to do).
const BAND: &str = "https://selfheal.example/fhir/StructureDefinition/questionnaire-band";
/// Ours: about people of which ages those words are (`from`, `some-from`, `some`; for somebody younger `title`, `means`, and `does` for each
/// thing to do).
const AGES: &str = "https://selfheal.example/fhir/StructureDefinition/questionnaire-ages";
/// Ours: from how many years on it is offered without a care team that asks for it (`valueInteger`).
const OFFERED: &str = "https://selfheal.example/fhir/StructureDefinition/questionnaire-offered-from";
/// Ours: an answer that weighs more than this may tell that somebody's life is in danger (`valueInteger`).
const CRISIS: &str = "https://selfheal.example/fhir/StructureDefinition/questionnaire-crisis-above";

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: a path, or the `linkId` of an item.
    pub at: String,
    /// What, in a few words.
    pub what: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

/// Reads a questionnaire within limits of size, depth and number.
///
/// # Errors
/// Every [`Problem`] that is found, at least one.
pub fn parse(body: &[u8]) -> Result<Questionnaire, Vec<Problem>> {
    let whole = |what: &str| vec![Problem { at: "Questionnaire".to_owned(), what: what.to_owned() }];
    if body.len() > MOST_BYTES {
        return Err(whole("it is too long"));
    }
    if matches!(scan(body, MOST_DEPTH), Scan::TooDeep(_)) || has_more_values(body, MOST_VALUES) {
        return Err(whole("it holds too much"));
    }
    let value: Value = serde_json::from_slice(body).map_err(|_| whole("it is not JSON"))?;
    let resource = value.as_object().ok_or_else(|| whole("it is not an object"))?;
    let mut reader = Reader::default();
    let questionnaire = reader.questionnaire(resource);
    // Of what could not be read nothing more is to be said.
    if reader.problems.is_empty() {
        let flaws = questionnaire.flaws().into_iter();
        let at = |link: String| if link.is_empty() { "Questionnaire".to_owned() } else { format!("item {link}") };
        reader.problems.extend(flaws.map(|flaw| Problem { at: at(flaw.at), what: flaw.what.to_owned() }));
    }
    if reader.problems.is_empty() { Ok(questionnaire) } else { Err(reader.problems) }
}

#[derive(Default)]
struct Reader {
    problems: Vec<Problem>,
    /// The unit of each question of a quantity.
    units: BTreeMap<String, String>,
}

type Object = Map<String, Value>;

impl Reader {
    fn fault(&mut self, at: &str, what: impl Into<String>) {
        self.problems.push(Problem { at: at.to_owned(), what: what.into() });
    }

    /// Refuses every element that is not one of these.
    fn only(&mut self, object: &Object, at: &str, known: &[&str]) {
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            self.fault(at, format!("the element {key} is not understood"));
        }
    }

    fn text(&mut self, object: &Object, key: &str, at: &str) -> String {
        match object.get(key) {
            None => String::new(),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(_) => {
                self.fault(at, format!("{key} is not a text"));
                String::new()
            }
        }
    }

    fn list<'v>(&mut self, object: &'v Object, key: &str, at: &str) -> Vec<&'v Object> {
        let Some(value) = object.get(key) else { return Vec::new() };
        let all: Option<Vec<&Object>> = value.as_array().and_then(|all| all.iter().map(Value::as_object).collect());
        all.unwrap_or_else(|| {
            self.fault(at, format!("{key} is not a list of objects"));
            Vec::new()
        })
    }

    fn flag(&mut self, object: &Object, key: &str, at: &str) -> bool {
        match object.get(key) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.fault(at, format!("{key} is not true or false"));
                false
            }
        }
    }

    /// The extensions of these addresses; any other is refused.
    fn extensions<'v>(&mut self, object: &'v Object, at: &str, known: &[&str]) -> Vec<(&'v str, &'v Object)> {
        let mut found = Vec::new();
        for extension in self.list(object, "extension", at) {
            match extension.get("url").and_then(Value::as_str) {
                Some(url) if known.contains(&url) => found.push((url, extension)),
                url => self.fault(at, format!("the extension {} is not understood", url.unwrap_or_default())),
            }
        }
        found
    }

    /// A number of nought or more, under one of these keys.
    fn amount(&mut self, object: &Object, keys: &[&str], at: &str) -> Option<Amount> {
        let number = keys.iter().find_map(|key| object.get(*key)).and_then(Value::as_number);
        let read = number.and_then(|number| Amount::parse(&number.to_string()).ok());
        if read.is_none() {
            self.fault(at, "it needs a number of nought or more with three decimals at most");
        }
        read
    }

    fn whole(&mut self, object: &Object, keys: &[&str], at: &str) -> Option<u16> {
        let read = self.amount(object, keys, at)?;
        let whole = (read.decimals() == 0).then(|| u16::try_from(read.thousandths() / 1000).ok()).flatten();
        if whole.is_none() {
            self.fault(at, "it must be a whole number below 65,536");
        }
        whole
    }

    /// What is said by being there must say yes.
    fn yes(&mut self, extension: &Object, at: &str) -> bool {
        let yes = extension.get("valueBoolean") == Some(&Value::Bool(true));
        if !yes {
            self.fault(at, "questionnaire-about-filler must be true, or not be there");
        }
        yes
    }

    fn code(&mut self, object: &Object, at: &str) -> Option<Code> {
        let code = self.list(object, "code", at).into_iter().next()?;
        let (system, value) = (self.text(code, "system", at), self.text(code, "code", at));
        let display = self.text(code, "display", at);
        Some(Code { system, code: value, display: Some(display).filter(|display| !display.is_empty()) })
    }

    fn questionnaire(&mut self, resource: &Object) -> Questionnaire {
        let at = "Questionnaire";
        let read = [
            "resourceType",
            "id",
            "meta",
            "url",
            "version",
            "title",
            "status",
            "subjectType",
            "description",
            "purpose",
            "copyright",
            "code",
            "item",
            "extension",
        ];
        // They tell of the file and change nothing of what is asked.
        let told = [
            "name",
            "language",
            "text",
            "identifier",
            "date",
            "publisher",
            "contact",
            "useContext",
            "jurisdiction",
            "experimental",
            "approvalDate",
            "lastReviewDate",
            "effectivePeriod",
            "derivedFrom",
        ];
        self.only(resource, at, &[&read[..], &told[..]].concat());
        if self.text(resource, "resourceType", at) != "Questionnaire" {
            self.fault(at, "it is not a Questionnaire");
        }
        if self.text(resource, "status", at) != "active" {
            self.fault(at, "its status must be active");
        }
        let subjects =
            resource.get("subjectType").map(|subjects| subjects.as_array().is_some_and(|all| all.contains(&"Patient".into())));
        if subjects == Some(false) {
            self.fault(at, "its subjectType must be Patient");
        }
        let (mut minutes, mut source, mut about_filler, mut bands, mut ages) = (None, String::new(), false, Vec::new(), None);
        let mut offered_from = None;
        for (url, extension) in self.extensions(resource, at, &[MINUTES, SOURCE, FILLER, BAND, AGES, OFFERED]) {
            match url {
                MINUTES => minutes = self.whole(extension, &["valueInteger"], at),
                SOURCE => source = self.text(extension, "valueString", at),
                FILLER => about_filler = self.yes(extension, at),
                AGES => ages = self.ages(extension),
                OFFERED => offered_from = self.whole(extension, &["valueInteger"], at),
                _ => bands.extend(self.band(extension)),
            }
        }
        let purpose = self.text(resource, "purpose", at);
        let items = self.list(resource, "item", at).into_iter().filter_map(|item| self.item(item)).collect();
        Questionnaire {
            id: self.text(resource, "id", at),
            url: self.text(resource, "url", at),
            version: self.text(resource, "version", at),
            title: self.text(resource, "title", at),
            purpose: if purpose.is_empty() { self.text(resource, "description", at) } else { purpose },
            minutes: minutes.and_then(|minutes| u8::try_from(minutes).ok()).unwrap_or_default(),
            notice: self.text(resource, "copyright", at),
            source,
            sensitivity: self.sensitivity(resource),
            about_filler,
            code: self.code(resource, at),
            items,
            bands,
            ages,
            offered_from,
        }
    }

    /// Labels of HL7 v3 (`ActCode`): mental health, substance use, sexual and reproductive health.
    fn sensitivity(&mut self, resource: &Object) -> Sensitivity {
        let at = "Questionnaire.meta";
        let Some(meta) = resource.get("meta") else { return Sensitivity::General };
        let Some(meta) = meta.as_object() else {
            self.fault(at, "it is not an object");
            return Sensitivity::General;
        };
        self.only(meta, at, &["security", "profile", "tag", "versionId", "lastUpdated", "source"]);
        let mut label = Sensitivity::General;
        for coding in self.list(meta, "security", at) {
            label = match (self.text(coding, "system", at).as_str(), self.text(coding, "code", at).as_str()) {
                (ACT_CODES, "MH" | "ETH" | "PSY") => Sensitivity::Mental,
                (ACT_CODES, "SEX") => Sensitivity::Sexual,
                (_, code) => {
                    self.fault(at, format!("the label {code} is not understood"));
                    label
                }
            };
        }
        label
    }

    fn band(&mut self, extension: &Object) -> Option<Band> {
        let at = "Questionnaire.extension (band)";
        self.only(extension, at, &["url", "extension"]);
        let (mut low, mut high, mut title, mut means, mut does) = (None, None, String::new(), String::new(), Vec::new());
        for (url, part) in self.extensions(extension, at, &["low", "high", "title", "means", "does"]) {
            match url {
                "low" => low = self.whole(part, &["valueInteger"], at),
                "high" => high = self.whole(part, &["valueInteger"], at),
                "title" => title = self.text(part, "valueString", at),
                "means" => means = self.text(part, "valueString", at),
                _ => does.push(self.text(part, "valueString", at)),
            }
        }
        if low.is_none() || high.is_none() {
            self.fault(at, "it needs low and high");
        }
        Some(Band { low: low?, high: high?, title, means, does })
    }

    fn ages(&mut self, extension: &Object) -> Option<Ages> {
        let at = "Questionnaire.extension (ages)";
        self.only(extension, at, &["url", "extension"]);
        let (mut from, mut some_from, mut some) = (None, None, String::new());
        let mut younger = Band { low: 0, high: 0, title: String::new(), means: String::new(), does: Vec::new() };
        for (url, part) in self.extensions(extension, at, &["from", "some-from", "some", "title", "means", "does"]) {
            match url {
                "from" => from = self.whole(part, &["valueInteger"], at),
                "some-from" => some_from = self.whole(part, &["valueInteger"], at),
                "some" => some = self.text(part, "valueString", at),
                "title" => younger.title = self.text(part, "valueString", at),
                "means" => younger.means = self.text(part, "valueString", at),
                _ => younger.does.push(self.text(part, "valueString", at)),
            }
        }
        if from.is_none() || some_from.is_none() {
            self.fault(at, "it needs from and some-from");
        }
        Some(Ages { from: from?, some_from: some_from?, some, younger })
    }

    fn item(&mut self, item: &Object) -> Option<Item> {
        let link = self.text(item, "linkId", "item");
        let at = format!("item {link}");
        let read = [
            "linkId",
            "text",
            "prefix",
            "type",
            "enableWhen",
            "enableBehavior",
            "required",
            "repeats",
            "readOnly",
            "maxLength",
            "answerOption",
            "code",
            "definition",
            "item",
            "extension",
            "id",
        ];
        self.only(item, &at, &read);
        for flag in ["repeats", "readOnly"] {
            if self.flag(item, flag, &at) {
                self.fault(&at, format!("{flag} is not understood"));
            }
        }
        let (prefix, text) = (self.text(item, "prefix", &at), self.text(item, "text", &at));
        let text = if prefix.is_empty() { text } else { format!("{prefix} {text}") };
        let when = self.condition(item, &at);
        let kind = self.text(item, "type", &at);
        let what = match kind.as_str() {
            "group" => {
                self.absent(item, &at, &["required", "maxLength", "answerOption", "extension"]);
                What::Group(self.list(item, "item", &at).into_iter().filter_map(|item| self.item(item)).collect())
            }
            "display" => {
                self.absent(item, &at, &["required", "maxLength", "answerOption", "item", "extension"]);
                What::Display
            }
            _ => {
                self.absent(item, &at, &["item"]);
                What::Question(self.question(item, &kind, (&link, &at))?)
            }
        };
        Some(Item { link, text, when, what })
    }

    /// Refuses what an item of this kind cannot have.
    fn absent(&mut self, item: &Object, at: &str, keys: &[&str]) {
        for key in
            keys.iter().filter(|key| item.contains_key(**key) && !(**key == "required" && item[**key] == Value::Bool(false)))
        {
            self.fault(at, format!("an item of its type cannot have {key}"));
        }
    }

    fn question(&mut self, item: &Object, kind: &str, (link, at): (&str, &str)) -> Option<Question> {
        let (mut bounds, mut unit, mut crisis_above) = (Bounds::default(), None, None);
        for (url, extension) in self.extensions(item, at, &[LOWEST, HIGHEST, UNIT, CRISIS]) {
            let numbers = ["valueInteger", "valueDecimal"];
            match url {
                LOWEST => bounds.lowest = self.amount(extension, &numbers, at),
                HIGHEST => bounds.highest = self.amount(extension, &numbers, at),
                UNIT => unit = self.unit(extension, at),
                _ => crisis_above = self.whole(extension, &["valueInteger"], at),
            }
        }
        let numeric = matches!(kind, "integer" | "decimal" | "quantity");
        if bounds != Bounds::default() && !numeric {
            self.fault(at, "only a number can have a lowest and a highest");
        }
        if unit.is_some() && kind != "quantity" {
            self.fault(at, "only a quantity can have a unit");
        }
        let longest = |usual: usize| match item.get("maxLength") {
            None => Some(usual),
            Some(most) => most.as_u64().and_then(|most| usize::try_from(most).ok()).filter(|most| *most <= LONGEST_TEXT),
        };
        let written = matches!(kind, "string" | "text");
        if item.contains_key("maxLength") && (!written || longest(0).is_none()) {
            self.fault(at, format!("maxLength must be a number up to {LONGEST_TEXT}, of a string or a text"));
        }
        let chosen = matches!(kind, "choice" | "open-choice");
        if item.contains_key("answerOption") && !chosen {
            self.absent(item, at, &["answerOption"]);
        }
        let asks = match kind {
            "boolean" => Asks::Boolean,
            "integer" => Asks::Integer(bounds),
            "decimal" => Asks::Decimal(bounds),
            "date" => Asks::Date,
            "string" => Asks::Line(longest(LONGEST_LINE).unwrap_or(LONGEST_LINE)),
            "text" => Asks::Text(longest(LONGEST_TEXT).unwrap_or(LONGEST_TEXT)),
            "choice" | "open-choice" => Asks::Choice { options: self.options(item, at), open: kind == "open-choice" },
            "quantity" => {
                let Some(unit) = unit else {
                    self.fault(at, "a quantity needs its unit (questionnaire-unit)");
                    return None;
                };
                self.units.insert(link.to_owned(), unit.code.clone());
                Asks::Quantity(bounds, unit)
            }
            other => {
                self.fault(at, format!("the type {other} is not understood"));
                return None;
            }
        };
        Some(Question { code: self.code(item, at), required: self.flag(item, "required", at), asks, crisis_above })
    }

    fn unit(&mut self, extension: &Object, at: &str) -> Option<Unit> {
        let coding = extension.get("valueCoding").and_then(Value::as_object);
        let unit = coding.map(|coding| (self.text(coding, "code", at), self.text(coding, "display", at)));
        let unit = unit.filter(|(code, _)| !code.is_empty());
        if unit.is_none() {
            self.fault(at, "a unit needs a valueCoding with a code");
        }
        unit.map(|(code, shown)| Unit { shown: if shown.is_empty() { code.clone() } else { shown }, code })
    }

    fn options(&mut self, item: &Object, at: &str) -> Vec<QuestionChoice> {
        let mut options = Vec::new();
        for option in self.list(item, "answerOption", at) {
            self.only(option, at, &["valueCoding", "extension"]);
            let Some(coding) = option.get("valueCoding").and_then(Value::as_object) else {
                self.fault(at, "each answerOption needs a valueCoding");
                continue;
            };
            self.only(coding, at, &["system", "code", "display", "extension", "version"]);
            let outer = self.extensions(option, at, &[ORDINAL, WEIGHT]);
            let inner = self.extensions(coding, at, &[ORDINAL, WEIGHT]);
            let weights: Vec<&Object> = outer.into_iter().chain(inner).map(|(_, extension)| extension).collect();
            if weights.len() > 1 {
                self.fault(at, "an answer has two weights");
            }
            let weight = weights.first().and_then(|weight| self.whole(weight, &["valueDecimal", "valueInteger"], at));
            let system = self.text(coding, "system", at);
            options.push(QuestionChoice {
                system: Some(system).filter(|system| !system.is_empty()),
                code: self.text(coding, "code", at),
                display: self.text(coding, "display", at),
                weight,
            });
        }
        options
    }

    fn condition(&mut self, item: &Object, at: &str) -> Condition {
        let tests: Vec<Test> = self.list(item, "enableWhen", at).into_iter().filter_map(|test| self.test(test, at)).collect();
        let behaviour = self.text(item, "enableBehavior", at);
        let all = match behaviour.as_str() {
            "all" => true,
            "any" => false,
            "" if tests.len() < 2 => true,
            _ => {
                self.fault(at, "enableBehavior must be all or any, and is needed for several enableWhen");
                true
            }
        };
        Condition { all, tests }
    }

    fn test(&mut self, test: &Object, at: &str) -> Option<Test> {
        let answers =
            ["answerBoolean", "answerDecimal", "answerInteger", "answerDate", "answerString", "answerCoding", "answerQuantity"];
        self.only(test, at, &[&["question", "operator"][..], &answers[..]].concat());
        let link = self.text(test, "question", at);
        let given: Vec<&str> = answers.into_iter().filter(|key| test.contains_key(*key)).collect();
        let [key] = given.as_slice() else {
            self.fault(at, "an enableWhen needs one answer");
            return None;
        };
        let answer = match (*key, &test[*key]) {
            ("answerBoolean", Value::Bool(yes)) => Some(Answer::Yes(*yes)),
            ("answerDecimal" | "answerInteger", _) => self.amount(test, &[*key], at).map(Answer::Number),
            ("answerDate", Value::String(day)) => NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().map(Answer::Date),
            ("answerString", Value::String(words)) => Some(Answer::Words(words.clone())),
            ("answerCoding", Value::Object(coding)) => Some(Answer::Choice(self.text(coding, "code", at))),
            ("answerQuantity", Value::Object(quantity)) => {
                let unit = self.text(quantity, "code", at);
                if self.units.get(&link) != Some(&unit) {
                    self.fault(at, "an enableWhen compares with another unit");
                }
                self.amount(quantity, &["value"], at).map(Answer::Number)
            }
            _ => None,
        };
        let operator = self.text(test, "operator", at);
        let is = match (operator.as_str(), answer) {
            ("exists", Some(Answer::Yes(there))) => Comparison::Exists(there),
            ("=", Some(answer)) => Comparison::Equal(answer),
            ("!=", Some(answer)) => Comparison::NotEqual(answer),
            (">", Some(answer)) => Comparison::More(answer),
            ("<", Some(answer)) => Comparison::Less(answer),
            (">=", Some(answer)) => Comparison::AtLeast(answer),
            ("<=", Some(answer)) => Comparison::AtMost(answer),
            _ => {
                self.fault(at, "an enableWhen has an operator or an answer that is not understood");
                return None;
            }
        };
        Some(Test { link, is })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn whole() -> Value {
        json!({
            "resourceType": "Questionnaire", "id": "every-kind", "url": "urn:every-kind", "version": "1", "title": "Every kind",
            "status": "active", "subjectType": ["Patient"], "purpose": "To show every kind.", "copyright": "Nobody's.",
            "meta": { "security": [{ "system": ACT_CODES, "code": "MH" }] },
            "code": [{ "system": "http://loinc.org", "code": "44249-1" }],
            "extension": [
                { "url": MINUTES, "valueInteger": 3 }, { "url": FILLER, "valueBoolean": true }, { "url": SOURCE, "valueString": "A source" },
                { "url": BAND, "extension": [
                    { "url": "low", "valueInteger": 0 }, { "url": "high", "valueInteger": 3 }, { "url": "title", "valueString": "Any" },
                    { "url": "means", "valueString": "It means nothing." }, { "url": "does", "valueString": "Do nothing." },
                ] },
            ],
            "item": [
                { "linkId": "words", "type": "display", "text": "Some words" },
                { "linkId": "yes", "type": "boolean", "text": "Yes?", "required": true },
                { "linkId": "group", "type": "group", "text": "Numbers", "enableWhen": [
                    { "question": "yes", "operator": "=", "answerBoolean": true } ],
                  "item": [
                    { "linkId": "whole", "prefix": "1.", "type": "integer", "text": "How many?", "extension": [
                        { "url": LOWEST, "valueInteger": 1 }, { "url": HIGHEST, "valueInteger": 10 } ] },
                    { "linkId": "exact", "type": "decimal", "text": "How much?" },
                    { "linkId": "weight", "type": "quantity", "text": "What do you weigh?", "extension": [
                        { "url": UNIT, "valueCoding": { "system": "http://unitsofmeasure.org", "code": "kg", "display": "kg" } } ] },
                  ] },
                { "linkId": "day", "type": "date", "text": "When?" },
                { "linkId": "line", "type": "string", "text": "Who?", "maxLength": 40 },
                { "linkId": "text", "type": "text", "text": "What else?" },
                { "linkId": "often", "type": "choice", "text": "How often?", "required": true, "code": [{ "system": "x", "code": "y" }],
                  "extension": [{ "url": CRISIS, "valueInteger": 0 }],
                  "answerOption": [
                    { "valueCoding": { "system": "s", "code": "a", "display": "Never" }, "extension": [{ "url": ORDINAL, "valueDecimal": 0 }] },
                    { "valueCoding": { "code": "b", "display": "Often", "extension": [{ "url": WEIGHT, "valueDecimal": 3.0 }] } },
                  ] },
                { "linkId": "why", "type": "open-choice", "text": "Why?", "enableBehavior": "any", "enableWhen": [
                    { "question": "often", "operator": "!=", "answerCoding": { "system": "s", "code": "a" } },
                    { "question": "whole", "operator": ">=", "answerInteger": 2 },
                    { "question": "exact", "operator": "<", "answerDecimal": 2.5 },
                    { "question": "weight", "operator": ">", "answerQuantity": { "value": 100, "code": "kg" } },
                    { "question": "day", "operator": "<=", "answerDate": "2026-11-03" },
                    { "question": "line", "operator": "exists", "answerBoolean": false },
                    { "question": "text", "operator": "=", "answerString": "x" } ],
                  "answerOption": [
                    { "valueCoding": { "code": "x", "display": "One" } }, { "valueCoding": { "code": "y", "display": "Two" } } ] },
            ],
        })
    }

    fn read(value: &Value) -> Result<Questionnaire, Vec<String>> {
        parse(value.to_string().as_bytes()).map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn every_kind_of_item_is_read() {
        let read = read(&whole()).unwrap();
        assert_eq!(
            (read.id.as_str(), read.minutes, read.sensitivity, read.highest()),
            ("every-kind", 3, Sensitivity::Mental, Some(3))
        );
        assert_eq!(read.bands[0].does, ["Do nothing."]);
        assert!(read.about_filler);
        let questions = read.questions();
        let kinds: Vec<&Asks> = questions.iter().map(|(_, question)| &question.asks).collect();
        let bounds = Bounds { lowest: Some(Amount::whole(1)), highest: Some(Amount::whole(10)) };
        assert_eq!((kinds.len(), kinds[1]), (9, &Asks::Integer(bounds)));
        assert!(matches!(kinds[3], Asks::Quantity(_, unit) if unit.code == "kg"));
        assert_eq!((kinds[5], kinds[6]), (&Asks::Line(40), &Asks::Text(LONGEST_TEXT)));
        assert_eq!(questions[1].0.text, "1. How many?");
        assert_eq!((questions[7].1.crisis_above, questions[7].1.required), (Some(0), true));
        let when = &questions[8].0.when;
        assert_eq!((when.all, when.tests.len()), (false, 7));
        assert_eq!(when.tests[0].is, Comparison::NotEqual(Answer::Choice("a".to_owned())));
        assert_eq!(when.tests[5].is, Comparison::Exists(false));
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_place() {
        let table: [(&str, Value, &str); 27] = [
            ("/status", json!("draft"), "Questionnaire: its status must be active"),
            ("/resourceType", json!("Observation"), "Questionnaire: it is not a Questionnaire"),
            ("/subjectType", json!(["Practitioner"]), "Questionnaire: its subjectType must be Patient"),
            ("/contained", json!([]), "Questionnaire: the element contained is not understood"),
            ("/modifierExtension", json!([]), "Questionnaire: the element modifierExtension is not understood"),
            ("/meta/security/0/code", json!("XX"), "Questionnaire.meta: the label XX is not understood"),
            ("/extension/0/url", json!("urn:other"), "Questionnaire: the extension urn:other is not understood"),
            (
                "/extension/1/valueBoolean",
                json!(false),
                "Questionnaire: questionnaire-about-filler must be true, or not be there",
            ),
            ("/id", json!("Every Kind"), "Questionnaire: its id must be 1 to 64 small letters, digits and hyphens"),
            ("/item/1/type", json!("attachment"), "item yes: the type attachment is not understood"),
            ("/item/1/repeats", json!(true), "item yes: repeats is not understood"),
            ("/item/1/readOnly", json!(true), "item yes: readOnly is not understood"),
            ("/item/1/initial", json!([]), "item yes: the element initial is not understood"),
            ("/item/1/_text", json!({}), "item yes: the element _text is not understood"),
            ("/item/1/item", json!([]), "item yes: an item of its type cannot have item"),
            ("/item/1/answerOption", json!([]), "item yes: an item of its type cannot have answerOption"),
            ("/item/1/maxLength", json!(3), "item yes: maxLength must be a number up to 2000, of a string or a text"),
            ("/item/1/linkId", json!("words"), "item words: its linkId is empty or not its own"),
            (
                "/item/2/enableWhen/0/operator",
                json!("~"),
                "item group: an enableWhen has an operator or an answer that is not understood",
            ),
            ("/item/2/enableWhen/0/question", json!("day"), "item group: it depends on a question that does not stand before it"),
            ("/item/2/item/2/extension", json!([]), "item weight: a quantity needs its unit (questionnaire-unit)"),
            ("/item/6/answerValueSet", json!("urn:x"), "item often: the element answerValueSet is not understood"),
            ("/item/6/answerOption/0/valueString", json!("x"), "item often: the element valueString is not understood"),
            (
                "/item/6/answerOption/1/valueCoding/extension/0/valueDecimal",
                json!(1.5),
                "item often: it must be a whole number below 65,536",
            ),
            (
                "/item/6/answerOption/1/valueCoding/extension/0/valueDecimal",
                json!(-1),
                "item often: it needs a number of nought or more with three decimals at most",
            ),
            (
                "/item/7/enableBehavior",
                json!("some"),
                "item why: enableBehavior must be all or any, and is needed for several enableWhen",
            ),
            ("/item/7/enableWhen/3/answerQuantity/code", json!("g"), "item why: an enableWhen compares with another unit"),
        ];
        for (at, value, expected) in table {
            let mut changed = whole();
            let (parent, key) = at.rsplit_once('/').unwrap();
            changed.pointer_mut(parent).unwrap()[key] = value;
            let told = read(&changed).unwrap_err();
            assert!(told.iter().any(|one| one == expected), "{at}: {told:?}");
        }
        for (body, expected) in [(&b"{"[..], "it is not JSON"), (b"[]", "it is not an object")] {
            assert_eq!(parse(body).unwrap_err()[0].what, expected);
        }
        assert_eq!(parse(&vec![b' '; MOST_BYTES + 1]).unwrap_err()[0].what, "it is too long");
        assert_eq!(parse("[".repeat(100).as_bytes()).unwrap_err()[0].what, "it holds too much");
    }

    /// A place in the whole, and something that stands there instead.
    fn changed() -> impl Strategy<Value = Value> {
        fn places(value: &Value, here: &str, into: &mut Vec<String>) {
            into.push(here.to_owned());
            match value {
                Value::Object(all) => {
                    all.iter().for_each(|(key, value)| places(value, &format!("{here}/{}", key.replace('/', "~1")), into))
                }
                Value::Array(all) => all.iter().enumerate().for_each(|(at, value)| places(value, &format!("{here}/{at}"), into)),
                _ => {}
            }
        }
        let mut all = Vec::new();
        places(&whole(), "", &mut all);
        let other = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,12}".prop_map(Value::from),
            Just(json!({})),
            Just(json!([{}])),
        ];
        (proptest::sample::select(all), other).prop_map(|(at, other)| {
            let mut value = whole();
            if let Some(place) = value.pointer_mut(&at) {
                *place = other;
            }
            value
        })
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_file_it_is_read_without_a_flaw_or_refused_with_why(value in changed()) {
            match parse(value.to_string().as_bytes()) {
                Ok(questionnaire) => prop_assert_eq!(questionnaire.flaws(), Vec::new()),
                Err(problems) => prop_assert!(!problems.is_empty() && problems.iter().all(|one| !one.what.is_empty())),
            }
        }
    }
}
