//! Mail providers at which anybody gets a mailbox.

use crate::DomainName;

/// Their domains. A list is never whole: who finds one that lacks adds it here.
const FREE_MAIL: [&str; 44] = [
    "aol.com",
    "caiway.nl",
    "chello.nl",
    "duck.com",
    "fastmail.com",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hetnet.nl",
    "home.nl",
    "hotmail.com",
    "hotmail.nl",
    "icloud.com",
    "kpnmail.nl",
    "kpnplanet.nl",
    "live.com",
    "live.nl",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "online.nl",
    "outlook.com",
    "outlook.de",
    "planet.nl",
    "posteo.de",
    "posteo.net",
    "proton.me",
    "protonmail.com",
    "quicknet.nl",
    "solcon.nl",
    "t-online.de",
    "telfort.nl",
    "tuta.com",
    "upcmail.nl",
    "web.de",
    "xs4all.nl",
    "yahoo.com",
    "yandex.com",
    "ziggo.nl",
];

/// Whether strangers have mailboxes at this domain: it is that of a provider, or below one.
#[must_use]
pub(crate) fn is_free_mail(domain: &DomainName) -> bool {
    domain
        .parents()
        .any(|name| FREE_MAIL.binary_search(&name).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domains_are_sorted_canonical_and_known_with_what_is_below_them() {
        assert!(FREE_MAIL.is_sorted());
        for name in FREE_MAIL {
            let domain: DomainName = name.parse().unwrap();
            assert_eq!(domain.as_str(), name);
            assert!(is_free_mail(&domain), "{name}");
        }
        for (name, want) in [
            ("mx.gmail.com", true),
            ("notgmail.com", false),
            ("x.example", false),
        ] {
            assert_eq!(is_free_mail(&name.parse().unwrap()), want, "{name}");
        }
    }
}
