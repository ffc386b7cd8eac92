import { claimed, defineProvider, hmac, noTimestamp, parts } from 'sallyport/provider'
import * as z from 'zod'

/** Orders of a shop that signs the body, and names the event only in a header. */
export const shop = defineProvider({
  name: 'shop',
  scheme: hmac({
    header: 'x-shop-signature',
    encoding: 'base64',
    signed: [parts.body],
    freshness: noTimestamp('the shop signs no time'),
  }),
  identify: ({ body: data, unsignedHeaders }) => ({ claimedType: unsignedHeaders.get('x-shop-topic'), data }),
  events: claimed({ 'orders/create': z.looseObject({ line_items: z.array(z.unknown()) }) }),
})
