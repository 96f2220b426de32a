//! `entrant explain CODE`

use crate::args::ExplainArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::all_codes;
use crate::settings::Settings;
use anyhow::Result;
use entrant_model::Code;
use entrant_model::text::{nearest, visible};

/// Prints what a code means.
pub fn run(args: &ExplainArgs, settings: &Settings) -> Result<Exit> {
    let mut codes = all_codes();
    codes.extend(entrant_plan::impact::codes::ALL);
    codes.sort_by_key(|code| code.name);
    let Some(code) = codes.iter().find(|c| c.name.eq_ignore_ascii_case(args.code.trim())) else {
        return Err(unknown(&args.code, &codes).into());
    };
    let is_impact = entrant_plan::impact::codes::ALL.contains(code);
    let sort = if is_impact { "effect on access" } else { code.severity.as_str() };
    let text = format!("{} ({sort})\n\n{}\n", code.name, code.explanation.trim());
    settings.terminal.data(&text)?;
    Ok(Exit::Done)
}

fn unknown(given: &str, codes: &[Code]) -> Failure {
    let names: Vec<&str> = codes.iter().map(|c| c.name).collect();
    let help = match nearest(given, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("codes: {}", names.join(", ")),
    };
    Failure { message: format!("there is no code `{}`", visible(given)), help: vec![help] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_codes_have_one_name_and_each_says_something() {
        let mut codes = all_codes();
        codes.extend(entrant_plan::impact::codes::ALL);
        codes.sort_by_key(|code| code.name);
        for pair in codes.windows(2) {
            assert_ne!(pair[0].name, pair[1].name);
        }
        for code in codes {
            assert!(code.explanation.len() > 40, "{}", code.name);
        }
    }
}
