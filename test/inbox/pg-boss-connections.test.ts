import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { Pool } from 'pg'
import { afterEach, describe, expect, it } from 'vitest'

/** A message of PostgreSQL's protocol: type, length, content. */
function message(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length + 4)
  return Buffer.concat([Buffer.from(type), length, content])
}

const authenticated = message('R', Buffer.alloc(4))
const ready = message('Z', Buffer.from('I'))
const terminated = message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0'))

describe('a connection that PostgreSQL ends', () => {
  let server: Server
  let pool: Pool | undefined
  const uncaught: unknown[] = []
  const note = (error: unknown): void => void uncaught.push(error)
  afterEach(async () => {
    process.off('uncaughtException', note)
    await pool?.end()
    pool = undefined
    server.close()
  })

  /** Says in one packet that it is ready, and that it has just been told to end the connection. */
  async function startServer(): Promise<string> {
    server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(Buffer.concat([authenticated, ready, terminated])))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return `postgres://nobody@127.0.0.1:${(server.address() as AddressInfo).port}/none`
  }

  it.each(['own pool', 'pool of the user'] as const)('does not end the process as it opens (%s)', async (whose) => {
    const connectionString = await startServer()
    process.on('uncaughtException', note)
    if (whose !== 'own pool') pool = new Pool({ connectionString }).on('error', () => {})
    const engine = createPgBossEngine({ create: false, ...(pool === undefined ? { connectionString } : { db: pool }) })
    await expect(engine.start()).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    expect(uncaught).toEqual([])
  })
})
