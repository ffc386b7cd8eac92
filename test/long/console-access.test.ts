import type { Page } from 'playwright-core'
import type { ConsoleAction } from '@sallyport/console'
import { createReceiver } from 'sallyport'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery } from 'sallyport/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasChromium, readOverflow, useBrowser, waitForContent } from '../support/console/browser.ts'
import { hostileTexts } from '../support/console/hostile.ts'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'
import { credentials, secrets } from '../support/console/seed.ts'

describe.skipIf(!hasChromium)('what the pages show to whom', { timeout: 120_000 }, () => {
  let opened: OpenedConsole
  afterEach(() => opened.close())
  const { open } = useBrowser()

  const toAddress = async (id: string): Promise<string> => {
    const { key } = (await opened.inbox.list({ search: id })).events[0]!
    return `${opened.url}event?key=${encodeURIComponent(key)}`
  }
  const openEvent = async (id: string): Promise<Page> => {
    const page = await open(await toAddress(id))
    await page.getByText('Arrived and verified').waitFor()
    return page
  }

  describe('each action', () => {
    beforeEach(async () => {
      opened = await openConsole()
    })

    const shown: Readonly<Partial<Record<ConsoleAction, RegExp>>> = {
      replay: /^Replay/,
      discard: /^Discard/,
      check: /Verify and validate again/,
      body: /Copy as curl/,
    }
    it.each(Object.keys(shown) as ConsoleAction[])(
      'is hidden without %s, and there without the others',
      async (action) => {
        opened.access = ['see', action]
        const page = await openEvent('msg_dead_2')
        await waitForContent(page)
        for (const [other, name] of Object.entries(shown)) {
          const found = page.getByRole('main').getByRole('button', { name }).or(page.getByRole('main').getByText(name))
          if (other === action) await found.first().waitFor()
          else expect(await found.count(), other).toBe(0)
        }
        await page.goto(`${opened.url}failures`)
        await page.getByRole('article').first().waitFor()
        for (const [other, name] of [
          ['replay', /^Replay/],
          ['discard', /^Discard/],
        ] as const)
          expect((await page.getByRole('article').getByRole('button', { name }).count()) > 0).toBe(other === action)
      },
    )

    it('gives every dialog up to the keyboard, and the focus back', async () => {
      const page = await openEvent('msg_dead_2')
      for (const name of [/^Replay/, 'Discard…']) {
        const button = page.getByRole('button', { name })
        await button.focus()
        await page.keyboard.press('Enter')
        const dialog = page.getByRole('dialog')
        await dialog.waitFor()
        await expect.poll(() => dialog.evaluate((element) => element.matches(':focus-within'))).toBe(true)
        await page.keyboard.press('Escape')
        await dialog.waitFor({ state: 'detached' })
        await expect.poll(() => button.evaluate((element) => element.matches(':focus'))).toBe(true)
      }
      for (const tab of ['Headers', 'Raw', 'Diff']) {
        await page.keyboard.press('Escape')
        await page.getByRole('tab', { selected: true }).focus()
        await page.keyboard.press('ArrowRight')
        await page.getByRole('tab', { name: tab, selected: true }).waitFor()
      }
      await page.keyboard.press('r')
      await page.getByRole('dialog', { name: 'Replay this event?' }).waitFor()
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.getByRole('dialog').getByRole('button', { name: 'Replay', exact: true }).press('Enter')
      await page.getByText('Replayed: it waits for its handler').waitFor()
      await page.goto(`${opened.url}failures`)
      const bulk = page.getByRole('button', { name: /^Replay 5… of UpstreamError: no customer/ })
      await bulk.press('Enter')
      await page.getByRole('dialog', { name: 'Replay 5 events?' }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await expect.poll(() => bulk.evaluate((element) => element.matches(':focus'))).toBe(true)
    })
  })

  it('hides the values of masked bodies everywhere', async () => {
    opened = await openConsole({ options: { bodies: { operate: 'mask' } } })
    const page = await openEvent('msg_again')
    await page.getByRole('region', { name: 'Body' }).getByText('"•••"').first().waitFor()
    expect(await page.content()).not.toContain('12.5')
    expect(await page.getByRole('tab', { name: 'Raw' }).count()).toBe(0)
    expect(await page.getByText(/Copy as curl|Download .http/).count()).toBe(0)
    await page.getByRole('tab', { name: 'Diff' }).click()
    await page.getByRole('button', { name: 'Previous of this type' }).click()
    await page.getByRole('region', { name: 'Differences' }).waitFor()
    expect(await page.content()).not.toContain('12.5')
  })

  it('shows the latest deliveries without an inbox', async () => {
    opened = await openConsole({ options: { inbox: undefined, receivers: [] } })
    const receiver = createReceiver(stripe(), { secret: secrets.stripe, log: false }).onAny(() => {})
    const { method, url, headers, body } = signDelivery(stripe(), { secret: secrets.stripe, type: 'invoice.paid' })
    await receiver.receive({ method, url, headers, body, receivedAt: Date.now() })
    const page = await open(`${opened.url}events`)
    const table = page.getByRole('table', { name: 'Latest deliveries' })
    await table.getByRole('row', { name: /handled.*invoice\.paid.*stripe/ }).waitFor()
    await expect.poll(() => table.getByRole('row', { name: /refused.*401 · SIGNATURE_MISMATCH/ }).count()).toBe(7)
    for (const path of ['', 'failures', 'refused', 'audit']) {
      await page.goto(opened.url + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await waitForContent(page)
      expect(await page.locator('main .failed').count()).toBe(0)
    }
  })

  it('shows no credential on any page, even where the inbox keeps it', async () => {
    opened = await openConsole({ keepSecretHeaders: true })
    const page = await open(opened.url)
    const event = await toAddress('msg_again')
    for (const address of ['', 'events', 'failures', 'refused', 'audit']
      .map((path) => opened.url + path)
      .concat(event)) {
      await page.goto(address)
      await waitForContent(page)
      for (const tab of address === event ? ['Headers', 'Raw', 'Diff'] : []) {
        await page.getByRole('tab', { name: tab }).click()
        await page.getByRole('tab', { name: tab, selected: true }).waitFor()
        await waitForContent(page)
        await expectNone(page)
      }
      await expectNone(page)
    }
    await page.getByRole('tab', { name: 'Headers' }).click()
    await page.getByText('[redacted]').first().waitFor()
  })

  it('shows hostile values in every field as texts, on a phone too', async () => {
    const title = hostileTexts[1]!
    opened = await openConsole({ options: { title, authorize: () => ({ can: 'operate', who: hostileTexts[0]! }) } })
    for (const text of hostileTexts.slice(0, 6)) {
      const { method, url, body } = signDelivery(stripe(), { secret: 'wrong', type: 'invoice.paid' })
      const headers = { 'stripe-signature': text, [text.replaceAll(/[^\w-]/g, '-')]: text }
      await opened.receivers.stripe.receive({ method, url, headers, body, receivedAt: Date.now(), remoteAddress: text })
    }
    const { events } = await opened.inbox.list({ search: 'hostile', limit: 20 })
    await fetch(`${opened.url}api/event/body?key=${encodeURIComponent(events[0]!.key)}`)
    // Longer filters are refused.
    const values = hostileTexts
      .map((text) => text.slice(0, 500))
      .flatMap((text) => [`events?q=${encodeURIComponent(text)}`, `failures?provider=${encodeURIComponent(text)}`])
    const paths = [
      '',
      'events',
      'failures',
      'refused',
      'audit',
      ...values,
      ...events.map(({ key }) => `event?key=${encodeURIComponent(key)}`),
    ]
    const page = await open(opened.url, { width: 360 })
    for (const path of paths) {
      await page.goto(opened.url + path)
      await waitForContent(page)
      expect(await page.evaluate('globalThis.hacked'), path).toBeUndefined()
      expect(await page.evaluate('document.querySelectorAll("main script, main img, main style").length')).toBe(0)
      expect(await readOverflow(page), path).toBe(0)
    }
  })
})

async function expectNone(page: Page): Promise<void> {
  const content = await page.content()
  for (const secret of [...Object.values(secrets), ...Object.values(credentials), 'v1,'])
    expect(content).not.toContain(secret)
}
