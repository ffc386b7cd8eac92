import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/cli/command.ts'
import { startRawApp, type RawApp } from '../support/cli/raw-http.ts'
import { hasTmux, inTmux, type Screen } from '../support/cli/tmux.ts'
import { findFreePort } from '../support/free-port.ts'

if (!hasTmux) console.warn('NOT TESTED: the view of `listen`, because there is no tmux here')

const secret = 'a-secret-that-is-long-enough'

interface Shown {
  readonly screen: Screen
  readonly app: RawApp
  readonly url: string
  readonly cwd: string
}

async function show(
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  height?: number,
): Promise<Shown> {
  const cwd = await temporaryFolder()
  const app = await startRawApp(() => 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  const port = await findFreePort()
  const line = ['listen', '--port', String(port), '--forward-to', app.url, ...args]
  const screen = inTmux(line, { cwd, height, env: { SONZAI_WEBHOOK_SECRET: secret, ...env } })
  await screen.shows(/waiting for deliveries/)
  return { screen, app, cwd, url: `http://127.0.0.1:${port}` }
}

const { plainHeaders, body } = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })
const post = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { ...plainHeaders }, body, ...init })

const linesOf = (text: string): string[] => text.trimEnd().split('\n')

describe.runIf(hasTmux)('the view of listen', { timeout: 60_000 }, () => {
  it('lists deliveries in 80 columns, newest first', async () => {
    const { screen, url, app } = await show()
    await post(`${url}/webhooks/sonzai`)
    await post(`${url}/webhooks/sonzai`, { body: '{}' })
    await post(`${url}/odd?token=hidden`, { body: 'x' })
    const lines = linesOf(await screen.shows(/\/odd\?…/))
    const same = (line: string): string =>
      line
        .replace(/\d\d:\d\d:\d\d/, 'HH:MM:SS')
        .replace(/ +[\d.]+ (?:B|kB) +[\d.]+ m?s$/, (text) => '#'.padStart(text.length))
    expect(lines.slice(0, 5).map(same)).toEqual([
      ` sallyport listen  ${url} → ${app.url}/`,
      '  TIME     VERDICT            APP PROVIDER  TYPE                     SIZE     MS',
      `> HH:MM:SS no provider        200 -         /odd?…${'#'.padStart(30)}`,
      `  HH:MM:SS SIGNATURE_MISMATCH 200 sonzai          ${'#'.padStart(30)}`,
      `  HH:MM:SS verified           200 sonzai    on_wakeup_ready${'#'.padStart(21)}`,
    ])
    expect(lines).toHaveLength(24)
    expect(lines.at(-1)).toBe(' j/k move · Enter open · r resend · / filter · q quit · 3')
  })

  it('says at first where to send, and how', async () => {
    const { screen, url } = await show(['--make-secrets', 'dev.env'])
    const lines = linesOf(await screen.shows(/waiting for deliveries/))
    expect(lines.slice(2, 15).map((line) => line.trim())).toEqual([
      'waiting for deliveries',
      '',
      'Send one from another terminal:',
      `npx sallyport send sonzai on_wakeup_ready --env-from dev.env --to`,
      url,
      '',
      ...['sonzai', 'invoratec', 'fleet', 'langsmith', 'github', 'stripe'].map(
        (name) => `${name.padEnd(18)} ${url}/webhooks/${name}`,
      ),
      `standard-webhooks  ${url}/webhooks/standard-webhooks`,
    ])
    expect(lines.join('\n')).toContain('created secrets in dev.env')
    expect(lines.join(' ')).toContain('keep this file')
  })

  it('bounds its first screen to the height', async () => {
    const { screen } = await show(['--make-secrets', 'dev.env'], {}, 10)
    const lines = linesOf(await screen.shows(/waiting for deliveries/))
    expect(lines).toHaveLength(10)
    expect(lines.at(-2)).toMatch(/^ {2}… \d+ more lines$/)
    expect(lines.at(-1)).toContain('q quit')
  })

  it('names the paths for a delivery to another path', async () => {
    const { screen, url } = await show()
    await post(`${url}/odd`, { body: 'x' })
    await screen.shows(/no provider/)
    screen.keys('Enter')
    await screen.shows(/Send to \/webhooks\/sonzai/)
  })

  it('keeps its keys in sight while it records and stores', async () => {
    const { screen, url, cwd } = await show(['--record', 'captures', '--inbox', 'events.db'])
    await post(`${url}/webhooks/sonzai`)
    await expect.poll(() => readdirSync(join(cwd, 'captures')).join()).toContain('.http')
    await post(`${url}/odd`, { body: 'x' })
    const text = await screen.shows(/\/odd/)
    expect(linesOf(text).at(-1)).toContain('q quit · 2')
    expect(text).not.toMatch(/recorded in|inbox handled/)
  })

  it('shows local time, and the exact time in the detail', async () => {
    const { screen, url } = await show([], { TZ: 'Asia/Kolkata' })
    await post(`${url}/webhooks/sonzai`)
    const [, time] = /> ([\d:]{8}) verified/.exec(await screen.shows(/verified/))!
    screen.keys('Enter')
    const [, day, shown, exact] = /(\S+) (\S+) \((\S+Z)\)/.exec(await screen.shows(/Verdict: verified/))!
    expect(shown).toBe(time)
    // No daylight saving time there.
    expect(Date.parse(`${day}T${shown}+05:30`)).toBe(Math.floor(Date.parse(exact!) / 1000) * 1000)
  })

  it('shows a delivery without its signature, and its body on a key', async () => {
    const { screen, url } = await show()
    await post(`${url}/webhooks/sonzai`)
    await post(`${url}/webhooks/sonzai`, { body: '{}', headers: { ...plainHeaders, 'X-Api-Key': 'hidden' } })
    await screen.shows(/SIGNATURE_MISMATCH/)
    screen.keys('Enter')
    const detail = await screen.shows(/possible: /)
    expect(detail).toContain('Verdict: SIGNATURE_MISMATCH')
    expect(detail).toContain('App: 200 OK in')
    expect(detail).toContain('The app accepted a delivery that does not verify.')
    screen.keys('G')
    const end = await screen.shows(/press b to show it/)
    expect(`${detail}${end}`).toMatch(/sonzai-signature: \[hidden\]/i)
    expect(`${detail}${end}`).not.toMatch(/v1=|: hidden/)
    screen.keys('q', 'j', 'Enter', 'b')
    await screen.shows(/Verdict: verified/)
    screen.keys('G')
    expect(await screen.shows(/"generated_message": /)).toContain('Answer of the app: 2 B')
    screen.keys('b')
    expect(await screen.shows(/press b/)).not.toContain('generated_message')
  })

  it('resends the exact bytes', async () => {
    const { screen, url, app } = await show()
    await post(`${url}/webhooks/sonzai`)
    await screen.shows(/verified/)
    screen.keys('r')
    await screen.shows(/↻[\d:]{8} duplicate/)
    expect(app.requests).toHaveLength(2)
    expect(app.requests[1]).toEqual(app.requests[0])
  })

  it('filters by text', async () => {
    const { screen, url } = await show()
    await post(`${url}/webhooks/sonzai`)
    await post(`${url}/other`)
    await screen.shows(/\/other/)
    screen.keys('/', 'W', 'a', 'k', 'e', 'Enter')
    expect(await screen.shows(/1 of 2 match "Wake"/)).not.toContain('/other')
    screen.keys('Escape')
    await screen.shows(/\/other/)
  })

  it('fits a narrow terminal when it is resized', async () => {
    const { screen, url } = await show()
    await post(`${url}/webhooks/sonzai`)
    await screen.shows(/verified/)
    screen.resize(60, 12)
    const lines = linesOf(await screen.shows(/APP PROVIDER {2}TYPE\s*$/m))
    expect(lines[2]).toMatch(/^> [\d:]{8} verified {11}200 sonzai {4}on_wakeup_ready$/)
    expect(lines).toHaveLength(12)
    screen.resize(100, 30)
    expect(linesOf(await screen.shows(/SIZE {5}MS/))).toHaveLength(30)
  })

  it('never sends hostile text to the terminal', async () => {
    const { screen, url } = await show(['--data'])
    const hostile = '\u001b]0;owned\u0007\u001b[2J\u202e'
    await post(`${url}/webhooks/stripe`, {
      body: JSON.stringify(`${hostile}x`).replaceAll(String.raw`\u001b`, '\u001b'),
      headers: { 'x-odd': Buffer.from('\u009b2Jx').toString('latin1') },
    })
    await screen.shows(/no secret/)
    screen.keys('Enter', 'G')
    await screen.shows(/u\{1b\}/)
    for (const raw of ['owned\u0007', '\u202e', '\u009b']) expect(screen.raw()).not.toContain(raw)
    expect(linesOf(await screen.shows(/j\/k scroll/))).toHaveLength(24)
  })

  it('has no colours with NO_COLOR', async () => {
    const { screen, url } = await show([], { NO_COLOR: '1' })
    await post(`${url}/webhooks/sonzai`)
    await screen.shows(/> [\d:]{8} verified/)
    expect(screen.raw()).not.toContain('\u001b[')
  })

  it.each([
    ['q', 'q', 0],
    ['Ctrl-C', 'C-c', 0],
  ])('gives the terminal back on %s', async (_name, key, code) => {
    const { screen } = await show()
    screen.keys(key)
    const text = await screen.shows(new RegExp(`ended ${code}`))
    expect(text).toContain('Receiving at')
    expect(await screen.shows(/^echo/m)).not.toContain('VERDICT')
  })

  it('gives the terminal back on SIGTERM', async () => {
    const { screen } = await show()
    process.kill(screen.pid(), 'SIGTERM')
    await screen.shows(/ended 0/)
    expect(await screen.shows(/^echo/m)).not.toContain('VERDICT')
  })

  it('gives the terminal back when it crashes', async () => {
    const crash = `process.on("SIGUSR2", () => setImmediate(() => { throw new Error("crashed on purpose") }))`
    const { screen } = await show([], { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}` })
    process.kill(screen.pid(), 'SIGUSR2')
    await screen.shows(/ended 1/)
    const text = await screen.shows(/^echo/m)
    expect(text).toContain('Error: crashed on purpose')
    expect(text).not.toContain('VERDICT')
  })

  it('prints lines with --plain', async () => {
    const cwd = await temporaryFolder()
    const screen = inTmux(['listen', '--port', '0', '--forward-to', 'http://localhost:9', '--plain'], { cwd })
    expect(await screen.shows(/Forwarding to/)).not.toContain('VERDICT')
  })
})
