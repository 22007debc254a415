//! Who has looked at my record.

use crate::ctx::{Answer, Ctx, Head};
use crate::routes;
use crate::shell::Place;
use crate::ui::{ActivityItem, ActivityList, Details, EmptyState, IconName, PageHeading, Pagination, Section};
use crate::words;
use axum::extract::RawQuery;
use chrono::NaiveDate;
use domain::EntryId;
use domain::when::london_day;
use leptos::prelude::*;
use service::activity::{ActivityItem as Seen, ActorSeen};
use std::collections::BTreeMap;

/// The list, newest first, a section for each day.
pub async fn show(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let query: BTreeMap<String, String> = query.and_then(|query| serde_urlencoded::from_str(&query).ok()).unwrap_or_default();
    let before = query.get("before").and_then(|before| before.parse::<i64>().ok()).filter(|before| *before > 0);
    let (items, next) = ctx.services().activity.of_record(&ctx.actor(), ctx.person()?, before).await?;
    let today = london_day(ctx.services().core.now());
    let older = next.map(|next| format!("/activity?before={next}"));
    let newer = before.map(|_| "/activity");
    ctx.page(Head::new("Who has looked at your record", Place::Activity), || {
        let list = if items.is_empty() {
            view! {
                <EmptyState title="Nothing here" icon=IconName::Eye>
                    <p>"There is nothing older than this."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            by_day(items)
                .into_iter()
                .map(|(day, items)| view! { <Section title=words::day_heading(day, today)><Day items /></Section> })
                .collect_view()
                .into_any()
        };
        view! {
            <PageHeading
                title="Who has looked at your record"
                lead="Every time somebody opens, changes or copies your record here, it is written down."
            />
            <Details summary="I do not recognise something">
                <p>
                    "If it says \u{201c}You\u{201d} and it was not you, " <a href="/account/sign-ins">"see where you are signed in"</a>
                    ", end what you do not know, and " <a href="/account/password">"change your password"</a> "."
                </p>
                <p>"If it was somebody else, tell your GP practice the day and the time. They can find out more and will tell you."</p>
            </Details>
            <Details summary="What this list shows, and what it does not">
                <p>
                    "It shows what happens in Selfheal: looks at your record, copies of it, new information that comes in, and accounts "
                    "that are linked to it. Where it says \u{201c}You\u{201d}, it was done from your own account, for your own health. "
                    "An event cannot be changed or taken away without that being noticed."
                </p>
                <p>
                    "It does not show who looks at your record in the computers of your GP practice, a hospital or a pharmacy. "
                    "To know that, ask them."
                </p>
            </Details>
            {list}
            <Pagination newer=newer older=older />
        }
    })
    .await
}

#[component]
fn Day(items: Vec<Seen>) -> impl IntoView {
    let items = together(items)
        .into_iter()
        .map(|(item, times)| {
            let times = if times > 1 { format!(", {times} times") } else { String::new() };
            let line = ActivityItem::new(words::clock(item.at), words::who(item.actor), format!("{}{times}", words::what(&item)));
            let line = if item.actor == ActorSeen::You { line } else { line.why(words::why(item.purpose)) };
            match item.detail.get("entry").and_then(|id| id.parse::<EntryId>().ok()) {
                Some(id) => {
                    let about = format!(" that was opened at {}", words::clock(item.at));
                    line.act(view! {
                        <a href=routes::entry(id)>"See the entry"<span class="nhsuk-u-visually-hidden">{about}</span></a>
                    })
                }
                None => line,
            }
        })
        .collect();
    view! { <ActivityList items=items /> }
}

/// Events in the order in which they came, a group for each day in Europe/London.
fn by_day(items: Vec<Seen>) -> Vec<(NaiveDate, Vec<Seen>)> {
    let mut days: Vec<(NaiveDate, Vec<Seen>)> = Vec::new();
    for item in items {
        let day = london_day(item.at);
        match days.last_mut() {
            Some((last, group)) if *last == day => group.push(item),
            _ => days.push((day, vec![item])),
        }
    }
    days
}

/// The same act by the same actor within the same minute is one line with how many times. A page that shows the current
/// and the past part of a list is one look, though each part is written down by itself.
fn together(items: Vec<Seen>) -> Vec<(Seen, usize)> {
    let same = |a: &Seen, b: &Seen| {
        a.actor == b.actor
            && a.action == b.action
            && a.purpose == b.purpose
            && a.detail.get("entry") == b.detail.get("entry")
            && words::what(a) == words::what(b)
            && words::clock(a.at) == words::clock(b.at)
    };
    let mut lines: Vec<(Seen, usize)> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some((last, times)) if same(last, &item) => {
                *times += usize::from(last.detail.get("which") == item.detail.get("which"));
            }
            _ => lines.push((item, 1)),
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
        let days: Vec<(String, Vec<i64>)> = by_day(items)
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
        assert_eq!(once.iter().map(|(_, times)| *times).collect::<Vec<_>>(), [1]);
        let twice = together(vec![part(4, "past"), part(3, "current"), part(2, "past"), part(1, "current")]);
        assert_eq!(twice.iter().map(|(_, times)| *times).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn the_same_look_within_a_minute_is_one_line_and_another_entry_is_not() {
        let items = vec![
            read(5, "2026-07-02T09:00:50Z", "overview", None),
            read(4, "2026-07-02T09:00:10Z", "overview", None),
            read(3, "2026-07-02T08:59:00Z", "overview", None),
            read(2, "2026-07-02T08:59:00Z", "entry", Some("a")),
            read(1, "2026-07-02T08:59:00Z", "entry", Some("b")),
        ];
        let lines: Vec<(i64, usize)> = together(items).into_iter().map(|(item, times)| (item.seq, times)).collect();
        assert_eq!(lines, [(5, 2), (3, 1), (2, 1), (1, 1)]);
    }
}
