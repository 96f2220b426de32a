//! Other tenants of Microsoft Entra, by a domain or by id. Microsoft Graph v1.0 reference, "tenantRelationship:
//! findTenantInformationByDomainName", "tenantRelationship: findTenantInformationByTenantId".

use super::text;
use crate::error::Error;
use crate::http::Transport;
use crate::odata::{Request, literal};
use crate::page;
use crate::read::OtherTenant;
use entrant_model::{Id, Version};

/// Reads of other tenants. Microsoft Graph permissions reference.
pub const READ: &str = "CrossTenantInformation.ReadBasic.All";

/// The tenants that have registered these domains, in their order and in few requests.
pub(crate) async fn of_domains(
    transport: &Transport,
    domains: &[String],
) -> Result<Vec<Result<Option<OtherTenant>, Error>>, Error> {
    let requests = domains.iter().map(|domain| by("findTenantInformationByDomainName", "domainName", domain));
    find(transport, requests.collect()).await
}

/// The tenant of this id.
pub(crate) async fn by_id(transport: &Transport, id: &str) -> Result<Option<OtherTenant>, Error> {
    let request = by("findTenantInformationByTenantId", "tenantId", id);
    find(transport, vec![request]).await?.pop().unwrap_or(Ok(None))
}

fn by(function: &str, parameter: &str, value: &str) -> Request {
    let call = format!("{function}({parameter}={})", literal(value));
    Request::new(Version::V1, "tenantRelationships").segment(&call)
}

async fn find(
    transport: &Transport,
    requests: Vec<Request>,
) -> Result<Vec<Result<Option<OtherTenant>, Error>>, Error> {
    let requests: Vec<_> = requests.into_iter().map(|request| (request, READ)).collect();
    let answers = page::objects(transport, Version::V1, &requests).await?;
    let read = |answer| match answer {
        Ok((call, answer)) => {
            let answer: crate::http::Answer = answer;
            let json = answer.json(&call)?;
            let (id, domain) = (text(&json, "tenantId"), text(&json, "defaultDomainName"));
            let (Some(id), Some(domain)) = (id, domain) else {
                return Err(answer.malformed(&call, "the answer is no tenant with its id and its domain"));
            };
            Ok(Some(OtherTenant { id: Id::new(id), default_domain: domain.to_owned() }))
        }
        Err(error) => {
            let error: Error = error;
            if error.is_absence() { Ok(None) } else { Err(error) }
        }
    };
    Ok(answers.into_iter().map(read).collect())
}
