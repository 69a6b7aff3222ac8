-- Who acts on one asset alone, by the name that its organisation gives to that supplier. Retention class: register.
ALTER TABLE asset_detail ADD COLUMN supplier TEXT NOT NULL DEFAULT ''; -- '': who acts on its group
-- Names of suppliers that have no address yet are asked for by organisation.
CREATE INDEX asset_detail_supplied ON asset_detail (party_no, supplier) WHERE supplier <> '';
-- Sites on a web server are looked for by the name of the server.
CREATE INDEX asset_site ON asset (value {bytewise}) WHERE kind = 6;
