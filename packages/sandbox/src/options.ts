import { allow, longestTimer, type OptionRules } from 'sallyport/provider'
import type { Clock } from './clock.ts'
import type { FaultInput } from './delivery/faults.ts'
import type { RetryPolicy } from './delivery/retry-policy.ts'
import type { Publisher } from './fleet/publish.ts'
import type { ToolNeeds } from './fleet/tool-auth.ts'
import type { SandboxKeys } from './keys.ts'

/** Options of `createSandbox`. */
export interface SandboxOptions {
  /** Port to listen on; 0 picks a free one. @default 0 */
  readonly port?: number | undefined
  /** Address to listen on. Anyone who can reach it can send requests from this computer. @default '127.0.0.1' */
  readonly host?: string | undefined
  /** Host names to accept besides `localhost`, `127.0.0.1`, `[::1]` and `host`; without port. @default [] */
  readonly allowedHosts?: readonly string[] | undefined
  /** File for the state, including secrets; only its owner can read it. @default memory */
  readonly state?: string | undefined
  /** Folder with one folder per agent, for Fleet and for LangSmith's Context Hub. @default none */
  readonly agents?: string | undefined
  /** Folder with one folder per skill of LangSmith's Context Hub. @default none */
  readonly skills?: string | undefined
  /** The person who runs Fleet's webhooks and commits to the Context Hub. @default user@example.com */
  readonly publisher?: Publisher | undefined
  /** Credentials that tools need, besides the well-known ones, by prefix of the tool's name. @default {} */
  readonly toolNeeds?: ToolNeeds | undefined
  /** Faults of all deliveries. @default [] */
  readonly faults?: readonly FaultInput[] | undefined
  /** Seed for faults with a probability: the same triggers then get the same faults. @default random */
  readonly seed?: number | undefined
  /** Clock, for tests. @default systemClock */
  readonly clock?: Clock | undefined
  /** Retries of Sonzai, Invoratec and LangSmith deliveries; LangSmith makes 4 attempts unless you say otherwise. */
  readonly retry?: RetryPolicy | undefined
  /** Most concurrent requests. @default 16 */
  readonly concurrency?: number | undefined
  /** Longest time of a request in milliseconds. @default 10_000; LangSmith 20_000 */
  readonly timeoutMs?: number | undefined
  /** Keys of the management APIs. */
  readonly keys?: SandboxKeys | undefined
  /** Called for failures in the background, such as writing the state. @default prints one line to stderr */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** What each option of `createSandbox` may be. */
export const sandboxRules: OptionRules<SandboxOptions> = {
  port: allow.integer(0, 65_535),
  host: allow.filled,
  allowedHosts: allow.listOf(allow.text, 'host names'),
  state: allow.filled,
  agents: allow.filled,
  skills: allow.filled,
  publisher: allow.record,
  toolNeeds: allow.record,
  faults: allow.listOf(allow.either(allow.text, allow.record), 'faults'),
  seed: allow.number(-Infinity),
  clock: allow.having('a clock', 'now'),
  retry: allow.record,
  concurrency: allow.integer(1),
  timeoutMs: allow.integer(1, longestTimer),
  keys: allow.record,
  onError: allow.function,
}
