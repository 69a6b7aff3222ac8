-- When mails go out to an address, and how an organisation reads where a contact does not say. Retention class: register.
ALTER TABLE contact_detail ADD COLUMN rhythm TEXT NOT NULL DEFAULT 'now';   -- now, 4h, daily 08:00, mon 09:00
ALTER TABLE party ADD COLUMN reader SMALLINT;                               -- NULL: entrepreneur
