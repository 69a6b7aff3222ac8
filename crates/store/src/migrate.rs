//! Makes and upgrades the tables. A migration works with the program before it and the program after it.

use crate::connection::{BYTEWISE_POSTGRES, BYTEWISE_SQLITE, TxEngine, values};
use crate::engine::Store;
use crate::error::{Result, StoreError};

/// Every migration in order; its position is its number.
const MIGRATIONS: &[(&str, &str)] = &[
    ("frame", include_str!("../migrations/0001_frame.sql")),
    (
        "partitions",
        include_str!("../migrations/0002_partitions.sql"),
    ),
    ("workers", include_str!("../migrations/0003_workers.sql")),
    (
        "lines by finding",
        include_str!("../migrations/0004_lines_by_finding.sql"),
    ),
    (
        "blob names",
        include_str!("../migrations/0005_blob_names.sql"),
    ),
    ("people", include_str!("../migrations/0006_people.sql")),
    ("sign in", include_str!("../migrations/0007_sign_in.sql")),
    (
        "organisation",
        include_str!("../migrations/0008_organisation.sql"),
    ),
    ("desk", include_str!("../migrations/0009_desk.sql")),
    ("api", include_str!("../migrations/0010_api.sql")),
    ("answers", include_str!("../migrations/0011_answers.sql")),
    (
        "counting in place",
        include_str!("../migrations/0012_counting_in_place.sql"),
    ),
    (
        "existence notices",
        include_str!("../migrations/0013_existence_notices.sql"),
    ),
    (
        "mailed codes",
        include_str!("../migrations/0014_mailed_codes.sql"),
    ),
    ("upkeep", include_str!("../migrations/0015_upkeep.sql")),
    (
        "enrolment",
        include_str!("../migrations/0016_enrolment.sql"),
    ),
    (
        "participation",
        include_str!("../migrations/0017_participation.sql"),
    ),
    ("identity", include_str!("../migrations/0018_identity.sql")),
    (
        "desk work",
        include_str!("../migrations/0019_desk_work.sql"),
    ),
    ("lists", include_str!("../migrations/0020_lists.sql")),
    ("leaving", include_str!("../migrations/0021_leaving.sql")),
    ("parts", include_str!("../migrations/0022_parts.sql")),
    ("labels", include_str!("../migrations/0023_labels.sql")),
    (
        "contact keys",
        include_str!("../migrations/0024_contact_keys.sql"),
    ),
    ("feedback", include_str!("../migrations/0025_feedback.sql")),
    ("pilot", include_str!("../migrations/0026_pilot.sql")),
    (
        "evaluation",
        include_str!("../migrations/0027_evaluation.sql"),
    ),
    ("meeting", include_str!("../migrations/0028_meeting.sql")),
    (
        "open assets",
        include_str!("../migrations/0029_open_assets.sql"),
    ),
    ("profile", include_str!("../migrations/0030_profile.sql")),
    ("coverage", include_str!("../migrations/0031_coverage.sql")),
    ("given up", include_str!("../migrations/0032_given_up.sql")),
    (
        "feedback once",
        include_str!("../migrations/0033_feedback_once.sql"),
    ),
    ("reply", include_str!("../migrations/0034_reply.sql")),
    (
        "office hours",
        include_str!("../migrations/0035_office_hours.sql"),
    ),
    ("webhooks", include_str!("../migrations/0036_webhooks.sql")),
    (
        "trade register",
        include_str!("../migrations/0037_trade_register.sql"),
    ),
    (
        "customer report",
        include_str!("../migrations/0038_customer_report.sql"),
    ),
    (
        "source quality",
        include_str!("../migrations/0039_source_quality.sql"),
    ),
    (
        "legal class",
        include_str!("../migrations/0040_legal_class.sql"),
    ),
    (
        "webhook set aside",
        include_str!("../migrations/0041_webhook_set_aside.sql"),
    ),
    (
        "customer list rows",
        include_str!("../migrations/0042_customer_list_rows.sql"),
    ),
    (
        "security.txt",
        include_str!("../migrations/0043_security_txt.sql"),
    ),
    ("matches", include_str!("../migrations/0044_matches.sql")),
    (
        "preferences",
        include_str!("../migrations/0045_preferences.sql"),
    ),
    (
        "unproved replies",
        include_str!("../migrations/0046_unproved_reply.sql"),
    ),
    (
        "orphaned document",
        include_str!("../migrations/0047_orphaned_document.sql"),
    ),
    (
        "answer links",
        include_str!("../migrations/0048_answer_links.sql"),
    ),
    (
        "disputes inside",
        include_str!("../migrations/0049_disputes_inside.sql"),
    ),
    (
        "taking part",
        include_str!("../migrations/0050_taking_part.sql"),
    ),
    (
        "thresholds",
        include_str!("../migrations/0051_thresholds.sql"),
    ),
    (
        "proof checks",
        include_str!("../migrations/0052_proof_check.sql"),
    ),
    (
        "ends of links to answer",
        include_str!("../migrations/0053_answer_link_ends.sql"),
    ),
    (
        "keys of findings",
        include_str!("../migrations/0054_finding_keys.sql"),
    ),
    (
        "changes of programmes",
        include_str!("../migrations/0055_programme_change.sql"),
    ),
    ("counting", include_str!("../migrations/0056_counting.sql")),
    ("reach", include_str!("../migrations/0057_reach.sql")),
    (
        "registration",
        include_str!("../migrations/0058_registration.sql"),
    ),
    (
        "advice of programs",
        include_str!("../migrations/0059_advice_of_programs.sql"),
    ),
    (
        "links of messages that were ended",
        include_str!("../migrations/0060_ended_message_link.sql"),
    ),
    (
        "telephone numbers of contacts",
        include_str!("../migrations/0061_contact_phone.sql"),
    ),
    (
        "what is not seen any more",
        include_str!("../migrations/0062_all_clear.sql"),
    ),
    (
        "suppliers of single assets",
        include_str!("../migrations/0063_asset_supplier.sql"),
    ),
    ("sources", include_str!("../migrations/0064_sources.sql")),
    ("calls", include_str!("../migrations/0065_calls.sql")),
    ("relay", include_str!("../migrations/0066_relay.sql")),
    (
        "who works at which desk",
        include_str!("../migrations/0067_desks.sql"),
    ),
    (
        "memberships and mandates that ended",
        include_str!("../migrations/0068_ever.sql"),
    ),
    (
        "covering indices",
        include_str!("../migrations/0069_covering.sql"),
    ),
];

/// How far the tables are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MigrationState {
    /// Number of the last migration that was applied; 0 for an empty store.
    pub applied: i64,
    /// Number of the last migration that this program knows.
    pub known: i64,
}

/// Stands for the tables that this program makes, in 32 characters: another text of a migration gives another. For whoever keeps
/// stores with nothing in them, as tests do.
#[must_use]
pub fn tables_digest() -> String {
    let mut hasher = blake3::Hasher::new();
    for (_, sql) in MIGRATIONS {
        hasher.update(sql.as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Number of the last migration that this program knows.
pub(crate) fn known() -> i64 {
    MIGRATIONS.len() as i64
}

impl Store {
    /// Applies what is missing, all in one transaction; says where the tables were and are.
    ///
    /// # Errors
    /// When the store is newer than the program, was moved away, or a statement fails; nothing is changed then.
    pub fn migrate(&self) -> Result<MigrationState> {
        self.write(|tx| {
            if let Some(moved) = tx.moved()? {
                return Err(moved.into());
            }
            tx.make_migration_table()?;
            let applied = tx.last_migration()?;
            let known = known();
            if applied > known {
                return Err(StoreError::Migration {
                    found: applied,
                    needed: known,
                });
            }
            for (index, (name, sql)) in MIGRATIONS.iter().enumerate().skip(applied as usize) {
                tx.run_script(sql)?;
                let number = index as i64 + 1;
                tx.execute(
                    "INSERT INTO migration (number, name) VALUES ($1, $2)",
                    values![number, *name],
                )?;
            }
            if applied == 0 {
                tx.install()?;
            }
            Ok(MigrationState { applied, known })
        })
    }

    /// How far the tables are, without changing anything.
    ///
    /// # Errors
    /// When the store does not answer.
    pub fn migration_state(&self) -> Result<MigrationState> {
        let known = known();
        self.read(|tx| {
            let applied = if tx.has_table("migration")? {
                tx.last_migration()?
            } else {
                0
            };
            Ok(MigrationState { applied, known })
        })
    }
}

impl crate::Tx<'_> {
    fn make_migration_table(&mut self) -> Result<()> {
        if let TxEngine::Postgres { tx, .. } = &mut self.engine {
            // Two programs that start together: the second waits here and then finds nothing to do.
            tx.batch_execute("SELECT pg_advisory_xact_lock(73190142)")?;
        }
        self.run_script(
            "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL)",
        )
    }

    pub(crate) fn last_migration(&mut self) -> Result<i64> {
        self.query_int("SELECT COALESCE(MAX(number), 0) FROM migration", &[])
    }

    pub(crate) fn has_table(&mut self, name: &str) -> Result<bool> {
        let sql = match self.engine {
            TxEngine::Sqlite(_) => "SELECT COUNT(*) FROM sqlite_schema WHERE name = $1",
            TxEngine::Postgres { .. } => {
                "SELECT COUNT(*) FROM information_schema.tables
                 WHERE table_name = CAST($1 AS TEXT) AND table_schema = current_schema()"
            }
        };
        Ok(self.query_int(sql, values![name])? > 0)
    }

    /// Runs statements after filling in what each engine spells its own way (see `0001_frame.sql`).
    fn run_script(&mut self, sql: &str) -> Result<()> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => {
                let sql = without_blocks_of_postgres(sql)
                    .replace("{id}", "INTEGER PRIMARY KEY AUTOINCREMENT")
                    .replace("{number}", "INTEGER PRIMARY KEY")
                    .replace("{bytewise}", BYTEWISE_SQLITE)
                    .replace("/*!", "")
                    .replace("*/", "");
                Ok(connection.execute_batch(&sql)?)
            }
            TxEngine::Postgres { tx, .. } => {
                let identity = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY";
                let sql = sql
                    .replace("{id}", identity)
                    .replace("{number}", "BIGINT PRIMARY KEY")
                    .replace("{bytewise}", BYTEWISE_POSTGRES);
                Ok(tx.batch_execute(&sql)?)
            }
        }
    }
}

/// Leaves out what stands between lines `--{postgres` and `--}`, which are comments to PostgreSQL.
fn without_blocks_of_postgres(sql: &str) -> String {
    let mut is_theirs = false;
    let ours = sql.lines().filter(|line| {
        is_theirs |= line.starts_with("--{postgres");
        let is_ours = !is_theirs;
        is_theirs &= !line.starts_with("--}");
        is_ours
    });
    ours.collect::<Vec<_>>().join("\n")
}
