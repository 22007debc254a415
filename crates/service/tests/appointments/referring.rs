//! A first appointment from a referral: where it can be taken, once, and as far as whoever looks may know of it.

use crate::appointments::town::{Citizen, Offer, Town, at, not_found, refused, service_form, template_form, wanted};
use domain::EntryId;
use domain::access::Actor;
use domain::appointment::{ServiceKind, Specialty, Status};
use serde_json::json;
use service::{BookForm, Expected, ImportRequest, InviteForm, ServiceForm};
use std::io::Cursor;
use testkit::Place;

impl Town {
    /// The practice tells of these referrals: what each is for, and where it stands.
    async fn refer(&self, who: &Citizen, family: &str, referrals: &[(&str, &str)]) {
        let subject = json!({ "reference": format!("Patient/p-{family}") });
        let mut entries = vec![json!({ "resource": { "resourceType": "Patient", "id": format!("p-{family}"),
            "name": [{ "family": family, "given": ["Sam"] }], "birthDate": "1986-03-31" } })];
        for (number, (words, status)) in referrals.iter().enumerate() {
            entries.push(json!({ "resource": { "resourceType": "ServiceRequest", "id": format!("r{number}"), "status": status,
                "intent": "order", "subject": subject, "code": { "text": words }, "authoredOn": format!("2026-10-{:02}", number + 1),
                "category": [{ "coding": [{ "system": "http://snomed.info/sct", "code": "3457005", "display": "Patient referral" }] }] } }));
        }
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries });
        let request = ImportRequest { organisation: self.practice, expected: Some(Expected::Person(who.person)) };
        let report =
            self.services.imports.import(&Actor::Operator, Cursor::new(bundle.to_string().into_bytes()), request).await.unwrap();
        assert_eq!(report.problems, vec![]);
    }

    /// A clinic of the practice on Mondays from then on, for people with a referral for this.
    async fn clinic_for(&self, name: &str, specialty: Option<Specialty>, from: [&str; 3]) -> Offer {
        let form = ServiceForm {
            referral_needed: "yes".to_owned(),
            specialty: specialty.map(|one| one.code().to_owned()).unwrap_or_default(),
            ..service_form(ServiceKind::HospitalClinic, name)
        };
        let offer = self.offer(&self.manager, &form, &format!("Dr Hart, {name}")).await;
        let form = service::TemplateForm { from: from.map(str::to_owned), ..template_form(offer, "mon", "9:00", "9:30") };
        self.template(&self.manager, &form).await;
        offer
    }

    /// The clinics where each referral can be taken, by name.
    async fn choices(&self, who: &Citizen) -> Vec<(String, Vec<String>)> {
        let mut choices = Vec::new();
        for seen in self.services.appointments.referrals(&who.actor, who.person).await.unwrap() {
            let (_, found) = self.services.appointments.providers(&who.actor, who.person, seen.entry.id).await.unwrap();
            choices.push((seen.entry.title, found.into_iter().map(|one| one.name).collect()));
        }
        choices
    }

    /// Books the first time of a clinic.
    async fn go(&self, who: &Citizen, offer: Offer) -> Result<service::Booked, service::ServiceError> {
        let form = service::SearchForm { service: offer.service.to_string(), ..wanted(ServiceKind::HospitalClinic) };
        let slot = self.found(who, &form).await[0].id;
        self.try_book(&who.actor, who.person, slot).await
    }
}

fn choice(title: &str, clinics: &[&str]) -> (String, Vec<String>) {
    (title.to_owned(), clinics.iter().map(|name| (*name).to_owned()).collect())
}

const SOON: [&str; 3] = ["9", "11", "2026"];
const LATER: [&str; 3] = ["23", "11", "2026"];

testkit::both_engines! {
    async fn a_referral_leads_to_the_clinics_that_treat_it_the_soonest_first(place: &Place) {
        let town = Town::at(place).await;
        let heart = town.clinic_for("Heart clinic", Some(Specialty::Cardiology), LATER).await;
        town.clinic_for("Rapid heart clinic", Some(Specialty::Cardiology), SOON).await;
        town.clinic_for("Skin clinic", Some(Specialty::Dermatology), SOON).await;
        town.clinic_for("Any clinic", None, LATER).await;
        let who = town.citizen("Rivers").await;
        assert_eq!(town.choices(&who).await, []);
        town.refer(&who, "Rivers", &[
            ("Referral to cardiology service", "active"), ("Referral to dermatology", "completed"), ("Patient referral", "active"),
        ]).await;
        let expected = [
            choice("Referral to cardiology service", &["Rapid heart clinic", "Any clinic", "Heart clinic"]),
            choice("Patient referral", &["Rapid heart clinic", "Skin clinic", "Any clinic", "Heart clinic"]),
        ];
        let mut found = town.choices(&who).await;
        // Of clinics of one organisation that begin at one time, the order says nothing.
        for (_, clinics) in &mut found {
            let soon = clinics.iter().take_while(|name| !["Any clinic", "Heart clinic"].contains(&name.as_str())).count();
            clinics[..soon].sort();
            clinics[soon..].sort();
        }
        assert_eq!(found, expected);
        let seen = town.services.appointments.referrals(&who.actor, who.person).await.unwrap();
        assert_eq!((seen[0].to.as_slice(), seen[1].to.as_slice()), (&[Specialty::Cardiology][..], &[][..]));
        let (_, providers) = town.services.appointments.providers(&who.actor, who.person, seen[0].entry.id).await.unwrap();
        let last = providers.iter().find(|one| one.service == heart.service).unwrap();
        assert_eq!((last.next, last.closed.as_deref()), (Some(at("2026-11-23T09:00:00Z")), None));
        assert_eq!(last.places, [("Main building".to_owned(), "TA1 1AA".to_owned())]);
        assert!(last.free >= 3);
    }

    async fn a_referral_is_used_once_and_is_open_again_where_what_was_booked_with_it_is_given_up(place: &Place) {
        let town = Town::at(place).await;
        let heart = town.clinic_for("Heart clinic", Some(Specialty::Cardiology), LATER).await;
        let who = town.citizen("Rivers").await;
        town.refer(&who, "Rivers", &[("Referral to cardiology service", "active")]).await;
        let booked = town.go(&who, heart).await.unwrap().id;
        let seen = town.services.appointments.referrals(&who.actor, who.person).await.unwrap();
        assert_eq!(seen[0].booked, Some((booked, at("2026-11-23T09:00:00Z"))));
        // There is no second first appointment with it, but the one that there is can be changed.
        let form = service::SearchForm { service: heart.service.to_string(), ..wanted(ServiceKind::HospitalClinic) };
        assert!(town.found(&who, &form).await.is_empty());
        let other = town.citizen("Stone").await;
        town.refer(&other, "Stone", &[("Referral to cardiology service", "active")]).await;
        let free = town.found(&other, &form).await;
        refused(town.try_book(&who.actor, who.person, free[0].id).await, "slot", "needs a referral");
        let change = BookForm { instead_of: booked.to_string(), ..town.form(free[0].id) };
        let changed = town.services.appointments.book(&who.actor, who.person, &change).await.unwrap().id;
        let seen = town.services.appointments.referrals(&who.actor, who.person).await.unwrap();
        assert_eq!(seen[0].booked.map(|(id, _)| id), Some(changed));
        town.services.appointments.cancel(&who.actor, who.person, changed, "").await.unwrap();
        let seen = town.services.appointments.referrals(&who.actor, who.person).await.unwrap();
        assert_eq!(seen[0].booked, None);
        town.go(&who, heart).await.unwrap();
        assert_eq!(town.list(&who).await.iter().filter(|one| one.status == Status::Booked).count(), 1);
        town.verify().await;
    }

    async fn of_two_bookings_at_once_with_one_referral_one_is_made(place: &Place) {
        let town = Town::at(place).await;
        let heart = town.clinic_for("Heart clinic", Some(Specialty::Cardiology), LATER).await;
        let who = town.citizen("Rivers").await;
        town.refer(&who, "Rivers", &[("Referral to cardiology service", "active")]).await;
        let form = service::SearchForm { service: heart.service.to_string(), ..wanted(ServiceKind::HospitalClinic) };
        let free = town.found(&who, &form).await;
        let appointments = &town.services.appointments;
        let forms = (town.form(free[0].id), town.form(free[1].id));
        let both = tokio::join!(
            appointments.book(&who.actor, who.person, &forms.0),
            appointments.book(&who.actor, who.person, &forms.1)
        );
        assert!(both.0.is_ok() ^ both.1.is_ok(), "{both:?}");
        refused(if both.0.is_err() { both.0 } else { both.1 }, "slot", "needs a referral");
    }

    async fn a_clinic_takes_only_what_it_treats(place: &Place) {
        let town = Town::at(place).await;
        let skin = town.clinic_for("Skin clinic", Some(Specialty::Dermatology), LATER).await;
        let (who, other) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        town.refer(&who, "Rivers", &[("Referral to cardiology service", "active")]).await;
        town.refer(&other, "Stone", &[("Referral to dermatology service", "active")]).await;
        let form = service::SearchForm { service: skin.service.to_string(), ..wanted(ServiceKind::HospitalClinic) };
        let slot = town.found(&other, &form).await[0].id;
        assert!(town.found(&who, &form).await.is_empty());
        refused(town.try_book(&who.actor, who.person, slot).await, "slot", "needs a referral");
        town.try_book(&other.actor, other.person, slot).await.unwrap();
    }

    async fn a_carer_uses_a_referral_only_where_they_may_see_it(place: &Place) {
        let town = Town::at(place).await;
        let heart = town.clinic_for("Heart clinic", Some(Specialty::Cardiology), LATER).await;
        let who = town.citizen("Rivers").await;
        town.refer(&who, "Rivers", &[("Referral to cardiology service", "active")]).await;
        let (books, sees) = (town.citizen("Books").await, town.citizen("Sees").await);
        town.let_book(&who, &books).await;
        let form = InviteForm {
            email: sees.email.clone(),
            name: "Somebody Near".to_owned(),
            relation: "daughter".to_owned(),
            scopes: "APPT CONSULT".to_owned(),
            labels: "general".to_owned(),
            submission: town.services.core.new_id().to_string(),
            ..InviteForm::default()
        };
        let invited = town.services.carers.invite(&who.actor, who.person, &form).await.unwrap();
        let mail = town.mail().await;
        let token = mail.iter().find_map(|mail| mail.body.split_once("?token=")).unwrap().1.split_whitespace().next().unwrap();
        town.services.carers.accept(&sees.actor, token, &invited.code).await.unwrap();
        let appointments = &town.services.appointments;
        let entry = appointments.referrals(&who.actor, who.person).await.unwrap()[0].entry.id;
        assert_eq!(appointments.referrals(&books.actor, who.person).await.unwrap(), []);
        not_found(appointments.providers(&books.actor, who.person, entry).await);
        assert_eq!(appointments.referrals(&sees.actor, who.person).await.unwrap().len(), 1);
        let form = service::SearchForm { service: heart.service.to_string(), ..wanted(ServiceKind::HospitalClinic) };
        let slot = town.found(&who, &form).await[0].id;
        refused(town.try_book(&books.actor, who.person, slot).await, "slot", "needs a referral");
        town.try_book(&sees.actor, who.person, slot).await.unwrap();
    }

    async fn anothers_referral_is_as_one_that_is_not_there(place: &Place) {
        let town = Town::at(place).await;
        let (who, other) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        town.refer(&other, "Stone", &[("Referral to cardiology service", "active")]).await;
        let appointments = &town.services.appointments;
        let theirs = appointments.referrals(&other.actor, other.person).await.unwrap()[0].entry.id;
        not_found(appointments.providers(&who.actor, who.person, theirs).await);
        not_found(appointments.providers(&who.actor, other.person, theirs).await);
        not_found(appointments.providers(&other.actor, other.person, EntryId::from_uuid(uuid::Uuid::nil())).await);
        not_found(appointments.referrals(&who.actor, other.person).await);
    }
}
