-- How an organisation works, as it says itself: who looks after its systems, and which products it uses.

-- Somebody who looks after systems of an organisation. Retention class: register.
CREATE TABLE supplier (
    supplier_no {id},
    party_no    BIGINT NOT NULL,
    name        TEXT   NOT NULL,
    email       TEXT   NOT NULL,
    UNIQUE (party_no, name)
);

-- Who acts on the systems of a group, and what the organisation calls them. No row: itself, and nothing of its own.
-- Retention class: register.
CREATE TABLE care (
    care_no     {id},
    party_no    BIGINT NOT NULL,
    group_no    BIGINT,                  -- NULL: the systems that are in no group
    supplier_no BIGINT,                  -- NULL: the organisation itself
    reference   TEXT   NOT NULL          -- its own number or name for them; '' when there is none
);
CREATE INDEX care_of_party ON care (party_no);

-- A product that an organisation says it uses. Retention class: register.
CREATE TABLE product (
    product_no {id},
    party_no   BIGINT NOT NULL,
    vendor     TEXT   NOT NULL,          -- '' where nobody said
    name       TEXT   NOT NULL,
    UNIQUE (party_no, vendor, name)
);
