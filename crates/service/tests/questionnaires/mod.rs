//! Questionnaires that people fill in, on both engines.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod asking;
mod danger;
mod filling;
mod seeing;
#[expect(dead_code, reason = "the town of appointments has more than is needed here")]
#[path = "../appointments/town.rs"]
mod town;
#[expect(dead_code, reason = "the world of medicines has more than is needed here")]
#[path = "../medicines/world.rs"]
mod world;

use domain::QuestionnaireResponseId;
use domain::access::Actor;
use domain::questionnaire::{Asks, Questionnaire};
use service::{AnswersForm, Library, Next, QuestionnaireRulesForm, ServiceError};
use std::sync::Arc;
use world::World;

/// One that comes with the program.
fn file(word: &str) -> Arc<Questionnaire> {
    Arc::clone(Library::shipped().unwrap().find(word).unwrap())
}

/// A page on which each question has the answer in this place of its own, or none.
fn answered(file: &Questionnaire, page: usize, place: impl Fn(&str) -> Option<usize>) -> AnswersForm {
    let mut form = AnswersForm { page, version: file.version.clone(), ..AnswersForm::default() };
    for (item, question) in file.pages()[page].questions() {
        if let (Asks::Choice { options, .. }, Some(place)) = (&question.asks, place(&item.link)) {
            form.typed.insert(AnswersForm::field(file, item), options[place].code.clone());
        }
    }
    form
}

/// The question about thoughts of being better off dead.
const NINE: &str = "44260-8";

/// The place of the answer to each question of the PHQ-9: this one, and another to the ninth.
fn phq(all: usize, nine: usize) -> impl Fn(&str) -> Option<usize> {
    move |link| Some(if link == NINE { nine } else { all })
}

impl World {
    async fn begin(&self, by: &Actor, word: &str) -> Result<QuestionnaireResponseId, ServiceError> {
        let submission = self.town.services.core.new_id().to_string();
        self.town.services.questionnaires.begin(by, self.edna.person, (word, &submission)).await
    }

    async fn save(&self, word: &str, id: QuestionnaireResponseId, form: &AnswersForm) -> Result<Next, ServiceError> {
        self.town.services.questionnaires.save(&self.edna.actor, self.edna.person, (word, id), form).await
    }

    /// Answers every page of the PHQ-9, as hers, and leaves it unfinished.
    async fn answer(&self, all: usize, nine: usize) -> QuestionnaireResponseId {
        let (file, id) = (file("phq-9"), self.begin(&self.edna.actor, "phq-9").await.unwrap());
        for page in 0..file.pages().len() {
            match self.save("phq-9", id, &answered(&file, page, phq(all, nine))).await {
                Ok(Next::Check) => break,
                Ok(_) => {}
                other => panic!("{other:?}"),
            }
        }
        id
    }

    /// The same, and finishes it.
    async fn fill_in(&self, all: usize, nine: usize) -> QuestionnaireResponseId {
        let id = self.answer(all, nine).await;
        let questionnaires = &self.town.services.questionnaires;
        questionnaires.finish(&self.edna.actor, self.edna.person, ("phq-9", id)).await.unwrap();
        id
    }

    /// Says whether the practice is told of danger.
    async fn tell(&self, alerts: &str) {
        let questionnaires = &self.town.services.questionnaires;
        let version = questionnaires.rules(&self.town.manager).await.unwrap().version.to_string();
        let form = QuestionnaireRulesForm { alerts: alerts.to_owned(), version };
        questionnaires.change_rules(&self.town.manager, &form).await.unwrap();
    }
}
