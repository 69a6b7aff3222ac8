-- Keys of findings in trees of their own, so that those of new findings can go to a small one first
-- (docs/adr/0008-rows-per-second.md). PostgreSQL keeps its unique index.
--
-- SQLite drops the index of a UNIQUE table only with the table: it is written anew, once.

/*!
DROP VIEW finding_match;

-- Retention class: finding.
CREATE TABLE finding_key (
    desk_no    BIGINT NOT NULL,
    threat_no  BIGINT NOT NULL,
    endpoint   BYTEA  NOT NULL,
    identifier TEXT   NOT NULL,
    finding_no BIGINT NOT NULL,
    PRIMARY KEY (desk_no, threat_no, endpoint, identifier)
) WITHOUT ROWID;

-- A key is here or in the other, never in both. Retention class: finding.
CREATE TABLE finding_key_new (
    desk_no    BIGINT NOT NULL,
    threat_no  BIGINT NOT NULL,
    endpoint   BYTEA  NOT NULL,
    identifier TEXT   NOT NULL,
    finding_no BIGINT NOT NULL,
    PRIMARY KEY (desk_no, threat_no, endpoint, identifier)
) WITHOUT ROWID;

INSERT INTO finding_key (desk_no, threat_no, endpoint, identifier, finding_no)
    SELECT desk_no, threat_no, endpoint, identifier, finding_no FROM finding
    ORDER BY desk_no, threat_no, endpoint, identifier;

-- It becomes `finding`. Retention class: finding.
CREATE TABLE finding_without_index (
    finding_no       {number},
    desk_no          BIGINT   NOT NULL,
    threat_no        BIGINT   NOT NULL,
    endpoint         BYTEA    NOT NULL,
    identifier       TEXT     NOT NULL,
    role             SMALLINT NOT NULL,
    rsit             SMALLINT NOT NULL,
    severity         SMALLINT NOT NULL,
    first_seen       BIGINT   NOT NULL,
    last_seen        BIGINT   NOT NULL,
    times_seen       BIGINT   NOT NULL,
    episode          INTEGER  NOT NULL,
    address          BYTEA,
    host             TEXT,
    asn              BIGINT,
    last_fingerprint BIGINT   NOT NULL,
    last_day         INTEGER  NOT NULL,
    last_batch       BIGINT   NOT NULL,
    last_line        BIGINT   NOT NULL,
    last_side        SMALLINT NOT NULL,
    last_part        SMALLINT NOT NULL,
    match_digest     BIGINT   NOT NULL,
    routed_tlp       SMALLINT NOT NULL,
    tell_again_at    BIGINT   NOT NULL,
    matches          TEXT     NOT NULL DEFAULT '[]',
    matched_with     BIGINT   NOT NULL DEFAULT 0
);
INSERT INTO finding_without_index SELECT * FROM finding ORDER BY finding_no;
DROP TABLE finding;
ALTER TABLE finding_without_index RENAME TO finding;

CREATE VIEW finding_match AS
    SELECT f.finding_no, m.value ->> 0 AS asset_no, m.value ->> 1 AS dimension, m.value ->> 2 AS rank,
        m.value ->> 3 AS valid_from, m.value ->> 4 AS valid_until, f.matched_with AS register_version
    FROM finding f, json_each(f.matches) m;
*/
