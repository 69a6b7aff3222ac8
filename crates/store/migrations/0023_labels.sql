-- The assets of an organisation that it gave a label, to look for words in them.
CREATE INDEX asset_detail_labelled ON asset_detail (party_no, label) WHERE label <> '';
