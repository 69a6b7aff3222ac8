//! What the words of the trade register mean for an application (requirements PO-02, PI-02).

use model::BusinessForm;

/// The legal form that words of the register stand for, where they leave no doubt. A partnership is several natural persons,
/// or legal ones: its applicant says which.
#[must_use]
pub fn business_form(words: &str) -> Option<BusinessForm> {
    let word: String = words
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    match &word[..] {
        "eenmanszaak" => Some(BusinessForm::NaturalPerson),
        "beslotenvennootschap"
        | "naamlozevennootschap"
        | "stichting"
        | "vereniging"
        | "verenigingvaneigenaars"
        | "coöperatie"
        | "cooperatie"
        | "onderlingewaarborgmaatschappij"
        | "europesenaamlozevennootschap"
        | "kerkgenootschap" => Some(BusinessForm::PrivateLaw),
        "publiekrechtelijkerechtspersoon" => Some(BusinessForm::PublicLaw),
        _ => None,
    }
}

/// Whether two names are the same but for case, spaces and signs.
#[must_use]
pub fn is_same_name(one: &str, other: &str) -> bool {
    let letters = |name: &str| -> String {
        let letters = name.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    letters(one) == letters(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_are_read_where_they_leave_no_doubt() {
        use BusinessForm::{NaturalPerson, PrivateLaw, PublicLaw};
        for (words, want) in [
            ("Eenmanszaak", Some(NaturalPerson)),
            ("BeslotenVennootschap", Some(PrivateLaw)),
            ("Besloten Vennootschap", Some(PrivateLaw)),
            ("Co\u{f6}peratie", Some(PrivateLaw)),
            ("Publiekrechtelijke rechtspersoon", Some(PublicLaw)),
            ("Vennootschap onder firma", None),
            ("Maatschap", None),
            ("", None),
        ] {
            assert_eq!(business_form(words), want, "{words}");
        }
    }

    #[test]
    fn names_are_the_same_whatever_their_signs_and_case() {
        for (one, other, want) in [
            ("Bakery Example B.V.", "bakery  example BV", true),
            ("Bakery Example", "Bakery Example Two", false),
        ] {
            assert_eq!(is_same_name(one, other), want, "{one}");
        }
    }
}
