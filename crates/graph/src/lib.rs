//! Microsoft Graph over HTTP: tokens, transport, paging; per kind only paths, expansions, write rules.
