//! Runs the steps of a plan: side by side as far as their order allows, each told of as it begins and ends.
//!
//! Updates and deletes go up to a width, creates as [`Creates`] lets them. Once somebody asks to stop, no step
//! begins any more, and those under way are finished.

use crate::creates::{Creates, Turn};
use crate::looks::Looks;
use crate::made::Made;
use crate::object;
use crate::order::{Order, Task};
use crate::step::{self, Run};
use crate::{Event, Outcome, Settings, Step, StepResult};
use entrant_graph::{Read, Write};
use entrant_model::{Id, Kind};
use entrant_plan::{Action, Change, Plan};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use std::collections::HashMap;
use std::pin::pin;
use std::sync::Mutex;
use tokio::time::Instant;

/// Updates and deletes under way at once: as many as one request of looks has room for. The client holds their
/// writes back where Graph wants fewer.
const WIDTH: usize = 20;
/// How many begin together, so that their looks are one request as well.
const GROUP: usize = WIDTH / 2;

/// Executes the writes of a plan. Their results stand in the plan's order.
///
/// `stop` is asked again and again; once it says yes, what has not begun is not tried, and nothing is waited for:
/// requests under way are finished, and what cannot be seen then is unclear. `on` is told of each step as it
/// begins and as it ends.
pub async fn apply<C: Read + Write>(
    plan: &Plan,
    client: &C,
    settings: &Settings,
    stop: &(dyn Fn() -> bool + Sync),
    on: &mut (dyn FnMut(Event<'_>) + Send),
) -> Outcome {
    let changes: Vec<&Change> = plan.writes().collect();
    let run = Run {
        client,
        settings,
        began: Instant::now(),
        stop,
        on: Mutex::new(on),
        looks: Looks::new(client, settings.poll * 4),
        creates: Creates::default(),
        made: Made::default(),
    };
    let mut order = Order::of(&changes);
    let mut results: Vec<Option<StepResult>> = changes.iter().map(|_| None).collect();
    // By package: the first create of a policy that was not done.
    let mut not_made: HashMap<Option<&Id>, usize> = HashMap::new();
    let mut running = FuturesUnordered::new();
    let mut others = 0;
    let mut serve = pin!(run.looks.serve());
    loop {
        let mut may_begin = others + GROUP <= WIDTH;
        while may_begin && !stop() {
            let Some(task) = order.other() else { break };
            let index = task.step();
            let change = changes[index];
            if let Some(needed) = lacking(&order, task, &results, &not_made, change) {
                let result = blocked(task, results[index].take(), &changes[needed].address.to_string());
                if matches!(task, Task::Tail(_)) {
                    run.tell(Event::Finished(change, &result));
                }
                results[index] = Some(result);
                order.ended(task);
                continue;
            }
            if matches!(task, Task::Main(_)) {
                run.tell(Event::Started(change));
            }
            others += 1;
            may_begin = others < WIDTH;
            running.push(execute(task, change, None, &run));
        }
        while order.creates() > 0 && !stop() {
            let Some(turn) = run.creates.begin() else { break };
            let Some(index) = order.create() else { break };
            let (task, change) = (Task::Main(index), changes[index]);
            if let Some(needed) = lacking(&order, task, &results, &not_made, change) {
                results[index] = Some(StepResult::Blocked { by: changes[needed].address.to_string() });
                order.ended(task);
                continue;
            }
            run.tell(Event::Started(change));
            running.push(execute(task, change, Some(turn), &run));
        }
        let creates_to_come = if stop() { 0 } else { order.creates() };
        run.looks.expect(creates_to_come);
        if running.is_empty() && creates_to_come == 0 {
            break;
        }
        tokio::select! {
            biased;
            Some(first) = running.next() => {
                let mut together = vec![first];
                while let Some(Some(next)) = running.next().now_or_never() {
                    together.push(next);
                }
                // Steps that one answer ended are told of in the plan's order.
                together.sort_by_key(|(task, _)| *task);
                for (task, result) in together {
                    let index = task.step();
                    let change = changes[index];
                    if !is_turned(change) {
                        others -= 1;
                    } else if !result.is_done() {
                        let first = not_made.entry(change.parent.id.as_ref()).or_insert(index);
                        *first = index.min(*first);
                    }
                    if let (Action::Create, StepResult::Done { id: Some(id) }) = (change.action, &result) {
                        run.made.add(&change.address, id.clone());
                    }
                    // What is done of it is the first half where a tail is to come.
                    if task == Task::Tail(index) || !order.has_tail(index) {
                        run.tell(Event::Finished(change, &result));
                    }
                    results[index] = Some(result);
                    order.ended(task);
                }
            }
            () = run.creates.free(), if creates_to_come > 0 => {}
            never = &mut serve => match never {},
        }
    }
    let tailed = |index: usize| order.has_tail(index);
    let steps = changes.iter().zip(results).enumerate();
    let steps = steps.map(|(index, (change, result))| {
        // Interrupted between its halves.
        let is_half =
            tailed(index) && !order.is_over(index) && result.as_ref().is_some_and(StepResult::is_done);
        let message = || "interrupted before its last part; plan again".to_owned();
        ended(change, if is_half { Some(StepResult::Unclear { message: message() }) } else { result })
    });
    Outcome { steps: steps.collect() }
}

/// What becomes of a change one task of which needs what was not done. What failed before stays so.
fn blocked(task: Task, before: Option<StepResult>, by: &str) -> StepResult {
    match (task, before) {
        (Task::Tail(_), Some(StepResult::Done { .. })) => StepResult::Failed {
            message: format!(
                "all but its last part is done; that needs `{by}`, which was not done; plan again"
            ),
        },
        (Task::Tail(_), Some(before)) => before,
        _ => StepResult::Blocked { by: by.to_owned() },
    }
}

/// Whether a change waits for its turn among the creates.
fn is_turned(change: &Change) -> bool {
    change.kind == Kind::AssignmentPolicy && change.action == Action::Create
}

/// The change without which a task is not tried, where that was not done.
fn lacking(
    order: &Order,
    task: Task,
    results: &[Option<StepResult>],
    not_made: &HashMap<Option<&Id>, usize>,
    change: &Change,
) -> Option<usize> {
    let is_done = |step: usize| results[step].as_ref().is_some_and(StepResult::is_done);
    if let Some(needed) = order.needs(task).iter().copied().find(|step| !is_done(*step)) {
        return Some(needed);
    }
    let is_delete = change.kind == Kind::AssignmentPolicy && change.action == Action::Delete;
    not_made.get(&change.parent.id.as_ref()).copied().filter(|_| is_delete)
}

/// One task, with its result. A create of a policy comes with its turn.
async fn execute<C: Read + Write>(
    task: Task,
    change: &Change,
    turn: Option<Turn<'_>>,
    run: &Run<'_, C>,
) -> (Task, StepResult) {
    let change = &*run.made.fill(change);
    let result = match (change.kind, change.action, turn, task) {
        (Kind::AssignmentPolicy, Action::Delete, ..) => step::delete(change, run).await,
        (Kind::AssignmentPolicy, _, Some(turn), _) => step::create(change, run, turn).await,
        (Kind::AssignmentPolicy, _, None, _) => step::update(change, run).await,
        (_, _, _, Task::Main(_)) => object::main(change, run).await,
        (_, _, _, Task::Tail(_)) => object::tail(change, run).await,
    };
    (task, result)
}

/// What became of a change; nothing where it was not tried.
fn ended(change: &Change, result: Option<StepResult>) -> Step {
    let result = result.unwrap_or(StepResult::NotDone);
    let id = match &result {
        StepResult::Done { id }
        | StepResult::NotSupported { id, .. }
        | StepResult::AlsoChanged { id, .. } => id.clone(),
        _ => None,
    };
    Step {
        address: change.address.clone(),
        kind: change.kind,
        version: change.version,
        action: change.action,
        id: id.or_else(|| change.live.as_ref().map(|live| live.id.clone())),
        result,
    }
}
