//! Custom workflow extensions of a catalog. Microsoft Graph v1.0 reference, "List customWorkflowExtensions", "Get
//! accessPackageAssignmentRequestWorkflowExtension" and its like.
//!
//! Write rule: an update is a PUT that replaces the whole object. Graph has two types of extension; the tables have one,
//! with a member `type` in the place of the tag, and the catalog, which is part of the address alone.

use super::{READ, catalog, id_and_name, text};
use crate::error::Error;
use crate::http::Transport;
use crate::odata::Request;
use crate::page;
use crate::read::Found;
use entrant_model::kinds::workflow_extension::TYPES;
use entrant_model::value::Json;
use entrant_model::wire::ODATA_TYPE;
use entrant_model::{Id, Version};
use serde_json::json;
use std::collections::BTreeMap;

/// The path of a catalog's.
pub(crate) fn all(catalog: &Id) -> Request {
    catalog::one(catalog).segment("customWorkflowExtensions")
}

/// The path of one.
pub(crate) fn one(catalog: &Id, id: &Id) -> Request {
    all(catalog).segment(id.as_str())
}

/// Those of these catalogs as Graph has them, in few requests. A catalog that is not there has no entry.
pub(crate) async fn in_catalogs(
    transport: &Transport,
    catalogs: &[Id],
) -> Result<BTreeMap<Id, Vec<Json>>, Error> {
    let requests: Vec<_> = catalogs.iter().map(|catalog| (all(catalog), READ)).collect();
    let mut extensions = BTreeMap::new();
    for (catalog, list) in catalogs.iter().zip(page::lists(transport, Version::V1, &requests).await?) {
        match list {
            Ok(list) => {
                extensions.insert(catalog.clone(), list);
            }
            Err(error) if error.is_absence() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(extensions)
}

/// The extensions of each catalog, in few requests.
pub(crate) async fn of_catalogs(
    transport: &Transport,
    catalogs: &[Id],
) -> Result<BTreeMap<Id, Vec<Found>>, Error> {
    let requests: Vec<_> = catalogs.iter().map(|catalog| (all(catalog), READ)).collect();
    let mut extensions = BTreeMap::new();
    for (catalog, list) in catalogs.iter().zip(page::lists(transport, Version::V1, &requests).await?) {
        extensions.insert(catalog.clone(), list?.iter().map(found).collect::<Result<_, Error>>()?);
    }
    Ok(extensions)
}

/// An extension as the tables have it.
pub(crate) fn from_graph(mut json: Json, catalog: &Id) -> Json {
    let Some(map) = json.as_object_mut() else { return json };
    if let Some(tag) = map.get(ODATA_TYPE).and_then(Json::as_str) {
        let name = name_of(tag);
        let known = TYPES.iter().find(|(_, graph)| *graph == name).map(|(word, _)| *word);
        let word = known.unwrap_or(name).to_owned();
        map.insert("type".to_owned(), word.into());
    }
    map.insert("catalog".to_owned(), json!({ "id": catalog.as_str() }));
    // The examples of the reference call it otherwise than the metadata.
    if let Some(callback) = map.get_mut("callbackConfiguration").and_then(Json::as_object_mut)
        && let Some(duration) = callback.remove("durationBeforeTimeout")
        && !callback.contains_key("timeoutDuration")
    {
        callback.insert("timeoutDuration".to_owned(), duration);
    }
    json
}

/// A body of the tables as Graph takes it.
pub(crate) fn to_graph(body: &Json) -> Json {
    let mut body = body.clone();
    let Some(map) = body.as_object_mut() else { return body };
    map.remove("catalog");
    if let Some(Json::String(word)) = map.remove("type") {
        let known =
            TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(&word)).map(|(_, graph)| *graph);
        map.insert(ODATA_TYPE.to_owned(), format!("#microsoft.graph.{}", known.unwrap_or(&word)).into());
    }
    body
}

fn name_of(tag: &str) -> &str {
    let tag = tag.strip_prefix('#').unwrap_or(tag);
    tag.strip_prefix("microsoft.graph.").unwrap_or(tag)
}

fn found(json: &Json) -> Result<Found, Error> {
    let (id, name) = id_and_name(json)?;
    // The type says at which stages it may stand.
    let tag = text(json, ODATA_TYPE).unwrap_or_default();
    Ok(Found { id, name, detail: name_of(tag).to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_is_a_member_and_back() {
        let graph = json!({
            "@odata.type": "#microsoft.graph.accessPackageAssignmentWorkflowExtension",
            "id": "x",
            "callbackConfiguration": { "durationBeforeTimeout": "PT1H" },
        });
        let ours = from_graph(graph, &Id::new("c"));
        assert_eq!((&ours["type"], &ours["catalog"]), (&json!("assignment"), &json!({ "id": "c" })));
        assert_eq!(ours["callbackConfiguration"], json!({ "timeoutDuration": "PT1H" }));
        let sent = to_graph(&json!({ "type": "request", "catalog": { "id": "c" }, "displayName": "x" }));
        let tag = "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension";
        assert_eq!(sent, json!({ "displayName": "x", "@odata.type": tag }));
        let newer = from_graph(json!({ "@odata.type": "microsoft.graph.newer" }), &Id::new("c"));
        assert_eq!(to_graph(&newer), json!({ "@odata.type": "#microsoft.graph.newer" }));
    }
}
