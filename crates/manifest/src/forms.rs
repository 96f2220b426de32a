//! Texts that must have a form: URLs and ids of what is no object of the directory.

use crate::codes;
use crate::context::{Context, Here};
use entrant_model::spec::MemberSpec;
use entrant_model::text::visible;
use entrant_model::{Id, TypeSpec, Value};

/// What a text must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A URL that begins with `https://`.
    Url,
    /// The id of something that is no object of the directory: of a tenant, of a subscription.
    Guid,
}

/// The members that have a form: type, member, form.
const FORMS: &[(&str, &str, Form)] = &[
    ("siteResource", "originId", Form::Url),
    ("siteRole", "originId", Form::Url),
    ("httpRequestEndpoint", "targetUrl", Form::Url),
    ("azureActiveDirectoryTenant", "tenantId", Form::Guid),
    ("crossCloudAzureActiveDirectoryTenant", "tenantId", Form::Guid),
    ("logicAppTriggerEndpointConfiguration", "subscriptionId", Form::Guid),
];

/// The pattern (ECMA 262) of a URL: what [`is_url`] takes.
pub(crate) const URL: &str = "^https://[^\\u0000-\\u0020\\u007f-\\u00a0]+$";

/// The form of a member's text.
pub(crate) fn of(ty: &TypeSpec, member: &str) -> Option<Form> {
    FORMS.iter().find(|(of, name, _)| *of == ty.name && *name == member).map(|(_, _, form)| *form)
}

/// Whether a value has the form that its member asks for; reports it where not.
pub(crate) fn check(
    ctx: &mut Context,
    ty: &TypeSpec,
    member: &MemberSpec,
    here: Here,
    value: &Value,
) -> bool {
    let (Some(form), Value::Text(text)) = (of(ty, member.name), value) else { return true };
    let is_sound = match form {
        Form::Url => is_url(text),
        Form::Guid => Id::guid(text).is_some(),
    };
    if is_sound {
        return true;
    }
    let shown = visible(&text.chars().take(80).collect::<String>());
    let diagnostic = match form {
        Form::Url => ctx
            .at(here, codes::BAD_URL, format!("`{shown}` is not a URL that begins with `https://`"))
            .help("write the whole URL, such as `https://contoso.sharepoint.com/sites/campaign`"),
        Form::Guid => {
            let found = ctx
                .at(here, codes::BAD_GUID, format!("`{shown}` is not an id"))
                .note("an id is a GUID: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12");
            if member.name == "tenantId" && text.contains('.') {
                found.help(format!("write the id of the tenant, or the domain as `{{domain: {shown}}}`"))
            } else {
                found.help("write the id")
            }
        }
    };
    ctx.push(diagnostic);
    false
}

fn is_url(text: &str) -> bool {
    text.strip_prefix("https://").is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c > '\u{20}' && !('\u{7f}'..='\u{a0}').contains(&c))
    })
}
