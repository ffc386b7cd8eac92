import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteEngine, type Engine } from 'sallyport/inbox'
import { afterEach, describe, expect, it } from 'vitest'
import { findKey } from './find-key.ts'
import { toShortKeys } from './short-keys.ts'
import { newEvent } from '../../../../test/support/inbox/new-event.ts'

let engine: Engine
let folder: string
afterEach(async () => {
  await engine.stop({ drainMs: 0 })
  await rm(folder, { recursive: true })
})

async function store(ids: readonly string[]): Promise<Engine> {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-keys-'))
  engine = createSqliteEngine({ path: join(folder, 'inbox.db') })
  await engine.start()
  await engine.insert(ids.map((id, index) => newEvent(`key ${index}`, { id, provider: 'p', type: 't' })))
  return engine
}

const digest = (start: string): string => `sha256:${start.padEnd(64, '0')}`

describe('toShortKeys', () => {
  it.each<[what: string, ids: string[], short: string[]]>([
    ['eight digits of a digest', [digest('5f2cd1e7aa'), digest('77ab03f2')], ['5f2cd1e7', '77ab03f2']],
    ['more where two begin alike', [digest('5f2cd1e7a'), digest('5f2cd1e7b')], ['5f2cd1e7a', '5f2cd1e7b']],
    ['ids that count up', ['evt_1NG8Du2e1', 'evt_1NG8Du2e2x'], ['evt_1NG8Du2e1', 'evt_1NG8Du2e2']],
    ['a whole short id', ['a', 'b'], ['a', 'b']],
    ['an id that begins another', ['evt_000001', 'evt_0000012'], ['evt_000001', 'evt_0000012']],
    ['the whole id where two share it', ['evt_000001', 'evt_000001'], ['evt_000001', 'evt_000001']],
  ])('shows %s', async (_what, ids, short) => {
    await store(ids)
    expect(await toShortKeys(engine, (await engine.list()).events)).toEqual(short)
  })

  it('minds events that are not listed', async () => {
    await store([digest('5f2cd1e7a'), digest('5f2cd1e7b')])
    expect(await toShortKeys(engine, (await engine.list({ limit: 1 })).events)).toEqual(['5f2cd1e7a'])
  })
})

describe('findKey', () => {
  it('finds every event by its short key', async () => {
    await store([digest('5f2cd1e7a'), digest('5f2cd1e7b'), 'evt_000001', 'evt_0000012', 'msg_00001'])
    const short = await toShortKeys(engine, (await engine.list()).events)
    const found = await Promise.all(short.map((key) => findKey(engine, key)))
    expect(found).toEqual(['key 0', 'key 1', 'key 2', 'key 3', 'key 4'])
  })

  it('names the events that a beginning leaves open', async () => {
    await store([digest('5f2cd1e7a'), digest('5f2cd1e7b')])
    await expect(findKey(engine, '5f2cd1e7')).rejects.toMatchObject({
      code: 'EVENT_AMBIGUOUS',
      fix: expect.stringMatching(/5f2cd1e7a\S+ {2}p t, 0s ago\n5f2cd1e7b/),
    })
  })

  it('is not led astray by many events that contain the text', async () => {
    await store([...Array.from({ length: 1_500 }, (_, index) => `x-${index}-evt_000001`), 'evt_000001-whole'])
    expect(await findKey(engine, 'evt_000001')).toBe('key 1500')
  })

  it('says how much of an id to pass', async () => {
    await store(['evt_000001'])
    await expect(findKey(engine, 'evt')).rejects.toMatchObject({ code: 'EVENT_MISSING', fix: /at least 6/ })
  })
})
