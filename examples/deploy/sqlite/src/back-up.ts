import { closeSync, fsyncSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

// Copies the events while the server runs: node src/back-up.ts /data/backup.db
const copy = process.argv[2]
if (!copy) throw new Error('the copy has no name; run node src/back-up.ts /data/backup.db')

process.umask(0o077) // The copy holds payloads: only its owner may read it.
const database = new DatabaseSync(process.env.EVENTS_FILE ?? 'events.db', { readOnly: true, timeout: 5_000 })
database.prepare('VACUUM INTO ?').run(copy)
database.close()

// VACUUM INTO does not wait for the disk.
const descriptor = openSync(copy, 'r+')
fsyncSync(descriptor)
closeSync(descriptor)
