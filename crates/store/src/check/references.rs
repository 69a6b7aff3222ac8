//! Rows that name other rows. No foreign keys: they cost a look-up for every row written, and the flow writes in an order
//! that makes them true. This list is where they are kept.

/// A column that holds the number of a row of another table.
pub(super) struct Reference {
    column: &'static str,
    to: &'static str,
    key: &'static str,
    /// Which rows have one, where that depends.
    only: &'static str,
}

impl Reference {
    /// The question that finds rows of `table` whose other row is not there.
    pub(super) fn sql(&self, table: &str) -> String {
        let Self {
            column,
            to,
            key,
            only,
        } = self;
        format!(
            "SELECT '{column} ' || c.{column} FROM {table} c
             WHERE c.{column} IS NOT NULL AND {only} NOT EXISTS (SELECT 1 FROM {to} p WHERE p.{key} = c.{column})"
        )
    }
}

/// A column that is called as the key of the table that it leads to.
const fn names(column: &'static str, to: &'static str) -> Reference {
    named(column, to, column)
}

const fn named(column: &'static str, to: &'static str, key: &'static str) -> Reference {
    Reference {
        column,
        to,
        key,
        only: "",
    }
}

/// By table.
pub(super) const REFERENCES: &[(&str, &[Reference])] = &[
    ("desk_basis", &[names("desk_no", "desk")]),
    ("party_role", &[names("party_no", "party")]),
    (
        "party_link",
        &[
            named("from_party_no", "party", "party_no"),
            named("to_party_no", "party", "party_no"),
        ],
    ),
    ("party_legal_class", &[names("party_no", "party")]),
    (
        "registration",
        &[
            names("party_no", "party"),
            named("owner_no", "person", "person_no"),
        ],
    ),
    ("contact", &[names("party_no", "party")]),
    ("asset", &[names("party_no", "party")]),
    (
        "asset_dispute",
        &[
            names("asset_no", "asset"),
            named("other_no", "asset", "asset_no"),
        ],
    ),
    (
        "proof_review",
        &[names("asset_no", "asset"), names("party_no", "party")],
    ),
    (
        "contact_detail",
        &[names("contact_no", "contact"), names("party_no", "party")],
    ),
    ("asset_group", &[names("party_no", "party")]),
    (
        "asset_detail",
        &[
            names("asset_no", "asset"),
            names("party_no", "party"),
            names("group_no", "asset_group"),
        ],
    ),
    (
        "asset_claim",
        &[
            names("asset_no", "asset"),
            names("party_no", "party"),
            named("parent_no", "asset", "asset_no"),
        ],
    ),
    (
        "asset_import",
        &[
            names("party_no", "party"),
            named("by_person", "person", "person_no"),
        ],
    ),
    ("network", &[names("party_no", "party")]),
    (
        "batch",
        &[
            names("desk_no", "desk"),
            named("source_no", "party", "party_no"),
            names("window_no", "sending_window"),
            named("urgent_window_no", "sending_window", "window_no"),
        ],
    ),
    ("batch_notice", &[names("batch_no", "batch")]),
    ("drift", &[named("source_no", "party", "party_no")]),
    ("row_issue", &[names("batch_no", "batch")]),
    (
        "observation",
        &[names("batch_no", "batch"), names("finding_no", "finding")],
    ),
    (
        "finding",
        &[names("desk_no", "desk"), names("threat_no", "threat")],
    ),
    (
        "finding_event",
        &[names("finding_no", "finding"), names("batch_no", "batch")],
    ),
    ("finding_match", &[names("asset_no", "asset")]),
    (
        "notification",
        &[
            names("window_no", "sending_window"),
            names("desk_no", "desk"),
            named("recipient_no", "party", "party_no"),
            named("on_behalf_of", "party", "party_no"),
            names("threat_no", "threat"),
        ],
    ),
    (
        "notification_line",
        &[
            names("notification_no", "notification"),
            names("finding_no", "finding"),
            names("asset_no", "asset"),
            names("network_no", "network"),
            names("batch_no", "batch"),
        ],
    ),
    ("queue_item", &[names("finding_no", "finding")]),
    ("delivery", &[names("notification_no", "notification")]),
    (
        "job",
        &[Reference {
            only: "c.stage = 0 AND",
            ..named("subject_no", "batch", "batch_no")
        }],
    ),
    (
        "answer",
        &[
            names("party_no", "party"),
            names("finding_no", "finding"),
            named("assigned_to", "person", "person_no"),
        ],
    ),
    (
        "answer_event",
        &[
            names("party_no", "party"),
            names("finding_no", "finding"),
            names("person_no", "person"),
            named("assigned_to", "person", "person_no"),
        ],
    ),
    (
        "answer_link",
        &[
            names("notification_no", "notification"),
            names("finding_no", "finding"),
        ],
    ),
    (
        "all_clear_wait",
        &[
            names("party_no", "party"),
            names("finding_no", "finding"),
            names("desk_no", "desk"),
            named("source_no", "party", "party_no"),
        ],
    ),
    ("all_clear", &[names("notification_no", "notification")]),
    (
        "ended_message_link",
        &[names("notification_no", "notification")],
    ),
    (
        "phone_call",
        &[
            names("notification_no", "notification"),
            names("party_no", "party"),
            named("taken_by", "person", "person_no"),
        ],
    ),
    (
        "phone_attempt",
        &[
            names("notification_no", "notification"),
            names("party_no", "party"),
            names("person_no", "person"),
            names("contact_no", "contact"),
        ],
    ),
    ("staff_role", &[names("person_no", "person")]),
    (
        "desk_person",
        &[names("person_no", "person"), names("desk_no", "desk")],
    ),
    (
        "desk_key",
        &[names("key_no", "api_key"), names("desk_no", "desk")],
    ),
    (
        "membership",
        &[names("person_no", "person"), names("party_no", "party")],
    ),
    (
        "mandate",
        &[
            names("party_no", "party"),
            named("holder_no", "party", "party_no"),
            names("group_no", "asset_group"),
        ],
    ),
    ("session", &[names("person_no", "person")]),
    (
        "invitation",
        &[names("person_no", "person"), names("party_no", "party")],
    ),
    ("passkey", &[names("person_no", "person")]),
    ("password", &[names("person_no", "person")]),
    ("totp", &[names("person_no", "person")]),
    ("recovery_code", &[names("person_no", "person")]),
    ("sign_in_step", &[names("person_no", "person")]),
    (
        "api_key",
        &[
            names("party_no", "party"),
            named("source_no", "party", "party_no"),
        ],
    ),
    ("idempotency", &[names("key_no", "api_key")]),
    (
        "party_change",
        &[
            names("party_no", "party"),
            Reference {
                only: "c.kind IN (0, 2) AND",
                ..named("subject_no", "notification", "notification_no")
            },
            Reference {
                only: "c.kind = 1 AND",
                ..named("subject_no", "answer_event", "event_no")
            },
        ],
    ),
    ("search_log", &[names("person_no", "person")]),
    (
        "staff_access",
        &[names("session_no", "session"), names("party_no", "party")],
    ),
    (
        "joint_approval_message",
        &[
            names("approval_no", "joint_approval"),
            names("notification_no", "notification"),
        ],
    ),
    (
        "existence_notice",
        &[names("asset_no", "asset"), names("party_no", "party")],
    ),
    ("party_upkeep", &[names("party_no", "party")]),
    (
        "leaving",
        &[names("party_no", "party"), names("person_no", "person")],
    ),
    (
        "mailed_code",
        &[
            Reference {
                only: "c.kind = 0 AND",
                ..named("subject_no", "asset", "asset_no")
            },
            Reference {
                only: "c.kind = 1 AND",
                ..named("subject_no", "contact", "contact_no")
            },
            names("party_no", "party"),
        ],
    ),
    ("application", &[names("programme_no", "programme")]),
    (
        "application_verdict",
        &[names("application_no", "application")],
    ),
    (
        "place",
        &[
            names("application_no", "application"),
            names("programme_no", "programme"),
        ],
    ),
    ("place_override", &[names("application_no", "application")]),
    (
        "count_correction",
        &[
            names("application_no", "application"),
            named("asked_by", "person", "person_no"),
        ],
    ),
    ("agreement", &[names("programme_no", "programme")]),
    (
        "signature",
        &[
            names("agreement_no", "agreement"),
            names("party_no", "party"),
            names("person_no", "person"),
        ],
    ),
    (
        "participant",
        &[
            names("application_no", "application"),
            names("programme_no", "programme"),
            names("party_no", "party"),
        ],
    ),
    (
        "participant_change",
        &[
            names("application_no", "application"),
            names("person_no", "person"),
        ],
    ),
    ("identity", &[names("person_no", "person")]),
    (
        "session_identity",
        &[
            names("session_no", "session"),
            names("identity_no", "identity"),
        ],
    ),
    (
        "advice_version",
        &[
            named("written_by", "person", "person_no"),
            named("decided_by", "person", "person_no"),
        ],
    ),
    (
        "row_repair",
        &[
            names("batch_no", "batch"),
            named("repaired_by", "person", "person_no"),
        ],
    ),
    ("batch_replay", &[names("batch_no", "batch")]),
    ("proof_document", &[names("review_no", "proof_review")]),
    ("contact_key", &[names("party_no", "party")]),
    (
        "usefulness",
        &[
            names("notification_no", "notification"),
            names("threat_no", "threat"),
        ],
    ),
    (
        "complaint",
        &[
            names("notification_no", "notification"),
            names("party_no", "party"),
        ],
    ),
    (
        "complaint_event",
        &[
            names("complaint_no", "complaint"),
            names("person_no", "person"),
        ],
    ),
    (
        "suggestion",
        &[
            Reference {
                only: "c.origin = 2 AND",
                ..named("origin_no", "complaint", "complaint_no")
            },
            Reference {
                only: "c.origin = 3 AND",
                ..named("origin_no", "evaluation", "evaluation_no")
            },
            Reference {
                only: "c.origin = 4 AND",
                ..named("origin_no", "meeting", "meeting_no")
            },
            names("story_no", "story"),
        ],
    ),
    ("mailbox_watch", &[names("application_no", "application")]),
    ("programme_end", &[names("programme_no", "programme")]),
    ("programme_move", &[names("programme_no", "programme")]),
    (
        "programme_alternative",
        &[names("programme_no", "programme")],
    ),
    (
        "handwork",
        &[
            names("programme_no", "programme"),
            names("person_no", "person"),
        ],
    ),
    (
        "month_measure",
        &[Reference {
            only: "c.programme_no <> 0 AND",
            ..names("programme_no", "programme")
        }],
    ),
    (
        "meeting_guest",
        &[names("meeting_no", "meeting"), names("party_no", "party")],
    ),
    (
        "meeting_action",
        &[names("meeting_no", "meeting"), names("person_no", "person")],
    ),
    ("evaluation", &[names("programme_no", "programme")]),
    (
        "evaluation_guest",
        &[
            names("evaluation_no", "evaluation"),
            names("party_no", "party"),
        ],
    ),
    ("survey_question", &[names("evaluation_no", "evaluation")]),
    (
        "survey_answer",
        &[
            names("question_no", "survey_question"),
            names("party_no", "party"),
            names("suggestion_no", "suggestion"),
        ],
    ),
    ("supplier", &[names("party_no", "party")]),
    (
        "care",
        &[
            names("party_no", "party"),
            names("group_no", "asset_group"),
            names("supplier_no", "supplier"),
        ],
    ),
    ("product", &[names("party_no", "party")]),
    (
        "threshold",
        &[names("party_no", "party"), names("group_no", "asset_group")],
    ),
    ("named_source", &[named("source_no", "party", "party_no")]),
    ("relay_agreement", &[named("relay_no", "party", "party_no")]),
    (
        "relay_consent",
        &[
            named("relay_no", "party", "party_no"),
            names("party_no", "party"),
        ],
    ),
    ("source_terms", &[named("source_no", "party", "party_no")]),
    ("source_type", &[named("source_no", "party", "party_no")]),
    (
        "reply",
        &[
            names("notification_no", "notification"),
            named("named_no", "notification", "notification_no"),
        ],
    ),
    ("webhook", &[names("party_no", "party")]),
    (
        "webhook_delivery",
        &[names("webhook_no", "webhook"), names("party_no", "party")],
    ),
    (
        "webhook_set_aside",
        &[names("webhook_no", "webhook"), names("party_no", "party")],
    ),
    ("trade_answer", &[names("application_no", "application")]),
    (
        "customer_report",
        &[names("party_no", "party"), names("finding_no", "finding")],
    ),
    ("customer_list", &[names("party_no", "party")]),
    ("customer_list_issue", &[names("list_no", "customer_list")]),
    ("source_tally", &[named("source_no", "party", "party_no")]),
    ("seen_block", &[named("source_no", "party", "party_no")]),
    ("counted_batch", &[names("batch_no", "batch")]),
    (
        "security_txt",
        &[names("asset_no", "asset"), names("party_no", "party")],
    ),
    ("proof_check", &[names("party_no", "party")]),
    (
        "proof_look",
        &[
            names("check_no", "proof_check"),
            names("party_no", "party"),
            names("asset_no", "asset"),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    /// Numbers that lead to no row: they count within their own row, or nothing is there yet to lead to.
    const LEAD_NOWHERE: &[(&str, &str)] = &[
        ("batch_notice", "notice_no"),
        ("notification", "case_no"),
        // A place in an order, whose row may be gone; and a count.
        ("webhook", "change_no"),
        ("webhook_set_aside", "change_no"),
        ("webhook", "secret_no"),
        // How often an address was corrected.
        ("application", "link_no"),
        // Compared with its finding, by a question of its own.
        ("finding_key", "finding_no"),
        ("finding_key", "desk_no"),
        ("finding_key", "threat_no"),
        ("finding_key_new", "finding_no"),
        ("finding_key_new", "desk_no"),
        ("finding_key_new", "threat_no"),
        // Where the verification got to; a log that was cut off ends before it.
        ("audit_mark", "audit_no"),
    ];

    #[test]
    fn every_column_that_holds_a_number_of_a_row_is_in_the_list() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_embedded(&folder.path().join("seinpost.db")).unwrap();
        store.migrate().unwrap();
        let columns = "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
                       WHERE t.type = 'table' AND c.name LIKE '%\\_no' ESCAPE '\\'
                         AND (c.pk = 0 OR 1 < (SELECT COUNT(*) FROM pragma_table_info(t.name) k WHERE k.pk > 0))";
        let columns = store
            .read(|tx| tx.query(columns, &[], |row| Ok((row.text(0)?, row.text(1)?))))
            .unwrap();
        for (table, column) in columns {
            let listed = REFERENCES.iter().any(|(name, references)| {
                *name == table && references.iter().any(|known| known.column == column)
            });
            let nowhere = LEAD_NOWHERE.contains(&(table.as_str(), column.as_str()));
            assert!(listed || nowhere, "{table}.{column}");
        }
    }
}
