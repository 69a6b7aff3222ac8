-- Indices for what pages list and search. None is on a table that takes rows of a report, but for the one of messages, which
-- is as wide as the one that it replaces.

-- Sources, relays and holders of networks, among millions of recipients (role 3).
CREATE INDEX party_role_of_few ON party_role (role, party_no) WHERE role <> 3;
-- What was done to one thing.
CREATE INDEX audit_by_subject ON audit (subject, audit_no);
-- Messages to a recipient, in whatever state.
CREATE INDEX notification_of_recipient ON notification (recipient_no, notification_no);
DROP INDEX notification_told;
-- Answers about what somebody works on.
CREATE INDEX answer_of_person ON answer (party_no, assigned_to) WHERE assigned_to IS NOT NULL;
