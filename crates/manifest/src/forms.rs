//! Values that must have a form: URLs, ids of what is no object of the directory, times within bounds.

use crate::codes;
use crate::context::{Context, Here};
use entrant_model::spec::MemberSpec;
use entrant_model::text::visible;
use entrant_model::time::Duration;
use entrant_model::{Id, TypeSpec, Value};

/// What a value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A URL that begins with `https://`.
    Url,
    /// The id of something that is no object of the directory: of a tenant, of a subscription.
    Guid,
    /// The id of a tenant, or a domain of it.
    Tenant,
    /// A time for which a callback is waited: [`SHORTEST`] to [`LONGEST`].
    Wait,
}

/// How long a callback is waited for at least. Microsoft Graph v1.0 reference,
/// `customExtensionCallbackConfiguration`.
const SHORTEST: Duration = Duration::minutes(5);
/// How long a callback is waited for at most.
const LONGEST: Duration = Duration::days(14);

/// The members that have a form: type, member, form.
const FORMS: &[(&str, &str, Form)] = &[
    ("siteResource", "originId", Form::Url),
    ("siteRole", "originId", Form::Url),
    ("httpRequestEndpoint", "targetUrl", Form::Url),
    ("azureActiveDirectoryTenant", "tenantId", Form::Tenant),
    ("crossCloudAzureActiveDirectoryTenant", "tenantId", Form::Guid),
    ("logicAppTriggerEndpointConfiguration", "subscriptionId", Form::Guid),
    ("customExtensionCallbackConfiguration", "timeoutDuration", Form::Wait),
    ("accessPackageRequestApprovalStageCallbackConfiguration", "timeoutDuration", Form::Wait),
];

/// The pattern (ECMA 262) of a URL: what [`is_url`] takes.
pub(crate) const URL: &str = "^https://[^\\u0000-\\u0020\\u007f-\\u00a0]+$";

/// The pattern (ECMA 262) of a domain: what [`is_domain`] takes.
pub(crate) const DOMAIN: &str = "^[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$";

/// The form of a member's value.
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
    let Some(form) = of(ty, member.name) else { return true };
    let text = match value {
        Value::Text(text) => &**text,
        Value::Duration(wait) if form == Form::Wait => return check_wait(ctx, member, here, *wait),
        _ => return true,
    };
    let is_sound = match form {
        Form::Url => is_url(text),
        Form::Guid => Id::guid(text).is_some(),
        Form::Tenant => Id::guid(text).is_some() || is_domain(text),
        Form::Wait => true,
    };
    if is_sound {
        return true;
    }
    let shown = visible(&text.chars().take(80).collect::<String>());
    let diagnostic = match form {
        Form::Url | Form::Wait => ctx
            .at(here, codes::BAD_URL, format!("`{shown}` is not a URL that begins with `https://`"))
            .help("write the whole URL, such as `https://contoso.sharepoint.com/sites/campaign`"),
        Form::Guid => ctx
            .at(here, codes::BAD_GUID, format!("`{shown}` is not an id"))
            .note(GUID_NOTE)
            .help("write the id"),
        Form::Tenant => ctx
            .at(here, codes::BAD_GUID, format!("`{shown}` is neither the id of a tenant nor a domain"))
            .note(GUID_NOTE)
            .help("write the id of the tenant, or a domain of it such as `fabrikam.com`"),
    };
    ctx.push(diagnostic);
    false
}

const GUID_NOTE: &str = "an id is a GUID: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12";

fn check_wait(ctx: &mut Context, member: &MemberSpec, here: Here, wait: Duration) -> bool {
    let is_sound = (SHORTEST..=LONGEST).contains(&wait);
    if !is_sound {
        let message = format!("`{}` cannot be {}", member.name, wait.in_words());
        let help = "it is a duration from `PT5M` to `P14D`";
        let diagnostic = ctx.at(here, codes::CALLBACK_TIMEOUT, message).help(help);
        ctx.push(diagnostic);
    }
    is_sound
}

fn is_domain(text: &str) -> bool {
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    text.contains('.') && text.split('.').all(is_label)
}

fn is_url(text: &str) -> bool {
    text.strip_prefix("https://").is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c > '\u{20}' && !('\u{7f}'..='\u{a0}').contains(&c))
    })
}
