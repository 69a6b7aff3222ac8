-- Documents stayed when the organisation that sent them left the service, and nothing led to them any more.
DELETE FROM proof_document WHERE review_no NOT IN (SELECT review_no FROM proof_review);
