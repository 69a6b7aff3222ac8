//! Words of programmes: who applies, what is asked of them, and what came of it.

crate::vocabulary! {
    /// The sector in which an applicant works. The ten of a programme that wants the whole of business in it.
    pub enum Sector: "sector" {
        /// Health care and welfare.
        Health = 0 => "health" | "gezondheidszorg",
        /// Trade and services.
        Trade = 1 => "trade" | "handel",
        /// ICT.
        Ict = 2 => "ict",
        /// Agriculture, nature and fisheries.
        Agriculture = 3 => "agriculture" | "landbouw",
        /// Media and communication.
        Media = 4 => "media",
        /// Education, culture and science.
        Education = 5 => "education" | "onderwijs",
        /// Engineering, production and construction.
        Engineering = 6 => "engineering" | "techniek",
        /// Tourism, recreation and catering.
        Tourism = 7 => "tourism" | "toerisme",
        /// Transport and logistics.
        Transport = 8 => "transport",
        /// Another one.
        Other = 9 => "other" | "andere",
    }
}

crate::vocabulary! {
    /// How many people work for an applicant. Steps as in recommendation 2003/361/EC.
    pub enum BusinessSize: "size" {
        /// Fewer than ten.
        Micro = 0 => "micro",
        /// 10 to 49.
        Small = 1 => "small",
        /// 50 to 249.
        Medium = 2 => "medium",
        /// 250 and more.
        Large = 3 => "large",
    }
}

crate::vocabulary! {
    /// What an applicant is before the law.
    pub enum BusinessForm: "legal form" {
        /// A natural person.
        NaturalPerson = 0 => "natural-person",
        /// A legal person under private law.
        PrivateLaw = 1 => "private-law",
        /// A body of the state.
        PublicLaw = 2 => "public-law",
    }
}

crate::vocabulary! {
    /// Whether an applicant has somebody with technical knowledge who answers for security.
    pub enum TechnicalContact: "technical contact" {
        /// Somebody is there.
        Present = 0 => "present",
        /// Somebody will be there before the programme begins.
        Promised = 1 => "promised",
        /// Nobody.
        Absent = 2 => "absent",
    }
}

crate::vocabulary! {
    /// By which version of the published rule the assets of an application are counted (requirement PI-06). A programme keeps
    /// the one with which it was published.
    pub enum CountingRule: "counting rule" {
        /// Each stretch of IPv6 counts once; what is smaller than a /48 counts as the /48 around it.
        First = 1 => "1",
        /// The same with the /32: pieces of one /32 with gaps between them count once together.
        Second = 2 => "2",
    }
}

impl CountingRule {
    /// The rule of programmes that are published from now on.
    pub const NEWEST: Self = Self::Second;
}

crate::vocabulary! {
    /// What every participant must meet.
    pub enum Criterion: "criterion" {
        /// A person or private legal person, established in the Netherlands, that does business.
        Established = 0 => "established",
        /// Served by no other CSIRT by law: not vital, not a digital provider.
        NotVital = 1 => "not-vital",
        /// Served by no relay.
        NoRelay = 2 => "no-relay",
        /// Somebody with technical knowledge answers for security, or will.
        Contact = 3 => "contact",
    }
}

crate::vocabulary! {
    /// Whether a criterion is met.
    pub enum Verdict: "verdict" {
        /// It is.
        Met = 0 => "met",
        /// It is not.
        NotMet = 1 => "not-met",
        /// Somebody has to find out.
        Open = 2 => "open",
    }
}

crate::vocabulary! {
    /// What an application came to.
    pub enum PlaceState: "state of a place" {
        /// It has a place.
        Selected = 0 => "selected",
        /// It has none, and is next when one in its sector comes free.
        Waiting = 1 => "waiting",
        /// It takes part: the agreement is signed.
        Taken = 2 => "taken",
        /// It had a place and gave it up, or lost it, before taking part.
        Released = 3 => "released",
        /// It took part and left.
        Left = 4 => "left",
        /// It took part until the programme was ended.
        Finished = 5 => "finished",
    }
}

impl PlaceState {
    /// Whether it fills one of the places of its programme.
    #[must_use]
    pub const fn is_given(self) -> bool {
        matches!(self, Self::Selected | Self::Taken | Self::Finished)
    }

    /// What becomes of it when its organisation gives it up; `None`: there is nothing to give up.
    #[must_use]
    pub const fn given_up(self) -> Option<Self> {
        match self {
            Self::Selected => Some(Self::Released),
            Self::Taken => Some(Self::Left),
            Self::Waiting | Self::Released | Self::Left | Self::Finished => None,
        }
    }

    /// Whether it takes part, or did until the end.
    #[must_use]
    pub const fn took_part(self) -> bool {
        matches!(self, Self::Taken | Self::Finished)
    }
}

crate::vocabulary! {
    /// A day of a programme that can be moved after everybody saw it, and only to a later one.
    pub enum ProgrammeDay: "day of a programme" {
        /// Applications are taken before it.
        Closing = 0 => "closing",
        /// The last day of the programme.
        End = 1 => "end",
    }
}

crate::vocabulary! {
    /// How far an application is.
    pub enum ApplicationState: "state of an application" {
        /// Somebody fills it in.
        Begun = 0 => "begun",
        /// It was sent in, and counts.
        Submitted = 1 => "submitted",
        /// It was taken back, and does not count.
        Withdrawn = 2 => "withdrawn",
    }
}

crate::vocabulary! {
    /// What the daily look at a mailbox found.
    pub enum MailboxState: "state of a mailbox" {
        /// Mail has a way to it.
        Alive = 0 => "alive",
        /// The DNS did not say for some days.
        Doubtful = 1 => "doubtful",
        /// Mail has no way to it, or the last message of ours was refused for good.
        Dead = 2 => "dead",
    }
}
