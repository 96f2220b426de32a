//! The diagnostics of resolving names.

entrant_model::codes! {
    REFERENCE_NOT_FOUND = "reference-not-found", Error,
"A document refers to something by a name that nothing in the tenant has.

Names match exactly, letter case aside: a group, service principal, connected organization, access package or workflow extension by its display name, a user by the user principal name. The object may have been renamed or deleted, or the identity that runs the tool may not see it. A catalog, an access package, an organization or an extension that another document declares is found by its declared name, also before it exists.";
    REFERENCE_AMBIGUOUS = "reference-ambiguous", Error,
"A document refers to something by a name that several objects of the tenant have.

Display names repeat in Entra, and anybody may be able to make a group that is called like yours. So nothing is guessed. Say which one is meant, by catalog where it is a package, else by id; the name may stay beside the id for readers:

```yaml
primaryApprovers:
  - {group: Partner desk, id: d2dcb9a1-a445-42ee-83a8-476522ed6cbf}
```";
    UNPINNED_REFERENCE = "unpinned-reference", Error,
"`entrant.yaml` says `references: pinned`, and a user, group, application or organization is given by its name alone.

In most tenants anybody can make a group that is called like yours, and a group can be deleted and made again under its name by somebody else. With its id beside it a reference means one object for ever; the name stays for readers, and one that differs is told:

```yaml
primaryApprovers:
  - {group: Partner desk, id: d2dcb9a1-a445-42ee-83a8-476522ed6cbf}
```

`entrant plan` tells the id that a name has now.";
    ID_NOT_FOUND = "id-not-found", Warning,
"A document refers to something by an id, and the directory did not return an object of that id.

It may have been deleted, or the identity that runs the tool may not be allowed to see it: Graph leaves both out of its answer alike. If it is gone, Graph will refuse the write.";
    PACKAGE_NOT_FOUND = "package-not-found", Error,
"A document names an access package by id, and Graph answers that there is none.";
    NAME_DIFFERS = "name-differs", Warning,
"A reference gives both a name and an id, and the object of that id has another name.

The id decides. Either the object was renamed, and the name in the document should follow, or the id is that of another object than the writer believed.";
    FORMER_NAME = "former-name", Warning,
"A document refers to something by a name that its own document lists among `previousNames`.

It means that object, before the rename is applied and after it. But once `previousNames` is taken out of the document, nothing is called like that any more, and the reference is an error. Put the new name there.";
    CATALOG_NOT_FOUND = "catalog-not-found", Error,
"`ownership: exclusive` of `entrant.yaml` names a catalog that is not there.

What no document declares in an exclusive catalog is deleted, so it must be clear which catalog is meant. The catalog may have been renamed, or the identity that runs the tool may not see it.";
    VANISHED = "vanished", Error,
"A policy was declared in the revision that `--since` names, and no document speaks of it now.

Nothing is deleted because a document is gone, so the policy would stay in the tenant as it is, unmanaged and seen by nobody. Say what shall become of it: the error prints the `Removed` document to add, with `action: delete` or `action: forget`. A rename is said with `previousNames` in the new document.";
    PROTECTED = "protected-object", Error,
"A `Removed` document would delete a policy that was `protected: true` in the revision that `--since` names.

Nothing lets it pass, and there is no plan to approve: take `protected` away in a change of its own, and delete the policy in a later one. So nobody deletes a protected policy in one step.";
    SINCE_UNREADABLE = "since-unreadable", Warning,
"A document of the revision that `--since` names has mistakes, so it could not be told what it declared.

Should it have vanished, that is not seen. The present documents are read as ever.";
    TARGET_NOT_FOUND = "target-not-found", Error,
"An address given with `--target` matches no document.

An address reads `AssignmentPolicy/CATALOG/PACKAGE/POLICY`. Letter case does not matter, the catalog may be left out, and `*` matches within a segment.";
    NOT_TARGETED = "not-targeted", Error,
"An object of `--target` refers to something that is declared, is yet to be created, and is not among the targets.

It could not be created without it. Add the other address with a second `--target`, or plan without.";
    UNKNOWN_TENANT_DOMAIN = "unknown-tenant-domain", Error,
"A connected organization is declared by the domain of a Microsoft Entra tenant, and no tenant was found by it.

Graph knows a tenant by its id, so a domain is looked up. None may have registered it, or the identity that runs the tool may not ask: that takes the permission `CrossTenantInformation.ReadBasic.All`. A domain whose people have no tenant is written `{domain: …}`.";
    DOMAIN_OF_A_TENANT = "domain-of-a-tenant", Warning,
"A connected organization is declared by a domain, the live one is a tenant, and it could not be looked up whether the domain is that tenant's.

Graph makes an organization of a domain that a tenant has registered one of that tenant. Give the id of the tenant, or let the identity that runs the tool look domains up: that takes the permission `CrossTenantInformation.ReadBasic.All`.";
    UNKNOWN_ROLE = "unknown-role", Error,
"A package gives a role of a resource that has no role of that name: of an application, where the value of a role will do as well, of a site, or of a group an eligible one.

The error lists the roles that it has. An application without roles of its own has `Default Access`; a group has eligible roles where Privileged Identity Management covers it. Of a resource that is yet to be put into its catalog, only the roles of applications are known before.";
    NOTHING_TO_SHOW = "nothing-to-show", Error,
"An address given to `show` matches no policy, neither a declared nor a live one.

Policies are looked for in the packages that documents name, and in the package that the address names without a `*`. An address reads `AssignmentPolicy/CATALOG/PACKAGE/POLICY`; the catalog may be left out, `*` matches within a segment, and `#GUID` at its end means one of several live policies of that address.";
    NOT_ADOPTED = "not-adopted", Error,
"What `adopt` would write into a file does not plan, so nothing is written into any file.

A live value was written as a document has it, and read back it does not mean the live object: a name may mean several objects by now, say. Put the value into the document by hand.";
    FOREIGN_FILE = "foreign-file", Error,
"The file that was given to `import --from` cannot be read as what it is said to be.

`--from terraform` reads what `terraform show -json` prints of a state; neither the state file itself, whose form is Terraform's own, nor a plan, in which what is yet to be made has no ids:

```sh
terraform show -json > state.json
entrant import --from terraform state.json --graph-url URL
```

`--from m365dsc` reads the `.ps1` file that `Export-M365DSCConfiguration` writes, or the report of it as JSON. Nothing in it is run. Either file may be 64 MiB large.";
    NOTHING_TO_IMPORT = "nothing-to-import", Error,
"A name given to `import --catalog` or `import --package` is the name of nothing that can be seen.

Letter case does not matter, the rest does. The identity that runs the tool sees the catalogs in which it has a role, or all of them with the permission `EntitlementManagement.Read.All`.";
}
