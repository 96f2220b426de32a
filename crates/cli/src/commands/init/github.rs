//! What `--github` adds: the workflows and scripts of this project's own repository, with the tenants of the other
//! one, and what its administrators do by hand once.

use super::repository::Repository;
use super::{Became, Owner, Planned, write};
use crate::failure::failure;
use anyhow::Result;
use entrant_model::text::visible;
use std::fmt::Write as _;
use std::path::Path;

/// Where this build's releases are: set by the workflow that makes them.
const RELEASED_FROM: Option<&str> = option_env!("ENTRANT_RELEASE_REPOSITORY");
/// The list of tenants in the workflows of this repository.
const OWN_TENANTS: &str = ": [demo]\n";
/// The length of a tenant's name, which is part of the names of environments and artefacts.
const NAME_LIMIT: usize = 64;
/// How many environments GitHub runs a matrix over at most.
const MATRIX_LIMIT: usize = 256;

/// The workflows, which are those of this repository but for the tenants.
const WORKFLOWS: &[(&str, &str)] = &[
    ("plan.yml", include_str!("../../../../../.github/workflows/plan.yml")),
    ("apply.yml", include_str!("../../../../../.github/workflows/apply.yml")),
    ("apply-tenant.yml", include_str!("../../../../../.github/workflows/apply-tenant.yml")),
    ("drift.yml", include_str!("../../../../../.github/workflows/drift.yml")),
];
/// The scripts that they run, which are those of this repository.
const SCRIPTS: &[(&str, &str)] = &[
    ("api.py", include_str!("../../../../../.github/scripts/entrant/api.py")),
    ("approved_plan.py", include_str!("../../../../../.github/scripts/entrant/approved_plan.py")),
    ("drift_issue.py", include_str!("../../../../../.github/scripts/entrant/drift_issue.py")),
    ("drift_pull.py", include_str!("../../../../../.github/scripts/entrant/drift_pull.py")),
    ("plan_comment.py", include_str!("../../../../../.github/scripts/entrant/plan_comment.py")),
    ("run.py", include_str!("../../../../../.github/scripts/entrant/run.py")),
];

/// Refuses names that cannot name an environment and an artefact.
pub fn check_names(tenants: &[String]) -> Result<()> {
    let fits = |name: &str| {
        name.len() <= NAME_LIMIT
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    };
    if let Some(name) = tenants.iter().find(|name| !fits(name)) {
        return Err(failure(
            format!("`{}` cannot be the name of a tenant here", visible(name)),
            "environments and artefacts have the tenant in their names: at most 64 letters, digits, `.`, `_` and `-`, the first one a letter or a digit",
        ));
    }
    if tenants.len() > MATRIX_LIMIT {
        return Err(failure(
            format!("a workflow runs over {MATRIX_LIMIT} tenants at most, and there are {}", tenants.len()),
            "give each half of the tenants a repository of its own",
        ));
    }
    Ok(())
}

/// The workflows, scripts and the action that gets the program.
pub fn files(tenants: &[String]) -> Vec<Planned> {
    let tool = |path: String, text: String| Planned { path, text, owner: Owner::Tool };
    let mut planned = Vec::new();
    for (name, text) in WORKFLOWS {
        planned.push(tool(
            format!(".github/workflows/{name}"),
            text.replace(OWN_TENANTS, &format!(": [{}]\n", list(tenants))),
        ));
    }
    for (name, text) in SCRIPTS {
        planned.push(tool(format!(".github/scripts/entrant/{name}"), (*text).to_owned()));
    }
    let install = include_str!("../../../templates/install.sh");
    planned.push(tool(".github/actions/entrant/install.sh".to_owned(), install.to_owned()));
    planned.push(Planned {
        path: ".github/actions/entrant/action.yml".to_owned(),
        text: include_str!("../../../templates/action.yml")
            .replace("RELEASE_REPOSITORY", RELEASED_FROM.unwrap_or("OWNER/entrant"))
            .replace("RELEASE_VERSION", concat!("v", env!("CARGO_PKG_VERSION"))),
        // The version in it is the user's to raise.
        owner: Owner::User,
    });
    planned
}

/// Names in a YAML flow sequence. Quoted where YAML could take one for something else than a text.
fn list(tenants: &[String]) -> String {
    let word = |name: &String| {
        let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
                .contains(&name.to_ascii_lowercase().as_str());
        if is_plain { name.clone() } else { format!("\"{name}\"") }
    };
    tenants.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// The owners of what decides about access, unless the repository says owners already.
pub fn code_owners(directory: &Path, repository: &Repository) -> Result<(Became, &'static str)> {
    // GitHub takes the first of these that is there.
    for path in [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"] {
        if directory.join(path).exists() {
            return Ok((Became::Kept, path));
        }
    }
    let file = Planned {
        path: ".github/CODEOWNERS".to_owned(),
        text: include_str!("../../../templates/CODEOWNERS").replace("OWNER", &repository.owner),
        owner: Owner::User,
    };
    Ok((write(directory, &file)?, ".github/CODEOWNERS"))
}

/// What the administrators of the repository and of the tenants do by hand, once.
pub fn next_steps(tenants: &[String], repository: &Repository) -> String {
    let mut text = String::from("\nNext, by hand and once (docs/github.md of entrant explains each step):\n");
    let mut step = 0;
    let mut next = || {
        step += 1;
        step
    };
    if RELEASED_FROM.is_none() {
        let _ = write!(
            text,
            "\n{}. Say where releases of entrant come from, in .github/actions/entrant/action.yml. This binary was\n   \
             built from a checkout and does not know.\n",
            next()
        );
    }
    let _ = write!(
        text,
        "\n{}. Put the tenants' ids into policies/entrant.yaml, and into CODEOWNERS who reviews /policies/ and /.github/.\n",
        next()
    );
    let Repository { owner, name, is_known } = repository;
    let _ = write!(
        text,
        "\n{}. In Microsoft Entra make two applications for each tenant, with one federated credential each:\n   \
         issuer    https://token.actions.githubusercontent.com\n   \
         audience  api://AzureADTokenExchange (US Government: api://AzureADTokenExchangeUSGov, China:\n             \
         api://AzureADTokenExchangeChina)\n   \
         subject   the first of the two below; the second where the repository is older than July 2026 and was\n             \
         not renamed since, unless it was switched over. An application takes both.\n",
        next()
    );
    for tenant in tenants {
        for (identity, purpose) in [("plan", "reads"), ("apply", "writes")] {
            let _ = write!(
                text,
                "\n   {identity}-{tenant}, which {purpose}:\n     \
                 repo:{owner}@OWNER_ID/{name}@REPO_ID:environment:{identity}-{tenant}\n     \
                 repo:{owner}/{name}:environment:{identity}-{tenant}\n"
            );
        }
    }
    let _ = write!(
        text,
        "\n   The two ids{}:\n     \
         gh api repos/{owner}/{name} --jq '\"OWNER_ID \\(.owner.id)  REPO_ID \\(.id)\"'\n   \
         Each credential, with the application's id and one of the subjects:\n     \
         az ad app federated-credential create --id APPLICATION_ID --parameters '{{\"name\": \"github\", \
         \"issuer\": \"https://token.actions.githubusercontent.com\", \"subject\": \"SUBJECT\", \
         \"audiences\": [\"api://AzureADTokenExchange\"]}}'\n",
        if *is_known { "" } else { ", with your repository for OWNER/REPO" }
    );
    let _ = write!(
        text,
        "\n{}. Grant both the least that they need, as application permissions of Microsoft Graph, and consent as an\n   \
         administrator:\n   \
         plan   EntitlementManagement.Read.All\n   \
         apply  EntitlementManagement.ReadWrite.All\n   \
         both   GroupMember.Read.All, User.ReadBasic.All, Application.Read.All, each only where documents name\n          \
         groups, users or service principals by name\n   \
         `entrant doctor` compares this with what was granted.\n",
        next()
    );
    let _ = write!(
        text,
        "\n{}. In the repository's settings make the environments plan-TENANT and apply-TENANT for each tenant:\n   \
         variable AZURE_CLIENT_ID in both, with the id of the one application or the other\n   \
         apply-TENANT: required reviewers, and deployment from the branch main alone\n",
        next()
    );
    let _ = write!(
        text,
        "\n{}. Protect main: require a pull request, a review of code owners, approval of the last push, the check\n   \
         `Verdict`, and branches that are up to date.\n",
        next()
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository() -> Repository {
        Repository { owner: "contoso".to_owned(), name: "access".to_owned(), is_known: true }
    }

    fn names(tenants: &[&str]) -> Vec<String> {
        tenants.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn the_workflows_are_this_repositorys_but_for_the_tenants() {
        let files = files(&names(&["prod", "1", "no", "test.eu"]));
        for (name, own) in WORKFLOWS {
            let path = format!(".github/workflows/{name}");
            let written = &files.iter().find(|file| file.path == path).unwrap().text;
            let differing: Vec<_> =
                own.lines().zip(written.lines()).filter(|(own, new)| own != new).collect();
            assert_eq!(own.lines().count(), written.lines().count(), "{name}");
            for (own, new) in &differing {
                let key = own.strip_suffix(OWN_TENANTS.trim_end()).unwrap();
                assert_eq!(*new, format!("{key}: [prod, \"1\", \"no\", test.eu]"), "{name}");
            }
            let lists = match *name {
                // One to run over, and one to choose from; one for the issues, and one for the pull requests.
                "apply.yml" | "drift.yml" => 2,
                // It has its tenant from the one that calls it.
                "apply-tenant.yml" => 0,
                _ => 1,
            };
            assert_eq!(differing.len(), lists, "{name}");
            assert!(!written.contains("demo"), "{name} still speaks of this repository's tenant");
        }
    }

    #[test]
    fn every_script_that_a_workflow_runs_is_written() {
        let files = files(&names(&["prod"]));
        let mut ran = 0;
        for file in files.iter().filter(|file| file.path.starts_with(".github/workflows/")) {
            for rest in file.text.split(".github/scripts/").skip(1) {
                let script = rest.split(' ').next().unwrap();
                assert!(
                    files.iter().any(|file| file.path == format!(".github/scripts/{script}")),
                    "{} runs {script}",
                    file.path
                );
                ran += 1;
            }
        }
        assert!(ran >= 6, "{ran}");
    }

    #[test]
    fn the_action_has_the_input_that_the_workflows_give() {
        let files = files(&names(&["prod"]));
        let action = &files.iter().find(|file| file.path.ends_with("action.yml")).unwrap().text;
        let own = include_str!("../../../../../.github/actions/entrant/action.yml");
        for text in [action.as_str(), own] {
            assert!(text.contains("\ninputs:\n  token:\n"), "{text}");
        }
        assert!(!action.contains("RELEASE_"), "{action}");
        assert!(action.contains(&format!("VERSION: v{}\n", env!("CARGO_PKG_VERSION"))), "{action}");
    }

    #[test]
    fn subjects_are_printed_in_both_forms_for_each_identity() {
        let text = next_steps(&names(&["prod", "test"]), &repository());
        for environment in ["plan-prod", "apply-prod", "plan-test", "apply-test"] {
            assert!(
                text.contains(&format!("repo:contoso@OWNER_ID/access@REPO_ID:environment:{environment}\n"))
            );
            assert!(text.contains(&format!("repo:contoso/access:environment:{environment}\n")));
        }
    }

    #[test]
    fn names_that_no_environment_can_have_are_refused() {
        for name in ["", "-v", "a b", "a/b", "a\"b", "ä", ".x", &"a".repeat(65)] {
            assert!(check_names(&names(&[name])).is_err(), "{name}");
        }
        assert!(check_names(&names(&["prod", "1", "a.b_c-d"])).is_ok());
        let many: Vec<String> = (0..257).map(|n| format!("t{n}")).collect();
        assert!(check_names(&many).is_err());
        assert!(check_names(&many[..256]).is_ok());
    }
}
