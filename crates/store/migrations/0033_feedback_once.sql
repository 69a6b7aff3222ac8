-- Nobody is invited twice to a meeting: the table holds it.

-- The address as addresses are compared; NULL where it is forgotten, or was invited a second time before this was held.
ALTER TABLE meeting_guest ADD COLUMN compared_email TEXT;
DELETE FROM meeting_guest WHERE invited_at IS NULL AND EXISTS
    (SELECT 1 FROM meeting_guest o WHERE o.meeting_no = meeting_guest.meeting_no
        AND lower(o.email) = lower(meeting_guest.email)
        AND (o.invited_at IS NOT NULL OR o.guest_no < meeting_guest.guest_no));
UPDATE meeting_guest SET compared_email = lower(email) WHERE guest_no IN
    (SELECT MIN(guest_no) FROM meeting_guest WHERE email IS NOT NULL GROUP BY meeting_no, lower(email));
CREATE UNIQUE INDEX meeting_guest_once ON meeting_guest (meeting_no, compared_email);
