//! Whatever is typed into a questionnaire, hearing it does not panic, and what it comes to is within what there can be.

use domain::questionnaire::{Answers, Questionnaire, Said, hear};
use std::sync::LazyLock;

static FILES: LazyLock<Vec<Questionnaire>> = LazyLock::new(|| {
    let all: [&[u8]; 5] = [
        include_bytes!("../../../service/src/questionnaires/files/phq-9.json"),
        include_bytes!("../../../service/src/questionnaires/files/gad-7.json"),
        include_bytes!("../../../service/src/questionnaires/files/audit-c.json"),
        include_bytes!("../../../service/src/questionnaires/files/carer-strain.json"),
        include_bytes!("../../../service/src/questionnaires/files/falls-risk.json"),
    ];
    all.iter().map(|file| fhir::questionnaire::parse(file).expect("a file that comes with the program")).collect()
});

/// Does it with these bytes, where they are text.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for file in FILES.iter() {
        let mut answers = Answers::default();
        // A line for each question, with words of one's own after a tab.
        for ((item, question), line) in file.questions().into_iter().zip(text.lines()) {
            let (text, other) = line.split_once('\t').unwrap_or((line, ""));
            if let Ok(Some(answer)) = hear(question, &Said { text, other, day: None }) {
                answers.insert(item.link.clone(), answer);
            }
        }
        let course = file.course(&answers);
        if let (Some(score), Some(highest)) = (course.score(), file.highest()) {
            assert!(score <= highest && course.band().is_some());
        }
        let kept = course.counted();
        assert!(file.course(&kept).counted() == kept, "what counts counts again");
    }
}
