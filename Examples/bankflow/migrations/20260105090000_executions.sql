-- An entry that is executed twice has to be seen as two rows: its id is not unique.
-- Databases from before there were migrations have the table already.
CREATE TABLE IF NOT EXISTS executions (
    seq bigserial PRIMARY KEY,
    id text NOT NULL,
    version text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    body_length bigint NOT NULL
);

CREATE INDEX IF NOT EXISTS executions_id ON executions (id);
