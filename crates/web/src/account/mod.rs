//! Accounts: joining, signing in, and what a person can see and change of itself.

mod invitation;

pub use invitation::InvitationLink;
pub(crate) use invitation::{invitation_end, invitation_mail};
