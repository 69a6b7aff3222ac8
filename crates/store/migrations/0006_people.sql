-- People who sign in, what they may do and for whom, their sessions, and mails about accounts.

-- Anyone who signs in. Retention class: register.
CREATE TABLE person (
    person_no  {id},
    email      TEXT     NOT NULL UNIQUE,     -- as the address is compared: lower case
    name       TEXT     NOT NULL,
    language   SMALLINT,                     -- NULL: what the browser asks for
    created_at BIGINT   NOT NULL,
    seen_at    BIGINT,                       -- last signed in
    closed_at  BIGINT
);

-- What a person does at the desk. Retention class: register.
CREATE TABLE staff_role (
    person_no BIGINT   NOT NULL,
    role      SMALLINT NOT NULL,
    given_at  BIGINT   NOT NULL,
    given_by  TEXT     NOT NULL,
    PRIMARY KEY (person_no, role)
) /*! WITHOUT ROWID */;

-- A person in an organisation, since and until when. Retention class: register.
CREATE TABLE membership (
    membership_no {id},
    person_no     BIGINT   NOT NULL,
    party_no      BIGINT   NOT NULL,
    role          SMALLINT NOT NULL,
    given_at      BIGINT   NOT NULL,
    given_by      TEXT     NOT NULL,
    ended_at      BIGINT,
    ended_by      TEXT     NOT NULL
);
CREATE UNIQUE INDEX membership_of_person ON membership (person_no, party_no) WHERE ended_at IS NULL;
CREATE INDEX membership_of_party ON membership (party_no) WHERE ended_at IS NULL;

-- An organisation lets another one act for it. Retention class: register.
CREATE TABLE mandate (
    mandate_no  {id},
    party_no    BIGINT   NOT NULL,           -- who gives it
    holder_no   BIGINT   NOT NULL,           -- who acts
    group_no    BIGINT,                      -- assets that it is about; NULL: all
    tlp_max     SMALLINT NOT NULL,           -- most restricted marking that the holder sees
    may_answer  SMALLINT NOT NULL,           -- 0: it only reads
    valid_until INTEGER,                     -- first day on which it no longer holds
    given_at    BIGINT   NOT NULL,
    given_by    TEXT     NOT NULL,
    revoked_at  BIGINT,
    revoked_by  TEXT     NOT NULL
);
CREATE UNIQUE INDEX mandate_of_party ON mandate (party_no, holder_no, group_no) WHERE revoked_at IS NULL;
CREATE INDEX mandate_of_holder ON mandate (holder_no) WHERE revoked_at IS NULL;

-- A browser in which somebody signed in. Retention class: job.
CREATE TABLE session (
    session_no {id},
    digest     BYTEA    NOT NULL UNIQUE,     -- of the token in the cookie, which is kept nowhere
    person_no  BIGINT   NOT NULL,
    opened_at  BIGINT   NOT NULL,
    used_at    BIGINT   NOT NULL,            -- exact to a minute
    proved_at  BIGINT   NOT NULL,            -- last time that the person showed a strong factor
    method     TEXT     NOT NULL,            -- how: passkey, totp, recovery, oidc
    browser    TEXT     NOT NULL,            -- family and system, for the list of sessions; never the whole header
    ended_at   BIGINT
);
CREATE INDEX session_of_person ON session (person_no) WHERE ended_at IS NULL;

-- A mail about an account or an organisation, never about findings. Retention class: job.
CREATE TABLE service_mail (
    mail_no     {id},
    kind        TEXT     NOT NULL,           -- folder of its texts
    address     TEXT     NOT NULL,           -- emptied when the mail is done
    language    SMALLINT NOT NULL,
    facts       TEXT     NOT NULL,           -- JSON object for the text; may hold a token, so emptied when the mail is done
    state       SMALLINT NOT NULL,           -- 0 to send, 1 sent, 2 failed
    attempts    INTEGER  NOT NULL,
    due_at      BIGINT   NOT NULL,
    taken_until BIGINT   NOT NULL,           -- how long a worker has it, by the clock of the store
    created_at  BIGINT   NOT NULL,
    finished_at BIGINT,
    outcome     TEXT     NOT NULL
);
CREATE INDEX service_mail_to_send ON service_mail (due_at) WHERE state = 0;
