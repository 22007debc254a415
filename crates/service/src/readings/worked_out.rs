//! What is worked out of readings and kept nowhere: body mass index.

use chrono::{DateTime, NaiveDate, Utc};
use domain::reading::{ADULT, Amount, Measure, bmi};
use domain::when::{age_on, london_day};
use store::reading::ReadingRow;
use uuid::Uuid;

/// The readings from which a body mass index is worked out.
#[derive(Clone, Copy, Debug)]
pub(super) struct BmiFrom<'a> {
    /// The newest weight, where the person was an adult.
    pub(super) weight: Option<&'a ReadingRow>,
    /// The newest height, where the person was an adult.
    pub(super) height: Option<&'a ReadingRow>,
}

impl<'a> BmiFrom<'a> {
    /// Of the newest readings of somebody born on a day, those that count; `None` where they are not known to be an adult now.
    pub(super) fn of(newest: &'a [ReadingRow], born: Option<NaiveDate>, now: DateTime<Utc>) -> Option<Self> {
        let adult = |at: DateTime<Utc>| born.and_then(|born| age_on(born, london_day(at))).is_some_and(|age| age >= ADULT);
        let of = |measure: Measure| newest.iter().find(|row| row.measure == measure.code() && adult(row.taken_at));
        adult(now).then(|| Self { weight: of(Measure::Weight), height: of(Measure::Height) })
    }

    /// Both readings and what they come to; `None` where one is missing, or both cannot be right.
    pub(super) fn worked_out(self) -> Option<(&'a ReadingRow, &'a ReadingRow, Amount)> {
        let (weight, height) = (self.weight?, self.height?);
        let found = bmi(Amount::from_thousandths(weight.first_value), Amount::from_thousandths(height.first_value))?;
        Some((weight, height, found))
    }
}

/// The id of what is worked out of two readings: the same as long as it is these two. A UUID of version 8 (RFC 9562, 5.8).
pub(super) fn id_of(first: Uuid, second: Uuid) -> Uuid {
    let mixed = first.as_u128() ^ second.as_u128().rotate_left(64);
    let versioned = (mixed & !(0xf_u128 << 76)) | (0x8_u128 << 76);
    Uuid::from_u128((versioned & !(0x3_u128 << 62)) | (0x2_u128 << 62))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_two_readings_is_a_uuid_of_its_own() {
        let ids = ["019a5f00-0000-7000-8000-000000000001", "019a5f00-0000-7000-8000-000000000002"]
            .map(|id| id.parse::<Uuid>().unwrap());
        let id = id_of(ids[0], ids[1]);
        assert_eq!((id.get_version_num(), id.get_variant()), (8, uuid::Variant::RFC4122));
        assert_eq!(id_of(ids[0], ids[1]), id);
        assert!(id_of(ids[1], ids[0]) != id && !ids.contains(&id));
    }
}
