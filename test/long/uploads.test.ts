import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { sonzaiDelivery } from '../../packages/contracts/src/adapter/deliveries.ts'
import { connectRaw, type RawConnection } from '../../packages/contracts/src/adapter/raw-connection.ts'
import { rawHead } from '../../packages/contracts/src/adapter/raw-request.ts'
import { mounts } from '../support/adapters/mounts.ts'
import type { ServerState } from '../support/adapters/upload-server.ts'

const count = 2_000
const limit = 20_000
// What a connection and a request cost beside the body.
const overhead = 20_000

let server: ChildProcess | undefined
const connections: RawConnection[] = []

afterEach(() => {
  for (const connection of connections.splice(0)) connection.reset()
  server?.kill()
})

async function start(name: string, maxBodyBytes: number): Promise<string> {
  const program = fileURLToPath(new URL('../support/adapters/upload-server.ts', import.meta.url))
  const execArgv = ['--conditions=@sallyport/source', '--expose-gc']
  server = fork(program, [name, 'whsec_the-right-one', String(maxBodyBytes)], { execArgv })
  const [{ url }] = (await once(server, 'message')) as [{ url: string }]
  // In groups that fit into the backlog of a listener.
  while (connections.length < count)
    connections.push(...(await Promise.all(Array.from({ length: 200 }, () => connectRaw(url)))))
  await ask()
  return url
}

async function ask(): Promise<ServerState> {
  server!.send('state')
  const [state] = (await once(server!, 'message')) as [ServerState]
  return state
}

async function answered(): Promise<readonly number[]> {
  const answers = await Promise.all(connections.map((connection) => connection.read()))
  return [...new Set(answers.map(({ status }) => status))]
}

describe.each(Object.keys(mounts))('2000 uploads at once by strangers to %s', (name) => {
  it('are not stored without a signature', async () => {
    const url = await start(name, 200_000)
    const { held: idle } = await ask()
    const { plainHeaders } = sonzaiDelivery({ headers: { 'sonzai-signature': undefined } })
    const half = Buffer.alloc(50_000, ' ')
    for (const connection of connections) connection.send(rawHead({ url, headers: plainHeaders }, 100_000), half)
    expect(await answered()).toEqual([401])
    const { held, handled, codes } = await ask()
    expect({ handled, codes }).toEqual({ handled: 0, codes: { SIGNATURE_MISSING: count } })
    expect(held - idle).toBeLessThan(count * overhead)
  })

  it('take at most twice the limit with a forged signature', async () => {
    const url = await start(name, limit)
    const { held: idle } = await ask()
    const { plainHeaders } = sonzaiDelivery({ secret: 'whsec_a-wrong-one' })
    const most = Buffer.alloc(limit - 1, ' ')
    for (const connection of connections) connection.send(rawHead({ url, headers: plainHeaders }, limit), most)
    // Each is answered in a turn of its own: after two, all that was sent before has been read.
    for (const connection of [await connectRaw(url), await connectRaw(url)]) {
      connection.send(rawHead({ method: 'GET', url, headers: {} }, 'none'))
      expect((await connection.read()).status).toBe(405)
      connection.reset()
    }
    const { held } = await ask()
    expect(held - idle).toBeGreaterThan(count * limit)
    expect(held - idle).toBeLessThan(count * (2 * limit + overhead))
    for (const connection of connections) connection.send(' ')
    expect(await answered()).toEqual([401])
    const { handled, codes } = await ask()
    expect({ handled, codes }).toEqual({ handled: 0, codes: { METHOD_NOT_ALLOWED: 2, SIGNATURE_MISMATCH: count } })
  })
})
