//! Finding one that dispenses: what is looked for stands in the address, so that a page can be kept and gone back to.

use super::{FIND, PAGE, is_for_order, map, near_and_open, page_of};
use crate::ctx::{Answer, Ctx, Head};
use crate::forms::{Typed, gathered};
use crate::pages::appointments::phone_link;
use crate::pages::medicines::order::CHECK;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, Checkboxes, Choice, Details, EmptyState, EntryList, EntryRow, ErrorSummary,
    FieldError, IconName, InputKind, PageHeading, Radios, Section, TagKind, TextInput, Width,
};
use crate::words;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use domain::appointment::Weekdays;
use domain::pharmacy::{DispenserKind, PharmacyService};
use domain::when::weekday_in_words;
use leptos::prelude::*;
use service::{Dispenser, FieldProblem, FindPharmacyForm, PharmaciesFound, ServiceError};

/// What the address asks for.
#[derive(Clone, Debug, Default)]
struct Asked {
    form: FindPharmacyForm,
    for_order: bool,
    /// The form was sent, even if nothing was chosen on it.
    sent: bool,
    /// A postcode was typed: it stays in the address, and one from the record does not come into it.
    says_where: bool,
}

impl Asked {
    fn read(typed: &Typed) -> Self {
        let part = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        Self {
            form: FindPharmacyForm {
                postcode: part("postcode"),
                words: part("words"),
                kind: part("kind"),
                services: part("services"),
                open: part("open"),
                time: part("time"),
                page: part("page"),
            },
            for_order: is_for_order(typed),
            sent: ["postcode", "words", "services", "open"].iter().any(|name| typed.contains_key(*name)),
            says_where: !part("postcode").is_empty(),
        }
    }

    /// The address of a page of the same.
    fn page(&self, page: usize) -> String {
        let form = &self.form;
        let mut parts = vec![
            ("for", if self.for_order { "order" } else { "" }),
            ("postcode", if self.says_where { form.postcode.as_str() } else { "" }),
            ("words", &form.words),
            ("kind", &form.kind),
            // An address with nothing else in it asks too.
            ("open", &form.open),
            ("time", &form.time),
        ];
        parts.extend(form.services.split_whitespace().map(|service| ("services", service)));
        let page = page.to_string();
        parts.push(("page", &page));
        let filled = parts.into_iter().filter(|(name, value)| !value.is_empty() || *name == "open");
        let parts: Vec<String> = filled.map(|(name, value)| format!("{name}={}", crate::routes::in_query(value))).collect();
        format!("{FIND}?{}", parts.join("&"))
    }
}

/// The form, and what it found.
pub async fn show(ctx: Ctx, Query(query): Query<Vec<(String, String)>>) -> Answer {
    let (actor, person, now) = (ctx.actor(), ctx.person()?, ctx.services().core.now());
    let mut asked = Asked::read(&gathered(query));
    let pharmacies = &ctx.services().pharmacies;
    let (knows_postcodes, knows_any) = pharmacies.knows().await?;
    let mut home = None;
    if !knows_postcodes {
        (asked.form.postcode, asked.says_where) = (String::new(), false);
    } else if !asked.says_where && ctx.whose().name.is_none() {
        home = ctx.services().appointments.home_postcode(&actor, person).await?;
        // Whoever looks for a name looks everywhere.
        if asked.form.words.is_empty() {
            asked.form.postcode = home.clone().unwrap_or_default();
        }
    }
    let (found, problems) = match asked.sent {
        // Only whoever may order comes here, also before anything is looked for.
        false => {
            ctx.services().medicines.may_order(&actor, person).await?;
            (None, Vec::new())
        }
        true => match pharmacies.find(&actor, person, &asked.form).await {
            Ok(found) => (Some(found), Vec::new()),
            Err(ServiceError::Fields(problems)) => (None, problems),
            Err(other) => return Err(other.into()),
        },
    };
    let whose = ctx.whose();
    let head = Head { has_errors: !problems.is_empty(), ..Head::new("Find a pharmacy", Place::Medicines) };
    ctx.page(head, || {
        let (back, label) = match asked.for_order {
            true => (CHECK, "Back to the order".to_owned()),
            false => (PAGE, format!("Back to {} pharmacy", whose.in_sentence())),
        };
        let lead = asked.for_order.then(|| "Choose where this order goes. What you wrote on it is kept.".to_owned());
        let form = search(&asked, knows_postcodes, home.as_deref(), &problems);
        let body = match found {
            _ if !knows_any => view! {
                <EmptyState title="No pharmacies are listed here yet" icon=IconName::Pill>
                    <p>"Ask your practice, or call " <a href="tel:111">"111"</a> " to find a pharmacy that is open."</p>
                </EmptyState>
            }
            .into_any(),
            None => form.into_any(),
            Some(found) if found.found.is_empty() => view! {
                <EmptyState title="We found no pharmacy" icon=IconName::Pill>
                    <p>"Nothing fits what you looked for. Ask for less, or look near another place."</p>
                    <p>"If you need a medicine and cannot wait, call " <a href="tel:111">"111"</a> "."</p>
                </EmptyState>
                <Section title="Look again">{form}</Section>
            }
            .into_any(),
            Some(found) => view! {
                <Details summary="Change what you look for">{form}</Details>
                {results(found, &asked, now)}
            }
            .into_any(),
        };
        view! {
            <BackLink href=back label=label />
            <ErrorSummary errors=errors(&problems) />
            <PageHeading title="Find a pharmacy" lead=lead />
            {body}
        }
    })
    .await
}

fn errors(problems: &[FieldProblem]) -> Vec<FieldError> {
    problems.iter().map(|problem| FieldError::new(problem.field.clone(), problem.message.clone())).collect()
}

fn search(asked: &Asked, knows_postcodes: bool, home: Option<&str>, problems: &[FieldProblem]) -> impl IntoView + use<> {
    let error = |name: &str| problems.iter().find(|problem| problem.field == name).map(|problem| problem.message.clone());
    let form = asked.form.clone();
    let postcode = knows_postcodes.then(|| {
        let (label, hint) = match home {
            Some(home) => ("Another postcode", format!("We look near {home}, as your record says. Type another to look there.")),
            None => ("Postcode", "To find what is near. The first part, like TA1, is enough.".to_owned()),
        };
        let value = if asked.says_where { form.postcode.clone() } else { String::new() };
        view! {
            <TextInput
                id="postcode"
                label=label
                hint=hint
                error=error("postcode")
                value=value
                kind=InputKind::LetterCode
                width=Width::Ten
            />
        }
    });
    let all = |first: &str, rest: Vec<Choice>| -> Vec<Choice> { std::iter::once(Choice::new("", first)).chain(rest).collect() };
    let kinds = DispenserKind::ALL.iter().map(|kind| Choice::new(kind.code(), kind.title())).collect();
    let services = PharmacyService::ALL.iter().map(|one| Choice::new(one.code(), one.title())).collect();
    let days = Weekdays::WEEK.iter().map(|day| {
        let code = Weekdays::default().with(*day).code();
        Choice::new(code, format!("On a {}", weekday_in_words(*day)))
    });
    let when = std::iter::once(Choice::new("now", "Now")).chain(days).collect();
    let narrowed = [&form.kind, &form.services, &form.open, &form.time].into_iter().any(|part| !part.is_empty());
    let open = narrowed || ["kind", "services", "open", "time"].into_iter().any(|name| error(name).is_some());
    let for_order = asked.for_order.then(|| view! { <input type="hidden" name="for" value="order" /> });
    let chosen = form.services.split_whitespace().map(ToOwned::to_owned).collect();
    let (words_error, kind_error, services_error) = (error("words"), error("kind"), error("services"));
    let (open_error, time_error) = (error("open"), error("time"));
    view! {
        <form class="sh-form" method="get" action=FIND>
            {for_order}
            {postcode}
            <TextInput
                id="words"
                label="Name, street or town (if you want)"
                error=words_error
                value=form.words
            />
            <Details summary="Narrow it down" open=open>
                <Radios
                    id="open"
                    legend_text="When must it be open?"
                    choices=all("Any time", when)
                    error=open_error
                    value=form.open
                />
                <TextInput
                    id="time"
                    label="At what time on that day? (if you want)"
                    hint="For example, 9am or 17:30."
                    error=time_error
                    value=form.time
                    width=Width::Ten
                />
                <Checkboxes
                    id="services"
                    legend_text="What must it offer?"
                    choices=services
                    error=services_error
                    values=chosen
                />
                <Radios id="kind" legend_text="What are you looking for?" choices=all("Anything near me", kinds) error=kind_error value=form.kind />
            </Details>
            <Button>"Find"</Button>
        </form>
    }
}

fn results(found: PharmaciesFound, asked: &Asked, now: DateTime<Utc>) -> impl IntoView + use<> {
    let PharmaciesFound { found, page, more } = found;
    let shown = u64::try_from(found.len()).unwrap_or_default();
    let rows = found.into_iter().map(|one| row(&one, asked.for_order, now)).collect_view();
    let title = match page {
        1 => words::how_many(shown, "place", "places"),
        page => format!("{}, page {page}", words::how_many(shown, "place", "places")),
    };
    let later = more.then(|| view! { <Button kind=ButtonKind::Secondary href=asked.page(page + 1)>"Show more"</Button> });
    let first = (page > 1).then(|| view! { <a href=asked.page(1)>"Back to the first"</a> });
    let ways = (more || page > 1).then(|| view! { <ButtonGroup>{later} {first}</ButtonGroup> });
    view! {
        <Section title=title>
            <EntryList>{rows}</EntryList>
            {ways}
        </Section>
    }
}

fn row(one: &Dispenser, for_order: bool, now: DateTime<Utc>) -> impl IntoView + use<> {
    let tag = one.hours.open_at(now).then(|| ("Open now".to_owned(), TagKind::Good));
    let more = if for_order { "?for=order" } else { "" };
    let href = format!("{}{more}", page_of(one));
    let phone = (!one.phone.is_empty()).then(|| view! { " \u{b7} " {phone_link(&one.phone)} });
    let on_map = map(one, "Map").map(|link| view! { " \u{b7} " {link} });
    let about = format!(" of {}", one.name);
    let acts = view! { <a href=href>"Details" <span class="nhsuk-u-visually-hidden">{about}</span></a> {phone} {on_map} };
    view! {
        <EntryRow
            title=one.name.clone()
            text=near_and_open(one, now)
            source=format!("{}, {}", one.kind.title(), one.address_line())
            tag=tag
            acts=Some(acts.into_any())
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(parts: &[(&str, &str)]) -> Asked {
        Asked::read(&gathered(parts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()))
    }

    #[test]
    fn what_is_looked_for_goes_on_to_the_next_page_and_a_postcode_of_the_record_does_not() {
        let typed = asked(&[
            ("postcode", "ta1 1aa"),
            ("services", "delivery"),
            ("services", "contraception"),
            ("for", "order"),
            ("open", ""),
        ]);
        assert_eq!(
            typed.page(2),
            "/medicines/pharmacy/find?for=order&postcode=ta1%201aa&open=&services=delivery&services=contraception&page=2"
        );
        let mut home = asked(&[("postcode", ""), ("open", "now")]);
        home.form.postcode = "TA1 1AA".to_owned();
        assert_eq!(home.page(1), "/medicines/pharmacy/find?open=now&page=1");
        assert!(asked(&[("open", "")]).sent && !asked(&[("for", "order")]).sent && !asked(&[("kind", "community")]).sent);
    }
}
