import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { startProgram, type Program } from '../support/examples/program.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-example-inbox-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const secrets = { SONZAI_WEBHOOK_SECRET: 'whsec_example-sonzai', INVORATEC_WEBHOOK_SECRET: 'example-invoratec' }
const wakeup = signDelivery(sonzai(), { secret: secrets.SONZAI_WEBHOOK_SECRET, type: 'on_wakeup_ready' })
const alert = signDelivery(invoratec(), { secret: secrets.INVORATEC_WEBHOOK_SECRET, type: 'alert.triggered' })
// Genuine, and not what its schema says.
const odd = signDelivery(invoratec(), {
  secret: secrets.INVORATEC_WEBHOOK_SECRET,
  type: 'alert.triggered',
  edit: (body) => ({ ...body, data: { alertType: 7 } }),
})
const forged = signDelivery(sonzai(), { secret: 'whsec_guessed' })

async function startServer(environment: Record<string, string>): Promise<{ program: Program; origin: string }> {
  const program = startProgram('examples/run.ts', ['inbox'], { ...environment, PORT: '0' })
  const [, origin] = await program.sees(/listening on (http:\/\/127\.0\.0\.1:\d+) \(inbox\)/)
  return { program, origin: origin! }
}

async function post(url: string, { plainHeaders, body }: SignedDelivery): Promise<number> {
  const response = await fetch(url, { method: 'POST', headers: plainHeaders, body: Buffer.from(body) })
  await response.arrayBuffer()
  return response.status
}

const readLines = (output: string): Record<string, unknown>[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('npm run example -- inbox', () => {
  it('handles stored events; lists and replays dead letters', async () => {
    const environment = { ...secrets, INBOX_FILE: join(home, 'here.db') }
    const { program, origin } = await startServer(environment)
    try {
      const statuses = [
        await post(`${origin}/webhooks/sonzai`, wakeup),
        await post(`${origin}/webhooks/sonzai`, wakeup),
        await post(`${origin}/webhooks/invoratec`, odd),
        await post(`${origin}/webhooks/sonzai`, forged),
      ]
      expect(statuses).toEqual([202, 200, 202, 401])
      await program.sees(/"outcome":"dead"/)

      const listed = await startProgram('examples/run.ts', ['inbox-list'], environment).end()
      expect(readLines(listed.stdout)).toMatchObject([
        {
          provider: 'invoratec',
          type: 'alert.triggered',
          attempts: 1,
          error: expect.stringContaining('InvalidPayloadError'),
        },
      ])
      expect(readLines(listed.stderr)).toMatchObject([{ counts: { pending: 0, active: 0, dead: 1 } }])
      const replayed = await startProgram('examples/run.ts', ['inbox-replay', 'alert.triggered'], environment).end()
      expect({ ...replayed, stdout: JSON.parse(replayed.stdout) as unknown }).toEqual({
        code: 0,
        stdout: { replayed: 1 },
        stderr: '',
      })
      await program.sees(/"outcome":"dead"[^]*"outcome":"dead"/)
    } finally {
      const { code, stdout, stderr } = await program.end('SIGTERM')
      expect(readLines(stdout)).toMatchObject([{ provider: 'sonzai', type: 'on_wakeup_ready' }])
      for (const secret of Object.values(secrets)) expect(stdout + stderr).not.toContain(secret)
      if (process.platform !== 'win32') expect(code).toBe(0)
    }
  })

  it('leaves the handling to a worker of another process, on request', async () => {
    const environment = { ...secrets, INBOX_FILE: join(home, 'elsewhere.db') }
    const { program, origin } = await startServer({ ...environment, INBOX_WORK: 'elsewhere' })
    expect(await post(`${origin}/webhooks/invoratec`, alert)).toBe(202)
    expect((await program.end('SIGTERM')).stdout).toBe('')

    const worker = startProgram('examples/run.ts', ['inbox-worker'], environment)
    await worker.sees(/working on/)
    for (let isDone = false; !isDone;) {
      const { stdout } = await startProgram('examples/run.ts', ['inbox-list', 'done'], environment).end()
      isDone = stdout !== ''
    }
    const { code, stdout } = await worker.end('SIGTERM')
    expect(readLines(stdout)).toMatchObject([{ provider: 'invoratec', type: 'alert.triggered' }])
    if (process.platform !== 'win32') expect(code).toBe(0)
  })

  it.each([
    { parameters: ['inbox'], environment: secrets, problem: /INBOX_FILE/ },
    {
      parameters: ['inbox-worker'],
      environment: { INBOX_FILE: join(home, 'none.db') },
      problem: /SONZAI_WEBHOOK_SECRET/,
    },
    {
      parameters: ['inbox-list', 'lost'],
      environment: { INBOX_FILE: join(home, 'none.db') },
      problem: /no state "lost"/,
    },
  ])('ends with 1 and says what is missing: $parameters', async ({ parameters, environment, problem }) => {
    const { code, stdout, stderr } = await startProgram('examples/run.ts', parameters, environment).end()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(problem)
  })
})
