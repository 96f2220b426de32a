//! Sentences as data: words of ours and names from the tenant, kept apart.
//!
//! Names are raw here. Each output escapes them for where they go and marks them so that no name can pass for
//! words of the sentence.

use entrant_model::facts::{Expiry, PolicyFacts, ReviewEnd, Rhythm, Scope, Subject, Who};
use entrant_model::reference::fold;
use entrant_model::time::Duration;
use entrant_model::{Id, Reference};
use std::fmt;

/// A sentence or a part of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentence(Vec<Part>);

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words of ours.
    Text(String),
    /// A name, rule, question or other text from a tenant or a file, as it is there.
    Name(String),
    /// The access package, or what the change is about: `it` beside the address, its name where it stands alone.
    Package,
}

impl Sentence {
    /// A name from outside.
    pub fn name(name: impl Into<String>) -> Self {
        Self(vec![Part::Name(name.into())])
    }

    /// The sentence where it stands alone: with the name of the package, or of what the change is about, for `it`.
    #[must_use]
    pub fn about(mut self, package: &str) -> Self {
        for part in &mut self.0 {
            if *part == Part::Package {
                *part = Part::Name(package.to_owned());
            }
        }
        self
    }

    /// The sentence where it stands for several packages, each of which it is true of.
    #[must_use]
    pub fn about_each(mut self, packages: usize) -> Self {
        for part in &mut self.0 {
            if *part == Part::Package {
                *part = Part::Text(format!("each of {packages} packages"));
            }
        }
        self
    }

    /// The pieces in their order.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The sentence with more after it.
    #[must_use]
    pub fn then(mut self, more: impl Into<Self>) -> Self {
        self.0.extend(more.into().0);
        self
    }

    /// The sentence without the comma that closes an insertion, for where nothing of the clause follows it.
    #[must_use]
    pub fn ended(mut self) -> Self {
        if let Some(Part::Text(text)) = self.0.last_mut()
            && text.ends_with(',')
        {
            text.pop();
        }
        self
    }

    /// The sentence with a capital letter at its start, unless it starts with a name.
    #[must_use]
    pub fn capitalised(mut self) -> Self {
        match self.0.first_mut() {
            Some(Part::Text(text)) => *text = capital(text),
            Some(first @ Part::Package) => *first = Part::Text("It".to_owned()),
            _ => {}
        }
        self
    }

    /// `a, b and c`.
    pub fn list(parts: Vec<Self>) -> Self {
        Self::joined(parts, " and ")
    }

    /// `a, b or c`: where one of them is enough.
    pub fn either(parts: Vec<Self>) -> Self {
        Self::joined(parts, " or ")
    }

    fn joined(parts: Vec<Self>, conjunction: &'static str) -> Self {
        let last = parts.len().saturating_sub(1);
        let mut out = Self::default();
        for (index, part) in parts.into_iter().enumerate() {
            let glue = match index {
                0 => "",
                n if n == last => conjunction,
                _ => ", ",
            };
            out = out.then(glue).then(part);
        }
        out
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

impl From<&'static str> for Sentence {
    /// Words of ours; `{it}` stands for the access package, or for what the change is about.
    fn from(text: &'static str) -> Self {
        let mut parts = Vec::new();
        for (index, words) in text.split("{it}").enumerate() {
            if index > 0 {
                parts.push(Part::Package);
            }
            if !words.is_empty() {
                parts.push(Part::Text(words.to_owned()));
            }
        }
        Self(parts)
    }
}

impl From<String> for Sentence {
    /// Words of ours that were put together: numbers, durations, dates.
    fn from(text: String) -> Self {
        Self(vec![Part::Text(text)])
    }
}

impl fmt::Display for Sentence {
    /// Names in quotes, as they are; the package is `it`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Name(name) => f.write_str(&quoted(name)),
            Part::Package => f.write_str("it"),
        })
    }
}

/// The name in double quotes, or in single ones where it holds double ones. So it cannot end early and pass for
/// words of the sentence.
pub fn quoted(name: &str) -> String {
    match (name.contains('"'), name.contains('\'')) {
        (true, false) => format!("'{name}'"),
        (true, true) => format!("\"{}\"", name.replace('"', "\\\"")),
        _ => format!("\"{name}\""),
    }
}

/// Puts a sentence together from its pieces.
macro_rules! say {
    ($($part:expr),+ $(,)?) => {
        $crate::impact::phrase::Sentence::default()$(.then($part))+
    };
}
pub(crate) use say;

/// How many of a list a sentence names.
const NAMED: usize = 3;

/// Whom the scope and the targets of a policy mean: `members of "Engineers" and users of "Fabrikam"`.
pub fn population(facts: &PolicyFacts) -> Sentence {
    scope(facts.scope, &facts.targets)
}

/// The same where it is denied or narrowed: `members of this directory`, since neither "only every member" nor "every
/// member may no longer" says what is meant.
pub fn those(facts: &PolicyFacts) -> Sentence {
    match facts.scope {
        Scope::AllMemberUsers => "members of this directory".into(),
        Scope::AllDirectoryUsers => "users of this directory, guests included,".into(),
        Scope::AllConfiguredConnectedOrganizationUsers => {
            "users of configured connected organizations".into()
        }
        Scope::AllExistingConnectedOrganizationUsers => {
            "users of connected organizations, whatever their state,".into()
        }
        Scope::AllExternalUsers => "people from outside this directory".into(),
        Scope::AllDirectoryServicePrincipals => "service principals of this directory".into(),
        Scope::AllDirectoryAgentIdentities => "agent identities of this directory".into(),
        _ => population(facts),
    }
}

/// Whom a scope with these targets means.
pub fn scope(scope: Scope, targets: &[Subject]) -> Sentence {
    match scope {
        Scope::NotSpecified => "nobody".into(),
        Scope::SpecificDirectoryUsers
        | Scope::SpecificConnectedOrganizationUsers
        | Scope::SpecificDirectoryServicePrincipals => {
            if targets.is_empty() {
                "nobody, since nobody is listed,".into()
            } else {
                people(targets)
            }
        }
        Scope::AllMemberUsers => "every member of this directory".into(),
        Scope::AllDirectoryUsers => "every user of this directory, guests included,".into(),
        Scope::AllConfiguredConnectedOrganizationUsers => {
            "users of every configured connected organization".into()
        }
        Scope::AllExistingConnectedOrganizationUsers => {
            "users of every connected organization, whatever its state,".into()
        }
        Scope::AllExternalUsers => "anybody from outside this directory".into(),
        Scope::AllDirectoryServicePrincipals => "every service principal of this directory".into(),
        Scope::AllDirectoryAgentIdentities => "every agent identity of this directory".into(),
        Scope::Other(word) => say!["whomever the scope ", Sentence::name(word), " means"],
    }
}

/// Subjects as people who ask or receive: `members of "Engineers" and "Marketing"`.
pub fn people(subjects: &[Subject]) -> Sentence {
    let (shown, hidden) = shortened(subjects);
    let of = |is_one: &dyn Fn(&Subject) -> bool, before: &'static str| {
        let names: Vec<Sentence> = shown.iter().filter(|s| is_one(s)).map(name).collect();
        (!names.is_empty()).then(|| say![before, Sentence::list(names)])
    };
    let is_group = |s: &Subject| matches!(s.who, Who::Group(_));
    let is_organization = |s: &Subject| matches!(s.who, Who::Organization(_));
    let is_principal = |s: &Subject| matches!(s.who, Who::ServicePrincipal(_));
    let mut parts: Vec<Sentence> = Vec::new();
    parts.extend(of(&is_group, "members of "));
    parts.extend(of(&is_organization, "users of "));
    parts.extend(of(&is_principal, "the service principal "));
    let is_rest = |s: &&Subject| !is_group(s) && !is_organization(s) && !is_principal(s);
    parts.extend(shown.iter().filter(is_rest).map(decider));
    Sentence::list(with_hidden(parts, hidden))
}

/// Subjects as those who decide: `"Partner desk" and external sponsors`.
pub fn deciders(subjects: &[Subject]) -> Sentence {
    let (shown, hidden) = shortened(subjects);
    Sentence::list(with_hidden(shown.iter().map(decider).collect(), hidden))
}

/// The subjects that a sentence names, by name whatever their order, and how many more there are.
fn shortened<'a>(subjects: &[Subject<'a>]) -> (Vec<Subject<'a>>, usize) {
    let shown = if subjects.len() == NAMED + 1 { NAMED + 1 } else { subjects.len().min(NAMED) };
    let mut sorted = subjects.to_vec();
    sorted.sort_by_cached_key(|s| (s.name().map(fold), s.key()));
    sorted.truncate(shown);
    (sorted, subjects.len() - shown)
}

/// The first of these, and how many more there are: `"a", "b", "c" and 4 more`.
pub fn some(parts: Vec<Sentence>) -> Sentence {
    Sentence::list(first_of(parts))
}

/// The same where one of them is enough: `"a", "b", "c" or 4 more`.
pub fn any(parts: Vec<Sentence>) -> Sentence {
    Sentence::either(first_of(parts))
}

fn first_of(mut parts: Vec<Sentence>) -> Vec<Sentence> {
    let shown = if parts.len() == NAMED + 1 { NAMED + 1 } else { parts.len().min(NAMED) };
    let hidden = parts.len() - shown;
    parts.truncate(shown);
    with_hidden(parts, hidden)
}

fn with_hidden(mut parts: Vec<Sentence>, hidden: usize) -> Vec<Sentence> {
    if hidden > 0 {
        parts.push(format!("{hidden} more").into());
    }
    if parts.is_empty() { vec!["nobody".into()] } else { parts }
}

fn decider(subject: &Subject) -> Sentence {
    let manager = |own: &'static str, of: &'static str, level: u64| match level {
        0 | 1 => Sentence::from(own),
        level => format!("the manager {level} levels above {of}").into(),
    };
    match subject.who {
        Who::Organization(_) => say!["users of ", name(subject)],
        Who::User(_) | Who::Group(_) | Who::ServicePrincipal(_) => name(subject),
        Who::Rule(rule) => say!["everybody whom the rule ", Sentence::name(rule), " matches"],
        Who::RequestorManager(level) => manager("the requestor's manager", "the requestor", level),
        Who::TargetManager(level) => {
            manager("the manager of whoever receives access", "whoever receives access", level)
        }
        Who::InternalSponsors => "internal sponsors".into(),
        Who::ExternalSponsors => "external sponsors".into(),
        Who::TargetUserSponsors => "the sponsors of whoever receives access".into(),
        Who::TargetApplicationOwners => "the owners of the application that receives access".into(),
        Who::TargetAgentSponsorsOrOwners => "the sponsors or owners of the agent that receives access".into(),
        Who::Unknown(_) => "somebody whom this version does not know".into(),
    }
}

/// The name of the object that a subject refers to; one without a name is shown by its id.
fn name(subject: &Subject) -> Sentence {
    match (subject.name(), subject.reference()) {
        (Some(name), _) => Sentence::name(name),
        (None, Some(reference)) => object(reference),
        (None, None) => decider(subject),
    }
}

/// The name of an object; one without a name is shown by its id.
pub fn object(reference: &Reference) -> Sentence {
    let name = Sentence::name(reference.label());
    match known_name(reference) {
        Some(_) => name,
        None => say![format!("the {} of unknown name ", reference.kind.noun()), name],
    }
}

/// An object of which only the id is known: `the group of unknown name "…"`.
pub fn unnamed(noun: &str, id: &str) -> Sentence {
    say![format!("the {noun} of unknown name "), Sentence::name(id)]
}

/// An object with its kind before its name: `the group "Staff"`.
pub fn titled(noun: &str, reference: &Reference) -> Sentence {
    match known_name(reference) {
        Some(name) => say![format!("the {noun} "), Sentence::name(name)],
        None => say![format!("the {noun} of unknown name "), Sentence::name(reference.label())],
    }
}

/// The name of an object, where more than its id is known.
pub fn known_name(reference: &Reference) -> Option<&str> {
    let id = reference.id.as_ref().map(Id::as_str);
    Some(reference.label()).filter(|label| Some(*label) != id)
}

/// Whether a verb after these subjects stands in the singular.
pub fn is_one(subjects: &[Subject]) -> bool {
    match subjects {
        [] => true,
        [one] => !matches!(
            one.who,
            Who::Organization(_)
                | Who::InternalSponsors
                | Who::ExternalSponsors
                | Who::TargetUserSponsors
                | Who::TargetApplicationOwners
                | Who::TargetAgentSponsorsOrOwners
        ),
        _ => false,
    }
}

/// `90 days`, `2 hours`.
pub fn time(duration: Duration) -> String {
    duration.in_words()
}

/// How access ends: `lasts 90 days`, `ends at 2027-01-31T00:00:00Z`, `never ends`.
pub fn ending(expiry: Expiry) -> String {
    match expiry {
        Expiry::Never => "never ends".to_owned(),
        Expiry::After(duration) => format!("lasts {}", time(duration)),
        Expiry::At(instant) => format!("ends at {instant}"),
    }
}

/// The same after "instead of": `lasting 90 days`, `never ending`.
pub fn lasting(expiry: Expiry) -> String {
    match expiry {
        Expiry::Never => "never ending".to_owned(),
        Expiry::After(duration) => format!("lasting {}", time(duration)),
        Expiry::At(instant) => format!("ending at {instant}"),
    }
}

/// `every week`, `every 3 months`.
pub fn rhythm(rhythm: Rhythm) -> Sentence {
    let every = |count: u64, unit: &str| {
        Sentence::from(if count == 1 { format!("every {unit}") } else { format!("every {count} {unit}s") })
    };
    match rhythm {
        Rhythm::Days(n) => every(n, "day"),
        Rhythm::Weeks(n) => every(n, "week"),
        Rhythm::Months(3) => "every quarter".into(),
        Rhythm::Months(6) => "every half year".into(),
        Rhythm::Months(n) if n > 0 && n.is_multiple_of(12) => every(n / 12, "year"),
        Rhythm::Months(n) => every(n, "month"),
        Rhythm::Other(word) => say!["by the rhythm ", Sentence::name(word)],
    }
}

/// When reviews end to come: `until 2027-12-31`, `2 times`, `without end`.
pub fn review_end(end: ReviewEnd) -> Sentence {
    match end {
        ReviewEnd::Never => "without end".into(),
        ReviewEnd::On(Some(date)) => format!("until {date}").into(),
        ReviewEnd::On(None) => "until a day that is not written".into(),
        ReviewEnd::After(count) => format!("{count} times").into(),
        ReviewEnd::Other(word) => say!["with the end ", Sentence::name(word)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_passes_for_words() {
        for (name, shown) in [
            ("Desk", "\"Desk\""),
            ("O'Brien", "\"O'Brien\""),
            ("Desk\" loses it, \"X", "'Desk\" loses it, \"X'"),
            ("a\" and 'b", "\"a\\\" and 'b\""),
        ] {
            assert_eq!(quoted(name), shown);
        }
        let sentence = say![Sentence::name("{it}"), " may request {it}"];
        assert_eq!(sentence.to_string(), "\"{it}\" may request it");
        assert_eq!(sentence.about("P").to_string(), "\"{it}\" may request \"P\"");
    }
}
