import { execFileSync } from 'node:child_process'
import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHttpFile } from '../../cli/src/http-file.ts'
import { toCurl } from './to-curl.ts'
import { toHttpFile, type WrittenRequest } from './to-http-file.ts'

const request = fc.record({
  method: fc.oneof(fc.constantFrom('POST', 'PUT'), fc.string()),
  url: fc.oneof(fc.webPath(), fc.string()),
  headers: fc.array(fc.tuple(fc.oneof(fc.constantFrom('X-A', 'Host', 'Transfer-Encoding'), fc.string()), fc.string())),
  body: fc.uint8Array(),
  receivedAt: fc.integer({ min: 0, max: 4e12 }),
})

describe('toHttpFile', () => {
  it('says how to send what has no signature', () => {
    const write = (value: string): string => {
      const headers = [['X-Signature', value]] as const
      const file = toHttpFile({ method: 'POST', url: '/', headers, body: Buffer.alloc(0), receivedAt: 0 })
      return Buffer.from(file).toString()
    }
    expect(write('[redacted]')).toMatch(/^# received-at: .*\r\n# credentials are \[redacted\]: .*--sign.*\r\nPOST \/ /)
    expect(write('v1=0')).not.toContain('--sign')
  })

  it('writes what the command reads: the exact body, and no line of its own', () => {
    fc.assert(
      fc.property(request, (given) => {
        const headers = given.headers.filter(([name]) => !/^(?:content-length|transfer-encoding)$/i.test(name))
        const read = parseHttpFile(Buffer.from(toHttpFile({ ...given, headers })))
        expect(Buffer.from(read.body)).toEqual(Buffer.from(given.body))
        expect(read.receivedAt).toBe(given.receivedAt)
        expect(read.headers.length).toBeLessThanOrEqual(headers.length)
      }),
    )
  })

  it('writes a chunked body in one piece', () => {
    const headers = [['Transfer-Encoding', 'chunked']] as const
    const file = toHttpFile({ method: 'POST', url: '/', headers, body: Buffer.from('5\r\nhello'), receivedAt: 0 })
    expect(parseHttpFile(Buffer.from(file))).toMatchObject({ headers: [['Content-Length', '8']] })
  })
})

const hasCurl = hasProgram('curl')
if (!hasCurl) console.warn('NOT TESTED in a shell: there is no curl here')

describe('toCurl', () => {
  it('is one line of plain characters per part, whatever the request has', () => {
    fc.assert(
      fc.property(request, (given) => {
        const text = toCurl(given)
        // Nothing but line ends of the text steers a terminal.
        expect(text).toMatch(/^[\n\x20-\x7e\u00a0-\u{10ffff}]*$/u)
        expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/)
      }),
    )
  })

  it.runIf(hasCurl)('sends the same from a POSIX shell', { timeout: 120_000 }, async () => {
    const seen: { headers: IncomingMessage['headers']; url: string; body: Buffer }[] = []
    const server = createServer(async (incoming, outgoing) => {
      seen.push({ headers: incoming.headers, url: incoming.url!, body: await buffer(incoming) })
      outgoing.end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const hostile = [
      `'; touch /tmp/hacked; '`,
      '$(id)',
      '`id`',
      '@/etc/passwd',
      '!!',
      '\\',
      '"',
      '\n\n',
      '%0a',
      '-X',
      '\u0000',
      '\t',
    ]
    for (const text of hostile) {
      const given: WrittenRequest = {
        method: 'POST',
        url: `/hook?a=${text}[1-3]{x,y}`,
        headers: [
          ['Host', host],
          ['X-Note', text],
          ['X-Empty', ''],
        ],
        body: Buffer.from(text),
        receivedAt: 0,
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const { execFile } = await import('node:child_process')
      execFile('sh', ['-c', toCurl(given)], (error) => (error ? reject(error) : resolve()))
      await promise
      const { headers, body } = seen.at(-1)!
      expect(body.toString()).toBe(text)
      expect(headers['x-note']).toBe(text.replaceAll(/[^ -~]/g, '?').trim())
      expect(headers['x-empty']).toBe('')
    }
    server.close()
  })
})

function hasProgram(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
