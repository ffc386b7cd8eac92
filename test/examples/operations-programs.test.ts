import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { send, startDocumented } from '../support/examples/serve.ts'
import { findFreePort } from '../support/free-port.ts'

const secret = 'whsec_operations'
const home = mkdtempSync(join(tmpdir(), 'sallyport-operations-'))
afterAll(() => rmSync(home, { recursive: true }))

const wakeup = (): ReturnType<typeof signDelivery> => signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })

async function start(name: string, environment: Record<string, string> = {}) {
  const port = await findFreePort()
  const file = { SONZAI_WEBHOOK_SECRET: secret, EVENTS_FILE: join(home, `${port}.db`), ...environment }
  const program = await startDocumented(`examples/operations/${name}`, port, file)
  return { program, url: `http://localhost:${port}`, file: file.EVENTS_FILE }
}

const status = (url: string): Promise<number> => fetch(url).then((answer) => answer.status)

describe('examples/operations', () => {
  it('health.ts answers probes, and ends in order', async () => {
    const { program, url } = await start('health.ts')
    await expect.poll(() => status(`${url}/ready`)).toBe(200)
    expect(await status(`${url}/live`)).toBe(200)
    expect(await send(`${url}/webhooks/sonzai`, wakeup())).toEqual({ status: 202, said: 'accepted' })
    expect((await program.end('SIGTERM')).code).toBe(0)
  })

  it('health-worker.ts handles what a server stores', async () => {
    const { program: server, url, file } = await start('health.ts')
    expect((await send(`${url}/webhooks/sonzai`, wakeup())).status).toBe(202)
    await server.end('SIGTERM')
    const { program, url: probes } = await start('health-worker.ts', { EVENTS_FILE: file })
    await expect.poll(() => status(`${probes}/ready`)).toBe(200)
    expect(await status(`${probes}/live`)).toBe(200)
    expect((await program.end('SIGTERM')).code).toBe(0)
  })

  it('logging.ts writes one line per refusal and failed attempt', async () => {
    const { program, url } = await start('logging.ts')
    const forged = signDelivery(sonzai(), { secret: 'whsec_guessed', type: 'on_wakeup_ready' })
    expect((await send(url, forged)).status).toBe(401)
    expect((await send(url, wakeup())).status).toBe(202)
    await program.sees(/attempt 1 failed, next in \d+ ms/)
    const { stdout, stderr } = await program.end('SIGTERM')
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(lines.slice(0, 2)).toMatchObject([{ code: 'SIGNATURE_MISMATCH' }, { outcome: 'retried', attempt: 1 }])
    expect(stderr).toBe('')
  })

  it('prometheus.ts answers a scrape on a port of its own', async () => {
    const metricsPort = String(await findFreePort())
    const { program, url } = await start('prometheus.ts', { METRICS_PORT: metricsPort })
    expect((await send(`${url}/webhooks/sonzai`, wakeup())).status).toBe(202)
    const text = await fetch(`http://127.0.0.1:${metricsPort}/metrics`).then((answer) => answer.text())
    expect(text).toContain('sallyport_deliveries_total{provider="sonzai",outcome="accepted"} 1')
    expect((await program.end('SIGTERM')).code).toBe(0)
  })

  it('opentelemetry.ts prints the spans of an event', async () => {
    const { program, url } = await start('opentelemetry.ts')
    expect((await send(url, wakeup())).status).toBe(202)
    await program.sees(/\S/)
    const { stdout, code } = await program.end('SIGTERM')
    expect(stdout).toMatch(/name: 'publish sonzai'/)
    expect(stdout).toMatch(/name: 'process sonzai'/)
    expect(code).toBe(0)
  })

  it('shutdown.ts is not ready during the delay, and loses nothing', async () => {
    const { program, url } = await start('shutdown.ts', { DELAY_MS: '1000' })
    await expect.poll(() => status(`${url}/ready`)).toBe(200)
    const ending = program.end('SIGTERM')
    await expect.poll(() => status(`${url}/ready`)).toBe(503)
    expect(await send(`${url}/webhooks/sonzai`, wakeup())).toEqual({ status: 202, said: 'accepted' })
    const { code, stdout, stderr } = await ending
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('closed')
  })
})
