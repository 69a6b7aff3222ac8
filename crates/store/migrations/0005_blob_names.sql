-- Finds the batches that name a blob: blobs that none names are swept, and those that are named are verified in the order
-- of their names.
CREATE INDEX batch_blob ON batch (blob);
