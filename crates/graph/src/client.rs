//! `Client`: the two traits over one transport. It keeps one list, the beta policies of a tenant, and forgets
//! it as soon as it could be old.

use crate::error::{Error, ErrorKind};
use crate::http::{Cost, Settings, Transport};
use crate::kinds::{access_package, assignment, assignment_policy, directory, look_up, workflow_extension};
use crate::read::{Found, Names, Read};
use crate::target::Target;
use crate::token::TokenSource;
use crate::write::Write;
use entrant_model::live::{LiveObject, Package};
use entrant_model::value::Json;
use entrant_model::{Id, Kind, Version};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A Graph to read from and write to.
pub struct Client {
    transport: Transport,
    /// Beta documents no filter by package, so its policies are read for the whole tenant, once.
    beta: Mutex<Option<BetaPolicies>>,
}

/// The tenant's beta policies, each package to be given out once: who asks for a package again wants to know
/// how it is now.
struct BetaPolicies {
    by_package: assignment_policy::ByPackage,
    given_out: HashSet<Id>,
}

impl Client {
    /// A client for a target. Makes no request.
    ///
    /// This version signs in to no Microsoft cloud, so there it is an error of kind
    /// [`SignIn`](ErrorKind::SignIn).
    pub fn new(target: Target, tokens: Arc<dyn TokenSource>, settings: Settings) -> Result<Self, Error> {
        if let Some(cloud) = target.cloud() {
            return Err(Error::local(
                ErrorKind::SignIn,
                format!("entrant cannot sign in to {} ({}) yet; no request was made", target, cloud.name),
            )
            .with_help([
                "Sign-in to Microsoft's clouds comes in a later version, ENTRANT_ACCESS_TOKEN there included."
                    .to_owned(),
                "Until then use --emulator, or --graph-url with the address that `entrant emulator serve` prints."
                    .to_owned(),
            ]));
        }
        Ok(Self { transport: Transport::new(target, tokens, settings)?, beta: Mutex::new(None) })
    }

    /// Where it reads and writes.
    pub fn target(&self) -> &Target {
        self.transport.target()
    }

    /// What its requests cost so far.
    pub fn cost(&self) -> Cost {
        self.transport.cost()
    }

    async fn beta_policies_of(&self, package: &Id) -> Result<Vec<LiveObject>, Error> {
        let mut beta = self.beta.lock().await;
        let list = match beta.take() {
            Some(list) if !list.given_out.contains(package) => list,
            _ => BetaPolicies {
                by_package: assignment_policy::all_beta(&self.transport).await?,
                given_out: HashSet::new(),
            },
        };
        let list = beta.insert(list);
        list.given_out.insert(package.clone());
        let listed = list.by_package.remove(package).unwrap_or_default();
        drop(beta);
        assignment_policy::in_package(&self.transport, Version::Beta, package, listed).await
    }

    /// After a write, whatever came of it, nothing that was read before counts.
    async fn forget(&self) {
        *self.beta.lock().await = None;
    }
}

impl Read for Client {
    async fn packages_by_name(&self, names: &[String]) -> Result<BTreeMap<String, Vec<Package>>, Error> {
        look_up::packages(&self.transport, names).await
    }

    async fn package(&self, id: &Id) -> Result<Option<Package>, Error> {
        access_package::by_id(&self.transport, id).await
    }

    async fn policies_of(&self, version: Version, package: &Id) -> Result<Vec<LiveObject>, Error> {
        match version {
            Version::V1 => assignment_policy::of_package_v1(&self.transport, package).await,
            Version::Beta => self.beta_policies_of(package).await,
        }
    }

    async fn policies_named(
        &self,
        version: Version,
        package: &Id,
        name: &str,
    ) -> Result<Vec<LiveObject>, Error> {
        assignment_policy::named(&self.transport, version, package, name).await
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

    async fn has_version(&self, version: Version) -> Result<bool, Error> {
        assignment_policy::is_offered(&self.transport, version).await
    }

    async fn find_all(
        &self,
        names: &[(Kind, String)],
    ) -> Result<BTreeMap<(Kind, String), Vec<Found>>, Error> {
        look_up::all(&self.transport, names).await
    }

    async fn extensions_of(&self, catalog: &Id) -> Result<Vec<Found>, Error> {
        workflow_extension::of_catalog(&self.transport, catalog).await
    }

    async fn names(&self, ids: &[(Kind, Id)]) -> Result<Names, Error> {
        directory::names(&self.transport, ids).await
    }

    async fn assignments_of(&self, package: &Id, policy: &Id) -> Result<usize, Error> {
        assignment::through_policy(&self.transport, package, policy).await
    }
}

impl Write for Client {
    async fn create_policy(&self, version: Version, body: &Json) -> Result<LiveObject, Error> {
        let outcome = assignment_policy::create(&self.transport, version, body).await;
        self.forget().await;
        outcome
    }

    async fn replace_policy(&self, version: Version, id: &Id, body: &Json) -> Result<(), Error> {
        let outcome = assignment_policy::replace(&self.transport, version, id, body).await;
        self.forget().await;
        outcome
    }

    async fn delete_policy(&self, version: Version, id: &Id) -> Result<(), Error> {
        let outcome = assignment_policy::delete(&self.transport, version, id).await;
        self.forget().await;
        outcome
    }
}
