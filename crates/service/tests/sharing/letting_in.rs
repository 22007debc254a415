//! A person lets in an organisation that holds nothing of theirs.

use super::*;
use chrono::TimeDelta;
use service::{FindForm, LetInForm};

impl World {
    /// A clinic that holds nothing of Sam.
    async fn clinic(&self) -> OrganisationId {
        let ensured = self.services.organisations.ensure(&Actor::Operator, "Y9C01", "Elm Clinic", OrganisationKind::Community);
        ensured.await.unwrap().id
    }

    async fn finds(&self, actor: &Actor) -> bool {
        let number = FindForm { nhs_number: SAM.to_owned(), reason: "care".to_owned(), ..FindForm::default() };
        let named = FindForm {
            nhs_number: String::new(),
            name: "Rivers".to_owned(),
            day: "31".to_owned(),
            month: "3".to_owned(),
            year: "1980".to_owned(),
            ..number.clone()
        };
        let found = [
            self.services.care_team.find(actor, &number).await.unwrap(),
            self.services.care_team.find(actor, &named).await.unwrap(),
        ];
        assert_eq!(found[0], found[1]);
        found[0].iter().any(|one| one.id == self.person)
    }
}

fn form(organisation: OrganisationId, how_long: &str) -> LetInForm {
    LetInForm { organisation: organisation.to_string(), how_long: how_long.to_owned(), submission: submission() }
}

testkit::both_engines! {
    async fn whoever_is_let_in_finds_the_person_and_sees_what_is_shared_until_it_ends(place: &Place) {
        let world = World::at(place).await;
        let (sharing, person) = (&world.services.sharing, world.person);
        let clinic = world.clinic().await;
        let (nurse, desk) =
            (world.member(clinic, StaffRole::Clinician, "Nye").await, world.member(clinic, StaffRole::Reception, "Rae").await);
        assert!(!world.finds(&nurse).await && !world.finds(&desk).await);
        not_found(world.services.care_team.patient(&nurse, person).await);

        let sent = form(clinic, "visit");
        let both = futures::join!(sharing.let_in(&world.sam, person, &sent), sharing.let_in(&world.sam, person, &sent));
        assert_eq!(both.0.unwrap(), both.1.unwrap());
        assert!(world.finds(&nurse).await && world.finds(&desk).await);
        assert_eq!(world.problems(&nurse).await.len(), 2);
        let patient = world.services.care_team.patient(&nurse, person).await.unwrap();
        assert!(!patient.may_check && patient.opens.contains(&Category::Problem));
        assert_eq!(world.services.care_team.patient(&desk, person).await.unwrap().opens, [Category::Visit, Category::People]);
        // It gives care and nothing else: no letters, no decisions about carers.
        not_found(world.services.linking.issue_code(&nurse, person).await);
        let looked = world.activity().await.into_iter().find(|item| item.action == Action::Read).unwrap();
        assert_eq!(looked.basis, domain::audit::Basis::LetIn);

        // Narrower where the person said so for organisations of this kind.
        world.private(Sensitivity::Sexual).await;
        world.choose("direct-care", "community", "general", 2).await.unwrap();
        assert_eq!(world.problems(&nurse).await, ["Asthma"]);
        let seen = sharing.let_in_now(&world.sam, person).await.unwrap();
        assert_eq!(seen.len(), 1);
        assert_eq!((seen[0].organisation.name.as_str(), seen[0].ends_on.to_string().as_str()), ("Elm Clinic", "2026-11-04"));
        world.clock.advance(TimeDelta::days(1));
        assert!(world.finds(&nurse).await);
        world.clock.advance(TimeDelta::days(1));
        assert!(!world.finds(&nurse).await);
        not_found(world.services.records.overview(&nurse, person).await);
        assert!(sharing.let_in_now(&world.sam, person).await.unwrap().is_empty());
        let changes = world.activity().await.into_iter().filter(|item| item.detail.get("what").is_some_and(|what| what == "let-in"));
        assert_eq!(changes.count(), 1, "the form that was sent twice is one act");
    }

    async fn shutting_out_holds_at_once_and_only_the_person_does_either(place: &Place) {
        let world = World::at(place).await;
        let (sharing, person) = (&world.services.sharing, world.person);
        let clinic = world.clinic().await;
        let nurse = world.member(clinic, StaffRole::Clinician, "Nye").await;
        sharing.let_in(&world.sam, person, &form(clinic, "month")).await.unwrap();
        sharing.let_in(&world.sam, person, &form(clinic, "year")).await.unwrap();
        assert_eq!(sharing.let_in_now(&world.sam, person).await.unwrap().len(), 1);
        assert!(world.finds(&nurse).await);
        for _ in 0..2 {
            sharing.shut_out(&world.sam, person, clinic).await.unwrap();
        }
        assert!(!world.finds(&nurse).await);
        not_found(world.services.records.overview(&nurse, person).await);
        not_found(sharing.let_in(&nurse, person, &form(clinic, "month")).await);
        not_found(sharing.shut_out(&nurse, person, clinic).await);
        not_found(sharing.organisations_named(&nurse, person, "elm").await);
        let nothing = LetInForm::default();
        assert_eq!(fields(sharing.let_in(&world.sam, person, &nothing).await), ["organisation", "how_long", ""]);
        let unknown = OrganisationId::from_uuid(Uuid::from_u128(99));
        assert_eq!(fields(sharing.let_in(&world.sam, person, &form(unknown, "month")).await), ["organisation"]);
        assert_eq!(fields(sharing.let_in(&world.sam, person, &form(world.hospital, "month")).await), ["organisation"]);
        let found = sharing.organisations_named(&world.sam, person, " ELM ").await.unwrap();
        assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), [clinic]);
        assert_eq!(fields(sharing.organisations_named(&world.sam, person, "e").await), ["name"]);
    }
}
