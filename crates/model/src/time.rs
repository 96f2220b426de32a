//! Durations, instants and dates: compared by value, printed in one form.
//!
//! Graph types them as `Edm.Duration`, `Edm.DateTimeOffset` and `Edm.Date`.

use std::fmt;

/// A duration as Graph takes one (`Edm.Duration`): ISO 8601 without years and months, whose length varies.
/// `P8D` and `PT192H` are equal. A week is seven days; Graph takes none, so it is written as days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Duration {
    seconds: u64,
    nanos: u32,
}

impl Duration {
    /// A number of whole days.
    pub const fn days(days: u64) -> Self {
        Self { seconds: days * 86_400, nanos: 0 }
    }

    /// A number of whole minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self { seconds: minutes * 60, nanos: 0 }
    }

    /// No time at all.
    pub const fn is_zero(self) -> bool {
        self.seconds == 0 && self.nanos == 0
    }

    /// The number of days, where the duration is a whole number of them.
    pub const fn whole_days(self) -> Option<u64> {
        if self.nanos == 0 && self.seconds.is_multiple_of(86_400) {
            Some(self.seconds / 86_400)
        } else {
            None
        }
    }

    /// The whole seconds of it.
    pub const fn seconds(self) -> u64 {
        self.seconds
    }

    /// For people: `90 days`, `1 day 2 hours`.
    pub fn in_words(self) -> String {
        let parts: Vec<String> = [
            (self.seconds / 86_400, "day"),
            (self.seconds / 3_600 % 24, "hour"),
            (self.seconds / 60 % 60, "minute"),
            (self.seconds % 60, "second"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") })
        .collect();
        match (parts.is_empty(), self.is_zero()) {
            (true, true) => "no time".to_owned(),
            (true, false) => "less than a second".to_owned(),
            _ => parts.join(" "),
        }
    }

    /// Reads an ISO 8601 duration: `P90D`, `PT2H`, `P2W`, `PT0.5S`. Upper case, no sign, at least
    /// one component, each at most once and in order, a fraction only in seconds. `None` otherwise.
    pub fn parse(text: &str) -> Option<Self> {
        const ORDER: &[u8] = b"WDhms";
        let rest = text.strip_prefix('P')?;
        let (date, time) = match rest.split_once('T') {
            Some((_, "")) => return None,
            Some((date, time)) => (date, time),
            None => (rest, ""),
        };
        if date.is_empty() && time.is_empty() {
            return None;
        }
        let mut result = Self::default();
        let mut last = None;
        for (part, is_time) in [(date, false), (time, true)] {
            let mut number = String::new();
            for c in part.chars() {
                if c.is_ascii_digit() || c == '.' {
                    number.push(c);
                    continue;
                }
                let unit = match (c, is_time) {
                    ('W' | 'D', false) => u8::try_from(c).ok()?,
                    ('H' | 'M' | 'S', true) => u8::try_from(c.to_ascii_lowercase()).ok()?,
                    _ => return None,
                };
                let rank = ORDER.iter().position(|u| *u == unit)?;
                if last.is_some_and(|l| l >= rank) {
                    return None;
                }
                last = Some(rank);
                result.add(unit, &number)?;
                number.clear();
            }
            if !number.is_empty() {
                return None;
            }
        }
        Some(result)
    }

    fn add(&mut self, unit: u8, number: &str) -> Option<()> {
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) if unit == b's' && !fraction.is_empty() && !fraction.contains('.') => {
                (whole, fraction)
            }
            Some(_) => return None,
            None => (number, ""),
        };
        let count: u64 = whole.parse().ok()?;
        let seconds = match unit {
            b'W' => count.checked_mul(7 * 86_400)?,
            b'D' => count.checked_mul(86_400)?,
            b'h' => count.checked_mul(3_600)?,
            b'm' => count.checked_mul(60)?,
            _ => count,
        };
        // A bound that no sum can overflow: some 300,000 years.
        if seconds > 10_000_000_000_000 {
            return None;
        }
        self.seconds += seconds;
        if !fraction.is_empty() {
            let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
            self.nanos = digits.parse().ok()?;
        }
        Some(())
    }
}

impl fmt::Display for Duration {
    /// The one form: whole days as `P90D`, the rest as days, hours, minutes and seconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.write_str("PT0S");
        }
        f.write_str("P")?;
        if self.seconds >= 86_400 {
            write!(f, "{}D", self.seconds / 86_400)?;
        }
        let rest = self.seconds % 86_400;
        if rest == 0 && self.nanos == 0 {
            return Ok(());
        }
        f.write_str("T")?;
        for (count, unit) in [(rest / 3_600, 'H'), (rest / 60 % 60, 'M')] {
            if count > 0 {
                write!(f, "{count}{unit}")?;
            }
        }
        match (rest % 60, self.nanos) {
            (0, 0) => Ok(()),
            (seconds, 0) => write!(f, "{seconds}S"),
            (seconds, nanos) => write!(f, "{seconds}.{}S", format!("{nanos:09}").trim_end_matches('0')),
        }
    }
}

/// A moment, compared as an instant whatever its offset or number of fraction digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(jiff::Timestamp);

impl Instant {
    /// Reads an RFC 3339 timestamp with `Z` or an offset: `2026-04-01T08:00:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        let shape = text.as_bytes();
        let dated = shape.len() >= 20 && shape[10].eq_ignore_ascii_case(&b'T') && !text.contains('[');
        if dated { text.parse().ok().map(Self) } else { None }
    }

    /// Its date in UTC: `2026-04-01`.
    pub fn date(self) -> String {
        self.to_string().chars().take_while(|c| *c != 'T').collect()
    }

    /// Graph's way of saying "no time": the first of January of the year 1.
    pub fn is_minimum(self) -> bool {
        self.0 <= jiff::Timestamp::from_second(-62_135_510_400).unwrap_or(jiff::Timestamp::MIN)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A calendar date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// Reads `2026-04-01`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() == 10 { text.parse().ok().map(Self) } else { None }
    }

    /// Graph's way of saying "no date": the first of January of the year 1.
    pub fn is_minimum(self) -> bool {
        self.0 <= jiff::civil::date(1, 1, 1)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_compare_by_value() {
        for (a, b) in
            [("P8D", "PT192H"), ("P1W", "P7D"), ("PT90M", "PT1H30M"), ("PT0S", "P0D"), ("PT1.50S", "PT1.5S")]
        {
            assert_eq!(Duration::parse(a).unwrap(), Duration::parse(b).unwrap(), "{a} {b}");
        }
    }

    #[test]
    fn durations_print_in_one_form_that_reads_back() {
        for (text, form) in
            [("PT192H", "P8D"), ("PT26H", "P1DT2H"), ("P0D", "PT0S"), ("PT1.5S", "PT1.5S"), ("PT2H", "PT2H")]
        {
            let duration = Duration::parse(text).unwrap();
            assert_eq!(duration.to_string(), form);
            assert_eq!(Duration::parse(form).unwrap(), duration);
        }
    }

    #[test]
    fn durations_read_as_words() {
        for (text, words) in [
            ("P90D", "90 days"),
            ("P1DT1H", "1 day 1 hour"),
            ("PT90S", "1 minute 30 seconds"),
            ("PT0S", "no time"),
            ("PT0.5S", "less than a second"),
        ] {
            assert_eq!(Duration::parse(text).unwrap().in_words(), words);
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            "P",
            "PT",
            "90D",
            "p90d",
            "P90",
            "P-1D",
            "-P1D",
            "P1D2Y",
            "P1DT",
            "P1.5D",
            "PT1.S",
            "PT.5.5S",
            "P1D1D",
            "P1H",
            "P99999999999999999999D",
            "90 days",
            "P1Y",
            "P1M",
            "P1Y2M3D",
            "PD",
        ] {
            assert!(Duration::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn instants_are_equal_whatever_their_spelling() {
        let a = Instant::parse("2020-04-01T07:59:59.998Z").unwrap();
        assert_eq!(a, Instant::parse("2020-04-01T09:59:59.9980000+02:00").unwrap());
        assert_eq!(a.to_string(), "2020-04-01T07:59:59.998Z");
        for text in ["2020-04-01", "2020-04-01T07:59:59", "tomorrow", "2020-13-01T00:00:00Z"] {
            assert!(Instant::parse(text).is_none(), "{text}");
        }
        assert!(Instant::parse("0001-01-01T00:00:00Z").unwrap().is_minimum());
        assert!(!a.is_minimum());
    }
}
