//! Who has looked at my record.

pub mod download;
pub mod queries;
pub mod query;

use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::pages::by_day;
use crate::routes;
use crate::shell::Place;
use crate::ui::{
    ActivityItem, ActivityList, Button, ButtonKind, Choice, Details, EmptyState, Form, IconName, PageHeading, Pagination, Radios,
    Section,
};
use crate::words;
use axum::extract::RawQuery;
use chrono::{Days, NaiveDate};
use domain::when::london_day;
use domain::{EntryId, PersonId};
use leptos::prelude::*;
use service::activity::{ActivityItem as Seen, ActorSeen, By, Filter, Kind, Visitors};
use std::collections::BTreeMap;

/// The periods that can be chosen: days until today, and what they are called.
const PERIODS: [(&str, &str); 4] =
    [("7", "The last 7 days"), ("30", "The last 30 days"), ("365", "The last 12 months"), ("", "Any time")];

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Asked {
    by: Option<By>,
    kind: Option<Kind>,
    days: Option<u64>,
    own: bool,
    before: Option<i64>,
}

impl Asked {
    fn read(query: Option<&str>) -> Self {
        let query: BTreeMap<String, String> = query.and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
        let get = |name: &str| query.get(name).map(String::as_str);
        Self {
            by: get("by").and_then(|by| by.parse().ok()),
            kind: get("kind").and_then(Kind::from_code),
            days: get("days").and_then(|days| days.parse().ok()).filter(|days| (1..=36_500).contains(days)),
            own: get("own") == Some("yes"),
            before: get("before").and_then(|before| before.parse().ok()).filter(|before| *before > 0),
        }
    }

    fn filter(&self, today: NaiveDate) -> Filter {
        let from = self.days.and_then(|days| today.checked_sub_days(Days::new(days)));
        Filter { by: self.by, kind: self.kind, from, until: None, own: self.own }
    }

    /// The address of the list that it asks for.
    fn address(&self) -> String {
        let parts = [
            self.by.map(|by| format!("by={by}")),
            self.kind.map(|kind| format!("kind={}", kind.code())),
            self.days.map(|days| format!("days={days}")),
            self.own.then(|| "own=yes".to_owned()),
            self.before.map(|before| format!("before={before}")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() { "/activity".to_owned() } else { format!("/activity?{}", parts.join("&")) }
    }
}

/// The list, newest first, a section for each day. Your own acts are left out until they are asked for.
pub async fn show(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let asked = Asked::read(query.as_deref());
    let today = london_day(ctx.services().core.now());
    let (person, filter) = (ctx.person()?, asked.filter(today));
    let activity = &ctx.services().activity;
    let (items, next) = activity.find(&ctx.actor(), person, &filter, asked.before).await?;
    let (visitors, told) = beside(&ctx, person).await?;
    let older = next.map(|next| Asked { before: Some(next), ..asked.clone() }.address());
    let newer = asked.before.map(|_| Asked { before: None, ..asked.clone() }.address());
    let shown = Asked { before: None, own: !asked.own, ..asked.clone() }.address();
    ctx.page(Head::new("Who has looked at your record", Place::More), || {
        let list = if items.is_empty() {
            view! {
                <EmptyState title="Nothing here" icon=IconName::Eye>
                    {if filter.is_narrow() || asked.before.is_some() {
                        view! { <p>"Nothing else fits what you chose to see."</p> }.into_any()
                    } else {
                        view! { <p>"Nobody but you has done anything with your record."</p> }.into_any()
                    }}
                </EmptyState>
            }
            .into_any()
        } else {
            by_day(items, |one| one.at)
                .into_iter()
                .map(|(day, items)| view! { <Section title=words::day_heading(day, today)><Day items /></Section> })
                .collect_view()
                .into_any()
        };
        // Where one sort of actor is chosen, there is nothing to fold away.
        let own = asked.by.is_none().then(|| {
            let (said, link) = if asked.own {
                ("What you did yourself is in this list too. ", "Hide what you did")
            } else {
                ("What you did yourself is not in this list. ", "Show what you did too")
            };
            view! { <p>{said} <a class="sh-screen-only" href=shown>{link}</a></p> }
        });
        let lead = "Every time somebody opens, changes or copies your record here, it is written down.";
        view! {
            {easy::picture(IconName::Eye)}
            <PageHeading title="Who has looked at your record" lead=easy::say(lead, acts::LOOKED) />
            {acts::steps(&acts::NOT_KNOWN)}
            <div class="sh-screen-only"><Choose asked=asked.clone() visitors /></div>
            {own}
            {list}
            <Pagination newer=newer older=older />
            <div class="sh-screen-only">
                <Section title="More about this list">
                    <ul>
                        <li><a href="/activity/queries">"Your questions and their answers"</a></li>
                        <li><a href="/activity/download">"Download the whole list"</a></li>
                    </ul>
                    <Telling told />
                    <Details summary="I do not recognise something">
                        <p>
                            "If it says \u{201c}You\u{201d} and it was not you, " <a href="/account/sign-ins">"see where you are signed in"</a>
                            ", end what you do not know, and " <a href="/account/password">"change your password"</a> "."
                        </p>
                        <p>
                            "If it was somebody else, choose \u{201c}I do not recognise this\u{201d} beside it. "
                            "Whoever answers for them must tell you who it was and why."
                        </p>
                    </Details>
                    <Details summary="What this list shows, and what it does not">
                        <p>
                            "It shows what happens in Selfheal: looks at your record, copies of it, new information that comes in, accounts "
                            "that are linked to it, and attempts that were refused. Where it says \u{201c}You\u{201d}, it was done from your "
                            "own account, for your own health. An event cannot be changed or taken away without that being noticed."
                        </p>
                        <p>
                            "It does not show who looks at your record in the computers of your GP practice, a hospital or a pharmacy. "
                            "To know that, ask them."
                        </p>
                    </Details>
                </Section>
            </div>
        }
    })
    .await
}

/// What stands beside the list: whom it can be narrowed to, and whether somebody new is told of.
async fn beside(ctx: &Ctx, person: PersonId) -> Result<(Visitors, bool), Failure> {
    let activity = &ctx.services().activity;
    Ok((activity.visitors(&ctx.actor(), person).await?, activity.is_told_of_visitors(&ctx.actor(), person).await?))
}

/// The choice of what the list shows: a plain form that makes an address.
#[component]
fn Choose(asked: Asked, visitors: Visitors) -> impl IntoView {
    let mut by = vec![
        Choice::new("", "Anybody"),
        Choice::new(By::You.to_string(), "You"),
        Choice::new(By::Carers.to_string(), "People who act for you"),
        Choice::new(By::Teams.to_string(), "Care teams"),
        Choice::new(By::Service.to_string(), "The service, and whoever was not signed in"),
    ];
    by.extend(visitors.carers.into_iter().map(|(id, name)| Choice::new(By::Relationship(id).to_string(), name)));
    by.extend(
        visitors
            .organisations
            .into_iter()
            .map(|(id, name)| Choice::new(By::Organisation(id).to_string(), name).hint("Everybody there")),
    );
    by.extend(visitors.members.into_iter().map(|(id, name)| Choice::new(By::Member(id).to_string(), name)));
    let kinds = std::iter::once(Choice::new("", "Anything"))
        .chain(Kind::ALL.into_iter().map(|kind| Choice::new(kind.code(), words::kind_of_act(kind))))
        .collect();
    let periods = PERIODS.into_iter().map(|(days, words)| Choice::new(days, words)).collect();
    let open = asked.by.is_some() || asked.kind.is_some() || asked.days.is_some();
    let (who, what) = (asked.by.map(|by| by.to_string()), asked.kind.map(|kind| kind.code().to_owned()));
    let when = asked.days.map(|days| days.to_string());
    view! {
        <Details summary="Choose what to see" open=open>
            <form class="sh-form" method="get" action="/activity">
                <Radios id="by" legend_text="Who" choices=by value=who.unwrap_or_default() />
                <Radios id="kind" legend_text="What they did" choices=kinds value=what.unwrap_or_default() />
                <Radios id="days" legend_text="When" choices=periods value=when.unwrap_or_default() />
                {asked.own.then(|| view! { <input type="hidden" name="own" value="yes" /> })}
                <Button kind=ButtonKind::Secondary>"Show these"</Button>
            </form>
            {open.then(|| view! { <p class="sh-screen-only"><a href="/activity">"Show everything again"</a></p> })}
        </Details>
    }
}

/// Whether the person is told by mail when somebody new looks, and the button that changes it.
#[component]
fn Telling(told: bool) -> impl IntoView {
    let (said, value, button) = if told {
        ("We write to you when somebody looks at your record who never did before.", "no", "Stop writing to me")
    } else {
        ("We do not write to you when somebody looks at your record who never did before.", "yes", "Write to me")
    };
    view! {
        <Details summary="When somebody new looks">
            <p>{said} " The mail does not say who it was, or anything about your health."</p>
            <Form action="/activity/tell">
                <Button kind=ButtonKind::Secondary name="tell" value=value>{button}</Button>
            </Form>
        </Details>
    }
}

#[component]
fn Day(items: Vec<Seen>) -> impl IntoView {
    let items = together(items).into_iter().map(line).collect();
    view! { <ActivityList items=items /> }
}

/// Acts that are one line: the newest of them, the time of the oldest, and how many there were.
struct Together {
    newest: Seen,
    first: String,
    /// How many of each part: a page that shows the current and the past part of a list is one look, though each part is
    /// written down by itself.
    parts: BTreeMap<String, usize>,
}

impl Together {
    fn times(&self) -> usize {
        self.parts.values().copied().max().unwrap_or(1)
    }
}

fn line(group: Together) -> ActivityItem {
    let times = group.times();
    let Together { newest: item, first, .. } = group;
    let last = words::clock(item.at);
    let when = if first == last { last.clone() } else { format!("{first} to {last}") };
    let many = if times > 1 { format!(", {times} times") } else { String::new() };
    let line = ActivityItem::new(when, words::who(&item.actor), format!("{}{many}", words::what(&item)));
    let line = if item.actor == ActorSeen::You { line } else { line.why(words::why(item.purpose)) };
    let about = format!(" that was opened at {last}");
    let entry = item.detail.get("entry").and_then(|id| id.parse::<EntryId>().ok()).map(|id| {
        view! {
            <a class="sh-screen-only" href=routes::entry(id)>"See the entry"<span class="nhsuk-u-visually-hidden">{about}</span></a>
        }
    });
    let about = format!(" from {last}");
    let ask = (item.actor != ActorSeen::You).then(|| {
        view! {
            <a class="sh-screen-only" href=format!("/activity/{}/query", item.seq)>
                "I do not recognise this"<span class="nhsuk-u-visually-hidden">{about}</span>
            </a>
        }
    });
    match (entry, ask) {
        (None, None) => line,
        (Some(entry), None) => line.act(entry),
        (None, Some(ask)) => line.act(ask),
        (Some(entry), Some(ask)) => line.act(view! { {entry} <br /> {ask} }),
    }
}

/// The same act by the same actor on one day is one line, where the newest of them stands.
fn together(items: Vec<Seen>) -> Vec<Together> {
    let same = |a: &Seen, b: &Seen| {
        a.actor == b.actor
            && a.action == b.action
            && a.purpose == b.purpose
            && a.detail.get("entry") == b.detail.get("entry")
            && words::what(a) == words::what(b)
    };
    let mut lines: Vec<Together> = Vec::new();
    for item in items {
        let part = item.detail.get("which").cloned().unwrap_or_default();
        match lines.iter_mut().find(|line| same(&line.newest, &item)) {
            Some(line) => {
                line.first = words::clock(item.at);
                *line.parts.entry(part).or_default() += 1;
            }
            None => lines.push(Together { first: words::clock(item.at), newest: item, parts: BTreeMap::from([(part, 1)]) }),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use domain::audit::{Action, Basis, Purpose};

    fn read(seq: i64, at: &str, page: &str, entry: Option<&str>) -> Seen {
        let mut detail = BTreeMap::from([("page".to_owned(), page.to_owned())]);
        detail.extend(entry.map(|entry| ("entry".to_owned(), entry.to_owned())));
        Seen {
            seq,
            id: domain::AuditEventId::from_uuid(uuid::Uuid::nil()),
            at: DateTime::parse_from_rfc3339(at).unwrap().to_utc(),
            actor: ActorSeen::You,
            action: Action::Read,
            basis: Basis::Own,
            purpose: Purpose::OwnCare,
            detail,
        }
    }

    #[test]
    fn events_are_grouped_by_the_day_in_london_and_keep_their_order() {
        let items = vec![
            read(3, "2026-07-02T09:00:00Z", "overview", None),
            read(2, "2026-07-01T23:30:00Z", "overview", None),
            read(1, "2026-07-01T22:30:00Z", "overview", None),
        ];
        let days: Vec<(String, Vec<i64>)> = by_day(items, |one| one.at)
            .into_iter()
            .map(|(day, items)| (day.to_string(), items.iter().map(|item| item.seq).collect()))
            .collect();
        assert_eq!(days, [("2026-07-02".to_owned(), vec![3, 2]), ("2026-07-01".to_owned(), vec![1])]);
    }

    #[test]
    fn the_current_and_the_past_part_of_a_list_are_one_look() {
        let part = |seq, which: &str| {
            let mut item = read(seq, "2026-07-02T09:00:10Z", "list", None);
            item.detail.extend([("category".to_owned(), "medicines".to_owned()), ("which".to_owned(), which.to_owned())]);
            item
        };
        let once = together(vec![part(2, "past"), part(1, "current")]);
        assert_eq!(once.iter().map(Together::times).collect::<Vec<_>>(), [1]);
        let twice = together(vec![part(4, "past"), part(3, "current"), part(2, "past"), part(1, "current")]);
        assert_eq!(twice.iter().map(Together::times).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn the_same_look_on_one_day_is_one_line_and_another_entry_or_person_is_not() {
        let other = Seen { actor: ActorSeen::Operator, ..read(6, "2026-07-02T09:00:55Z", "overview", None) };
        let items = vec![
            other,
            read(5, "2026-07-02T09:00:50Z", "overview", None),
            read(4, "2026-07-02T08:59:30Z", "entry", Some("a")),
            read(3, "2026-07-02T08:59:00Z", "overview", None),
            read(2, "2026-07-02T08:59:00Z", "entry", Some("b")),
            read(1, "2026-07-02T08:58:00Z", "overview", None),
        ];
        let lines: Vec<(i64, usize, String)> =
            together(items).into_iter().map(|line| (line.newest.seq, line.times(), line.first.clone())).collect();
        let line = |seq, times, first: &str| (seq, times, first.to_owned());
        assert_eq!(lines, [line(6, 1, "10am"), line(5, 3, "9:58am"), line(4, 1, "9:59am"), line(2, 1, "9:59am")]);
    }

    #[test]
    fn an_address_says_what_the_list_shows_and_nonsense_is_passed_over() {
        let asked = Asked::read(Some("by=carers&kind=looked&days=30&own=yes&before=7"));
        assert_eq!(asked.address(), "/activity?by=carers&kind=looked&days=30&own=yes&before=7");
        assert_eq!(Asked::read(Some("by=carers%25&kind=x&days=-1&own=1&before=0")), Asked::default());
        assert_eq!(Asked::default().address(), "/activity");
    }
}
