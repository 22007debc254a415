//! Answers as the items of a FHIR R4 `QuestionnaireResponse`: how they are kept, and how they are read again.

use domain::questionnaire::{Answer, Answers, Asks, Item, Question, Questionnaire, What};
use domain::reading::Amount;
use domain::when::day_in_words;
use serde_json::{Number, Value, json};

/// A question with its answer, in the words in which they stood when it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The heading of the group around it; empty where there is none.
    pub group: String,
    /// What was asked.
    pub asked: String,
    /// What was answered.
    pub answer: String,
}

/// These answers as items, each with the words of its question.
#[must_use]
pub fn items(questionnaire: &Questionnaire, answers: &Answers) -> Value {
    Value::Array(questionnaire.items.iter().filter_map(|item| written(item, answers)).collect())
}

fn written(item: &Item, answers: &Answers) -> Option<Value> {
    match &item.what {
        What::Display => None,
        What::Group(items) => {
            let within: Vec<Value> = items.iter().filter_map(|item| written(item, answers)).collect();
            (!within.is_empty()).then(|| json!({ "linkId": item.link, "text": item.text, "item": within }))
        }
        What::Question(question) => {
            let answer = value(question, answers.get(&item.link)?);
            Some(json!({ "linkId": item.link, "text": item.text, "answer": [answer] }))
        }
    }
}

fn value(question: &Question, answer: &Answer) -> Value {
    match (answer, &question.asks) {
        (Answer::Yes(yes), _) => json!({ "valueBoolean": yes }),
        (Answer::Number(number), Asks::Integer(_)) => json!({ "valueInteger": digits(*number) }),
        (Answer::Number(number), Asks::Quantity(_, unit)) => json!({ "valueQuantity": {
            "value": digits(*number), "unit": unit.shown, "system": "http://unitsofmeasure.org", "code": unit.code } }),
        (Answer::Number(number), _) => json!({ "valueDecimal": digits(*number) }),
        (Answer::Date(day), _) => json!({ "valueDate": day.to_string() }),
        (Answer::Words(words) | Answer::Other(words), _) => json!({ "valueString": words }),
        (Answer::Choice(code), asks) => {
            let mut coding = json!({ "code": code, "display": question.in_words(answer) });
            if let Asks::Choice { options, .. } = asks
                && let Some(system) = options.iter().find(|option| option.code == *code).and_then(|option| option.system.as_ref())
            {
                coding["system"] = json!(system);
            }
            json!({ "valueCoding": coding })
        }
    }
}

/// As many digits as it has.
fn digits(number: Amount) -> Value {
    number.to_string().parse::<Number>().map_or(Value::Null, Value::Number)
}

/// The answers that stand in these items, as far as they are of the kind that the questionnaire asks now.
#[must_use]
pub fn answers(questionnaire: &Questionnaire, items: &Value) -> Answers {
    let mut found = Vec::new();
    gather(items, "", &mut found);
    let of = |link: &str| found.iter().find(|one| one.link == link).map(|one| one.value);
    let questions = questionnaire.questions().into_iter();
    questions.filter_map(|(item, question)| Some((item.link.clone(), answer(question, of(&item.link)?)?))).collect()
}

/// Each question with its answer, as they stand in these items.
#[must_use]
pub fn lines(items: &Value) -> Vec<Line> {
    let mut found = Vec::new();
    gather(items, "", &mut found);
    let line = |one: Found<'_>| Line { group: one.group.to_owned(), asked: one.text.to_owned(), answer: in_words(one.value) };
    found.into_iter().map(line).collect()
}

struct Found<'v> {
    link: &'v str,
    group: &'v str,
    text: &'v str,
    value: &'v Value,
}

fn gather<'v>(items: &'v Value, group: &'v str, into: &mut Vec<Found<'v>>) {
    for item in items.as_array().into_iter().flatten() {
        let (link, text) = (text_of(item, "linkId"), text_of(item, "text"));
        if let Some(value) = item.pointer("/answer/0") {
            into.push(Found { link, group, text, value });
        }
        if let Some(within) = item.get("item") {
            gather(within, if text.is_empty() { group } else { text }, into);
        }
    }
}

fn text_of<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn answer(question: &Question, value: &Value) -> Option<Answer> {
    let number = |value: &Value| value.as_number().and_then(|number| Amount::parse(&number.to_string()).ok()).map(Answer::Number);
    match &question.asks {
        Asks::Boolean => value.get("valueBoolean")?.as_bool().map(Answer::Yes),
        Asks::Integer(_) => number(value.get("valueInteger")?),
        Asks::Decimal(_) => number(value.get("valueDecimal")?),
        Asks::Quantity(_, unit) => {
            let quantity = value.get("valueQuantity")?;
            if text_of(quantity, "code") == unit.code { number(quantity.get("value")?) } else { None }
        }
        Asks::Date => value.get("valueDate")?.as_str()?.parse().ok().map(Answer::Date),
        Asks::Line(_) | Asks::Text(_) => value.get("valueString")?.as_str().map(|words| Answer::Words(words.to_owned())),
        Asks::Choice { .. } => match value.get("valueCoding") {
            Some(coding) => Some(Answer::Choice(text_of(coding, "code").to_owned())),
            None => value.get("valueString")?.as_str().map(|words| Answer::Other(words.to_owned())),
        },
    }
}

fn in_words(value: &Value) -> String {
    let number = |value: &Value| value.as_number().map(ToString::to_string).unwrap_or_default();
    let Some((key, value)) = value.as_object().and_then(|all| all.iter().next()) else { return String::new() };
    match (key.as_str(), value) {
        ("valueBoolean", Value::Bool(true)) => "Yes".to_owned(),
        ("valueBoolean", _) => "No".to_owned(),
        ("valueQuantity", quantity) => {
            let words = quantity.get("value").map(number).unwrap_or_default();
            format!("{words} {}", text_of(quantity, "unit"))
        }
        ("valueDate", Value::String(day)) => day.parse().map_or_else(|_| day.clone(), day_in_words),
        ("valueString", Value::String(words)) => words.clone(),
        ("valueCoding", coding) => text_of(coding, "display").to_owned(),
        (_, value) => number(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use domain::questionnaire::{Bounds, Condition, QuestionChoice, Unit};
    use domain::record::Sensitivity;
    use proptest::prelude::*;

    fn questionnaire() -> Questionnaire {
        let option = |code: &str| QuestionChoice {
            system: Some("s".to_owned()),
            code: code.to_owned(),
            display: format!("It is {code}"),
            weight: None,
        };
        let item = |link: &str, asks: Asks| Item {
            link: link.to_owned(),
            text: format!("About {link}"),
            when: Condition::default(),
            what: What::Question(Question { code: None, required: false, asks, crisis_above: None }),
        };
        let unit = Unit { code: "kg".to_owned(), shown: "kilograms".to_owned() };
        let within = vec![item("whole", Asks::Integer(Bounds::default())), item("exact", Asks::Decimal(Bounds::default()))];
        Questionnaire {
            id: "test".to_owned(),
            url: "urn:test".to_owned(),
            version: "1".to_owned(),
            title: "Test".to_owned(),
            purpose: "To test".to_owned(),
            minutes: 1,
            notice: "Nobody's".to_owned(),
            source: String::new(),
            sensitivity: Sensitivity::General,
            about_filler: false,
            code: None,
            items: vec![
                item("yes", Asks::Boolean),
                Item {
                    link: "group".to_owned(),
                    text: "Numbers".to_owned(),
                    when: Condition::default(),
                    what: What::Group(within),
                },
                item("weight", Asks::Quantity(Bounds::default(), unit)),
                item("day", Asks::Date),
                item("line", Asks::Line(100)),
                item("often", Asks::Choice { options: vec![option("a"), option("b")], open: true }),
            ],
            bands: Vec::new(),
            ages: None,
            offered_from: None,
        }
    }

    #[test]
    fn lines_say_what_was_asked_and_answered_in_its_own_words() {
        let said: Answers = [
            ("yes", Answer::Yes(true)),
            ("exact", Answer::Number(Amount::from_thousandths(7200))),
            ("weight", Answer::Number(Amount::whole(70))),
            ("day", Answer::Date(NaiveDate::from_ymd_opt(2026, 11, 3).unwrap())),
            ("often", Answer::Choice("a".to_owned())),
        ]
        .map(|(link, answer)| (link.to_owned(), answer))
        .into();
        let all = lines(&items(&questionnaire(), &said));
        let all: Vec<_> = all.iter().map(|line| (line.group.as_str(), line.asked.as_str(), line.answer.as_str())).collect();
        let expected = [
            ("", "About yes", "Yes"),
            ("Numbers", "About exact", "7.2"),
            ("", "About weight", "70 kilograms"),
            ("", "About day", "3 November 2026"),
            ("", "About often", "It is a"),
        ];
        assert_eq!(all, expected);
    }

    fn any_answers() -> impl Strategy<Value = Answers> {
        let number = || (0..1_000_000_000_i64).prop_map(|n| Answer::Number(Amount::from_thousandths(n)));
        let day =
            (700_000..760_000_i32).prop_filter_map("a day", |day| NaiveDate::from_num_days_from_ce_opt(day).map(Answer::Date));
        let all: Vec<(&str, BoxedStrategy<Answer>)> = vec![
            ("yes", any::<bool>().prop_map(Answer::Yes).boxed()),
            ("whole", (0..100_000_i32).prop_map(|n| Answer::Number(Amount::whole(n))).boxed()),
            ("exact", number().boxed()),
            ("weight", number().boxed()),
            ("day", day.boxed()),
            ("line", "\\PC{1,20}".prop_map(Answer::Words).boxed()),
            ("often", prop_oneof![Just(Answer::Choice("b".to_owned())), "\\PC{1,20}".prop_map(Answer::Other)].boxed()),
        ];
        let each: Vec<_> = all.into_iter().map(|(link, answer)| (Just(link.to_owned()), proptest::option::of(answer))).collect();
        each.prop_map(|all| all.into_iter().filter_map(|(link, answer)| Some((link, answer?))).collect())
    }

    proptest! {
        #[test]
        fn what_is_kept_is_read_again(said in any_answers()) {
            let questionnaire = questionnaire();
            let kept = items(&questionnaire, &said).to_string();
            let kept: Value = serde_json::from_str(&kept).unwrap();
            prop_assert_eq!(answers(&questionnaire, &kept), said.clone());
            prop_assert_eq!(lines(&kept).len(), said.len());
        }
    }
}
