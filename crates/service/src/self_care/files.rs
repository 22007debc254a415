//! What can be read, and which apps, groups and helplines there are: files that come with the program, and the operator's own. Each is
//! understood whole or refused at the start.

use domain::self_care::{Article, Support};
use serde::Deserialize;
use std::sync::{Arc, LazyLock};

macro_rules! shipped {
    ($($name:literal)*) => { [$(($name, include_str!(concat!("articles/", $name))),)*] };
}

/// The articles that come with the program, in the order in which they are listed.
const ARTICLES: [(&str, &str); 14] = shipped! {
    "high-blood-pressure.json" "type-2-diabetes.json" "asthma.json" "copd.json" "heart-failure.json" "preventing-falls.json"
    "low-mood.json" "anxiety.json" "dementia-for-carers.json" "stop-smoking.json" "alcohol.json" "healthy-weight.json"
    "getting-active.json" "sleep.json"
};
/// The apps, groups and helplines that come with the program.
const SUPPORT: &str = include_str!("support.json");
/// Those of the demonstration's town, all made up.
const MADE_UP: &str = include_str!("support-demo.json");

static READ: LazyLock<Result<SelfCareFiles, Vec<String>>> = LazyLock::new(|| {
    let mut files = SelfCareFiles::default();
    let mut faults = files.add_articles(ARTICLES.iter().map(|(name, text)| (*name, text.as_bytes()))).err().unwrap_or_default();
    faults.extend(files.add_support("support.json", SUPPORT.as_bytes()).err().unwrap_or_default());
    if faults.is_empty() { Ok(files) } else { Err(faults) }
});

/// The file of a directory.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Directory {
    entries: Vec<Support>,
}

/// Everything that can be read, and every app, group and helpline.
#[derive(Clone, Debug, Default)]
pub struct SelfCareFiles {
    articles: Vec<Arc<Article>>,
    support: Vec<Arc<Support>>,
}

impl SelfCareFiles {
    /// Those that come with the program.
    ///
    /// # Errors
    /// What is wrong with their files, one sentence each.
    pub fn shipped() -> Result<Self, Vec<String>> {
        READ.clone()
    }

    /// The same with the operator's articles, by name, and their file of apps and groups. One with the id of another takes its place.
    ///
    /// # Errors
    /// What is wrong, one sentence each; two of the operator's own must not have one id.
    pub fn with_files(articles: &[(String, Vec<u8>)], support: Option<&(String, Vec<u8>)>) -> Result<Self, Vec<String>> {
        let mut own = Self::default();
        let named = articles.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
        let mut faults = own.add_articles(named).err().unwrap_or_default();
        if let Some((name, bytes)) = support {
            faults.extend(own.add_support(name, bytes).err().unwrap_or_default());
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self::shipped()?.taking_in(own))
    }

    /// The same with the made-up groups of the demonstration.
    ///
    /// # Errors
    /// What is wrong with their file.
    pub fn with_made_up(self) -> Result<Self, Vec<String>> {
        let mut made_up = Self::default();
        made_up.add_support("support-demo.json", MADE_UP.as_bytes())?;
        Ok(self.taking_in(made_up))
    }

    fn taking_in(mut self, others: Self) -> Self {
        for article in others.articles {
            match self.articles.iter_mut().find(|one| one.id == article.id) {
                Some(one) => *one = article,
                None => self.articles.push(article),
            }
        }
        for support in others.support {
            match self.support.iter_mut().find(|one| one.id == support.id) {
                Some(one) => *one = support,
                None => self.support.push(support),
            }
        }
        self
    }

    fn add_articles<'f>(&mut self, files: impl Iterator<Item = (&'f str, &'f [u8])>) -> Result<(), Vec<String>> {
        let mut faults = Vec::new();
        for (name, bytes) in files {
            match serde_json::from_slice::<Article>(bytes) {
                Err(error) => faults.push(format!("The article {name} cannot be used: {error}.")),
                Ok(read) => {
                    faults.extend(read.faults().iter().map(|fault| format!("The article {name} cannot be used: {fault}.")));
                    if self.article(&read.id).is_some() {
                        faults.push(format!("The article {name} has the id {} of another.", read.id));
                    }
                    self.articles.push(Arc::new(read));
                }
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn add_support(&mut self, name: &str, bytes: &[u8]) -> Result<(), Vec<String>> {
        let read: Directory =
            serde_json::from_slice(bytes).map_err(|error| vec![format!("The directory {name} cannot be used: {error}.")])?;
        let mut faults = Vec::new();
        for one in read.entries {
            let told = |fault: &&str| format!("The entry {} of the directory {name} cannot be used: {fault}.", one.id);
            faults.extend(one.faults().iter().map(told));
            if self.one_support(&one.id).is_some() {
                faults.push(format!("The directory {name} has two entries of the id {}.", one.id));
            }
            self.support.push(Arc::new(one));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Every article.
    #[must_use]
    pub fn articles(&self) -> &[Arc<Article>] {
        &self.articles
    }

    /// The article of this id.
    #[must_use]
    pub fn article(&self, id: &str) -> Option<&Arc<Article>> {
        self.articles.iter().find(|one| one.id == id)
    }

    /// Every app, group and helpline.
    #[must_use]
    pub fn support(&self) -> &[Arc<Support>] {
        &self.support
    }

    /// The app, group or helpline of this id.
    #[must_use]
    pub fn one_support(&self, id: &str) -> Option<&Arc<Support>> {
        self.support.iter().find(|one| one.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::reading_age::ease;
    use domain::self_care::Topic;

    #[test]
    fn what_comes_with_the_program_can_be_used_and_made_up_groups_are_marked() {
        let files = SelfCareFiles::shipped().unwrap();
        assert_eq!((files.articles().len(), files.support().len()), (14, 26));
        assert!(files.support().iter().all(|one| !one.made_up && one.area.is_empty()));
        let with = files.clone().with_made_up().unwrap();
        let made_up: Vec<_> = with.support().iter().filter(|one| one.made_up).collect();
        assert_eq!((made_up.len(), with.support().len()), (4, 30));
        // Numbers that Ofcom keeps for stories, and the postcode area that is none.
        assert!(
            made_up
                .iter()
                .all(|one| one.phone.starts_with("01632 960") && one.area == ["ZZ99"] && one.approved_by.contains("made up"))
        );
    }

    #[test]
    fn every_article_is_in_plain_words_and_names_the_nhs_or_nice() {
        for article in SelfCareFiles::shipped().unwrap().articles() {
            let age = ease(&article.words(), &[]).unwrap().age();
            assert!(age <= 9.0, "{}: {age}", article.id);
            assert!(article.words().split_whitespace().count() <= 400, "{}: short", article.id);
            let known =
                |url: &str| url.starts_with("https://www.nhs.uk/") || url.starts_with("https://www.nice.org.uk/guidance/");
            assert!(article.sources.iter().all(|source| known(&source.url)), "{}", article.id);
            assert!(
                !article.sections.is_empty() && article.review_by.signed_duration_since(article.reviewed).num_days() <= 3 * 366
            );
        }
    }

    #[test]
    fn each_topic_of_a_problem_leads_to_something() {
        let files = SelfCareFiles::shipped().unwrap();
        for topic in Topic::ALL {
            assert!(files.support().iter().any(|one| one.topics.contains(topic)), "{topic:?}");
        }
        let read: Vec<_> =
            Topic::ALL.iter().filter(|topic| files.articles().iter().any(|one| one.topics.contains(topic))).collect();
        assert_eq!(read.len(), 16, "{read:?}");
    }

    #[test]
    fn what_is_said_of_heart_failure_is_for_no_other_heart() {
        let files = SelfCareFiles::shipped().unwrap();
        assert_eq!(files.article("heart-failure").unwrap().topics, [Topic::HeartFailure]);
        let helps: Vec<&str> =
            files.support().iter().filter(|one| one.topics.contains(&Topic::HeartFailure)).map(|one| one.id.as_str()).collect();
        assert_eq!(helps, ["british-heart-foundation"]);
    }

    #[test]
    fn with_heart_failure_it_is_said_when_to_call_and_999_comes_first() {
        let files = SelfCareFiles::shipped().unwrap();
        let words = files.article("heart-failure").unwrap().words();
        let (first, after) = words.split_once("Heart failure does not mean").unwrap();
        assert!(first.contains("Call 999 if you have pain in your chest"), "{first}");
        assert!(after.contains("If you gain more than 2 kg in 3 days, call your heart nurse or GP the same day."), "{after}");
    }

    #[test]
    fn nobody_is_told_to_stop_drinking_before_they_are_told_to_get_help_first() {
        let files = SelfCareFiles::shipped().unwrap();
        let words = files.article("alcohol").unwrap().words();
        let (first, _) = words.split_once("No more than 14 units").unwrap();
        assert!(first.contains("do not stop all at once") && first.contains("call 111 first"), "{first}");
    }

    #[test]
    fn the_operators_files_are_added_or_take_the_place_of_another_and_what_is_wrong_is_said() {
        let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
        let (_, sleep) = ARTICLES[13];
        let welsh = sleep.replacen("\"sleep\"", "\"cwsg\"", 1);
        let newer = sleep.replacen("Sleeping better", "Sleeping well", 1);
        let files = SelfCareFiles::with_files(&[file("a.json", &welsh), file("b.json", &newer)], None).unwrap();
        assert_eq!((files.articles().len(), files.article("sleep").unwrap().title.as_str()), (15, "Sleeping well"));
        let faults = SelfCareFiles::with_files(&[file("a.json", &welsh), file("c.json", &welsh)], None).unwrap_err();
        assert_eq!(faults, ["The article c.json has the id cwsg of another."]);
        let wrong = sleep.replacen("https://", "http://", 1);
        let faults = SelfCareFiles::with_files(&[file("a.json", &wrong)], None).unwrap_err();
        assert_eq!(faults, ["The article a.json cannot be used: each source needs an address that begins with https://."]);
        let faults = SelfCareFiles::with_files(&[file("a.json", "{\"slider\": 1}")], None).unwrap_err();
        assert!(faults[0].starts_with("The article a.json cannot be used: unknown field `slider`"), "{faults:?}");
        let own = r#"{"entries": [{"id": "mind", "name": "Mind Otley", "what": "A café", "kind": "local-group", "who": "Anybody", "cost": "Free",
            "url": "https://mind.example.org", "area": ["LS21"], "topics": ["low-mood"], "approved_by": "The practice", "approved_on": "2026-11-01"}]}"#;
        let files = SelfCareFiles::with_files(&[], Some(&file("groups.json", own))).unwrap();
        assert_eq!((files.support().len(), files.one_support("mind").unwrap().name.as_str()), (26, "Mind Otley"));
        let faults = SelfCareFiles::with_files(&[], Some(&file("groups.json", &own.replace("LS21", "Otley")))).unwrap_err();
        assert_eq!(
            faults,
            ["The entry mind of the directory groups.json cannot be used: its area must be postcode districts such as LS21."]
        );
        let faults = SelfCareFiles::with_files(&[], Some(&file("groups.json", "[]"))).unwrap_err();
        assert!(faults[0].starts_with("The directory groups.json cannot be used: "), "{faults:?}");
    }
}
