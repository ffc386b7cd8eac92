import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { send, startDocumented } from '../support/examples/serve.ts'
import { findFreePort } from '../support/free-port.ts'
import { administer, databaseUrl, hasDatabase, ownName } from '../support/inbox/pg-boss-database.ts'
import { openGuard, type GuardPlace } from '../support/replay-guard/open-guard.ts'
import { hasRedis, redisUrl } from '../support/replay-guard/redis-subject.ts'

const program = join(import.meta.dirname, '../support/replay-guard/claimer.ts')
const flags = ['--conditions=@sallyport/source', program]
const folder = mkdtempSync(join(tmpdir(), 'sallyport-processes-'))
const schemas: string[] = []
const namespaces: string[] = []
const [isRedisThere, isDatabaseThere] = [await hasRedis(), await hasDatabase()]

afterAll(async () => {
  rmSync(folder, { recursive: true })
  for (const schema of schemas) await administer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
  if (namespaces.length === 0) return
  const client = new Redis(redisUrl)
  for (const namespace of namespaces) {
    const keys = await client.keys(`sallyport:replay:${namespace}:*`)
    if (keys.length > 0) await client.del(keys)
  }
  client.disconnect()
})

const places: Readonly<Record<GuardPlace['kind'], () => GuardPlace>> = {
  sqlite: () => ({ kind: 'sqlite', path: join(folder, `${randomUUID()}.db`) }),
  ioredis: () => ({ kind: 'ioredis', url: redisUrl, namespace: newNamespace() }),
  'node-redis': () => ({ kind: 'node-redis', url: redisUrl, namespace: newNamespace() }),
  postgres() {
    schemas.unshift(ownName('processes'))
    return { kind: 'postgres', url: databaseUrl, schema: schemas[0]! }
  },
}

function newNamespace(): string {
  namespaces.unshift(`p${randomUUID().slice(0, 8)}`)
  return namespaces[0]!
}

const kinds = (Object.keys(places) as GuardPlace['kind'][]).filter(
  (kind) => kind === 'sqlite' || (kind === 'postgres' ? isDatabaseThere : isRedisThere),
)
const newTerms = () => ({ claimId: randomUUID(), now: Date.now(), retentionMs: 3_600_000, minimumMs: 600_000 })

describe.each(kinds)('a replay guard in %s', (kind) => {
  it('gives each event to one of five processes that start together', async () => {
    const place = places[kind]()
    const racing = Array.from({ length: 5 }, async () =>
      promisify(execFile)(process.execPath, [...flags, 'race', JSON.stringify(place), '400']),
    )
    const claimed = (await Promise.all(racing)).flatMap(({ stdout }) => JSON.parse(stdout) as number[])
    expect(claimed.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, index) => index))
  })

  function startHolder(place: GuardPlace) {
    const holder: ChildProcess = spawn(process.execPath, [...flags, 'hold', JSON.stringify(place)])
    onTestFinished(() => void holder.kill('SIGKILL'))
    const lines: string[] = []
    createInterface(holder.stdout!).on('line', (line) => lines.push(line))
    return { holder, lines }
  }

  it('keeps the claim of a process at work, and ends that of one that died', async () => {
    const place = places[kind]()
    const { holder, lines } = startHolder(place)
    // Three times as long as its lease.
    await expect.poll(() => lines.length).toBeGreaterThan(9)
    expect(lines[0]).toBe('claimed')
    const { guard, close } = await openGuard(place)
    expect(await guard.claim('held', newTerms())).toBe('pending')
    holder.kill('SIGKILL')
    await expect.poll(() => guard.claim('held', newTerms())).toBe('claimed')
    await close()
  })

  it('keeps a later claim from the outcomes of a process that was stopped', async () => {
    const place = places[kind]()
    const { holder, lines } = startHolder(place)
    await expect.poll(() => lines[0]).toBe('claimed')
    holder.kill('SIGSTOP')
    const { guard, close } = await openGuard(place)
    const own = newTerms()
    await expect.poll(() => guard.claim('held', own)).toBe('claimed')
    holder.kill('SIGCONT')
    for (const outcome of ['commit', 'release']) {
      holder.stdin!.write(`${outcome}\n`)
      await expect.poll(() => lines).toContain(outcome)
      expect(await guard.claim('held', newTerms())).toBe('pending')
    }
    await guard.release('held', own)
    expect(await guard.claim('held', newTerms())).toBe('claimed')
    await close()
  })
})

describe.runIf(isRedisThere)('examples/operations/replay-guard-redis.ts', () => {
  it('handles an event once, of two processes', async () => {
    const namespace = newNamespace()
    const environment = { SONZAI_WEBHOOK_SECRET: 'whsec_shared', REDIS_URL: redisUrl, APP_NAME: namespace }
    const ports = [await findFreePort(), await findFreePort()]
    const programs = await Promise.all(
      ports.map((port) => startDocumented('examples/operations/replay-guard-redis.ts', port, environment)),
    )
    const delivery = signDelivery(sonzai(), { secret: 'whsec_shared', type: 'on_wakeup_ready' })
    const answers: unknown[] = []
    for (const port of ports) answers.push((await send(`http://localhost:${port}/`, delivery)).said)
    expect(answers).toEqual(['handled', 'duplicate'])
    for (const server of programs) expect((await server.end('SIGTERM')).code).toBe(0)
  })
})
