//! What people read of an action of the audit log, which itself keeps the words of [`AUDIT_ACTIONS`].

use store::AUDIT_ACTIONS;

/// Key of the text for an action; empty for one that another version of the program wrote: then its word is shown.
pub(crate) fn text_of(action: &str) -> String {
    // An earlier version wrote `set roles`.
    let word = action.replace(' ', "-");
    match AUDIT_ACTIONS.binary_search(&&*word) {
        Ok(_) => format!("audit-{}", word.replace('.', "-")),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_action_that_is_recorded_has_a_text_and_every_text_an_action() {
        assert!(AUDIT_ACTIONS.is_sorted());
        let keys: BTreeSet<String> = AUDIT_ACTIONS.iter().map(|it| text_of(it)).collect();
        // The other language has the same keys, as another test sees to.
        let texts = include_str!("../locales/nl/audit.ftl").lines();
        let keys_of_texts = texts.filter_map(|line| line.split_once(" = "));
        let keys_of_texts = keys_of_texts.map(|(key, _)| key.to_owned());
        assert_eq!(keys, keys_of_texts.collect());
        assert_eq!(text_of("set roles"), "audit-set-roles");
        assert_eq!(text_of("of a later version"), "");
    }
}
