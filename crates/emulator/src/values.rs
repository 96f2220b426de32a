//! Durations and timestamps as Graph reads and writes them.
//!
//! A duration is `Edm.Duration`: days, hours, minutes and seconds; weeks, months and years are not
//! durations here. Both are stored normalised, as the service does, so what comes back may be
//! spelled otherwise than what was sent (`PT192H` is `P8D`).

use std::fmt::Write as _;

use jiff::Timestamp;

/// A tick is 100 ns, the finest that Graph keeps.
const TICKS_PER_SECOND: i128 = 10_000_000;
const TICKS_PER_DAY: i128 = 86_400 * TICKS_PER_SECOND;

/// The ticks of an `Edm.Duration`, or `None` if it is not one.
pub fn parse_duration(text: &str) -> Option<i128> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let rest = rest.strip_prefix('P')?;
    let (days, time) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some((days, time)) => (days, time),
        None => (rest, ""),
    };
    if days.is_empty() && time.is_empty() {
        return None;
    }
    let mut ticks = 0_i128;
    if !days.is_empty() {
        ticks += whole(days.strip_suffix('D')?)? * TICKS_PER_DAY;
    }
    let mut left = time;
    for (unit, scale) in [('H', 3600), ('M', 60)] {
        if let Some((number, after)) = left.split_once(unit) {
            ticks += whole(number)? * scale * TICKS_PER_SECOND;
            left = after;
        }
    }
    if !left.is_empty() {
        ticks += seconds(left.strip_suffix('S')?)?;
    }
    Some(if negative { -ticks } else { ticks })
}

/// The shortest spelling, such as `P8D`, `PT4H` or `PT0S`.
pub fn format_duration(ticks: i128) -> String {
    let mut text = String::from(if ticks < 0 { "-P" } else { "P" });
    let ticks = ticks.abs();
    let (days, rest) = (ticks / TICKS_PER_DAY, ticks % TICKS_PER_DAY);
    if days > 0 {
        let _ = write!(text, "{days}D");
    }
    if rest > 0 || days == 0 {
        text.push('T');
        let (all_seconds, fraction) = (rest / TICKS_PER_SECOND, rest % TICKS_PER_SECOND);
        let (hours, minutes, seconds) = (all_seconds / 3600, all_seconds / 60 % 60, all_seconds % 60);
        if hours > 0 {
            let _ = write!(text, "{hours}H");
        }
        if minutes > 0 {
            let _ = write!(text, "{minutes}M");
        }
        if fraction > 0 {
            let _ = write!(text, "{seconds}.{}S", format!("{fraction:07}").trim_end_matches('0'));
        } else if seconds > 0 || rest == 0 {
            let _ = write!(text, "{seconds}S");
        }
    }
    text
}

/// The days of a duration that is made of whole days.
pub fn whole_days(duration: &str) -> Option<i64> {
    let ticks = parse_duration(duration)?;
    (ticks % TICKS_PER_DAY == 0).then(|| i64::try_from(ticks / TICKS_PER_DAY).ok())?
}

/// The whole minutes of a duration, rounded down.
pub fn minutes(duration: &str) -> Option<i64> {
    i64::try_from(parse_duration(duration)? / (60 * TICKS_PER_SECOND)).ok()
}

pub fn days_to_duration(days: i64) -> String {
    format_duration(i128::from(days) * TICKS_PER_DAY)
}

pub fn minutes_to_duration(minutes: i64) -> String {
    format_duration(i128::from(minutes) * 60 * TICKS_PER_SECOND)
}

/// A timestamp with a zone, or `None`: `2020-04-01T07:59:59.998Z`, also with an offset.
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let dated = bytes.len() >= 20 && bytes[10] == b'T' && bytes[13] == b':' && bytes[16] == b':';
    let zoned = text.ends_with('Z') || matches!(bytes.get(bytes.len().wrapping_sub(6)), Some(b'+' | b'-'));
    if dated && zoned { text.parse().ok() } else { None }
}

/// In UTC, with as many of seven digits of a second as are needed.
pub fn format_instant(instant: Timestamp) -> String {
    let full = full_instant(instant);
    let (seconds, fraction) = full.trim_end_matches('Z').split_once('.').unwrap_or((&full, ""));
    match fraction.trim_end_matches('0') {
        "" => format!("{seconds}Z"),
        fraction => format!("{seconds}.{fraction}Z"),
    }
}

/// In UTC, with all seven digits of a second, as the service stamps what it makes.
pub fn full_instant(instant: Timestamp) -> String {
    let ticks = instant.subsec_nanosecond().rem_euclid(1_000_000_000) / 100;
    format!("{}.{ticks:07}Z", whole_seconds(instant))
}

/// In UTC, whole seconds, no zone: `innerError.date`.
pub fn whole_seconds(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// `2024-05-31`, or `None`.
pub fn parse_date(text: &str) -> Option<jiff::civil::Date> {
    (text.len() == 10).then(|| text.parse().ok())?
}

fn whole(digits: &str) -> Option<i128> {
    // Nine digits are more days than Graph's own type holds, and cannot overflow.
    let fits = !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fits { digits.parse().ok() } else { None }
}

fn seconds(text: &str) -> Option<i128> {
    let (number, fraction) = match text.split_once('.') {
        Some((number, fraction)) if (1..=7).contains(&fraction.len()) => (number, fraction),
        Some(_) => return None,
        None => (text, "0"),
    };
    Some(whole(number)? * TICKS_PER_SECOND + whole(&format!("{fraction:0<7}"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_edm_duration_and_written_short() {
        for (text, written) in [
            ("P365D", "P365D"),
            ("PT192H", "P8D"),
            ("PT0S", "PT0S"),
            ("P0D", "PT0S"),
            ("PT4H", "PT4H"),
            ("P1DT1M", "P1DT1M"),
            ("PT90M", "PT1H30M"),
            ("PT1.5S", "PT1.5S"),
            ("-PT1H", "-PT1H"),
        ] {
            assert_eq!(parse_duration(text).map(format_duration).as_deref(), Some(written), "{text}");
        }
        for text in
            ["", "P", "PT", "P1", "1D", "P1Y", "P1M", "P1W", "PT1D", "P1DT", "P-1D", "PT1M1H", "p1d", "365"]
        {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn only_whole_days_have_days() {
        assert_eq!(whole_days("PT48H"), Some(2));
        assert_eq!(whole_days("PT2H"), None);
        assert_eq!(minutes("P8D"), Some(11_520));
        assert_eq!(minutes_to_duration(11_520), "P8D");
    }

    #[test]
    fn timestamps_need_a_zone_and_are_answered_in_utc() {
        let written = |text: &str| parse_instant(text).map(format_instant);
        assert_eq!(written("2022-07-02T06:59:59.998Z").as_deref(), Some("2022-07-02T06:59:59.998Z"));
        assert_eq!(written("2022-07-02T06:59:59+02:00").as_deref(), Some("2022-07-02T04:59:59Z"));
        for text in
            ["2022-07-02", "2022-07-02T06:59:59", "2022-07-02 06:59:59Z", "soon", "2022-13-02T06:59:59Z"]
        {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }
}
