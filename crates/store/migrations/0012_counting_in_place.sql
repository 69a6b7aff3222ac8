-- Space for messages that collect lines to be counted in place: with half of each page free the new row lies beside the old
-- one, and none of the indices is touched. PostgreSQL alone.

--{postgres
ALTER TABLE notification SET (fillfactor = 50);
--}
