-- Programmes: who may take part, who applied, and who has a place.

-- Something that a limited number of organisations take part in. Retention class: register.
CREATE TABLE programme (
    programme_no {id},
    slug         TEXT    NOT NULL UNIQUE,    -- in addresses and in the published proof
    name_nl      TEXT    NOT NULL,
    name_en      TEXT    NOT NULL,
    text_nl      TEXT    NOT NULL,           -- what it is about, for people
    text_en      TEXT    NOT NULL,
    sectors      TEXT    NOT NULL,           -- from which applicants come, with spaces between them
    places       INTEGER NOT NULL,
    per_sector   INTEGER NOT NULL,           -- places of one sector
    opens_at     BIGINT  NOT NULL,           -- applications are taken from then on
    closes_at    BIGINT  NOT NULL,           -- and until then
    begins_on    INTEGER NOT NULL,           -- first and last day of the programme itself
    ends_on      INTEGER NOT NULL,
    created_at   BIGINT  NOT NULL,
    published_at BIGINT,                     -- NULL: the desk alone sees it
    seed         TEXT,                       -- of the lots; secret until drawn_at
    commitment   TEXT,                       -- digest of the seed, published before applications close
    proof        TEXT,                       -- of the draw, as published
    drawn_at     BIGINT
);

-- An application, from the first page of the form on. Retention class: register.
CREATE TABLE application (
    application_no {id},
    programme_no   BIGINT   NOT NULL,
    state          SMALLINT NOT NULL,        -- 0 begun, 1 submitted, 2 withdrawn
    number         INTEGER,                  -- within the programme, in the order of submission
    email          TEXT,                     -- of the technical contact; NULL once it was withdrawn
    language       SMALLINT NOT NULL,
    form           TEXT     NOT NULL,        -- what was filled in: a JSON object
    created_at     BIGINT   NOT NULL,
    submitted_at   BIGINT,
    UNIQUE (programme_no, number)
);

-- What a person of the desk judged about a criterion. Retention class: register.
CREATE TABLE application_verdict (
    application_no BIGINT   NOT NULL,
    criterion      SMALLINT NOT NULL,
    verdict        SMALLINT NOT NULL,
    evidence       TEXT     NOT NULL,        -- what was seen where
    judged_at      BIGINT   NOT NULL,
    PRIMARY KEY (application_no, criterion)
) /*! WITHOUT ROWID */;

-- What the draw gave an application, and what became of that. Retention class: register.
CREATE TABLE place (
    application_no BIGINT   PRIMARY KEY,
    programme_no   BIGINT   NOT NULL,
    sector         SMALLINT NOT NULL,
    rank           INTEGER  NOT NULL,        -- within the sector, from 1
    count          BIGINT   NOT NULL,        -- what the application brings
    state          SMALLINT NOT NULL,
    changed_at     BIGINT   NOT NULL,
    reason         TEXT     NOT NULL         -- of the last change by a person; empty: as drawn
) /*! WITHOUT ROWID */;
CREATE INDEX place_of_programme ON place (programme_no, sector, rank);

-- A place outside the draw, which one person asks for and another one confirms. Retention class: register.
CREATE TABLE place_override (
    override_no    {id},
    application_no BIGINT NOT NULL,
    asked_at       BIGINT NOT NULL,
    asked_by       BIGINT NOT NULL,          -- person
    reason         TEXT   NOT NULL,
    ended_at       BIGINT,
    ended_by       BIGINT,                   -- person
    confirmed      SMALLINT                  -- 1: the place was given, 0: it was dropped
);
CREATE UNIQUE INDEX place_override_open ON place_override (application_no) WHERE ended_at IS NULL;
