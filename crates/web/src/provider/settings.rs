//! What the desk says of a provider of identities.

use std::fmt;

use model::{Language, OrganisationRole, StaffRole};

/// A provider of identities (OpenID Connect), by which people may sign in.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Its name in addresses of ours and in the audit log: small letters, digits and hyphens.
    pub name: String,
    /// What people know it as, in Dutch.
    pub label_nl: String,
    /// What people know it as, in English.
    pub label_en: String,
    /// As its tokens name it, letter by letter; its description is found below this address.
    pub issuer: String,
    /// As what the provider knows us.
    pub client_id: String,
    /// By what it recognises us.
    pub client_secret: Secret,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// Levels of assurance (`acr`) that mean two factors. They are asked for.
    pub levels: Vec<String>,
    /// Methods (`amr`, RFC 8176) that mean two factors, such as `mfa`.
    pub methods: Vec<String>,
    /// Whether an address of the provider counts as checked where it does not say so.
    pub email_is_verified: bool,
    /// Where its claims say what.
    pub claims: ClaimNames,
    /// Who signs in by it.
    pub serves: Serves,
    /// Certificate (PEM) that the provider's must come from; `None`: the common authorities.
    pub ca: Option<Vec<u8>>,
}

/// Names of claims. One that begins with a slash leads into an object (RFC 6901).
#[derive(Clone, Debug)]
pub struct ClaimNames {
    /// What the person is called.
    pub name: String,
    /// The person's address.
    pub email: String,
    /// The person's roles: a text, or a list of them.
    pub roles: String,
}

/// Who signs in by a provider, and as what.
#[derive(Clone, Debug)]
pub enum Serves {
    /// People of organisations.
    Organisation {
        /// The claim with the organisation's number in the trade register.
        kvk_claim: String,
        /// What a role of the provider is here. The one that may do most counts.
        roles: Vec<(String, OrganisationRole)>,
        /// What somebody is without such a role; `None`: nobody.
        default_role: Option<OrganisationRole>,
    },
    /// People of the desk.
    Staff {
        /// What a role of the provider is here. All that the person has count.
        roles: Vec<(String, StaffRole)>,
    },
}

impl Provider {
    /// What people know it as.
    pub(crate) fn label(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.label_nl,
            Language::En => &self.label_en,
        }
    }

    /// The provider as the audit log names it.
    pub(crate) fn actor(&self) -> String {
        format!("provider {}", self.name)
    }
}

/// A text that no log shows.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// This text, from now on a secret.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
