# Generated with Microsoft365DSC version 1.26.1
<# It's for additional information #>
param (
)

Configuration M365TenantConfig
{
    $OrganizationName = $ConfigurationData.NonNodeData.OrganizationName
    Import-DscResource -ModuleName 'Microsoft365DSC' -ModuleVersion '1.26.1'

    Node localhost
    {
        AADEntitlementManagementAccessPackageCatalog "AADEntitlementManagementAccessPackageCatalog-Sales"
        {
            CatalogStatus         = "Published";
            CatalogType           = "UserManaged";
            Credential            = $Credscredential;
            Description           = "What `"sales`" works with: `$5.";
            DisplayName           = "Sales";
            Id                    = "44000000-0000-4000-8000-000000000001";
            IsExternallyVisible   = $True;
        }
        AADEntitlementManagementAccessPackageCatalogResource 'group'
        {
            CatalogId             = "Sales";
            DisplayName           = "Partner desk";
            OriginId              = "Partner desk";
            OriginSystem          = "AadGroup";
        }
        AADEntitlementManagementRoleAssignment 'owner'
        {
            AppScopeId            = "/AccessPackageCatalog/44000000-0000-4000-8000-000000000001";
            Principal             = "ana@contoso.com";
            RoleDefinition        = "Catalog owner";
        }
        AADEntitlementManagementAccessPackage 'Campaign'
        {
            AccessPackageResourceRoleScopes = @(
                MSFT_AccessPackageResourceRoleScope{
                    Id = '1_2'
                    AccessPackageResourceOriginId = 'Partner desk'
                    AccessPackageResourceRoleDisplayName = 'Member'
                    AccessPackageResourceScopeOriginSystem = 'AadGroup'
                }
            );
            CatalogId             = "Sales";
            Description           = "Gives the campaign.";
            DisplayName           = "Campaign";
            Ensure                = "Present";
            IncompatibleGroups    = @("22000000-0000-4000-8000-000000000009");
            IsHidden              = $False;
        }
        AADEntitlementManagementConnectedOrganization 'Fabrikam'
        {
            Description           = "Partner.";
            DisplayName           = "Fabrikam";
            ExternalSponsors      = @("pat_fabrikam.com#EXT#@contoso.com");
            IdentitySources       = @(
                MSFT_MicrosoftGraphidentitysource{
                    ExternalTenantId = '38a72d0a-a55f-4a54-8f38-9d87d4f23726'
                    odataType = '#microsoft.graph.azureActiveDirectoryTenant'
                }
            );
            State                 = "configured";
        }
        AADEntitlementManagementSettings "Settings"
        {
            DaysUntilExternalUserDeletedAfterBlocked = 30;
            ExternalUserLifecycleAction              = "blockSignInAndDelete";
            IsSingleInstance                         = "Yes";
        }
        AADEntitlementManagementAccessPackageAssignmentPolicy 'Partners'
        {
            AccessPackageId         = "Campaign";
            AccessReviewSettings    = MSFT_MicrosoftGraphassignmentreviewsettings{
                IsEnabled = $True
                StartDateTime = '2030-01-15T08:00:00.0000000+00:00'
                AccessReviewTimeoutBehavior = 'keepAccess'
                ReviewerType = 'Reviewers'
                RecurrenceType = 'quarterly'
                Reviewers = @(
                    MSFT_MicrosoftGraphuserset{
                        IsBackup = $False
                        Id = 'ben@contoso.com'
                        odataType = '#microsoft.graph.singleUser'
                    }
                )
                DurationInDays = 25
            };
            CanExtend               = $True;
            Description             = "Partners may ask, it's said.";
            DisplayName             = "Partners may request";
            DurationInDays          = 365;
            Questions               = @(
                MSFT_MicrosoftGraphaccesspackagequestion{
                    IsRequired = $True
                    SequencePosition = 1
                    odataType = '#microsoft.graph.accessPackageTextInputQuestion'
                    QuestionText = MSFT_MicrosoftGraphaccessPackageLocalizedContent{
                        DefaultText = 'Which campaign, and what''s it for?'
                        LocalizedTexts = @(
                            MSFT_MicrosoftGraphaccessPackageLocalizedText{
                                Text = 'Quelle campagne ?'
                                LanguageCode = 'fr'
                            }
                        )
                    }
                }
            );
            RequestApprovalSettings = MSFT_MicrosoftGraphapprovalsettings{
                ApprovalMode = 'SingleStage'
                IsApprovalRequired = $True
                ApprovalStages = @(
                    MSFT_MicrosoftGraphapprovalstage1{
                        ApprovalStageTimeOutInDays = 14
                        EscalationTimeInMinutes = 2160
                        IsEscalationEnabled = $True
                        PrimaryApprovers = @(
                            MSFT_MicrosoftGraphuserset{
                                odataType = '#microsoft.graph.externalSponsors'
                            }
                        )
                        EscalationApprovers = @(
                            MSFT_MicrosoftGraphuserset{
                                Id = '22000000-0000-4000-8000-000000000001'
                                odataType = '#microsoft.graph.groupMembers'
                            }
                        )
                    }
                )
            };
            RequestorSettings       = MSFT_MicrosoftGraphrequestorsettings{
                AllowedRequestors = @(
                    MSFT_MicrosoftGraphuserset{
                        Id = '8fed8467-00f1-474e-a8d3-4d7c033796d7'
                        odataType = '#microsoft.graph.connectedOrganizationMembers'
                    }
                )
                AcceptRequests = $True
                ScopeType = 'SpecificConnectedOrganizationSubjects'
            };
            Ensure                  = "Present";
        }
    }
}

M365TenantConfig -ConfigurationData .\ConfigurationData.psd1
