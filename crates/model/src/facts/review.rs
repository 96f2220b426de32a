//! Reviews of whoever has access, from either shape.

use super::{Expiry, Subject, count, duration, flag_or_on, instant, subjects};
use crate::time::{Date, Duration, Instant};
use crate::value::{Object, Value};

/// Recurring reviews.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools, reason = "each is one switch of Graph's")]
pub struct Review<'a> {
    /// Whether everyone reviews their own access.
    pub is_self_review: bool,
    /// Whether everyone's manager reviews (beta has a word of its own for that).
    pub is_by_manager: bool,
    /// Who reviews, fallbacks left out.
    pub reviewers: Vec<Subject<'a>>,
    /// Who reviews where those cannot be found.
    pub fallback: Vec<Subject<'a>>,
    /// What happens without an answer, where said.
    pub timeout: Option<Timeout<'a>>,
    /// Whether reviewers see the system's recommendations.
    pub recommendations: bool,
    /// Whether reviewers must say why.
    pub justification: bool,
    /// When the first review begins, where said.
    pub start: Option<Instant>,
    /// The first day of the rhythm, where said.
    pub start_date: Option<Date>,
    /// How often reviews come, where said.
    pub rhythm: Option<Rhythm<'a>>,
    /// When they end to come.
    pub end: ReviewEnd<'a>,
    /// How long one review is open.
    pub length: Expiry,
}

impl Review<'_> {
    /// Whether nobody is there to do them.
    pub const fn is_by_nobody(&self) -> bool {
        !self.is_self_review && !self.is_by_manager && self.reviewers.is_empty() && self.fallback.is_empty()
    }
}

/// What happens to access that nobody reviewed in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "Graph's words")]
pub enum Timeout<'a> {
    RemoveAccess,
    AcceptRecommendation,
    KeepAccess,
    /// A word of a newer service.
    Other(&'a str),
}

/// How often reviews come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "so many of the unit between two reviews")]
pub enum Rhythm<'a> {
    Days(u64),
    Weeks(u64),
    Months(u64),
    /// A word of a newer service.
    Other(&'a str),
}

/// When reviews end to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "Graph's words")]
pub enum ReviewEnd<'a> {
    Never,
    On(Option<Date>),
    After(u64),
    /// A word of a newer service.
    Other(&'a str),
}

fn timeout(word: Option<&str>) -> Option<Timeout<'_>> {
    let word = word?;
    Some(match word.to_ascii_lowercase().as_str() {
        "removeaccess" => Timeout::RemoveAccess,
        "acceptaccessrecommendation" => Timeout::AcceptRecommendation,
        "keepaccess" => Timeout::KeepAccess,
        _ => Timeout::Other(word),
    })
}

/// `reviewSettings` of v1.0.
pub(super) fn of_v1(settings: &Object) -> Review<'_> {
    let schedule = settings.object("schedule");
    let recurrence = schedule.and_then(|s| s.object("recurrence"));
    let pattern = recurrence.and_then(|r| r.object("pattern"));
    let range = recurrence.and_then(|r| r.object("range"));
    Review {
        is_self_review: settings.flag("isSelfReview"),
        is_by_manager: false,
        reviewers: subjects(Some(settings), "primaryReviewers"),
        fallback: subjects(Some(settings), "fallbackReviewers"),
        timeout: timeout(settings.text("expirationBehavior")),
        recommendations: flag_or_on(settings, "isRecommendationEnabled"),
        justification: flag_or_on(settings, "isReviewerJustificationRequired"),
        start: instant(schedule.and_then(|s| s.get("startDateTime"))),
        start_date: date(range, "startDate"),
        rhythm: pattern.and_then(rhythm),
        end: range.map_or(ReviewEnd::Never, |range| {
            let word = range.text("type").unwrap_or("noEnd");
            match word.to_ascii_lowercase().as_str() {
                "noend" => ReviewEnd::Never,
                "enddate" => ReviewEnd::On(date(Some(range), "endDate")),
                "numbered" => ReviewEnd::After(count(range.get("numberOfOccurrences")).unwrap_or(0)),
                _ => ReviewEnd::Other(word),
            }
        }),
        length: expiry(schedule.and_then(|s| s.object("expiration"))),
    }
}

fn rhythm(pattern: &Object) -> Option<Rhythm<'_>> {
    let word = pattern.text("type")?;
    let interval = count(pattern.get("interval")).unwrap_or(0);
    Some(match word.to_ascii_lowercase().as_str() {
        "daily" => Rhythm::Days(interval),
        "weekly" => Rhythm::Weeks(interval),
        "absolutemonthly" | "relativemonthly" => Rhythm::Months(interval),
        "absoluteyearly" | "relativeyearly" => Rhythm::Months(interval * 12),
        _ => Rhythm::Other(word),
    })
}

fn date(range: Option<&Object>, name: &str) -> Option<Date> {
    match range?.get(name) {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    }
}

/// `expirationPattern` of v1.0: the type says which member counts.
pub(super) fn expiry(pattern: Option<&Object>) -> Expiry {
    let Some(pattern) = pattern else { return Expiry::Never };
    let word = pattern.text("type").map(str::to_ascii_lowercase);
    let (after, at) = (duration(pattern.get("duration")), instant(pattern.get("endDateTime")));
    match (word.as_deref(), after, at) {
        (Some("noexpiration" | "notspecified"), ..) | (_, None, None) => Expiry::Never,
        (Some("afterdatetime"), _, Some(at)) | (_, None, Some(at)) => Expiry::At(at),
        (_, Some(after), _) => Expiry::After(after),
    }
}

/// `accessReviewSettings` of beta.
pub(super) fn of_beta(settings: &Object) -> Review<'_> {
    let who = settings.text("reviewerType").unwrap_or_default().to_ascii_lowercase();
    let is_by_manager = who == "manager";
    let is_backup = |v: &&Value| v.as_object().is_some_and(|o| o.flag("isBackup"));
    let (fallback, reviewers): (Vec<&Value>, Vec<&Value>) =
        settings.list("reviewers").iter().partition(|v| is_by_manager || is_backup(v));
    let days = count(settings.get("durationInDays"));
    Review {
        is_self_review: who == "self",
        is_by_manager,
        reviewers: reviewers.into_iter().map(Subject::of).collect(),
        fallback: fallback.into_iter().map(Subject::of).collect(),
        timeout: timeout(settings.text("accessReviewTimeoutBehavior")),
        recommendations: flag_or_on(settings, "isAccessRecommendationEnabled"),
        justification: flag_or_on(settings, "isApprovalJustificationRequired"),
        start: instant(settings.get("startDateTime")),
        start_date: None,
        rhythm: settings.text("recurrenceType").map(|word| match word.to_ascii_lowercase().as_str() {
            "weekly" => Rhythm::Weeks(1),
            "monthly" => Rhythm::Months(1),
            "quarterly" => Rhythm::Months(3),
            "halfyearly" => Rhythm::Months(6),
            "annual" => Rhythm::Months(12),
            _ => Rhythm::Other(word),
        }),
        end: ReviewEnd::Never,
        length: days.filter(|d| *d > 0).map_or(Expiry::Never, |d| Expiry::After(Duration::days(d))),
    }
}
