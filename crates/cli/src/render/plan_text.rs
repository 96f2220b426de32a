//! The plan for a person: what changes, what stands in the way, and how much of each.

use super::fields;
use super::grouped::{Group, Shared};
use super::guards_text;
use super::page::{Page, Span, Tone, plain, span};
use super::sentence;
use entrant_model::live::Description;
use entrant_model::text::visible;
use entrant_model::value::Json;
use entrant_model::{Id, Pointer, Reference, Type, Value};
use entrant_plan::impact::phrase::quoted;
use entrant_plan::impact::sentence::of as sentence_of;
use entrant_plan::impact::{Class, Effect, EffectKind, headline_of};
use entrant_plan::introduced;
use entrant_plan::output::{Summary, summary};
use entrant_plan::{Action, Change, Field, Plan, Unmanaged};
use std::collections::BTreeMap;

/// Where the sentences beside a change begin.
const COLUMN: usize = 13;

/// What the text says beyond the plan itself.
pub struct Context<'a> {
    /// Columns.
    pub width: usize,
    /// Whether a live object of this address looks like a take-over: no document described it before.
    pub takes_over: &'a dyn Fn(&entrant_model::Address) -> bool,
    /// `policies/sales.yaml:3` for a place.
    pub position: &'a dyn Fn(&entrant_model::Place) -> String,
}

/// The whole plan as text with ANSI styles.
pub fn render(plan: &Plan, groups: &[Group], context: &Context) -> String {
    let mut page = Page::new(context.width);
    let written: Vec<&[&Change]> = written(groups).collect();
    for line in headline_of(&written) {
        page.line(0, &sentence::spans(&line));
    }
    for group in groups {
        page.gap();
        match group.words() {
            Some(words) => write_group(&mut page, plan, group, &words, context),
            None => write_change(&mut page, plan, group.first(), takes_over(group.first(), context)),
        }
    }
    write_taken_over(&mut page, plan, context);
    write_unmanaged(&mut page, &plan.unmanaged);
    write_uncounted(&mut page, plan);
    guards_text::write(&mut page, plan, groups, context);
    page.gap();
    write_summary(&mut page, plan);
    page.into_text()
}

/// The groups in which something is written, as lists of changes.
pub fn written<'g, 'p>(groups: &'g [Group<'p>]) -> impl Iterator<Item = &'g [&'p Change]> {
    groups.iter().filter(|group| group.first().action != Action::Keep).map(|group| group.changes.as_slice())
}

/// Whether no document described the live object before, under the name that it has now or its new one.
fn takes_over(change: &Change, context: &Context) -> bool {
    let present = change.live.as_ref().map(|live| change.address.sibling(&live.display_name));
    (context.takes_over)(&change.address) && present.is_none_or(|address| (context.takes_over)(&address))
}

/// The policies that one edit changes: each by its address with what it alone says, and once what all share.
fn write_group(page: &mut Page, plan: &Plan, group: &Group, words: &str, context: &Context) {
    let (sign, tone) = sign(group.first().action);
    let spans = [
        span(tone, format!("{sign} {}", group.first().action.as_str())),
        plain(" "),
        span(Tone::Strong, format!("{} policies {words}", group.changes.len())),
        span(Tone::Faint, format!(" ({})", (context.position)(&group.place(None)))),
    ];
    page.marked(0, &[], 0, &span(Tone::Plain, ""), &spans);
    let effects = group.effects();
    let shared_names = group.names();
    for (index, change) in group.changes.iter().enumerate() {
        let mut spans = vec![plain(change.address.to_string())];
        if takes_over(change, context) {
            spans.push(span(Tone::Changed, " takes over"));
        }
        if let Some(people) = held(plan, change) {
            spans.push(span(Tone::Faint, format!(" ({} through it)", guards_text::hold_access(people))));
        }
        page.line(4, &spans);
        for effect in &effects {
            if let Shared::Each(each) = effect
                && let Some(effect) = each.get(index)
            {
                write_effect(page, 8, effect);
            }
        }
        let names = introduced::by_change(change).into_iter().filter(|name| !shared_names.contains(name));
        write_names(page, 8, plan, names);
        let (_, own) = group.parts_of(change);
        fields::write(page, 8, &own);
    }
    if group.class() == Class::Neutral {
        write_neutral(page);
    }
    for effect in effects {
        if let Shared::Same(effect) = effect {
            write_effect(page, 4, effect);
        }
    }
    let (shared, _) = group.parts_of(group.first());
    write_names(page, 4, plan, shared_names);
    fields::write(page, 4, &shared);
}

fn write_change(page: &mut Page, plan: &Plan, change: &Change, takes_over: bool) {
    let (sign, tone) = sign(change.action);
    let mut spans = vec![
        span(tone, format!("{sign} {}", change.action.as_str())),
        plain(" "),
        span(Tone::Strong, change.address.to_string()),
    ];
    if change.version == entrant_model::Version::Beta {
        spans.push(span(Tone::Faint, " (beta)"));
    }
    if takes_over && change.action == Action::Update {
        spans.push(span(Tone::Changed, " takes over"));
    }
    page.marked(0, &[], 0, &span(Tone::Plain, ""), &spans);
    if let Some(reason) = &change.reason {
        page.line(4, &[span(Tone::Faint, visible(reason))]);
    }
    if let Some(people) = held(plan, change) {
        let rest = guards_text::of_deleted(change, people);
        page.line(4, &[plain(format!("{} through it{rest}.", guards_text::hold_access(people)))]);
    }
    write_impact(page, change);
    write_names(page, 4, plan, introduced::by_change(change));
    fields::write(page, 4, &Change { fields: told(change), ..change.clone() });
}

/// Which objects names lead to.
fn write_names<'r>(
    page: &mut Page,
    indent: usize,
    plan: &Plan,
    names: impl IntoIterator<Item = &'r Reference>,
) {
    for reference in names {
        let known = brought_in(reference, &plan.descriptions);
        page.cell(indent, &[span(Tone::Faint, "by name")], COLUMN + indent - 4, &known);
    }
}

/// The fields of a change that are worth telling: those that its header does not say already, and with a new object
/// what it says to be nothing.
pub fn told(change: &Change) -> Vec<Field> {
    let mut told: Vec<Field> = nothing_meant(change);
    told.extend(change.fields.iter().filter(|f| !is_in_address(change, &f.path.0)).cloned());
    if let Some(desired) = &change.desired {
        // In the order of the table, as the rest is.
        told.sort_by_key(|f| f.path.0.first().and_then(|name| desired.ty.member(name)).map(|(id, _)| id));
    }
    told
}

/// How many people hold access through an object that is changed, where that was read.
pub fn held(plan: &Plan, change: &Change) -> Option<usize> {
    let live = change.live.as_ref().filter(|_| change.action != Action::Keep)?;
    plan.assignments.of(&live.id)
}

/// That nobody could count who holds access; once for all of them.
fn write_uncounted(page: &mut Page, plan: &Plan) {
    if plan.assignments.is_partial {
        page.gap();
        page.line(0, &[plain("Who holds access could not be read for all policies that would be changed.")]);
    }
}

/// Which object a name leads to: anybody may have made one of that name.
fn brought_in(reference: &Reference, descriptions: &BTreeMap<Id, Description>) -> Vec<Span> {
    let known = what_is_known(reference, descriptions).join(", ");
    vec![
        plain(format!("{} ", reference.kind.noun())),
        plain(quoted(&visible(reference.label()))),
        span(Tone::Faint, format!(" ({})", visible(&known))),
    ]
}

/// What tells an object from another of its name: what it is, when it was made, its id. Not yet safe to print.
pub fn what_is_known(reference: &Reference, descriptions: &BTreeMap<Id, Description>) -> Vec<String> {
    let description = reference.id.as_ref().and_then(|id| descriptions.get(id));
    let detail = description.map(|d| d.detail.clone()).filter(|detail| !detail.is_empty());
    let created = description.and_then(|d| d.created).map(|created| format!("made {}", created.date()));
    let id = reference.id.as_ref().map(|id| format!("id {id}"));
    [detail, created, id].into_iter().flatten().collect()
}

/// What the change does to who gets in, the worst first, and what a new object does in plain words.
fn write_impact(page: &mut Page, change: &Change) {
    if change.class() == Some(Class::Neutral) {
        write_neutral(page);
    }
    for effect in &change.impact {
        write_effect(page, 4, effect);
    }
    if let (Action::Create, Some(desired)) = (change.action, &change.desired) {
        page.line(4, &sentence::spans(&sentence_of(change.kind, desired)));
    }
}

fn write_neutral(page: &mut Page) {
    let says = [span(Tone::Faint, "no effect on who gets in")];
    page.cell(4, &[span(Tone::Faint, "neutral")], COLUMN, &says);
}

fn write_effect(page: &mut Page, indent: usize, effect: &Effect) {
    let tone = match effect.kind {
        EffectKind::Widens | EffectKind::Unknown => Tone::Changed,
        EffectKind::Narrows => Tone::Plain,
    };
    let word = [span(tone, effect.kind.as_str())];
    page.cell(indent, &word, COLUMN + indent - 4, &sentence::spans(&effect.sentence()));
}

/// Members of a new object that have an effect on who gets in and of which the document says that they are
/// nothing: no approval, no reviews.
fn nothing_meant(change: &Change) -> Vec<Field> {
    let (Action::Create, Some(desired)) = (change.action, &change.desired) else { return Vec::new() };
    let said = desired.said().filter(|(member, value)| {
        **value == Value::Null && member.dimension.is_some() && matches!(member.ty, Type::Object(_))
    });
    said.map(|(member, _)| Field {
        path: Pointer::default().child(member.name),
        before: None,
        after: Some(Json::Null),
        reason: None,
        dimension: member.dimension,
    })
    .collect()
}

/// Members that the header says already: package and name of what is made or deleted.
fn is_in_address(change: &Change, path: &[String]) -> bool {
    matches!(change.action, Action::Create | Action::Delete) && fields::is_in_address(path)
}

/// The sign of an action and its tone.
pub const fn sign(action: Action) -> (char, Tone) {
    match action {
        Action::Create => ('+', Tone::Added),
        Action::Update => ('~', Tone::Changed),
        Action::Delete => ('-', Tone::Removed),
        Action::Keep => ('=', Tone::Faint),
    }
}

/// Objects that are as declared and that no document described before.
fn write_taken_over(page: &mut Page, plan: &Plan, context: &Context) {
    let taken: Vec<_> = plan.unchanged.iter().filter(|a| (context.takes_over)(a)).collect();
    if taken.is_empty() {
        return;
    }
    page.gap();
    for address in taken {
        page.line(
            0,
            &[plain(format!("= takes over {address}")), span(Tone::Faint, ", which is as declared")],
        );
    }
}

fn write_unmanaged(page: &mut Page, unmanaged: &[Unmanaged]) {
    if unmanaged.is_empty() {
        return;
    }
    page.gap();
    let head = match unmanaged.len() {
        1 => "1 live policy of these packages has no document. It is left as it is:".to_owned(),
        count => {
            format!("{count} live policies of these packages have no document. They are left as they are:")
        }
    };
    page.line(0, &[plain(head)]);
    for policy in unmanaged {
        let mut spans = vec![plain(visible(&policy.address))];
        if policy.takes_requests {
            spans.push(span(Tone::Changed, "  (takes requests)"));
        }
        page.marked(2, &[], 2, &span(Tone::Plain, "? "), &spans);
    }
}

fn write_summary(page: &mut Page, plan: &Plan) {
    let Summary { create, update, delete, unchanged, unmanaged } = summary(plan);
    let rest = format!("{unchanged} unchanged, {unmanaged} unmanaged.");
    if plan.is_empty() {
        page.line(
            0,
            &[
                span(Tone::Strong, "No changes:"),
                plain(format!(" the tenant is as declared ({}).", rest.trim_end_matches('.'))),
            ],
        );
        return;
    }
    page.line(
        0,
        &[
            span(Tone::Strong, "Plan:"),
            plain(format!(" {create} to create, {update} to update, {delete} to delete; {rest}")),
        ],
    );
    guards_text::write_summary(page, plan);
}
