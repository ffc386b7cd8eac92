import { createReceiver, type TenantSecrets } from 'sallyport'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import * as z from 'zod'

const secrets = new Map([['acme', process.env.STANDARD_WEBHOOK_SECRET ?? '']])

const provider = standardWebhooks({ events: { 'contact.created': z.looseObject({ email: z.email() }) } })

export const receiver = createReceiver(provider, {
  secret: ({ url }): TenantSecrets | undefined => {
    const tenant = url.split('/').at(-1) ?? ''
    const found = secrets.get(tenant)
    return found === undefined ? undefined : { tenant, secrets: found }
  },
})

receiver.on('contact.created', ({ tenant, data }) => console.log(tenant, data.email)) // the tenant is proven here
