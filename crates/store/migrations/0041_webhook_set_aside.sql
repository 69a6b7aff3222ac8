-- Events that an address of an organisation did not take while it may take others.

-- When those that were set aside are tried again. NULL: there are none.
ALTER TABLE webhook ADD COLUMN aside_due_at BIGINT;

-- Each is tried again in the order of changes, beside what comes after it. Removed when it was taken, with its address, and by age.
-- Retention class: job.
CREATE TABLE webhook_set_aside (
    webhook_no   BIGINT   NOT NULL,
    party_no     BIGINT   NOT NULL,
    change_no    BIGINT   NOT NULL,
    set_aside_at BIGINT   NOT NULL,
    given_up     SMALLINT NOT NULL,          -- 1: only tried when somebody asks for it
    PRIMARY KEY (webhook_no, change_no)
) /*! WITHOUT ROWID */;
