//! DocumentReference, Composition, Binary.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, parse};
use crate::Received;
use crate::document::{Block, Heading, Section as ShownSection, cdas, is_withheld};
use crate::types::{Attachment, CodeableConcept, Coding, Lenient, List, Meta, Narrative, Period, Reference, fhir};
use crate::words::{all_words, file_words, format_words, joined, narrative};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::record::{Category, Code, EntryFacts, Sensitivity};

/// The longest letter whose words are shown with its entry, in bytes as it is carried (base 64).
const LONGEST_LETTER: usize = 128 * 1024;
/// The most resources to which a document may say that it refers; what is beyond is not read.
pub(super) const MOST_RELATED: usize = 200;

fhir! {
    DocumentJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        doc_status: Option<String>,
        #[serde(rename = "type")]
        kind: Option<CodeableConcept>,
        category: List<CodeableConcept>,
        date: Option<String>,
        author: List<Reference>,
        authenticator: Option<Reference>,
        custodian: Option<Reference>,
        description: Option<String>,
        security_label: List<CodeableConcept>,
        content: List<Content>,
        context: Option<Context>,
        relates_to: Lenient<List<Lenient<Related>>>,
    }
    Content {
        attachment: Option<Attachment>,
        format: Lenient<Coding>,
    }
    Context {
        encounter: List<Reference>,
        event: List<CodeableConcept>,
        period: Option<Period>,
        facility_type: Option<CodeableConcept>,
        practice_setting: Option<CodeableConcept>,
        related: Lenient<List<Lenient<Reference>>>,
    }
    Related { target: Lenient<Reference>, }
    CompositionJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        #[serde(rename = "type")]
        kind: Option<CodeableConcept>,
        category: List<CodeableConcept>,
        encounter: Option<Reference>,
        date: Option<String>,
        author: List<Reference>,
        title: Option<String>,
        confidentiality: Option<String>,
        custodian: Option<Reference>,
        event: List<Event>,
        section: List<Section>,
    }
    Event { period: Option<Period>, }
    Section {
        title: Option<String>,
        code: Option<CodeableConcept>,
        text: Option<Narrative>,
        entry: List<Reference>,
        empty_reason: Option<CodeableConcept>,
        section: List<Section>,
    }
    BinaryJson {
        meta: Option<Meta>,
        content_type: Option<String>,
        data: Option<String>,
    }
}

pub(super) fn document(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: DocumentJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Document, "Document", json.meta.as_ref());
    draft.about(json.kind.as_ref());
    let words = || json.description.as_deref().and_then(crate::words::plain);
    let attached = || json.content.iter().filter_map(|content| content.attachment.as_ref());
    let file_title = attached().find_map(|file| file.title.as_deref().and_then(crate::words::plain));
    // The type says what sort of document it is; what it is about says more.
    if let Some(title) = words().or(file_title) {
        let sort = std::mem::replace(&mut draft.facts.title, title);
        draft.add("Type of document", Some(sort).filter(|sort| *sort != draft.facts.title));
    }
    draft.title_or(|| all_words(json.category.iter()));
    draft.status(json.status.as_deref());
    if matches!(json.doc_status.as_deref(), Some("preliminary" | "entered-in-error")) {
        draft.withhold();
    }
    for label in json.security_label.iter() {
        super::label(&Meta { security: label.coding.clone(), ..Meta::default() }, &mut draft.facts);
    }
    if let Some(context) = &json.context {
        draft.during(context.period.as_ref());
    }
    draft.happened(attached().find_map(|file| file.creation.as_ref()));
    draft.happened(json.date.as_ref());
    draft.recorded(json.date.as_ref());
    draft.by(around.behind(json.author.iter()));
    if let Some(custodian) = around.name(json.custodian.as_ref()) {
        draft.facts.place = Some(custodian);
    }
    if let Some(context) = &json.context {
        draft.place_or(|| around.place_of_visit(context.encounter.first()));
        draft.add_concepts("About", context.event.iter());
        draft.add_concepts("Service", context.practice_setting.iter());
        draft.add_concepts("Kind of place", context.facility_type.iter());
    }
    draft.add_concepts("Category", json.category.iter());
    for content in json.content.iter() {
        let Some(file) = &content.attachment else { continue };
        let words = file
            .title
            .clone()
            .into_iter()
            .filter(|title| *title != draft.facts.title)
            .chain(format_words(file.content_type.as_deref(), content.format.0.as_ref()));
        let words = joined(words, ", ");
        draft.add("File", words);
        draft.add(domain::wish::SAYS, plain_text(file, names));
    }
    draft.add("Signed by", around.name(json.authenticator.as_ref()));
    let related = json.context.iter().filter_map(|context| context.related.0.as_ref()).flat_map(|all| all.iter());
    let targets = json.relates_to.0.iter().flat_map(|all| all.iter()).filter_map(|one| one.0.as_ref());
    // What is written oddly takes nothing from the rest.
    let references = related.filter_map(|one| one.0.as_ref()).chain(targets.filter_map(|one| one.target.0.as_ref()));
    let keys = references.take(MOST_RELATED).filter_map(|one| around.key(one));
    draft.facts.refers_to = keys.map(|(kind, id)| format!("{kind}/{id}")).collect();
    judge_files(&mut draft, attached(), names);
    Ok(draft.done())
}

/// What clinical documents in it say of themselves: a part that must not be shown withholds the whole, and what kind of document it is
/// counts where what brings it has no code of its own.
pub(super) fn judge_files<'a>(draft: &mut Draft, files: impl Iterator<Item = &'a Attachment>, names: &Names<'_>) {
    for judged in cdas(files, names) {
        if judged.withheld {
            draft.withhold();
        }
        if draft.facts.sensitivity == Sensitivity::General {
            draft.facts.sensitivity = judged.sensitivity;
        }
        if draft.facts.code.is_none() && draft.facts.category == Category::Document {
            draft.facts.code = judged.code.map(|code| {
                // Other codes than these two are not read from it; only those of LOINC have a hyphen.
                let system = if code.contains('-') { "http://loinc.org" } else { "http://snomed.info/sct" };
                Code { system: system.to_owned(), code, display: judged.title }
            });
        }
    }
}

/// The words of a letter that is plain text, whether they stand in the document or in a Binary that came with it.
pub(super) fn plain_text(file: &Attachment, names: &Names<'_>) -> Option<String> {
    let is_text = |kind: Option<&str>| kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/plain"));
    let binary: Option<BinaryJson> = match &file.data {
        Some(_) => None,
        None => parse(names.received(file.url.as_deref()?).filter(|binary| !is_withheld(binary))?).ok(),
    };
    let kind = file.content_type.as_deref().or_else(|| binary.as_ref()?.content_type.as_deref());
    if !is_text(kind) {
        return None;
    }
    let data = file.data.as_deref().or_else(|| binary.as_ref()?.data.as_deref())?;
    if data.len() > LONGEST_LETTER {
        return None;
    }
    let bare: String = data.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    String::from_utf8(BASE64_STANDARD.decode(bare).ok()?).ok()
}

impl Section {
    /// Whether all that it is made of may be told of. What it says in words repeats that.
    fn is_open(&self, around: &Around<'_>) -> bool {
        // Each is asked, so that all of them are noted as mentioned.
        let closed = self.entry.iter().filter(|entry| !around.may_tell(entry)).count();
        closed + self.section.iter().filter(|part| !part.is_open(around)).count() == 0
    }
}

fn sections(draft: &mut Draft, around: &Around<'_>, all: &[Section]) {
    for section in all {
        if !section.is_open(around) {
            // The parts of it that are open stand by themselves.
            sections(draft, around, &section.section);
            continue;
        }
        let label = section.title.as_deref().and_then(crate::words::plain).or_else(|| all_words(section.code.iter()));
        let text = section.text.as_ref().and_then(|text| narrative(text.div.as_deref()?));
        draft.add(
            label.as_deref().unwrap_or("Section"),
            text.or_else(|| section.empty_reason.as_ref().map(crate::words::absent_words)),
        );
        sections(draft, around, &section.section);
    }
}

pub(super) fn composition(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: CompositionJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Document, "Document", json.meta.as_ref());
    draft.about(json.kind.as_ref());
    if let Some(title) = json.title.as_deref().and_then(crate::words::plain) {
        let sort = std::mem::replace(&mut draft.facts.title, title);
        draft.add("Type of document", Some(sort).filter(|sort| *sort != draft.facts.title));
    }
    draft.status(json.status.as_deref());
    if json.status.as_deref() == Some("preliminary") || json.confidentiality.as_deref() == Some("V") {
        draft.withhold();
    }
    draft.happened(json.date.as_ref());
    draft.recorded(json.date.as_ref());
    draft.by(around.behind(json.author.iter()));
    if let Some(custodian) = around.name(json.custodian.as_ref()) {
        draft.facts.place = Some(custodian);
    }
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    draft.add("About the time", joined(json.event.iter().filter_map(|event| event.period.as_ref()?.words()), ", "));
    draft.add_concepts("Category", json.category.iter());
    sections(&mut draft, &around, &json.section);
    Ok(draft.done())
}

/// A Composition's sections, as far as they may be told of.
pub(crate) struct Composed {
    pub(crate) title: String,
    pub(crate) codes: Vec<String>,
    pub(crate) sections: Vec<ShownSection>,
    pub(crate) cut: bool,
    pub(crate) pictures: bool,
}

/// What a Composition says in its sections, with their headings, lists and tables; `None` for any other resource.
pub(crate) fn composed(received: &Received, names: &Names<'_>) -> Option<Composed> {
    if received.resource_type != "Composition" {
        return None;
    }
    let json: CompositionJson = parse(received).ok()?;
    let around = Around::new(names, &json.contained);
    let mut composed = Composed {
        title: json.title.unwrap_or_default(),
        codes: json.kind.iter().flat_map(|kind| kind.coding.iter()).filter_map(|coding| coding.code.clone()).collect(),
        sections: Vec::new(),
        cut: false,
        pictures: false,
    };
    let mut sections = Vec::new();
    composed.take(&around, &json.section, &mut sections);
    composed.sections = sections;
    Some(composed)
}

impl Composed {
    fn take(&mut self, around: &Around<'_>, all: &[Section], to: &mut Vec<ShownSection>) {
        for section in all {
            if !section.is_open(around) {
                // The parts of it that are open stand by themselves.
                self.take(around, &section.section, to);
                continue;
            }
            let title = section.title.as_deref().and_then(crate::words::plain).or_else(|| all_words(section.code.iter()));
            let codes: Vec<String> =
                section.code.iter().flat_map(|code| code.coding.iter()).filter_map(|coding| coding.code.clone()).collect();
            let mut blocks = Vec::new();
            if let Some(div) = section.text.as_ref().and_then(|text| text.div.as_deref()) {
                let (said, cut, pictures) = crate::document::narrative(div);
                blocks = said;
                (self.cut, self.pictures) = (self.cut || cut, self.pictures || pictures);
            }
            if let Some(reason) = section.empty_reason.as_ref().filter(|_| blocks.is_empty()) {
                let text = crate::words::absent_words(reason);
                blocks.push(Block::Paragraph(vec![crate::document::Run { text, strong: false }]));
            }
            let mut inner = Vec::new();
            self.take(around, &section.section, &mut inner);
            to.push(ShownSection { heading: Heading::of(&codes, title.as_deref()), title, blocks, inner });
        }
    }
}

/// The content of a document. It is kept and indexed, but listed only as the document that it belongs to.
pub(super) fn binary(received: &Received, _names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: BinaryJson = parse(received)?;
    let mut draft = Draft::new(Category::Other, "File", json.meta.as_ref());
    draft.title_or(|| json.content_type.as_deref().map(file_words));
    Ok(draft.done())
}
