//! `accessPackageResourceRoleScope`: the roles that a package gives. Microsoft Graph v1.0 reference, "List
//! resourceRoleScopes", "Create resourceRoleScope", "Delete resourceRoleScope".
//!
//! ```text
//! {"@odata.type": "#microsoft.graph.groupRole", "originId": …, "role": "Member"}      applicationRole, siteRole
//! {"originSystem": "…", "originId": …, "role": "…"}                                   anything else
//! ```
//!
//! The tags are not Graph's, which names a role by an id that there is only once the resource is in the catalog. So
//! an add looks for the resource and its role first.

use super::one;
use crate::error::{Error, ErrorKind};
use crate::http::Transport;
use crate::kinds::catalog::resource::{self, APPLICATION, GROUP, ID, Origin, origin_of};
use crate::kinds::objects::write;
use crate::kinds::{READ, directory, text};
use crate::page;
use entrant_model::value::Json;
use entrant_model::{Id, Version};
use reqwest::Method;
use serde_json::{Map, json};

pub(crate) const MEMBER: &str = "resourceRoleScopes";

/// What to expand. The resource of the role tells a site from the part of it that a scope may be.
pub(crate) const EXPAND: &str = "resourceRoleScopes($expand=role($expand=resource),scope)";

/// What Graph gives as the id of a role that no package has used yet.
const NO_ID: &str = "00000000-0000-0000-0000-000000000000";

/// A role as an element of the package's part.
pub(crate) fn element(role_scope: &Json) -> Result<Json, Error> {
    let role = role_scope.get("role").filter(|role| role.is_object());
    let of_resource = role.and_then(|role| role.get("resource")).and_then(Origin::of_graph);
    let origin = of_resource.or_else(|| role_scope.get("scope").and_then(Origin::of_graph));
    let (Some(role), Some(origin)) = (role, origin) else {
        return Err(Error::incomplete("a role of a package came without what it is of"));
    };
    let Some(name) = name_of(role) else {
        return Err(Error::incomplete("a role of a package came without its name"));
    };
    let mut element = origin.to_element("Role");
    element.insert("role".to_owned(), name.into());
    if let Some(id) = role_scope.get("id") {
        element.insert(ID.to_owned(), id.clone());
    }
    Ok(Json::Object(element))
}

/// The name of a role. Eligible roles of a group are told from active ones by their names too.
fn name_of(role: &Json) -> Option<String> {
    let name =
        text(role, "displayName").filter(|name| !name.is_empty()).or_else(|| text(role, "originId"))?;
    let is_eligible = text(role, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("eligible"));
    let begins = name.get(..8).is_some_and(|begin| begin.eq_ignore_ascii_case("eligible"));
    Some(if is_eligible && !begins { format!("Eligible {name}") } else { name.to_owned() })
}

/// Whether both are one role of one resource.
pub(crate) fn is_same(a: &Json, b: &Json) -> bool {
    let role = |element| text(element, "role").map(str::to_lowercase);
    resource::is_same(a, b) && role(a) == role(b)
}

/// Gives a role of a resource of the catalog to a package.
pub(crate) async fn add(
    transport: &Transport,
    catalog: &Id,
    package: &Id,
    element: &Json,
) -> Result<(), Error> {
    let origin = origin_of(element)?;
    let Some(wanted) = text(element, "role") else {
        return Err(Error::local(ErrorKind::Unsupported, "the element names no role"));
    };
    let Some(there) = resource::find(transport, catalog, &origin).await? else {
        let cause = format!("the catalog {catalog} does not show the resource {} yet", origin.id);
        return Err(Error::not_yet(cause));
    };
    let role = find_role(transport, catalog, &origin, &there, wanted).await?;
    let body = body(&origin, &there, &role)?;
    write(transport, Method::POST, &one(package).segment(MEMBER), Some(&body)).await.map(|_| ())
}

/// For roles that packages shall give, each with the catalog, in their order and in few requests: the names of the roles
/// that the resource has there, where none is the one that is wanted. `None` where it has it, and where that cannot be
/// told, since the catalog shows no such resource, or no roles of it.
pub(crate) async fn missing(
    transport: &Transport,
    wanted: &[(Id, Json)],
) -> Result<Vec<Option<Vec<String>>>, Error> {
    let origins: Vec<Origin> =
        wanted.iter().map(|(_, element)| origin_of(element)).collect::<Result<_, _>>()?;
    let each = wanted.iter().zip(&origins);
    let requests: Vec<_> =
        each.clone().map(|((catalog, _), origin)| (resource::of_origin(catalog, origin), READ)).collect();
    let answers = page::objects(transport, Version::V1, &requests).await?;
    let mut missing = Vec::with_capacity(wanted.len());
    for (((catalog, element), origin), answer) in each.zip(answers) {
        let there = answer.ok().and_then(|(call, answer)| answer.json(&call).ok());
        let there = there.and_then(|mut json| match json.get_mut("value").map(Json::take) {
            Some(Json::Array(resources)) => resource::meant(resources, origin),
            _ => None,
        });
        missing.push(match (there, text(element, "role")) {
            (Some(there), Some(role)) => others(transport, catalog, origin, &there, role).await,
            _ => None,
        });
    }
    Ok(missing)
}

/// The names of the roles of a resource, where it has some, and none is the wanted one.
async fn others(
    transport: &Transport,
    catalog: &Id,
    origin: &Origin,
    there: &Json,
    wanted: &str,
) -> Option<Vec<String>> {
    let is_wanted = |role: &Json| is_called(role, origin, wanted);
    let own = there.get("roles").and_then(Json::as_array).filter(|own| !own.is_empty())?;
    if own.iter().any(is_wanted) {
        return None;
    }
    let listed = resource::roles(transport, catalog, origin, &resource::id_of(there).ok()?).await.ok()?;
    (!listed.iter().any(is_wanted)).then(|| names(own.iter().chain(&listed)))
}

fn names<'a>(roles: impl Iterator<Item = &'a Json>) -> Vec<String> {
    let mut names: Vec<String> = roles.filter_map(name_of).collect();
    names.sort();
    names.dedup();
    names
}

/// Takes a role from a package.
pub(crate) async fn remove(transport: &Transport, package: &Id, role_scope: &str) -> Result<(), Error> {
    let request = one(package).segment(MEMBER).segment(role_scope);
    write(transport, Method::DELETE, &request, None).await.map(|_| ())
}

/// The role of a resource by its name, or by the value of an application's role.
async fn find_role(
    transport: &Transport,
    catalog: &Id,
    origin: &Origin,
    there: &Json,
    wanted: &str,
) -> Result<Json, Error> {
    let own = there.get("roles").and_then(Json::as_array).cloned().unwrap_or_default();
    if let Some(role) = own.iter().find(|role| is_called(role, origin, wanted)) {
        return Ok(role.clone());
    }
    let listed = resource::roles(transport, catalog, origin, &resource::id_of(there)?).await?;
    if let Some(role) = listed.iter().find(|role| is_called(role, origin, wanted)) {
        return Ok(role.clone());
    }
    let roles: Vec<&Json> = own.iter().chain(&listed).collect();
    if origin.is(APPLICATION) {
        let service = Id::new(&origin.id);
        let defined = directory::application_roles(transport, std::slice::from_ref(&service)).await?;
        let by_value = defined.get(&service).into_iter().flatten().find(|role| role.value == wanted);
        let is_meant = |role: &Json| {
            by_value.is_some_and(|defined| {
                text(role, "originId").is_some_and(|id| id.eq_ignore_ascii_case(defined.id.as_str()))
            })
        };
        if let Some(role) = roles.iter().find(|role| is_meant(role)) {
            return Ok((*role).clone());
        }
    }
    let names = names(roles.into_iter());
    let cause = format!("the resource {} has no role `{wanted}`", origin.id);
    if names.is_empty() {
        return Err(Error::not_yet(cause).with_help(["It shows no roles yet.".to_owned()]));
    }
    Err(Error::local(ErrorKind::Unsupported, cause)
        .with_help([format!("Its roles are {}. Write one of them.", names.join(", "))]))
}

/// Whether a role is meant by a name. `Eligible Member` is `EligibleMember_<id of the group>` in its origin.
fn is_called(role: &Json, origin: &Origin, wanted: &str) -> bool {
    if name_of(role).is_some_and(|name| name.to_lowercase() == wanted.to_lowercase()) {
        return true;
    }
    let in_origin = format!("{}_{}", wanted.replace(' ', ""), origin.id);
    origin.is(GROUP) && text(role, "originId").is_some_and(|id| id.eq_ignore_ascii_case(&in_origin))
}

fn body(origin: &Origin, resource: &Json, role: &Json) -> Result<Json, Error> {
    let named = json!({
        "id": resource::id_of(resource)?.as_str(),
        "originId": origin.id,
        "originSystem": origin.system,
    });
    let mut of_role = members(role, &["displayName", "description", "originSystem", "originId", "type"]);
    of_role.insert("resource".to_owned(), named);
    let scopes = resource.get("scopes").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_root = |scope: &&Json| scope.get("isRootScope").and_then(Json::as_bool) == Some(true);
    let scope = match scopes.iter().find(is_root).or_else(|| scopes.first()) {
        Some(scope) => {
            members(scope, &["displayName", "description", "originSystem", "originId", "isRootScope"])
        }
        // As documented for a resource that shows none.
        None => Map::from_iter([
            ("originId".to_owned(), origin.id.as_str().into()),
            ("originSystem".to_owned(), origin.system.as_str().into()),
            ("isRootScope".to_owned(), true.into()),
        ]),
    };
    Ok(json!({ "role": of_role, "scope": scope }))
}

/// The id and these members, where they say something. The role `Default Access` has [`NO_ID`] in its origin.
fn members(json: &Json, names: &[&str]) -> Map<String, Json> {
    let id = Some("id").filter(|_| text(json, "id").is_some_and(|id| id != NO_ID));
    let names = id.iter().chain(names).filter(|name| json.get(**name).is_some_and(|value| !value.is_null()));
    names.map(|name| ((*name).to_owned(), json[*name].clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eligible_roles_are_not_active_ones() {
        let group = Origin { system: GROUP.to_owned(), id: "b31f".to_owned() };
        let active = json!({ "displayName": "Member", "originId": "Member_b31f", "type": "active" });
        let eligible = json!({ "displayName": "Eligible Member", "originId": "EligibleMember_b31f" });
        let by_type = json!({ "displayName": "Member", "originId": "x", "type": "eligible" });
        for (role, name) in
            [(&active, "member"), (&eligible, "Eligible Member"), (&by_type, "eligible member")]
        {
            assert!(is_called(role, &group, name), "{name}");
        }
        assert!(!is_called(&eligible, &group, "Member"));
        assert!(!is_called(&by_type, &group, "Member"));
        assert!(!is_called(&active, &group, "Eligible Member"));
    }

    #[test]
    fn what_says_nothing_is_not_sent() {
        let role =
            json!({ "id": NO_ID, "displayName": "Default Access", "description": null, "originId": NO_ID });
        let sent = members(&role, &["displayName", "description", "originId"]);
        assert_eq!(Json::Object(sent), json!({ "displayName": "Default Access", "originId": NO_ID }));
    }
}
