//! Results of tests: the list with its reports, and what the page of a result, a report or an order says beside the rest.

use super::narrow::SOURCES;
use super::{Label, icon, in_full, mark, release, sources, with_unseen};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy;
use crate::pages::record::list::Asked;
use crate::routes;
use crate::shell::Place;
use crate::ui::{
    BackLink, Cell, DataTable, EmptyState, EntryList, EntryRow, IconName, Inset, PageHeading, Pagination, Section, Tag, TagKind,
};
use crate::whose::Whose;
use crate::words;
use axum::extract::RawQuery;
use domain::EntryId;
use domain::record::{Category, Code, GivenRange, ResultPart, Value};
use domain::result::next::is_of_a_visit;
use domain::result::{Analyte, By, Placed, Standing, against_its_word, codes_of, placed, printed};
use leptos::prelude::*;
use service::{AWAITED, EntryLine, MemberSeen, PlainWords, ResultLine, ResultView, ResultsPage};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many values of a report stand in the list.
const KEY_VALUES: usize = 4;

/// The list.
pub async fn show(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let asked = Asked::read(query.as_deref());
    let page = ctx.services().records.results(&ctx.actor(), ctx.person()?, asked.after).await?;
    let (whose, later) = (ctx.whose(), asked.after.is_some());
    let words = &ctx.services().plain_words;
    ctx.page(Head::new(Category::Result.title(), Place::Record).of(&page.whose), || {
        let come = (!later).then(|| release::band(&page.waiting, &whose));
        let missing = sources::band(&page.out_of_date, &whose);
        let lead = "Newest first. The values of a report stand with it.";
        let lead = match (page.lines.is_empty(), page.awaited.is_empty()) {
            (true, true) => lead.to_owned(),
            (true, false) => easy::say("Newest first.", easy::NOT_BACK),
            (false, _) => easy::say(lead, &easy::list(Category::Result, !later)),
        };
        let list = listed(page, later, &whose.category(Category::Result), &whose.overview(), &whose, words);
        let back = format!("Back to {} record", whose.in_sentence());
        view! {
            <BackLink href=whose.overview() label=back />
            {easy::picture(icon(Category::Result))}
            <PageHeading title=Category::Result.title() lead=lead />
            {missing}
            {come}
            {list}
        }
    })
    .await
}

/// The list with what waits above it; `here` is its address, and entries are below `base`.
pub(crate) fn listed(page: ResultsPage, later: bool, here: &str, base: &str, whose: &Whose, plain: &PlainWords) -> AnyView {
    let entry = |id: EntryId| format!("{base}/entries/{id}");
    if page.lines.is_empty() && page.awaited.is_empty() && !later {
        return nothing(whose);
    }
    let older_asked = page.more_awaited.then(|| format!("{}?kind={}", whose.timeline(), Category::Result.code()));
    let awaited = (!page.awaited.is_empty()).then(|| waiting(&page, older_asked, &entry, whose, plain));
    let rows = page.lines.iter().map(|line| row(line, entry(line.line.id), whose, plain)).collect_view();
    let older = page.next.map(|next| format!("{here}?after={}", routes::in_query(&next.to_string())));
    // There is nothing but orders.
    if page.lines.is_empty() && !later {
        return awaited.into_any();
    }
    let list = match page.lines.is_empty() {
        true => view! { <p>"There are no older results."</p> }.into_any(),
        false => view! { <EntryList>{rows}</EntryList> }.into_any(),
    };
    let newer = later.then(|| here.to_owned());
    let list = view! { {list} <Pagination newer=newer older=older /> };
    match awaited {
        Some(awaited) => view! { {awaited} <Section title="Results">{list}</Section> }.into_any(),
        None => list.into_any(),
    }
}

fn nothing(whose: &Whose) -> AnyView {
    let icon = IconName::Flask;
    if whose.is_another() {
        let have = whose.have();
        return view! {
            <EmptyState title="No test results to see here" icon=icon>
                <p>{format!("That does not mean that {have} none.")}</p>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState title="No information about test results" icon=icon>
            <p>"No place that sends us your record has sent any test results. There may be some elsewhere."</p>
            <p>"If you are waiting for a result, ask the place that did the test."</p>
            <p class="sh-screen-only"><a href=SOURCES>"See where your record comes from"</a></p>
        </EmptyState>
    }
    .into_any()
}

/// Orders of which there is no result here, and reports of which no value is; `older` is where the rest of them is, if there is more. A care
/// team was told nothing of how long it takes, and asks whoever was to do the test.
fn waiting(
    page: &ResultsPage,
    older: Option<String>,
    entry: &impl Fn(EntryId) -> String,
    whose: &Whose,
    plain: &PlainWords,
) -> AnyView {
    let rows = page.awaited.iter().map(|line| {
        let (title, also) = names(line, page.awaited_codes.get(&line.id), whose, plain);
        let stage = match line.status.as_deref() {
            Some("active") => "No result here yet".to_owned(),
            Some(status) => words::status(Category::Result, status).unwrap_or_default(),
            None => String::new(),
        };
        let text = (!line.kind.eq_ignore_ascii_case(&line.title)).then(|| line.kind.clone());
        let date = words::day_of(line);
        view! {
            <EntryRow
                title=title
                also=also
                href=entry(line.id)
                date=date
                datetime=words::date_of(line)
                text=with_unseen(text, whose, line.id)
                source=in_full(line)
                tag=Some((stage, TagKind::Info))
                mark=mark(whose.is_reported(line.id))
            />
        }
    });
    let rows = rows.collect_view();
    let older = older.map(|href| {
        view! { <p>{format!("These are the newest {AWAITED}. ")} <a href=href>"Older ones are in the order of time"</a> "."</p> }
    });
    let advice = match whose.is_at_work() {
        true => "If one takes longer than usual, ask the place that was to do the test.",
        false => "If you have waited longer than you were told to, ask the place that ordered the test.",
    };
    view! {
        <Section title="Tests that are not back yet">
            <p>{advice}</p>
            <EntryList>{rows}</EntryList>
            {older}
        </Section>
    }
    .into_any()
}

/// Whether a value is outside of the range that came with it, or its laboratory marked it so (`flag`): by the range, or by a word alone.
fn stands_out(value: Option<&Value>, flag: Option<&str>) -> Option<By> {
    let value = value?;
    match placed(value) {
        Some(Placed { standing: Standing::Within, .. }) => None,
        Some(Placed { by, .. }) => Some(by),
        // The range puts it outside, whatever its laboratory called it.
        None if against_its_word(value).is_some_and(|standing| standing != Standing::Within) => Some(By::Range),
        None => flag.map(words::flag_tag).filter(|(_, kind)| *kind == TagKind::Attention).map(|_| By::Word),
    }
}

/// What the list says of one of the values of a report or a panel.
struct Short {
    /// "Potassium 6.1 mmol/L, High".
    words: String,
    /// By what it stands out, where it does.
    out: Option<By>,
    /// No laboratory measured it.
    visit: bool,
}

impl Short {
    fn new(name: &str, value: Option<&Value>, (out, tag): (Option<By>, Label), visit: bool) -> Self {
        let amount = value.map(amount_words).unwrap_or_default();
        let tag = tag.filter(|_| out.is_some()).map(|(word, _)| format!(", {word}")).unwrap_or_default();
        Self { words: format!("{name} {amount}{tag}").trim_end().to_owned(), out, visit }
    }

    /// A value that is an entry of its own, by what it is called.
    fn of(line: &EntryLine, name: &str) -> Self {
        let value = line.value.as_ref();
        Self::new(name, value, (stands_out(value, line.flag.as_deref()), words::tag(line)), is_of_a_visit(&line.kind))
    }

    /// A part of a result of this kind, by what it is called.
    fn part(part: &ResultPart, name: &str, kind: &str) -> Self {
        let value = &part.value;
        let out = stands_out(Some(value), value.interpretation.as_deref());
        Self::new(name, Some(value), (out, words::value_tag(value)), is_of_a_visit(kind))
    }
}

/// The first few of these values, in the order in which they were sent: where there are more, those that stand out are among them.
fn at_a_glance(values: &[Short]) -> String {
    let mut shown: Vec<(usize, &Short)> = values.iter().enumerate().collect();
    shown.sort_by_key(|(_, value)| value.out.is_none());
    shown.truncate(KEY_VALUES);
    shown.sort_by_key(|(place, _)| *place);
    let words = shown.iter().map(|(_, value)| value.words.as_str()).collect::<Vec<_>>().join("; ");
    let more = values.len().saturating_sub(KEY_VALUES);
    if more > 0 { format!("{words}; and {more} more") } else { words }
}

/// "5.6 mmol/L", "95%".
pub(crate) fn amount_words(value: &Value) -> String {
    match words::amount(value) {
        (value, Some(unit)) => format!("{value} {unit}"),
        (value, None) => value,
    }
}

/// What a test is called, large, and its other name below it, where it has two: plainly first, but to who gives care as it was recorded.
pub(crate) fn names(line: &EntryLine, code: Option<&Code>, whose: &Whose, plain: &PlainWords) -> (String, Option<String>) {
    let codes = code.map(std::slice::from_ref).unwrap_or_default();
    let words = plain.find(Category::Result, codes, &line.title);
    match words.map(|words| words.name.clone()).filter(|name| !name.eq_ignore_ascii_case(&line.title)) {
        Some(name) if whose.is_at_work() => (line.title.clone(), Some(name)),
        Some(name) => (name, Some(line.title.clone())),
        None => (line.title.clone(), None),
    }
}

/// What a part of a result is called, and its own name where another stands first: plainly where there are plain words, of which there are
/// none to who gives care.
pub(crate) fn part_name(part: &ResultPart, plain: Option<&PlainWords>) -> (String, Option<String>) {
    let codes = part.key.as_deref().map(codes_of).unwrap_or_default();
    let words = plain.and_then(|plain| plain.find(Category::Result, &codes, &part.name));
    match words.map(|words| words.name.clone()).filter(|name| !name.eq_ignore_ascii_case(&part.name)) {
        Some(name) => (name, Some(part.name.clone())),
        None => (part.name.clone(), None),
    }
}

/// A result, or a report or a panel with a few of its values.
fn row(result: &ResultLine, href: String, whose: &Whose, plain: &PlainWords) -> AnyView {
    let line = &result.line;
    let plain_part = |part: &ResultPart| part_name(part, Some(plain).filter(|_| !whose.is_at_work())).0;
    let parts = result.parts.iter().map(|part| Short::part(part, &plain_part(part), &line.kind));
    let members = result.members.iter().map(|one| Short::of(one, &names(one, result.member_codes.get(&one.id), whose, plain).0));
    let values: Vec<Short> = members.chain(parts).collect();
    let (title, also) = names(line, result.code.as_ref(), whose, plain);
    let mut text = if line.kind.eq_ignore_ascii_case(&line.title) { String::new() } else { line.kind.clone() };
    if !values.is_empty() {
        text = format!("{text}{}{}", if text.is_empty() { "" } else { ": " }, at_a_glance(&values));
    }
    let out: Vec<By> = values.iter().filter_map(|value| value.out).collect();
    // What a laboratory said of a value, or how many stand out, is the mark beside it; that it may change must not be lost by that.
    if line.flag.is_some() || !out.is_empty() {
        let early = line.status.as_deref().filter(|status| matches!(*status, "preliminary" | "partial" | "registered"));
        if let Some(early) = early.and_then(|status| words::status(Category::Result, status)) {
            text = if text.is_empty() { early } else { format!("{text}. {early}") };
        }
    }
    let visit = values.iter().filter(|value| value.out.is_some()).all(|value| value.visit);
    let tag = match (out.is_empty(), out.iter().all(|by| *by == By::Range)) {
        (true, _) => words::tag(line),
        (false, true) => Some((format!("{} outside the range given", out.len()), TagKind::Attention)),
        (false, false) => {
            let by = if visit { "" } else { " by the laboratory" };
            Some((format!("{} marked{by}", out.len()), TagKind::Attention))
        }
    };
    let of_values = || result.members.iter().any(|member| whose.is_reported(member.id));
    let mark = mark(whose.is_reported(line.id))
        .or_else(|| of_values().then(|| ("A value in it is reported as wrong".to_owned(), TagKind::Attention)));
    let (value, unit) = line.value.as_ref().map(words::amount).map_or((None, None), |(value, unit)| (Some(value), unit));
    let date = words::day_of(line);
    view! {
        <EntryRow
            title=title
            also=also
            href=href
            date=date
            datetime=words::date_of(line)
            value=value
            unit=unit
            text=with_unseen((!text.is_empty()).then_some(text), whose, line.id)
            source=in_full(line)
            tag=tag
            mark=mark
        />
    }
    .into_any()
}

/// Where the pages of a record are, as one of its results links to them.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    /// Entries are below this address.
    pub(crate) base: String,
    /// What is over time and the files can be opened, which a preview does not.
    pub(crate) whole: bool,
    /// By what plain names the values of a report are told beside their own; by none to who gives care.
    pub(crate) plain: Option<Arc<PlainWords>>,
    /// In which entries a mistake is reported that the reader is to answer, or of which they are told.
    pub(crate) reported: BTreeSet<EntryId>,
}

impl Links {
    fn entry(&self, id: EntryId) -> String {
        format!("{}/entries/{id}", self.base)
    }

    /// The plain name of a value of a report, where that is another than its own.
    fn plain_name(&self, member: &MemberSeen) -> Option<String> {
        let words = self.plain.as_ref()?.find(Category::Result, member.code.as_slice(), &member.name)?;
        (!words.name.eq_ignore_ascii_case(&member.name)).then(|| words.name.clone())
    }
}

/// What a result, a report or an order says beside the rest.
pub(crate) fn beside(id: EntryId, line: &EntryLine, seen: &ResultView, links: &Links) -> AnyView {
    let early = match line.status.as_deref() {
        Some("registered") => Some("There is no result yet. This only says that one is to come."),
        Some("partial") => Some("Some of this report is still to come."),
        Some("preliminary") => Some("This is an early result. It may change."),
        _ => None,
    };
    let early = early.map(|words| view! { <Inset><p>{words}</p></Inset> });
    let other = seen.beside.as_ref().map(|other| other_unit(line, other));
    let ranges = ranges_of(line, &seen.ranges);
    let over_time = (seen.over_time && links.whole).then(|| {
        let href = format!("{}/trend", links.entry(id));
        view! { <p class="sh-screen-only"><a href=href>"See this over time"</a></p> }
    });
    let related = |title: &'static str, words: &'static str, all: &[EntryLine]| {
        (!all.is_empty()).then(|| {
            let rows = all.iter().map(|line| {
                let href = links.entry(line.id);
                let date = line.happened.map(|when| format!(", {}", when.day_only())).unwrap_or_default();
                view! { <li><a href=href>{line.title.clone()}</a> {date}</li> }
            });
            let rows = rows.collect_view();
            view! { <Section title=title><p>{words}</p><ul class="nhsuk-list nhsuk-list--bullet">{rows}</ul></Section> }
        })
    };
    view! {
        {early}
        {ranges}
        {other}
        {over_time}
        {values(&seen.members, links)}
        {parts(line, seen, links)}
        {related("Part of a report", "This came with:", &seen.reports)}
        {related("Pictures and scans", "These came with it:", &seen.pictures)}
        {related("Ordered as", "This answers:", &seen.orders)}
        {related("The result", "This was answered by:", &seen.answers)}
    }
    .into_any()
}

/// That a value is the same as another one in another unit.
fn other_unit(line: &EntryLine, other: &Value) -> AnyView {
    let own = line.value.as_ref().map(amount_words).unwrap_or_default();
    let range = other.range.as_ref().and_then(|range| {
        let given = GivenRange { range: range.clone(), ..GivenRange::default() };
        range_words(&given, other.unit.as_deref())
    });
    let whose = if is_of_a_visit(&line.kind) { "the range" } else { "the laboratory\u{2019}s range" };
    let range = range.map(|range| format!(", and {whose} {range}")).unwrap_or_default();
    let words =
        format!("Some places use another unit. There this is {}{range}. We worked it out from {own}.", amount_words(other));
    view! { <p>{words}</p> }.into_any()
}

/// A range as the laboratory gave it: "3.5 to 5.3 mmol/L", "Women: 115 to 165 g/L".
pub(crate) fn range_words(given: &GivenRange, unit: Option<&str>) -> Option<String> {
    let unit = match given.unit.as_deref().or(unit).map(str::trim) {
        None | Some("") => String::new(),
        Some("%") => "%".to_owned(),
        Some(unit) => format!(" {}", printed(unit)),
    };
    let ends = match (&given.range.low, &given.range.high) {
        (Some(low), Some(high)) => Some(format!("{low} to {high}{unit}")),
        (Some(low), None) => Some(format!("{low}{unit} or more")),
        (None, Some(high)) => Some(format!("up to {high}{unit}")),
        (None, None) => None,
    };
    // Words that only say the ends again are not said again.
    let text = given.range.words().map(ToOwned::to_owned);
    let said = match (ends, text) {
        (Some(ends), Some(text)) => Some(format!("{ends} ({text})")),
        (ends, text) => ends.or(text),
    };
    let of: Vec<&str> = [given.kind.as_deref(), given.applies.as_deref()].into_iter().flatten().collect();
    match (of.is_empty(), said) {
        (true, said) => said,
        (false, Some(said)) => Some(format!("{}: {said}", of.join(", "))),
        (false, None) => Some(of.join(", ")),
    }
}

/// The ranges that the line of numbers above does not say: several, or with for whom they are.
fn ranges_of(line: &EntryLine, ranges: &[GivenRange]) -> Option<AnyView> {
    let unit = line.value.as_ref().and_then(|value| value.unit.as_deref());
    let is_told = |given: &GivenRange| {
        let plain = given.kind.is_none() && given.applies.is_none() && given.unit.is_none();
        plain && (given.range.text.is_none() || (given.range.low.is_none() && given.range.high.is_none()))
    };
    if ranges.is_empty() || (ranges.len() == 1 && ranges.iter().all(is_told)) {
        return None;
    }
    let rows = ranges.iter().filter_map(|given| range_words(given, unit)).map(|words| view! { <li>{words}</li> });
    let rows = rows.collect_view();
    let (came, more) = match is_of_a_visit(&line.kind) {
        true => {
            ("Ranges that came with it:", "More than one range came with it. Ask whoever measured it which one is meant for you.")
        }
        false => (
            "As the laboratory gave it:",
            "The laboratory gave more than one range. Ask whoever asked for the test which one is meant for you.",
        ),
    };
    let several = (ranges.iter().filter(|given| given.kind.is_none()).count() > 1).then(|| view! { <p>{more}</p> });
    Some(
        view! {
            <p>{came}</p>
            <ul class="nhsuk-list nhsuk-list--bullet">{rows}</ul>
            {several}
        }
        .into_any(),
    )
}

/// What a table says of a value: how much, its range, and what was said of it.
fn cells(value: Option<&Value>, ranges: &[GivenRange], other: Option<&Value>, tag: Option<(String, TagKind)>) -> Vec<Cell> {
    let amount = value.map_or_else(|| "Its value did not come with this report".to_owned(), amount_words);
    let other = other.map(|other| view! { <br /> {format!("or {}", amount_words(other))} });
    let unit = value.and_then(|value| value.unit.as_deref());
    let mut given: Vec<String> = ranges.iter().filter_map(|given| range_words(given, unit)).collect();
    if given.is_empty() {
        let known = value.and_then(|value| value.range.clone());
        given.extend(known.and_then(|range| range_words(&GivenRange { range, ..GivenRange::default() }, unit)));
    }
    let range = if given.is_empty() && value.is_some() { "No range was given".to_owned() } else { given.join("; ") };
    vec![Cell::new(view! { {amount} {other} }), Cell::new(range), said(tag)]
}

/// The word and shape beside a value in a table.
fn said(tag: Option<(String, TagKind)>) -> Cell {
    match tag {
        Some((label, kind)) => Cell::new(view! { <Tag label=label kind=kind /> }),
        None => Cell::new("Not said"),
    }
}

/// The mark of a mistake that is reported, below the name of a row of a table.
pub(crate) fn marked(reported: bool) -> Option<AnyView> {
    mark(reported).map(|(label, kind)| view! { <br /> <Tag label=label kind=kind /> }.into_any())
}

/// Above the ranges: of what was measured on a visit no laboratory gave them.
pub(crate) const fn range_head(visit: bool) -> &'static str {
    if visit { "Range" } else { "The laboratory\u{2019}s range" }
}

fn heads(first: &str, visit: bool) -> Vec<String> {
    [first, "Value", range_head(visit), "How it compares"].map(ToOwned::to_owned).to_vec()
}

/// The values of a report, in its order.
fn values(members: &[MemberSeen], links: &Links) -> Option<AnyView> {
    if members.is_empty() {
        return None;
    }
    let rows = members.iter().map(|member| {
        // The plain name stands first, and that of the record below it.
        let plain = links.plain_name(member);
        let also = plain.is_some().then(|| view! { " " <span class="sh-entry__also">{member.name.clone()}</span> });
        let name = plain.unwrap_or_else(|| member.name.clone());
        let name = match &member.line {
            Some(line) => {
                let href = links.entry(line.id);
                view! { <a href=href>{name}</a> }.into_any()
            }
            None => name.into_any(),
        };
        let value = member.line.as_ref().and_then(|line| line.value.as_ref());
        let own = (!member.parts.is_empty() && value.is_none()).then(|| parts_words(&member.parts, links));
        let tag = member.line.as_ref().and_then(words::tag);
        let reported = member.line.as_ref().is_some_and(|line| links.reported.contains(&line.id));
        let mut row = vec![Cell::new(view! { {name} {also} {marked(reported)} })];
        match own {
            Some(words) => row.extend([Cell::new(words), Cell::new("See its page"), said(tag)]),
            None => row.extend(cells(value, &member.ranges, member.beside.as_ref(), tag)),
        }
        row
    });
    let rows = rows.collect();
    let lines = || members.iter().filter_map(|member| member.line.as_ref());
    let visit = lines().next().is_some() && lines().all(|line| is_of_a_visit(&line.kind));
    let head = heads("Test", visit);
    Some(
        view! { <Section title="The values"><DataTable caption="In the order of the report" head=head rows=rows /></Section> }
            .into_any(),
    )
}

fn parts_words(parts: &[ResultPart], links: &Links) -> String {
    let said = |part: &ResultPart| format!("{} {}", part_name(part, links.plain.as_deref()).0, amount_words(&part.value));
    parts.iter().map(said).collect::<Vec<_>>().join("; ")
}

/// The values of one result that has several, with the way to those that were measured elsewhere too.
fn parts(line: &EntryLine, seen: &ResultView, links: &Links) -> Option<AnyView> {
    if seen.parts.is_empty() {
        return None;
    }
    let rows = seen.parts.iter().enumerate().map(|(place, part)| {
        // As the values of a report are named.
        let (name, also) = part_name(part, links.plain.as_deref());
        let over_time = (links.whole && seen.parts_over_time.contains(&place)).then(|| {
            let (href, of) = (format!("{}/trend?part={place}", links.entry(line.id)), format!(": {name}"));
            view! { <br /> <a href=href>"See this over time"<span class="nhsuk-u-visually-hidden">{of}</span></a> }
        });
        let also = also.map(|also| view! { " " <span class="sh-entry__also">{also}</span> });
        let mut row = vec![Cell::new(view! { {name} {also} {over_time} })];
        let other = part.key.as_deref().and_then(Analyte::of).and_then(|analyte| analyte.beside(&part.value, None));
        row.extend(cells(
            Some(&part.value),
            &part.ranges,
            other.as_ref().map(|other| &other.value),
            words::value_tag(&part.value),
        ));
        row
    });
    let rows = rows.collect();
    let head = heads("Part", is_of_a_visit(&line.kind));
    Some(view! { <Section title="Its parts"><DataTable caption="As they were sent" head=head rows=rows /></Section> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::record::Range;

    #[test]
    fn a_range_reads_as_it_was_given() {
        let given = |low: &str, high: &str, text: &str, applies: &str, kind: &str| {
            let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let range = Range { low: part(low), high: part(high), text: part(text) };
            range_words(&GivenRange { range, unit: None, kind: part(kind), applies: part(applies) }, Some("g/L"))
        };
        assert_eq!(given("115", "165", "", "", "").as_deref(), Some("115 to 165 g/L"));
        assert_eq!(given("115", "165", "115-165", "", "").as_deref(), Some("115 to 165 g/L"));
        assert_eq!(given("115", "165", "lower in pregnancy", "", "").as_deref(), Some("115 to 165 g/L (lower in pregnancy)"));
        assert_eq!(given("60", "", "", "Women", "").as_deref(), Some("Women: 60 g/L or more"));
        assert_eq!(given("", "5", "", "", "Treatment range").as_deref(), Some("Treatment range: up to 5 g/L"));
        assert_eq!(given("", "", "See note", "", "").as_deref(), Some("See note"));
        assert_eq!(given("", "", "", "age 18 years or more", "").as_deref(), Some("age 18 years or more"));
        assert_eq!(given("", "", "", "", ""), None);
    }
}
