-- Whom a month reached. NULL: the month was counted before this was.
ALTER TABLE month_measure ADD COLUMN to_tell BIGINT;     -- organisations for which there was a message to be mailed
ALTER TABLE month_measure ADD COLUMN seen BIGINT;        -- of those that got one, who showed that somebody saw it
