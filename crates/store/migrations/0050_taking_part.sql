-- Until when an agreement is to be signed, and where the mailbox of a participant is to go next.
ALTER TABLE agreement ADD COLUMN sign_by INTEGER;        -- last day; NULL: no day was named
-- Where the last code was sent, while warnings go to another mailbox that was proved. NULL: `mailbox` is that.
ALTER TABLE participant ADD COLUMN mailbox_asked TEXT;
