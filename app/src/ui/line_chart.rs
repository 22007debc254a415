//! Values over time, drawn by the server.

use super::{Example, Words};
use domain::reading::{Axis, Point};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// How high the picture is, in pixels; its width is that of the page.
const HEIGHT: i64 = 260;
/// Where the lowest and the highest mark stand.
const BOTTOM: i64 = 220;
const TOP: i64 = 14;
/// The part of the width that the numbers beside the axis have, in thousandths: short ones, those with more characters than
/// [`SHORT`], and words, with more than [`LONG`].
const BESIDE: (i64, i64, i64) = (140, 220, 280);
const SHORT: usize = 5;
const LONG: usize = 8;
/// What a line of words needs.
const ROOM: i64 = 20;
/// What a character of large print has of the width of a picture on the narrowest phone, and what stays free between two words there, in
/// thousandths: 14 pixels of 288, for the widest of the typefaces that screens bring along.
const LETTER: i64 = 48;
const APART: i64 = 10;
/// With more values than these, a line has no dot at each: they would lie on each other on a phone.
const DOTS: usize = 40;
/// How wide a bar is that stands for no stretch of time, in thousandths.
const WIDE: i64 = 40;
/// The inner picture counts in thousandths of its width.
const ACROSS: i64 = 1000;
/// What stays free of the whole width behind it, in thousandths: half of a dot, so that the last one is not at the edge of the page.
const BEHIND: i64 = 20;

/// How values are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strokes {
    /// A point for each, joined by a line.
    Line,
    /// The same as squares and dashes, so that two series differ by more than colour.
    Dashes,
    /// A bar from the foot of the picture.
    Bars,
    /// The same behind other bars, up to the highest of what they stand for.
    PaleBars,
    /// A thin bar from the lowest to the highest.
    Between,
    /// The same of a second series.
    BetweenSecond,
}

/// Values of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// How they are drawn.
    pub strokes: Strokes,
    /// The values, in the order of time.
    pub points: Vec<Point>,
}

/// A value of which only a limit is known: an open triangle on that side of it, apart from the line of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// When; in the unit of the points.
    pub at: i64,
    /// The number.
    pub value: i64,
    /// It is less than the number; else more.
    pub below: bool,
    /// It belongs to the second series, and is drawn in the colour of that.
    pub second: bool,
}

/// A spot of a chart that can be read: when, how high it stands, and what is said there.
pub type Spot = (i64, i64, String);

/// A line chart or bar chart. Whatever it shows, the page says in words and in a table as well.
///
/// The picture has no width of its own: lines are drawn in a stretched inner picture whose strokes are not stretched, and
/// numbers are placed in percent, so that they are as large as the words around them on every screen.
#[component]
pub fn LineChart(
    /// Where it begins and ends; in the unit of the points.
    span: (i64, i64),
    /// The values.
    series: Vec<Series>,
    /// The values of which only a limit is known.
    #[prop(optional)]
    limits: Vec<Limit>,
    /// The smallest step of its axis.
    finest: i64,
    /// How a value is written beside the axis.
    label: fn(i64) -> String,
    /// Moments below the picture, with their words.
    moments: Vec<(i64, String)>,
    /// Where values are wanted: from where to where, each end where there is one.
    #[prop(optional)]
    bands: Vec<(Option<i64>, Option<i64>)>,
    /// Where values begin to mean something else: a line across at each, and its number beside the axis. None of them is wanted.
    #[prop(optional)]
    levels: Vec<i64>,
    /// The stretch of time for which a bar stands; in the unit of the points.
    #[prop(optional)]
    bar_for: i64,
    /// The moments before which lines are broken, because values are missing there.
    #[prop(optional)]
    gaps: Vec<i64>,
    /// Its spots, in the order of time, for whoever reads them one by one: with script, inside of a
    /// [`ChartView`](crate::islands::chart_view::ChartView).
    #[prop(optional)]
    spots: Vec<Spot>,
    /// What it shows, where it stands above another.
    #[prop(optional, into)]
    title: Words,
    /// What it is called by whoever reads it spot by spot, where a heading above says it already.
    #[prop(optional, into)]
    name: Words,
    /// All of it in one sentence.
    #[prop(into)]
    words: String,
) -> impl IntoView {
    let bars = series.iter().any(|one| one.strokes == Strokes::Bars);
    let all = || series.iter().flat_map(|one| &one.points);
    let ends = || bands.iter().flat_map(|(low, high)| [*low, *high]).flatten();
    let marked = || ends().chain(levels.iter().copied());
    let limited = || limits.iter().map(|limit| limit.value);
    let low = all().map(|point| point.low).chain(limited()).chain(marked()).min().unwrap_or_default();
    let high = all().map(|point| point.high).chain(limited()).chain(marked()).max().unwrap_or_default();
    // Where two lines share the picture, a band with one end would lie under the other number too, and a narrow one would leave out
    // what is well within it: there it is its end alone.
    let has = |strokes: Strokes| series.iter().any(|one| one.strokes == strokes && !one.points.is_empty());
    let shared = has(Strokes::Line) && has(Strokes::Dashes);
    let (low, high) = if shared { (low, high) } else { with_room(&bands, low, high, finest) };
    let axis = Axis::around(if bars { low.min(0) } else { low }, high, finest);
    // The lowest of two lines do not lie on the foot, whose number may give way to that of a target.
    let axis = if shared && low > 0 && low == axis.low { Axis { low: axis.low - axis.step, ..axis } } else { axis };
    let longest = axis.marks().map(|mark| label(mark).chars().count()).max().unwrap_or_default();
    let beside = if longest <= SHORT {
        BESIDE.0
    } else if longest <= LONG {
        BESIDE.1
    } else {
        BESIDE.2
    };
    let (left, across) = (percent(beside), percent(inside(beside)));
    let (place, whole) = (Place { span, axis, bar_for }, percent(ACROSS - beside));
    let wanted = bands.iter().map(|(low, high)| {
        let (low, high) = (low.map(|low| place.y(low)), high.map(|high| place.y(high)));
        let (foot, top) = (low.unwrap_or(BOTTOM), high.unwrap_or(TOP));
        let is_filled = !shared || (low.is_some() && high.is_some());
        let band = is_filled.then(|| {
            view! { <rect class="sh-chart__band" x=left.clone() y=top width=whole.clone() height=(foot - top).max(0) /> }
        });
        // Its ends are lines, so that it differs by more than colour.
        let ends = [low, high].into_iter().flatten();
        let ends = ends.map(|y| view! { <line class="sh-chart__end" x1=left.clone() x2="100%" y1=y y2=y /> }).collect_view();
        view! { {band} {ends} }
    });
    let wanted = wanted.collect_view();
    let begins = levels.iter().map(|level| {
        let y = place.y(*level);
        view! { <line class="sh-chart__level" x1=left.clone() x2="100%" y1=y y2=y /> }
    });
    let begins = begins.collect_view();
    // Both stand beside the axis as well, instead of whatever mark they would lie on.
    let wanted_at = ends().map(|end| (place.y(end), end, "sh-chart__label sh-chart__label--wanted"));
    let begins_at = levels.iter().map(|level| (place.y(*level), *level, "sh-chart__label sh-chart__label--level"));
    let mut named: Vec<(i64, i64, &'static str)> = wanted_at.chain(begins_at).collect();
    named.sort_unstable();
    named.dedup_by(|next, one| next.0 - one.0 < ROOM);
    let lines = axis.marks().map(|mark| {
        let y = place.y(mark);
        let free = named.iter().all(|(other, ..)| (other - y).abs() >= ROOM);
        let label = free.then(|| view! { <text class="sh-chart__label" x="0" y=y + 5>{label(mark)}</text> });
        view! { <line class="sh-chart__grid" x1=left.clone() x2="100%" y1=y y2=y /> {label} }
    });
    let lines = lines.collect_view();
    let named = named.into_iter().map(|(y, at, class)| view! { <text class=class x="0" y=y + 5>{label(at)}</text> });
    let named = named.collect_view();
    let moments: Vec<Moment> = moments.into_iter().map(|(at, words)| place.moment(beside, at, words)).collect();
    let crowded = crowded(&moments);
    let moments = moments.into_iter().enumerate().map(|(at, moment)| moment.drawn(beside, crowded.contains(&at))).collect_view();
    let drawn = series.iter().map(|one| place.drawn(one, &gaps)).collect_view();
    let limits = limits.iter().map(|limit| place.limit(beside, *limit)).collect_view();
    // One line for each: how far across in thousandths of the whole width, how high, and the words.
    let spots = (!spots.is_empty()).then(|| {
        let lines = spots.iter().map(|(at, value, words)| format!("{} {} {words}", place.of_whole(beside, *at), place.y(*value)));
        lines.collect::<Vec<_>>().join("\n")
    });
    let cursor = spots.is_some().then(|| {
        view! {
            <line class="sh-chart__cursor" y1=TOP y2=BOTTOM visibility="hidden" />
            <circle class="sh-chart__ring" r="8" visibility="hidden" />
        }
    });
    let read = spots.is_some().then(|| {
        view! { <p class="sh-chart__read" aria-live="polite" hidden=true>"Tap the chart or use the arrow keys to read it."</p> }
    });
    let name = name.0.or_else(|| title.0.clone()).unwrap_or_else(|| "Chart".to_owned());
    view! {
        <figure class="sh-chart">
            {title.0.map(|title| view! { <p class="sh-chart__title">{title}</p> })}
            <div class="sh-chart__plot" data-name=name data-spots=spots>
                <svg width="100%" height=HEIGHT aria-hidden="true" focusable="false">
                    {wanted}
                    {begins}
                    {lines}
                    <svg x=left y="0" width=across height=HEIGHT viewBox=format!("0 0 {ACROSS} {HEIGHT}") preserveAspectRatio="none"
                        aria-hidden="true"
                        focusable="false">
                        {drawn}
                    </svg>
                    {limits}
                    {named}
                    {moments}
                    {cursor}
                </svg>
            </div>
            {read}
            <figcaption>{words}</figcaption>
        </figure>
    }
}

/// The lowest and the highest number of a picture, with room for a band that is open where the picture would end: "up to 5" is seen
/// below values that are all more.
fn with_room(bands: &[(Option<i64>, Option<i64>)], low: i64, high: i64, finest: i64) -> (i64, i64) {
    let room = ((high - low) / 4).max(finest);
    let ends_at = |end: i64, edge: i64| if end == edge { room } else { 0 };
    let below = bands.iter().map(|band| if let (None, Some(end)) = *band { ends_at(end, low) } else { 0 });
    let above = bands.iter().map(|band| if let (Some(end), None) = *band { ends_at(end, high) } else { 0 });
    let lower = low - below.max().unwrap_or_default();
    // What is not below nought gets no room below it.
    (if low >= 0 { lower.max(0) } else { lower }, high + above.max().unwrap_or_default())
}

/// How wide the inner picture is where the numbers have so much of the width, in thousandths of the whole.
const fn inside(beside: i64) -> i64 {
    ACROSS - beside - BEHIND
}

fn percent(thousandths: i64) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

struct Place {
    span: (i64, i64),
    axis: Axis,
    bar_for: i64,
}

impl Place {
    fn x(&self, at: i64) -> i64 {
        let width = (self.span.1 - self.span.0).max(1);
        ((at - self.span.0) * ACROSS / width).clamp(0, ACROSS)
    }

    /// How far across that is in thousandths of the whole width, of which the numbers have so much.
    fn of_whole(&self, beside: i64, at: i64) -> i64 {
        beside + self.x(at) * inside(beside) / ACROSS
    }

    fn y(&self, value: i64) -> i64 {
        let height = (self.axis.high - self.axis.low).max(1);
        BOTTOM - (value - self.axis.low) * (BOTTOM - TOP) / height
    }

    /// The words of a moment below the picture, whose numbers have so much of the width.
    fn moment(&self, beside: i64, at: i64, words: String) -> Moment {
        let x = self.of_whole(beside, at);
        // The first begins and the last ends where the picture does.
        let (x, anchor) = if x < beside + 100 {
            (x, "start")
        } else if x > 900 - BEHIND {
            (x + BEHIND, "end")
        } else {
            (x, "middle")
        };
        Moment { x, anchor, words }
    }

    /// A triangle that points to where a value is of which only a limit is known: in a picture of its own, so that it is not stretched.
    fn limit(&self, beside: i64, limit: Limit) -> AnyView {
        let x = percent(self.of_whole(beside, limit.at));
        let path = if limit.below { "M-6 0H6L0 10Z" } else { "M-6 0H6L0-10Z" };
        // As the line to which it belongs.
        let class = if limit.second { "sh-chart__limit sh-chart__limit--second" } else { "sh-chart__limit" };
        view! {
            <svg x=x y=self.y(limit.value) width="1" height="1" aria-hidden="true" focusable="false">
                <path class=class d=path />
            </svg>
        }
        .into_any()
    }

    fn drawn(&self, series: &Series, gaps: &[i64]) -> AnyView {
        let each = |part: &dyn Fn(&Point) -> String| series.points.iter().map(part).collect::<String>();
        match series.strokes {
            Strokes::Between | Strokes::BetweenSecond => {
                let path = each(&|point| format!("M{} {}V{}", self.x(point.at), self.y(point.low), self.y(point.high)));
                let class = match series.strokes {
                    Strokes::BetweenSecond => "sh-chart__between sh-chart__between--second",
                    _ => "sh-chart__between",
                };
                view! { <path class=class d=path /> }.into_any()
            }
            Strokes::Bars | Strokes::PaleBars => {
                let whole = (self.span.1 - self.span.0).max(1);
                // A little narrower than its time, so that two stand apart.
                let wide = if self.bar_for > 0 { (self.bar_for * ACROSS * 3 / (whole * 4)).clamp(2, ACROSS) } else { WIDE };
                let path = each(&|point| {
                    let left = (self.x(point.at) - wide / 2).clamp(0, ACROSS - wide);
                    format!("M{left} {}V{}h{wide}V{}Z", self.y(0), self.y(point.high), self.y(0))
                });
                let class = match series.strokes {
                    Strokes::PaleBars => "sh-chart__bars sh-chart__bars--pale",
                    _ => "sh-chart__bars",
                };
                view! { <path class=class d=path /> }.into_any()
            }
            Strokes::Line | Strokes::Dashes => {
                let dashed = series.strokes == Strokes::Dashes;
                let parts = parts(&series.points, gaps);
                let line = parts.iter().flat_map(|part| {
                    part.iter().enumerate().map(|(at, point)| {
                        format!("{}{} {}", if at == 0 { 'M' } else { 'L' }, self.x(point.at), self.y(point.high))
                    })
                });
                let line = line.collect::<String>();
                // A line of no length with a round end is a dot that is round however the picture is stretched; a value alone between
                // two gaps is one always.
                let few = series.points.len() <= DOTS;
                let dots = parts.iter().filter(|part| few || part.len() == 1).flat_map(|part| part.iter());
                let dots = dots.map(|point| format!("M{} {}h0", self.x(point.at), self.y(point.high))).collect::<String>();
                let (class, dot) = if dashed {
                    ("sh-chart__line sh-chart__line--second", "sh-chart__dots sh-chart__dots--second")
                } else {
                    ("sh-chart__line", "sh-chart__dots")
                };
                view! { <path class=class d=line /> <path class=dot d=dots /> }.into_any()
            }
        }
    }
}

/// The words of a moment: where they stand in the whole picture, in thousandths, what of them stands there, and what they say.
struct Moment {
    x: i64,
    anchor: &'static str,
    words: String,
}

impl Moment {
    /// From where to where they reach in large print on the narrowest phone.
    fn reach(&self) -> (i64, i64) {
        let wide = LETTER * i64::try_from(self.words.chars().count()).unwrap_or_default();
        let from = match self.anchor {
            "start" => self.x,
            "end" => self.x - wide,
            _ => self.x - wide / 2,
        };
        (from, from + wide)
    }

    /// Below the picture, whose numbers have so much of the width; `crowded` where large print has no room for them on a phone.
    fn drawn(self, beside: i64, crowded: bool) -> AnyView {
        // Between two others there is no room on the narrowest phone where the axis has long numbers.
        let spare = self.anchor == "middle" && beside > BESIDE.0;
        let class = [("sh-chart__label--spare", spare), ("sh-chart__label--crowded", crowded)];
        let class = class.into_iter().filter(|(_, is_so)| *is_so).map(|(class, _)| format!(" {class}")).collect::<String>();
        let class = format!("sh-chart__label sh-chart__label--moment{class}");
        view! { <text class=class x=percent(self.x) y=HEIGHT - 10 text-anchor=self.anchor>{self.words}</text> }.into_any()
    }
}

/// Which of the words below a picture would lie on others in large print on the narrowest phone: the last stay in any case, the first where
/// they leave these room, and those between where both do.
fn crowded(moments: &[Moment]) -> BTreeSet<usize> {
    let (mut kept, mut crowded) = (Vec::<(i64, i64)>::new(), BTreeSet::new());
    let last = moments.iter().enumerate().rev().take(1);
    for (at, moment) in last.chain(moments.iter().enumerate().take(moments.len().saturating_sub(1))) {
        let (from, until) = moment.reach();
        if kept.iter().all(|(begin, end)| until + APART <= *begin || end + APART <= from) {
            kept.push((from, until));
        } else {
            crowded.insert(at);
        }
    }
    crowded
}

/// The points between one gap and the next; both are in the order of time.
fn parts<'a>(points: &'a [Point], gaps: &[i64]) -> Vec<&'a [Point]> {
    let next_gap = |at: i64| gaps.get(gaps.partition_point(|gap| *gap <= at));
    points.chunk_by(|one, next| next_gap(one.at).is_none_or(|gap| *gap > next.at)).collect()
}

/// The states of the chart.
pub fn examples() -> Vec<Example> {
    fn whole(value: i64) -> String {
        value.to_string()
    }
    const fn at(at: i64, value: i64) -> Point {
        Point { at, low: value, high: value }
    }
    fn points(values: &[i64]) -> Vec<Point> {
        values.iter().zip(0..).map(|(value, moment)| at(moment, *value)).collect()
    }
    vec![
        Example {
            name: "Two lines",
            view: || {
                view! {
                    <LineChart
                        span=(0, 6)
                        series=vec![
                            Series { strokes: Strokes::Line, points: points(&[142, 138, 150, 141, 136, 139]) },
                            Series { strokes: Strokes::Dashes, points: points(&[88, 84, 91, 86, 82, 85]) },
                        ]
                        finest=1
                        label=whole
                        moments=vec![(0, "23 Nov".to_owned()), (3, "26 Nov".to_owned()), (6, "29 Nov".to_owned())]
                        words="Your average of 6 readings is 141/86 mmHg"
                    />
                }
                .into_any()
            },
        },
        Example {
            name: "With days missing, below another",
            view: || {
                let read = |at: i64, value: i64| (at, value, format!("Day {at}: {value} kg"));
                view! {
                    <LineChart
                        span=(0, 8)
                        series=vec![Series { strokes: Strokes::Line, points: vec![at(0, 71), at(1, 72), at(5, 69), at(7, 70), at(8, 70)] }]
                        finest=1
                        label=whole
                        moments=vec![(0, "23 Nov".to_owned()), (8, "1 Dec".to_owned())]
                        gaps=vec![5, 7]
                        spots=vec![read(0, 71), read(1, 72), read(5, 69), read(7, 70), read(8, 70)]
                        title="Weight (kg)"
                        words="Your average of 5 days is 70.4 kg"
                    />
                }
                .into_any()
            },
        },
        Example {
            name: "A target",
            view: || {
                view! {
                    <LineChart
                        span=(0, 6)
                        series=vec![Series { strokes: Strokes::Line, points: points(&[71, 68, 95, 88, 62, 75]) }]
                        finest=1
                        label=whole
                        moments=vec![(0, "23 Nov".to_owned()), (6, "29 Nov".to_owned())]
                        bands=vec![(Some(40), Some(90))]
                        words="The target is 40 to 90: 5 of 6 readings are in it. The green band shows it."
                    />
                }
                .into_any()
            },
        },
        Example {
            name: "Two lines with a target for each",
            view: || {
                view! {
                    <LineChart
                        span=(0, 6)
                        series=vec![
                            Series { strokes: Strokes::Line, points: points(&[142, 138, 150, 131, 128, 129]) },
                            Series { strokes: Strokes::Dashes, points: points(&[88, 84, 91, 86, 82, 79]) },
                        ]
                        finest=1
                        label=whole
                        moments=vec![(0, "23 Nov".to_owned()), (6, "29 Nov".to_owned())]
                        bands=vec![(None, Some(135)), (None, Some(85))]
                        words="The target is below 135 over 85: 2 of 6 readings are in it. The green marks show it, one for each number."
                    />
                }
                .into_any()
            },
        },
        Example {
            name: "Bars",
            view: || {
                view! {
                    <LineChart
                        span=(-1, 7)
                        series=vec![Series { strokes: Strokes::Bars, points: points(&[4200, 8100, 0, 6400, 9800, 7000, 5100]) }]
                        finest=1
                        label=whole
                        moments=vec![(0, "23 Nov".to_owned()), (6, "29 Nov".to_owned())]
                        words="Your average is 5,800 steps a day"
                    />
                }
                .into_any()
            },
        },
        Example {
            name: "Bars and where a meaning begins",
            view: || {
                view! {
                    <LineChart
                        span=(-1, 7)
                        series=vec![Series { strokes: Strokes::Bars, points: vec![at(0, 14), at(3, 9), at(6, 6)] }]
                        finest=1
                        label=whole
                        moments=vec![(0, "3 Aug 2026".to_owned()), (6, "2 Nov 2026".to_owned())]
                        levels=vec![5, 10, 15, 20]
                        words="The newest score is 6. Each line shows where a score begins to mean something else: from 5, 10, 15 and 20."
                    />
                }
                .into_any()
            },
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_broken_where_values_are_missing() {
        let points: Vec<Point> = [0, 1, 5, 7, 8].map(|at| Point { at, low: 1, high: 1 }).to_vec();
        let lengths = |gaps: &[i64]| parts(&points, gaps).iter().map(|part| part.len()).collect::<Vec<_>>();
        assert_eq!(lengths(&[]), [5]);
        assert_eq!(lengths(&[5, 7]), [2, 1, 2]);
        // Of thinned points the one after a gap may be gone: the line is broken all the same.
        assert_eq!(lengths(&[3]), [2, 3]);
        assert!(parts(&[], &[3]).is_empty());
    }

    #[test]
    fn everything_is_drawn_within_the_picture() {
        let place = Place { span: (0, 100), axis: Axis::around(-3, 980, 1), bar_for: 1 };
        for at in [i64::MIN / 4096, -1, 0, 50, 100, 1000] {
            assert!((0..=ACROSS).contains(&place.x(at)), "{at}");
        }
        for value in [-3, 0, 500, 980] {
            assert!((TOP..=BOTTOM).contains(&place.y(value)), "{value}");
        }
        assert!(place.y(980) < place.y(-3), "more is higher");
    }

    #[test]
    fn the_last_dot_of_a_picture_is_not_at_its_edge_and_the_lowest_of_two_lines_not_at_its_foot() {
        let place = Place { span: (0, 100), axis: Axis::around(-3, 980, 1), bar_for: 0 };
        for beside in [BESIDE.0, BESIDE.1, BESIDE.2] {
            assert_eq!((place.of_whole(beside, 0), place.of_whole(beside, 100)), (beside, ACROSS - BEHIND));
            assert_eq!(place.moment(beside, 100, String::new()).x, ACROSS, "the last words end where the page does");
        }
        let points =
            |values: [i64; 2]| values.iter().zip(0..).map(|(value, at)| Point { at, low: *value, high: *value }).collect();
        let picture = view! {
            <LineChart
                span=(0, 2)
                series=vec![
                    Series { strokes: Strokes::Line, points: points([140, 180]) },
                    Series { strokes: Strokes::Dashes, points: points([80, 90]) },
                ]
                finest=1
                label=|value| value.to_string()
                moments=Vec::new()
                bands=vec![(None, Some(135)), (None, Some(85))]
                words="Two readings"
            />
        };
        let html = picture.to_html();
        let dots = html.split("<path").find(|path| path.contains("sh-chart__dots--second")).unwrap();
        let dots = dots.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        let heights = dots.split('M').skip(1).map(|dot| dot.split([' ', 'h']).nth(1).unwrap().parse::<i64>().unwrap());
        assert!(heights.max().unwrap() <= BOTTOM - ROOM, "{html}");
    }

    #[test]
    fn in_large_print_on_a_phone_no_words_below_a_picture_lie_on_others() {
        let of = |beside: i64, words: &[(i64, &str)]| -> Vec<usize> {
            let place = Place { span: (0, 100), axis: Axis::around(0, 9, 1), bar_for: 0 };
            let moments: Vec<Moment> = words.iter().map(|(at, words)| place.moment(beside, *at, (*words).to_owned())).collect();
            let crowded = crowded(&moments);
            let kept = moments.iter().enumerate().filter(|(at, _)| !crowded.contains(at));
            let mut reaches: Vec<(i64, i64)> = kept.map(|(_, moment)| moment.reach()).collect();
            reaches.sort_unstable();
            assert!(reaches.windows(2).all(|two| two[0].1 + APART <= two[1].0), "{reaches:?}");
            crowded.into_iter().collect()
        };
        let year = [(0, "Dec 2025"), (50, "Jun 2026"), (100, "Nov 2026")];
        assert_eq!(of(BESIDE.0, &year), [1]);
        assert_eq!(of(BESIDE.1, &year), [1]);
        // Beside words there is room for one date alone: the last.
        assert_eq!(of(BESIDE.2, &year), [0, 1]);
        assert_eq!(of(BESIDE.0, &[(2, "23 Aug 2026"), (98, "30 Nov 2026")]), [0]);
        assert_eq!(of(BESIDE.0, &[(25, "6am"), (50, "midday"), (75, "6pm")]), [1]);
        assert_eq!(of(BESIDE.0, &[(25, "6am"), (75, "6pm")]), [0_usize; 0]);
        assert_eq!(of(BESIDE.0, &[(0, "30 Nov 2026")]), [0_usize; 0]);
        assert_eq!(of(BESIDE.0, &[]), [0_usize; 0]);
    }

    #[test]
    fn of_two_lines_each_has_a_target_of_its_own() {
        let heights = |second: &[i64], low: Option<i64>| -> Vec<i64> {
            let points = |values: &[i64]| values.iter().map(|value| Point { at: 1, low: *value, high: *value }).collect();
            let picture = view! {
                <LineChart
                    span=(0, 2)
                    series=vec![
                        Series { strokes: Strokes::Line, points: points(&[118]) },
                        Series { strokes: Strokes::Dashes, points: points(second) },
                    ]
                    finest=1
                    label=|value| value.to_string()
                    moments=Vec::new()
                    bands=vec![(low, Some(135)), (None, Some(85))]
                    words="One reading"
                />
            };
            let html = picture.to_html();
            assert!(html.contains(">135<") && html.contains(">85<"), "{html}");
            assert_eq!(html.matches("sh-chart__end").count(), 2 + usize::from(low.is_some()), "{html}");
            let rects = html.split("<rect ").skip(1);
            rects.map(|rect| rect.split("height=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()).collect()
        };
        // 118/70 is below both: no band may leave it out, or lie under the other number.
        assert_eq!(heights(&[70], None), [0_i64; 0]);
        assert_eq!(heights(&[70], Some(110)).len(), 1, "what has two ends is filled between them");
        // By itself it is all that is below.
        assert!(heights(&[], None)[0] > 70);
    }

    #[test]
    fn a_band_that_is_open_is_seen_beyond_values_that_are_all_outside_of_it() {
        let height = |values: &[i64], band: (Option<i64>, Option<i64>)| -> i64 {
            let points = values.iter().zip(0..).map(|(value, at)| Point { at, low: *value, high: *value }).collect();
            let picture = view! {
                <LineChart
                    span=(0, 2)
                    series=vec![Series { strokes: Strokes::Line, points }]
                    finest=1
                    label=|value| value.to_string()
                    moments=Vec::new()
                    bands=vec![band]
                    words="Some results"
                />
            };
            let html = picture.to_html();
            let rect = html.split("<rect ").nth(1).unwrap();
            rect.split("height=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
        };
        for (values, band) in [
            (vec![6, 8, 10], (None, Some(5))),
            (vec![60, 80, 100], (None, Some(50))),
            (vec![20, 30, 40], (Some(60), None)),
            (vec![5, 5, 5], (None, Some(5))),
            (vec![10, 10], (Some(20), None)),
        ] {
            assert!(height(&values, band) >= ROOM, "{values:?} {band:?}");
        }
        // Nothing is less than nought: there is the end alone.
        assert_eq!(height(&[1, 2, 9], (None, Some(0))), 0);
    }

    #[test]
    fn of_what_only_a_limit_is_known_is_an_open_triangle_to_its_side() {
        let picture = view! {
            <LineChart
                span=(0, 2)
                series=vec![Series { strokes: Strokes::Dashes, points: vec![Point { at: 1, low: 6, high: 6 }] }]
                limits=vec![
                    Limit { at: 0, value: 2, below: true, second: true },
                    Limit { at: 2, value: 40, below: false, second: false },
                ]
                finest=1
                label=|value| value.to_string()
                moments=Vec::new()
                words="One result"
            />
        };
        let html = picture.to_html();
        let classes = ["class=\"sh-chart__limit\"", "class=\"sh-chart__limit sh-chart__limit--second\""];
        assert_eq!(classes.map(|class| html.matches(class).count()), [1, 1], "{html}");
        assert_eq!((html.matches("d=\"M-6 0H6L0 10Z\"").count(), html.matches("d=\"M-6 0H6L0-10Z\"").count()), (1, 1), "{html}");
        // The axis reaches up to them, and they are no part of the line.
        assert!(html.contains(">40<"), "{html}");
        assert_eq!(html.split("sh-chart__line ").nth(1).unwrap().split('>').next().unwrap().matches('L').count(), 0, "{html}");
    }

    #[test]
    fn what_begins_at_a_level_is_a_line_with_its_number_and_no_band() {
        let picture = view! {
            <LineChart
                span=(0, 2)
                series=vec![Series { strokes: Strokes::Bars, points: vec![Point { at: 1, low: 6, high: 6 }] }]
                finest=1
                label=|value| value.to_string()
                moments=Vec::new()
                levels=vec![5, 10, 15, 20]
                name="Low mood (PHQ-9)"
                words="One score"
            />
        };
        let html = picture.to_html();
        assert_eq!(html.matches("sh-chart__level").count(), 4, "{html}");
        assert_eq!(html.matches("sh-chart__label--level").count(), 4, "{html}");
        assert!(html.contains(">5<") && html.contains(">20<") && html.contains("data-name=\"Low mood (PHQ-9)\""), "{html}");
        assert!(!html.contains("<rect ") && !html.contains("sh-chart__title"), "{html}");
    }
}
