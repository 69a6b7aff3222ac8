-- Addresses to which was forwarded are emptied when their link ends: found by the few that still have one.
CREATE INDEX answer_link_address ON answer_link (expires_at) WHERE address <> '';
