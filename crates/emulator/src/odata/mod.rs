//! The part of OData that Graph's entitlement management and directory understand: what a query
//! asks for (`query`, `filter`), whether an object matches (`evaluate`), and how the answer is laid
//! out (`render`, `page`). Whatever is not understood is refused, never ignored.

pub mod evaluate;
pub mod filter;
pub mod page;
pub mod query;
pub mod render;
