//! Readings from an app or a device: sending a file, looking at what was found in it, adding it, and taking it out again.

use super::{LIST, by, what_to_do};
use crate::api::field;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::{FormState, Typed};
use crate::islands::file_sending::FileSending;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, Cell, Choice, DataTable, Details, EntryList, EntryRow, ErrorSummary, FileInput,
    Form, Inset, Narrow, PageHeading, Radios, Section, Select,
};
use crate::words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use chrono::NaiveDate;
use domain::ReadingImportId;
use domain::reading::{Amount, Heading, ImportState, Measure, column_of, measures_of, unit_named};
use domain::when::{day_in_words, instant_in_words, london_day};
use leptos::prelude::*;
use service::{ColumnsForm, FoundSeen, IF_PAST, ImportPage, ImportSeen, LeftRowSeen, MoreColumnsForm, NotedBy, TableSeen};

/// Where a file is sent, and all that were are listed.
pub(crate) const START: &str = "/readings/import";
/// The name of the form with the file.
pub(crate) const FILE_FORM: &str = "reading-file";
/// The name of the form that names columns.
pub(crate) const COLUMNS_FORM: &str = "reading-columns";
/// The field with what else is in a table, as it stands in the address of its page: measures by code, with a comma between.
pub(crate) const BESIDES: &str = "besides";
/// What an address calls what the columns of a table were said to be: measures by code, with a comma between, the first first.
const NAMED: &str = "named";
/// The name of the forms with nothing but a button.
pub(crate) const ACT_FORM: &str = "reading-import";

/// The import in a path.
pub(crate) type OfImport = Result<Path<String>, PathRejection>;

/// The import that a path names.
pub(crate) fn import_in(path: OfImport) -> Result<ReadingImportId, Failure> {
    path.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(Failure::not_found)
}

/// Where an import is.
pub(crate) fn import_page(id: ReadingImportId) -> String {
    format!("{START}/{id}")
}

/// Where the columns of a table are named, of one measure and of what else is in it.
pub(crate) fn columns_page(id: ReadingImportId, measure: Measure, besides: &[Measure]) -> String {
    let page = format!("{START}/{id}?measure={}", measure.code());
    if besides.is_empty() { page } else { format!("{page}&{BESIDES}={}", codes(besides)) }
}

/// Where what was found in a table is shown, which remembers what its columns were said to be: of that nothing may have been found.
pub(crate) fn named_page(id: ReadingImportId, measure: Measure, besides: &[Measure]) -> String {
    let all: Vec<Measure> = std::iter::once(measure).chain(besides.iter().copied()).collect();
    format!("{START}/{id}?{NAMED}={}", codes(&all))
}

fn codes(measures: &[Measure]) -> String {
    measures.iter().map(|measure| measure.code()).collect::<Vec<_>>().join(",")
}

/// What else is in a table, as the field says it; at most one more than may be.
pub(crate) fn besides_in(text: &str) -> Vec<Measure> {
    text.split(',').filter_map(Measure::from_code).take(ColumnsForm::MOST_MORE + 1).collect()
}

/// Whether a table can be about this too: what is nothing without its note has to be the first.
fn may_be_beside(other: Measure, measure: Measure, besides: &[Measure], table: &TableSeen) -> bool {
    let is_new = other != measure && !besides.contains(&other);
    is_new && besides.len() < ColumnsForm::MOST_MORE && !other.needs_note() && table.open.contains(&other)
}

/// Of these what a table can be about too.
fn beside_it(measure: Measure, others: Vec<Measure>, table: &TableSeen) -> Vec<Measure> {
    let mut besides = Vec::new();
    for other in others {
        if may_be_beside(other, measure, &besides, table) {
            besides.push(other);
        }
    }
    besides
}

fn readings(many: u64) -> String {
    words::how_many(many, "reading", "readings")
}

/// What became of a file, in a few words.
fn standing(import: &ImportSeen) -> String {
    match import.state {
        ImportState::Reading | ImportState::Columns => "Say what its columns are".to_owned(),
        ImportState::Ready => format!("{} found. Nothing is added yet", readings(import.found)),
        ImportState::Running => format!("{} added so far", readings(import.added)),
        ImportState::Done => format!("{} added", readings(import.added)),
        ImportState::Undoing => "Being taken out again".to_owned(),
        ImportState::Undone => "Taken out again".to_owned(),
        ImportState::Discarded => "Thrown away".to_owned(),
    }
}

/// "Apple Health", "A table".
fn origin(import: &ImportSeen) -> String {
    let title = import.origin.map_or("a file", domain::reading::Origin::title);
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str()))
}

/// The form for a file, and all files of before.
pub async fn start(ctx: Ctx) -> Answer {
    let (imports, printed) = ctx.services().readings.imports(&ctx.actor(), ctx.person()?).await?;
    let (form, whose, today) = (ctx.form(FILE_FORM).await?, ctx.whose(), london_day(ctx.services().core.now()));
    let title = "Bring in readings from an app or a device";
    ctx.page(Head::form(title, Place::Health, &form).with_island().of(&printed), || {
        let rows = imports.iter().map(|import| {
            view! {
                <EntryRow
                    title=origin(import)
                    href=import_page(import.id)
                    date=words::day_and_clock(import.made_at, today)
                    datetime=import.made_at.to_rfc3339()
                    value=standing(import)
                    text=import.file_name.clone()
                />
            }
        });
        let rows = rows.collect_view();
        let before = (!imports.is_empty()).then(|| view! { <Section title="Files of before"><EntryList>{rows}</EntryList></Section> });
        let into = whose.name.as_ref().map(|name| {
            inset(format!("These readings go into the record of {name}. Choose a file that is about {name}."))
        });
        let waiting = imports.iter().find(|one| one.by == NotedBy::You && is_undecided(one.state)).map(waits);
        let mistake = form.error("file");
        let file = view! {
            <Form action=START files=true>
                {fitbit_weight()}
                <FileInput
                    id="file"
                    label="Choose a file"
                    hint="From Apple Health, Health Connect, Fitbit, Google Fit or Open mHealth, or a table (CSV). It can be as large as 2 GB. A large file takes some minutes. Keep this page open until it is sent."
                    error=mistake
                />
                <Button>"Send the file"</Button>
            </Form>
        }
        .into_any();
        view! {
            <Narrow>
                <BackLink href=LIST label="Back to all readings" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title=title lead="Nothing is added until you have seen what is in the file and said yes." />
                {into}
                {waiting}
                <FileSending>{file}</FileSending>
                {how_to_get_one()}
            </Narrow>
            {before}
        }
    })
    .await
}

/// Whether nobody has said yes or no to a file that was read.
fn is_undecided(state: ImportState) -> bool {
    matches!(state, ImportState::Columns | ImportState::Ready)
}

/// That another file throws this one away.
fn waits(import: &ImportSeen) -> AnyView {
    let (name, page) = (import.file_name.clone(), import_page(import.id));
    view! {
        <Inset>
            <p>
                "You sent " <bdi>{name}</bdi>
                " and have not said yes to it yet. If you send another file, this one is thrown away and nothing of it is added."
            </p>
            <p><a href=page>"Look at what waits"</a></p>
        </Inset>
    }
    .into_any()
}

fn inset(text: String) -> AnyView {
    view! { <Inset><p>{text}</p></Inset> }.into_any()
}

/// The one thing that a file of Fitbit does not say. It stands before the file, so that it is known when that is read.
fn fitbit_weight() -> AnyView {
    let choices = vec![
        Choice::new("", "Leave weight out"),
        Choice::new("kg", "kg"),
        Choice::new("lb", "Pounds"),
        Choice::new("st", "Stone"),
    ];
    view! {
        <Details summary="My file is from Fitbit, and I want my weight">
            <Radios
                id="fitbit_weight"
                legend_text="In which unit does Fitbit show your weight?"
                hint="Older files do not say it. Check the numbers on the next page."
                choices=choices
                value=String::new()
            />
        </Details>
    }
    .into_any()
}

fn how_to_get_one() -> AnyView {
    view! {
        <Details summary="How do I get such a file?">
            <p><strong>"iPhone: "</strong> "open Health, touch your picture, then “Export All Health Data”. Send the file “export.zip”."</p>
            <p>
                <strong>"Android: "</strong>
                "open Health Connect in the settings, then “Manage data” and “Backup and restore”. Send the file “Health Connect.zip”."
            </p>
            <p>
                <strong>"Fitbit or Google Fit: "</strong>
                "go to takeout.google.com, choose only Fitbit, Google Health or Fit, and send the zip."
            </p>
            <p><strong>"Another app: "</strong> "look for “export” and choose CSV. You then say what each column is."</p>
        </Details>
    }
    .into_any()
}

/// One file: its columns, what was found, how far it is, or what became of it.
pub async fn show(ctx: Ctx, path: OfImport, Query(query): Query<Typed>) -> Answer {
    let id = import_in(path)?;
    let page = ctx.services().readings.import(&ctx.actor(), (ctx.person()?, id)).await?;
    let named = match (&page.table, Measure::from_code(field(&query, "measure"))) {
        (Some(table), Some(measure)) if table.open.contains(&measure) => Some(measure),
        _ => None,
    };
    let besides = match (&page.table, named) {
        (Some(table), Some(measure)) => beside_it(measure, besides_in(field(&query, BESIDES)), table),
        _ => Vec::new(),
    };
    let form = ctx.form(if named.is_some() { COLUMNS_FORM } else { ACT_FORM }).await?;
    let whose = ctx.whose();
    let title = match (page.import.state, named) {
        (_, Some(measure)) => {
            let names: Vec<&str> = std::iter::once(&measure).chain(&besides).map(|measure| measure.name()).collect();
            format!("What are the columns? {}", names.join(", "))
        }
        (ImportState::Reading | ImportState::Columns, None) => "What is this table about?".to_owned(),
        (ImportState::Ready, None) => "What is in the file".to_owned(),
        (ImportState::Running, None) => "Your readings are being added".to_owned(),
        (ImportState::Done, None) => "Your readings are added".to_owned(),
        (ImportState::Undoing, None) => "Your readings are being taken out again".to_owned(),
        (ImportState::Undone | ImportState::Discarded, None) => "Your readings were taken out again".to_owned(),
    };
    let heading = title.clone();
    ctx.page(Head::form(&title, Place::Health, &form).of(&page.whose), || {
        let body = match (page.import.state, named, &page.table) {
            (_, Some(measure), Some(table)) => name_columns(id, (measure, &besides), table, &form),
            (ImportState::Columns, _, Some(table)) => choose_measure(id, table),
            (ImportState::Ready, ..) => ready(&page, field(&query, NAMED)),
            (ImportState::Running | ImportState::Undoing, ..) => under_way(&page.import),
            _ => over(&page),
        };
        let sent = format!(
            "{}, {}. {} sent it on {}.",
            origin(&page.import),
            page.import.file_name,
            by(page.import.by, &whose),
            instant_in_words(page.import.made_at)
        );
        let into = whose.name.as_ref().filter(|_| page.import.state == ImportState::Ready);
        let into = into.map(|name| inset(format!("These readings go into the record of {name}.")));
        view! {
            <BackLink href=START label="Back to all files" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title=heading />
            {into}
            {body}
            <p class="nhsuk-hint"><bdi>{sent}</bdi></p>
        }
    })
    .await
}

fn discard(id: ReadingImportId) -> AnyView {
    view! {
        <Details summary="Do not add it">
            <p>"The file is thrown away. Nothing of it is added."</p>
            <Form action=format!("{}/discard", import_page(id))>
                <Button kind=ButtonKind::Secondary>"Throw the file away"</Button>
            </Form>
        </Details>
    }
    .into_any()
}

/// The longest word of what is not broken within a word, in characters: it fits beside the name of its column on a narrow screen.
const UNBROKEN: usize = 11;

/// What a cell says, so that no word of it is broken, and so no date within a word; only what has a long word is, wherever it must.
fn unbroken(text: String) -> AnyView {
    if text.split_whitespace().any(|word| word.chars().nth(UNBROKEN).is_some()) {
        return text.into_any();
    }
    view! { <span class="sh-whole-words">{text}</span> }.into_any()
}

fn first_rows(table: &TableSeen) -> AnyView {
    let rows = table.rows.iter().map(|row| row.iter().map(|cell| Cell::new(unbroken(cell.clone()))).collect()).collect();
    let head = column_names(table);
    view! { <DataTable caption="The first lines of the table" head=head rows=rows /> }.into_any()
}

/// What the columns are called; one without a name by its number, and those of the same name with it.
fn column_names(table: &TableSeen) -> Vec<String> {
    let is_twice = |name: &String| table.columns.iter().filter(|other| *other == name).count() > 1;
    let named = table.columns.iter().zip(1..).map(|(name, at)| match name.as_str() {
        "" => format!("Column {at}"),
        _ if is_twice(name) => format!("{name} (column {at})"),
        _ => name.clone(),
    });
    named.collect()
}

fn choose_measure(id: ReadingImportId, table: &TableSeen) -> AnyView {
    let links = table.open.iter().map(|measure| {
        view! { <li><a href=columns_page(id, *measure, &[])>{measure.name()}</a></li> }
    });
    let links = links.collect_view();
    let known = measures_of(&table.columns).into_iter().filter(|measure| table.open.contains(measure)).collect::<Vec<_>>();
    let known = known.split_first().map(|(first, others)| {
        let besides = beside_it(*first, others.to_vec(), table);
        let names: Vec<String> = std::iter::once(first).chain(&besides).map(|measure| measure.name_in_sentence()).collect();
        view! { <p><a href=columns_page(id, *first, &besides)>{format!("It looks like {}. Go on with that", names.join(", "))}</a></p> }
    });
    view! {
        {known}
        <p>"Choose one. If there is more in the same table, such as a pulse, you can say so on the next page."</p>
        <ul class="nhsuk-list">{links}</ul>
        {first_rows(table)}
        {discard(id)}
    }
    .into_any()
}

/// What else is in the table: chosen before the columns are named, because each has its own.
fn another(id: ReadingImportId, (measure, besides): (Measure, &[Measure]), table: &TableSeen) -> AnyView {
    let others = table.open.iter().filter(|other| may_be_beside(**other, measure, besides, table));
    let links = others.map(|other| {
        let all: Vec<Measure> = besides.iter().copied().chain([*other]).collect();
        view! { <li><a href=columns_page(id, measure, &all)>{other.name()}</a></li> }
    });
    let links: Vec<_> = links.collect();
    let more = (!links.is_empty()).then(|| {
        view! {
            <Details summary="Another measure in this file">
                <p>"Choose it before you fill in the columns below. You can choose up to 3 more."</p>
                <ul class="nhsuk-list">{links.into_iter().collect_view()}</ul>
            </Details>
        }
    });
    let fewer = besides.split_last().map(|(last, fewer)| {
        view! { <p><a href=columns_page(id, measure, fewer)>{format!("Leave this out: {}", last.name())}</a></p> }
    });
    view! {
        {more}
        {fewer}
    }
    .into_any()
}

/// Which column is chosen for this at first: the one whose name says so, until the form was sent.
fn preset(form: &FormState, field: &str, table: &TableSeen, wanted: Heading) -> String {
    match form.all().is_empty() {
        true => column_of(&table.columns, wanted).map_or_else(String::new, |column| column.to_string()),
        false => form.value(field),
    }
}

/// Which of day and month comes first: asked where the days of the table can be read both ways.
fn day_order(table: &TableSeen, form: &FormState) -> Option<AnyView> {
    let (wrong, chosen) = (form.error("order"), form.value("order"));
    (table.asks_order || wrong.is_some() || !chosen.is_empty()).then(|| {
        let order = vec![Choice::new("day", "The day, as in 31/12/2026"), Choice::new("month", "The month, as in 12/31/2026")];
        view! {
            <Radios
                id="order"
                legend_text="In dates such as 02/03/2026, what comes first?"
                hint="The dates in this file do not show it."
                choices=order
                error=wrong
                value=chosen
            />
        }
        .into_any()
    })
}

/// Below the second of two numbers: both may be in one column.
const BOTH: &str = "If both numbers are in one column, such as 142/88, choose it for both";

fn name_columns(id: ReadingImportId, (measure, besides): (Measure, &[Measure]), table: &TableSeen, form: &FormState) -> AnyView {
    let columns = |none: &str| -> Vec<Choice> {
        let all = column_names(table).into_iter().enumerate().map(|(at, name)| Choice::new(at.to_string(), name));
        std::iter::once(Choice::new("", none)).chain(all).collect()
    };
    let choose = |id: &str, label: String, hint: Option<&'static str>, (none, is): (&str, Heading)| {
        let (error, value) = (form.error(id), preset(form, id, table, is));
        let (id, choices) = (id.to_owned(), columns(none));
        view! { <Select id=id label=label hint=hint error=error choices=choices value=value /> }.into_any()
    };
    let which_unit = |measure: Measure, id: &str, asks: String| {
        (measure.units().len() > 1).then(|| {
            let choices = measure.units().iter().map(|unit| Choice::new(unit.ucum, unit.shown)).collect();
            let value = match form.all().is_empty() {
                true => unit_named(&table.columns, measure).map_or_else(String::new, |unit| unit.ucum.to_owned()),
                false => form.value(id),
            };
            let (error, id) = (form.error(id), id.to_owned());
            view! { <Radios id=id legend_text=asks choices=choices error=error value=value /> }.into_any()
        })
    };
    let number = |measure: Measure, place: usize, field: &str, label: String| {
        choose(field, label, (place > 0).then_some(BOTH), ("Choose", Heading::Number(measure, place)))
    };
    let numbers = measure.parts().iter().enumerate();
    let numbers = numbers.map(|(place, part)| number(measure, place, part.field, format!("Column: {}", part.label)));
    let numbers = numbers.collect_view();
    let units = which_unit(measure, "unit", "Which unit?".to_owned());
    let more = besides.iter().map(|other| {
        let (name, id) = (other.name(), |part: &str| MoreColumnsForm::field(*other, part));
        let numbers = other.parts().iter().enumerate();
        let numbers = numbers
            .map(|(place, part)| number(*other, place, &id(part.field), format!("Column: {} ({name})", part.label)))
            .collect_view();
        let unit = which_unit(*other, &id("unit"), format!("Which unit? ({name})"));
        view! {
            {numbers}
            {unit}
        }
        .into_any()
    });
    let more = more.collect_view();
    let whose_note = (!besides.is_empty()).then(|| {
        view! { <p>{format!("A note, and how it was taken, are kept with the first: {}.", measure.name())}</p> }
    });
    let beside = (!besides.is_empty()).then(|| view! { <input type="hidden" name=BESIDES value=codes(besides) /> });
    let (another, order) = (another(id, (measure, besides), table), day_order(table, form));
    let note = if measure.needs_note() { "Column: what it is" } else { "Column: note (if there is one)" };
    let day = choose("day", "Column: day".to_owned(), Some("With or without the time"), ("Choose", Heading::Day));
    let time = choose("time", "Column: time (if it has one of its own)".to_owned(), None, ("None", Heading::Time));
    let note = choose("note", note.to_owned(), None, ("None", Heading::Note));
    let how = measure.told_in_tables().filter_map(|setting| {
        let (name, hint) = setting.column()?;
        let label = format!("Column: {name} (if there is one)");
        Some(choose(setting.field, label, Some(hint), ("None", Heading::How(setting.field))))
    });
    let how = how.collect_view();
    view! {
        {first_rows(table)}
        <Narrow>
            {another}
            <Form action=format!("{}/columns", import_page(id))>
                <input type="hidden" name="measure" value=measure.code() />
                {beside}
                {day}
                {time}
                {order}
                {numbers}
                {units}
                {how}
                {note}
                {whose_note}
                {more}
                <Button>"Show what is in it"</Button>
            </Form>
            {discard(id)}
        </Narrow>
    }
    .into_any()
}

/// "1 March 2024 to 2 May 2026".
fn span(first: NaiveDate, last: NaiveDate) -> String {
    if first == last { day_in_words(first) } else { format!("{} to {}", day_in_words(first), day_in_words(last)) }
}

/// "70.4 to 72.6 kg"; where they are the same, "70.4 kg"; of two numbers each, "Top number: 136 to 142 mmHg".
fn range(one: &FoundSeen) -> AnyView {
    let unit = one.measure.unit().shown;
    let words = |place: usize, lowest: Amount, highest: Amount| {
        let part = one.measure.parts().get(place);
        let decimals = part.map_or(0, |part| part.decimals);
        let name = part.filter(|_| one.second.is_some()).map_or_else(String::new, |part| format!("{}: ", part.short));
        let (lowest, highest) = (lowest.rounded(decimals), highest.rounded(decimals));
        let both = if lowest == highest { lowest.to_string() } else { format!("{lowest} to {highest}") };
        unbroken(format!("{name}{both} {unit}"))
    };
    let first = words(0, one.lowest, one.highest);
    match one.second {
        Some((lowest, highest)) => view! { {first} <br /> {words(1, lowest, highest)} }.into_any(),
        None => first,
    }
}

pub(super) fn found(measures: &[FoundSeen], caption: &str, compare: bool) -> AnyView {
    let mut head = vec!["What".to_owned(), "Readings".to_owned(), "From and to".to_owned(), "Lowest and highest".to_owned()];
    if compare {
        head.push("Here already".to_owned());
    }
    let rows = measures.iter().map(|one| {
        let mut cells = vec![
            Cell::new(one.measure.name()),
            Cell::number(words::grouped(one.readings)),
            Cell::new(unbroken(span(one.first_on, one.last_on))),
            Cell::new(range(one)),
        ];
        if compare {
            cells.push(Cell::number(words::grouped(one.here)));
        }
        cells
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    view! { <DataTable caption=caption.to_owned() head=head rows=rows /> }.into_any()
}

/// What to do at once about readings of the last days, in a file that nobody looked at as they were taken or because of it.
fn urgent(page: &ImportPage) -> Option<AnyView> {
    let all = page.urgent.iter().map(|one| {
        let measure = one.measure;
        let second = one.second.map(|second| measure.rounded(second));
        let said = measure.in_words(measure.unit(), "", measure.rounded(one.first), second);
        let what = format!("{}: {said}, taken on {}.", measure.name(), instant_in_words(one.at));
        let others = (one.readings > 1).then(|| {
            let others = words::how_many(one.readings - 1, "other reading", "other readings");
            view! { <p>{format!("The same is to be done about {others} of the last 7 days.")}</p> }
        });
        let past = one.is_past.then(|| view! { <p>{IF_PAST}</p> });
        view! { <p><strong>{what}</strong></p> {others} {past} {what_to_do(one.advice)} }
    });
    let all: Vec<_> = all.collect();
    (!all.is_empty()).then(|| all.into_iter().collect_view().into_any())
}

/// Why something in a file is no reading here, in words.
fn why(word: &str) -> &'static str {
    match word {
        "kind" => "of a kind that is not kept here, such as calories",
        "malformed" => "not as such a file should say it",
        "no-date" => "without a date and time that we can read",
        "no-such-time" => "with a time that never was: the clocks went forward that night",
        "other-time" => "with a date that is still to come, or before 1900",
        "unit" => "without a unit that we know",
        "impossible" => "with a number that cannot be right",
        "unusual" => "very unusual in this unit. If it is right, record it by hand",
        "statistic" => "an average, a lowest or a highest of a longer time, not a reading",
        "between" => "between the lowest and the highest of its hour: a watch measures all the time, and we keep these two",
        "other-device" => "of a second device or app that counted less on the same day, or that told of the same time twice",
        "last-day" => "of the last day in the file, which may not be over",
        "context" => "with a word about how it was taken that we do not know",
        "no-number" => "with a day but no number",
        "twice" => "twice in the file",
        "closed" => "of something that you cannot record",
        _ => "left out for another reason",
    }
}

fn left(page: &ImportPage) -> Option<AnyView> {
    let total: u64 = page.left.iter().map(|(_, times)| times).sum();
    (total > 0).then(|| {
        let lines =
            page.left.iter().map(|(word, times)| view! { <li>{format!("{}: {}", words::grouped(*times), why(word))}</li> });
        let lines = lines.collect_view();
        let rows = (!page.rows.is_empty()).then(|| left_rows(&page.rows, total));
        view! {
            <Details summary=format!("{} left out, and why", words::grouped(total))>
                <ul class="nhsuk-list nhsuk-list--bullet">{lines}</ul>
                {rows}
            </Details>
        }
        .into_any()
    })
}

/// The rows of a table that were left out, so that they can be put right there, or recorded by hand.
fn left_rows(rows: &[LeftRowSeen], total: u64) -> AnyView {
    let listed = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let caption = if listed < total { "Some of them, line by line" } else { "Which lines of the file" };
    let head = ["Line", "What it says", "Why"].map(str::to_owned).to_vec();
    let rows = rows
        .iter()
        .map(|row| vec![Cell::number(words::grouped(row.line)), Cell::new(unbroken(row.says.clone())), Cell::new(why(&row.why))]);
    let rows: Vec<Vec<Cell>> = rows.collect();
    view! { <DataTable caption=caption head=head rows=rows /> }.into_any()
}

/// That of what is summed by day what is here stays.
fn other_days(page: &ImportPage) -> Option<AnyView> {
    let lines = page.measures.iter().filter(|one| one.other_days > 0).map(|one| {
        let days = words::how_many(one.other_days, "day", "days");
        view! { <li>{format!("{}: {days}", one.measure.name())}</li> }
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| {
        view! {
            <Inset>
                <p>"On some days another number is here already, from somewhere else. It stays, and the two are not added up."</p>
                <ul class="nhsuk-list nhsuk-list--bullet">{lines.into_iter().collect_view()}</ul>
                <p>"To take the new number for such a day, remove the one that is here first, then send the file again."</p>
            </Inset>
        }
        .into_any()
    })
}

/// That a fall counts as here already where one of the same time is: a file that has grown can tell of one more, which is not added.
fn other_falls(page: &ImportPage) -> Option<AnyView> {
    page.measures.iter().any(|one| one.measure == Measure::Fall && one.here > 0).then(|| {
        view! {
            <Inset>
                <p>"A fall counts as here already if one of the same day and time is. If you fell once more at that time, add that fall by hand."</p>
            </Inset>
        }
        .into_any()
    })
}

/// `named` is what the columns of a table were said to be, as the address has it.
fn ready(page: &ImportPage, named: &str) -> AnyView {
    let id = page.import.id;
    let here: u64 = page.measures.iter().map(|one| one.here).sum();
    let new = page.import.waiting.saturating_sub(here);
    let mut measures: Vec<Measure> = named.split(',').filter_map(Measure::from_code).collect();
    if measures.is_empty() {
        measures.extend(page.measures.iter().map(|one| one.measure));
        // What is nothing without its note has to be the first.
        measures.sort_by_key(|measure| !measure.needs_note());
    }
    let again = page.table.as_ref().zip(measures.split_first()).filter(|(table, (first, _))| table.open.contains(first));
    let again = again.map(|(table, (first, others))| {
        let besides = beside_it(*first, others.to_vec(), table);
        view! { <p class="sh-screen-only"><a href=columns_page(id, *first, &besides)>"Name the columns again"</a></p> }
    });
    let table = page.table.as_ref().filter(|_| page.measures.is_empty()).map(|table| choose_measure(id, table));
    let add = match new {
        0 if page.import.waiting == 0 => view! { <p>"We found no reading in it that can be added."</p> }.into_any(),
        0 => view! { <p>"All of this is here already. There is nothing to add."</p> }.into_any(),
        _ => view! {
            <Form action=format!("{}/confirm", import_page(id))>
                <Button>{format!("Add {}", readings(new))}</Button>
            </Form>
            <p>"You can take all of them out again later."</p>
        }
        .into_any(),
    };
    let check = (new > 0).then(|| {
        view! { <p>"Check that the numbers and the dates look right. If they do not, the file may be about somebody else, or in another unit."</p> }
    });
    let shown = (!page.measures.is_empty()).then(|| found(&page.measures, "Found in the file", true));
    view! {
        {urgent(page)}
        {shown}
        {other_days(page)}
        {other_falls(page)}
        {check}
        {add}
        {left(page)}
        {again}
        {match table {
            Some(table) => table,
            None => discard(id),
        }}
    }
    .into_any()
}

fn under_way(import: &ImportSeen) -> AnyView {
    let done = import.found.saturating_sub(import.waiting);
    let says = match import.state {
        ImportState::Running => format!("{} of {} are done.", words::grouped(done), readings(import.found)),
        _ => "This takes a minute at most.".to_owned(),
    };
    let here = import_page(import.id);
    let bar = (import.state == ImportState::Running && import.found > 0).then(|| {
        view! { <progress max=import.found.to_string() value=done.to_string() aria-label="How much is done"></progress> }
    });
    view! {
        <p>{says}</p>
        {bar}
        <p>"You can leave this page. It goes on without you."</p>
        <ButtonGroup>
            <Button href=here>"See how far it is"</Button>
        </ButtonGroup>
    }
    .into_any()
}

fn over(page: &ImportPage) -> AnyView {
    let import = &page.import;
    let undone = import.state == ImportState::Undone;
    let shown = (!page.measures.is_empty()).then(|| {
        let caption = if undone { "Changed since, and still here" } else { "Added and still here" };
        found(&page.measures, caption, false)
    });
    let says = if undone {
        "What somebody changed since it was added stays. Everything else of this file is gone from your readings.".to_owned()
    } else {
        let same = words::how_many(import.same, "was here already", "were here already");
        format!("{} added. {same}.", readings(import.added))
    };
    let undo = (!undone && !page.measures.is_empty()).then(|| {
        let action = format!("{}/undo", import_page(import.id));
        view! {
            <Details summary="Take them out again">
                <p>"Everything that came from this file goes, but for what was changed since. You can send the file again."</p>
                <Form action=action>
                    <Button kind=ButtonKind::Warning>"Take them out again"</Button>
                </Form>
            </Details>
        }
    });
    let nobody = (!undone).then(|| {
        view! {
            <Inset>
                <p>
                    "Nobody has looked at these readings. A care team is told of one only where it set a rule, and only of the last week. "
                    "If a number worries you, call your GP or 111."
                </p>
            </Inset>
        }
    });
    view! {
        <p>{says}</p>
        {urgent(page)}
        {shown}
        {nobody}
        <p class="sh-screen-only"><a href=LIST>"See all readings"</a></p>
        {left(page)}
        {undo}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::why;

    #[test]
    fn what_was_told_of_by_two_devices_is_left_out_in_plain_words() {
        let words = why("other-device");
        assert_eq!(words, "of a second device or app that counted less on the same day, or that told of the same time twice");
    }
}
