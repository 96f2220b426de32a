//! Scalars by type: booleans, numbers, words, durations, timestamps, texts.
//!
//! Each function reads one node; `None` means that a mistake was reported.

use crate::codes;
use crate::context::{Context, Here};
use crate::keys;
use crate::scalar::{self, NotWhole, Scalar};
use crate::yaml::{Data, Node, Style};
use entrant_model::spec::{EnumSpec, Type};
use entrant_model::text::{nearest, visible};
use entrant_model::time::{Date, Duration, Instant};
use entrant_model::{Diagnostic, Value};

/// What a scalar node is; `None` for a list or a mapping.
pub(crate) fn scalar<'n>(node: &'n Node) -> Option<Scalar<'n>> {
    match &node.data {
        Data::Scalar(text, style) => Some(scalar::resolve(text, *style)),
        _ => None,
    }
}

pub(crate) fn boolean(ctx: &mut Context, here: Here) -> Option<Value> {
    let found = scalar(here.node);
    if let Some(Scalar::Bool(b)) = found {
        return Some(Value::Bool(b));
    }
    let mut diagnostic = wrong_type(ctx, here, "`true` or `false`");
    if let Some(Scalar::Text(text)) = found {
        let word = text.to_ascii_lowercase();
        match word.as_str() {
            "true" | "false" => {
                diagnostic = diagnostic
                    .note("in quotation marks it is a text")
                    .help(format!("leave the quotation marks out: `{word}`"));
            }
            "yes" | "on" | "y" | "no" | "off" | "n" => {
                let meant = matches!(word.as_str(), "yes" | "on" | "y");
                diagnostic = diagnostic
                    .note(format!("in YAML 1.2 `{word}` is a text, not a boolean"))
                    .help(format!("write `{meant}`"));
            }
            _ => {}
        }
    }
    push_wrong_type(ctx, diagnostic, "`true` or `false`");
    None
}

pub(crate) fn int(ctx: &mut Context, here: Here, min: i64, max: i64) -> Option<Value> {
    let unit = unit(here.path.member());
    let text = match scalar(here.node) {
        Some(Scalar::Number(text)) => text,
        found => {
            let mut diagnostic = wrong_type(ctx, here, &format!("a whole number{unit}"));
            if let Some(Scalar::Text(text)) = found
                && text.parse::<i64>().is_ok()
            {
                diagnostic = diagnostic.help(format!("leave the quotation marks out: `{text}`"));
            }
            push_wrong_type(ctx, diagnostic, &format!("a whole number{unit}"));
            return None;
        }
    };
    let shown = visible(&text.chars().take(40).collect::<String>());
    let diagnostic = match scalar::whole(text) {
        Ok(n) if (min..=max).contains(&n) => return Some(Value::Int(n)),
        Ok(_) | Err(NotWhole::Huge) => {
            let range = if max == i64::from(i32::MAX) && min == 0 {
                format!("it is a whole number{unit}, not below 0")
            } else {
                format!("it is a whole number{unit} from {min} to {max}")
            };
            let name = here.path.member();
            ctx.at(here, codes::OUT_OF_RANGE, format!("`{name}` cannot be {shown}")).help(range)
        }
        Err(NotWhole::LeadingZero) => {
            let plain = shown.trim_start_matches('0');
            ctx.at(here, codes::WRONG_TYPE, format!("the number `{shown}` begins with a zero"))
                .note("some YAML readers take such a number for an octal one")
                .help(format!("write `{}`", if plain.is_empty() { "0" } else { plain }))
        }
        Err(NotWhole::Fraction) => wrong_type(ctx, here, &format!("a whole number{unit}"))
            .help(format!("write a whole number{unit}")),
    };
    ctx.push(diagnostic);
    None
}

/// ` of days` for `durationInDays`.
pub(crate) fn unit(member: &str) -> &'static str {
    if member.ends_with("InDays") {
        " of days"
    } else if member.ends_with("InMinutes") {
        " of minutes"
    } else {
        ""
    }
}

/// A text; warns where a comment seems to have cut it short.
pub(crate) fn text<'n>(ctx: &mut Context, here: Here<'_, 'n, '_>, expected: &str) -> Option<&'n str> {
    if let Some(Scalar::Text(text)) = scalar(here.node) {
        cut_by_comment(ctx, here);
        return Some(text);
    }
    let mut diagnostic = wrong_type(ctx, here, expected);
    if let Data::Scalar(raw, _) = &here.node.data
        && !raw.is_empty()
    {
        diagnostic = diagnostic.help(format!("put it in quotation marks: `\"{}\"`", visible(raw)));
    }
    push_wrong_type(ctx, diagnostic, expected);
    None
}

/// `group: Team #1` is the group `Team`: ` #` begins a comment. A space after the `#` says that it is meant.
fn cut_by_comment(ctx: &mut Context, here: Here) {
    if !matches!(&here.node.data, Data::Scalar(_, Style::Plain)) || ctx.is_json {
        return;
    }
    let span = here.node.span;
    let source = ctx.texts().of(span.text);
    let rest = source.get(span.end..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default().trim_end();
    let trimmed = line.trim_start_matches([' ', '\t']);
    let Some(comment) = trimmed.strip_prefix('#') else { return };
    if trimmed.len() == line.len() || comment.starts_with([' ', '\t', '#', '!']) || comment.is_empty() {
        return;
    }
    let read = source.get(span.start..span.end).unwrap_or_default();
    let (read, whole) = (visible(read), visible(&format!("{read}{line}")));
    let diagnostic = ctx
        .at(here, codes::CUT_BY_COMMENT, format!("this reads as `{read}`, because ` #` begins a comment"))
        .help(format!(
            "write `\"{whole}\"` if that is the text, or put a space after `#` if it is a comment"
        ));
    ctx.push(diagnostic);
}

pub(crate) fn word(ctx: &mut Context, here: Here, spec: &'static EnumSpec) -> Option<Value> {
    let Some(Scalar::Text(text)) = scalar(here.node) else {
        let diagnostic = wrong_type(ctx, here, "one of its words").help(word_list(spec));
        ctx.push(diagnostic);
        return None;
    };
    if let Some(word) = spec.words.iter().find(|w| w.word == text) {
        return Some(Value::word(word.word));
    }
    let shown = visible(&text.chars().take(80).collect::<String>());
    let name = here.path.member();
    let diagnostic = if let Some(word) = spec.find(text) {
        ctx.at(here, codes::UNKNOWN_WORD, format!("`{shown}` is spelled `{}`", word.word))
            .note("documents spell words as Microsoft documents them, so that files read alike")
            .help(format!("write `{}`", word.word))
    } else if let Some((other, counterpart)) = keys::word_of_other_version(ctx, spec, text) {
        let version = ctx.version;
        let found = ctx.at(
            here,
            codes::OTHER_VERSION,
            format!("`{other}` is a word of {}, and this document is {version}", version.other()),
        );
        match counterpart {
            Some(counterpart) => {
                found.help(format!("write `{counterpart}`, which is what {version} calls it"))
            }
            None => found
                .note(format!("{version} has no such value"))
                .help(format!("write the document as `apiVersion: {}` if it is needed", version.other())),
        }
    } else if text == "unknownFutureValue" {
        ctx.at(here, codes::UNKNOWN_WORD, "`unknownFutureValue` cannot be written")
            .note("Graph answers with it where it has a value that the request did not ask for by name")
            .help(word_list(spec))
    } else {
        let found = ctx.at(here, codes::UNKNOWN_WORD, format!("`{name}` has no word `{shown}`"));
        match nearest(text, spec.words.iter().map(|w| w.word)) {
            Some(near) => found.help(format!("did you mean `{near}`?")).help(word_list(spec)),
            None => found.help(word_list(spec)),
        }
    };
    ctx.push(diagnostic);
    None
}

fn word_list(spec: &EnumSpec) -> String {
    let words: Vec<String> = spec.words.iter().map(|w| format!("`{}`", w.word)).collect();
    format!("its words are {}", words.join(", "))
}

pub(crate) fn duration(ctx: &mut Context, here: Here) -> Option<Value> {
    let text = match scalar(here.node) {
        Some(Scalar::Text(text)) => text,
        found => {
            let mut diagnostic = wrong_type(ctx, here, "an ISO 8601 duration such as `P14D`");
            if let Some(Scalar::Number(number)) = found
                && number.bytes().all(|b| b.is_ascii_digit())
            {
                diagnostic = diagnostic.help(format!("write `P{number}D` for that many days"));
            }
            push_wrong_type(ctx, diagnostic, "an ISO 8601 duration such as `P14D`");
            return None;
        }
    };
    if let Some(duration) = Duration::parse(text) {
        return Some(Value::Duration(duration));
    }
    let diagnostic = bad_duration(ctx, here, text);
    ctx.push(diagnostic);
    None
}

/// A text that is no duration, with what was probably meant.
pub(crate) fn bad_duration(ctx: &Context, here: Here, text: &str) -> Diagnostic {
    let shown = visible(&text.chars().take(80).collect::<String>());
    let found = ctx
        .at(here, codes::BAD_DURATION, format!("`{shown}` is not a duration"))
        .note("a duration is ISO 8601: `P90D` is 90 days, `PT2H` 2 hours; upper case, the largest unit first; Graph takes no months and years");
    match meant_duration(text) {
        Some(meant) => found.help(format!("write `{meant}`")),
        None => found.help("write it like `P14D` or `PT2H`"),
    }
}

/// `90d`, `2 hours`, `p14d`, `P1Y`: the duration that was probably meant.
fn meant_duration(text: &str) -> Option<String> {
    let upper = text.trim().to_ascii_uppercase();
    if Duration::parse(&upper).is_some() {
        return Some(upper);
    }
    let amount = upper.strip_prefix('P').unwrap_or(&upper);
    let digits = amount.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = amount.split_at_checked(digits)?;
    let count: u32 = number.parse().ok().filter(|count| *count < 10_000)?;
    Some(match unit.trim() {
        "" | "D" | "DAY" | "DAYS" => format!("P{count}D"),
        "W" | "WEEK" | "WEEKS" => format!("P{}D", count * 7),
        "M" | "MONTH" | "MONTHS" => format!("P{}D", count * 30),
        "Y" | "YEAR" | "YEARS" => format!("P{}D", count * 365),
        "H" | "HOUR" | "HOURS" => format!("PT{count}H"),
        "MIN" | "MINUTE" | "MINUTES" => format!("PT{count}M"),
        _ => return None,
    })
}

pub(crate) fn instant(ctx: &mut Context, here: Here) -> Option<Value> {
    let expected = "a UTC timestamp such as `2027-01-31T00:00:00Z`";
    let Some(Scalar::Text(text)) = scalar(here.node) else {
        let diagnostic = wrong_type(ctx, here, expected);
        push_wrong_type(ctx, diagnostic, expected);
        return None;
    };
    if let Some(instant) = Instant::parse(text) {
        return Some(Value::Instant(instant));
    }
    let diagnostic = bad_instant(ctx, here, text);
    ctx.push(diagnostic);
    None
}

/// A text that is no timestamp, with what was probably meant.
pub(crate) fn bad_instant(ctx: &Context, here: Here, text: &str) -> Diagnostic {
    let shown = visible(&text.chars().take(80).collect::<String>());
    let found = ctx
        .at(here, codes::BAD_TIMESTAMP, format!("`{shown}` is not a timestamp"))
        .note("a timestamp is RFC 3339, with `Z` for UTC or an offset such as `+02:00`");
    let candidates = [
        format!("{text}Z"),
        format!("{text}T00:00:00Z"),
        text.replacen(' ', "T", 1),
        format!("{}Z", text.replacen(' ', "T", 1)),
    ];
    match candidates.iter().find(|c| Instant::parse(c).is_some()) {
        Some(meant) => found.help(format!("write `{}`", visible(meant))),
        None => found.help("write it like `2027-01-31T00:00:00Z`"),
    }
}

pub(crate) fn date(ctx: &mut Context, here: Here) -> Option<Value> {
    let Some(Scalar::Text(text)) = scalar(here.node) else {
        let diagnostic = wrong_type(ctx, here, "a date such as `2027-01-31`");
        push_wrong_type(ctx, diagnostic, "a date such as `2027-01-31`");
        return None;
    };
    if let Some(date) = Date::parse(text) {
        return Some(Value::Date(date));
    }
    let shown = visible(&text.chars().take(80).collect::<String>());
    let diagnostic = ctx
        .at(here, codes::BAD_DATE, format!("`{shown}` is not a date"))
        .help("write year, month and day like `2027-01-31`, without a time");
    ctx.push(diagnostic);
    None
}

/// A name of an object: a text that is not empty and that a person can read.
pub(crate) fn name<'n>(ctx: &mut Context, here: Here<'_, 'n, '_>, what: &str) -> Option<&'n str> {
    let text = text(ctx, here, &format!("the name of {what}"))?;
    check_name(ctx, here, what, text).then_some(text)
}

/// Whether a text can be a name; reports what keeps it from being one.
pub(crate) fn check_name(ctx: &mut Context, here: Here, what: &str, text: &str) -> bool {
    if text.trim().is_empty() {
        let diagnostic = ctx
            .at(here, codes::EMPTY_NAME, format!("the name of {what} is empty"))
            .help("write the name, or leave the whole entry out");
        ctx.push(diagnostic);
        return false;
    }
    let shown = visible(&text.chars().take(120).collect::<String>());
    if text.chars().any(char::is_control) {
        let found = ctx
            .at(here, codes::CONTROL_IN_NAME, format!("the name `{shown}` holds a control character"))
            .note("nobody could tell it from another name on a screen");
        let trimmed = text.trim_end();
        let diagnostic = if trimmed.chars().any(char::is_control) {
            found.help(
                "write the name without it; an object that really has such a name can be given by `{id: …}`",
            )
        } else {
            found.help(format!(
                "write `{}`; a block text ends with a line break unless it begins with `|-` or `>-`",
                visible(trimmed)
            ))
        };
        ctx.push(diagnostic);
        return false;
    }
    if text.chars().any(entrant_model::text::is_deceptive) {
        let diagnostic = ctx
            .at(
                here,
                codes::DECEPTIVE_NAME,
                format!("the name `{shown}` holds characters that cannot be seen"),
            )
            .note("they can make one name look like another")
            .help("write the name without them, or give the object by `{id: …}`");
        ctx.push(diagnostic);
    }
    true
}

/// A value of another type than the table's, to be refined and pushed.
pub(crate) fn wrong_type(ctx: &Context, here: Here, expected: &str) -> Diagnostic {
    let name = here.path.member();
    let found = found(here.node);
    let message = if name.is_empty() {
        format!("expected {expected}, found {found}")
    } else {
        format!("`{}` takes {expected}, found {found}", visible(name))
    };
    ctx.at(here, codes::WRONG_TYPE, message)
}

/// Reports a wrong type; where nothing better can be advised, to write what is expected.
fn push_wrong_type(ctx: &mut Context, diagnostic: Diagnostic, expected: &str) {
    let advised = !diagnostic.help.is_empty();
    ctx.push(if advised { diagnostic } else { diagnostic.help(format!("write {expected}")) });
}

/// What stands at a node, in a few words.
pub(crate) fn found(node: &Node) -> String {
    match &node.data {
        Data::List(_) => "a list".to_owned(),
        Data::Map(_) => "a mapping".to_owned(),
        Data::Scalar(text, style) => {
            let shown = visible(&text.chars().take(40).collect::<String>());
            let dots = if text.chars().nth(40).is_some() { "…" } else { "" };
            match scalar::resolve(text, *style) {
                Scalar::Null => "nothing".to_owned(),
                Scalar::Bool(b) => format!("the boolean `{b}`"),
                Scalar::Number(_) => format!("the number `{shown}{dots}`"),
                Scalar::Text(_) => format!("the text `{shown}{dots}`"),
            }
        }
    }
}

/// What a type takes, for a sentence.
pub(crate) fn expected(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "`true` or `false`",
        Type::Int { .. } => "a whole number",
        Type::Text => "a text",
        Type::Rule => "a membership rule, which is a text",
        Type::Enum(_) => "one of its words",
        Type::Duration => "a duration such as `P14D`",
        Type::Instant => "a UTC timestamp such as `2027-01-31T00:00:00Z`",
        Type::Date => "a date such as `2027-01-31`",
        Type::Ref(..) => "a name or an id",
        Type::Object(_) => "a mapping",
        Type::Union { .. } => "a mapping or one of its words",
        Type::Set(_) | Type::Sequence { .. } => "a list",
        Type::Map { .. } => "a list or a mapping",
    }
}
