//! Who opens the door writes the lock (see the code `open-door`), as an editor can know it.
//!
//! A schema sees one document. Its template, or the defaults of its catalog, may say what it does not, so the schema is made
//! for a directory: it asks for the lock where neither the template nor the defaults that are there could have it.

use super::described;
use crate::inline;
use crate::template::declaration::{Defaults, Template};
use crate::template::library::Library;
use crate::yaml::Node;
use entrant_model::Version;
use serde_json::{Value, json};

const SAY_EXPIRY: &str = "People may request access here: write when access ends, such as expiration: P90D or expiration: noExpiration.";
const SAY_DAYS: &str =
    "People may request access here: write when access ends, such as durationInDays: 90, or 0 for no end.";
const SAY_APPROVAL: &str = "People may request access here: write requestApprovalSettings, or requestApprovalSettings: null if no approval is needed.";

/// What the documents of a directory may take from others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Givers {
    templates: Vec<Giver>,
    defaults: Vec<Giver>,
}

/// A template, or the defaults of a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Giver {
    name: String,
    version: Version,
    description: Option<String>,
    expiry: bool,
    approval: bool,
}

/// What a document must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Expiry,
    Approval,
}

impl Givers {
    pub(crate) fn of(library: &Library) -> Self {
        let giver = |name: &str, version: Version, policy: &Node, description: Option<String>| {
            let says = |key: &str| policy.get(key).is_some();
            Giver {
                name: name.to_owned(),
                version,
                description,
                expiry: match version {
                    Version::V1 => says("expiration"),
                    Version::Beta => says("durationInDays") || says("expirationDateTime"),
                },
                approval: says("requestApprovalSettings"),
            }
        };
        let template = |t: &Template| giver(&t.declared.name, t.version, &t.policy, t.description.clone());
        let defaults = |d: &Defaults| giver(&d.declared.name, d.version, &d.policy, None);
        Self {
            templates: library.templates.values().map(template).collect(),
            defaults: library.defaults.iter().map(defaults).collect(),
        }
    }

    /// What `template` may be in a policy of this shape: an editor offers the names.
    pub(super) fn template(&self, version: Version, doc: &str) -> Value {
        let known = || self.templates.iter().filter(|template| template.version == version);
        if known().next().is_none() {
            return described(json!({"type": ["string", "null"]}), doc);
        }
        let names: Vec<Option<&str>> =
            known().map(|template| Some(template.name.as_str())).chain([None]).collect();
        let docs: Vec<&str> =
            known().map(|template| template.description.as_deref().unwrap_or("")).chain([""]).collect();
        // One that is not among them may have been written since.
        let offered = json!({"enum": names, "markdownEnumDescriptions": docs});
        described(json!({"anyOf": [offered, {"type": ["string", "null"]}]}), doc)
    }

    /// When the template of a policy may say it: it is one that does, or one that is not known here.
    fn by_template(&self, version: Version, part: Part) -> Value {
        let giving = giving(&self.templates, version, part);
        let silent = self.templates.iter().filter(|t| t.version == version && !giving.contains(&t.name));
        let silent: Vec<&str> = silent.map(|template| template.name.as_str()).collect();
        let mut name = json!({"type": "string"});
        if !silent.is_empty() {
            name["not"] = json!({"enum": silent});
        }
        json!({"required": ["template"], "properties": {"template": name}})
    }

    /// When defaults may say it: those of the catalog do, or which catalog it is the document does not tell.
    fn by_defaults(&self, version: Version, part: Part) -> Option<Value> {
        let giving = giving(&self.defaults, version, part);
        let package = entrant_model::kinds::assignment_policy::package_member(version);
        (!giving.is_empty()).then(|| {
            json!({"not": {
                "required": [package],
                "properties": {package: {
                    "type": "object",
                    "required": ["catalog"],
                    "properties": {"catalog": {"type": "string", "not": {"enum": giving}}},
                }},
            }})
        })
    }
}

/// The names of those that say it.
fn giving(of: &[Giver], version: Version, part: Part) -> Vec<String> {
    let gives = |giver: &&Giver| {
        giver.version == version
            && match part {
                Part::Expiry => giver.expiry,
                Part::Approval => giver.approval,
            }
    };
    of.iter().filter(gives).map(|giver| giver.name.clone()).collect()
}

/// The rules of a policy. One that stands in its package does not say the catalog: [`of_packages`] has its rules where
/// there are defaults.
pub(super) fn rules(version: Version, is_inline: bool, givers: &Givers) -> Vec<Value> {
    let rule = |part| {
        let defaults = givers.by_defaults(version, part);
        let by_template = givers.by_template(version, part);
        match defaults {
            Some(_) if is_inline => None,
            Some(defaults) => Some(locked(version, part, &[by_template, defaults])),
            None => Some(locked(version, part, &[by_template])),
        }
    };
    [Part::Expiry, Part::Approval].into_iter().filter_map(rule).collect()
}

/// The rules for policies in their packages, where the defaults of some catalogs may say what they do not.
pub(super) fn of_packages(givers: &Givers) -> Vec<Value> {
    let mut rules = Vec::new();
    for version in [Version::V1, Version::Beta] {
        for part in [Part::Expiry, Part::Approval] {
            let giving = giving(&givers.defaults, version, part);
            if giving.is_empty() {
                continue;
            }
            let is_beta =
                json!({"required": ["apiVersion"], "properties": {"apiVersion": {"const": "beta"}}});
            let is_of = match version {
                Version::V1 => json!({"not": is_beta}),
                Version::Beta => is_beta,
            };
            let rule = locked(version, part, &[givers.by_template(version, part)]);
            let policy = json!({"if": {"allOf": [{"type": "object"}, is_of]}, "then": rule});
            rules.push(json!({
                "if": {
                    "required": ["catalog"],
                    "properties": {"catalog": {"type": "string", "not": {"enum": giving}}},
                },
                "then": {"properties": {inline::POLICIES: {"items": policy}}},
            }));
        }
    }
    rules
}

/// Where people may request and none of `given` holds, the part is asked for.
fn locked(version: Version, part: Part, given: &[Value]) -> Value {
    let then = match (version, part) {
        (_, Part::Approval) => json!({"required": ["requestApprovalSettings"], "errorMessage": SAY_APPROVAL}),
        (Version::V1, Part::Expiry) => json!({"required": ["expiration"], "errorMessage": SAY_EXPIRY}),
        (Version::Beta, Part::Expiry) => json!({"anyOf": [
            {"required": ["durationInDays"], "errorMessage": SAY_DAYS},
            {"required": ["expirationDateTime"], "errorMessage": SAY_DAYS},
        ]}),
    };
    let opens = match version {
        Version::V1 => opens_v1(),
        Version::Beta => opens_beta(),
    };
    json!({"if": {"allOf": [opens, {"not": {"anyOf": given}}]}, "then": then})
}

/// Anybody may request, and the policy is not automatic.
fn opens_v1() -> Value {
    let opens = |flag: &str| {
        json!({
            "required": ["requestorSettings"],
            "properties": {"requestorSettings": {
                "type": "object", "required": [flag], "properties": {flag: {"const": true}}
            }}
        })
    };
    json!({
        "anyOf": [opens("enableTargetsToSelfAddAccess"), opens("enableOnBehalfRequestorsToAddAccess")],
        "not": {
            "required": ["automaticRequestSettings", "specificAllowedTargets"],
            "properties": {
                "automaticRequestSettings": {
                    "type": "object",
                    "required": ["requestAccessForAllowedTargets"],
                    "properties": {"requestAccessForAllowedTargets": {"const": true}}
                },
                "specificAllowedTargets": {
                    "type": "array",
                    "contains": {"type": "object", "anyOf": [{"required": ["rule"]}, {"required": ["membershipRule"]}]}
                }
            }
        }
    })
}

fn opens_beta() -> Value {
    json!({
        "required": ["requestorSettings"],
        "properties": {"requestorSettings": {
            "type": "object",
            "required": ["acceptRequests", "scopeType"],
            "properties": {
                "acceptRequests": {"const": true},
                "scopeType": {"type": "string", "not": {"const": "NoSubjects"}}
            }
        }}
    })
}
