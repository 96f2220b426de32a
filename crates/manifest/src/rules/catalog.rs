//! What a catalog cannot say.

use super::finding;
use crate::codes;
use crate::context::Context;
use crate::parse::meaning;
use crate::yaml::Node;
use entrant_model::{Object, Value};
use std::collections::HashMap;

/// A resource stands once, whatever is asked for it. (That an entry stands twice word for word is found earlier.)
pub(super) fn resources(ctx: &mut Context, object: &Object, root: &Node) {
    let list = object.get("resources").map_or(&[][..], Value::elements);
    let mut seen: HashMap<String, (usize, bool)> = HashMap::new();
    for (index, resource) in list.iter().enumerate() {
        let Some(resource) = resource.as_object() else { continue };
        let has_attributes = resource.get("attributes").is_some();
        let mut key = format!("{};", resource.ty.name);
        for member in ["originSystem", "originId"] {
            resource.get(member).into_iter().for_each(|value| meaning(value, &mut key));
        }
        match seen.get(&key) {
            Some((first, first_has_attributes)) if has_attributes || *first_has_attributes => {
                let (at, before) = (index.to_string(), first.to_string());
                let code = codes::DUPLICATE_ELEMENT;
                let earlier = finding(ctx, object, root, &["resources", &before], code, String::new());
                let message = "`resources` holds this resource twice".to_owned();
                let mut found = finding(ctx, object, root, &["resources", &at], code, message)
                    .help("make it one entry, with all of its `attributes`");
                found.related.extend(earlier.place.map(|place| (place, "the first stands here".to_owned())));
                ctx.push(found);
            }
            Some(_) => {}
            None => {
                seen.insert(key, (index, has_attributes));
            }
        }
    }
}
