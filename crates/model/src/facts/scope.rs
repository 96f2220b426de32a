//! Who may receive access, as rungs of ladders.

/// Who may receive access. The words of both versions meet here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "v1.0's words; see the table for each")]
pub enum Scope<'a> {
    NotSpecified,
    SpecificDirectoryUsers,
    AllMemberUsers,
    AllDirectoryUsers,
    SpecificConnectedOrganizationUsers,
    AllConfiguredConnectedOrganizationUsers,
    /// Beta only.
    AllExistingConnectedOrganizationUsers,
    AllExternalUsers,
    SpecificDirectoryServicePrincipals,
    AllDirectoryServicePrincipals,
    AllDirectoryAgentIdentities,
    /// A word of a newer service.
    Other(&'a str),
}

/// A line of scopes, each of which takes in the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ladder {
    /// Users of this directory.
    Directory,
    /// Users from outside.
    Outside,
    /// Service principals.
    Workloads,
    /// Agent identities.
    Agents,
}

impl<'a> Scope<'a> {
    pub(super) fn read(word: Option<&'a str>) -> Self {
        let Some(word) = word else { return Self::NotSpecified };
        match word.to_ascii_lowercase().as_str() {
            "notspecified" | "nosubjects" => Self::NotSpecified,
            "specificdirectoryusers" | "specificdirectorysubjects" => Self::SpecificDirectoryUsers,
            "allmemberusers" | "allexistingdirectorymemberusers" => Self::AllMemberUsers,
            "alldirectoryusers" | "allexistingdirectorysubjects" => Self::AllDirectoryUsers,
            "specificconnectedorganizationusers" | "specificconnectedorganizationsubjects" => {
                Self::SpecificConnectedOrganizationUsers
            }
            "allconfiguredconnectedorganizationusers" | "allconfiguredconnectedorganizationsubjects" => {
                Self::AllConfiguredConnectedOrganizationUsers
            }
            "allexistingconnectedorganizationsubjects" => Self::AllExistingConnectedOrganizationUsers,
            "allexternalusers" | "allexternalsubjects" => Self::AllExternalUsers,
            "specificdirectoryserviceprincipals" => Self::SpecificDirectoryServicePrincipals,
            "alldirectoryserviceprincipals" => Self::AllDirectoryServicePrincipals,
            "alldirectoryagentidentities" => Self::AllDirectoryAgentIdentities,
            _ => Self::Other(word),
        }
    }

    /// Whether the scope means listed targets.
    pub const fn is_specific(self) -> bool {
        matches!(
            self,
            Self::SpecificDirectoryUsers
                | Self::SpecificConnectedOrganizationUsers
                | Self::SpecificDirectoryServicePrincipals
        )
    }

    /// The ladder that the scope stands on and its rung there, 0 the lowest. `None` for nobody, which is below
    /// all, and for words that this version does not know.
    pub const fn rung(self) -> Option<(Ladder, u8)> {
        Some(match self {
            Self::NotSpecified | Self::Other(_) => return None,
            Self::SpecificDirectoryUsers => (Ladder::Directory, 0),
            Self::AllMemberUsers => (Ladder::Directory, 1),
            Self::AllDirectoryUsers => (Ladder::Directory, 2),
            Self::SpecificConnectedOrganizationUsers => (Ladder::Outside, 0),
            Self::AllConfiguredConnectedOrganizationUsers => (Ladder::Outside, 1),
            Self::AllExistingConnectedOrganizationUsers => (Ladder::Outside, 2),
            Self::AllExternalUsers => (Ladder::Outside, 3),
            Self::SpecificDirectoryServicePrincipals => (Ladder::Workloads, 0),
            Self::AllDirectoryServicePrincipals => (Ladder::Workloads, 1),
            Self::AllDirectoryAgentIdentities => (Ladder::Agents, 0),
        })
    }

    /// v1.0's word for it; beta's where v1.0 has none.
    pub const fn word(self) -> &'a str {
        match self {
            Self::NotSpecified => "notSpecified",
            Self::SpecificDirectoryUsers => "specificDirectoryUsers",
            Self::AllMemberUsers => "allMemberUsers",
            Self::AllDirectoryUsers => "allDirectoryUsers",
            Self::SpecificConnectedOrganizationUsers => "specificConnectedOrganizationUsers",
            Self::AllConfiguredConnectedOrganizationUsers => "allConfiguredConnectedOrganizationUsers",
            Self::AllExistingConnectedOrganizationUsers => "AllExistingConnectedOrganizationSubjects",
            Self::AllExternalUsers => "allExternalUsers",
            Self::SpecificDirectoryServicePrincipals => "specificDirectoryServicePrincipals",
            Self::AllDirectoryServicePrincipals => "allDirectoryServicePrincipals",
            Self::AllDirectoryAgentIdentities => "allDirectoryAgentIdentities",
            Self::Other(word) => word,
        }
    }
}
