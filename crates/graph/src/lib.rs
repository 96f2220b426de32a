//! Microsoft Graph over HTTP: tokens, transport, paging, errors; per kind only paths, expansions, write rules.
//!
//! ```text
//! Read, Write ── Client ── kinds/* (which URL, what to expand) ── page ── http ── one host
//!                                                                          │
//!                                                        token: which may go there
//!                                                          │ from
//!                                             FixedToken, or sign_in: azure_identity over our HTTP client
//! ```
//!
//! What plans takes [`Read`]; only what applies takes [`Write`]. This crate knows no documents and no plans,
//! reads no environment, prints nothing, and speaks to its [`Target`] alone.

mod claims;
mod client;
mod error;
mod http;
mod kinds;
mod odata;
mod page;
pub mod permissions;
mod read;
mod sign_in;
mod target;
mod token;
mod wait;
mod write;

pub use claims::Claims;
pub use client::Client;
pub use error::{CODES, Error, ErrorKind};
pub use http::{Again, Cost, Settings};
pub use kinds::probe::{Probe, Probed};
pub use read::{ApplicationRole, Asked, Found, Keep, Listing, Look, Names, OtherTenant, Read};
pub use sign_in::{Choice, SignIn, Variables};
pub use target::{CLOUDS, Cloud, Target, cloud_root};
pub use token::{FixedToken, Token, TokenSource};
pub use wait::{Observer, WaitReason, Waiting};
pub use write::Write;
