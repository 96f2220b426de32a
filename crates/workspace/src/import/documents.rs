//! Documents of live objects, put into files: a catalog with its extensions, a package with its policies.
//!
//! A file is handed over as soon as it is whole, and the policies in it are dropped.

use super::beside;
use super::files::{self, CATALOG, File};
use super::fold;
use super::known::Known;
use super::names::{self, Names};
use super::read::Tenant;
use super::yaml::{self, Beside};
use super::{Imported, Target};
use entrant_manifest::Config;
use entrant_model::facts::PolicyFacts;
use entrant_model::hand::{members_to_hand, to_hand};
use entrant_model::kinds::parent_member;
use entrant_model::reference::fold;
use entrant_model::value::{Json, Value, each_reference};
use entrant_model::wire::element_type;
use entrant_model::{Diagnostic, Id, Kind, LiveObject, Object, Reference, Type, Version};
use entrant_plan::import::{said, shape};
use serde_json::{Map, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A document, or a policy that stands in its package.
struct Entry {
    map: Map<String, Json>,
    /// Comments above it.
    above: Vec<String>,
    kind: Kind,
    label: String,
    /// What a template of such policies may be called.
    hint: String,
}

/// A file before it is text.
struct Planned {
    stem: String,
    entries: Vec<Entry>,
    /// The policies of the one document there is.
    inline: Vec<Entry>,
}

/// Takes a file that is whole.
type Take<'t, E> = &'t mut dyn FnMut(File) -> Result<(), E>;

/// The documents while they are made.
struct Making<'a, E> {
    take: Take<'a, E>,
    names: &'a Names,
    beside: Beside,
    /// How many objects of a kind have a name within what holds them.
    counts: BTreeMap<(Kind, Id, String), usize>,
    /// What holds others, by its id.
    holders: BTreeMap<&'a Id, &'a str>,
    taken: BTreeSet<String>,
    /// Where there are defaults of catalogs: the catalog of each package, and what its policies take.
    defaults: beside::Defaults<'a>,
    schema: &'a str,
    /// Files that wait until it is known which policies are alike; none where they are not folded.
    waiting: Option<Vec<Planned>>,
    imported: Imported,
}

/// Everything that is selected and has no document yet, as files. Stops at the first that is not taken.
pub fn imported<E>(
    mut tenant: Tenant,
    names: &Names,
    known: &Known<'_>,
    target: &Target,
    take: Take<'_, E>,
) -> Result<Imported, E> {
    let (counts, notes) = (counts(&tenant), std::mem::take(&mut tenant.unread));
    let mut policies: BTreeMap<Id, Vec<LiveObject>> = BTreeMap::new();
    for policy in std::mem::take(&mut tenant.policies) {
        policies.entry(policy.parent.clone()).or_default().push(policy);
    }
    let tenant = &tenant;
    let mut making = Making {
        take,
        names,
        beside: names.why.clone(),
        counts,
        holders: tenant
            .catalogs
            .iter()
            .chain(&tenant.packages)
            .map(|holder| (&holder.id, holder.display_name.as_str()))
            .collect(),
        taken: target.taken.clone(),
        defaults: beside::defaults(tenant, known, &target.defaults),
        schema: &target.schema,
        waiting: target.folds.then(Vec::new),
        imported: Imported { notes, ..Imported::default() },
    };
    let mut catalogs: Vec<&LiveObject> = tenant.catalogs.iter().collect();
    catalogs.sort_by_cached_key(|catalog| (fold(&catalog.display_name), catalog.id.clone()));
    let folders = files::names(catalogs.iter().copied());
    let mut packages: BTreeMap<&Id, Vec<&LiveObject>> = BTreeMap::new();
    for package in &tenant.packages {
        packages.entry(&package.parent).or_default().push(package);
    }
    for catalog in catalogs {
        let folder = folders.get(&catalog.id).map_or(CATALOG, String::as_str);
        let called = known.names(catalog, &[]);
        making.catalog(catalog, &called, folder, tenant, known)?;
        let mut held = packages.remove(&catalog.id).unwrap_or_default();
        held.sort_by_cached_key(|package| (fold(&package.display_name), package.id.clone()));
        let stems = files::names(held.iter().copied());
        for package in held {
            let stem = format!("{folder}/{}", stems.get(&package.id).map_or("package", String::as_str));
            let mut own = policies.remove(&package.id).unwrap_or_default();
            own.retain(|policy| tenant.selected.contains(&policy.id));
            own.sort_by_cached_key(|policy| (fold(&policy.display_name), policy.id.clone()));
            making.package(package, &called, &own, &stem, tenant, known)?;
        }
    }
    making.top("connected-organizations", &tenant.organizations, tenant, known)?;
    making.top("settings", &tenant.settings, tenant, known)?;
    if let Some(waiting) = making.waiting.take() {
        making.folded(waiting, &target.templates)?;
    }
    Ok(making.imported)
}

fn counts(tenant: &Tenant) -> BTreeMap<(Kind, Id, String), usize> {
    let mut counts = BTreeMap::new();
    let roots = tenant.catalogs.iter().chain(&tenant.packages).chain(&tenant.organizations);
    for object in roots.chain(&tenant.extensions).chain(&tenant.policies) {
        let key = (object.kind, object.parent.clone(), fold(&object.display_name));
        *counts.entry(key).or_default() += 1;
    }
    counts
}

impl<E> Making<'_, E> {
    fn catalog(
        &mut self,
        catalog: &LiveObject,
        called: &[String],
        folder: &str,
        tenant: &Tenant,
        known: &Known,
    ) -> Result<(), E> {
        let mut entries = Vec::new();
        if tenant.selected.contains(&catalog.id) {
            if known.holds(catalog, &[], &[]) {
                self.imported.known += 1;
            } else {
                entries.extend(self.entry(catalog, tenant, false, false));
            }
        }
        let is_own = |extension: &&LiveObject| {
            extension.parent == catalog.id && tenant.selected.contains(&extension.id)
        };
        let mut held: Vec<&LiveObject> = tenant.extensions.iter().filter(is_own).collect();
        held.sort_by_cached_key(|extension| (fold(&extension.display_name), extension.id.clone()));
        for extension in held {
            if known.holds(extension, called, &[]) {
                self.imported.known += 1;
            } else {
                entries.extend(self.entry(extension, tenant, false, false));
            }
        }
        self.file(&format!("{folder}/{CATALOG}"), entries, Vec::new())
    }

    fn package(
        &mut self,
        package: &LiveObject,
        catalog: &[String],
        policies: &[LiveObject],
        stem: &str,
        tenant: &Tenant,
        known: &Known,
    ) -> Result<(), E> {
        let mut own = Vec::new();
        if tenant.selected.contains(&package.id) {
            if known.holds(package, catalog, &[]) {
                self.imported.known += 1;
            } else {
                // Its policies find it by its catalog's name, so one whose catalog is given by id is pinned.
                let is_pinned = self.names.why.contains_key(package.parent.as_str());
                own.extend(self.entry(package, tenant, false, is_pinned));
            }
        }
        let called = known.names(package, catalog);
        let mut left = Vec::new();
        for policy in policies {
            if known.holds(policy, &called, catalog) {
                self.imported.known += 1;
            } else {
                left.push(policy);
            }
        }
        if own.is_empty() {
            let held = self.policies(&left, tenant, false);
            return self.file(stem, held, Vec::new());
        }
        let before = self.imported.notes.len();
        let held = self.policies(&left, tenant, true);
        let depth = stem.matches('/').count();
        if mistakes(&self.text(&own, &held, depth)).is_empty() {
            return self.put(stem, own, held);
        }
        let notes = self.imported.notes.split_off(before);
        if self.is_sound(&own[0], depth) {
            self.imported.notes.extend(notes);
            return self.file(stem, own, held);
        }
        // Without a document of their package, they are documents themselves.
        let held = self.policies(&left, tenant, false);
        self.file(stem, held, Vec::new())
    }

    /// The policies of a package, in it or as documents of their own.
    fn policies(&mut self, policies: &[&LiveObject], tenant: &Tenant, is_inline: bool) -> Vec<Entry> {
        let mut entries = Vec::new();
        for policy in policies {
            let (chosen, lost) = shape(policy, tenant.beta.get(&policy.id));
            let Some(mut entry) = self.entry(chosen, tenant, is_inline, false) else { continue };
            for lost in lost {
                self.note(&mut entry, &format!("{lost}; neither version can hold all of it"));
            }
            entries.push(entry);
        }
        entries
    }

    fn top(&mut self, stem: &str, objects: &[LiveObject], tenant: &Tenant, known: &Known) -> Result<(), E> {
        let mut objects: Vec<&LiveObject> =
            objects.iter().filter(|object| tenant.selected.contains(&object.id)).collect();
        objects.sort_by_cached_key(|object| (fold(&object.display_name), object.id.clone()));
        let mut entries = Vec::new();
        for object in objects {
            if known.holds(object, &[], &[]) {
                self.imported.known += 1;
            } else {
                entries.extend(self.entry(object, tenant, false, false));
            }
        }
        self.file(stem, entries, Vec::new())
    }

    /// An object as a document; `None` where no document can say it, which is noted.
    fn entry(
        &mut self,
        live: &LiveObject,
        tenant: &Tenant,
        is_inline: bool,
        is_pinned: bool,
    ) -> Option<Entry> {
        let label = self.label(live);
        let mut said = match said(&live.object) {
            Ok(said) => said,
            Err(why) => {
                self.imported.notes.push(format!("{label} has no document: {}", why.join("; ")));
                return None;
            }
        };
        let shared = self.defaults.get(&live.parent);
        let taken = shared.into_iter().flat_map(|(_, taken)| taken);
        for taken in taken.filter(|taken| taken.version == live.version) {
            beside::say(&mut said.object, &live.object, &taken.members);
        }
        let parent = parent_member(live.kind, live.version);
        if let Some(member) = parent.filter(|_| is_inline) {
            said.object.remove(member);
        }
        sort_sets(&mut said.object, self.names);
        let mut map = Map::new();
        if !is_inline {
            map.insert("kind".to_owned(), Json::from(live.kind.as_str()));
        }
        if live.version == Version::Beta {
            map.insert("apiVersion".to_owned(), Json::from("beta"));
        }
        let key = (live.kind, live.parent.clone(), fold(&live.display_name));
        let several = self.counts.get(&key).copied().unwrap_or(1);
        if live.kind != Kind::Settings && (several > 1 || is_pinned) && !tenant.new.contains(&live.id) {
            let why = if several > 1 {
                names::one_of(several, &live.display_name)
            } else {
                "its catalog cannot be given by name".to_owned()
            };
            self.beside.insert(live.id.to_string(), why);
            map.insert("pin".to_owned(), Json::from(live.id.as_str()));
        }
        map.extend(members_to_hand(&said.object, &|reference| self.names.write(reference)));
        // Whether it takes defaults has to be told by the document itself.
        if let (Some((catalog, _)), Some(package)) = (shared, parent.and_then(|member| map.get_mut(member)))
            && let Json::String(name) = package
            && Id::guid(name).is_none()
        {
            let catalog = self.names.write(&Reference::live(Kind::Catalog, catalog.as_str()));
            *package = json!({"catalog": catalog, "name": name});
        }
        let is_folded = self.waiting.is_some() && live.kind == Kind::AssignmentPolicy;
        let hint = if is_folded { fold::hint(&PolicyFacts::of(&said.object)) } else { String::new() };
        let mut entry = Entry { map, above: Vec::new(), kind: live.kind, label, hint };
        for remark in tenant.remarks.get(&live.id).into_iter().flatten() {
            self.note(&mut entry, remark);
        }
        for note in tenant.notes.get(&live.id).into_iter().flatten() {
            self.imported.notes.push(format!("{}: {note}", entry.label));
        }
        for unsaid in said.unsaid {
            self.note(&mut entry, &format!("not in this document: {unsaid}"));
        }
        let mut gone = BTreeSet::new();
        each_reference(&said.object, &mut |_, reference| {
            if let Some(id) = reference.id.as_ref().filter(|id| self.names.gone.contains(*id)) {
                gone.insert(format!("the {} {id} is not there any more", reference.kind.noun()));
            }
        });
        self.imported.notes.extend(gone.into_iter().map(|gone| format!("{}: {gone}", entry.label)));
        Some(entry)
    }

    /// An object as notes name it.
    fn label(&self, object: &LiveObject) -> String {
        let own = match object.kind {
            Kind::Settings => return "the settings".to_owned(),
            kind => format!("the {} `{}`", kind.noun(), object.display_name),
        };
        match self.holders.get(&object.parent).filter(|_| object.kind.parent() != Kind::Tenant) {
            Some(&"") => format!("{own} of {}", object.parent),
            Some(holder) => format!("{own} of `{holder}`"),
            None => own,
        }
    }

    fn note(&mut self, entry: &mut Entry, text: &str) {
        self.imported.notes.push(format!("{}: {text}", entry.label));
        entry.above.push(text.to_owned());
    }

    /// One file of these documents, as far as they are sound; `inline` are the policies of the one document there is.
    fn file(&mut self, stem: &str, entries: Vec<Entry>, inline: Vec<Entry>) -> Result<(), E> {
        let depth = stem.matches('/').count();
        let (entries, inline) = self.sound(entries, inline, depth);
        self.put(stem, entries, inline)
    }

    /// A file of sound documents, which waits where it is not known yet which policies are alike.
    fn put(&mut self, stem: &str, entries: Vec<Entry>, inline: Vec<Entry>) -> Result<(), E> {
        if entries.is_empty() {
            return Ok(());
        }
        for entry in entries.iter().chain(&inline) {
            *self.imported.counts.entry(entry.kind).or_default() += 1;
        }
        let planned = Planned { stem: stem.to_owned(), entries, inline };
        match &mut self.waiting {
            Some(waiting) => {
                waiting.push(planned);
                Ok(())
            }
            None => self.write(&planned),
        }
    }

    /// Hands over a file, under a name that is free.
    fn write(&mut self, planned: &Planned) -> Result<(), E> {
        let Planned { stem, entries, inline } = planned;
        let (path, is_other) = files::free(&mut self.taken, stem);
        if is_other {
            self.imported
                .notes
                .push(format!("`{stem}.yaml` is there and is left; what is new is in `{path}`"));
        }
        let text = self.text(entries, inline, stem.matches('/').count());
        let text = entrant_manifest::write::format(Path::new(&path), &text, &Config::default());
        self.imported.files += 1;
        (self.take)(File { path, text })
    }

    /// The files with policies that are alike as templates, which have a file of their own.
    fn folded(&mut self, mut waiting: Vec<Planned>, templates: &BTreeSet<String>) -> Result<(), E> {
        let entries =
            waiting.iter_mut().flat_map(|planned| planned.entries.iter_mut().chain(&mut planned.inline));
        let policies = entries
            .filter(|entry| entry.kind == Kind::AssignmentPolicy)
            .map(|Entry { map, hint, .. }| fold::Policy { map, hint })
            .collect();
        let made = fold::fold(policies, &mut templates.clone());
        self.imported.templates = made.len();
        let entry = |map| Entry {
            map,
            above: Vec::new(),
            kind: Kind::AssignmentPolicy,
            label: String::new(),
            hint: String::new(),
        };
        let entries: Vec<Entry> = made.into_iter().map(entry).collect();
        if !entries.is_empty() {
            let stem = "templates".to_owned();
            self.write(&Planned { stem, entries, inline: Vec::new() })?;
        }
        waiting.into_iter().try_for_each(|planned| self.write(&planned))
    }

    /// Leaves out what a document may not say although the service holds it, and notes it.
    fn sound(&mut self, entries: Vec<Entry>, inline: Vec<Entry>, depth: usize) -> (Vec<Entry>, Vec<Entry>) {
        if mistakes(&self.text(&entries, &inline, depth)).is_empty() {
            return (entries, inline);
        }
        let mut kept = entries;
        kept.retain(|entry| self.is_sound(entry, depth));
        let mut held = Vec::new();
        for mut policy in inline {
            policy.map.shift_insert(0, "kind".to_owned(), Json::from(Kind::AssignmentPolicy.as_str()));
            let version = if policy.map.contains_key("apiVersion") { Version::Beta } else { Version::V1 };
            let member = parent_member(Kind::AssignmentPolicy, version).unwrap_or_default();
            policy.map.insert(member.to_owned(), Json::from("x"));
            let found = mistakes(&self.text(std::slice::from_ref(&policy), &[], depth));
            policy.map.shift_remove("kind");
            policy.map.shift_remove(member);
            if self.is_kept(&policy, &found) {
                held.push(policy);
            }
        }
        (kept, held)
    }

    fn is_sound(&mut self, entry: &Entry, depth: usize) -> bool {
        let found = mistakes(&self.text(std::slice::from_ref(entry), &[], depth));
        self.is_kept(entry, &found)
    }

    fn is_kept(&mut self, entry: &Entry, mistakes: &[String]) -> bool {
        if !mistakes.is_empty() {
            self.imported.notes.push(format!("{} has no document: {}", entry.label, mistakes.join("; ")));
        }
        mistakes.is_empty()
    }

    fn text(&self, entries: &[Entry], inline: &[Entry], depth: usize) -> String {
        let mut out = String::new();
        for (index, entry) in entries.iter().enumerate() {
            if index > 0 {
                out.push_str("---\n");
            }
            let up = "../".repeat(depth);
            out.extend(["# yaml-language-server: $schema=", &up, self.schema]);
            out.push('\n');
            for line in &entry.above {
                yaml::comment(&mut out, line, 0);
            }
            for (key, value) in &entry.map {
                yaml::member(&mut out, key, value, 0, &self.beside);
            }
        }
        if !inline.is_empty() {
            out.push_str("assignmentPolicies:\n");
            for policy in inline {
                for line in &policy.above {
                    yaml::comment(&mut out, line, 2);
                }
                yaml::item(&mut out, &Json::Object(policy.map.clone()), 2, &self.beside);
            }
        }
        out
    }
}

/// What is wrong with a text of documents.
fn mistakes(text: &str) -> Vec<String> {
    let texts = vec![("import.yaml".to_owned(), text.as_bytes().to_vec())];
    let loaded = entrant_manifest::load_texts(texts, None);
    loaded.diagnostics.into_iter().filter(Diagnostic::is_error).map(|found| found.message).collect()
}

/// Puts lists whose order means nothing into the order of their text, and those by a documented word into the order in
/// which the words are documented.
fn sort_sets(object: &mut Object, names: &Names) {
    for (member, value) in object.said_mut() {
        sort_value(&member.ty, value, names);
    }
}

fn sort_value(ty: &Type, value: &mut Value, names: &Names) {
    match value {
        Value::Object(object) => sort_sets(object, names),
        Value::List(list) => {
            let of = element_type(ty);
            for element in list.iter_mut() {
                sort_value(&of, element, names);
            }
            if matches!(ty, Type::Set(_) | Type::Map { .. }) {
                list.sort_by_cached_key(|element| {
                    let hand = to_hand(&of, element, &|reference| names.write(reference));
                    (rank(ty, element), hand.to_string().to_lowercase(), hand.to_string())
                });
            }
        }
        _ => {}
    }
}

/// Where the key of an element stands among the documented words; 0 where it is none of them.
fn rank(ty: &Type, element: &Value) -> usize {
    let Type::Map { key, of, .. } = ty else { return 0 };
    let (Some(Value::Enum(word)), Some((_, member))) =
        (element.as_object().and_then(|element| element.get(key)), of.member(key))
    else {
        return 0;
    };
    let Type::Enum(spec) = &member.ty else { return 0 };
    spec.words.iter().position(|known| known.word.eq_ignore_ascii_case(word.as_str())).unwrap_or_default()
}
