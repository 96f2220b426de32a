//! A Microsoft Graph of our own over HTTP, to judge the tool by. Shares no code with it.
