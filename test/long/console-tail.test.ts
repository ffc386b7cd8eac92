import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasChromium, useBrowser } from '../support/console/browser.ts'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'
import { deliver, signOrder } from '../support/console/seed.ts'

const perSecond = 100
// A busy machine delivers fewer.
const patience = { timeout: 90_000 }

describe.skipIf(!hasChromium)('the live tail under load in Chromium', { timeout: 400_000 }, () => {
  let opened: OpenedConsole
  let load: Load | undefined
  beforeEach(async () => {
    opened = await openConsole()
  })
  afterEach(async () => {
    await load?.end()
    load = undefined
    await opened.close()
  })
  const { open } = useBrowser()

  const rows = (page: Page): Locator => page.getByRole('table', { name: 'Events' }).locator('tbody tr')
  const ids = (page: Page): Promise<string[]> => rows(page).locator('td.id').allTextContents()
  const firstNumber = async (page: Page): Promise<number> => Number(/^msg_load_(\d+)$/.exec((await ids(page))[0]!)?.[1])

  it('shows the latest events, and keeps the page small', async () => {
    const page = await open(`${opened.url}events`)
    await rows(page).first().waitFor()
    const before = await countNodes(page)
    load = startLoad(opened)
    for (const number of [perSecond, 2 * perSecond, 4 * perSecond])
      await expect.poll(() => firstNumber(page), patience).toBeGreaterThan(number)
    await load.end()
    await expect.poll(() => firstNumber(page)).toBe(load.sent() - 1)
    expect(await rows(page).count()).toBe(50)
    expect(await countNodes(page)).toBeLessThan(before * 1.5)
  })

  it('moves nothing while somebody has selected or reads', async () => {
    const page = await open(`${opened.url}events`)
    await rows(page).nth(3).getByRole('checkbox').check()
    await page.getByText('1 selected').waitFor()
    const before = await ids(page)
    const place = await rows(page).nth(3).boundingBox()
    load = startLoad(opened)
    await page.getByRole('button', { name: '50 or more new' }).waitFor(patience)
    expect(await ids(page)).toEqual(before)
    expect(await rows(page).nth(3).boundingBox()).toEqual(place)

    await page.getByRole('button', { name: 'Clear' }).click()
    await expect.poll(() => firstNumber(page)).toBeGreaterThan(0)
    await page.mouse.wheel(0, 500)
    await expect.poll(() => page.evaluate<number>('scrollY')).toBeGreaterThan(60)
    const read = await ids(page)
    await page.getByRole('button', { name: '50 or more new' }).waitFor(patience)
    expect(await ids(page)).toEqual(read)
    await page.getByRole('button', { name: '50 or more new' }).click()
    await expect.poll(async () => (await ids(page))[0]).not.toBe(read[0])
    await expect.poll(() => page.evaluate('scrollY')).toBe(0)
  })

  it('asks for nothing while the page is hidden, and says so', async () => {
    const page = await open(`${opened.url}events`)
    await rows(page).first().waitFor()
    await setHidden(page, true)
    await page.locator('.live.paused', { hasText: 'Paused' }).waitFor()
    await page.getByText('Paused while the page is hidden').waitFor()
    const before = await ids(page)
    const asked: string[] = []
    page.on('request', (request) => void asked.push(request.url()))
    load = startLoad(opened)
    // Longer than the page waits between two questions.
    await expect.poll(() => load!.sent(), patience).toBeGreaterThan(3 * perSecond)
    expect(asked).toEqual([])
    expect(await ids(page)).toEqual(before)
    await setHidden(page, false)
    await page.locator('.live', { hasText: 'Live' }).waitFor()
    await expect.poll(() => firstNumber(page), patience).toBeGreaterThan(perSecond)
  })

  it('asks once for a list that is not live, however often the page is hidden', async () => {
    const page = await open(`${opened.url}events?until=${Date.now()}`)
    await rows(page).first().waitFor()
    const asked = watch(page)
    for (const isHidden of [true, false, true, false]) await setHidden(page, isHidden)
    // The count is asked for again when the page is seen.
    await expect.poll(() => asked('events/count')).toBeGreaterThan(0)
    expect(asked('events')).toBe(0)
  })

  it('does not ask at once for what changes rarely', async () => {
    const page = await open(`${opened.url}audit`)
    const { events } = await opened.inbox.list({ state: 'dead' })
    const asked = watch(page)
    await page.goto(`${opened.url}events?key=${encodeURIComponent(events[0]!.key)}`)
    await page.getByRole('complementary', { name: 'Event' }).getByText('Event id').waitFor()
    await expect.poll(() => asked('events'), { timeout: 30_000 }).toBeGreaterThan(2)
    expect([asked('event'), asked('jobs')]).toEqual([1, 1])
  })
})

/** Counts what a page asks the server for, by route. */
function watch(page: Page): (path: string) => number {
  const asked: string[] = []
  page.on('request', (request) => void asked.push(new URL(request.url()).pathname))
  return (path) => asked.filter((pathname) => pathname.endsWith(`/api/${path}`)).length
}

interface Load {
  readonly sent: () => number
  end(): Promise<void>
}

/** Delivers events, `perSecond` of them, until it is ended. */
function startLoad({ receivers }: OpenedConsole): Load {
  let sent = 0
  const over = new AbortController()
  const begun = performance.now()
  async function run(): Promise<void> {
    while (!over.signal.aborted) {
      const due = Math.floor(((performance.now() - begun) / 1_000) * perSecond)
      if (sent >= due) await new Promise((resolve) => setTimeout(resolve, 5))
      else await deliver(receivers.orders, signOrder(`msg_load_${sent++}`, 'order.sent', {}))
    }
  }
  const running = run()
  return {
    sent: () => sent,
    async end() {
      over.abort()
      await running
    },
  }
}

const countNodes = (page: Page): Promise<number> => page.evaluate<number>('document.querySelectorAll("*").length')

/** What a browser tells a page whose tab is in the background. */
async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${isHidden} })
    document.dispatchEvent(new Event('visibilitychange'))`)
}
