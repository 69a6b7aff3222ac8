-- Replies that do not prove what they answer. Retention class: register.
ALTER TABLE reply ADD COLUMN named_no BIGINT;   -- the message whose Message-ID it names, where it is not proved to answer it
CREATE INDEX reply_unproved ON reply (received_at) WHERE handled_at IS NULL AND notification_no IS NULL;

-- How many of them came on a day beyond what one may keep waiting. Retention class: register.
CREATE TABLE reply_beyond (
    day     INTEGER PRIMARY KEY,                -- days since 1970-01-01 UTC
    replies BIGINT NOT NULL
) /*! WITHOUT ROWID */;
