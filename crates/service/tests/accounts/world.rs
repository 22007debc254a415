//! What these tests share: the use cases over an empty database, a clock, and the mail that was sent.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::person::Demographics;
use domain::{AccountId, NhsNumber, PersonId};
use service::{
    Clock, CurrentSession, Delivered, FieldProblem, Mail, MailError, Mailer, Origin, PasswordOutcome, ServiceError, Services,
    SignedIn, TextMessage,
};
use std::sync::{Arc, Mutex};
use testkit::{MockClock, Phones, Place};

pub const EMAIL: &str = "Margaret.Ellis@example.org";
pub const PASSWORD: &str = "lamp otter gravel";
pub const SECRET: &[u8] = b"an authenticator secret";

#[derive(Clone, Default)]
pub struct Postbox(Arc<Mutex<Vec<Mail>>>);

#[async_trait]
impl Mailer for Postbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

pub struct World {
    pub services: Services,
    pub clock: MockClock,
    pub phones: Phones,
    postbox: Postbox,
}

pub fn here() -> Origin {
    Origin::new(
        "192.0.2.7".parse().ok(),
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Mobile Safari/537.36",
    )
}

pub fn elsewhere() -> Origin {
    Origin::new("198.51.100.9".parse().ok(), "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0")
}

pub fn first_step(id: AccountId) -> Actor {
    Actor::Account { id, assurance: Assurance::FirstStep }
}

pub fn second_step(id: AccountId) -> Actor {
    Actor::Account { id, assurance: Assurance::SecondStep }
}

pub fn problems(error: ServiceError) -> Vec<FieldProblem> {
    match error {
        ServiceError::Fields(problems) => problems,
        other => panic!("no fields: {other:?}"),
    }
}

pub fn fields<T>(outcome: Result<T, ServiceError>) -> Vec<String> {
    match outcome {
        Err(error) => problems(error).into_iter().map(|problem| problem.field).collect(),
        Ok(_) => panic!("it was done"),
    }
}

pub fn token_in(mail: &Mail) -> String {
    let (_, rest) = mail.body.split_once("?token=").expect("a link");
    rest.split_whitespace().next().expect("a token").to_owned()
}

pub fn signed_in(outcome: PasswordOutcome) -> SignedIn {
    match outcome {
        PasswordOutcome::SignedIn(signed_in) => signed_in,
        PasswordOutcome::SecondStep { .. } => panic!("a second step is asked for"),
    }
}

impl World {
    pub fn new(place: &Place) -> Self {
        let clock = MockClock::default();
        Self { services: place.services(&clock), clock, phones: Phones::default(), postbox: Postbox::default() }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn session(&self) -> CurrentSession {
        CurrentSession { id_hash: [1; 32], fresh_at: Some(self.now()) }
    }

    /// The mail sent since the last time this was asked, Margaret's first.
    pub async fn mail(&self) -> Vec<Mail> {
        self.deliver().await;
        let mut mail = std::mem::take(&mut *self.postbox.0.lock().unwrap());
        mail.sort_by_key(|mail| mail.to != EMAIL);
        mail
    }

    /// One round of the outbox.
    pub async fn deliver(&self) -> Delivered {
        self.services.outbox.deliver_waiting(&self.postbox, Some(&self.phones)).await.unwrap()
    }

    /// The text messages that came since this was asked last.
    pub async fn texts(&self) -> Vec<TextMessage> {
        self.deliver().await;
        self.phones.read()
    }

    pub async fn subjects(&self) -> Vec<String> {
        self.mail().await.into_iter().map(|mail| mail.subject).collect()
    }

    /// The token of the one mail that was sent.
    pub async fn token(&self) -> String {
        let mail = self.mail().await;
        assert_eq!(mail.len(), 1, "{mail:?}");
        token_in(&mail[0])
    }

    /// An account with a password alone, confirmed.
    pub async fn account(&self, email: &str) -> AccountId {
        self.services.accounts.create_confirmed(&Actor::Operator, email, PASSWORD, None).await.unwrap()
    }

    /// An account with a password and an authenticator.
    pub async fn account_with_authenticator(&self, email: &str) -> AccountId {
        self.services.accounts.create_confirmed(&Actor::Operator, email, PASSWORD, Some(SECRET.to_vec())).await.unwrap()
    }

    pub async fn code(&self, email: &str) -> String {
        self.services.sign_in.current_demo_code(email).await.unwrap().expect("a code works now")
    }

    pub async fn try_password(&self, email: &str, password: &str) -> Result<PasswordOutcome, ServiceError> {
        self.services.sign_in.password(email, password, &here(), None).await
    }

    pub async fn actions(&self, account: AccountId) -> Vec<Action> {
        let seen = self.services.activity.of_account(&second_step(account)).await.unwrap();
        seen.into_iter().rev().map(|item| item.action).collect()
    }

    pub async fn verify(&self) {
        let found = self.services.activity.verify().await.unwrap();
        assert_eq!(found.faults, Vec::<String>::new());
    }

    pub async fn person(&self, nhs_number: &str, family_name: &str) -> PersonId {
        let who = Demographics {
            nhs_number: Some(NhsNumber::parse(nhs_number).unwrap()),
            family_name: family_name.to_owned(),
            given_names: vec!["Margaret".to_owned()],
            prefix: Some("Mrs".to_owned()),
            birth_date: NaiveDate::from_ymd_opt(1948, 3, 27),
            gender: Some("female".to_owned()),
            deceased: false,
        };
        self.services.people.create(&Actor::Operator, who).await.unwrap()
    }

    pub fn advance_minutes(&self, minutes: i64) {
        self.clock.advance(TimeDelta::minutes(minutes));
    }
}
