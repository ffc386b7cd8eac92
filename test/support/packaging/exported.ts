import { fleet } from '@sallyport/fleet'
import { createReceiver, createVerifier, verify } from 'sallyport'
import { createInbox } from 'sallyport/inbox'
import { withEvents } from 'sallyport/provider'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { langsmith } from 'sallyport/providers/langsmith'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import * as z from 'zod'

// A program of several files exports such values without writing their types.
const secret = 'made-up'

export const inbox = createInbox('events.db')
export const receivers = {
  sonzai: createReceiver(sonzai(), { secret, inbox }),
  invoratec: createReceiver(invoratec(), { secret }),
  langsmith: createReceiver(langsmith(), { secret }),
  github: createReceiver(github(), { secret }).on('push', () => {}),
  stripe: createReceiver(stripe(), { secret }),
  fleet: createReceiver(fleet(), { secret }),
  standard: createReceiver(standardWebhooks({ events: { paid: z.looseObject({ id: z.string() }) } }), { secret }),
}

export const own = withEvents(stripe(), { 'invoice.paid': z.looseObject({ object: z.looseObject({}) }) })
export const verifier = createVerifier(own, { secret })

export function receiveOwn() {
  return createReceiver(own, { secret })
}

export async function readEvent(request: Request) {
  return verify(stripe(), { secret, headers: request.headers, body: await request.bytes() })
}
