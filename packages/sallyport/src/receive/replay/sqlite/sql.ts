/**
 * `claim_id` is null once the event was handled. `expires_at` is when the row may be deleted: the end of the claim's lease, or of the
 * event's retention. Until `needed_until` a replay of the event could pass the check of its time. Milliseconds since 1970.
 */
export const createTable = `
  CREATE TABLE replay_guard (
    id BLOB PRIMARY KEY,
    claim_id TEXT,
    expires_at INTEGER NOT NULL,
    needed_until INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX replay_guard_expires_at ON replay_guard (expires_at);
  CREATE INDEX replay_guard_needed_until ON replay_guard (needed_until) WHERE claim_id IS NULL;
  CREATE TABLE replay_count (one INTEGER PRIMARY KEY CHECK (one = 1), held INTEGER NOT NULL);
  INSERT INTO replay_count VALUES (1, 0);
  CREATE TRIGGER replay_guard_added AFTER INSERT ON replay_guard BEGIN UPDATE replay_count SET held = held + 1; END;
  CREATE TRIGGER replay_guard_removed AFTER DELETE ON replay_guard BEGIN UPDATE replay_count SET held = held - 1; END;
  PRAGMA user_version = 1`

/** In the header of the file: it is a replay guard's. "Srg1" */
export const applicationId = 0x53726731

export const find = 'SELECT claim_id, expires_at FROM replay_guard WHERE id = ?'
/** Not REPLACE, which removes a row without the trigger. */
export const take = `
  INSERT INTO replay_guard (id, claim_id, expires_at, needed_until) VALUES (?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET claim_id = excluded.claim_id, expires_at = excluded.expires_at, needed_until = excluded.needed_until`
/** Also where the claim is over and nobody else has one: the event was handled. */
export const commit = `
  INSERT INTO replay_guard (id, claim_id, expires_at, needed_until) VALUES (?1, NULL, ?3, ?4)
  ON CONFLICT (id) DO UPDATE SET claim_id = NULL, expires_at = excluded.expires_at WHERE claim_id = ?2 OR expires_at <= ?5`
export const release = 'DELETE FROM replay_guard WHERE id = ? AND claim_id = ?'
export const renew = 'UPDATE replay_guard SET expires_at = ? WHERE id = ? AND claim_id = ?'
export const count = 'SELECT held FROM replay_count'
/** A few: enough to catch up with the one that a claim adds. */
export const deleteExpired = `
  DELETE FROM replay_guard WHERE id IN (SELECT id FROM replay_guard WHERE expires_at <= ? ORDER BY expires_at LIMIT 4)`
export const deleteOldest = `
  DELETE FROM replay_guard WHERE id IN (
    SELECT id FROM replay_guard WHERE claim_id IS NULL AND needed_until <= ? ORDER BY needed_until LIMIT 1)`
