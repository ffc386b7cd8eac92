import { createServer } from 'node:http'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { defineProvider, fromHeader, hmac, parts, readId } from 'sallyport/provider'
import * as z from 'zod'

const acme = defineProvider({
  name: 'acme',
  scheme: hmac({
    header: 'x-acme-signature',
    prefix: 'sha256=',
    encoding: 'hex',
    signed: [parts.header('x-acme-time'), parts.literal('.'), parts.body],
    freshness: fromHeader('x-acme-time', 'seconds'),
  }),
  identify: ({ body }) => ({ id: readId(body, 'id'), type: body['type'], data: body['data'] }),
  events: { 'order.paid': z.looseObject({ order: z.string(), cents: z.int() }) },
})

const receiver = createReceiver(acme, { secret: process.env.ACME_WEBHOOK_SECRET })

receiver.on('order.paid', ({ data }) => {
  console.log(`${data.order}: ${data.cents}`) // typed by the schema
})

createServer(webhook(receiver)).listen(process.env.PORT ?? 3000)
