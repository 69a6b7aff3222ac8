-- Which desks a person of the staff works at, and a program with a key of the desk.

-- Where a person of the staff works: what belongs to another desk is not there for it. Whoever was there before this was kept works
-- at each desk that there was. Retention class: register.
CREATE TABLE desk_person (
    person_no BIGINT NOT NULL,
    desk_no   BIGINT NOT NULL,
    PRIMARY KEY (person_no, desk_no)
) /*! WITHOUT ROWID */;
INSERT INTO desk_person (person_no, desk_no)
    SELECT p.person_no, d.desk_no FROM (SELECT DISTINCT person_no FROM staff_role) p CROSS JOIN desk d;

-- The same of a key of the desk. Keys of organisations and sources have no row. Retention class: register.
CREATE TABLE desk_key (
    key_no  BIGINT NOT NULL,
    desk_no BIGINT NOT NULL,
    PRIMARY KEY (key_no, desk_no)
) /*! WITHOUT ROWID */;
INSERT INTO desk_key (key_no, desk_no)
    SELECT k.key_no, d.desk_no FROM api_key k CROSS JOIN desk d WHERE k.party_no IS NULL AND k.source_no IS NULL;
