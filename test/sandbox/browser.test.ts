import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { fleet, type FleetPublish } from '@sallyport/fleet'
import { invoratec } from 'sallyport/providers/invoratec'
import { langsmith } from 'sallyport/providers/langsmith'
import { sonzai } from 'sallyport/providers/sonzai'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useBench } from '../support/sandbox/open-sandbox.ts'
import { hasChromium, loadNext, useBrowser } from '../support/browser.ts'

const isInstalled = hasChromium("the sandbox's pages")
const bench = useBench()
const agents = join(import.meta.dirname, '..', '..', 'examples', 'agents')
let page: Page

// A browser takes its time on a computer that is busy.
describe.skipIf(!isInstalled)('the pages in Chromium', { timeout: 120_000 }, () => {
  const browser = useBrowser()

  async function open(url: string): Promise<void> {
    page = await browser.open(url)
  }

  const status = async (): Promise<string> => (await page.getByRole('status').textContent()) ?? ''
  const answers = () => page.locator('#attempts tbody .tag').allTextContents()
  const send = (form: string, label: string) =>
    loadNext(
      page,
      page
        .locator(form)
        .getByRole('button', { name: new RegExp(`^${label}\\b`) })
        .first()
        .click(),
    )
  const unfold = (title: string) => page.locator('summary', { hasText: title }).first().click()

  it('registers at Sonzai, triggers an event, shows the request', async () => {
    const sandbox = await bench.start()
    const secrets = ['not known yet']
    const url = await bench.serve(createReceiver(sonzai(), { secret: () => secrets }).onAny(() => {}))
    await open(sandbox.url)
    await loadNext(page, page.getByRole('table').getByRole('link', { name: 'Sonzai' }).click())
    await page.locator('#register').getByLabel('Event type').selectOption('on_wakeup_ready')
    await page.locator('#register').getByLabel('Webhook URL').fill(url)
    await send('#register', 'Register')
    expect(await status()).toContain('Registered on_wakeup_ready')
    secrets[0] = (await page.locator('#secret').textContent()) ?? ''
    expect(secrets[0]).toMatch(/^whsec_/)

    // The secret is shown this once, and is in no address.
    expect(page.url()).not.toContain('whsec_')
    await page.reload()
    expect(await page.locator('#secret').count()).toBe(0)

    await page.locator('#trigger').getByLabel('Event type').selectOption('on_wakeup_ready')
    await page.getByLabel('Fields of the body').fill('{"generated_message": "<b>5 < 6 & \\"so\\"</b>"}')
    await send('#trigger', 'Trigger')
    expect(await status()).toContain('Sent to 1 receiver: 200 OK.')
    expect(await answers()).toEqual(['200 OK'])
    await loadNext(page, page.locator('#attempts').getByRole('link').click())
    expect(await page.locator('#request').textContent()).toContain(String.raw`"<b>5 < 6 & \"so\"</b>"`)
    expect(await page.locator('#answer').textContent()).toBe('{\n  "outcome": "handled"\n}')
  })

  it('rotates the secret and deletes the webhook', async () => {
    const sandbox = await bench.start()
    sandbox.sonzai.register('agent.message', { webhookUrl: 'https://example.com/' })
    await open(`${sandbox.url}/sonzai`)
    await send('#webhooks', 'Rotate secret')
    expect(await page.locator('#secret').textContent()).toMatch(/^whsec_/)
    await send('#webhooks', 'Delete')
    expect(sandbox.sonzai.list()).toEqual([])
    await send('#trigger', 'Trigger')
    expect(await page.getByRole('alert').textContent()).toContain('No webhook is registered')
  })

  it('schedules a wakeup and consumes its notification', async () => {
    const sandbox = await bench.start()
    await open(`${sandbox.url}/sonzai`)
    const time = new Date(bench.clock.now() + 60_000).toISOString()
    await unfold('Schedule a wakeup')
    await page.locator('form#wakeup').getByLabel('Time').fill(time)
    await send('form#wakeup', 'Schedule')
    expect(await page.locator('#wakeups').textContent()).toContain('pending')
    bench.clock.advance(60_000)
    await page.reload()
    await send('#notifications', 'Consume')
    expect(await page.locator('#notifications').textContent()).toContain('consumed')
    expect(await page.locator('#wakeups').textContent()).toContain('executed')
    await unfold('Add a notification')
    await page.locator('#notify').getByLabel('Message').fill('Good morning ☀️')
    await send('#notify', 'Add a notification')
    expect(sandbox.sonzai.notifications('agent_luna', { status: 'pending' })).toHaveLength(1)
  })

  it('adds a project notification and acknowledges it', async () => {
    const sandbox = await bench.start()
    await open(`${sandbox.url}/sonzai`)
    await unfold('Add a project notification')
    await page.locator('#notify-project').getByLabel('Fields of the payload').fill('{"agent_id": "luna"}')
    await send('#notify-project', 'Add a project notification')
    expect(await page.locator('#project-notifications').textContent()).toContain('luna')
    await send('#project-notifications', 'Acknowledge')
    expect(sandbox.sonzai.projectNotifications()).toEqual([
      expect.objectContaining({ agentId: 'luna', status: 'acknowledged' }),
    ])
  })

  it('registers at Invoratec with a filter and injects faults', async () => {
    const sandbox = await bench.start({ retry: { attempts: 1 } })
    const url = await bench.serve(createReceiver(invoratec(), { secret: 'my-webhook-secret' }).onAny(() => {}))
    await open(`${sandbox.url}/invoratec`)
    await page.locator('#register').getByLabel('Event').selectOption('tool.executed')
    await page.locator('#register').getByLabel('URL').fill(url)
    await page.locator('#register').getByLabel('Secret').fill('my-webhook-secret')
    await page.locator('#register').getByLabel('Filter').fill('{"toolName": "erp_get_inventory"}')
    await send('#register', 'Register')
    expect(await page.locator('#webhooks').textContent()).toContain('erp_get_inventory')

    for (const fault of ['', 'corrupt']) {
      await page.locator('#trigger').getByLabel('Event').selectOption('tool.executed')
      await page.getByLabel('Fault').selectOption(fault)
      await send('#trigger', 'Trigger')
    }
    expect(await answers()).toEqual(['401 Unauthorized', '200 OK'])
    await page.locator('#trigger').getByLabel('Event').selectOption('tool.executed')
    await page.locator('#trigger').getByLabel('Fields').fill('{"toolName": "another"}')
    await send('#trigger', 'Trigger')
    expect(await page.getByRole('alert').textContent()).toContain('nothing was sent')
    expect(await page.locator('#logs').textContent()).toContain('POST /v1/tools/erp_get_inventory/test')
    await send('#webhooks', 'Delete')
    expect(sandbox.invoratec.list()).toEqual([])
  })

  it('adds a LangSmith webhook, commits, rolls the secret, triggers', async () => {
    const sandbox = await bench.start({ agents, retry: { delayMs: 0 } })
    const secrets: string[] = ['not known yet']
    const names: string[] = []
    const receiver = createReceiver(langsmith(), { secret: () => secrets, now: bench.clock.now })
      .on('context_hub.commit.created.v1', ({ data }) => void names.push(data.commit.repo_handle))
      .on('issue.created', ({ data }) => void names.push(String(data.object.severity)))
    const url = await bench.serve(receiver)
    await open(sandbox.url)
    await loadNext(page, page.getByRole('table').getByRole('link', { name: 'LangSmith', exact: true }).click())
    await page.locator('#register').getByLabel('URL').fill('http://example.com/')
    await send('#register', 'Add webhook')
    expect(await page.getByRole('alert').textContent()).toContain('HTTPS')
    await page.locator('#register').getByLabel('URL').fill(url)
    await page.locator('#register').getByLabel('Headers').fill('X-Team: <b>agents</b>')
    await send('#register', 'Add webhook')
    secrets[0] = (await page.locator('#secret').textContent()) ?? ''
    expect(secrets[0]).toMatch(/^[\da-f]{64}$/)

    await page.locator('#commit').getByLabel('Agent or skill').selectOption('agent/release-notes')
    await page.locator('#commit').getByLabel('Author').fill('Ada <ada@example.com>')
    await send('#commit', 'Commit')
    expect(await status()).toMatch(/Committed release-notes as [\da-f]{8}\. Sent to 1 receiver/)
    expect(await answers()).toEqual(['200 OK'])
    await page.locator('#commit').getByLabel('Agent or skill').selectOption('agent/release-notes')
    await send('#commit', 'Commit')
    expect(await page.getByRole('alert').textContent()).toContain('no change since its last commit')

    await send('#webhooks', 'Roll signing secret')
    const rolled = (await page.locator('#secret').textContent()) ?? ''
    expect(rolled).not.toBe(secrets[0])
    secrets[0] = rolled
    await unfold('Add a webhook')
    await page.locator('#register').getByLabel('Webhook for').selectOption('engine')
    await page.locator('#register').getByLabel('URL').fill(url)
    await page.locator('#register').getByLabel('Engine: severity').selectOption('1')
    await send('#register', 'Add webhook')
    secrets.push((await page.locator('#secret').textContent()) ?? '')
    for (const severity of [3, 0]) {
      await page.locator('#trigger').getByLabel('Fields of data.object').fill(`{"severity": ${severity}}`)
      await send('#trigger', 'Trigger')
    }
    expect(names).toEqual(['release-notes', '0'])
    expect(await page.locator('#webhooks').textContent()).toContain('severity up to 1')
    while (sandbox.langsmith.list().length > 0) await send('#webhooks', 'Delete')
    expect(sandbox.langsmith.list()).toEqual([])
  })

  it('registers, runs, edits and deletes a Fleet webhook', async () => {
    const sandbox = await bench.start({ agents })
    const published: FleetPublish[] = []
    const receiver = createReceiver(fleet(), { secret: 'fleet-token-1' }).onAny(({ data }) => void published.push(data))
    const fields = [
      { name: 'notes', label: 'Deployment Notes', type: 'textarea' },
      {
        name: 'environment',
        label: 'Environment',
        type: 'select',
        options: [
          { label: 'Production', value: 'prod' },
          { label: 'Two', value: 2 },
        ],
      },
      { name: 'dry_run', label: 'Dry Run', type: 'boolean', default: true },
      { name: 'replicas', label: 'Replicas', type: 'number', default: 2 },
      { name: 'labels', label: 'Labels', type: 'json', default: { team: 'a' } },
      { name: 'owner', label: 'Owner' },
    ]
    await open(`${sandbox.url}/fleet`)
    await page.getByLabel('Name', { exact: true }).fill('Deploy to "Production"')
    await page.getByLabel('URL').fill('http://example.com/')
    await page.getByLabel('Form schema').fill(JSON.stringify({ fields }))
    await send('#webhook', 'Save')
    expect(await page.getByRole('alert').textContent()).toContain('HTTPS')
    await page.getByLabel('URL').fill(await bench.serve(receiver))
    await page.getByLabel('Headers').fill('Authorization: Bearer fleet-token-1\nX-Team: a')
    await send('#webhook', 'Save')

    await loadNext(page, page.getByRole('link', { name: 'Deploy to "Production"' }).click())
    const run = page.locator('#run')
    await run.getByLabel('Agent').selectOption('release-notes')
    await run.getByLabel('Deployment Notes').fill('first\nsecond')
    await run.getByLabel('Environment').selectOption('2')
    await run.getByLabel('Dry Run').uncheck()
    await run.getByLabel('Owner').fill('Ada <ada@example.com>')
    await send('#run', 'Run webhook')
    expect(await answers()).toEqual(['200 OK'])
    expect(published[0]!.action).toBe('Deploy to "Production"')
    expect(published[0]!.input).toEqual({
      notes: 'first\nsecond',
      environment: 2,
      dry_run: false,
      replicas: 2,
      labels: { team: 'a' },
      owner: 'Ada <ada@example.com>',
    })

    // Headers that are not typed again are kept.
    await unfold('Edit the webhook')
    await page.locator('#webhook').getByLabel('Name', { exact: true }).fill('Publish')
    await send('#webhook', 'Save')
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Publish')
    await send('#run', 'Run webhook')
    expect(published.map(({ action }) => action)).toEqual(['Deploy to "Production"', 'Publish'])
    await page.goto(`${sandbox.url}/fleet`)
    await send('#webhooks', 'Delete')
    expect(sandbox.fleet.list()).toEqual([])
  })

  it('blocks forms and frames of other sites', async () => {
    const sandbox = await bench.start()
    sandbox.sonzai.register('agent.message', { webhookUrl: 'https://example.com/' })
    const attack = `<form method="post" action="${sandbox.url}/sonzai/delete"><input name="event" value="agent.message">
      <button>Win</button></form><iframe src="${sandbox.url}/sonzai"></iframe>`
    const site = await bench.serveWith((_request, response) => {
      response.setHeader('content-type', 'text/html').end(attack)
    })
    browser.expectProblem(/frame/i)
    browser.expectProblem(/status of 403/)
    await open(site)
    await loadNext(page, page.getByRole('button', { name: 'Win' }).click())
    expect(await page.textContent('body')).toContain('only the pages of the sandbox may send it')
    expect(sandbox.sonzai.list()).toHaveLength(1)
    // Chromium asks for an icon here too, sooner or later, and would report that there is none.
    expect((await fetch(`${sandbox.url}/favicon.ico`)).status).toBe(204)
  })
})
