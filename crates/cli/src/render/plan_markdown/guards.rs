//! Why apply refuses a plan, in a comment: an object at a time, with what to write or to give.

use super::super::escape::markdown::{Inline, Markdown};
use super::super::grouped::{self, Group as Alike};
use super::super::{fields, guards_text, sentence};
use super::Context;
use entrant_plan::Plan;
use entrant_plan::guards::{Guard, Lift, Silent};

/// In one line, for the head of the comment.
pub fn refused(plan: &Plan) -> Inline {
    let silent = plan.guards.iter().filter(|guard| !guard.silent.is_empty()).count();
    let others = plan.guards.len() - silent;
    let mut refused = Inline::strong("Apply refuses this plan:").then(" ");
    if silent > 0 {
        let who = if silent == 1 { " document does" } else { " documents do" };
        refused = refused
            .then(Inline::number(silent))
            .then(who)
            .then(" not say what shall happen to a setting that decides who gets in. ");
    }
    if others > 0 {
        let who = if others == 1 { " guard stands" } else { " guards stand" };
        refused = refused.then(Inline::number(others)).then(who).then(" against it. ");
    }
    refused.then("See below.")
}

/// A block for each object that a guard is about.
pub fn blocks(plan: &Plan, alike: &[Alike], context: &Context) -> Vec<Markdown> {
    let mut groups: Vec<Vec<&Guard>> = Vec::new();
    let mut out = Vec::new();
    for (group, same) in grouped::guards(plan, alike) {
        if let (Some(group), [_, _, ..]) = (group, same.as_slice()) {
            out.push(of_several(group, &same, context));
            continue;
        }
        for guard in same {
            match groups.iter_mut().find(|group| group[0].address == guard.address) {
                Some(group) => group.push(guard),
                None => groups.push(vec![guard]),
            }
        }
    }
    out.extend(groups.iter().map(|group| block(group, context)));
    out
}

/// The same guard about several policies.
fn of_several(group: &Alike, same: &[&Guard], context: &Context) -> Markdown {
    let title = Inline::ours("Apply refuses: ").then(Inline::number(same.len())).then(" policies alike");
    let mut out = Markdown::heading(3, &title);
    out.push(&why(same[0]));
    let shared = Inline::address(&(context.position)(&group.place(None)));
    out.push(&Markdown::paragraph(
        &Inline::ours("Or once for all of them, in what they share: ").then(shared).then("."),
    ));
    let items: Vec<Inline> = same
        .iter()
        .filter_map(|guard| {
            let place = Inline::address(&(context.position)(guard.place.as_ref()?));
            Some(Inline::address(&guard.address.as_ref()?.to_string()).then(", declared at ").then(place))
        })
        .collect();
    out.push(&Markdown::details(&Inline::ours("The policies"), &Markdown::list(&items)));
    out
}

/// All guards about one object.
fn block(group: &[&Guard], context: &Context) -> Markdown {
    let address = group[0].address.as_ref().map(ToString::to_string);
    let about = address.map_or_else(|| Inline::ours("the whole plan"), |address| Inline::address(&address));
    let mut out = Markdown::heading(3, &Inline::ours("Apply refuses: ").then(about));
    for guard in group {
        out.push(&why(guard));
    }
    let mut lifts: Vec<Inline> = Vec::new();
    for guard in group {
        if let Some(lift) = lift(guard).filter(|lift| !lifts.contains(lift)) {
            lifts.push(lift);
        }
    }
    for lift in lifts {
        out.push(&Markdown::paragraph(
            &Inline::ours("To let it pass, after a review: ").then(lift).then("."),
        ));
    }
    if let Some(place) = group.iter().find_map(|guard| guard.place.as_ref()) {
        let place = Inline::address(&(context.position)(place));
        out.push(&Markdown::paragraph(&Inline::ours("Declared at ").then(place).then(".")));
    }
    out
}

fn why(guard: &Guard) -> Markdown {
    if !guard.silent.is_empty() {
        return silence(&guard.silent);
    }
    let why = Inline::address(guard.code.name)
        .then(": ")
        .then(sentence::inline(&guard.sentence))
        .then(".")
        .then(Inline::words(&guards_text::people(guard)));
    let mut out = Markdown::paragraph(&why);
    if let Some((does, document)) = &guard.instead {
        let does = format!("T{}:", does.strip_prefix('t').unwrap_or(does));
        out.push(&Markdown::paragraph(&Inline::words(&does)));
        out.push(&Markdown::lines_to_copy(document));
    }
    out
}

/// What lets a guard pass: a flag with its address is one piece of code, the others are words.
fn lift(guard: &Guard) -> Option<Inline> {
    let lift = guard.lifted_by()?;
    Some(match guard.lift {
        Lift::AllowDelete | Lift::AllowImmediate => Inline::address(&lift),
        Lift::None | Lift::WithAssignments | Lift::Parts | Lift::Limit(_) => Inline::words(&lift),
    })
}

/// What the document must say, for each place in it the lines that keep what is and those that change it.
fn silence(silent: &[Silent]) -> Markdown {
    let mut out = Markdown::paragraph(&Inline::ours(
        "The document is silent about what is marked as not written below, and silence never changes who gets in.",
    ));
    let mut places: Vec<(Vec<String>, String, String)> = Vec::new();
    for silent in silent {
        let mut parents = fields::path_labels(&silent.path.0, None);
        parents.pop();
        let (keep, reset) = (silent.keep.trim_end(), silent.reset.trim_end());
        match places.iter_mut().find(|(of, ..)| *of == parents) {
            Some((_, keeps, resets)) => {
                keeps.extend(["\n", keep]);
                resets.extend(["\n", reset]);
            }
            None => places.push((parents, keep.to_owned(), reset.to_owned())),
        }
    }
    for (parents, keep, reset) in places {
        let place = if parents.is_empty() {
            Inline::ours("in the document")
        } else {
            Inline::ours("under ").then(Inline::address(&parents.join(", ")))
        };
        out.push(&Markdown::paragraph(&Inline::ours("To keep what is, write ").then(place).then(":")));
        out.push(&Markdown::lines_to_copy(&keep));
        out.push(&Markdown::paragraph(&Inline::ours("To change it as shown, write instead:")));
        out.push(&Markdown::lines_to_copy(&reset));
    }
    out
}
