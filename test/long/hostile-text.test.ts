import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it, vi } from 'vitest'
import { start, temporaryFolder } from '../support/cli/command.ts'
import { bases, cases, works, type Case } from '../support/cli/hostile-cases.ts'
import { serveHead } from '../support/cli/hostile-server.ts'
import { findSteering, hostile } from '../support/cli/hostile-text.ts'
import { hostileEnv, hostileSecret, useHostileWorld } from '../support/cli/hostile-world.ts'
import { runHere } from '../support/cli/in-process.ts'

const world = useHostileWorld()

interface Printed {
  readonly what: string
  readonly code: number | null
  readonly text: string
  readonly found: readonly string[]
}

/** What a command line prints, as text and as JSON. */
async function print([what, args, more]: Case): Promise<Printed[]> {
  const results: Printed[] = []
  for (const form of [[], ['--json']]) {
    const words = world.fill(args)
    const { code, stdout, stderr } = await runHere([...form, ...words], {
      cwd: world.folder(),
      env: { ...hostileEnv, ...more },
    })
    if (form.length > 0 && !stdout.startsWith('Usage'))
      for (const line of stdout.split('\n').slice(0, -1)) expect(() => JSON.parse(line) as unknown, what).not.toThrow()
    results.push({ what: [what, ...form].join(' '), code, text: stdout + stderr, found: findSteering(stdout + stderr) })
  }
  return results
}

describe('text from outside', () => {
  // Some commands have dozens of cases, each of which opens a store.
  it.each(cases)('is made visible by %s', { timeout: 240_000 }, async (command, each) => {
    const results: Printed[] = []
    for (const one of each) results.push(...(await print(one)))
    expect(results.filter(({ found }) => found.length > 0).map(({ what, found }) => [what, found])).toEqual([])
    // It is there, or it is not made visible but left out.
    expect(results.filter(({ text }) => text.includes('FORGED') || text.includes('[2J')).length).toBeGreaterThan(1)
    const [working] = results
    if (working!.what === works) expect([working!.code, working!.text]).toEqual([bases[command]![0], working!.text])
  })

  it('is honest text where it is honest', async () => {
    const [text, json] = await print(['', ['bundle', 'diff', 'agent', 'odd.zip']])
    expect(text!.text).toContain(String.raw`\u{1b}[2J`)
    expect(text!.text).toContain('é漢字👩‍🚀')
    expect(json!.text).toContain('é漢字👩‍🚀')
  })

  it('is equal once its JSON is parsed', async () => {
    const { stdout } = await runHere(['inbox', 'show', 'first-', '--body', '--inbox', 'inbox.db', '--json'], {
      cwd: world.folder(),
      env: hostileEnv,
    })
    expect(JSON.parse(stdout)).toMatchObject({ type: hostile, body: hostile, headers: [[hostile, hostile]] })
  })

  it('is made visible in the head of an answer', async () => {
    const text = '\u001b[2J\u009b31m\u007f\u0085'
    const servers = [
      await serveHead(`HTTP/1.1 400 ${text}`),
      await serveHead(`HTTP/1.1 200 OK\r\nDate: ${text}\r\nX-${text}: x`),
      await serveHead(`HTTP/1.1 302 Found\r\nLocation: http://x.test/${text}`),
      await serveHead(text),
    ]
    for (const [index, { url, close }] of servers.entries()) {
      for (const args of [
        ['doctor', '--clock', url, '--inbox', 'inbox.db'],
        ['send', 'sonzai', 'on_wakeup_ready', '--to', url],
        // What is no answer at all is asked for again and again.
        ...(index < 3 ? [['webhooks', 'delete', 'sonzai', 'x', '--yes', '--base-url', url]] : []),
      ])
        expect((await print([url, args])).flatMap(({ found }) => found)).toEqual([])
      close()
    }
  })
})

describe('listen', () => {
  it.each([[], ['--json']])('makes deliveries visible %j', async (...form) => {
    const listening = start(['listen', '--port', '0', '--inbox', 'events.db', '--data', '--record', hostile, ...form], {
      cwd: await temporaryFolder(),
      env: { SONZAI_WEBHOOK_SECRET: hostileSecret, FLEET_WEBHOOK_TOKEN: hostileSecret },
    })
    const [, url = ''] = await listening.sees(/(http:\/\/127\.0\.0\.1:\d+)\/webhooks/)
    const wakeup = { event_type: 'on_wakeup_ready', agent_id: hostile, [hostile]: hostile }
    for (const body of [wakeup, { ...wakeup, event_type: hostile }, { ...wakeup, agent_id: { [hostile]: 1 } }]) {
      const { headers, body: bytes } = signDelivery(sonzai(), { secret: hostileSecret, body: JSON.stringify(body) })
      await fetch(`${url}/webhooks/sonzai`, {
        method: 'POST',
        headers: [...headers] as [string, string][],
        body: bytes,
      })
    }
    await vi.waitUntil(() => listening.written().split('recorded').length > 3, 20_000)
    const { stdout, stderr } = await listening.end('SIGTERM')
    expect(findSteering(stdout + stderr)).toEqual([])
    expect(stdout).toContain('FORGED')
  })
})

describe('the sources of the command', () => {
  it('write to the terminal in one place', async () => {
    const source = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'src')
    const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith('.ts'))
    const texts = await Promise.all(
      files.map(async (file) => [file, await readFile(join(source, file), 'utf8')] as const),
    )
    // Not a file that is called "console.ts".
    const methods = Object.keys(console).join('|')
    const writes = new RegExp(
      `\\bconsole\\.(?:${methods})\\b|process\\.std(?:out|err)\\.write|emitWarning|\\bstdout\\.write`,
    )
    expect(texts.filter(([, text]) => writes.test(text)).map(([file]) => file)).toEqual(['output.ts'])
  })
})
