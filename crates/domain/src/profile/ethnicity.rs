//! What people say their ethnic background is.

use crate::record::coded;

coded! {
    /// An ethnic category as people state it themselves (NHS Data Model and Dictionary, "Ethnic Category", the codes of the 2001
    /// census, which national data sets use).
    Ethnicity {
        /// White.
        WhiteBritish = "A",
        /// White.
        WhiteIrish = "B",
        /// White.
        WhiteOther = "C",
        /// Mixed.
        MixedCaribbean = "D",
        /// Mixed.
        MixedAfrican = "E",
        /// Mixed.
        MixedAsian = "F",
        /// Mixed.
        MixedOther = "G",
        /// Asian or Asian British.
        Indian = "H",
        /// Asian or Asian British.
        Pakistani = "J",
        /// Asian or Asian British.
        Bangladeshi = "K",
        /// Asian or Asian British.
        AsianOther = "L",
        /// Black or Black British.
        Caribbean = "M",
        /// Black or Black British.
        African = "N",
        /// Black or Black British.
        BlackOther = "P",
        /// Other.
        Chinese = "R",
        /// Other.
        Other = "S",
        /// They were asked and would rather not say.
        NotStated = "Z",
    }
}

impl Ethnicity {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::WhiteBritish => "White: British",
            Self::WhiteIrish => "White: Irish",
            Self::WhiteOther => "White: any other background",
            Self::MixedCaribbean => "Mixed: White and Black Caribbean",
            Self::MixedAfrican => "Mixed: White and Black African",
            Self::MixedAsian => "Mixed: White and Asian",
            Self::MixedOther => "Mixed: any other background",
            Self::Indian => "Asian or Asian British: Indian",
            Self::Pakistani => "Asian or Asian British: Pakistani",
            Self::Bangladeshi => "Asian or Asian British: Bangladeshi",
            Self::AsianOther => "Asian or Asian British: any other background",
            Self::Caribbean => "Black or Black British: Caribbean",
            Self::African => "Black or Black British: African",
            Self::BlackOther => "Black or Black British: any other background",
            Self::Chinese => "Chinese",
            Self::Other => "Any other ethnic group",
            Self::NotStated => "I would rather not say",
        }
    }

    /// The words of the code system (`UKCore-EthnicCategoryEngland` 1.1.1).
    #[must_use]
    pub const fn display(self) -> &'static str {
        match self {
            Self::WhiteBritish => "White - British",
            Self::WhiteIrish => "White - Irish",
            Self::WhiteOther => "White - Any other White background",
            Self::MixedCaribbean => "Mixed - White and Black Caribbean",
            Self::MixedAfrican => "Mixed - White and Black African",
            Self::MixedAsian => "Mixed - White and Asian",
            Self::MixedOther => "Mixed - Any other mixed background",
            Self::Indian => "Asian or Asian British - Indian",
            Self::Pakistani => "Asian or Asian British - Pakistani",
            Self::Bangladeshi => "Asian or Asian British - Bangladeshi",
            Self::AsianOther => "Asian or Asian British - Any other Asian background",
            Self::Caribbean => "Black or Black British - Caribbean",
            Self::African => "Black or Black British - African",
            Self::BlackOther => "Black or Black British - Any other Black background",
            Self::Chinese => "Other Ethnic Groups - Chinese",
            Self::Other => "Other Ethnic Groups - Any other ethnic group",
            Self::NotStated => "Not stated",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_dictionary_and_each_reads_back() {
        let codes: String = Ethnicity::ALL.iter().map(|one| one.code()).collect();
        assert_eq!(codes, "ABCDEFGHJKLMNPRSZ");
        for one in Ethnicity::ALL {
            assert_eq!(Ethnicity::from_code(one.code()), Some(*one));
            assert!(!one.title().is_empty() && !one.display().is_empty());
        }
        assert_eq!(Ethnicity::from_code("99"), None, "not known is no answer of a person");
    }
}
