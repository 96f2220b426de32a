//! The editor's JSON Schema (draft-07), generated from the model's tables.

use serde_json::{Value, json};

/// The schema of documents, for `schemas/entrant.schema.json`.
pub fn entrant() -> Value {
    json!({})
}

/// The schema of `entrant.yaml`.
pub fn config() -> Value {
    json!({})
}
