//! Organisations that give care or supply records.

use crate::{Core, ServiceError};
use domain::OrganisationId;
use domain::access::{Actor, Ask, Decision, decide_for_all};
use serde::Serialize;
use store::StoreError;
use store::organisation::{self, OrganisationRow};

/// What sort of organisation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum OrganisationKind {
    /// A general practice.
    Practice,
    /// A hospital or the trust that runs it.
    Hospital,
    /// A community health service.
    Community,
    /// A pharmacy.
    Pharmacy,
    /// NHS 111, or whoever looks after people when their practice is closed.
    Urgent,
    /// An ambulance service.
    Ambulance,
    /// A hospice.
    Hospice,
    /// Social care: a council, a care home, or who helps people at home.
    SocialCare,
    /// Any other.
    Other,
}

impl OrganisationKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Practice,
        Self::Hospital,
        Self::Community,
        Self::Pharmacy,
        Self::Urgent,
        Self::Ambulance,
        Self::Hospice,
        Self::SocialCare,
        Self::Other,
    ];

    /// The word by which it is stored and named on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Hospital => "hospital",
            Self::Community => "community",
            Self::Pharmacy => "pharmacy",
            Self::Urgent => "urgent",
            Self::Ambulance => "ambulance",
            Self::Hospice => "hospice",
            Self::SocialCare => "social-care",
            Self::Other => "other",
        }
    }

    /// The kind whose choice about sharing holds for this one until a choice is made for it: these were among all others before, and
    /// who shared nothing with those shares nothing with them.
    #[must_use]
    pub const fn until_chosen(self) -> Option<Self> {
        match self {
            Self::Urgent | Self::Ambulance | Self::Hospice | Self::SocialCare => Some(Self::Other),
            Self::Practice | Self::Hospital | Self::Community | Self::Pharmacy | Self::Other => None,
        }
    }

    /// The kind that has this word; `None` when there is none.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Practice => "GP surgery",
            Self::Hospital => "Hospital",
            Self::Community => "Community health service",
            Self::Pharmacy => "Pharmacy",
            Self::Urgent => "NHS 111 or out-of-hours service",
            Self::Ambulance => "Ambulance service",
            Self::Hospice => "Hospice",
            Self::SocialCare => "Social care",
            Self::Other => "Other organisation",
        }
    }
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// The code by which the NHS (Organisation Data Service) or the operator names it.
    pub code: String,
    /// Its name, for people to read.
    pub name: String,
    /// What sort it is.
    pub kind: OrganisationKind,
}

impl TryFrom<OrganisationRow> for Organisation {
    type Error = StoreError;

    fn try_from(row: OrganisationRow) -> Result<Self, StoreError> {
        let kind = OrganisationKind::from_code(&row.kind);
        let kind = kind.ok_or_else(|| StoreError::corrupt("an organisation is of an unknown kind"))?;
        Ok(Self { id: OrganisationId::from_uuid(row.id), code: row.code, name: row.name, kind })
    }
}

/// The use cases about organisations: for the operator and the service itself.
#[derive(Clone)]
pub struct Organisations {
    core: Core,
}

impl Organisations {
    pub(crate) fn new(core: Core) -> Self {
        Self { core }
    }

    /// The organisation with this code, which is added if it is not there. What is known of it already is not changed.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] when code or name is empty or too long; refusals for anybody but the operator and the service.
    pub async fn ensure(
        &self,
        actor: &Actor,
        code: &str,
        name: &str,
        kind: OrganisationKind,
    ) -> Result<Organisation, ServiceError> {
        upkeep(actor)?;
        let (code, name) = (code.trim().to_owned(), name.trim().to_owned());
        if code.is_empty() || code.chars().count() > 50 || code.contains(char::is_whitespace) || code.contains(char::is_control) {
            return Err(ServiceError::field(
                "organisation",
                "An organisation's code must have 1 to 50 characters and no spaces.",
            ));
        }
        if name.is_empty() || name.chars().count() > 200 || name.contains(char::is_control) {
            return Err(ServiceError::field("organisation", "An organisation's name must have 1 to 200 characters."));
        }
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    if let Some(row) = organisation::by_code(tx, &code).await? {
                        return Ok(row.try_into()?);
                    }
                    let row =
                        OrganisationRow { id: core.new_id(), code, name, kind: kind.code().to_owned(), created_at: core.now() };
                    if organisation::insert(tx, &row).await? {
                        return Ok(row.try_into()?);
                    }
                    let row = organisation::by_code(tx, &row.code).await?.ok_or(ServiceError::NotFound)?;
                    Ok(row.try_into()?)
                })
            })
            .await
    }

    /// The organisation with this code.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none; refusals for anybody but the operator and the service.
    pub async fn by_code(&self, actor: &Actor, code: &str) -> Result<Organisation, ServiceError> {
        upkeep(actor)?;
        let mut tx = self.core.read().await?;
        let row = organisation::by_code(&mut tx, code.trim()).await?.ok_or(ServiceError::NotFound)?;
        Ok(row.try_into()?)
    }

    /// Every organisation, in order of code.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service; or when the database fails.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Organisation>, ServiceError> {
        upkeep(actor)?;
        let mut tx = self.core.read().await?;
        let rows = organisation::all(&mut tx).await?;
        let mut all = rows.into_iter().map(Organisation::try_from).collect::<Result<Vec<_>, _>>()?;
        all.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(all)
    }
}

/// Lets through only those who keep records up to date: the operator and the service itself.
pub(crate) fn upkeep(actor: &Actor) -> Result<(), ServiceError> {
    match decide_for_all(actor, Ask::ImportRecord) {
        Decision::Allow(_) => Ok(()),
        Decision::Deny(denial) => Err(denial.into()),
    }
}
