import type { Delivery, DeliveryHead } from './delivery.ts'
import { SallyportError } from '../errors/sallyport-error.ts'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { showGiven } from '../options/show-given.ts'
import type { Scheme } from './schemes/scheme.ts'
import { createLookup, type LookupLimits } from './secret-lookup.ts'
import { describeFlaws } from './secret-flaw.ts'
import { refuse, type Refusal } from './verdict.ts'

/** A secret with a name for reports and a period in which it is active. */
export interface SecretEntry {
  /** Shown as `keyId`. @default its position: `secret-1`, `secret-2` … */
  readonly id?: string | undefined
  readonly secret: string
  /** Not accepted before this time (`Date`, or milliseconds since 1970). */
  readonly notBefore?: Date | number | undefined
  /** Not accepted from this time on (`Date`, or milliseconds since 1970). */
  readonly notAfter?: Date | number | undefined
}

/** One secret, or several that are accepted together during a rotation. */
export type Secrets = string | SecretEntry | readonly (string | SecretEntry)[]

/** The secrets of one tenant. `tenant` keeps event ids of different senders apart in the replay guard. */
export interface TenantSecrets {
  readonly tenant: string
  readonly secrets: Secrets
}

/** What a secret function gets beside the delivery. */
export interface SecretLookupContext {
  /** Aborted when `secretTimeoutMs` is up: the sender has its answer, so end the work. */
  readonly signal: AbortSignal
}

/**
 * Looks up the secrets for one delivery. The delivery is not verified yet: use its content to find secrets, trust none of it.
 * `body` is there for signatures over the body; a scheme that reads only headers asks before the body is read.
 * Return `undefined` for an unknown sender.
 */
export interface SecretResolver {
  (
    delivery: DeliveryHead & { readonly body?: Uint8Array },
    context: SecretLookupContext,
  ): Secrets | TenantSecrets | undefined | Promise<Secrets | TenantSecrets | undefined>
  /**
   * `true` if all secrets it returns belong to one sender, as when it reads them from a store. Only then are signed ids
   * dedupe keys without a tenant: with several senders, one could use up another's ids. @default false
   */
  readonly isOneSender?: boolean | undefined
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

/** Prepared keys, and their tenant where a resolver named one. */
export interface KeyRing {
  readonly keys: readonly PreparedKey[]
  readonly tenant?: string | undefined
}

/**
 * Prepares secrets once, so that no delivery decodes keys.
 *
 * @throws SallyportError `SECRET_MISSING` for none, `SECRET_INVALID` for one that is empty, only a prefix, in another format,
 * or with white space or quotes around it, `OPTION_INVALID` for two with one id; the message names the provider, never the
 * secret
 */
export function prepareSecrets(secrets: Secrets | undefined, scheme: Scheme, provider: string): KeyRing {
  const entries = toEntries(secrets)
  if (secrets === undefined || secrets === null || entries.length === 0) {
    throw new SallyportError(
      'SECRET_MISSING',
      `${provider}: secret is missing; pass the secret this sender signs with as "secret"`,
    )
  }
  const flaw = describeFlaws(entries, provider)
  if (flaw !== undefined) throw new SallyportError('SECRET_INVALID', flaw)
  const keys = entries.map((entry, index) => prepareEntry(entry, index, scheme, provider))
  if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    throw new SallyportError('OPTION_INVALID', `${provider}: two secrets have the same id; give each its own`)
  }
  return { keys, tenant: undefined }
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
    throw new SallyportError('SECRET_INVALID', `${provider}: the secret "${id}" ${describeFormat(secret)}`)
  }
  return { id, key, notBefore: toTime(notBefore, -Infinity), notAfter: toTime(notAfter, Infinity) }

  function toTime(value: Date | number | undefined, otherwise: number): number {
    const time = value === undefined ? otherwise : Number(value)
    if (Number.isNaN(time))
      throw new SallyportError('OPTION_INVALID', `${provider}: notBefore or notAfter of secret "${id}" is not a time`)
    return time
  }
}

function describeFormat(secret: unknown): string {
  if (secret === undefined || secret === '') return 'is empty'
  if (typeof secret === 'string') return 'does not have the format this sender uses'
  return `must be a string, not ${showGiven(secret, true)}`
}

const time = allow.either(
  { allowed: 'a valid Date', accepts: (value) => value instanceof Date && !Number.isNaN(value.getTime()) },
  { allowed: 'milliseconds since 1970', accepts: (value) => typeof value === 'number' && !Number.isNaN(value) },
)

const entryRules: OptionRules<SecretEntry> = {
  id: allow.filled,
  // Checked with the scheme, which knows the format.
  secret: allow.anything,
  notBefore: time,
  notAfter: time,
}

/** A misspelt `notAfter` would keep an old secret for ever. Answers of a function are not checked: a store adds members. */
function checkEntries(secrets: Secrets | undefined, provider: string): void {
  for (const entry of toEntries(secrets)) {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) continue
    if (typeof (entry as { readonly then?: unknown }).then === 'function')
      throw new SallyportError('SECRET_INVALID', `${provider}: secret is a promise; await it, or pass a function`)
    checkOptions(`secret for ${provider}`, entry, entryRules)
  }
}

function toEntries(secrets: Secrets | undefined): readonly (string | SecretEntry | undefined)[] {
  return (Array.isArray(secrets) ? secrets : [secrets]) as readonly (string | SecretEntry | undefined)[]
}

function toEntry(entry: string | SecretEntry | undefined): Partial<SecretEntry> {
  return typeof entry === 'object' && entry !== null ? entry : { secret: entry as string }
}

/** The keys that are active at a time. */
export function activeKeys(ring: KeyRing, at: number): readonly PreparedKey[] {
  const isActive = ({ notBefore, notAfter }: PreparedKey): boolean => notBefore <= at && at < notAfter
  // Nearly always all of them; then no copy.
  return ring.keys.every(isActive) ? ring.keys : ring.keys.filter(isActive)
}

/**
 * When the last of the keys that are active or will be ends: in the past, once all have ended.
 * `undefined` where one never ends.
 */
export function lastEnd(ring: KeyRing): Date | undefined {
  const usable = ring.keys.filter(({ notBefore, notAfter }) => notBefore < notAfter)
  const end = Math.max(0, ...usable.map(({ notAfter }) => notAfter))
  return end > lastTime ? undefined : new Date(end)
}

// The last a Date can hold.
const lastTime = 8.64e15

/** Gives the keys for a delivery. */
export interface KeySource {
  /** The keys, where they are known without a resolver. */
  readonly fixed: KeyRing | undefined
  /** How many keys are active at a time. */
  countActive(at: number): number | 'resolved per delivery'
  /** When the last of the fixed keys ends; `undefined` where one never ends, or a resolver finds them. */
  readonly endAt: Date | undefined
  /** Asks the resolver. */
  resolve(delivery: DeliveryHead & Partial<Delivery>): Promise<KeyRing | Refusal>
}

/**
 * Prepares the keys at start-up, or the resolver that looks them up.
 *
 * @throws SallyportError as `prepareSecrets` does, for secrets given directly
 */
export function createKeySource(
  source: SecretSource | undefined,
  scheme: Scheme,
  provider: string,
  limits: LookupLimits,
): KeySource {
  if (scheme.kind === 'none') return fixedSource(noKey)
  if (scheme.needsSecret === false) return ownKeys
  if (typeof source !== 'function') {
    checkEntries(source, provider)
    return fixedSource(prepareSecrets(source, scheme, provider))
  }
  const lookUp = createLookup(source, provider, limits)
  return {
    fixed: undefined,
    countActive: () => 'resolved per delivery',
    endAt: undefined,
    async resolve(delivery) {
      const answer = await lookUp(delivery)
      if (answer === undefined || answer === null) return refuse('SECRET_UNKNOWN')
      const { secrets, tenant } = isTenant(answer) ? answer : { secrets: answer, tenant: undefined }
      // The resolver read it wrongly, and may read it rightly next time; the sender retries.
      const flaw = describeFlaws(toEntries(secrets), provider)
      if (flaw !== undefined) throw new SallyportError('SECRET_RESOLVER_FAILED', flaw)
      return { keys: prepareSecrets(secrets, scheme, provider).keys, tenant }
    },
  }
}

// The key where nothing is authenticated, so that every delivery takes the same steps.
const noKey: KeyRing = {
  keys: [{ id: 'none', key: undefined, notBefore: -Infinity, notAfter: Infinity }],
  tenant: undefined,
}

// A scheme that finds its keys itself is asked as if it had one key.
const ownKey: KeyRing = {
  keys: [{ id: 'fetched', key: undefined, notBefore: -Infinity, notAfter: Infinity }],
  tenant: undefined,
}
const ownKeys: KeySource = { ...fixedSource(ownKey), countActive: () => 'resolved per delivery' }

function fixedSource(ring: KeyRing): KeySource {
  return {
    fixed: ring,
    countActive: (at) => activeKeys(ring, at).length,
    endAt: lastEnd(ring),
    resolve: () => Promise.resolve(ring),
  }
}

function isTenant(answer: Secrets | TenantSecrets): answer is TenantSecrets {
  return typeof answer === 'object' && 'tenant' in answer
}
