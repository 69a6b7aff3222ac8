-- The analysts' desk: what it looks up, why its people looked at data of others, how far the audit log was verified, and
-- what needs a second person.

-- Deliveries of a source, newest last.
CREATE INDEX batch_of_source ON batch (source_no, batch_no);

-- Organisations by the begin of their name, in bytes: the order of a language differs from machine to machine.
CREATE INDEX party_by_name ON party (lower(name) {bytewise});

-- The audit log by who, what, on what and when.
CREATE INDEX audit_by_actor ON audit (actor, audit_no);
CREATE INDEX audit_by_action ON audit (action, audit_no);
CREATE INDEX audit_by_time ON audit (at);

-- One row: up to where the chain of the audit log was verified. Retention class: installation.
CREATE TABLE audit_mark (
    one         SMALLINT PRIMARY KEY,        -- always 1
    audit_no    BIGINT   NOT NULL,           -- last row that was verified
    hash        BYTEA    NOT NULL,           -- of that row
    verified_at BIGINT   NOT NULL,
    whole_at    BIGINT   NOT NULL            -- when it was last verified from the first row on
);

-- What somebody of the desk looked for, and why. The value stands here as a keyed digest: whoever knows a value can ask
-- whether it was looked for, and nobody can read what was. Retention class: audit.
CREATE TABLE search_log (
    search_no {id},
    at        BIGINT NOT NULL,
    person_no BIGINT NOT NULL,
    reason    TEXT   NOT NULL,
    case_ref  TEXT   NOT NULL,               -- '' when there is none
    kind      TEXT   NOT NULL,               -- address, domain, reference or name
    digest    BYTEA  NOT NULL,
    results   BIGINT NOT NULL
);
CREATE INDEX search_log_by_digest ON search_log (digest, search_no);

-- Why somebody of the desk reads one organisation's data, for a while. Retention class: job.
CREATE TABLE staff_access (
    session_no BIGINT NOT NULL,
    party_no   BIGINT NOT NULL,
    reason     TEXT   NOT NULL,
    ends_at    BIGINT NOT NULL,
    PRIMARY KEY (session_no, party_no)
) /*! WITHOUT ROWID */;

-- An approval of many messages, which a second person confirms. Retention class: notification.
CREATE TABLE joint_approval (
    approval_no {id},
    asked_at    BIGINT NOT NULL,
    asked_by    BIGINT NOT NULL,             -- person
    reason      TEXT   NOT NULL,
    recipients  BIGINT NOT NULL,
    ended_at    BIGINT,
    ended_by    BIGINT,                      -- person
    confirmed   SMALLINT                     -- 1: the messages were approved, 0: it was dropped
);

-- Messages of such an approval. Retention class: notification.
CREATE TABLE joint_approval_message (
    approval_no     BIGINT NOT NULL,
    notification_no BIGINT NOT NULL,
    PRIMARY KEY (approval_no, notification_no)
) /*! WITHOUT ROWID */;
