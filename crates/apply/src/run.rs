//! Runs the steps of a plan: side by side as far as their order allows, each told of as it begins and ends.
//!
//! Updates and deletes go up to a width, creates as [`Creates`] lets them. Once somebody asks to stop, no step
//! begins any more, and those under way are finished.

use crate::creates::{Creates, Turn};
use crate::looks::Looks;
use crate::order::Order;
use crate::step::{self, Run};
use crate::{Event, Outcome, Settings, Step, StepResult};
use entrant_graph::{Read, Write};
use entrant_model::Id;
use entrant_plan::{Action, Change, Plan};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use std::collections::HashMap;
use std::pin::pin;
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
        looks: Looks::new(client, settings.poll * 4),
        creates: Creates::default(),
    };
    let mut order = Order::of(&changes);
    let mut results: Vec<Option<StepResult>> = changes.iter().map(|_| None).collect();
    // By package: the first create that was not done.
    let mut not_made: HashMap<Option<&Id>, usize> = HashMap::new();
    let mut running = FuturesUnordered::new();
    let mut others = 0;
    let mut serve = pin!(run.looks.serve());
    loop {
        let mut may_begin = others + GROUP <= WIDTH;
        while may_begin && !stop() {
            let Some(index) = order.other() else { break };
            let change = changes[index];
            let needed = not_made.get(&change.parent.id.as_ref());
            if let (Action::Delete, Some(create)) = (change.action, needed) {
                results[index] = Some(StepResult::Blocked { by: changes[*create].address.to_string() });
                order.ended(index);
                continue;
            }
            on(Event::Started(change));
            others += 1;
            may_begin = others < WIDTH;
            running.push(execute(index, change, None, &run));
        }
        while order.creates() > 0 && !stop() {
            let Some(turn) = run.creates.begin() else { break };
            let Some(index) = order.create() else { break };
            on(Event::Started(changes[index]));
            running.push(execute(index, changes[index], Some(turn), &run));
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
                together.sort_by_key(|(index, _)| *index);
                for (index, result) in together {
                    let change = changes[index];
                    if change.action != Action::Create {
                        others -= 1;
                    } else if !result.is_done() {
                        let first = not_made.entry(change.parent.id.as_ref()).or_insert(index);
                        *first = index.min(*first);
                    }
                    on(Event::Finished(change, &result));
                    results[index] = Some(result);
                    order.ended(index);
                }
            }
            () = run.creates.free(), if creates_to_come > 0 => {}
            never = &mut serve => match never {},
        }
    }
    let steps = changes.iter().zip(results);
    Outcome { steps: steps.map(|(change, result)| ended(change, result)).collect() }
}

/// One step, with its number. A create comes with its turn.
async fn execute<C: Read + Write>(
    index: usize,
    change: &Change,
    turn: Option<Turn<'_>>,
    run: &Run<'_, C>,
) -> (usize, StepResult) {
    let result = match (change.action, turn) {
        (Action::Delete, _) => step::delete(change, run).await,
        (_, Some(turn)) => step::create(change, run, turn).await,
        (_, None) => step::update(change, run).await,
    };
    (index, result)
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
