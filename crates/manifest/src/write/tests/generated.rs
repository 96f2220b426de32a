//! Documents that a seed decides, written in a style that another seed decides.

use entrant_model::kinds::assignment_policy;
use entrant_model::spec::{Access, HandForm, Type};
use entrant_model::wire::ODATA_TYPE;
use entrant_model::{TypeSpec, Version};
use serde_json::{Map, Value as Json, json};

/// Numbers from a seed.
pub(crate) struct Dice(pub u64);

impl Dice {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }

    pub(crate) fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
}

const TEXTS: &[&str] = &[
    "Partner desk",
    "Quelle campagne ?",
    "yes",
    "1.0",
    "a: b",
    "Team #1",
    "it's",
    "say \"so\"",
    "",
    "two\nlines\n",
    "- x",
    "null",
    "{a}",
    "(user.department -eq \"Sales\") and (user.userType -eq \"Member\")",
    "äöü — ß",
    "a, b",
    "long long long long long long long long long long long long long long long long long long long text",
];

/// A policy as JSON, in a mixture of Graph form and hand form.
pub(crate) fn policy(dice: &mut Dice) -> Json {
    let version = if dice.chance(2) { Version::V1 } else { Version::Beta };
    let mut map = Map::new();
    map.insert("kind".into(), json!("AssignmentPolicy"));
    if version == Version::Beta {
        map.insert("apiVersion".into(), json!("beta"));
    }
    if dice.chance(4) {
        map.insert("pin".into(), json!("bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3d"));
    }
    if dice.chance(4) {
        map.insert("previousNames".into(), json!(["Old name", "Older: name"]));
    }
    members(dice, assignment_policy::table(version), &mut map, 0);
    map.insert("displayName".into(), json!(name(dice, "Policy")));
    if version == Version::V1 {
        map.entry("expiration").or_insert(json!("P90D"));
    } else {
        map.remove("expirationDateTime");
        map.entry("durationInDays").or_insert(json!(0));
    }
    map.entry("requestApprovalSettings").or_insert(Json::Null);
    Json::Object(map)
}

fn name(dice: &mut Dice, what: &str) -> String {
    format!("{what} {}{}", dice.below(1_000_000), ["", " & co", ": x", " #1"][dice.below(4)])
}

fn members(dice: &mut Dice, ty: &TypeSpec, map: &mut Map<String, Json>, depth: usize) {
    for member in ty.members {
        let required = matches!(member.absent, entrant_model::Absent::Required);
        if member.access == Access::ReadOnly || !(required || dice.chance(2)) {
            continue;
        }
        let value = if !required && dice.chance(8) { Json::Null } else { value(dice, &member.ty, depth + 1) };
        map.insert(member.name.to_owned(), value);
    }
    if ty.name == "expirationPattern" {
        let (ty, keep) =
            [("afterDuration", "duration"), ("afterDateTime", "endDateTime"), ("noExpiration", "")]
                [dice.below(3)];
        let value =
            if keep == "duration" { json!(duration(dice)) } else { json!("2027-01-31T02:00:00+02:00") };
        map.clear();
        map.insert("type".into(), json!(ty));
        if !keep.is_empty() {
            map.insert(keep.into(), value);
        }
        if dice.chance(3) {
            let other = if keep == "duration" { "endDateTime" } else { "duration" };
            map.insert(other.into(), Json::Null);
        }
    }
}

fn duration(dice: &mut Dice) -> &'static str {
    ["P90D", "PT2160H", "P2W", "PT2H", "PT90M", "P1DT2H"][dice.below(6)]
}

fn value(dice: &mut Dice, ty: &Type, depth: usize) -> Json {
    match ty {
        Type::Bool => json!(dice.chance(2)),
        Type::Int { min, max } => json!((*min).max(0) + i64::try_from(dice.below(3)).unwrap().min(max - min)),
        Type::Text => json!(TEXTS[dice.below(TEXTS.len())]),
        Type::Rule => json!("(user.department -eq \"Sales\")"),
        Type::Enum(spec) => json!(spec.words[dice.below(spec.words.len())].word),
        Type::Duration => json!(duration(dice)),
        Type::Instant => json!(["2027-01-31T00:00:00Z", "2027-01-31T02:00:00.500+02:00"][dice.below(2)]),
        Type::Date => json!("2027-01-31"),
        Type::Ref(kind, _) => match dice.below(4) {
            0 => json!(format!("bd3f6b95-458d-4bc8-a9a6-{:012}", dice.below(1_000_000))),
            1 => json!({"id": format!("bd3f6b95-458d-4bc8-a9a6-{:012}", dice.below(1_000_000))}),
            2 => json!({"name": name(dice, kind.as_str())}),
            _ => json!(name(dice, kind.as_str())),
        },
        Type::Object(ty) => {
            if let Some(short) = ty.shorthand
                && dice.chance(2)
            {
                return match (ty.name, short.words) {
                    ("expirationPattern", _) => json!(duration(dice)),
                    (_, [_, ..]) => json!(short.words[dice.below(short.words.len())].0),
                    _ => json!(format!("Choice {}", dice.below(1_000_000))),
                };
            }
            let mut map = Map::new();
            members(dice, ty, &mut map, depth);
            Json::Object(map)
        }
        Type::Union { spec, takes } => {
            let name = takes[dice.below(takes.len())];
            let variant = spec.variant(name).unwrap();
            let mut map = Map::new();
            members(dice, variant.ty, &mut map, depth);
            let tag = json!(format!("#microsoft.graph.{name}"));
            let by_hand = dice.chance(2);
            match variant.hand {
                HandForm::Key { key, member } if by_hand && map.contains_key(member) => {
                    let value = map.remove(member).unwrap();
                    map.insert(key.to_owned(), if value.is_null() { json!(1) } else { value });
                }
                HandForm::Word(word) if by_hand => {
                    if map.is_empty() {
                        return json!(word);
                    }
                    map.insert(word.to_owned(), json!({}));
                }
                HandForm::ByMember(member) if by_hand && map.contains_key(member) => {}
                HandForm::Untagged if by_hand => {}
                _ => {
                    map.insert(ODATA_TYPE.to_owned(), tag);
                }
            }
            Json::Object(map)
        }
        Type::Set(of) | Type::Sequence { of, .. } => {
            let mut list: Vec<Json> = (0..dice.below(4)).map(|_| value(dice, of, depth + 1)).collect();
            list.dedup();
            if matches!(of, Type::Enum(_)) {
                list.truncate(1);
            }
            Json::Array(list)
        }
        Type::Map { key, value: member, of } => {
            let keys = match of.member(key).map(|(_, m)| m.ty) {
                Some(Type::Enum(spec)) => spec.words.iter().map(|w| w.word).collect(),
                _ => vec!["fr", "de", "pt-BR", "no"],
            };
            let count = dice.below(3);
            let value_ty = of.member(member).unwrap().1.ty;
            if dice.chance(2) {
                return Json::Object(
                    keys.iter()
                        .take(count)
                        .map(|k| ((*k).to_owned(), value(dice, &value_ty, depth + 1)))
                        .collect(),
                );
            }
            let element =
                |k: &&str, dice: &mut Dice| json!({*key: k, *member: value(dice, &value_ty, depth + 1)});
            Json::Array(keys.iter().take(count).map(|k| element(k, dice)).collect())
        }
    }
}

/// What a text has beside its values.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Style {
    /// Comments.
    pub comments: bool,
    /// Members in any order.
    pub shuffles: bool,
    /// Anchors that nothing uses.
    pub anchors: bool,
}

/// A document as YAML in some style.
pub(crate) fn write(json: &Json, dice: &mut Dice, style: Style) -> String {
    let mut writer = Writer { dice, style, count: 0, out: String::new() };
    writer.remark(0);
    if writer.dice.chance(10) && !style.comments {
        let text = writer.flow(json);
        writer.out.push_str(&text);
        writer.out.push('\n');
    } else {
        writer.map(json.as_object().unwrap(), 0, false);
        writer.remark(0);
    }
    writer.out
}

/// Whether a text has lines, and nothing that cannot be seen.
fn is_of_lines(text: &str) -> bool {
    text.ends_with('\n') && !text.contains(|c: char| c.is_control() && c != '\n')
}

struct Writer<'d> {
    dice: &'d mut Dice,
    style: Style,
    count: usize,
    out: String,
}

impl Writer<'_> {
    fn remark(&mut self, indent: usize) {
        if self.style.comments && self.dice.chance(4) {
            if self.dice.chance(3) {
                self.out.push('\n');
            }
            self.count += 1;
            self.out.push_str(&format!("{}# remark {}\n", " ".repeat(indent), self.count));
            if self.dice.chance(3) {
                self.out.push('\n');
            }
        }
    }

    fn end(&mut self) {
        if self.style.comments && self.dice.chance(5) {
            self.count += 1;
            self.out.push_str(&format!("  # beside {}", self.count));
        }
        self.out.push('\n');
        if self.style.comments && self.dice.chance(8) {
            self.out.push('\n');
        }
    }

    fn order<'j>(&mut self, map: &'j Map<String, Json>) -> Vec<(&'j String, &'j Json)> {
        let mut pairs: Vec<_> = map.iter().collect();
        // The order of keyed lists is the author's.
        let is_keyed = |key: &String| {
            key.starts_with("assignmentRequest") || ["fr", "de", "pt-BR", "no"].contains(&&**key)
        };
        if self.style.shuffles && !map.keys().any(is_keyed) {
            for at in (1..pairs.len()).rev() {
                pairs.swap(at, self.dice.below(at + 1));
            }
        }
        pairs
    }

    fn map(&mut self, map: &Map<String, Json>, indent: usize, is_begun: bool) {
        for (index, (key, value)) in self.order(map).into_iter().enumerate() {
            if !(is_begun && index == 0) {
                self.remark(indent);
                self.out.push_str(&" ".repeat(indent));
            }
            let key = if key.contains('@') || self.dice.chance(9) { format!("'{key}'") } else { key.clone() };
            self.out.push_str(&key);
            self.out.push(':');
            self.value(value, indent);
        }
    }

    /// The name of an anchor that nothing uses, now and then.
    fn anchor(&mut self) {
        if self.style.anchors && self.dice.chance(12) {
            self.count += 1;
            self.out.push_str(&format!(" &a{}", self.count));
        }
    }

    fn value(&mut self, json: &Json, indent: usize) {
        self.anchor();
        let step = indent + 1 + self.dice.below(4);
        match json {
            Json::Object(map) if !map.is_empty() && !self.dice.chance(3) => {
                self.end();
                self.map(map, step, false);
                self.remark(step);
            }
            Json::Array(list) if !list.is_empty() && !self.dice.chance(3) => {
                self.end();
                for item in list {
                    self.remark(step);
                    self.out.push_str(&" ".repeat(step));
                    self.out.push('-');
                    match item {
                        Json::Object(map) if !map.is_empty() && self.dice.chance(2) => {
                            self.out.push(' ');
                            self.map(map, step + 2, true);
                        }
                        item => self.value(item, step),
                    }
                }
                self.remark(step);
            }
            Json::String(text) if is_of_lines(text) && self.dice.chance(2) => {
                self.out.push_str(" |\n");
                for line in text.lines() {
                    self.out.push_str(&format!("{}{line}\n", " ".repeat(step)));
                }
            }
            json => {
                let text = self.flow(json);
                self.out.extend([" ", &text]);
                self.end();
            }
        }
    }

    fn flow(&mut self, json: &Json) -> String {
        match json {
            Json::String(text) => self.text(text),
            Json::Array(list) => {
                let items: Vec<String> = list.iter().map(|item| self.flow(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Json::Object(map) => {
                let pairs: Vec<String> = self
                    .order(map)
                    .into_iter()
                    .map(|(key, value)| format!("\"{key}\": {}", self.flow(value)))
                    .collect();
                format!("{{ {} }}", pairs.join(" , "))
            }
            Json::Null => ["null", "~"][self.dice.below(2)].to_owned(),
            other => other.to_string(),
        }
    }

    fn text(&mut self, text: &str) -> String {
        let is_word = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let is_special =
            ["yes", "null", "1.0", "no"].contains(&text) || text.starts_with(|c: char| c.is_ascii_digit());
        match self.dice.below(3) {
            0 if is_word && !is_special && !text.is_empty() => text.to_owned(),
            1 if !text.contains('\'') && !text.contains(char::is_control) => format!("'{text}'"),
            _ => Json::from(text).to_string(),
        }
    }
}
