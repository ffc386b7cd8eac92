import { describeAdapter, type Deviation, type MountReceiver } from '@sallyport/contracts'
import { anyOf, createReceiver, type Receiver } from 'sallyport'
import { github } from 'sallyport/providers/github'
import { stripe } from 'sallyport/providers/stripe'
import { mountFastify, mountNode, type Mount } from '../support/adapters/mounts.ts'

const secret = 'of-another-sender'

/** Mounts what the contract passes as one of several senders. */
function amongOthers(mount: Mount): MountReceiver {
  return (receiver, host) => {
    // The contract mounts an `anyOf` of its own, too.
    if (!('provider' in receiver)) return mount()(receiver, host)
    const senders = { github: createReceiver(github(), { secret }), stripe: createReceiver(stripe(), { secret }) }
    return mount()(anyOf({ ...senders, tested: receiver as Receiver }), host)
  }
}

const noSender =
  'without its header a delivery has no sender: the endpoint refuses it with SENDER_UNKNOWN and reports it itself'
const deviations: readonly Deviation[] = [
  'answers SIGNATURE_MISSING, then the next delivery',
  'answers SIGNATURE_MISSING before the body arrives',
  'answers CREDENTIAL_MISSING, then the next delivery',
  'answers CREDENTIAL_MISSING before the body arrives',
  'does not read a signature from a trailer',
  'does not parse the body of a rejected request as a request',
  'rejects a chunked delivery before its first chunk',
  'reads the rest of a rejected body before it closes',
  "passes the sender's address to handlers and reports",
].map((test) => ({ test, reason: noSender }))

describeAdapter('node:http, one of several senders', amongOthers(mountNode), { deviations })
describeAdapter('Fastify, one of several senders', amongOthers(mountFastify), { deviations })
