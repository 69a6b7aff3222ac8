-- What the trade register says of the number that an application gives, or that it is still to be asked. It goes with what was
-- filled in: of a sole trader it is personal data. Retention class: register.
CREATE TABLE trade_answer (
    application_no BIGINT   PRIMARY KEY,
    kvk            TEXT     NOT NULL,        -- the number that it is about
    state          SMALLINT NOT NULL,        -- 0 no answer yet, 1 known, 2 nobody's
    name           TEXT     NOT NULL,
    legal_form     TEXT     NOT NULL,        -- in the words of the register; empty: it says none
    ended_on       INTEGER,                  -- since when there is no business
    is_non_mailing SMALLINT NOT NULL,        -- wants no advertising
    asked_at       BIGINT,                   -- when it was asked last; NULL: never
    due_at         BIGINT                    -- when it is asked; NULL: no more
) /*! WITHOUT ROWID */;
CREATE INDEX trade_answer_due ON trade_answer (due_at) WHERE due_at IS NOT NULL;
