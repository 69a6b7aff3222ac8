-- What a desk takes in, as it tells everybody.

-- The report types that a source delivers, and the last delivery of each.
CREATE INDEX batch_of_type ON batch (source_no, report_type, batch_no);

-- A source that may be named to everybody; one without a row may not. Retention class: register.
CREATE TABLE named_source (
    source_no BIGINT PRIMARY KEY,            -- party
    named_at  BIGINT NOT NULL                -- since when
) /*! WITHOUT ROWID */;
