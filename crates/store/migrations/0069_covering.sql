-- A page of an inbox passes thousands of lines to show fifty. On the embedded engine each line and each message was looked up
-- twice: in an index, and then in its table, mostly on a page of the file of its own. What is asked of those that are passed
-- stands in the index now. PostgreSQL keeps such pages in memory, and pays more for wider indices than it gains.
/*!
DROP INDEX notification_line_by_notification;
CREATE INDEX notification_line_by_notification ON notification_line (notification_no, finding_no, episode, withdrawn);
DROP INDEX notification_told_by_severity;
CREATE INDEX notification_told_by_severity ON notification (recipient_no, severity, notification_no, tlp, relation, lines)
    WHERE state IN (2, 3, 5, 6);
CREATE INDEX notification_told_newest ON notification (recipient_no, notification_no, tlp, relation, severity, lines)
    WHERE state IN (2, 3, 5, 6);
*/
