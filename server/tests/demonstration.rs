//! What the demonstration holds of readings, from the first visit on.

use chrono::TimeDelta;
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::correction::State;
use domain::reading::week::{Outcome, Protocol, WeekEnd};
use domain::reading::{Measure, Span};
use domain::release::OWN_DAYS;
use domain::team::WorkKind;
use domain::when::london_day;
use server::seed::population;
use service::{ResultWait, Services, SourceFault};
use testkit::{MockClock, Place};

/// Somebody of the demonstration, signed in.
async fn person(services: &Services, key: &str) -> (Actor, PersonId) {
    let all = population(london_day(services.core.now())).people;
    let one = all.into_iter().find(|one| one.key == key).unwrap();
    let id = services.accounts.find(&Actor::Operator, &one.email).await.unwrap().id;
    let person = services.people.find(&Actor::Operator, &one.nhs_number.unwrap()).await.unwrap().id;
    (Actor::Account { id, assurance: Assurance::SecondStep }, person)
}

testkit::both_engines! {
    async fn the_demonstration_holds_months_of_readings_weeks_scores_and_one_alert(place: &Place) {
        let clock = MockClock::default();
        let services = place.services(&clock);
        server::seed_demo(&services).await.unwrap();
        // Seeded again, as at each start, nothing comes twice.
        server::seed_demo(&services).await.unwrap();
        let readings = &services.readings;
        let (margaret, person_m) = person(&services, "margaret").await;
        let pressure = readings.measure(&margaret, person_m, (Measure::BloodPressure, Span::Year, None)).await.unwrap();
        // A year is drawn by its weeks.
        assert!(pressure.chart.of > 40 && pressure.chart.first.len() > 20, "{} {}", pressure.chart.of, pressure.chart.first.len());
        assert!(pressure.target.is_some() && !pressure.watch.by.is_empty());
        let weeks = readings.weeks(&margaret, person_m).await.unwrap().weeks;
        assert_eq!(weeks.iter().map(|week| (week.plan.protocol, week.ended)).collect::<Vec<_>>(), [(Protocol::HomePressure, Some(WeekEnd::Finished))]);
        let week = readings.week(&margaret, person_m, weeks[0].id).await.unwrap();
        assert!(matches!(week.outcome, Outcome::Average(Some(mean)) if mean.readings == 24), "{:?}", week.outcome);
        assert!(week.team.is_some() && week.team_since.is_none(), "the target was agreed before the week");
        let (jordan, person_j) = person(&services, "jordan").await;
        let weeks = readings.weeks(&jordan, person_j).await.unwrap().weeks;
        assert!(weeks.len() == 1 && weeks[0].runs && weeks[0].plan.protocol == Protocol::PeakFlow);
        let all = services.questionnaires.overview(&jordan, person_j).await.unwrap().all;
        for word in ["phq-9", "gad-7"] {
            let one = all.iter().find(|one| one.id == word).unwrap();
            let scores: Vec<_> = one.responses.iter().map(|line| line.score.unwrap()).collect();
            assert!(scores.len() == 4 && scores.is_sorted() && one.begun.is_none(), "{word}: {scores:?}");
            assert!(one.responses.windows(2).all(|pair| pair[0].at > pair[1].at) && one.responses.iter().all(|line| !line.crisis));
        }
        for (who, person, says) in [(&margaret, person_m, "Reach 72 kg"), (&jordan, person_j, "Play football with Ade every Sunday")] {
            let goal = readings.waits(who, person).await.unwrap().goal.unwrap();
            assert_eq!((goal.says.as_str(), goal.state), (says, domain::goal::State::Active));
            assert_eq!(goal.now.is_some(), person == person_m);
            assert_eq!(services.self_care.goals(who, person).await.unwrap().goals.len(), 1);
        }
        let said = services.profile.needs(&margaret, service::NeedsOf::Person(person_m)).await.unwrap();
        assert_eq!(said.now.unwrap().needs.in_short(), "Needs large print (20 point). Uses a hearing aid and lip-reading: face them when you speak. Contact by letter.");
        assert!(said.before.is_empty(), "seeded again nothing is said twice");
        assert_eq!(services.profile.notes(&margaret, person_m).await.unwrap().notes.len(), 2);
        // What the community service sent last could not be read; the others work.
        let sources = services.records.sources(&margaret, person_m).await.unwrap().sources;
        let failing: Vec<_> = sources.iter().filter_map(|one| Some((one.name.as_str(), one.failing?.1))).collect();
        assert_eq!(failing, [("Prunella Community Health NHS Trust", SourceFault::Unreadable)]);
        assert!(sources.len() > 3 && sources.iter().all(|one| one.last_success.is_some()));
        // A mistake that she reported was put right; the entry leads to the report, and to what it said before.
        let reports = services.corrections.list(&margaret, person_m).await.unwrap().0;
        assert!(reports.len() == 1 && reports[0].state == State::Corrected && reports[0].mine, "{reports:?}");
        let (entry, title) = reports[0].entry.clone().unwrap();
        let about = services.corrections.about_entry(&margaret, person_m, entry).await.unwrap();
        assert_eq!((about.reports.len(), title.as_str()), (1, "Osteoarthritis of knee"));
        let entry = services.records.entry(&margaret, person_m, entry).await.unwrap();
        assert_eq!((entry.version, entry.versions.len()), (2, 2));
        assert!(entry.details.iter().any(|detail| detail.value.contains("Right knee")));
        // The hospital talks about a scan first: that it has come is said, and not what it found.
        let (beverley, person_b) = person(&services, "beverley").await;
        let page = services.records.results(&beverley, person_b, None).await.unwrap();
        assert_eq!(page.waiting.len(), 1);
        assert_eq!((page.waiting[0].organisation.as_str(), page.waiting[0].waits), ("Prunella Vale Hospitals NHS Trust", ResultWait::Comment));
        assert_eq!(page.waiting[0].until, services.core.now() + TimeDelta::days(i64::from(OWN_DAYS)));
        assert!(!page.lines.is_empty() && page.lines.iter().all(|one| !one.line.title.contains("CT scan")));
        // One thing has come up, today, and waits for the GP.
        let at = services.organisations.by_code(&Actor::Operator, "Y90001").await.unwrap().id;
        let staff = services.care_team.staff(&Actor::Operator, at).await.unwrap();
        let amara = staff.into_iter().find(|one| one.email.as_deref() == Some("amara.larkspur@example.org")).unwrap();
        let id = services.accounts.find(&Actor::Operator, "amara.larkspur@example.org").await.unwrap().id;
        let gp = Actor::Staff { id, assurance: Assurance::SecondStep, member: amara.member };
        let alerts: Vec<_> =
            services.work.list(&gp).await.unwrap().into_iter().filter(|item| item.kind == WorkKind::ReadingAlert).collect();
        let (_, derek) = person(&services, "derek").await;
        assert_eq!(alerts.iter().map(|item| (item.person, item.urgent)).collect::<Vec<_>>(), [(derek, true)]);
        let found = readings.plan(&gp, derek).await.unwrap().alerts;
        assert_eq!((found.len(), found[0].found.as_str()), (1, "81.6 kg, then 83.7 kg"));
    }
}
