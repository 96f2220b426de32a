//! Files to desired documents, with positions and diagnostics; the JSON Schema of the format.
