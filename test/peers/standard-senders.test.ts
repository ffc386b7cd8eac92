import { safeVerify, type Provider } from 'sallyport'
import { clerk } from 'sallyport/providers/clerk'
import { openai } from 'sallyport/providers/openai'
import { polar } from 'sallyport/providers/polar'
import { replicate } from 'sallyport/providers/replicate'
import { resend } from 'sallyport/providers/resend'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { supabase } from 'sallyport/providers/supabase'
import { svix } from 'sallyport/providers/svix'
import { signDelivery } from 'sallyport/testing'
import { Webhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { expect, it } from 'vitest'
import { describeLibrary, type Library } from '../support/peers/describe-library.ts'

const keys = ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'C2FVsBQIhrscChlQIMV+b5sSYspob7oD'] as const
const polarKeys = ['9fK3mQ7pR2sT8vX1yZ4bN6cD0eG5hJ7k', '9fK3mQ7pR2sT8vX1yZ4bN6cD0eG5hJ7l'] as const
const contacts = standardWebhooks({ events: {} }) as unknown as Provider
const bodyOf = (extra: object): object => ({ type: 'contact.created', data: { id: 'c_1' }, ...extra })

type Open = (secret: string) => Webhook | SvixWebhook
const openStandard: Open = (secret) => new Webhook(secret)
const openSvix: Open = (secret) => new SvixWebhook(secret)

// What each sender's documents or SDK verify with.
const senders: readonly (readonly [Provider, Library])[] = [
  [contacts, { ...use(openStandard, 'webhook'), bodyOf }],
  [contacts, { ...use(openSvix, 'svix'), bodyOf }],
  [clerk(), use(openSvix, 'svix')],
  [resend(), use(openSvix, 'svix')],
  [svix(), use(openSvix, 'svix')],
  [openai(), use(openStandard, 'webhook')],
  [replicate(), use(openStandard, 'webhook')],
  // Its documents remove the version from the secret.
  [supabase(), use((secret) => new Webhook(secret.replace(/^v1,/, '')), 'webhook', 'v1,whsec_')],
  // Since 8 September 2026 Polar makes such secrets, and signs with them so.
  [polar(), use(openStandard, 'webhook')],
  // Older secrets, as validateEvent of @polar-sh/sdk 1.0.1 takes them too.
  [polar(), use((secret) => new Webhook(Buffer.from(secret).toString('base64')), 'webhook', 'polar_whs_', polarKeys)],
]

for (const [provider, library] of senders) describeLibrary(`the library of ${provider.name}`, provider, library)

it.each(senders.map((row) => [row[0].name, ...row] as const))(
  'the signed id is the id of the event: %s',
  async (name, provider, { secret, sign }) => {
    const { body } = signDelivery(provider, { secret, body: provider === contacts ? bodyOf({}) : undefined })
    const headers = await sign!(Buffer.from(body).toString(), secret)
    const result = await safeVerify(provider, { secret, headers, body })
    expect(result).toMatchObject({ ok: true, event: { id: 'msg_1', provider: name } })
  },
)

/** A library that verifies both forms of headers and signs; `family` is that of the headers it signs. */
function use(open: Open, family: 'svix' | 'webhook', prefix = 'whsec_', pair: readonly [string, string] = keys) {
  const [secret, otherSecret] = pair.map((key) => prefix + key) as [string, string]
  return {
    secret,
    otherSecret,
    verify: (body, headers, key) => void open(key).verify(body, headers),
    sign(body, key) {
      const now = new Date()
      return {
        [`${family}-id`]: 'msg_1',
        [`${family}-timestamp`]: String(Math.floor(now.getTime() / 1000)),
        [`${family}-signature`]: open(key).sign('msg_1', now, body),
      }
    },
  } satisfies Library
}
