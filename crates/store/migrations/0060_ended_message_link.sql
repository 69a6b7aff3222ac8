-- Links of messages that were ended before their time: a token is computed and has no row of its own, so what is kept is that it
-- works no more. Retention class: job.
CREATE TABLE ended_message_link (
    notification_no BIGINT NOT NULL PRIMARY KEY,
    ended_at        BIGINT NOT NULL
);
