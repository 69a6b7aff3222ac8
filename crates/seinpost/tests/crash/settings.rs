//! What `scripts/crash` asks for, from variables of the environment.

use std::path::PathBuf;
use std::time::Duration;

use testkit::Engine;

/// How the kills are tried.
pub(crate) struct Settings {
    /// Everything random follows from it.
    pub(crate) seed: u64,
    /// Kills that must fall, for each engine.
    pub(crate) kills: u64,
    /// Goes on with other seeds for so long, if it is not zero.
    pub(crate) lasting: Duration,
    /// Kills that must fall in each stage.
    pub(crate) kills_per_stage: u64,
    /// The program that is tried.
    pub(crate) program: PathBuf,
    engine: String,
}

impl Settings {
    pub(crate) fn read() -> Self {
        let text = |name: &str| std::env::var(format!("SEINPOST_CRASH_{name}")).ok();
        let number = |name: &str, usual: u64| match text(name) {
            Some(given) => given
                .parse()
                .unwrap_or_else(|error| panic!("SEINPOST_CRASH_{name}=`{given}`: {error}")),
            None => usual,
        };
        let kills = number("KILLS", 40);
        Self {
            seed: number("SEED", 1),
            kills,
            lasting: Duration::from_secs(number("HOURS", 0) * 3_600 + number("MINUTES", 0) * 60),
            // A short run hits most stages; the long one shows that each was hit.
            kills_per_stage: number("PER_STAGE", kills / 50),
            program: text("PROGRAM")
                .map_or_else(|| env!("CARGO_BIN_EXE_seinpost").into(), PathBuf::from),
            engine: text("ENGINE").unwrap_or_else(|| "both".into()),
        }
    }

    /// Whether this engine is asked for.
    pub(crate) fn wants(&self, engine: Engine) -> bool {
        match self.engine.as_str() {
            "both" => true,
            "embedded" => engine == Engine::Embedded,
            "postgres" => engine == Engine::Postgres,
            other => {
                panic!("SEINPOST_CRASH_ENGINE=`{other}`: embedded, postgres or both is expected")
            }
        }
    }
}
