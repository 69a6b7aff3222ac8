-- A code that was mailed to an address, to see who reads there. One for each subject; it goes when it was used, and when it
-- has ended. Retention class: register.
CREATE TABLE mailed_code (
    kind       SMALLINT NOT NULL,            -- 0: whether an asset belongs to its organisation; 1: whether a contact is read
    subject_no BIGINT   NOT NULL,            -- the asset or contact
    party_no   BIGINT   NOT NULL,
    digest     BYTEA    NOT NULL,            -- of the code
    address    TEXT     NOT NULL,            -- where it went
    expires_at BIGINT   NOT NULL,
    wrong      SMALLINT NOT NULL,            -- codes that were tried and were wrong
    PRIMARY KEY (kind, subject_no)
) /*! WITHOUT ROWID */;
