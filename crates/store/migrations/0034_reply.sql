-- Mails that came in reply to messages: each is applied or set aside once, or waits until somebody of the desk has looked at
-- it. Texts are kept only while it waits; the row is removed a year after that. Retention class: register.
CREATE TABLE reply (
    reply_no        {id},
    digest          BYTEA    NOT NULL UNIQUE, -- BLAKE3 of Message-ID and body, so that a mail that comes twice counts once
    received_at     BIGINT   NOT NULL,
    outcome         SMALLINT NOT NULL,
    notification_no BIGINT,                   -- the message that it answers, where that is proved
    sender          TEXT     NOT NULL,        -- what stands in From; proves nothing by itself
    subject         TEXT     NOT NULL,
    text            TEXT     NOT NULL,        -- what its sender wrote
    handled_at      BIGINT,                   -- NULL: it waits at the desk
    handled_by      BIGINT                    -- the person of the desk; NULL: nobody had to
);
CREATE INDEX reply_waiting ON reply (reply_no) WHERE handled_at IS NULL;
CREATE INDEX reply_handled ON reply (handled_at) WHERE handled_at IS NOT NULL;
