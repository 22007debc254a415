//! The questionnaires that can be filled in: those that come with the program, and the operator's own files.

use domain::questionnaire::Questionnaire;
use std::sync::{Arc, LazyLock};

/// Those that come with the program, in the order in which they are listed.
const SHIPPED: [(&str, &str); 5] = [
    ("phq-9.json", include_str!("files/phq-9.json")),
    ("gad-7.json", include_str!("files/gad-7.json")),
    ("audit-c.json", include_str!("files/audit-c.json")),
    ("carer-strain.json", include_str!("files/carer-strain.json")),
    ("falls-risk.json", include_str!("files/falls-risk.json")),
];

static READ: LazyLock<Result<Library, Vec<String>>> = LazyLock::new(|| {
    let mut library = Library::default();
    library.add(SHIPPED.iter().map(|(name, text)| (*name, text.as_bytes())))?;
    Ok(library)
});

/// Every questionnaire that can be filled in.
#[derive(Clone, Debug, Default)]
pub struct Library(Vec<Arc<Questionnaire>>);

impl Library {
    /// Those that come with the program.
    ///
    /// # Errors
    /// What is wrong with their files, one sentence each.
    pub fn shipped() -> Result<Self, Vec<String>> {
        READ.clone()
    }

    /// The same with the operator's files, by name. One with the id of another takes its place.
    ///
    /// # Errors
    /// What is wrong, one sentence each; two of the operator's own must not have one id.
    pub fn with_files(files: &[(String, Vec<u8>)]) -> Result<Self, Vec<String>> {
        let mut own = Self::default();
        own.add(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))?;
        let mut library = Self::shipped()?;
        for questionnaire in own.0 {
            match library.0.iter_mut().find(|other| other.id == questionnaire.id) {
                Some(other) => *other = questionnaire,
                None => library.0.push(questionnaire),
            }
        }
        Ok(library)
    }

    fn add<'f>(&mut self, files: impl Iterator<Item = (&'f str, &'f [u8])>) -> Result<(), Vec<String>> {
        let mut faults = Vec::new();
        for (name, bytes) in files {
            match fhir::questionnaire::parse(bytes) {
                Ok(read) if self.find(&read.id).is_some() => {
                    faults.push(format!("The questionnaire {name} has the id {} of another.", read.id));
                }
                Ok(read) => self.0.push(Arc::new(read)),
                Err(problems) => {
                    faults.extend(problems.iter().map(|problem| format!("The questionnaire {name} cannot be used: {problem}.")));
                }
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Arc<Questionnaire>] {
        &self.0
    }

    /// The one of this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Arc<Questionnaire>> {
        self.0.iter().find(|one| one.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::questionnaire::{Answer, Answers, Asks};
    use domain::record::Sensitivity;

    /// What the answer in this place of each question's comes to, where a question has so many.
    fn score(id: &str, place: usize) -> (Option<u16>, String) {
        let library = Library::shipped().unwrap();
        let questionnaire = library.find(id).unwrap();
        let mut answers = Answers::new();
        for (item, question) in questionnaire.questions() {
            if let Asks::Choice { options, .. } = &question.asks {
                let option = options.get(place).or(options.last()).unwrap();
                answers.insert(item.link.clone(), Answer::Choice(option.code.clone()));
            }
        }
        let course = questionnaire.course(&answers);
        (course.score(), course.band().map(|band| band.title.clone()).unwrap_or_default())
    }

    #[test]
    fn those_that_come_with_the_program_can_be_used_and_score_as_their_authors_say() {
        let library = Library::shipped().unwrap();
        let all: Vec<_> = library.all().iter().map(|one| (one.id.as_str(), one.highest(), one.sensitivity)).collect();
        let expected = [
            ("phq-9", Some(27), Sensitivity::Mental),
            ("gad-7", Some(21), Sensitivity::Mental),
            ("audit-c", Some(12), Sensitivity::Mental),
            ("carer-strain", Some(16), Sensitivity::General),
            ("falls-risk", Some(16), Sensitivity::General),
        ];
        assert_eq!(all, expected);
        for (id, place, points, band) in [
            ("phq-9", 0, 0, "Few signs of low mood"),
            ("phq-9", 1, 9, "Some signs of low mood"),
            ("phq-9", 2, 18, "Strong signs of low mood"),
            ("phq-9", 3, 27, "Very strong signs of low mood"),
            ("gad-7", 1, 7, "Some signs of anxiety"),
            ("gad-7", 2, 14, "Clear signs of anxiety"),
            ("gad-7", 3, 21, "Strong signs of anxiety"),
            // Whoever never drinks is asked no more.
            ("audit-c", 0, 0, "Lower risk"),
            ("audit-c", 1, 3, "Lower risk"),
            ("audit-c", 2, 6, "Increasing risk"),
            ("audit-c", 3, 9, "Higher risk"),
            ("audit-c", 4, 12, "You may depend on alcohol"),
            ("carer-strain", 1, 8, "It is getting heavy"),
            // Yes stands first there, and of how often the lower.
            ("falls-risk", 0, 13, "Tell your GP practice: worth a check"),
            ("falls-risk", 1, 0, "Nothing to check from these answers"),
        ] {
            assert_eq!(score(id, place), (Some(points), band.to_owned()), "{id} {place}");
        }
    }

    /// NICE NG249, 1.1: a fall with any one of these is looked into, however well the rest is.
    #[test]
    fn two_falls_or_one_that_was_bad_are_worth_a_check_by_themselves() {
        let library = Library::shipped().unwrap();
        let falls = library.find("falls-risk").unwrap();
        let answers = |chosen: &[(&str, usize)]| {
            let mut answers = Answers::new();
            for (item, question) in falls.questions() {
                if let Asks::Choice { options, .. } = &question.asks {
                    let usual = usize::from(!matches!(item.link.as_str(), "fell" | "how-often"));
                    let place = chosen.iter().find(|(link, _)| *link == item.link).map_or(usual, |(_, place)| *place);
                    answers.insert(item.link.clone(), Answer::Choice(options[place].code.clone()));
                }
            }
            let course = falls.course(&answers);
            course.band().map(|band| band.title.clone()).unwrap_or_default()
        };
        let check = "Tell your GP practice: worth a check";
        for (chosen, expected) in [
            (&[("fell", 1)][..], "Nothing to check from these answers"),
            (&[], "Worth telling at your next visit"),
            (&[("steady", 0)], "Worth telling at your next visit"),
            (&[("how-often", 1)], check),
            (&[("hurt", 0)], check),
            (&[("fainted", 0)], check),
            (&[("got-up", 0)], check),
        ] {
            assert_eq!(answers(chosen), expected, "{chosen:?}");
        }
    }

    /// NICE NG249 is about people of 65 and over, and of 50 to 64 with something that could make them fall.
    #[test]
    fn nobody_under_50_reads_words_about_the_falls_of_older_people() {
        let library = Library::shipped().unwrap();
        let falls = library.find("falls-risk").unwrap();
        assert!(falls.purpose.contains("people of 65 and over"));
        for score in 0..=16 {
            let young = falls.band_at(score, Some(49)).unwrap();
            assert_eq!(young.title, "The guidance is about older people");
            assert!(young.does[0].starts_with("See a GP if you fainted") && falls.about_whom(Some(49)).is_none());
            for age in [Some(50), Some(64), None] {
                assert!(
                    falls.band_at(score, age) == falls.band(score) && falls.about_whom(age).unwrap().contains("50 to 64"),
                    "{age:?}"
                );
            }
            assert!(falls.band_at(score, Some(65)) == falls.band(score) && falls.about_whom(Some(65)).is_none());
        }
        assert!(library.all().iter().all(|one| ["audit-c", "falls-risk"].contains(&one.id.as_str()) || one.ages.is_none()));
    }

    /// The low-risk guideline, and the bands of the three, are about adults.
    #[test]
    fn nobody_under_18_is_offered_scores_of_adults_or_reads_of_14_units() {
        let library = Library::shipped().unwrap();
        let offered = library.all().iter().filter(|one| one.is_offered_at(Some(17))).map(|one| one.id.as_str());
        assert_eq!(offered.collect::<Vec<_>>(), ["carer-strain", "falls-risk"]);
        assert!(library.all().iter().all(|one| one.is_offered_at(Some(18)) && one.is_offered_at(None)));
        let alcohol = library.find("audit-c").unwrap();
        for score in 0..=12 {
            let young = alcohol.band_at(score, Some(17)).unwrap();
            assert!(young.does[0].contains("not to drink alcohol at all") && !young.does.join(" ").contains("14 units"));
            assert_eq!(alcohol.band_at(score, Some(18)), alcohol.band(score));
            assert_eq!((alcohol.about_whom(Some(18)), alcohol.about_whom(None).is_some()), (None, true));
        }
    }

    #[test]
    fn the_two_of_the_phq_family_carry_their_notice_one_asks_of_danger_and_one_of_whoever_fills_it_in() {
        let library = Library::shipped().unwrap();
        for id in ["phq-9", "gad-7"] {
            let notice = &library.find(id).unwrap().notice;
            assert!(notice.contains("No permission required to reproduce, translate, display or distribute"), "{notice}");
        }
        let falls = library.find("falls-risk").unwrap();
        assert!(
            falls.notice.contains("does not predict who falls")
                && falls.source.contains("1.1.1")
                && !falls.title.contains("risk")
        );
        for id in ["carer-strain", "falls-risk"] {
            assert!(library.find(id).unwrap().notice.contains("It is not a validated score"));
        }
        let own: Vec<_> = library.all().iter().filter(|one| one.about_filler).map(|one| one.id.as_str()).collect();
        assert_eq!(own, ["carer-strain"]);
        let danger: Vec<_> = library.all().iter().filter(|one| one.asks_of_crisis()).map(|one| one.id.as_str()).collect();
        assert_eq!(danger, ["phq-9"]);
        let phq = library.find("phq-9").unwrap();
        let nine = phq.questions().into_iter().find(|(_, question)| question.crisis_above.is_some()).unwrap();
        assert_eq!((nine.0.link.as_str(), nine.1.crisis_above), ("44260-8", Some(0)));
    }

    #[test]
    fn each_band_stands_in_the_hazard_log_with_its_source_its_risk_and_its_control() {
        let log = include_str!("../../../../docs/CLINICAL-SAFETY.md");
        let (_, table) = log.split_once("# Bands of questionnaires").unwrap();
        let (table, _) = table.split_once("\n# ").unwrap();
        let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let rows: Vec<Vec<String>> = table.lines().filter(|line| line.starts_with("| `")).map(cells).collect();
        let library = Library::shipped().unwrap();
        let mut expected = Vec::new();
        for one in library.all() {
            let row = |scores: String, title: &str| vec![format!("`{}`", one.id), scores, title.to_owned(), one.source.clone()];
            expected.extend(one.ages.iter().map(|ages| row(format!("any, under {} years", ages.some_from), &ages.younger.title)));
            expected.extend(one.bands.iter().map(|band| row(format!("{} to {}", band.low, band.high), &band.title)));
        }
        let written: Vec<Vec<String>> = rows.iter().map(|row| row[..4].to_vec()).collect();
        assert_eq!(written, expected);
        assert!(
            rows.iter().all(|row| row.len() == 6 && row.iter().all(|cell| !cell.is_empty())),
            "a risk or a control is missing"
        );
    }

    #[test]
    fn the_operators_files_are_added_or_take_the_place_of_another_and_what_is_wrong_is_said() {
        let (_, phq) = SHIPPED[0];
        let other = phq.replacen("\"phq-9\"", "\"phq-9-welsh\"", 1);
        let newer = phq.replacen("\"version\": \"1\"", "\"version\": \"2\"", 1);
        let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
        let library = Library::with_files(&[file("a.json", &other), file("b.json", &newer)]).unwrap();
        assert_eq!((library.all().len(), library.find("phq-9").unwrap().version.as_str()), (6, "2"));
        let faults = Library::with_files(&[file("a.json", &other), file("c.json", &other)]).unwrap_err();
        assert_eq!(faults, ["The questionnaire c.json has the id phq-9-welsh of another."]);
        let faults = Library::with_files(&[file("a.json", "{}")]).unwrap_err();
        assert!(faults[0].starts_with("The questionnaire a.json cannot be used: Questionnaire: "), "{faults:?}");
    }
}
