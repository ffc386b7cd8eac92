import type { Locator, Page } from 'playwright-core'
import { createReceiver, type Receiver } from 'sallyport'
import { createInbox, type ChangeOptions, type EventFilter, type Inbox } from 'sallyport/inbox'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { hasChromium, useBrowser, waitForContent } from '../support/console/browser.ts'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'
import { deliver, secrets, signOrder } from '../support/console/seed.ts'
import { stores, type OpenStore } from '../support/console/stores.ts'

const scans: Readonly<Record<string, readonly string[]>> = {
  SQLite: ['q'],
  PostgreSQL: ['q'],
  Redis: ['provider', 'type', 'tenant', 'order', 'failure', 'q'],
}

describe.skipIf(!hasChromium).each(stores)(
  'the console over $name',
  { timeout: 120_000 },
  ({ name, isThere, open: openStore }) => {
    let store: OpenStore
    let opened: OpenedConsole
    const steps = createPermits()
    beforeAll(async () => {
      if (!isThere) return
      store = await openStore()
      opened = await openConsole({
        createEngine: store.createEngine,
        toShown: (inbox) => replayOneByOne(inbox, steps.take),
      })
      await deliverOfTenant(store)
    }, 60_000)
    afterAll(async () => {
      await opened?.close()
      await store?.remove()
    })
    const { open } = useBrowser()

    const rows = (page: Page): Locator => page.getByRole('table', { name: 'Events' }).locator('tbody tr')
    const ids = (page: Page): Promise<string[]> => rows(page).locator('td.id').allTextContents()
    const keyOf = async (id: string): Promise<string> => (await opened.inbox.list({ search: id })).events[0]!.key

    it.skipIf(!isThere)('opens every page', async () => {
      const page = await open(opened.url)
      for (const link of ['Events', 'Failures', 'Refused', 'Audit', 'Overview']) {
        await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: link }).click()
        await page.getByRole('heading', { level: 1, name: link }).waitFor()
        await waitForContent(page)
        expect(await page.locator('main .failed').count()).toBe(0)
      }
    })

    it.skipIf(!isThere)('counts on the overview what the store has', async () => {
      const page = await open(opened.url)
      const { counts, retrying } = await opened.inbox.stats()
      const cards = page.getByRole('region', { name: 'Now' })
      await expect.poll(() => cards.getByRole('link', { name: /^Dead/ }).textContent()).toContain(`Dead${counts.dead}`)
      expect(await cards.getByRole('link', { name: /^Retrying/ }).textContent()).toContain(`Retrying${retrying}`)
      expect(await cards.getByRole('link', { name: /^Refused/ }).textContent()).toContain('7 SIGNATURE_MISMATCH')
      await page.getByRole('table', { name: 'Senders' }).getByRole('link', { name: 'stripe', exact: true }).waitFor()
    })

    it.skipIf(!isThere)('finds by every filter, and says which are a scan', async () => {
      const page = await open(`${opened.url}events`)
      await rows(page).first().waitFor()
      const failure = (await opened.inbox.get(await keyOf('msg_dead_3')))!.failure!
      const wanted: readonly (readonly [query: Record<string, string>, id: string])[] = [
        [{ state: 'dead' }, 'msg_rejected'],
        [{ state: 'retrying' }, 'msg_retrying_1'],
        [{ state: 'waiting' }, 'msg_waiting_2'],
        [{ state: 'done', provider: 'standard-webhooks', type: 'order.paid' }, 'msg_again'],
        [{ type: 'order.paid', state: 'dead' }, 'msg_invalid_1'],
        [{ since: '1h', state: 'waiting' }, 'msg_waiting_2'],
        [{ since: '1', until: String(Date.now() + 60_000), state: 'dead' }, 'msg_rejected'],
        [{ tenant: 'acme' }, 'msg_tenant'],
        // BullMQ keeps no order, so that no event has an order key.
        ...(name === 'Redis' ? [] : [[{ order: 'customer 7' }, 'msg_tenant'] as const]),
        [{ failure }, 'msg_dead_3'],
        [{ q: 'cus_4' }, 'msg_dead_4'],
      ]
      for (const [query, id] of wanted) {
        await page.goto(`${opened.url}events?${String(new URLSearchParams(query))}`)
        await expect.poll(() => ids(page), query).toContain(id)
        await page.locator('table.stale').waitFor({ state: 'detached' })
      }
      await page.goto(`${opened.url}events?since=1&until=2`)
      await page.getByText('No event matches').waitFor()
      const session = (await (await fetch(`${opened.url}api/session`)).json()) as { scanned: string[] }
      expect(session.scanned).toEqual(scans[name])
      await page.getByText('+ Filter').click()
      const note = await page.getByText('This store has no index for').textContent()
      expect(note).toMatch(name === 'Redis' ? /sender, type, tenant, order key, failure, text/ : /for text:/)
    })

    it.skipIf(!isThere)('shows, replays and discards one event', async () => {
      const page = await open(`${opened.url}event?key=${encodeURIComponent(await keyOf('msg_rejected'))}`)
      const timeline = page.getByRole('list', { name: 'Timeline' })
      await timeline.getByText('Arrived and verified').waitFor()
      expect(await timeline.textContent()).toMatch(/Run 1 failed after .*: dead/)
      await page.getByRole('region', { name: 'Body' }).getByText('the tool has no name').waitFor()
      await page.getByRole('button', { name: 'Replay' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Replay', exact: true }).click()
      await page.getByText('Replayed: it waits for its handler').waitFor()
      await page.locator('.head .tag', { hasText: 'waiting' }).waitFor()
      await page.getByRole('button', { name: 'Discard…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Discard this event?' })
      await dialog.getByRole('textbox').fill('discard')
      await dialog.getByRole('button', { name: 'Discard', exact: true }).click()
      await page.getByText('Discarded', { exact: true }).waitFor()
      expect((await opened.inbox.list({ search: 'msg_rejected' })).events).toEqual([])
    })

    it.skipIf(!isThere)('shows how a bulk change goes on, and stops it', async () => {
      const page = await open(`${opened.url}failures`)
      const before = (await opened.inbox.stats()).counts.dead
      await page.getByRole('button', { name: /^Replay 6… of UpstreamError: no customer/ }).click()
      await page.getByRole('dialog', { name: 'Replay 6 events?' }).getByRole('button', { name: 'Replay 6' }).click()
      const job = page.getByRole('region', { name: 'Replaying 6 events' })
      await job.getByText('0 of 6').waitFor()
      for (const count of [1, 2]) {
        steps.give()
        await job.getByText(`${count} of 6`).waitFor()
      }
      // Asked after the third step was let happen, the stop would find the job at the fourth, which never comes.
      const stopped = page.waitForResponse(`${opened.url}api/jobs/stop`)
      await job.getByRole('button', { name: 'Stop' }).click()
      expect((await stopped).status()).toBe(200)
      steps.give()
      const ended = page.getByRole('region', { name: 'Replayed 2 of 6 events' })
      await ended.getByText('stopped').waitFor()
      const { changed } = ((await (await fetch(`${opened.url}api/jobs`)).json()) as { jobs: { changed: number }[] })
        .jobs[0]!
      expect((await opened.inbox.stats()).counts.dead).toBe(before - changed)
      expect(changed).toBeLessThan(6)
      await page.getByRole('button', { name: new RegExp(`^Replay ${6 - changed}… of UpstreamError`) }).waitFor()
    })

    it.skipIf(!isThere)('lists what was refused', async () => {
      const page = await open(`${opened.url}refused`)
      await page.getByText('8 deliveries').waitFor()
      await page.getByRole('heading', { name: 'SIGNATURE_MISMATCH' }).waitFor()
    })
  },
)

/** Lets the next steps of a bulk change happen, one for each permit, whether it is given before it is asked for or after. */
function createPermits() {
  const waiting: (() => void)[] = []
  let left = 0
  return {
    give(): void {
      const next = waiting.shift()
      if (next) next()
      else left++
    },
    take(): Promise<void> {
      if (left === 0) return new Promise((resolve) => waiting.push(resolve))
      left--
      return Promise.resolve()
    },
  }
}

/** The same inbox; its replays wait before each event. */
function replayOneByOne(inbox: Inbox, next: () => Promise<void>): Inbox {
  const replay = async (filter: EventFilter, { signal, onProgress }: ChangeOptions = {}): Promise<number> => {
    if (filter.keys !== undefined) return inbox.replay(filter)
    let count = 0
    for (const { key } of (await inbox.list(filter)).events) {
      await next()
      if (signal?.aborted === true) break
      count += await inbox.replay({ keys: [key], state: filter.state })
      onProgress?.(count)
    }
    return count
  }
  return new Proxy(inbox, {
    get: (_, member) => (member === 'replay' ? replay : (Reflect.get(inbox, member) as unknown)),
  })
}

/** An event of a tenant, with an order key. */
async function deliverOfTenant({ createEngine }: OpenStore): Promise<void> {
  const engine = createEngine()
  const serial = engine.promises.order.includes('serial')
    ? ({ order: 'serial', orderBy: () => 'customer 7' } as const)
    : {}
  const inbox = createInbox({ engine, work: 'elsewhere', ...serial })
  const secret = () => ({ tenant: 'acme', secrets: secrets['standard-webhooks'] })
  const receiver = createReceiver(standardWebhooks({ events: { 'order.sent': z.looseObject({}) } }), {
    secret,
    inbox,
    log: false,
  }) as unknown as Receiver
  await deliver(receiver, signOrder('msg_tenant', 'order.sent', {}))
  await inbox.stop({ drainMs: 0 })
}
