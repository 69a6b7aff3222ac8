-- What recipients say of the service itself: whether messages are useful, complaints, suggestions and what became of them.

-- Whether a message was useful, as its recipient said last. Retention class: notification.
CREATE TABLE usefulness (
    notification_no BIGINT   PRIMARY KEY,
    threat_no       BIGINT   NOT NULL,       -- of the message, so that counting reads one index
    reader          SMALLINT NOT NULL,       -- for whom the message was written
    verdict         SMALLINT NOT NULL,
    text            TEXT     NOT NULL,       -- why; emptied after a year
    said_at         BIGINT   NOT NULL
) /*! WITHOUT ROWID */;
CREATE INDEX usefulness_by_time ON usefulness (said_at, threat_no, reader, verdict);
CREATE INDEX usefulness_why ON usefulness (said_at) WHERE text <> '';

-- A complaint about the service. A year after its end, who complained and what was written is emptied.
-- Retention class: register.
CREATE TABLE complaint (
    complaint_no    {id},
    received_at     BIGINT   NOT NULL,
    acknowledge_on  INTEGER  NOT NULL,       -- last day for saying that it is being looked at
    answer_on       INTEGER  NOT NULL,       -- last day for the answer
    door            SMALLINT NOT NULL,
    state           SMALLINT NOT NULL,       -- 0 received, 1 acknowledged, 2 answered, 3 withdrawn
    notification_no BIGINT,                  -- the message that it is about
    party_no        BIGINT,                  -- for which organisation
    name            TEXT     NOT NULL,
    email           TEXT,
    phone           TEXT     NOT NULL,
    language        SMALLINT NOT NULL,
    text            TEXT     NOT NULL,
    ended_at        BIGINT,
    forgotten_at    BIGINT
);
CREATE INDEX complaint_open ON complaint (answer_on, complaint_no) WHERE state < 2;
CREATE INDEX complaint_ended ON complaint (complaint_no) WHERE state >= 2;
CREATE INDEX complaint_to_forget ON complaint (ended_at) WHERE forgotten_at IS NULL;

-- What the desk did about a complaint. Append only, and emptied with it. Retention class: register.
CREATE TABLE complaint_event (
    event_no     {id},
    complaint_no BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    person_no    BIGINT NOT NULL,            -- who of the desk
    state        SMALLINT,                   -- NULL: a note, for the desk alone
    text         TEXT   NOT NULL
);
CREATE INDEX complaint_event_of ON complaint_event (complaint_no, event_no);

-- What is to change in the service, for whom and why. Retention class: register.
CREATE TABLE story (
    story_no     {id},
    title_nl     TEXT     NOT NULL,
    title_en     TEXT     NOT NULL,
    text_nl      TEXT     NOT NULL,
    text_en      TEXT     NOT NULL,
    status       SMALLINT NOT NULL,
    outcome_nl   TEXT     NOT NULL,          -- what changed, or why it is declined
    outcome_en   TEXT     NOT NULL,
    ended_on     INTEGER,                    -- when it was done or declined
    written_at   BIGINT   NOT NULL,
    published_at BIGINT                      -- NULL: the desk alone sees it
);
CREATE INDEX story_published ON story (published_at, story_no) WHERE published_at IS NOT NULL;

-- A suggestion. Retention class: register.
CREATE TABLE suggestion (
    suggestion_no {id},
    origin        SMALLINT NOT NULL,
    origin_no     BIGINT,                    -- the complaint or other row that it comes from
    received_at   BIGINT   NOT NULL,
    text          TEXT     NOT NULL,
    story_no      BIGINT,                    -- the story that it became or joined
    set_aside_at  BIGINT,                    -- when the desk decided that there is no story in it
    email         TEXT,                      -- of who wants to be told; emptied when that was done, or after two years
    language      SMALLINT NOT NULL
);
CREATE INDEX suggestion_open ON suggestion (suggestion_no) WHERE story_no IS NULL AND set_aside_at IS NULL;
CREATE INDEX suggestion_of_story ON suggestion (story_no, suggestion_no) WHERE story_no IS NOT NULL;
CREATE INDEX suggestion_to_tell ON suggestion (received_at) WHERE email IS NOT NULL;

-- One row or none: what the desk promises to whoever says something of the service. Retention class: installation.
CREATE TABLE promises (
    one              SMALLINT PRIMARY KEY,   -- always 1
    acknowledge_days INTEGER  NOT NULL,      -- working days
    answer_weeks     INTEGER  NOT NULL,
    meeting_weeks    INTEGER  NOT NULL
);
