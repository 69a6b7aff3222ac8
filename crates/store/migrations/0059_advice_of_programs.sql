-- Programs write drafts of texts too. Nobody answers for such a draft until a person takes it over, and only then can it go to a
-- second person: so it has no writer. Rows stay as they are.
--{postgres
ALTER TABLE advice_version ALTER COLUMN written_by DROP NOT NULL;
--}
/*!
-- The embedded engine cannot take a bound off a column, so the table is made anew. Retention class: installation.
CREATE TABLE advice_version_of_all (
    version_no {id},
    slug       TEXT     NOT NULL,
    version    INTEGER  NOT NULL,
    text       TEXT     NOT NULL,
    severity   SMALLINT,
    note       TEXT     NOT NULL,
    state      SMALLINT NOT NULL,
    written_by BIGINT,
    written_at BIGINT   NOT NULL,
    decided_by BIGINT,
    decided_at BIGINT
);
INSERT INTO advice_version_of_all (version_no, slug, version, text, severity, note, state, written_by, written_at, decided_by,
    decided_at)
    SELECT version_no, slug, version, text, severity, note, state, written_by, written_at, decided_by, decided_at
    FROM advice_version;
-- A number that was given out is given to nothing else: dropping the table would forget how far they go.
DELETE FROM sqlite_sequence WHERE name = 'advice_version_of_all';
INSERT INTO sqlite_sequence (name, seq) SELECT 'advice_version_of_all', seq FROM sqlite_sequence WHERE name = 'advice_version';
DROP TABLE advice_version;
ALTER TABLE advice_version_of_all RENAME TO advice_version;
CREATE UNIQUE INDEX advice_version_open ON advice_version (slug) WHERE state < 2;
CREATE INDEX advice_version_of_slug ON advice_version (slug, version_no);
*/
