//! Renames: what the plan says of a policy that gets another name, and the question whether one that would be
//! created is an undeclared one under a new name.
//!
//! Which live policy a document means is decided in `matching`; nothing here decides anything.

use crate::change::{Action, Change, Plan};
use crate::codes;
use crate::diff::diff;
use crate::yaml::flow_text;
use entrant_model::reference::same_name;
use entrant_model::text::visible;
use entrant_model::{Diagnostic, Id, Kind, Live, LiveObject, Object, Version};
use std::collections::{BTreeMap, BTreeSet};

/// How many undeclared policies of one package are compared with what would be created. In a package with more
/// of them the answer would be no help, and comparing all with all takes long.
const MOST_UNDECLARED: usize = 50;

/// Why an update is one, where it renames; `None` where the name stays but for letter case.
pub fn reason(kind: Kind, live: &str, desired: &Object) -> Option<String> {
    // Settings have no name.
    let is_renamed = !same_name(Some(live), Some(desired.text("displayName").unwrap_or_default()));
    let stays = match kind {
        Kind::AssignmentPolicy | Kind::AccessPackage => "whoever has access through it keeps it",
        _ => "what belongs or refers to it stays",
    };
    is_renamed.then(|| format!("renames `{live}`; {stays}"))
}

/// For each policy that would be created: which undeclared one of its package says the same.
pub fn questions(plan: &Plan, live: &Live) -> Vec<Diagnostic> {
    let creates: Vec<&Change> = plan.changes.iter().filter(|c| c.action == Action::Create).collect();
    if creates.is_empty() || plan.unmanaged.is_empty() {
        return Vec::new();
    }
    let undeclared: BTreeSet<&Id> =
        plan.unmanaged.iter().filter(|u| u.kind == Kind::AssignmentPolicy).map(|u| &u.id).collect();
    let mut by_package: BTreeMap<(Version, &Id), Vec<&LiveObject>> = BTreeMap::new();
    for policy in live.policies.iter().filter(|p| undeclared.contains(&p.id)) {
        by_package.entry((policy.version, &policy.parent)).or_default().push(policy);
    }
    for policies in by_package.values_mut() {
        policies.sort_by_key(|policy| &policy.id);
    }
    creates.into_iter().filter_map(|create| question(create, &by_package)).collect()
}

fn question(create: &Change, undeclared: &BTreeMap<(Version, &Id), Vec<&LiveObject>>) -> Option<Diagnostic> {
    let desired = create.desired.as_ref()?;
    let policies = undeclared.get(&(create.version, create.parent.id.as_ref()?))?;
    let mut alike = policies.iter().take(MOST_UNDECLARED).filter(|policy| says_the_same(desired, policy));
    let first = alike.next()?;
    let more = alike.count();
    let name = visible(&first.display_name);
    let diagnostic = Diagnostic::new(
        codes::PERHAPS_RENAMED,
        format!("`{}` would be created, and `{name}` of the same package says the same", create.address),
    )
    .at(create.place.clone(), "would be a second policy");
    let diagnostic = match more {
        0 => diagnostic,
        1 => diagnostic.note("so does 1 more policy"),
        more => diagnostic.note(format!("so do {more} more policies")),
    };
    Some(
        diagnostic
            .note(format!("no document declares `{name}` ({})", first.id))
            .help(format!(
                "if it is that policy under a new name, add `previousNames: [{}]`: it keeps its assignments",
                flow_text(&first.display_name)
            ))
            .help("if it is another one, leave it as it is"),
    )
}

/// Whether two policies differ in their names and remarks alone.
fn says_the_same(desired: &Object, live: &LiveObject) -> bool {
    let differs = |field: &crate::change::Field| !matches!(field.path.0.as_slice(), [one] if matches!(one.as_str(), "displayName" | "description"));
    !diff(desired, &live.object).iter().any(differs)
}
