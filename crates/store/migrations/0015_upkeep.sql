-- When an organisation with people of its own said last that its systems are still its own, and when upkeep looks at it
-- again. Retention class: register.
CREATE TABLE party_upkeep (
    party_no            BIGINT PRIMARY KEY,
    assets_confirmed_at BIGINT NOT NULL,
    look_at             BIGINT NOT NULL
) /*! WITHOUT ROWID */;
CREATE INDEX party_upkeep_next ON party_upkeep (look_at);

INSERT INTO party_upkeep (party_no, assets_confirmed_at, look_at)
SELECT party_no, MIN(given_at), MIN(given_at) FROM membership WHERE ended_at IS NULL GROUP BY party_no;

-- Contacts to which a code was mailed and that nobody answered yet (confirmed_at 0). Messages do not go there.
CREATE INDEX contact_detail_unanswered ON contact_detail (contact_no) WHERE confirmed_at = 0;

-- Mandates that end by themselves.
CREATE INDEX mandate_to_end ON mandate (valid_until) WHERE revoked_at IS NULL;
