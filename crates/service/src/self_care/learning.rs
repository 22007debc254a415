//! Things to read: those that a care team gave, those that fit what somebody has, and all others.

use super::{SelfCare, allowed, opens};
use crate::activity::{self, Event};
use crate::eyes::{NotedBy, Who};
use crate::reader::Reader;
use crate::records::{self, purpose};
use crate::{Core, PersonSummary, ServiceError};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask};
use domain::audit::Action;
use domain::self_care::{Article, GivenAnswer};
use domain::{GivenArticleId, PersonId};
use std::sync::Arc;
use store::self_care::{self, GivenRow};
use store::{Tx, person_write};

/// The most that is read of what somebody was given.
const MOST: i64 = 300;

/// Something that a care team gave somebody to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenSeen {
    /// Its id.
    pub id: GivenArticleId,
    /// The word of the article.
    pub article: String,
    /// What it was called.
    pub title: String,
    /// The article; absent where there is none any more.
    pub file: Option<Arc<Article>>,
    /// What the care team wrote to it.
    pub note: String,
    /// Who gave it.
    pub by: String,
    /// Where they work.
    pub organisation: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was said of it, by whom and when.
    pub answer: Option<(GivenAnswer, NotedBy, DateTime<Utc>)>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Whether the team that looks gave it itself.
    pub own: bool,
}

impl GivenSeen {
    /// Whether it waits to be read.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.answer.is_none() && self.withdrawn_at.is_none()
    }
}

/// What there is to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearningSeen {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// What care teams gave, the newest first.
    pub given: Vec<GivenSeen>,
    /// What fits what the person has now.
    pub suggested: Vec<Arc<Article>>,
    /// Everything that is open to the reader.
    pub all: Vec<Arc<Article>>,
    /// Whether the reader may answer.
    pub may_record: bool,
    /// The person's name.
    pub person_name: String,
    /// Until when the record is open in an emergency.
    pub emergency_until: Option<DateTime<Utc>>,
}

/// One article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleSeen {
    /// The article.
    pub article: Arc<Article>,
    /// Each time that it was given and not taken back, the newest first.
    pub given: Vec<GivenSeen>,
    /// Whether the reader may answer.
    pub may_record: bool,
}

impl SelfCare {
    /// What there is to read, as far as it is open to the reader. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's readings.
    pub async fn learning(&self, actor: &Actor, person: PersonId) -> Result<LearningSeen, ServiceError> {
        let (mut tx, subject, reader, may_record) = self.look(actor, person).await?;
        let who = Who::of(&self.core, &mut tx, actor, subject).await?;
        let given = given(&self.core, &mut tx, &reader, &who).await?;
        let topics = self.topics(&mut tx, actor, person).await?;
        let whose = records::summary(&mut tx, &reader).await?;
        drop(tx);
        let all: Vec<Arc<Article>> =
            self.core.self_care().articles().iter().filter(|one| opens(&reader, one.sensitivity())).cloned().collect();
        let fits = |one: &&Arc<Article>| one.topics.iter().any(|topic| topics.contains(topic));
        let suggested = all.iter().filter(fits).cloned().collect();
        self.looked(actor, subject, "learning").await?;
        let (person_name, emergency_until) = (who.name, who.emergency_until);
        Ok(LearningSeen { whose, given, suggested, all, may_record, person_name, emergency_until })
    }

    /// One article. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there, or not open, and to whoever may not see the person's readings.
    pub async fn article(&self, actor: &Actor, person: PersonId, id: &str) -> Result<ArticleSeen, ServiceError> {
        let (mut tx, subject, reader, may_record) = self.look(actor, person).await?;
        let Some(article) = self.core.self_care().article(id).filter(|one| opens(&reader, one.sensitivity())).cloned() else {
            drop(tx);
            return Err(self.refused(actor, person, ServiceError::NotFound).await);
        };
        let who = Who::of(&self.core, &mut tx, actor, subject).await?;
        let mut given = given(&self.core, &mut tx, &reader, &who).await?;
        given.retain(|one| one.article == id && one.withdrawn_at.is_none());
        drop(tx);
        self.looked(actor, subject, "article").await?;
        Ok(ArticleSeen { article, given, may_record })
    }

    /// Says of an article that was given that it is read or not for them, or with nothing that it is open again. Saying it twice changes
    /// nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that was not given, or is not open, and to whoever may not record for the person.
    pub async fn answer_article(
        &self,
        actor: &Actor,
        person: PersonId,
        article: &str,
        answer: Option<GivenAnswer>,
    ) -> Result<(), ServiceError> {
        let article = article.to_owned();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let mut given = false;
                for row in self_care::given(tx, person, MOST).await? {
                    given |= row.article == article && row.withdrawn_at.is_none() && is_open(&core, &reader, &row)?;
                }
                if !given {
                    return Err(ServiceError::NotFound);
                }
                let word = answer.map(GivenAnswer::code);
                if self_care::answer(tx, (person, &article), word, (by, core.now())).await? == 0 {
                    return Ok(());
                }
                let event = Event::on_record(&actor, subject, Action::LearningChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", word.unwrap_or("reopened")).about("article", article)).await
            })
        })
        .await
    }
}

/// Whether something that was given is open to the reader: by its label then and by that of its file now.
fn is_open(core: &Core, reader: &Reader, row: &GivenRow) -> Result<bool, ServiceError> {
    let file = core.self_care().article(&row.article);
    Ok(opens(reader, row.sensitivity()?) && file.is_none_or(|file| opens(reader, file.sensitivity())))
}

/// What care teams gave, as far as it is open to the reader.
pub(super) async fn given(core: &Core, tx: &mut Tx, reader: &Reader, who: &Who) -> Result<Vec<GivenSeen>, ServiceError> {
    let mut seen = Vec::new();
    for row in self_care::given(tx, reader.person, MOST).await? {
        if !is_open(core, reader, &row)? {
            continue;
        }
        let answer = row.answer.as_deref().and_then(GivenAnswer::from_code).zip(row.answered_by).zip(row.answered_at);
        seen.push(GivenSeen {
            id: GivenArticleId::from_uuid(row.id),
            file: core.self_care().article(&row.article).cloned(),
            article: row.article,
            title: row.title,
            note: row.note,
            by: row.member_name,
            organisation: row.organisation_name,
            at: row.created_at,
            answer: answer.map(|((answer, by), at)| (answer, who.eyes.by(by), at)),
            withdrawn_at: row.withdrawn_at,
            own: who.at.is_some_and(|at| at.as_uuid() == row.organisation_id),
        });
    }
    Ok(seen)
}
