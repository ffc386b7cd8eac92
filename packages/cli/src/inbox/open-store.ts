import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { createSqliteEngine, InboxError, type Engine } from 'sallyport/inbox'
import { CliError } from '../cli-error.ts'

/** How a store is looked at. */
export interface StoreOptions {
  readonly cwd: string
  /** Queue of a PostgreSQL or Redis store. */
  readonly queue?: string | undefined
  /** Schema of a PostgreSQL store. */
  readonly schema?: string | undefined
  /** Only look: nothing is changed. */
  readonly readOnly: boolean
  /** Make a PostgreSQL or Redis store that is not there; only its server does that. */
  readonly create?: boolean
}

const places = 'Name it with --inbox: a SQLite file, postgres://… or redis://…'

export const defaultInbox = '.sallyport/inbox.db'

// Whoever looks must not forget what the owner keeps for longer than we would.
const never = 100 * 365 * 86_400_000

/** The kind of store a place is. @throws CliError `INBOX_UNKNOWN` for an address that is none, and may hold a password */
export function kindOfStore(place: string): 'pg-boss' | 'bullmq' | 'sqlite' {
  if (/^postgres(?:ql)?:\/\//.test(place)) return 'pg-boss'
  if (/^rediss?:\/\//.test(place)) return 'bullmq'
  const [, scheme] = /^([a-z][a-z\d+.-]*):\/\//i.exec(place) ?? []
  if (scheme === undefined) return 'sqlite'
  throw new CliError('configuration', 'INBOX_UNKNOWN', `no inbox is kept at ${scheme}://…`, { fix: places })
}

/**
 * Makes the engine of a store; that it is missing, its start says, and for a file this.
 *
 * @throws CliError `INBOX_MISSING`, `PACKAGE_MISSING`
 */
export async function makeEngine(
  place: string,
  options: StoreOptions,
  durability: 'power cut' | 'as configured',
): Promise<Engine> {
  const { queue = 'inbox', schema = 'sallyport', create = false } = options
  const keep = { retentionMs: never, deadRetentionMs: never, durability }
  switch (kindOfStore(place)) {
    case 'pg-boss': {
      const { createPgBossEngine } = await load(() => import('sallyport/inbox/pg-boss'), 'pg-boss and pg')
      return createPgBossEngine({ connectionString: place, schema, queue, create, ...keep })
    }
    case 'bullmq': {
      const { createBullMqEngine } = await load(() => import('sallyport/inbox/bullmq'), 'bullmq and ioredis')
      return createBullMqEngine({ connection: place, queue, create, ...keep })
    }
    case 'sqlite': {
      const path = resolve(options.cwd, place)
      if (!existsSync(path)) {
        throw missing(place, places)
      }
      return createSqliteEngine({ path, readOnly: options.readOnly, ...keep })
    }
  }
}

/**
 * Opens a store that exists, also one that keeps less than an inbox promises: that is its owner's choice.
 *
 * @throws CliError `INBOX_MISSING`, `PACKAGE_MISSING`; InboxError
 */
export async function openStore(place: string, options: StoreOptions): Promise<Engine> {
  const engine = await makeEngine(place, options, 'power cut')
  try {
    await engine.start()
    return engine
  } catch (error) {
    await engine.stop({ drainMs: 0 }).catch(() => {})
    if (InboxError.is(error) && error.code === 'INBOX_MISSING')
      throw missing(engine.name, 'Name schema and queue as its server does: --schema, --queue.')
    if (!InboxError.is(error) || error.code !== 'INBOX_SETTINGS_WEAK') throw error
  }
  const weak = await makeEngine(place, options, 'as configured')
  await weak.start()
  return weak
}

function missing(place: string, fix: string): CliError {
  return new CliError('unavailable', 'INBOX_MISSING', `there is no inbox at ${place}`, { fix })
}

async function load<Module>(importIt: () => Promise<Module>, packages: string): Promise<Module> {
  try {
    return await importIt()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new CliError('configuration', 'PACKAGE_MISSING', `this store needs the packages ${packages}`, {
      fix: `npm install ${packages.replace(' and ', ' ')}`,
      cause,
    })
  }
}
