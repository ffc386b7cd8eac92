import {
  createVerifier,
  type EventMap,
  type Provider,
  type SecretEntry,
  type SecretResolver,
  type Verified,
} from 'sallyport'
import type { Refusal } from 'sallyport/provider'
import { wait } from '../http/retry.ts'
import { PlatformError } from '../platform-error.ts'
import type { SecretStore, StoredSecrets } from './secret-store.ts'
import { isRotating, withoutRetired } from './stored-secrets-change.ts'

/** Options of `storedSecrets`. */
export interface StoredSecretsOptions<Events extends EventMap> {
  /** The receiver's provider: whether a signature is known is asked of its scheme. */
  readonly provider: Provider<Events>
  /** Which secrets of the store. @default all whose name begins with that of the provider and a colon */
  readonly names?: readonly string[]
  /** Milliseconds a delivery that no known secret has signed waits for a rotation at work. @default 5_000 */
  readonly holdMs?: number
  /** Most deliveries that wait; further ones are told at once to come again. @default 1_000 */
  readonly maxHeld?: number
  /** Milliseconds between two looks at the store meanwhile. @default 25 */
  readonly pollMs?: number
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

/**
 * A receiver's secrets out of a store. While `rotateWithOverlap` is at work the platform may already sign with a secret that
 * nobody here knows yet: a delivery that no known secret has signed then waits until the rotation has ended, instead of being
 * refused; if that takes too long, it is answered 503 and its sender tries again. Deliveries signed with a known secret never wait, and without a rotation none does.
 *
 * @throws PlatformError `SECRET_STORE_FAILED` when asked; the receiver answers 503 `SECRET_RESOLVER_FAILED`
 * @example
 * const provider = sonzai()
 * createReceiver(provider, { secret: storedSecrets(store, { provider }) })
 */
export function storedSecrets<Events extends EventMap>(
  store: SecretStore,
  options: StoredSecretsOptions<Events>,
): SecretResolver {
  const { provider, holdMs = 5_000, maxHeld = 1_000, pollMs = 25, now = Date.now } = options
  let held = 0

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
    // Any other refusal is one that no new secret would change.
    return verdict.ok || !['SIGNATURE_MISMATCH', 'CREDENTIAL_MISMATCH', 'SECRET_UNKNOWN'].includes(verdict.code)
  }

  const resolve: SecretResolver = async (delivery) => {
    let found = await read()
    if (found.isRotating && !isKnown(found.secrets, delivery)) {
      found = await hold(found, delivery)
      // Nobody can say yet that it is a forgery: answered 503, its sender tries again.
      if (found.isRotating && !isKnown(found.secrets, delivery)) throw rotating(provider.name)
    }
    return found.secrets.length === 0 ? undefined : found.secrets
  }

  async function hold(before: Found, delivery: Parameters<SecretResolver>[0]): Promise<Found> {
    if (held >= maxHeld) return before
    let found = before
    held++
    try {
      for (let waited = 0; waited < holdMs && found.isRotating; waited += pollMs) {
        await wait(pollMs)
        const known = found.secrets.length
        found = await read()
        // Another webhook may rotate next, and this delivery's secret may be known already.
        if (found.secrets.length !== known && isKnown(found.secrets, delivery)) break
      }
    } finally {
      held--
    }
    return found
  }

  // All of them are of one sender, so the ids it signs are its own.
  return Object.assign(resolve, { isOneSender: true })
}

/** What the store holds at a time. */
interface Found {
  readonly secrets: readonly SecretEntry[]
  readonly isRotating: boolean
}

function rotating(platform: string): PlatformError {
  const detail = 'a delivery that no known secret has signed is to be sent again'
  return new PlatformError('ROTATION_IN_PROGRESS', { platform, detail })
}

function toEntry(name: string, { id, secret, notBefore, notAfter }: StoredSecrets['secrets'][number]): SecretEntry {
  return {
    id: `${name}#${id}`,
    secret,
    ...(notBefore === undefined ? undefined : { notBefore }),
    ...(notAfter === undefined ? undefined : { notAfter }),
  }
}
