import type { Provider } from 'sallyport'
import type { Signer } from 'sallyport/testing'
import * as z from 'zod'

const place = 'must be where to read the secret: "env:NAME" or "file:PATH"'
const Reference = z.string().regex(/^(?:env:[A-Za-z_]\w*|file:.+)$/s, place)
const References = z.union([Reference, z.array(Reference).min(1)], { error: place })
const Port = z.int().min(0).max(65_535)
const Url = z.url({ protocol: /^https?$/ })

const ProviderEntry = z.strictObject({
  provider: z.custom<Provider>(isProvider, 'must be a provider from defineProvider').optional(),
  signer: z.custom<Signer>((value) => typeof value === 'function', 'must be a function').optional(),
  secret: References.optional(),
  path: z.string().startsWith('/').optional(),
  toleranceMs: z.number().positive().optional(),
  maxBodyBytes: z.int().positive().optional(),
  legacyBodySignature: z.boolean().optional(),
  header: z.string().min(1).optional(),
  allowUnflaggedUtf8: z.boolean().optional(),
  url: Url.optional(),
})

const Webhook = z.strictObject({
  eventType: z.string().min(1),
  url: Url,
  filter: z.record(z.string(), z.unknown()).optional(),
})

const Platform = z.strictObject({
  baseUrl: Url.optional(),
  apiKey: Reference.optional(),
  projectId: z.string().min(1).optional(),
  webhooks: z.array(Webhook).optional(),
  secrets: z.string().min(1).optional(),
})

/** The schema of `sallyport.config.ts`. An unknown member is an error, so that a typo is never silently ignored. */
export const ConfigSchema = z.strictObject({
  providers: z.record(z.string(), ProviderEntry).optional(),
  inbox: z.string().min(1).optional(),
  listen: z
    .strictObject({ port: Port.optional(), host: z.string().optional(), deploy: z.string().optional() })
    .optional(),
  sandbox: z
    .strictObject({ port: Port.optional(), host: z.string().optional(), state: z.string().optional() })
    .optional(),
  platforms: z.strictObject({ sonzai: Platform.optional(), invoratec: Platform.optional() }).optional(),
  policy: z.record(z.string(), z.unknown()).optional(),
})

/** Settings of one provider. */
export interface ProviderConfig {
  /** A provider of your own from `defineProvider`; required for a name the command does not know. */
  readonly provider?: Provider | undefined
  /** Signs for `send` where the scheme is code; returns the headers. @default derived from the scheme */
  readonly signer?: Signer | undefined
  /** Where to read its secret: `env:NAME` or `file:PATH`; several during rotation. @default its variable */
  readonly secret?: string | readonly string[] | undefined
  /** Path it is received at. @default '/webhooks/<name>' */
  readonly path?: string | undefined
  /** How far the signed time may differ from the clock, in milliseconds. @default the provider's */
  readonly toleranceMs?: number | undefined
  /** Largest accepted body in bytes. @default the provider's */
  readonly maxBodyBytes?: number | undefined
  /** Sonzai: also accept the older signature. @default false */
  readonly legacyBodySignature?: boolean | undefined
  /** Fleet: the header with the shared secret. @default 'authorization' */
  readonly header?: string | undefined
  /** Fleet: accept archives whose UTF-8 names lack the mark. @default false */
  readonly allowUnflaggedUtf8?: boolean | undefined
  /** Public address of the endpoint, for `sallyport doctor`. */
  readonly url?: string | undefined
}

/** A webhook that should exist on a platform. */
export interface WebhookConfig {
  /** Event type. */
  readonly eventType: string
  /** Where the platform sends it. */
  readonly url: string
  /** Invoratec: send only events that match. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined
}

/** Settings of one platform's management API. */
export interface PlatformConfig {
  /** Address of the API. @default the platform's own */
  readonly baseUrl?: string | undefined
  /** Where to read the API key: `env:NAME` or `file:PATH`. @default SONZAI_API_KEY, INVORATEC_API_KEY */
  readonly apiKey?: string | undefined
  /** Sonzai: the project. @default the tenant */
  readonly projectId?: string | undefined
  /** The webhooks `sallyport webhooks ensure` creates and updates. */
  readonly webhooks?: readonly WebhookConfig[] | undefined
  /** File for new signing secrets; only its owner can read it. @default '.sallyport/secrets.json' */
  readonly secrets?: string | undefined
}

/** Defaults of `sallyport listen`. */
interface ListenConfig {
  readonly port?: number | undefined
  readonly host?: string | undefined
  /** Folder that published Fleet agents are deployed to. */
  readonly deploy?: string | undefined
}

/** Defaults of `sallyport sandbox`. */
interface SandboxConfig {
  readonly port?: number | undefined
  readonly host?: string | undefined
  /** File that keeps the sandbox's state. */
  readonly state?: string | undefined
}

/** Settings by platform. */
interface PlatformsConfig {
  readonly sonzai?: PlatformConfig | undefined
  readonly invoratec?: PlatformConfig | undefined
}

/** The default export of `sallyport.config.ts`. Flags and environment variables override it. */
export interface SallyportConfig {
  /** By provider name. */
  readonly providers?: Readonly<Record<string, ProviderConfig>> | undefined
  /** SQLite file, `postgres://…` or `redis://…`. @default '.sallyport/inbox.db' */
  readonly inbox?: string | undefined
  /** Defaults of `sallyport listen`. */
  readonly listen?: ListenConfig | undefined
  /** Defaults of `sallyport sandbox`. */
  readonly sandbox?: SandboxConfig | undefined
  /** Management APIs, for `sallyport webhooks`. */
  readonly platforms?: PlatformsConfig | undefined
  /** Policy of `sallyport bundle check` and `deploy`; the options of `definePolicy` in `@sallyport/fleet`. */
  readonly policy?: Readonly<Record<string, unknown>> | undefined
}

function isProvider(value: unknown): boolean {
  const { name, scheme, identify } = (value ?? {}) as Partial<Provider>
  return typeof name === 'string' && typeof scheme === 'object' && typeof identify === 'function'
}
