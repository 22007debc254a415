//! The bank holidays of the nations: Schedule 1 of the Banking and Financial Dealings Act 1971, with those that are proclaimed each
//! year (New Year's Day and the first Monday in May among them), as <https://www.gov.uk/bank-holidays> lists them.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Where bank holidays are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nation {
    /// England and Wales.
    #[default]
    EnglandAndWales,
    /// Scotland.
    Scotland,
    /// Northern Ireland.
    NorthernIreland,
}

impl Nation {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::EnglandAndWales, Self::Scotland, Self::NorthernIreland];

    /// As it stands in an address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EnglandAndWales => "england-and-wales",
            Self::Scotland => "scotland",
            Self::NorthernIreland => "northern-ireland",
        }
    }

    /// Reads a code; `None` when it is none.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|nation| nation.code() == code)
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::EnglandAndWales => "England and Wales",
            Self::Scotland => "Scotland",
            Self::NorthernIreland => "Northern Ireland",
        }
    }
}

/// A bank holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BankHoliday {
    /// The day on which it is kept.
    pub day: NaiveDate,
    /// What it is called.
    pub name: &'static str,
    /// It is kept on this day because it falls on a weekend.
    pub substitute: bool,
}

impl BankHoliday {
    /// What it is called, and that it is kept on another day: "Boxing Day (substitute day)".
    #[must_use]
    pub fn title(&self) -> String {
        if self.substitute { format!("{} (substitute day)", self.name) } else { self.name.to_owned() }
    }
}

/// Easter Sunday of a year, by the Gregorian calendar (the rule of Meeus, Jones and Butcher); `None` for a year that no calendar has.
fn easter(year: i32) -> Option<NaiveDate> {
    let (golden, century, of_century) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let (leaps, rest) = (century.div_euclid(4), century.rem_euclid(4));
    let moon = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let epact = (19 * golden + century - leaps - moon + 15).rem_euclid(30);
    let weekday = (32 + 2 * rest + 2 * of_century.div_euclid(4) - epact - of_century.rem_euclid(4)).rem_euclid(7);
    let late = (golden + 11 * epact + 22 * weekday).div_euclid(451);
    let sum = epact + weekday - 7 * late + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(sum.div_euclid(31)).ok()?, u32::try_from(sum.rem_euclid(31) + 1).ok()?)
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The last Monday of a month.
fn last_monday(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 5)
        .or_else(|| NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 4))
}

/// The bank holidays of a year in order, each on the day on which it is kept. Those that were, or will be, proclaimed for one year
/// alone are not among them.
#[must_use]
pub fn bank_holidays(nation: Nation, year: i32) -> Vec<BankHoliday> {
    use Nation::{EnglandAndWales, NorthernIreland, Scotland};
    let easter = easter(year);
    let date = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let first_monday = |month| NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 1);
    let everywhere = [EnglandAndWales, Scotland, NorthernIreland].as_slice();
    let not_scotland = [EnglandAndWales, NorthernIreland].as_slice();
    let moveable = [
        (everywhere, date(1, 1), "New Year's Day"),
        ([Scotland].as_slice(), date(1, 2), "2nd January"),
        ([NorthernIreland].as_slice(), date(3, 17), "St Patrick's Day"),
        (everywhere, easter.and_then(|day| day.checked_sub_days(Days::new(2))), "Good Friday"),
        (not_scotland, easter.and_then(|day| day.checked_add_days(Days::new(1))), "Easter Monday"),
        (everywhere, first_monday(5), "Early May bank holiday"),
        (everywhere, last_monday(year, 5), "Spring bank holiday"),
        ([NorthernIreland].as_slice(), date(7, 12), "Battle of the Boyne (Orangemen's Day)"),
        ([Scotland].as_slice(), first_monday(8), "Summer bank holiday"),
        (not_scotland, last_monday(year, 8), "Summer bank holiday"),
        ([Scotland].as_slice(), date(11, 30), "St Andrew's Day"),
        (everywhere, date(12, 25), "Christmas Day"),
        (everywhere, date(12, 26), "Boxing Day"),
    ];
    let theirs = moveable.into_iter().filter(|(nations, ..)| nations.contains(&nation));
    let named: Vec<(NaiveDate, &'static str)> = theirs.filter_map(|(_, day, name)| Some((day?, name))).collect();
    // What falls on a weekend is kept on the next working day that is no bank holiday itself.
    let (moved, kept): (Vec<_>, Vec<_>) = named.into_iter().partition(|(day, _)| is_weekend(*day));
    let mut all: Vec<BankHoliday> = kept.into_iter().map(|(day, name)| BankHoliday { day, name, substitute: false }).collect();
    for (from, name) in moved {
        let free = |day: &NaiveDate| !is_weekend(*day) && all.iter().all(|one| one.day != *day);
        if let Some(day) = from.iter_days().skip(1).take(7).find(free) {
            all.push(BankHoliday { day, name, substitute: true });
        }
    }
    all.sort_by_key(|one| one.day);
    all
}

/// The bank holidays from one day to another, both included, in order.
#[must_use]
pub fn bank_holidays_between(nation: Nation, from: NaiveDate, to: NaiveDate) -> Vec<BankHoliday> {
    (from.year()..=to.year()).flat_map(|year| bank_holidays(nation, year)).filter(|one| (from..=to).contains(&one.day)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As <https://www.gov.uk/bank-holidays.json> gives them for `england-and-wales`: the day, what it is called, and its note.
    const PUBLISHED: &str = include_str!("bank_holidays.txt");

    const HERE: Nation = Nation::EnglandAndWales;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn they_are_those_that_are_published() {
        let mine: Vec<String> = (2024..=2028)
            .flat_map(|year| bank_holidays(HERE, year))
            .map(|one| format!("{} {}{}", one.day, one.name, if one.substitute { ", substitute day" } else { "" }))
            .collect();
        assert_eq!(mine, PUBLISHED.lines().collect::<Vec<_>>());
        assert_eq!(mine.len(), 40);
    }

    #[test]
    fn easter_is_when_it_was() {
        // The earliest and the latest that are possible are among them.
        for sunday in
            ["1818-03-22", "1943-04-25", "2000-04-23", "2008-03-23", "2011-04-24", "2024-03-31", "2038-04-25", "2285-03-22"]
        {
            assert_eq!(easter(day(sunday).year()), Some(day(sunday)), "{sunday}");
        }
    }

    #[test]
    fn what_falls_on_a_weekend_is_kept_on_the_next_working_day() {
        let december = |year| {
            let days = bank_holidays(HERE, year).into_iter().filter(|one| one.day.month() == 12);
            days.map(|one| format!("{} {}", one.day.day(), one.title())).collect::<Vec<_>>()
        };
        assert_eq!(december(2020), ["25 Christmas Day", "28 Boxing Day (substitute day)"]);
        assert_eq!(december(2021), ["27 Christmas Day (substitute day)", "28 Boxing Day (substitute day)"]);
        assert_eq!(december(2022), ["26 Boxing Day", "27 Christmas Day (substitute day)"]);
        assert_eq!(december(2023), ["25 Christmas Day", "26 Boxing Day"]);
    }

    #[test]
    fn scotland_and_northern_ireland_keep_their_own() {
        let kept = |nation, year| {
            let days = bank_holidays(nation, year).into_iter();
            days.map(|one| format!("{}{}", one.day.format("%-d/%-m"), if one.substitute { "s" } else { "" }))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(kept(Nation::Scotland, 2022), "3/1s 4/1s 15/4 2/5 30/5 1/8 30/11 26/12 27/12s");
        assert_eq!(kept(Nation::Scotland, 2025), "1/1 2/1 18/4 5/5 26/5 4/8 1/12s 25/12 26/12");
        assert_eq!(kept(Nation::Scotland, 2026), "1/1 2/1 3/4 4/5 25/5 3/8 30/11 25/12 28/12s");
        assert_eq!(kept(Nation::NorthernIreland, 2024), "1/1 18/3s 29/3 1/4 6/5 27/5 12/7 26/8 25/12 26/12");
        assert_eq!(kept(Nation::NorthernIreland, 2025), "1/1 17/3 18/4 21/4 5/5 26/5 14/7s 25/8 25/12 26/12");
        for nation in Nation::ALL {
            assert_eq!(Nation::from_code(nation.code()), Some(nation));
        }
        assert_eq!(Nation::from_code("France"), None);
    }

    #[test]
    fn between_two_days_both_count() {
        let names = |from, to| bank_holidays_between(HERE, day(from), day(to)).iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(names("2026-12-25", "2027-01-01"), ["Christmas Day", "Boxing Day", "New Year's Day"]);
        assert_eq!(names("2026-12-26", "2026-12-27"), Vec::<&str>::new());
        assert_eq!(names("2027-01-02", "2026-01-01"), Vec::<&str>::new());
    }

    proptest! {
        #[test]
        fn each_year_has_the_same_number_on_different_working_days_in_order(year in 1600_i32..4000) {
            for (nation, number) in Nation::ALL.into_iter().zip([8, 9, 10]) {
                let days = bank_holidays(nation, year);
                prop_assert_eq!(days.len(), number);
                for one in &days {
                    prop_assert!(!is_weekend(one.day) && one.day.year() == year, "{:?}", one);
                }
                for two in days.windows(2) {
                    prop_assert!(two[0].day < two[1].day);
                }
            }
        }

        #[test]
        fn easter_is_a_sunday_from_22_march_to_25_april(year in 1600_i32..4000) {
            let sunday = easter(year).unwrap();
            prop_assert_eq!(sunday.weekday(), Weekday::Sun);
            prop_assert!((3, 22) <= (sunday.month(), sunday.day()) && (sunday.month(), sunday.day()) <= (4, 25));
        }

        #[test]
        fn no_year_makes_it_panic(year in any::<i32>()) {
            for nation in Nation::ALL {
                prop_assert!(bank_holidays(nation, year).len() <= 10);
            }
        }
    }
}
