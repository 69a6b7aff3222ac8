-- Taking part in a programme: the agreement and who signed it, the mailbox, and what changed at the participant.

-- A version of the agreement of a programme. Retention class: register.
CREATE TABLE agreement (
    agreement_no {id},
    programme_no BIGINT  NOT NULL,
    version      INTEGER NOT NULL,           -- from 1
    text_nl      TEXT    NOT NULL,
    text_en      TEXT    NOT NULL,
    published_at BIGINT  NOT NULL,
    UNIQUE (programme_no, version)
);

-- Somebody signed a version for an organisation. Retention class: register.
CREATE TABLE signature (
    agreement_no BIGINT   NOT NULL,
    party_no     BIGINT   NOT NULL,
    person_no    BIGINT   NOT NULL,
    signatory    TEXT     NOT NULL,          -- name, as the signatory typed it
    language     SMALLINT NOT NULL,          -- of the text that was signed
    digest       TEXT     NOT NULL,          -- of that text: SHA-256
    signed_at    BIGINT   NOT NULL,
    PRIMARY KEY (agreement_no, party_no)
) /*! WITHOUT ROWID */;

-- An application that became an organisation of the register. Retention class: register.
CREATE TABLE participant (
    application_no BIGINT NOT NULL PRIMARY KEY,
    programme_no   BIGINT NOT NULL,
    party_no       BIGINT NOT NULL,
    admitted_at    BIGINT NOT NULL,
    form           TEXT   NOT NULL,          -- what holds now of what was declared: a JSON object
    mailbox        TEXT,                     -- where findings go; a code is sent there
    mailbox_sent_at BIGINT,                  -- when the last code was sent
    mailbox_proved_at BIGINT,                -- when a code was answered
    UNIQUE (party_no, programme_no)
) /*! WITHOUT ROWID */;

-- What a participant reported. Retention class: register.
CREATE TABLE participant_change (
    change_no      {id},
    application_no BIGINT   NOT NULL,
    reported_at    BIGINT   NOT NULL,
    person_no      BIGINT   NOT NULL,
    holds_from     INTEGER  NOT NULL,        -- first day of what was reported
    form           TEXT     NOT NULL,        -- what holds from then on: a JSON object
    is_eligible    SMALLINT NOT NULL         -- whether the criteria are met by it
);
CREATE INDEX participant_change_of ON participant_change (application_no, change_no);
