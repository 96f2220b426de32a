//! The resources of a catalog: what its packages may give. Microsoft Graph v1.0 reference, "List resources", "Create
//! accessPackageResourceRequest", "List resourceRoles", "List resourceEnvironments".
//!
//! ```text
//! {"@odata.type": "#microsoft.graph.groupResource", "originId": …}        applicationResource, siteResource
//! {"originSystem": "…", "originId": …}                                    anything else
//! ```
//!
//! The tags are not Graph's, which has one type for all and tells them apart by `originSystem`. A resource comes and
//! goes by a request, which Graph answers before the list shows it.

use super::one;
use crate::error::{Error, ErrorKind};
use crate::http::Transport;
use crate::kinds::objects::write;
use crate::kinds::{READ, id, text};
use crate::odata::{Request, equals, literal};
use crate::page;
use entrant_model::value::Json;
use entrant_model::wire::ODATA_TYPE;
use entrant_model::{Id, Version};
use reqwest::Method;
use serde_json::{Map, json};
use url::Url;

pub(crate) const GROUP: &str = "AadGroup";
pub(crate) const APPLICATION: &str = "AadApplication";
const SITE: &str = "SharePointOnline";

/// The origin systems whose resources and roles have a tag of their own, and how it begins.
const TAGGED: [(&str, &str); 3] = [(GROUP, "group"), (APPLICATION, "application"), (SITE, "site")];

/// The member of an element that holds Graph's id of it. No table reads it.
pub(crate) const ID: &str = "@entrant.id";

/// A resource as its origin knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub system: String,
    pub id: String,
}

impl Origin {
    /// As a resource, role or scope of Graph names it.
    pub fn of_graph(json: &Json) -> Option<Self> {
        let (system, id) = (text(json, "originSystem")?, text(json, "originId")?);
        Some(Self { system: system.to_owned(), id: id.to_owned() })
    }

    /// As an element names it, by tag or in so many words.
    pub fn of_element(element: &Json) -> Option<Self> {
        let tag = text(element, ODATA_TYPE).and_then(|tag| tag.strip_prefix("#microsoft.graph."));
        let system = match tag {
            Some(tag) => {
                TAGGED.iter().find(|(_, begins)| tag.starts_with(begins)).map(|(system, _)| *system)?
            }
            None => text(element, "originSystem")?,
        };
        Some(Self { system: system.to_owned(), id: text(element, "originId")?.to_owned() })
    }

    /// The members of an element that name it. The tag ends with `is`: `Resource` or `Role`.
    pub fn to_element(&self, is: &str) -> Map<String, Json> {
        let tagged = TAGGED.iter().find(|(system, _)| self.system.eq_ignore_ascii_case(system));
        let (name, value) = match tagged {
            Some((_, begins)) => (ODATA_TYPE, format!("#microsoft.graph.{begins}{is}")),
            None => ("originSystem", self.system.clone()),
        };
        Map::from_iter([(name.to_owned(), value.into()), ("originId".to_owned(), self.id.as_str().into())])
    }

    /// Whether both are one: the address of a site may end with a slash, and letter case says nothing.
    pub fn is_same(&self, other: &Self) -> bool {
        let plain = |id: &str| id.trim_end_matches('/').to_lowercase();
        self.system.eq_ignore_ascii_case(&other.system) && plain(&self.id) == plain(&other.id)
    }

    pub fn is(&self, system: &str) -> bool {
        self.system.eq_ignore_ascii_case(system)
    }
}

/// The path of a catalog's resources.
pub(crate) fn all(catalog: &Id) -> Request {
    one(catalog).segment("resources")
}

/// A resource as an element of the catalog's part.
pub(crate) fn element(resource: &Json) -> Result<Json, Error> {
    let Some(origin) = Origin::of_graph(resource) else {
        return Err(Error::incomplete("a resource came without its origin"));
    };
    let mut element = origin.to_element("Resource");
    for (member, from) in [("attributes", "attributes"), (ID, "id")] {
        if let Some(value) = resource.get(from) {
            element.insert(member.to_owned(), value.clone());
        }
    }
    Ok(Json::Object(element))
}

/// Whether both name one resource.
pub(crate) fn is_same(a: &Json, b: &Json) -> bool {
    Origin::of_element(a).zip(Origin::of_element(b)).is_some_and(|(a, b)| a.is_same(&b))
}

/// The catalog's resource of this origin, as Graph has it, with its roles and scopes.
pub(crate) async fn find(
    transport: &Transport,
    catalog: &Id,
    origin: &Origin,
) -> Result<Option<Json>, Error> {
    let resources = match page::list(transport, &of_origin(catalog, origin), READ).await {
        // That list is not documented to take this filter.
        Err(error) if error.kind() == ErrorKind::BadRequest => {
            page::list(transport, &with_roles(catalog), READ).await?
        }
        resources => resources?,
    };
    Ok(meant(resources, origin))
}

fn with_roles(catalog: &Id) -> Request {
    all(catalog).option("expand", "roles,scopes")
}

/// The path of the catalog's resource of this origin, with its roles and scopes.
pub(crate) fn of_origin(catalog: &Id, origin: &Origin) -> Request {
    with_roles(catalog).option("filter", &equals("originId", &origin.id))
}

/// The one of these resources that is of this origin.
pub(crate) fn meant(resources: Vec<Json>, origin: &Origin) -> Option<Json> {
    let is_meant = |json: &Json| Origin::of_graph(json).is_some_and(|found| found.is_same(origin));
    resources.into_iter().find(is_meant)
}

/// The roles of a resource as its catalog lists them: those of the resource itself may stay empty.
pub(crate) async fn roles(
    transport: &Transport,
    catalog: &Id,
    origin: &Origin,
    resource: &Id,
) -> Result<Vec<Json>, Error> {
    let filter = format!(
        "(originSystem eq {} and resource/id eq {})",
        literal(&origin.system),
        literal(resource.as_str())
    );
    let request =
        one(catalog).segment("resourceRoles").option("filter", &filter).option("expand", "resource");
    page::list(transport, &request, READ).await
}

/// Asks for a resource to be in the catalog. Where it is there with other attributes than the element's, asks for
/// those.
pub(crate) async fn add(transport: &Transport, catalog: &Id, element: &Json) -> Result<(), Error> {
    let origin = origin_of(element)?;
    let mut resource = json!({ "originId": origin.id, "originSystem": origin.system });
    let mut request_type = "adminAdd";
    if let Some(attributes) = element.get("attributes") {
        if let Some(there) = find(transport, catalog, &origin).await? {
            if is_empty_or(there.get("attributes"), attributes) {
                return Ok(());
            }
            request_type = "adminUpdate";
            resource["id"] = there.get("id").cloned().unwrap_or_default();
        }
        resource["attributes"] = attributes.clone();
    }
    if origin.is(SITE)
        && request_type == "adminAdd"
        && let Some(environment) = environment(transport, &origin.id).await?
    {
        resource["environment"] = json!({ "originId": environment });
    }
    match request(transport, request_type, catalog, resource).await {
        Err(error) if is_onboarded(&error) => Ok(()),
        outcome => outcome.map_err(|error| with_what_it_takes(error, &origin)),
    }
}

/// A refusal, with what the caller must be to dispose of a resource. Microsoft Graph v1.0 reference, "Create
/// accessPackageResourceRequest", "Permissions".
fn with_what_it_takes(error: Error, origin: &Origin) -> Error {
    let is_not_owner =
        error.graph_code().is_some_and(|code| code.eq_ignore_ascii_case("CallerNotResourceOwner"));
    if !is_not_owner && error.kind() != ErrorKind::Forbidden {
        return error;
    }
    let who = match origin.system.as_str() {
        GROUP => "owns the group or may change it: make the caller its owner",
        APPLICATION => "owns the application or may change it: make the caller its owner",
        SITE => "is an administrator of SharePoint",
        _ => {
            "has rights over what it is that entrant should not hold: do it in the portal, and declare it after"
        }
    };
    error.with_help([format!("Who puts such a resource into a catalog {who}.")])
}

/// Asks for a resource to leave the catalog.
pub(crate) async fn remove(transport: &Transport, catalog: &Id, resource: &str) -> Result<(), Error> {
    request(transport, "adminRemove", catalog, json!({ "id": resource })).await
}

pub(crate) fn origin_of(element: &Json) -> Result<Origin, Error> {
    Origin::of_element(element).ok_or_else(|| {
        Error::local(ErrorKind::Unsupported, "the element names no resource: it lacks its origin")
    })
}

/// Whether live attributes are these; none is the same as an empty list.
fn is_empty_or(live: Option<&Json>, wanted: &Json) -> bool {
    let is_empty = |json: &Json| json.is_null() || json.as_array().is_some_and(Vec::is_empty);
    let live = live.unwrap_or(&Json::Null);
    live == wanted || is_empty(live) && is_empty(wanted)
}

async fn request(
    transport: &Transport,
    request_type: &str,
    catalog: &Id,
    resource: Json,
) -> Result<(), Error> {
    let path = Request::new(Version::V1, "identityGovernance/entitlementManagement/resourceRequests");
    let body =
        json!({ "requestType": request_type, "resource": resource, "catalog": { "id": catalog.as_str() } });
    let (call, answer) = write(transport, Method::POST, &path, Some(&body)).await?;
    let state = answer.json(&call)?;
    match text(&state, "state") {
        Some(state) if ["deliveryFailed", "denied"].iter().any(|s| s.eq_ignore_ascii_case(state)) => {
            let cause = "Graph took the request and could not carry it out";
            let error = Error::of(ErrorKind::BadRequest, &call, cause)
                .with_help(["Look into the catalog in the portal: it may say why.".to_owned()]);
            Err(answer.with_ids(error))
        }
        _ => Ok(()),
    }
}

/// Whether Graph says that the catalog has the resource. Only its message tells. A conflict that speaks of something
/// else may come from another create beside this one, which made nothing.
fn is_onboarded(error: &Error) -> bool {
    let said = [error.graph_code(), error.graph_message()].into_iter().flatten().collect::<String>();
    let said = said.to_ascii_lowercase();
    let is_of_resource = said.contains("onboard");
    said.contains("already")
        && match error.kind() {
            ErrorKind::BadRequest => is_of_resource || said.contains("exist"),
            ErrorKind::Conflict => is_of_resource,
            _ => false,
        }
}

/// The environment of a site, which a request names where the tenant has its sites in several places of the world.
async fn environment(transport: &Transport, site: &str) -> Result<Option<String>, Error> {
    let path = Request::new(Version::V1, "identityGovernance/entitlementManagement/resourceEnvironments");
    let request = path.option("filter", &equals("originSystem", SITE));
    let environments = match page::list(transport, &request, READ).await {
        Ok(environments) => environments,
        // Where there is no such list there is one place.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if environments.len() < 2 {
        return Ok(None);
    }
    let place = place_of(site);
    let mut origins = environments.iter().filter_map(|environment| text(environment, "originId"));
    Ok(origins.find(|origin| place.is_some() && place_of(origin) == place).map(str::to_owned))
}

/// `contosoeur` of `https://contosoeur.sharepoint.com/sites/x` and of `https://contosoeur-admin.sharepoint.com/`.
fn place_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let first = url.host_str()?.split('.').next()?.to_ascii_lowercase();
    Some(first.strip_suffix("-admin").unwrap_or(&first).to_owned())
}

/// Graph's id of a resource.
pub(crate) fn id_of(resource: &Json) -> Result<Id, Error> {
    id(resource).ok_or_else(|| Error::incomplete("a resource came without its id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_systems_have_tags_and_others_their_name() {
        for (system, tag) in [
            ("AadGroup", "groupResource"),
            ("aadapplication", "applicationResource"),
            ("SharePointOnline", "siteResource"),
        ] {
            let origin = Origin { system: system.to_owned(), id: "X".to_owned() };
            let element = Json::Object(origin.to_element("Resource"));
            assert_eq!(element[ODATA_TYPE], format!("#microsoft.graph.{tag}"));
            assert!(Origin::of_element(&element).is_some_and(|read| read.is_same(&origin)), "{system}");
        }
        let other = json!({ "originSystem": "AzureResources", "originId": "/subscriptions/x" });
        let origin = Origin::of_element(&other).expect("an origin");
        assert_eq!(Json::Object(origin.to_element("Role")), other);
    }

    #[test]
    fn a_site_is_in_the_place_of_its_administration() {
        let place = |address| place_of(address);
        assert_eq!(place("https://contosoeur.sharepoint.com/sites/x"), Some("contosoeur".to_owned()));
        assert_eq!(place("https://ContosoEur-admin.sharepoint.com/"), Some("contosoeur".to_owned()));
        assert_eq!(place("no address"), None);
    }
}
