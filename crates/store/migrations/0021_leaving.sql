-- An organisation is about to leave: a second administrator says so too, or the time of waiting is over. Retention class:
-- register.
CREATE TABLE leaving (
    party_no  BIGINT PRIMARY KEY,
    person_no BIGINT NOT NULL,               -- who asked
    asked_at  BIGINT NOT NULL,
    due_at    BIGINT NOT NULL                -- then it happens by itself
) /*! WITHOUT ROWID */;
CREATE INDEX leaving_due ON leaving (due_at);
