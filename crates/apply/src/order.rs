//! Which steps of a plan may run side by side, and which wait for others.
//!
//! ```text
//! catalog ══▶ package ══▶ its policies:  creates, and updates that take nothing away ══▶ other updates ══▶ deletes
//!    ╎           ╎                        (of two packages: no order)
//!    ╎           ╰╌ tail: packages that it excludes, where these are yet to be made
//!    ╰╌ tail: resources that go, once no package gives them any more
//!
//! deletes:  policies ══▶ packages ══▶ extensions ══▶ organizations ══▶ catalogs
//! ```
//!
//! A policy that takes another's place is made before the other is narrowed or goes, so that nobody is left
//! without a way in; both are then policies of one package, so one package's order is enough. Steps of one stage
//! are of different objects. Only names could still make one wait for the other: where an update gives its object
//! another name, the updates of the package go one after another, as the plan has them.
//!
//! What refers to something that is yet to be created waits for it, and is not tried without it. A policy is not
//! tried where what its package gives, or whom it excludes, was not done: a door is opened after its lock. What
//! refers points up the levels, and what points sideways is left to a tail, so nothing waits in a circle.
//!
//! Knows nothing of what a step does or how it ends.

use entrant_model::reference::same_name;
use entrant_model::value::each_reference;
use entrant_model::{Address, Kind};
use entrant_plan::impact::EffectKind;
use entrant_plan::parts::{self, Element};
use entrant_plan::{Action, Change};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A part of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// The change at this position, but what is left to its tail.
    Main(usize),
    /// What of it has to wait for changes that wait for it.
    Tail(usize),
}

impl Task {
    /// The position of the change.
    pub const fn step(self) -> usize {
        match self {
            Self::Main(step) | Self::Tail(step) => step,
        }
    }
}

/// The tasks that have not begun.
pub struct Order {
    nodes: Vec<Node>,
    creates: BTreeSet<usize>,
    others: BTreeSet<Task>,
    /// The node of each change's tail.
    tails: Vec<Option<usize>>,
}

#[derive(Default)]
struct Node {
    what: What,
    /// How many nodes it still waits for.
    waits: usize,
    /// Nodes that wait for it.
    then: Vec<usize>,
    /// Changes without which it is not tried.
    needs: Vec<usize>,
    is_over: bool,
}

#[derive(Default, Clone, Copy)]
enum What {
    /// Goes with the creates of policies.
    Create(usize),
    Other(Task),
    /// Nothing: others meet here.
    #[default]
    Meeting,
}

impl Order {
    /// The order of the writes of a plan, which are given as the plan has them.
    pub fn of(changes: &[&Change]) -> Self {
        let mut order = Self {
            nodes: changes.iter().enumerate().map(|(step, change)| Node::main(step, change)).collect(),
            creates: BTreeSet::new(),
            others: BTreeSet::new(),
            tails: Vec::with_capacity(changes.len()),
        };
        for (step, change) in changes.iter().enumerate() {
            let tail = has_tail(change).then(|| order.tail(step));
            order.tails.push(tail);
        }
        order.stages(changes);
        order.levels(changes);
        order.deletes(changes);
        for node in 0..order.nodes.len() {
            if order.nodes[node].waits == 0 {
                order.ready(node);
            }
        }
        order
    }

    /// The next create of a policy that needs nothing more.
    pub fn create(&mut self) -> Option<usize> {
        self.creates.pop_first()
    }

    /// How many creates of policies need nothing more.
    pub fn creates(&self) -> usize {
        self.creates.len()
    }

    /// The next task of another sort that needs nothing more.
    pub fn other(&mut self) -> Option<Task> {
        self.others.pop_first()
    }

    /// The changes without which a task is not tried.
    pub fn needs(&self, task: Task) -> &[usize] {
        &self.nodes[self.node(task)].needs
    }

    /// Whether a change has a tail, so that its end is not the end of its main part.
    pub fn has_tail(&self, step: usize) -> bool {
        self.tails[step].is_some()
    }

    /// Whether all of a change has ended.
    pub fn is_over(&self, step: usize) -> bool {
        self.nodes[self.last(step)].is_over
    }

    /// A task has ended, in whatever way.
    pub fn ended(&mut self, task: Task) {
        let node = self.node(task);
        self.nodes[node].is_over = true;
        self.passed(node);
    }

    fn node(&self, task: Task) -> usize {
        match task {
            Task::Main(step) => step,
            Task::Tail(step) => self.last(step),
        }
    }

    /// The node with which a change has ended.
    fn last(&self, step: usize) -> usize {
        self.tails[step].unwrap_or(step)
    }

    fn passed(&mut self, node: usize) {
        for next in std::mem::take(&mut self.nodes[node].then) {
            self.nodes[next].waits -= 1;
            if self.nodes[next].waits == 0 {
                self.ready(next);
            }
        }
    }

    fn ready(&mut self, node: usize) {
        match self.nodes[node].what {
            What::Create(step) => {
                self.creates.insert(step);
            }
            What::Other(task) => {
                self.others.insert(task);
            }
            What::Meeting => self.passed(node),
        }
    }

    fn tail(&mut self, step: usize) -> usize {
        let tail = self.nodes.len();
        self.nodes.push(Node { what: What::Other(Task::Tail(step)), needs: vec![step], ..Node::default() });
        self.edge(step, tail);
        tail
    }

    fn edge(&mut self, first: usize, then: usize) {
        self.nodes[first].then.push(then);
        self.nodes[then].waits += 1;
    }

    /// All of one wait for all of the others.
    fn meeting(&mut self, first: &[usize], then: &[usize]) {
        let meeting = self.nodes.len();
        self.nodes.push(Node::default());
        for node in first {
            self.edge(*node, meeting);
        }
        for node in then {
            self.edge(meeting, *node);
        }
    }

    /// The policies of one package, stage after stage.
    fn stages(&mut self, changes: &[&Change]) {
        let mut packages: HashMap<String, Vec<usize>> = HashMap::new();
        for (step, change) in changes.iter().enumerate().filter(|(_, c)| c.kind == Kind::AssignmentPolicy) {
            packages.entry(holder(change)).or_default().push(step);
        }
        for steps in packages.values() {
            let stages = stages(changes, steps);
            for pair in stages.windows(2) {
                self.meeting(&pair[0], &pair[1]);
            }
        }
    }

    /// What holds others, and what is referred to, comes before them.
    fn levels(&mut self, changes: &[&Change]) {
        let made: BTreeMap<String, usize> = changes
            .iter()
            .enumerate()
            .filter(|(_, change)| change.action != Action::Delete)
            .map(|(step, change)| (change.address.key(), step))
            .collect();
        let find = |address: &Address| made.get(&address.key()).copied();
        for (step, change) in changes.iter().enumerate() {
            if let Some(parent) = change.address.parent().and_then(|address| find(&address)) {
                self.below(step, change, parent);
            }
            let Some(desired) = &change.desired else { continue };
            each_reference(desired, &mut |path, reference| {
                let target = reference.placeholder().and_then(find).filter(|target| *target != step);
                let Some(target) = target else { return };
                let is_sideways = path.pointer().0.first().is_some_and(|first| first == SIDEWAYS);
                let waits = if is_sideways { self.last(step) } else { step };
                self.edge(target, waits);
                self.nodes[waits].needs.push(target);
            });
        }
    }

    /// A change of what a changed object holds. What goes is for `deletes`.
    fn below(&mut self, step: usize, change: &Change, parent: usize) {
        if change.action == Action::Delete {
            return;
        }
        if change.kind == Kind::AssignmentPolicy {
            self.edge(self.last(parent), step);
            self.nodes[step].needs.push(parent);
            return;
        }
        self.edge(parent, step);
        if change.parent.id.is_none() {
            self.nodes[step].needs.push(parent);
        }
        if let Some(tail) = self.tails[parent] {
            self.edge(self.last(step), tail);
        }
    }

    /// What is held goes before what holds it, and after everything that may still refer to it was changed.
    fn deletes(&mut self, changes: &[&Change]) {
        let is_delete = |change: &Change, kind| change.action == Action::Delete && change.kind == kind;
        let of = |wanted: &dyn Fn(&Change) -> bool| -> Vec<usize> {
            (0..changes.len()).filter(|step| wanted(changes[*step])).collect()
        };
        let mut before = of(&|c| c.action != Action::Delete || c.kind == Kind::AssignmentPolicy);
        let is_early = |step: &usize| changes[*step].kind != Kind::Catalog;
        before.extend((0..changes.len()).filter(is_early).filter_map(|step| self.tails[step]));
        for kind in [Kind::AccessPackage, Kind::WorkflowExtension, Kind::ConnectedOrganization, Kind::Catalog]
        {
            let deletes = of(&|change| is_delete(change, kind));
            if deletes.is_empty() {
                continue;
            }
            self.meeting(&before, &deletes);
            if kind == Kind::AccessPackage {
                let tails: Vec<usize> = (0..changes.len())
                    .filter(|step| !is_early(step))
                    .filter_map(|step| self.tails[step])
                    .collect();
                self.meeting(&deletes, &tails);
            }
            before = deletes;
        }
    }
}

impl Node {
    fn main(step: usize, change: &Change) -> Self {
        let is_create = change.kind == Kind::AssignmentPolicy && change.action == Action::Create;
        let what = if is_create { What::Create(step) } else { What::Other(Task::Main(step)) };
        Self { what, ..Self::default() }
    }
}

/// The part whose elements may refer to objects of the same level.
const SIDEWAYS: &str = "incompatibleAccessPackages";

/// Whether elements that go from a part are left to the tail: packages may still give the resources of a catalog.
pub fn goes_late(kind: Kind, part: &str) -> bool {
    kind == Kind::Catalog && part == "resources"
}

fn has_tail(change: &Change) -> bool {
    let Some(desired) = change.desired.as_ref().filter(|_| change.kind != Kind::AssignmentPolicy) else {
        return false;
    };
    parts::changes(desired, change.live.as_ref()).iter().any(|part| {
        let goes = !part.remove.is_empty() && goes_late(change.kind, part.member);
        let is_to_come = |element: &Element| matches!(element, Element::Placeholder(_));
        goes || (part.member == SIDEWAYS && part.add.iter().any(is_to_come))
    })
}

/// What holds a policy: its package by id, or by address where it is yet to be made.
fn holder(change: &Change) -> String {
    match (&change.parent.id, change.parent.placeholder()) {
        (Some(id), _) => id.to_string(),
        (None, Some(address)) => address.key(),
        (None, None) => String::new(),
    }
}

/// The steps of one package, those together that may run side by side.
fn stages(changes: &[&Change], steps: &[usize]) -> Vec<Vec<usize>> {
    let one_by_one = steps.iter().any(|step| renames(changes[*step]));
    let is_free = |step: &usize| !one_by_one && takes_nothing_away(changes[*step]);
    let (free, ordered): (Vec<usize>, Vec<usize>) = steps.iter().partition(|step| is_free(step));
    let belongs = |one: &usize, next: &usize| {
        let (one, next) = (changes[*one].action, changes[*next].action);
        one == next && !(one_by_one && one == Action::Update)
    };
    let mut stages: Vec<_> = ordered.chunk_by(belongs).map(<[usize]>::to_vec).collect();
    match stages.first_mut().filter(|first| first.iter().all(|step| changes[*step].action == Action::Create))
    {
        Some(creates) => creates.extend(free),
        None if free.is_empty() => {}
        None => stages.insert(0, free),
    }
    stages
}

/// Whether it is an update after which everybody has what they had before.
fn takes_nothing_away(change: &Change) -> bool {
    change.action == Action::Update && change.impact.iter().all(|effect| effect.kind == EffectKind::Widens)
}

fn renames(change: &Change) -> bool {
    let (Some(live), Some(desired)) = (&change.live, &change.desired) else { return false };
    !same_name(Some(&live.display_name), Some(desired.text("displayName").unwrap_or_default()))
}
