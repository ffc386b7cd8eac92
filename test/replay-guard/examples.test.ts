import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { createReceiver } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { createTableSql } from '../../packages/sallyport/src/receive/replay/postgres/sql.ts'
import { root } from '../../scripts/run-command.ts'
import { administer, databaseUrl, hasDatabase, ownName } from '../support/inbox/pg-boss-database.ts'
import { hasRedis, redisUrl } from '../support/replay-guard/redis-subject.ts'

const secret = 'whsec_shared'
const folder = mkdtempSync(join(tmpdir(), 'sallyport-guards-'))
afterAll(() => rmSync(folder, { recursive: true }))
const [isRedisThere, isDatabaseThere] = [await hasRedis(), await hasDatabase()]

async function removeKeys(namespace: string): Promise<void> {
  const client = new Redis(redisUrl)
  const keys = await client.keys(`sallyport:replay:${namespace}:*`)
  if (keys.length > 0) await client.del(keys)
  client.disconnect()
}

describe.runIf(isRedisThere && isDatabaseThere)('examples/operations/replay-guards.ts', () => {
  it('makes three guards that share nothing', async () => {
    const { createGuards } = await import('../../examples/operations/replay-guards.ts')
    const schema = ownName('guards')
    const namespace = `e${randomUUID().slice(0, 8)}`
    const { guards, close } = await createGuards({
      databaseUrl,
      redisUrl,
      path: join(folder, 'a.db'),
      namespace,
      schema,
    })
    const delivery = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })
    for (const replayGuard of guards) {
      const [first, second] = [0, 1].map(() => createReceiver(sonzai(), { secret, replayGuard }))
      await first!.ready()
      expect((await first!.receive(delivery)).outcome).toBe('ignored')
      expect((await second!.receive(delivery)).outcome).toBe('duplicate')
    }
    await close()
    await administer(`DROP SCHEMA ${schema} CASCADE`)
    await removeKeys(namespace)
  })
})

describe('docs/operations/shared-state.md', () => {
  it('shows the statements that make the table', () => {
    const document = readFileSync(join(root, 'docs/operations/shared-state.md'), 'utf8')
    expect(document).toContain(createTableSql('sallyport').trim())
  })
})
