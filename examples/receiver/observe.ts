import { subscribe } from 'node:diagnostics_channel'
import { createReceiver, deliveryChannel, type DeliveryReport } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'

export const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })

receiver
  .onReject(({ code, remoteAddress, keyId, bodyBytes }) => console.warn({ code, remoteAddress, keyId, bodyBytes }))
  .onError((error, report) => console.error(report?.code, error)) // without this hook: printed to stderr

subscribe(deliveryChannel, (report) => console.log((report as DeliveryReport).outcome)) // all receivers

console.log(receiver.counts()) // { outcomes: { handled: 12, refused: 3 }, codes: { SIGNATURE_MISMATCH: 3 } }
console.log(receiver.describe()) // scheme, limits, number of secrets; never a secret
