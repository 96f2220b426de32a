//! The end of access, and the length of one review, in the v1.0 shape.

use super::word;
use crate::kind::Version;
use crate::spec::Dimension::Expiry;
use crate::spec::Literal::Null;
use crate::spec::{EnumSpec, Shorthand, Type, TypeSpec, member, structure};
use crate::time::{Duration, Instant};
use crate::value::{Object, Value};

/// `expirationPattern`: the end of access, and the length of one review.
pub static EXPIRATION: TypeSpec = TypeSpec {
    normalise: Some(drop_unused_expiration),
    shorthand: Some(&EXPIRATION_SCALAR),
    ..structure(
        "expirationPattern",
        Version::V1,
        "When something ends: after a duration, at a moment, or never.",
        &[
            member("type", Type::Enum(&EXPIRATION_TYPE))
                .required()
                .touches(Expiry)
                .doc("Which of the four ways of ending is meant.")
                .source("Graph v1.0 reference, expirationPattern"),
            member("duration", Type::Duration)
                .default(Null)
                .touches(Expiry)
                .doc("With `afterDuration`: how long, as an ISO 8601 duration such as `P90D` or `PT2H`.")
                .source("Graph v1.0 reference, expirationPattern"),
            member("endDateTime", Type::Instant)
                .default(Null)
                .touches(Expiry)
                .doc("With `afterDateTime`: the moment, as a UTC timestamp such as `2027-01-31T00:00:00Z`.")
                .source("Graph v1.0 reference, expirationPattern"),
        ],
    )
};

static EXPIRATION_TYPE: EnumSpec = EnumSpec {
    name: "expirationPatternType",
    words: &[
        word("notSpecified", "Nothing is said: it does not end."),
        word("noExpiration", "It does not end."),
        word("afterDateTime", "It ends at `endDateTime`."),
        word("afterDuration", "It ends after `duration`."),
    ],
};

static EXPIRATION_SCALAR: Shorthand = Shorthand {
    read: |ty, text| {
        if text == "noExpiration" {
            return Some(Object::with(ty, [("type", Value::word("noExpiration"))]));
        }
        if let Some(duration) = Duration::parse(text) {
            return Some(Object::with(
                ty,
                [("type", Value::word("afterDuration")), ("duration", Value::Duration(duration))],
            ));
        }
        let instant = Instant::parse(text)?;
        Some(Object::with(
            ty,
            [("type", Value::word("afterDateTime")), ("endDateTime", Value::Instant(instant))],
        ))
    },
    write: |object| match (object.text("type")?, object.get("duration"), object.get("endDateTime")) {
        ("noExpiration" | "notSpecified", ..) => Some("noExpiration".to_owned()),
        ("afterDuration", Some(Value::Duration(duration)), _) => Some(duration.to_string()),
        ("afterDateTime", _, Some(Value::Instant(instant))) => Some(instant.to_string()),
        _ => None,
    },
    words: &[("noExpiration", "It does not end.")],
    pattern: r"^(P(?!$)(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?|\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))$",
    expects: "a duration such as `P90D` or `PT2H`, a timestamp such as `2027-01-31T00:00:00Z`, or `noExpiration`",
};

/// Members that the type does not use say nothing; never ending is the same as saying nothing.
fn drop_unused_expiration(object: &mut Object) {
    let ty = object.text("type").map(str::to_ascii_lowercase);
    match ty.as_deref() {
        Some("afterduration") => {
            object.remove("endDateTime");
        }
        Some("afterdatetime") => {
            object.remove("duration");
        }
        Some("noexpiration" | "notspecified") => {
            for name in ["type", "duration", "endDateTime"] {
                object.remove(name);
            }
        }
        _ => {}
    }
}
