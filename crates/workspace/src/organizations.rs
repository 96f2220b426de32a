//! What connected organizations are made of: a tenant by one of its domains, and a domain that belongs to a tenant.
//!
//! Graph knows a tenant by its id alone, and makes an organization of a domain that a tenant has registered one of that
//! tenant. So both become the tenant here, and what is compared is what Graph will show.

use crate::codes;
use entrant_graph::{Error, ErrorKind, OtherTenant, Read};
use entrant_model::desired::{Body, Intent};
use entrant_model::kinds::connected_organization::TENANT;
use entrant_model::reference::{fold, same_name};
use entrant_model::text::visible;
use entrant_model::{Desired, Diagnostic, Document, Id, Kind, Live, LiveObject, Object, Pointer, Value};
use std::collections::BTreeMap;

const MEMBER: &str = "identitySources";
const BY_DOMAIN: &str = "domainIdentitySource";

/// A domain by which a document names a tenant, the first as they stand. Without a look-up such a document cannot be
/// planned; one that names the domain itself can.
pub fn domain_of_a_tenant(documents: &[Document]) -> Option<&str> {
    let sources = documents.iter().filter_map(|document| match &document.body {
        Body::Resource(resource) if resource.envelope.kind == KIND => Some(resource.object.list(MEMBER)),
        _ => None,
    });
    sources.flatten().filter(|source| is_of(source, TENANT.name)).find_map(|source| domain_of(source, &[]))
}

/// What a domain was found to be.
type Found = Result<Option<OtherTenant>, Error>;

/// Puts tenants in the place of their domains.
pub async fn identity_sources<R: Read + Sync>(
    desired: &mut [Desired],
    live: &Live,
    reader: &R,
) -> Result<Vec<Diagnostic>, Error> {
    let mut domains = BTreeMap::new();
    for declared in desired.iter() {
        let held = held(declared, live);
        let sources = sources(declared).iter().filter_map(|source| domain_of(source, &held));
        domains.extend(sources.map(|domain| (fold(domain), domain.to_owned())));
    }
    if domains.is_empty() {
        return Ok(Vec::new());
    }
    let (keys, domains): (Vec<String>, Vec<String>) = domains.into_iter().unzip();
    let found: BTreeMap<String, Found> = keys.into_iter().zip(reader.tenants_of(&domains).await?).collect();
    let mut diagnostics = Vec::new();
    for declared in desired {
        let held = held(declared, live);
        let place = declared.place.clone();
        let Intent::Present { object, .. } = &mut declared.intent else { continue };
        let Some(Value::List(list)) = object.get(MEMBER).filter(|_| declared.address.kind == KIND) else {
            continue;
        };
        let mut list = list.clone();
        for (index, source) in list.iter_mut().enumerate() {
            let Some(domain) = domain_of(source, &held).map(str::to_owned) else { continue };
            let Some(found) = found.get(&fold(&domain)) else { continue };
            let at = |member: &str| {
                place.at(Pointer::default().child(MEMBER).child(index.to_string()).child(member))
            };
            let is_tenant = is_of(source, TENANT.name);
            match found {
                Ok(Some(tenant)) => *source = tenant_source(&tenant.id, &domain),
                Ok(None) if is_tenant => diagnostics.push(unknown(&domain).at(at("tenantId"), "no tenant")),
                Err(error) if is_refused(error) && is_tenant => {
                    diagnostics.push(unreadable(&domain, error).at(at("tenantId"), "not looked up"));
                }
                // Where an organization of a tenant is there, this may be the same one.
                Err(error) if is_refused(error) && held.iter().any(|object| has_tenant(object)) => {
                    diagnostics.push(untold(&domain, error).at(at("domainName"), "not looked up"));
                }
                Ok(None) => {}
                Err(error) if is_refused(error) => {}
                Err(error) => return Err(error.clone()),
            }
        }
        object.set(MEMBER, Value::List(list));
    }
    Ok(diagnostics)
}

const KIND: Kind = Kind::ConnectedOrganization;

fn sources(declared: &Desired) -> &[Value] {
    match &declared.intent {
        Intent::Present { object, .. } if declared.address.kind == KIND => object.list(MEMBER),
        _ => &[],
    }
}

/// The live organizations that a document may mean.
fn held<'a>(declared: &Desired, live: &'a Live) -> Vec<&'a LiveObject> {
    let Intent::Present { envelope, .. } = &declared.intent else { return Vec::new() };
    let own = declared.address.segments.last().map(String::as_str);
    let is_called = |object: &LiveObject| {
        let mut names = own.into_iter().chain(envelope.previous_names.iter().map(String::as_str));
        names.any(|name| same_name(Some(name), Some(&object.display_name)))
    };
    let is_meant = |object: &&LiveObject| match &envelope.pin {
        Some(pin) => object.id == *pin,
        None => is_called(object),
    };
    live.objects.iter().filter(|object| object.kind == KIND).filter(is_meant).collect()
}

/// The domain that has to be looked up for a source. One that stands in the organization as a domain has no tenant.
fn domain_of<'s>(source: &'s Value, held: &[&LiveObject]) -> Option<&'s str> {
    let object = source.as_object()?;
    if object.ty.name == TENANT.name {
        return object.text("tenantId").filter(|text| Id::guid(text).is_none());
    }
    let domain = object.text("domainName").filter(|_| object.ty.name == BY_DOMAIN)?;
    let is_it = |source: &Value| {
        is_of(source, BY_DOMAIN)
            && same_name(source.as_object().and_then(|object| object.text("domainName")), Some(domain))
    };
    (!held.iter().any(|object| object.object.list(MEMBER).iter().any(is_it))).then_some(domain)
}

fn is_of(source: &Value, name: &str) -> bool {
    source.as_object().is_some_and(|object| object.ty.name == name)
}

fn has_tenant(object: &LiveObject) -> bool {
    object.object.list(MEMBER).iter().any(|source| is_of(source, TENANT.name))
}

/// The tenant, with the domain that it was written by for readers.
fn tenant_source(id: &Id, domain: &str) -> Value {
    let members =
        [("tenantId", Value::Text(id.as_str().into())), ("displayName", Value::Text(domain.into()))];
    Value::Object(Box::new(Object::with(&TENANT, members)))
}

fn is_refused(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Forbidden)
}

fn unknown(domain: &str) -> Diagnostic {
    let domain = visible(domain);
    Diagnostic::new(codes::UNKNOWN_TENANT_DOMAIN, format!("no tenant has the domain `{domain}`"))
        .help("check the spelling, or give the id of the tenant")
        .help(format!("write `{{domain: {domain}}}` for people who sign in with a one-time passcode"))
}

fn unreadable(domain: &str, error: &Error) -> Diagnostic {
    Diagnostic::new(
        codes::UNKNOWN_TENANT_DOMAIN,
        format!("the tenant of the domain `{}` could not be looked up", visible(domain)),
    )
    .note(visible(&error.to_string()))
    .help("give the id of the tenant, or grant `CrossTenantInformation.ReadBasic.All`")
}

fn untold(domain: &str, error: &Error) -> Diagnostic {
    Diagnostic::new(
        codes::DOMAIN_OF_A_TENANT,
        format!("whether the live tenant is that of the domain `{}` could not be looked up", visible(domain)),
    )
    .note(visible(&error.to_string()))
    .help("give the id of the tenant as `{tenant: …}`, or grant `CrossTenantInformation.ReadBasic.All`")
}
