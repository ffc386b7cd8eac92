import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { createInbox } from 'sallyport/inbox'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { afterAll, describe, expect, it } from 'vitest'
import { startProgram } from '../support/examples/program.ts'
import { secret } from '../support/inbox/receivers.ts'
import { startLoad, type Sent } from '../support/operations/load.ts'
import { serve } from '../support/operations/serve.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-shutdown-'))
afterAll(() => rmSync(home, { recursive: true }))

const rounds = 3

/** Sends without pause and with pauses, and SIGTERM in the midst of it. */
async function shutDownUnderLoad(framework: string, journal: string, inbox: string | undefined): Promise<Sent[]> {
  const file = 'test/support/operations/server.ts'
  const program = startProgram(file, [framework, journal, ...(inbox === undefined ? [] : [inbox])])
  const [, port] = await program.sees(/port (\d+)/)
  const url = `http://127.0.0.1:${port}/`
  const loads = [startLoad(url, 60), startLoad(url, 60, 300)]
  await expect.poll(() => loads[0]!.sent.length).toBeGreaterThan(500)
  const { code, stdout, stderr } = await program.end('SIGTERM')
  await Promise.all(loads.map(({ over }) => over))
  expect([code, stderr]).toEqual([0, ''])
  expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ isComplete: true })
  return loads.flatMap(({ sent }) => sent)
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

describe.each(Object.keys(serve))('SIGTERM under load, with %s', (framework) => {
  it.each([false, true])('resets no connection and loses nothing; with an inbox: %s', async (hasInbox) => {
    for (let round = 0; round < rounds; round++) {
      const place = mkdtempSync(join(home, 'round-'))
      const journal = join(place, 'journal')
      const inbox = hasInbox ? join(place, 'events.db') : undefined
      const sent = await shutDownUnderLoad(framework, journal, inbox)
      const ends = sent.map(({ status, error, isReused }) => status ?? `${error}, kept connection: ${isReused}`)
      // What begins after the close is refused.
      expect(new Set(ends)).toEqual(new Set([hasInbox ? 202 : 200, 'ECONNREFUSED, kept connection: false']))
      const answered = sent.filter(({ status }) => status !== undefined).map(({ id }) => id)
      const handled = [...readJournal(journal), ...(inbox === undefined ? [] : await handleRest(inbox))]
      expect(answered.filter((id) => !handled.includes(id))).toEqual([])
      expect(new Set(handled).size).toBe(handled.length)
    }
  })
})
