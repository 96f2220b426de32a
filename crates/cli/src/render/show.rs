//! Objects one by one: in a sentence, where they are declared, how they stand to their documents, and what they say.

use super::page::{Page, Tone, plain, span};
use super::source::Sources;
use super::values::counted;
use super::{fields, sentence, side_by_side};
use crate::report::LineDocument;
use entrant_model::Object;
use entrant_model::text::visible;
use entrant_model::value::Json;
use entrant_plan::diff::described;
use entrant_plan::impact::Sentence;
use entrant_plan::impact::sentence::of as sentence_of;
use entrant_plan::output::Origin;
use entrant_plan::show::{Shown, State, is_shared};
use entrant_plan::{Action, Change};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Where the words of a line begin.
const COLUMN: usize = 16;

/// The objects as text with ANSI styles; with `diff` what is and what shall be stand side by side.
pub fn render(policies: &[Shown], diff: bool, sources: &mut Sources, width: usize) -> String {
    let mut page = Page::new(width);
    for shown in policies {
        page.gap();
        page.line(0, &[span(Tone::Strong, address_of(shown, policies))]);
        let cell = |page: &mut Page, lead: &str, words: String| {
            page.cell(4, &[span(Tone::Faint, lead)], COLUMN, &[plain(words)]);
        };
        match sentences(shown) {
            (Some(one), None) | (None, Some(one)) => page.line(4, &sentence::spans(&one)),
            (now, next) => {
                for (lead, sentence) in [("now", now), ("as declared", next)] {
                    let words = sentence.map_or_else(Vec::new, |s| sentence::spans(&s));
                    page.cell(4, &[span(Tone::Changed, lead)], COLUMN, &words);
                }
            }
        }
        page.gap();
        cell(&mut page, "state", in_words(&shown.state));
        if let Some(place) = &shown.place {
            cell(&mut page, "declared at", sources.position(place));
        }
        if let Some(id) = &shown.id {
            cell(&mut page, "id", visible(id.as_str()));
        }
        cell(&mut page, "shape", shown.version.as_str().to_owned());
        page.gap();
        if diff {
            side_by_side::write(&mut page, 2, &side_by_side::members(shown));
        } else if let Some(object) = shown.live.as_ref().or(shown.desired.as_ref()) {
            fields::write_object(&mut page, 4, object);
        }
    }
    page.into_text()
}

/// The address, with the id where another has the same.
fn address_of(shown: &Shown, all: &[Shown]) -> String {
    match &shown.id {
        Some(id) if is_shared(&shown.address, all) => format!("{}#{}", shown.address, visible(id.as_str())),
        _ => shown.address.to_string(),
    }
}

/// What the object does, and what it shall do where that reads differently.
fn sentences(shown: &Shown) -> (Option<Sentence>, Option<Sentence>) {
    let say = |object: &Option<Object>| {
        object.as_ref().map(|o| sentence_of(shown.address.kind, o).about(shown.subject_label()))
    };
    let (now, next) = (say(&shown.live), say(&shown.outcome()));
    let is_same = now == next;
    (now, next.filter(|_| !is_same))
}

/// How the object stands to its document, in a line.
fn in_words(state: &State) -> String {
    match state {
        State::Unmanaged => "unmanaged: no document declares it, and it is left as it is".to_owned(),
        State::AsDeclared => "managed, and as declared".to_owned(),
        State::Differs(change) => match change.action {
            Action::Create => "declared, and not there yet: apply would create it".to_owned(),
            Action::Delete => "apply would delete it".to_owned(),
            Action::Keep => "no longer managed: it is left as it is".to_owned(),
            Action::Update => drift(change),
        },
    }
}

fn drift(change: &Change) -> String {
    const NAMED: usize = 4;
    let mut named = paths(change);
    let count = named.len();
    if count > NAMED {
        named.truncate(NAMED);
        named.push(format!("and {} more", count - NAMED));
    }
    let class = change.class().map_or("neutral", entrant_plan::impact::Class::as_str);
    let differences = counted(count as u64, "difference");
    format!("managed, with {differences} from its document ({class}): {}", named.join(", "))
}

/// The members that differ, from the root.
fn paths(change: &Change) -> Vec<String> {
    change.fields.iter().map(|field| visible(&field.path.to_string())).collect()
}

/// What `show --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShowDocument {
    /// The version of this structure.
    pub format_version: u32,
    /// The tool and its version.
    pub tool: String,
    /// The tenant's id, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The hosts that were read.
    pub api_hosts: Vec<String>,
    /// The policies, by address.
    pub policies: Vec<PolicyDocument>,
}

/// One policy.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyDocument {
    /// Its address; with `#GUID` where another live object has the same.
    pub address: String,
    /// Its id; absent where it is yet to be created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The shape in which it is read, and written where it is declared: `v1.0` or `beta`.
    pub api_version: String,
    /// Where its document stands; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared: Option<LineDocument>,
    /// `unmanaged`, `as declared`, or what apply would do: `create`, `update`, `delete`, `keep`.
    pub state: String,
    /// The worst effect on who gets in of what apply would do: `widens`, `unknown`, `narrows` or `neutral`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The members that an update would change, as JSON Pointers.
    pub differences: Vec<String>,
    /// What is; absent where there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<SideDocument>,
    /// What shall be; absent where no document says it, or says that it shall go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desired: Option<SideDocument>,
    /// With `--diff`: every member that either side says, both sides beside each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<Vec<MemberDocument>>,
}

/// A member on both sides.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MemberDocument {
    /// Where it stands, as a JSON Pointer.
    pub path: String,
    /// `same`, `changed`, `added`, `removed`, or `notWritten`: it would change though the document does not say it.
    pub mark: String,
    /// What is; absent for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<Json>,
    /// What shall be, with what the document leaves as it is; absent for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desired: Option<Json>,
}

/// A policy as it is or shall be.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SideDocument {
    /// What it does, in one sentence. Names stand in quotes as the tenant has them: escape it for where it goes.
    pub sentence: String,
    /// What it says, by member of its shape. A reference is `{kind, name, id?}`.
    pub members: BTreeMap<String, Json>,
}

/// The policies in their JSON structure.
pub fn document(policies: &[Shown], diff: bool, origin: &Origin, sources: &mut Sources) -> ShowDocument {
    ShowDocument {
        format_version: 1,
        tool: origin.tool.clone(),
        tenant: origin.tenant.clone(),
        api_hosts: origin.api_hosts.clone(),
        policies: policies.iter().map(|shown| policy(shown, policies, diff, sources)).collect(),
    }
}

fn policy(shown: &Shown, all: &[Shown], diff: bool, sources: &mut Sources) -> PolicyDocument {
    let change = match &shown.state {
        State::Differs(change) => Some(change),
        State::Unmanaged | State::AsDeclared => None,
    };
    PolicyDocument {
        address: address_of(shown, all),
        id: shown.id.as_ref().map(ToString::to_string),
        api_version: shown.version.as_str().to_owned(),
        declared: shown.place.as_ref().map(|place| {
            let spot = sources.spot(place);
            LineDocument { file: spot.path, line: spot.line }
        }),
        state: match &shown.state {
            State::Unmanaged => "unmanaged",
            State::AsDeclared => "as declared",
            State::Differs(change) => change.action.as_str(),
        }
        .to_owned(),
        class: change.and_then(|change| change.class()).map(|class| class.as_str().to_owned()),
        differences: change
            .filter(|change| change.action == Action::Update)
            .map(|change| change.fields.iter().map(|field| field.path.to_string()).collect())
            .unwrap_or_default(),
        live: shown
            .live
            .as_ref()
            .map(|live| SideDocument { sentence: sentence_in(shown, live), members: members_of(live) }),
        desired: shown.desired.as_ref().map(|desired| SideDocument {
            sentence: sentence_in(shown, &shown.outcome().unwrap_or_else(|| desired.clone())),
            members: members_of(desired),
        }),
        diff: diff.then(|| side_by_side::members(shown).into_iter().map(member).collect()),
    }
}

fn sentence_in(shown: &Shown, object: &Object) -> String {
    sentence_of(shown.address.kind, object).about(shown.subject_label()).to_string()
}

fn members_of(object: &Object) -> BTreeMap<String, Json> {
    let said = described(object).into_iter();
    said.filter_map(|field| Some((field.path.0.last()?.clone(), field.after?))).collect()
}

fn member(member: side_by_side::Member) -> MemberDocument {
    MemberDocument {
        path: member.path.to_string(),
        mark: member.mark.as_str().to_owned(),
        live: member.live,
        desired: member.desired,
    }
}
