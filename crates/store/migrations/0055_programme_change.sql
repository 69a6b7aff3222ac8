-- Programmes that can be changed: two more texts, days that were moved, what there is instead, places that are declined, and
-- evaluations that do not take place.

ALTER TABLE programme ADD COLUMN evidence_nl TEXT NOT NULL DEFAULT '';  -- what counts as evidence here, beside what always does
ALTER TABLE programme ADD COLUMN evidence_en TEXT NOT NULL DEFAULT '';
ALTER TABLE programme ADD COLUMN contact_nl  TEXT NOT NULL DEFAULT '';  -- whom to ask about it
ALTER TABLE programme ADD COLUMN contact_en  TEXT NOT NULL DEFAULT '';

-- A day of a programme that was moved after everybody could see it. Retention class: register.
CREATE TABLE programme_move (
    move_no      {id},
    programme_no BIGINT   NOT NULL,
    what         SMALLINT NOT NULL,          -- 0 the day on which applications close, 1 the last day
    day_before   INTEGER  NOT NULL,
    day_after    INTEGER  NOT NULL,
    reason_nl    TEXT     NOT NULL,          -- everybody reads it
    reason_en    TEXT     NOT NULL,
    moved_at     BIGINT   NOT NULL
);
CREATE INDEX programme_move_of ON programme_move (programme_no, move_no);

-- What there is for whoever has no place in a programme. Retention class: register.
CREATE TABLE programme_alternative (
    alternative_no {id},
    programme_no   BIGINT NOT NULL,
    title_nl       TEXT   NOT NULL,
    title_en       TEXT   NOT NULL,
    text_nl        TEXT   NOT NULL,
    text_en        TEXT   NOT NULL,
    url            TEXT   NOT NULL
);
CREATE INDEX programme_alternative_of ON programme_alternative (programme_no, alternative_no);

-- Why an organisation declined its place, in its own words; forgotten with the rest of what it filled in.
ALTER TABLE place ADD COLUMN decline_words TEXT NOT NULL DEFAULT '';

ALTER TABLE evaluation ADD COLUMN cancelled_at  BIGINT;                     -- NULL: it takes place
ALTER TABLE evaluation ADD COLUMN cancel_reason TEXT NOT NULL DEFAULT '';   -- those who were invited read it
