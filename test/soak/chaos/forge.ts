import { signDelivery, type SignedDelivery, type SignOptions } from 'sallyport/testing'
import { provider, secret } from '../../support/crash/provider.ts'
import type { Random } from '../../support/random.ts'
import { forgedPrefix } from './count.ts'

const anHour = 3_600_000
const otherSecret = 'whsec_c29tZWJvZHktZWxzZXMtc2VjcmV0LWtleQ'

/** A delivery that must be rejected: its id would show in the store and in the ledger. */
export function forge(name: string, random: Random): SignedDelivery {
  const id = `${forgedPrefix}${name}`
  const sign = (change: Partial<SignOptions>): SignedDelivery =>
    signDelivery(provider, { secret, id, url: '/webhook', body: { type: 'task.created', data: {} }, ...change })
  return random.pick([
    () => sign({ now: Date.now() - anHour }),
    () => sign({ secret: otherSecret }),
    () => sign({ headers: { 'webhook-signature': undefined } }),
    // Signed with another id, or another body.
    () => sign({ id: `other-${name}`, headers: { 'webhook-id': id } }),
    () => ({ ...sign({}), body: Buffer.from('{"type":"task.created","data":{"workMs":1}}') }),
  ])()
}
