import { allow, longestTimer } from '../options/allow.ts'
import { failOption, type OptionRules } from '../options/check-options.ts'
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

/** What each option of verification may be. */
export const verifierRules: OptionRules<VerifierOptions> = {
  // Read with the provider's scheme, which knows the format.
  secret: allow.anything,
  toleranceMs: allow.above0(),
  maxBodyBytes: allow.above0(),
  secretTimeoutMs: allow.above0(longestTimer),
  now: allow.function,
  acceptUnauthenticated: allow.flag,
}

/**
 * Fills in the options of verification, which are checked by their rules before.
 *
 * @throws SallyportError `OPTION_INVALID`, naming the place, for options that contradict the provider
 */
export function toVerifierSettings(options: VerifierOptions, provider: Provider, place: string): VerifierSettings {
  checkNeeds(options, provider, place)
  const { toleranceMs = provider.toleranceMs ?? 300_000, now = Date.now } = options
  const { maxBodyBytes = provider.maxBodyBytes ?? 1024 * 1024, secretTimeoutMs = 5_000 } = options
  return { toleranceMs, maxBodyBytes, secretTimeoutMs, now }
}

function checkNeeds(
  { acceptUnauthenticated = false, secret }: VerifierOptions,
  { scheme }: Provider,
  place: string,
): void {
  const isOpen = scheme.kind === 'none'
  if (scheme.needsSecret === false && secret !== undefined)
    failOption(`${place}: secret is set, but this provider finds its keys itself; remove the secret`)
  if (isOpen && !acceptUnauthenticated)
    failOption(`${place}: nothing authenticates its deliveries; set acceptUnauthenticated: true to accept them`)
  if (isOpen && secret !== undefined)
    failOption(`${place}: secret is set, but this provider checks none; remove the secret or let the provider check it`)
  if (!isOpen && acceptUnauthenticated)
    failOption(`${place}: acceptUnauthenticated is for providers that authenticate nobody; remove it`)
}
