-- Matches stand in the row of their finding: a row of a table of their own was a quarter of what a new finding costs.
-- `finding_match` shows them as rows.

ALTER TABLE finding ADD COLUMN matches TEXT NOT NULL DEFAULT '[]';      -- JSON: asset, dimension, rank, validity if it has one
ALTER TABLE finding ADD COLUMN matched_with BIGINT NOT NULL DEFAULT 0;  -- version of the register that decided

UPDATE finding SET
    matched_with = (SELECT MAX(m.register_version) FROM finding_match m WHERE m.finding_no = finding.finding_no),
    matches = (
        SELECT '[' || string_agg(
            '[' || m.asset_no || ',' || m.dimension || ',' || m.rank
            || CASE WHEN m.valid_from IS NULL AND m.valid_until IS NULL THEN ''
               ELSE ',' || COALESCE(CAST(m.valid_from AS TEXT), 'null')
                 || ',' || COALESCE(CAST(m.valid_until AS TEXT), 'null') END || ']',
            ',' ORDER BY m.dimension, m.rank, m.asset_no) || ']'
        FROM finding_match m WHERE m.finding_no = finding.finding_no)
WHERE EXISTS (SELECT 1 FROM finding_match m WHERE m.finding_no = finding.finding_no);

DROP TABLE finding_match;

/*! CREATE VIEW finding_match AS
    SELECT f.finding_no, m.value ->> 0 AS asset_no, m.value ->> 1 AS dimension, m.value ->> 2 AS rank,
        m.value ->> 3 AS valid_from, m.value ->> 4 AS valid_until, f.matched_with AS register_version
    FROM finding f, json_each(f.matches) m; */

--{postgres
CREATE VIEW finding_match AS
    SELECT f.finding_no, CAST(m.value ->> 0 AS BIGINT) AS asset_no, CAST(m.value ->> 1 AS SMALLINT) AS dimension,
        CAST(m.value ->> 2 AS SMALLINT) AS rank, CAST(m.value ->> 3 AS INTEGER) AS valid_from,
        CAST(m.value ->> 4 AS INTEGER) AS valid_until, f.matched_with AS register_version
    FROM finding f CROSS JOIN LATERAL json_array_elements(CAST(f.matches AS JSON)) AS m (value);
--}
