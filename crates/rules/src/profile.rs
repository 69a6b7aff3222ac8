//! What may stand in the profile of an organisation, and which of its products a finding names.

use model::{Product, Profile};

/// Suppliers of an organisation.
pub const SUPPLIERS_MAX: usize = 50;

/// Products that an organisation says it uses.
pub const PRODUCTS_MAX: usize = 200;

/// Characters of a name, a vendor or a reference.
pub const NAME_CHARS_MAX: usize = 100;

/// A product with fewer characters in its name is recognised by its vendor beside it: `F5` and `IIS` stand in many texts.
const TELLING_CHARS_MIN: usize = 4;

/// What is wrong with a profile, and with which entry of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileFlaw {
    /// A supplier has the name of one before it.
    SupplierTwice(usize),
    /// A product is there already.
    ProductTwice(usize),
    /// A group is there already.
    GroupTwice(usize),
    /// Nobody of that name is among the suppliers.
    NoSupplier(usize),
}

/// All that is wrong with a profile.
#[must_use]
pub fn flaws(profile: &Profile) -> Vec<ProfileFlaw> {
    let Profile {
        suppliers,
        care,
        products,
    } = profile;
    let mut flaws = Vec::new();
    for (index, supplier) in suppliers.iter().enumerate() {
        if suppliers[..index].iter().any(|it| it.name == supplier.name) {
            flaws.push(ProfileFlaw::SupplierTwice(index));
        }
    }
    for (index, entry) in care.iter().enumerate() {
        if care[..index].iter().any(|it| it.group_no == entry.group_no) {
            flaws.push(ProfileFlaw::GroupTwice(index));
        }
        let is_known = |name: &String| suppliers.iter().any(|it| it.name == *name);
        if !entry.supplier.as_ref().is_none_or(is_known) {
            flaws.push(ProfileFlaw::NoSupplier(index));
        }
    }
    for (index, product) in products.iter().enumerate() {
        if products[..index].contains(product) {
            flaws.push(ProfileFlaw::ProductTwice(index));
        }
    }
    flaws
}

/// The products that these texts name, in whole words and any case.
#[must_use]
pub fn named_in<'p>(products: &'p [Product], texts: &[&str]) -> Vec<&'p Product> {
    if products.is_empty() {
        return Vec::new();
    }
    let texts: Vec<String> = texts.iter().map(|text| words_of(text)).collect();
    let names = |words: &str| texts.iter().any(|text| text.contains(words));
    let is_named = |product: &&Product| {
        let name = words_of(&product.name);
        let vendor = words_of(&product.vendor);
        let has_words = !name.trim().is_empty();
        let is_telling = product.name.chars().count() >= TELLING_CHARS_MIN;
        let has_vendor = !vendor.trim().is_empty() && names(&vendor);
        has_words && names(&name) && (is_telling || has_vendor)
    };
    products.iter().filter(is_named).collect()
}

/// The words of a text in lower case, with a space around each.
fn words_of(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let mut joined = String::from(" ");
    for word in words.filter(|word| !word.is_empty()) {
        joined.push_str(word);
        joined.push(' ');
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Care, Supplier};

    fn product(vendor: &str, name: &str) -> Product {
        Product {
            vendor: vendor.to_owned(),
            name: name.to_owned(),
        }
    }

    #[test]
    fn a_product_is_named_in_whole_words_whatever_the_case() {
        for (vendor, name, text, want) in [
            ("", "EdgeGate", "edgegate 9.1", true),
            ("", "EdgeGate", "The edge-gate", false),
            ("", "edge gate", "EDGE-GATE/9", true),
            ("", "EdgeGate", "NotEdgeGate", false),
            ("Example", "EdgeGate", "edgegate", true),
            ("", "IIS", "iis 10", false),
            ("Microsoft", "IIS", "Microsoft-IIS/10.0", true),
            ("Microsoft", "IIS", "other iis", false),
            ("", "--", "-- anything", false),
            ("", "Café Box", "café box v2", true),
        ] {
            let products = [product(vendor, name)];
            let named = !named_in(&products, &[text]).is_empty();
            assert_eq!(named, want, "{vendor} {name}: {text}");
        }
    }

    #[test]
    fn all_flaws_of_a_profile_are_named_at_once() {
        let supplier = |name: &str| Supplier {
            name: name.to_owned(),
            email: "help@supplier.example".parse().unwrap(),
        };
        let care = |group_no, supplier: Option<&str>| Care {
            group_no,
            supplier: supplier.map(str::to_owned),
            reference: String::new(),
        };
        let profile = Profile {
            suppliers: vec![supplier("one"), supplier("two"), supplier("one")],
            care: vec![
                care(None, Some("two")),
                care(Some(1), Some("three")),
                care(None, None),
            ],
            products: vec![product("", "a"), product("b", "a"), product("", "a")],
        };
        assert_eq!(
            flaws(&profile),
            [
                ProfileFlaw::SupplierTwice(2),
                ProfileFlaw::NoSupplier(1),
                ProfileFlaw::GroupTwice(2),
                ProfileFlaw::ProductTwice(2),
            ]
        );
        assert_eq!(flaws(&Profile::default()), []);
    }
}
