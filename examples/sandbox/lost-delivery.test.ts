import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { sonzai } from 'sallyport/providers/sonzai'
import { createSandbox } from '@sallyport/sandbox'
import { afterAll, expect, it } from 'vitest'

const sandbox = await createSandbox({ retry: { delayMs: 0 } })
const secrets: string[] = []
const handled: unknown[] = []
const receiver = createReceiver(sonzai(), { secret: () => secrets }).on('on_wakeup_ready', ({ data }) => {
  handled.push(data.generated_message)
})
const server = createServer(webhook(receiver)).listen(0)
await once(server, 'listening')
afterAll(async () => {
  await sandbox.stop()
  server.close()
})

const webhookUrl = `http://localhost:${(server.address() as AddressInfo).port}/`
secrets.push(sandbox.sonzai.register('on_wakeup_ready', { webhookUrl }).signingSecret ?? '')

it('handles a lost and duplicated delivery once', async () => {
  const [delivery] = sandbox.sonzai.trigger('on_wakeup_ready', {
    data: { generated_message: 'How did it go?' },
    faults: ['drop', { kind: 'duplicate', attempts: 'all' }],
  })
  const { status, attempts } = await delivery!.finished
  expect(status).toBe('delivered')
  expect(attempts.map(({ attemptNumber, responseCode }) => [attemptNumber, responseCode])).toEqual([
    [1, 0],
    [2, 200],
    [2, 200],
  ])
  expect(handled).toEqual(['How did it go?'])
})
