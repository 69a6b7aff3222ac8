//! Who reads a message, and in which language.

crate::vocabulary! {
    /// The language of a message or page.
    pub enum Language: "language" {
        /// Dutch.
        Nl = 0 => "nl" | "nld" | "dut" | "nl-NL" | "Nederlands" | "Dutch",
        /// English.
        En = 1 => "en" | "eng" | "en-GB" | "en-US" | "Engels" | "English",
    }
}

crate::vocabulary! {
    /// What the reader of a message can be expected to know.
    pub enum Reader: "reader" {
        /// Runs the business, and has somebody else do the technical work.
        Entrepreneur = 0 => "entrepreneur" | "ondernemer",
        /// Runs the systems.
        Administrator = 1 => "administrator" | "beheerder" | "it",
        /// Watches over the systems of an organisation: risk, traces of abuse, incidents.
        Soc = 2 => "soc" | "ciso" | "sec",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_known_by_the_words_that_registers_use() {
        for (text, want) in [
            ("ondernemer", Reader::Entrepreneur),
            ("IT", Reader::Administrator),
            ("soc", Reader::Soc),
            ("CISO", Reader::Soc),
            ("sec", Reader::Soc),
        ] {
            assert_eq!(text.parse(), Ok(want), "{text}");
        }
        assert_eq!(Reader::from_code(2), Some(Reader::Soc));
        assert!("boss".parse::<Reader>().is_err());
    }
}
