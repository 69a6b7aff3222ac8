//! Numbers on the command line.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use model::in_words;

/// Reads a number within bounds; what is wrong is said in words.
pub(crate) fn within<N>(
    bounds: RangeInclusive<N>,
) -> impl Fn(&str) -> Result<N, String> + Clone + Send + Sync + 'static
where
    N: FromStr<Err: Display> + Display + PartialOrd + Clone + Send + Sync + 'static,
{
    move |text| {
        let number = text.parse().map_err(|error| in_words(&error))?;
        match bounds.contains(&number) {
            true => Ok(number),
            false => Err(format!(
                "a number from {} to {} is expected",
                bounds.start(),
                bounds.end()
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_refused_in_words() {
        let read = within(1..=64_u64);
        assert_eq!(read("64"), Ok(64));
        assert_eq!(read("many").unwrap_err(), "a whole number is expected");
        assert_eq!(read("0").unwrap_err(), "a number from 1 to 64 is expected");
    }
}
