//! Counters against rows, and states against each other.
//!
//! Observations may be removed by age, a whole day of receipt at a time. Counters go on counting them, so they are
//! compared from the first day on that has any, and with those of the newest delivery always: that the whole table is
//! gone must not look like age.

/// A question that finds what breaks a rule: one text a row.
pub(super) struct Question {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) sql: &'static str,
}

/// The first day whose observations are kept, for `{kept_from}` in a question.
const KEPT_FROM: &str =
    "(SELECT COALESCE(MIN(received_day), (SELECT MAX(received_day) FROM batch)) FROM observation)";

/// Whether none were removed yet, for `{all_kept}`.
const ALL_KEPT: &str = "((SELECT MIN(received_day) FROM batch WHERE accepted > 0) >= {kept_from})";

impl Question {
    /// The question as the engines take it.
    pub(super) fn sql(&self) -> String {
        self.sql
            .replace("{all_kept}", ALL_KEPT)
            .replace("{kept_from}", KEPT_FROM)
    }
}

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        name: "rows",
        about: "rows read are accepted, duplicate, quarantined or refused",
        sql: "SELECT 'batch ' || batch_no FROM batch
              WHERE rows_read <> accepted + duplicate + quarantined + refused",
    },
    Question {
        name: "reasons",
        about: "rows quarantined or refused are listed with a reason",
        sql: "SELECT 'batch ' || b.batch_no FROM batch b LEFT JOIN (
                  SELECT batch_no, SUM(CASE verdict WHEN 2 THEN 1 ELSE 0 END) AS quarantined,
                         SUM(CASE verdict WHEN 3 THEN 1 ELSE 0 END) AS refused
                  FROM row_issue GROUP BY batch_no) i ON i.batch_no = b.batch_no
              WHERE b.quarantined <> COALESCE(i.quarantined, 0) OR b.refused <> COALESCE(i.refused, 0)",
    },
    Question {
        name: "duties",
        about: "the current episode of each finding is in a message or a queue",
        sql: "SELECT 'finding ' || f.finding_no FROM finding f
              WHERE NOT EXISTS (SELECT 1 FROM notification_line l
                                WHERE l.finding_no = f.finding_no AND l.episode = f.episode AND l.withdrawn IS NULL)
                AND NOT EXISTS (SELECT 1 FROM queue_item q
                                WHERE q.finding_no = f.finding_no AND q.episode = f.episode AND q.state <> 1)",
    },
    Question {
        name: "lines",
        about: "messages that do not collect any more have as many lines as they say",
        sql: "SELECT 'notification ' || n.notification_no FROM notification n LEFT JOIN (
                  SELECT notification_no, COUNT(*) AS lines FROM notification_line
                  WHERE withdrawn IS NULL GROUP BY notification_no) l ON l.notification_no = n.notification_no
              WHERE n.state <> 0 AND n.lines <> COALESCE(l.lines, 0)",
    },
    Question {
        name: "observations",
        about: "each accepted row of a delivery has its observations",
        // Days first, as the table is kept in that order: no sorting of the largest table.
        sql: "SELECT 'batch ' || b.batch_no FROM batch b LEFT JOIN (
                  SELECT received_day, batch_no, COUNT(*) AS lines FROM (
                      SELECT DISTINCT received_day, batch_no, line FROM observation) AS d
                  GROUP BY received_day, batch_no) o
                  ON o.received_day = b.received_day AND o.batch_no = b.batch_no
              WHERE b.received_day >= {kept_from} AND b.accepted <> COALESCE(o.lines, 0)",
    },
    Question {
        name: "sightings",
        about: "findings count their observations, and know the first and the last",
        // The findings follow the observations: the other way round needs an index of its own.
        sql: "SELECT 'finding ' || o.finding_no FROM (
                  SELECT finding_no, COUNT(*) AS times, MIN(observed_at) AS earliest, MAX(observed_at) AS latest
                  FROM observation GROUP BY finding_no) o
              CROSS JOIN finding f
              WHERE f.finding_no = o.finding_no
                AND (f.times_seen < o.times OR f.first_seen > o.earliest OR f.last_seen < o.latest
                     OR ({all_kept} AND (f.times_seen <> o.times OR f.first_seen <> o.earliest
                                         OR f.last_seen <> o.latest)))",
    },
    Question {
        name: "latest",
        about: "the latest observation of each finding is there",
        sql: "SELECT 'finding ' || f.finding_no FROM finding f
              WHERE f.last_day >= {kept_from} AND NOT EXISTS (
                  SELECT 1 FROM observation o
                  WHERE o.received_day = f.last_day AND o.batch_no = f.last_batch AND o.line = f.last_line
                    AND o.side = f.last_side AND o.part = f.last_part AND o.finding_no = f.finding_no)",
    },
    Question {
        name: "citations",
        about: "each line of a message cites an observation of its finding",
        sql: "SELECT 'notification ' || l.notification_no || ', finding ' || l.finding_no
              FROM notification_line l WHERE l.day >= {kept_from} AND NOT EXISTS (
                  SELECT 1 FROM observation o
                  WHERE o.received_day = l.day AND o.batch_no = l.batch_no AND o.line = l.line
                    AND o.side = l.side AND o.part = l.part AND o.finding_no = l.finding_no)",
    },
    Question {
        name: "episodes",
        about: "nothing was decided about an episode that has not begun",
        sql: "SELECT 'notification ' || l.notification_no || ', finding ' || l.finding_no
              FROM notification_line l JOIN finding f ON f.finding_no = l.finding_no WHERE l.episode > f.episode
              UNION ALL
              SELECT 'queue item of finding ' || q.finding_no
              FROM queue_item q JOIN finding f ON f.finding_no = q.finding_no WHERE q.episode > f.episode",
    },
    Question {
        name: "matches",
        about: "findings know whether they have matches",
        sql: "SELECT 'finding ' || f.finding_no FROM finding f
              WHERE (f.match_digest = 0) <> (f.matches = '[]')",
    },
    Question {
        name: "register",
        about: "nothing was decided with a version of the register that is still to come",
        sql: "SELECT 'finding ' || f.finding_no FROM finding f
              WHERE f.matched_with > (SELECT register_version FROM installation)
              UNION ALL
              SELECT 'job ' || j.job_no FROM job j
              WHERE j.stage = 1 AND j.subject_no > (SELECT register_version FROM installation)",
    },
    Question {
        name: "windows",
        about: "messages collect in open windows, and deliveries that are read to their end have closed theirs",
        sql: "SELECT 'notification ' || n.notification_no FROM notification n
              JOIN sending_window w ON w.window_no = n.window_no
              WHERE (n.state = 0 AND w.closed_at IS NOT NULL) OR (n.state IN (1, 2, 3, 5, 6) AND w.closed_at IS NULL)
              UNION ALL
              SELECT 'batch ' || b.batch_no FROM batch b
              JOIN sending_window w ON w.window_no IN (b.window_no, b.urgent_window_no)
              WHERE (b.state IN (0, 3)) = (w.closed_at IS NOT NULL)",
    },
    Question {
        name: "open deliveries",
        about: "each delivery that is not read to its end has a job that will do it",
        sql: "SELECT 'batch ' || b.batch_no FROM batch b WHERE b.state = 0 AND NOT EXISTS (
                  SELECT 1 FROM job j WHERE j.stage = 0 AND j.subject_no = b.batch_no AND j.state IN (0, 1))",
    },
    Question {
        name: "waiting deliveries",
        about: "a delivery waits only where nobody has vetted its source",
        sql: "SELECT 'batch ' || b.batch_no FROM batch b WHERE b.state = 3 AND NOT EXISTS (
                  SELECT 1 FROM source_terms s WHERE s.source_no = b.source_no AND s.state <> 1)",
    },
    Question {
        name: "handed over",
        about: "each message that counts as delivered was handed over to somebody",
        sql: "SELECT 'notification ' || n.notification_no FROM notification n WHERE n.state = 3 AND NOT EXISTS (
                  SELECT 1 FROM delivery d WHERE d.notification_no = n.notification_no AND d.state = 2)",
    },
    Question {
        name: "not mailed",
        about: "what is told without a mail is of a kind that is not mailed, and nobody was",
        sql: "SELECT 'notification ' || n.notification_no FROM notification n
              WHERE (n.state = 6 AND n.kind IN (0, 3)) OR (n.state IN (2, 3, 5) AND n.kind NOT IN (0, 3))
                 OR (n.state = 6 AND EXISTS (SELECT 1 FROM delivery d WHERE d.notification_no = n.notification_no))",
    },
];

/// Of the embedded engine, which keeps keys of findings apart. Where each key is that of its finding, there are as many as
/// findings, and none is in both trees, each finding has its own.
pub(super) const KEYS: Question = Question {
    name: "keys",
    about: "each finding has its key, once",
    sql: "SELECT 'key of finding ' || k.finding_no FROM (
              SELECT * FROM finding_key UNION ALL SELECT * FROM finding_key_new) k
          LEFT JOIN finding f ON f.finding_no = k.finding_no
          WHERE f.finding_no IS NULL
             OR (f.desk_no, f.threat_no, f.endpoint, f.identifier) <> (k.desk_no, k.threat_no, k.endpoint, k.identifier)
          UNION ALL
          SELECT 'findings and keys: ' || f.count || ' and ' || k.count FROM
              (SELECT COUNT(*) AS count FROM finding) f,
              (SELECT (SELECT COUNT(*) FROM finding_key) + (SELECT COUNT(*) FROM finding_key_new) AS count) k
          WHERE f.count <> k.count
          UNION ALL
          SELECT 'key of finding ' || n.finding_no || ', in both trees' FROM finding_key_new n CROSS JOIN finding_key k
          WHERE (k.desk_no, k.threat_no, k.endpoint, k.identifier) = (n.desk_no, n.threat_no, n.endpoint, n.identifier)",
};
