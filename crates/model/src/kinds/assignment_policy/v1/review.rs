//! Reviews in the v1.0 shape: the settings, their schedule and its recurrence.

use super::expiration::EXPIRATION;
use super::subjects::REVIEWER;
use super::{REVIEW_TIMEOUT, review_is_off, word};
use crate::kind::Version;
use crate::spec::Dimension::Reviews;
use crate::spec::Literal::{Int, Null, Word};
use crate::spec::{EnumSpec, Shorthand, Type, TypeSpec, member, structure};
use crate::value::{Object, Value};

const REVIEW_REFERENCE: &str = "Graph v1.0 reference, accessPackageAssignmentReviewSettings";
const SCHEDULE_REFERENCE: &str = "Graph v1.0 reference, entitlementManagementSchedule";

/// `accessPackageAssignmentReviewSettings`.
pub static REVIEW: TypeSpec = TypeSpec {
    inert: Some(review_is_off),
    ..structure(
        "accessPackageAssignmentReviewSettings",
        Version::V1,
        "Recurring reviews of whoever has access.",
        &[
            member("isEnabled", Type::Bool)
                .off()
                .touches(Reviews)
                .doc("Whether access is reviewed. Left out: no.")
                .source(REVIEW_REFERENCE),
            member("isSelfReview", Type::Bool)
                .off()
                .touches(Reviews)
                .counterpart("reviewerType")
                .doc("Whether everyone reviews their own access. Left out: no.")
                .source(REVIEW_REFERENCE),
            member("primaryReviewers", Type::Set(&REVIEWER))
                .empty()
                .touches(Reviews)
                .counterpart("reviewers")
                .doc("Who reviews, where it is no self-review. Order does not matter.")
                .source(REVIEW_REFERENCE),
            member("fallbackReviewers", Type::Set(&REVIEWER))
                .empty()
                .touches(Reviews)
                .doc("Who reviews where the primary reviewers cannot be found. Left out, nobody.")
                .source(REVIEW_REFERENCE),
            member("expirationBehavior", Type::Enum(&REVIEW_TIMEOUT))
                .touches(Reviews)
                .counterpart("accessReviewTimeoutBehavior")
                .doc("What happens to access that nobody reviewed in time. Left out, it stays as it is.")
                .source(REVIEW_REFERENCE),
            member("isRecommendationEnabled", Type::Bool)
                .on()
                .touches(Reviews)
                .counterpart("isAccessRecommendationEnabled")
                .doc("Whether reviewers see the system's recommendations. Left out: yes.")
                .source(REVIEW_REFERENCE),
            member("isReviewerJustificationRequired", Type::Bool)
                .on()
                .touches(Reviews)
                .counterpart("isApprovalJustificationRequired")
                .doc("Whether reviewers must say why they decide so. Left out: yes.")
                .source(REVIEW_REFERENCE),
            member("schedule", Type::Object(&SCHEDULE))
                .empty()
                .touches(Reviews)
                .doc("When reviews begin, how often they come, how long each is open.")
                .source(REVIEW_REFERENCE),
        ],
    )
};

/// `entitlementManagementSchedule`.
pub static SCHEDULE: TypeSpec = structure(
    "entitlementManagementSchedule",
    Version::V1,
    "When reviews begin, how often they come, how long each is open.",
    &[
        member("startDateTime", Type::Instant)
            .doc("When the first review begins, as a UTC timestamp. Left out, the service's value stays.")
            .source(SCHEDULE_REFERENCE),
        member("expiration", Type::Object(&EXPIRATION))
            .empty()
            .touches(Reviews)
            .counterpart("durationInDays")
            .doc("How long one review is open: a duration such as `P25D`.")
            .source(SCHEDULE_REFERENCE),
        member("recurrence", Type::Object(&RECURRENCE))
            .empty()
            .touches(Reviews)
            .counterpart("recurrenceType")
            .doc("How often reviews come: `weekly`, `monthly`, `quarterly`, `halfyearly` or `annual`, or Graph's full recurrence.")
            .source(SCHEDULE_REFERENCE),
    ],
);

/// `patternedRecurrence`.
pub static RECURRENCE: TypeSpec = TypeSpec {
    shorthand: Some(&RECURRENCE_SCALAR),
    ..structure(
        "patternedRecurrence",
        Version::V1,
        "How often something comes.",
        &[
            member("pattern", Type::Object(&PATTERN))
                .empty()
                .touches(Reviews)
                .doc("The rhythm. Reviews take `weekly` and `absoluteMonthly` with an interval.")
                .source("Graph v1.0 reference, patternedRecurrence"),
            member("range", Type::Object(&RANGE))
                .empty()
                .touches(Reviews)
                .doc("From when to when. Left out, it has no end.")
                .source("Graph v1.0 reference, patternedRecurrence"),
        ],
    )
};

static RECURRENCE_SCALAR: Shorthand = Shorthand {
    read: |ty, text| {
        let (rhythm, interval) = RHYTHMS.iter().find(|(word, ..)| *word == text).map(|(_, r, i)| (*r, *i))?;
        let pattern =
            Object::with(&PATTERN, [("type", Value::word(rhythm)), ("interval", Value::Int(interval))]);
        let range = Object::with(&RANGE, [("type", Value::word("noEnd"))]);
        Some(Object::with(
            ty,
            [("pattern", Value::Object(Box::new(pattern))), ("range", Value::Object(Box::new(range)))],
        ))
    },
    write: |object| {
        let pattern = object.object("pattern")?;
        let endless = object.object("range").is_none_or(|range| {
            range.said().all(|(m, v)| match m.name {
                "type" => v.as_text().is_some_and(|t| t.eq_ignore_ascii_case("noEnd")),
                "numberOfOccurrences" => *v == Value::Int(0),
                // Kept where a document does not write it.
                "startDate" => true,
                _ => v.is_empty(),
            })
        });
        let Some(Value::Int(interval)) = pattern.get("interval") else { return None };
        let rhythm = pattern.text("type")?;
        let (rhythm, interval) =
            if rhythm == "absoluteYearly" { ("absoluteMonthly", interval * 12) } else { (rhythm, *interval) };
        let word = RHYTHMS.iter().find(|(_, r, i)| r.eq_ignore_ascii_case(rhythm) && *i == interval)?.0;
        endless.then(|| word.to_owned())
    },
    words: &[
        ("weekly", "Every week."),
        ("monthly", "Every month."),
        ("quarterly", "Every three months."),
        ("halfyearly", "Every six months."),
        ("annual", "Every twelve months."),
    ],
    pattern: "",
    expects: "`weekly`, `monthly`, `quarterly`, `halfyearly` or `annual`",
};

const RHYTHMS: &[(&str, &str, i64)] = &[
    ("weekly", "weekly", 1),
    ("monthly", "absoluteMonthly", 1),
    ("quarterly", "absoluteMonthly", 3),
    ("halfyearly", "absoluteMonthly", 6),
    ("annual", "absoluteMonthly", 12),
];

static PATTERN: TypeSpec = TypeSpec {
    normalise: Some(year_is_twelve_months),
    ..structure(
        "recurrencePattern",
        Version::V1,
        "A rhythm. Reviews take `weekly` and `absoluteMonthly`.",
        &[
            member("type", Type::Enum(&PATTERN_TYPE))
                .required()
                .touches(Reviews)
                .doc("The unit of the rhythm.")
                .source("Graph v1.0 reference, recurrencePattern"),
            member("interval", Type::Int { min: 0, max: 999 })
                .required()
                .touches(Reviews)
                .doc("How many units lie between two reviews: quarterly is 3 with `absoluteMonthly`.")
                .source("Graph v1.0 reference, recurrencePattern"),
            member("month", Type::Int { min: 0, max: 12 })
                .doc("The month, 1 to 12, for yearly rhythms; 0 where unused. Left out, the service's value stays.")
                .source("Graph v1.0 reference, recurrencePattern"),
            member("dayOfMonth", Type::Int { min: 0, max: 31 })
                .doc("The day of the month, 1 to 31; 0 where unused. Left out, the service's value stays.")
                .source("Graph v1.0 reference, recurrencePattern"),
            member("daysOfWeek", Type::Set(&DAY))
                .doc("The days of the week. Order does not matter. Left out, the service's value stays.")
                .source("Graph v1.0 reference, recurrencePattern"),
            member("firstDayOfWeek", DAY)
                .doc("The day on which a week begins. Left out, the service's value stays.")
                .source("Graph v1.0 reference, recurrencePattern"),
            member("index", Type::Enum(&WEEK_INDEX))
                .doc("Which week of the month, for relative rhythms. Left out, the service's value stays.")
                .source("Graph v1.0 reference, recurrencePattern"),
        ],
    )
};

/// Every year is every twelve months: the service may answer with either.
fn year_is_twelve_months(object: &mut Object) {
    if object.text("type").is_some_and(|t| t.eq_ignore_ascii_case("absoluteYearly"))
        && let Some(Value::Int(years)) = object.get("interval")
    {
        let months = Value::Int(years * 12);
        object.set("interval", months);
        object.set("type", Value::word("absoluteMonthly"));
    }
}

static PATTERN_TYPE: EnumSpec = EnumSpec {
    name: "recurrencePatternType",
    words: &[
        word("daily", "Every so many days; not for reviews."),
        word("weekly", "Every so many weeks."),
        word("absoluteMonthly", "Every so many months, on a day of the month."),
        word("relativeMonthly", "Every so many months, on a weekday; not for reviews."),
        word("absoluteYearly", "Every so many years, on a date."),
        word("relativeYearly", "Every so many years, on a weekday; not for reviews."),
    ],
};

const DAY: Type = Type::Enum(&DAY_OF_WEEK);

static DAY_OF_WEEK: EnumSpec = EnumSpec {
    name: "dayOfWeek",
    words: &[
        word("sunday", "Sunday."),
        word("monday", "Monday."),
        word("tuesday", "Tuesday."),
        word("wednesday", "Wednesday."),
        word("thursday", "Thursday."),
        word("friday", "Friday."),
        word("saturday", "Saturday."),
    ],
};

static WEEK_INDEX: EnumSpec = EnumSpec {
    name: "weekIndex",
    words: &[
        word("first", "The first."),
        word("second", "The second."),
        word("third", "The third."),
        word("fourth", "The fourth."),
        word("last", "The last."),
    ],
};

static RANGE: TypeSpec = structure(
    "recurrenceRange",
    Version::V1,
    "From when to when a rhythm runs.",
    &[
        member("type", Type::Enum(&RANGE_TYPE))
            .default(Word("noEnd"))
            .touches(Reviews)
            .doc("Whether it ends: `noEnd`, at `endDate`, or after `numberOfOccurrences`. Left out, it does not.")
            .source("Graph v1.0 reference, recurrenceRange"),
        member("numberOfOccurrences", Type::Int { min: 0, max: 999 })
            .default(Int(0))
            .touches(Reviews)
            .doc("With `numbered`: how many reviews; 0 where unused.")
            .source("Graph v1.0 reference, recurrenceRange"),
        member("startDate", Type::Date)
            .doc("The first day, such as `2027-01-31`. Left out, the service's value stays.")
            .source("Graph v1.0 reference, recurrenceRange"),
        member("endDate", Type::Date)
            .default(Null)
            .touches(Reviews)
            .doc("With `endDate`: the last day, such as `2027-12-31`.")
            .source("Graph v1.0 reference, recurrenceRange"),
        member("recurrenceTimeZone", Type::Text)
            .doc("The time zone of the dates. Left out, the service's value stays.")
            .source("Graph v1.0 reference, recurrenceRange"),
    ],
);

static RANGE_TYPE: EnumSpec = EnumSpec {
    name: "recurrenceRangeType",
    words: &[
        word("noEnd", "It does not end."),
        word("endDate", "It ends on `endDate`."),
        word("numbered", "It ends after `numberOfOccurrences`."),
    ],
};
