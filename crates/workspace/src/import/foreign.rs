//! What another tool keeps: its file as objects, before any tenant is looked at.
//!
//! ```text
//! terraform show -json ─▶ terraform ─┐
//!                                    ├─▶ Foreign: objects, names, what it cannot say ─▶ meet: with a tenant, or without
//! Microsoft365DSC ──────▶ m365dsc  ──┘
//! ```
//!
//! A file is what somebody sent: its size is bounded where it is read, the depth of its values here, and whatever is
//! in it may be missing, of another type, or a name that is meant to mislead.

mod index;
mod m365dsc;
mod meet;
mod merge;
mod powershell;
mod terraform;
#[cfg(test)]
mod tests;

use crate::codes;
use entrant_model::kinds::{parent_member, table};
use entrant_model::reference::{Written, fold};
use entrant_model::text::visible;
use entrant_model::value::{Json, each_reference_mut};
use entrant_model::{Diagnostic, Id, Kind, Object, Place, Reference, Value, Version, wire};
pub use meet::import;
use serde_json::{Map, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The most bytes that a file of another tool may have.
pub const MAX_FILE: u64 = 64 * 1024 * 1024;

/// What a person calls the standard input.
pub const STDIN: &str = "-";
/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// The most bytes of a file whose lines are shown beside a mistake.
const LARGEST_SHOWN: usize = 1024 * 1024;

/// Another tool, by what it prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The state of Terraform or OpenTofu, as `terraform show -json` prints it.
    Terraform,
    /// A configuration of Microsoft365DSC, or its report as JSON.
    M365dsc,
}

/// What a file holds.
#[derive(Debug)]
pub struct Foreign {
    /// The tool that it is of.
    pub format: Format,
    /// The shape of Graph in which the tool read policies: it keeps what that shows.
    sees: Version,
    /// Objects that the tool manages or mentions.
    objects: Vec<Piece>,
    /// What the file calls objects of the directory.
    names: BTreeMap<(Kind, Id), String>,
    /// What no document comes of, as sentences with texts of the file.
    notes: Vec<String>,
}

/// An object, as far as the file says it.
#[derive(Debug)]
struct Piece {
    kind: Kind,
    /// Its id where the file was made, or one that was made up.
    id: Id,
    is_made_up: bool,
    name: String,
    holder: Holder,
    /// How the file calls it: `azuread_access_package.x`.
    label: String,
    /// Whether the tool manages it; else it is there for its name.
    is_managed: bool,
    /// Members in Graph's form, policies in that of beta. What stands for an id and is none is a name.
    members: Map<String, Json>,
    /// Members that the file has and cannot be taken from it, each with the reason.
    unsaid: BTreeMap<&'static str, String>,
    /// Who has roles on a catalog, where the file does not say what they are.
    principals: Vec<Principal>,
    /// What is to be said beside its document.
    remarks: Vec<String>,
}

/// What holds an object.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Holder {
    Tenant,
    Id(Id),
    Name(String),
}

impl Holder {
    /// An id or a name, as it is written.
    fn written(text: &str) -> Self {
        Id::guid(text).map_or_else(|| Self::Name(text.to_owned()), Self::Id)
    }
}

/// Somebody with a role on a catalog.
#[derive(Debug, Clone)]
struct Principal {
    /// An id or a name.
    who: String,
    /// The word of documents.
    role: String,
}

impl Piece {
    fn new(kind: Kind, id: Option<Id>, name: &str, holder: Holder, label: &str) -> Self {
        Self {
            kind,
            is_made_up: id.is_none(),
            id: id.unwrap_or_else(|| made_up(&[kind.as_str(), label, name])),
            name: name.to_owned(),
            holder,
            label: label.to_owned(),
            is_managed: true,
            members: Map::new(),
            unsaid: BTreeMap::new(),
            principals: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// Adds an element to a list that does not have it yet: what a file says twice is meant once.
    fn add(&mut self, member: &str, element: Json) {
        if let Json::Array(list) = self.members.entry(member).or_insert_with(|| json!([]))
            && !list.contains(&element)
        {
            list.push(element);
        }
    }

    /// What it says, as the tables have it; without the member that names what holds it. `None` for a kind that no
    /// document declares.
    fn object(&self) -> Option<Object> {
        let version = if self.kind == Kind::AssignmentPolicy { Version::Beta } else { Version::V1 };
        let mut spelled = BTreeMap::new();
        self.members.values().for_each(|value| spellings(value, &mut spelled));
        let mut object = wire::read(table(self.kind, version)?, &self.members);
        each_reference_mut(&mut object, &mut |_, reference| {
            let Some(id) = reference.id.as_ref().filter(|id| Id::guid(id.as_str()).is_none()) else { return };
            let name = spelled.get(id.as_str()).cloned().unwrap_or_else(|| id.to_string());
            let written = Written { name: Some(name), ..Written::default() };
            *reference = Reference::written(reference.kind, written);
        });
        if let Some(member) = parent_member(self.kind, version) {
            object.remove(member);
        }
        object.set("displayName", Value::Text(self.name.as_str().into()));
        Some(object)
    }

    /// How notes call it.
    fn noun(&self) -> String {
        format!("{} (the {} `{}`)", self.label, self.kind.noun(), self.name)
    }
}

/// Every text of a value by its lower-case form: ids lose their letter case, and names have it.
fn spellings(json: &Json, out: &mut BTreeMap<String, String>) {
    match json {
        Json::String(text) => {
            out.insert(text.to_ascii_lowercase(), text.clone());
        }
        Json::Array(list) => list.iter().for_each(|element| spellings(element, out)),
        Json::Object(map) => map.values().for_each(|value| spellings(value, out)),
        _ => {}
    }
}

/// An id for what the file gives none, the same each time: FNV-1a, twice, in the form of a GUID.
fn made_up(parts: &[&str]) -> Id {
    let hash = |mut hash: u64| {
        for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        hash
    };
    let text = format!("{:016x}{:016x}", hash(0xcbf2_9ce4_8422_2325), hash(0x8422_2325_cbf2_9ce4));
    Id::new(&format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]))
}

/// What keeps a file from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Where, in bytes of the text.
    pub at: Option<usize>,
    /// From 1; 0 where the whole file is meant.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Fault {
    fn at(text: &str, at: usize, message: impl Into<String>) -> Self {
        let line = text.get(..at).map_or(0, |before| before.matches('\n').count() + 1);
        Self { at: Some(at), line, message: message.into(), help: String::new() }
    }

    fn whole(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { at: None, line: 0, message: message.into(), help: help.into() }
    }
}

/// Reads the file of another tool. `name` is what a person calls it.
///
/// # Errors
/// What keeps the file from being read.
pub fn read(format: Format, name: &str, bytes: &[u8]) -> Result<Foreign, Box<Diagnostic>> {
    let found = |fault: Fault| {
        // Where a person can be shown the source, its place says the line.
        let mark = if bytes.starts_with(MARK) { MARK.len() } else { 0 };
        let is_shown = bytes.len() <= LARGEST_SHOWN && std::str::from_utf8(bytes).is_ok();
        let place = fault.at.filter(|_| is_shown && name != STDIN).map(|at| {
            let mut place = Place::document(Arc::new(PathBuf::from(name)), 0);
            place.bytes = Some((at + mark, at + mark + 1));
            place
        });
        let line =
            if fault.line > 0 && place.is_none() { format!(", line {}", fault.line) } else { String::new() };
        let shown = if name == STDIN { "the standard input".to_owned() } else { visible(name) };
        let message = format!("{shown}{line}: {}", visible(&fault.message));
        let mut found = Diagnostic::new(codes::FOREIGN_FILE, message);
        if let Some(place) = place {
            found = found.at(place, "");
        }
        let help = match (fault.help.is_empty(), format) {
            (false, _) => fault.help,
            (true, Format::Terraform) => {
                "give what `terraform show -json` prints: `terraform show -json > state.json`".to_owned()
            }
            (true, Format::M365dsc) => {
                "give the `.ps1` file that `Export-M365DSCConfiguration` writes, or its report as JSON"
                    .to_owned()
            }
        };
        Box::new(found.help(help))
    };
    let text = decoded(bytes).map_err(found)?;
    let read = match format {
        Format::Terraform => terraform::read(&text),
        Format::M365dsc => m365dsc::read(&text),
    };
    read.map_err(found)
}

/// The text of a file: UTF-8, or UTF-16 with a byte order mark, as Windows PowerShell redirects output.
fn decoded(bytes: &[u8]) -> Result<String, Fault> {
    let no_text = || Fault::whole("it is no text", String::new());
    let wide = |bytes: &[u8], number: fn([u8; 2]) -> u16| {
        let pairs = bytes.chunks_exact(2);
        if !pairs.remainder().is_empty() {
            return Err(no_text());
        }
        let units: Vec<u16> = pairs.map(|pair| number([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| no_text())
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => {
            let text = bytes.strip_prefix(MARK).unwrap_or(bytes);
            String::from_utf8(text.to_vec()).map_err(|_| no_text())
        }
    }
}

/// A file of JSON.
fn parse_json(text: &str) -> Result<Json, Fault> {
    serde_json::from_str(text).map_err(|error| {
        let before: usize =
            text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let mut at = (before + error.column().saturating_sub(1)).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        Fault::at(text, at, format!("it is no JSON: {what}"))
    })
}

/// A resource of a catalog in the form of `model`. `origin` is an id, a name or a URL.
fn resource(system: &str, origin: &str) -> Json {
    let tag = match origin_of(system) {
        Origin::Group => "groupResource",
        Origin::Application => "applicationResource",
        Origin::Site => "siteResource",
        Origin::Other => return json!({"originSystem": system, "originId": origin}),
    };
    json!({wire::ODATA_TYPE: format!("#microsoft.graph.{tag}"), "originId": origin})
}

/// A role of a resource in the form of `model`.
fn resource_role(system: &str, origin: &str, role: &str) -> Json {
    let tag = match origin_of(system) {
        Origin::Group => "groupRole",
        Origin::Application => "applicationRole",
        Origin::Site => "siteRole",
        Origin::Other => return json!({"originSystem": system, "originId": origin, "role": role}),
    };
    json!({wire::ODATA_TYPE: format!("#microsoft.graph.{tag}"), "originId": origin, "role": role})
}

enum Origin {
    Group,
    Application,
    Site,
    Other,
}

fn origin_of(system: &str) -> Origin {
    match system.to_ascii_lowercase().as_str() {
        "aadgroup" => Origin::Group,
        "aadapplication" => Origin::Application,
        "sharepointonline" => Origin::Site,
        _ => Origin::Other,
    }
}

/// The origin system of a resource that only a role is known of, where that can be told.
fn system_of(origin: &str, role: &str) -> Option<&'static str> {
    if origin.to_ascii_lowercase().starts_with("https://") {
        return Some("SharePointOnline");
    }
    // Only groups have these roles.
    ["Member", "Owner", "Eligible Member", "Eligible Owner"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(role))
        .then_some("AadGroup")
}

/// The role on a catalog that a definition is, by its id or by its name in the portal or in the service.
fn catalog_role(definition: &str) -> Option<&'static str> {
    const ROLES: [(&str, &[&str]); 4] = [
        ("owner", &["ae79f266-94d4-4dab-b730-feca7e132178", "catalog owner"]),
        ("reader", &["44272f93-9762-48e8-af59-1b5351b1d6b3", "catalog reader"]),
        (
            "accessPackageManager",
            &["7f480852-ebdc-47d4-87de-0d8498384a83", "access package manager", "accesspackages manager"],
        ),
        (
            "assignmentManager",
            &[
                "e2182095-804a-4656-ae11-64734e9b7ae5",
                "access package assignment manager",
                "accesspackage assignment manager",
            ],
        ),
    ];
    let definition = fold(definition);
    ROLES.iter().find(|(_, known)| known.contains(&definition.as_str())).map(|(word, _)| *word)
}
