//! Values over time, drawn by the server.

use super::Example;
use domain::reading::{Axis, Point};
use leptos::prelude::*;

/// How high the picture is, in pixels; its width is that of the page.
const HEIGHT: i64 = 260;
/// Where the lowest and the highest mark stand.
const BOTTOM: i64 = 220;
const TOP: i64 = 14;
/// The part of the width that the numbers beside the axis have, in percent.
const BESIDE: f64 = 14.0;
/// The inner picture counts in thousandths of its width.
const ACROSS: i64 = 1000;

/// How values are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strokes {
    /// A point for each, joined by a line.
    Line,
    /// The same as squares and dashes, so that two series differ by more than colour.
    Dashes,
    /// A bar from the foot of the picture.
    Bars,
    /// A thin bar from the lowest to the highest.
    Between,
}

/// Values of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// How they are drawn.
    pub strokes: Strokes,
    /// The values, in the order of time.
    pub points: Vec<Point>,
}

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
    /// The smallest step of its axis.
    finest: i64,
    /// How a value is written beside the axis.
    label: fn(i64) -> String,
    /// Moments below the picture, with their words.
    moments: Vec<(i64, String)>,
    /// Where values are wanted: from where to where, each end where there is one.
    #[prop(optional)]
    bands: Vec<(Option<i64>, Option<i64>)>,
    /// All of it in one sentence.
    #[prop(into)]
    words: String,
) -> impl IntoView {
    let bars = series.iter().any(|one| one.strokes == Strokes::Bars);
    let all = || series.iter().flat_map(|one| &one.points);
    let ends = || bands.iter().flat_map(|(low, high)| [*low, *high]).flatten();
    let low = all().map(|point| point.low).chain(ends()).min().unwrap_or_default();
    let high = all().map(|point| point.high).chain(ends()).max().unwrap_or_default();
    let axis = Axis::around(if bars { low.min(0) } else { low }, high, finest);
    let place = Place { span, axis };
    let wanted = bands.iter().map(|(low, high)| {
        let (top, foot) = (high.map_or(TOP, |high| place.y(high)), low.map_or(BOTTOM, |low| place.y(low)));
        // Its ends are lines, so that it differs by more than colour.
        let ends = [low.is_some().then_some(foot), high.is_some().then_some(top)].into_iter().flatten();
        let ends = ends.map(|y| view! { <line class="sh-chart__end" x1=percent(BESIDE) x2="100%" y1=y y2=y /> }).collect_view();
        view! {
            <rect class="sh-chart__band" x=percent(BESIDE) y=top width=percent(100.0 - BESIDE) height=(foot - top).max(0) />
            {ends}
        }
    });
    let wanted = wanted.collect_view();
    let lines = axis.marks().map(|mark| {
        let y = place.y(mark);
        view! {
            <line class="sh-chart__grid" x1=percent(BESIDE) x2="100%" y1=y y2=y />
            <text class="sh-chart__label" x="0" y=y + 5>{label(mark)}</text>
        }
    });
    let lines = lines.collect_view();
    let moments = moments.into_iter().map(|(at, words)| {
        let x = BESIDE + place.across(at) * (100.0 - BESIDE);
        // The first begins and the last ends where the picture does.
        let anchor = if x < BESIDE + 10.0 {
            "start"
        } else if x > 90.0 {
            "end"
        } else {
            "middle"
        };
        view! { <text class="sh-chart__label" x=percent(x) y=HEIGHT - 10 text-anchor=anchor>{words}</text> }
    });
    let moments = moments.collect_view();
    let drawn = series.iter().map(|one| place.drawn(one)).collect_view();
    view! {
        <figure class="sh-chart">
            <svg width="100%" height=HEIGHT aria-hidden="true" focusable="false">
                {wanted}
                {lines}
                <svg x=percent(BESIDE) y="0" width=percent(100.0 - BESIDE) height=HEIGHT viewBox=format!("0 0 {ACROSS} {HEIGHT}") preserveAspectRatio="none"
                    aria-hidden="true"
                    focusable="false">
                    {drawn}
                </svg>
                {moments}
            </svg>
            <figcaption>{words}</figcaption>
        </figure>
    }
}

fn percent(number: f64) -> String {
    format!("{number:.1}%")
}

struct Place {
    span: (i64, i64),
    axis: Axis,
}

impl Place {
    /// Where a moment is, from 0 to 1.
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a place in a picture needs no more than f64 holds")]
    fn across(&self, at: i64) -> f64 {
        let width = (self.span.1 - self.span.0).max(1);
        ((at - self.span.0) as f64 / width as f64).clamp(0.0, 1.0)
    }

    fn x(&self, at: i64) -> i64 {
        let width = (self.span.1 - self.span.0).max(1);
        ((at - self.span.0) * ACROSS / width).clamp(0, ACROSS)
    }

    fn y(&self, value: i64) -> i64 {
        let height = (self.axis.high - self.axis.low).max(1);
        BOTTOM - (value - self.axis.low) * (BOTTOM - TOP) / height
    }

    fn drawn(&self, series: &Series) -> AnyView {
        let each = |part: &dyn Fn(&Point) -> String| series.points.iter().map(part).collect::<String>();
        match series.strokes {
            Strokes::Between => {
                let path = each(&|point| format!("M{} {}V{}", self.x(point.at), self.y(point.low), self.y(point.high)));
                view! { <path class="sh-chart__between" d=path /> }.into_any()
            }
            Strokes::Bars => {
                let path = each(&|point| format!("M{} {}V{}", self.x(point.at), self.y(0), self.y(point.high)));
                let class = if series.points.len() > 40 { "sh-chart__bars sh-chart__bars--thin" } else { "sh-chart__bars" };
                view! { <path class=class d=path /> }.into_any()
            }
            Strokes::Line | Strokes::Dashes => {
                let dashed = series.strokes == Strokes::Dashes;
                // Where nothing was measured for long, nothing is drawn.
                let gap = (self.span.1 - self.span.0) / 5;
                let mut last: Option<i64> = None;
                let line = series.points.iter().map(|point| {
                    let step = if last.is_some_and(|last| point.at - last <= gap) { 'L' } else { 'M' };
                    last = Some(point.at);
                    format!("{step}{} {}", self.x(point.at), self.y(point.high))
                });
                let line = line.collect::<String>();
                // A line of no length with a round end is a dot that is round however the picture is stretched.
                let dots = if series.points.len() > 60 {
                    String::new()
                } else {
                    each(&|point| format!("M{} {}h0", self.x(point.at), self.y(point.high)))
                };
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

/// The states of the chart.
pub fn examples() -> Vec<Example> {
    fn whole(value: i64) -> String {
        value.to_string()
    }
    fn points(values: &[i64]) -> Vec<Point> {
        values.iter().zip(0..).map(|(value, at)| Point { at, low: *value, high: *value }).collect()
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
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_drawn_within_the_picture() {
        let place = Place { span: (0, 100), axis: Axis::around(-3, 980, 1) };
        for at in [i64::MIN / 4096, -1, 0, 50, 100, 1000] {
            assert!((0..=ACROSS).contains(&place.x(at)), "{at}");
            assert!((0.0..=1.0).contains(&place.across(at)), "{at}");
        }
        for value in [-3, 0, 500, 980] {
            assert!((TOP..=BOTTOM).contains(&place.y(value)), "{value}");
        }
        assert!(place.y(980) < place.y(-3), "more is higher");
    }
}
