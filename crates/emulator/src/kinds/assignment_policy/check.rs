//! The rules for a policy that take more than one member, or more than one object. The shape of a
//! body has been checked before.

use serde_json::{Map, Value};

use super::super::{Kind, text};
use super::complete::for_subjects;
use crate::errors::{GraphError, Result, argument_null, invalid_model};
use crate::message::Version;
use crate::store::Tenant;
use crate::values;

type Object = Map<String, Value>;

/// The first thing that the service asks for, whatever else is wrong.
pub fn package_is_named(version: Version, body: &Object) -> Result<()> {
    let (id, path) = match version {
        Version::V1 => (body.get("accessPackage").and_then(|package| package.get("id")), "/accessPackage/id"),
        Version::Beta => (body.get("accessPackageId"), "/accessPackageId"),
    };
    match id {
        None | Some(Value::Null) => Err(argument_null("Id", path)),
        Some(Value::String(id)) if id.is_empty() => Err(argument_null("Id", path)),
        Some(_) => Ok(()),
    }
}

/// What has to be right in a body before it becomes canonical: each version has its own names.
pub fn body(version: Version, body: &Object) -> Result<()> {
    match version {
        Version::V1 => body_v1(body),
        Version::Beta => body_beta(body),
    }
}

fn body_v1(body: &Object) -> Result<()> {
    let stages = &body.get("requestApprovalSettings").cloned().unwrap_or_default()["stages"];
    for (index, stage) in elements(stages).enumerate() {
        let path = format!("/requestApprovalSettings/stages/{index}");
        escalation_is_sent(stage, &path)?;
    }
    if let Some(Value::Object(expiration)) = body.get("expiration") {
        expiration_is_whole(expiration, "/expiration")?;
    }
    let schedule = &body.get("reviewSettings").cloned().unwrap_or_default()["schedule"];
    if let Some(expiration) = schedule["expiration"].as_object() {
        expiration_is_whole(expiration, "/reviewSettings/schedule/expiration")?;
    }
    Ok(())
}

fn body_beta(body: &Object) -> Result<()> {
    let package = text(body, "accessPackageId");
    let beside = body.get("accessPackage").and_then(|package| package["id"].as_str());
    if beside.is_some_and(|beside| !beside.eq_ignore_ascii_case(package)) {
        return Err(invalid_model("/accessPackage/id", "accessPackageId names another package"));
    }
    let days = body.get("durationInDays").and_then(Value::as_i64).unwrap_or_default();
    if days > 0 && body.get("expirationDateTime").is_some_and(Value::is_string) {
        return Err(invalid_model("/expirationDateTime", "durationInDays is set as well"));
    }
    let approval = body.get("requestApprovalSettings").cloned().unwrap_or_default();
    for (index, stage) in elements(&approval["approvalStages"]).enumerate() {
        let path = format!("/requestApprovalSettings/approvalStages/{index}");
        match stage["primaryApprovers"].as_array() {
            None => return Err(argument_null("source", &format!("{path}/primaryApprovers"))),
            Some(approvers) if approvers.is_empty() => {
                return Err(invalid_model(format!("{path}/primaryApprovers"), "a stage has an approver"));
            }
            Some(_) => {}
        }
        escalation_is_sent(stage, &path)?;
    }
    let stages = elements(&approval["approvalStages"]).count();
    let required = approval["isApprovalRequired"].as_bool().unwrap_or_default();
    let fits = match approval["approvalMode"].as_str() {
        None => true,
        Some("NoApproval") => stages == 0 && !required,
        Some("SingleStage") => stages == 1,
        Some(_) => stages > 0,
    };
    if fits {
        Ok(())
    } else {
        Err(invalid_model("/requestApprovalSettings/approvalMode", "the mode does not fit the stages"))
    }
}

/// What has to be right in a canonical policy, against the rest of the tenant. `id` is that of the
/// policy that is replaced.
pub fn canonical(tenant: &Tenant, policy: &mut Object, id: Option<&str>) -> Result<()> {
    if text(policy, "displayName").trim().is_empty() {
        return Err(invalid_model("/displayName", "a policy has a displayName"));
    }
    let package = policy.get("accessPackage").and_then(|package| package["id"].as_str()).unwrap_or_default();
    let package = package.to_owned();
    name_is_free(tenant, policy, &package, id)?;
    let approval = policy.get("requestApprovalSettings").cloned().unwrap_or_default();
    if elements(&approval["stages"]).count() > 3 {
        return Err(invalid_model("/requestApprovalSettings/stages", "there are at most three stages"));
    }
    subjects_exist(tenant, policy)?;
    extensions_exist(tenant, policy, &package)?;
    if let Some(review) = policy.get("reviewSettings").and_then(Value::as_object) {
        review_recurs(review)?;
    }
    one_is_automatic(tenant, policy, &package, id)
}

/// A collection may be left out of a stage only where it is not used.
fn escalation_is_sent(stage: &Value, path: &str) -> Result<()> {
    let used = stage["isEscalationEnabled"].as_bool().unwrap_or_default();
    if used && !stage["escalationApprovers"].is_array() {
        return Err(argument_null("source", &format!("{path}/escalationApprovers")));
    }
    Ok(())
}

/// The type says which of the other two is set, and that one alone.
fn expiration_is_whole(expiration: &Object, path: &str) -> Result<()> {
    let set = |name: &str| expiration.get(name).is_some_and(Value::is_string);
    let (duration, end) = match text(expiration, "type") {
        "afterDuration" => (true, false),
        "afterDateTime" => (false, true),
        "" => return Err(invalid_model(format!("{path}/type"), "an expiration has a type")),
        _ => (false, false),
    };
    if set("duration") != duration {
        return Err(invalid_model(format!("{path}/duration"), "duration goes with afterDuration"));
    }
    if set("endDateTime") != end {
        return Err(invalid_model(format!("{path}/endDateTime"), "endDateTime goes with afterDateTime"));
    }
    if duration && values::parse_duration(text(expiration, "duration")) == Some(0) {
        return Err(invalid_model(format!("{path}/duration"), "the duration is zero"));
    }
    Ok(())
}

/// No other policy of the package has the name. A policy keeps a name that it shares already: the key is
/// checked where it changes.
fn name_is_free(tenant: &Tenant, policy: &Object, package: &str, id: Option<&str>) -> Result<()> {
    let name = text(policy, "displayName").to_lowercase();
    let holders: Vec<_> = tenant
        .children(Kind::AssignmentPolicy, package)
        .into_iter()
        .filter(|other| other["displayName"].as_str().is_some_and(|other| other.to_lowercase() == name))
        .collect();
    let keeps_it = holders.iter().any(|holder| holder["id"].as_str() == id);
    if !holders.is_empty() && !keeps_it {
        let message = "A policy with the same name already exists in the access package.";
        return Err(GraphError::new(409, "DuplicateKey", message));
    }
    Ok(())
}

/// Every subject refers to something; its id takes the spelling of the object's own.
fn subjects_exist(tenant: &Tenant, policy: &mut Object) -> Result<()> {
    let mut missing = None;
    for_subjects(policy, |subject| {
        let name = text(subject, "@odata.type").rsplit('.').next().unwrap_or_default();
        let (kind, member) = match name {
            "singleUser" => (Kind::User, "userId"),
            "groupMembers" => (Kind::Group, "groupId"),
            "connectedOrganizationMembers" => (Kind::ConnectedOrganization, "connectedOrganizationId"),
            "singleServicePrincipal" => (Kind::ServicePrincipal, "servicePrincipalId"),
            "attributeRuleMembers" if text(subject, "membershipRule").trim().is_empty() => {
                missing = Some("a membershipRule is empty".to_owned());
                return;
            }
            _ => return,
        };
        match tenant.get(kind, text(subject, member)) {
            Some(found) => {
                let id = found["id"].clone();
                subject.insert(member.to_owned(), id);
            }
            None => {
                missing = Some(format!("{name} refers by {member} to nothing: '{}'", text(subject, member)));
            }
        }
    });
    missing.map_or(Ok(()), |sentence| Err(invalid_model("", sentence)))
}

/// An extension belongs to the catalog of the package, and to no other.
fn extensions_exist(tenant: &Tenant, policy: &Object, package: &str) -> Result<()> {
    let catalog = tenant.get(Kind::AccessPackage, package).map(|package| package["catalog"]["id"].clone());
    for collection in ["customExtensionStageSettings", "beta:customExtensionHandlers"] {
        for (index, setting) in elements(policy.get(collection).unwrap_or(&Value::Null)).enumerate() {
            let path = format!("/{}/{index}", collection.trim_start_matches("beta:"));
            if !setting["stage"].is_string() {
                return Err(invalid_model(path, "the stage is missing"));
            }
            let id = setting["customExtension"]["id"].as_str().unwrap_or_default();
            let extension = tenant.get(Kind::CustomWorkflowExtension, id);
            if extension.is_none_or(|extension| Some(&extension["catalog"]["id"]) != catalog.as_ref()) {
                return Err(invalid_model(path, format!("the catalog has no extension '{id}'")));
            }
        }
    }
    Ok(())
}

/// Reviews come weekly, by the month or by the year, and one is over before the next begins.
fn review_recurs(review: &Object) -> Result<()> {
    let schedule = review.get("schedule").cloned().unwrap_or_default();
    let pattern = &schedule["recurrence"]["pattern"];
    if pattern.is_null() {
        return Ok(());
    }
    let refuse = |message: &str| Err(GraphError::new(400, "InvalidReviewSettings", message));
    let interval = pattern["interval"].as_i64().unwrap_or_default();
    let period = match pattern["type"].as_str() {
        Some("weekly") => 7,
        Some("absoluteMonthly") => 31,
        Some("absoluteYearly") => 366,
        _ => return refuse("The recurrence type of an access review must be weekly or absoluteMonthly."),
    };
    if interval < 1 {
        return refuse("The interval of the recurrence of an access review must be at least 1.");
    }
    let length = schedule["expiration"]["duration"].as_str().and_then(values::parse_duration);
    let longest = values::parse_duration(&values::days_to_duration(period * interval));
    if length > longest {
        return refuse("The duration of an access review must not exceed the frequency of its recurrence.");
    }
    Ok(())
}

fn one_is_automatic(tenant: &Tenant, policy: &Object, package: &str, id: Option<&str>) -> Result<()> {
    let automatic = |settings: Option<&Value>| {
        settings.is_some_and(|settings| settings["requestAccessForAllowedTargets"] == true)
    };
    if !automatic(policy.get("automaticRequestSettings")) {
        return Ok(());
    }
    let is_rule = |subject: &&Value| subject.get("membershipRule").is_some();
    if policy.get("specificAllowedTargets").into_iter().flat_map(elements).filter(is_rule).count() > 1 {
        return Err(invalid_model("/specificAllowedTargets", "an automatic policy has one membership rule"));
    }
    let policies = tenant.children(Kind::AssignmentPolicy, package);
    let other = policies
        .into_iter()
        .any(|other| other["id"].as_str() != id && automatic(other.get("automaticRequestSettings")));
    if other {
        return Err(invalid_model(
            "/automaticRequestSettings",
            "the package has an automatic policy already",
        ));
    }
    Ok(())
}

fn elements(collection: &Value) -> impl Iterator<Item = &Value> {
    collection.as_array().into_iter().flatten()
}
