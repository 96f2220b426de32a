//! What a file says, over what a tenant shows.

use super::{Format, terraform};
use entrant_manifest::{Config, load_text, write};
use entrant_model::desired::Body;
use entrant_model::hand::members_to_hand;
use entrant_model::kinds::parent_member;
use entrant_model::value::Json;
use entrant_model::{Kind, LiveObject, Object, Reference, Value, Version};
use entrant_plan::import::{differing, shape};
use serde_json::Map;
use std::collections::BTreeSet;
use std::path::Path;

/// An object that is no policy. Parts have the elements of both: the other tools do not say that theirs are all.
pub fn object(file: &Object, live: &Object, remarks: &mut Vec<String>) -> Object {
    let mut merged = live.clone();
    let mut others = Vec::new();
    let differing = differing(file, live);
    for (member, value) in file.said().filter(|(member, _)| differing.contains(&member.name)) {
        if member.name == "displayName" {
            continue;
        }
        if !member.is_part() {
            merged.set(member.name, value.clone());
            others.push(member.name);
            continue;
        }
        // What could not be read is not written.
        let Some(Value::List(there)) = live.get(member.name) else { continue };
        let of =
            |element: &Value| Object::with(file.ty, [(member.name, Value::List([element.clone()].into()))]);
        let is_there =
            |element: &&Value| there.iter().any(|known| self::differing(&of(element), &of(known)).is_empty());
        let new: Vec<Value> = value.elements().iter().filter(|element| !is_there(element)).cloned().collect();
        if !new.is_empty() {
            merged.set(member.name, Value::List(there.iter().cloned().chain(new).collect()));
            others.push(member.name);
        }
    }
    remark(&others, remarks);
    merged
}

fn remark(differing: &[&str], remarks: &mut Vec<String>) {
    let names: Vec<String> = differing.iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => {}
        [one] => remarks.push(format!("{one} differs in the tenant; here it is as the file has it")),
        several => remarks
            .push(format!("{} differ in the tenant; here they are as the file has them", several.join(", "))),
    }
}

/// A policy; `None` where the tenant's says what the file says, and more.
pub fn policy(
    file: &Object,
    live: &LiveObject,
    beta: &LiveObject,
    (format, sees): (Format, Version),
    remarks: &mut Vec<String>,
) -> Option<LiveObject> {
    let (file, shown) = match format {
        Format::Terraform => (
            &terraform::completed(file, &beta.object, sees),
            terraform::as_shown(&beta.object, &live.object, sees),
        ),
        Format::M365dsc => (file, beta.object.clone()),
    };
    let differing = differing_policy(file, &shown);
    if differing.is_empty() {
        return None;
    }
    let (chosen, _) = shape(live, Some(beta));
    let in_v1: Option<BTreeSet<&'static str>> = differing
        .iter()
        .map(|name| counterparts(name))
        .collect::<Option<Vec<_>>>()
        .map(|names| names.concat().into_iter().collect());
    let mut merged;
    match (to_v1(file), in_v1) {
        (Ok(file), Some(names)) if chosen.version == Version::V1 => {
            let names: Vec<&'static str> = names.into_iter().collect();
            merged = live.clone();
            over(&mut merged.object, &file, &names);
            let said: Vec<&str> = names.iter().map(|name| name.rsplit('/').next().unwrap_or(name)).collect();
            remark(&said, remarks);
        }
        _ => {
            merged = beta.clone();
            over(&mut merged.object, file, &differing);
            remark(&differing, remarks);
        }
    }
    Some(merged)
}

fn differing_policy(file: &Object, live: &Object) -> Vec<&'static str> {
    let parent = parent_member(Kind::AssignmentPolicy, file.ty.version);
    let is_meant = |name: &&'static str| *name != "displayName" && Some(*name) != parent;
    differing(file, live).into_iter().filter(is_meant).collect()
}

/// Where v1.0 has what a member of beta says; `None` where it has it nowhere.
fn counterparts(beta: &str) -> Option<&'static [&'static str]> {
    Some(match beta {
        "description" => &["description"],
        "canExtend" => &["requestorSettings/enableTargetsToSelfUpdateAccess"],
        "requestorSettings" => &[
            "allowedTargetScope",
            "specificAllowedTargets",
            "requestorSettings/enableTargetsToSelfAddAccess",
        ],
        "durationInDays" | "expirationDateTime" => &["expiration"],
        "requestApprovalSettings" => &["requestApprovalSettings"],
        "accessReviewSettings" => &["reviewSettings"],
        "accessPackageNotificationSettings" => &["notificationSettings"],
        "questions" => &["questions"],
        _ => return None,
    })
}

/// Puts members of one object over another; `a/b` is a member within a structure.
fn over(base: &mut Object, file: &Object, names: &[&'static str]) {
    for name in names {
        let Some((outer, inner)) = name.split_once('/') else {
            match file.get(name) {
                Some(value) => base.set(name, value.clone()),
                None => drop(base.remove(name)),
            }
            continue;
        };
        let said = file.object(outer).and_then(|settings| settings.get(inner)).cloned();
        let Some(mut settings) = base.object(outer).or_else(|| file.object(outer)).cloned() else { continue };
        match said {
            Some(value) => settings.set(inner, value),
            None => drop(settings.remove(inner)),
        }
        base.set(outer, Value::Object(Box::new(settings)));
    }
}

/// A policy of the beta shape in that of v1.0, without what holds it; an error where v1.0 cannot hold it.
pub fn to_v1(beta: &Object) -> Result<Object, Vec<String>> {
    let plain = |reference: &Reference| match &reference.id {
        Some(id) => Json::from(id.as_str()),
        None => Json::from(reference.label()),
    };
    let mut map = Map::new();
    map.insert("kind".to_owned(), Kind::AssignmentPolicy.as_str().into());
    map.insert("apiVersion".to_owned(), Version::Beta.as_str().into());
    map.insert("accessPackageId".to_owned(), "x".into());
    map.extend(members_to_hand(beta, &plain));
    let (path, config) = (Path::new("policy.json"), Config::default());
    let converted = write::to_v1(path, &Json::Object(map).to_string(), &config, None, &BTreeSet::new());
    if converted.done.is_empty() {
        return Err(converted.left.into_iter().flat_map(|(_, lost)| lost).map(|lost| lost.why).collect());
    }
    let (documents, _) = load_text(path, &converted.text, &BTreeSet::new(), &config, None);
    match documents.into_iter().next().map(|document| document.body) {
        Some(Body::Resource(resource)) if resource.object.ty.version == Version::V1 => {
            let mut object = resource.object;
            if let Some(member) = parent_member(Kind::AssignmentPolicy, Version::V1) {
                object.remove(member);
            }
            Ok(object)
        }
        _ => Err(Vec::new()),
    }
}
