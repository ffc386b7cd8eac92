import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { createInbox } from 'sallyport/inbox'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { afterAll, describe, expect, it } from 'vitest'
import { startProgram } from '../support/examples/program.ts'
import { secret } from '../support/inbox/receivers.ts'
import { refused, startHttp2Load, startLoad, type Load, type Sent } from '../support/operations/load.ts'
import { serve, serveHttp2, serveTls } from '../support/operations/serve.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-shutdown-'))
afterAll(() => rmSync(home, { recursive: true }))

const rounds = 3

/** Senders without pause and with pauses, for a port. */
type Loads = (port: string) => readonly Load[]

const send =
  (scheme: 'http' | 'https'): Loads =>
  (port) =>
    [0, 300].map((pauseMs) => startLoad(`${scheme}://127.0.0.1:${port}/`, 60, pauseMs))
const sendByHttp2: Loads = (port) =>
  [0, 300].map((pauseMs) => startHttp2Load(`https://127.0.0.1:${port}/`, 20, pauseMs))

/** SIGTERM in the midst of it. */
async function shutDownUnderLoad(
  framework: string,
  start: Loads,
  journal: string,
  inbox: string | undefined,
): Promise<{ sent: Sent[]; accepted: ReadonlySet<number> }> {
  const file = 'test/support/operations/server.ts'
  const program = startProgram(file, [framework, journal, ...(inbox === undefined ? [] : [inbox])])
  const [, port] = await program.sees(/port (\d+)/)
  const loads = start(port!)
  await expect.poll(() => loads[0]!.sent.length).toBeGreaterThan(500)
  const { code, stdout, stderr } = await program.end('SIGTERM')
  await Promise.all(loads.map(({ over }) => over))
  expect([code, stderr]).toEqual([0, ''])
  const { accepted, ...report } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { accepted: number[] }
  expect(report).toMatchObject({ isComplete: true })
  return { sent: loads.flatMap(({ sent }) => sent), accepted: new Set(accepted) }
}

const readJournal = (file: string): string[] => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [])

/** What the next process handles of what is stored. */
async function handleRest(path: string): Promise<string[]> {
  const inbox = createInbox(path)
  const handled: string[] = []
  const receiver = createReceiver(standardWebhooks({ events: {} }), { secret, inbox }).onUnknown(
    ({ id }) => void handled.push(id),
  )
  await receiver.ready()
  await expect
    .poll(async () => {
      const { pending, active } = (await inbox.stats()).counts
      return pending + active
    })
    .toBe(0)
  await inbox.stop()
  return handled
}

describe.each([
  ...Object.keys(serve).map((name) => [name, send('http')] as const),
  ...Object.keys(serveTls).map((name) => [name, send('https')] as const),
  ...Object.keys(serveHttp2).map((name) => [name, sendByHttp2] as const),
])('SIGTERM under load, with %s', (framework, start) => {
  it.each([false, true])('resets no connection and loses nothing; with an inbox: %s', async (hasInbox) => {
    for (let round = 0; round < rounds; round++) {
      const place = mkdtempSync(join(home, 'round-'))
      const journal = join(place, 'journal')
      const inbox = hasInbox ? join(place, 'events.db') : undefined
      const { sent, accepted } = await shutDownUnderLoad(framework, start, journal, inbox)
      // The system made its connection while the listener closed, and the server never saw it.
      const isUnseen = ({ error, port }: Sent): boolean =>
        error === 'ECONNRESET' && port !== undefined && !accepted.has(port)
      const ends = sent
        .filter((one) => one.error !== refused && !isUnseen(one))
        .map(({ status, error, isReused }) => status ?? `${error}, kept connection: ${isReused}`)
      // What begins after the close is refused.
      expect(new Set(ends)).toEqual(new Set([hasInbox ? 202 : 200, 'ECONNREFUSED, kept connection: false']))
      const answered = sent.filter(({ status }) => status !== undefined).map(({ id }) => id)
      const handled = [...readJournal(journal), ...(inbox === undefined ? [] : await handleRest(inbox))]
      expect(answered.filter((id) => !handled.includes(id))).toEqual([])
      const lost = sent.filter((one) => one.error === refused || isUnseen(one))
      expect(lost.filter(({ id }) => handled.includes(id))).toEqual([])
      expect(new Set(handled).size).toBe(handled.length)
    }
  })
})
