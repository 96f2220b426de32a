//! What is answered when something is refused: the status, Graph's code and the sentence.
//!
//! Codes that users of entitlement management have reported are used where there is one. No
//! client may depend on the sentence; `details` is there for whoever reads a log.

use serde_json::{Value, json};

/// A refusal, ready to become an OData error body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphError {
    /// The HTTP status.
    pub status: u16,
    /// Graph's code, such as `InvalidModel`.
    pub code: &'static str,
    /// The sentence that Graph would print.
    pub message: String,
    /// What exactly was wrong, where Graph's sentence does not say: `(target, sentence)`.
    pub detail: Option<(String, String)>,
}

pub type Result<T> = std::result::Result<T, GraphError>;

impl GraphError {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), detail: None }
    }

    /// The OData error body. `now` has whole seconds and no zone, as Graph writes it there.
    pub fn body(&self, now: &str, request_id: &str, client_request_id: &str) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some((target, sentence)) = &self.detail {
            error["details"] = json!([{ "code": self.code, "message": sentence, "target": target }]);
        }
        error["innerError"] =
            json!({ "date": now, "request-id": request_id, "client-request-id": client_request_id });
        json!({ "error": error })
    }
}

/// Graph's answer to nearly everything that is wrong with a body; it does not say with what.
pub fn invalid_model(target: impl Into<String>, sentence: impl Into<String>) -> GraphError {
    GraphError {
        status: 400,
        code: "InvalidModel",
        message: "The model is invalid.".to_owned(),
        detail: Some((target.into(), sentence.into())),
    }
}

/// A member that must be there is not: `Id` for the package of a policy, `source` for a collection.
pub fn argument_null(parameter: &str, target: &str) -> GraphError {
    GraphError {
        status: 400,
        code: "ArgumentNullException",
        message: format!("Value cannot be null. (Parameter '{parameter}')"),
        detail: Some((target.to_owned(), "the member is missing".to_owned())),
    }
}

pub fn bad_request(message: impl Into<String>) -> GraphError {
    GraphError::new(400, "BadRequest", message)
}

/// No object of this id in an entitlement management collection.
pub fn not_found(type_name: &str, id: &str) -> GraphError {
    GraphError::new(404, "ResourceNotFound", format!("The {type_name} with id '{id}' was not found."))
}

/// No object of this id in the directory.
pub fn directory_not_found(id: &str) -> GraphError {
    GraphError::new(
        404,
        "Request_ResourceNotFound",
        format!(
            "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
        ),
    )
}

/// The address does not exist, though the metadata advertises it. Not the same as an object that
/// is gone, hence another code.
pub fn no_http_resource(uri: &str) -> GraphError {
    GraphError::new(
        404,
        "UnknownError",
        format!("No HTTP resource was found that matches the request URI '{uri}'."),
    )
}

pub fn unknown_segment(segment: &str) -> GraphError {
    GraphError::new(400, "BadRequest", format!("Resource not found for the segment '{segment}'."))
}

pub fn method_not_allowed(method: &str) -> GraphError {
    GraphError::new(
        405,
        "MethodNotAllowed",
        format!("The requested resource does not support http method '{method}'."),
    )
}

pub fn unauthenticated(message: &str) -> GraphError {
    GraphError::new(401, "InvalidAuthenticationToken", message)
}
