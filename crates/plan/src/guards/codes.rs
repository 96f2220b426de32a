//! The codes of guards, and what `entrant explain` says of each.

entrant_model::codes! {
    NOT_WRITTEN = "not-written", Error,
"A document does not say a member that has an effect on who gets in, and the live policy differs from that member's default.

Silence never changes access. `plan` shows the difference with the reason `not written`, and `apply` exits with 4. Nothing lets it pass but the file: write the line that keeps what is, or the one that asks for the default. The plan prints both.";
    POLICY_IN_USE = "policy-in-use", Error,
"People hold access through the policy that would be deleted.

Microsoft's reference does not say what becomes of their access, so such a policy is not deleted. Stop new requests instead: the plan prints the document that does it, and whoever has access keeps it until it ends. Once nobody is left, the `Removed` document deletes the policy.

To delete it all the same, say so in the document:

```yaml
kind: Removed
target: {kind: AssignmentPolicy, accessPackage: Marketing campaign, displayName: Employees}
action: delete
deleteWithAssignments: true
```

Graph may still refuse; then the step fails and nothing is changed.";
    ASSIGNMENTS_UNREAD = "assignments-unread", Error,
"Whether anybody holds access through the policy or package that would be deleted could not be read.

What could not be read is never taken for \"nobody\". Let the identity read assignments (`EntitlementManagement.Read.All`, or a role on the catalog), or say `deleteWithAssignments: true` in the `Removed` document.";
    IMMEDIATE_RULE = "immediate-rule", Error,
"The membership rule of an automatic policy, or whom it is about, changes.

Entra works the rule out again and gives and takes access at once, without a request or an approval. What a rule matches cannot be told from the files. Look at the rule in the portal, where it can be tried on people, then allow this one object: `--allow-immediate ADDRESS`.";
    IMMEDIATE_SCOPE = "immediate-scope", Error,
"The scope of an automatic policy changes, so that access is given and taken at once, without a request or an approval.

Allow this one object: `--allow-immediate ADDRESS`.";
    IMMEDIATE_REMOVAL = "immediate-removal", Error,
"An automatic policy begins or ceases to take access from people whom its rule no longer matches.

Where it begins to, everybody whom the rule does not match any more loses access at once or after the grace period. Allow this one object: `--allow-immediate ADDRESS`.";
    IMMEDIATE_GRACE = "immediate-grace", Error,
"The time changes for which people keep access after the rule of an automatic policy has ceased to match them.

A shorter one may have passed for many people already. Allow this one object: `--allow-immediate ADDRESS`.";
    IMMEDIATE_ON = "immediate-on", Error,
"A policy that exists begins to give access by its membership rule, at once and without a request.

A new automatic policy is not guarded: nobody has access through it, it is listed as widening, and deleting it undoes it. Allow this one object: `--allow-immediate ADDRESS`.";
    IMMEDIATE_OFF = "immediate-off", Error,
"A policy ceases to give access by its membership rule, and whoever had access by the rule may lose it.

Allow this one object: `--allow-immediate ADDRESS`.";
    IMMEDIATE_DELETE = "immediate-delete", Error,
"A policy that gives access by a membership rule would be deleted, and whoever had access by the rule may lose it.

Allow this one object: `--allow-immediate ADDRESS`.";
    IMMEDIATE_ROLE_ADDED = "immediate-role-added", Error,
"A role of a group, an application or a site is added to an access package that people hold.

Each of them gets it at once, without a request or an approval. The plan says how many they are, where that could be read. A package that nobody holds is not guarded. Allow this one object: `--allow-immediate ADDRESS`.";
    IMMEDIATE_ROLE_REMOVED = "immediate-role-removed", Error,
"A role of a group, an application or a site is taken out of an access package that people hold.

Each of them loses it at once, unless it comes to them from elsewhere. The plan says how many they are, where that could be read. Allow this one object: `--allow-immediate ADDRESS`.";
    PACKAGE_IN_USE = "package-in-use", Error,
"People hold the access package that would be deleted.

Graph deletes no package that somebody holds, and its policies would be gone by then. Nothing lets it pass: stop new requests through its policies, and delete the package once nobody is left.";
    PACKAGE_NOT_EMPTY = "package-not-empty", Error,
"The access package that would be deleted has policies that the plan does not delete.

They would go with it, and nobody would have seen whom that takes a way in from: each deletion of a policy is shown, with its effect, as a change of its own. Delete them too, each with a `Removed` document; one run does both in the right order. Nothing else lets it pass. A policy that somebody made after the plan was approved is found so as well.";
    CATALOG_NOT_EMPTY = "catalog-not-empty", Error,
"The catalog that would be deleted still holds access packages or workflow extensions that stay.

Graph deletes no catalog that holds any. Delete them too, each with a `Removed` document; one run does both in the right order. The resources of the catalog go with it.";
    RESOURCE_IN_USE = "resource-in-use", Error,
"A resource would leave its catalog, and packages of the catalog still give roles of it.

Graph refuses to take such a resource out. The packages may have no document. Take the roles out of the packages in the same change, or leave the resource in the catalog.";
    STILL_REFERRED_TO = "still-referred-to", Error,
"Policies will still refer to the connected organization or the workflow extension that would be deleted.

Graph deletes no extension that is in use, and what becomes of a policy whose organization is gone is not documented. Take it out of the policies first, in the same change or an earlier one. Only policies that were read are known here.";
    DELETE_BY_ABSENCE = "delete-by-absence", Error,
"An object would be deleted because no document declares it, in a place that `ownership: exclusive` of `entrant.yaml` names.

A missing document may be a slip: a file that was not added, a branch that is behind. So `apply` deletes by absence only what an approved plan lists (`entrant apply FILE`, or `--expect-digest`) or what `--allow-delete ADDRESS` names. Better, say it in a document:

```yaml
kind: Removed
target: {kind: AssignmentPolicy, accessPackage: Marketing campaign, displayName: Employees}
action: delete
```

With `action: forget` the policy stays as it is, also there.";
    TOO_MANY_DELETIONS = "too-many-deletions", Error,
"One run would delete more objects than `limits: deletions` of `entrant.yaml` allows.

The limit is a number (`max`) and a share of the declared objects that exist (`maxPercent`, asked for from `minimum` objects on). Without a word about it, it is 20 objects, and 20 of a hundred among at least 10. Objects that `--allow-delete ADDRESS` names do not count. Or raise the limit in a reviewed change:

```yaml
limits:
  deletions: {max: 40}
```";
    TOO_MANY_NARROWING = "too-many-narrowing", Error,
"One run would narrow access by more existing objects than `limits: narrowing` of `entrant.yaml` allows.

Without a word about it, the limit is 100 objects, and 50 of a hundred among at least 20. Raise it in a reviewed change, or apply a part at a time with `--target`.";
    TOO_MANY_WIDENING = "too-many-widening", Error,
"One run would widen access by more existing objects than `limits: widening` of `entrant.yaml` allows. What cannot be told counts as widening.

Without a word about it, the limit is 50 objects, and 25 of a hundred among at least 20. New objects do not count, so that the first apply of an estate is none. Raise the limit in a reviewed change, or apply a part at a time with `--target`.";
    LISTING_TOO_SMALL = "listing-too-small", Error,
"Most of the declared objects that were there before would be created anew.

A role that was lost can make Graph show fewer objects, without an error. Then everything that is missing would be made a second time. What was there before is known from the memory of the working copy (`.entrant/known.json`, of this tenant and host) and from the revision of `--since`; where both are missing nothing can be told.

Look at the packages in the portal, and at what `entrant doctor` says. If the objects are really gone, make them again a few at a time with `--target ADDRESS`: fewer than five are not held back. An emulator that was begun anew is another tenant under the same address: delete `.entrant/known.json`.";
    ALLOWANCE_UNMATCHED = "allowance-unmatched", Error,
"An address given with `--allow-delete` or `--allow-immediate` matches nothing in the plan.

It may be misspelt, and then the object that was meant is not allowed. Addresses stand in the plan; letter case does not matter, the catalog may be left out, and `*` matches within a segment.";
}
