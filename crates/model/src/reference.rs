//! References from one object to another: written by name or id, resolved to an id, shown by name.

use crate::address::Address;
use crate::kind::Kind;
use crate::value::Json;
use std::fmt;
use std::sync::Arc;

/// An object's id: a GUID in lower case, or what Graph gave where it is none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(Arc<str>);

impl Id {
    /// An id as Graph or a document spells it; letter case does not matter.
    pub fn new(text: &str) -> Self {
        Self(text.to_ascii_lowercase().into())
    }

    /// The id, if `text` has the form of a GUID (8-4-4-4-12 hexadecimal digits).
    pub fn guid(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let shape = bytes.len() == 36
            && bytes.iter().enumerate().all(|(i, b)| match i {
                8 | 13 | 18 | 23 => *b == b'-',
                _ => b.is_ascii_hexdigit(),
            });
        shape.then(|| Self::new(text))
    }

    /// What stands for the tenant as the parent of what nothing else holds.
    pub fn tenant() -> Self {
        Self::new("tenant")
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a document wrote a reference.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// The name, where one was written.
    pub name: Option<String>,
    /// The catalog beside the name, where one was written.
    pub catalog: Option<String>,
    /// The id, where one was written; it decides over the name.
    pub id: Option<Id>,
    /// The declared object that is meant, where it is yet to be created: a placeholder for its id.
    pub declared: Option<Address>,
}

/// A reference to another object.
///
/// Two references are equal when their kinds and ids are; before resolution, when what was written is.
#[derive(Debug, Clone)]
pub struct Reference {
    /// What it points to.
    pub kind: Kind,
    /// As the document has it; `None` for one that came from Graph.
    pub written: Option<Box<Written>>,
    /// The id, once known.
    pub id: Option<Id>,
    /// The object's name, once known: display name, or the user principal name of a user.
    pub name: Option<Box<str>>,
}

impl Reference {
    /// A reference that came from Graph.
    pub fn live(kind: Kind, id: &str) -> Self {
        Self { kind, written: None, id: Some(Id::new(id)), name: None }
    }

    /// A reference that a document wrote; a written id is its id already.
    pub fn written(kind: Kind, written: Written) -> Self {
        let id = written.id.clone();
        Self { kind, id, name: None, written: Some(Box::new(written)) }
    }

    /// A reference to the tenant.
    pub fn tenant() -> Self {
        Self { kind: Kind::Tenant, written: None, id: Some(Id::tenant()), name: None }
    }

    /// The declared object that is meant and is yet to be created.
    pub fn placeholder(&self) -> Option<&Address> {
        self.written.as_ref().filter(|_| self.id.is_none())?.declared.as_ref()
    }

    /// What a person reads: the name, else what was written, else the id.
    pub fn label(&self) -> &str {
        self.name
            .as_deref()
            .or_else(|| self.written.as_ref().and_then(|w| w.name.as_deref()))
            .or_else(|| self.id.as_ref().map(Id::as_str))
            .unwrap_or("?")
    }

    /// The form of plans: `{kind, name, id?}`; `name` is the id where no name is known.
    pub fn to_json(&self) -> Json {
        let mut map = serde_json::Map::new();
        map.insert("kind".into(), self.kind.as_str().into());
        map.insert("name".into(), self.label().into());
        if let Some(id) = &self.id {
            map.insert("id".into(), id.as_str().into());
        }
        Json::Object(map)
    }
}

impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
            && match (&self.id, &other.id) {
                (Some(a), Some(b)) => a == b,
                (None, None) => match (&self.written, &other.written) {
                    (Some(a), Some(b)) if a.declared.is_some() || b.declared.is_some() => {
                        a.declared.as_ref().map(Address::key) == b.declared.as_ref().map(Address::key)
                    }
                    (Some(a), Some(b)) => {
                        same_name(a.name.as_deref(), b.name.as_deref())
                            && same_name(a.catalog.as_deref(), b.catalog.as_deref())
                    }
                    _ => false,
                },
                _ => false,
            }
    }
}

/// Whether two names match: without regard to case, as Graph compares display names.
pub fn same_name(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || fold(a) == fold(b),
        (None, None) => true,
        _ => false,
    }
}

/// The form of a name in which two names that match are equal.
pub fn fold(name: &str) -> String {
    name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_told_from_a_name() {
        assert!(Id::guid("BD3F6B95-458D-4BC8-A9A6-8D4B29F64F3D").is_some());
        for name in
            ["Partner desk", "bd3f6b95458d4bc8a9a68d4b29f64f3d", "bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3g", ""]
        {
            assert!(Id::guid(name).is_none(), "{name}");
        }
    }

    #[test]
    fn references_are_equal_by_id_once_resolved() {
        let by_name = Reference {
            id: Some(Id::new("A")),
            ..Reference::written(Kind::Group, Written { name: Some("X".into()), ..Written::default() })
        };
        assert_eq!(by_name, Reference::live(Kind::Group, "a"));
        assert_ne!(by_name, Reference::live(Kind::User, "a"));
    }
}
