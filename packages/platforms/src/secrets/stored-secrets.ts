import {
  createVerifier,
  type EventMap,
  type Provider,
  type SecretEntry,
  type SecretResolver,
  type Verified,
} from 'sallyport'
import { allow, checkOptions, type OptionRules, type Refusal } from 'sallyport/provider'
import { failFor } from '../http/options.ts'
import { wait } from '../http/retry.ts'
import { PlatformError } from '../platform-error.ts'
import type { SecretStore, StoredSecrets } from './secret-store.ts'
import { isRotating, withoutRetired } from './stored-secrets-change.ts'

/** Options of `storedSecrets`. */
export interface StoredSecretsOptions<Events extends EventMap> {
  /** The receiver's provider; its scheme tells whether a known secret signed a delivery. */
  readonly provider: Provider<Events>
  /** Names in the store. @default all that begin with the provider's name and a colon */
  readonly names?: readonly string[] | undefined
  /** Longest wait in milliseconds for a rotation, if no known secret signed the delivery. @default 5_000 */
  readonly holdMs?: number | undefined
  /**
   * Most waiting deliveries; more are answered 503 at once. A receiver runs 100 calls at once, so stay well below: deliveries
   * of known secrets need the others. @default 50
   */
  readonly maxHeld?: number | undefined
  /** Most bytes of waiting bodies; more are answered 503 at once. One alone may be larger. @default 64 MiB */
  readonly maxHeldBytes?: number | undefined
  /** Milliseconds between two reads of the store while waiting. @default 25 */
  readonly pollMs?: number | undefined
  /** Returns the time in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
}

const rules: OptionRules<StoredSecretsOptions<EventMap>> = {
  provider: allow.required({
    ...allow.having('what a provider function returns, such as sonzai()', 'identify'),
    explain: (value) => (typeof value === 'function' ? 'call it' : undefined),
  }),
  names: allow.listOf(allow.text, 'names'),
  holdMs: allow.number(0),
  maxHeld: allow.number(0),
  maxHeldBytes: allow.number(0),
  pollMs: allow.above0(),
  now: allow.function,
}

/**
 * Reads a receiver's secrets from a store. During `rotateWithOverlap` the platform may already sign with a secret that is not
 * stored yet. A delivery that no known secret signed then waits for the rotation to end; after `holdMs` it is answered 503,
 * and the sender retries. No other delivery waits.
 *
 * @throws PlatformError `SECRET_STORE_FAILED` for a delivery; the receiver answers 503 `SECRET_RESOLVER_FAILED`
 * @example
 * const provider = sonzai()
 * createReceiver(provider, { secret: storedSecrets(store, { provider }) })
 */
export function storedSecrets<Events extends EventMap>(
  store: SecretStore,
  options: StoredSecretsOptions<Events>,
): SecretResolver {
  checkOptions('storedSecrets', options, rules, failFor({}))
  const { provider, holdMs = 5_000, maxHeld = 50, pollMs = 25, now = Date.now } = options
  const { maxHeldBytes = 64 * 1024 * 1024 } = options
  let held = 0
  let heldBytes = 0

  async function read(): Promise<Found> {
    const names = options.names ?? (await store.names()).filter((name) => name.startsWith(`${provider.name}:`))
    const records = await Promise.all(names.map(async (name) => [name, await store.get(name)] as const))
    const known = records.filter((entry): entry is [string, StoredSecrets] => entry[1] !== undefined)
    const at = now()
    return {
      secrets: known.flatMap(([name, { secrets }]) => withoutRetired(secrets, at).map((one) => toEntry(name, one))),
      isRotating: known.some(([, record]) => isRotating(record, at)),
    }
  }

  function isKnown(secrets: readonly SecretEntry[], delivery: Parameters<SecretResolver>[0]): boolean {
    if (secrets.length === 0) return false
    const verdict: Verified | Refusal = createVerifier(provider, { secret: secrets }).authenticate({
      ...delivery,
      body: delivery.body ?? new Uint8Array(),
    })
    // A new secret would not change any other refusal.
    return verdict.ok || !['SIGNATURE_MISMATCH', 'CREDENTIAL_MISMATCH', 'SECRET_UNKNOWN'].includes(verdict.code)
  }

  const resolve: SecretResolver = async (delivery, { signal }) => {
    let found = await read()
    if (found.isRotating && !isKnown(found.secrets, delivery)) {
      found = await hold(found, delivery, signal)
      // It may be genuine: answer 503, and the sender retries.
      if (found.isRotating && !isKnown(found.secrets, delivery)) throw rotating(provider.name)
    }
    return found.secrets.length === 0 ? undefined : found.secrets
  }

  /** @param signal aborted once the sender has its answer */
  async function hold(before: Found, delivery: Parameters<SecretResolver>[0], signal: AbortSignal): Promise<Found> {
    // Anyone may have sent it, and it waits with its body.
    const size = delivery.body?.byteLength ?? 0
    if (held >= maxHeld || (heldBytes > 0 && heldBytes + size > maxHeldBytes)) return before
    let found = before
    held++
    heldBytes += size
    try {
      for (let waited = 0; waited < holdMs && found.isRotating && !signal.aborted; waited += pollMs) {
        await wait(pollMs, signal)
        const known = found.secrets.length
        found = await read()
        // Another webhook may rotate next, and this delivery's secret may be known already.
        if (found.secrets.length !== known && isKnown(found.secrets, delivery)) break
      }
    } finally {
      held--
      heldBytes -= size
    }
    return found
  }

  // All secrets belong to one sender, so its event ids are unique.
  return Object.assign(resolve, { isOneSender: true })
}

/** The state of the store. */
interface Found {
  readonly secrets: readonly SecretEntry[]
  readonly isRotating: boolean
}

function rotating(platform: string): PlatformError {
  const detail = 'no known secret signed the delivery yet; send it again'
  return new PlatformError('ROTATION_IN_PROGRESS', { platform, detail })
}

function toEntry(name: string, { id, secret, notBefore, notAfter }: StoredSecrets['secrets'][number]): SecretEntry {
  return { id: `${name}#${id}`, secret, notBefore, notAfter }
}
