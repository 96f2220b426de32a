//! The tenant: one canonical object for each thing, whichever version wrote it.
//!
//! An object is kept in the form of v1.0, with every collection that it contains inside, references
//! as `{id}`, unknown members in place, and what only beta can say in members that begin with
//! `beta:`. The store knows ids and who belongs to whom; what an object may hold is for `kinds`.

use std::collections::HashMap;

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::kinds::Kind;
use crate::random::Random;
use crate::values::full_instant;

/// Objects by id in lower case, in the order in which they were made.
type Collection = IndexMap<String, Value>;

/// Members by whose text objects are found without looking at each.
const INDEXED: [&str; 2] = ["displayName", "userPrincipalName"];

#[derive(Debug, Clone)]
pub struct Tenant {
    pub id: String,
    collections: HashMap<Kind, Collection>,
    /// For a kind and the id of a parent: the ids of its children, in the order they were made.
    children: HashMap<(Kind, String), Vec<String>>,
    /// For a kind, one of [`INDEXED`] and a text in lower case: the ids of the objects that have it there.
    texts: HashMap<(Kind, &'static str, String), Vec<String>>,
    ids: Random,
    last_change: Timestamp,
    /// What was put or removed since it was last asked.
    touched: Vec<(Kind, String)>,
}

impl Tenant {
    pub fn new(id: String, random_seed: u64) -> Self {
        Self {
            id,
            collections: HashMap::new(),
            children: HashMap::new(),
            texts: HashMap::new(),
            ids: Random(random_seed),
            last_change: Timestamp::UNIX_EPOCH,
            touched: Vec::new(),
        }
    }

    pub fn get(&self, kind: Kind, id: &str) -> Option<&Value> {
        self.collections.get(&kind)?.get(&id.to_ascii_lowercase())
    }

    pub fn list(&self, kind: Kind) -> impl Iterator<Item = &Value> {
        self.collections.get(&kind).into_iter().flat_map(IndexMap::values)
    }

    /// The objects of `kind` that belong to the object with this id.
    pub fn children(&self, kind: Kind, parent: &str) -> Vec<&Value> {
        let ids = self.children.get(&(kind, parent.to_ascii_lowercase()));
        ids.into_iter().flatten().filter_map(|id| self.get(kind, id)).collect()
    }

    /// Adds the object, or puts it in the place of the one with its id.
    pub fn put(&mut self, kind: Kind, object: Map<String, Value>) -> Option<String> {
        let object = Value::Object(object);
        let id = object.get("id")?.as_str()?.to_owned();
        let key = id.to_ascii_lowercase();
        let parent = kind.parent_of(&object).map(str::to_ascii_lowercase);
        self.touched.push((kind, key.clone()));
        let added = texts(kind, &object);
        let before = self.collections.entry(kind).or_default().insert(key.clone(), object);
        let removed = before.as_ref().map(|before| texts(kind, before)).unwrap_or_default();
        if added != removed {
            self.unlist(&key, removed);
            for text in added {
                self.texts.entry(text).or_default().push(key.clone());
            }
        }
        if before.is_none()
            && let Some(parent) = parent
        {
            self.children.entry((kind, parent)).or_default().push(key);
        }
        Some(id)
    }

    pub fn remove(&mut self, kind: Kind, id: &str) {
        let key = id.to_ascii_lowercase();
        self.touched.push((kind, key.clone()));
        let removed = self.collections.get_mut(&kind).and_then(|objects| objects.shift_remove(&key));
        self.unlist(&key, removed.as_ref().map(|object| texts(kind, object)).unwrap_or_default());
        if let Some(parent) = removed.as_ref().and_then(|object| kind.parent_of(object))
            && let Some(ids) = self.children.get_mut(&(kind, parent.to_ascii_lowercase()))
        {
            ids.retain(|id| *id != key);
        }
    }

    /// The objects whose member is this text, without regard to letter case; `None` where the member is not
    /// one by which objects are found.
    pub fn having(&self, kind: Kind, member: &str, text: &str) -> Option<Vec<&Value>> {
        let member = INDEXED.into_iter().find(|indexed| *indexed == member)?;
        let ids = self.texts.get(&(kind, member, text.to_lowercase()));
        Some(ids.into_iter().flatten().filter_map(|id| self.get(kind, id)).collect())
    }

    /// The objects in the order of their collection, each once.
    pub fn in_order<'a>(&'a self, kind: Kind, objects: Vec<&'a Value>) -> Vec<&'a Value> {
        let collection = self.collections.get(&kind);
        let place = |object: &Value| {
            let key = object["id"].as_str().unwrap_or_default().to_ascii_lowercase();
            collection.and_then(|collection| collection.get_index_of(&key))
        };
        let mut placed: Vec<_> = objects.into_iter().map(|object| (place(object), object)).collect();
        placed.sort_by_key(|(place, _)| *place);
        placed.dedup_by_key(|(place, _)| *place);
        placed.into_iter().map(|(_, object)| object).collect()
    }

    fn unlist(&mut self, key: &str, texts: Vec<(Kind, &'static str, String)>) {
        for text in texts {
            if let Some(ids) = self.texts.get_mut(&text) {
                ids.retain(|id| id != key);
                if ids.is_empty() {
                    self.texts.remove(&text);
                }
            }
        }
    }

    /// What was put or removed since this was last asked.
    pub fn take_touched(&mut self) -> Vec<(Kind, String)> {
        std::mem::take(&mut self.touched)
    }

    /// A user, group or service principal.
    pub fn directory_object(&self, id: &str) -> Option<(Kind, &Value)> {
        Kind::DIRECTORY.into_iter().find_map(|kind| Some((kind, self.get(kind, id)?)))
    }

    pub fn new_id(&mut self) -> String {
        self.ids.guid()
    }

    /// Now, and later than every change before: two changes never bear one timestamp.
    pub fn stamp(&mut self) -> String {
        let now = Timestamp::now();
        let next = self.last_change.checked_add(SignedDuration::from_nanos(100)).unwrap_or(now);
        self.last_change = now.max(next);
        full_instant(self.last_change)
    }

    /// Where the sequence of ids stands, so that a stored tenant does not make one twice.
    pub fn id_sequence(&self) -> u64 {
        self.ids.0
    }
}

/// By which texts an object is found.
fn texts(kind: Kind, object: &Value) -> Vec<(Kind, &'static str, String)> {
    let text = |member: &'static str| Some((kind, member, object[member].as_str()?.to_lowercase()));
    INDEXED.into_iter().filter_map(text).collect()
}
