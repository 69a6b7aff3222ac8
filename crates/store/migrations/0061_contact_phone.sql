-- Where a contact can be called when a mail is not enough. Retention class: register.
ALTER TABLE contact_detail ADD COLUMN phone TEXT;                                  -- +31705550123; NULL: nobody said
ALTER TABLE contact_detail ADD COLUMN is_phone_always SMALLINT NOT NULL DEFAULT 0; -- 1: somebody answers day and night
