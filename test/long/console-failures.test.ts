import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasChromium, useBrowser, waitForContent } from '../support/console/browser.ts'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'

describe.skipIf(!hasChromium)('failures in Chromium', { timeout: 120_000 }, () => {
  let opened: OpenedConsole
  beforeEach(async () => {
    opened = await openConsole()
  })
  afterEach(() => opened.close())
  const { open } = useBrowser()

  const missing = /UpstreamError: no customer … in crm/

  it('groups events by what they fail with', async () => {
    const page = await open(`${opened.url}failures`)
    const group = page.getByRole('article').filter({ has: page.getByRole('heading', { name: missing }) })
    expect(await group.textContent()).toMatch(/standard-webhooks · order\.sent · first .*6 dead/)
    await group.getByText('Latest events').click()
    await group.getByRole('table', { name: 'Latest events' }).getByRole('link', { name: 'msg_dead_5' }).waitFor()
    await group.getByRole('link', { name: '6 dead' }).click()
    await page.waitForURL('**/events?**state=dead**')
    await expect.poll(() => page.getByRole('row').count()).toBe(7)
  })

  it('says when retrying events are tried next', async () => {
    const page = await open(`${opened.url}failures`)
    const group = page.getByRole('article').filter({ hasText: 'ECONNREFUSED' })
    await group.getByText(/next attempt in \d+ min|next attempt in 1 h/).waitFor()
    expect(await group.getByRole('button', { name: /^Replay/ }).count()).toBe(0)
  })

  it('replays a group after its count was shown', async () => {
    const page = await open(`${opened.url}failures`)
    await page.getByRole('button', { name: /^Replay 6… of UpstreamError: no customer/ }).click()
    const dialog = page.getByRole('dialog', { name: /Replay 6 events\?/ })
    await dialog.getByText('State dead').waitFor()
    expect((await opened.inbox.stats()).counts.pending).toBe(9)
    await dialog.getByRole('button', { name: 'Replay 6' }).click()
    await page.getByRole('region', { name: 'Replayed 6 of 6 events' }).waitFor()
    expect((await opened.inbox.stats()).counts.pending).toBe(15)
    await page.getByRole('link', { name: 'Audit' }).click()
    await page.getByRole('row', { name: /Replay.*no customer … in crm.*6.*done.*ada@example.com/ }).waitFor()
  })

  it.each([-1, 1])('says that a change ended where the clocks differ by %i day', async (days) => {
    const page = await open(`${opened.url}failures`)
    await page.clock.setSystemTime(Date.now() + days * 86_400_000)
    await page.reload()
    await page.getByRole('button', { name: /^Replay 6… of UpstreamError: no customer/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Replay 6' }).click()
    const ended = page.getByRole('region', { name: 'Replayed 6 of 6 events' })
    await ended.waitFor()
    await expect.poll(() => page.getByRole('heading', { name: missing }).count()).toBe(0)
    // A page that is opened later does not tell of it again.
    await Promise.all([page.waitForResponse(`${opened.url}api/jobs`), page.reload()])
    await waitForContent(page)
    expect(await ended.count()).toBe(0)
  })

  it('discards a group after a word was typed', async () => {
    const page = await open(`${opened.url}failures`)
    const before = (await opened.inbox.stats()).counts.dead
    await page.getByRole('button', { name: /^Discard 6… of UpstreamError: no customer/ }).click()
    const dialog = page.getByRole('dialog', { name: /Discard 6 events\?/ })
    const button = dialog.getByRole('button', { name: 'Discard 6' })
    expect(await button.isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('discard')
    await button.click()
    await page.getByRole('region', { name: 'Discarded 6 of 6 events' }).waitFor()
    expect((await opened.inbox.stats()).counts.dead).toBe(before - 6)
    await expect.poll(() => page.getByRole('heading', { name: missing }).count()).toBe(0)
  })

  it('shows no buttons to a viewer', async () => {
    opened.access = 'view'
    for (const path of ['', 'failures', 'refused', 'audit']) {
      const page = await open(opened.url + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await waitForContent(page)
      expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
    }
  })

  it('keeps sender and time in the address', async () => {
    const page = await open(`${opened.url}failures`)
    await page.getByRole('combobox', { name: 'Sender' }).selectOption('stripe')
    await page.waitForURL('**/failures?provider=stripe')
    await page.getByText('Nothing fails with these filters').waitFor()
    await page.getByRole('link', { name: 'Show all failures' }).click()
    await page.getByRole('heading', { name: missing }).waitFor()
  })
})
