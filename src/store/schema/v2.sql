-- Who was told of a run, and how that went.
CREATE TABLE notices (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    channel TEXT NOT NULL,
    at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT
);
CREATE INDEX notices_by_run ON notices (run);
