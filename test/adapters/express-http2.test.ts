import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

describe.each(['express', 'express4'])('%s over HTTP/2', (name) => {
  // Express replaces the prototypes of Node's requests with those of HTTP/1.
  it('ends the process at the first request', async () => {
    const program = `
      import { connect, createServer } from 'node:http2'
      import express from '${name}'
      const server = createServer(express().use((_request, response) => response.end())).listen(0, '127.0.0.1', () => {
        connect('http://127.0.0.1:' + server.address().port).request().on('error', () => {})
      })`
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
    await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('TypeError') as string })
  })
})
