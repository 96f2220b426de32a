//! Documents of the beta shape that belong to others, and are not converted one by one: templates and defaults, what
//! takes values from them, and policies in their packages.
//!
//! The shape of a template is that of every policy that uses it, so all of them change together or none does.

use crate::inline;
use crate::template::declaration::{DEFAULTS, TEMPLATE as KIND};
use crate::template::packages::FOR_EACH;
use crate::template::{TEMPLATE, WITH};
use crate::yaml::{self, Data, Node};

/// Why a document is left as it is; `None` where it stands for itself.
pub(super) fn held(body: &str, is_json: bool, is_shared: bool) -> Option<&'static str> {
    let parsed = yaml::parse(body, is_json);
    let root = parsed.documents.iter().flatten().next()?;
    match text(root, "kind")? {
        "AccessPackage" => {
            let policies = root.get(inline::POLICIES).map_or(&[][..], |entry| entry.value.list());
            policies.iter().any(is_beta).then_some(
                "policies in their package are not converted; give each a document of its own, convert that, and put it back",
            )
        }
        _ if !is_beta(root) => None,
        kind if kind == KIND => Some(
            "a template and the policies that use it change shape together: write the template anew in v1.0, and leave `apiVersion: beta` out of its policies; `entrant render` shows what they are as a whole",
        ),
        kind if kind == DEFAULTS => Some(
            "defaults of a catalog are for policies of their shape alone: write them anew in v1.0 beside these, which stay for the policies that are left as beta",
        ),
        "AssignmentPolicy" if [TEMPLATE, WITH].iter().any(|key| root.get(key).is_some_and(is_said)) => Some(
            "it takes its shape from its template: write the template anew in v1.0, then leave `apiVersion: beta` out here",
        ),
        "AssignmentPolicy" if root.get(FOR_EACH).is_some_and(is_said) => Some(
            "it stands for several packages, so that it is not converted; write `accessPackage` for one of them, convert that, and put the list back",
        ),
        "AssignmentPolicy" if is_shared => Some(
            "it takes values from the defaults of its catalog in the beta shape, which a v1.0 document does not; `entrant render` shows it as a whole, and that can be converted",
        ),
        _ => None,
    }
}

fn is_said(entry: &yaml::Entry) -> bool {
    !entry.value.is_null()
}

fn is_beta(node: &Node) -> bool {
    text(node, "apiVersion") == Some("beta")
}

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    match &node.get(key)?.value.data {
        Data::Scalar(text, _) => Some(text),
        _ => None,
    }
}
