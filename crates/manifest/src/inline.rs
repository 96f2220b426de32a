//! Policies that stand in the document of their package, under `assignmentPolicies`. Each becomes a declaration of
//! its own; its package is the one in which it stands.

use crate::codes;
use crate::context::{Context, Here, Path};
use crate::document::Declared;
use crate::envelope;
use crate::leaf;
use crate::template::{self, TEMPLATE, WITH, Within, packages};
use crate::yaml::{Data, Node};
use entrant_model::desired::{Body, Resource};
use entrant_model::kinds::assignment_policy::package_member;
use entrant_model::{Kind, Reference, Value, Written};

/// The key under which they stand.
pub(crate) const POLICIES: &str = "assignmentPolicies";
/// What hovers and the reference say of it.
pub(crate) const DOC: &str = "Policies of the package: each as in a document of its own, without `kind`, `tenants` and the package. Order does not matter. Policies of the package that are declared nowhere are left alone.";
/// The tool's own members of a policy that stands in its package.
pub(crate) const ENVELOPE: &[&str] = &["apiVersion", "pin", "previousNames", "protected", TEMPLATE, WITH];

/// Reads the policies of a package. `root` is what the file holds, before variables were put in.
pub(crate) fn policies<'s>(
    ctx: &mut Context<'s>,
    here: Here<'_, '_, 's>,
    package: &Resource,
    root: &Node<'s>,
) -> Vec<Declared> {
    let Some(entry) = here.node.get(POLICIES).filter(|e| !e.value.is_null()) else { return Vec::new() };
    let path = Path::Key(here.path, POLICIES);
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    let Data::List(nodes) = &entry.value.data else {
        let diagnostic = leaf::wrong_type(ctx, at, "a list of policies")
            .help("begin each policy with `- `, also where there is but one");
        ctx.push(diagnostic);
        return Vec::new();
    };
    let reference = reference(package);
    let catalog = here.node.get("catalog").and_then(|entry| packages::name_in(&entry.value));
    let written = root.get(POLICIES).map_or(&[][..], |entry| entry.value.list());
    let mut declared = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate() {
        let path = Path::Index(&path, index);
        let at = Here { path: &path, key: None, node };
        if !matches!(node.data, Data::Map(_)) {
            let diagnostic = leaf::wrong_type(ctx, at, "policies, which are mappings")
                .help("begin the policy with its `displayName`");
            ctx.push(diagnostic);
            continue;
        }
        let prefix = std::mem::replace(&mut ctx.prefix, path.pointer());
        let (kind, version) = (ctx.kind, ctx.version);
        ctx.kind = Kind::AssignmentPolicy;
        // From here on the policy is the whole, and the context knows where it stands.
        let at = Here { path: &Path::Root, key: None, node };
        without_package(ctx, at);
        // A variable may have put in several, and then the places of the file are others.
        let root = written.get(index).filter(|_| written.len() == nodes.len()).unwrap_or(node);
        for mut policy in template::policies(ctx, at, root, Within::Package { catalog }) {
            if let Body::Resource(policy) = &mut policy.body {
                let package = Value::Ref(Box::new(reference.clone()));
                policy.object.set(package_member(policy.envelope.version), package);
            }
            declared.push(policy);
        }
        (ctx.kind, ctx.version, ctx.prefix) = (kind, version, prefix);
    }
    declared
}

/// Reports the members that the place of a policy says.
fn without_package(ctx: &mut Context, here: Here) {
    let is_said = |key: &str| {
        key == "accessPackage"
            || key == "accessPackageId"
            || (envelope::MEMBERS.iter().any(|(name, _)| *name == key) && !ENVELOPE.contains(&key))
    };
    for entry in here.node.entries().unwrap_or_default().iter().filter(|entry| is_said(&entry.key)) {
        let path = Path::Key(here.path, &entry.key);
        let found = ctx.at_key(
            &path,
            entry.key_span,
            codes::UNKNOWN_KEY,
            format!("`{}` is not written in a policy that stands in its package", entry.key),
        );
        let diagnostic = match &*entry.key {
            "tenants" => {
                found.help("write it in the package's document, or make the policy a document of its own")
            }
            "kind" => found.help("leave it out: what stands here are policies"),
            "$schema" => found.help("leave it out"),
            _ => found.help("leave it out: the package is the one in which the policy stands"),
        };
        ctx.push(diagnostic);
    }
}

/// The package as its policies refer to it.
fn reference(package: &Resource) -> Reference {
    let catalog = package.object.reference("catalog").and_then(|catalog| {
        let written = catalog.written.as_ref()?;
        written.name.clone().or_else(|| written.id.as_ref().map(|id| id.as_str().to_owned()))
    });
    let written = Written {
        name: package.object.text("displayName").map(str::to_owned),
        catalog,
        id: package.envelope.pin.clone(),
        ..Written::default()
    };
    Reference::written(Kind::AccessPackage, written)
}
