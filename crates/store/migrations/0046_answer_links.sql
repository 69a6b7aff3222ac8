-- To whom a finding was forwarded; emptied when the link is ended. Retention class: finding.
ALTER TABLE answer_link ADD COLUMN address TEXT NOT NULL DEFAULT '';
CREATE INDEX answer_link_finding ON answer_link (finding_no, expires_at);
