//! What the person shares with organisations, and for what.

pub mod choices;
pub mod let_in;
pub mod receipts;

use domain::consent::SharingPurpose;
use domain::record::Sensitivity;
use domain::scope::Labels;

/// What a label is called where one chooses among them.
pub(crate) fn label(label: Sensitivity) -> String {
    crate::words::sensitivity(label).unwrap_or("General health").to_owned()
}

/// Labels as a list in a sentence: "general health, mental health and social care".
pub(crate) fn listed(labels: Labels) -> String {
    let words: Vec<String> = labels.iter().map(|one| crate::words::in_sentence(&label(one))).collect();
    match words.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// A choice for this purpose, in words; absent labels are a fuller summary about which they have said nothing.
pub(crate) fn chosen(purpose: SharingPurpose, labels: Option<Labels>) -> String {
    let Some(labels) = labels else { return "The fuller summary, unless you said no to your GP surgery".to_owned() };
    let everything = labels == Labels::all();
    match purpose {
        SharingPurpose::DirectCare if everything => "They see everything".to_owned(),
        SharingPurpose::DirectCare if labels.is_empty() => "They see nothing that others wrote".to_owned(),
        SharingPurpose::DirectCare => format!("They see {}", listed(labels)),
        SharingPurpose::Summary if labels.is_empty() => "No: only the short summary".to_owned(),
        SharingPurpose::Summary => "Yes: the fuller summary".to_owned(),
        SharingPurpose::SummaryAtAll if labels.is_empty() => "No: no summary at all".to_owned(),
        SharingPurpose::SummaryAtAll => "Yes: there is a summary".to_owned(),
        SharingPurpose::Planning if labels.is_empty() => "No: you are not counted".to_owned(),
        SharingPurpose::Planning => "Yes: you are counted, without your name".to_owned(),
        SharingPurpose::Emergency if everything => "Everything opens in an emergency".to_owned(),
        SharingPurpose::Emergency => format!("Closed even in an emergency: {}", listed(Labels::all().without(labels))),
    }
}

/// How it is with a purpose now, in words: where they want no summary at all (`no_summary`) there is no fuller one either, though they said
/// nothing about that.
pub(crate) fn now(purpose: SharingPurpose, labels: Option<Labels>, no_summary: bool) -> String {
    match (purpose, labels) {
        (SharingPurpose::Summary, None) if no_summary => "None: you want no summary at all".to_owned(),
        _ => chosen(purpose, labels),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_a_line_of_plain_words() {
        let some: Labels = "general mental".parse().unwrap();
        for (purpose, labels, words) in [
            (SharingPurpose::DirectCare, Some(Labels::all()), "They see everything"),
            (SharingPurpose::DirectCare, Some(some), "They see general health and mental health"),
            (SharingPurpose::DirectCare, Some(Labels::NONE), "They see nothing that others wrote"),
            (SharingPurpose::Summary, None, "The fuller summary, unless you said no to your GP surgery"),
            (SharingPurpose::SummaryAtAll, Some(Labels::NONE), "No: no summary at all"),
            (SharingPurpose::Planning, Some(Labels::NONE), "No: you are not counted"),
            (
                SharingPurpose::Emergency,
                Some(some),
                "Closed even in an emergency: sexual and reproductive health and social care",
            ),
        ] {
            assert_eq!(chosen(purpose, labels), words);
            assert_eq!(now(purpose, labels, false), words);
        }
    }

    #[test]
    fn where_they_want_no_summary_no_fuller_one_is_told_of() {
        let said = |purpose, labels| now(purpose, labels, true);
        assert_eq!(said(SharingPurpose::Summary, None), "None: you want no summary at all");
        assert_eq!(said(SharingPurpose::Summary, Some(Labels::NONE)), "No: only the short summary");
        assert_eq!(said(SharingPurpose::SummaryAtAll, Some(Labels::NONE)), "No: no summary at all");
    }
}
