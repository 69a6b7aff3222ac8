//! The Reference Security Incident Taxonomy: what kind of incident a threat is.

crate::vocabulary! {
    /// A class of incidents.
    ///
    /// Source: RSIT machine version 1003, predicates.
    pub enum RsitClass: "RSIT class" {
        /// Content that should not be spread.
        AbusiveContent = 1 => "abusive-content",
        /// Systems that run or spread malicious code.
        MaliciousCode = 2 => "malicious-code",
        /// Looking for a way in.
        InformationGathering = 3 => "information-gathering",
        /// Trying to get in.
        IntrusionAttempts = 4 => "intrusion-attempts",
        /// Somebody got in.
        Intrusions = 5 => "intrusions",
        /// Services that do not work.
        Availability = 6 => "availability",
        /// Data in wrong hands, or changed.
        InformationContentSecurity = 7 => "information-content-security",
        /// Deceit and use without right.
        Fraud = 8 => "fraud",
        /// Systems that can be attacked or abused.
        Vulnerable = 9 => "vulnerable",
        /// Anything else.
        Other = 10 => "other",
        /// Tests.
        Test = 11 => "test",
    }
}

crate::vocabulary! {
    /// A type of incident, written as `class/type`. The type alone is read as well, and so are the known spellings of
    /// other systems (IntelMQ, Shadowserver).
    ///
    /// Source: RSIT machine version 1003, values. Codes are 100 x the code of the class, plus a number.
    pub enum RsitType: "RSIT type" {
        /// Unsolicited bulk e-mail.
        Spam = 101 => "abusive-content/spam" | "spam",
        /// Discrimination, stalking, defamation.
        HarmfulSpeech = 102 => "abusive-content/harmful-speech" | "harmful-speech",
        /// Abuse of children, glorification of violence.
        Violence = 103 => "abusive-content/violence" | "violence",
        /// A system infected with malware.
        InfectedSystem = 201 => "malicious-code/infected-system" | "infected-system" | "infected" | "botnet-drone"
            | "drone" | "ransomware",
        /// A server that infected systems take orders from.
        C2Server = 202 => "malicious-code/c2-server" | "c2-server" | "malicious-code/c2server" | "c2server" | "c2"
            | "c&c" | "cc" | "cnc" | "c&c-server" | "malicious-code/c&c",
        /// An address from which malware is spread.
        MalwareDistribution = 203 => "malicious-code/malware-distribution" | "malware-distribution",
        /// An address with the configuration of malware.
        MalwareConfiguration = 204 => "malicious-code/malware-configuration" | "malware-configuration",
        /// Probing for systems and services.
        Scanner = 301 => "information-gathering/scanner" | "scanner" | "scanning",
        /// Listening in on traffic.
        Sniffing = 302 => "information-gathering/sniffing" | "sniffing",
        /// Getting information from people by deceit.
        SocialEngineering = 303 => "information-gathering/social-engineering" | "social-engineering",
        /// Exploiting a known vulnerability.
        IdsAlert = 401 => "intrusion-attempts/ids-alert" | "ids-alert",
        /// Trying many passwords.
        BruteForce = 402 => "intrusion-attempts/brute-force" | "brute-force" | "bruteforce"
            | "intrusion-attempts/bruteforce",
        /// An attack with an unknown exploit.
        Exploit = 403 => "intrusion-attempts/exploit" | "exploit",
        /// Somebody else uses an administrator's account.
        PrivilegedAccountCompromise = 501 => "intrusions/privileged-account-compromise" | "privileged-account-compromise",
        /// Somebody else uses an ordinary account.
        UnprivilegedAccountCompromise = 502 => "intrusions/unprivileged-account-compromise"
            | "unprivileged-account-compromise",
        /// An application in somebody else's hands.
        ApplicationCompromise = 503 => "intrusions/application-compromise" | "application-compromise",
        /// A system in somebody else's hands.
        SystemCompromise = 504 => "intrusions/system-compromise" | "system-compromise" | "compromised" | "backdoor"
            | "intrusions/compromised" | "intrusions/backdoor",
        /// Physical intrusion.
        Burglary = 505 => "intrusions/burglary" | "burglary",
        /// Denial of service from one place.
        Dos = 601 => "availability/dos" | "dos",
        /// Denial of service from many places.
        Ddos = 602 => "availability/ddos" | "ddos",
        /// A wrong setting.
        Misconfiguration = 603 => "availability/misconfiguration" | "misconfiguration",
        /// Destruction on purpose.
        Sabotage = 604 => "availability/sabotage" | "sabotage",
        /// Failure without a culprit.
        Outage = 605 => "availability/outage" | "outage",
        /// Data seen by those who may not.
        UnauthorisedInformationAccess = 701 => "information-content-security/unauthorised-information-access"
            | "unauthorised-information-access" | "unauthorized-information-access"
            | "information-content-security/unauthorized-information-access",
        /// Data changed by those who may not.
        UnauthorisedInformationModification = 702 => "information-content-security/unauthorised-information-modification"
            | "unauthorised-information-modification" | "unauthorized-information-modification"
            | "information-content-security/unauthorized-information-modification" | "defacement",
        /// Data lost.
        DataLoss = 703 => "information-content-security/data-loss" | "data-loss",
        /// Data made public, such as credentials.
        DataLeak = 704 => "information-content-security/data-leak" | "data-leak" | "leak",
        /// Resources used without right.
        UnauthorisedUseOfResources = 801 => "fraud/unauthorised-use-of-resources" | "unauthorised-use-of-resources"
            | "fraud/unauthorized-use-of-resources" | "unauthorized-use-of-resources",
        /// Copies without right.
        Copyright = 802 => "fraud/copyright" | "copyright",
        /// One party posing as another.
        Masquerade = 803 => "fraud/masquerade" | "masquerade",
        /// Luring people into giving up their credentials.
        Phishing = 804 => "fraud/phishing" | "phishing",
        /// Services with weak cryptography.
        WeakCrypto = 901 => "vulnerable/weak-crypto" | "weak-crypto",
        /// Services that make an attack on others larger.
        DdosAmplifier = 902 => "vulnerable/ddos-amplifier" | "ddos-amplifier",
        /// Services that probably should not be reachable.
        PotentiallyUnwantedAccessible = 903 => "vulnerable/potentially-unwanted-accessible"
            | "potentially-unwanted-accessible",
        /// Services that tell more than they should.
        InformationDisclosure = 904 => "vulnerable/information-disclosure" | "information-disclosure",
        /// A system with a known vulnerability.
        VulnerableSystem = 905 => "vulnerable/vulnerable-system" | "vulnerable-system" | "vulnerable-service"
            | "vulnerable-client" | "vulnerable/vulnerable-service" | "vulnerable/vulnerable-client",
        /// Anything that fits nowhere.
        Other = 1001 => "other/other" | "other" | "blacklist" | "blocklist" | "other/blacklist" | "other/blocklist"
            | "proxy" | "other/proxy" | "tor" | "other/tor" | "malware" | "other/malware" | "dga-domain"
            | "other/dga-domain",
        /// Not decided yet.
        Undetermined = 1002 => "other/undetermined" | "undetermined" | "unknown",
        /// A test.
        Test = 1101 => "test/test" | "test" | "other/test",
    }
}

impl RsitType {
    /// The class that this type belongs to.
    #[must_use]
    pub const fn class(self) -> RsitClass {
        match self {
            Self::Spam | Self::HarmfulSpeech | Self::Violence => RsitClass::AbusiveContent,
            Self::InfectedSystem
            | Self::C2Server
            | Self::MalwareDistribution
            | Self::MalwareConfiguration => RsitClass::MaliciousCode,
            Self::Scanner | Self::Sniffing | Self::SocialEngineering => {
                RsitClass::InformationGathering
            }
            Self::IdsAlert | Self::BruteForce | Self::Exploit => RsitClass::IntrusionAttempts,
            Self::PrivilegedAccountCompromise
            | Self::UnprivilegedAccountCompromise
            | Self::ApplicationCompromise
            | Self::SystemCompromise
            | Self::Burglary => RsitClass::Intrusions,
            Self::Dos | Self::Ddos | Self::Misconfiguration | Self::Sabotage | Self::Outage => {
                RsitClass::Availability
            }
            Self::UnauthorisedInformationAccess
            | Self::UnauthorisedInformationModification
            | Self::DataLoss
            | Self::DataLeak => RsitClass::InformationContentSecurity,
            Self::UnauthorisedUseOfResources
            | Self::Copyright
            | Self::Masquerade
            | Self::Phishing => RsitClass::Fraud,
            Self::WeakCrypto
            | Self::DdosAmplifier
            | Self::PotentiallyUnwantedAccessible
            | Self::InformationDisclosure
            | Self::VulnerableSystem => RsitClass::Vulnerable,
            Self::Other | Self::Undetermined => RsitClass::Other,
            Self::Test => RsitClass::Test,
        }
    }
}

/// Some of the classes, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RsitClassSet(u16);

impl RsitClassSet {
    /// Every class.
    pub const ALL: Self = Self(0b1111_1111_1110);

    /// The set with these bits (bit n is the class with code n), or nothing if there is none or another bit.
    #[must_use]
    pub const fn from_bits(bits: u16) -> Option<Self> {
        match bits != 0 && bits & !Self::ALL.0 == 0 {
            true => Some(Self(bits)),
            false => None,
        }
    }

    /// The bits for the store: bit n is the class with code n.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Whether the class is in the set.
    #[must_use]
    pub const fn contains(self, class: RsitClass) -> bool {
        self.0 & (1 << class.code()) != 0
    }

    /// The classes, in the order of their codes.
    pub fn iter(self) -> impl Iterator<Item = RsitClass> {
        let all = RsitClass::ALL.iter().copied();
        all.filter(move |class| self.contains(*class))
    }
}

impl FromIterator<RsitClass> for RsitClassSet {
    /// Collects classes; of none comes the set of all.
    fn from_iter<I: IntoIterator<Item = RsitClass>>(classes: I) -> Self {
        let bits = classes
            .into_iter()
            .fold(0, |bits, class| bits | 1 << class.code());
        Self::from_bits(bits).unwrap_or(Self::ALL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_39_and_stand_in_their_class_by_text_and_code() {
        assert_eq!(RsitType::ALL.len(), 39);
        for rsit in RsitType::ALL {
            let (class, name) = rsit.as_str().split_once('/').unwrap();
            assert_eq!(rsit.class().as_str(), class, "{rsit}");
            assert_eq!(rsit.code() / 100, rsit.class().code(), "{rsit}");
            assert_eq!(name.parse(), Ok(*rsit), "a type is read without its class");
        }
    }

    #[test]
    fn spellings_of_other_systems_are_read() {
        for (text, want) in [
            ("infected-system", RsitType::InfectedSystem),
            ("Infected System", RsitType::InfectedSystem),
            ("c2server", RsitType::C2Server),
            ("C&C", RsitType::C2Server),
            ("vulnerable service", RsitType::VulnerableSystem),
            (
                "unauthorized-use-of-resources",
                RsitType::UnauthorisedUseOfResources,
            ),
            (
                "fraud/unauthorized-use-of-resources",
                RsitType::UnauthorisedUseOfResources,
            ),
            ("blacklist", RsitType::Other),
            ("other/blocklist", RsitType::Other),
            ("undetermined", RsitType::Undetermined),
            ("test", RsitType::Test),
        ] {
            assert_eq!(text.parse(), Ok(want), "{text}");
        }
        for text in [
            "",
            "/",
            "vulnerable",
            "vulnerable/",
            "vulnerable/spam",
            "spam/",
            "fraud",
        ] {
            assert!(text.parse::<RsitType>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_set_of_classes_holds_what_was_put_in_and_none_means_all() {
        assert!(RsitClass::ALL.iter().copied().eq(RsitClassSet::ALL.iter()));
        assert_eq!(RsitClassSet::from_iter([]), RsitClassSet::ALL);
        let two = [RsitClass::Intrusions, RsitClass::Vulnerable];
        let set = RsitClassSet::from_iter(two);
        assert!(set.iter().eq(two));
        assert_eq!(RsitClassSet::from_bits(set.bits()), Some(set));
        for bits in [0, 1, 1 << 12, u16::MAX] {
            assert_eq!(RsitClassSet::from_bits(bits), None, "{bits}");
        }
    }
}
