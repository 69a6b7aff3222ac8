-- Sources that the desk looks at before anything of them is told.

-- What is agreed with a source, and how far the desk is with it. A source without a row was there before the desk kept this, or
-- was named by whoever runs the installation: it counts as vetted. Retention class: register.
CREATE TABLE source_terms (
    source_no         BIGINT PRIMARY KEY,    -- party
    state             SMALLINT NOT NULL,     -- 0 proposed, 1 vetted, 2 stopped
    proposed_by       BIGINT,                -- person of the desk; NULL: a program, or nobody had to
    proposed_at       BIGINT,
    changed_by        BIGINT,                -- person of the desk who changed last what is agreed, since it was proposed
    vetted_by         BIGINT,                -- person of the desk, another one than who proposed it or changed it last
    vetted_at         BIGINT,
    stopped_at        BIGINT,
    reason            TEXT     NOT NULL,     -- why it was stopped, as the source reads it; empty: it was not
    held_at           BIGINT,                -- when a delivery began to wait last
    mandate           TEXT     NOT NULL,     -- by what right the source gives reports
    lawful_basis      TEXT     NOT NULL,     -- why the desk may take them
    agreement_until   INTEGER,               -- last day of the agreement; NULL: it has no end
    tlp               SMALLINT NOT NULL,     -- of deliveries that name no marking
    reliability       SMALLINT NOT NULL,     -- admiralty code: 0 is A
    credibility       SMALLINT NOT NULL
) /*! WITHOUT ROWID */;

-- Report types that a source may deliver; without a row it may deliver each. Retention class: register.
CREATE TABLE source_type (
    source_no   BIGINT NOT NULL,             -- party
    report_type TEXT   NOT NULL,             -- as a batch has it
    PRIMARY KEY (source_no, report_type)
) /*! WITHOUT ROWID */;

-- When a delivery waited no longer until its source is vetted; NULL: it never waited, or still does.
ALTER TABLE batch ADD COLUMN released_at BIGINT;
-- 1: it waited, was not read yet and its sender named no marking, so it gets the one that is agreed when it is read.
ALTER TABLE batch ADD COLUMN takes_tlp SMALLINT NOT NULL DEFAULT 0;

-- State 3: a delivery of a source that is not vetted, which is read when it is.
CREATE INDEX batch_waiting ON batch (source_no, batch_no) WHERE state = 3;
