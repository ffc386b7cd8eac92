import type { EventRunner } from 'sallyport'
import { createInbox, toRetryPolicy, type Engine, type Inbox, type InboxReport } from 'sallyport/inbox'
import { afterEach, expect, it } from 'vitest'
import type { EngineSubject } from './subject.ts'
import { consume, fastRetry, newEvent, useStores } from './test-store.ts'

const patience = { timeout: 20_000, interval: 20 }

/** A process without the receiver for a provider leaves that provider's events to others, uncounted. */
export function checkProviders(subject: EngineSubject): void {
  const useStore = useStores(subject)
  const { distributed, order: modes } = subject.createEngine('only-asked').promises
  let inboxes: Inbox[] = []
  afterEach(async () => {
    await Promise.all(inboxes.map((inbox) => inbox.stop({ drainMs: 0 })))
    inboxes = []
  })

  /** An inbox with a receiver for one provider. */
  function openInbox(engine: Engine, provider: string, run: EventRunner, retry = fastRetry) {
    const errors: unknown[] = []
    const reports: InboxReport[] = []
    const inbox = createInbox({
      engine,
      retry,
      concurrency: 2,
      onError: (error) => void errors.push(error),
      onReport: (report) => void reports.push(report),
    })
    inbox.attach(provider, run)
    inboxes.push(inbox)
    return { inbox, errors, reports, codes: () => errors.map((error) => (error as { code?: unknown }).code) }
  }

  const ofOther = (n: number) => newEvent(`other-${n}`, { provider: 'other' })

  it('leaves events without a receiver, with all attempts', async () => {
    const { engine } = await useStore()
    const foreign = Array.from({ length: 30 }, (_, n) => newEvent(n))
    await engine.insert(foreign)
    const others: string[] = []
    const { inbox, codes, reports } = openInbox(engine, 'other', async ({ id }) => void others.push(id))
    await expect.poll(codes, patience).toEqual(['INBOX_NO_RECEIVER'])
    // The events it has a receiver for are not held up.
    await engine.insert([ofOther(1), ofOther(2), ofOther(3)])
    await expect.poll(() => others.length, patience).toBe(3)
    for (const { key } of foreign) {
      await expect.poll(() => inbox.get(key), patience).toMatchObject({ state: 'pending', attempts: 0 })
    }

    const attempts: unknown[] = []
    inbox.attach('test', async ({ id }, { number, isLast }) => {
      if (id !== 'id-0') return
      attempts.push([number, isLast])
      if (!isLast) throw new Error('not yet')
    })
    await expect.poll(async () => (await inbox.stats()).counts, patience).toMatchObject({ done: 33, dead: 0 })
    expect(attempts).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ])
    expect(reports.filter(({ outcome }) => outcome === 'dead')).toEqual([])
    expect(codes()).toEqual(['INBOX_NO_RECEIVER'])
  })

  it('counts on from the attempts that were made before', async () => {
    const { engine, open } = await useStore()
    await engine.insert([newEvent(1)])
    const retry = toRetryPolicy({ attempts: 3, delayMs: 300, factor: 1, jitter: 0 })
    const fail: EventRunner = async () => {
      throw new Error('not yet')
    }
    const first = openInbox(engine, 'test', fail, retry)
    await expect.poll(() => first.reports.map(({ outcome }) => outcome), patience).toEqual(['retried'])
    await first.inbox.stop()
    const second = openInbox(await open(), 'other', async () => {}, retry)
    await expect.poll(second.codes, patience).toEqual(['INBOX_NO_RECEIVER'])
    await second.inbox.stop()
    const third = openInbox(await open(), 'test', fail, retry)
    await expect
      .poll(() => third.reports.map(({ outcome, attempt }) => [outcome, attempt]), patience)
      .toEqual([
        ['retried', 2],
        ['dead', 3],
      ])
  })

  it('does not claim them again and again', async () => {
    const { engine } = await useStore()
    await engine.insert(Array.from({ length: 50 }, (_, n) => newEvent(n)))
    let met = 0
    const outcomes = await consume(engine, async () => {}, {
      concurrency: 2,
      providers: () => ['other'],
      onNoReceiver: () => void met++,
    })
    for (let n = 1; n <= 20; n++) {
      await engine.insert([ofOther(n)])
      await outcomes.until(n, 'handled')
    }
    await expect.poll(() => met, patience).toBeGreaterThan(0)
    // Each event once, or a look or two for each of those that were handled.
    expect(met).toBeLessThan(150)
    expect((await engine.stats()).counts).toMatchObject({ pending: 50, active: 0, done: 20 })
  })

  it.each(modes.filter((order) => order !== 'none'))('%s: claims past hundreds of their lines', async (order) => {
    const { engine } = await useStore()
    await engine.insert(
      Array.from({ length: 300 }, (_, n) => newEvent(n, { provider: `none-${n % 3}`, orderKey: `line-${n}` })),
    )
    await engine.insert([newEvent('own', { orderKey: 'own' })])
    let claims = 0
    let claimsBefore: number | undefined
    const outcomes = await consume(engine, async () => void (claimsBefore ??= claims), {
      order,
      providers() {
        claims++
        return ['test']
      },
    })
    await outcomes.until(1, 'handled')
    expect(claimsBefore).toBeLessThanOrEqual(5)
    expect((await engine.stats()).counts).toMatchObject({ pending: 300, done: 1, dead: 0 })
  })

  it.runIf(distributed)('leaves them to a process that has the receiver', async () => {
    const { engine, open } = await useStore()
    const wrong = openInbox(engine, 'other', async () => {})
    const handled: [string, number][] = []
    const right = openInbox(await open(), 'test', async ({ id }, { number }) => void handled.push([id, number]))
    for (let n = 0; n < 60; n++) await engine.insert([newEvent(n)])
    await expect.poll(() => handled.length, patience).toBe(60)
    expect(handled.filter(([, attempt]) => attempt !== 1)).toEqual([])
    await expect.poll(async () => (await right.inbox.stats()).counts, patience).toMatchObject({ done: 60, dead: 0 })
    // Once, however many events it saw; not at all where it saw none.
    expect(wrong.codes().filter((code) => code !== 'INBOX_NO_RECEIVER')).toEqual([])
    expect(wrong.codes().length).toBeLessThanOrEqual(1)
    expect(wrong.reports.filter(({ outcome }) => outcome !== 'stored')).toEqual([])
  })
}
