//! The words of the account of who did what: one event for every read of, and every act on, a person's record or an
//! account.

use crate::record::coded;

coded! {
    /// What was done.
    Action {
        /// A page of the record was shown.
        Read = "read",
        /// The record was exported.
        Export = "export",
        /// Source data was imported into the record.
        Import = "import",
        /// A linkage code was issued.
        LinkageIssued = "linkage-issued",
        /// An account was linked to the person's record.
        Linked = "linked",
        /// An account's link to the person's record ended.
        Unlinked = "unlinked",
        /// An attempt to link failed.
        LinkRefused = "link-refused",
        /// Somebody signed in to the account.
        SignedIn = "signed-in",
        /// A sign-in failed.
        SignInRefused = "sign-in-refused",
        /// The account was locked after too many failures.
        Locked = "locked",
        /// A session ended.
        SignedOut = "signed-out",
        /// The account was opened.
        Registered = "registered",
        /// The account's email address was confirmed or changed.
        EmailChanged = "email-changed",
        /// The account's mobile number for text messages was confirmed, changed or removed.
        MobileChanged = "mobile-changed",
        /// The password was changed or reset.
        PasswordChanged = "password-changed",
        /// A second step (passkey, authenticator, recovery codes) was added, changed or removed.
        FactorChanged = "factor-changed",
        /// Something asked for was refused.
        Refused = "refused",
        /// Somebody was asked, or asked, to act for the person.
        CarerProposed = "carer-proposed",
        /// Somebody may now act for the person.
        CarerAllowed = "carer-allowed",
        /// What a carer may see or do, or until when, was changed.
        CarerChanged = "carer-changed",
        /// A carer's access was stopped for the time being.
        CarerSuspended = "carer-suspended",
        /// A carer's access ended.
        CarerEnded = "carer-ended",
        /// An application to act for the person was refused or taken back.
        CarerRefused = "carer-refused",
        /// Something in the record was hidden from carers, or shown again.
        HidingChanged = "hiding-changed",
        /// How sensitive an entry is was changed.
        LabelChanged = "label-changed",
        /// What a carer or a service would see was looked at.
        Previewed = "previewed",
        /// A choice about sharing was made.
        SharingChanged = "sharing-changed",
        /// The person was searched for and found.
        Searched = "searched",
        /// Who the person is was checked in person.
        IdentityChecked = "identity-checked",
        /// The record was opened in an emergency.
        EmergencyOpened = "emergency-opened",
        /// A record that was opened in an emergency was closed before its time.
        EmergencyClosed = "emergency-closed",
        /// A question about who looked was asked or answered.
        AccessQueried = "access-queried",
        /// Somebody was given, or lost, a place in a care team.
        StaffChanged = "staff-changed",
        /// What can be booked with a care team was changed.
        DiaryChanged = "diary-changed",
        /// An appointment was booked.
        AppointmentBooked = "appointment-booked",
        /// An appointment was changed for another.
        AppointmentMoved = "appointment-moved",
        /// An appointment was given up, or taken away.
        AppointmentCancelled = "appointment-cancelled",
        /// An appointment was confirmed, or it was noted that the person came or did not.
        AppointmentChanged = "appointment-changed",
        /// Repeat medicines were ordered.
        MedicinesOrdered = "medicines-ordered",
        /// An order of medicines was taken back.
        OrderCancelled = "order-cancelled",
        /// A practice decided about a medicine that was ordered.
        OrderDecided = "order-decided",
        /// Something else was done with an order: asked, answered, prepared.
        OrderChanged = "order-changed",
        /// A medicine that the person takes of their own accord was added or stopped.
        OwnMedicineChanged = "own-medicine-changed",
        /// A reminder of medicines was set up, changed or ended.
        ReminderChanged = "reminder-changed",
        /// A reading was added.
        ReadingAdded = "reading-added",
        /// A reading was changed or removed.
        ReadingChanged = "reading-changed",
        /// Measuring for some days in a row was begun, paused, taken up again or ended, or its reminders were changed.
        WeekChanged = "week-changed",
        /// A questionnaire was filled in or changed, or somebody was asked to fill one in.
        QuestionnaireChanged = "questionnaire-changed",
        /// A goal was set, changed, proposed, commented, or it was noted how it goes.
        GoalChanged = "goal-changed",
        /// Something to read was given, taken back or answered.
        LearningChanged = "learning-changed",
        /// An app, a group or a helpline was kept in the person's list or taken out of it.
        SupportChanged = "support-changed",
        /// What the person says about themselves (contact details, whom to tell, needs) was changed.
        ProfileChanged = "profile-changed",
        /// A note of the person's own was written, changed or removed.
        NoteChanged = "note-changed",
        /// A mistake in an entry was reported, taken back, answered or corrected.
        CorrectionChanged = "correction-changed",
        /// A file of readings from elsewhere was sent, taken in, taken out again or thrown away.
        ReadingsImported = "readings-imported",
        /// Where a care team wants a reading to be, or of what it wants to be told, was set, changed or ended.
        ReadingRulesChanged = "reading-rules-changed",
        /// A care team was told of something about readings, saw it, did something or closed it.
        ReadingAlert = "reading-alert",
        /// A care team wrote about a result, or let it be read.
        ResultCommented = "result-commented",
        /// The person said that they were ready to read a result, or when they want to read which.
        ResultReadiness = "result-readiness",
        /// The person was told that a result can be read.
        ResultTold = "result-told",
        /// About which results a care team writes first was changed.
        ResultRulesChanged = "result-rules-changed",
        /// It was noted that a dose was taken or not, or such a note was taken back.
        DoseNoted = "dose-noted",
        /// Something new was told of where a prescription stands.
        PrescriptionUpdated = "prescription-updated",
        /// What a practice lets people order was changed.
        OrderRulesChanged = "order-rules-changed",
        /// The person chose, changed or took back where their prescriptions go.
        NominationChanged = "nomination-changed",
        /// The person was registered at a practice.
        Registration = "registration",
        /// Something that waits for a care team was taken, given on, noted or done.
        WorkChanged = "work-changed",
    }
}

coded! {
    /// On what basis the actor acted.
    Basis {
        /// The person acting on their own record or account.
        Own = "self",
        /// Somebody who may act for the person.
        Carer = "carer",
        /// A care team that looks after the person.
        CareTeam = "care-team",
        /// A care team that the person let in.
        LetIn = "let-in",
        /// An emergency.
        Emergency = "emergency",
        /// The operator of the service, by command line.
        Operator = "operator",
        /// The service itself, as a job.
        System = "system",
        /// Nobody who could be told: before sign-in.
        Unknown = "unknown",
    }
}

coded! {
    /// Why it was done.
    Purpose {
        /// The person looking after their own health.
        OwnCare = "own-care",
        /// Looking after somebody else.
        Caring = "caring",
        /// Giving care.
        DirectCare = "direct-care",
        /// Keeping somebody safe in an emergency.
        EmergencyCare = "emergency-care",
        /// Checking who somebody is, or what they may do for another.
        Checking = "checking",
        /// Answering for who looked.
        Privacy = "privacy",
        /// Keeping the account safe and in order.
        AccountCare = "account",
        /// Keeping the record up to date from its sources.
        RecordUpkeep = "record-upkeep",
        /// Running the service.
        Operations = "operations",
    }
}
