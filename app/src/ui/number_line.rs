//! A result on a line of numbers, beside the laboratory's usual range.

use super::Example;
use leptos::prelude::*;

/// Where the ends of the range and the value stand, in percent of the line.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Places {
    low: Option<f64>,
    high: Option<f64>,
    value: f64,
}

/// Chooses the ends of the line so that the range fills its middle and the value is always on it.
/// Nothing when there is no range to compare with, or the numbers are not finite.
fn places(value: f64, low: Option<f64>, high: Option<f64>) -> Option<Places> {
    let (from, to) = match (low, high) {
        (Some(low), Some(high)) if low < high => (low, high),
        (Some(low), None) => (low, low + low.abs().max(1.0)),
        (None, Some(high)) => (high - high.abs().max(1.0), high),
        _ => return None,
    };
    let span = to - from;
    let mut start = (from - span * 0.6).min(value - span * 0.2);
    if from >= 0.0 && value >= 0.0 {
        start = start.max(0.0);
    }
    let end = (to + span * 0.6).max(value + span * 0.2);
    let percent = |number: f64| (number - start) / (end - start) * 100.0;
    let places = Places { low: low.map(percent), high: high.map(percent), value: percent(value) };
    places.value.is_finite().then_some(places)
}

/// The value as a mark on a line, with the usual range as a band; renders nothing without a range.
///
/// The words say the same as the picture, so nothing hangs on seeing it.
#[component]
pub fn NumberLine(
    /// The result.
    value: f64,
    /// Lower end of the usual range.
    #[prop(optional_no_strip)]
    low: Option<f64>,
    /// Upper end of the usual range.
    #[prop(optional_no_strip)]
    high: Option<f64>,
    /// What the picture says: "58 is a little above the usual range of 20 to 41 mmol/mol".
    #[prop(into)]
    words: String,
) -> impl IntoView {
    places(value, low, high).map(|at| {
        let percent = |number: f64| format!("{number:.1}%");
        let start = at.low.unwrap_or(0.0);
        let end = at.high.unwrap_or(100.0);
        let label = |number: Option<f64>, place: Option<f64>| {
            number.zip(place).map(|(number, place)| {
                view! {
                    <text class="sh-line__label" x=percent(place) y="52" text-anchor="middle">
                        {number.to_string()}
                    </text>
                }
            })
        };
        view! {
            <figure class="sh-line">
                <svg width="100%" height="58" aria-hidden="true" focusable="false">
                    <rect class="sh-line__track" x="0" y="18" width="100%" height="10" rx="5" />
                    <rect class="sh-line__range" x=percent(start) y="18" width=percent(end - start) height="10" rx="2" />
                    <circle class="sh-line__value" cx=percent(at.value) cy="23" r="10" />
                    {label(low, at.low)}
                    {label(high, at.high)}
                </svg>
                <figcaption>{words}</figcaption>
            </figure>
        }
    })
}

/// Every state of the number line.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "Above the range",
            view: || {
                view! {
                    <NumberLine value=58.0 low=Some(20.0) high=Some(41.0) words="58 is above the usual range of 20 to 41 mmol/mol" />
                }
                .into_any()
            },
        },
        Example {
            name: "In a range with one end",
            view: || {
                view! { <NumberLine value=74.0 low=Some(60.0) words="74 is in the usual range: 60 mL/min/1.73m² or more" /> }
                    .into_any()
            },
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn the_value_is_always_on_the_line_and_the_range_in_order() {
        for value in [-500.0, 0.0, 0.1, 20.0, 41.0, 58.0, 12_000.0] {
            for (low, high) in [(Some(20.0), Some(41.0)), (Some(60.0), None), (None, Some(5.0)), (Some(-2.0), Some(2.0))] {
                let at = places(value, low, high).unwrap();
                assert!((0.0..=100.0).contains(&at.value), "{value} {low:?} {high:?} {at:?}");
                let (start, end) = (at.low.unwrap_or(0.0), at.high.unwrap_or(100.0));
                assert!((0.0..=100.0).contains(&start) && start < end && end <= 100.0, "{value} {low:?} {high:?} {at:?}");
                assert_eq!(low.is_some_and(|low| value < low), at.low.is_some_and(|low| at.value < low));
            }
        }
    }

    #[test]
    fn without_a_range_there_is_no_line() {
        assert_eq!(places(5.0, None, None), None);
        assert_eq!(places(5.0, Some(3.0), Some(3.0)), None);
        assert_eq!(places(f64::NAN, Some(3.0), Some(4.0)), None);
    }
}
