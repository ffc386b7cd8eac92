import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteEngine, type StoredEvent } from 'sallyport/inbox'
import { afterAll, describe, expect, it } from 'vitest'
import { deliver, deliverUntilAcknowledged } from '../support/crash/deliver.ts'
import { createDisk, isWithoutShim } from '../support/crash/disk.ts'
import { signTask, type Task } from '../support/crash/provider.ts'
import { readJournal } from '../support/crash/read-back.ts'
import type { KillPoint } from '../support/crash/server-options.ts'
import { startServer, untilIdle } from '../support/crash/server-process.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-kill-'))
afterAll(() => rmSync(home, { recursive: true }))

/** What is expected of one event whose server died at a point. */
interface Case {
  readonly point: KillPoint
  readonly task?: Task
  /** Where the server that dies handles events. @default 'here' */
  readonly work?: 'here' | 'elsewhere'
  /** What the sender is told by its first try that is answered. */
  readonly outcome: 'accepted' | 'duplicate'
  readonly state: StoredEvent['state']
  /** Runs begun since it was stored or replayed. */
  readonly attempts: number
  /** Outcomes of the attempts in its history. */
  readonly past: readonly string[]
  /** How often its effect was seen. */
  readonly effects: number
}

const cases: readonly Case[] = [
  { point: 'before the commit', outcome: 'accepted', state: 'done', attempts: 1, past: ['handled'], effects: 1 },
  // Nothing is handled there: a claim made between the commit and the kill would be an attempt that counts.
  {
    point: 'after the commit, before the reply',
    work: 'elsewhere',
    outcome: 'duplicate',
    state: 'done',
    attempts: 1,
    past: ['handled'],
    effects: 1,
  },
  {
    point: 'before the handler',
    outcome: 'accepted',
    state: 'done',
    attempts: 2,
    past: ['lost', 'handled'],
    effects: 1,
  },
  // At least once: the effect was seen, its completion was not.
  {
    point: 'after the effect, before the completion',
    outcome: 'accepted',
    state: 'done',
    attempts: 2,
    past: ['lost', 'handled'],
    effects: 2,
  },
  { point: 'after the completion', outcome: 'accepted', state: 'done', attempts: 1, past: ['handled'], effects: 1 },
  {
    point: 'during the backoff',
    task: { failures: 1 },
    outcome: 'accepted',
    state: 'done',
    attempts: 2,
    past: ['retried', 'handled'],
    effects: 1,
  },
  {
    point: 'after the dead letter',
    task: { failures: 9, isPermanent: true },
    outcome: 'accepted',
    state: 'dead',
    attempts: 1,
    past: ['dead'],
    effects: 0,
  },
]

// A cut is the harder test: whatever the dead process had not synced is gone too.
const hasPower = isWithoutShim('power cuts at named points')

describe(`killed at a named point${hasPower ? '' : ', and the power cut'}`, () => {
  it.each(cases)('$point', async ({ point, task = {}, work = 'here', outcome, state, attempts, past, effects }) => {
    const { journal, path, disk } = makePlace()
    const options = { engine: { path }, journal, retry: { delayMs: 150, maxDelayMs: 150 } }
    const delivery = signTask('the-event', task)
    const doomed = await startServer({ ...options, work, dieAt: point }, disk)
    const answer = await deliver(doomed.port, delivery).catch(() => undefined)
    expect(await doomed.gone).toBe('SIGKILL')
    disk?.cut()

    const next = await startServer(options, disk)
    // A sender that was answered sends no more.
    const seen = answer ?? (await deliverUntilAcknowledged(next.port, delivery))
    await untilIdle(next)
    await next.stop()
    const event = await readEvent(path)
    const seenEffects = readJournal(journal).get('the-event') ?? 0
    const runs = event?.attempts ?? 0
    console.log(
      `killed ${point}: answered ${seen.body}, ${event?.state ?? 'lost'} after ${runs} runs, ${seenEffects} effects`,
    )
    expect(seen.body).toContain(outcome)
    expect(event).toMatchObject({ state, attempts })
    expect(readPast(event)).toEqual(past)
    expect(seenEffects).toBe(effects)
  })

  it('after the replay of a dead letter', async () => {
    const { journal, path, disk } = makePlace()
    const options = { engine: { path }, journal }
    const first = await startServer(options, disk)
    await deliverUntilAcknowledged(first.port, signTask('the-event', { failures: 1, isPermanent: true }))
    await untilIdle(first)
    await first.stop()
    expect(await readEvent(path)).toMatchObject({ state: 'dead' })

    // It handles nothing, so that only the replay can be lost.
    const doomed = await startServer({ ...options, dieAt: 'after the replay', work: 'elsewhere' }, disk)
    void doomed.ask({ do: 'replay', id: 'the-event' })
    expect(await doomed.gone).toBe('SIGKILL')
    disk?.cut()
    const event = await readEvent(path)
    expect(event).toMatchObject({ state: 'pending', attempts: 0 })
    expect(readPast(event)).toEqual(['dead'])
  })
})

function makePlace() {
  const folder = mkdtempSync(join(home, 'place-'))
  const disk = hasPower ? undefined : createDisk()
  return { journal: join(folder, 'journal'), path: join(disk?.folder ?? folder, 'events.db'), disk }
}

// Without writing: what this process would sync is not on the disk that loses its power.
async function readEvent(path: string): Promise<StoredEvent | undefined> {
  const engine = createSqliteEngine({ path, readOnly: true })
  await engine.start()
  try {
    const [event] = (await engine.list()).events
    return event && (await engine.get(event.key))
  } finally {
    await engine.stop({ drainMs: 0 })
  }
}

const readPast = (event: StoredEvent | undefined): string[] | undefined =>
  event?.history?.attempts.map(({ outcome }) => outcome)
