/** Version of the tables below, in `PRAGMA user_version`. */
export const schemaVersion = 2;

const retainedSent = `
CREATE TABLE retainedSent (
  client TEXT NOT NULL,
  filter TEXT NOT NULL,
  topic TEXT NOT NULL,
  PRIMARY KEY (client, filter, topic)
) STRICT, WITHOUT ROWID;`;

/** From version 1: what makes its tables those below. */
export const migration = `
ALTER TABLE subscriptions ADD COLUMN retainedSince REAL;
ALTER TABLE messages ADD COLUMN publisher TEXT;
${retainedSent}
PRAGMA user_version = ${schemaVersion};
`;

export const schema = `
CREATE TABLE sessions (
  client TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  expiry INTEGER NOT NULL,
  disconnectedAt REAL,
  connectedAt REAL NOT NULL,
  keepAlive INTEGER NOT NULL,
  cleanStart INTEGER NOT NULL,
  userName TEXT,
  owner TEXT,
  will BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE subscriptions (
  client TEXT NOT NULL,
  filter TEXT NOT NULL,
  qos INTEGER NOT NULL,
  noLocal INTEGER NOT NULL,
  retainAsPublished INTEGER NOT NULL,
  retainHandling INTEGER NOT NULL,
  identifier INTEGER,
  retainedSince REAL,
  PRIMARY KEY (client, filter)
) STRICT, WITHOUT ROWID;
CREATE TABLE retained (
  topic TEXT PRIMARY KEY,
  frame BLOB NOT NULL,
  isV5 INTEGER NOT NULL,
  receivedAt REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE messages (
  key INTEGER PRIMARY KEY,
  frame BLOB NOT NULL,
  isV5 INTEGER NOT NULL,
  receivedAt REAL NOT NULL,
  publisher TEXT
) STRICT;
CREATE TABLE deliveries (
  key INTEGER PRIMARY KEY,
  client TEXT NOT NULL,
  message INTEGER,
  qos INTEGER NOT NULL,
  retain INTEGER NOT NULL,
  identifiers TEXT,
  sharedFilter TEXT,
  packetIdentifier INTEGER NOT NULL,
  sequence INTEGER NOT NULL
) STRICT;
CREATE INDEX deliveriesOfClient ON deliveries (client);
CREATE TABLE incoming (
  client TEXT NOT NULL,
  packetIdentifier INTEGER NOT NULL,
  PRIMARY KEY (client, packetIdentifier)
) STRICT, WITHOUT ROWID;
${retainedSent}
PRAGMA user_version = ${schemaVersion};
`;
