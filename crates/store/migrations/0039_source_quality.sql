-- What sources can learn of what became of their reports: counted beside the flow, month by month.

-- A number of a month, of one report type of one source. Retention class: register.
CREATE TABLE source_tally (
    source_no   BIGINT   NOT NULL,           -- party
    month       INTEGER  NOT NULL,           -- its first day; the month of receipt
    report_type TEXT     NOT NULL,
    kind        SMALLINT NOT NULL,           -- what is counted
    detail      TEXT     NOT NULL,           -- of what exactly: a reason, hours; '' where there is one number
    total       BIGINT   NOT NULL,
    PRIMARY KEY (source_no, month, report_type, kind, detail)
) /*! WITHOUT ROWID */;

-- Which of 32,768 findings in a row a report type of a source showed in a month. It goes when the month is no longer
-- counted. Retention class: job.
CREATE TABLE seen_block (
    month       INTEGER NOT NULL,
    block       BIGINT  NOT NULL,            -- the number of a finding divided by 32,768
    source_no   BIGINT  NOT NULL,            -- party
    report_type TEXT    NOT NULL,
    members     BYTEA   NOT NULL,
    PRIMARY KEY (month, block, source_no, report_type)
) /*! WITHOUT ROWID */;

-- A delivery whose observations are counted. It goes with the blocks of its month. Retention class: job.
CREATE TABLE counted_batch (
    batch_no     BIGINT PRIMARY KEY,
    accepted     BIGINT NOT NULL,            -- rows that were accepted by then: a repair makes it more
    observations BIGINT NOT NULL
) /*! WITHOUT ROWID */;
