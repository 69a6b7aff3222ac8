//! Why a key cannot be used.

model::vocabulary! {
    /// Why nothing can be encrypted with what somebody gave as a key.
    pub enum KeyProblem: "problem of a key" {
        /// It has more bytes than [`super::KEY_BYTES_MAX`].
        TooLarge = 0 => "too-large",
        /// It is no OpenPGP certificate, or one that is damaged.
        Unreadable = 1 => "unreadable",
        /// It is a private key, which nobody may give away.
        Private = 2 => "private",
        /// There is more than one certificate in it.
        Several = 3 => "several",
        /// It is of another version than 4, which is the one that mail programs exchange.
        Version = 4 => "version",
        /// No signature by the key itself says that its parts belong together.
        Unsigned = 5 => "unsigned",
        /// Only signatures over a hash that can be forged say so (SHA-1, MD5).
        WeakSignature = 6 => "weak-signature",
        /// The key, or what encrypts in it, is too weak or of a kind that we do not use.
        WeakAlgorithm = 7 => "weak-algorithm",
        /// Its owner called it back.
        Revoked = 8 => "revoked",
        /// Nothing in it may be used to encrypt.
        SignsOnly = 9 => "signs-only",
        /// Its last day is over.
        Ended = 10 => "ended",
    }
}

impl KeyProblem {
    /// The reason, for what an attempt to send came to.
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooLarge => "the key of the contact is too large",
            Self::Unreadable => "the key of the contact cannot be read",
            Self::Private => "the key of the contact is a private key",
            Self::Several => "the key of the contact is more than one",
            Self::Version => "the key of the contact is not of version 4",
            Self::Unsigned => "the key of the contact is not signed by itself",
            Self::WeakSignature => {
                "the key of the contact is signed with a hash that can be forged"
            }
            Self::WeakAlgorithm => "the key of the contact is too weak",
            Self::Revoked => "the key of the contact was revoked",
            Self::SignsOnly => "the key of the contact cannot encrypt",
            Self::Ended => "the key of the contact has ended",
        }
    }
}
