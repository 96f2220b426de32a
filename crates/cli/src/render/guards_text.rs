//! Why apply refuses a plan, for a person: what stands in the way, and what lets it pass.

use super::fields;
use super::grouped::{self, Alike, Group};
use super::page::{Page, Tone, plain, span};
use super::plan_text::Context;
use super::sentence;
use super::values::counted;
use entrant_model::Kind;
use entrant_model::text::visible;
use entrant_plan::guards::{Guard, Lift};
use entrant_plan::{Action, Change, Plan};

/// Why apply refuses, as text with ANSI styles.
pub fn render(plan: &Plan, groups: &[Group], context: &Context) -> String {
    let mut page = Page::new(context.width);
    write(&mut page, plan, groups, context);
    page.into_text()
}

/// What would let the plan pass, a line each, as text with ANSI styles. Empty where nothing would.
pub fn overrides(plan: &Plan, width: usize) -> String {
    let mut lifts: Vec<String> = plan.guards.iter().filter_map(Guard::lifted_by).collect();
    lifts.sort();
    lifts.dedup();
    if lifts.is_empty() {
        return String::new();
    }
    let mut page = Page::new(width);
    let unliftable = plan.guards.iter().filter(|guard| guard.lift == Lift::None).count() as u64;
    page.line(0, &[plain("After a review, these would let it pass:")]);
    for lift in lifts {
        page.verbatim(4, &visible(&lift));
    }
    if unliftable > 0 {
        page.line(
            0,
            &[plain(format!("Nothing but another document lifts {}.", counted(unliftable, "other guard")))],
        );
    }
    page.into_text()
}

/// `4 people hold access`.
pub fn hold_access(people: usize) -> String {
    match people {
        0 => "Nobody holds access".to_owned(),
        1 => "1 person holds access".to_owned(),
        several => format!("{several} people hold access"),
    }
}

/// What stands behind how many people hold access through an object: of a policy that is deleted, nobody knows more.
pub fn of_deleted(change: &Change, people: usize) -> &'static str {
    let is_deleted = change.kind == Kind::AssignmentPolicy && change.action == Action::Delete;
    if is_deleted && people > 0 { "; what becomes of that is not documented" } else { "" }
}

/// ` 4 people hold access through it.`, where the guard is about people.
pub fn people(guard: &Guard) -> String {
    guard.people.map_or_else(String::new, |people| format!(" {} through it.", hold_access(people)))
}

/// What the guards say, below the changes of the plan.
pub fn write(page: &mut Page, plan: &Plan, groups: &[Group], context: &Context) {
    if plan.guards.is_empty() {
        return;
    }
    page.gap();
    let (silence, others): (Vec<Alike>, Vec<Alike>) =
        grouped::guards(plan, groups).into_iter().partition(|(_, alike)| !alike[0].silent.is_empty());
    let head = span(Tone::Changed, "! apply refuses this plan.");
    if silence.is_empty() {
        page.line(0, &[head]);
    } else {
        page.line(0, &[
            head,
            plain(" What a document does not say never changes who gets in. Write one line for each member marked with !: either keeps it as it is, or says that it shall change."),
        ]);
    }
    for (group, alike) in silence {
        page.gap();
        for guard in &alike {
            write_object(page, guard, context);
        }
        if let Some(group) = group.filter(|_| alike.len() > 1) {
            let shared = (context.position)(&group.place(None));
            page.line(2, &[plain(format!("or once for all of them, in what they share: {shared}"))]);
        }
        write_silent(page, alike[0]);
    }
    for guard in others.into_iter().flat_map(|(_, alike)| alike) {
        page.gap();
        write_object(page, guard, context);
        write_guard(page, guard);
    }
}

/// The line at the end of a plan.
pub fn write_summary(page: &mut Page, plan: &Plan) {
    if plan.guards.is_empty() {
        return;
    }
    let silent = plan.guards.iter().filter(|guard| !guard.silent.is_empty()).count() as u64;
    let others = plan.guards.len() as u64 - silent;
    let mut why = Vec::new();
    if silent > 0 {
        why.push(format!("{} must say more first", counted(silent, "document")));
    }
    if others > 0 {
        why.push(format!(
            "{} against it",
            if others == 1 { "1 guard stands".to_owned() } else { format!("{others} guards stand") }
        ));
    }
    page.line(0, &[plain(format!("apply would exit with 4: {} (see above).", why.join(", and ")))]);
}

/// What the guard is about.
fn write_object(page: &mut Page, guard: &Guard, context: &Context) {
    if let Some(address) = &guard.address {
        page.line(2, &[span(Tone::Strong, address.to_string())]);
    }
    if let Some(place) = &guard.place {
        page.line(2, &[span(Tone::Faint, format!("declared at {}", (context.position)(place)))]);
    }
}

fn write_guard(page: &mut Page, guard: &Guard) {
    let mut spans = vec![span(Tone::Changed, guard.code.name), plain(": ")];
    spans.extend(sentence::spans(&guard.sentence));
    spans.push(plain(format!(".{}", people(guard))));
    page.line(4, &spans);
    if let Some((does, document)) = &guard.instead {
        page.line(4, &[plain(*does)]);
        for line in document.lines() {
            page.verbatim(8, &visible(line));
        }
    }
    if let Some(lift) = guard.lifted_by() {
        page.line(4, &[plain("to let it pass, after a review")]);
        page.verbatim(8, &visible(&lift));
    }
}

fn write_silent(page: &mut Page, guard: &Guard) {
    for silent in &guard.silent {
        let labels = fields::path_labels(&silent.path.0, None);
        let place = match labels.split_last() {
            Some((_, parents)) if !parents.is_empty() => format!("under {}", parents.join(", ")),
            _ => "in the document".to_owned(),
        };
        page.gap();
        page.line(4, &[plain(format!("to keep it, write {place}"))]);
        for line in silent.keep.lines() {
            page.verbatim(8, &visible(line));
        }
        page.line(4, &[plain("to change it as shown, write instead")]);
        page.verbatim(8, &visible(&silent.reset));
    }
}
