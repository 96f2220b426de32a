//! Changes that are one: policies of a template in which the same is changed in the same way, by one edit of it.
//!
//! Only for showing. Each is a change of its own in the plan, in its order and in every other output.

use super::plan_text::worst_first;
use entrant_plan::{Action, Change, Plan};

/// The changes as they are shown, the first of each group before the others that say the same.
pub fn grouped(plan: &Plan) -> Vec<Vec<&Change>> {
    let mut groups: Vec<Vec<&Change>> = Vec::new();
    // The groups that edits of templates may belong to.
    let mut edits: Vec<usize> = Vec::new();
    for change in worst_first(plan) {
        if change.action != Action::Update || change.place.template().is_none() {
            groups.push(vec![change]);
        } else if let Some(at) = edits.iter().find(|at| is_one_edit(groups[**at][0], change)) {
            groups[*at].push(change);
        } else {
            edits.push(groups.len());
            groups.push(vec![change]);
        }
    }
    groups
}

/// The name of the template of which a group of changes is one edit.
pub fn template<'a>(group: &[&'a Change]) -> Option<&'a str> {
    let template = group.first().filter(|_| group.len() > 1)?.place.template()?;
    Some(&template.name)
}

fn is_one_edit(one: &Change, other: &Change) -> bool {
    let template = |change: &Change| change.place.template().map(|template| template.place.clone());
    template(one) == template(other)
        && one.version == other.version
        && one.fields == other.fields
        && one.reason == other.reason
        && one.impact == other.impact
}
