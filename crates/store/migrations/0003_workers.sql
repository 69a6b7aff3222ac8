-- Many workers: which of them hands a message over, and what they look up all the time. The columns have defaults, so
-- that the program before this one goes on.

-- A message is with one worker at a time. Leases are times of the store's clock (ADR 0010).
ALTER TABLE notification ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;       -- no attempt is due before
ALTER TABLE notification ADD COLUMN taken_until BIGINT NOT NULL DEFAULT 0;  -- how long its worker has it; 0: nobody has
ALTER TABLE notification ADD COLUMN claim BIGINT NOT NULL DEFAULT 0;        -- proof of the last worker that took it
CREATE INDEX notification_to_hand_over ON notification (severity DESC, notification_no) WHERE state = 2;

-- One job of upkeep, however many programs see to it that there is one.
CREATE UNIQUE INDEX job_of_upkeep ON job (stage) WHERE stage = 2 AND state IN (0, 1);

-- Deliveries that wait to be read, and their bytes.
CREATE INDEX batch_open ON batch (blob_bytes) WHERE state = 0;
