//! How far information may travel.

crate::vocabulary! {
    /// The traffic light protocol, version 2.0: who may see this. Ordered by restriction.
    ///
    /// Version 1.0 is read as well: WHITE is CLEAR. `TLP:` may be left out.
    pub enum Tlp: "TLP" {
        /// Anybody.
        Clear = 0 => "TLP:CLEAR" | "CLEAR" | "TLP: CLEAR" | "TLP:WHITE" | "WHITE" | "TLP: WHITE",
        /// The recipient's community.
        Green = 1 => "TLP:GREEN" | "GREEN" | "TLP: GREEN",
        /// The recipient's organisation and its clients, where they need to know.
        Amber = 2 => "TLP:AMBER" | "AMBER" | "TLP: AMBER",
        /// The recipient's organisation only.
        AmberStrict = 3 => "TLP:AMBER+STRICT" | "AMBER+STRICT" | "TLP: AMBER+STRICT" | "TLP:AMBER-STRICT" | "AMBER-STRICT",
        /// The named people only.
        Red = 4 => "TLP:RED" | "RED" | "TLP: RED",
    }
}

impl Tlp {
    /// Whether a relay may pass this on to its own customers (TLP 2.0: AMBER yes, AMBER+STRICT no).
    #[must_use]
    pub const fn may_forward(self) -> bool {
        match self {
            Self::Clear | Self::Green | Self::Amber => true,
            Self::AmberStrict | Self::Red => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_marking_is_read() {
        for (text, want) in [
            ("TLP:AMBER+STRICT", Tlp::AmberStrict),
            ("tlp:amber+strict", Tlp::AmberStrict),
            ("amber-strict", Tlp::AmberStrict),
            ("TLP:AMBER_STRICT", Tlp::AmberStrict),
            ("Amber", Tlp::Amber),
            ("tlp:white", Tlp::Clear),
            ("WHITE", Tlp::Clear),
            (" TLP: Red ", Tlp::Red),
        ] {
            assert_eq!(text.parse(), Ok(want), "{text}");
        }
        for text in [
            "",
            "TLP",
            "TLP:",
            "TLP:BLACK",
            "AMBER+",
            "TLP:AMBER+STRICTER",
            "PAP:RED",
            "TLP:RED\0",
        ] {
            assert!(text.parse::<Tlp>().is_err(), "{text}");
        }
    }

    #[test]
    fn markings_are_ordered_by_restriction() {
        let order = [
            Tlp::Clear,
            Tlp::Green,
            Tlp::Amber,
            Tlp::AmberStrict,
            Tlp::Red,
        ];
        assert!(order.is_sorted() && Tlp::ALL == order);
        assert_eq!(order.iter().max(), Some(&Tlp::Red));
        // What may be forwarded may be forwarded with every milder marking too.
        assert!(order.is_sorted_by_key(|marking| !marking.may_forward()));
        assert!(Tlp::Amber.may_forward() && !Tlp::AmberStrict.may_forward());
    }
}
