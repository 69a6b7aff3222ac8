-- What was wrong with the rows of lists in which providers say what they did for customers.

-- A row that was not taken. It holds nothing of what stood there. Retention class: job.
CREATE TABLE customer_list_issue (
    list_no BIGINT   NOT NULL,
    line    BIGINT   NOT NULL,               -- of the list
    issue   SMALLINT NOT NULL,               -- what is wrong
    PRIMARY KEY (list_no, line)
) /*! WITHOUT ROWID */;
CREATE INDEX customer_list_by_time ON customer_list (taken_at);
