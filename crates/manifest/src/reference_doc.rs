//! The reference documentation, generated from the model's tables.
//!
//! One section a structure, in the order in which a reader meets them; nothing is written by hand but the
//! introduction, so that it cannot disagree with what the parser takes.

use crate::kind::KINDS;
use crate::{envelope, inline, removed};
use entrant_model::spec::{Absent, Access, EnumSpec, HandForm, Literal, Type, UnionSpec};
use entrant_model::{Kind, TypeSpec, Version, kinds};
use std::fmt::Write as _;

/// The reference of documents, as Markdown: every kind, member, word and form, in both shapes.
pub fn reference_doc() -> String {
    let mut out = String::from(
        "# Documents\n\nGenerated from the tables in `crates/model`; do not edit. A document is the resource of Microsoft Graph itself, in which every id may be a name.\n\n## Every document\n\n| key | meaning |\n| --- | --- |\n",
    );
    for (key, doc) in envelope::MEMBERS {
        let _ = writeln!(out, "| `{key}` | {} |", cell(doc));
    }
    out.push_str("\n| kind | meaning |\n| --- | --- |\n");
    for (kind, doc) in KINDS {
        let _ = writeln!(out, "| `{kind}` | {} |", cell(doc));
    }
    for version in [Version::V1, Version::Beta] {
        if let Some(table) = kinds::table(Kind::AssignmentPolicy, version) {
            let _ = write!(out, "\n## AssignmentPolicy, {version}\n");
            section(&mut out, table, "Members", &mut Vec::new());
        }
    }
    // As the list of kinds above has them.
    for kind in KINDS.iter().filter_map(|(name, _)| Kind::declared(name)) {
        let Some(table) = kinds::table(kind, Version::V1).filter(|_| kind != Kind::AssignmentPolicy) else {
            continue;
        };
        let _ = write!(out, "\n## {kind}\n");
        let not_taken: Vec<String> = envelope::MEMBERS
            .iter()
            .filter(|(key, _)| envelope::keys(kind).all(|taken| taken != *key))
            .map(|(key, _)| format!("`{key}`"))
            .collect();
        if !not_taken.is_empty() {
            let _ = write!(out, "\nIt takes no {}.\n", not_taken.join(", "));
        }
        if kind == Kind::AccessPackage {
            let _ = write!(out, "\n`{}`: {}\n", inline::POLICIES, inline::DOC);
        }
        // What policies have too is described there.
        section(&mut out, table, "Members", &mut vec!["accessPackageQuestion"]);
    }
    out.push_str("\n## Removed\n");
    let mut seen = Vec::new();
    section(&mut out, removed::table(Kind::AssignmentPolicy), "Members", &mut seen);
    for kind in removed::KINDS.into_iter().filter(|kind| *kind != Kind::AssignmentPolicy) {
        section(
            &mut out,
            removed::target(kind),
            &format!("`target` of {}", crate::reference::article(kind)),
            &mut seen,
        );
    }
    out
}

/// A structure and, after it, every structure that it holds.
fn section(out: &mut String, ty: &'static TypeSpec, title: &str, seen: &mut Vec<&'static str>) {
    if seen.contains(&ty.name) {
        return;
    }
    seen.push(ty.name);
    let _ = write!(out, "\n### {title}\n\n{}\n", ty.doc);
    if let Some(shorthand) = ty.shorthand {
        let _ = write!(out, "\nBy hand: {}.\n", shorthand.expects);
    }
    let members = || ty.members.iter().filter(|m| m.access != Access::ReadOnly);
    if members().next().is_some() {
        out.push_str("\n| member | type | left out | meaning |\n| --- | --- | --- | --- |\n");
    }
    for member in members() {
        let (name, what) = (member.name, cell(&type_name(&member.ty)));
        let _ = writeln!(out, "| `{name}` | {what} | {} | {} |", absent(&member.absent), cell(member.doc));
    }
    let ignored: Vec<String> =
        ty.members.iter().filter(|m| m.access == Access::ReadOnly).map(|m| format!("`{}`", m.name)).collect();
    if !ignored.is_empty() {
        let _ = write!(out, "\nIgnored where pasted: {}.\n", ignored.join(", "));
    }
    for member in members() {
        inner(out, &member.ty, member.name, seen);
    }
}

fn inner(out: &mut String, ty: &Type, member: &str, seen: &mut Vec<&'static str>) {
    match ty {
        Type::Object(ty) | Type::Map { of: ty, .. } => section(out, ty, &format!("`{member}`"), seen),
        Type::Set(of) | Type::Sequence { of, .. } => inner(out, of, member, seen),
        Type::Enum(spec) => words(out, spec, seen),
        Type::Union { spec, .. } => union(out, spec, seen),
        _ => {}
    }
}

fn words(out: &mut String, spec: &'static EnumSpec, seen: &mut Vec<&'static str>) {
    if seen.contains(&spec.name) {
        return;
    }
    seen.push(spec.name);
    let _ = write!(out, "\n### Words of `{}`\n\n| word | meaning |\n| --- | --- |\n", spec.name);
    for word in spec.words {
        let _ = writeln!(out, "| `{}` | {} |", word.word, cell(word.doc));
    }
}

fn union(out: &mut String, spec: &'static UnionSpec, seen: &mut Vec<&'static str>) {
    if seen.contains(&spec.name) {
        return;
    }
    let _ = write!(out, "\n### Forms of `{}`\n\n{}\n", spec.name, spec.doc);
    out.push_str("\n| by hand | `@odata.type` | meaning |\n| --- | --- | --- |\n");
    for variant in spec.variants {
        let hand = match variant.hand {
            HandForm::Key { key, .. } => format!("`{{{key}: …}}`"),
            HandForm::Word(word) => format!("`{word}`"),
            HandForm::ByMember(member) => format!("with `{member}`"),
            HandForm::Untagged => "without `@odata.type`".to_owned(),
            HandForm::Tag => "only by `@odata.type`".to_owned(),
        };
        let _ =
            writeln!(out, "| {hand} | `#microsoft.graph.{}` | {} |", variant.ty.name, cell(variant.ty.doc));
    }
    let takes = |name: &str| spec.variants.iter().any(|v| v.ty.name == name);
    if !takes(spec.name) {
        seen.push(spec.name);
    }
    for variant in spec.variants {
        if !variant.ty.members.is_empty() {
            section(out, variant.ty, &format!("`{}`", variant.ty.name), seen);
        }
    }
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Bool => "boolean".to_owned(),
        Type::Int { min, max } if *max < i64::from(i32::MAX) => format!("whole number, {min} to {max}"),
        Type::Int { .. } => "whole number".to_owned(),
        Type::Text => "text".to_owned(),
        Type::Rule => "membership rule".to_owned(),
        Type::Enum(spec) => format!("word of `{}`", spec.name),
        Type::Duration => "ISO 8601 duration".to_owned(),
        Type::Instant => "timestamp".to_owned(),
        Type::Date => "date".to_owned(),
        Type::Ref(kind, _) => format!("reference to {}", crate::reference::article(*kind)),
        Type::Object(ty) if ty.shorthand.is_some() => "mapping, or by hand".to_owned(),
        Type::Object(_) => "mapping".to_owned(),
        Type::Union { spec, takes } => {
            let names: Vec<String> = takes
                .iter()
                .filter_map(|name| spec.variant(name))
                .map(|v| match v.hand {
                    HandForm::Key { key, .. } => format!("`{key}`"),
                    HandForm::Word(word) => format!("`{word}`"),
                    _ => format!("`{}`", v.ty.name),
                })
                .collect();
            names.join(", ")
        }
        Type::Set(of) => format!("set of {}", type_name(of)),
        Type::Sequence { of, max, .. } if *max < usize::MAX => {
            format!("list of at most {max}: {}", type_name(of))
        }
        Type::Sequence { of, .. } => format!("list: {}", type_name(of)),
        Type::Map { key, value, .. } => format!("by `{key}`: a list, or a mapping to `{value}`"),
    }
}

fn absent(absent: &Absent) -> String {
    match absent {
        Absent::Default(Literal::Null) => "nothing".to_owned(),
        Absent::Default(Literal::Bool(b)) => format!("`{b}`"),
        Absent::Default(Literal::Int(n)) => format!("`{n}`"),
        Absent::Default(Literal::Word(word)) => format!("`{word}`"),
        Absent::Derived(_) => "follows from the rest".to_owned(),
        Absent::Kept => "stays as it is".to_owned(),
        Absent::Empty => "none".to_owned(),
        Absent::Required => "a mistake".to_owned(),
    }
}

/// Text that cannot end a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
