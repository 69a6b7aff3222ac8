//! The little XML that object storage answers with: flat elements, written by machines.

/// The insides of the elements of that name, in their order. Elements do not hold others of their own name.
pub(super) fn elements<'x>(xml: &'x str, name: &str) -> impl Iterator<Item = &'x str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = xml;
    std::iter::from_fn(move || {
        let (_, behind) = rest.split_once(&open)?;
        let (inside, behind) = behind.split_once(&close)?;
        rest = behind;
        Some(inside)
    })
}

/// The text of the first element of that name.
pub(super) fn text(xml: &str, name: &str) -> Option<String> {
    elements(xml, name).next().map(unescaped)
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&apos;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// A text as it may stand in an element.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_and_texts_unescaped() {
        let xml =
            "<?xml version=\"1.0\"?><List xmlns=\"x\"><Key>a&amp;lt;b</Key><Key/><Key>c</Key><Key>";
        assert_eq!(text(xml, "Key").as_deref(), Some("a&lt;b"));
        let all: Vec<_> = elements(xml, "Key").collect();
        assert_eq!(all, ["a&amp;lt;b", "c"]);
        assert_eq!(text(xml, "Size"), None);
        assert_eq!(escaped("<\"&\">"), "&lt;\"&amp;\"&gt;");
    }
}
