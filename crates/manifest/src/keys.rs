//! Unknown keys: what was probably meant, in this version, in the other one, or elsewhere in the document.

use crate::codes;
use crate::context::{Context, Path};
use crate::parse::Siblings;
use crate::yaml::{Entry, Node};
use crate::{foreign, inline, removed};
use entrant_model::spec::{Absent, Access, EnumSpec, HandForm, MemberSpec, Type};
use entrant_model::text::{nearest, visible};
use entrant_model::{Diagnostic, Kind, TypeSpec, Version, kinds};

/// Whether a key is an annotation of OData: `@odata.context`, `questions@odata.count`.
pub(crate) fn is_annotation(key: &str) -> bool {
    key.contains("@odata.")
}

/// Reports a key that the structure does not have.
pub(crate) fn unknown(
    ctx: &mut Context,
    ty: &'static TypeSpec,
    parent: &Path,
    entry: &Entry,
    siblings: Option<Siblings>,
    handled: &[&'static str],
) {
    // A document of a hundred thousand wrong keys is wrong enough after a hundred.
    if ctx.is_full() {
        ctx.leave_out();
        return;
    }
    let key = &*entry.key;
    let shown = visible(&key.chars().take(80).collect::<String>());
    let path = Path::Key(parent, key);
    let place = ctx.key_place(&path, entry.key_span);
    let diagnostic = of_sibling(ty, siblings, key)
        .or_else(|| of_other_version(ctx, ty, parent, key))
        .unwrap_or_else(|| {
            let message = if parent.member().is_empty() {
                format!("unknown key `{shown}`")
            } else {
                format!("`{}` has no member `{shown}`", visible(parent.member()))
            };
            let found = Diagnostic::new(codes::UNKNOWN_KEY, message);
            suggest(ctx, ty, parent, key, handled, found)
        });
    ctx.push(diagnostic.at(place, ""));
}

/// Names of the members that a document may write.
fn writable(ty: &'static TypeSpec) -> impl Iterator<Item = &'static str> + Clone {
    ty.members.iter().filter(|m| m.access != Access::ReadOnly).map(|m| m.name)
}

fn suggest(
    ctx: &Context,
    ty: &'static TypeSpec,
    parent: &Path,
    key: &str,
    handled: &[&'static str],
    found: Diagnostic,
) -> Diagnostic {
    let own = handled.iter().copied().filter(|name| !name.contains('@'));
    if let Some(near) = nearest(key, writable(ty).chain(own.clone())) {
        return found.help(format!("did you mean `{near}`?"));
    }
    if let Some(help) = foreign::help(key, |member| writable(ty).chain(own.clone()).any(|own| own == member))
    {
        return found.help(help);
    }
    if let Some(path) = elsewhere(ctx, key).filter(|_| !removed::is_own(ty)) {
        return found.help(format!("`{path}` exists: it belongs there"));
    }
    if let Some(kind) = of_other_kind(ctx.kind, key).filter(|_| parent.member().is_empty()) {
        return found.help(format!("`{kind}` has such a member: it belongs in a document of that kind"));
    }
    let policies = handled.iter().copied().filter(|name| *name == inline::POLICIES);
    let names: Vec<String> = writable(ty).chain(policies).map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => found.help("it takes no members"),
        1..=16 => found.help(format!("the keys are {}", names.join(", "))),
        _ => found,
    }
}

/// The member of another variant of the same union: choices in a question of text.
fn of_sibling(ty: &'static TypeSpec, siblings: Option<Siblings>, key: &str) -> Option<Diagnostic> {
    let siblings = siblings?;
    let variants =
        siblings.spec.variants.iter().filter(|v| v.ty != ty && siblings.takes.contains(&v.ty.name));
    let owner = variants.clone().find(|v| v.ty.member(key).is_some() || is_hand_key(v.hand, key))?;
    let message = format!("`{}` does not go with `{}`", visible(key), ty.name);
    let found = Diagnostic::new(codes::UNKNOWN_KEY, message);
    Some(match owner.hand {
        HandForm::ByMember(member) => {
            found.help(format!("it belongs to `{}`, which is told by its `{member}`", owner.ty.name))
        }
        _ => found.help(format!("it belongs to `{}`; leave it out here", owner.ty.name)),
    })
}

fn is_hand_key(hand: HandForm, key: &str) -> bool {
    matches!(hand, HandForm::Key { key: hand, .. } if hand == key)
}

/// The one other kind whose documents have this member.
fn of_other_kind(kind: Kind, key: &str) -> Option<Kind> {
    let has = |other: &Kind| {
        let member = kinds::table(*other, Version::V1).and_then(|table| table.member(key));
        *other != kind && member.is_some_and(|(_, member)| member.access != Access::ReadOnly)
    };
    let mut others = Kind::DECLARED.into_iter().filter(has);
    others.next().filter(|_| others.next().is_none())
}

/// The same thing under the other version's name.
fn of_other_version(ctx: &Context, ty: &'static TypeSpec, parent: &Path, key: &str) -> Option<Diagnostic> {
    if removed::is_own(ty) {
        return None;
    }
    let (kind, version) = (ctx.kind, ctx.version);
    let other = version.other();
    let found = find_in(ctx, key, ty, parent.outermost())?;
    let shown = visible(key);
    let diagnostic = Diagnostic::new(
        codes::OTHER_VERSION,
        format!("`{shown}` is a member of {other}, and this document is {version}"),
    );
    Some(if found.counterpart.is_empty() {
        diagnostic.note(format!("{version} has no such member")).help(format!(
            "leave it out, or write the whole document in the shape of {other} with `apiVersion: {other}`"
        ))
    } else {
        let diagnostic =
            diagnostic.help(format!("write `{}`, which is what {version} calls it", found.counterpart));
        match of_another_type(kind, version, found) {
            Some(ours) => diagnostic.note(ours.doc),
            None => diagnostic,
        }
    })
}

/// This version's member for the same thing, where its values are written differently: minutes here, a
/// duration there.
fn of_another_type(kind: Kind, version: Version, found: &MemberSpec) -> Option<&'static MemberSpec> {
    let mut ours = None;
    each_member(kind, version, &mut |path, _, member| {
        let differs = std::mem::discriminant(&member.ty) != std::mem::discriminant(&found.ty);
        let counterpart: Vec<&str> = found.counterpart.split('.').collect();
        if ours.is_none() && differs && path.ends_with(&counterpart) {
            ours = Some(member);
        }
    });
    ours
}

/// The other version's member of this name, the one in the corresponding structure first.
fn find_in(ctx: &Context, key: &str, ty: &'static TypeSpec, outermost: &str) -> Option<&'static MemberSpec> {
    let root = kinds::table(ctx.kind, ctx.version)?.member(outermost).map_or("", |(_, m)| m.counterpart);
    let mut best: Option<(u8, &'static MemberSpec)> = None;
    each_member(ctx.kind, ctx.version.other(), &mut |path, owner, member| {
        if member.name != key {
            return;
        }
        let first = path.first().copied().unwrap_or_default();
        let is_root = path.len() == 1;
        let score = if owner.name == ty.name && (!is_root || outermost.is_empty()) {
            3
        } else if !is_root && !outermost.is_empty() && (first == outermost || first == root) {
            2
        } else {
            u8::from(is_root == outermost.is_empty())
        };
        if best.is_none_or(|(s, _)| s < score) {
            best = Some((score, member));
        }
    });
    best.map(|(_, member)| member).filter(|member| member.access != Access::ReadOnly)
}

/// The path of a member of this kind and version that stands elsewhere.
fn elsewhere(ctx: &Context, key: &str) -> Option<String> {
    let mut found = None;
    each_member(ctx.kind, ctx.version, &mut |path, _, member| {
        if found.is_none() && member.name == key && member.access != Access::ReadOnly {
            found = Some(path.join("."));
        }
    });
    found
}

/// Calls `visit` on every member of a table, with the names that lead to it. Each structure is entered once.
fn each_member(
    kind: Kind,
    version: Version,
    visit: &mut dyn FnMut(&[&'static str], &'static TypeSpec, &'static MemberSpec),
) {
    fn walk(
        ty: &'static TypeSpec,
        path: &mut Vec<&'static str>,
        seen: &mut Vec<&'static str>,
        visit: &mut dyn FnMut(&[&'static str], &'static TypeSpec, &'static MemberSpec),
    ) {
        if seen.contains(&ty.name) {
            return;
        }
        seen.push(ty.name);
        for member in ty.members {
            path.push(member.name);
            visit(path, ty, member);
            inner(member.ty, path, seen, visit);
            path.pop();
        }
    }
    fn inner(
        ty: Type,
        path: &mut Vec<&'static str>,
        seen: &mut Vec<&'static str>,
        visit: &mut dyn FnMut(&[&'static str], &'static TypeSpec, &'static MemberSpec),
    ) {
        match ty {
            Type::Object(ty) | Type::Map { of: ty, .. } => walk(ty, path, seen, visit),
            Type::Union { spec, .. } => spec.variants.iter().for_each(|v| walk(v.ty, path, seen, visit)),
            Type::Set(of) | Type::Sequence { of, .. } => inner(*of, path, seen, visit),
            _ => {}
        }
    }
    if let Some(table) = kinds::table(kind, version) {
        walk(table, &mut Vec::new(), &mut Vec::new(), visit);
    }
}

/// A word that the other version has: its documented spelling, and this version's word for it.
pub(crate) fn word_of_other_version(
    ctx: &Context,
    spec: &EnumSpec,
    text: &str,
) -> Option<(&'static str, Option<&'static str>)> {
    if let Some(word) =
        spec.words.iter().find(|w| !w.counterpart.is_empty() && w.counterpart.eq_ignore_ascii_case(text))
    {
        return Some((word.counterpart, Some(word.word)));
    }
    let mut found = None;
    each_member(ctx.kind, ctx.version.other(), &mut |_, _, member| {
        if let Type::Enum(other) = member.ty
            && found.is_none()
            && other.name != spec.name
            && let Some(word) = other.find(text)
            // Only words of the enum that corresponds: one of them names one of ours.
            && other.words.iter().any(|w| spec.words.iter().any(|ours| ours.word == w.counterpart))
        {
            found = Some((word.word, None));
        }
    });
    found
}

/// Whether the other version has a type of this name.
pub(crate) fn is_type_of_other_version(ctx: &Context, name: &str) -> bool {
    let mut found = false;
    each_member(ctx.kind, ctx.version.other(), &mut |_, owner, _| found |= owner.name == name);
    found
}

/// The required member that a read-only one was probably written for: `accessPackage` in beta, where
/// `accessPackageId` is missing.
pub(crate) fn meant_by_read_only(ty: &'static TypeSpec, node: &Node, key: &str) -> Option<&'static str> {
    let meant = ty.members.iter().find(|m| m.counterpart == key && matches!(m.absent, Absent::Required))?;
    node.get(meant.name).is_none().then_some(meant.name)
}

/// Whether a key that says nothing here is probably this member, misspelt or in the other version's words:
/// then it is not reported as missing too.
pub(crate) fn has_misspelling(node: &Node, ty: &'static TypeSpec, member: &str) -> bool {
    let counterpart = ty.member(member).map_or("", |(_, m)| m.counterpart);
    let entries = node.entries().unwrap_or_default();
    entries.iter().take(50).any(|entry| match ty.member(&entry.key) {
        Some((_, known)) => known.access == Access::ReadOnly && entry.key == counterpart,
        None => entry.key == counterpart || nearest(&entry.key, writable(ty)) == Some(member),
    })
}
