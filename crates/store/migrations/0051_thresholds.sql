-- From which severity on organisations are mailed, and messages that are told without a mail.

-- From which severity on an organisation is mailed. No row: everything is. Retention class: register.
CREATE TABLE threshold (
    threshold_no {id},
    party_no     BIGINT   NOT NULL,
    group_no     BIGINT,                     -- for systems of this group; NULL: for all that have none of their own
    target       SMALLINT NOT NULL,          -- for systems that could be attacked
    victim       SMALLINT NOT NULL,          -- for systems that were
    UNIQUE (party_no, group_no)
);
CREATE INDEX threshold_of_group ON threshold (group_no) WHERE group_no IS NOT NULL;

-- State 6: the recipient finds the message in its inbox, and nobody is mailed.
DROP INDEX notification_told_by_severity;
CREATE INDEX notification_told_by_severity ON notification (recipient_no, severity, notification_no)
    WHERE state IN (2, 3, 5, 6);
