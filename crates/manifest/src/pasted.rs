//! What Graph writes in a shape of its own, put into the shape of the tables before they read it.
//!
//! Graph tells resources and roles by the text `originSystem`, writes a role of a package as two structures, and the
//! type of an extension as the `@odata.type` of the whole. What is copied from an answer or from Microsoft's reference
//! means the same as the hand form; here it becomes that, entry by entry, each with the place where it stands.

use crate::context::{Context, Here, Path};
use crate::leaf;
use crate::scalar::Scalar;
use crate::union::in_namespace;
use crate::yaml::{Data, Entry, Node};
use entrant_model::Kind;
use entrant_model::kinds::workflow_extension::TYPES;
use entrant_model::spec::{Access, UnionSpec};
use entrant_model::wire::ODATA_TYPE;
use std::borrow::Cow;

/// The origin systems that have a hand form: Graph's word, and the key of the hand form.
pub(crate) const SYSTEMS: [(&str, &str); 3] =
    [("AadGroup", "group"), ("AadApplication", "application"), ("SharePointOnline", "site")];
/// The unions that Graph tells by `originSystem`.
pub(crate) const RESOURCE: &str = "accessPackageResource";
pub(crate) const ROLE_SCOPE: &str = "accessPackageResourceRoleScope";

/// The body of a document in the shape of its table; `None` where it is in that shape already.
pub(crate) fn document<'s>(kind: Kind, node: &Node<'s>) -> Option<Node<'s>> {
    if kind != Kind::WorkflowExtension {
        return None;
    }
    let mut entries = node.entries()?.to_vec();
    let mut is_changed = false;
    if node.get("type").is_none()
        && let Some(entry) = entries.iter_mut().find(|entry| entry.key == ODATA_TYPE)
        && let Some(word) = text(&entry.value).and_then(word_of_type)
    {
        entry.key = Cow::Borrowed("type");
        entry.value.data = Data::Scalar(Cow::Borrowed(word), crate::yaml::Style::Text);
        is_changed = true;
    }
    if let Some(callback) = entries.iter_mut().find(|entry| entry.key == "callbackConfiguration")
        && callback.value.get("timeoutDuration").is_none()
        && let Data::Map(members) = &mut callback.value.data
        && let Some(member) = members.iter_mut().find(|entry| entry.key == "durationBeforeTimeout")
    {
        member.key = Cow::Borrowed("timeoutDuration");
        is_changed = true;
    }
    is_changed.then_some(Node { span: node.span, data: Data::Map(entries) })
}

/// The word for Graph's name of a type of extension.
pub(crate) fn word_of_type(tag: &str) -> Option<&'static str> {
    let name = in_namespace(tag)?;
    TYPES.iter().find(|(_, graph)| *graph == name).map(|(word, _)| *word)
}

/// An entry of a union by hand; `None` where it is so already, or has no hand form.
pub(crate) fn by_hand<'s>(
    ctx: &mut Context,
    spec: &'static UnionSpec,
    here: Here<'_, '_, 's>,
) -> Option<Node<'s>> {
    if spec.name != RESOURCE && spec.name != ROLE_SCOPE {
        return None;
    }
    let is_graphs = here
        .node
        .get(ODATA_TYPE)
        .is_none_or(|tag| text(&tag.value).and_then(in_namespace) == Some(spec.name));
    let has_hand_key = SYSTEMS.iter().any(|(_, key)| here.node.get(key).is_some());
    if !is_graphs || has_hand_key {
        return None;
    }
    let flat = if spec.name == ROLE_SCOPE { flattened(here.node) } else { None };
    let node = flat.as_ref().unwrap_or(here.node);
    by_system(ctx, spec, Here { node, ..here }).or(flat)
}

/// `{role: {displayName, originSystem, resource: {originId}}, scope: {originId}}` as `{originSystem, originId, role}`.
fn flattened<'s>(node: &Node<'s>) -> Option<Node<'s>> {
    let role = node.get("role").filter(|entry| matches!(entry.value.data, Data::Map(_)))?;
    if node.get("originSystem").is_some() || node.get("originId").is_some() {
        return None;
    }
    let origin_id = || {
        let of_resource = role.value.get("resource").and_then(|entry| entry.value.get("originId"));
        let of_scope = || node.get("scope").and_then(|entry| entry.value.get("originId"));
        of_resource.filter(|entry| text(&entry.value).is_some()).or_else(of_scope)
    };
    let as_key = |key: &'static str, entry: &Entry<'s>| Entry { key: Cow::Borrowed(key), ..entry.clone() };
    let found = [
        role.value.get("originSystem").map(|entry| as_key("originSystem", entry)),
        origin_id().map(|entry| as_key("originId", entry)),
        role.value.get("displayName").map(|entry| as_key("role", entry)),
    ];
    let rest = node.entries()?.iter().filter(|entry| entry.key != "role" && entry.key != "scope").cloned();
    Some(Node { span: node.span, data: Data::Map(found.into_iter().flatten().chain(rest).collect()) })
}

/// `{originSystem: AadGroup, originId: …}` as `{group: …}`.
fn by_system<'s>(ctx: &mut Context, spec: &'static UnionSpec, here: Here<'_, '_, 's>) -> Option<Node<'s>> {
    let system = text(&here.node.get("originSystem")?.value)?;
    let (_, hand) = SYSTEMS.iter().find(|(word, _)| *word == system)?;
    here.node.get("originId")?;
    let untagged = spec.untagged()?;
    let mut entries = Vec::new();
    for entry in here.node.entries()? {
        let is_filled =
            untagged.ty.member(&entry.key).is_some_and(|(_, member)| member.access == Access::ReadOnly);
        match &*entry.key {
            "originSystem" | ODATA_TYPE => {}
            "originId" => entries.push(Entry { key: Cow::Borrowed(hand), ..entry.clone() }),
            key if is_filled => ctx.paste(&Path::Key(here.path, key), entry.key_span, key),
            _ => entries.push(entry.clone()),
        }
    }
    Some(Node { span: here.node.span, data: Data::Map(entries) })
}

fn text<'n>(node: &'n Node) -> Option<&'n str> {
    match leaf::scalar(node) {
        Some(Scalar::Text(text)) => Some(text),
        _ => None,
    }
}
