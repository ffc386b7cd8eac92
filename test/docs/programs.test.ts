import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProgram, type Program } from '../examples/program.ts'
import { kindOf, listBlocks, placeOf, writeBlocks, type Kind } from './blocks.ts'
import { secrets } from './environment.ts'
import type { Block } from './markdown.ts'
import { senderOf } from './senders.ts'
import { findFreePort, send, startDocumented } from './serve.ts'

const port = await findFreePort()
const servers = ofKind('server')
const clients = ofKind('client')
const serverFiles = writeBlocks('servers', servers, port)
const clientFiles = writeBlocks('clients', clients, port)

function ofKind(kind: Kind): Block[] {
  return listBlocks().filter((block) => kindOf(block) === kind)
}

test('no program is left out', () => {
  expect(servers.map(placeOf).join()).toMatch(/README.*adapters/)
  expect(ofKind('not run').map(({ document, flags }) => [document, ...flags])).toEqual([
    ['docs/adapters.md', 'fragment', 'nest'],
  ])
})

describe.each(servers.map((block, index) => ({ place: placeOf(block), code: block.code, file: serverFiles[index]! })))(
  'the server at $place',
  ({ code, file }) => {
    const url = `http://localhost:${port}${/'(\/webhooks\/\w+)'/.exec(code)?.[1] ?? '/'}`
    const type = /\.on\(\s*'([^']+)'/.exec(code)?.[1]
    const { sign, secret } = senderOf(code)
    const options = type === undefined ? {} : { type }
    let program: Program

    beforeAll(async () => {
      program = await startDocumented(file, port)
    })
    afterAll(() => program.end('SIGKILL'))

    test('handles a delivery once, and refuses a forged one', async () => {
      const delivery = sign({ secret, ...options })
      // With an inbox the handler runs after the answer.
      const first = code.includes('inbox:') ? { status: 202, said: 'accepted' } : { status: 200, said: 'handled' }
      expect(await send(url, delivery)).toEqual(first)
      expect(await send(url, delivery)).toEqual({ status: 200, said: 'duplicate' })
      expect(await send(url, sign({ secret: 'whsec_Z3Vlc3NlZA==', ...options }))).toEqual({
        status: 401,
        said: 'SIGNATURE_MISMATCH',
      })
    })

    test('serves nothing else at this address', async () => {
      expect((await fetch(url, { method: 'PUT' })).status).toBeOneOf([404, 405])
    })
  },
)

describe('clients', () => {
  test.each(clients.map((block, index) => ({ place: placeOf(block), file: clientFiles[index]! })))(
    'the client at $place gets its delivery handled',
    async ({ file }) => {
      const server = await startDocumented(serverFiles[0]!, port, { SONZAI_WEBHOOK_SECRET: 'whsec_test' })
      const { code, stderr } = await startProgram(file).end()
      const { stdout } = await server.end('SIGTERM')
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout.trim().split('\n')).toEqual([expect.stringMatching(/^agent_luna: /)])
    },
  )
})

test('the first program of the README does not start without a secret', async () => {
  const { code, stderr } = await startProgram(serverFiles[0]!, [], { PORT: String(port) }).end()
  expect(code).toBe(1)
  expect(stderr).toContain('SECRET_MISSING')
  expect(stderr).not.toContain(secrets.SONZAI_WEBHOOK_SECRET)
})

test('the Express program of docs/adapters.md ends on SIGTERM, and its parser serves other routes', async () => {
  const index = servers.findIndex(({ document, code }) => document === 'docs/adapters.md' && code.includes("'/echo'"))
  const program = await startDocumented(serverFiles[index]!, port)
  const headers = { 'content-type': 'application/json', connection: 'close' }
  const echo = await fetch(`http://localhost:${port}/echo`, { method: 'POST', headers, body: '{"a":1}' })
  expect(await echo.json()).toEqual({ a: 1 })
  expect((await program.end('SIGTERM')).code).toBe(0)
})

test('the program of docs/inbox.md lets its handlers end on SIGTERM, and finds what it kept when it starts again', async () => {
  const index = servers.findIndex(({ document, code }) => document === 'docs/inbox.md' && code.includes('SIGTERM'))
  const file = serverFiles[index]!
  const home = mkdtempSync(join(tmpdir(), 'sallyport-docs-program-'))
  try {
    const environment = { EVENTS_FILE: join(home, 'events.db') }
    const { sign, secret } = senderOf(servers[index]!.code)
    const delivery = sign({ secret, type: 'on_wakeup_ready' })
    const program = await startDocumented(file, port, environment)
    expect((await send(`http://localhost:${port}/`, delivery)).status).toBe(202)
    const { code, stdout } = await program.end('SIGTERM')
    const again = await startDocumented(file, port, environment)
    expect(await send(`http://localhost:${port}/`, delivery)).toEqual({ status: 200, said: 'duplicate' })
    const later = await again.end('SIGTERM')
    expect([code, later.code]).toEqual([0, 0])
    // Handled before the end, or after the next start.
    expect((stdout + later.stdout).trim().split('\n')).toEqual([expect.stringMatching(/^attempt 1 of /)])
  } finally {
    rmSync(home, { recursive: true })
  }
})
