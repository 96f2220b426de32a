//! The objects of a file, with a tenant or without one, as what `import` makes documents of.
//!
//! With a tenant, each object is looked for by its id, then by its name. What is found is the object of the tenant, with
//! what the file says otherwise put over it: so what the other tool cannot hold comes from the tenant, and what differs
//! stays different for the plan to show. What is not found is a document of something to be made.

use super::super::known::Known;
use super::super::read::{self, Tenant};
use super::super::{Ready, Wanted, missing, names};
use super::index::Index;
use super::{Foreign, Format, Holder, Piece, made_up, merge};
use crate::progress::{Phase, Progress};
use entrant_graph::{Error, Found, Read};
use entrant_model::kinds::{parent_member, table};
use entrant_model::live::Wire;
use entrant_model::reference::{fold, same_name};
use entrant_model::value::{Json, each_reference, each_reference_mut};
use entrant_model::wire::ODATA_TYPE;
use entrant_model::{Absent, Diagnostic, Document, Id, Kind, LiveObject, Object, Reference, Value, Version};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Gathers what the file of another tool holds and none of `documents` declares. Without a reader nothing is asked of a
/// tenant. The inner error is of names that nothing in the file has.
///
/// # Errors
/// An error means that Graph could not be read.
pub async fn import<'d, R: Read + Sync>(
    foreign: Foreign,
    documents: &'d [Document],
    reader: Option<&R>,
    wanted: &Wanted,
    progress: &dyn Progress,
) -> Result<Result<Ready<'d>, Vec<Diagnostic>>, Error> {
    let Foreign { format, sees, objects: mut pieces, names: told, notes } = foreign;
    let names_of = |kind: Kind| -> Vec<&str> {
        pieces.iter().filter(|piece| piece.kind == kind).map(|piece| piece.name.as_str()).collect()
    };
    let missing = missing(wanted, &names_of(Kind::Catalog), &names_of(Kind::AccessPackage));
    if !missing.is_empty() {
        return Ok(Err(missing));
    }
    let known = Known::of(documents);
    let tenant = match reader {
        Some(reader) => read::roots(reader).await?,
        None => Tenant::default(),
    };
    let mut meeting = Meeting::new((format, sees), tenant, reader.is_some(), notes);
    let mut met = meeting.meet(&pieces, wanted);
    if let Some(reader) = reader {
        read::parts(&mut meeting.tenant, &known, reader, progress).await?;
        let packages = meeting.packages_of_policies(&pieces, &met);
        read::policies(&mut meeting.tenant, &packages, read::without_text, reader, progress).await?;
        meeting.meet_policies(&pieces, &mut met);
    }
    let mut objects: Vec<Option<Object>> = pieces.iter().map(Piece::object).collect();
    let found = match reader {
        Some(reader) => find(reader, &pieces, &met, &objects, progress).await?,
        None => BTreeMap::new(),
    };
    for ((piece, met), object) in pieces.iter_mut().zip(&met).zip(&mut objects) {
        if !piece.principals.is_empty() {
            meeting.principals(piece, met, &told, &found);
            *object = piece.object();
        }
    }
    for ((piece, met), object) in pieces.iter().zip(&met).zip(objects) {
        if let Some(mut object) = object.filter(|_| met.is_wanted) {
            meeting.resolve(&mut object, &found);
            meeting.put(piece, met, object);
        }
    }
    let names = if let Some(reader) = reader {
        progress.tell(Phase::Compare);
        let mut names = names::all(&meeting.tenant, reader, progress).await?;
        meeting.notes.extend(std::mem::take(&mut names.unread));
        meeting.moved(&mut names, &told, reader).await?;
        names
    } else {
        let (names, nameless) = names::known(&meeting.tenant, &told);
        let (ids, have, they) = match nameless {
            1 => ("1 id".to_owned(), "has", "it gets its name"),
            several => (format!("{several} ids"), "have", "they get their names"),
        };
        if nameless > 0 {
            meeting
                .notes
                .insert(format!("{ids} {have} no name in the file; with a tenant (`--graph-url`) {they}"));
        }
        names
    };
    Ok(Ok(meeting.ready(names, known)))
}

/// What became of an object of the file.
#[derive(Default)]
struct Met {
    /// What holds it here; several where only a name is said that several have.
    holders: Vec<Id>,
    /// The object of the tenant that it is.
    live: Option<Id>,
    /// Whether a document is asked for.
    is_wanted: bool,
}

struct Meeting {
    format: Format,
    /// The shape of Graph that the file was made of.
    sees: Version,
    tenant: Tenant,
    has_tenant: bool,
    /// What the tenant holds.
    live: Index,
    /// What the file holds, by the ids that count here.
    file: Index,
    /// The ids of the tenant by those of the file, where they differ.
    ids: BTreeMap<Id, Id>,
    /// Things to be made, by what holds them and their names.
    made: BTreeSet<(Kind, Id, String)>,
    /// What holds something and has no name that is known.
    nameless: BTreeSet<(Kind, Id)>,
    notes: BTreeSet<String>,
}

/// What the folder of packages is called whose catalog nothing says.
const ELSEWHERE: &str = "Other catalogs";

/// What was found by name in the directory.
type Lookup = BTreeMap<(Kind, String), Vec<Found>>;

impl Meeting {
    fn new(
        (format, sees): (Format, Version),
        tenant: Tenant,
        has_tenant: bool,
        mut notes: Vec<String>,
    ) -> Self {
        if sees == Version::V1 {
            let then = if has_tenant {
                "that is as the tenant has it"
            } else {
                "they accept none here; with a tenant (`--graph-url`) that is as it has it"
            };
            notes.push(format!(
                "the file does not say which policies accept requests, as where it was made of v1.0: {then}"
            ));
        }
        let roots = tenant.catalogs.iter().chain(&tenant.packages).chain(&tenant.organizations);
        let live = roots.chain(&tenant.settings).collect();
        Self {
            format,
            sees,
            live,
            tenant,
            has_tenant,
            file: Index::default(),
            ids: BTreeMap::new(),
            made: BTreeSet::new(),
            nameless: BTreeSet::new(),
            notes: notes.into_iter().collect(),
        }
    }

    /// Finds what holds each object, and each object but policies in the tenant; selects what is wanted.
    fn meet(&mut self, pieces: &[Piece], wanted: &Wanted) -> Vec<Met> {
        let mut met: Vec<Met> = pieces.iter().map(|_| Met::default()).collect();
        let mut wanted_holders: BTreeSet<Id> = BTreeSet::new();
        let kinds = [
            Kind::Settings,
            Kind::ConnectedOrganization,
            Kind::Catalog,
            Kind::AccessPackage,
            Kind::AssignmentPolicy,
        ];
        for kind in kinds {
            let asked = match kind {
                Kind::Catalog => wanted.catalogs.as_slice(),
                Kind::AccessPackage => wanted.packages.as_slice(),
                _ => &[],
            };
            for (piece, met) in pieces.iter().zip(&mut met).filter(|(piece, _)| piece.kind == kind) {
                met.holders = self.holders(piece);
                let is_named = asked.iter().any(|name| same_name(Some(name), Some(&piece.name)));
                let is_held = met.holders.iter().any(|holder| wanted_holders.contains(holder));
                let is_asked = wanted.is_all() || is_named || is_held;
                met.is_wanted = is_asked && piece.is_managed;
                if kind == Kind::AssignmentPolicy {
                    continue;
                }
                match self.live.find(piece, &met.holders) {
                    Ok(live) => met.live = live,
                    Err(several) => {
                        met.is_wanted = false;
                        self.notes.insert(format!(
                            "{} has no document: {several} of the tenant have its name, and none its id",
                            piece.noun()
                        ));
                    }
                }
                let id = met.live.clone().unwrap_or_else(|| piece.id.clone());
                if id != piece.id {
                    self.ids.insert(piece.id.clone(), id.clone());
                }
                let holder = met.holders.first().cloned().unwrap_or_else(Id::tenant);
                self.file.add(kind, &holder, &id, &piece.name);
                if is_asked {
                    wanted_holders.insert(id.clone());
                }
                if met.live.is_none() && !met.is_wanted {
                    self.stand_in(kind, &id, &piece.name, &holder);
                } else if met.is_wanted && met.live.is_some() {
                    self.tenant.selected.insert(id);
                }
            }
        }
        met
    }

    /// What holds an object: of the file, else of the tenant, else something of which only that is known.
    fn holders(&mut self, piece: &Piece) -> Vec<Id> {
        let kind = piece.kind.parent();
        match &piece.holder {
            Holder::Tenant => vec![Id::tenant()],
            Holder::Id(id) => {
                let id = self.ids.get(id).unwrap_or(id).clone();
                if !self.file.has(kind, &id) && !self.live.has(kind, &id) {
                    self.stand_in(kind, &id, "", &Id::tenant());
                }
                vec![id]
            }
            Holder::Name(name) => {
                let found = [&self.file, &self.live].into_iter().map(|index| index.named(kind, name));
                if let Some(found) = found.into_iter().find(|found| !found.is_empty()) {
                    return found.to_vec();
                }
                let id = made_up(&[kind.as_str(), "by name", &fold(name)]);
                self.stand_in(kind, &id, name, &Id::tenant());
                vec![id]
            }
        }
    }

    /// Something that is there to be named, or to hold something.
    fn stand_in(&mut self, kind: Kind, id: &Id, name: &str, parent: &Id) {
        if kind == Kind::AccessPackage && *parent == Id::tenant() {
            // A package is found through its catalog.
            self.stand_in(Kind::Catalog, parent, "", parent);
        }
        if self.live.has(kind, id) {
            return;
        }
        let (list, ty) = match (kind, table(kind, Version::V1)) {
            (Kind::Catalog, Some(ty)) => (&mut self.tenant.catalogs, ty),
            (Kind::AccessPackage, Some(ty)) => (&mut self.tenant.packages, ty),
            (Kind::ConnectedOrganization, Some(ty)) => (&mut self.tenant.organizations, ty),
            _ => return,
        };
        let is_nowhere = *id == Id::tenant();
        list.push(object_of(kind, id, if is_nowhere { ELSEWHERE } else { name }, parent, Object::new(ty)));
        self.live.add(kind, parent, id, name);
        self.tenant.new.insert(id.clone());
        if name.is_empty() {
            self.nameless.insert((kind, id.clone()));
        }
    }

    /// The packages of the tenant in which policies of the file are.
    fn packages_of_policies(&self, pieces: &[Piece], met: &[Met]) -> BTreeSet<Id> {
        let policies = pieces
            .iter()
            .zip(met)
            .filter(|(piece, met)| piece.kind == Kind::AssignmentPolicy && met.is_wanted);
        let holders = policies.flat_map(|(_, met)| &met.holders);
        let is_live = |id: &&Id| self.live.has(Kind::AccessPackage, id) && !self.tenant.new.contains(id);
        holders.filter(is_live).cloned().collect()
    }

    /// Finds policies in the packages that were read.
    fn meet_policies(&mut self, pieces: &[Piece], met: &mut [Met]) {
        for policy in &self.tenant.policies {
            self.live.add(policy.kind, &policy.parent, &policy.id, &policy.display_name);
        }
        for (piece, met) in pieces.iter().zip(met).filter(|(piece, _)| piece.kind == Kind::AssignmentPolicy) {
            match self.live.find(piece, &met.holders) {
                Ok(live) => met.live = live,
                Err(several) => {
                    met.is_wanted = false;
                    self.notes.insert(format!(
                        "{} has no document: {several} of the tenant have its name, and none its id",
                        piece.noun()
                    ));
                }
            }
        }
    }

    /// Says what those are who have roles on a catalog. Where that cannot be told of all, the file says nothing of them:
    /// a list that is written is the whole of it.
    fn principals(&self, piece: &mut Piece, met: &Met, told: &BTreeMap<(Kind, Id), String>, found: &Lookup) {
        let live = met.live.as_ref().and_then(|id| self.tenant.catalogs.iter().find(|live| live.id == *id));
        let assignments = live.map_or(&[][..], |live| live.object.list("roleAssignments"));
        let kinds = [
            (Kind::User, "userRoleAssignment"),
            (Kind::Group, "groupRoleAssignment"),
            (Kind::ServicePrincipal, "servicePrincipalRoleAssignment"),
        ];
        for principal in std::mem::take(&mut piece.principals) {
            let id = Id::guid(&principal.who);
            let is = |kind: Kind| match &id {
                Some(id) => {
                    told.contains_key(&(kind, id.clone()))
                        || assignments.iter().any(|assignment| {
                            let reference = assignment.as_object().and_then(|a| a.reference("principalId"));
                            reference.is_some_and(|r| r.kind == kind && r.id.as_ref() == Some(id))
                        })
                }
                None if principal.who.contains('@') => kind == Kind::User,
                None => found.get(&(kind, fold(&principal.who))).is_some_and(|found| found.len() == 1),
            };
            let of_kind: Vec<&str> = kinds.iter().filter(|(kind, _)| is(*kind)).map(|(_, ty)| *ty).collect();
            match of_kind.as_slice() {
                [ty] => piece.add(
                    "roleAssignments",
                    json!({
                        ODATA_TYPE: format!("#microsoft.graph.{ty}"),
                        "principalId": principal.who,
                        "role": principal.role,
                    }),
                ),
                _ => {
                    piece.unsaid.entry("roleAssignments").or_insert_with(|| {
                        format!(
                            "it is not said whether {} is a user, a group or a service principal",
                            principal.who
                        )
                    });
                }
            }
        }
        if piece.unsaid.contains_key("roleAssignments") {
            piece.members.remove("roleAssignments");
        }
    }

    /// Gives references the ids that count here.
    fn resolve(&mut self, object: &mut Object, found: &Lookup) {
        let mut notes = Vec::new();
        each_reference_mut(object, &mut |_, reference| {
            if let Some(id) = &reference.id {
                if let Some(here) = self.ids.get(id) {
                    *reference = Reference::live(reference.kind, here.as_str());
                }
                return;
            }
            let name = reference.label().to_owned();
            if let [one] = self.file.named(reference.kind, &name) {
                *reference = Reference::live(reference.kind, one.as_str());
                return;
            }
            match found.get(&(reference.kind, fold(&name))).map_or(&[][..], Vec::as_slice) {
                [one] => *reference = Reference::live(reference.kind, one.id.as_str()),
                _ if !self.has_tenant => {}
                several => notes.push(format!(
                    "{} in the tenant {} called `{name}`, as the file has it",
                    match several.len() {
                        0 => format!("no {}", reference.kind.noun()),
                        count => format!("{count} objects of the kind {}", reference.kind.noun()),
                    },
                    if several.is_empty() { "is" } else { "are" },
                )),
            }
        });
        self.notes.extend(notes);
    }

    /// Puts an object where `import` finds it.
    fn put(&mut self, piece: &Piece, met: &Met, mut object: Object) {
        for member in piece.unsaid.keys() {
            object.remove(member);
        }
        match &met.live {
            Some(id) => {
                if self.format == Format::M365dsc && piece.kind == Kind::AccessPackage {
                    self.without_excluding(id, &mut object);
                }
                self.put_over(piece, id, &object);
            }
            None => self.put_new(piece, met, object),
        }
    }

    /// Releases of Microsoft365DSC list among the packages that exclude one those that it excludes: leaves these out.
    fn without_excluding(&self, id: &Id, object: &mut Object) {
        const MEMBER: &str = "incompatibleAccessPackages";
        let excludes =
            |other: &LiveObject| {
                other.object.list(MEMBER).iter().any(
                    |element| matches!(element, Value::Ref(reference) if reference.id.as_ref() == Some(id)),
                )
            };
        let excluding: BTreeSet<&Id> =
            self.tenant.packages.iter().filter(|other| excludes(other)).map(|other| &other.id).collect();
        let Some(Value::List(list)) = object.get(MEMBER) else { return };
        let is_own = |element: &&Value| !matches!(element, Value::Ref(reference) if reference.id.as_ref().is_some_and(|id| excluding.contains(id)));
        let own: Vec<Value> = list.iter().filter(is_own).cloned().collect();
        object.set(MEMBER, Value::List(own.into()));
    }

    /// What the file says, over the object of the tenant.
    fn put_over(&mut self, piece: &Piece, id: &Id, object: &Object) {
        let from_tenant =
            piece.unsaid.iter().map(|(member, why)| format!("`{member}` is as the tenant has it; {why}"));
        self.tenant.notes.entry(id.clone()).or_default().extend(from_tenant);
        let mut remarks = Vec::new();
        let list = match piece.kind {
            Kind::Catalog => &mut self.tenant.catalogs,
            Kind::AccessPackage => &mut self.tenant.packages,
            Kind::ConnectedOrganization => &mut self.tenant.organizations,
            Kind::Settings => &mut self.tenant.settings,
            _ => &mut self.tenant.policies,
        };
        let Some(live) = list.iter_mut().find(|live| live.id == *id) else { return };
        self.tenant.selected.insert(id.clone());
        if live.display_name != piece.name && piece.kind != Kind::Settings {
            remarks.push(format!("the file calls it `{}`", piece.name));
        }
        if piece.kind == Kind::AssignmentPolicy {
            // The other tools have the beta shape: without it what they lose could not be told from what differs.
            let beta = self.tenant.beta.get(id);
            if beta.is_none() {
                self.notes.insert(
                    "without beta, policies could not be compared with the file and are as the tenant has them"
                        .to_owned(),
                );
            }
            let source = (self.format, self.sees);
            let merged = beta.and_then(|beta| merge::policy(object, live, beta, source, &mut remarks));
            if let Some(merged) = merged {
                *live = merged;
                self.tenant.beta.remove(id);
            }
        } else {
            live.object = merge::object(object, &live.object, &mut remarks);
        }
        if !remarks.is_empty() {
            self.tenant.remarks.entry(id.clone()).or_default().extend(remarks);
        }
    }

    /// Something that the tenant does not have.
    fn put_new(&mut self, piece: &Piece, met: &Met, mut object: Object) {
        let [holder] = met.holders.as_slice() else {
            self.notes
                .insert(format!("{} has no document: several have the name of what holds it", piece.noun()));
            return;
        };
        let mut remarks = piece.remarks.clone();
        for (member, why) in &piece.unsaid {
            let is_kept = object.ty.member(member).is_some_and(|(_, m)| matches!(m.absent, Absent::Kept));
            if !is_kept {
                self.notes.insert(format!("{} has no document: {why}", piece.noun()));
                return;
            }
            remarks.push(format!("not in this document: {why}"));
        }
        let id = &piece.id;
        if !self.made.insert((piece.kind, holder.clone(), fold(&piece.name)))
            && (self.has_tenant || piece.is_made_up)
        {
            self.notes.insert(format!(
                "{} has no document: another one of the file has its name, and no id tells them apart",
                piece.noun()
            ));
            return;
        }
        let mut version = Version::V1;
        if piece.kind == Kind::AssignmentPolicy {
            version = Version::Beta;
            if let Ok(converted) = merge::to_v1(&object) {
                (object, version) = (converted, Version::V1);
            }
        }
        if let Some(member) = parent_member(piece.kind, version) {
            object.set(member, Value::Ref(Box::new(Reference::live(piece.kind.parent(), holder.as_str()))));
        }
        let list = match piece.kind {
            Kind::Catalog => &mut self.tenant.catalogs,
            Kind::AccessPackage => &mut self.tenant.packages,
            Kind::ConnectedOrganization => &mut self.tenant.organizations,
            Kind::Settings => &mut self.tenant.settings,
            _ => &mut self.tenant.policies,
        };
        list.push(LiveObject { version, ..object_of(piece.kind, id, &piece.name, holder, object) });
        self.tenant.selected.insert(id.clone());
        if self.has_tenant || piece.is_made_up {
            self.tenant.new.insert(id.clone());
        }
        if !remarks.is_empty() {
            self.tenant.remarks.insert(id.clone(), remarks);
        }
    }

    /// A group that was made anew, or in another tenant, has another id. Where the file knows the name and one object
    /// has it, that is what is written, and told.
    async fn moved<R: Read + Sync>(
        &mut self,
        names: &mut names::Names,
        told: &BTreeMap<(Kind, Id), String>,
        reader: &R,
    ) -> Result<(), Error> {
        let gone: Vec<(&(Kind, Id), &String)> =
            told.iter().filter(|((_, id), _)| names.gone.contains(id)).collect();
        let asked: BTreeSet<(Kind, String)> = gone
            .iter()
            .filter(|(_, name)| names::unwritable(name).is_none())
            .map(|((kind, _), name)| (*kind, (*name).clone()))
            .collect();
        if asked.is_empty() {
            return Ok(());
        }
        let asked: Vec<(Kind, String)> = asked.into_iter().collect();
        let found = reader.find_all(&asked).await?;
        for ((kind, id), name) in gone {
            if let Some([_]) = found.get(&(*kind, fold(name))).map(Vec::as_slice) {
                names.by_name(*kind, id, name);
                self.notes.insert(format!(
                    "the {} `{name}` has another id in this tenant than in the file, and is given by its name",
                    kind.noun()
                ));
            }
        }
        Ok(())
    }

    fn ready(mut self, mut names: names::Names, known: Known<'_>) -> Ready<'_> {
        for (kind, id) in &self.nameless {
            names.by_id(*kind, id, "the file does not say its name".to_owned());
        }
        self.tenant.unread.extend(self.notes);
        Ready { tenant: self.tenant, names, known }
    }
}

/// An object of the file in the form of one that was read.
fn object_of(kind: Kind, id: &Id, name: &str, parent: &Id, object: Object) -> LiveObject {
    LiveObject {
        kind,
        version: Version::V1,
        id: id.clone(),
        display_name: name.to_owned(),
        parent: parent.clone(),
        object,
        wire: Wire::new(&Json::Null),
        unread: Vec::new(),
    }
}

/// Looks for what the file gives by name.
async fn find<R: Read + Sync>(
    reader: &R,
    pieces: &[Piece],
    met: &[Met],
    objects: &[Option<Object>],
    progress: &dyn Progress,
) -> Result<Lookup, Error> {
    const KINDS: [Kind; 4] = [Kind::User, Kind::Group, Kind::ServicePrincipal, Kind::ConnectedOrganization];
    let mut sought: BTreeMap<(Kind, String), String> = BTreeMap::new();
    let mut seek = |kind: Kind, name: &str| {
        sought.entry((kind, fold(name))).or_insert_with(|| name.to_owned());
    };
    for ((piece, _), object) in pieces.iter().zip(met).zip(objects).filter(|((_, met), _)| met.is_wanted) {
        for principal in piece.principals.iter().filter(|principal| Id::guid(&principal.who).is_none()) {
            if !principal.who.contains('@') {
                seek(Kind::Group, &principal.who);
                seek(Kind::ServicePrincipal, &principal.who);
            }
        }
        let Some(object) = object else { continue };
        each_reference(object, &mut |_, reference| {
            if reference.id.is_none() && KINDS.contains(&reference.kind) {
                seek(reference.kind, reference.label());
            }
        });
    }
    if sought.is_empty() {
        return Ok(Lookup::new());
    }
    progress.tell(Phase::Names(sought.len()));
    let asked: Vec<(Kind, String)> = sought.into_iter().map(|((kind, _), name)| (kind, name)).collect();
    reader.find_all(&asked).await
}
