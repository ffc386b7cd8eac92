import type { EventMap, Provider } from 'sallyport'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { fixtures, signDelivery } from 'sallyport/testing'
import type { DemoDelivery } from './delivery.ts'

/** The secrets of one platform, as after two rotations. */
export interface DemoSecrets {
  readonly current: string
  /** Replaced, but still accepted. */
  readonly previous: string
  /** Replaced longer ago; accepted no more. */
  readonly retired: string
}

/** How to make one delivery; genuine unless something here says otherwise. */
export interface Wish {
  /** What is odd about it; also put into the body, so that no two deliveries are equal by chance. */
  readonly name: string
  readonly expected: DemoDelivery['expected']
  /** @default the first event type of the platform */
  readonly type?: string
  readonly secret?: string | readonly string[]
  /** Seconds between now and the signed time. */
  readonly shift?: number
  /** Changes the body before it is signed. */
  readonly edit?: (body: Content) => unknown
  /** Changes the signed request. */
  readonly tamper?: (request: DemoRequest) => Partial<DemoDelivery>
}

/** The whole body of an event. */
export type Content = Readonly<Record<string, unknown>>

/** A signed request before anybody tampers with it. */
export interface DemoRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** A platform as the demo plays it. */
export interface DemoPlatform {
  readonly title: string
  readonly path: string
  readonly signatureHeader: string
  readonly secrets: DemoSecrets
  readonly eventTypes: readonly string[]
  make(wish: Wish): DemoDelivery
}

export const sonzaiPlatform = definePlatform({
  title: 'Sonzai',
  provider: sonzai(),
  signatureHeader: 'Sonzai-Signature',
  secrets: { current: 'whsec_demo-sonzai-3', previous: 'whsec_demo-sonzai-2', retired: 'whsec_demo-sonzai-1' },
  typeMember: 'event_type',
  mark: (body, demo) => ({ ...body, demo }),
})

export const invoratecPlatform = definePlatform({
  title: 'Invoratec',
  provider: invoratec(),
  signatureHeader: 'X-Webhook-Signature',
  secrets: { current: 'demo-invoratec-3', previous: 'demo-invoratec-2', retired: 'demo-invoratec-1' },
  typeMember: 'event',
  mark: (body, demo) => ({ ...body, data: { ...(body['data'] as object), demo } }),
})

function definePlatform<Events extends EventMap>(definition: {
  readonly title: string
  readonly provider: Provider<Events>
  readonly signatureHeader: string
  readonly secrets: DemoSecrets
  /** Where the body says which event it is. */
  readonly typeMember: string
  /** Puts a text into the event's data. */
  readonly mark: (body: Content, demo: string) => Content
}): DemoPlatform {
  const { provider, typeMember, mark, ...rest } = definition
  const path = `/webhooks/${provider.name}`
  const eventTypes = Object.keys(provider.events)

  return {
    ...rest,
    path,
    eventTypes,
    make({ name, expected, type = eventTypes[0]!, secret = rest.secrets.current, shift = 0, edit, tamper }) {
      const now = Date.now() + shift * 1000
      const fixture = fixtures[provider.name]![eventTypes.includes(type) ? type : eventTypes[0]!]!
      const content = mark(
        { ...(fixture({ now: new Date(now), id: name, type }) as Content), [typeMember]: type },
        name,
      )
      const signed = signDelivery(provider, { type, secret, now, body: edit ? edit(content) : content })
      const request = { headers: signed.plainHeaders, body: signed.body }
      return { name, path, method: 'POST', expected, ...request, ...tamper?.(request) }
    },
  }
}
