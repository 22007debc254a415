//! What says that a child is protected, or warns staff of danger. Whoever it is about, or acts for them, may be whom somebody is protected
//! from, so that nobody is shown it.

use crate::words::spaced;
use serde_json::Value;

/// That a child has a protection plan or is looked after (SNOMED CT; the value sets England-ChildProtectionPlan and CPIS-FlagCode of
/// NHS England's Child Protection - Information Sharing), as a resource holds them.
const CODES: &[&str] = &["\"342191000000101\"", "\"764841000000100\"", "\"818901000000100\"", "\"224353004\""];

/// Words of codes and titles that say so (Working Together to Safeguard Children: what the meetings, plans and enquiries are called), each
/// with a space before and after it.
const PHRASES: &[&str] = &[
    " child protection plan ",
    " child protection plans ",
    " child protection conference ",
    " child protection conferences ",
    " child protection case conference ",
    " child protection case conferences ",
    " child protection register ",
    " child protection investigation ",
    " child protection investigations ",
    " child protection enquiry ",
    " child protection enquiries ",
    " safeguarding children ",
    " child in need plan ",
    " child in need plans ",
    " looked after child review ",
    " looked after child reviews ",
    " looked after children review ",
];
/// An enquiry under the Children Act 1989.
const SECTION: &str = " section 47 ";
/// Words beside which that is something else.
const OTHER_SECTIONS: &[&str] = &[
    " mental health act ",
    " mha ",
    " caesarean section ",
    " cesarean section ",
    " assistance act ",
    " community care act ",
    " care act ",
    " section 47 49 ",
];

/// Resources that only say who, where and for whom: where somebody works tells nothing of a child.
const DIRECTORY: &[&str] = &["Patient", "Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService"];
/// Fields that hold free text, names, labels, the content of files, questions of a form or the parts of a letter: whoever writes there
/// that a child is protected does not make the whole about that.
const SKIPPED: &[&str] = &[
    "meta",
    "note",
    "dosage",
    "dosageInstruction",
    "div",
    "data",
    "identifier",
    "contact",
    "name",
    "section",
    "item",
    "progress",
];

/// Words of a Flag or a `RiskAssessment` that warns of harm to somebody or by somebody, each with a space before and after it: an adult too may live with the one
/// from whom they are protected, who reads over their shoulder.
const WARNINGS: &[&str] = &[
    " safeguarding ",
    " child protection ",
    " abuse ",
    " abused ",
    " abusive ",
    " violence ",
    " violent ",
    " aggression ",
    " aggressive ",
    " assault ",
    " assaulted ",
    " coercion ",
    " coercive ",
    " perpetrator ",
    " marac ",
    " mappa ",
    " female genital mutilation ",
    " fgm ",
    " weapon ",
    " weapons ",
    " scene safety ",
    " safe to talk ",
    " safe to call ",
    " safe to contact ",
    " forced marriage ",
    " forced marriages ",
    " honour based ",
    " honor based ",
    " trafficking ",
    " trafficked ",
    " modern slavery ",
    " exploitation ",
    " exploited ",
    " stalking ",
    " stalked ",
    " stalker ",
    " vulnerable adult ",
    " vulnerable adults ",
    " at risk from ",
    " risk to staff ",
    " risk to others ",
    " non molestation ",
    " restraining order ",
    " restraining orders ",
    " threat ",
    " threats ",
    " do not disclose ",
    " do not share ",
];
/// Words that hold one of these and warn of an illness or a fall.
const HARMLESS: &[&str] = &[
    " at risk from fall ",
    " at risk from falls ",
    " at risk from falling ",
    " at risk from infection ",
    " at risk from infections ",
    " at risk from pressure sores ",
    " at risk from pressure ulcers ",
    " at risk from sepsis ",
];

/// Whether a resource says so, by its codes wherever they stand, by the words of its codes and by its titles.
pub(super) fn is_told(raw: &str) -> bool {
    CODES.iter().any(|code| raw.contains(code))
        || ((["\"Flag\"", "\"RiskAssessment\""].iter().any(|kind| raw.contains(kind)) || may_tell(raw))
            && serde_json::from_str(raw).is_ok_and(|json: Value| tells(&json, "") || is_warning(&json)))
}

/// Whether a Flag warns of harm, by its category and its words, or a risk that somebody was found to be at, by all that is shown of it:
/// what may happen, why, how that was worked out and from what, what is done about it and what was noted.
fn is_warning(json: &Value) -> bool {
    let fields: &[&str] = match json.get("resourceType").and_then(Value::as_str) {
        Some("Flag") => &["category", "code"],
        Some("RiskAssessment") => {
            &["code", "method", "condition", "reasonCode", "reasonReference", "basis", "prediction", "mitigation", "note"]
        }
        _ => &[],
    };
    fields.iter().filter_map(|field| json.get(*field)).any(warns)
}

fn is_warning_said(text: &str) -> bool {
    let said = HARMLESS.iter().fold(spaced(text), |said, words| said.replace(words, " "));
    is_phrase(text) || WARNINGS.iter().any(|words| said.contains(words))
}

fn warns(value: &Value) -> bool {
    match value {
        Value::String(text) => is_warning_said(text),
        Value::Array(all) => all.iter().any(warns),
        Value::Object(fields) => fields.iter().any(|(name, value)| match (name.as_str(), value) {
            ("display" | "text" | "rationale", Value::String(text)) => is_warning_said(text),
            ("code", Value::String(code)) => code == "behavioral",
            (_, Value::String(_)) => false,
            (_, value) => warns(value),
        }),
        _ => false,
    }
}

/// Whether a clinical document says so, by its title and by the codes in it.
pub(crate) fn is_said(title: Option<&str>, codes: &[String]) -> bool {
    title.is_some_and(is_phrase) || codes.iter().any(|code| CODES.iter().any(|known| known.trim_matches('"') == code))
}

/// Whether a resource may be one that says so: most hold none of these words and need not be read for it.
fn may_tell(raw: &str) -> bool {
    const SIGNS: &[&[u8]] = &[b"child", b"section "];
    let bytes = raw.as_bytes();
    let begins = |at: usize, sign: &[u8]| bytes.get(at..at + sign.len()).is_some_and(|part| part.eq_ignore_ascii_case(sign));
    bytes
        .iter()
        .enumerate()
        .any(|(at, byte)| matches!(byte, b'c' | b'C' | b's' | b'S') && SIGNS.iter().any(|sign| begins(at, sign)))
}

/// Whether a value says so that stands in this field.
fn tells(value: &Value, field: &str) -> bool {
    match value {
        Value::Array(all) => all.iter().any(|one| tells(one, field)),
        Value::Object(fields) => {
            let kind = fields.get("resourceType").and_then(Value::as_str);
            // The words of a reference are another resource's.
            let is_coding = field == "coding" || fields.contains_key("code") || fields.contains_key("system");
            !kind.is_some_and(|kind| DIRECTORY.contains(&kind))
                && fields.iter().any(|(name, value)| match (name.as_str(), value) {
                    (name, _) if SKIPPED.contains(&name) => false,
                    ("display", Value::String(text)) => is_coding && is_phrase(text),
                    (
                        "text" | "title" | "description" | "summary" | "contentString" | "basis" | "rationale" | "mitigation",
                        Value::String(text),
                    ) => is_phrase(text),
                    (name, value) => tells(value, name),
                })
        }
        _ => false,
    }
}

/// Whether a title or the words of a code say so.
fn is_phrase(text: &str) -> bool {
    let said = spaced(text);
    let is_enquiry = said.contains(SECTION) && !OTHER_SECTIONS.iter().any(|other| said.contains(other));
    is_enquiry || PHRASES.iter().any(|phrase| said.contains(phrase))
}
