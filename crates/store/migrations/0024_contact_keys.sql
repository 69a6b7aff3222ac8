-- The OpenPGP certificate to which mails of an organisation to an address are encrypted, whatever the address does there. It
-- stays when the contact is closed: what was planned to go there is not sent in clear. Retention class: register.
CREATE TABLE contact_key (
    party_no    BIGINT NOT NULL,
    email       TEXT   NOT NULL,
    certificate BYTEA  NOT NULL,             -- binary, without photos and signatures of others
    fingerprint TEXT   NOT NULL,             -- 40 hexadecimal digits, in capitals
    algorithm   TEXT   NOT NULL,             -- of the part that encrypts, for people
    ends_at     BIGINT,                      -- NULL: never
    given_at    BIGINT NOT NULL,
    remind_at   BIGINT,                      -- when people hear of its end the next time; NULL: no more
    waits_since BIGINT,                      -- since when mails wait because it cannot be used; NULL: none does
    problem     TEXT   NOT NULL,             -- why they wait: the word of a problem, or empty
    PRIMARY KEY (party_no, email)
) /*! WITHOUT ROWID */;
CREATE INDEX contact_key_to_remind ON contact_key (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX contact_key_waiting ON contact_key (waits_since) WHERE waits_since IS NOT NULL;
