-- Who entered a legal class and when, and which are still to begin. Retention class: register.
ALTER TABLE party_legal_class ADD COLUMN entered_by TEXT NOT NULL DEFAULT '';     -- '': before this was kept
ALTER TABLE party_legal_class ADD COLUMN entered_at BIGINT;                       -- NULL: before this was kept
ALTER TABLE party_legal_class ADD COLUMN is_ahead SMALLINT NOT NULL DEFAULT 0;    -- 1: its first day is still to come
CREATE INDEX party_legal_class_ahead ON party_legal_class (valid_from) WHERE is_ahead = 1;
