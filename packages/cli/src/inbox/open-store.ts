import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { createSqliteEngine, InboxError, type Engine } from 'sallyport/inbox'
import { CliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { unreadable } from '../read-named-file.ts'

/** Which store to open; `--inbox`, `--queue` and `--schema`. */
export interface StorePlace {
  readonly inbox?: string | undefined
  /** Queue of a PostgreSQL or Redis store. */
  readonly queue?: string | undefined
  /** Schema of a PostgreSQL store. */
  readonly schema?: string | undefined
}

/** How to open a store. */
export interface StoreOptions extends Omit<StorePlace, 'inbox'> {
  readonly cwd: string
  /** Open it without changing anything. */
  readonly readOnly: boolean
  /** Create a PostgreSQL or Redis store that is missing; only its server does that. @default false */
  readonly create?: boolean | undefined
  /** What the engine must survive; `as configured` also opens a store with weak settings. @default 'power cut' */
  readonly durability?: 'power cut' | 'as configured' | undefined
}

const fixPlace = 'Pass --inbox with a SQLite file, postgres://… or redis://…'

/** Where the inbox is if nothing else is configured. */
export const defaultInbox = '.sallyport/inbox.db'

// This command must not remove what the server keeps.
const never = 100 * 365 * 86_400_000

/** The kind of store at a place. @throws CliError `INBOX_UNKNOWN`; its message has no address, which may hold a password */
export function kindOfStore(place: string): 'pg-boss' | 'bullmq' | 'sqlite' {
  if (/^postgres(?:ql)?:\/\//.test(place)) return 'pg-boss'
  if (/^rediss?:\/\//.test(place)) return 'bullmq'
  const [, scheme] = /^([a-z][a-z\d+.-]*):\/\//i.exec(place) ?? []
  if (scheme === undefined) return 'sqlite'
  throw new CliError('configuration', 'INBOX_UNKNOWN', `${scheme}:// is not a supported inbox`, { fix: fixPlace })
}

/**
 * Creates the engine of a store. A missing file is an error here; a missing PostgreSQL or Redis store when it starts.
 *
 * @throws CliError `INBOX_MISSING`, `PACKAGE_MISSING`
 */
export async function makeEngine(place: string, options: StoreOptions): Promise<Engine> {
  const { queue = 'inbox', schema = 'sallyport', create = false, readOnly, durability = 'power cut' } = options
  const keep = { retentionMs: never, deadRetentionMs: never, durability }
  switch (kindOfStore(place)) {
    case 'pg-boss': {
      const { createPgBossEngine } = await load(() => import('sallyport/inbox/pg-boss'), ['pg-boss', 'pg'])
      return createPgBossEngine({ connectionString: place, schema, queue, create, readOnly, ...keep })
    }
    case 'bullmq': {
      const { createBullMqEngine } = await load(() => import('sallyport/inbox/bullmq'), ['bullmq', 'ioredis'])
      return createBullMqEngine({ connection: place, queue, create, readOnly, ...keep })
    }
    case 'sqlite': {
      const path = resolve(options.cwd, place)
      const facts = statSync(path, { throwIfNoEntry: false })
      if (facts === undefined) throw missing(place, fixPlace)
      // SQLite would not name the place.
      if (!facts.isFile())
        throw unreadable(`inbox ${place}`, { code: facts.isDirectory() ? 'EISDIR' : 'ENXIO' }, 'INBOX_UNAVAILABLE')
      return createSqliteEngine({ path, readOnly, ...keep })
    }
  }
}

/**
 * Opens an existing store, even one whose settings are weaker than an inbox promises.
 *
 * @throws CliError `INBOX_MISSING`, `PACKAGE_MISSING`; InboxError
 */
export async function openStore(place: string, options: StoreOptions): Promise<Engine> {
  const engine = await makeEngine(place, options)
  try {
    await engine.start()
    return engine
  } catch (error) {
    await engine.stop({ drainMs: 0 }).catch(() => {})
    if (InboxError.is(error) && error.code === 'INBOX_MISSING')
      throw missing(engine.name, 'Pass the schema and queue its server uses: --schema, --queue.')
    if (!InboxError.is(error) || error.code !== 'INBOX_SETTINGS_WEAK') throw error
  }
  const weak = await makeEngine(place, { ...options, durability: 'as configured' })
  await weak.start()
  return weak
}

/** Opens the store that options or configuration name, and closes it after the work. */
export async function withStore<Result>(
  { loadConfig, cwd }: Context,
  { inbox, queue, schema }: StorePlace,
  { readOnly }: { readonly readOnly: boolean },
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const place = inbox ?? (await loadConfig()).config.inbox ?? defaultInbox
  const engine = await openStore(place, { cwd, queue, schema, readOnly })
  try {
    return await work(engine)
  } finally {
    await engine.stop({ drainMs: 0 })
  }
}

function missing(place: string, fix: string): CliError {
  return new CliError('unavailable', 'INBOX_MISSING', `there is no inbox at ${place}`, { fix })
}

async function load<Module>(importIt: () => Promise<Module>, packages: readonly string[]): Promise<Module> {
  try {
    return await importIt()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new CliError('configuration', 'PACKAGE_MISSING', `this store needs the packages ${packages.join(' and ')}`, {
      fix: `npm install ${packages.join(' ')}`,
      cause,
    })
  }
}
