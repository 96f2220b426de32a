//! One object as JSON: its properties, or those that were selected, and what was expanded.

use serde_json::{Map, Value};

use super::query::Projection;
use crate::kinds::{Kind, View};
use crate::service::ENTITLEMENT_MANAGEMENT as EM;

pub fn render(view: &View, kind: Kind, object: &Value, projection: &Projection) -> Value {
    let entity = kind.entity();
    let Some(canonical) = object.as_object() else { return Value::Null };
    let mut shown = (entity.view)(view, canonical);
    match &projection.select {
        Some(names) => shown.retain(|name, _| name == "@odata.type" || names.contains(name)),
        None => shown.retain(|name, _| !entity.on_request.contains(&name.as_str())),
    }
    for (navigation, inner) in &projection.expand {
        let mut targets = (navigation.targets)(view.tenant, object);
        let total = targets.len();
        // Where there is no address there is no link, and no end before the last.
        let most = view.expanded_size.filter(|_| navigation.many && navigation.routed && is_addressed(kind));
        targets.truncate(most.unwrap_or(total));
        let shown_of_all = targets.len();
        let mut rendered = targets.into_iter().map(|target| render(view, navigation.kind, target, inner));
        let value = match (navigation.many, navigation.unordered) {
            (false, _) => rendered.next().unwrap_or_default(),
            (true, false) => rendered.collect(),
            (true, true) => view.shuffled(rendered.collect()),
        };
        let of =
            format!("{}('{}')", (entity.collection)(view.version), object["id"].as_str().unwrap_or_default());
        let context = format!("{}/$metadata#{of}/{}", view.root, navigation.name);
        shown.insert(format!("{}@odata.context", navigation.name), context.into());
        if shown_of_all < total {
            let link =
                format!("{}/{EM}/{of}/{}?{}$skip={shown_of_all}", view.root, navigation.name, options(inner));
            shown.insert(format!("{}@odata.nextLink", navigation.name), link.into());
        }
        shown.insert(navigation.name.to_owned(), value);
    }
    Value::Object(shown)
}

/// Whether objects of the kind have an address that begins with their collection.
fn is_addressed(kind: Kind) -> bool {
    Kind::ENTITLEMENT.contains(&kind)
}

/// What was asked of an expansion, as parameters of a query: each followed by `&`.
fn options(projection: &Projection) -> String {
    listed(projection).into_iter().map(|option| option + "&").collect()
}

fn listed(projection: &Projection) -> Vec<String> {
    let mut listed = Vec::new();
    if let Some(names) = &projection.select {
        listed.push(format!("$select={}", names.join(",")));
    }
    let expanded = projection.expand.iter().map(|(navigation, inner)| {
        let inner = self::listed(inner).join(";");
        if inner.is_empty() { navigation.name.to_owned() } else { format!("{}({inner})", navigation.name) }
    });
    let expanded: Vec<String> = expanded.collect();
    if !expanded.is_empty() {
        listed.push(format!("$expand={}", expanded.join(",")));
    }
    listed
}

/// The object with `@odata.context` in front.
pub fn with_context(context: String, object: Value) -> Value {
    let mut answer = Map::new();
    answer.insert("@odata.context".to_owned(), context.into());
    if let Value::Object(members) = object {
        answer.extend(members);
    }
    Value::Object(answer)
}

/// What was selected and expanded, as a context says it: `(id,displayName,accessPackage())`.
pub fn context_of(projection: &Projection) -> String {
    let mut parts: Vec<String> = projection.select.clone().unwrap_or_default();
    parts.retain(|name| projection.expand.iter().all(|(navigation, _)| navigation.name != name));
    for (navigation, inner) in &projection.expand {
        let inner = context_of(inner);
        parts.push(format!("{}{}", navigation.name, if inner.is_empty() { "()" } else { &inner }));
    }
    if parts.is_empty() { String::new() } else { format!("({})", parts.join(",")) }
}
