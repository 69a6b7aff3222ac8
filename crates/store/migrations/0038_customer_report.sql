-- What those who run networks for others did about findings of their customers. Who the customers are is not kept.

-- What an organisation said last about a finding. Retention class: register.
CREATE TABLE customer_report (
    party_no    BIGINT   NOT NULL,
    finding_no  BIGINT   NOT NULL,
    episode     INTEGER  NOT NULL,
    outcome     SMALLINT NOT NULL,
    reported_at BIGINT   NOT NULL,
    PRIMARY KEY (party_no, finding_no, episode)
) /*! WITHOUT ROWID */;

-- A list of such reports that was taken in. Retention class: register.
CREATE TABLE customer_list (
    list_no       {id},
    party_no      BIGINT  NOT NULL,
    taken_at      BIGINT  NOT NULL,
    forwarded     INTEGER NOT NULL,
    informed      INTEGER NOT NULL,
    quarantined   INTEGER NOT NULL,
    declined      INTEGER NOT NULL,           -- by the customer or by who runs the network
    not_traceable INTEGER NOT NULL,
    refused       INTEGER NOT NULL            -- rows that were not taken
);
CREATE INDEX customer_list_of ON customer_list (party_no, list_no);
