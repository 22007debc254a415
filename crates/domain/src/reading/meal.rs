//! Blood sugar before and after meals: what is wanted differs (NICE NG17, 1.6).

use super::Measure;
use crate::record::coded;

coded! {
    /// When blood sugar was taken, as far as what is wanted differs.
    Meal {
        /// On waking.
        Waking = "waking",
        /// Before a meal.
        Before = "before",
        /// 90 minutes or more after one.
        After = "after",
    }
}

impl Meal {
    /// What was answered about how a reading was taken, as it is kept; `None` for one that is neither (at bedtime, at another time), and
    /// where nothing was answered.
    #[must_use]
    pub fn of(settings: &str) -> Option<Self> {
        match Self::answer(settings)? {
            "waking" => Some(Self::Waking),
            "before" => Some(Self::Before),
            "after" => Some(Self::After),
            _ => None,
        }
    }

    /// The answer itself; `None` where nothing was answered.
    #[must_use]
    pub fn answer(settings: &str) -> Option<&str> {
        settings.split(' ').find_map(|one| one.strip_prefix("meal="))
    }

    /// The same as people read it: "90 minutes or more after a meal".
    #[must_use]
    pub fn answer_in_words(settings: &str) -> Option<&'static str> {
        let (answer, asked) = (Self::answer(settings)?, Measure::Glucose.settings());
        asked.iter().flat_map(|setting| setting.answers).find(|(code, _)| *code == answer).map(|(_, words)| *words)
    }

    /// Whether what is said of this is about a reading of that time: what is said of before meals is about waking too, unless waking has
    /// words of its own.
    #[must_use]
    pub fn covers(self, taken: Self) -> bool {
        self == taken || (self, taken) == (Self::Before, Self::Waking)
    }

    /// After "a reading" or "readings".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Waking => "on waking",
            Self::Before => "before meals",
            Self::After => "after meals",
        }
    }

    /// What a form calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Waking => "On waking",
            Self::Before => "Before meals, and on waking",
            Self::After => "90 minutes or more after meals",
        }
    }
}

impl Measure {
    /// Whether it differs by meals.
    #[must_use]
    pub const fn has_meals(self) -> bool {
        matches!(self, Self::Glucose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_of_the_form_is_before_after_or_neither() {
        let table = [
            ("waking", Some(Meal::Waking)),
            ("before", Some(Meal::Before)),
            ("after", Some(Meal::After)),
            ("bedtime", None),
            ("other", None),
        ];
        let setting = Measure::Glucose.settings().iter().find(|setting| setting.field == "meal").unwrap();
        assert_eq!(setting.answers.iter().map(|(code, _)| *code).collect::<Vec<_>>(), table.map(|(code, _)| code));
        for (code, expected) in table {
            assert_eq!(Meal::of(&format!("meal={code}")), expected, "{code}");
            assert!(Meal::answer_in_words(&format!("meal={code}")).is_some(), "{code}");
        }
        assert_eq!(Meal::of(""), None);
        assert!(Meal::Before.covers(Meal::Waking) && !Meal::Waking.covers(Meal::Before) && !Meal::After.covers(Meal::Waking));
        assert!(Meal::ALL.iter().all(|meal| meal.covers(*meal)));
        for measure in Measure::ALL {
            let asks = measure.settings().iter().any(|setting| setting.field == "meal");
            assert_eq!(measure.has_meals(), asks, "{measure:?}");
        }
    }
}
