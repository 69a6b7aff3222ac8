-- Lines in the order of their findings. A chunk opens findings and adds their lines, so the wide rows are appended; by
-- notification stands a narrow index. In the order of notifications each chunk rewrote lines of all chunks before it.

-- A finding in a message: what was seen, and through which asset it concerns the recipient.
-- Retention class: notification.
CREATE TABLE notification_line_by_finding_no (
    notification_no BIGINT   NOT NULL,
    finding_no      BIGINT   NOT NULL,
    episode         INTEGER  NOT NULL,
    repeated        SMALLINT NOT NULL,       -- 1: the recipient was told in this episode before
    asset_no        BIGINT,
    network_no      BIGINT,
    day             INTEGER  NOT NULL,       -- key of the cited observation
    batch_no        BIGINT   NOT NULL,
    line            BIGINT   NOT NULL,
    side            SMALLINT NOT NULL,
    part            SMALLINT NOT NULL,
    withdrawn       TEXT,                    -- why the line left the message before it was approved
    PRIMARY KEY (finding_no, notification_no)
) /*! WITHOUT ROWID */;
INSERT INTO notification_line_by_finding_no (notification_no, finding_no, episode, repeated, asset_no, network_no, day,
        batch_no, line, side, part, withdrawn)
    SELECT notification_no, finding_no, episode, repeated, asset_no, network_no, day, batch_no, line, side, part, withdrawn
    FROM notification_line ORDER BY finding_no, notification_no;
DROP TABLE notification_line;
ALTER TABLE notification_line_by_finding_no RENAME TO notification_line;
CREATE INDEX notification_line_by_notification ON notification_line (notification_no, finding_no);
-- Small: most lines stay.
CREATE INDEX notification_line_withdrawn ON notification_line (notification_no) WHERE withdrawn IS NOT NULL;
