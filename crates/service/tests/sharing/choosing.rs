//! Choosing, taking back, receipts, and notices that change.

use super::*;
use chrono::TimeDelta;
use domain::consent::{SharingPurpose, SummaryChoice};
use domain::scope::Labels;
use domain::team::WorkKind;
use service::{PurposeSeen, SummaryForm, WorkItem};

fn of(seen: &[PurposeSeen], purpose: SharingPurpose) -> &PurposeSeen {
    seen.iter().find(|seen| seen.purpose == purpose).unwrap()
}

/// What somebody at work is asked to record of what was chosen about a summary.
async fn waits(world: &World, actor: &Actor) -> Vec<WorkItem> {
    let all = world.services.work.list(actor).await.unwrap();
    all.into_iter().filter(|item| item.kind == WorkKind::SummaryChoice).collect()
}

async fn practice(world: &World, code: &str, name: &str) -> OrganisationId {
    world.services.organisations.ensure(&Actor::Operator, code, name, OrganisationKind::Practice).await.unwrap().id
}

testkit::both_engines! {
    /// Until somebody chooses, care teams see everything; then what is shared with their kind, from the next look on.
    async fn a_choice_holds_for_its_kind_and_is_taken_back_by_the_same_act(place: &Place) {
        let world = World::at(place).await;
        let (services, sam, person) = (&world.services, &world.sam, world.person);
        world.private(Sensitivity::Mental).await;
        let gp = world.member(world.practice, StaffRole::Clinician, "Gail").await;
        let nurse = world.member(world.hospital, StaffRole::Clinician, "Nora").await;
        let before = services.sharing.choices(sam, person).await.unwrap();
        let care = of(&before, SharingPurpose::DirectCare);
        assert_eq!(care.choices.len(), OrganisationKind::ALL.len());
        assert!(care.choices.iter().all(|choice| choice.labels == Some(Labels::all()) && choice.chosen_at.is_none()));
        assert_eq!(of(&before, SharingPurpose::Summary).choices[0].labels, None);
        assert_eq!(world.problems(&gp).await.len(), 2);

        world.choose("direct-care", "practice", "general", 2).await.unwrap();
        assert_eq!(world.problems(&gp).await, ["Asthma"], "what the hospital wrote is private and not shared with practices");
        assert_eq!(world.problems(&nurse).await.len(), 2, "the choice is for practices alone");
        world.choose("direct-care", "hospital", "", 2).await.unwrap();
        assert_eq!(world.problems(&nurse).await, ["Broken arm"], "what an organisation wrote stays open to it");

        world.choose("direct-care", "practice", "general mental sexual social", 2).await.unwrap();
        assert_eq!(world.problems(&gp).await.len(), 2);
        assert_eq!(world.count(Action::SharingChanged).await, 3);

        let receipts = services.sharing.receipts(sam, person).await.unwrap();
        let told = receipts.iter().map(|receipt| (receipt.kind.map(OrganisationKind::code), receipt.labels.to_string(), receipt.holds));
        let mut told: Vec<_> = told.collect();
        told.sort();
        assert_eq!(
            told,
            [
                (Some("hospital"), String::new(), true),
                (Some("practice"), "general".to_owned(), false),
                (Some("practice"), Labels::all().to_string(), true),
            ]
        );
        assert!(receipts.iter().all(|receipt| receipt.notice_version == 2 && receipt.chosen_at == services.core.now()));
    }

    /// A hospice was one of all other organisations: what was chosen for those holds for it, until a choice is made for hospices.
    async fn a_choice_for_all_others_holds_for_a_kind_of_which_nothing_was_chosen(place: &Place) {
        let world = World::at(place).await;
        let hospice = world.services.organisations.ensure(&Actor::Operator, "Y9L01", "St Luke's", OrganisationKind::Hospice);
        let hospice = hospice.await.unwrap().id;
        assert_eq!(import(&world.services, hospice, &record("l1", SAM, "1980-03-31", "Long illness")).await, world.person);
        let nurse = world.member(hospice, StaffRole::Clinician, "Nora").await;
        let seen = async || {
            let all = world.services.sharing.choices(&world.sam, world.person).await.unwrap();
            let care = of(&all, SharingPurpose::DirectCare);
            let choice = care.choices.iter().find(|choice| choice.kind == Some(OrganisationKind::Hospice)).unwrap();
            (choice.labels, choice.chosen_at.is_some())
        };
        assert_eq!((seen().await, world.problems(&nurse).await.len()), ((Some(Labels::all()), false), 3));
        world.choose("direct-care", "other", "", 2).await.unwrap();
        assert_eq!(seen().await, (Some(Labels::NONE), false));
        assert_eq!(world.problems(&nurse).await, ["Long illness"], "what an organisation wrote stays open to it");
        world.choose("direct-care", "hospice", "general mental sexual social", 2).await.unwrap();
        assert_eq!((seen().await, world.problems(&nurse).await.len()), ((Some(Labels::all()), true), 3));
    }

    /// A form sent twice, also at the same moment, is one choice; two forms are two.
    async fn a_form_sent_twice_is_one_choice(place: &Place) {
        let world = World::at(place).await;
        let (sharing, sam, person) = (&world.services.sharing, &world.sam, world.person);
        let (no, yes) = (choice("planning", "", "", 1), choice("planning", "", "general mental sexual social", 1));
        let done = futures::join!(
            sharing.choose(sam, person, &no), sharing.choose(sam, person, &no), sharing.choose(sam, person, &no)
        );
        assert!(done.0.is_ok() && done.1.is_ok() && done.2.is_ok(), "{done:?}");
        assert_eq!(sharing.receipts(sam, person).await.unwrap().len(), 1);
        assert_eq!(world.count(Action::SharingChanged).await, 1);
        let no = choice("planning", "", "", 1);
        let both = futures::join!(sharing.choose(sam, person, &yes), sharing.choose(sam, person, &no));
        assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
        assert_eq!(sharing.receipts(sam, person).await.unwrap().len(), 3);
        assert_eq!(world.count(Action::SharingChanged).await, 3);
    }

    /// Who chose under an older notice is told what is new, and no choice is taken under words that were not read.
    async fn a_new_notice_says_what_changed_since_the_choice(place: &Place) {
        let world = World::at(place).await;
        let (sharing, sam, person) = (&world.services.sharing, &world.sam, world.person);
        world.clock.set(at("2026-09-30T12:00:00Z"));
        world.choose("direct-care", "practice", "", 1).await.unwrap();
        let eve = sharing.choices(sam, person).await.unwrap();
        assert_eq!((of(&eve, SharingPurpose::DirectCare).notice.version, of(&eve, SharingPurpose::DirectCare).newer.len()), (1, 0));
        assert_eq!(fields(world.choose("direct-care", "practice", "general", 2).await), [""], "it is not there yet");

        world.clock.advance(TimeDelta::days(1));
        let after = sharing.choices(sam, person).await.unwrap();
        let care = of(&after, SharingPurpose::DirectCare);
        assert_eq!((care.notice.version, care.newer.len()), (2, 1));
        assert!(care.newer[0].changes.iter().any(|line| line.contains("one by one")));
        let practice = care.choices.iter().find(|choice| choice.kind == Some(OrganisationKind::Practice)).unwrap();
        assert_eq!(practice.labels, Some(Labels::NONE), "what was chosen stays");
        assert_eq!(fields(world.choose("direct-care", "practice", "general", 1).await), [""], "the page was from before");
        world.choose("direct-care", "practice", "general", 2).await.unwrap();
        assert!(of(&sharing.choices(sam, person).await.unwrap(), SharingPurpose::DirectCare).newer.is_empty());
        let versions: Vec<i32> = sharing.receipts(sam, person).await.unwrap().iter().map(|receipt| receipt.notice_version).collect();
        assert_eq!(versions, [2, 1]);
    }

    /// Nobody but the person sees or makes their choices; an attempt is written down.
    async fn only_the_person_chooses(place: &Place) {
        let world = World::at(place).await;
        let (sharing, person) = (&world.services.sharing, world.person);
        let gp = world.member(world.practice, StaffRole::Clinician, "Gail").await;
        let account = care_team::account(&world.services, "kim@example.org").await;
        for actor in [&gp, &citizen(account)] {
            not_found(sharing.choices(actor, person).await);
            not_found(sharing.receipts(actor, person).await);
            not_found(sharing.choose(actor, person, &choice("planning", "", "", 1)).await);
        }
        assert_eq!(world.count(Action::SharingChanged).await, 0);
        assert_eq!(world.count(Action::Refused).await, 3, "of the practice; not of a stranger");
        let first = Actor::Account { id: account, assurance: Assurance::FirstStep };
        assert!(matches!(sharing.choices(&first, person).await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(sharing.choices(&Actor::Nobody, person).await, Err(ServiceError::NotSignedIn)));
    }

    /// What the person said about a fuller summary is told to their care team.
    async fn the_answer_about_a_summary_is_told_to_the_team(place: &Place) {
        let world = World::at(place).await;
        let gp = world.member(world.practice, StaffRole::Clinician, "Gail").await;
        let told = async || world.services.care_team.patient(&gp, world.person).await.unwrap().summary;
        assert_eq!(told().await, None);
        world.choose("summary", "", "general mental sexual social", 1).await.unwrap();
        assert_eq!(told().await, Some(true));
        world.choose("summary", "", "", 1).await.unwrap();
        assert_eq!(told().await, Some(false));
    }

    /// A choice about the summary is made in the practice's system, so it waits there until somebody says that it is recorded.
    async fn a_choice_about_the_summary_waits_for_the_practice_until_it_is_recorded(place: &Place) {
        let world = World::at(place).await;
        let (sharing, work, person) = (&world.services.sharing, &world.services.work, world.person);
        let desk = world.member(world.practice, StaffRole::Reception, "Dora").await;
        let nurse = world.member(world.hospital, StaffRole::Clinician, "Nora").await;
        let everything = Labels::all().to_string();
        world.choose("summary", "", "", 1).await.unwrap();
        let first = waits(&world, &desk).await;
        assert_eq!((first.len(), world.count(Action::SharingChanged).await), (1, 1));
        assert_eq!(sharing.to_record(&desk, first[0].id).await.unwrap().choice, Some(SummaryChoice::CoreOnly));
        world.clock.advance(TimeDelta::minutes(1));
        world.choose("summary-at-all", "", "", 1).await.unwrap();
        let now = waits(&world, &desk).await;
        assert_eq!((now.len(), now[0].id), (1, first[0].id), "two choices are one thing to do");
        let found = sharing.to_record(&desk, now[0].id).await.unwrap();
        assert_eq!((found.choice, found.chosen_at), (Some(SummaryChoice::OptOut), world.services.core.now()));
        not_found(sharing.to_record(&nurse, now[0].id).await);
        not_found(sharing.to_record(&world.sam, now[0].id).await);
        assert_eq!(fields(work.done(&desk, first[0].id, first[0].version).await), [""], "they did not see the last choice");
        let seen = async || world.services.summaries.read(&world.sam, person, SummaryForm::Page).await.unwrap();
        assert_eq!(seen().await.asked[0].copied_at, None);
        work.done(&desk, now[0].id, now[0].version).await.unwrap();
        assert!(waits(&world, &desk).await.is_empty() && seen().await.asked[0].copied_at.is_some());
        // Without a summary it makes no difference how full it would be.
        world.choose("summary", "", &everything, 1).await.unwrap();
        assert!(waits(&world, &desk).await.is_empty());
        assert_eq!(seen().await.choice, Some(SummaryChoice::OptOut));
        world.choose("summary-at-all", "", &everything, 1).await.unwrap();
        assert_eq!((waits(&world, &desk).await.len(), seen().await.choice), (1, Some(SummaryChoice::Additional)));
        world.choose("planning", "", "", 1).await.unwrap();
        assert_eq!(waits(&world, &desk).await.len(), 1);
    }

    /// Somebody else's practice has nothing to record of them, and has recorded nothing that they chose since.
    async fn a_choice_about_the_summary_goes_along_to_a_new_practice(place: &Place) {
        let world = World::at(place).await;
        let (services, work, person) = (&world.services, &world.services.work, world.person);
        let (hill, far) = (practice(&world, "Y90002", "Hillside Surgery").await, practice(&world, "Y90003", "Far Surgery").await);
        let desk = world.member(world.practice, StaffRole::Reception, "Dora").await;
        let hugh = world.member(hill, StaffRole::Reception, "Hugh").await;
        let told = async || {
            let seen = services.summaries.read(&world.sam, person, SummaryForm::Page).await.unwrap();
            seen.asked.into_iter().map(|one| (one.organisation, one.copied_at.is_some())).collect::<Vec<_>>()
        };
        world.choose("summary", "", "", 1).await.unwrap();
        let old = waits(&world, &desk).await;
        assert_eq!((old.len(), told().await), (1, vec![("Riverside Surgery".to_owned(), false)]));
        world.clock.advance(TimeDelta::minutes(1));
        for _ in 0..2 {
            import(services, hill, &record("hill", SAM, "1980-03-31", "Gout")).await;
        }
        assert!(waits(&world, &desk).await.is_empty());
        let new = waits(&world, &hugh).await;
        assert_eq!((new.len(), new[0].waiting_since), (1, old[0].waiting_since));
        assert_eq!(services.sharing.to_record(&hugh, new[0].id).await.unwrap().choice, Some(SummaryChoice::CoreOnly));
        assert_eq!(told().await, [("Hillside Surgery".to_owned(), false)]);
        work.done(&hugh, new[0].id, new[0].version).await.unwrap();
        assert_eq!(told().await, [("Hillside Surgery".to_owned(), true)]);

        // Nobody there uses this: another choice reaches nobody, and what was recorded before it holds no more.
        services.people.register(&Actor::Operator, person, far).await.unwrap();
        world.clock.advance(TimeDelta::minutes(1));
        world.choose("planning", "", "", 1).await.unwrap();
        assert_eq!(told().await, [("Hillside Surgery".to_owned(), true)], "that is about something else");
        world.choose("summary", "", &Labels::all().to_string(), 1).await.unwrap();
        assert!(told().await.is_empty());
    }

    async fn a_choice_about_the_summary_is_not_lost_where_nobody_would_read_it(place: &Place) {
        let world = World::at(place).await;
        let (services, work, person) = (&world.services, &world.services.work, world.person);
        let (hill, far) = (practice(&world, "Y90002", "Hillside Surgery").await, practice(&world, "Y90003", "Far Surgery").await);
        let desk = world.member(world.practice, StaffRole::Reception, "Dora").await;
        let hugh = world.member(hill, StaffRole::Reception, "Hugh").await;
        world.choose("summary", "", "", 1).await.unwrap();
        let old = waits(&world, &desk).await;
        for practice in [far, hill] {
            world.clock.advance(TimeDelta::minutes(1));
            services.people.register(&Actor::Operator, person, practice).await.unwrap();
        }
        let new = waits(&world, &hugh).await;
        assert_eq!((waits(&world, &desk).await.len(), new.len(), new[0].waiting_since), (0, 1, old[0].waiting_since));
        work.done(&hugh, new[0].id, new[0].version).await.unwrap();
        for practice in [far, world.practice] {
            world.clock.advance(TimeDelta::minutes(1));
            services.people.register(&Actor::Operator, person, practice).await.unwrap();
        }
        assert!(waits(&world, &desk).await.is_empty(), "it was recorded since");
    }

    async fn a_person_is_told_of_the_organisations_where_some_may_look_and_of_no_other(place: &Place) {
        let world = World::at(place).await;
        let (services, sam, person) = (&world.services, &world.sam, world.person);
        let kind = OrganisationKind::Practice;
        let elsewhere = services.organisations.ensure(&Actor::Operator, "Y90002", "Hillside Surgery", kind).await.unwrap().id;
        let told = async || {
            let found = services.sharing.organisations(sam, person).await.unwrap();
            found.into_iter().map(|one| one.id).collect::<Vec<_>>()
        };
        assert_eq!(told().await, [world.hospital, world.practice]);
        // Exactly those at which somebody opens the record.
        for (at, name) in [(world.practice, "Gail"), (world.hospital, "Nora"), (elsewhere, "Hugh")] {
            let clinician = world.member(at, StaffRole::Clinician, name).await;
            assert_eq!(services.care_team.patient(&clinician, person).await.is_ok(), told().await.contains(&at), "{name}");
            not_found(services.sharing.organisations(&clinician, person).await);
        }
        // Also one that they let in, until its last day.
        let submission = submission();
        let form = service::LetInForm { organisation: elsewhere.to_string(), how_long: service::LetInFor::Visit.code().to_owned(), submission };
        services.sharing.let_in(sam, person, &form).await.unwrap();
        assert_eq!(told().await, [elsewhere, world.hospital, world.practice]);
        world.clock.advance(TimeDelta::days(31));
        assert_eq!(told().await, [world.hospital, world.practice]);
        // After a move, the practice before is none of them, whatever it holds.
        import(services, elsewhere, &record("hill", SAM, "1980-03-31", "Gout")).await;
        assert_eq!(told().await, [elsewhere, world.hospital]);
    }
}
