//! `--fold`: policies that are equal up to whom they are for and who decides, as templates and what differs.
//!
//! What a policy says of itself (its name, its description, its pin) stays in its document. Expanded, each document is
//! the one that it was.

use entrant_model::facts::{Expiry, PolicyFacts, Rhythm};
use entrant_model::reference::fold as folded_name;
use entrant_model::value::Json;
use serde_json::{Map, json};
use std::collections::{BTreeMap, BTreeSet};

/// What no template says of a policy.
const OWN: &[&str] =
    &["kind", "apiVersion", "pin", "accessPackage", "accessPackageId", "displayName", "description"];

/// What of that stands before the template.
const ENVELOPE: &[&str] = &["kind", "apiVersion", "pin"];

/// The lists of approvers in a stage, with the names of their parameters.
const OF_STAGE: &[(&str, &str)] = &[
    ("primaryApprovers", "approvers"),
    ("fallbackPrimaryApprovers", "fallbackApprovers"),
    ("escalationApprovers", "escalationApprovers"),
    ("fallbackEscalationApprovers", "fallbackEscalationApprovers"),
];
/// The lists of who may ask, by where they stand in either version.
const REQUESTORS: &[(&str, &str)] =
    &[("/specificAllowedTargets", "requestors"), ("/requestorSettings/allowedRequestors", "requestors")];
/// The lists of who reviews.
const REVIEWERS: &[(&str, &str)] = &[
    ("/reviewSettings/primaryReviewers", "reviewers"),
    ("/reviewSettings/fallbackReviewers", "fallbackReviewers"),
    ("/accessReviewSettings/reviewers", "reviewers"),
];
const ORDINALS: &[&str] = &["first", "second", "third"];

/// A policy as its document says it.
pub struct Policy<'a> {
    /// The document, which is made to use a template where another policy is like it.
    pub map: &'a mut Map<String, Json>,
    /// What a template of such policies may be called.
    pub hint: &'a str,
}

/// Makes documents of policies that are alike use templates, which are handed back. `taken` are names of templates.
pub fn fold(policies: Vec<Policy>, taken: &mut BTreeSet<String>) -> Vec<Map<String, Json>> {
    let mut groups: BTreeMap<String, Vec<Policy>> = BTreeMap::new();
    for policy in policies {
        let mut shape = shape(policy.map);
        for (at, _) in slots(&shape) {
            if let Some(list) = shape.pointer_mut(&at) {
                *list = Json::Null;
            }
        }
        let version = policy.map.get("apiVersion").map_or("", |version| version.as_str().unwrap_or_default());
        groups.entry(format!("{version}{shape}")).or_default().push(policy);
    }
    let mut alike: Vec<Vec<Policy>> = groups.into_values().filter(|group| group.len() > 1).collect();
    // The ones that most policies use come first, so that they have the plain names.
    alike.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one[0].hint.cmp(other[0].hint)));
    alike.into_iter().map(|group| template(group, taken)).collect()
}

/// What a template may say of a policy.
fn shape(map: &Map<String, Json>) -> Json {
    let members = map.iter().filter(|(key, _)| !OWN.contains(&key.as_str()));
    Json::Object(members.map(|(key, value)| (key.clone(), value.clone())).collect())
}

/// The lists of people in a policy: where each stands, and what its parameter is called. Who asks comes first, then who
/// approves, then who reviews.
fn slots(shape: &Json) -> Vec<(String, String)> {
    let named = |lists: &[(&str, &str)]| -> Vec<(String, String)> {
        lists.iter().map(|(at, name)| ((*at).to_owned(), (*name).to_owned())).collect()
    };
    let mut found = named(REQUESTORS);
    for stages in ["/requestApprovalSettings/stages", "/requestApprovalSettings/approvalStages"] {
        let count = shape.pointer(stages).and_then(Json::as_array).map_or(0, Vec::len);
        for (stage, list, name) in
            (0..count).flat_map(|stage| OF_STAGE.iter().map(move |(list, name)| (stage, list, name)))
        {
            let name = match ORDINALS.get(stage) {
                _ if count == 1 => (*name).to_owned(),
                Some(ordinal) => format!("{ordinal}{}{}", name[..1].to_uppercase(), &name[1..]),
                None => format!("{name}{}", stage + 1),
            };
            found.push((format!("{stages}/{stage}/{list}"), name));
        }
    }
    found.extend(named(REVIEWERS));
    found.retain(|(at, _)| shape.pointer(at).is_some_and(Json::is_array));
    found
}

/// The template of a group; its policies use it from now on.
fn template(group: Vec<Policy>, taken: &mut BTreeSet<String>) -> Map<String, Json> {
    let name = name(&group, taken);
    let shapes: Vec<Json> = group.iter().map(|policy| shape(policy.map)).collect();
    let mut policy = shapes[0].clone();
    let mut parameters = Map::new();
    let mut with: Vec<Map<String, Json>> = vec![Map::new(); group.len()];
    for (at, parameter) in slots(&shapes[0]) {
        let values: Vec<&Json> = shapes.iter().filter_map(|shape| shape.pointer(&at)).collect();
        if values.iter().all(|value| *value == values[0]) {
            continue;
        }
        let default = most(&values);
        let declared = match default {
            Some(default) => json!({"type": "subjects", "default": default}),
            None => json!({"type": "subjects"}),
        };
        parameters.insert(parameter.clone(), declared);
        for (with, value) in with.iter_mut().zip(&values) {
            if default != Some(*value) {
                with.insert(parameter.clone(), (*value).clone());
            }
        }
        if let Some(list) = policy.pointer_mut(&at) {
            *list = json!({"param": parameter});
        }
    }
    let version = group[0].map.get("apiVersion").cloned();
    let description = group[0].map.get("description").cloned();
    let is_shared = group.iter().all(|policy| policy.map.get("description") == description.as_ref());
    if let (true, Some(description), Json::Object(members)) = (is_shared, &description, &mut policy) {
        members.shift_insert(0, "description".to_owned(), description.clone());
    }
    for (policy, with) in group.into_iter().zip(with) {
        let mut own = std::mem::take(policy.map);
        own.retain(|key, _| OWN.contains(&key.as_str()) && !(is_shared && key == "description"));
        let at = own.keys().take_while(|key| ENVELOPE.contains(&key.as_str())).count();
        own.shift_insert(at, "template".to_owned(), Json::from(name.as_str()));
        if !with.is_empty() {
            own.shift_insert(at + 1, "with".to_owned(), Json::Object(with));
        }
        *policy.map = own;
    }
    let mut document = Map::from_iter([("kind".to_owned(), Json::from("PolicyTemplate"))]);
    document.extend(version.map(|version| ("apiVersion".to_owned(), version)));
    document.insert("name".to_owned(), Json::from(name));
    if !parameters.is_empty() {
        document.insert("parameters".to_owned(), Json::Object(parameters));
    }
    document.insert("policy".to_owned(), policy);
    document
}

/// The value that more than half of the policies have.
fn most<'j>(values: &[&'j Json]) -> Option<&'j Json> {
    let mut counts: BTreeMap<String, (usize, &Json)> = BTreeMap::new();
    for value in values {
        counts.entry(value.to_string()).or_insert((0, value)).0 += 1;
    }
    counts.into_values().find(|(count, _)| count * 2 > values.len()).map(|(_, value)| value)
}

/// A name that no template has yet: what the policies are called where all are called alike, and not as the portal calls
/// whatever it makes; else what they say.
fn name(group: &[Policy], taken: &mut BTreeSet<String>) -> String {
    const OF_THE_PORTAL: &str = "initial-policy";
    let called = |policy: &Policy| {
        entrant_model::file_name::plain(
            policy.map.get("displayName").and_then(Json::as_str).unwrap_or_default(),
        )
    };
    let own = called(&group[0]);
    let is_own = !own.is_empty() && own != OF_THE_PORTAL && group.iter().all(|policy| called(policy) == own);
    let wanted = if is_own { own } else { group[0].hint.to_owned() };
    let mut name = wanted.clone();
    let mut number = 1_usize;
    while !taken.insert(folded_name(&name)) {
        number += 1;
        name = format!("{wanted}-{number}");
    }
    name
}

/// What policies like this one may be called: `approved-for-90-days-reviewed-quarterly`.
pub fn hint(facts: &PolicyFacts) -> String {
    let who = if facts.is_automatic {
        "automatic".to_owned()
    } else if !facts.may_request() {
        "assigned-by-administrators".to_owned()
    } else {
        match (facts.approval_for_add, facts.stages.len()) {
            (false, _) => "without-approval".to_owned(),
            (true, 0 | 1) => "approved".to_owned(),
            (true, 2) => "approved-twice".to_owned(),
            (true, stages) => format!("approved-{stages}-times"),
        }
    };
    let end = match facts.expiry {
        Expiry::Never => "without-end".to_owned(),
        Expiry::At(at) => {
            let text = at.to_string();
            format!("until-{}", text.split('T').next().unwrap_or_default())
        }
        Expiry::After(duration) => {
            let seconds = duration.seconds();
            let (count, unit) = match duration.whole_days() {
                Some(days) => (days, "day"),
                None if seconds.is_multiple_of(3600) => (seconds / 3600, "hour"),
                None => (seconds / 60, "minute"),
            };
            format!("for-{count}-{unit}{}", if count == 1 { "" } else { "s" })
        }
    };
    let review = facts.review.as_ref().map_or("", |review| match review.rhythm {
        Some(Rhythm::Weeks(1)) => "-reviewed-weekly",
        Some(Rhythm::Months(1)) => "-reviewed-monthly",
        Some(Rhythm::Months(3)) => "-reviewed-quarterly",
        Some(Rhythm::Months(6)) => "-reviewed-halfyearly",
        Some(Rhythm::Months(12)) => "-reviewed-annually",
        _ => "-reviewed",
    });
    format!("{who}-{end}{review}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(name: &str, group: &str, approver: &str) -> Map<String, Json> {
        let json = json!({
            "displayName": name,
            "specificAllowedTargets": [{"group": group}],
            "expiration": "P90D",
            "requestApprovalSettings": {"stages": [{"primaryApprovers": [{"user": approver}]}]},
        });
        json.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn what_differs_is_a_parameter_and_what_most_say_its_default() {
        let mut all = [
            policy("Initial Policy", "Sales", "ana@contoso.com"),
            policy("Initial Policy", "Staff", "ana@contoso.com"),
            policy("Another", "Ops", "ben@contoso.com"),
        ];
        all[2].insert("expiration".to_owned(), Json::from("P90D"));
        let hint = "approved-for-90-days";
        let mut taken = BTreeSet::from([hint.to_owned()]);
        let policies = all.iter_mut().map(|map| Policy { map, hint }).collect();
        let templates = fold(policies, &mut taken);
        assert_eq!(
            Json::from(templates),
            json!([{
                "kind": "PolicyTemplate",
                "name": "approved-for-90-days-2",
                "parameters": {
                    "requestors": {"type": "subjects"},
                    "approvers": {"type": "subjects", "default": [{"user": "ana@contoso.com"}]},
                },
                "policy": {
                    "specificAllowedTargets": {"param": "requestors"},
                    "expiration": "P90D",
                    "requestApprovalSettings": {"stages": [{"primaryApprovers": {"param": "approvers"}}]},
                },
            }])
        );
        let used = "approved-for-90-days-2";
        assert_eq!(
            Json::from(all.to_vec()),
            json!([
                {"template": used, "with": {"requestors": [{"group": "Sales"}]}, "displayName": "Initial Policy"},
                {"template": used, "with": {"requestors": [{"group": "Staff"}]}, "displayName": "Initial Policy"},
                {"template": used, "with": {
                    "requestors": [{"group": "Ops"}], "approvers": [{"user": "ben@contoso.com"}],
                }, "displayName": "Another"},
            ])
        );
    }

    #[test]
    fn what_is_alone_stays_as_it_is() {
        let mut one = policy("One", "Sales", "ana@contoso.com");
        let before = one.clone();
        assert!(fold(vec![Policy { map: &mut one, hint: "x" }], &mut BTreeSet::new()).is_empty());
        assert_eq!(one, before);
    }
}
