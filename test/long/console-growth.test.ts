import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { createConsole } from '@sallyport/console'
import { mount } from '@sallyport/console/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failures, kinds, mix } from '../bench/growth-events.ts'
import { growthKinds, type GrowthStore } from '../bench/growth-stores.ts'
import { createEvents } from '../bench/inbox-events.ts'
import { hasChromium, useBrowser } from '../support/console/browser.ts'

const events = 1_000_000
const stores = await Promise.all(growthKinds.map(async (kind) => ({ ...kind, without: await kind.missing() })))
for (const { name, without } of stores)
  if (without !== undefined) console.error(`SKIPPED: the console over 1,000,000 events in ${name}: ${without}`)

describe.skipIf(!hasChromium).each(stores)(
  'the console over 1,000,000 events in $name',
  ({ name, open: openStore, without }) => {
    const isThere = without === undefined
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-console-growth-'))
    const times: string[] = []
    let store: GrowthStore
    let server: Server
    let url: string
    beforeAll(async () => {
      if (!isThere) return
      store = await openStore(folder, events)
      server = createServer(
        mount(createConsole({ inbox: store.engine, basePath: '/console', authorize: () => 'operate' })),
      )
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/console/`
    }, 600_000)
    afterAll(async () => {
      if (isThere) {
        server.close().closeAllConnections()
        await store.remove()
      }
      rmSync(folder, { recursive: true })
      console.log(`The console over 1,000,000 events in ${name}, in Chromium:\n${times.join('\n')}`)
    }, 120_000)
    const { open } = useBrowser()

    const rows = (page: Page): Locator => page.getByRole('table', { name: 'Events' }).locator('tbody tr')
    async function openTimed(page: Page, path: string, shown: Locator): Promise<void> {
      const begun = performance.now()
      await page.goto(url + path)
      await shown.first().waitFor()
      await page.locator('table.stale').waitFor({ state: 'detached' })
      times.push(`  ${String(Math.round(performance.now() - begun)).padStart(6)} ms  /${decodeURIComponent(path)}`)
    }

    it.skipIf(!isThere)('opens every page', async () => {
      const page = await open(url)
      const dead = ((events / 100) * (mix.pending - mix.dead)).toLocaleString('en')
      await openTimed(page, '', page.getByRole('link', { name: new RegExp(`^Dead ?${dead}`) }))
      await openTimed(page, 'events', rows(page))
      await openTimed(page, 'failures', page.getByRole('article'))
      await openTimed(page, 'audit', page.getByRole('heading', { name: 'Audit' }))
      const { key } = (await store.engine.list({ state: 'dead', sort: 'newest', limit: 1 })).events[0]!
      await openTimed(page, `event?key=${encodeURIComponent(key)}`, page.getByText('Arrived and verified'))
    })

    it.skipIf(!isThere)('answers every filter', async () => {
      const page = await open(url)
      const { provider, type } = kinds[3]!
      const day = Date.now() - mix.withinMs / 2
      for (const query of [
        { state: 'dead' },
        { state: 'waiting' },
        { state: 'retrying' },
        { provider },
        { type },
        { state: 'dead', provider, type },
        { since: '1h' },
        { since: String(day), until: String(day + 86_400_000) },
        { tenant: mix.tenant(21) },
        { order: mix.orderKey(44) },
        { failure: failures[4]! },
        { q: 'ECONNREFUSED' },
      ])
        await openTimed(page, `events?${String(new URLSearchParams(query))}`, rows(page))
    })

    it.skipIf(!isThere)('says how far a search looked, and looks further', async () => {
      const page = await open(url)
      const scanned = page.getByText(/^Looked at [\d,]+ events back to/)
      await openTimed(page, 'events?q=nothing-has-this-text', scanned)
      expect(await scanned.textContent()).toContain('Looked at 10,000 events back to')
      await page.getByRole('button', { name: 'Look further' }).click()
      await page.getByText('Looked at 20,000 events back to').waitFor()
    })

    it.skipIf(!isThere)('goes on showing what arrives', async () => {
      const page = await open(`${url}events`)
      await rows(page).first().waitFor()
      const makeEvent = createEvents()
      for (let round = 0; round < 3; round++) {
        const event = makeEvent()
        await store.engine.insert([...Array.from({ length: 100 }, makeEvent), event])
        await rows(page)
          .filter({ hasText: event.id.slice(0, 12) })
          .first()
          .waitFor()
      }
      expect(await rows(page).count()).toBe(50)
    })

    it.skipIf(!isThere)('says that too many events are chosen one by one', async () => {
      const page = await open(`${url}events?state=dead&provider=${kinds[3]!.provider}`)
      for (let pages = 0; pages <= 20; pages++) {
        if (pages > 0) await page.getByRole('link', { name: 'Next page' }).click()
        await page.locator('table.stale').waitFor({ state: 'detached' })
        await page.getByRole('checkbox', { name: 'Select all on this page', checked: false }).check()
        await page
          .getByText(`${((pages + 1) * 50).toLocaleString('en')} selected`, { exact: false })
          .first()
          .waitFor()
      }
      await page.getByText('more than the 1,000 that can be chosen one by one').waitFor()
      expect(await page.getByRole('button', { name: 'Replay…' }).isDisabled()).toBe(true)
      await page.keyboard.press('r')
      await page.getByRole('dialog', { name: '1,050 events are too many to choose one by one' }).waitFor()
    })

    it.skipIf(!isThere)('stops a bulk change on its way', async () => {
      const page = await open(`${url}events?state=dead&provider=${kinds[3]!.provider}`)
      const before = (await store.engine.stats()).counts.dead
      await rows(page).first().waitFor()
      await page.getByLabel('Select all on this page').check()
      await page.getByRole('button', { name: /^Select all .*that match$/ }).click()
      await page.getByRole('button', { name: 'Replay…' }).click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Replay/ })
        .click()
      const job = page.getByRole('region', { name: /^Replaying/ })
      await job.getByText(/^[1-9][\d,]* of/).waitFor()
      await job.getByRole('button', { name: 'Stop' }).click()
      await page
        .getByRole('region', { name: /^Replayed/ })
        .getByText('stopped')
        .waitFor()
      const [{ changed } = { changed: 0 }] = (
        (await (await fetch(`${url}api/jobs`)).json()) as { jobs: { changed: number }[] }
      ).jobs
      times.push(`  stopped after ${changed} of the dead ${before}`)
      expect(changed).toBeGreaterThan(0)
      expect(changed).toBeLessThan(before / 2)
      expect((await store.engine.stats()).counts.dead).toBe(before - changed)
    })
  },
)
