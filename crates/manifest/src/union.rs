//! Structures told apart by `@odata.type`: subjects, questions, stages. In Graph's form and by hand.

use crate::codes;
use crate::context::{Context, Here, Path};
use crate::forms;
use crate::keys;
use crate::leaf;
use crate::parse::{self, Siblings};
use crate::pasted;
use crate::reference;
use crate::scalar::Scalar;
use crate::yaml::{Data, Entry};
use entrant_model::spec::{Absent, HandForm, Type, UnionSpec, Variant};
use entrant_model::text::{nearest, visible};
use entrant_model::wire::ODATA_TYPE;
use entrant_model::{Diagnostic, Id, Object, Reference, TypeSpec, Value};

const NAMESPACE: &str = "#microsoft.graph.";

/// Reads one of several structures.
pub(crate) fn union(ctx: &mut Context, siblings: Siblings, here: Here) -> Option<Value> {
    match pasted::by_hand(ctx, siblings.spec, here) {
        Some(node) => written(ctx, siblings, Here { node: &node, ..here }),
        None => written(ctx, siblings, here),
    }
}

fn written(ctx: &mut Context, siblings: Siblings, here: Here) -> Option<Value> {
    let Data::Map(entries) = &here.node.data else { return word(ctx, siblings, here) };
    let tag = entries.iter().find(|e| e.key == ODATA_TYPE);
    let forms: Vec<(&Entry, &'static Variant)> =
        entries.iter().filter_map(|entry| Some((entry, by_hand_key(siblings, &entry.key)?))).collect();
    let object = match (tag, forms.as_slice()) {
        (Some(tag), []) => tagged(ctx, siblings, here, tag)?,
        (Some(tag), [(entry, _), ..]) => {
            let path = Path::Key(here.path, ODATA_TYPE);
            let diagnostic = ctx
                .at_key(
                    &path,
                    tag.key_span,
                    codes::MIXED_FORMS,
                    format!("`{ODATA_TYPE}` and `{}` both say what this is", entry.key),
                )
                .help(format!("leave `{ODATA_TYPE}` out, or write Graph's form alone"));
            ctx.push(diagnostic);
            return None;
        }
        (None, [(entry, variant)]) => {
            let variant = taken(ctx, siblings, here, variant)?;
            by_hand(ctx, siblings, here, entry, variant)?
        }
        (None, [(first, _), (second, _), ..]) => {
            let path = Path::Key(here.path, &second.key);
            let first_path = Path::Key(here.path, &first.key);
            let before = ctx.key_place(&first_path, first.key_span);
            let diagnostic = ctx
                .at_key(
                    &path,
                    second.key_span,
                    codes::TWO_FORMS,
                    format!("`{}` and `{}` stand in one entry", first.key, second.key),
                )
                .related(before, "the first stands here")
                .help("make it two entries, each beginning with `- `");
            ctx.push(diagnostic);
            return None;
        }
        (None, []) => {
            let variant = untagged(siblings, entries)
                .filter(|variant| is_begun(siblings, variant, entries))
                .or_else(|| no_form(ctx, siblings, here, entries))?;
            parse::members(ctx, variant.ty, here, Some(siblings), &[])
        }
    };
    Some(Value::Object(Box::new(object)))
}

/// The variant that a key of the hand form names, whether its place takes it or not.
fn by_hand_key(siblings: Siblings, key: &str) -> Option<&'static Variant> {
    siblings.spec.variants.iter().find(|v| match v.hand {
        HandForm::Key { key: hand, .. } => hand == key,
        HandForm::Word(word) => word == key,
        _ => false,
    })
}

/// The variant of a mapping without a tag, where the union has one.
fn untagged(siblings: Siblings, entries: &[Entry]) -> Option<&'static Variant> {
    let by_member =
        siblings.spec.variants.iter().find(
            |v| matches!(v.hand, HandForm::ByMember(member) if entries.iter().any(|e| e.key == member)),
        );
    by_member.or_else(|| siblings.spec.untagged())
}

/// Whether a mapping without a tag is taken for its variant: where others have keys of their own, a member that only
/// this one needs must be there, or a key was misspelt.
fn is_begun(siblings: Siblings, variant: &'static Variant, entries: &[Entry]) -> bool {
    let mut tellers = tellers(siblings.spec, variant).peekable();
    tellers.peek().is_none() || tellers.any(|teller| entries.iter().any(|entry| entry.key == teller))
}

/// The members that only the variant without a tag needs, where others have keys of their own.
pub(crate) fn tellers(
    spec: &'static UnionSpec,
    untagged: &'static Variant,
) -> impl Iterator<Item = &'static str> {
    let by_key = || spec.variants.iter().filter(|v| matches!(v.hand, HandForm::Key { .. }));
    let is_own =
        move |name: &&str| by_key().next().is_some() && by_key().all(|v| v.ty.member(name).is_none());
    let needed = untagged.ty.members.iter().filter(|m| matches!(m.absent, Absent::Required));
    needed.map(|m| m.name).filter(is_own)
}

/// A bare word: `externalSponsors`.
fn word(ctx: &mut Context, siblings: Siblings, here: Here) -> Option<Value> {
    let Some(Scalar::Text(text)) = leaf::scalar(here.node) else {
        let diagnostic =
            leaf::wrong_type(ctx, here, "entries that are mappings or words").help(forms(siblings));
        ctx.push(diagnostic);
        return None;
    };
    let found = siblings.spec.variants.iter().find(|v| matches!(v.hand, HandForm::Word(w) if w == text));
    if let Some(variant) = found {
        let variant = taken(ctx, siblings, here, variant)?;
        return Some(Value::Object(Box::new(Object::new(variant.ty))));
    }
    let shown = visible(&text.chars().take(80).collect::<String>());
    let words = siblings.spec.variants.iter().filter_map(|v| match v.hand {
        HandForm::Word(word) if siblings.takes.contains(&v.ty.name) => Some(word),
        _ => None,
    });
    let diagnostic = ctx.at(here, codes::NO_FORM, format!("`{shown}` alone does not say what it is"));
    let diagnostic = match nearest(text, words) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => match probable(siblings, text).as_slice() {
            [] => diagnostic,
            keys => {
                let forms: Vec<String> = keys.iter().map(|key| format!("`{{{key}: {shown}}}`")).collect();
                diagnostic.help(format!("write {}", forms.join(" or ")))
            }
        },
    };
    ctx.push(diagnostic.help(forms(siblings)));
    None
}

/// The keys under which a text probably belongs, by what it looks like.
fn probable(siblings: Siblings, text: &str) -> Vec<&'static str> {
    let keys: &[&'static str] = if text.contains('@') {
        &["user"]
    } else if text.starts_with("https://") {
        &["site"]
    } else if text.contains('.') && !text.contains(' ') {
        &["domain", "group", "user"]
    } else if Id::guid(text).is_some() {
        &["tenant", "group", "user"]
    } else {
        &["group", "user"]
    };
    keys.iter().copied().filter(|key| by_hand_key(siblings, key).is_some()).collect()
}

/// The variant, if its place takes it.
fn taken(
    ctx: &mut Context,
    siblings: Siblings,
    here: Here,
    variant: &'static Variant,
) -> Option<&'static Variant> {
    if siblings.takes.contains(&variant.ty.name) {
        return Some(variant);
    }
    let diagnostic = ctx
        .at(here, codes::NOT_TAKEN, format!("`{}` does not take {}", here.path.member(), short(variant)))
        .help(forms(siblings));
    ctx.push(diagnostic);
    None
}

/// What a person calls a variant: `` `group` ``.
fn short(variant: &Variant) -> String {
    match variant.hand {
        HandForm::Key { key, .. } => format!("`{key}`"),
        HandForm::Word(word) => format!("`{word}`"),
        _ => format!("`{}`", variant.ty.name),
    }
}

/// What a place takes, as a sentence.
fn forms(siblings: Siblings) -> String {
    let forms: Vec<String> = siblings
        .spec
        .variants
        .iter()
        .filter(|v| siblings.takes.contains(&v.ty.name))
        .map(|v| match v.hand {
            HandForm::Key { key, .. } => format!("`{{{key}: …}}`"),
            HandForm::Word(word) => format!("`{word}`"),
            HandForm::ByMember(_) | HandForm::Untagged => of_required(v.ty),
            HandForm::Tag => format!("`{}`", v.ty.name),
        })
        .collect();
    format!("it takes {}", forms.join(", "))
}

/// A mapping with the members that a structure needs.
fn of_required(ty: &'static TypeSpec) -> String {
    let required = ty.members.iter().filter(|m| matches!(m.absent, Absent::Required));
    let members: Vec<String> = required.map(|m| format!("{}: …", m.name)).collect();
    if members.is_empty() { "a mapping".to_owned() } else { format!("`{{{}}}`", members.join(", ")) }
}

/// Graph's form: `@odata.type` says what it is.
fn tagged(ctx: &mut Context, siblings: Siblings, here: Here, tag: &Entry) -> Option<Object> {
    let path = Path::Key(here.path, ODATA_TYPE);
    let at = Here { path: &path, key: Some(tag.key_span), node: &tag.value };
    let text = leaf::text(ctx, at, "the name of a type")?;
    let variant = in_namespace(text).and_then(|name| siblings.spec.variant(name));
    if let Some(variant) = variant {
        let variant = taken(ctx, siblings, here, variant)?;
        remark(ctx, variant, here);
        return Some(parse::members(ctx, variant.ty, here, Some(siblings), &handled(variant)));
    }
    let diagnostic = unknown_type(ctx, siblings, at, text);
    ctx.push(diagnostic);
    None
}

/// The name of a type of Graph. The reference prints some without the `#`, which Graph takes as well.
pub(crate) fn in_namespace(tag: &str) -> Option<&str> {
    tag.strip_prefix(NAMESPACE).or_else(|| tag.strip_prefix(&NAMESPACE[1..]))
}

fn unknown_type(ctx: &Context, siblings: Siblings, at: Here, text: &str) -> Diagnostic {
    let bare = text.rsplit('.').next().unwrap_or(text).trim_start_matches('#');
    let names = siblings.takes.iter().copied();
    let found =
        ctx.at(at, codes::UNKNOWN_TYPE, format!("`{}` is not a type that can stand here", visible(text)));
    match names.clone().find(|name| name.eq_ignore_ascii_case(bare)).or_else(|| nearest(bare, names)) {
        Some(near) => found.help(format!("did you mean `{NAMESPACE}{near}`?")),
        None if keys::is_type_of_other_version(ctx, bare) => found
            .note(format!("{} has it, and this document is {}", ctx.version.other(), ctx.version))
            .help(forms(siblings)),
        None => {
            let types: Vec<String> =
                siblings.takes.iter().map(|name| format!("`{NAMESPACE}{name}`")).collect();
            found.help(format!("it is one of {}", types.join(", ")))
        }
    }
}

/// Keys that are no members of the structure and are read elsewhere. A `description` may stand beside any
/// subject: it is for readers, and is sent only where Graph has a place for it.
fn handled(variant: &'static Variant) -> Vec<&'static str> {
    let mut handled = vec![ODATA_TYPE];
    if is_remark(variant) {
        handled.push("description");
    }
    handled
}

/// Whether a `description` beside this variant is for readers alone.
fn is_remark(variant: &'static Variant) -> bool {
    let is_subject = matches!(variant.hand, HandForm::Key { .. } | HandForm::Word(_));
    is_subject && variant.ty.member("description").is_none()
}

/// A remark is a text all the same.
fn remark(ctx: &mut Context, variant: &'static Variant, here: Here) {
    if is_remark(variant)
        && let Some(entry) = here.node.get("description").filter(|entry| !entry.value.is_null())
    {
        let path = Path::Key(here.path, "description");
        leaf::text(ctx, Here { path: &path, key: Some(entry.key_span), node: &entry.value }, "a text");
    }
}

/// The hand form: `{group: Partner desk}`, `{externalSponsors: {}, isBackup: true}`.
fn by_hand(
    ctx: &mut Context,
    siblings: Siblings,
    here: Here,
    entry: &Entry,
    variant: &'static Variant,
) -> Option<Object> {
    let mut handled = handled(variant);
    remark(ctx, variant, here);
    let (hand, member) = match variant.hand {
        HandForm::Key { key, member } => (key, member),
        HandForm::Word(word) => {
            let is_empty = entry.value.is_null() || entry.value.entries().is_some_and(<[_]>::is_empty);
            if !is_empty {
                let path = Path::Key(here.path, word);
                let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
                let diagnostic = leaf::wrong_type(ctx, at, "an empty mapping").help(format!(
                    "write `{word}` alone, or `{{{word}: {{}}, …}}` with other members beside it"
                ));
                ctx.push(diagnostic);
                return None;
            }
            handled.push(word);
            return Some(parse::members(ctx, variant.ty, here, Some(siblings), &handled));
        }
        _ => return None,
    };
    let (id, spec) = variant.ty.member(member)?;
    let is_reference = matches!(spec.ty, Type::Ref(..));
    if let Some(second) = here.node.get(member)
        && !(is_reference && member == "id")
    {
        let path = Path::Key(here.path, member);
        let diagnostic = ctx
            .at_key(
                &path,
                second.key_span,
                codes::MIXED_FORMS,
                format!("`{hand}` and `{member}` say the same"),
            )
            .help(format!("leave `{member}` out; `{{{hand}: NAME, id: GUID}}` gives both a name and an id"));
        ctx.push(diagnostic);
        return None;
    }
    handled.extend([hand, member]);
    let path = Path::Key(here.path, member);
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    let value = if is_reference {
        handled.push("id");
        named(ctx, here, at, &spec.ty)
    } else if entry.value.is_null() && matches!(spec.absent, Absent::Required) {
        let diagnostic = ctx
            .at(at, codes::MISSING_MEMBER, format!("`{hand}` must have a value"))
            .help(format!("write {}", leaf::expected(&spec.ty)));
        ctx.push(diagnostic);
        None
    } else {
        parse::value(ctx, &spec.ty, at).filter(|value| forms::check(ctx, variant.ty, spec, at, value))
    };
    let mut object = parse::members(ctx, variant.ty, here, Some(siblings), &handled);
    object.put(id, value?);
    Some(object)
}

/// A subject by name, perhaps with the id beside it, which decides.
fn named(ctx: &mut Context, here: Here, at: Here, ty: &Type) -> Option<Value> {
    let Type::Ref(kind, _) = ty else { return None };
    let beside = here.node.get("id").filter(|entry| !entry.value.is_null());
    let reference = if at.node.is_null() {
        let diagnostic = ctx
            .at(at, codes::EMPTY_NAME, format!("the name of {} is empty", reference::article(*kind)))
            .help("write the name, or leave the whole entry out");
        ctx.push(diagnostic);
        None
    } else {
        reference::reference(ctx, *kind, at)
    };
    let Some(entry) = beside else { return reference.map(|found| Value::Ref(Box::new(found))) };
    let path = Path::Key(here.path, "id");
    let id_at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    let id = reference::guid(ctx, id_at)?;
    let mut written = *reference?.written?;
    if written.id.as_ref().is_some_and(|first| *first != id) {
        let diagnostic = ctx
            .at(id_at, codes::MIXED_FORMS, "two different ids stand in one entry")
            .help("keep the one that is meant");
        ctx.push(diagnostic);
        return None;
    }
    written.id = Some(id);
    Some(Value::Ref(Box::new(Reference::written(*kind, written))))
}

/// A mapping that no form fits.
fn no_form(ctx: &mut Context, siblings: Siblings, here: Here, entries: &[Entry]) -> Option<&'static Variant> {
    let hand_keys = || {
        siblings.spec.variants.iter().filter(|v| siblings.takes.contains(&v.ty.name)).filter_map(|v| match v
            .hand
        {
            HandForm::Key { key, .. } => Some(key),
            HandForm::Word(word) => Some(word),
            _ => None,
        })
    };
    for entry in entries {
        let path = Path::Key(here.path, &entry.key);
        let is_shared = siblings.spec.untagged().is_some_and(|v| v.ty.member(&entry.key).is_some());
        let of = siblings.spec.variants.iter().filter(|_| !is_shared).find(
            |v| matches!(v.hand, HandForm::Key { member, .. } if member == entry.key && member != "id" && member != "managerLevel"),
        );
        if let Some(variant) = of {
            let diagnostic = ctx
                .at_key(
                    &path,
                    entry.key_span,
                    codes::NO_FORM,
                    format!("`{}` needs an `{ODATA_TYPE}` beside it", entry.key),
                )
                .help(format!(
                    "write `{{{}: …}}`, or add `\"{ODATA_TYPE}\": \"{NAMESPACE}{}\"`",
                    short(variant).trim_matches('`'),
                    variant.ty.name
                ));
            ctx.push(diagnostic);
            return None;
        }
        let is_member = siblings.spec.variants.iter().any(|v| v.ty.member(&entry.key).is_some());
        if !is_member && !keys::is_annotation(&entry.key) {
            let shown = visible(&entry.key.chars().take(80).collect::<String>());
            let found = ctx.at_key(
                &path,
                entry.key_span,
                codes::UNKNOWN_KEY,
                format!("`{shown}` is not a form of an entry of `{}`", here.path.member()),
            );
            let diagnostic = match nearest(&entry.key, hand_keys()) {
                Some(near) => found.help(format!("did you mean `{near}`?")).help(forms(siblings)),
                None => found.help(forms(siblings)),
            };
            ctx.push(diagnostic);
            return None;
        }
    }
    let diagnostic = ctx
        .at(
            here,
            codes::NO_FORM,
            match here.path {
                Path::Index(..) => {
                    format!("this entry of `{}` does not say who or what it is", here.path.member())
                }
                _ => format!("`{}` does not say what it is", here.path.member()),
            },
        )
        .help(forms(siblings));
    ctx.push(diagnostic);
    None
}
