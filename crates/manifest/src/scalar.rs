//! What a scalar means by YAML's core schema: `true` is a boolean, `"true"` a text, `no` a text.
//!
//! Decides nothing about documents; `leaf` asks it for what it found.

use crate::yaml::{Data, Node, Style};
use serde_json::{Map, Number, Value as Json};
use std::str::FromStr as _;

/// What a scalar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar<'n> {
    Null,
    Bool(bool),
    /// A number, as it was written.
    Number(&'n str),
    Text(&'n str),
}

/// What a scalar is, quoted or not.
pub(crate) fn resolve(text: &str, style: Style) -> Scalar<'_> {
    if style == Style::Text {
        return Scalar::Text(text);
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" => Scalar::Bool(true),
        "false" | "False" | "FALSE" => Scalar::Bool(false),
        _ if is_number(text) => Scalar::Number(text),
        _ => Scalar::Text(text),
    }
}

fn is_number(text: &str) -> bool {
    let digits = |t: &str, radix| !t.is_empty() && t.chars().all(|c: char| c.is_digit(radix));
    if let Some(rest) = text.strip_prefix("0o") {
        return digits(rest, 8);
    }
    if let Some(rest) = text.strip_prefix("0x") {
        return digits(rest, 16);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let all_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole)
        && fraction.is_none_or(all_digits)
        && (!whole.is_empty() || fraction.is_some_and(|f| !f.is_empty()))
        && exponent.is_none_or(|e| digits(e, 10))
}

/// Why a number is no whole number that a document takes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotWhole {
    /// `007`: octal to some readers, decimal to others.
    LeadingZero,
    /// `1.5`, `.inf`
    Fraction,
    /// More than 64 bits.
    Huge,
}

/// The whole number that a number's text means.
pub(crate) fn whole(text: &str) -> Result<i64, NotWhole> {
    let parse = |digits: &str, radix| i64::from_str_radix(digits, radix).map_err(|_| NotWhole::Huge);
    if let Some(rest) = text.strip_prefix("0x") {
        return parse(rest, 16);
    }
    if let Some(rest) = text.strip_prefix("0o") {
        return parse(rest, 8);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if unsigned.len() > 1 && unsigned.starts_with('0') && unsigned.as_bytes()[1].is_ascii_digit() {
        return Err(NotWhole::LeadingZero);
    }
    if unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return parse(text, 10);
    }
    match f64::from_str(text) {
        Ok(n) if n.is_finite() && n.fract() != 0.0 => Err(NotWhole::Fraction),
        // Below 2^53 every whole number is exact, so the cast loses nothing.
        #[allow(clippy::cast_possible_truncation)]
        Ok(n) if n.abs() < 9_007_199_254_740_992.0 => Ok(n as i64),
        Ok(n) if n.is_finite() => Err(NotWhole::Huge),
        _ => Err(NotWhole::Fraction),
    }
}

/// The node as JSON, by the core schema.
pub(crate) fn to_json(node: &Node) -> Json {
    match &node.data {
        Data::Scalar(text, style) => match resolve(text, *style) {
            Scalar::Null => Json::Null,
            Scalar::Bool(b) => Json::Bool(b),
            Scalar::Number(n) => number(n),
            Scalar::Text(text) => Json::from(text),
        },
        Data::List(list) => Json::Array(list.iter().map(to_json).collect()),
        Data::Map(entries) => {
            let mut map = Map::with_capacity(entries.len());
            for entry in entries {
                map.insert(entry.key.clone().into_owned(), to_json(&entry.value));
            }
            Json::Object(map)
        }
    }
}

/// A number digit for digit where JSON can write it so, else its value; what JSON cannot write is a text.
fn number(text: &str) -> Json {
    Number::from_str(text)
        .ok()
        .or_else(|| whole(text).ok().map(Number::from))
        .or_else(|| f64::from_str(text).ok().and_then(Number::from_f64))
        .map_or_else(|| Json::from(text), Json::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_are_what_the_core_schema_says() {
        for text in
            ["yes", "no", "on", "NaN", "1_000", "0b1", "1.2.3", "e3", ".", "-", "+", "1e", "0x", "12:30"]
        {
            assert_eq!(resolve(text, Style::Plain), Scalar::Text(text), "{text}");
        }
        for text in
            ["0", "-1", "+5", "007", "1.", ".5", "1e3", "1.5E-3", "0x1F", "0o17", ".inf", "-.INF", ".nan"]
        {
            assert_eq!(resolve(text, Style::Plain), Scalar::Number(text), "{text}");
            assert_eq!(resolve(text, Style::Text), Scalar::Text(text));
        }
    }

    #[test]
    fn whole_numbers_are_exact_or_refused() {
        for (text, n) in
            [("14", 14), ("-1", -1), ("+5", 5), ("1e3", 1000), ("30.0", 30), ("0x10", 16), ("0", 0)]
        {
            assert_eq!(whole(text), Ok(n), "{text}");
        }
        assert_eq!(whole("010"), Err(NotWhole::LeadingZero));
        assert_eq!(whole("1.5"), Err(NotWhole::Fraction));
        assert_eq!(whole(".inf"), Err(NotWhole::Fraction));
        assert_eq!(whole("99999999999999999999"), Err(NotWhole::Huge));
    }
}
