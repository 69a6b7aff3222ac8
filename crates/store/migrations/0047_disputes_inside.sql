-- Disputes about what lies inside something of another organisation. Retention class: register.
ALTER TABLE asset_dispute ADD COLUMN is_inside SMALLINT NOT NULL DEFAULT 0; -- 1: the younger lies inside the other
CREATE INDEX asset_dispute_inside ON asset_dispute (other_no, asset_no) WHERE is_inside = 1;
