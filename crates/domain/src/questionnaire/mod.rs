//! Questionnaires: what a file asks, what of it is asked now, what is missing, and what the answers come to.

mod answer;
mod check;
mod course;
mod structure;

pub use answer::{Answer, Answers, Said, Wrong, hear};
pub use check::Flaw;
pub use course::{Course, Page};
pub use structure::{
    Ages, Asks, Band, Bounds, Comparison, Condition, Item, Question, QuestionChoice, Questionnaire, Test, Unit, What,
};
