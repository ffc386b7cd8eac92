import { createReceiver } from 'sallyport'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { z } from 'zod'

const Alert = z.object({
  watch: z.string(),
  id: z.string(),
  rule: z.string(),
  subject: z.string(),
  text: z.string(),
  value: z.number(),
  limit: z.number(),
  raisedAt: z.iso.datetime(),
})

const alerts = standardWebhooks({
  name: 'alerts',
  events: { 'sallyport.alert.raised': Alert, 'sallyport.alert.cleared': Alert },
})

export const receiver = createReceiver(alerts, { secret: process.env.ALERT_SECRET })
  .on('sallyport.alert.raised', ({ data }) => console.log('raised', data.id, data.text))
  .on('sallyport.alert.cleared', ({ data }) => console.log('cleared', data.id))
