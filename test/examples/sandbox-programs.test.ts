import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { invoratec } from 'sallyport/providers/invoratec'
import { describe, expect, it, vi } from 'vitest'
import { callDuringOutage } from '../../examples/sandbox/fail-calls.ts'
import { tryOut as tryOutHub } from '../../examples/sandbox/context-hub.ts'
import { tryOut } from '../../examples/sandbox/quickstart.ts'

describe('examples/sandbox', () => {
  it('manual-clock.ts sends a wakeup an hour later, at once', async () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => {})
    const { sandbox } = await import('../../examples/sandbox/manual-clock.ts')
    expect(sandbox.sonzai.notifications('agent_luna')).toHaveLength(1)
    expect(print).toHaveBeenCalledWith(1)
    print.mockRestore()
  })

  it('fail-calls.ts fails two calls, not the third', async () => {
    const answers = await callDuringOutage()
    expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [429, '1'],
      [429, '1'],
      [200, null],
    ])
  })

  it('context-hub.ts pulls the commit it made', async () => {
    const server = createServer((_request, response) => void response.end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const print = vi.spyOn(console, 'log').mockImplementation(() => {})
    const agents = join(import.meta.dirname, '..', '..', 'examples', 'agents')
    await tryOutHub(agents, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    expect(print).toHaveBeenCalledWith(64, 7, 1)
    print.mockRestore()
    server.close().closeAllConnections()
  })

  it('quickstart.ts has its delivery handled once', async () => {
    const receiver = createReceiver(invoratec(), { secret: 'my-webhook-secret' }).onAny(() => {})
    const server = createServer(webhook(receiver)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const print = vi.spyOn(console, 'log').mockImplementation(() => {})
    await tryOut(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    expect(print).toHaveBeenCalledWith('delivered', [
      [200, '{"outcome":"handled"}'],
      [200, '{"outcome":"duplicate"}'],
    ])
    print.mockRestore()
    server.close().closeAllConnections()
  })
})
