-- Whether mails to an address wait for office hours. Whoever did not choose gets everything at once, as before.
-- Retention class: register.
ALTER TABLE contact_detail ADD COLUMN keeps_hours SMALLINT NOT NULL DEFAULT 0; -- 1: what is not critical waits
