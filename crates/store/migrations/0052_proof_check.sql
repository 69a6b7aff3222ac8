-- Looks of a worker for what proves names: asked for by an organisation, or due because proofs end.

-- Many looks that were begun together. Retention class: job.
CREATE TABLE proof_check (
    check_no   {id},
    party_no   BIGINT   NOT NULL,
    place      SMALLINT NOT NULL,            -- where is looked: 0 the DNS, 1 the website
    is_renewal SMALLINT NOT NULL,            -- 1: nobody asked for it, proofs were about to end
    asked_by   TEXT     NOT NULL,            -- as the audit log names it
    asked_at   BIGINT   NOT NULL,
    looks      INTEGER  NOT NULL,            -- how many there are
    waiting    INTEGER  NOT NULL,            -- of these, not made yet
    proved     INTEGER  NOT NULL,            -- claims that were proved by it so far
    ended_at   BIGINT                        -- when the last one was made
);
-- One at a time of each kind, whoever asks.
CREATE UNIQUE INDEX proof_check_open ON proof_check (party_no, place, is_renewal) WHERE ended_at IS NULL;
CREATE INDEX proof_check_of_party ON proof_check (party_no, check_no);
CREATE INDEX proof_check_ended ON proof_check (ended_at);

-- One look. Retention class: job.
CREATE TABLE proof_look (
    check_no    BIGINT   NOT NULL,
    line        INTEGER  NOT NULL,           -- its place in the check, from 1
    party_no    BIGINT   NOT NULL,
    asset_no    BIGINT   NOT NULL,
    taken_until BIGINT   NOT NULL,           -- 0: no worker has it; microseconds of the clock of leases
    looked_at   BIGINT,                      -- NULL: it waits
    outcome     SMALLINT,                    -- what it came to
    PRIMARY KEY (check_no, line)
) /*! WITHOUT ROWID */;
-- By place first: a long check does not hold up a short one that comes later.
CREATE INDEX proof_look_waiting ON proof_look (line, check_no) WHERE looked_at IS NULL;
CREATE INDEX proof_look_of_asset ON proof_look (asset_no, looked_at);
CREATE INDEX proof_look_of_party ON proof_look (party_no);
