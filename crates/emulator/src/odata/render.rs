//! One object as JSON: its properties, or those that were selected, and what was expanded.

use serde_json::{Map, Value};

use super::query::Projection;
use crate::kinds::{Kind, View};

pub fn render(view: &View, kind: Kind, object: &Value, projection: &Projection) -> Value {
    let entity = kind.entity();
    let Some(canonical) = object.as_object() else { return Value::Null };
    let mut shown = (entity.view)(view, canonical);
    match &projection.select {
        Some(names) => shown.retain(|name, _| name == "@odata.type" || names.contains(name)),
        None => shown.retain(|name, _| !entity.on_request.contains(&name.as_str())),
    }
    for (navigation, inner) in &projection.expand {
        let targets = (navigation.targets)(view.tenant, object);
        let mut rendered = targets.into_iter().map(|target| render(view, navigation.kind, target, inner));
        let value = if navigation.many { rendered.collect() } else { rendered.next().unwrap_or_default() };
        let of =
            format!("{}('{}')", (entity.collection)(view.version), object["id"].as_str().unwrap_or_default());
        let context = format!("{}/$metadata#{of}/{}", view.root, navigation.name);
        shown.insert(format!("{}@odata.context", navigation.name), context.into());
        shown.insert(navigation.name.to_owned(), value);
    }
    Value::Object(shown)
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
