//! Throttling: a bucket of tokens, `Retry-After` in its three forms, and who did not wait.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// A bucket, as the file describes it.
#[derive(Debug)]
pub struct Throttle {
    pub capacity: f64,
    /// Tokens a second.
    pub refill: f64,
    /// By method, the first that fits; `None` fits any.
    pub costs: Vec<(Option<String>, f64)>,
    pub retry_after: RetryAfter,
}

#[derive(Debug, Clone, Copy)]
pub struct RetryAfter {
    pub form: Form,
    /// The shortest wait that is asked for.
    pub least: Duration,
}

/// How `Retry-After` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `2`
    Seconds,
    /// `1.250`
    Fraction,
    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    Date,
    /// One after the other.
    Rotate,
}

/// What a bucket holds.
#[derive(Debug)]
pub struct Bucket {
    tokens: f64,
    at: Instant,
}

/// A wait that a client was asked for.
#[derive(Debug)]
pub struct Gate {
    /// The HTTP request that is answered so.
    pub http_id: String,
    /// When the answer that asks for it left; `None` while it has not.
    pub told: Option<Instant>,
    pub opens: Instant,
}

impl Bucket {
    pub fn full(throttle: &Throttle, now: Instant) -> Self {
        Self { tokens: throttle.capacity, at: now }
    }

    /// Takes the cost of a request out, or says how long it takes until it is there.
    pub fn take(&mut self, throttle: &Throttle, method: &str, now: Instant) -> Option<Duration> {
        let refilled = now.saturating_duration_since(self.at).as_secs_f64() * throttle.refill;
        self.tokens = (self.tokens + refilled).min(throttle.capacity);
        self.at = now;
        let fits = |of: &Option<String>| of.as_ref().is_none_or(|of| of.eq_ignore_ascii_case(method));
        let cost = throttle.costs.iter().find(|(of, _)| fits(of)).map_or(1.0, |(_, cost)| *cost);
        if cost <= self.tokens {
            self.tokens -= cost;
            return None;
        }
        Some(Duration::from_secs_f64(((cost - self.tokens) / throttle.refill).min(86_400.0)))
    }
}

impl RetryAfter {
    /// The value of the header for a wait, rounded up to what its form can say, and the wait that it
    /// asks for. `count` is how many were written before.
    pub fn write(self, wait: Duration, count: u64) -> (String, Duration) {
        let wait = wait.max(self.least);
        let form = match (self.form, count % 3) {
            (Form::Rotate, 0) => Form::Seconds,
            (Form::Rotate, 1) => Form::Fraction,
            (Form::Rotate, _) => Form::Date,
            (form, _) => form,
        };
        match form {
            Form::Fraction => {
                let milliseconds = wait.as_nanos().div_ceil(1_000_000);
                let text = format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
                (text, Duration::from_millis(u64::try_from(milliseconds).unwrap_or(u64::MAX)))
            }
            Form::Date => {
                let now = Timestamp::now();
                let due = SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok());
                let due = due.unwrap_or(now).as_second() + 1;
                let due = Timestamp::from_second(due).unwrap_or(now);
                let text = http_date(due);
                (text, Duration::try_from(due.duration_since(now)).unwrap_or_default())
            }
            Form::Seconds | Form::Rotate => {
                let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                (seconds.to_string(), Duration::from_secs(seconds))
            }
        }
    }
}

/// An instant as HTTP writes it (RFC 9110, 5.6.7).
pub fn http_date(instant: Timestamp) -> String {
    instant.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

impl Gate {
    /// By how much a request came too early. One that arrives before the answer left, or within the
    /// grace after it, had left before its sender could know; and a clock that is a few milliseconds
    /// off is no offence.
    pub fn early(&self, arrived: Instant, grace: Duration) -> Option<Duration> {
        const SLACK: Duration = Duration::from_millis(5);
        let early = self.opens.saturating_duration_since(arrived);
        let could_know = self.told.is_some_and(|told| arrived > told + grace);
        (could_know && early > SLACK).then_some(early)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_to_what_the_header_can_say() {
        let write = |form, count| {
            RetryAfter { form, least: Duration::ZERO }.write(Duration::from_micros(1_250_001), count)
        };
        assert_eq!(write(Form::Seconds, 0), ("2".to_owned(), Duration::from_secs(2)));
        assert_eq!(write(Form::Fraction, 0), ("1.251".to_owned(), Duration::from_millis(1251)));
        let (text, wait) = write(Form::Date, 0);
        assert!(text.ends_with(" GMT") && text.len() == 29, "{text}");
        assert!(wait >= Duration::from_micros(1_250_001) && wait < Duration::from_millis(2260), "{wait:?}");
        let forms: Vec<usize> = (0..3).map(|count| write(Form::Rotate, count).0.len()).collect();
        assert_eq!(forms, [1, 5, 29]);
    }

    #[test]
    fn nobody_is_early_who_left_before_the_answer_did() {
        let (asked, grace) = (Instant::now(), Duration::from_millis(50));
        let after = |milliseconds| asked + Duration::from_millis(milliseconds);
        let gate = |told| Gate { http_id: String::new(), told, opens: after(1000) };
        assert_eq!(gate(None).early(after(900), grace), None);
        let told = gate(Some(after(200)));
        assert_eq!(told.early(after(250), grace), None);
        assert_eq!(told.early(after(251), grace), Some(Duration::from_millis(749)));
        assert_eq!(told.early(after(1000), grace), None);
    }

    #[test]
    fn a_bucket_refills_and_never_holds_more_than_it_can() {
        let retry_after = RetryAfter { form: Form::Seconds, least: Duration::ZERO };
        let costs = vec![(Some("POST".to_owned()), 2.0), (None, 1.0)];
        let throttle = Throttle { capacity: 2.0, refill: 4.0, costs, retry_after };
        let now = Instant::now();
        let mut bucket = Bucket::full(&throttle, now);
        assert_eq!(bucket.take(&throttle, "POST", now), None);
        assert_eq!(bucket.take(&throttle, "GET", now), Some(Duration::from_millis(250)));
        let later = now + Duration::from_mins(1);
        assert_eq!(bucket.take(&throttle, "POST", later), None);
        assert_eq!(bucket.take(&throttle, "POST", later), Some(Duration::from_millis(500)));
    }
}
