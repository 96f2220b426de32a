//! A document's values in their canonical form, by the tables: members in the table's order, hand forms, durations,
//! timestamps and numbers in their one spelling.
//!
//! Whatever is not certain to mean the same is left as it is written: variables, aliases, structures with comments in
//! them. [`super::format`] reads the result again and compares.

use super::form::{Body, Element, Elements, Form, Line};
use crate::context::{Context, Here, Path};
use crate::envelope;
use crate::inline;
use crate::parse;
use crate::pasted::{self, SYSTEMS};
use crate::scalar;
use crate::tenant::VAR;
use crate::union::in_namespace;
use entrant_model::kinds::access_package::PACKAGE;
use entrant_model::kinds::assignment_policy;
use entrant_model::kinds::workflow_extension::EXTENSION;
use entrant_model::spec::{Absent, Access, HandForm, Literal, Type, UnionSpec};
use entrant_model::time::{Date, Duration, Instant};
use entrant_model::wire::ODATA_TYPE;
use entrant_model::{Id, Object, TypeSpec, Value, Version};
use std::path::PathBuf;
use std::sync::Arc;

/// Brings a document into its canonical form, and the policies that stand in it.
pub(crate) fn document(root: &mut Form, ty: &'static TypeSpec) {
    extension_type(root, ty);
    members(root, ty);
    if let Body::Map(members) = &mut root.body
        && *ty == PACKAGE
        && let Some(policies) = members.list.iter_mut().find(|member| member.key == inline::POLICIES)
        && let Body::List(items) = &mut policies.form.body
    {
        policies.form.is_tall = true;
        for item in items.list.iter_mut().filter(|item| !is_foreign(&item.form)) {
            let version = version_of(&item.form);
            document(&mut item.form, assignment_policy::table(version));
        }
    }
    if let Body::Map(members) = &mut root.body {
        sort(&mut members.list, &|key| rank(ty, key));
    }
}

/// Where a member of a document stands: the tool's own first, then Graph's in the table's order.
pub(crate) fn rank(ty: &TypeSpec, key: &str) -> Option<usize> {
    if key == "$schema" {
        return Some(0);
    }
    let envelope = envelope::MEMBERS;
    let own = envelope.iter().position(|(name, _)| *name == key);
    own.map(|at| at + 1).or_else(|| {
        let after = envelope.len() + 1;
        if *ty == PACKAGE && key == inline::POLICIES {
            return Some(after + ty.members.len());
        }
        position(ty, key).map(|at| at + after)
    })
}

/// Graph's `@odata.type` of an extension as its `type`.
fn extension_type(root: &mut Form, ty: &'static TypeSpec) {
    let has_type = root.get("type").is_some();
    let Body::Map(members) = &mut root.body else { return };
    if *ty != EXTENSION || has_type {
        return;
    }
    if let Some(tag) = members.list.iter_mut().find(|member| member.key == ODATA_TYPE)
        && let Some(word) = tag.form.text().and_then(pasted::word_of_type)
    {
        "type".clone_into(&mut tag.key);
        tag.form.body = Body::Text(word.to_owned());
    }
}

/// Puts elements into the order of their ranks; those without one come last, as they are.
fn sort(list: &mut [Element], rank: &dyn Fn(&str) -> Option<usize>) {
    list.sort_by_key(|element| rank(&element.key).unwrap_or(usize::MAX));
}

fn position(ty: &TypeSpec, key: &str) -> Option<usize> {
    ty.members.iter().position(|member| member.name == key)
}

fn members(form: &mut Form, ty: &'static TypeSpec) {
    let Body::Map(members) = &mut form.body else { return };
    for member in &mut members.list {
        if let Some((_, spec)) = ty.member(&member.key) {
            value(&mut member.form, &spec.ty);
        }
    }
    sort(&mut members.list, &|key| position(ty, key));
}

/// A value of a type.
pub(crate) fn value(form: &mut Form, ty: &Type) {
    let is_null = matches!(&form.body, Body::Word(word) if word == "null");
    if is_null || is_foreign(form) {
        return;
    }
    match ty {
        Type::Bool | Type::Text | Type::Rule | Type::Enum(_) => {}
        Type::Int { .. } => {
            if let Body::Word(word) = &form.body
                && let Ok(number) = scalar::whole(word)
            {
                form.body = Body::Word(number.to_string());
            }
        }
        Type::Duration => spell(form, |text| Duration::parse(text).map(|found| found.to_string())),
        Type::Instant => spell(form, |text| Instant::parse(text).map(|found| found.to_string())),
        Type::Date => spell(form, |text| Date::parse(text).map(|found| found.to_string())),
        Type::Ref(..) => reference(form),
        Type::Object(ty) => structure(form, ty),
        Type::Union { spec, takes } => {
            union(form, spec);
            let of = spec
                .variants
                .iter()
                .find(|variant| takes.contains(&variant.ty.name) && is_variant(form, variant, spec));
            if let Some(of) = of {
                variant_members(form, of);
            }
        }
        Type::Set(of) | Type::Sequence { of, .. } => {
            if let Body::List(items) = &mut form.body {
                items.list.iter_mut().for_each(|item| value(&mut item.form, of));
                form.is_tall = matches!(ty, Type::Sequence { .. }) && is_tall(of);
            }
        }
        Type::Map { key, value: member, of } => keyed(form, key, member, of),
    }
}

/// Whether an alias or a variable stands here: then the value is elsewhere.
fn is_foreign(form: &Form) -> bool {
    matches!(form.body, Body::Alias(..)) || matches!(form.members(), [only] if only.key == VAR)
}

fn has_foreign(form: &Form) -> bool {
    is_foreign(form)
        || match &form.body {
            Body::List(elements) | Body::Map(elements) => {
                elements.list.iter().any(|element| has_foreign(&element.form))
            }
            _ => false,
        }
}

/// Whether the elements of a sequence are structures, which get lines of their own.
const fn is_tall(of: &Type) -> bool {
    match of {
        Type::Object(ty) => ty.shorthand.is_none(),
        Type::Union { .. } => true,
        _ => false,
    }
}

fn spell(form: &mut Form, canonical: impl Fn(&str) -> Option<String>) {
    if let Some(text) = form.text().and_then(canonical) {
        form.body = Body::Word(text);
    }
}

/// `{name: Sales}` is `Sales`, `{id: …}` is the id.
fn reference(form: &mut Form) {
    if form.holds_more_than_values() || has_foreign(form) {
        return;
    }
    let Body::Map(members) = &mut form.body else { return };
    if let [only] = members.list.as_slice()
        && let Some(text) = only.form.text()
        && match only.key.as_str() {
            "name" => Id::guid(text).is_none(),
            "id" => Id::guid(text).is_some(),
            _ => false,
        }
    {
        form.body = Body::Text(text.to_owned());
        return;
    }
    sort(&mut members.list, &|key| ["catalog", "name", "id"].iter().position(|known| *known == key));
}

fn structure(form: &mut Form, ty: &'static TypeSpec) {
    if let Some(short) = shorthand(form, ty) {
        form.body = short;
        return;
    }
    members(form, ty);
}

/// The scalar that stands for a structure, where it stands for exactly this one.
fn shorthand(form: &Form, ty: &'static TypeSpec) -> Option<Body> {
    let shorthand = ty.shorthand?;
    if form.holds_more_than_values() || has_foreign(form) {
        return None;
    }
    let object = match &form.body {
        Body::Map(_) => read(form, ty)?,
        Body::Text(text) => (shorthand.read)(ty, text)?,
        _ => return None,
    };
    let object = without_needless_nulls(&object);
    let text = (shorthand.write)(&object)?;
    let again = (shorthand.read)(ty, &text)?;
    let is_time = Duration::parse(&text).is_some() || Instant::parse(&text).is_some();
    let body = if is_time && !shorthand.words.is_empty() { Body::Word(text) } else { Body::Text(text) };
    (again == object).then_some(body)
}

/// The structure that a form says, where it has no mistake.
fn read(form: &Form, ty: &'static TypeSpec) -> Option<Object> {
    let mut ctx = Context::new(Arc::new(PathBuf::new()), "", true, 0);
    ctx.version = ty.version;
    let node = form.node();
    let here = Here { path: &Path::Root, key: None, node: &node };
    let value = parse::value(&mut ctx, &Type::Object(ty), here)?;
    let is_sound = !ctx.is_broken() && ctx.pasted.is_empty();
    match value {
        Value::Object(object) if is_sound => Some(*object),
        _ => None,
    }
}

/// The structure without nulls that say what silence says. What has a scalar form has no other kind of silence.
pub(crate) fn without_needless_nulls(object: &Object) -> Object {
    let mut object = object.clone();
    for member in object.ty.members {
        let is_default = matches!(member.absent, Absent::Default(Literal::Null));
        if is_default && object.get(member.name) == Some(&Value::Null) {
            object.remove(member.name);
        }
    }
    object
}

/// Graph's form of a variant, by hand.
fn union(form: &mut Form, spec: &'static UnionSpec) {
    let Body::Map(members) = &mut form.body else { return };
    let tag = members.list.iter().position(|member| member.key == ODATA_TYPE);
    let words = spec.variants.iter().filter_map(|variant| match variant.hand {
        HandForm::Word(word) => Some(word),
        _ => None,
    });
    let Some(tag) = tag else {
        by_system(members, spec);
        // `{externalSponsors: {}}` is the word.
        if let [only] = members.list.as_slice()
            && members.tail.is_empty()
            && let Some(word) = words.clone().find(|word| *word == only.key)
            && is_bare(only)
        {
            form.body = Body::Text(word.to_owned());
        }
        return;
    };
    let name = members.list[tag].form.text().and_then(in_namespace);
    let Some(variant) = name.and_then(|name| spec.variant(name)) else { return };
    match variant.hand {
        HandForm::Key { key, member } => {
            let Some(at) = members.list.iter().position(|element| element.key == member) else { return };
            let is_null = matches!(&members.list[at].form.body, Body::Word(word) if word == "null");
            if is_null || members.list.iter().any(|element| element.key == key) {
                return;
            }
            key.clone_into(&mut members.list[at].key);
            remove(members, tag);
        }
        HandForm::Word(word) => {
            if members.list.len() == 1 && members.tail.is_empty() && is_without_comments(&members.list[0]) {
                form.body = Body::Text(word.to_owned());
            } else if members.list.len() > 1 {
                let tag = &mut members.list[tag];
                word.clone_into(&mut tag.key);
                tag.form.body = Body::Map(Elements::default());
            }
        }
        HandForm::ByMember(member) => {
            if members.list.iter().any(|element| element.key == member) {
                remove(members, tag);
            }
        }
        HandForm::Untagged => {
            let is_other = spec.variants.iter().any(|variant| {
                matches!(variant.hand, HandForm::ByMember(member) if members.list.iter().any(|e| e.key == member))
            });
            if !is_other && members.list.len() > 1 {
                remove(members, tag);
            }
        }
        HandForm::Tag => {
            let tag = &mut members.list[tag].form;
            if tag.text().is_some_and(|text| !text.starts_with('#')) {
                tag.body = Body::Text(format!("#microsoft.graph.{}", variant.ty.name));
            }
        }
    }
}

/// `{originSystem: AadGroup, originId: …}` as `{group: …}`, where it holds nothing that the service fills.
fn by_system(members: &mut Elements, spec: &'static UnionSpec) {
    if spec.name != pasted::RESOURCE && spec.name != pasted::ROLE_SCOPE {
        return;
    }
    let text = |key: &str| members.list.iter().position(|member| member.key == key);
    let (Some(system), Some(id)) = (text("originSystem"), text("originId")) else { return };
    let word = members.list[system].form.text();
    let Some((_, key)) = SYSTEMS.iter().find(|(known, _)| Some(*known) == word) else { return };
    let is_written = |member: &Element| {
        let known = spec.untagged().and_then(|variant| variant.ty.member(&member.key));
        known.is_some_and(|(_, spec)| spec.access == Access::ReadWrite)
    };
    if members.list.iter().all(is_written) {
        (*key).clone_into(&mut members.list[id].key);
        remove(members, system);
    }
}

/// Removes an element; its comments go to the one after.
fn remove(members: &mut Elements, at: usize) {
    let gone = members.list.remove(at);
    let mut lines = gone.before;
    lines.extend(gone.form.beside.into_iter().map(Line::Comment));
    match members.list.get_mut(at) {
        Some(next) => {
            next.before.splice(0..0, lines);
        }
        None => {
            members.tail.splice(0..0, lines);
        }
    }
}

fn is_without_comments(element: &Element) -> bool {
    element.before.iter().all(|line| *line == Line::Blank) && element.form.beside.is_empty()
}

/// A word with an empty mapping or nothing beside it.
fn is_bare(member: &Element) -> bool {
    let is_empty = match &member.form.body {
        Body::Map(inner) => inner.list.is_empty() && inner.tail.is_empty(),
        Body::Word(word) => word == "null",
        _ => false,
    };
    is_empty && is_without_comments(member) && member.form.anchor.is_none()
}

/// Whether a mapping is this variant of a union.
fn is_variant(form: &Form, variant: &entrant_model::spec::Variant, spec: &UnionSpec) -> bool {
    let has = |key: &str| form.get(key).is_some();
    if has(ODATA_TYPE) {
        let tag = form.get(ODATA_TYPE).and_then(Form::text).and_then(in_namespace);
        return tag == Some(variant.ty.name);
    }
    match variant.hand {
        HandForm::Key { key, .. } => has(key),
        HandForm::Word(word) => has(word),
        HandForm::ByMember(member) => has(member),
        HandForm::Untagged => !spec.variants.iter().any(|other| match other.hand {
            HandForm::ByMember(key) | HandForm::Key { key, .. } | HandForm::Word(key) => has(key),
            HandForm::Untagged | HandForm::Tag => false,
        }),
        HandForm::Tag => false,
    }
}

fn variant_members(form: &mut Form, variant: &entrant_model::spec::Variant) {
    let ty = variant.ty;
    let hand = match variant.hand {
        HandForm::Key { key, member } => Some((key, Some(member))),
        HandForm::Word(word) => Some((word, None)),
        _ => None,
    };
    let Body::Map(members) = &mut form.body else { return };
    for element in &mut members.list {
        let member = match hand {
            Some((key, Some(member))) if element.key == key => member,
            _ => element.key.as_str(),
        };
        if let Some((_, spec)) = ty.member(member) {
            value(&mut element.form, &spec.ty);
        }
    }
    sort(&mut members.list, &|key| match hand {
        Some((hand, _)) if key == hand => Some(0),
        _ if key == ODATA_TYPE => Some(0),
        Some((_, Some(member))) if key == "id" && key != member => Some(1),
        Some((_, Some("id"))) if key == "id" => Some(1),
        _ => position(ty, key).map(|at| at + 2),
    });
}

/// A list of key and value as a mapping; values in their canonical form.
fn keyed(form: &mut Form, key: &'static str, member: &'static str, of: &'static TypeSpec) {
    let Some((_, spec)) = of.member(member) else { return };
    if let Body::Map(entries) = &mut form.body {
        entries.list.iter_mut().for_each(|entry| value(&mut entry.form, &spec.ty));
        return;
    }
    let Body::List(items) = &mut form.body else { return };
    let pairs: Option<Vec<Element>> = items.list.iter().map(|item| pair(item, key, member)).collect();
    match pairs {
        Some(pairs) if !pairs.is_empty() => {
            let mut entries = std::mem::take(items);
            entries.list = pairs;
            form.body = Body::Map(entries);
            keyed(form, key, member, of);
        }
        _ => items.list.iter_mut().for_each(|item| structure(&mut item.form, of)),
    }
}

/// An entry of a list that says a key and a value and nothing else.
fn pair(item: &Element, key: &str, member: &str) -> Option<Element> {
    let Body::Map(Elements { list, tail, .. }) = &item.form.body else { return None };
    let [_, _] = list.as_slice() else { return None };
    // A comment inside has no place in the mapping.
    let is_plain = tail.is_empty() && list.iter().all(|member| member.before.is_empty());
    if item.form.anchor.is_some() || !is_plain {
        return None;
    }
    let name = item.form.get(key).filter(|form| form.beside.is_empty() && form.anchor.is_none())?;
    let mut value = item.form.get(member)?.clone();
    value.beside.extend(item.form.beside.iter().cloned());
    Some(Element { before: item.before.clone(), key: name.text()?.to_owned(), form: value })
}

/// The table of a document, by its own words; `None` for a kind that has none here.
pub(crate) fn table_of(root: &Form) -> Option<&'static TypeSpec> {
    let target = root.get("target").and_then(|target| target.get("kind")?.text());
    let kind = root.get("kind").and_then(Form::text)?;
    crate::locate::table(kind, target.unwrap_or_default(), version_of(root))
}

fn version_of(form: &Form) -> Version {
    if form.get("apiVersion").and_then(Form::text) == Some("beta") { Version::Beta } else { Version::V1 }
}
