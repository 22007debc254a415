//! My details: how to reach somebody, whom to tell and who they are, as they keep it here, beside what services recorded.

use super::day;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::forms::FormState;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, Checkbox, Choice, ErrorSummary, Form, IconName, InputKind, Inset, Narrow, PageHeading, Radios, Section,
    Select, SummaryList, SummaryRow, TextArea, TextInput, Version, VersionList, Width,
};
use crate::whose::Whose;
use domain::profile::{Contact, ContactDetails, Ethnicity, Language, MOST_CONTACTS, Way};
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::{AskedToCopy, DetailsSeen, DetailsVersion, NotedBy, RecordedDetails, SavedPart};

/// Where they are, where each part is changed, and what was kept before.
pub(crate) const DETAILS: &str = "/account/details";
pub(crate) const CONTACT: &str = "/account/details/contact";
pub(crate) const PEOPLE: &str = "/account/details/people";
pub(crate) const ABOUT: &str = "/account/details/about";
const HISTORY: &str = "/account/details/history";

async fn seen(ctx: &Ctx) -> Result<DetailsSeen, Failure> {
    Ok(ctx.services().profile.details(&ctx.actor(), ctx.person()?).await?)
}

/// A text of several lines.
pub(crate) fn on_lines(lines: Vec<String>) -> impl IntoView {
    let lines = lines.into_iter().enumerate();
    lines.map(|(at, line)| view! { {(at > 0).then(|| view! { <br /> })} <bdi>{line}</bdi> }).collect_view()
}

fn or_none(text: Option<String>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or_else(|| "Not given".to_owned())
}

/// How somebody is reached, as rows.
pub(crate) fn contact_rows(contact: &ContactDetails) -> Vec<SummaryRow> {
    let address = contact.whole_address();
    let address = if address.is_empty() { vec!["Not given".to_owned()] } else { address };
    vec![
        SummaryRow::new("Address", on_lines(address)),
        SummaryRow::new("Mobile number", or_none(contact.mobile.as_ref().map(ToString::to_string))),
        SummaryRow::new("Other phone", or_none(contact.phone.as_ref().map(ToString::to_string))),
        SummaryRow::new("Email for contact", or_none(Some(contact.email.clone()))),
        SummaryRow::new("Best way", or_none(contact.preferred.map(|way| way.title().to_owned()))),
    ]
}

/// Whom to tell, as rows.
pub(crate) fn people_rows(people: &[Contact]) -> Vec<SummaryRow> {
    if people.is_empty() {
        return vec![SummaryRow::new("Whom to tell", "Not given")];
    }
    people.iter().map(|one| SummaryRow::new(if one.next_of_kin { "Tell first" } else { "Also tell" }, one.in_line())).collect()
}

fn language(now: &DetailsVersion) -> Option<String> {
    let language = now.language?;
    Some(if now.other_language.is_empty() { language.title().to_owned() } else { now.other_language.clone() })
}

/// Who somebody is, as rows.
pub(crate) fn about_rows(now: &DetailsVersion) -> Vec<SummaryRow> {
    vec![
        SummaryRow::new("Ethnic background", or_none(now.ethnicity.map(|one| one.title().to_owned()))),
        SummaryRow::new("Main language", or_none(language(now))),
    ]
}

/// What is kept here, what services recorded, and the ways to change.
pub async fn show(ctx: Ctx) -> Answer {
    let seen = seen(&ctx).await?;
    let whose = ctx.whose();
    let title = format!("{} details", if whose.is_another() { whose.title() } else { "My".to_owned() });
    let heading = title.clone();
    let lead = match &whose.name {
        None => "What you keep here stands beside what services recorded. It does not change their records.".to_owned(),
        Some(name) => {
            format!("What is kept here for {name} stands beside what services recorded. It does not change their records.")
        }
    };
    ctx.page(Head::new(&title, Place::Account).of(&seen.whose), || {
        let DetailsSeen { now, recorded, may_change, asked, .. } = seen;
        let asked = asked.iter().map(|one| view! { <p>{copied(one)}</p> }).collect_view();
        let told = match &whose.name {
            None => "Services that look after you see what you keep here, with the day.".to_owned(),
            Some(name) => format!("Services that look after {name} see what is kept here, with the day."),
        };
        let told = format!("{told} To change what they recorded, tell them.");
        let change = move |href: &'static str, label: &'static str| {
            may_change.then(|| view! { <p class="sh-screen-only"><a href=href>{label}</a></p> })
        };
        let (contact, people, about) = (contact_rows(&now.contact), people_rows(&now.people), about_rows(&now));
        let saved = now.saved.map(|(_, at)| {
            view! { <p>{format!("Last changed on {}. ", day(at))} <a href=HISTORY>"What was here before"</a></p> }
        });
        view! {
            <BackLink href=back(&whose) label="Back" />
            {easy::picture(IconName::People)}
            <PageHeading title=heading lead=easy::say(lead, acts::details(whose.is_another())) />
            <Section title="How to contact">
                <SummaryList rows=contact />
                {change(CONTACT, "Change how to contact")}
            </Section>
            <Section title="Whom to tell">
                <p>"Next of kin, and others whom a service may ring in an emergency. Ask them first whether they agree."</p>
                <SummaryList rows=people />
                {change(PEOPLE, "Change whom to tell")}
            </Section>
            <Section title="Ethnic background and language">
                <SummaryList rows=about />
                {change(ABOUT, "Change ethnic background and language")}
                <p class="sh-screen-only"><a href="/account/needs">"An interpreter, large print and other needs"</a></p>
            </Section>
            {saved}
            <Recorded recorded />
            <Inset>
                <p>{told}</p>
                {asked}
            </Inset>
        }
    })
    .await
}

/// What became of asking a practice to copy what was changed.
fn copied(one: &AskedToCopy) -> String {
    match one.copied_at {
        Some(at) => format!("{} has said on {} that your changes are in its own system.", one.organisation, day(at)),
        None => {
            format!("We asked {} to put your changes into its own system. It has not said yet that it did.", one.organisation)
        }
    }
}

/// Where somebody came from: their account, or the record of the person for whom they act.
fn back(whose: &Whose) -> &'static str {
    if whose.is_another() { "/record" } else { "/account" }
}

#[component]
fn Recorded(recorded: Vec<RecordedDetails>) -> impl IntoView {
    let body = if recorded.is_empty() {
        view! { <p>"No service has sent such details, or they are not open to you."</p> }.into_any()
    } else {
        recorded
            .into_iter()
            .map(|one| {
                let rows: Vec<SummaryRow> = one
                    .details
                    .into_iter()
                    .map(|detail| SummaryRow::new(detail.label, view! { <bdi>{detail.value}</bdi> }))
                    .collect();
                let rows = match rows.is_empty() {
                    true => view! { <p>"Nothing about this."</p> }.into_any(),
                    false => view! { <SummaryList rows=rows /> }.into_any(),
                };
                view! { <h3>{format!("Recorded by {}", one.organisation)}</h3> {rows} }
            })
            .collect_view()
            .into_any()
    };
    view! { <Section title="What services recorded">{body}</Section> }
}

/// What is typed in a form: what was sent back, else what is kept.
fn typed(form: &FormState, field: &str, kept: &str) -> String {
    if form.value(SENT).is_empty() { kept.to_owned() } else { form.value(field) }
}

/// The hidden field by which a form that comes back is told from a new one, in which nothing may be left of what was cleared.
pub(crate) const SENT: &str = "sent";

/// Of whom a form speaks that somebody fills in for another; nothing where it speaks of the reader.
pub(crate) fn speaks_of(whose: &Whose) -> Option<AnyView> {
    let name = whose.name.as_deref()?;
    let words = format!("You fill this in for {name}. Below, \u{201c}you\u{201d} and \u{201c}I\u{201d} mean {name}.");
    Some(view! { <Inset><p>{words}</p></Inset> }.into_any())
}

/// What every form of this carries.
fn hidden(version: i32) -> impl IntoView {
    view! {
        <input type="hidden" name="version" value=version.to_string() />
        <input type="hidden" name=SENT value="yes" />
    }
}

/// The form about how to reach somebody.
pub async fn contact(ctx: Ctx) -> Answer {
    ctx.services().profile.may_keep(&ctx.actor(), ctx.person()?).await?;
    let now = seen(&ctx).await?.now;
    let (form, submission, whose) = (ctx.form("details-contact").await?, ctx.submission(), ctx.whose());
    ctx.page(Head::form("How to contact", Place::Account, &form), || {
        let (contact, back) = (now.contact, form.clone());
        let value = move |field: &str, kept: &str| typed(&back, field, kept);
        let number = |number: Option<&domain::profile::PhoneNumber>| number.map(ToString::to_string).unwrap_or_default();
        let speaks_of = speaks_of(&whose);
        let ways = Way::ALL.iter().map(|way| Choice::new(way.code(), way.title())).collect();
        view! {
            <Narrow>
                <BackLink href=DETAILS label="Back to the details" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title="How to contact" caption=whose.name.clone() lead="Leave out what you do not want to give." />
                {speaks_of}
                <Form action=CONTACT submission=submission keep="details-contact">
                    {hidden(now.version)}
                    <TextArea
                        id="address"
                        label="Address"
                        hint="Street, town. Put the postcode in its own box."
                        rows=4
                        error=form.error("address")
                        value=value("address", &contact.address.join("\n"))
                    />
                    <TextInput
                        id="postcode"
                        label="Postcode"
                        width=Width::Ten
                        autocomplete="postal-code"
                        error=form.error("postcode")
                        value=value("postcode", contact.postcode.as_ref().map_or("", |postcode| postcode.as_str()))
                    />
                    <TextInput
                        id="mobile"
                        label="Mobile number"
                        hint="For services to contact you. It is not the number for our own text messages."
                        kind=InputKind::Phone
                        width=Width::Twenty
                        autocomplete="tel"
                        error=form.error("mobile")
                        value=value("mobile", &number(contact.mobile.as_ref()))
                    />
                    <TextInput
                        id="phone"
                        label="Other phone number"
                        kind=InputKind::Phone
                        width=Width::Twenty
                        error=form.error("phone")
                        value=value("phone", &number(contact.phone.as_ref()))
                    />
                    <TextInput
                        id="email"
                        label="Email address for contact"
                        hint="It can be another than the one with which you sign in."
                        kind=InputKind::Email
                        autocomplete="email"
                        error=form.error("email")
                        value=value("email", &contact.email)
                    />
                    <Radios
                        id="preferred"
                        legend_text="How do you like best to be contacted?"
                        choices=ways
                        error=form.error("preferred")
                        value=value("preferred", contact.preferred.map_or("", Way::code))
                    />
                    <Button>"Save"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// The form about whom to tell.
pub async fn people(ctx: Ctx) -> Answer {
    ctx.services().profile.may_keep(&ctx.actor(), ctx.person()?).await?;
    let now = seen(&ctx).await?.now;
    let (form, submission, whose) = (ctx.form("details-people").await?, ctx.submission(), ctx.whose());
    ctx.page(Head::form("Whom to tell", Place::Account, &form), || {
        let count = form.value("people").parse().unwrap_or(now.people.len() + 1).clamp(1, MOST_CONTACTS);
        let parts = (1..=count)
            .map(|place| {
                let kept = now.people.get(place - 1);
                let (name, relation, phone, kin) =
                    (format!("name_{place}"), format!("relation_{place}"), format!("phone_{place}"), format!("kin_{place}"));
                let value = |field: &str, kept: Option<String>| typed(&form, field, &kept.unwrap_or_default());
                let [named, related, numbered] = [
                    value(&name, kept.map(|one| one.name.clone())),
                    value(&relation, kept.map(|one| one.relation.clone())),
                    value(&phone, kept.map(|one| one.phone.to_string())),
                ];
                let [name_error, relation_error, phone_error] = [&name, &relation, &phone].map(|field| form.error(field));
                let is_kin = match form.value(SENT).is_empty() {
                    true => kept.is_some_and(|one| one.next_of_kin),
                    false => form.value(&kin) == "yes",
                };
                view! {
                    <Section title=format!("Person {place}")>
                        <TextInput
                            id=name
                            label=format!("Name of person {place}")
                            error=name_error
                            value=named
                        />
                        <TextInput
                            id=relation
                            label=format!("Who person {place} is to you")
                            hint="Such as daughter, husband or neighbour"
                            width=Width::Twenty
                            error=relation_error
                            value=related
                        />
                        <TextInput
                            id=phone
                            label=format!("Phone number of person {place}")
                            kind=InputKind::Phone
                            width=Width::Twenty
                            error=phone_error
                            value=numbered
                        />
                        <Checkbox id=kin label=format!("Person {place} is next of kin: tell them first") value="yes" checked=is_kin />
                    </Section>
                }
            })
            .collect_view();
        let speaks_of = speaks_of(&whose);
        view! {
            <Narrow>
                <BackLink href=DETAILS label="Back to the details" />
                <ErrorSummary errors=form.errors() />
                <PageHeading
                    title="Whom to tell"
                    caption=whose.name.clone()
                    lead="Clear all three boxes of somebody to take them out. When you have saved, there is room for one more."
                />
                {speaks_of}
                <Form action=PEOPLE submission=submission keep="details-people">
                    {hidden(now.version)}
                    <input type="hidden" name="people" value=count.to_string() />
                    {parts}
                    <Button>"Save"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// The languages that can be chosen, after "Choose".
pub(crate) fn languages(fits: impl Fn(Language) -> bool) -> Vec<Choice> {
    let all = Language::ALL.iter().copied().filter(|one| fits(*one));
    std::iter::once(Choice::new("", "Choose")).chain(all.map(|one| Choice::new(one.code(), one.title()))).collect()
}

/// The form about ethnic background and language.
pub async fn about(ctx: Ctx) -> Answer {
    ctx.services().profile.may_keep(&ctx.actor(), ctx.person()?).await?;
    let now = seen(&ctx).await?.now;
    let (form, submission, whose) = (ctx.form("details-about").await?, ctx.submission(), ctx.whose());
    ctx.page(Head::form("Ethnic background and language", Place::Account, &form), || {
        let back = form.clone();
        let value = move |field: &str, kept: &str| typed(&back, field, kept);
        let speaks_of = speaks_of(&whose);
        let backgrounds = Ethnicity::ALL.iter().map(|one| Choice::new(one.code(), one.title())).collect();
        view! {
            <Narrow>
                <BackLink href=DETAILS label="Back to the details" />
                <ErrorSummary errors=form.errors() />
                <PageHeading
                    title="Ethnic background and language"
                    caption=whose.name.clone()
                    lead="Services ask so that nobody is treated worse than others. You need not say."
                />
                {speaks_of}
                <Form action=ABOUT submission=submission keep="details-about">
                    {hidden(now.version)}
                    <Radios
                        id="ethnicity"
                        legend_text="What is your ethnic background?"
                        choices=backgrounds
                        error=form.error("ethnicity")
                        value=value("ethnicity", now.ethnicity.map_or("", Ethnicity::code))
                    />
                    <Select
                        id="language"
                        label="What is your main language?"
                        choices=languages(Language::is_main)
                        error=form.error("language")
                        value=value("language", now.language.map_or("", Language::code))
                    />
                    <TextInput
                        id="other_language"
                        label="If it is another language, which?"
                        width=Width::Twenty
                        error=form.error("other_language")
                        value=value("other_language", &now.other_language)
                    />
                    <Button>"Save"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// "You", "The person", "Somebody who acts for them".
pub(crate) const fn who(by: NotedBy) -> &'static str {
    match by {
        NotedBy::You => "Changed by you",
        NotedBy::Person => "Changed by the person",
        NotedBy::Carer => "Changed by somebody who acts for the person",
    }
}

/// What was kept before.
pub async fn history(ctx: Ctx) -> Answer {
    let all = ctx.services().profile.details_history(&ctx.actor(), ctx.person()?).await?;
    ctx.page(Head::new("What was here before", Place::Account), || {
        let versions: Vec<Version> = all
            .into_iter()
            .filter_map(|one| {
                let (by, at) = one.saved?;
                let what = match one.part {
                    SavedPart::Contact => {
                        let contact = &one.contact;
                        let address = contact.whole_address().join(", ");
                        let numbers = [&contact.mobile, &contact.phone].into_iter().flatten().map(ToString::to_string);
                        let best = contact.preferred.map(|way| format!("best: {}", crate::words::in_sentence(way.title())));
                        let parts = std::iter::once(address).chain(numbers).chain([contact.email.clone()]).chain(best);
                        let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
                        format!("How to contact: {}", if parts.is_empty() { "nothing".to_owned() } else { parts.join("; ") })
                    }
                    SavedPart::People => {
                        let people: Vec<String> = one.people.iter().map(Contact::in_line).collect();
                        format!("Whom to tell: {}", if people.is_empty() { "nobody".to_owned() } else { people.join("; ") })
                    }
                    SavedPart::About => format!(
                        "Ethnic background: {}. Main language: {}",
                        or_none(one.ethnicity.map(|one| one.title().to_owned())),
                        or_none(language(&one))
                    ),
                };
                Some(Version { when: instant_in_words(at), what, source: who(by).to_owned(), href: None })
            })
            .collect();
        let body = match versions.is_empty() {
            true => view! { <p>"Nothing was kept here yet."</p> }.into_any(),
            false => view! { <VersionList versions=versions /> }.into_any(),
        };
        view! {
            <BackLink href=DETAILS label="Back to the details" />
            <PageHeading title="What was here before" lead="Each change, the newest first. Nothing of it is thrown away." />
            {body}
        }
    })
    .await
}
