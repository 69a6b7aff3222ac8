-- How people sign in: invitations, what they can show, and steps that were begun.

-- Somebody may make an account, or become a member. Retention class: job.
CREATE TABLE invitation (
    invitation_no {id},
    digest     BYTEA    NOT NULL UNIQUE,     -- of the token in the link, which is kept nowhere
    person_no  BIGINT   NOT NULL,
    party_no   BIGINT,                       -- the organisation to become a member of; NULL: none
    role       SMALLINT,                     -- as what; NULL exactly where there is no organisation
    invited_at BIGINT   NOT NULL,
    invited_by TEXT     NOT NULL,
    expires_at BIGINT   NOT NULL,
    used_at    BIGINT,
    withdrawn_at BIGINT
);
CREATE INDEX invitation_of_person ON invitation (person_no);
CREATE INDEX invitation_of_party ON invitation (party_no) WHERE used_at IS NULL;

-- A passkey of a person. Retention class: register.
CREATE TABLE passkey (
    passkey_no    {id},
    person_no     BIGINT   NOT NULL,
    credential_id BYTEA    NOT NULL UNIQUE,
    passkey       TEXT     NOT NULL,         -- public key and counters, as JSON of the library that checks them
    name          TEXT     NOT NULL,
    added_at      BIGINT   NOT NULL,
    used_at       BIGINT
);
CREATE INDEX passkey_of_person ON passkey (person_no);

-- The password of a person, with its one-time codes. Neither opens anything alone. Retention class: register.
CREATE TABLE password (
    person_no  {number},
    hash       TEXT     NOT NULL,            -- Argon2id with its parameters (PHC string)
    changed_at BIGINT   NOT NULL
);

-- The second factor beside a password. Retention class: register.
CREATE TABLE totp (
    person_no    {number},
    secret       BYTEA    NOT NULL,          -- shared with the person's device, so it cannot be a digest
    added_at     BIGINT   NOT NULL,
    last_step    BIGINT   NOT NULL,          -- half minutes since 1970 of the last code: no code works twice
    wrong        INTEGER  NOT NULL,          -- wrong codes after a right password, since the last right code
    blocked_until BIGINT  NOT NULL           -- no code is looked at before
);

-- A code for somebody who lost a device; each works once. Retention class: register.
CREATE TABLE recovery_code (
    person_no BIGINT   NOT NULL,
    digest    BYTEA    NOT NULL,
    used_at   BIGINT,
    PRIMARY KEY (person_no, digest)
) /*! WITHOUT ROWID */;

-- A step of signing in that was begun and is to be finished once, soon. Retention class: job.
CREATE TABLE sign_in_step (
    digest     BYTEA    NOT NULL PRIMARY KEY, -- of the token that the browser or the mail has
    kind       TEXT     NOT NULL,
    person_no  BIGINT,                        -- whose; NULL: nobody knows yet
    state      TEXT     NOT NULL,             -- what is needed to finish it
    expires_at BIGINT   NOT NULL
);
CREATE INDEX sign_in_step_by_end ON sign_in_step (expires_at);
