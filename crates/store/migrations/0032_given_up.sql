-- Whether it was we who stopped trying: too often put off, or no key to encrypt with. What failed otherwise was refused by the
-- receiving side.
ALTER TABLE delivery ADD COLUMN given_up SMALLINT NOT NULL DEFAULT 0;
-- Of what failed before: a mail that was never begun waited for a key, and the eighth attempt was the last one.
UPDATE delivery SET given_up = 1 WHERE state = 3 AND (started_at IS NULL OR attempt > 7);
