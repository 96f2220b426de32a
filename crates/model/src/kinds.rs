//! The tables of each kind. A kind is one file here, and one of the same name in `graph` and `emulator`.

pub mod access_package;
pub mod assignment_policy;
pub mod catalog;
pub mod connected_organization;
pub mod settings;
pub mod workflow_extension;

use crate::kind::{Kind, Version};
use crate::spec::{EnumWord, TypeSpec};

/// The table of a kind that documents declare; `None` where the version does not have it, or the kind is not declared.
pub const fn table(kind: Kind, version: Version) -> Option<&'static TypeSpec> {
    match (kind, version) {
        (Kind::AssignmentPolicy, _) => Some(assignment_policy::table(version)),
        (Kind::AccessPackage, Version::V1) => Some(&access_package::PACKAGE),
        (Kind::Catalog, Version::V1) => Some(&catalog::CATALOG),
        (Kind::ConnectedOrganization, Version::V1) => Some(&connected_organization::ORGANIZATION),
        (Kind::WorkflowExtension, Version::V1) => Some(&workflow_extension::EXTENSION),
        (Kind::Settings, Version::V1) => Some(&settings::SETTINGS),
        _ => None,
    }
}

/// The member that names what holds an object: `accessPackage` of a policy, `catalog` of a package; `None` where that
/// is the tenant.
pub const fn parent_member(kind: Kind, version: Version) -> Option<&'static str> {
    match kind {
        Kind::AssignmentPolicy => Some(assignment_policy::package_member(version)),
        Kind::AccessPackage | Kind::WorkflowExtension => Some("catalog"),
        _ => None,
    }
}

/// A word of an enum without a counterpart in the other version.
const fn word(word: &'static str, doc: &'static str) -> EnumWord {
    EnumWord { word, doc, counterpart: "" }
}

#[cfg(test)]
mod tests {
    use super::{parent_member, table};
    use crate::kind::{Kind, Version};
    use crate::spec::{Absent, Access, HandForm, Literal, Type, TypeSpec, UnionSpec};

    fn each_type(ty: &'static TypeSpec, seen: &mut Vec<&'static TypeSpec>) {
        if seen.iter().any(|s| std::ptr::eq(*s, ty)) {
            return;
        }
        seen.push(ty);
        for member in ty.members {
            inner(member.ty, seen);
        }
    }

    fn inner(ty: Type, seen: &mut Vec<&'static TypeSpec>) {
        match ty {
            Type::Object(ty) | Type::Map { of: ty, .. } => each_type(ty, seen),
            Type::Union { spec, takes } => {
                for name in takes {
                    assert!(spec.variant(name).is_some(), "{} has no variant {name}", spec.name);
                }
                for variant in spec.variants {
                    each_type(variant.ty, seen);
                }
            }
            Type::Set(of) | Type::Sequence { of, .. } => inner(*of, seen),
            _ => {}
        }
    }

    fn roots() -> impl Iterator<Item = (Kind, &'static TypeSpec)> {
        let versions = [Version::V1, Version::Beta];
        Kind::DECLARED.into_iter().flat_map(move |kind| {
            versions.into_iter().filter_map(move |version| Some((kind, table(kind, version)?)))
        })
    }

    /// What the code relies on in every table.
    #[test]
    fn the_tables_are_sound() {
        let mut all: Vec<&'static TypeSpec> = Vec::new();
        for (_, root) in roots() {
            each_type(root, &mut all);
        }
        assert!(all.len() > 80, "{} types", all.len());
        for ty in &all {
            assert!(ty.members.len() <= 64 && !ty.doc.is_empty(), "{}", ty.name);
            let of_name = all.iter().filter(|other| *other == ty).count();
            assert_eq!(of_name, 1, "{of_name} types are called {} {}", ty.version, ty.name);
            for (index, member) in ty.members.iter().enumerate() {
                let at = format!("{} {}.{}", ty.version, ty.name, member.name);
                assert_eq!(
                    ty.member(member.name).map(|(id, _)| usize::from(id.0)),
                    Some(index),
                    "{at} stands twice"
                );
                assert!(member.doc.ends_with('.'), "{at} needs a sentence");
                assert!(
                    !member.source.is_empty() || member.access == Access::ReadOnly,
                    "{at} needs its source"
                );
                if let (Type::Enum(spec), Absent::Default(Literal::Word(word))) = (member.ty, member.absent) {
                    assert!(spec.words.iter().any(|w| w.word == word), "{at}: {word}");
                }
                if let Type::Map { key, value, of } = member.ty {
                    assert!(of.member(key).is_some() && of.member(value).is_some(), "{at}");
                }
            }
        }
    }

    /// Every declared kind has a table in v1.0, and only policies have one in beta. What says which object is meant is
    /// required, and a member that is a collection of its own is a set that silence leaves alone.
    #[test]
    fn the_roots_are_sound() {
        assert_eq!(roots().count(), Kind::DECLARED.len() + 1);
        for (kind, root) in roots() {
            let required =
                |name| root.member(name).is_some_and(|(_, m)| matches!(m.absent, Absent::Required));
            let parent = parent_member(kind, root.version);
            assert!(kind == Kind::Settings || required("displayName"), "{kind}");
            assert_eq!(parent.is_some(), kind.parent() != Kind::Tenant, "{kind}");
            assert!(parent.is_none_or(required), "{kind}");
            for member in root.members.iter().filter(|m| m.is_part()) {
                let is_sound = matches!(member.ty, Type::Set(_))
                    && matches!(member.absent, Absent::Kept)
                    && !member.always_sent
                    && member.dimension.is_some();
                assert!(is_sound, "{kind}.{}", member.name);
            }
        }
    }

    /// The key of a hand form says which variant is meant, whatever else stands beside it.
    #[test]
    fn hand_forms_are_told_apart() {
        fn unions(ty: Type, found: &mut Vec<&'static UnionSpec>) {
            match ty {
                Type::Union { spec, .. } => found.push(spec),
                Type::Set(of) | Type::Sequence { of, .. } => unions(*of, found),
                _ => {}
            }
        }
        let mut all = Vec::new();
        roots().for_each(|(_, root)| each_type(root, &mut all));
        let mut found = Vec::new();
        all.iter().flat_map(|ty| ty.members).for_each(|member| unions(member.ty, &mut found));
        assert!(found.len() > 20);
        for spec in found {
            let mut keys = Vec::new();
            for variant in spec.variants {
                match variant.hand {
                    HandForm::Key { key, member } => {
                        assert!(variant.ty.member(member).is_some(), "{} {key}", spec.name);
                        keys.push(key);
                    }
                    HandForm::Word(key) => keys.push(key),
                    HandForm::ByMember(member) => {
                        assert!(variant.ty.member(member).is_some(), "{} {member}", spec.name);
                    }
                    HandForm::Untagged | HandForm::Tag => {}
                }
            }
            for (index, key) in keys.iter().enumerate() {
                let is_member = spec.variants.iter().any(|v| v.ty.member(key).is_some());
                assert!(!is_member && !keys[..index].contains(key), "{}: {key}", spec.name);
            }
            let untagged = spec.variants.iter().filter(|v| matches!(v.hand, HandForm::Untagged)).count();
            assert!(untagged <= 1, "{}", spec.name);
        }
    }
}
