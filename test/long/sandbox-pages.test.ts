import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import type { Sandbox } from '@sallyport/sandbox'
import { describe, expect, it } from 'vitest'
import { useBench } from '../support/sandbox/open-sandbox.ts'
import { hasChromium, loadNext, useBrowser } from '../support/browser.ts'

const isInstalled = hasChromium("the sandbox's pages")
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const agents = join(import.meta.dirname, '..', '..', 'examples', 'agents')
const phone = { viewport: { width: 390, height: 844 } }
const bench = useBench()

/** A sandbox with deliveries that were accepted, rejected and lost, and something on every page. */
async function startBusy(): Promise<{ sandbox: Sandbox; paths: string[] }> {
  const sandbox = await bench.start({ agents, retry: { attempts: 1, delayMs: 0 } })
  const secrets: string[] = ['not known yet']
  const url = await bench.serve(createReceiver(sonzai(), { secret: () => secrets }).onAny(() => {}))
  for (const event of ['agent.message', 'on_wakeup_ready'])
    secrets.push(sandbox.sonzai.register(event, { webhookUrl: url }).signingSecret!)
  for (const faults of [[], ['corrupt'], ['drop']]) {
    sandbox.sonzai.trigger('agent.message', { faults })
    await sandbox.settled()
  }
  sandbox.sonzai.notifyProject('agent.message')
  const long = `${url}${'a-path-without-any-blank-'.repeat(8)}`
  sandbox.invoratec.register({ event: 'tool.executed', url: long, secret: 'my-webhook-secret' })
  sandbox.invoratec.trigger('tool.executed')
  sandbox.langsmith.register({ url: long })
  const fields = [
    { name: 'notes', type: 'textarea' },
    { name: 'dry_run', type: 'boolean' },
  ]
  const hook = sandbox.fleet.register({ name: 'x'.repeat(120), url: long, form_schema: { fields } })
  await sandbox.settled()
  const { attempts } = await (await sandbox.fleet.run(hook.id, { folder: join(agents, 'release-notes') })).finished
  const own = ['/', '/sonzai', '/invoratec', '/fleet', `/fleet/${hook.id}`, '/langsmith', '/deliveries']
  return { sandbox, paths: [...own, `/attempts/${attempts[0]!.id}`, '/attempts/unknown'] }
}

// A browser takes its time on a computer that is busy.
describe.skipIf(!isInstalled)('the pages', { timeout: 180_000 }, () => {
  const browser = useBrowser()

  it.each(['light', 'dark'] as const)('have no violation that axe finds, %s', async (colorScheme) => {
    const { sandbox, paths } = await startBusy()
    browser.expectProblem(/status of 404/)
    for (const viewport of [phone.viewport, { width: 1280, height: 800 }]) {
      // Only the test's own script needs it.
      const page = await browser.open(sandbox.url, { viewport, colorScheme, bypassCSP: true })
      for (const path of paths) {
        await page.goto(sandbox.url + path)
        await page.addScriptTag({ content: axe })
        const violations = await page.evaluate(
          `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))`,
        )
        expect(violations, `${path} at ${viewport.width}`).toEqual([])
      }
    }
  })

  it.each([360, 390, 1280])('never scroll sideways at %d pixels', async (width) => {
    const { sandbox, paths } = await startBusy()
    browser.expectProblem(/status of 404/)
    const page = await browser.open(sandbox.url, { viewport: { width, height: 800 } })
    for (const path of paths) {
      await page.goto(sandbox.url + path)
      const widest = await page.locator('html').evaluate((root) => root.scrollWidth)
      expect([path, widest]).toEqual([path, width])
    }
  })

  it('break no word letter by letter on a phone', async () => {
    const { sandbox } = await startBusy()
    const page = await browser.open(`${sandbox.url}/sonzai`, phone)
    const cells = page.locator('td, th, .tag, button').filter({ visible: true })
    const narrow = await cells.evaluateAll((all) =>
      all
        .filter((cell) => (cell.textContent ?? '').trim().length > 3 && cell.getBoundingClientRect().width > 1)
        .filter((cell) => cell.getBoundingClientRect().width < 45)
        .map((cell) => cell.outerHTML),
    )
    expect(narrow).toEqual([])
    const row = await page.locator('#attempts tbody tr').first().boundingBox()
    expect(row!.height).toBeLessThan(120)
  })

  it.each([phone, { viewport: { width: 1280, height: 800 } }])(
    'show deliveries without scrolling, %j',
    async (options) => {
      const { sandbox } = await startBusy()
      const page = await browser.open(`${sandbox.url}/sonzai`, options)
      const row = await page.locator('#attempts tbody tr').first().boundingBox()
      expect(row!.y + row!.height).toBeLessThan(options.viewport.height)
    },
  )

  it.each([undefined, phone])('tell answers apart by words and by colour, %j', async (options) => {
    const { sandbox } = await startBusy()
    const page = await browser.open(`${sandbox.url}/sonzai`, options)
    const tags = page.locator('#attempts .tag').filter({ visible: true })
    expect(await tags.allTextContents()).toEqual(['no answer', '401 Unauthorized', '200 OK'])
    const colours = await page.evaluate<string[]>(
      `[...document.querySelectorAll('#attempts .tag')].map((tag) => getComputedStyle(tag).backgroundColor)`,
    )
    expect(colours[1]).not.toBe(colours[2])
    expect(colours[0]).toBe(colours[1])
  })

  it('name what each button acts on', async () => {
    const { sandbox } = await startBusy()
    for (const path of ['/sonzai', '/invoratec', '/fleet', '/langsmith']) {
      const page = await browser.open(sandbox.url + path)
      const names = await page.getByRole('button').evaluateAll((all) => all.map((one) => one.textContent?.trim()))
      expect(names.filter((name) => name === 'Delete')).toEqual([])
      expect(new Set(names).size).toBe(names.length)
    }
    const page = await browser.open(`${sandbox.url}/sonzai`)
    await loadNext(page, page.getByRole('button', { name: 'Delete webhook of on_wakeup_ready' }).click())
    expect(sandbox.sonzai.list().map(({ eventType }) => eventType)).toEqual(['agent.message'])
  })

  it('keep what was typed, and show the problem at its input', async () => {
    const sandbox = await bench.start()
    const page = await browser.open(`${sandbox.url}/langsmith`)
    const form = page.locator('#register')
    await form.getByLabel('Webhook for').selectOption('engine')
    await form.getByLabel('URL').fill('ftp://example.com/hook')
    await form.getByLabel('Headers').fill('X-Team: a\nX-Other: b')
    await form.getByLabel('Engine: severity').selectOption('1')
    await loadNext(page, form.getByRole('button').click())
    const typed = async (): Promise<unknown[]> => [
      await form.getByLabel('Webhook for').inputValue(),
      await form.getByLabel('URL').inputValue(),
      await form.getByLabel('Headers').inputValue(),
      await form.getByLabel('Engine: severity').inputValue(),
    ]
    const expected = ['engine', 'ftp://example.com/hook', 'X-Team: a\nX-Other: b', '1']
    expect(await typed()).toEqual(expected)
    const url = form.getByLabel('URL')
    expect(await url.getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator(`[id="${await url.getAttribute('aria-describedby')}"]`).textContent()).toBe(
      'Must be an http or https URL.',
    )
    expect(await page.locator(':focus').getAttribute('name')).toBe('url')
    await page.reload()
    expect(await typed()).toEqual(expected)

    await page.goto(`${sandbox.url}/sonzai`)
    await page.getByText('Schedule a wakeup').click()
    await page.locator('form#wakeup').getByLabel('Time').fill('tomorrow')
    await loadNext(page, page.locator('form#wakeup').getByRole('button').click())
    expect(await page.locator('form#wakeup .wrong').textContent()).toContain('RFC 3339')
    expect(await page.locator('form#wakeup').getByLabel('Time').inputValue()).toBe('tomorrow')
    // Another form, of which nothing was sent, says nothing.
    expect(await page.locator('#trigger .wrong').count()).toBe(0)
  })

  it('have placeholders of enough contrast', async () => {
    const sandbox = await bench.start()
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.open(`${sandbox.url}/sonzai`, { colorScheme })
      const colours = await page.evaluate<string[]>(`(() => {
        const input = document.querySelector('#register [name=url]')
        const { color, opacity } = getComputedStyle(input, '::placeholder')
        return [color, opacity, getComputedStyle(input).backgroundColor]
      })()`)
      expect(colours[1]).toBe('1')
      expect(toContrast(colours[0]!, colours[2]!)).toBeGreaterThan(4.5)
    }
  })

  it('update by themselves, announce it, and pause', async () => {
    const { sandbox } = await startBusy()
    const page = await browser.open(`${sandbox.url}/sonzai`)
    await page.getByText('Live', { exact: true }).waitFor()
    await page.locator('#trigger').getByLabel('Fields of the body').fill('{"half": ')
    sandbox.sonzai.trigger('on_wakeup_ready')
    await page.locator('#attempts').getByRole('link', { name: 'on_wakeup_ready' }).waitFor()
    const news = page.locator('[aria-live=polite]')
    await expect.poll(() => news.textContent()).toBe('New delivery attempt: on_wakeup_ready, 200 OK')
    // What is being typed stays.
    expect(await page.locator('#trigger').getByLabel('Fields of the body').inputValue()).toBe('{"half": ')

    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused', { exact: true }).waitFor()
    sandbox.sonzai.trigger('on_wakeup_ready')
    await sandbox.settled()
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.locator('#attempts tbody tr').nth(4).waitFor()
  })

  it('say that the sandbox is gone', async () => {
    const { sandbox } = await startBusy()
    const page = await browser.open(`${sandbox.url}/sonzai`)
    browser.expectProblem(/ERR_CONNECTION_REFUSED/)
    await sandbox.stop()
    await page.getByText('No connection to the sandbox').waitFor()
  })

  it('show request and answer of a delivery, and send it again', async () => {
    const sandbox = await bench.start({ retry: { attempts: 1 } })
    const secrets = ['not known yet']
    const bodies: string[] = []
    const receiver = createReceiver(sonzai(), { secret: () => secrets }).onAny(() => {})
    const target = new URL(await bench.serve(receiver))
    const webhookUrl = `${target.origin}/hooks?tenant=a`
    const { signingSecret } = sandbox.sonzai.register('agent.message', {
      webhookUrl,
      authHeader: 'Bearer token-of-the-test',
    })
    const data = { content: '<b>bold</b>', size: 1 }
    const { attempts } = await sandbox.sonzai.trigger('agent.message', { data })[0]!.finished
    expect(attempts[0]!.responseCode).toBe(401)
    secrets[0] = signingSecret!

    const page = await browser.open(`${sandbox.url}/sonzai`)
    await loadNext(page, page.locator('#attempts').getByRole('link').click())
    const shown = await page.getByRole('region', { name: 'Request' }).textContent()
    expect(shown).toContain('POST /hooks?tenant=a HTTP/1.1')
    expect(shown).toMatch(/Sonzai-Signature\s+t=\d+,v1=[\da-f]{64}/)
    expect(shown).toContain('"content": "<b>bold</b>"')
    expect(await page.content()).not.toContain('token-of-the-test')
    const answer = await page.getByRole('region', { name: 'Answer' }).textContent()
    expect(answer).toContain('HTTP/1.1 401 Unauthorized')
    expect(answer).toMatch(/content-type\s+application\/problem\+json/)
    expect(answer).toContain('"code": "SIGNATURE_MISMATCH"')

    await loadNext(page, page.getByRole('button', { name: 'Send again' }).click())
    expect(await page.getByRole('status').textContent()).toContain('Sent the same bytes again: 200 OK.')
    expect(await page.getByRole('region', { name: 'Attempts' }).getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringContaining('Attempt 1: 401 Unauthorized'),
      expect.stringMatching(/Attempt 2: 200 OK\s+sent again by hand/),
    ])
    for (const { request_body: body } of await listAttempts(sandbox)) bodies.push(body)
    expect(bodies).toHaveLength(2)
    expect(bodies[0]).toBe(bodies[1])
  })

  it('run no hostile text, on any page', async () => {
    const hostile = '"><img src=x onerror=alert(1)><script>alert(2)</script>\u202e'
    const sandbox = await bench.start({ agents })
    const url = await bench.serveWith((_request, response) => {
      response.setHeader('x-hostile', hostile.slice(0, -1)).end(JSON.stringify({ [hostile]: hostile }))
    })
    const fields = [{ name: hostile, label: hostile, type: 'textarea', default: hostile }]
    const hook = sandbox.fleet.register({ name: hostile, url, form_schema: { fields } })
    const { attempts } = await (await sandbox.fleet.run(hook.id, { folder: join(agents, 'release-notes') })).finished
    sandbox.sonzai.notifyProject('agent.message', { data: { agent_id: hostile } })
    const page = await browser.open(sandbox.url)
    page.on('dialog', () => expect.unreachable())
    for (const path of ['/sonzai', '/fleet', `/fleet/${hook.id}`, `/attempts/${attempts[0]!.id}`, '/deliveries']) {
      await page.goto(sandbox.url + path)
      await page.waitForTimeout(0)
      expect(await page.locator('img').count(), path).toBe(0)
      expect(await page.locator('script').count(), path).toBe(1)
      expect(await page.locator('main').textContent(), path).toContain('onerror=alert(1)')
    }
    expect(await page.content()).not.toContain('\u202e')
  })
})

async function listAttempts({ sonzai: { url, apiKey } }: Sandbox): Promise<{ request_body: string }[]> {
  const path = `${url}/api/v1/webhooks/agent.message/attempts`
  const answer = await fetch(path, { headers: { authorization: `Bearer ${apiKey}` } })
  return ((await answer.json()) as { attempts: { request_body: string }[] }).attempts
}

/** WCAG 2.2's contrast of two colours, as `rgb(1, 2, 3)`. */
function toContrast(...colours: [string, string]): number {
  const [one, other] = colours.map((colour) => {
    const parts = [...colour.matchAll(/\d+/g)].slice(0, 3).map(([part]) => Number(part) / 255)
    const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue! + 0.05
  }) as [number, number]
  return Math.max(one, other) / Math.min(one, other)
}
