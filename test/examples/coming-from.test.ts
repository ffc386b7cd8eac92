import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDocumented } from '../support/examples/serve.ts'
import { findFreePort } from '../support/free-port.ts'
import type { Program } from '../support/examples/program.ts'
import { senderOf } from '../support/examples/senders.ts'

/** Programs that verify with one call, of the other library or of Sallyport. */
const programs = [
  ['stripe-before.ts', 'stripe', '/webhooks/stripe', 'invoice.paid', 200, 400],
  ['stripe-verify.ts', 'stripe', '/webhooks/stripe', 'invoice.paid', 200, 401],
  ['svix-before.ts', 'svix', '/webhooks/contacts', 'contact.created', 204, 400],
  ['svix-verify.ts', 'svix', '/webhooks/contacts', 'contact.created', 204, 401],
  ['octokit-verify.ts', 'github', '/webhooks/github', 'push', 204, 401],
] as const

const port = await findFreePort()

describe.each(programs)('examples/coming-from/%s', (file, name, path, type, accepted, rejected) => {
  const { sign, secret } = senderOf(name)
  let program: Program

  beforeAll(async () => {
    program = await startDocumented(`examples/coming-from/${file}`, port)
  })
  afterAll(() => program.end('SIGKILL'))

  const post = async (own: string): Promise<number> => {
    const { plainHeaders: headers, body } = sign({ secret: own, type })
    const response = await fetch(`http://localhost:${port}${path}`, { method: 'POST', headers, body })
    return response.status
  }

  it('accepts a signed delivery and rejects a forged one', async () => {
    expect([await post(secret), await post('whsec_Z3Vlc3NlZA==')]).toEqual([accepted, rejected])
  })
})
