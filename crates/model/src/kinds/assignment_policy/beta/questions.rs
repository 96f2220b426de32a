//! Questions to requestors in the beta shape.

use crate::kind::Version;
use crate::spec::Dimension::Justification;
use crate::spec::Literal::Null;
use crate::spec::{
    HandForm, INT32, MemberSpec, Shorthand, Type, TypeSpec, UnionSpec, Variant, member, structure,
};
use crate::value::{Object, Value};

const QUESTION_REFERENCE: &str = "Graph beta reference, accessPackageQuestion";

pub(super) static QUESTION: Type = Type::Union {
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
const QUESTION_SEQUENCE: MemberSpec = member("sequence", INT32)
    .doc("The question's place among the others. Left out, the order in the list counts.")
    .source(QUESTION_REFERENCE);
const QUESTION_TEXT: MemberSpec = member("text", Type::Object(&CONTENT))
    .required()
    .touches(Justification)
    .doc("The question: a text, or `{defaultText: …, localizedTexts: {fr: …}}`.")
    .source(QUESTION_REFERENCE);
const QUESTION_REQUIRED: MemberSpec = member("isRequired", Type::Bool)
    .off()
    .touches(Justification)
    .doc("Whether a request without an answer is refused. Left out: no.")
    .source(QUESTION_REFERENCE);
const QUESTION_EDITABLE: MemberSpec = member("isAnswerEditable", Type::Bool)
    .doc("Whether the requestor may change the answer later. Left out, it stays as it is.")
    .source(QUESTION_REFERENCE);

static TEXT_QUESTION: TypeSpec = structure(
    "accessPackageTextInputQuestion",
    Version::Beta,
    "A question that is answered with text.",
    &[
        QUESTION_ID,
        QUESTION_SEQUENCE,
        QUESTION_TEXT,
        QUESTION_REQUIRED,
        QUESTION_EDITABLE,
        member("isSingleLineQuestion", Type::Bool)
            .off()
            .doc("Whether the answer is one line. Left out: no.")
            .source("Graph beta reference, accessPackageTextInputQuestion"),
        member("regexPattern", Type::Text)
            .default(Null)
            .touches(Justification)
            .doc("A regular expression that the answer must match. Left out, any answer will do.")
            .source("Graph beta reference, accessPackageTextInputQuestion"),
    ],
);

static CHOICE_QUESTION: TypeSpec = structure(
    "accessPackageMultipleChoiceQuestion",
    Version::Beta,
    "A question that is answered by choosing.",
    &[
        QUESTION_ID,
        QUESTION_SEQUENCE,
        QUESTION_TEXT,
        QUESTION_REQUIRED,
        QUESTION_EDITABLE,
        member("choices", Type::Sequence { of: &Type::Object(&CHOICE), order_by: "", max: usize::MAX })
            .empty()
            .sent()
            .touches(Justification)
            .doc("The answers to choose from, in order: a text, or `{actualValue: …, displayValue: …}`.")
            .source("Graph beta reference, accessPackageMultipleChoiceQuestion"),
        member("allowsMultipleSelection", Type::Bool)
            .off()
            .counterpart("isMultipleSelectionAllowed")
            .doc("Whether several answers may be chosen. Left out: no.")
            .source("Graph beta reference, accessPackageMultipleChoiceQuestion"),
    ],
);

static CHOICE: TypeSpec = TypeSpec {
    shorthand: Some(&CHOICE_SCALAR),
    ..structure(
        "accessPackageAnswerChoice",
        Version::Beta,
        "An answer to choose.",
        &[
            member("actualValue", Type::Text)
                .required()
                .touches(Justification)
                .doc("The value that is stored.")
                .source("Graph beta reference, accessPackageAnswerChoice"),
            member("displayValue", Type::Object(&CONTENT))
                .counterpart("text")
                .doc("The text that requestors read: a text, or `{defaultText: …, localizedTexts: {fr: …}}`. Left out, it stays as it is.")
                .source("Graph beta reference, accessPackageAnswerChoice"),
        ],
    )
};

static CHOICE_SCALAR: Shorthand = Shorthand {
    read: |ty, text| {
        let content = Object::with(&CONTENT, [("defaultText", Value::Text(text.into()))]);
        let members =
            [("actualValue", Value::Text(text.into())), ("displayValue", Value::Object(Box::new(content)))];
        Some(Object::with(ty, members))
    },
    write: |object| {
        let alone =
            object.said().all(|(m, v)| matches!(m.name, "actualValue" | "displayValue") || v.is_empty());
        let text = (CONTENT_SCALAR.write)(object.object("displayValue")?)?;
        (alone && object.text("actualValue")? == text).then_some(text)
    },
    words: &[],
    pattern: "^[\\s\\S]*$",
    expects: "a text",
};

static CONTENT: TypeSpec = TypeSpec {
    shorthand: Some(&CONTENT_SCALAR),
    ..structure(
        "accessPackageLocalizedContent",
        Version::Beta,
        "A text, and the same in other languages.",
        &[
            member("defaultText", Type::Text)
                .touches(Justification)
                .counterpart("text")
                .doc("The text where there is none in the reader's language. Left out, it stays as it is.")
                .source("Graph beta reference, accessPackageLocalizedContent"),
            member("localizedTexts", Type::Map { key: "languageCode", value: "text", of: &LOCALIZED })
                .empty()
                .counterpart("localizations")
                .doc("The same text in other languages, by language code: `{fr: \"…\"}`. Left out, there are none.")
                .source("Graph beta reference, accessPackageLocalizedContent"),
        ],
    )
};

static CONTENT_SCALAR: Shorthand = Shorthand {
    read: |ty, text| Some(Object::with(ty, [("defaultText", Value::Text(text.into()))])),
    write: |object| {
        let alone = object.said().all(|(m, v)| m.name == "defaultText" || v.is_empty());
        if alone { object.text("defaultText").map(str::to_owned) } else { None }
    },
    words: &[],
    pattern: "^[\\s\\S]*$",
    expects: "a text",
};

static LOCALIZED: TypeSpec = structure(
    "accessPackageLocalizedText",
    Version::Beta,
    "A text in one language.",
    &[
        member("languageCode", Type::Text)
            .required()
            .doc("The language, as an ISO code such as `fr` or `pt-BR`.")
            .source("Graph beta reference, accessPackageLocalizedText"),
        member("text", Type::Text)
            .required()
            .doc("The text in that language.")
            .source("Graph beta reference, accessPackageLocalizedText"),
    ],
);
