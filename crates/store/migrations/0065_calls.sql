-- Calling those who did not answer (requirement DI-12). Whom to call is computed from messages; kept is what came of it.

-- How far it is with calling the recipient of a message; without a row nobody called yet. Retention class: notification.
CREATE TABLE phone_call (
    notification_no BIGINT NOT NULL PRIMARY KEY,
    party_no        BIGINT NOT NULL,         -- the recipient
    ended_at        BIGINT,                  -- when it answered, or an attempt ended it; NULL: it is still to be called
    next_at         BIGINT,                  -- not before; NULL: no attempt yet
    taken_by        BIGINT,                  -- person who calls; NULL: nobody
    taken_until     BIGINT                   -- until when it is with that person
) /*! WITHOUT ROWID */;

-- One attempt to call. The note goes after a while, the rest stays with its message. Retention class: notification.
CREATE TABLE phone_attempt (
    attempt_no      {id},
    notification_no BIGINT   NOT NULL,
    party_no        BIGINT   NOT NULL,       -- the recipient
    at              BIGINT   NOT NULL,
    person_no       BIGINT,                  -- who called; NULL: a program noted it
    contact_no      BIGINT,                  -- whose number it was; NULL: another one
    outcome         SMALLINT NOT NULL,
    next_at         BIGINT,                  -- when the next one is to be; NULL: none
    note            TEXT     NOT NULL        -- empty: nothing more was said, or it is kept no longer
);
CREATE INDEX phone_attempt_of ON phone_attempt (notification_no, attempt_no);
CREATE INDEX phone_attempt_noted ON phone_attempt (at) WHERE note <> '';

-- Small: few contacts have a number.
CREATE INDEX contact_phone ON contact_detail (party_no, contact_no) WHERE phone IS NOT NULL;
-- What is critical and on its way or there, by recipient.
CREATE INDEX notification_critical ON notification (recipient_no, decided_at) WHERE kind = 0 AND severity = 4 AND state IN (2, 3);
-- What is high or critical and reached nobody.
CREATE INDEX notification_unreached ON notification (severity, decided_at) WHERE kind = 0 AND severity IN (3, 4) AND state = 5;

-- Whoever answered before is not called.
INSERT INTO phone_call (notification_no, party_no, ended_at)
SELECT n.notification_no, n.recipient_no, MIN(a.answered_at)
FROM answer a
JOIN notification_line l ON l.finding_no = a.finding_no AND l.episode = a.episode
JOIN notification n ON n.notification_no = l.notification_no AND n.recipient_no = a.party_no
WHERE a.status > 1 AND n.kind = 0 AND n.severity IN (3, 4) AND n.state IN (2, 3, 5) AND l.withdrawn IS NULL
GROUP BY n.notification_no, n.recipient_no;
