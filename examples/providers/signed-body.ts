import { defineProvider, fromBody, hmac, parts, refuse } from 'sallyport/provider'
import * as z from 'zod'

const Meta = z.object({ id: z.string(), type: z.string() })

/** Orders of Acme: signs only the body, which holds the time, and repeats the event type in a header. */
export const acme = defineProvider({
  name: 'acme',
  scheme: hmac({
    header: 'x-acme-signature',
    encoding: 'base64',
    signed: [parts.body],
    key: { strip: 'acme_', encoding: 'base64' },
    freshness: fromBody('meta.sent_at', 'iso'),
  }),
  identify({ body: { meta, data }, unsignedHeaders }) {
    const known = Meta.safeParse(meta)
    if (!known.success) return refuse('EVENT_UNIDENTIFIED')
    const claimed = unsignedHeaders.get('x-acme-event')
    if (claimed !== undefined && claimed !== known.data.type) return refuse('HEADER_DISAGREES')
    return { ...known.data, data }
  },
  events: { 'order.paid': z.looseObject({ order: z.string() }) },
  toleranceMs: 60_000,
})
