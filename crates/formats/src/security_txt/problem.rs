//! What can be wrong with a security.txt. The names are those that Dutch checkers of such files use.

model::vocabulary! {
    /// What is wrong with a security.txt, or could be better.
    pub enum Problem: "problem of a security.txt" {
        /// There is none, or its server did not answer.
        Absent = 0 => "no_security_txt",
        /// It is not where it belongs.
        Location = 1 => "location",
        /// The server does not say what it is.
        NoContentType = 2 => "no_content_type",
        /// The server says that it is something else than text.
        Media = 3 => "invalid_media",
        /// The server says that it is written in another way than UTF-8.
        Charset = 4 => "invalid_charset",
        /// It has too many bytes or lines to be looked at.
        TooLarge = 5 => "too_large",
        /// It is not UTF-8.
        Utf8 = 6 => "utf8",
        /// It begins with a byte order mark.
        Bom = 7 => "bom_in_file",
        /// Its last line does not end.
        NoLineEnd = 8 => "no_line_separators",
        /// A line is neither a field, nor a comment, nor empty.
        Line = 9 => "invalid_line",
        /// A field without a name.
        EmptyKey = 10 => "empty_key",
        /// A field without a value.
        EmptyValue = 11 => "empty_value",
        /// A blank before the colon.
        BlankBefore = 12 => "prec_ws",
        /// No blank behind the colon.
        NoBlank = 13 => "no_space",
        /// Nobody to turn to.
        NoContact = 14 => "no_contact",
        /// A value that should be an address (URI) is none.
        NoUri = 15 => "no_uri",
        /// An address of the web without encryption.
        NoHttps = 16 => "no_https",
        /// It does not say until when it holds.
        NoExpires = 17 => "no_expire",
        /// It says more than once until when it holds.
        ManyExpires = 18 => "multi_expire",
        /// Until when it holds is no date with time and zone.
        BadExpires = 19 => "invalid_expiry",
        /// It no longer holds.
        Expired = 20 => "expired",
        /// It says its languages more than once.
        ManyLanguages = 21 => "multi_lang",
        /// Something that is no language stands among its languages.
        BadLanguage = 22 => "invalid_lang",
        /// None of the places that it names is the one where it was found.
        OtherPlace = 23 => "no_canonical_match",
        /// It is half signed.
        HalfSigned = 24 => "signed_format_issue",
        /// Something stands behind its signature.
        BehindSignature = 25 => "data_after_sig",
        /// The address of advisories is not that of a `provider-metadata.json`.
        NoCsafFile = 26 => "no_csaf_file",
        /// It holds for more than a year: the rules advise less.
        LongExpires = 27 => "long_expiry",
        /// It takes mail and names no key.
        NoEncryption = 28 => "no_encryption",
        /// Nobody signed it.
        NotSigned = 29 => "not_signed",
        /// It does not say where it belongs.
        NoCanonical = 30 => "no_canonical",
        /// More than one address of advisories.
        ManyCsaf = 31 => "multiple_csaf_fields",
        /// A field that no rule has.
        UnknownField = 32 => "unknown_field",
    }
}

model::vocabulary! {
    /// How much a problem weighs.
    pub enum Weight: "weight of a problem" {
        /// The file breaks the rules.
        Error = 0 => "error",
        /// The rules advise otherwise.
        Advice = 1 => "advice",
        /// Worth knowing.
        Notice = 2 => "notice",
    }
}

impl Problem {
    /// How much it weighs.
    #[must_use]
    pub const fn weight(self) -> Weight {
        match self {
            Self::LongExpires
            | Self::NoEncryption
            | Self::NotSigned
            | Self::NoCanonical
            | Self::ManyCsaf => Weight::Advice,
            Self::UnknownField => Weight::Notice,
            _ => Weight::Error,
        }
    }

    /// What is wrong and what to do, in English.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Absent => {
                "no file was found: put it at https://<domain>/.well-known/security.txt"
            }
            Self::Location => "it is found at /security.txt only: move it to /.well-known/",
            Self::NoContentType => {
                "the server names no type: let it send `text/plain; charset=utf-8`"
            }
            Self::Media => "the server names another type: let it send `text/plain; charset=utf-8`",
            Self::Charset => "the server names another encoding: let it send `charset=utf-8`",
            Self::TooLarge => "it has more than 100,000 bytes or 1,000 lines: leave something out",
            Self::Utf8 => "it is not UTF-8: save it as UTF-8",
            Self::Bom => "it begins with a byte order mark: save it as UTF-8 without one",
            Self::NoLineEnd => "the last line does not end: add a line break",
            Self::Line => "this is no field: write `Name: value`, or begin a comment with `#`",
            Self::EmptyKey => "the field has no name: write one before the colon",
            Self::EmptyValue => "the field has no value: write one, or remove the line",
            Self::BlankBefore => "there is a blank before the colon: remove it",
            Self::NoBlank => "there is no blank behind the colon: add one",
            Self::NoContact => "nobody can be reached: add `Contact: mailto:security@<domain>`",
            Self::NoUri => "this is no URI: write `mailto:`, `tel:` or `https://` before it",
            Self::NoHttps => "this address is not encrypted: use https",
            Self::NoExpires => "it does not say until when it holds: add `Expires`",
            Self::ManyExpires => "there is more than one `Expires`: keep one",
            Self::BadExpires => "this is no time: write it like 2027-01-31T00:00:00Z",
            Self::Expired => "it no longer holds: look it over, and set `Expires` anew",
            Self::ManyLanguages => "there is more than one `Preferred-Languages`: put all in one",
            Self::BadLanguage => "this is no list of languages: write it like `nl, en`",
            Self::OtherPlace => "no `Canonical` is the place where it was found: add that one",
            Self::HalfSigned => "the signature is not whole: sign the file again",
            Self::BehindSignature => {
                "there is text behind the signature: put it before, and sign again"
            }
            Self::NoCsafFile => "`CSAF` should lead to a file `provider-metadata.json`",
            Self::LongExpires => "it holds for more than a year: choose an earlier day",
            Self::NoEncryption => "it takes mail and names no key: add `Encryption`",
            Self::NotSigned => "it is not signed: a signature shows that nobody changed it",
            Self::NoCanonical => "it does not say where it belongs: add `Canonical`",
            Self::ManyCsaf => "there is more than one `CSAF`: one is advised",
            Self::UnknownField => "no rule has this field: is it misspelt?",
        }
    }
}
