-- Organisations that register themselves.

-- 0: nobody can; 1: a person of the desk looks first; 2: they come into the register at once.
ALTER TABLE desk ADD COLUMN registration_rule SMALLINT NOT NULL DEFAULT 0;

-- Whether the desk vouches for who it is. 0: it registered itself, and nobody of the desk has said that it is who it says.
-- It stands here and not with the registration, which goes when the organisation leaves.
ALTER TABLE party ADD COLUMN is_vouched SMALLINT NOT NULL DEFAULT 1;

-- An organisation that registers itself, from the first page of the form on. Once it came into the register, addresses and
-- mailbox go at once, and the rest but the name when the desk vouched for it; a row that came to nothing goes as a whole.
-- Retention class: register.
CREATE TABLE registration (
    registration_no {id},
    state        SMALLINT NOT NULL,          -- 0 begun, 1 waits for the desk, 2 in the register, 3 known before, 4 refused
    begun_at     BIGINT   NOT NULL,
    language     SMALLINT NOT NULL,          -- in which it wants to be told
    email        TEXT,                       -- of the person who registers it; NULL where that is not needed any more
    kvk          TEXT,                       -- number in the trade register; NULL as above
    name         TEXT     NOT NULL,
    domain       TEXT     NOT NULL,          -- empty: it gave none
    addresses    TEXT     NOT NULL,          -- networks and addresses, as they were typed
    trade_state  SMALLINT NOT NULL,          -- what the trade register said of the number: 0 nothing, 1 somebody's, 2 nobody's
    trade_name   TEXT     NOT NULL,          -- name that it has there; empty: not known
    is_ended     SMALLINT NOT NULL,          -- 1: it does no business any more, says the trade register
    mailbox      TEXT,                       -- where the last code went
    sent_at      BIGINT,                     -- when that was; the code follows from it
    mails        SMALLINT NOT NULL,          -- codes that were mailed
    wrong        SMALLINT NOT NULL,          -- codes that were tried since the last mail and were wrong
    answered_at  BIGINT,                     -- when a code was right
    owner_no     BIGINT,                     -- person of the desk who looks at it
    party_no     BIGINT,                     -- what it became
    decided_at   BIGINT,                     -- when it was admitted, found known, or refused
    vouched_at   BIGINT,                     -- when a person of the desk said that it is who it says; NULL: not yet
    told_at      BIGINT                      -- when administrators of who has the number were mailed; NULL: they were not
);
CREATE INDEX registration_by_state ON registration (state, registration_no);
CREATE INDEX registration_of_party ON registration (party_no) WHERE party_no IS NOT NULL;
