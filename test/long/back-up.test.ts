import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { createInbox, createSqliteEngine, type Inbox, type Engine } from 'sallyport/inbox'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folderOf } from '../support/containers/projects.ts'
import { readDocument } from '../support/docs/markdown.ts'
import { administer, databaseUrl, hasDatabase, ownName } from '../support/inbox/pg-boss-database.ts'

const secret = 'whsec_backed-up'
const home = mkdtempSync(join(tmpdir(), 'sallyport-back-up-'))
afterAll(() => rmSync(home, { recursive: true }))

const hasTools = spawnSync('pg_dump', ['--version']).status === 0
if (!hasTools) console.warn('NOT TESTED: a backup of PostgreSQL; there is no pg_dump')
const isDatabaseThere = hasTools && (await hasDatabase())

const edit = (name: string) => (event: object) => ({ ...event, agent_id: name })
const deliveries = new Map(
  ['a', 'b', 'c', 'd'].map((name) => [
    name,
    signDelivery(sonzai(), { secret, type: 'on_wakeup_ready', edit: edit(name) }),
  ]),
)

/** An inbox that handles events, or only stores them. */
function open(engine: Engine, handled?: string[]): { inbox: Inbox; store: (name: string) => Promise<string> } {
  const inbox = createInbox({ engine, work: handled ? 'here' : 'elsewhere' })
  const receiver = createReceiver(sonzai(), { secret, inbox }).onAny((_event, { idempotencyKey }) => {
    handled!.push(idempotencyKey)
  })
  return {
    inbox,
    store: async (name) => (await receiver.receive(deliveries.get(name)!)).outcome,
  }
}

describe('examples/deploy/sqlite/src/back-up.ts', () => {
  const program = join(folderOf('sqlite'), 'src/back-up.ts')
  const back = (env: Record<string, string>, ...args: string[]) =>
    spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env: { ...process.env, ...env } })

  it('copies a store in use, which then goes on from the copy', async () => {
    const [file, copy] = [join(home, 'events.db'), join(home, 'backup.db')]
    const { inbox, store } = open(createSqliteEngine({ path: file }))
    for (const name of ['a', 'b', 'c']) expect(await store(name)).toBe('accepted')
    expect(back({ EVENTS_FILE: file }, copy)).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    expect(await store('d')).toBe('accepted')
    await inbox.stop()

    const handled: string[] = []
    const restored = open(createSqliteEngine({ path: copy }), handled)
    await expect.poll(() => handled.length).toBe(3)
    expect(await restored.store('a')).toBe('duplicate')
    expect(await restored.store('d')).toBe('accepted')
    await restored.inbox.stop()
  })

  it('keeps a copy that is there, and asks for a name', () => {
    const file = join(home, 'events.db')
    expect(back({ EVENTS_FILE: file }, join(home, 'backup.db')).stderr).toContain('already exists')
    expect(back({ EVENTS_FILE: file }).stderr).toContain('run node src/back-up.ts /data/backup.db')
  })
})

describe.runIf(isDatabaseThere)('a backup of PostgreSQL', () => {
  const name = ownName('backup')
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  beforeAll(() => administer(`CREATE DATABASE ${name}`))
  afterAll(() => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))

  it('restores events by the commands of docs/operations/backups.md', async () => {
    const options = (tool: string): string[] => {
      const line = new RegExp(`exec (?:-T )?postgres ${tool} (.*)`).exec(
        readDocument('docs/operations/backups.md'),
      )![1]!
      const words = line.replace(/ [<>] .*| webhooks$/g, '').replaceAll(/--(?:username|dbname) webhooks ?/g, '')
      return (words.match(/'[^']*'|\S+/g) ?? [])
        .map((word) => word.replaceAll("'", ''))
        .filter((word) => word !== 'webhooks')
    }
    const { inbox, store } = open(createPgBossEngine({ connectionString: url.href }))
    for (const event of ['a', 'b', 'c']) expect(await store(event)).toBe('accepted')
    const dump = execFileSync('pg_dump', [...options('pg_dump'), url.href])
    expect(await store('d')).toBe('accepted')
    await inbox.stop()

    execFileSync('psql', ['--quiet', ...options('psql'), url.href], { stdio: 'pipe' })
    execFileSync('pg_restore', [...options('pg_restore'), '--dbname', url.href], { input: dump })
    const handled: string[] = []
    const restored = open(createPgBossEngine({ connectionString: url.href }), handled)
    await expect.poll(() => handled.length).toBe(3)
    expect(await restored.store('a')).toBe('duplicate')
    expect(await restored.store('d')).toBe('accepted')
    await restored.inbox.stop()
  })
})
