//! My needs: what somebody needs to read what they are sent, to be understood, and to be cared for as well as others.

use super::details::{SENT, languages, speaks_of, who};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::forms::FormState;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, Checkboxes, Choice, Details, ErrorSummary, Form, IconName, Inset, Narrow, PageHeading, Radios, Section,
    Select, SummaryList, SummaryRow, TextArea, TextInput, Version, VersionList, Width,
};
use domain::profile::{Impairment, Language, Need, NeedGroup, Needs};
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::{NeedsOf, NeedsSeen};

/// Where they are, and where they are said.
pub(crate) const NEEDS: &str = "/account/needs";
pub(crate) const CHANGE: &str = "/account/needs/change";
/// The name of the form.
pub(crate) const FORM: &str = "needs";
/// The hidden field that says whose needs a form is about.
pub(crate) const OF: &str = "of";

/// Whose needs the pages are about now: of the person for whom the reader acts, their own, or of an account without a record.
pub(crate) fn of(ctx: &Ctx) -> Result<NeedsOf, Failure> {
    Ok(ctx.reader()?.subject().map_or(NeedsOf::Account, NeedsOf::Person))
}

/// How a form names whose needs it is about.
pub(crate) fn named(of: NeedsOf) -> String {
    match of {
        NeedsOf::Person(person) => person.to_string(),
        NeedsOf::Account => "account".to_owned(),
    }
}

/// What somebody needs, as rows, group by group; `own` where the reader is who needs it.
pub(crate) fn rows(needs: &Needs, own: bool) -> Vec<SummaryRow> {
    let mut rows: Vec<SummaryRow> = NeedGroup::ALL
        .into_iter()
        .filter_map(|group| {
            let title = match group {
                NeedGroup::Format => "Information",
                NeedGroup::Professional if own => "Somebody with you",
                NeedGroup::Professional => "Somebody with them",
                NeedGroup::Support => "To hear, speak and understand",
                NeedGroup::Contact => "Contact",
                NeedGroup::Adjustment => "Other adjustments",
            };
            let listed: Vec<&str> = needs.of(group).map(Need::title).collect();
            let items = listed.iter().map(|one| view! { <li>{*one}</li> }).collect_view();
            (!listed.is_empty()).then(|| SummaryRow::new(title, view! { <ul>{items}</ul> }))
        })
        .collect();
    if let Some(words) = needs.interpreter_in_words() {
        rows.insert(0, SummaryRow::new("Interpreter", format!("Needs {words}")));
    }
    if !needs.impairments.is_empty() {
        let listed = needs.impairments.iter().map(|one| one.title()).collect::<Vec<_>>().join(", ");
        rows.push(SummaryRow::new("Disability", listed));
    }
    if !needs.own_words.is_empty() {
        let title = if own { "In your own words" } else { "In their own words" };
        rows.push(SummaryRow::new(title, view! { <bdi>{needs.own_words.clone()}</bdi> }));
    }
    rows
}

fn in_words(needs: &Needs) -> String {
    let parts = [needs.in_short(), needs.own_words.clone()];
    let words = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if words.is_empty() { "Needs nothing in particular.".to_owned() } else { words }
}

/// What they need now, and what they said before.
pub async fn show(ctx: Ctx) -> Answer {
    let seen = ctx.services().profile.needs(&ctx.actor(), of(&ctx)?).await?;
    let whose = ctx.whose();
    let (title, back) = match whose.is_another() {
        true => (format!("{} needs", whose.title()), "/record"),
        false => ("My needs".to_owned(), "/account"),
    };
    let heading = title.clone();
    let head = Head::new(&title, Place::Account);
    let head = match &seen.whose {
        Some(whose) => head.of(whose),
        None => head,
    };
    ctx.page(head, || {
        let NeedsSeen { now, before, may_change, .. } = seen;
        let (nothing, say) = match &whose.name {
            None => ("You have not said yet what you need.".to_owned(), "Say what you need".to_owned()),
            Some(name) => (format!("Nobody has said yet what {name} needs."), format!("Say what {name} needs")),
        };
        let once = if may_change { format!("{say} once. ") } else { String::new() };
        let lead = format!("{once}Every service that looks after {} sees it before anything else.", whose.person());
        let label = if now.is_some() { "Change this".to_owned() } else { say };
        let change = may_change.then(|| view! { <Button href=CHANGE>{label}</Button> });
        let body = match now {
            None => view! { <p>{nothing}</p> }.into_any(),
            Some(now) => {
                let rows = rows(&now.needs, !whose.is_another());
                let list = (!rows.is_empty()).then(|| view! { <SummaryList rows=rows /> });
                view! {
                    <p><strong>{in_words(&now.needs)}</strong></p>
                    {list}
                    <p>{format!("{} on {}.", who(now.by), instant_in_words(now.at))}</p>
                }
                .into_any()
            }
        };
        let carers = (!whose.is_another()).then(|| {
            view! { <p>"If you look after somebody, the services of that person see what you need too. They do not see whether you are disabled."</p> }
        });
        let before: Vec<Version> = before
            .into_iter()
            .map(|one| Version {
                when: instant_in_words(one.at),
                what: in_words(&one.needs),
                source: who(one.by).to_owned(),
                href: None,
            })
            .collect();
        let before = (!before.is_empty()).then(|| {
            view! { <Section title="What was said before"><VersionList versions=before /></Section> }
        });
        view! {
            <BackLink href=back label="Back" />
            {easy::picture(IconName::Speech)}
            <PageHeading title=heading lead=easy::say(lead, acts::needs(may_change)) />
            {body}
            {change}
            <Inset>
                {carers}
                <p class="sh-screen-only"><a href="/account/display">"Make these pages larger or easier to read"</a></p>
            </Inset>
            {before}
        }
    })
    .await
}

/// The form.
pub async fn change(ctx: Ctx) -> Answer {
    let of = of(&ctx)?;
    let seen = ctx.services().profile.needs(&ctx.actor(), of).await?;
    if !seen.may_change {
        return Err(Failure::not_found());
    }
    let (form, submission, whose) = (ctx.form(FORM).await?, ctx.submission(), ctx.whose());
    let title = if whose.is_another() { format!("{} needs", whose.title()) } else { "My needs".to_owned() };
    let heading = title.clone();
    ctx.page(Head::form(&title, Place::Account, &form), || {
        let version = seen.now.as_ref().map_or(0, |now| now.version);
        let asked = seen.now.is_some();
        let now = seen.now.map(|now| now.needs).unwrap_or_default();
        let back = !form.value(SENT).is_empty();
        let groups = NeedGroup::ALL.into_iter().map(|group| asked_of(group, &now, &form, back)).collect_view();
        let typed = form.clone();
        let value = move |field: &str, kept: &str| if back { typed.value(field) } else { kept.to_owned() };
        let interpreter = match (now.interpreter, asked) {
            (Some(_), _) => "yes",
            (None, true) => "no",
            (None, false) => "",
        };
        let impairments = match back {
            true => form.value("impairments").split_whitespace().map(str::to_owned).collect(),
            false => now.impairments.iter().map(|one| one.code().to_owned()).collect::<Vec<_>>(),
        };
        let disabled = Impairment::ALL.iter().map(|one| Choice::new(one.code(), one.title())).collect();
        let yes_no = vec![Choice::new("no", "No"), Choice::new("yes", "Yes")];
        let speaks_of = speaks_of(&whose);
        let lead = match &whose.name {
            None => "Tick what you need. Leave out the rest.".to_owned(),
            Some(name) => format!("Tick what {name} needs. Leave out the rest."),
        };
        let readers = format!(
            "Every service that looks after {person}, at the top of each page about {person}, and those who act for {person} and see the main record. Each look is written down.",
            person = whose.person()
        );
        let save = if whose.is_another() { "Save these needs" } else { "Save my needs" };
        view! {
            <Narrow>
                <BackLink href=NEEDS label="Back to the needs" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title=heading lead=lead />
                {speaks_of}
                <Form action=CHANGE submission=submission keep=FORM>
                    <input type="hidden" name="version" value=version.to_string() />
                    <input type="hidden" name=SENT value="yes" />
                    <input type="hidden" name=OF value=named(of) />
                    <Radios
                        id="needs_interpreter"
                        legend_text="Do you need an interpreter?"
                        hint="For a spoken language, or for British Sign Language and other signing. It is free."
                        choices=yes_no
                        error=form.error("needs_interpreter")
                        value=value("needs_interpreter", interpreter)
                    />
                    <Select
                        id="interpreter"
                        label="If yes, for which language?"
                        choices=languages(|one| one != Language::English)
                        error=form.error("interpreter")
                        value=value("interpreter", now.interpreter.map_or("", Language::code))
                    />
                    <TextInput
                        id="other_language"
                        label="If it is another language, which?"
                        width=Width::Twenty
                        error=form.error("other_language")
                        value=value("other_language", &now.other_language)
                    />
                    {groups}
                    <Checkboxes
                        id="impairments"
                        legend_text="Are you disabled in any of these?"
                        hint="Only if you want to say. It helps services to do more than you ask for."
                        choices=disabled
                        values=impairments
                    />
                    <TextArea
                        id="own_words"
                        label="What else do you need? (if you want)"
                        hint="In your own words, such as: a chair with arms"
                        rows=3
                        error=form.error("own_words")
                        value=value("own_words", &now.own_words)
                    />
                    <Details summary="Who sees this">
                        <p>{readers}</p>
                    </Details>
                    <Button>{save}</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

fn asked_of(group: NeedGroup, now: &Needs, form: &FormState, back: bool) -> AnyView {
    let field = group.field();
    let values = match back {
        true => form.value(field).split_whitespace().map(str::to_owned).collect(),
        false => now.of(group).map(|need| need.code().to_owned()).collect::<Vec<_>>(),
    };
    let choices =
        Need::ALL.iter().filter(|need| need.group() == group).map(|need| Choice::new(need.code(), need.title())).collect();
    view! { <Checkboxes id=field legend_text=group.question() choices=choices values=values /> }.into_any()
}
