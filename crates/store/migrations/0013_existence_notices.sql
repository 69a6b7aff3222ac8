-- That something was seen at what an organisation only claims: the class of problem, and nothing of the finding. A row
-- goes when the asset is proved or closed. Retention class: register.
CREATE TABLE existence_notice (
    asset_no BIGINT   NOT NULL,
    class    SMALLINT NOT NULL,              -- of the Reference Security Incident Taxonomy
    party_no BIGINT   NOT NULL,
    severity SMALLINT NOT NULL,              -- of the last sighting that was decided
    seen_at  BIGINT   NOT NULL,              -- the last sighting that was decided
    is_due   SMALLINT NOT NULL,              -- 1: the organisation is to be told
    told_at  BIGINT,                         -- last time that it was
    PRIMARY KEY (asset_no, class)
) /*! WITHOUT ROWID */;
CREATE INDEX existence_notice_due ON existence_notice (party_no) WHERE is_due = 1;
CREATE INDEX existence_notice_of_party ON existence_notice (party_no);

-- What is only claimed is read with every version of the register.
CREATE INDEX asset_claim_open ON asset_claim (asset_no) WHERE state = 0;
