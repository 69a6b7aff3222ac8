-- Agreements with organisations that get a copy of what is told to others (requirement DI-10).

-- What is agreed with a relay: one agreement each. Retention class: register.
CREATE TABLE relay_agreement (
    relay_no     BIGINT PRIMARY KEY,         -- party
    document     TEXT     NOT NULL,          -- by which the signed document is found
    valid_from   INTEGER  NOT NULL,          -- first day
    valid_until  INTEGER,                    -- last day; NULL: it has no end
    review_on    INTEGER  NOT NULL,          -- day by which somebody looks at it again
    classes      INTEGER  NOT NULL,          -- bits: bit n is the RSIT class with code n
    severity_min SMALLINT NOT NULL,          -- copies begin at this severity
    may_forward  SMALLINT NOT NULL,          -- 1: the relay may pass copies on as far as their marking allows
    feedback     TEXT     NOT NULL,          -- what it tells the desk, and when
    is_ahead     SMALLINT NOT NULL,          -- 1: its first day is still to come
    changed_by   BIGINT   NOT NULL,          -- person of the desk who wrote it like this
    changed_at   BIGINT   NOT NULL,
    confirmed_by BIGINT,                     -- another person of the desk; NULL: nobody yet, so there are no copies
    confirmed_at BIGINT,
    ended_at     BIGINT                      -- when it was ended; NULL: it was not
) /*! WITHOUT ROWID */;

-- That an organisation agrees that a relay gets copies. The days of each period are those of party_link, which has a row from the
-- confirmation on. Retention class: register.
CREATE TABLE relay_consent (
    relay_no     BIGINT  NOT NULL,           -- party
    party_no     BIGINT  NOT NULL,           -- party: the organisation
    agreed_on    INTEGER NOT NULL,           -- day on which it agreed
    ground       TEXT    NOT NULL,           -- how that is known
    entered_by   BIGINT  NOT NULL,           -- person of the desk
    entered_at   BIGINT  NOT NULL,
    confirmed_by BIGINT,                     -- another person of the desk; NULL: nobody yet, so there are no copies
    confirmed_at BIGINT,
    ended_at     BIGINT,                     -- when it was ended; NULL: it was not
    PRIMARY KEY (relay_no, party_no)
) /*! WITHOUT ROWID */;
CREATE INDEX relay_consent_of ON relay_consent (party_no);
