//! Objects straight from their text, without a tree of it: a list of a large tenant is for the most part what the tables
//! know.
//!
//! What comes out is what [`read`](super::read) makes of the tree. What is out of the ordinary (a value of another type,
//! a reference without an id, a list that goes on elsewhere) is not read here: of such an object there has to be a tree.

use super::{ODATA_TYPE, element_type, name_member, of_text, read_value, variant_of};
use crate::reference::Reference;
use crate::spec::{Access, MemberSpec, RefForm, Type, TypeSpec, UnionSpec};
use crate::value::{Json, MemberId, Object, Value};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Map;
use serde_json::value::RawValue;
use std::fmt;

/// The link to the rest of a list, by the end of its name.
const LINK: &str = "@odata.nextLink";

/// Reads an ordinary object of this type, with its id as it is spelled; `None` where a tree has to be made of the text.
pub fn from_text(ty: &'static TypeSpec, text: &RawValue) -> Option<(Option<String>, Object)> {
    let mut id = None;
    let structure = Structure { ty, is_variant: false, top: Some(&mut id) };
    let object = serde_json::Deserializer::from_str(text.get()).deserialize_map(structure).ok()?;
    Some((id, object))
}

/// A structure of a table.
struct Structure<'i> {
    ty: &'static TypeSpec,
    /// Whether its `@odata.type` said which one it is.
    is_variant: bool,
    /// Of what is listed itself, where its id goes.
    top: Option<&'i mut Option<String>>,
}

impl<'de> Visitor<'de> for Structure<'_> {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.ty.name)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Object, A::Error> {
        let mut members = Vec::new();
        let mut unknown = Map::new();
        while let Some(key) = map.next_key_seed(KeyOf(self.ty))? {
            match (key, &mut self.top) {
                (Key::Member(id, member), _) => members.push((id, map.next_value_seed(Typed(member.ty))?)),
                (Key::Unknown(name), _) => {
                    unknown.insert(name, map.next_value()?);
                }
                (Key::Id, Some(top)) => **top = map.next_value()?,
                (Key::Link, Some(_)) => return Err(A::Error::custom("a list goes on elsewhere")),
                (Key::Tag, _) if self.is_variant => return Err(A::Error::custom("it has two types")),
                (Key::Id | Key::Link | Key::Tag | Key::LeftOut, _) => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let mut object = Object::of(self.ty, members);
        object.set_unknown(unknown);
        Ok(object)
    }
}

/// What a member's name means in a table.
enum Key {
    Member(MemberId, &'static MemberSpec),
    Unknown(String),
    Id,
    Tag,
    Link,
    LeftOut,
}

struct KeyOf(&'static TypeSpec);

impl<'de> DeserializeSeed<'de> for KeyOf {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyOf {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Key, E> {
        if name.contains('@') {
            return Ok(match name {
                ODATA_TYPE => Key::Tag,
                _ if name.ends_with(LINK) => Key::Link,
                _ => Key::LeftOut,
            });
        }
        Ok(match self.0.member(name) {
            Some((_, member)) if member.access == Access::ReadOnly && name == "id" => Key::Id,
            Some((_, member)) if member.access == Access::ReadOnly => Key::LeftOut,
            Some((id, member)) => Key::Member(id, member),
            None => Key::Unknown(name.to_owned()),
        })
    }
}

/// A value of a type of the tables; any other is an error.
struct Typed(Type);

impl<'de> DeserializeSeed<'de> for Typed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Typed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value of its type")
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.0 {
            Type::Bool => deserializer.deserialize_bool(self),
            Type::Int { .. } => deserializer.deserialize_i64(self),
            Type::Text
            | Type::Rule
            | Type::Enum(_)
            | Type::Duration
            | Type::Instant
            | Type::Date
            | Type::Ref(_, RefForm::Id) => deserializer.deserialize_str(self),
            Type::Object(ty) => {
                let structure = Structure { ty, is_variant: false, top: None };
                deserializer.deserialize_map(structure).map(|object| Value::Object(Box::new(object)))
            }
            Type::Ref(_, RefForm::Object) | Type::Union { .. } => deserializer.deserialize_map(self),
            Type::Set(_) | Type::Map { .. } | Type::Sequence { .. } => deserializer.deserialize_seq(self),
        }
    }

    fn visit_bool<E>(self, is: bool) -> Result<Value, E> {
        Ok(Value::Bool(is))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Int(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Value, E> {
        i64::try_from(number).map(Value::Int).map_err(E::custom)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        of_text(&self.0, text).ok_or_else(|| E::custom("a text of another form"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let of = element_type(&self.0);
        let mut elements = Vec::new();
        while let Some(element) = list.next_element_seed(Typed(of))? {
            elements.push(element);
        }
        Ok(Value::List(elements.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        match self.0 {
            Type::Ref(kind, _) => reference(kind, map),
            Type::Union { spec, .. } => union(&self.0, spec, map),
            _ => Err(A::Error::custom("no structure is expected")),
        }
    }
}

/// One of several structures. Its type is told first, or a tree tells which one it is.
fn union<'de, A: MapAccess<'de>>(ty: &Type, spec: &'static UnionSpec, mut map: A) -> Result<Value, A::Error> {
    let first: Option<String> = map.next_key()?;
    if first.as_deref() == Some(ODATA_TYPE) {
        let tag: String = map.next_value()?;
        let ty = variant_of(spec, &tag).ok_or_else(|| A::Error::custom("a type that is not known"))?;
        let structure = Structure { ty, is_variant: true, top: None };
        return Ok(Value::Object(Box::new(structure.visit_map(map)?)));
    }
    let mut tree = Map::new();
    if let Some(first) = first {
        tree.insert(first, map.next_value()?);
    }
    while let Some((name, value)) = map.next_entry()? {
        tree.insert(name, value);
    }
    Ok(read_value(ty, &Json::Object(tree)))
}

/// A reference that is a structure: its id, and the name where it came.
fn reference<'de, A: MapAccess<'de>>(kind: crate::Kind, mut map: A) -> Result<Value, A::Error> {
    let (mut id, mut name): (Option<String>, Option<Box<str>>) = (None, None);
    while let Some(key) = map.next_key::<Box<str>>()? {
        match &*key {
            "id" => id = map.next_value()?,
            key if key == name_member(kind) => name = map.next_value()?,
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    let id = id.ok_or_else(|| A::Error::custom("a reference without an id"))?;
    Ok(Value::Ref(Box::new(Reference { name, ..Reference::live(kind, &id) })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Version;
    use crate::kinds::assignment_policy::table;
    use serde_json::{json, value::to_raw_value};

    fn policy() -> Json {
        json!({
            "@odata.context": "…/$metadata#policies/$entity",
            "id": "D2DC0000-0000-4000-8000-000000000001",
            "displayName": "Partners \"may\" request",
            "description": null,
            "allowedTargetScope": "specificDirectoryUsers",
            "canExtend": true,
            "durationInDays": 90,
            "accessPackageId": "A0000000-0000-4000-8000-000000000001",
            "accessPackage": {"id": "A0000000-0000-4000-8000-000000000001", "displayName": "Marketing", "isHidden": false},
            "specificAllowedTargets": [
                {"@odata.type": "#microsoft.graph.groupMembers", "groupId": "G", "description": "Staff"},
                {"@odata.type": "microsoft.graph.singleUser", "userId": "U", "new": {"n": 1.50}},
                {"userId": "U", "@odata.type": "#microsoft.graph.singleUser"},
            ],
            "expiration": {"@odata.type": "#microsoft.graph.expirationPattern", "type": "afterDuration", "duration": "P90D", "endDateTime": null},
            "requestorSettings": {"enableTargetsToSelfAddAccess": true, "onBehalfRequestors": [], "acceptRequests": true},
            "requestApprovalSettings": {
                "isApprovalRequiredForAdd": true,
                "stages": [{"durationBeforeAutomaticDenial": "P14D", "primaryApprovers": [
                    {"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1}
                ]}],
            },
            "reviewSettings": {"isEnabled": true, "schedule": {
                "startDateTime": "2027-01-31T00:00:00Z",
                "recurrence": {"pattern": {"type": "absoluteMonthly", "interval": 3}, "range": {"startDate": "0001-01-01"}},
            }},
            "questions": [{
                "@odata.type": "#microsoft.graph.accessPackageTextInputQuestion",
                "text": "Why?", "sequence": 0, "localizations": [{"languageCode": "fr", "text": "Pourquoi ?"}],
            }],
            "customExtensionStageSettings": [{"stage": "assignmentRequestCreated", "customExtension": {"id": "E", "displayName": "X"}}],
            "addedLater": {"deep": [1e30, "x"]},
        })
    }

    /// Calls `visit` with the object in which one value after the other, at any depth, is another one.
    fn each_other(json: &Json, others: &[Json], visit: &mut dyn FnMut(&Json)) {
        fn pointers(json: &Json, at: &str, all: &mut Vec<String>) {
            let inner: Vec<(String, &Json)> = match json {
                Json::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
                Json::Array(list) => {
                    list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
                }
                _ => Vec::new(),
            };
            for (key, value) in inner {
                let at = format!("{at}/{key}");
                pointers(value, &at, all);
                all.push(at);
            }
        }
        let mut all = Vec::new();
        pointers(json, "", &mut all);
        for (at, other) in all.iter().flat_map(|at| others.iter().map(move |other| (at, other))) {
            let mut changed = json.clone();
            if let Some(value) = changed.pointer_mut(at) {
                *value = other.clone();
            }
            visit(&changed);
        }
    }

    /// Whether no tree is needed; then the text is read as the tree is.
    fn is_read(version: Version, json: &Json) -> bool {
        let (ty, text) = (table(version), to_raw_value(json).unwrap());
        let Some((id, object)) = from_text(ty, &text) else { return false };
        assert_eq!(
            format!("{object:?}"),
            format!("{:?}", super::super::read(ty, json.as_object().unwrap())),
            "{json}"
        );
        assert_eq!(id.as_deref(), json["id"].as_str());
        true
    }

    #[test]
    fn a_text_is_read_as_its_tree_is_or_not_at_all() {
        let others = [
            json!(null),
            json!(5),
            json!(1.5),
            json!(u64::MAX),
            json!("x"),
            json!(true),
            json!([]),
            json!([null]),
            json!({}),
            json!({"id": "A"}),
        ];
        for version in [Version::V1, Version::Beta] {
            let (mut read, mut left) = (0, 0);
            let mut policy = policy();
            if version == Version::Beta {
                policy["questions"][0]["text"] = json!({"defaultText": "Why?"});
            }
            assert!(is_read(version, &policy), "{version}");
            each_other(&policy, &others, &mut |json| {
                if is_read(version, json) { read += 1 } else { left += 1 }
            });
            assert!(read > 100 && left > 100, "{version}: {read} were read, {left} were not");
        }
    }

    #[test]
    fn what_goes_on_elsewhere_or_has_two_types_needs_a_tree() {
        for text in [
            r#"{"questions@odata.nextLink": "…"}"#,
            r##"{"specificAllowedTargets": [{"@odata.type": "#microsoft.graph.singleUser", "@odata.type": ""}]}"##,
            r#"["id"]"#,
            r#""id""#,
        ] {
            let text = RawValue::from_string(text.to_owned()).unwrap();
            assert!(from_text(table(Version::V1), &text).is_none(), "{text}");
        }
    }
}
