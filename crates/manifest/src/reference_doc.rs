//! The reference documentation, generated from the model's tables.

/// The reference of documents, as Markdown.
pub fn reference_doc() -> String {
    String::new()
}
