-- Messages that what was called solved is not seen any more (requirement DI-01), and what waits for them.

-- The day (UTC) of the earliest sighting that a delivery lists; NULL: none yet, or it came before this was noted.
ALTER TABLE batch ADD COLUMN report_day INTEGER;
CREATE INDEX batch_by_report_day ON batch (desk_no, source_no, report_type, report_day) WHERE report_day IS NOT NULL;

-- What an organisation called solved, and later reports have yet to lack. A row goes when it was decided, when the answer changes,
-- and after 90 days. Retention class: job.
CREATE TABLE all_clear_wait (
    party_no    BIGINT  NOT NULL,
    finding_no  BIGINT  NOT NULL,
    episode     INTEGER NOT NULL,
    answered_at BIGINT  NOT NULL,            -- as in answer: another answer is another row
    desk_no     BIGINT  NOT NULL,
    source_no   BIGINT  NOT NULL,            -- party: whose reports it waits for
    report_type TEXT    NOT NULL,            -- and of which type
    PRIMARY KEY (party_no, finding_no)
) /*! WITHOUT ROWID */;
CREATE INDEX all_clear_wait_by_report ON all_clear_wait (desk_no, source_no, report_type, answered_at);

-- From what a message of kind 3 concludes that nothing is seen any more. Retention class: notification.
CREATE TABLE all_clear (
    notification_no BIGINT  NOT NULL PRIMARY KEY,
    earlier_day     INTEGER NOT NULL,        -- of the two reports that lack it
    later_day       INTEGER NOT NULL
);
