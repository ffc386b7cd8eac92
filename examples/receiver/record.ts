import { createServer } from 'node:http'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { stripe } from 'sallyport/providers/stripe'
import { recordDeliveries } from 'sallyport/record'

const record = recordDeliveries() // at start; every receiver of the process

const receiver = createReceiver(stripe(), { secret: process.env.STRIPE_WEBHOOK_SECRET })

export const server = createServer(webhook(receiver)) // then server.listen(3000)

/** Why does Stripe get 401 since noon? */
export function explain(noon: Date): void {
  const filter = { provider: 'stripe', code: 'SIGNATURE_MISMATCH', since: noon } as const

  // 2026-11-29T12:04:00.000Z 17
  for (const { minute, count } of record.counts(filter)) console.log(new Date(minute).toISOString(), count)

  // 203.0.113.7, 1517 bytes: host, content-type, stripe-signature, x-forwarded-for
  for (const { remoteAddress, bodyBytes, headerNames } of record.refused(filter))
    console.log(`${remoteAddress}, ${bodyBytes} bytes: ${headerNames.join(', ')}`)

  // 202 accepted invoice.paid
  for (const { status, outcome, eventType } of record.recent({ provider: 'stripe' }))
    console.log(status, outcome, eventType ?? '')
}
