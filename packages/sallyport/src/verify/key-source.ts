import type { Delivery, DeliveryHead } from './delivery.ts'
import { SallyportError } from '../errors/sallyport-error.ts'
import type { Scheme } from './schemes/scheme.ts'
import {
  activeKeys,
  prepareSecrets,
  type KeyRing,
  type SecretResolver,
  type Secrets,
  type SecretSource,
  type TenantSecrets,
} from './secrets.ts'
import { refuse, type Refusal } from './verdict.ts'

/** Gives the keys for a delivery. */
export interface KeySource {
  /** The keys, where they are known without asking anybody. */
  readonly fixed: KeyRing | undefined
  /** How many keys count at a time. */
  countActive(at: number): number | 'resolved per delivery'
  /** Asks the resolver. */
  resolve(delivery: DeliveryHead & Partial<Delivery>): Promise<KeyRing | Refusal>
}

/**
 * Prepares the source of keys at start-up.
 *
 * @throws SallyportError as `prepareSecrets` does, for secrets given directly
 */
export function createKeySource(source: SecretSource | undefined, scheme: Scheme, provider: string): KeySource {
  if (scheme.kind === 'none') return fixedSource(nobodysKey)
  if (typeof source !== 'function') return fixedSource(prepareSecrets(source, scheme, provider))
  return {
    fixed: undefined,
    countActive: () => 'resolved per delivery',
    async resolve(delivery) {
      let answer: Awaited<ReturnType<SecretResolver>>
      try {
        answer = await source(delivery)
      } catch (cause) {
        throw new SallyportError('SECRET_RESOLVER_FAILED', `${provider}: the secret resolver failed`, { cause })
      }
      if (answer === undefined || answer === null) return refuse('SECRET_UNKNOWN')
      if (!isTenant(answer)) return prepareSecrets(answer, scheme, provider)
      return { ...prepareSecrets(answer.secrets, scheme, provider), tenant: answer.tenant }
    },
  }
}

// Stands in for a key where nothing is authenticated, so that the way of a delivery stays the same.
const nobodysKey: KeyRing = { keys: [{ id: 'none', key: undefined, notBefore: -Infinity, notAfter: Infinity }] }

function fixedSource(ring: KeyRing): KeySource {
  return { fixed: ring, countActive: (at) => activeKeys(ring, at).length, resolve: () => Promise.resolve(ring) }
}

function isTenant(answer: Secrets | TenantSecrets): answer is TenantSecrets {
  return typeof answer === 'object' && 'tenant' in answer
}
