//! What tests are made of: temporary stores on both engines, a fixed clock, builders, fake peers, generated reports.
//!
//! For tests only, so it panics where a test would: with the reason. Read [`Desk`] first, it is a whole installation in
//! a folder of its own; [`generate`] makes registers and reports of any size with the result that they must have.

mod certificate;
mod cluster;
mod counterpart;
mod dns;
pub mod generate;
mod gpg;
mod installation;
pub mod line;
mod loopback;
mod mail;
mod moment;
mod oidc;
mod place;
mod private_server;
mod proxy;
mod receiver;
mod register;
mod report;
pub mod s3;
mod server;
pub mod smtp;
mod template;
mod test_store;
mod trade;
mod website;

pub use dns::DnsServer;
pub use gpg::{Gpg, KEY_MADE};
pub use installation::{Desk, another_desk, complete_desk};
pub use mail::{Received, mails_in};
pub use moment::{NOW, day, days_later, now};
pub use oidc::OidcProvider;
pub use place::{Pulse, TestPlace};
pub use private_server::PrivateServer;
pub use proxy::Proxy;
pub use receiver::{Receiver, Sent};
pub use register::RegisterBuilder;
pub use report::Report;
pub use test_store::{Engine, TestStore};
pub use trade::{TRADE_KEY, TradeServer};
pub use website::{Page, Websites};

/// The way in of the flow, for tests of what does not know the flow.
pub use pipeline::Flow;
pub use pipeline::gather::{Door, GatherOptions, Outcome, gather_stream};
pub use pipeline::row::{masked, row_of};
