import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startProgram, type Ending, type Program } from '../support/examples/program.ts'

const secrets = { SONZAI_WEBHOOK_SECRET: 'whsec_example-sonzai', INVORATEC_WEBHOOK_SECRET: 'example-invoratec' }

const wakeup = signDelivery(sonzai(), { secret: secrets.SONZAI_WEBHOOK_SECRET, type: 'on_wakeup_ready' })
const alert = signDelivery(invoratec(), { secret: secrets.INVORATEC_WEBHOOK_SECRET, type: 'alert.triggered' })
const unknown = signDelivery(sonzai(), { secret: secrets.SONZAI_WEBHOOK_SECRET, type: 'agent.hiccup' })
const forgedWakeup = signDelivery(sonzai(), { secret: 'whsec_guessed' })
const forgedAlert = { ...alert, body: Buffer.concat([alert.body, Buffer.from(' ')]) }

describe.each(['express', 'koa', 'fastify', 'fetch'])('npm run example -- %s', (name) => {
  let program: Program
  let ending: Ending
  const statuses: Record<string, number> = {}

  beforeAll(async () => {
    program = startProgram('examples/run.ts', [name], { ...secrets, PORT: '0' })
    const port = Number((await program.sees(/listening on http:\/\/127\.0\.0\.1:(\d+)/))[1])
    const sonzaiUrl = `http://localhost:${port}/webhooks/sonzai`
    const invoratecUrl = `http://127.0.0.1:${port}/webhooks/invoratec`
    statuses['wakeup'] = await post(sonzaiUrl, wakeup)
    statuses['alert'] = await post(invoratecUrl, alert)
    statuses['unknown'] = await post(sonzaiUrl, unknown)
    statuses['forged wakeup'] = await post(sonzaiUrl, forgedWakeup)
    statuses['forged alert'] = await post(invoratecUrl, forgedAlert)
    statuses['GET'] = (await fetch(sonzaiUrl)).status
    statuses['elsewhere'] = (await fetch(new URL('/', sonzaiUrl))).status
    ending = await program.end('SIGTERM')
  })

  afterAll(() => program.end('SIGKILL'))

  it('answers each delivery with the status it deserves', () => {
    expect(statuses).toEqual({
      wakeup: 200,
      alert: 200,
      unknown: 200,
      'forged wakeup': 401,
      'forged alert': 401,
      GET: 405,
      elsewhere: 404,
    })
  })

  it('prints only one JSON line per handled event to stdout', () => {
    expect(readLines(ending.stdout)).toEqual([
      { provider: 'sonzai', type: 'on_wakeup_ready', id: expect.stringMatching(/^sha256:/), data: parse(wakeup) },
      {
        provider: 'invoratec',
        type: 'alert.triggered',
        id: expect.stringMatching(/^sha256:/),
        data: parse(alert).data,
      },
    ])
  })

  it('prints refusals and unknown events as JSON lines to stderr', () => {
    const remoteAddress = expect.stringMatching(/127\.0\.0\.1$|^::1$/)
    const [ready = '', ...lines] = ending.stderr.trimEnd().split('\n')
    expect(ready).toMatch(/^listening on /)
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { provider: 'sonzai', outcome: 'unknown', type: 'agent.hiccup', id: expect.stringMatching(/^sha256:/) },
      { provider: 'sonzai', code: 'SIGNATURE_MISMATCH', status: 401, remoteAddress },
      { provider: 'invoratec', code: 'SIGNATURE_MISMATCH', status: 401, remoteAddress },
      { provider: 'sonzai', code: 'METHOD_NOT_ALLOWED', status: 405, remoteAddress },
    ])
  })

  it('shows no secret and no signature', () => {
    const output = ending.stdout + ending.stderr
    for (const secret of Object.values(secrets)) expect(output).not.toContain(secret)
    expect(output).not.toMatch(/v1=|sha256=/)
  })

  // Windows has no signals: there a process is just ended.
  it.skipIf(process.platform === 'win32')('ends with 0 on SIGTERM', () => {
    expect(ending.code).toBe(0)
  })
})

describe('npm run example', () => {
  it.concurrent.each([
    ['SONZAI_WEBHOOK_SECRET', { INVORATEC_WEBHOOK_SECRET: 'x' }],
    ['INVORATEC_WEBHOOK_SECRET', { SONZAI_WEBHOOK_SECRET: 'whsec_x' }],
    ['SONZAI_WEBHOOK_SECRET', { SONZAI_WEBHOOK_SECRET: '', INVORATEC_WEBHOOK_SECRET: 'x' }],
  ])('ends with 1 and names %s when it is missing or empty', async (variable, environment) => {
    const { code, stdout, stderr } = await startProgram('examples/run.ts', ['express'], environment).end()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^[^\\n]*${variable}[^\\n]*\\n$`))
  })

  it.concurrent.each([[[]], [['hapi']], [['toString']]])(
    'ends with 2 and the list of names for %j',
    async (parameters) => {
      const { code, stderr } = await startProgram('examples/run.ts', parameters, secrets).end()
      expect(code).toBe(2)
      expect(stderr).toContain('express|koa|fastify|fetch')
    },
  )

  it.concurrent('ends with 2 for a PORT that is none', async () => {
    const { code, stderr } = await startProgram('examples/run.ts', ['koa'], { ...secrets, PORT: 'http' }).end()
    expect(code).toBe(2)
    expect(stderr).toContain('PORT')
  })

  it.concurrent.each(['express', 'fastify'])('ends with 1 and one line when the port of %s is taken', async (name) => {
    const occupant = createServer().listen(0)
    await once(occupant, 'listening')
    const { port } = occupant.address() as AddressInfo
    const { code, stderr } = await startProgram('examples/run.ts', [name], { ...secrets, PORT: String(port) }).end()
    occupant.close()
    expect(code).toBe(1)
    expect(stderr).toMatch(/^[^\n]*EADDRINUSE[^\n]*\n$/)
  })
})

async function post(url: string, { plainHeaders, body }: SignedDelivery): Promise<number> {
  const response = await fetch(url, { method: 'POST', headers: plainHeaders, body: Buffer.from(body) })
  await response.arrayBuffer()
  return response.status
}

function parse({ body }: SignedDelivery): { data?: unknown } {
  return JSON.parse(Buffer.from(body).toString()) as { data?: unknown }
}

function readLines(output: string): unknown[] {
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}
