//! Closed sets of words, each with a stable number for the store and a stable text for people and files.
//!
//! A set is written down once with [`vocabulary!`](crate::vocabulary!). Numbers and texts are never reused: rows
//! and files of years ago must keep their meaning.

use crate::shown;

/// Serde, for the code that [`vocabulary!`](crate::vocabulary!) writes in other crates.
#[doc(hidden)]
pub use serde as __serde;

/// A word that is not in a closed set. The message lists the words that are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be one of {}, not `{}`", known.join(", "), shown(text))]
pub struct UnknownWord {
    /// What was being read, for example `severity`.
    pub what: &'static str,
    /// The text that stood there.
    pub text: String,
    /// The words of the set, in the order of their definition, without aliases.
    pub known: Vec<&'static str>,
}

/// Whether two words are the same to a reader: any ASCII case, and `_`, space and `-` alike.
#[must_use]
pub fn is_same_word(left: &str, right: &str) -> bool {
    fn folded(byte: u8) -> u8 {
        match byte {
            b'_' | b' ' => b'-',
            other => other.to_ascii_lowercase(),
        }
    }
    left.len() == right.len()
        && left
            .bytes()
            .zip(right.bytes())
            .all(|(left, right)| folded(left) == folded(right))
}

/// Defines a closed set: an enum with a stable `code()`, a stable text and everything to read both back.
///
/// ```
/// model::vocabulary! {
///     /// How a door stands.
///     pub enum Door: "door" {
///         /// Nobody gets through.
///         Shut = 0 => "shut" | "closed",
///         /// Anybody gets through.
///         WideOpen = 1 => "wide-open",
///     }
/// }
/// assert_eq!("Wide Open".parse(), Ok(Door::WideOpen));
/// assert_eq!("closed".parse(), Ok(Door::Shut));
/// assert_eq!(Door::from_code(1), Some(Door::WideOpen));
/// assert_eq!(
///     "ajar".parse::<Door>().unwrap_err().to_string(),
///     "door must be one of shut, wide-open, not `ajar`",
/// );
/// ```
///
/// The literal after the name is what error messages call the set. After `=>` comes the text, and after each `|`
/// an alias that is read but never written. Values are ordered by their code.
#[macro_export]
macro_rules! vocabulary {
    (
        $(#[$enum_meta:meta])*
        $visibility:vis enum $name:ident: $what:literal {
            $(
                $(#[$meta:meta])*
                $variant:ident = $code:literal => $text:literal $(| $alias:literal)*
            ),+ $(,)?
        }
    ) => {
        $(#[$enum_meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(i16)]
        $visibility enum $name {
            $($(#[$meta])* $variant = $code,)+
        }

        impl $name {
            /// Every value, in the order of its definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The number that stands for this value in the store. It never changes.
            #[must_use]
            pub const fn code(self) -> i16 {
                self as i16
            }

            /// The value with this number, or nothing if there is none.
            #[must_use]
            pub const fn from_code(code: i16) -> ::core::option::Option<Self> {
                match code {
                    $($code => ::core::option::Option::Some(Self::$variant),)+
                    _ => ::core::option::Option::None,
                }
            }

            /// The text that stands for this value in files, messages and the API. It never changes.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::vocabulary::UnknownWord;

            /// Accepts the text and its aliases in any ASCII case, with `_`, space and `-` alike.
            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                let word = text.trim();
                $(
                    if $crate::vocabulary::is_same_word(word, $text)
                        $(|| $crate::vocabulary::is_same_word(word, $alias))*
                    {
                        return ::core::result::Result::Ok(Self::$variant);
                    }
                )+
                ::core::result::Result::Err($crate::vocabulary::UnknownWord {
                    what: $what,
                    text: ::std::string::String::from(text),
                    known: ::std::vec![$($text),+],
                })
            }
        }

        $crate::serde_as_text!($name, $what);
    };
}

/// Lets serde write a noun as its `Display` text and read it back with `FromStr`.
#[macro_export]
macro_rules! serde_as_text {
    ($name:ty, $what:literal) => {
        impl $crate::vocabulary::__serde::Serialize for $name {
            fn serialize<S: $crate::vocabulary::__serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> $crate::vocabulary::__serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::vocabulary::__serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                struct TextVisitor;
                impl $crate::vocabulary::__serde::de::Visitor<'_> for TextVisitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                        f.write_str(::core::concat!("the text of a ", $what))
                    }

                    fn visit_str<E: $crate::vocabulary::__serde::de::Error>(
                        self,
                        text: &str,
                    ) -> ::core::result::Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(TextVisitor)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RsitType, Severity};

    #[test]
    fn words_are_the_same_in_any_case_and_with_any_separator() {
        for (left, right, same) in [
            ("c2-server", "C2_Server", true),
            ("c2-server", "c2 server", true),
            ("", "", true),
            ("c2-server", "c2server", false),
            ("c2-server", "c2--server", false),
            ("\u{212a}", "k", false),
        ] {
            assert_eq!(is_same_word(left, right), same, "{left} {right}");
        }
    }

    #[test]
    fn unknown_word_lists_the_known_ones_and_shows_what_stood_there() {
        let error = "se\u{1b}[31mvere".parse::<Severity>().unwrap_err();
        let want =
            "severity must be one of info, low, medium, high, critical, not `se\\u{1b}[31mvere`";
        assert_eq!(error.to_string(), want);
    }

    #[test]
    fn serde_writes_and_reads_the_text() {
        let json = serde_json::to_string(&RsitType::C2Server).unwrap();
        assert_eq!(json, "\"malicious-code/c2-server\"");
        assert_eq!(
            serde_json::from_str::<RsitType>("\"C&C\"").unwrap(),
            RsitType::C2Server
        );
        for json in ["\"c3\"", "1", "null", "[]"] {
            assert!(serde_json::from_str::<RsitType>(json).is_err(), "{json}");
        }
    }
}
