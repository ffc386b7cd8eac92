import { SallyportError } from '../errors/sallyport-error.ts'
import type { Provider } from './provider.ts'
import type { SecretSource } from './secrets.ts'

/** What verification needs beside the delivery; options of `createVerifier`, and part of those of `createReceiver`. */
export interface VerifierOptions {
  /**
   * What the sender signs with: one secret, several during rotation, or a function that looks them up per delivery.
   * `undefined` or `''` throws at start-up.
   */
  readonly secret?: SecretSource | undefined
  /** Milliseconds a signed time may differ from the clock, in either direction; above 0. @default the provider's, else 300_000 */
  readonly toleranceMs?: number | undefined
  /** Largest body in bytes, on the wire and decoded. @default the provider's, else 1 MiB */
  readonly maxBodyBytes?: number | undefined
  /**
   * Milliseconds a function given as `secret` may take; then the sender gets 503 `SECRET_RESOLVER_FAILED`. 100 calls of it run
   * at once, more are answered the same. @default 5_000
   */
  readonly secretTimeoutMs?: number | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
  /** Must be `true` for a provider that authenticates nobody. @default false */
  readonly acceptUnauthenticated?: boolean | undefined
}

/** Verification options with every default filled in. */
export interface VerifierSettings {
  readonly toleranceMs: number
  readonly maxBodyBytes: number
  readonly secretTimeoutMs: number
  readonly now: () => number
}

/**
 * Fills in and checks the options of verification.
 *
 * @throws SallyportError `OPTION_INVALID`, naming the provider and the option
 */
export function toVerifierSettings(options: VerifierOptions, provider: Provider): VerifierSettings {
  checkUnauthenticated(options, provider)
  const { toleranceMs = provider.toleranceMs ?? 300_000, now = Date.now } = options
  const { maxBodyBytes = provider.maxBodyBytes ?? 1024 * 1024, secretTimeoutMs = 5_000 } = options
  return {
    toleranceMs: checkPositive(provider, 'toleranceMs', toleranceMs),
    maxBodyBytes: checkPositive(provider, 'maxBodyBytes', maxBodyBytes),
    secretTimeoutMs: checkPositive(provider, 'secretTimeoutMs', secretTimeoutMs, longestTimer),
    now,
  }
}

/** Longest delay of a timer, in milliseconds; Node runs a longer one at once. */
export const longestTimer = 2 ** 31 - 1

/** Checks a limit. 0 or Infinity would turn it off without saying so. */
export function checkPositive(
  provider: Pick<Provider, 'name'>,
  name: string,
  value: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value === 'number' && value > 0 && value <= most) return value
  throw new SallyportError(
    'OPTION_INVALID',
    `${provider.name}: ${name} must be a number above 0 and at most ${most}, not ${String(value)}`,
  )
}

function checkUnauthenticated(
  { acceptUnauthenticated = false, secret }: VerifierOptions,
  { name, scheme }: Provider,
): void {
  const isOpen = scheme.kind === 'none'
  if (isOpen && !acceptUnauthenticated)
    invalid('nothing authenticates its deliveries; set acceptUnauthenticated: true to accept them')
  if (isOpen && secret !== undefined)
    invalid('secret is set, but this provider checks none; remove the secret or let the provider check it')
  if (!isOpen && acceptUnauthenticated)
    invalid('acceptUnauthenticated is for providers that authenticate nobody; remove it')

  function invalid(problem: string): never {
    throw new SallyportError('OPTION_INVALID', `${name}: ${problem}`)
  }
}
