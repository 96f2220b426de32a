//! `entrant schema`: the generated schemas, written or compared.

use crate::args::SchemaArgs;
use crate::commands::render::RenderDocument;
use crate::exit::Exit;
use crate::files;
use crate::render::diagnostics::DiagnosticsDocument;
use crate::render::graph::GraphDocument;
use crate::render::show::ShowDocument;
use crate::report::ReportDocument;
use crate::session;
use crate::settings::Settings;
use anyhow::{Context as _, Result};
use entrant_apply::output::OutcomeDocument;
use entrant_manifest::schema::Givers;
use entrant_plan::output::PlanDocument;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// Writes the schemas, or names those that are stale.
pub fn run(args: &SchemaArgs, settings: &Settings) -> Result<Exit> {
    let mut stale = Vec::new();
    if !args.check {
        std::fs::create_dir_all(&args.out)
            .with_context(|| format!("{} cannot be made", files::shown(&args.out)))?;
    }
    for (name, schema) in schemas(&entrant_manifest::givers(&settings.policies)) {
        let file = args.out.join(name);
        let text = session::json_text(&schema)?;
        // A checkout may have turned line ends around.
        let is_current =
            std::fs::read_to_string(&file).is_ok_and(|found| found.replace("\r\n", "\n") == text);
        if is_current {
            continue;
        }
        if args.check {
            stale.push(files::shown(&file));
        } else {
            files::write_atomically(&file, text.as_bytes())
                .with_context(|| format!("{} cannot be written", files::shown(&file)))?;
            settings.terminal.data(&format!("wrote {}\n", files::shown(&file)))?;
        }
    }
    if stale.is_empty() {
        return Ok(Exit::Done);
    }
    for file in stale {
        settings.terminal.data(&format!("stale: {file}\n"))?;
    }
    settings.terminal.talk("help: `entrant schema` writes them anew\n");
    Ok(Exit::Error)
}

/// Every schema by its file name; that of documents beside these templates and defaults.
pub fn schemas(givers: &Givers) -> [(&'static str, Value); 9] {
    [
        ("entrant.schema.json", entrant_manifest::schema::entrant_beside(givers)),
        ("config.schema.json", entrant_manifest::schema::config()),
        ("plan.schema.json", derived::<PlanDocument>()),
        ("report.schema.json", derived::<ReportDocument>()),
        ("outcome.schema.json", derived::<OutcomeDocument>()),
        ("show.schema.json", derived::<ShowDocument>()),
        ("graph.schema.json", derived::<GraphDocument>()),
        ("render.schema.json", derived::<RenderDocument>()),
        ("diagnostics.schema.json", derived::<DiagnosticsDocument>()),
    ]
}

/// The schema of a structure that this tool prints.
fn derived<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}
