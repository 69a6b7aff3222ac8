-- Evaluations of a programme: moments at which its participants meet, and say in a survey how it goes.

-- One such moment. Retention class: register.
CREATE TABLE evaluation (
    evaluation_no {id},
    programme_no  BIGINT  NOT NULL,
    name_nl       TEXT    NOT NULL,
    name_en       TEXT    NOT NULL,
    held_on       INTEGER NOT NULL,
    place         TEXT    NOT NULL,          -- where they meet; may be an address of a page
    answer_until  INTEGER NOT NULL,          -- last day on which the survey is answered
    created_at    BIGINT  NOT NULL,
    invited_at    BIGINT,                    -- NULL: the desk alone sees it, and its questions can change
    reminded_at   BIGINT,                    -- when those who had not answered were asked once more
    told_at       BIGINT                     -- when everybody was told what changed by it
);
CREATE INDEX evaluation_of ON evaluation (programme_no, held_on);
CREATE INDEX evaluation_to_remind ON evaluation (answer_until) WHERE invited_at IS NOT NULL AND reminded_at IS NULL;

-- A participant that was invited. Retention class: register.
CREATE TABLE evaluation_guest (
    evaluation_no BIGINT NOT NULL,
    party_no      BIGINT NOT NULL,
    is_coming     SMALLINT,                  -- NULL: it has not said
    was_there     SMALLINT,                  -- NULL: the desk has not said
    answered_at   BIGINT,                    -- when the survey was answered
    PRIMARY KEY (evaluation_no, party_no)
) /*! WITHOUT ROWID */;
CREATE INDEX evaluation_guest_of ON evaluation_guest (party_no, evaluation_no);

-- A question of a survey. Retention class: register.
CREATE TABLE survey_question (
    question_no   {id},
    evaluation_no BIGINT   NOT NULL,
    kind          SMALLINT NOT NULL,         -- 0 scale from 1 to 5, 1 choice, 2 text
    text_nl       TEXT     NOT NULL,
    text_en       TEXT     NOT NULL,
    choices_nl    TEXT     NOT NULL,         -- one a line; empty where there is nothing to choose
    choices_en    TEXT     NOT NULL
);
CREATE INDEX survey_question_of ON survey_question (evaluation_no, question_no);

-- What a participant answered to a question. Retention class: register.
CREATE TABLE survey_answer (
    answer_no     {id},
    question_no   BIGINT NOT NULL,
    party_no      BIGINT NOT NULL,           -- so that each answers once; no page shows it
    number        INTEGER,                   -- on the scale, or of the choice, from 1
    text          TEXT   NOT NULL,
    suggestion_no BIGINT,                    -- the suggestion that the text became
    UNIQUE (question_no, party_no)
);
