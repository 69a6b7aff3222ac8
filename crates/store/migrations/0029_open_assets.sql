-- What an organisation holds now, with the number: to look for words in all of its assets without reading their rows.
CREATE INDEX asset_open ON asset (party_no, kind, value, valid_from, asset_no) WHERE closed_at IS NULL;
