//! Forms of pages that are for a person, or for anybody.

use super::Program::Leaves;
use super::Row;

/// A session, and what belongs to a person alone.
const OWN: &str = "sign in, and change what is a person's own";

/// What a mail leads to.
const LINK: &str = "come by a link of a mail, which is for whoever got it";

/// What needs no account.
const ANYBODY: &str = "fill in what is there for everybody without an account";

pub(super) const FORMS: &[Row] = &[
    ("/account", Leaves(OWN)),
    ("/account/challenge", Leaves(OWN)),
    ("/account/codes", Leaves(OWN)),
    ("/account/identities/{id}/remove", Leaves(OWN)),
    ("/account/join/{token}", Leaves(OWN)),
    ("/account/join/{token}/accept", Leaves(OWN)),
    ("/account/join/{token}/challenge", Leaves(OWN)),
    ("/account/join/{token}/passkey", Leaves(OWN)),
    ("/account/passkeys", Leaves(OWN)),
    ("/account/passkeys/challenge", Leaves(OWN)),
    ("/account/passkeys/{id}/remove", Leaves(OWN)),
    ("/account/password", Leaves(OWN)),
    ("/account/prove", Leaves(OWN)),
    ("/account/prove/passkey", Leaves(OWN)),
    ("/account/provider/{provider}/link", Leaves(OWN)),
    ("/account/provider/{provider}/logout", Leaves(OWN)),
    ("/account/provider/{provider}/prove", Leaves(OWN)),
    ("/account/provider/{provider}/sign-in", Leaves(OWN)),
    ("/account/recover", Leaves(OWN)),
    ("/account/recover/{token}", Leaves(OWN)),
    ("/account/recovery-codes", Leaves(OWN)),
    ("/account/sessions/end-others", Leaves(OWN)),
    ("/account/sessions/{id}/end", Leaves(OWN)),
    ("/account/sign-in", Leaves(OWN)),
    ("/account/sign-in/passkey", Leaves(OWN)),
    ("/account/sign-out", Leaves(OWN)),
    ("/account/stay", Leaves(OWN)),
    ("/answer/{token}", Leaves(LINK)),
    ("/answer/{token}/useful", Leaves(LINK)),
    ("/answer/{token}/{finding}", Leaves(LINK)),
    ("/answer/{token}/{finding}/forward", Leaves(LINK)),
    ("/applications/{token}/address", Leaves(ANYBODY)),
    ("/applications/{token}/count", Leaves(ANYBODY)),
    ("/applications/{token}/withdraw", Leaves(ANYBODY)),
    ("/applications/{token}/{step}", Leaves(ANYBODY)),
    ("/check", Leaves(ANYBODY)),
    ("/complaints", Leaves(ANYBODY)),
    ("/language", Leaves(OWN)),
    ("/meetings/{token}", Leaves(LINK)),
    ("/programmes/{programme}/apply", Leaves(ANYBODY)),
    ("/register", Leaves(ANYBODY)),
    ("/register/{token}/mailbox", Leaves(ANYBODY)),
    ("/register/{token}/organisation", Leaves(ANYBODY)),
    ("/suggestions", Leaves(ANYBODY)),
    ("/suggestions/{token}", Leaves(LINK)),
    ("/theme", Leaves(OWN)),
];
