-- What recipients say of the findings that they were told of, and how they find these back.

-- How far an organisation is with a finding, in the episode in which it said so. No row: nobody looked yet.
-- Retention class: finding.
CREATE TABLE answer (
    party_no    BIGINT   NOT NULL,
    finding_no  BIGINT   NOT NULL,
    episode     INTEGER  NOT NULL,
    status      SMALLINT NOT NULL,
    until_day   INTEGER,                     -- a risk is accepted until this day
    assigned_to BIGINT,                      -- person
    answered_at BIGINT   NOT NULL,           -- when the status was given; the clock of what it changes
    version     BIGINT   NOT NULL,           -- counts changes
    PRIMARY KEY (party_no, finding_no)
) /*! WITHOUT ROWID */;
-- Small: most findings are not answered, and of those that are most statuses do not keep anything from being told.
CREATE INDEX answer_that_silences ON answer (finding_no) WHERE status IN (3, 4, 5, 6, 7);
CREATE INDEX answer_by_status ON answer (party_no, status, finding_no);

-- What was said and done about a finding by a recipient. Append only. Retention class: finding.
CREATE TABLE answer_event (
    event_no    {id},
    party_no    BIGINT   NOT NULL,
    finding_no  BIGINT   NOT NULL,
    episode     INTEGER  NOT NULL,
    at          BIGINT   NOT NULL,
    door        SMALLINT NOT NULL,
    actor       TEXT     NOT NULL,           -- person and public id, or the link
    person_no   BIGINT,                      -- where a person signed in
    status      SMALLINT,                    -- NULL: only a comment or an assignment
    until_day   INTEGER,
    patched_day INTEGER,                     -- when it was solved, as far as the recipient says
    assigned_to BIGINT,                      -- person
    comment     TEXT     NOT NULL
);
CREATE INDEX answer_event_by_finding ON answer_event (finding_no, party_no, event_no);

-- A link that was made by forwarding: it answers one finding and nothing else. Links in messages follow from the message
-- and have no row. Retention class: finding.
CREATE TABLE answer_link (
    link_no         {id},
    digest          BYTEA    NOT NULL UNIQUE, -- of the token, which is kept nowhere
    notification_no BIGINT   NOT NULL,        -- the message whose line it shows
    finding_no      BIGINT   NOT NULL,
    created_at      BIGINT   NOT NULL,
    created_by      TEXT     NOT NULL,
    expires_at      BIGINT   NOT NULL
);

-- One row or none: where people reach the pages, as messages name it, whichever machine writes them.
-- Retention class: installation.
CREATE TABLE public_origin (
    one    SMALLINT PRIMARY KEY,             -- always 1
    origin TEXT     NOT NULL                 -- scheme, host and port, without a slash at the end
);

-- The messages of a recipient, newest first and most severe first.
CREATE INDEX notification_told ON notification (recipient_no, notification_no) WHERE state IN (2, 3, 5);
CREATE INDEX notification_told_by_severity ON notification (recipient_no, severity, notification_no)
    WHERE state IN (2, 3, 5);
