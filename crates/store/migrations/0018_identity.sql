-- Accounts at providers of identities (OpenID Connect), by which people sign in.

-- An account at a provider that is a person's. Retention class: register.
CREATE TABLE identity (
    identity_no {id},
    person_no   BIGINT NOT NULL,
    issuer      TEXT   NOT NULL,             -- the provider, as its tokens name it
    subject     TEXT   NOT NULL,             -- the account there, as its tokens name it
    added_at    BIGINT NOT NULL,
    used_at     BIGINT                       -- last signed in by it
);
CREATE UNIQUE INDEX identity_of_account ON identity (issuer, subject);
CREATE INDEX identity_of_person ON identity (person_no);

-- By which account a session began, where it began at a provider. Retention class: job.
CREATE TABLE session_identity (
    session_no  {number},
    identity_no BIGINT NOT NULL,
    provider    TEXT   NOT NULL,             -- its name in the settings
    sid         TEXT   NOT NULL              -- what the provider calls its own session; empty: nothing
);
CREATE INDEX session_identity_of_account ON session_identity (identity_no);

-- Who signs in for an organisation is known by its number in the trade register.
CREATE INDEX party_by_kvk ON party (kvk) WHERE kvk IS NOT NULL;
