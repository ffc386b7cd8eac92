import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasChromium, useBrowser } from '../support/console/browser.ts'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'

describe.skipIf(!hasChromium)('refused deliveries in Chromium', { timeout: 120_000 }, () => {
  let opened: OpenedConsole
  beforeEach(async () => {
    opened = await openConsole()
  })
  afterEach(() => opened.close())
  const { open } = useBrowser()

  it('says for each code what to do, and whom it met', async () => {
    const page = await open(`${opened.url}refused`)
    const group = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'SIGNATURE_MISMATCH' }) })
    expect(await group.textContent()).toContain('What to do:')
    await group.getByRole('link', { name: '7 stripe' }).click()
    await page.waitForURL('**/refused?code=SIGNATURE_MISMATCH&provider=stripe')
    await expect.poll(() => page.getByRole('article').count()).toBe(1)
    await page.getByRole('button', { name: 'Remove filter Code' }).click()
    await page.waitForURL('**/refused?provider=stripe')
  })

  it('lists deliveries with the names of their headers', async () => {
    const page = await open(`${opened.url}refused`)
    const row = page.getByRole('table', { name: 'Refused deliveries' }).getByRole('row', { name: /203\.0\.113\.6/ })
    expect(await row.textContent()).toMatch(/SIGNATURE_MISMATCH.*stripe401/)
    await row.getByText(/\d headers/).click()
    expect(await row.textContent()).toContain('stripe-signature')
    expect(await page.content()).not.toContain('whsec_')
  })

  it('shows everything without the filters', async () => {
    const page = await open(`${opened.url}refused?code=BODY_TOO_LARGE`)
    await page.getByRole('link', { name: 'Show everything that was refused' }).click()
    await page.getByText('8 deliveries').waitFor()
  })

  it('writes to the audit list what a viewer was refused', async () => {
    opened.access = 'view'
    const response = await fetch(`${opened.url}api/replay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sallyport-console': '1' },
      body: JSON.stringify({ key: 'standard-webhooks/msg_dead_0' }),
    })
    expect(response.status).toBe(403)
    const page = await open(`${opened.url}audit`)
    await page.getByRole('row', { name: /Replay.*refused.*ada@example.com/ }).waitFor()
  })
})
