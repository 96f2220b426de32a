//! `Client`: the two traits over one transport. It keeps nothing that it read, only what it learnt of how it may
//! read.

use crate::error::Error;
use crate::http::{Again, Cost, Settings, Transport};
use crate::kinds::probe::{self, Probe, Probed};
use crate::kinds::{
    access_package, assignment, assignment_policy, catalog, directory, look_up, objects, parts, tenant,
    workflow_extension,
};
use crate::read::{ApplicationRole, Asked, Found, Keep, Listing, Look, Names, OtherTenant, Read};
use crate::target::Target;
use crate::token::{Token, TokenSource};
use crate::write::Write;
use entrant_model::live::{Description, LiveObject, Package};
use entrant_model::value::Json;
use entrant_model::{Id, Kind, Version};
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A Graph to read from and write to.
pub struct Client {
    transport: Transport,
    learnt: assignment_policy::Learnt,
    roles: catalog::RoleDefinitions,
}

impl Client {
    /// A client for a target. Makes no request.
    ///
    /// For a Microsoft cloud the settings name the tenant; without it this is an error of kind
    /// [`SignIn`](crate::ErrorKind::SignIn).
    pub fn new(target: Target, tokens: Arc<dyn TokenSource>, settings: Settings) -> Result<Self, Error> {
        Ok(Self {
            transport: Transport::new(target, tokens, settings)?,
            learnt: assignment_policy::Learnt::default(),
            roles: catalog::RoleDefinitions::default(),
        })
    }

    /// Where it reads and writes.
    pub fn target(&self) -> &Target {
        self.transport.target()
    }

    /// What its requests cost so far.
    pub fn cost(&self) -> Cost {
        self.transport.cost()
    }

    /// Whether a token may be sent to the target at all. An error where it is meant for another place: of another
    /// tenant or cloud, or, on this machine, for Microsoft.
    pub fn check(&self, token: &Token) -> Result<(), Error> {
        self.transport.check(token)
    }

    /// Tries one read, to see whether the caller may.
    pub async fn probe(&self, probe: Probe) -> Result<Probed, Error> {
        probe::read(&self.transport, probe).await
    }

    /// From now on nothing is waited for: requests that wait to be sent, or sent again, fail at once. Those that
    /// are under way go on. For a run that is interrupted.
    pub fn stop_waiting(&self) {
        self.transport.stop_waiting();
    }

    /// How far the server's clock is ahead of this machine's, by its last answer; negative where it is behind.
    pub fn clock_skew(&self) -> Option<SignedDuration> {
        self.transport.clock_skew()
    }
}

impl Read for Client {
    async fn packages_by_name(&self, names: &[String]) -> Result<BTreeMap<String, Vec<Package>>, Error> {
        look_up::packages(&self.transport, names).await
    }

    async fn packages_by_id(&self, ids: &[Id]) -> Result<BTreeMap<Id, Package>, Error> {
        access_package::by_ids(&self.transport, ids).await
    }

    async fn packages_of_catalogs(&self, catalogs: &[Id]) -> Result<BTreeMap<Id, Vec<Package>>, Error> {
        access_package::of_catalogs(&self.transport, catalogs).await
    }

    async fn policies_in(&self, version: Version, packages: &BTreeSet<Id>) -> Result<Listing, Error> {
        assignment_policy::of_packages(&self.transport, &self.learnt, version, packages, Some).await
    }

    async fn policies_kept(
        &self,
        version: Version,
        packages: &BTreeSet<Id>,
        keep: Keep,
    ) -> Result<Listing, Error> {
        assignment_policy::of_packages(&self.transport, &self.learnt, version, packages, keep).await
    }

    async fn policy(&self, version: Version, id: &Id) -> Result<Option<LiveObject>, Error> {
        assignment_policy::by_id(&self.transport, version, id).await
    }

    async fn policies_by_id(
        &self,
        version: Version,
        ids: &[Id],
    ) -> Result<Vec<Result<Option<LiveObject>, Error>>, Error> {
        assignment_policy::by_ids(&self.transport, version, ids).await
    }

    async fn look(
        &self,
        version: Version,
        looks: &[(Look, Option<Again>)],
    ) -> Vec<Result<Vec<LiveObject>, Error>> {
        assignment_policy::look(&self.transport, &self.learnt, version, looks).await
    }

    async fn has_version(&self, version: Version) -> Result<bool, Error> {
        assignment_policy::is_offered(&self.transport, version).await
    }

    async fn find_all(
        &self,
        names: &[(Kind, String)],
    ) -> Result<BTreeMap<(Kind, String), Vec<Found>>, Error> {
        look_up::all(&self.transport, names).await
    }

    async fn extensions_of(&self, catalogs: &[Id]) -> Result<BTreeMap<Id, Vec<Found>>, Error> {
        workflow_extension::of_catalogs(&self.transport, catalogs).await
    }

    async fn names(&self, ids: &[(Kind, Id)]) -> Result<Names, Error> {
        directory::names(&self.transport, ids).await
    }

    async fn describe(&self, ids: &[(Kind, Id)]) -> Result<BTreeMap<Id, Description>, Error> {
        directory::descriptions(&self.transport, ids).await
    }

    async fn objects_named(
        &self,
        kind: Kind,
        names: &[String],
    ) -> Result<BTreeMap<String, Vec<LiveObject>>, Error> {
        objects::named(&self.transport, kind, names).await
    }

    async fn objects(
        &self,
        kind: Kind,
        asked: &[Asked],
    ) -> Result<Vec<Result<Option<LiveObject>, Error>>, Error> {
        parts::objects(&self.transport, &self.roles, kind, asked).await
    }

    async fn objects_in(&self, kind: Kind, parents: &[Id]) -> Result<BTreeMap<Id, Vec<LiveObject>>, Error> {
        objects::in_parents(&self.transport, kind, parents).await
    }

    async fn application_roles(&self, ids: &[Id]) -> Result<BTreeMap<Id, Vec<ApplicationRole>>, Error> {
        directory::application_roles(&self.transport, ids).await
    }

    async fn missing_roles(&self, wanted: &[(Id, Json)]) -> Result<Vec<Option<Vec<String>>>, Error> {
        access_package::role_scope::missing(&self.transport, wanted).await
    }

    async fn tenants_of(&self, domains: &[String]) -> Result<Vec<Result<Option<OtherTenant>, Error>>, Error> {
        tenant::of_domains(&self.transport, domains).await
    }

    async fn assignments_of(&self, package: &Id, policy: &Id) -> Result<usize, Error> {
        let one = [(package.clone(), policy.clone())];
        let counts = assignment::through_policies(&self.transport, &one).await?;
        counts.into_iter().next().unwrap_or(Ok(0))
    }

    async fn assignments_through(&self, policies: &[(Id, Id)]) -> Result<Vec<Result<usize, Error>>, Error> {
        assignment::through_policies(&self.transport, policies).await
    }
}

impl Write for Client {
    async fn create_policy(&self, version: Version, body: &Json) -> Result<LiveObject, Error> {
        assignment_policy::create(&self.transport, version, body).await
    }

    async fn replace_policy(&self, version: Version, id: &Id, body: &Json) -> Result<(), Error> {
        assignment_policy::replace(&self.transport, version, id, body).await
    }

    async fn delete_policy(&self, version: Version, id: &Id) -> Result<(), Error> {
        assignment_policy::delete(&self.transport, version, id).await
    }

    async fn create_object(&self, kind: Kind, parent: &Id, body: &Json) -> Result<LiveObject, Error> {
        objects::create(&self.transport, kind, parent, body).await
    }

    async fn update_object(&self, kind: Kind, parent: &Id, id: &Id, body: &Json) -> Result<(), Error> {
        objects::update(&self.transport, kind, parent, id, body).await
    }

    async fn delete_object(&self, kind: Kind, parent: &Id, id: &Id) -> Result<(), Error> {
        objects::delete(&self.transport, kind, parent, id).await
    }

    async fn add_element(
        &self,
        kind: Kind,
        parent: &Id,
        id: &Id,
        member: &str,
        element: &Json,
    ) -> Result<(), Error> {
        let part = parts::Part { kind, parent, id, member };
        parts::add(&self.transport, &self.roles, part, element).await
    }

    async fn remove_element(
        &self,
        kind: Kind,
        parent: &Id,
        id: &Id,
        member: &str,
        element: &Json,
    ) -> Result<(), Error> {
        let part = parts::Part { kind, parent, id, member };
        parts::remove(&self.transport, &self.roles, part, element).await
    }
}
