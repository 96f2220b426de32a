//! What each object says of others, as edges.

use super::names::Key;
use super::{Building, Relation, Turn, WHOEVER_HAS_ACCESS, What};
use crate::impact::phrase::{self, Sentence};
use entrant_model::facts::{PolicyFacts, Scope, Stage, Subject};
use entrant_model::{Kind, Object, Place, Pointer, Reference, Value, Version};

/// Notes the edges of an object that is known.
pub fn of(building: &mut Building, key: &Key) {
    let What::Object(kind) = key.what() else { return };
    let Some(draft) = building.nodes.get(key) else { return };
    let Some(object) = draft.object.clone() else { return };
    let mut seen = Seen { building, key, object: &object, place: None };
    seen.place = seen.building.nodes.get(key).and_then(|draft| draft.place.clone());
    match kind {
        Kind::AssignmentPolicy => seen.policy(),
        Kind::AccessPackage => seen.package(),
        Kind::Catalog => seen.catalog(),
        Kind::ConnectedOrganization => seen.organization(),
        _ => {}
    }
}

/// An object while its edges are noted.
struct Seen<'a, 'b> {
    building: &'a mut Building<'b>,
    key: &'a Key,
    object: &'a Object,
    place: Option<Place>,
}

/// Names of members on the way to something.
type Way<'a> = &'a [&'a str];

impl Seen<'_, '_> {
    /// Where a member of the object is written.
    fn at(&self, way: Way) -> Option<Place> {
        let pointer = Pointer(way.iter().map(|segment| (*segment).to_owned()).collect());
        self.place.as_ref().map(|place| place.at(pointer))
    }

    fn leads_to(&mut self, to: Key, relation: Relation, way: Way) {
        let place = self.at(way);
        self.building.edge(self.key.clone(), to, relation, place);
    }

    fn comes_from(&mut self, from: Key, relation: Relation, way: Way) {
        let place = self.at(way);
        self.building.edge(from, self.key.clone(), relation, place);
    }

    fn reference(&mut self, reference: &Reference) -> Key {
        let catalog = self.catalog_of_this();
        let key = self.building.names.of_reference(reference, catalog.as_ref());
        self.building.note(&key);
        key
    }

    /// The catalog in which names of packages and extensions are looked for first.
    fn catalog_of_this(&self) -> Option<Key> {
        let nodes = &self.building.nodes;
        let mut holder = nodes.get(self.key)?.holder.as_ref();
        while let Some(key) = holder {
            if key.what() == What::Object(Kind::Catalog) {
                return Some(key.clone());
            }
            holder = nodes.get(key)?.holder.as_ref();
        }
        None
    }

    fn subject(&mut self, subject: &Subject) -> Key {
        if let Some(reference) = subject.reference() {
            let key = self.reference(reference);
            let named = subject.name().map(str::to_owned);
            let draft = self.building.draft(&key);
            draft.name = draft.name.take().or(named);
            return key;
        }
        let label = phrase::deciders(std::slice::from_ref(subject));
        self.people(&subject.key(), label)
    }

    fn people(&mut self, text: &str, label: Sentence) -> Key {
        let key = Key::text(What::People, text);
        self.building.note_as(&key, &label.to_string(), Some(label));
        key
    }

    fn policy(&mut self) {
        let facts = PolicyFacts::of(self.object);
        let is_beta = self.object.ty.version == Version::Beta;
        let package = self.building.nodes.get(self.key).and_then(|draft| draft.holder.clone());
        if let Some(package) = package {
            self.leads_to(
                package,
                Relation::LetsHave,
                &[if is_beta { "accessPackageId" } else { "accessPackage" }],
            );
        }
        self.requestors(&facts, is_beta);
        let is_asked = (facts.approval_for_add && facts.may_request())
            || (facts.approval_for_update && facts.may_extend() && !facts.gives_by_rule());
        if is_asked {
            for (index, stage) in facts.stages.iter().enumerate() {
                self.stage(index, stage, is_beta);
            }
        }
        self.reviewers(&facts, is_beta);
        for extension in &facts.extensions {
            let Some(reference) = extension.extension else { continue };
            let key = self.reference(reference);
            let way =
                if extension.is_handler { "customExtensionHandlers" } else { "customExtensionStageSettings" };
            self.leads_to(key, Relation::Runs { stage: extension.stage.to_owned() }, &[way]);
        }
    }

    fn requestors(&mut self, facts: &PolicyFacts, is_beta: bool) {
        let relation = match facts {
            _ if facts.gives_by_rule() => Relation::IsGiven,
            _ if facts.self_add => Relation::MayRequest,
            _ if facts.on_behalf_add => Relation::MayReceive,
            _ => Relation::MayBeAssigned,
        };
        let (listed, scoped): (Way, Way) = if is_beta {
            (&["requestorSettings", "allowedRequestors"], &["requestorSettings", "scopeType"])
        } else {
            (&["specificAllowedTargets"], &["allowedTargetScope"])
        };
        if facts.scope.is_specific() || facts.gives_by_rule() {
            for target in &facts.targets {
                let key = self.subject(target);
                self.comes_from(key, relation.clone(), listed);
            }
        } else if facts.scope != Scope::NotSpecified {
            let key = self.scope(facts.scope);
            self.comes_from(key, relation, scoped);
        }
        if facts.on_behalf_add && facts.may_request() {
            for requestor in &facts.on_behalf_requestors {
                let key = self.subject(requestor);
                self.comes_from(
                    key,
                    Relation::RequestsForOthers,
                    &["requestorSettings", "onBehalfRequestors"],
                );
            }
        }
    }

    /// Everybody whom a scope means.
    fn scope(&mut self, scope: Scope) -> Key {
        let label = phrase::scope(scope, &[]).ended();
        self.people(&format!("scope {}", scope.word()), label)
    }

    fn stage(&mut self, index: usize, stage: &Stage, is_beta: bool) {
        let [stages, fallback, escalation_fallback] = if is_beta {
            ["approvalStages", "primaryApprovers", "escalationApprovers"]
        } else {
            ["stages", "fallbackPrimaryApprovers", "fallbackEscalationApprovers"]
        };
        let number = index.to_string();
        let mut groups = Vec::new();
        if !stage.is_dynamic {
            // Fallbacks of nobody are who decides.
            let turn = if stage.primary.is_empty() { Turn::First } else { Turn::Fallback };
            groups.push((&stage.primary, Turn::First, "primaryApprovers"));
            groups.push((&stage.fallback, turn, fallback));
        }
        if stage.can_escalate() {
            let is_alone = stage.escalation.is_empty();
            let turn = if is_alone { Turn::Escalation } else { Turn::EscalationFallback };
            groups.push((&stage.escalation, Turn::Escalation, "escalationApprovers"));
            groups.push((&stage.escalation_fallback, turn, escalation_fallback));
        }
        for (subjects, turn, member) in groups {
            for subject in subjects {
                let key = self.subject(subject);
                let relation = Relation::Approves { stage: index + 1, turn };
                self.comes_from(key, relation, &["requestApprovalSettings", stages, &number, member]);
            }
        }
    }

    fn reviewers(&mut self, facts: &PolicyFacts, is_beta: bool) {
        let Some(review) = &facts.review else { return };
        let [settings, first, fallback] = if is_beta {
            ["accessReviewSettings", "reviewers", "reviewers"]
        } else {
            ["reviewSettings", "primaryReviewers", "fallbackReviewers"]
        };
        if review.is_self_review {
            let key = self.people("self", WHOEVER_HAS_ACCESS.into());
            self.comes_from(key, Relation::Reviews { is_fallback: false }, &[settings]);
            return;
        }
        if review.is_by_manager {
            let key =
                self.people("manager of whoever has access", "the manager of whoever has access".into());
            self.comes_from(key, Relation::Reviews { is_fallback: false }, &[settings]);
        }
        for (subjects, is_fallback, member) in
            [(&review.reviewers, false, first), (&review.fallback, true, fallback)]
        {
            for subject in subjects {
                let key = self.subject(subject);
                self.comes_from(key, Relation::Reviews { is_fallback }, &[settings, member]);
            }
        }
    }

    fn package(&mut self) {
        let object = self.object;
        for (index, role) in object.list("resourceRoleScopes").iter().enumerate() {
            let Some(role) = role.as_object() else { continue };
            let word = role.text("role").unwrap_or("Member").to_owned();
            let Some(key) = self.resource(role) else { continue };
            self.leads_to(key, Relation::Gives { role: word }, &["resourceRoleScopes", &index.to_string()]);
        }
        for member in ["incompatibleAccessPackages", "incompatibleGroups"] {
            for (index, other) in object.list(member).iter().enumerate() {
                let Value::Ref(reference) = other else { continue };
                let key = self.reference(reference);
                self.comes_from(key, Relation::Excludes, &[member, &index.to_string()]);
            }
        }
    }

    /// The resource of a catalog, or that of a role.
    fn resource(&mut self, resource: &Object) -> Option<Key> {
        if let Some(reference) = resource.reference("originId") {
            return Some(self.reference(reference));
        }
        let id = resource.text("originId")?;
        let (what, key, name) = match resource.text("originSystem") {
            None => {
                (What::Site, id.trim_end_matches('/').to_lowercase(), id.trim_end_matches('/').to_owned())
            }
            Some(system) => {
                (What::Resource, format!("{system}\n{id}").to_lowercase(), format!("{system} {id}"))
            }
        };
        let key = Key::text(what, &key);
        self.building.note_as(&key, &name, None);
        Some(key)
    }

    fn catalog(&mut self) {
        let object = self.object;
        for (index, resource) in object.list("resources").iter().enumerate() {
            let Some(key) = resource.as_object().and_then(|resource| self.resource(resource)) else {
                continue;
            };
            self.leads_to(key, Relation::Offers, &["resources", &index.to_string()]);
        }
        for (index, assignment) in object.list("roleAssignments").iter().enumerate() {
            let Some(assignment) = assignment.as_object() else { continue };
            let Some(principal) = assignment.reference("principalId") else { continue };
            let role = assignment.text("role").unwrap_or_default().to_owned();
            let key = self.reference(principal);
            let way = ["roleAssignments", &index.to_string()];
            self.comes_from(key, Relation::Administers { role }, &way);
        }
    }

    fn organization(&mut self) {
        let object = self.object;
        for (member, is_external) in [("internalSponsors", false), ("externalSponsors", true)] {
            for (index, sponsor) in object.list(member).iter().enumerate() {
                let Some(reference) = sponsor.as_object().and_then(|sponsor| sponsor.reference("id")) else {
                    continue;
                };
                let key = self.reference(reference);
                self.comes_from(key, Relation::Sponsors { is_external }, &[member, &index.to_string()]);
            }
        }
        let state = object.text("state").unwrap_or("configured");
        let mut scopes = vec![Scope::AllExistingConnectedOrganizationUsers, Scope::AllExternalUsers];
        if state.eq_ignore_ascii_case("configured") {
            scopes.push(Scope::AllConfiguredConnectedOrganizationUsers);
        }
        for scope in scopes {
            let key = self.scope(scope);
            self.leads_to(key, Relation::CountsAmong, &["state"]);
        }
    }
}
