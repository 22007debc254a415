//! Where something is, and how far that is.

/// A postcode, or the first part of one, as an open data table lists it: letters and digits in capitals, one space before
/// the last three.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Postcode(String);

/// A text that is no postcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a postcode such as TA1 1AA")]
pub struct PostcodeError;

impl Postcode {
    /// Reads a postcode however it is spaced.
    ///
    /// # Errors
    /// [`PostcodeError`] when it does not have the form of one (BS 7666: area, district, sector, unit).
    pub fn parse(text: &str) -> Result<Self, PostcodeError> {
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
        if !bare.is_ascii() || !(5..=7).contains(&bare.len()) {
            return Err(PostcodeError);
        }
        let (outward, inward) = bare.split_at(bare.len() - 3);
        let inward_fits = {
            let mut bytes = inward.bytes();
            bytes.next().is_some_and(|byte| byte.is_ascii_digit()) && bytes.all(|byte| byte.is_ascii_uppercase())
        };
        if inward_fits && is_outward(outward) { Ok(Self(format!("{outward} {inward}"))) } else { Err(PostcodeError) }
    }

    /// "TA1 1AA".
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// "TA11AA": as a table is keyed.
    #[must_use]
    pub fn bare(&self) -> String {
        self.0.replace(' ', "")
    }

    /// "TA1": the part before the space.
    #[must_use]
    pub fn district(&self) -> &str {
        self.0.split(' ').next().unwrap_or_default()
    }
}

/// What somebody types to say where they are: a whole postcode, or its first part alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whereabouts {
    /// "TA1 1AA".
    Whole(Postcode),
    /// "TA1".
    District(String),
}

impl Whereabouts {
    /// Reads either however it is spaced.
    ///
    /// # Errors
    /// [`PostcodeError`] when it has the form of neither.
    pub fn parse(text: &str) -> Result<Self, PostcodeError> {
        // No first part is as long as the shortest whole one.
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
        if is_outward(&bare) { Ok(Self::District(bare)) } else { Postcode::parse(text).map(Self::Whole) }
    }

    /// As it is written: "TA1 1AA", "TA1".
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Whole(postcode) => postcode.as_str(),
            Self::District(district) => district,
        }
    }

    /// "TA1", of either.
    #[must_use]
    pub fn district(&self) -> &str {
        match self {
            Self::Whole(postcode) => postcode.district(),
            Self::District(district) => district,
        }
    }
}

/// Whether this is the form of the first part of a postcode: one or two letters, then a digit and at most one more.
fn is_outward(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = text.as_bytes().get(letters..).unwrap_or_default();
    (1..=2).contains(&letters)
        && rest.first().is_some_and(u8::is_ascii_digit)
        && rest.len() <= 2
        && rest.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

/// A position on the earth, in degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// North of the equator.
    pub latitude: f64,
    /// East of Greenwich.
    pub longitude: f64,
}

/// The earth's mean radius, in miles (IUGG: 6,371.0088 km).
const RADIUS: f64 = 3958.761;

impl Position {
    /// From degrees north and east.
    #[must_use]
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let is_on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        is_on_earth.then_some(Self { latitude, longitude })
    }

    /// How far it is to another, in miles, as the crow flies (haversine).
    #[must_use]
    pub fn miles_to(self, other: Self) -> f64 {
        let (a, b) = (self.latitude.to_radians(), other.latitude.to_radians());
        let (up, across) = ((b - a) / 2.0, (other.longitude - self.longitude).to_radians() / 2.0);
        let h = up.sin().powi(2) + a.cos() * b.cos() * across.sin().powi(2);
        2.0 * RADIUS * h.sqrt().min(1.0).asin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_postcode_is_read_however_it_is_spaced() {
        for (text, read) in [
            ("ta11aa", "TA1 1AA"),
            (" TA1  1AA", "TA1 1AA"),
            ("M11AE", "M1 1AE"),
            ("EC1A 1BB", "EC1A 1BB"),
            ("b338th", "B33 8TH"),
        ] {
            assert_eq!(Postcode::parse(text).unwrap().as_str(), read);
        }
        for text in ["", "TA1", "TA1 1A", "1TA 1AA", "TAAA1 1AA", "TA1 AAA", "TA111 1AA", "T\u{e4}1 1AA", "TA1 11A"] {
            assert_eq!(Postcode::parse(text), Err(PostcodeError), "{text}");
        }
    }

    #[test]
    fn the_first_part_of_a_postcode_is_enough_to_say_where_somebody_is() {
        for (text, read, district) in [
            ("mk9", "MK9", "MK9"),
            (" ec1a ", "EC1A", "EC1A"),
            ("m1", "M1", "M1"),
            ("ta11aa", "TA1 1AA", "TA1"),
            ("TA11", "TA11", "TA11"),
        ] {
            let whereabouts = Whereabouts::parse(text).unwrap();
            assert_eq!((whereabouts.as_str(), whereabouts.district()), (read, district));
        }
        for text in ["", "M", "MK", "9", "MK999", "MKK9", "MK9 1A", "London", "M\u{e4}"] {
            assert_eq!(Whereabouts::parse(text), Err(PostcodeError), "{text}");
        }
        assert_eq!(Position::new(99.999_999, 0.0), None);
        assert_eq!(Position::new(f64::NAN, 0.0), None);
    }

    #[test]
    fn taunton_is_about_thirty_seven_miles_from_bristol() {
        let taunton = Position { latitude: 51.0147, longitude: -3.1029 };
        let bristol = Position { latitude: 51.4545, longitude: -2.5879 };
        let miles = taunton.miles_to(bristol);
        assert!((36.0..39.0).contains(&miles), "{miles}");
    }

    proptest! {
        #[test]
        fn it_is_as_far_there_as_back_and_nowhere_is_further_than_half_way_round(
            a in -90.0..90.0_f64, b in -180.0..180.0_f64, c in -90.0..90.0_f64, d in -180.0..180.0_f64,
        ) {
            let (x, y) = (Position { latitude: a, longitude: b }, Position { latitude: c, longitude: d });
            prop_assert!((x.miles_to(y) - y.miles_to(x)).abs() < 1e-6);
            prop_assert!((0.0..12_440.0).contains(&x.miles_to(y)) && x.miles_to(x) < 1e-6);
        }

        #[test]
        fn no_text_makes_a_postcode_panic(text in "\\PC{0,10}") {
            if let Ok(read) = Postcode::parse(&text) {
                prop_assert_eq!(Postcode::parse(read.as_str()), Ok(read));
            }
            if let Ok(read) = Whereabouts::parse(&text) {
                prop_assert!(read.as_str().starts_with(read.district()) && (2..=4).contains(&read.district().len()));
                prop_assert_eq!(Whereabouts::parse(read.as_str()), Ok(read));
            }
        }
    }
}
