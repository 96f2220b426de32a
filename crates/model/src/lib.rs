//! The nouns of entrant: tables of types, values, references, addresses, diagnostics.
//!
//! Everything else is a function over what stands here. Data flows through it like this:
//!
//! ```text
//! document ──manifest──▶ Object ┐
//!                               ├── plan::diff ──▶ changes
//! Graph JSON ──wire::read──▶ Object ┘
//! ```
//!
//! This crate does no I/O, reads no clock, and knows neither YAML nor HTTP.

pub mod address;
pub mod desired;
pub mod diagnostic;
pub mod facts;
pub mod file_name;
pub mod hand;
pub mod kind;
pub mod kinds;
pub mod limits;
pub mod live;
pub mod path;
pub mod reference;
pub mod spec;
pub mod text;
pub mod time;
pub mod value;
pub mod wire;

pub use address::Address;
pub use desired::{Desired, Document, Envelope, Removed, RemovedAction};
pub use diagnostic::{Code, Declared, Diagnostic, Origin, Place, Pointer, Severity};
pub use kind::{Kind, Version};
pub use live::{Coverage, Live, LiveObject, Wire};
pub use path::Path;
pub use reference::{Id, Reference, Written};
pub use spec::{Absent, Access, Dimension, EnumSpec, MemberSpec, Type, TypeSpec, UnionSpec};
pub use value::{MemberId, Object, Value, Word};
