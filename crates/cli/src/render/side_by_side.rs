//! An object as it is and as it shall be, member by member, beside each other.
//!
//! ```text
//!     member                        live                    desired
//!     allowedTargetScope            allMemberUsers          allMemberUsers
//!   ~ expiration                    P90D (90 days)          PT2H (2 hours)
//!     requestApprovalSettings
//!       stage 1
//!   ~     primaryApprovers          - group Partner desk    + group Service owners
//!                                     user ana@contoso.com    user ana@contoso.com
//! ```
//!
//! `~` stands before what changes, `+` and `-` before what only one side has, `!` before what would change though the
//! document does not say it. Where there is no room for two columns the sides stand below each other.

use super::fields::{is_in_address, nothing, path_labels};
use super::page::{Page, Paragraph, Span, Tone, plain, span, width_of};
use super::values::{keys, phrase, told_apart};
use entrant_model::value::Json;
use entrant_model::{Object, Pointer};
use entrant_plan::diff::described;
use entrant_plan::show::{Shown, State};
use entrant_plan::{Action, Field, Reason};

/// Columns of a side that is narrower than this read badly.
const NARROWEST_SIDE: usize = 20;
/// Columns between two columns.
const GAP: usize = 2;

/// A member on both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Where it stands, in Graph's shape.
    pub path: Pointer,
    /// The same as a person reads it.
    labels: Vec<String>,
    /// What is.
    pub live: Option<Json>,
    /// What shall be.
    pub desired: Option<Json>,
    /// How the two stand to each other.
    pub mark: Mark,
    /// Whether the whole object comes or goes, so that there is nothing on the other side to differ from.
    is_whole: bool,
}

/// How two sides of a member stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// They mean the same, or there is one side alone to look at.
    Same,
    /// They differ.
    Changed,
    /// Only the desired object has it.
    Added,
    /// Only the live object has it.
    Removed,
    /// They differ, and the document does not say so itself.
    NotWritten,
}

impl Mark {
    /// The word of the JSON form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::NotWritten => "notWritten",
        }
    }

    fn sign(self) -> Option<Span> {
        Some(match self {
            Self::Same => return None,
            Self::Changed => span(Tone::Changed, "~ "),
            Self::Added => span(Tone::Added, "+ "),
            Self::Removed => span(Tone::Removed, "- "),
            Self::NotWritten => span(Tone::Changed, "! "),
        })
    }
}

/// Every member that either side says. What makes up the address is left out where it does not change.
pub fn members(shown: &Shown) -> Vec<Member> {
    let desired = shown.outcome();
    let [live, wanted] = [shown.live.as_ref(), desired.as_ref()].map(|side| side.map(whole));
    let titles = desired.as_ref().or(shown.live.as_ref());
    let mut leaves = Vec::new();
    walk(&mut Vec::new(), live.as_ref(), wanted.as_ref(), &mut leaves);
    let paths: Vec<Vec<String>> = leaves.iter().map(|(path, ..)| path.clone()).collect();
    let is_whole = shown.live.is_none() || desired.is_none();
    let members = leaves.into_iter().map(|(path, live, desired)| {
        let mark = mark(&shown.state, &path, live.as_ref(), desired.as_ref(), &paths);
        // A difference shows what means the same in the same words.
        let (live, desired) = match exact(&shown.state, &path) {
            Some(field) if mark != Mark::Same => (field.before.clone(), field.after.clone()),
            _ => (live, desired),
        };
        // What means the same without being said has the value of the other side.
        let (live, desired) = match (mark, live, desired) {
            (Mark::Same, live, desired) if !is_whole => {
                (live.clone().or_else(|| desired.clone()), desired.or(live))
            }
            (_, live, desired) => (live, desired),
        };
        Member { labels: path_labels(&path, titles), path: Pointer(path), live, desired, mark, is_whole }
    });
    let is_told = |member: &Member| (member.mark == Mark::Same || is_whole) && is_in_address(&member.path.0);
    members.filter(|member| !is_told(member)).collect()
}

/// The difference of exactly this member, where an update has one.
fn exact<'a>(state: &'a State, path: &[String]) -> Option<&'a Field> {
    let State::Differs(change) = state else { return None };
    let mut fields = change.fields.iter().filter(|_| change.action == Action::Update);
    fields.find(|field| field.path.0 == path)
}

/// The whole object as plans show it, with lists in their own order.
fn whole(object: &Object) -> Json {
    let said = described(object).into_iter();
    let members = said.filter_map(|field| Some((field.path.0.last()?.clone(), in_sequence(field.after?))));
    Json::Object(members.collect())
}

/// Elements stand by their `sequence` where all have one.
fn in_sequence(json: Json) -> Json {
    match json {
        Json::Array(mut list) => {
            let rank = |element: &Json| element.get("sequence").and_then(Json::as_i64);
            if list.iter().all(|element| rank(element).is_some()) {
                list.sort_by_key(rank);
            }
            Json::Array(list.into_iter().map(in_sequence).collect())
        }
        Json::Object(map) => {
            Json::Object(map.into_iter().map(|(key, value)| (key, in_sequence(value))).collect())
        }
        other => other,
    }
}

type Leaf = (Vec<String>, Option<Json>, Option<Json>);

/// Goes down as long as each side is a structure.
fn walk(path: &mut Vec<String>, live: Option<&Json>, desired: Option<&Json>, out: &mut Vec<Leaf>) {
    let sides: Vec<&Json> = live.into_iter().chain(desired).collect();
    let Some(all) = sides.iter().map(|side| keys(side)).collect::<Option<Vec<Vec<String>>>>() else {
        out.push((path.clone(), live.cloned(), desired.cloned()));
        return;
    };
    let keys = all.into_iter().reduce(|one, other| merged(one, &other)).unwrap_or_default();
    let child = |side: Option<&Json>, key: &str| match side? {
        Json::Array(list) => list.get(key.parse::<usize>().ok()?).cloned(),
        side => side.get(key).cloned(),
    };
    for key in keys {
        let (live, desired) = (child(live, &key), child(desired, &key));
        path.push(key);
        walk(path, live.as_ref(), desired.as_ref(), out);
        path.pop();
    }
}

/// The keys of both sides, each where it stands among those of its side.
fn merged(mut one: Vec<String>, other: &[String]) -> Vec<String> {
    let mut next = 0;
    for key in other {
        let known = one.iter().position(|known| known == key);
        if known.is_none() {
            one.insert(next, key.clone());
        }
        next = known.unwrap_or(next) + 1;
    }
    one
}

fn mark(
    state: &State,
    path: &[String],
    live: Option<&Json>,
    desired: Option<&Json>,
    all: &[Vec<String>],
) -> Mark {
    let State::Differs(change) = state else { return Mark::Same };
    match change.action {
        Action::Create => return Mark::Added,
        Action::Delete => return Mark::Removed,
        Action::Keep => return Mark::Same,
        Action::Update => {}
    }
    if live == desired {
        return Mark::Same;
    }
    let meets = |field: &Field, path: &[String]| {
        let field = &field.path.0;
        field.starts_with(path) || path.starts_with(field)
    };
    // A list whose keys are told otherwise in the plan: its member is all that both have in common.
    let is_near =
        |field: &&Field| field.path.0.first() == path.first() && !all.iter().any(|path| meets(field, path));
    let found = change.fields.iter().find(|field| meets(field, path));
    let Some(field) = found.or_else(|| change.fields.iter().find(is_near)) else { return Mark::Same };
    match (field.reason, live, desired) {
        (Some(Reason::NotWritten), ..) => Mark::NotWritten,
        (None, None, _) => Mark::Added,
        (None, _, None) => Mark::Removed,
        (None, ..) => Mark::Changed,
    }
}

/// Writes the members below each other, their sides beside each other where there is room.
pub fn write(page: &mut Page, indent: usize, members: &[Member]) {
    if members.is_empty() {
        return;
    }
    let text = indent + 2;
    let widest = members
        .iter()
        .map(|member| {
            let depth = member.labels.len().saturating_sub(1) * 2;
            depth + width_of(&[plain(member.labels.last().map_or("", String::as_str))])
        })
        .max()
        .unwrap_or_default();
    let labels = widest.min(page.width * 2 / 5).max("member".len());
    let live = text + labels + GAP;
    let side = page.width.saturating_sub(live + GAP) / 2;
    let columns = (side >= NARROWEST_SIDE).then_some(Columns { live, desired: live + side + GAP, side });
    if let Some(columns) = &columns {
        let head = |word| [Paragraph::of(Tone::Faint, word)];
        columns.row(page, text, &[span(Tone::Faint, "member")], &head("live"), &head("desired"));
    }
    let mut open: Vec<String> = Vec::new();
    for member in members {
        let Some((label, parents)) = member.labels.split_last() else { continue };
        let shared = open.iter().zip(parents).take_while(|(a, b)| a == b).count();
        for (depth, parent) in parents.iter().enumerate().skip(shared) {
            page.line(text + depth * 2, &[span(Tone::Strong, parent.as_str())]);
        }
        open = parents.to_vec();
        let mut lead: Vec<Span> = member.mark.sign().into_iter().collect();
        let start = if lead.is_empty() { text } else { text - 2 };
        let inner = " ".repeat(parents.len() * 2);
        lead.push(plain(format!("{inner}{label}")));
        let sides = sides(label, member);
        match &columns {
            Some(columns) => columns.row(page, start, &lead, &sides[0], &sides[1]),
            None => stacked(page, start, text + parents.len() * 2 + 2, &lead, member, &sides),
        }
    }
}

/// Where the columns stand.
struct Columns {
    live: usize,
    desired: usize,
    side: usize,
}

impl Columns {
    fn row(&self, page: &mut Page, indent: usize, lead: &[Span], live: &[Paragraph], desired: &[Paragraph]) {
        page.row(indent, lead, &[(self.live, self.side, live), (self.desired, self.side, desired)]);
    }
}

/// The sides below each other; one alone where they mean the same.
fn stacked(
    page: &mut Page,
    indent: usize,
    inner: usize,
    lead: &[Span],
    member: &Member,
    [live, desired]: &[Vec<Paragraph>; 2],
) {
    page.cell(indent, lead, 0, &[]);
    if member.mark == Mark::Same || member.is_whole {
        let either = if live.is_empty() { desired } else { live };
        for paragraph in either {
            page.paragraph(inner, paragraph);
        }
        return;
    }
    for (word, paragraphs) in [("live", live), ("desired", desired)] {
        let column = inner + "desired".len() + GAP;
        for (index, paragraph) in paragraphs.iter().enumerate() {
            let lead = if index == 0 { vec![span(Tone::Faint, word)] } else { Vec::new() };
            let start = if index == 0 { inner } else { column };
            page.row(
                start,
                &lead,
                &[(column, page.width.saturating_sub(column), std::slice::from_ref(paragraph))],
            );
        }
    }
}

/// The lines of both sides.
fn sides(label: &str, member: &Member) -> [Vec<Paragraph>; 2] {
    let lists = [&member.live, &member.desired].map(|side| match side {
        Some(Json::Array(list)) => Some(list.as_slice()),
        None => Some(&[][..]),
        Some(_) => None,
    });
    match lists {
        [Some(live), Some(desired)] if !(live.is_empty() && desired.is_empty()) => {
            lists_side_by_side(label, live, desired, member.mark == Mark::Same || member.is_whole)
        }
        _ => scalars_side_by_side(label, member),
    }
}

fn lists_side_by_side(label: &str, live: &[Json], desired: &[Json], is_same: bool) -> [Vec<Paragraph>; 2] {
    let all: Vec<&Json> = live.iter().chain(desired.iter().filter(|value| !live.contains(value))).collect();
    let words = told_apart(label, &all);
    let lines = |list: &[Json], other: &[Json], tone: Tone, sign: &'static str| -> Vec<Paragraph> {
        let of_list = all.iter().zip(&words).filter(|(value, _)| list.contains(value));
        // What differs stands first, so that it stands beside what it differs from.
        let (stays, differs): (Vec<_>, Vec<_>) =
            of_list.partition(|(value, _)| is_same || other.contains(value));
        let staying = |(_, words): (_, &String)| Paragraph {
            mark: (!is_same).then(|| plain("  ")),
            spans: vec![plain(words.as_str())],
        };
        let differing = |(_, words): (_, &String)| Paragraph {
            mark: Some(span(tone, sign)),
            spans: vec![span(tone, words.as_str())],
        };
        let mut lines: Vec<Paragraph> = differs.into_iter().map(differing).collect();
        lines.extend(stays.into_iter().map(staying));
        if lines.is_empty() && !is_same {
            lines.push(Paragraph::of(Tone::Faint, nothing(label)));
        }
        lines
    };
    [lines(live, desired, Tone::Removed, "- "), lines(desired, live, Tone::Added, "+ ")]
}

fn scalars_side_by_side(label: &str, member: &Member) -> [Vec<Paragraph>; 2] {
    let is_same = member.mark == Mark::Same || member.is_whole;
    let told: [Option<String>; 2] = match (&member.live, &member.desired) {
        (Some(live), Some(desired)) if !is_same => {
            <[String; 2]>::try_from(told_apart(label, &[live, desired])).unwrap_or_default().map(Some)
        }
        (live, desired) => [live, desired].map(|side| side.as_ref().map(|value| phrase(label, value))),
    };
    let tones = [Tone::Removed, Tone::Added];
    let mut sides = told.into_iter().zip(tones).map(|(words, tone)| match words {
        Some(words) => vec![Paragraph::of(if is_same { Tone::Plain } else { tone }, words)],
        None if is_same => Vec::new(),
        None => vec![Paragraph::of(Tone::Faint, nothing(label))],
    });
    [sides.next().unwrap_or_default(), sides.next().unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn member(path: &str, live: Json, desired: Json, mark: Mark) -> Member {
        let path: Vec<String> = path.split('/').map(str::to_owned).collect();
        let side = |json: Json| (!json.is_null()).then_some(json);
        Member {
            labels: path_labels(&path, None),
            path: Pointer(path),
            live: side(live),
            desired: side(desired),
            mark,
            is_whole: false,
        }
    }

    fn written(width: usize) -> String {
        let group = |name: &str| json!({"kind": "Group", "name": name, "id": format!("id of {name}")});
        let members = [
            member("allowedTargetScope", json!("allMemberUsers"), json!("allMemberUsers"), Mark::Same),
            member("expiration", json!("P90D"), Json::Null, Mark::NotWritten),
            member(
                "requestApprovalSettings/stages/0/primaryApprovers",
                json!([group("Desk"), group("Ops")]),
                json!([group("Ops"), group("Owners of everything that there is")]),
                Mark::Changed,
            ),
            member("questions/0/text", Json::Null, json!("Why?"), Mark::Added),
        ];
        let mut page = Page::new(width);
        write(&mut page, 2, &members);
        anstream::adapter::strip_str(&page.into_text()).to_string()
    }

    #[test]
    fn what_one_side_has_alone_stands_where_it_has_it() {
        let keys = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<String>>();
        for (live, desired, all) in [
            ("scope expiration", "scope targets expiration", "scope targets expiration"),
            ("scope expiration reviews", "targets expiration", "targets scope expiration reviews"),
            ("0 1", "0 1 2", "0 1 2"),
            ("", "a b", "a b"),
        ] {
            assert_eq!(merged(keys(live), &keys(desired)), keys(all));
        }
    }

    #[test]
    fn sides_stand_beside_each_other_where_there_is_room() {
        let text = written(90);
        let expected = concat!(
            "    member                live                             desired\n",
            "    allowedTargetScope    allMemberUsers                   allMemberUsers\n",
            "  ! expiration            P90D (90 days)                   (does not end)\n",
            "    requestApprovalSettings\n",
            "      stage 1\n",
            "  ~     primaryApprovers  - group Desk                     + group Owners of everything\n",
            "                            group Ops                        that there is\n",
            "                                                             group Ops\n",
            "    question 1\n",
            "  +   text                (none)                           Why?\n",
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn sides_stand_below_each_other_where_there_is_none() {
        let text = written(60);
        let expected = concat!(
            "    allowedTargetScope\n",
            "      allMemberUsers\n",
            "  ! expiration\n",
            "      live     P90D (90 days)\n",
            "      desired  (does not end)\n",
            "    requestApprovalSettings\n",
            "      stage 1\n",
            "  ~     primaryApprovers\n",
            "          live     - group Desk\n",
            "                     group Ops\n",
            "          desired  + group Owners of everything that there\n",
            "                     is\n",
            "                     group Ops\n",
            "    question 1\n",
            "  +   text\n",
            "        live     (none)\n",
            "        desired  Why?\n",
        );
        assert_eq!(text, expected);
    }
}
