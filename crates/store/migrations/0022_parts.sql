-- The parts of an organisation.
CREATE INDEX party_link_to ON party_link (to_party_no, kind);
