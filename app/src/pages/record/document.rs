//! What came with an entry: its letters, pictures and other files, as they can be read here.

use crate::routes;
use crate::ui::{DocumentText, Inset, Section, SummaryList, SummaryRow, Warning};
use crate::words::in_sentence;
use domain::document::{DocumentKind, DocumentWords};
use domain::{DocumentId, EntryId};
use fhir::document::{Became, Change, Discharge, Heading, Section as Part, Shown};
use leptos::prelude::*;
use service::{DocumentSeen, DocumentsSeen, EntryView, Scan};
use std::collections::BTreeMap;

/// The label under which an entry's facts hold the words of a letter in plain text.
const SAYS: &str = "What it says";
/// The facts of a Composition that its sections do not repeat.
const BESIDE_SECTIONS: [&str; 3] = ["Type of document", "About the time", "Category"];

/// Which page of which scan is asked for. What cannot be read counts as not asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    file: Option<DocumentId>,
    /// The page, counted from 1.
    pub(crate) page: Option<u32>,
}

impl Turned {
    /// What stands after "?".
    pub(crate) fn read(query: Option<&str>) -> Self {
        let query: BTreeMap<String, String> = query.and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
        Self {
            file: query.get("file").and_then(|file| file.parse().ok()),
            page: query.get("page").and_then(|page| page.parse().ok()),
        }
    }

    /// The page of a scan that is shown: its first, where none of its pages is asked for.
    fn to(self, file: DocumentId, scan: Scan) -> u32 {
        self.page.filter(|page| self.file == Some(file) && (1..=scan.pages).contains(page)).unwrap_or(1)
    }
}

/// The entry without those of its facts that its files say better.
pub(crate) fn without_repeats(mut entry: EntryView) -> EntryView {
    let shown = entry.documents.files.iter().any(|file| file.kind == DocumentKind::Text && file.shown.is_some());
    let composed = entry.documents.composed.is_some();
    entry
        .details
        .retain(|detail| !(shown && detail.label == SAYS) && (!composed || BESIDE_SECTIONS.contains(&detail.label.as_str())));
    entry
}

/// The files of an entry; `entry` is where the entry is, and nothing is given out where there is no address. `turned` says which page
/// of a scan is shown.
pub(crate) fn section(
    documents: DocumentsSeen,
    entry: Option<&str>,
    title: &str,
    organisation: &str,
    turned: Turned,
) -> Option<AnyView> {
    let DocumentsSeen { files, composed } = documents;
    if files.is_empty() && composed.is_none() {
        return None;
    }
    let several = files.len() > 1;
    let files = files
        .into_iter()
        .enumerate()
        .map(|(at, seen)| file(seen, entry, (at, several), title, organisation, turned))
        .collect_view();
    let composed = composed.map(|shown| view! { <Section title="What it says">{said(shown, 2)}</Section> });
    Some(view! { {composed} {files} }.into_any())
}

/// "PDF, 120 KB".
fn in_short(seen: &DocumentSeen) -> String {
    let kind = seen.kind.words();
    match seen.size {
        0 => kind.to_owned(),
        size @ 1..1024 => format!("{kind}, {size} bytes"),
        size @ 1024..1_048_576 => format!("{kind}, {} KB", size / 1024),
        size => format!("{kind}, {} MB", size / 1_048_576),
    }
}

fn file(
    seen: DocumentSeen,
    entry: Option<&str>,
    (at, several): (usize, bool),
    title: &str,
    organisation: &str,
    turned: Turned,
) -> AnyView {
    let name = seen.title.clone().unwrap_or_else(|| title.to_owned());
    let heading = match (several, seen.title.is_some()) {
        (true, true) => format!("File {}: {name}", at + 1),
        (true, false) => format!("File {}", at + 1),
        (false, _) if seen.kind == DocumentKind::Image => "The picture".to_owned(),
        (false, _) => "The document".to_owned(),
    };
    let scan = seen.scan.filter(|_| seen.is_here);
    let page = scan.map(|scan| turned.to(seen.id, scan));
    let links = entry.filter(|_| seen.is_here).map(|entry| links(&seen, entry, &name, page));
    let picture = entry.filter(|_| seen.is_here && seen.kind == DocumentKind::Image).map(|entry| {
        let (src, alt) = (routes::file_view(entry, seen.id), format!("Picture: {name}"));
        let large = src.clone();
        view! { <p class="sh-photo"><a href=large><img src=src alt=alt /></a></p> }
    });
    let scanned = entry.zip(scan).zip(page).map(|((entry, scan), page)| scanned(seen.id, scan, page, entry, (&name, &heading)));
    let note = note(&seen, organisation).map(|note| view! { <Inset><p>{note}</p></Inset> });
    let is_pdf = seen.kind == DocumentKind::Pdf;
    let short = in_short(&seen);
    let words = seen.shown.map(|shown| {
        let lead = is_pdf.then(|| {
            view! {
                <h3>"The words of this PDF"</h3>
                <p>"A computer took them out of it. Lines and columns may stand in another order than on the page, and pictures are not here."</p>
            }
        });
        view! { {lead} {said(shown, if is_pdf { 3 } else { 2 })} }
    });
    view! {
        <Section title=heading>
            {links}
            {picture}
            {scanned}
            {note}
            {words}
            <p class="nhsuk-hint">{short}</p>
        </Section>
    }
    .into_any()
}

/// One page of a scan, with the ways to the page before it and the next.
fn scanned(id: DocumentId, scan: Scan, page: u32, entry: &str, (name, heading): (&str, &str)) -> AnyView {
    let Scan { pages, more } = scan;
    let (src, alt) = (routes::file_page(entry, id, page), format!("Scanned page {page} of {pages}: {name}"));
    let large = src.clone();
    let to = |page: u32| (1..=pages).contains(&page).then(|| routes::turned_to(entry, id, page));
    let before = to(page.saturating_sub(1));
    let before = before.map(|href| view! { <a class="nhsuk-pagination__link sh-newer" href=href rel="prev">"Page before"</a> });
    let next = to(page.saturating_add(1));
    let next = next.map(|href| view! { <a class="nhsuk-pagination__link sh-older" href=href rel="next">"Next page"</a> });
    let turn = (pages > 1).then(|| {
        let label = format!("Pages of {}", in_sentence(heading));
        view! {
            <nav class="nhsuk-pagination" aria-label=label>
                {before}
                <p class="nhsuk-pagination__shown">{format!("Page {page} of {pages}")}</p>
                {next}
            </nav>
        }
    });
    let more = more.then(|| {
        let first = if pages == 1 { "Only the first page".to_owned() } else { format!("Only the first {pages} pages") };
        view! { <Inset><p>{format!("{first} can be shown here. Download the file to see all of it.")}</p></Inset> }
    });
    view! {
        <div id=format!("file-{id}")>
            {more}
            <p class="sh-photo sh-scan"><a href=large><img src=src alt=alt /></a></p>
            {turn}
        </div>
    }
    .into_any()
}

/// `page` is the page that a scan shows.
fn links(seen: &DocumentSeen, entry: &str, name: &str, page: Option<u32>) -> AnyView {
    let download = routes::file(entry, seen.id);
    let view = page.map_or_else(|| routes::file_view(entry, seen.id), |page| routes::file_page(entry, seen.id, page));
    let about = format!(": {name}");
    let open = match seen.kind {
        DocumentKind::Pdf => Some("Open the PDF"),
        DocumentKind::Image => Some("Open the picture"),
        DocumentKind::Scan if page.is_some() => Some("Open this page of the scan"),
        _ => None,
    };
    let hidden = about.clone();
    let open = open.map(|words| view! { <li><a href=view>{words}<span class="nhsuk-u-visually-hidden">{hidden}</span></a></li> });
    view! {
        <ul class="nhsuk-list sh-screen-only">
            {open}
            <li><a href=download>"Download the file"<span class="nhsuk-u-visually-hidden">{about}</span></a></li>
        </ul>
    }
    .into_any()
}

/// What the reader must know of a file that cannot be read here.
fn note(seen: &DocumentSeen, organisation: &str) -> Option<String> {
    let ask = format!("If you cannot read it, ask {organisation} to read it to you or to send it in another form.");
    Some(match (seen.kind, seen.words) {
        (_, DocumentWords::NotSent) => {
            format!("{organisation} told us of this file and did not send it. Ask them for it.")
        }
        (_, _) if !seen.is_here => {
            format!("We could not keep this file: it is too large, or it was damaged on its way. Ask {organisation} for it.")
        }
        (DocumentKind::Pdf, DocumentWords::Without) => {
            format!("This PDF is a scan: its pages are pictures, so a screen reader finds no words in it. {ask}")
        }
        (DocumentKind::Pdf, DocumentWords::Unread) => {
            format!("We could not take the words out of this PDF. It may be locked or damaged. {ask}")
        }
        (DocumentKind::Image, _) => format!("We cannot read words in pictures. {ask}"),
        (DocumentKind::Scan, _) if seen.scan.is_some() => {
            format!("This is a scan: its pages are pictures, so a screen reader finds no words in it. {ask}")
        }
        (DocumentKind::Scan, _) => {
            format!(
                "We could not open this scan. It may be damaged, or of a kind that we cannot show here. You can still download it. {ask}"
            )
        }
        (DocumentKind::Other, _) => {
            "We cannot show this kind of file here. You can download it and open it with a program for it.".to_owned()
        }
        (_, _) if seen.shown.is_none() => format!("We could not show the words of this file. Download it. {ask}"),
        _ => return None,
    })
}

/// What a document says, below a heading of this rank.
fn said(shown: Shown, below: u8) -> AnyView {
    let Shown { facts, sections, discharge, cut, pictures } = shown;
    let facts: Vec<_> = facts.into_iter().map(|fact| SummaryRow::new(fact.label, fact.value)).collect();
    let facts = (!facts.is_empty()).then(|| view! { <SummaryList rows=facts /> });
    let missing = match (cut, pictures) {
        (false, false) => None,
        (true, _) => Some("Some of this document cannot be shown here. Download the file to see all of it."),
        (false, true) => Some("Pictures in this document are not shown here. Download the file to see them."),
    };
    let missing = missing.map(|words| view! { <Inset><p>{words}</p></Inset> });
    let says = facts.is_some() || discharge.is_some() || !sections.is_empty();
    let body = match discharge {
        Some(discharge) => laid(discharge, sections, below),
        None => sections.into_iter().map(|part| one(part, below)).collect_view().into_any(),
    };
    let framed = says.then(|| view! { <div class="sh-letter">{facts} {body}</div> });
    view! { {missing} {framed} }.into_any()
}

/// A discharge summary: what to do first, what changed of the medicines, then all of it by its headings.
fn laid(discharge: Discharge, sections: Vec<Part>, below: u8) -> AnyView {
    let (first, rest): (Vec<_>, Vec<_>) = sections.into_iter().partition(|part| part.heading == Some(Heading::Information));
    let told = !first.is_empty();
    let first = first.into_iter().map(|part| one(part, below.saturating_add(1))).collect_view();
    let todo = told.then(|| {
        let title = rank(below.saturating_add(1), "What you were told to do".to_owned());
        view! { {title} {first} }
    });
    let changes = changes(discharge, below);
    let rest = rest.into_iter().map(|part| one(part, below)).collect_view();
    view! { {todo} {changes} {rest} }.into_any()
}

fn changes(discharge: Discharge, below: u8) -> Option<AnyView> {
    let Discharge { changes, unclear } = discharge;
    if changes.is_empty() && !unclear {
        return None;
    }
    let title = rank(below.saturating_add(1), "Changes to your medicines".to_owned());
    let group = |became: Became, name: &'static str| {
        let of: Vec<Change> = changes.iter().filter(|change| change.became == became).cloned().collect();
        (!of.is_empty()).then(|| {
            let items = of.into_iter().map(|change| {
                let why = change.why.map(|why| view! { <br /> "Why: " {why} });
                view! { <li>{change.says} {why}</li> }
            });
            let items = items.collect_view();
            let heading = rank(below.saturating_add(2), name.to_owned());
            view! { {heading} <ul class="nhsuk-list nhsuk-list--bullet">{items}</ul> }
        })
    };
    let groups = [group(Became::Started, "Started"), group(Became::Stopped, "Stopped"), group(Became::Changed, "Changed")]
        .into_iter()
        .flatten()
        .collect_view();
    let unclear = unclear.then(|| {
        view! {
            <Warning title="Read what it says about medicines">
                <p>"This letter may change your medicines in a way that we cannot pick out. Read it below, and ask your pharmacist if you are not sure."</p>
            </Warning>
        }
    });
    let picked = (!changes.is_empty()).then(|| {
        view! {
            <p>
                "A computer picked these out of the letter, in its own words. There may be others. Read what the letter says about medicines \
                 below. If you are not sure what to take, ask your pharmacist or the place that sent it."
            </p>
        }
    });
    Some(view! { {title} {unclear} {groups} {picked} }.into_any())
}

/// A section, its title one rank below.
fn one(part: Part, below: u8) -> AnyView {
    let rank_here = below.saturating_add(1);
    let inner_below = if part.title.is_some() { rank_here } else { below };
    let title = part.title.map(|title| rank(rank_here, title));
    let inner = part.inner.into_iter().map(|part| one(part, inner_below)).collect_view();
    view! { {title} <DocumentText blocks=part.blocks below=inner_below /> {inner} }.into_any()
}

fn rank(rank: u8, text: String) -> AnyView {
    match rank {
        0..=2 => view! { <h2 class="sh-document__heading">{text}</h2> }.into_any(),
        3 => view! { <h3 class="sh-document__heading">{text}</h3> }.into_any(),
        4 => view! { <h4 class="sh-document__heading">{text}</h4> }.into_any(),
        5 => view! { <h5 class="sh-document__heading">{text}</h5> }.into_any(),
        _ => view! { <h6 class="sh-document__heading">{text}</h6> }.into_any(),
    }
}

/// What a path says of a file: its entry and it.
pub(crate) fn of_path(entry: &str, file: &str) -> Option<(EntryId, DocumentId)> {
    Some((entry.parse().ok()?, file.parse().ok()?))
}
