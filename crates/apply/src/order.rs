//! Which steps of a plan may run side by side.
//!
//! ```text
//! of one package:   creates ══▶ updates ══▶ deletes      in the plan's order of actions, each stage after the last
//! of two packages:  no order
//! ```
//!
//! A policy that takes another's place is made before the other is narrowed or goes, so that nobody is left
//! without a way in; both are then policies of one package, so one package's order is enough. Steps of one stage
//! are of different objects. Only names could still make one wait for the other: where an update gives its object
//! another name, the updates of the package go one after another, as the plan has them.
//!
//! Knows nothing of what a step does or how it ends.

use entrant_model::reference::same_name;
use entrant_plan::{Action, Change};
use std::collections::{BTreeSet, HashMap, VecDeque};

/// The steps that have not begun.
pub struct Order {
    packages: Vec<Package>,
    /// The package of each step.
    package_of: Vec<usize>,
    creates: BTreeSet<usize>,
    others: BTreeSet<usize>,
    is_create: Vec<bool>,
}

/// What is left of one package.
#[derive(Default)]
struct Package {
    stages: VecDeque<Vec<usize>>,
    /// Steps of the stage under way that have not ended.
    left: usize,
}

impl Order {
    /// The order of the writes of a plan, which are given as the plan has them.
    pub fn of(changes: &[&Change]) -> Self {
        let mut indexes: HashMap<_, usize> = HashMap::new();
        let mut by_package: Vec<Vec<usize>> = Vec::new();
        let mut package_of = Vec::with_capacity(changes.len());
        for (step, change) in changes.iter().enumerate() {
            let package = *indexes.entry(change.parent.id.as_ref()).or_insert_with(|| {
                by_package.push(Vec::new());
                by_package.len() - 1
            });
            by_package[package].push(step);
            package_of.push(package);
        }
        let packages =
            by_package.iter().map(|steps| Package { stages: stages(changes, steps), left: 0 }).collect();
        let mut order = Self {
            packages,
            package_of,
            creates: BTreeSet::new(),
            others: BTreeSet::new(),
            is_create: changes.iter().map(|change| change.action == Action::Create).collect(),
        };
        for package in 0..order.packages.len() {
            order.next_stage(package);
        }
        order
    }

    /// The next create that needs nothing more.
    pub fn create(&mut self) -> Option<usize> {
        self.creates.pop_first()
    }

    /// How many creates need nothing more.
    pub fn creates(&self) -> usize {
        self.creates.len()
    }

    /// The next update or delete that needs nothing more.
    pub fn other(&mut self) -> Option<usize> {
        self.others.pop_first()
    }

    /// A step has ended, in whatever way.
    pub fn ended(&mut self, step: usize) {
        let package = self.package_of[step];
        self.packages[package].left -= 1;
        if self.packages[package].left == 0 {
            self.next_stage(package);
        }
    }

    fn next_stage(&mut self, package: usize) {
        let Some(stage) = self.packages[package].stages.pop_front() else { return };
        self.packages[package].left = stage.len();
        for step in stage {
            let ready = if self.is_create[step] { &mut self.creates } else { &mut self.others };
            ready.insert(step);
        }
    }
}

/// The steps of one package, those together that may run side by side.
fn stages(changes: &[&Change], steps: &[usize]) -> VecDeque<Vec<usize>> {
    let one_by_one = steps.iter().any(|step| renames(changes[*step]));
    let belongs = |one: &usize, next: &usize| {
        let (one, next) = (changes[*one].action, changes[*next].action);
        one == next && !(one_by_one && one == Action::Update)
    };
    steps.chunk_by(belongs).map(<[usize]>::to_vec).collect()
}

fn renames(change: &Change) -> bool {
    let (Some(live), Some(desired)) = (&change.live, &change.desired) else { return false };
    !same_name(Some(&live.display_name), desired.text("displayName"))
}
