//! Which stages of the flow a worker does.

use std::fmt;
use std::str::FromStr;

use store::Stage;

/// The name of handing over, which takes messages, not jobs.
const DISTRIBUTE: &str = "distribute";

/// Stages, named as in the flow: `process`, `matching`, `distribute`, `upkeep`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stages {
    pub(super) jobs: Vec<Stage>,
    pub(super) distributes: bool,
}

/// A text that names no stage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no stage; there are {}, or `none`", model::shown(.0), Stages::all())]
pub struct UnknownStage(String);

impl Stages {
    /// Everything.
    pub fn all() -> Self {
        Self {
            jobs: Stage::ALL.to_vec(),
            distributes: true,
        }
    }

    /// Whether messages are handed over.
    pub fn distributes(&self) -> bool {
        self.distributes
    }

    /// Whether what only grows is put in order, and proofs of ownership are looked for.
    pub fn keeps_up(&self) -> bool {
        self.jobs.contains(&Stage::Upkeep)
    }

    /// Whether this is no stage at all.
    pub fn is_none(&self) -> bool {
        self.jobs.is_empty() && !self.distributes
    }
}

impl FromStr for Stages {
    type Err = UnknownStage;

    /// Reads names with commas between them; `none` is no stage.
    fn from_str(text: &str) -> Result<Self, UnknownStage> {
        let mut stages = Self {
            jobs: Vec::new(),
            distributes: false,
        };
        if text.trim() == "none" {
            return Ok(stages);
        }
        for name in text.split(',').map(str::trim) {
            match name.parse() {
                Ok(stage) => stages.jobs.push(stage),
                Err(_) if name == DISTRIBUTE => stages.distributes = true,
                Err(_) => return Err(UnknownStage(name.to_owned())),
            }
        }
        Ok(stages)
    }
}

impl fmt::Display for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let jobs = self.jobs.iter().map(|stage| stage.as_str());
        let names: Vec<_> = jobs.chain(self.distributes.then_some(DISTRIBUTE)).collect();
        f.write_str(if names.is_empty() { "none" } else { "" })?;
        f.write_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_read_as_they_are_written() {
        for text in [
            "process",
            "matching,distribute",
            "process,matching,upkeep,distribute",
            "none",
        ] {
            assert_eq!(text.parse::<Stages>().unwrap().to_string(), text);
        }
        assert_eq!(
            "distribute, process".parse::<Stages>().unwrap().to_string(),
            "process,distribute"
        );
        for text in ["", "proces", "process,", "none,process"] {
            assert!(text.parse::<Stages>().is_err(), "{text}");
        }
    }
}
