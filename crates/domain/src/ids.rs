//! Identifiers: one newtype for each kind of thing, so that one can never be passed for another.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The identifier made of this UUID.
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID underneath, as the store keeps it.
            #[must_use]
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A person whose record is held: the subject.
    PersonId;
    /// A sign-in: the actor when a citizen acts.
    AccountId;
    /// An entry of a person's record, as pages show it.
    EntryId;
    /// One version of a source resource, exactly as it was received.
    ResourceId;
    /// An organisation that gives care or supplies data.
    OrganisationId;
    /// A system that supplies records.
    SourceId;
    /// One run of an import.
    ImportId;
    /// One line of the account of who did what.
    AuditEventId;
    /// A passkey that an account has registered.
    PasskeyId;
    /// A browser that an account has signed in from.
    DeviceId;
    /// A code that a practice issued so that a person can link their record.
    LinkageCodeId;
    /// A message waiting in the outbox.
    MailId;
    /// One person's acting for another.
    RelationshipId;
    /// Somebody's place at an organisation.
    MemberId;
    /// A team of an organisation.
    TeamId;
    /// Something that waits for a team.
    WorkItemId;
    /// A choice to hide something from those who act for a person.
    HidingId;
    /// An emergency in which a professional opened a record.
    EmergencyId;
    /// A question about who looked.
    AccessQueryId;
    /// A service that can be booked.
    ServiceId;
    /// A place where services are.
    PlaceId;
    /// Somebody who holds clinics.
    PractitionerId;
    /// A clinic as it recurs.
    TemplateId;
    /// A clinic on one day.
    ClinicId;
    /// A time at a clinic that can be booked.
    SlotId;
    /// An appointment.
    AppointmentId;
    /// An order of repeat medicines.
    OrderId;
    /// One medicine of an order.
    OrderItemId;
    /// A medicine that the person added.
    OwnMedicineId;
    /// Something that somebody measured or noted themselves.
    ReadingId;
    /// A photo of such a thing.
    ReadingPhotoId;
    /// Something that is measured for some days in a row.
    WeekId;
    /// A questionnaire that somebody fills in, or filled in.
    QuestionnaireResponseId;
    /// A care team's asking somebody to fill one in.
    QuestionnaireRequestId;
    /// A goal that somebody set, or that a care team proposes to them.
    GoalId;
    /// Something that a care team gave somebody to read.
    GivenArticleId;
    /// A file of readings that somebody brought in from elsewhere.
    ReadingImportId;
    /// A device that may add readings by itself.
    ReadingDeviceId;
    /// Something that somebody wrote down for themself.
    OwnNoteId;
    /// A mistake that somebody reported in an entry.
    CorrectionId;
    /// A rule of a care team about somebody's readings.
    ReadingRuleId;
    /// Something of somebody's readings of which a care team is told.
    ReadingAlertId;
    /// A reminder to take a medicine.
    DoseReminderId;
    /// A file of a letter or another document of the record.
    DocumentId;
    /// A prescription on its way to the person.
    PrescriptionId;
    /// One item of a prescription.
    PrescriptionItemId;
    /// A signed-in browser session, as its owner sees it in a list (never the secret in the cookie).
    SessionId;
}
