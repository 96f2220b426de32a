# Generated with Microsoft365DSC version 1.26.1
# For additional information on how to use Microsoft365DSC, please visit https://aka.ms/M365DSC
param (
)

Configuration M365TenantConfig
{
    param (
    )

    $OrganizationName = $ConfigurationData.NonNodeData.OrganizationName

    Import-DscResource -ModuleName 'Microsoft365DSC' -ModuleVersion '1.26.1'

    Node localhost
    {
        AADEntitlementManagementAccessPackage "AADEntitlementManagementAccessPackage-Partner workspace"
        {
            AccessPackageResourceRoleScopes = @(
                MSFT_AccessPackageResourceRoleScope{
                    AccessPackageResourceOriginId = 'https://contoso.sharepoint.com/sites/partners'
                    AccessPackageResourceRoleDisplayName = 'Members'
                    Id = '1_2'
                }
            );
            ApplicationId                   = $ConfigurationData.NonNodeData.ApplicationId;
            CatalogId                       = "Sales";
            Description                     = "Shared site and team for partners.";
            DisplayName                     = "Partner workspace";
            Ensure                          = "Present";
            Id                              = "66300966-8d1d-4cb0-a1c6-44ba110055be";
            IncompatibleGroups              = @();
            IsHidden                        = $False;
            TenantId                        = $OrganizationName;
        }
        AADEntitlementManagementAccessPackageAssignmentPolicy "AADEntitlementManagementAccessPackageAssignmentPolicy-Initial Policy"
        {
            AccessPackageId         = "Partner workspace";
            AccessReviewSettings    = MSFT_MicrosoftGraphassignmentreviewsettings{
                AccessReviewTimeoutBehavior = 'removeAccess'
                DurationInDays = 25
                IsAccessRecommendationEnabled = $True
                IsApprovalJustificationRequired = $True
                IsEnabled = $True
                RecurrenceType = 'quarterly'
                ReviewerType = 'Reviewers'
                Reviewers = @(
                    MSFT_MicrosoftGraphuserset{
                        Id = 'de53b517-264c-47b3-8e60-577a2016f99c'
                        IsBackup = $False
                        odataType = '#microsoft.graph.groupMembers'
                    }
                )
                StartDateTime = '03/01/2024 08:00:00'
            };
            CanExtend               = $True;
            Description             = "Made in the portal.";
            DisplayName             = "Initial Policy";
            DurationInDays          = 365;
            Ensure                  = "Present";
            Questions               = @(
                MSFT_MicrosoftGraphaccesspackagequestion{
                    IsAnswerEditable = $True
                    IsRequired = $True
                    IsSingleLineQuestion = $True
                    odataType = '#microsoft.graph.accessPackageTextInputQuestion'
                    QuestionText = MSFT_MicrosoftGraphaccessPackageLocalizedContent{
                        DefaultText = 'Which project is it for?'
                        LocalizedTexts = @()
                    }
                    SequencePosition = 1
                }
            );
            RequestApprovalSettings = MSFT_MicrosoftGraphapprovalsettings{
                ApprovalMode = 'SingleStage'
                ApprovalStages = @(
                    MSFT_MicrosoftGraphapprovalstage1{
                        ApprovalStageTimeOutInDays = 14
                        EscalationTimeInMinutes = 0
                        IsApproverJustificationRequired = $True
                        IsEscalationEnabled = $False
                        PrimaryApprovers = @(
                            MSFT_MicrosoftGraphuserset{
                                IsBackup = $False
                                odataType = '#microsoft.graph.internalSponsors'
                            }
                            MSFT_MicrosoftGraphuserset{
                                Id = '43a1247e-6049-4697-a34c-bf76ccb0178c'
                                IsBackup = $True
                                odataType = '#microsoft.graph.groupMembers'
                            }
                        )
                    }
                )
                IsApprovalRequired = $True
                IsApprovalRequiredForExtension = $True
                IsRequestorJustificationRequired = $True
            };
            RequestorSettings       = MSFT_MicrosoftGraphrequestorsettings{
                AcceptRequests = $True
                AllowedRequestors = @()
                ScopeType = 'AllConfiguredConnectedOrganizationSubjects'
            };
        }
        AADEntitlementManagementAccessPackageAssignmentPolicy 'Engineers'
        {
            AccessPackageId         = "Source code";
            Description             = "Engineers may ask; it's `"free`" (`$0).";
            DisplayName             = "Engineers may request";
            DurationInDays          = 30;
            RequestApprovalSettings = MSFT_MicrosoftGraphapprovalsettings{ IsApprovalRequired = $False };
            RequestorSettings       = MSFT_MicrosoftGraphrequestorsettings{
                AcceptRequests = $True
                AllowedRequestors = @(
                    MSFT_MicrosoftGraphuserset{
                        Id = 'Engineers'
                        odataType = '#microsoft.graph.groupMembers'
                    }
                    MSFT_MicrosoftGraphuserset{
                        Id = 'Carla@contoso.com'
                        odataType = '#microsoft.graph.singleUser'
                    }
                )
                ScopeType = 'SpecificDirectorySubjects'
            };
        }
        AADEntitlementManagementAccessPackageCatalog 'Sales'
        {
            CatalogStatus         = "Published";
            CatalogType           = "UserManaged";
            Description           = "What $Department works with.";
            DisplayName           = "Sales";
            Ensure                = "Present";
            IsExternallyVisible   = $True;
        }
        AADEntitlementManagementAccessPackageCatalogResource 'Partner desk'
        {
            CatalogId             = "Sales";
            DisplayName           = "Partner desk";
            OriginId              = "Partner desk";
            OriginSystem          = "AADGroup";
        }
        AADEntitlementManagementAccessPackageCatalogResource 'site'
        {
            CatalogId             = "Sales";
            DisplayName           = "Partners";
            OriginId              = "https://$($OrganizationName.Split('.')[0]).sharepoint.com/sites/partners";
            OriginSystem          = "SharePointOnline";
        }
        AADEntitlementManagementConnectedOrganization 'Northwind'
        {
            Description           = "People of Northwind (northwind.example).";
            DisplayName           = "Northwind";
            ExternalSponsors      = @();
            IdentitySources       = @(
                MSFT_MicrosoftGraphidentitysource{
                    DisplayName = 'Northwind'
                    DomainName = 'northwind.example'
                    odataType = '#microsoft.graph.domainIdentitySource'
                }
            );
            InternalSponsors      = @();
            State                 = "proposed";
        }
        AADEntitlementManagementConnectedOrganization 'Old partner'
        {
            DisplayName           = "Old partner";
            Ensure                = "Absent";
        }
        AADEntitlementManagementRoleAssignment 'creator'
        {
            AppScopeId            = "/";
            Principal             = "ben@$OrganizationName";
            RoleDefinition        = "Catalog creator";
        }
        AADEntitlementManagementSettings 'Settings'
        {
            DaysUntilExternalUserDeletedAfterBlocked = 30;
            ExternalUserLifecycleAction              = "blockSignInAndDelete";
            IsSingleInstance                         = "Yes";
        }
    }
}

M365TenantConfig -ConfigurationData .\ConfigurationData.psd1
