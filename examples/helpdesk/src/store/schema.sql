CREATE TABLE IF NOT EXISTS tickets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL,
    customer TEXT NOT NULL,
    status INTEGER NOT NULL DEFAULT 0,
    priority INTEGER NOT NULL DEFAULT 0,
    agent TEXT,
    minutes INTEGER NOT NULL DEFAULT 0,
    -- Since when it has its status.
    since INTEGER NOT NULL,
    -- When its priority was raised because it waited.
    raised INTEGER
);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket INTEGER NOT NULL REFERENCES tickets (id),
    author TEXT NOT NULL,
    from_agent INTEGER NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_by_ticket ON messages (ticket);
CREATE TABLE IF NOT EXISTS news (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket INTEGER NOT NULL REFERENCES tickets (id),
    text TEXT NOT NULL,
    -- The agent whose doing it is: the others are told.
    agent TEXT
);
-- Up to which news an agent has read.
CREATE TABLE IF NOT EXISTS readers (agent TEXT PRIMARY KEY, news INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, agent TEXT NOT NULL);
