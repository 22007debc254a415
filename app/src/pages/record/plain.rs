//! What an entry is about, in plain words.

use crate::ctx::Ctx;
use crate::ui::{Section, SummaryList, SummaryRow};
use domain::plain_words::Kind;
use domain::record::{Category, Code};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{EntryView, MedicineSeen};

/// The site to which most explanations lead.
const NHS: &str = "www.nhs.uk";
/// What whoever follows a link there should know: an address that is kept may be read by others.
const LEAVES: &str = ". It leaves this site, and your browser may remember where you went.";

/// What an entry is about; nothing for entries that are not about one thing, such as visits and letters.
pub fn of_entry(ctx: &Ctx, entry: &EntryView) -> Option<AnyView> {
    let line = &entry.line;
    let is_about_one = shelf(line.category).is_some() && !line.none_known;
    is_about_one.then(|| section(ctx, line.category, entry.code.as_slice(), &line.title))
}

/// What a medicine is.
pub fn of_medicine(ctx: &Ctx, seen: &MedicineSeen) -> AnyView {
    section(ctx, Category::Medicine, &seen.codes, &seen.name)
}

/// Where the NHS lists what entries of this category are about. What is looked for there is never part of the address.
const fn shelf(category: Category) -> Option<(&'static str, &'static str)> {
    Some(match category {
        Category::Problem | Category::Allergy => ("https://www.nhs.uk/conditions/", "conditions"),
        Category::Medicine => ("https://www.nhs.uk/medicines/", "medicines"),
        Category::Immunisation => ("https://www.nhs.uk/vaccinations/", "vaccinations"),
        Category::Result | Category::Procedure => ("https://www.nhs.uk/tests-and-treatments/", "tests and treatments"),
        Category::Visit | Category::Document | Category::Care | Category::People | Category::Other => return None,
    })
}

fn section(ctx: &Ctx, category: Category, codes: &[Code], title: &str) -> AnyView {
    let services = ctx.services();
    let Some(words) = services.plain_words.find(category, codes, title).cloned() else {
        let (href, what) = shelf(category).unwrap_or(("https://www.nhs.uk/", "pages"));
        return view! {
            <Section title="What this is">
                <p>"We have no plain words for this yet. Ask the place that wrote it down what it means."</p>
                <p class="sh-screen-only"><a href=href rel="noreferrer">{format!("See the NHS list of {what}")}</a> {LEAVES}</p>
            </Section>
        }
        .into_any();
    };
    let more = match words.site() {
        NHS => "Read more on the NHS website".to_owned(),
        site => format!("Read more on {site}"),
    };
    let old = words
        .is_old(london_day(services.core.now()))
        .then_some(" That is more than 3 years ago, so there may be something newer to know.");
    let of = format!("From: {}. Last checked: {}.", words.source, day_in_words(words.reviewed));
    let about = format!(" about {}", words.name);
    let yours = yours(words.kind).map(|yours| view! { <p>{yours}</p> });
    let rows = [("What it looks at", words.looks_at), ("What can change it", words.changes), ("What it is for", words.used_for)];
    let rows: Vec<_> = rows.into_iter().filter_map(|(key, value)| Some(SummaryRow::new(key, value?))).collect();
    let rows = (!rows.is_empty()).then(|| view! { <SummaryList rows /> });
    view! {
        <Section title="What this is">
            <p><strong>{words.name}</strong></p>
            <p>{words.what}</p>
            {rows}
            {yours}
            <p>{of} {old}</p>
            <p class="sh-screen-only"><a href=words.url rel="noreferrer">{more} <span class="nhsuk-u-visually-hidden">{about}</span></a> {LEAVES}</p>
        </Section>
    }
    .into_any()
}

/// That the words are not about this person's own result or dose.
const fn yours(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Test => {
            Some("This is about the test and not about your result. Ask whoever asked for the test what it means for you.")
        }
        Kind::Medicine => {
            Some("Take it as your prescription says. Ask a pharmacist or your practice before you change anything.")
        }
        Kind::Condition | Kind::Procedure | Kind::Vaccine => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_category_that_some_words_explain_has_its_place_at_the_nhs() {
        for category in Category::SHOWN {
            let explained = Kind::ALL.iter().any(|kind| kind.explains(*category));
            assert_eq!(shelf(*category).is_some(), explained, "{category:?}");
        }
    }
}
