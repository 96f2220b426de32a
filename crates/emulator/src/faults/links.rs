//! What an answer is dressed up with: links that must not be followed, members that a cloud does not
//! have, and roles that a resource does not show.

use serde_json::{Map, Value, json};

use crate::message::{Request, Version};

/// Where a next link leads.
#[derive(Debug)]
pub enum Trap {
    /// To another scheme, host or port.
    Origin(String),
    /// To the other version.
    Version,
    /// To the page that it stands on.
    Itself,
    /// To a page without objects, whose link leads to another one, and so on.
    Endless,
}

const LINK: &str = "@odata.nextLink";
/// How a token begins that leads along the endless chain.
const ENDLESS: &str = "$skiptoken=endless-";

impl Trap {
    /// Puts the link into a list; whether there was one to put it into.
    pub fn set(&self, request: &Request, page: &mut Value) -> bool {
        let Value::Object(page) = page else { return false };
        if !page.get("value").is_some_and(Value::is_array) {
            return false;
        }
        let ours = format!("{}/{}", request.origin, request.version.segment());
        let real = page.get(LINK).and_then(Value::as_str).map(str::to_owned);
        let below = real.as_deref().and_then(|link| link.strip_prefix(&ours)).map(str::to_owned);
        let below = below.unwrap_or_else(|| after(request, "$skiptoken=1"));
        let link = match self {
            Self::Origin(origin) => format!("{origin}/{}{below}", request.version.segment()),
            Self::Version => {
                let other = if request.version == Version::V1 { Version::Beta } else { Version::V1 };
                format!("{}/{}{below}", request.origin, other.segment())
            }
            Self::Itself if request.query.is_empty() => request.uri(),
            Self::Itself => format!("{}?{}", request.uri(), request.query),
            Self::Endless => {
                if real.is_some() {
                    return false;
                }
                format!("{ours}{}", after(request, &format!("{ENDLESS}1")))
            }
        };
        insert(page, link);
        true
    }

    /// The page of an endless chain, if that is what was asked for.
    pub fn page(&self, request: &Request) -> Option<Value> {
        let token = request.query.split('&').find_map(|pair| pair.strip_prefix(ENDLESS))?;
        let number: u64 = token.parse().ok().filter(|_| matches!(self, Self::Endless))?;
        let root = format!("{}/{}", request.origin, request.version.segment());
        let link = format!("{root}{}", after(request, &format!("{ENDLESS}{}", number.wrapping_add(1))));
        let context = format!("{root}/$metadata#{}", request.path.trim_start_matches('/'));
        Some(json!({ "@odata.context": context, LINK: link, "value": [] }))
    }
}

/// The address that was asked for, below the version, with another token.
fn after(request: &Request, token: &str) -> String {
    let kept = request.query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("$skiptoken="));
    let query: Vec<&str> = kept.chain([token]).collect();
    format!("{}?{}", request.path, query.join("&"))
}

/// In front of `value`, where Graph has it.
fn insert(page: &mut Map<String, Value>, link: String) {
    let value = page.shift_remove("value").unwrap_or_default();
    page.insert(LINK.to_owned(), link.into());
    page.insert("value".to_owned(), value);
}

/// Takes the members out wherever they stand; whether there were any.
pub fn remove(value: &mut Value, names: &[String]) -> bool {
    match value {
        Value::Array(items) => items.iter_mut().fold(false, |any, item| remove(item, names) | any),
        Value::Object(members) => {
            let before = members.len();
            members.retain(|name, _| {
                !names.iter().any(|missing| missing == name.split('@').next().unwrap_or_default())
            });
            let removed = members.len() < before;
            members.values_mut().fold(removed, |any, member| remove(member, names) | any)
        }
        _ => false,
    }
}

/// The names of the list of roles in an expanded resource.
const ROLES: [&str; 2] = ["roles", "accessPackageResourceRoles"];

/// Empties the roles that resources of these origin systems show as their own; whether there were any.
pub fn empty_roles(request: &Request, answer: &mut Value, systems: &[String]) -> bool {
    let is_meant = |object: &Value| {
        let system = object["originSystem"].as_str().unwrap_or_default();
        systems.iter().any(|meant| meant.eq_ignore_ascii_case(system))
    };
    let path = request.path.to_ascii_lowercase();
    let last = path.rsplit('/').next().unwrap_or_default();
    let of_one = ROLES.iter().any(|name| name.eq_ignore_ascii_case(last)) && path.contains("resources/");
    if let (true, Some(Value::Array(roles))) = (of_one, answer.get_mut("value")) {
        let before = roles.len();
        roles.retain(|role| !is_meant(role));
        return roles.len() < before;
    }
    match answer {
        Value::Object(object) => {
            let mut emptied = false;
            for name in ROLES {
                if let Some(Value::Array(roles)) = object.get_mut(name)
                    && !roles.is_empty()
                    && roles.iter().all(is_meant)
                {
                    roles.clear();
                    emptied = true;
                }
            }
            object.values_mut().fold(emptied, |emptied, value| empty_roles(request, value, systems) | emptied)
        }
        Value::Array(items) => {
            items.iter_mut().fold(false, |emptied, item| empty_roles(request, item, systems) | emptied)
        }
        _ => false,
    }
}
