-- Meetings with stakeholders: who was invited and came, what was said and decided, and who does what.

-- One meeting. Retention class: register.
CREATE TABLE meeting (
    meeting_no {id},
    name       TEXT   NOT NULL,
    starts_at  BIGINT NOT NULL,
    place      TEXT   NOT NULL,              -- may be an address of a page
    agenda     TEXT   NOT NULL,
    notes      TEXT   NOT NULL,
    decisions  TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX meeting_by_time ON meeting (starts_at, meeting_no);

-- Somebody who is invited. A year after the meeting, name and address are emptied. Retention class: register.
CREATE TABLE meeting_guest (
    guest_no   {id},
    meeting_no BIGINT   NOT NULL,
    party_no   BIGINT,                       -- for which organisation
    name       TEXT     NOT NULL,
    email      TEXT,
    language   SMALLINT NOT NULL,
    invited_at BIGINT,                       -- when the mail was left
    is_coming  SMALLINT,                     -- NULL: has not said
    was_there  SMALLINT                      -- NULL: the desk has not said
);
CREATE INDEX meeting_guest_of ON meeting_guest (meeting_no, guest_no);

-- What somebody of the desk does after a meeting. Retention class: register.
CREATE TABLE meeting_action (
    action_no  {id},
    meeting_no BIGINT  NOT NULL,
    text       TEXT    NOT NULL,
    person_no  BIGINT  NOT NULL,
    due_on     INTEGER NOT NULL,
    done_at    BIGINT
);
CREATE INDEX meeting_action_of ON meeting_action (meeting_no, action_no);
CREATE INDEX meeting_action_open ON meeting_action (due_on) WHERE done_at IS NULL;

CREATE INDEX suggestion_from ON suggestion (origin, origin_no, suggestion_no) WHERE origin_no IS NOT NULL;
