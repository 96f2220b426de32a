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
    SAME_OBJECT = "same-object", Error,
"Two documents turn out to mean one object once names are resolved.

They name the package in different ways (by name and by id, say), or one is pinned to the object that the other names. Keep one of them.";
    OTHER_VERSION_MISSING = "other-version-missing", Warning,
"The cloud does not offer the other API version, so the plan could not look for settings that only that version shows.

Some clouds have no beta policy API. What v1.0 cannot show (a required Verified ID, approval mode `Parallel`, the scope of all existing connected organizations) would be dropped by an update without being seen here.";
}
