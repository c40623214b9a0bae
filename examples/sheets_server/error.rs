//! Refusals in Google's shape: `{"error": {"code": 403, "message": "…", "status": "PERMISSION_DENIED"}}`.

use serde_json::{Value, json};

/// A refused request.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiError {
    /// HTTP status.
    pub code: u16,
    /// Google's name of it.
    pub status: &'static str,
    /// What Google says.
    pub message: String,
}

impl ApiError {
    fn new(code: u16, status: &'static str, message: impl Into<String>) -> Self {
        ApiError { code, status, message: message.into() }
    }

    /// 400: the request itself is wrong.
    pub fn invalid(message: impl Into<String>) -> Self {
        ApiError::new(400, "INVALID_ARGUMENT", message)
    }

    /// 400: JSON that does not fit.
    pub fn payload(message: impl std::fmt::Display) -> Self {
        ApiError::invalid(format!("Invalid JSON payload received. {message}"))
    }

    /// 400: an uploaded Office file that Google merely shows.
    pub fn office_file() -> Self {
        ApiError::new(400, "FAILED_PRECONDITION", "This operation is not supported for this document")
    }

    /// 401: no token, or one that is unknown or has expired.
    pub fn unauthenticated() -> Self {
        ApiError::new(
            401,
            "UNAUTHENTICATED",
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        )
    }

    /// 403: neither token nor key.
    pub fn unregistered() -> Self {
        ApiError::new(
            403,
            "PERMISSION_DENIED",
            "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
        )
    }

    /// 403: not shared with the caller.
    pub fn denied() -> Self {
        ApiError::new(403, "PERMISSION_DENIED", "The caller does not have permission")
    }

    /// 403: the token was asked for with a scope that only reads.
    pub fn scope() -> Self {
        ApiError::new(403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.")
    }

    /// 404: no such spreadsheet or method.
    pub fn not_found() -> Self {
        ApiError::new(404, "NOT_FOUND", "Requested entity was not found.")
    }

    /// 429: over the quota of `kind` (`Read` or `Write`).
    pub fn over_quota(kind: &str) -> Self {
        ApiError::new(
            429,
            "RESOURCE_EXHAUSTED",
            format!(
                "Quota exceeded for quota metric '{kind} requests' and limit '{kind} requests per minute per user' of service 'sheets.googleapis.com' for consumer 'project_number:0'."
            ),
        )
    }

    /// What Google answers when it is not well, by status.
    pub fn outage(code: u16) -> Self {
        match code {
            429 => ApiError::over_quota("Read"),
            503 => ApiError::new(503, "UNAVAILABLE", "The service is currently unavailable."),
            504 => ApiError::new(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
            502 => ApiError::new(502, "UNKNOWN", "Bad Gateway"),
            code => ApiError::new(code, "INTERNAL", "Internal error encountered."),
        }
    }

    /// The body.
    pub fn body(&self) -> Value {
        json!({"error": {"code": self.code, "message": self.message, "status": self.status}})
    }
}
