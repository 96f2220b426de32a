//! The tables of each kind. A kind is one file here, and one of the same name in `graph` and `emulator`.

pub mod assignment_policy;

use crate::kind::{Kind, Version};
use crate::spec::TypeSpec;

/// The table of a kind that documents declare; `None` where the version does not have it.
pub const fn table(kind: Kind, version: Version) -> Option<&'static TypeSpec> {
    match kind {
        Kind::AssignmentPolicy => Some(assignment_policy::table(version)),
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

#[cfg(test)]
mod tests {
    use super::assignment_policy;
    use crate::spec::{Absent, Access, Literal, Type, TypeSpec};

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

    /// What the code relies on in every table.
    #[test]
    fn the_tables_are_sound() {
        for root in [&assignment_policy::v1::POLICY, &assignment_policy::beta::POLICY] {
            let mut types = Vec::new();
            each_type(root, &mut types);
            assert!(types.len() > 15);
            for ty in types {
                assert!(ty.members.len() <= 64 && !ty.doc.is_empty(), "{}", ty.name);
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
                    if let (Type::Enum(spec), Absent::Default(Literal::Word(word))) =
                        (member.ty, member.absent)
                    {
                        assert!(spec.words.iter().any(|w| w.word == word), "{at}: {word}");
                    }
                    if let Type::Map { key, value, of } = member.ty {
                        assert!(of.member(key).is_some() && of.member(value).is_some(), "{at}");
                    }
                }
            }
        }
    }
}
