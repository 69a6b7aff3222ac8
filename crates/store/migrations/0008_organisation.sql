-- What organisations say of themselves: their assets with labels and proofs, lists on their way in, disputes, profile.

-- A group of assets of an organisation. Retention class: register.
CREATE TABLE asset_group (
    group_no {id},
    party_no BIGINT NOT NULL,
    name     TEXT   NOT NULL,
    UNIQUE (party_no, name)
);

-- What an organisation wants to know about an asset of its own. Retention class: register.
CREATE TABLE asset_detail (
    asset_no    BIGINT   PRIMARY KEY,
    party_no    BIGINT   NOT NULL,
    label       TEXT     NOT NULL,
    group_no    BIGINT,
    criticality SMALLINT
) /*! WITHOUT ROWID */;
CREATE INDEX asset_detail_of_group ON asset_detail (group_no) WHERE group_no IS NOT NULL;

-- An asset that the organisation added itself, and how far its word is proved. An asset without a row here came from the
-- desk, whose register is taken as true. Retention class: register.
CREATE TABLE asset_claim (
    asset_no    BIGINT   PRIMARY KEY,
    party_no    BIGINT   NOT NULL,
    state       SMALLINT NOT NULL,           -- 0 claimed: nothing is matched against it; 1 verified
    method      SMALLINT,                    -- how it was proved; NULL while it is claimed
    parent_no   BIGINT,                      -- the asset around it that proves it
    evidence    TEXT     NOT NULL,           -- what was seen where, for people
    claimed_at  BIGINT   NOT NULL,
    proved_at   BIGINT,
    valid_until INTEGER                      -- first day on which the proof no longer counts
) /*! WITHOUT ROWID */;
CREATE INDEX asset_claim_of_party ON asset_claim (party_no, state);
CREATE INDEX asset_claim_to_renew ON asset_claim (valid_until) WHERE state = 1;

-- Who else holds the same. Two registers of millions meet here, so it is not left to a scan.
CREATE INDEX asset_by_value ON asset (value);

-- A list of assets that somebody looks at before it is brought in. Retention class: job.
CREATE TABLE asset_import (
    import_no  {id},
    party_no   BIGINT   NOT NULL,
    by_person  BIGINT   NOT NULL,
    name       TEXT     NOT NULL,            -- of the file; empty for what was pasted
    content    BYTEA    NOT NULL,            -- as it came
    digest     BYTEA    NOT NULL,            -- of the content
    is_whole   SMALLINT NOT NULL,            -- 1: assets that the list does not have are closed
    created_at BIGINT   NOT NULL,
    expires_at BIGINT   NOT NULL
);
CREATE INDEX asset_import_expires ON asset_import (expires_at);

-- What an organisation says of an address of its own. Retention class: register.
CREATE TABLE contact_detail (
    contact_no   BIGINT   PRIMARY KEY,
    party_no     BIGINT   NOT NULL,
    is_always_on SMALLINT NOT NULL,          -- 1: somebody reads it day and night; 0: in office hours
    confirmed_at BIGINT   NOT NULL           -- last time that somebody said that it still holds
) /*! WITHOUT ROWID */;

-- Two organisations say that the same is theirs. Neither hears of the other; the desk decides. Retention class: register.
CREATE TABLE asset_dispute (
    dispute_no {id},
    asset_no   BIGINT NOT NULL,              -- the younger claim
    other_no   BIGINT NOT NULL,              -- the asset that was there
    opened_at  BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT   NOT NULL,
    reason     TEXT   NOT NULL,
    UNIQUE (asset_no, other_no)
);
CREATE INDEX asset_dispute_open ON asset_dispute (dispute_no) WHERE decided_at IS NULL;

-- An organisation asks the desk to look at a document. Retention class: register.
CREATE TABLE proof_review (
    review_no  {id},
    asset_no   BIGINT NOT NULL,
    party_no   BIGINT NOT NULL,
    note       TEXT   NOT NULL,              -- what the organisation writes: where the document is, what it shows
    asked_at   BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT   NOT NULL,
    reason     TEXT   NOT NULL
);
CREATE UNIQUE INDEX proof_review_open ON proof_review (asset_no) WHERE decided_at IS NULL;

-- The holder of a network, as a name that is compared.
CREATE INDEX network_by_holder ON network (lower(holder));
