-- What people of the desk write and look at: texts about threats, corrections of rows that were not accepted, documents.

-- A text about a threat as the desk has it, laid over the one of the program. What was approved never changes: going back
-- is another version. Retention class: installation.
CREATE TABLE advice_version (
    version_no {id},
    slug       TEXT     NOT NULL,            -- of the threat, or of an RSIT class for threats without a text
    version    INTEGER  NOT NULL,            -- counts up for each slug, from the program's own on
    text       TEXT     NOT NULL,            -- the whole entry as JSON
    severity   SMALLINT,                     -- of findings from now on; NULL: as the report says
    note       TEXT     NOT NULL,            -- what changed, and why
    state      SMALLINT NOT NULL,            -- 0 draft, 1 waits for a second person, 2 approved, 3 dropped
    written_by BIGINT   NOT NULL,            -- person
    written_at BIGINT   NOT NULL,
    decided_by BIGINT,                       -- person
    decided_at BIGINT
);
CREATE UNIQUE INDEX advice_version_open ON advice_version (slug) WHERE state < 2;
CREATE INDEX advice_version_of_slug ON advice_version (slug, version_no);

-- A field of a row that was not accepted, as somebody of the desk corrected it. The delivery stays as it came; of several
-- repairs of a field the last one counts. Retention class: finding.
CREATE TABLE row_repair (
    repair_no   {id},
    batch_no    BIGINT NOT NULL,
    line        BIGINT NOT NULL,             -- of the delivery
    field       TEXT   NOT NULL,             -- name of the column
    value       TEXT   NOT NULL,
    repaired_at BIGINT NOT NULL,
    repaired_by BIGINT NOT NULL              -- person
);
CREATE INDEX row_repair_of_row ON row_repair (batch_no, line, repair_no);

-- A delivery of which the rows that were not accepted are being read once more, with their repairs. The row goes when that
-- has ended. Retention class: job.
CREATE TABLE batch_replay (
    batch_no  BIGINT PRIMARY KEY,
    next_line BIGINT NOT NULL,               -- first line that no finished chunk has read again
    asked_at  BIGINT NOT NULL
) /*! WITHOUT ROWID */;

-- A document that an organisation sent for a proof. It goes when the desk has decided. Retention class: register.
CREATE TABLE proof_document (
    review_no BIGINT PRIMARY KEY,
    name      TEXT   NOT NULL,               -- as the organisation called the file
    content   BYTEA  NOT NULL,
    sent_at   BIGINT NOT NULL
) /*! WITHOUT ROWID */;
