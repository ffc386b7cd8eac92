import type { Provider } from 'sallyport'
import * as z from 'zod'

const place = 'says where the secret is: "env:NAME" or "file:PATH"'
const Reference = z.string().regex(/^(?:env:[A-Za-z_]\w*|file:.+)$/s, place)
const References = z.union([Reference, z.array(Reference).min(1)], { error: place })
const Port = z.int().min(0).max(65_535)
const Url = z.url({ protocol: /^https?$/ })

const ProviderEntry = z.strictObject({
  provider: z.custom<Provider>(isProvider, 'must be what defineProvider made').optional(),
  secret: References.optional(),
  path: z.string().startsWith('/').optional(),
  toleranceMs: z.number().positive().optional(),
  maxBodyBytes: z.int().positive().optional(),
  legacyBodySignature: z.boolean().optional(),
  header: z.string().min(1).optional(),
  url: Url.optional(),
})

const Hook = z.strictObject({
  event: z.string().min(1),
  url: Url,
  filter: z.record(z.string(), z.unknown()).optional(),
})

const Platform = z.strictObject({
  baseUrl: Url.optional(),
  apiKey: Reference.optional(),
  project: z.string().min(1).optional(),
  hooks: z.array(Hook).optional(),
  secrets: z.string().min(1).optional(),
})

/** The schema of `sallyport.config.ts`; a member it does not know is an error, so that a misspelt one is not silently off. */
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

/** Settings of one sender. */
export interface ProviderConfig {
  /** A provider of your own, made with `defineProvider`; needed for names that this command does not know. */
  readonly provider?: Provider | undefined
  /** Where its secret is: `env:NAME` or `file:PATH`, or several during rotation. @default its variable */
  readonly secret?: string | readonly string[] | undefined
  /** Path it is received at. @default `/webhooks/<name>` */
  readonly path?: string | undefined
  /** Seconds a signed time may differ. @default the provider's */
  readonly toleranceMs?: number | undefined
  /** Largest body in bytes. @default the provider's */
  readonly maxBodyBytes?: number | undefined
  /** Sonzai: accept the older signature too. @default false */
  readonly legacyBodySignature?: boolean | undefined
  /** Fleet: header with the shared secret. @default 'authorization' */
  readonly header?: string | undefined
  /** Public address of the endpoint, for `sallyport doctor`. */
  readonly url?: string | undefined
}

/** A webhook as it should be registered on a platform. */
export interface HookConfig {
  readonly event: string
  readonly url: string
  /** Invoratec: only matching events. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined
}

/** Settings of one platform's management API. */
export interface PlatformConfig {
  /** @default the platform's own address */
  readonly baseUrl?: string | undefined
  /** Where the API key is: `env:NAME` or `file:PATH`. @default SONZAI_API_KEY, INVORATEC_API_KEY */
  readonly apiKey?: string | undefined
  /** Sonzai: the project whose webhooks are meant. @default the tenant's */
  readonly project?: string | undefined
  /** What `sallyport hooks ensure` sees to. */
  readonly hooks?: readonly HookConfig[] | undefined
  /** File that new signing secrets are written to, readable by its owner only. @default '.sallyport/secrets.json' */
  readonly secrets?: string | undefined
}

/** What `sallyport.config.ts` exports. Flags and environment variables win over it. */
export interface SallyportConfig {
  /** By provider name. */
  readonly providers?: Readonly<Record<string, ProviderConfig>> | undefined
  /** SQLite file, `postgres://…` or `redis://…`. @default '.sallyport/inbox.db' */
  readonly inbox?: string | undefined
  readonly listen?: { readonly port?: number; readonly host?: string; readonly deploy?: string } | undefined
  readonly sandbox?: { readonly port?: number; readonly host?: string; readonly state?: string } | undefined
  readonly platforms?: { readonly sonzai?: PlatformConfig; readonly invoratec?: PlatformConfig } | undefined
  /** What `sallyport bundle check` and `deploy` hold bundles to; as `definePolicy` of `@sallyport/fleet` takes it. */
  readonly policy?: Readonly<Record<string, unknown>> | undefined
}

function isProvider(value: unknown): boolean {
  const { name, scheme, identify } = (value ?? {}) as Partial<Provider>
  return typeof name === 'string' && typeof scheme === 'object' && typeof identify === 'function'
}
