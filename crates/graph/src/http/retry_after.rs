//! The header `Retry-After` in its three forms: whole seconds, seconds with a fraction, and an HTTP date.

use jiff::Timestamp;
use jiff::fmt::strtime;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use std::time::Duration;

/// The longest wait that is kept. Nobody waits that long; it keeps clocks from overflowing.
const LONGEST: Duration = Duration::from_hours(24 * 7);

/// The forms of an HTTP date (RFC 9110, 5.6.7): today's and the two that must still be understood.
const DATES: [&str; 3] = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];

/// How long the server asks to wait; `None` where it does not say, or in a way that nobody understands.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = super::header(headers, RETRY_AFTER.as_str())?.trim();
    let wait = seconds(text).or_else(|| {
        // By the server's own clock where it shows it, so that a wrong clock here shortens no wait.
        let now = date_of(headers).unwrap_or(now);
        Some(Duration::try_from(date(text)?.duration_since(now)).unwrap_or(Duration::ZERO))
    })?;
    Some(wait.min(LONGEST))
}

fn seconds(text: &str) -> Option<Duration> {
    // Digits and a point alone: the parser would also take `inf` and `1e9`.
    if !text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let seconds: f64 = text.parse().ok()?;
    // A float falls short of a decimal by less than this, and a wait must not.
    Some(
        Duration::try_from_secs_f64(seconds)
            .map_or(LONGEST, |wait| wait.saturating_add(Duration::from_nanos(1))),
    )
}

/// What time it was for the server.
pub(super) fn date_of(headers: &HeaderMap) -> Option<Timestamp> {
    super::header(headers, DATE.as_str()).and_then(date)
}

fn date(text: &str) -> Option<Timestamp> {
    DATES.iter().find_map(|form| {
        let date = strtime::parse(form, text.trim()).ok()?.to_datetime().ok()?;
        // The last days of the year 9999 are beyond every instant: a wait for ever, and not none.
        Some(jiff::tz::TimeZone::UTC.to_timestamp(date).unwrap_or(Timestamp::MAX))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn asked(retry_after_header: &'static str, date: Option<&'static str>) -> Option<f64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(retry_after_header));
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_static(date));
        }
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().expect("an instant");
        retry_after(&headers, now).map(|wait| (wait.as_secs_f64() * 1000.0).round() / 1000.0)
    }

    #[test]
    fn seconds_fractions_and_dates_are_understood() {
        for (text, expected) in [
            ("0", 0.0),
            ("315", 315.0),
            (" 10 ", 10.0),
            ("2.128", 2.128),
            (".5", 0.5),
            ("99999999999999999999999999", LONGEST.as_secs_f64()),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 7.0),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 7.0),
            ("Sun Nov  6 08:49:37 1994", 7.0),
            ("Sun, 06 Nov 1994 08:49:00 GMT", 0.0),
            ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST.as_secs_f64()),
        ] {
            assert_eq!(asked(text, None), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_nobody_understands_is_no_wait_that_was_asked_for() {
        for text in ["", ".", "soon", "-1", "1e9", "inf", "NaN", "1,5", "06 Nov 1994"] {
            assert_eq!(asked(text, None), None, "{text}");
        }
    }

    #[test]
    fn a_date_is_measured_by_the_servers_clock() {
        let date = Some("Sun, 06 Nov 1994 09:00:00 GMT");
        assert_eq!(asked("Sun, 06 Nov 1994 09:00:10 GMT", date), Some(10.0));
    }
}
