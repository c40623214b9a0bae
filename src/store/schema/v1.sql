-- The first schema. Every change of it is another file beside it; this one stays as it is, since stores were made by it.

-- Everything written in words, once. `hash` finds a text: an index on the texts themselves would double the store.
CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX texts_by_hash ON texts (hash);

-- A pipeline's period: its runs follow one another, and a value holds from one of them until another.
CREATE TABLE chains (
    id INTEGER PRIMARY KEY,
    pipeline TEXT NOT NULL,
    period TEXT NOT NULL,
    UNIQUE (pipeline, period)
);

-- Ordered by id, never by time: clocks jump. Times are nanoseconds since 1970 in UTC.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chain INTEGER NOT NULL REFERENCES chains (id),
    title TEXT NOT NULL,
    version TEXT NOT NULL,
    started_by TEXT NOT NULL,
    status TEXT NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER,
    duration_ms INTEGER,
    pipeline_sha256 TEXT NOT NULL,
    registry_sha256 TEXT NOT NULL,
    note TEXT,
    -- Set in the transaction that writes the run's data: without it there are none.
    recorded INTEGER NOT NULL DEFAULT 0,
    satker INTEGER NOT NULL DEFAULT 0,
    scored INTEGER NOT NULL DEFAULT 0,
    errors INTEGER NOT NULL DEFAULT 0,
    warnings INTEGER NOT NULL DEFAULT 0,
    infos INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX runs_by_chain ON runs (chain, id);

-- What was read, a row a run and source.
CREATE TABLE reads (
    run INTEGER NOT NULL REFERENCES runs (id),
    satker INTEGER NOT NULL,
    place INTEGER NOT NULL,
    content INTEGER NOT NULL,
    location INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    read_at INTEGER NOT NULL,
    stale INTEGER NOT NULL,
    PRIMARY KEY (run, satker, place)
) WITHOUT ROWID;

-- The rest are intervals: a row holds from the run `from_run` of its chain until, and without, the run `to_run`; 0 while
-- it still holds. So what holds now, and what held at any run, are ranges of the primary key. Words are ids of texts,
-- roles 0 (unit) and 1 (TPI). Columns stand in the order of the key: some versions of SQLite's own check stumble otherwise.
CREATE TABLE labels (
    chain INTEGER NOT NULL REFERENCES chains (id), to_run INTEGER NOT NULL,
    node INTEGER NOT NULL, from_run INTEGER NOT NULL REFERENCES runs (id),
    label INTEGER NOT NULL,
    PRIMARY KEY (chain, to_run, node)
) WITHOUT ROWID;

CREATE TABLE members (
    chain INTEGER NOT NULL REFERENCES chains (id), to_run INTEGER NOT NULL,
    satker INTEGER NOT NULL, from_run INTEGER NOT NULL REFERENCES runs (id),
    place INTEGER NOT NULL, name INTEGER NOT NULL,
    PRIMARY KEY (chain, to_run, satker)
) WITHOUT ROWID;

CREATE TABLE scores (
    chain INTEGER NOT NULL REFERENCES chains (id), to_run INTEGER NOT NULL,
    node INTEGER NOT NULL, role INTEGER NOT NULL, satker INTEGER NOT NULL, from_run INTEGER NOT NULL REFERENCES runs (id),
    score REAL, floor REAL NOT NULL, ceiling REAL NOT NULL, answered INTEGER NOT NULL, indicators INTEGER NOT NULL,
    PRIMARY KEY (chain, to_run, node, role, satker)
) WITHOUT ROWID;

CREATE TABLE answers (
    chain INTEGER NOT NULL REFERENCES chains (id), to_run INTEGER NOT NULL,
    node INTEGER NOT NULL, role INTEGER NOT NULL, satker INTEGER NOT NULL, from_run INTEGER NOT NULL REFERENCES runs (id),
    answer INTEGER NOT NULL, cell INTEGER NOT NULL,
    PRIMARY KEY (chain, to_run, node, role, satker)
) WITHOUT ROWID;

CREATE TABLE evidence (
    chain INTEGER NOT NULL REFERENCES chains (id), to_run INTEGER NOT NULL,
    node INTEGER NOT NULL, satker INTEGER NOT NULL, link INTEGER NOT NULL, from_run INTEGER NOT NULL REFERENCES runs (id),
    PRIMARY KEY (chain, to_run, node, satker, link)
) WITHOUT ROWID;

CREATE TABLE ranks (
    chain INTEGER NOT NULL REFERENCES chains (id), to_run INTEGER NOT NULL,
    role INTEGER NOT NULL, satker INTEGER NOT NULL, from_run INTEGER NOT NULL REFERENCES runs (id),
    rank INTEGER NOT NULL,
    PRIMARY KEY (chain, to_run, role, satker)
) WITHOUT ROWID;

CREATE TABLE surveys (
    chain INTEGER NOT NULL REFERENCES chains (id), to_run INTEGER NOT NULL,
    satker INTEGER NOT NULL, place INTEGER NOT NULL, from_run INTEGER NOT NULL REFERENCES runs (id),
    instrument INTEGER NOT NULL, index_name INTEGER NOT NULL, survey_period INTEGER NOT NULL, n INTEGER NOT NULL,
    "index" REAL NOT NULL, mean REAL NOT NULL, grade INTEGER, low REAL, high REAL,
    PRIMARY KEY (chain, to_run, satker, place)
) WITHOUT ROWID;

CREATE TABLE survey_elements (
    chain INTEGER NOT NULL REFERENCES chains (id), to_run INTEGER NOT NULL,
    satker INTEGER NOT NULL, survey INTEGER NOT NULL, place INTEGER NOT NULL, from_run INTEGER NOT NULL REFERENCES runs (id),
    element INTEGER NOT NULL, n INTEGER NOT NULL, sum REAL NOT NULL, nrr REAL NOT NULL,
    PRIMARY KEY (chain, to_run, satker, survey, place)
) WITHOUT ROWID;

CREATE TABLE plans (
    chain INTEGER NOT NULL REFERENCES chains (id), to_run INTEGER NOT NULL,
    satker INTEGER NOT NULL, from_run INTEGER NOT NULL REFERENCES runs (id),
    "rows" INTEGER NOT NULL, done INTEGER NOT NULL, late INTEGER NOT NULL, ahead INTEGER NOT NULL, due INTEGER NOT NULL,
    undated INTEGER NOT NULL,
    PRIMARY KEY (chain, to_run, satker)
) WITHOUT ROWID;

CREATE TABLE findings (
    chain INTEGER NOT NULL REFERENCES chains (id), to_run INTEGER NOT NULL,
    satker INTEGER NOT NULL, severity INTEGER NOT NULL, code INTEGER NOT NULL, subject INTEGER NOT NULL,
    place INTEGER NOT NULL, message INTEGER NOT NULL, from_run INTEGER NOT NULL REFERENCES runs (id),
    PRIMARY KEY (chain, to_run, satker, severity, code, subject, place, message)
) WITHOUT ROWID;
