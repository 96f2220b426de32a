//! Who asks, receives, approves or reviews: the subject sets of v1.0 and the user sets of beta as one type.

use crate::reference::{Id, Reference, fold};
use crate::text::fold_rule;
use crate::value::{Json, Object, Value};

/// A member of a set of subjects. Equal where it means the same people, remarks left out.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Whom it means.
    pub who: Who<'a>,
    /// The remark beside it; Graph fills it with the object's display name.
    pub description: Option<&'a str>,
}

/// Whom a subject means.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "Graph's names; see the tables")]
pub enum Who<'a> {
    User(&'a Reference),
    Group(&'a Reference),
    Organization(&'a Reference),
    ServicePrincipal(&'a Reference),
    Rule(&'a str),
    /// The manager of whoever asks, so many levels up.
    RequestorManager(u64),
    /// The manager of whoever receives access, so many levels up.
    TargetManager(u64),
    InternalSponsors,
    ExternalSponsors,
    TargetUserSponsors,
    TargetApplicationOwners,
    TargetAgentSponsorsOrOwners,
    /// Of a type that the tables do not know, or without the reference that its type needs.
    Unknown(&'a Value),
}

impl<'a> Subject<'a> {
    pub(super) fn of(value: &'a Value) -> Self {
        let object = value.as_object();
        Self {
            who: object.and_then(who).unwrap_or(Who::Unknown(value)),
            description: object.and_then(|o| o.text("description")).filter(|text| !text.is_empty()),
        }
    }

    /// The object that it refers to, where it refers to one.
    pub const fn reference(&self) -> Option<&'a Reference> {
        match self.who {
            Who::User(r) | Who::Group(r) | Who::Organization(r) | Who::ServicePrincipal(r) => Some(r),
            _ => None,
        }
    }

    /// The name of that object: as the directory has it, else as the subject's remark has it.
    pub fn name(&self) -> Option<&'a str> {
        let reference = self.reference()?;
        let id = reference.id.as_ref().map(Id::as_str);
        let known = Some(reference.label()).filter(|label| Some(*label) != id);
        known.or(self.description)
    }

    /// Whether it stands for people from outside the directory.
    pub const fn is_outside(&self) -> bool {
        matches!(self.who, Who::Organization(_) | Who::ExternalSponsors)
    }

    /// What makes two subjects the same one.
    pub fn key(&self) -> String {
        let of = |kind: &str, r: &Reference| match &r.id {
            Some(id) => format!("{kind} {id}"),
            None => format!("{kind} named {}", fold(r.label())),
        };
        match self.who {
            Who::User(r) => of("user", r),
            Who::Group(r) => of("group", r),
            Who::Organization(r) => of("organization", r),
            Who::ServicePrincipal(r) => of("principal", r),
            Who::Rule(rule) => format!("rule {}", fold_rule(rule)),
            Who::RequestorManager(level) => format!("manager {level}"),
            Who::TargetManager(level) => format!("target manager {level}"),
            Who::InternalSponsors => "internal sponsors".to_owned(),
            Who::ExternalSponsors => "external sponsors".to_owned(),
            Who::TargetUserSponsors => "target sponsors".to_owned(),
            Who::TargetApplicationOwners => "target owners".to_owned(),
            Who::TargetAgentSponsorsOrOwners => "agent owners".to_owned(),
            Who::Unknown(value) => format!("unknown {value:?}"),
        }
    }

    /// The form of plans: `{kind, name, id?}`, `externalSponsors`, `{manager: 1}`, `{rule: …}`.
    pub fn to_json(&self) -> Json {
        match self.who {
            Who::User(r) | Who::Group(r) | Who::Organization(r) | Who::ServicePrincipal(r) => r.to_json(),
            Who::Rule(rule) => serde_json::json!({ "rule": rule }),
            Who::RequestorManager(level) => serde_json::json!({ "manager": level }),
            Who::TargetManager(level) => serde_json::json!({ "targetManager": level }),
            Who::InternalSponsors => "internalSponsors".into(),
            Who::ExternalSponsors => "externalSponsors".into(),
            Who::TargetUserSponsors => "targetUserSponsors".into(),
            Who::TargetApplicationOwners => "targetApplicationOwners".into(),
            Who::TargetAgentSponsorsOrOwners => "targetAgentIdentitySponsorsOrOwners".into(),
            Who::Unknown(Value::Other(json)) => (**json).clone(),
            Who::Unknown(_) => Json::Null,
        }
    }
}

impl PartialEq for Subject<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

fn who(object: &Object) -> Option<Who<'_>> {
    // v1.0 names the member after what it refers to, beta calls each `id`.
    let reference = |name| object.reference(name).or_else(|| object.reference("id"));
    let level = || match object.get("managerLevel") {
        Some(Value::Int(level)) => u64::try_from(*level).unwrap_or(1),
        _ => 1,
    };
    Some(match object.ty.name {
        "singleUser" => Who::User(reference("userId")?),
        "groupMembers" => Who::Group(reference("groupId")?),
        "connectedOrganizationMembers" => Who::Organization(reference("connectedOrganizationId")?),
        "singleServicePrincipal" => Who::ServicePrincipal(reference("servicePrincipalId")?),
        "attributeRuleMembers" => Who::Rule(object.text("membershipRule")?),
        "requestorManager" => Who::RequestorManager(level()),
        "targetManager" => Who::TargetManager(level()),
        "internalSponsors" => Who::InternalSponsors,
        "externalSponsors" => Who::ExternalSponsors,
        "targetUserSponsors" => Who::TargetUserSponsors,
        "targetApplicationOwners" => Who::TargetApplicationOwners,
        "targetAgentIdentitySponsorsOrOwners" => Who::TargetAgentSponsorsOrOwners,
        _ => return None,
    })
}
