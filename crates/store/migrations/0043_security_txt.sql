-- What the security.txt of a verified domain said when it was looked at last. Retention class: register.
CREATE TABLE security_txt (
    asset_no   BIGINT PRIMARY KEY,
    party_no   BIGINT NOT NULL,
    looked_at  BIGINT NOT NULL,
    place      TEXT   NOT NULL,               -- where it was found; empty: nowhere
    expires_at BIGINT,                        -- until when it holds, if it said so
    issues     TEXT   NOT NULL                -- line:problem, with blanks between them; line 0: about the whole
) /*! WITHOUT ROWID */;
CREATE INDEX security_txt_ending ON security_txt (party_no, expires_at);
