import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { startProgram } from '../support/examples/program.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-watch-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const secret = 'whsec_watched'

describe('a receiver with an inbox, under node --watch', () => {
  // There Node posts messages of its own from the inbox's thread.
  it('stores and handles a delivery', { timeout: 20_000 }, async () => {
    const environment = {
      SONZAI_WEBHOOK_SECRET: secret,
      INVORATEC_WEBHOOK_SECRET: 'watched-invoratec',
      INBOX_FILE: join(home, 'events.db'),
      PORT: '0',
    }
    const program = startProgram('--watch', ['examples/run.ts', 'inbox'], environment)
    try {
      // When the server fails, the watcher stays.
      const [, origin = 'the server failed'] = await program.sees(/listening on (http:\S+) \(inbox\)|Failed running/)
      const { plainHeaders: headers, body } = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })
      const answer = await fetch(`${origin}/webhooks/sonzai`, { method: 'POST', headers, body })
      expect(answer.status).toBe(202)
      const [handled] = await program.sees(/"type":"on_wakeup_ready"|Failed running/)
      expect(handled).toBe('"type":"on_wakeup_ready"')
    } finally {
      // The watcher passes it to the server.
      await program.end('SIGTERM')
    }
  })
})
