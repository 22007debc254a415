//! Clinical documents in XML (HL7 Clinical Document Architecture, Release 2): who wrote it about whom, and its sections with what they
//! say in words. What they say in codes is not shown: the narrative is what its author signed (CDA R2, 4.3.4).

use super::block::{Block, Builder};
use super::decode;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::NhsNumber;
use domain::record::{Detail, Sensitivity};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};

/// The most bytes that are read.
const LONGEST: usize = 30 * 1024 * 1024;
/// How deep elements may stand in one another.
const DEEPEST: usize = 100;
/// The most elements and texts.
const MOST_NODES: usize = 200_000;
/// The namespace of HL7 version 3.
const HL7: &str = "urn:hl7-org:v3";
/// The code systems of section codes, by their object identifiers.
const SNOMED: &str = "2.16.840.1.113883.6.96";
const LOINC: &str = "2.16.840.1.113883.6.1";
/// The identifiers of an NHS number: traced and not traced (NHS ITK CDA).
const NHS_NUMBER: [&str; 2] = ["2.16.840.1.113883.2.1.4.1", "2.16.840.1.113883.2.1.3.2.4.18.23"];

/// Why a document is not shown. Holds nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is no CDA.
    Other,
    /// It is not XML that can be read, or asks for more than is read: a document type, depth, size.
    Unreadable,
}

/// An element or a text of the document.
#[derive(Debug, Default)]
struct Node {
    /// Its name without its namespace's prefix; empty for a text.
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    inner: Vec<Node>,
}

impl Node {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.inner.iter().filter(move |one| one.name == name)
    }

    /// The first element along this path.
    fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, name| node.inner.iter().find(|one| one.name == *name))
    }

    /// All words within it.
    fn words(&self) -> Option<String> {
        fn gather(node: &Node, out: &mut String) {
            out.push_str(&node.text);
            for inner in &node.inner {
                gather(inner, out);
                out.push(' ');
            }
        }
        let mut out = String::new();
        gather(self, &mut out);
        let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
        (!words.is_empty()).then_some(words)
    }
}

/// Whether these bytes begin as a CDA does.
pub(super) fn is_cda(text: &str) -> bool {
    let start = text.trim_start();
    let mut end = start.len().min(16_384);
    while !start.is_char_boundary(end) {
        end -= 1;
    }
    let head = start.get(..end).unwrap_or_default();
    start.starts_with('<') && head.contains("ClinicalDocument") && head.contains(HL7)
}

/// Reads the document within limits. A document type is refused, so that no entity can be declared: none is ever followed to another
/// file or made larger.
fn tree(text: &str) -> Result<Node, Refused> {
    if text.len() > LONGEST {
        return Err(Refused::Unreadable);
    }
    let mut reader = Reader::from_str(text);
    let (mut open, mut count): (Vec<Node>, usize) = (Vec::new(), 0);
    let mut root = None;
    loop {
        let event = reader.read_event().map_err(|_| Refused::Unreadable)?;
        count += 1;
        if count > MOST_NODES {
            return Err(Refused::Unreadable);
        }
        let mut say = |said: &str| {
            if let Some(node) = open.last_mut() {
                match node.inner.last_mut().filter(|last| last.name.is_empty()) {
                    Some(last) => last.text.push_str(said),
                    None => node.inner.push(Node { text: said.to_owned(), ..Node::default() }),
                }
            }
        };
        match event {
            Event::Start(element) => {
                if open.len() >= DEEPEST {
                    return Err(Refused::Unreadable);
                }
                open.push(node(&element)?);
            }
            Event::Empty(element) => {
                let node = node(&element)?;
                if let Some(outer) = open.last_mut() {
                    outer.inner.push(node);
                }
            }
            Event::End(_) => {
                let node = open.pop().ok_or(Refused::Unreadable)?;
                match open.last_mut() {
                    Some(outer) => outer.inner.push(node),
                    None => root = root.or(Some(node)),
                }
            }
            Event::Text(text) => say(&text.xml10_content()),
            Event::CData(text) => say(&text.xml10_content()),
            Event::GeneralRef(entity) => {
                if let Ok(Some(sign)) = entity.resolve_char_ref() {
                    say(sign.encode_utf8(&mut [0; 4]));
                } else {
                    say(resolve_xml_entity(&entity.xml10_content()).unwrap_or("\u{fffd}"));
                }
            }
            Event::DocType(_) => return Err(Refused::Unreadable),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof if open.is_empty() => return root.ok_or(Refused::Unreadable),
            Event::Eof => return Err(Refused::Unreadable),
        }
    }
}

fn node(element: &BytesStart<'_>) -> Result<Node, Refused> {
    let name = element.local_name().as_ref().to_owned();
    let mut attributes = Vec::new();
    for attribute in element.attributes().with_checks(false).take(64) {
        let attribute = attribute.map_err(|_| Refused::Unreadable)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Refused::Unreadable)?;
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
    }
    Ok(Node { name, attributes, ..Node::default() })
}

/// A section of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) title: Option<String>,
    /// Codes of what it is about, SNOMED CT or LOINC.
    pub(super) codes: Vec<String>,
    pub(super) blocks: Vec<Block>,
    pub(super) inner: Vec<Self>,
}

/// A file within a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Within {
    pub(super) content_type: Option<String>,
    pub(super) bytes: Vec<u8>,
}

/// What a clinical document shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    pub(super) title: Option<String>,
    /// The codes of what kind of document it is.
    pub(super) codes: Vec<String>,
    pub(super) facts: Vec<Detail>,
    pub(super) parts: Vec<Part>,
    /// The file that it wraps, where it has no sections.
    pub(super) within: Option<Within>,
    /// It or a part of it must not be shown to the person it is about.
    pub(super) withheld: bool,
    /// Codes and titles by which one can tell how sensitive it is.
    pub(super) said: Vec<String>,
    pub(super) cut: bool,
    pub(super) pictures: bool,
}

/// Reads a clinical document.
pub(super) fn document(bytes: &[u8], content_type: Option<&str>) -> Result<Document, Refused> {
    let text = decode::text(bytes, content_type);
    if !is_cda(&text) {
        return Err(Refused::Other);
    }
    let root = tree(&text)?;
    if root.name != "ClinicalDocument" {
        return Err(Refused::Other);
    }
    let mut document = Document {
        title: root.at(&["title"]).and_then(Node::words),
        codes: root.at(&["code"]).map(codes).unwrap_or_default(),
        facts: facts(&root),
        withheld: withheld(&root),
        ..Document::default()
    };
    document.said.extend(document.title.clone());
    say_codes(&root, &mut document.said);
    for component in root.all("component") {
        if let Some(body) = component.at(&["structuredBody"]) {
            for part in body.all("component").filter_map(|one| one.at(&["section"])) {
                let part = section(part, &mut document);
                document.parts.push(part);
            }
        }
        if let Some(text) = component.at(&["nonXMLBody", "text"]) {
            wrapped(text, &mut document);
        }
    }
    Ok(document)
}

/// A document that wraps a file of another kind.
fn wrapped(text: &Node, document: &mut Document) {
    let content_type = text.attribute("mediaType").map(ToOwned::to_owned);
    let said = text.words().unwrap_or_default();
    if text.attribute("representation").is_some_and(|form| form.eq_ignore_ascii_case("B64")) {
        let bare: String = said.chars().filter(|sign| !sign.is_ascii_whitespace()).collect();
        match BASE64_STANDARD.decode(bare) {
            Ok(bytes) => document.within = Some(Within { content_type, bytes }),
            Err(_) => document.cut = true,
        }
    } else if !said.is_empty() {
        document.within = Some(Within { content_type: content_type.or(Some("text/plain".to_owned())), bytes: said.into_bytes() });
    } else {
        // It refers to a file elsewhere, which is never fetched.
        document.cut = true;
    }
}

fn codes(code: &Node) -> Vec<String> {
    let known = |one: &Node| {
        one.attribute("codeSystem")
            .is_none_or(|system| [SNOMED, LOINC].contains(&system) || system.starts_with("2.16.840.1.113883.2.1.3.2.4.15"))
    };
    let all = std::iter::once(code).chain(code.all("translation"));
    all.filter(|one| known(one)).filter_map(|one| one.attribute("code").map(ToOwned::to_owned)).collect()
}

/// Every code and its words, wherever they stand: by these the resource that brings the document is judged as by its own.
fn say_codes(node: &Node, said: &mut Vec<String>) {
    if said.len() >= 5000 {
        return;
    }
    if matches!(node.name.as_str(), "code" | "value" | "translation") {
        said.extend(["code", "displayName"].iter().filter_map(|name| node.attribute(name)).map(ToOwned::to_owned));
    }
    if node.name == "title" {
        said.extend(node.words());
    }
    for inner in &node.inner {
        say_codes(inner, said);
    }
}

/// Whether any part is marked as not for the person it is about (HL7 Confidentiality `V`; ActCode `NOPAT`), or as redacted. A document
/// is one whole: where a part must not be shown, none of it is.
fn withheld(node: &Node) -> bool {
    let code = || node.attribute("code").map(str::to_ascii_uppercase);
    let marked = match node.name.as_str() {
        "confidentialityCode" => code().is_some_and(|code| matches!(code.as_str(), "V" | "NOPAT" | "REDACTED")),
        "sensitivityCode" | "obligationInstructionCode" => code().is_some_and(|code| code == "NOPAT" || code == "REDACTED"),
        _ => false,
    };
    marked || node.inner.iter().any(withheld)
}

/// "Dr Amara Obi".
fn name(person: &Node) -> Option<String> {
    let name = person.at(&["name"])?;
    let parts: Vec<_> =
        ["prefix", "given", "family", "suffix"].iter().flat_map(|part| name.all(part)).filter_map(Node::words).collect();
    if parts.is_empty() { name.words() } else { Some(parts.join(" ")) }
}

/// "3 November 2026" of `20261103101500+0000`.
fn day(node: &Node) -> Option<String> {
    let value = node.attribute("value")?;
    let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
    let part = |from: usize, to: usize| digits.get(from..to);
    let text = match (part(0, 4), part(4, 6), part(6, 8)) {
        (Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        (Some(year), Some(month), None) => format!("{year}-{month}"),
        (Some(year), ..) => year.to_owned(),
        _ => return None,
    };
    domain::When::parse(&text).ok().map(|when| when.day_only())
}

/// What its head says: about whom, from whom, when.
fn facts(root: &Node) -> Vec<Detail> {
    let mut facts = Vec::new();
    let mut add = |label: &str, value: Option<String>| {
        if let Some(value) = value {
            facts.push(Detail { label: label.to_owned(), value });
        }
    };
    let patient = root.at(&["recordTarget", "patientRole"]);
    add("This document is about", patient.and_then(|role| name(role.at(&["patient"])?)));
    add("Born", patient.and_then(|role| day(role.at(&["patient", "birthTime"])?)));
    let number = patient.and_then(|role| {
        role.all("id").find(|id| id.attribute("root").is_some_and(|root| NHS_NUMBER.contains(&root)))?.attribute("extension")
    });
    let spaced = |text: &str| text.parse::<NhsNumber>().map_or_else(|_| text.to_owned(), |number| number.to_string());
    add("NHS number in it", number.map(spaced));
    add("Written", root.at(&["effectiveTime"]).and_then(day));
    let author = root.at(&["author", "assignedAuthor"]);
    add("Written by", author.and_then(|author| name(author.at(&["assignedPerson"])?)));
    let organisation = author.and_then(|author| author.at(&["representedOrganization", "name"])).and_then(Node::words);
    let custodian = || root.at(&["custodian", "assignedCustodian", "representedCustodianOrganization", "name"])?.words();
    add("From", organisation.or_else(custodian));
    let visit = root.at(&["componentOf", "encompassingEncounter", "effectiveTime"]);
    add("Came in on", visit.and_then(|time| day(time.at(&["low"])?)));
    add("Went home on", visit.and_then(|time| day(time.at(&["high"])?)));
    facts
}

fn section(node: &Node, document: &mut Document) -> Part {
    let mut builder = Builder::default();
    if let Some(text) = node.at(&["text"]) {
        narrative(text, &mut builder, &mut document.pictures);
    }
    let (blocks, cut) = builder.finish();
    document.cut |= cut;
    let inner = node.all("component").filter_map(|one| one.at(&["section"]));
    Part {
        title: node.at(&["title"]).and_then(Node::words),
        codes: node.at(&["code"]).map(codes).unwrap_or_default(),
        blocks,
        inner: inner.map(|one| section(one, document)).collect(),
    }
}

/// The words of a section (CDA R2, 4.3.5).
fn narrative(node: &Node, builder: &mut Builder, pictures: &mut bool) {
    for inner in &node.inner {
        let mut within = |builder: &mut Builder| narrative(inner, builder, pictures);
        match inner.name.as_str() {
            "" => builder.text(&inner.text),
            // What whoever changed the document struck out.
            _ if inner.attribute("revised") == Some("delete") => {}
            "paragraph" => {
                builder.flush();
                within(builder);
                builder.flush();
            }
            "br" => builder.line(),
            "content" => {
                let bold = inner.attribute("styleCode").is_some_and(|style| style.contains("Bold"));
                builder.strong(bold);
                within(builder);
                if bold {
                    builder.strong(false);
                }
            }
            "list" => {
                builder.open_list(inner.attribute("listType") == Some("ordered"));
                within(builder);
                builder.close_list();
            }
            "item" => {
                builder.open_item();
                within(builder);
                builder.close_item();
            }
            "table" => {
                builder.open_table();
                within(builder);
                builder.close_table();
            }
            "tr" => {
                builder.open_row();
                within(builder);
                builder.close_row();
            }
            "td" | "th" => {
                let across = inner.attribute("colspan").and_then(|text| text.parse().ok()).unwrap_or(1);
                builder.open_cell(inner.name == "th", across);
                within(builder);
                builder.close_cell();
            }
            "caption" => {
                builder.open_caption();
                within(builder);
                builder.close_caption();
            }
            "renderMultiMedia" => *pictures = true,
            "linkHtml" => {
                within(builder);
                if let Some(href) = inner.attribute("href").filter(|href| href.starts_with("https://") && href.len() <= 300) {
                    builder.text(&format!(" ({href})"));
                }
            }
            _ => within(builder),
        }
    }
}

/// Whether it says by its title or its codes that a child is protected.
pub(super) fn is_child_protection(document: &Document) -> bool {
    crate::map::is_child_protection_said(document.title.as_deref(), &document.said)
}

/// How sensitive a document is by its codes and titles.
pub(super) fn sensitivity(document: &Document) -> Sensitivity {
    crate::map::sensitivity_of_said(&document.said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrap(body: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>Letter</title>\
             <component><structuredBody>{body}</structuredBody></component></ClinicalDocument>"
        )
    }

    fn read(text: &str) -> Result<Document, Refused> {
        document(text.as_bytes(), Some("text/xml"))
    }

    fn said(document: &Document) -> String {
        let mut out = String::new();
        for part in &document.parts {
            part.blocks.iter().for_each(|block| block.say(&mut out));
        }
        out
    }

    #[test]
    fn sections_keep_their_titles_codes_and_words() {
        let text = wrap(
            "<component><section><code code=\"933361000000108\" codeSystem=\"2.16.840.1.113883.6.96\"/><title>Medicines</title>\
             <text><paragraph>New:<br/><content styleCode=\"Bold\">apixaban</content> &lt;5&#160;mg&gt;</paragraph>\
             <table><caption>All</caption><thead><tr><th>Name</th><th>Dose</th></tr></thead><tbody><tr><td>Apixaban</td><td>5 mg</td></tr>\
             </tbody></table><content revised=\"delete\">warfarin</content></text>\
             <component><section><title>Stopped</title><text><list><item>Aspirin</item></list></text></section></component>\
             </section></component>",
        );
        let document = read(&text).unwrap();
        let part = &document.parts[0];
        assert_eq!((part.title.as_deref(), part.codes[0].as_str()), (Some("Medicines"), "933361000000108"));
        assert_eq!(said(&document), "New:\napixaban <5 mg>\nAll\nName | Dose\nApixaban | 5 mg\n");
        assert_eq!(part.inner[0].title.as_deref(), Some("Stopped"));
        assert!(!document.withheld && !document.cut);
    }

    #[test]
    fn its_head_says_about_whom_and_from_whom_it_is() {
        let text = "<ClinicalDocument xmlns='urn:hl7-org:v3'><effectiveTime value='20261103101500+0000'/><recordTarget><patientRole>\
                    <id root='2.16.840.1.113883.2.1.4.1' extension='9990000018'/><patient><name><prefix>Mrs</prefix><given>Margaret</given>\
                    <family>Ellis</family></name><birthTime value='19480203'/></patient></patientRole></recordTarget><author><assignedAuthor>\
                    <assignedPerson><name>Dr K Rowan</name></assignedPerson><representedOrganization><name>St Anne's</name>\
                    </representedOrganization></assignedAuthor></author></ClinicalDocument>";
        let facts: Vec<_> = read(text).unwrap().facts.into_iter().map(|fact| format!("{}: {}", fact.label, fact.value)).collect();
        assert_eq!(facts[0], "This document is about: Mrs Margaret Ellis");
        assert!(facts[1].starts_with("Born: ") && facts[1].ends_with("1948"), "{facts:?}");
        assert_eq!(facts[2], "NHS number in it: 999 000 0018");
        assert_eq!(facts[4..], ["Written by: Dr K Rowan", "From: St Anne's"]);
    }

    #[test]
    fn a_part_that_is_not_for_the_person_withholds_all_of_it() {
        let marked = |mark: &str| {
            read(&wrap(&format!("<component><section>{mark}<text>x</text></section></component>"))).unwrap().withheld
        };
        assert!(marked("<confidentialityCode code=\"V\"/>"));
        assert!(marked("<entry><act><sensitivityCode code='NOPAT'/></act></entry>"));
        assert!(!marked("<confidentialityCode code=\"N\"/>"));
    }

    #[test]
    fn a_file_in_it_comes_out_and_one_elsewhere_is_missed() {
        let body = |text: &str| {
            format!(
                "<ClinicalDocument xmlns='urn:hl7-org:v3'><component><nonXMLBody>{text}</nonXMLBody></component></ClinicalDocument>"
            )
        };
        let read = |text: &str| document(body(text).as_bytes(), None).unwrap();
        let within = read("<text mediaType='application/pdf' representation='B64'>JVBE\n Ri0=</text>").within.unwrap();
        assert_eq!((within.content_type.as_deref(), &within.bytes[..]), (Some("application/pdf"), &b"%PDF-"[..]));
        assert!(read("<text mediaType='application/pdf'><reference value='https://x/y.pdf'/></text>").cut);
    }

    #[test]
    fn entities_depth_and_size_are_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\"><!ENTITY y \"&x;&x;\">]>\
                    <ClinicalDocument xmlns='urn:hl7-org:v3'><title>&y;</title></ClinicalDocument>";
        assert_eq!(read(bomb).unwrap_err(), Refused::Unreadable);
        assert_eq!(read(&wrap(&"<a>".repeat(100_000))).unwrap_err(), Refused::Unreadable);
        assert_eq!(read(&wrap(&"<a/>".repeat(300_000))).unwrap_err(), Refused::Unreadable);
        assert_eq!(read("<html>ClinicalDocument urn:hl7-org:v3</html>").unwrap_err(), Refused::Other);
        assert_eq!(read("plain").unwrap_err(), Refused::Other);
        let unknown = read(&wrap("<component><section><text>5&nbsp;mg &#0; &#x202e;x</text></section></component>")).unwrap();
        assert_eq!(said(&unknown), "5\u{fffd}mg \u{fffd} x\n");
    }

    proptest! {
        #[test]
        fn whatever_it_holds_it_is_read(body in "(</?(component|section|text|table|tr|td|list|item|title|content)/?>|[a-z&;#<]{0,5}){0,60}") {
            let _ = read(&wrap(&body));
        }
    }
}
