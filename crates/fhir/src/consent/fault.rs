//! What is wrong with a request, by the codes of the Validated Relationships Service, as `OperationOutcome`.

use serde_json::{Value, json};

const CODES: &str = "https://fhir.nhs.uk/R4/CodeSystem/ValidatedRelationships-ErrorOrWarningCode";

/// A path within the extension that tells the grantor.
macro_rules! in_grantor {
    ($rest:literal) => {
        concat!("extension.where(url = 'https://hl7.org/fhir/5.0/StructureDefinition/extension-Consent.grantor').", $rest)
    };
}

/// Why a request came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Nobody is signed in.
    AccessDenied,
    /// Signed in, and still not theirs to do.
    Forbidden,
    /// There is no such relationship, or it is not the asker's to see: both look the same.
    NotFound,
    /// There is nothing at that address.
    NoSuchAddress,
    /// The address cannot be used that way.
    MethodNotAllowed,
    /// A parameter of a search cannot be used.
    Parameter,
    /// What was sent is not JSON Patch.
    PatchFormat,
    /// More was sent than is taken.
    TooLarge,
    /// What was sent is of another kind.
    Media,
    /// It would change what is not there, or cannot be changed.
    PatchPath,
    /// It would change the same twice.
    DuplicatePatches,
    /// An extension that is not known here.
    Extension,
    /// A status that is none.
    StatusCode,
    /// A reason that is none, or does not lead there.
    StatusReason,
    /// [`domain::relationship::Reason::Other`] is not written out.
    FreeText,
    /// From where it stands it cannot go there; or no reason is given.
    StateTransition,
    /// A last day that is none, or cannot be.
    EndDate,
    /// The organisation that grants is not told by a reference.
    GrantorReference,
    /// That reference holds no identifier.
    GrantorIdentifier,
    /// The identifier is not an ODS code.
    GrantorSystem,
    /// The code is empty, or another organisation's than that which decides.
    GrantorValue,
    /// The carer acts for the person already.
    DuplicateRelationship,
    /// It has changed since it was read.
    Stale,
    /// Too many requests.
    Throttled,
    /// The service is too busy.
    Busy,
    /// A fault of this program.
    Server,
}

impl Fault {
    /// Every one.
    pub const ALL: [Self; 26] = [
        Self::AccessDenied,
        Self::Forbidden,
        Self::NotFound,
        Self::NoSuchAddress,
        Self::MethodNotAllowed,
        Self::Parameter,
        Self::PatchFormat,
        Self::TooLarge,
        Self::Media,
        Self::PatchPath,
        Self::DuplicatePatches,
        Self::Extension,
        Self::StatusCode,
        Self::StatusReason,
        Self::FreeText,
        Self::StateTransition,
        Self::EndDate,
        Self::GrantorReference,
        Self::GrantorIdentifier,
        Self::GrantorSystem,
        Self::GrantorValue,
        Self::DuplicateRelationship,
        Self::Stale,
        Self::Throttled,
        Self::Busy,
        Self::Server,
    ];

    /// The HTTP status, as that service answers; its own examples where its table of errors says otherwise.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::PatchFormat | Self::PatchPath | Self::FreeText | Self::GrantorReference | Self::GrantorIdentifier => 400,
            Self::AccessDenied => 401,
            Self::Forbidden => 403,
            Self::NotFound | Self::NoSuchAddress => 404,
            Self::MethodNotAllowed => 405,
            Self::DuplicatePatches | Self::DuplicateRelationship => 409,
            Self::Stale => 412,
            Self::TooLarge => 413,
            Self::Media => 415,
            Self::Parameter
            | Self::Extension
            | Self::StatusCode
            | Self::StatusReason
            | Self::StateTransition
            | Self::EndDate
            | Self::GrantorSystem
            | Self::GrantorValue => 422,
            Self::Throttled => 429,
            Self::Server => 500,
            Self::Busy => 503,
        }
    }

    /// That service's code; `PRECONDITION_FAILED` and, for an address that leads nowhere, `NOT_FOUND` are ours.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.words().0
    }

    /// The code, what the code says, and what is wrong in one sentence.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::AccessDenied => {
                ("ACCESS_DENIED", "Missing or invalid OAuth 2.0 bearer token in request.", "Nobody is signed in.")
            }
            Self::Forbidden => {
                ("FORBIDDEN", "Access denied to resource.", "This is not for whoever is signed in to do, or needs a second step.")
            }
            Self::NotFound => ("RESOURCE_NOT_FOUND", "Request must be for a existing proxy role.", "Proxy role not found."),
            Self::NoSuchAddress => ("NOT_FOUND", "Not found.", "There is nothing at this address."),
            Self::MethodNotAllowed => {
                ("METHOD_NOT_ALLOWED", "The method is not allowed.", "The method is not allowed for the requested resource.")
            }
            Self::Parameter => (
                "INVALID_PARAMETER",
                "Required parameter(s) are invalid.",
                "Invalid request with error - status parameter is invalid.",
            ),
            Self::PatchFormat => ("INVALID_PATCH_FORMAT", "Request format is invalid.", "Malformed JSON patch document."),
            Self::TooLarge => ("INVALID_PATCH_FORMAT", "Request format is invalid.", "The JSON patch document is too large."),
            Self::Media => {
                ("UNSUPPORTED_MEDIA", "Unsupported media type.", "A JSON patch is sent as application/json-patch+json.")
            }
            Self::PatchPath => ("INVALID_PATCH_PATH", "Patch target is invalid.", "Patch targeting non-existent element."),
            Self::DuplicatePatches => {
                ("DUPLICATE_PATCHES", "Two or more patches use same path.", "Two or more patches use same path.")
            }
            Self::Extension => {
                ("INVALID_EXTENSION", "Invalid extension.", "Only the status reason and the grantor can be added.")
            }
            Self::StatusCode => ("INVALID_STATUS_CODE", "Status code is invalid.", "Invalid status code."),
            Self::StatusReason => ("INVALID_STATUS_REASON", "Status reason is invalid.", "Invalid status reason."),
            Self::FreeText => (
                "MISSING_FREE_TEXT_FOR_OTHER",
                "Free text must be provided for OTHER reason codes.",
                "Free text is required when reason code is OTHER.",
            ),
            Self::StateTransition => {
                ("INVALID_STATE_TRANSITION", "Status change is invalid.", "Patch attempting invalid status change.")
            }
            Self::EndDate => ("INVALID_END_DATE", "End date is invalid.", "The end date cannot be used."),
            Self::GrantorReference => {
                ("MISSING_GRANTOR_REFERENCE", "Missing grantor reference", "Grantor extension must contain a valueReference")
            }
            Self::GrantorIdentifier => {
                ("MISSING_GRANTOR_IDENTIFIER", "Missing grantor identifier", "Grantor extension must contain a valueIdentifier")
            }
            Self::GrantorSystem => (
                "INVALID_GRANTOR_SYSTEM",
                "Invalid grantor identifier system",
                "Valid grantor extension identifier system is required when creating/updating a consent with status 'active'",
            ),
            Self::GrantorValue => (
                "INVALID_GRANTOR_VALUE",
                "Invalid grantor identifier value",
                "Valid grantor extension identifier value is required when creating/updating a consent with status 'active'",
            ),
            Self::DuplicateRelationship => {
                ("DUPLICATE_RELATIONSHIP", "Request must be for a new proxy role.", "Proxy role already exists.")
            }
            Self::Stale => (
                "PRECONDITION_FAILED",
                "The proxy role has changed.",
                "The proxy role has changed since it was read. Read it again, then decide.",
            ),
            Self::Throttled => ("THROTTLED", "Too many requests.", "Too many requests. Wait, then try again."),
            Self::Busy => (
                "DOWNSTREAM_SERVICE_ERROR",
                "Failed to generate response",
                "Downstream Service Error - Failed to generate response is present in the response",
            ),
            Self::Server => (
                "SERVER_ERROR",
                "Failed to generate response",
                "Internal Server Error - Failed to generate response is present in the response",
            ),
        }
    }

    /// The kind of issue (FHIR R4, `issue-type`).
    const fn issue(self) -> &'static str {
        match self {
            Self::AccessDenied | Self::Forbidden => "forbidden",
            Self::NoSuchAddress => "not-found",
            Self::MethodNotAllowed => "not-supported",
            Self::Stale => "conflict",
            Self::TooLarge => "too-long",
            Self::Throttled => "throttled",
            Self::Busy => "processing",
            Self::Server => "exception",
            _ => "invalid",
        }
    }

    /// Where in the resource it is, where that service says so.
    const fn expression(self) -> Option<&'static str> {
        match self {
            Self::GrantorReference => Some(in_grantor!("valueReference")),
            Self::GrantorIdentifier => Some(in_grantor!("valueReference.identifier")),
            Self::GrantorSystem => Some(in_grantor!("valueReference.identifier.system")),
            Self::GrantorValue => Some(in_grantor!("valueReference.identifier.value")),
            _ => None,
        }
    }
}

/// What is wrong, as `OperationOutcome`; `said` instead of the sentence that belongs to the code.
#[must_use]
pub fn outcome(fault: Fault, said: Option<&str>) -> Value {
    let (code, display, sentence) = fault.words();
    let mut issue = json!({
        "severity": "error",
        "code": fault.issue(),
        "details": { "coding": [{ "system": CODES, "version": "1", "code": code, "display": display }] },
        "diagnostics": said.unwrap_or(sentence),
    });
    if let Some(expression) = fault.expression() {
        issue["expression"] = json!([expression]);
    }
    json!({ "resourceType": "OperationOutcome", "issue": [issue] })
}

/// That it was done, as `OperationOutcome`.
#[must_use]
pub fn done() -> Value {
    json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "information", "code": "informational" }] })
}
