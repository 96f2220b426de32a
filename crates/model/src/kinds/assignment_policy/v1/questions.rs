//! Questions to requestors in the v1.0 shape.

use crate::kind::Version;
use crate::spec::Dimension::Justification;
use crate::spec::Literal::Null;
use crate::spec::{HandForm, MemberSpec, Shorthand, Type, TypeSpec, UnionSpec, Variant, member, structure};
use crate::value::{Object, Value};

const QUESTION_REFERENCE: &str = "Graph v1.0 reference, accessPackageQuestion";

/// One question.
pub static QUESTION: Type = Type::Union {
    spec: &QUESTIONS,
    takes: &["accessPackageTextInputQuestion", "accessPackageMultipleChoiceQuestion"],
};

/// The two types of question.
pub static QUESTIONS: UnionSpec = UnionSpec {
    name: "accessPackageQuestion",
    doc: "A question that a requestor answers.",
    variants: &[
        Variant { ty: &CHOICE_QUESTION, hand: HandForm::ByMember("choices"), tagged: true },
        Variant { ty: &TEXT_QUESTION, hand: HandForm::Untagged, tagged: true },
    ],
};

const QUESTION_ID: MemberSpec =
    member("id", Type::Text).read_only().doc("The question's id, made by the service.");
const QUESTION_SEQUENCE: MemberSpec = member("sequence", crate::spec::INT32)
    .doc("The question's place among the others. Left out, the order in the list counts.")
    .source(QUESTION_REFERENCE);
const QUESTION_TEXT: MemberSpec = member("text", Type::Text)
    .required()
    .touches(Justification)
    .doc("The question.")
    .source(QUESTION_REFERENCE);
const QUESTION_REQUIRED: MemberSpec = member("isRequired", Type::Bool)
    .off()
    .touches(Justification)
    .doc("Whether a request without an answer is refused. Left out: no.")
    .source(QUESTION_REFERENCE);
const QUESTION_EDITABLE: MemberSpec = member("isAnswerEditable", Type::Bool)
    .doc("Whether the requestor may change the answer later. Left out, it stays as it is.")
    .source(QUESTION_REFERENCE);
const LOCALIZATIONS: MemberSpec =
    member("localizations", Type::Map { key: "languageCode", value: "text", of: &LOCALIZED })
        .empty()
        .counterpart("text.localizedTexts")
        .doc("The same text in other languages, by language code: `{fr: \"…\"}`. Left out, there are none.")
        .source("Graph v1.0 reference, accessPackageLocalizedText");

static TEXT_QUESTION: TypeSpec = structure(
    "accessPackageTextInputQuestion",
    Version::V1,
    "A question that is answered with text.",
    &[
        QUESTION_ID,
        QUESTION_SEQUENCE,
        QUESTION_TEXT,
        LOCALIZATIONS,
        QUESTION_REQUIRED,
        QUESTION_EDITABLE,
        member("isSingleLineQuestion", Type::Bool)
            .off()
            .doc("Whether the answer is one line. Left out: no.")
            .source("Graph v1.0 reference, accessPackageTextInputQuestion"),
        member("regexPattern", Type::Text)
            .default(Null)
            .touches(Justification)
            .doc("A regular expression that the answer must match. Left out, any answer will do.")
            .source("Graph v1.0 reference, accessPackageTextInputQuestion"),
    ],
);

static CHOICE_QUESTION: TypeSpec = structure(
    "accessPackageMultipleChoiceQuestion",
    Version::V1,
    "A question that is answered by choosing.",
    &[
        QUESTION_ID,
        QUESTION_SEQUENCE,
        QUESTION_TEXT,
        LOCALIZATIONS,
        QUESTION_REQUIRED,
        QUESTION_EDITABLE,
        member("choices", Type::Sequence { of: &Type::Object(&CHOICE), order_by: "", max: usize::MAX })
            .empty()
            .sent()
            .touches(Justification)
            .doc("The answers to choose from, in order: a text, or `{actualValue: …, text: …}`.")
            .source("Graph v1.0 reference, accessPackageMultipleChoiceQuestion"),
        member("isMultipleSelectionAllowed", Type::Bool)
            .off()
            .counterpart("allowsMultipleSelection")
            .doc("Whether several answers may be chosen. Left out: no.")
            .source("Graph v1.0 reference, accessPackageMultipleChoiceQuestion"),
    ],
);

static CHOICE: TypeSpec = TypeSpec {
    shorthand: Some(&CHOICE_SCALAR),
    ..structure(
        "accessPackageAnswerChoice",
        Version::V1,
        "An answer to choose.",
        &[
            member("actualValue", Type::Text)
                .required()
                .touches(Justification)
                .doc("The value that is stored.")
                .source("Graph v1.0 reference, accessPackageAnswerChoice"),
            member("text", Type::Text)
                .counterpart("displayValue.defaultText")
                .doc("The text that requestors read. Left out, it stays as it is.")
                .source("Graph v1.0 reference, accessPackageAnswerChoice"),
            LOCALIZATIONS,
        ],
    )
};

static CHOICE_SCALAR: Shorthand = Shorthand {
    read: |ty, text| {
        Some(Object::with(
            ty,
            [("actualValue", Value::Text(text.into())), ("text", Value::Text(text.into()))],
        ))
    },
    write: |object| {
        let alone = object.said().all(|(m, v)| matches!(m.name, "actualValue" | "text") || v.is_empty());
        let (value, text) = (object.text("actualValue")?, object.text("text")?);
        (alone && value == text).then(|| text.to_owned())
    },
    words: &[],
    pattern: "^[\\s\\S]*$",
    expects: "a text",
};

static LOCALIZED: TypeSpec = structure(
    "accessPackageLocalizedText",
    Version::V1,
    "A text in one language.",
    &[
        member("languageCode", Type::Text)
            .required()
            .doc("The language, as an ISO code such as `fr` or `pt-BR`.")
            .source("Graph v1.0 reference, accessPackageLocalizedText"),
        member("text", Type::Text)
            .required()
            .doc("The text in that language.")
            .source("Graph v1.0 reference, accessPackageLocalizedText"),
    ],
);
