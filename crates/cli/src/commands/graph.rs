//! `entrant graph`: the references of the estate as Mermaid, DOT or JSON. Offline, unless the tenant is asked for.

use super::estate;
use crate::args::GraphArgs;
use crate::exit::Exit;
use crate::failure::failure;
use crate::render::graph::{self, Drawing, dot, mermaid};
use crate::render::source::Sources;
use crate::session;
use crate::settings::{Format, Settings};
use anyhow::Result;
use entrant_model::address::Pattern;
use entrant_model::text::visible;
use entrant_plan::estate::{Asked, Estate};

/// Reads and prints.
pub async fn run(args: &GraphArgs, settings: &Settings) -> Result<Exit> {
    let asked = asked(args)?;
    let mut sources = Sources::default();
    let Some(estate) = estate::read(args.live, &mut sources, settings).await? else { return Ok(Exit::Error) };
    let estate = match estate {
        estate::Read::Whole(estate) => estate,
        estate::Read::Interrupted => return Ok(Exit::Interrupted),
    };
    let part = part(&estate, &asked)?;
    match settings.format {
        Format::Json => {
            let document = graph::document(&part, session::tool(), &mut sources);
            settings.terminal.data(&session::json_text(&document)?)?;
        }
        Format::Dot => settings.terminal.page(&dot::render(&Drawing::of(&part)))?,
        _ => {
            let drawing = Drawing::of(&part);
            let chart = mermaid::render(&drawing);
            settings.terminal.page(&chart.to_string())?;
            if !mermaid::is_drawn(&drawing, &chart) {
                settings.terminal.talk(&too_large(drawing.arrows(), chart.characters()));
            }
        }
    }
    Ok(Exit::Done)
}

/// What the filters ask for.
fn asked(args: &GraphArgs) -> Result<Vec<Asked>> {
    let mut asked: Vec<Asked> = args.catalog.iter().cloned().map(Asked::Catalog).collect();
    asked.extend(args.package.iter().cloned().map(Asked::Package));
    asked.extend(args.principal.iter().cloned().map(Asked::Principal));
    for text in &args.target {
        let pattern = Pattern::parse(text).map_err(|why| {
            failure(format!("`--target` is no address: {why}"), "`entrant plan` shows the addresses")
        })?;
        asked.push(Asked::Target(pattern));
    }
    Ok(asked)
}

fn part(estate: &Estate, asked: &[Asked]) -> Result<Estate> {
    estate.part(asked).map_err(|(missing, near)| {
        let text = visible(missing.text());
        let what = match missing {
            Asked::Catalog(_) => format!("no catalog is called `{text}`"),
            Asked::Package(_) => format!("no access package is called `{text}`"),
            Asked::Principal(_) => format!("no user, group or application is called `{text}`"),
            Asked::Target(_) => format!("nothing has the address `{text}`"),
        };
        let help = match near {
            Some(near) => format!("did you mean `{}`?", visible(&near)),
            None => "what documents declare and refer to has a name here; `--live` adds what is in the tenant alone".to_owned(),
        };
        failure(what, help)
    })
}

fn too_large(arrows: usize, characters: usize) -> String {
    format!(
        "note: Mermaid and GitHub draw at most {} arrows of {} characters; this has {arrows} of {characters}\n\
         help: narrow it with `--catalog`, `--package`, `--target` or `--principal`, or take `--format dot`\n",
        mermaid::MOST_ARROWS,
        mermaid::MOST_CHARACTERS
    )
}
