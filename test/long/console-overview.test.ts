import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasChromium, useBrowser } from '../support/console/browser.ts'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'

describe.skipIf(!hasChromium)('the overview in Chromium', { timeout: 120_000 }, () => {
  let opened: OpenedConsole
  beforeEach(async () => {
    opened = await openConsole()
  })
  afterEach(() => opened.close())
  const { open } = useBrowser()

  it('counts what is waiting, retrying, dead and refused', async () => {
    const page = await open(opened.url)
    const cards = page.getByRole('region', { name: 'Now' })
    const { counts, retrying } = await opened.inbox.stats()
    await expect.poll(() => cards.getByRole('link', { name: /^Dead/ }).textContent()).toContain(`Dead${counts.dead}`)
    expect(await cards.getByRole('link', { name: /^Retrying/ }).textContent()).toContain(`Retrying${retrying}`)
    expect(await cards.getByRole('link', { name: /^Waiting/ }).textContent()).toMatch(/^Waiting5oldest/)
    expect(await cards.getByRole('link', { name: /^Refused/ }).textContent()).toContain('7 SIGNATURE_MISMATCH')
    await cards.getByRole('link', { name: /^Dead/ }).click()
    await page.waitForURL('**/events?state=dead')
  })

  it('draws the chart, and has its figures as a table', async () => {
    const page = await open(opened.url)
    const chart = page.getByRole('img', { name: /^Events per minute: \d+ handled/ })
    await chart.locator('path.area').waitFor({ state: 'attached' })
    await page.getByText('Show as a table').click()
    const table = page.getByRole('table', { name: 'Figures of the chart' })
    await expect.poll(() => table.getByRole('row').count()).toBeGreaterThanOrEqual(60)
    const arrived = async (): Promise<number> => {
      const texts = await table.getByRole('row').locator('td:nth-child(2)').allTextContents()
      return texts.reduce((sum, text) => sum + Number(text), 0)
    }
    await expect.poll(arrived).toBe(Object.values((await opened.inbox.stats()).counts).reduce((a, b) => a + b))
  })

  it('shows the values under the pointer, and opens the events of a bar', async () => {
    const page = await open(opened.url)
    const plot = page.locator('.plot > svg')
    await waitForChart(page)
    await plot.hover()
    await expect.poll(() => page.locator('.tip').textContent()).toMatch(/arrived\d+handled\d+retried\d+dead\d+/)
    await plot.click()
    await page.waitForURL(/\/events\?since=\d+&until=\d+$/)
    const { searchParams } = new URL(page.url())
    expect(Number(searchParams.get('until')) - Number(searchParams.get('since'))).toBe(60_000)
  })

  it('opens the events of several bars by a drag', async () => {
    const page = await open(opened.url)
    await waitForChart(page)
    const box = (await page.locator('.plot > svg').boundingBox())!
    await page.mouse.move(box.x + 100, box.y + 60)
    await page.mouse.down()
    await page.mouse.move(box.x + 300, box.y + 60, { steps: 4 })
    await page.mouse.up()
    await page.waitForURL(/\/events\?since=\d+&until=\d+$/)
    const { searchParams } = new URL(page.url())
    expect(Number(searchParams.get('until')) - Number(searchParams.get('since'))).toBeGreaterThan(600_000)
  })

  it('changes the colours of the chart with the scheme', async () => {
    const page = await open(opened.url)
    await page.locator('.plot .dead').waitFor({ state: 'attached' })
    const colour = () => page.evaluate<string>(`getComputedStyle(document.querySelector('.plot .dead')).fill`)
    await expect.poll(colour).toBe('rgb(200, 32, 46)')
    await page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(colour).toBe('rgb(255, 113, 120)')
  })

  it('keeps the span in the address', async () => {
    const page = await open(opened.url)
    await page.getByRole('navigation', { name: 'Time' }).getByRole('link', { name: '24 h' }).click()
    await page.waitForURL('**/console/?span=24h')
    await page.getByRole('heading', { name: 'Events per 15 minutes' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Events per 15 minutes' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Events per minute' }).waitFor()
  })

  it('leads from a sender and from a code to what is behind them', async () => {
    const page = await open(opened.url)
    const senders = page.getByRole('table', { name: 'Senders' })
    const row = senders
      .getByRole('row')
      .filter({ has: page.getByRole('link', { name: 'standard-webhooks', exact: true }) })
    expect(await row.textContent()).toMatch(/\d+ dead/)
    await row.getByRole('link', { name: /dead/ }).click()
    await page.waitForURL('**/events?state=dead&provider=standard-webhooks&since=1h')
    await page.goBack()
    await page.getByRole('table', { name: 'Refused by code' }).getByRole('link', { name: 'SIGNATURE_MISMATCH' }).click()
    await page.waitForURL('**/refused?code=SIGNATURE_MISMATCH&provider=stripe&since=1h')
    await page.getByText('7 deliveries').waitFor()
  })

  it('says that nothing is recorded, and how to record it', async () => {
    const other = await openConsole({ options: { record: undefined } })
    try {
      const page = await open(other.url)
      await page.getByRole('link', { name: /^Refused.*not recorded/ }).click()
      await page.getByText("import { recordDeliveries } from 'sallyport/record'").waitFor()
    } finally {
      await other.close()
    }
  })

  it('follows what happens without a reload', async () => {
    const page = await open(opened.url)
    const waiting = page.getByRole('link', { name: /^Waiting/ })
    await waiting.waitFor()
    await opened.inbox.work()
    await expect.poll(() => waiting.textContent(), { timeout: 30_000 }).toContain('Waiting0')
  })
})

/** The chart is drawn once its place was measured; it has no size before. */
const waitForChart = (page: Page): Promise<void> =>
  page.locator('.plot > svg path.grid').first().waitFor({ state: 'attached' })
