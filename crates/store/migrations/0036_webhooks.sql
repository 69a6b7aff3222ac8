-- Addresses that hear what happens for an organisation, and how telling them went.

-- An address of an organisation that is told what happened. How far it is, is a place in the order of changes: nothing is copied,
-- and nothing is lost while it does not answer. Its secret follows from the key of the installation and `secret_no`.
-- Retention class: register.
CREATE TABLE webhook (
    webhook_no    {id},
    party_no      BIGINT   NOT NULL,
    url           TEXT     NOT NULL,
    made_at       BIGINT   NOT NULL,
    made_by       TEXT     NOT NULL,
    secret_no     INTEGER  NOT NULL,         -- counts from 1
    old_until     BIGINT   NOT NULL,         -- until then the secret before it signs too; 0: none does
    change_no     BIGINT   NOT NULL,         -- the last change that it was told of
    failures      INTEGER  NOT NULL,         -- attempts in a row that failed
    failing_since BIGINT,                    -- the first of them
    due_at        BIGINT   NOT NULL,         -- no attempt before
    taken_until   BIGINT   NOT NULL,         -- a worker has it until then, by the clock of leases
    test_at       BIGINT,                    -- somebody asked for a test, which was not made yet
    paused_at     BIGINT                     -- since when nothing is sent
);
CREATE INDEX webhook_of_party ON webhook (party_no);

-- The last attempts to tell an address, without what was told. Retention class: job.
CREATE TABLE webhook_delivery (
    delivery_no {id},
    webhook_no  BIGINT   NOT NULL,
    party_no    BIGINT   NOT NULL,
    event       TEXT     NOT NULL,           -- the id that the receiver sees
    kind        TEXT     NOT NULL,           -- of the event
    at          BIGINT   NOT NULL,
    status      SMALLINT,                    -- what the receiver answered; NULL: it did not
    fault       TEXT     NOT NULL            -- why it did not; '' where it did
);
CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook_no, delivery_no);
