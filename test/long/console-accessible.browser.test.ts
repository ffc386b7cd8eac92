import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations, hasChromium, readOverflow, useBrowser, waitForContent } from '../support/console/browser.ts'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'

const pages = ['', '?span=7d', 'events', 'failures', 'refused', 'audit']

describe.skipIf(!hasChromium)('every page in Chromium', { timeout: 120_000 }, () => {
  const { open } = useBrowser()
  let opened: OpenedConsole
  let event: string
  beforeAll(async () => {
    opened = await openConsole()
    const { events } = await opened.inbox.list({ state: 'dead', limit: 1 })
    event = `event?key=${encodeURIComponent(events[0]!.key)}`
  })
  afterAll(() => opened.close())

  describe.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)('%s, %i px wide', (scheme, width) => {
    it.each([...pages, 'one event'])('has no violation that axe knows: /%s', async (path) => {
      const page = await open(opened.url + (path === 'one event' ? event : path), { scheme, width })
      await waitForContent(page)
      expect(await findViolations(page)).toEqual([])
      expect(await readOverflow(page)).toBe(0)
    })
  })

  it('has no violation with a dialog open', async () => {
    const page = await open(`${opened.url}failures`)
    await page.getByRole('button', { name: /^Discard 6/ }).click()
    await page.getByRole('dialog').getByRole('textbox').waitFor()
    expect(await findViolations(page)).toEqual([])
  })

  it('runs nothing of hostile values, and shows them', async () => {
    for (const path of pages) {
      const page = await open(opened.url + path)
      await waitForContent(page)
      expect(await page.evaluate('globalThis.hacked')).toBeUndefined()
      expect(await page.evaluate('document.querySelectorAll("main script, main img, main style").length')).toBe(0)
      await page.context().close()
    }
  })
})
