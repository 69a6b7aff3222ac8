-- Histories also name people and suppliers whose membership or mandate ended. Without these indices a page of one
-- organisation walked those of all.
CREATE INDEX membership_ever ON membership (party_no, person_no);
CREATE INDEX mandate_ever ON mandate (party_no);
DROP INDEX membership_of_party;
