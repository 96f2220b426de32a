//! What stands beside the collections: the organization, look-ups by many ids, other tenants, sites by address, and
//! the settings, of which there is one set.

use serde_json::{Value, json};

use super::objects::{context_root, entity, read_query};
use super::path::{Segment, by_key};
use super::{ENTITLEMENT_MANAGEMENT, Service, body, refuse_method, texts};
use crate::errors::{Result, bad_request, directory_not_found, not_found, unknown_segment};
use crate::faults::refused;
use crate::kinds::{Kind, settings, site, tenant_information};
use crate::message::{Request, Response, percent_decode};
use crate::odata::page::collection;
use crate::odata::query::{Place, Projection};
use crate::odata::render::render;

impl Service {
    pub(super) fn organization(&self, request: &Request) -> Result<Response> {
        if request.method != "GET" {
            return Err(refuse_method(request));
        }
        let id = self.lock().id.clone();
        let context = format!("{}/{}/$metadata#organization", request.origin, request.version.segment());
        let domains = json!([{ "name": "contoso.com", "isDefault": true, "isInitial": false }]);
        let organization = json!({ "id": id, "displayName": "Contoso", "verifiedDomains": domains });
        Ok(Response::json(200, json!({ "@odata.context": context, "value": [organization] })))
    }

    pub(super) fn get_by_ids(&self, request: &Request) -> Result<Response> {
        if request.method != "POST" {
            return Err(refuse_method(request));
        }
        let body = body(request)?;
        let unknown = body.keys().find(|name| !["ids", "types"].contains(&name.as_str()));
        if let Some(name) = unknown {
            return Err(bad_request(format!("The parameter '{name}' is not one of getByIds.")));
        }
        let ids =
            texts(body.get("ids")).ok_or_else(|| bad_request("ids must be a collection of strings."))?;
        if ids.is_empty() || ids.len() > 1000 {
            return Err(bad_request("ids must hold between 1 and 1000 ids."));
        }
        let types = match body.get("types") {
            None | Some(Value::Null) => Vec::new(),
            types => texts(types).ok_or_else(|| bad_request("types must be a collection of strings."))?,
        };
        self.read(
            |view| {
                let wanted = |kind: Kind| {
                    types.is_empty()
                        || types.iter().any(|name| {
                            name.eq_ignore_ascii_case(kind.entity().type_name)
                                || name.eq_ignore_ascii_case("directoryObject")
                        })
                };
                let found = ids.iter().filter_map(|id| view.tenant.directory_object(id));
                let shown: Vec<Value> = found
                    .filter(|(kind, _)| wanted(*kind))
                    .map(|(_, object)| render(view, Kind::DirectoryObject, object, &Projection::default()))
                    .collect();
                let context = format!("{}/$metadata#directoryObjects", view.root);
                Ok(Response::json(200, json!({ "@odata.context": context, "value": view.shuffled(shown) })))
            },
            request,
        )
    }

    /// `/tenantRelationships/findTenantInformationByDomainName(domainName='…')`, and by `tenantId`.
    pub(super) fn other_tenant(
        &self,
        request: &Request,
        function: &str,
        segment: &Segment,
    ) -> Result<Response> {
        if request.method != "GET" {
            return Err(refuse_method(request));
        }
        let function = function.strip_prefix("microsoft.graph.").unwrap_or(function);
        let (parameter, value) = segment.key.as_ref().ok_or_else(|| unknown_segment(&segment.name))?;
        self.read(
            |view| {
                let found = match (function, parameter.as_str()) {
                    ("findtenantinformationbydomainname", "domainName") => {
                        tenant_information::by_domain(view.tenant, value)
                    }
                    ("findtenantinformationbytenantid", "tenantId") => {
                        view.tenant.get(Kind::TenantInformation, value)
                    }
                    _ => return Err(unknown_segment(&segment.name)),
                };
                let found = found.ok_or_else(|| directory_not_found(value))?;
                let mut shown = render(view, Kind::TenantInformation, found, &Projection::default());
                if let Value::Object(shown) = &mut shown {
                    let context = format!("{}/$metadata#microsoft.graph.tenantInformation", view.root);
                    shown.shift_insert(0, "@odata.context".to_owned(), context.into());
                }
                Ok(Response::json(200, shown))
            },
            request,
        )
    }

    /// `/sites?search=…`, `/sites/root`, `/sites/{id}`, `/sites/{host}` and `/sites/{host}:/{path}`.
    pub(super) fn sites(&self, request: &Request, segments: &[Segment]) -> Result<Response> {
        if request.method != "GET" {
            return Err(refuse_method(request));
        }
        let names: Vec<&str> = segments.iter().skip(1).map(|segment| segment.name.as_str()).collect();
        let context = context_root(Kind::Site, request.version);
        let Some((first, path)) = names.split_first() else {
            let (searched, query) = taken(&request.query, "search");
            let request = &Request { query, ..request.clone() };
            let searched = searched.as_deref().and_then(|text| percent_decode(text, true));
            return self.read(
                |view| {
                    let query = read_query(request, Kind::Site, Place::Collection)?;
                    let sites = view.tenant.list(Kind::Site);
                    let found = sites.filter(|site| {
                        searched.as_deref().is_none_or(|searched| site::is_found(site, searched))
                    });
                    let found = found.collect();
                    let page =
                        collection(view, request, Kind::Site, found, &query, self.page_size, &context)?;
                    Ok(Response::json(200, page))
                },
                request,
            );
        };
        self.read(
            |view| {
                let found = match (first.strip_suffix(':'), path) {
                    (Some(host), path) => site::by_address(view.tenant, host, &path.join("/")),
                    (None, []) if *first == "root" => site::root(view.tenant),
                    (None, []) => view
                        .tenant
                        .get(Kind::Site, first)
                        .or_else(|| site::by_address(view.tenant, first, "")),
                    _ => None,
                };
                let found = found.ok_or_else(|| not_found("site", &names.join("/")))?;
                entity(view, request, Kind::Site, found, &context)
            },
            request,
        )
    }

    pub(super) fn settings(&self, request: &Request) -> Result<Response> {
        let role = request.treatment.role.as_deref();
        if role.is_some_and(|role| role.is_scoped() || (request.method != "GET" && !role.writes_all())) {
            return refused();
        }
        match request.method.as_str() {
            "GET" => self.read(
                |view| {
                    let settings = by_key(view, Kind::Settings, &(String::new(), settings::ID.to_owned()))?;
                    let context = format!("{ENTITLEMENT_MANAGEMENT}/settings");
                    entity(view, request, Kind::Settings, settings, &context)
                },
                request,
            ),
            "PATCH" => {
                let body = body(request)?;
                self.write(request, |write| settings::update(write, body))?;
                Ok(Response::no_content())
            }
            _ => Err(refuse_method(request)),
        }
    }
}

/// The value of a parameter, and the query without it.
fn taken(query: &str, wanted: &str) -> (Option<String>, String) {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let (found, rest): (Vec<&str>, Vec<&str>) =
        pairs.partition(|pair| pair.split('=').next().is_some_and(|name| name.eq_ignore_ascii_case(wanted)));
    let value = found.first().map(|pair| pair.split_once('=').map_or("", |(_, value)| value).to_owned());
    (value, rest.join("&"))
}
