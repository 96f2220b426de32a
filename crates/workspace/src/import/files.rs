//! Names of files: made of names of the tenant, stable, and safe on every file system.
//!
//! A name has lower-case ASCII letters, digits and `-` alone, is short, and is no device of Windows. Letters of other
//! scripts are written in Latin ones. Two objects whose names would give one file have the beginning of their ids behind
//! it, both of them, so that no order decides; the whole ids where these begin alike.

use entrant_model::file_name::{is_device, plain};
use entrant_model::{Id, LiveObject};
use std::collections::{BTreeMap, BTreeSet};

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where, with `/`, below the directory that was asked for.
    pub path: String,
    /// Its whole text.
    pub text: String,
}

/// How many characters of an id stand behind a name.
const OF_ID: usize = 8;
/// What a folder of a catalog holds beside packages.
pub const CATALOG: &str = "catalog";
/// The file names of objects that stand in one folder, without an ending.
pub fn names<'a>(objects: impl Iterator<Item = &'a LiveObject> + Clone) -> BTreeMap<Id, String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut beginnings: BTreeMap<(String, String), usize> = BTreeMap::new();
    let beginning = |object: &LiveObject, length: usize| -> String {
        object.id.as_str().chars().filter(char::is_ascii_alphanumeric).take(length).collect()
    };
    for object in objects.clone() {
        let name = plain(&object.display_name);
        *beginnings.entry((name.clone(), beginning(object, OF_ID))).or_default() += 1;
        *counts.entry(name).or_default() += 1;
    }
    let named = objects.map(|object| {
        let name = plain(&object.display_name);
        let is_own = counts.get(&name) == Some(&1);
        let mut id = beginning(object, OF_ID);
        if beginnings.get(&(name.clone(), id.clone())).is_some_and(|several| *several > 1) {
            id = beginning(object, usize::MAX);
        }
        let name = match name.as_str() {
            "" => object.id.as_str().to_ascii_lowercase(),
            _ if !is_own || is_device(&name) || name == CATALOG => format!("{name}-{id}"),
            _ => name,
        };
        (object.id.clone(), name)
    });
    named.collect()
}

/// A path that no file has yet, and whether another was wanted.
pub fn free(taken: &mut BTreeSet<String>, stem: &str) -> (String, bool) {
    let mut path = format!("{stem}.yaml");
    let mut number = 1_usize;
    while !taken.insert(path.to_lowercase()) {
        number += 1;
        path = format!("{stem}-{number}.yaml");
    }
    (path, number > 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use entrant_model::kinds::table;
    use entrant_model::value::Json;
    use entrant_model::{Kind, Object, Version, Wire};

    #[test]
    fn names_that_give_one_file_have_ids_behind_them_that_tell_them_apart() {
        let package = |id: &str, name: &str| LiveObject {
            kind: Kind::AccessPackage,
            version: Version::V1,
            id: Id::new(id),
            display_name: name.to_owned(),
            parent: Id::tenant(),
            object: Object::new(table(Kind::AccessPackage, Version::V1).expect("there is one")),
            wire: Wire::new(&Json::Null),
            unread: Vec::new(),
        };
        let packages = [
            package("00000005-0000-4000-8000-000000000001", "Orders"),
            package("00000005-0000-4000-8000-000000000002", "orders!"),
            package("00000006-0000-4000-8000-000000000003", "Orders?"),
            package("00000005-0000-4000-8000-000000000004", "Audit"),
        ];
        let names: Vec<String> = names(packages.iter()).into_values().collect();
        assert_eq!(
            names,
            [
                "orders-00000005000040008000000000000001",
                "orders-00000005000040008000000000000002",
                "audit",
                "orders-00000006",
            ]
        );
    }

    #[test]
    fn a_file_that_is_there_keeps_its_name() {
        let mut taken = BTreeSet::from(["sales/x.yaml".to_owned()]);
        assert_eq!(free(&mut taken, "sales/x"), ("sales/x-2.yaml".to_owned(), true));
        assert_eq!(free(&mut taken, "sales/x"), ("sales/x-3.yaml".to_owned(), true));
        assert_eq!(free(&mut taken, "sales/y"), ("sales/y.yaml".to_owned(), false));
    }
}
