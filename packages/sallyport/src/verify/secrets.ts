import type { DeliveryHead } from './delivery.ts'
import { SallyportError } from '../errors/sallyport-error.ts'
import type { Scheme } from './schemes/scheme.ts'

/** A secret with a name for reports and a period in which it counts. */
export interface SecretEntry {
  /** Shown as `keyId`. @default its position: `secret-1`, `secret-2` … */
  readonly id?: string
  readonly secret: string
  /** Not accepted before this time (`Date`, or milliseconds since 1970). */
  readonly notBefore?: Date | number
  /** Not accepted from this time on (`Date`, or milliseconds since 1970). */
  readonly notAfter?: Date | number
}

/** One secret, or several that are accepted side by side during rotation. */
export type Secrets = string | SecretEntry | readonly (string | SecretEntry)[]

/** The secrets of one tenant. `tenant` keeps the event ids of mutually unknown senders apart in the replay guard. */
export interface TenantSecrets {
  readonly tenant: string
  readonly secrets: Secrets
}

/**
 * Looks up the secrets for one delivery, whose content is not yet proven: use it as a key, never as a fact. `body` is there
 * for signatures over the body; a scheme that reads only headers is asked before the body is read.
 * Answer `undefined` for an unknown sender.
 */
export interface SecretResolver {
  (
    delivery: DeliveryHead & { readonly body?: Uint8Array },
  ): Secrets | TenantSecrets | undefined | Promise<Secrets | TenantSecrets | undefined>
  /**
   * Says that all secrets it ever answers are those of one sender, as when it reads them from a store. Only then are signed
   * ids used as keys without a tenant's name: of several senders, one could use up another's. @default false
   */
  readonly isOneSender?: boolean
}

/** What `createReceiver` takes as `secret`. */
export type SecretSource = Secrets | SecretResolver

/** A secret turned into a key of the scheme. */
export interface PreparedKey {
  readonly id: string
  readonly key: unknown
  readonly notBefore: number
  readonly notAfter: number
}

/** Prepared keys, and whom they belong to where a resolver said so. */
export interface KeyRing {
  readonly keys: readonly PreparedKey[]
  readonly tenant?: string
}

/**
 * Prepares secrets once, so that a delivery costs no decoding of keys.
 *
 * @throws SallyportError `SECRET_MISSING` for none, `SECRET_INVALID` for one that is empty, only a prefix or of another
 * form, `OPTION_INVALID` for two with one id; the message names the provider, never the secret
 */
export function prepareSecrets(secrets: Secrets | undefined, scheme: Scheme, provider: string): KeyRing {
  const entries = (Array.isArray(secrets) ? secrets : [secrets]) as readonly (string | SecretEntry | undefined)[]
  if (secrets === undefined || secrets === null || entries.length === 0) {
    throw new SallyportError(
      'SECRET_MISSING',
      `${provider}: no secret given; pass the secret this sender signs with as "secret"`,
    )
  }
  const keys = entries.map((entry, index) => prepareEntry(entry, index, scheme, provider))
  if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    throw new SallyportError('OPTION_INVALID', `${provider}: two secrets have the same id`)
  }
  return { keys }
}

function prepareEntry(
  entry: string | SecretEntry | undefined,
  index: number,
  scheme: Scheme,
  provider: string,
): PreparedKey {
  const { id = `secret-${index + 1}`, secret, notBefore, notAfter } = toEntry(entry)
  const key = typeof secret === 'string' ? scheme.prepareKey(secret) : undefined
  if (key === undefined) {
    const why = secret === undefined || secret === '' ? 'is empty' : 'does not have the form this sender uses'
    throw new SallyportError('SECRET_INVALID', `${provider}: the secret "${id}" ${why}`)
  }
  return { id, key, notBefore: toTime(notBefore, -Infinity), notAfter: toTime(notAfter, Infinity) }

  function toTime(value: Date | number | undefined, otherwise: number): number {
    const time = value === undefined ? otherwise : Number(value)
    if (Number.isNaN(time))
      throw new SallyportError('OPTION_INVALID', `${provider}: the period of secret "${id}" is not a time`)
    return time
  }
}

function toEntry(entry: string | SecretEntry | undefined): Partial<SecretEntry> {
  return typeof entry === 'object' && entry !== null ? entry : { secret: entry as string }
}

/** The keys that count at a time. */
export function activeKeys(ring: KeyRing, at: number): readonly PreparedKey[] {
  const isActive = ({ notBefore, notAfter }: PreparedKey): boolean => notBefore <= at && at < notAfter
  // Nearly always all of them: no copy then.
  return ring.keys.every(isActive) ? ring.keys : ring.keys.filter(isActive)
}
