-- By which rule a programme counts, counts that two people corrected, and links of applications that were replaced.

-- The rule with which the programme was published; NULL: it was not yet. Those of before keep the one of then.
ALTER TABLE programme ADD COLUMN counting_rule SMALLINT;
UPDATE programme SET counting_rule = 1 WHERE published_at IS NOT NULL;

-- How often the address of the applicant was corrected. The link of before leads nowhere any more.
ALTER TABLE application ADD COLUMN link_no INTEGER NOT NULL DEFAULT 0;

-- Another count for an application, which one person asks for and another one confirms. Retention class: register.
CREATE TABLE count_correction (
    correction_no  {id},
    application_no BIGINT NOT NULL,
    count          BIGINT NOT NULL,          -- what it counts instead
    reason         TEXT   NOT NULL,          -- which the applicant reads
    asked_at       BIGINT NOT NULL,
    asked_by       BIGINT NOT NULL,          -- person
    ended_at       BIGINT,
    ended_by       BIGINT,                   -- person
    confirmed      SMALLINT                  -- 1: it counts, until a later one does; 0: it was dropped
);
CREATE UNIQUE INDEX count_correction_open ON count_correction (application_no) WHERE ended_at IS NULL;
CREATE INDEX count_correction_of_application ON count_correction (application_no, correction_no);
