//! The diagnostics of the planner.

entrant_model::codes! {
    AMBIGUOUS_POLICY = "ambiguous-policy", Error,
"Two or more live policies of the package have the name that the document declares, so it is not clear which one it means.

Graph lets this happen when policies are made at the same time. Nothing is written until the document says which one it means:

```yaml
pin: 4540a08f-8ab5-43f6-a923-015275799197
```

Or delete the other one in the portal.";
    PERHAPS_RENAMED = "perhaps-renamed", Warning,
"A document would create a policy, and the package holds one that no document declares and that says the same under another name.

It may be the same policy under its old name. Created anew, the policy would stand beside the old one, which keeps its assignments and goes on taking requests. If it is the same one, say so in the document, and the plan renames it in place:

```yaml
previousNames: [Former name]
```

If it is another one, nothing need be written.";
    PIN_NOT_FOUND = "pin-not-found", Error,
"The document pins an object by id, and the package has no policy of that id.

The object was deleted, or the pin belongs to another tenant. A pin that is gone is an error rather than a new object: otherwise a deleted policy would come back without anybody asking for it. Remove the `pin:` line to create the policy anew, or correct the id.";
    INCOMPLETE_READ = "incomplete-read", Error,
"The policies of a package could not be read to the end, so the plan cannot say that something is not there.

A failed or partial read is never taken for \"absent\": a policy that exists would be made a second time. Mend what the read failed on (usually a missing permission), then plan again.";
    WOULD_DROP = "would-drop", Error,
"The live policy holds something that the document's API version cannot express, so writing it would drop that silently.

Graph shows every policy in two shapes, v1.0 and beta, and replaces the whole object on an update. Before an update the plan therefore reads the policy in the other shape as well. Declare the policy in the shape that holds the setting (`apiVersion: beta` for Verified ID, for mode `Parallel` and for all *existing* connected organizations; `apiVersion: v1.0` for automatic assignment, on-behalf requests and durations below a day), or remove the setting in the portal first.";
    FUTURE_VALUE = "unknown-future-value", Error,
"Graph answered `unknownFutureValue` for a member of the live policy: the real value is newer than this API version.

Writing the object back would replace the real value. The document must write that member itself, or the change must be made in the portal.";
    UNREAD_MEMBER = "unread-member", Error,
"The server did not return a member that was asked for with `$expand`, so an update would replace it unseen.

An update replaces the whole policy. A part that was not read would be lost: it is unread, not empty.";
    FIXED_MEMBER = "fixed-member", Error,
"A document asks for another value of a member that Graph takes only when the object is made.

The identity sources of a connected organization and the type of a workflow extension are such. Write what the tenant has. Or declare an object of another name, let what refers to the old one refer to the new one, and remove the old one with a `Removed` document.";
    SAME_OBJECT = "same-object", Error,
"Two documents turn out to mean one object once names are resolved.

They name the package in different ways (by name and by id, say), or one is pinned to the object that the other names. Keep one of them.";
    OTHER_VERSION_MISSING = "other-version-missing", Warning,
"The cloud does not offer the other API version, so the plan could not look for settings that only that version shows.

Some clouds have no beta policy API. What v1.0 cannot show (a required Verified ID, approval mode `Parallel`, the scope of all existing connected organizations) would be dropped by an update without being seen here.";
    UNREADABLE_PLAN = "unreadable-plan", Error,
"The file that was given to `apply` is not a plan, or not one that this version understands in full.

`entrant apply FILE` takes what `entrant plan --out FILE` wrote, or what `entrant plan --format json` printed. A key that this version does not know may mean something that matters, so it is not passed over. Plan and apply with the same version.";
    OTHER_PLAN_FORMAT = "other-plan-format", Error,
"The saved plan has another format version than this version of entrant reads.

The format version changes when older readers could misunderstand a plan. Use the version of entrant that made the plan, or plan again with this one and have that plan approved.";
    ALTERED_PLAN = "altered-plan", Error,
"The saved plan does not have the digest that stands in it, or is written otherwise than entrant writes plans: it was altered, or damaged on its way.

The digest finds accidents and careless edits. It is no signature: who can replace the file can make a digest for it. Even so a forged plan makes nothing happen that the documents do not say, because apply plans afresh from them and the saved plan only says what is approved.";
    PLAN_OF_ANOTHER_TENANT = "plan-of-another-tenant", Error,
"The saved plan was made for another tenant, or at another Graph, than this run is for.

Ids and names mean something else there. Select the tenant that the plan was made for, or make a plan for this one.";
    STALE_PLAN = "stale-plan", Error,
"`apply` was given an approved plan, has planned afresh, and would now do something that was not approved. Nothing was written (exit code 3).

Each operation must be one of the approved ones: the same action on the same object, to the same value, from the same fingerprint, which tells what the object said when the plan was made. And a name must mean the object that it meant then. Operations that are done already, or no longer needed, are no matter. What differs is listed with both sides: somebody changed the object meanwhile, made one of the same name, deleted it, or the documents ask for something else now.

Plan again, and have that plan approved.";
    OTHER_DIGEST = "other-digest", Error,
"`apply --expect-digest` has planned afresh, and the plan does not have the digest that was approved. Nothing was written (exit code 3).

The digest covers the whole plan: the operations, what was read, what names meant, objects without a document, the version of entrant. So this is stricter than a saved plan, which goes on where the operations are the approved ones. A fresh plan that would write nothing passes, so a run can be repeated. But after a run that was stopped half-way the rest has another digest: keep the plan file where that matters.";
}
