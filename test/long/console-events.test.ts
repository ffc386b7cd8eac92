import type { Locator, Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import { hasChromium, useBrowser } from '../support/browser.ts'
import { waitForContent } from '../support/console/browser.ts'
import { openConsole, type OpenedConsole, type OpenOptions } from '../support/console/open-console.ts'
import { deliver, signOrder } from '../support/console/seed.ts'

const isInstalled = hasChromium("the console's pages of events")

let opened: OpenedConsole
let page: Page

describe.skipIf(!isInstalled)('the pages of events in Chromium', { timeout: 180_000 }, () => {
  afterEach(() => opened.close())
  const browser = useBrowser()
  afterEach(async () => {
    // What the policy blocks is an error there, and so is a script of a hostile text.
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
  })

  async function open(path: string, given: OpenOptions & { readonly width?: number } = {}): Promise<void> {
    opened = await openConsole(given)
    page = await browser.open(`${opened.url}${path}`, { viewport: { width: given.width ?? 1_280, height: 900 } })
  }

  const keyOf = async (id: string): Promise<string> => (await opened.inbox.list({ search: id })).events[0]!.key
  /** Opens an event, on its page or beside the list. */
  async function openEvent(path: string, id: string, given: OpenOptions = {}): Promise<void> {
    await open('audit', given)
    await page.goto(`${opened.url}${path}?key=${encodeURIComponent(await keyOf(id))}`)
  }
  const rows = (): Locator => page.getByRole('table', { name: 'Events' }).locator('tbody tr')
  const links = (): Promise<string[]> => rows().locator('a').allTextContents()
  const query = (): Record<string, string> => Object.fromEntries(new URL(page.url()).searchParams)
  const ids = (): Promise<string[]> => rows().locator('td.id').allTextContents()
  const button = (name: string | RegExp, exact = false): Locator => page.getByRole('button', { name, exact })

  async function openTab(name: string): Promise<void> {
    await page.getByRole('tab', { name }).click()
    await page.getByRole('tab', { name, selected: true }).waitFor()
    await waitForContent(page)
  }

  it('keeps every filter in the address', async () => {
    await open('events')
    await expect.poll(async () => (await ids())[0]).toBe('msg_waiting_4')

    await page.getByText('+ Filter').click()
    await button('dead', true).click()
    await expect.poll(query).toEqual({ state: 'dead' })
    await expect.poll(async () => new Set(await rows().locator('.tag').allTextContents())).toEqual(new Set(['dead']))
    await page.getByLabel('Sender').selectOption('standard-webhooks')
    await page.getByLabel('Type', { exact: true }).fill('order.sent')
    await page.getByLabel('Type', { exact: true }).press('Enter')
    await button('last 24 h').click()
    await page.getByLabel('Tenant').fill('acme')
    await page.getByLabel('Tenant').press('Enter')
    await page.getByLabel('Order key').fill('cus_1')
    await page.getByLabel('Order key').press('Enter')
    const filters = { state: 'dead', provider: 'standard-webhooks', type: 'order.sent', since: '24h' }
    await expect.poll(query).toEqual({ ...filters, tenant: 'acme', order: 'cus_1' })
    await page.getByText('No event matches').waitFor()

    await page.keyboard.press('Escape')
    await button('Remove filter Tenant').click()
    await button('Remove filter Order key').click()
    await expect.poll(query).toEqual(filters)
    await expect.poll(ids).toContain('msg_dead_3')
    await page.reload()
    await expect.poll(ids).toContain('msg_dead_3')
    await page.goBack()
    await expect.poll(query).toEqual({ ...filters, order: 'cus_1' })
    await button('Clear all').click()
    await expect.poll(query).toEqual({})
  })

  it('finds text, and takes times of the clock', async () => {
    await open('events')
    await rows().first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('cus_3')
    await expect.poll(query).toEqual({ q: 'cus_3' })
    await expect.poll(ids).toEqual(['msg_dead_3'])
    await page.getByLabel('Search id').fill('')
    await expect.poll(query).toEqual({})
    await page.getByText('+ Filter').click()
    await page.getByLabel('From').fill('2020-01-01T00:00')
    await page.getByLabel('Until').fill('2020-01-02T00:00')
    await expect.poll(() => Object.keys(query())).toEqual(['since', 'until'])
    await page.getByText('No event matches').waitFor()
  })

  it('goes through pages that can be shared', async () => {
    await open('events')
    await expect.poll(() => rows().count()).toBe(50)
    const first = await ids()
    await page.getByRole('link', { name: 'Next page' }).click()
    await expect.poll(async () => (await ids())[0]).not.toBe(first[0])
    const second = await ids()
    expect(second.filter((id) => first.includes(id))).toEqual([])
    await page.reload()
    await expect.poll(ids).toEqual(second)
    await page.getByRole('link', { name: 'Newer' }).click()
    await expect.poll(ids).toEqual(first)
  })

  it('is worked with the keyboard', async () => {
    await open('events?state=dead')
    await rows().first().waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)

    for (const key of ['j', 'j', 'k', 'j']) await page.keyboard.press(key)
    await page.keyboard.press('x')
    await page.getByText('1 selected').waitFor()
    await expect.poll(() => rows().nth(1).getByRole('checkbox').isChecked()).toBe(true)
    await page.keyboard.press('x')
    await page.keyboard.press('Enter')
    const event = page.getByRole('complementary', { name: 'Event' })
    await event.getByText('Arrived and verified').waitFor()
    const key = query()['key']
    await page.keyboard.press('j')
    await expect.poll(() => query()['key']).not.toBe(key)
    await page.keyboard.press('Escape')
    await expect.poll(() => event.count()).toBe(0)

    await page.keyboard.press('r')
    const dialog = page.getByRole('dialog', { name: 'Replay 1 event?' })
    await dialog.getByRole('button', { name: 'Replay 1' }).click()
    await expect.poll(async () => (await opened.inbox.list({ state: 'pending', limit: 200 })).events.length).toBe(10)
  })

  it('replays all that match, and says how many before', async () => {
    await open('events?provider=standard-webhooks')
    await page.getByLabel('Select all on this page').check()
    await button(/^Select all \d+ that match$/).click()
    await button('Replay…').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('State dead, Sender standard-webhooks').waitFor()
    const { count } = await opened.inbox.count({ state: 'dead', provider: 'standard-webhooks' })
    await dialog.getByRole('heading', { name: `Replay ${count} events?` }).waitFor()
    await dialog.getByRole('button', { name: `Replay ${count}` }).click()
    await page.getByRole('region', { name: `Replayed ${count} of ${count} events` }).waitFor()
    expect((await opened.inbox.stats()).counts.dead).toBe(0)
  })

  it('asks again where another number matches', async () => {
    browser.expectProblem(/status of 409/)
    await open('events?state=dead&q=msg_dead')
    await page.getByLabel('Select all on this page').check()
    await button(/^Select all/).click()
    await button('Discard…').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('heading', { name: 'Discard 6 events?' }).waitFor()
    await opened.inbox.discard({ keys: [await keyOf('msg_dead_0')], state: 'dead' })
    expect(await dialog.getByRole('button', { name: 'Discard 6' }).isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('discard')
    await dialog.getByRole('button', { name: 'Discard 6' }).click()
    await dialog.getByText('Another number of events matches now').waitFor()
    await dialog.getByRole('button', { name: 'Discard 5' }).click()
    await page.getByRole('region', { name: 'Discarded 5 of 5 events' }).waitFor()
  })

  it('shows new events, and moves nothing that is read', async () => {
    await open('events')
    await rows().first().waitFor()
    await deliver(opened.receivers.orders, signOrder('msg_live_1', 'order.sent', {}))
    await expect.poll(async () => (await ids())[0]).toBe('msg_live_1')
    await rows().nth(2).getByRole('checkbox').check()
    const before = await ids()
    for (const id of ['msg_live_2', 'msg_live_3'])
      await deliver(opened.receivers.orders, signOrder(id, 'order.sent', {}))
    await button('2 new').waitFor()
    expect(await ids()).toEqual(before)
    await button('2 new').click()
    await expect.poll(async () => (await ids()).slice(0, 2)).toEqual(['msg_live_3', 'msg_live_2'])
  })

  it('shows what became of an event', async () => {
    await openEvent('events', 'msg_dead_2')
    const event = page.getByRole('complementary', { name: 'Event' })
    const timeline = event.getByRole('list', { name: 'Timeline' })
    await timeline.getByText('Arrived and verified').waitFor()
    expect(await timeline.textContent()).toContain('Runs 1 and 2 failed the same way')
    expect(await timeline.textContent()).toMatch(/Run 3 failed after .*: dead/)
    await timeline.getByText('Stack').first().click()
    await timeline
      .getByText(/at failAsAsked/)
      .first()
      .waitFor()

    await event.getByText('Verify and validate again now').click()
    await event.getByText('signature not kept').waitFor()
    await event.getByText('fits', { exact: true }).waitFor()

    await event.getByRole('tab', { name: 'Headers' }).click()
    await event.getByText('webhook-id').waitFor()
    await event.getByRole('tab', { name: 'Raw' }).click()
    await event.getByRole('button', { name: 'Hex' }).click()
    await event.getByText(/^00000000 {2}7b 22/).waitFor()
    await event.getByRole('tab', { name: 'Diff' }).click()
    await event.getByRole('button', { name: 'Previous of this type' }).click()
    const differences = event.getByRole('region', { name: 'Differences' })
    await expect
      .poll(() => differences.locator('.del').allTextContents())
      .toContainEqual(expect.stringContaining('cus_1'))
    await expect
      .poll(() => differences.locator('.add').allTextContents())
      .toContainEqual(expect.stringContaining('cus_2'))

    await event.getByRole('button', { name: 'Discard…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Discard this event?' })
    await dialog.getByRole('textbox').fill('discard')
    await dialog.getByRole('button', { name: 'Discard', exact: true }).click()
    await expect.poll(() => event.count()).toBe(0)
    expect((await opened.inbox.list({ search: 'msg_dead_2' })).events).toEqual([])
  })

  it('keeps big numbers, folds and finds in a body', async () => {
    await openEvent('event', 'msg_waiting_3')
    await page.getByText('9007199254740993').waitFor()
    await expect.poll(() => page.title()).toBe('order.sent · Sallyport')
    const code = page.getByRole('region', { name: 'Body' })
    await button('Fold "data"').click()
    await expect.poll(() => code.textContent()).not.toContain('9007199254740993')
    await page.getByText('1 field').click()
    await page.getByText('9007199254740993').waitFor()
  })

  it('shows hostile texts as texts', async () => {
    await open('events?state=dead')
    await rows().first().waitFor()
    const types = (await links()).join('\n')
    expect(types).toContain('<script>globalThis.hacked = 1</script>')
    expect(types).toContain(String.raw`safe\u{202e}txt.exe`)
    const keys = (await opened.inbox.list({ state: 'dead', search: 'hostile', limit: 20 })).events
    expect(keys.length).toBeGreaterThan(8)
    for (const { key } of keys) {
      await page.goto(`${opened.url}event?key=${encodeURIComponent(key)}`)
      await page.getByRole('region', { name: 'Body' }).waitFor()
      for (const tab of ['Headers', 'Raw']) await openTab(tab)
      expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
    }
  })

  it('shows a viewer no actions, and bodies after a click', async () => {
    await openEvent('events', 'msg_dead_2', { access: 'view' })
    await page.getByText('Arrived and verified').waitFor()
    await rows().first().waitFor()
    expect(await button(/Replay|Discard/).count()).toBe(0)
    expect(await rows().getByRole('checkbox').count()).toBe(0)
    await button('Show the body').click()
    await page.getByRole('region', { name: 'Body' }).getByText('no customer cus_2').waitFor()
  })

  it('stays responsive with deep and long bodies', async () => {
    await open('events')
    const start = '{"type":"order.sent","timestamp":"2026-11-29T12:00:00Z","data":{"list":'
    const depth = 900
    const deep = `${start}${'['.repeat(depth)}${']'.repeat(depth)}}}`
    const long = `${start}[${Array.from({ length: 30_000 }, (_, at) => `{"n":${at}}`).join()}]}}`
    for (const [id, body] of [
      ['msg_deep', deep],
      ['msg_long', long],
    ] as const)
      await deliver(opened.receivers.orders, signOrder(id, 'order.sent', {}, {}, body))
    await page.goto(`${opened.url}event?key=${encodeURIComponent(await keyOf('msg_deep'))}`)
    await button(/Show later lines/).click()
    await button(/Show earlier lines/).waitFor()
    await page.goto(`${opened.url}event?key=${encodeURIComponent(await keyOf('msg_long'))}`)
    await page.getByLabel('Find in the body').fill('29999')
    await page.getByLabel('Find in the body').press('Enter')
    await page.getByRole('region', { name: 'Body' }).locator('mark').waitFor()
    expect(await page.locator('.code .line').count()).toBeLessThanOrEqual(1_000)
    await page.getByLabel('Find in the body').fill('2999')
    await page.getByLabel('Find in the body').press('Shift+Enter')
    await page.getByText(/^(\d+) of \1$/).waitFor()
  })

  it('fits a phone', async () => {
    await open('events', { width: 360 })
    const isWide = (): Promise<boolean> => page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
    await rows().first().waitFor()
    expect(await isWide()).toBe(false)
    await page.getByText('+ Filter').click()
    const form = await page.getByRole('form', { name: 'Add filters' }).locator('..').boundingBox()
    expect(form!.y + form!.height).toBeLessThanOrEqual(900)
    expect(await isWide()).toBe(false)
    await page.keyboard.press('Escape')
    await rows().first().click()
    await page.getByText('Arrived and verified').waitFor()
    expect(new URL(page.url()).pathname).toBe('/console/event')
    for (const tab of ['Headers', 'Raw', 'Diff', 'Body']) {
      await openTab(tab)
      expect(await isWide()).toBe(false)
    }
    const keys = (await opened.inbox.list({ search: 'hostile', limit: 20 })).events
    for (const { key } of keys) {
      await page.goto(`${opened.url}event?key=${encodeURIComponent(key)}`)
      await page.getByRole('region', { name: 'Body' }).waitFor()
      expect(await isWide()).toBe(false)
    }
  })
})
