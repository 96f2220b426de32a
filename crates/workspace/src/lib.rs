//! The glue: load, validate, resolve, fetch, diff.
