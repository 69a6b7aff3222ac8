-- What programs need that ask the API: keys, answers that can be given again, and an order of what happened.

-- A key of the API, for an organisation, a source or, where both are NULL, the desk. Retention class: register.
CREATE TABLE api_key (
    key_no     {id},
    digest     BYTEA  NOT NULL,              -- of the secret, which is kept nowhere
    party_no   BIGINT,                       -- the organisation that it acts for
    source_no  BIGINT,                       -- the source as which it delivers
    name       TEXT   NOT NULL,              -- for people
    scopes     TEXT   NOT NULL,              -- words with spaces between them
    made_at    BIGINT NOT NULL,
    made_by    TEXT   NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT,                       -- exact to an hour
    ended_at   BIGINT,
    ended_by   TEXT   NOT NULL
);
CREATE INDEX api_key_of_party ON api_key (party_no) WHERE ended_at IS NULL;

-- What was answered to a request with a key of its own, so that the same request again changes nothing.
-- Retention class: job.
CREATE TABLE idempotency (
    key_no     BIGINT   NOT NULL,            -- who asked
    digest     BYTEA    NOT NULL,            -- of the value of `Idempotency-Key`
    request    BYTEA    NOT NULL,            -- digest of what was asked
    status     SMALLINT NOT NULL,
    location   TEXT     NOT NULL,            -- '' when there is none
    body       TEXT     NOT NULL,
    expires_at BIGINT   NOT NULL,
    PRIMARY KEY (key_no, digest)
) /*! WITHOUT ROWID */;
CREATE INDEX idempotency_by_end ON idempotency (expires_at);

-- What happened for an organisation, in the order in which it can be read. Append only. Retention class: notification.
CREATE TABLE party_change (
    change_no  {id},
    party_no   BIGINT   NOT NULL,
    kind       SMALLINT NOT NULL,            -- 0 a message was approved
    subject_no BIGINT   NOT NULL,            -- number of the notification
    at         BIGINT   NOT NULL,
    UNIQUE (kind, subject_no)                -- a message that is approved once more was told before
);
CREATE INDEX party_change_of_party ON party_change (party_no, change_no);
INSERT INTO party_change (party_no, kind, subject_no, at)
    SELECT recipient_no, 0, notification_no, COALESCE(decided_at, created_at) FROM notification
    WHERE state IN (2, 3, 5) ORDER BY COALESCE(decided_at, created_at), notification_no;
