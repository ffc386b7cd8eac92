import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cleanEnvironment, commandLine, run, temporaryFolder } from '../support/cli/command.ts'
import { runJson } from '../support/cli/host.ts'
import { runHere } from '../support/cli/in-process.ts'

// `script` of util-linux runs a command in a pseudo-terminal.
const hasTerminal = spawnSync('script --version', { encoding: 'utf8', shell: true }).stdout.includes('util-linux')
if (!hasTerminal) console.warn('NOT TESTED in a terminal: there is no `script` of util-linux here')

const env = { SONZAI_WEBHOOK_SECRET: 'whsec_of-the-command-that-asks' }

/** A step: what the screen shows, then what is typed, or a signal that is sent. */
type Step = readonly [shows: string, types: string | { readonly signal: NodeJS.Signals }]

/** Types into the command in a pseudo-terminal of 80 columns. */
async function converse(
  args: readonly string[],
  steps: readonly Step[],
): Promise<{ code: number; screen: string; written: string }> {
  const cwd = await temporaryFolder()
  const line = [
    'stty cols 80 rows 24; echo "pid $$"; exec',
    ...[...commandLine, ...args].map((word) => `'${word}'`),
  ].join(' ')
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd,
    env: { ...cleanEnvironment, ...env, TERM: 'xterm-256color' },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const left = [...steps]
  let screen = ''
  let written = ''
  let seen = 0
  child.stdout.on('data', (chunk: Buffer) => {
    written += chunk.toString()
    screen = stripVTControlCharacters(screen + chunk.toString())
    const [step] = left
    const at = step === undefined ? -1 : screen.indexOf(step[0], seen)
    if (at < 0) return
    seen = screen.length
    left.shift()
    const [, types] = step!
    if (typeof types === 'object') process.kill(Number(/pid (\d+)/.exec(screen)![1]), types.signal)
    else child.stdin.write(types)
  })
  const [code] = (await once(child, 'exit')) as [number]
  expect(left).toEqual([])
  return { code, screen, written }
}

async function serve(): Promise<{ url: string; paths: string[] }> {
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.url!)
    request.resume().on('end', () => response.end('{"outcome":"handled"}'))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => server.close().closeAllConnections())
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths }
}

const enter = '\r'
const interrupt = '\u0003'

describe.runIf(hasTerminal)('send on a terminal', () => {
  it('asks for provider, event and target, and shows the command', async () => {
    const { url, paths } = await serve()
    const { code, screen } = await converse(
      ['send'],
      [
        ['to navigate', enter],
        ['to search', 'wakeup_r'],
        ['(1 match)', enter],
        // The line is cleared, then typed.
        ['Where to?', `\u0015${url}/hooks${enter}`],
      ],
    )
    expect({ code, paths }).toEqual({ code: 0, paths: ['/hooks'] })
    // The one with a secret is first.
    expect(screen).toMatch(/● Sonzai \(sonzai\)/)
    expect(screen.replaceAll(/\s+/g, ' ')).toContain(
      `the same without questions: npx sallyport send sonzai on_wakeup_ready --to ${url}/hooks`,
    )
    expect(screen).toContain('200 handled')
  })

  it('asks only for what is left out', async () => {
    const { url, paths } = await serve()
    const { code } = await converse(['send', 'sonzai', '--to', url], [['to search', `session.e${enter}`]])
    expect({ code, paths }).toEqual({ code: 0, paths: ['/webhooks/sonzai'] })
  })

  it('sends nothing when a question is left', async () => {
    const { code, screen } = await converse(['send'], [['to navigate', interrupt]])
    expect({ code, screen }).toEqual({ code: 1, screen: expect.stringContaining('Nothing was sent.') })
  })

  it('shows the cursor again if SIGTERM ends a question', async () => {
    const { code, written } = await converse(['send'], [['to navigate', { signal: 'SIGTERM' }]])
    expect({ code, hidden: written.lastIndexOf('\u001b[?25l') > 0 }).toEqual({ code: 143, hidden: true })
    expect(written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(written.lastIndexOf('\u001b[?25l'))
  })

  it('never asks with --json', async () => {
    const { code, screen } = await converse(['send', '--json'], [])
    expect({ code, screen }).toEqual({ code: 2, screen: expect.stringContaining('"code":"PROVIDER_MISSING"') })
  })
})

describe('send in a pipe', () => {
  it('lists a command for each provider', async () => {
    const { code, stdout, stderr } = await run(['send'], { env })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('  npx sallyport send sonzai on_wakeup_ready\n')
    expect(stderr).toContain("  npx sallyport send fleet 'Publish agent'\n")
    expect(stderr.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  it('lists the events of a provider', async () => {
    const { code, stderr } = await run(['send', 'sonzai'], { env })
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('\n  on_wakeup_ready\n') })
    expect((await run(['send', 'stripe'])).stderr).toMatch(/\n {2}… and \d+ more\n$/)
    expect(await runJson(['send', 'sonzai'])).toMatchObject({
      code: 2,
      records: [{ ok: false, code: 'EVENT_MISSING' }],
    })
  })
})

describe('send without --to', () => {
  it('says what to do where nothing listens', async () => {
    const { code, records } = await runJson(['send', 'sonzai', 'session.end'], { env: { ...env, SALLYPORT_PORT: '9' } })
    expect({ code, records }).toMatchObject({
      code: 4,
      records: [{ to: 'http://127.0.0.1:9/webhooks/sonzai', next: expect.stringContaining('npx sallyport listen') }],
    })
  })

  it('sends to SALLYPORT_TO, else where listen is configured', async () => {
    const cwd = await temporaryFolder()
    const { url, paths } = await serve()
    const line = ['send', 'sonzai', 'session.end', '--json']
    const named = await runHere(line, { cwd, env: { ...env, SALLYPORT_TO: `${url}/named` } })
    await writeFile(join(cwd, 'sallyport.config.mjs'), `export default { listen: { port: ${new URL(url).port} } }\n`)
    const configured = await runHere([...line, '--config', 'sallyport.config.mjs'], { cwd, env })
    expect([named.code, configured.code, paths]).toEqual([0, 0, ['/named', '/webhooks/sonzai']])
  })
})

describe('the next step', () => {
  it.each([
    [401, '{"code":"SIGNATURE_MISMATCH"}', 'npx sallyport verify sonzai --request captures/<file>.http'],
    [404, '', 'nothing receives at /webhooks/sonzai'],
    [308, '', 'the final URL'],
    [500, '', 'its log'],
  ])('after %d %s is named', async (status, body, next) => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status).end(body))
    }).listen(0, '127.0.0.1')
    onTestFinished(() => server.close().closeAllConnections())
    await once(server, 'listening')
    const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const cwd = await temporaryFolder()
    const { code, stdout } = await runHere(['send', 'sonzai', 'session.end', '--to', to, '--json'], { cwd, env })
    expect({ code, record: JSON.parse(stdout) }).toMatchObject({
      code: 1,
      record: { next: expect.stringContaining(next) },
    })
  })
})
