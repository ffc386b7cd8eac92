import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { surviveCrash } from '../../examples/demo/crash.ts'
import { sendDeliveries } from '../../examples/demo/deliveries.ts'
import { play, type Chapter } from '../../examples/demo/play.ts'
import { registerWebhooks } from '../../examples/demo/register.ts'
import { createWorld, type DemoServer, type World } from '../../examples/demo/world.ts'
import { startProgram } from '../support/examples/program.ts'

const patience = 240_000

describe('npm run demo -- --keep', () => {
  it('runs until it is stopped, in colours on request', { timeout: patience }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-demo-test-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const environment = { FORCE_COLOR: '1', TMPDIR: folder, TEMP: folder }
    const program = startProgram('examples/demo/main.ts', ['--keep'], environment)
    onTestFinished(async () => void (await program.end('SIGKILL')))
    await program.sees(/Stop with Ctrl-C[^]*\nFiles .*\n/)
    const [, page = ''] = await program.sees(/ {2}fleet +(http:\S+)\n/)
    const [, server = ''] = await program.sees(/ {2}koa +(http:\S+)\n/)
    const answer = await fetch(page)
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('Deploy (koa)')])
    expect((await fetch(`${server}/webhooks/sonzai`)).status).toBe(405)
    const secrets = await readSecrets(folder)

    const { code, stdout, stderr } = await program.end('SIGTERM')
    expect({ code, stderr, files: await readdir(folder) }).toEqual({ code: 0, stderr: '', files: [] })
    for (const url of [page, server]) await expect(fetch(url)).rejects.toThrow()

    const plain = stripVTControlCharacters(stdout)
    expect(plain).not.toBe(stdout)
    const columns = plain
      .split('\n')
      .flatMap((line) => (/✓ 401 SIGNATURE_MISMATCH {2}/.test(line) ? [line.search(/forged|altered|the same/)] : []))
    expect(columns).toHaveLength(3)
    expect(new Set(columns).size).toBe(1)

    // No signing secret, no token, no signature.
    expect(secrets.length).toBeGreaterThanOrEqual(25)
    expect(secrets.filter((secret) => stdout.includes(secret))).toEqual([])
    expect(stdout).not.toMatch(/whsec_|Bearer|[0-9a-f]{40}|v1=/i)
  })
})

describe('the verdict of the demo', { timeout: patience }, () => {
  it('is exit code 1 for a server that accepts everything', async () => {
    const { exitCode, output } = await playWith([registerWebhooks, sendDeliveries], async ({ servers, ...world }) => {
      const [express, koa, ...others] = servers
      return { ...world, servers: [express!, { ...koa!, url: await serveCareless() }, ...others] }
    })
    expect(exitCode).toBe(1)
    const forged = /✗ forged: signed with a guessed secret\n +expected {2}401 SIGNATURE_MISMATCH\n +got +(.*)/.exec(
      output,
    )
    expect(forged?.[1]).toBe(
      ['express: 401 S', 'koa: 200 handled', 'fastify: 401 S', 'fetch: 401 S']
        .map((text) => text.replace(/S$/, 'SIGNATURE_MISMATCH'))
        .join('; '),
    )
    expect(output).toMatch(/^✗ \d+ of 20 outcomes as expected/m)
    expect(output).toContain('  2. Genuine, forged, stale and malformed deliveries › not signed at all: expected 401')
    expect(output).toContain('› `sallyport send`: 100 deliveries, half forged: expected 100 right answers, got ')
  })

  it('names the server that does not answer', async () => {
    const { exitCode, output } = await playWith([registerWebhooks, sendDeliveries], async (world) => {
      const closing = world.servers[3]!
      await closing.close()
      return { ...world, servers: world.servers.with(3, { ...closing, close: async () => {} }) }
    })
    expect(exitCode).toBe(1)
    expect(output).toContain(
      'got       express: 200 handled; koa: 200 handled; fastify: 200 handled; fetch: ECONNREFUSED',
    )
  })

  it('notices a handler that ran for a rejected delivery', async () => {
    const { exitCode, output } = await playWith([registerWebhooks, sendDeliveries], async (world) => {
      const [first, ...others] = world.servers
      let reads = 0
      const overeager: DemoServer = Object.defineProperty({ ...first! }, 'handled', {
        get: () => Array.from({ length: (reads += 2) }, () => 'id'),
      })
      return { ...world, servers: [overeager, ...others] }
    })
    expect(exitCode).toBe(1)
    expect(output).toContain('got       2 or 1 handler ran')
    expect(output).toMatch(/^✗ 19 of 20 outcomes as expected/m)
  })

  it('notices an acknowledged event that is lost', async () => {
    const { exitCode, output } = await playWith([registerWebhooks, surviveCrash], async (world) => {
      const { sonzai: real } = world.sandbox
      const swallowing: typeof real = {
        ...real,
        trigger(type, options) {
          const isLost = options?.data?.['generated_message'] === 'message 39'
          const [delivery] = real.trigger(isLost ? 'agent.message' : type, options)
          const finished = delivery!.finished.then((result) => ({
            ...result,
            attempts: result.attempts.map((attempt) => ({ ...attempt, responseCode: 202 })),
          }))
          return [isLost ? { ...delivery!, finished } : delivery!]
        },
      }
      return { ...world, sandbox: { ...world.sandbox, sonzai: swallowing } }
    })
    expect(exitCode).toBe(1)
    expect(output).toContain('› every acknowledged event is handled: expected 61 of 61, 0 lost, got 60 of 61, 1 lost')
  })

  it('is exit code 1 when a step cannot be done, and the story ends', async () => {
    const failing: Chapter = async (story) => {
      story.chapter('A chapter', 'that fails.')
      story.check('one', 'fine', 'fine')
      await story.step('two', 'fine', () => Promise.reject(new Error('nobody is there')))
    }
    const { exitCode, output } = await playWith([failing, registerWebhooks])
    expect(exitCode).toBe(1)
    expect(output).toContain('  ✗ two\n      expected  fine\n      got       nobody is there\n')
    expect(output).toMatch(
      /✗ 1 of 2 outcomes as expected, in .*\n {2}1\. A chapter › two: expected fine, got nobody is there\n/,
    )
    expect(output).toContain('The demo stopped at "two".')
    expect(output).not.toContain('2. ')
  })
})

/** Plays chapters in a world that may be changed first. */
async function playWith(
  chapters: readonly Chapter[],
  change: (world: World) => Promise<World> = (world) => Promise.resolve(world),
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const world = await createWorld()
  const lines: string[] = []
  let changed = world
  try {
    changed = await change(world)
    const exitCode = await play(changed, (line) => lines.push(line), chapters)
    return { exitCode, output: `${stripVTControlCharacters(lines.join('\n'))}\n` }
  } finally {
    await world.close()
  }
}

/** The URL of a server that answers 200 to everything. */
async function serveCareless(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.end('{"outcome":"handled"}'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Every signing secret that a running demo keeps below a folder. */
async function readSecrets(folder: string): Promise<string[]> {
  const [demo = ''] = await readdir(folder)
  const { secrets } = JSON.parse(await readFile(join(folder, demo, 'secrets.json'), 'utf8')) as {
    secrets: Record<string, { secrets: { secret: string }[] }>
  }
  return Object.values(secrets).flatMap((record) => record.secrets.map(({ secret }) => secret))
}
