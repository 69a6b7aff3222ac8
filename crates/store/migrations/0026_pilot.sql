-- Programmes at work and at their end: mailboxes that are looked at each day, the end of a programme with its report, and what
-- is measured month by month.

-- The mailbox of a participant, from the day on which a code was answered there until taking part ends.
-- Retention class: register.
CREATE TABLE mailbox_watch (
    application_no BIGINT   PRIMARY KEY,
    due_at         BIGINT   NOT NULL,        -- when to look next
    state          SMALLINT NOT NULL,
    since          BIGINT   NOT NULL,        -- since when it is in that state
    silent_days    INTEGER  NOT NULL,        -- looks in a row to which the DNS gave no answer
    told_at        BIGINT                    -- when others were warned; NULL: nothing is wrong
) /*! WITHOUT ROWID */;
CREATE INDEX mailbox_watch_due ON mailbox_watch (due_at, application_no);
-- Those that were proved before are looked at from now on, spread over the first day.
INSERT INTO mailbox_watch (application_no, due_at, state, since, silent_days)
SELECT application_no, mailbox_proved_at + 86400000000, 0, mailbox_proved_at, 0
FROM participant WHERE mailbox_proved_at IS NOT NULL;

-- A programme that was ended. Retention class: register.
CREATE TABLE programme_end (
    programme_no BIGINT NOT NULL PRIMARY KEY,
    ended_at     BIGINT NOT NULL,
    reason       TEXT   NOT NULL,
    report       TEXT   NOT NULL,            -- counts as they were then: a JSON object
    forget_at    BIGINT NOT NULL,            -- applications of those that did not take part are emptied then
    forgotten_at BIGINT
);
CREATE INDEX programme_end_to_forget ON programme_end (forget_at) WHERE forgotten_at IS NULL;
-- Small: most applications are sent in.
CREATE INDEX application_begun ON application (programme_no) WHERE state = 0;

-- Work of the desk that no program can see: a telephone call, a visit. Retention class: register.
CREATE TABLE handwork (
    handwork_no  {id},
    day          INTEGER NOT NULL,           -- on which it was done
    programme_no BIGINT,                     -- for which programme; NULL: none
    person_no    BIGINT  NOT NULL,
    minutes      INTEGER NOT NULL,
    note         TEXT    NOT NULL,
    noted_at     BIGINT  NOT NULL
);
CREATE INDEX handwork_by_day ON handwork (day);

-- What a month came to, for the whole desk and for each programme. Retention class: register.
CREATE TABLE month_measure (
    month         INTEGER NOT NULL,          -- its first day
    programme_no  BIGINT  NOT NULL,          -- 0: the whole desk
    counted_at    BIGINT  NOT NULL,
    messages      BIGINT  NOT NULL,          -- that left
    by_hand       BIGINT  NOT NULL,          -- of these, those that a person decided
    lines         BIGINT  NOT NULL,          -- findings in them
    matched       BIGINT  NOT NULL,          -- of these, those at an asset of the recipient
    hand_secs     BIGINT  NOT NULL,          -- work of people
    notice_secs_median BIGINT,               -- from receipt to handing over
    notice_secs_p90    BIGINT,
    recipients    BIGINT  NOT NULL,          -- that were told
    answering     BIGINT  NOT NULL,          -- of these, those that answered
    judged        BIGINT  NOT NULL,          -- messages of which somebody said whether they were useful
    useful        BIGINT  NOT NULL,          -- of these, those that were
    PRIMARY KEY (month, programme_no)
) /*! WITHOUT ROWID */;
