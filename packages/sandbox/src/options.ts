import type { Clock } from './clock.ts'
import type { FaultInput } from './delivery/faults.ts'
import type { RetryPolicy } from './delivery/retry-policy.ts'
import type { Publisher } from './fleet/publish.ts'
import type { ToolNeeds } from './fleet/tool-auth.ts'
import type { SandboxKeys } from './keys.ts'

/** Options of `createSandbox`. */
export interface SandboxOptions {
  /** 0 takes a free one. @default 0 */
  readonly port?: number | undefined
  /** Address to listen at. Whoever reaches it can have requests sent from here. @default '127.0.0.1' */
  readonly host?: string | undefined
  /** Host names to answer to beside `localhost`, `127.0.0.1`, `[::1]` and `host`; without port. @default [] */
  readonly allowedHosts?: readonly string[] | undefined
  /** A file to keep everything in, secrets included; readable by its owner only. @default memory */
  readonly state?: string | undefined
  /** Folder whose folders are Fleet's agents, by their names. @default none */
  readonly agents?: string | undefined
  /** Who runs Fleet's webhooks. @default user@example.com */
  readonly publisher?: Publisher | undefined
  /** What the agents' tools need, beside the well-known ones; by the beginning of a tool's name. @default {} */
  readonly toolNeeds?: ToolNeeds | undefined
  /** Faults of all deliveries. @default [] */
  readonly faults?: readonly FaultInput[] | undefined
  /** Decides what faults with a probability do: the same seed and the same triggers, the same faults. @default by chance */
  readonly seed?: number | undefined
  /** What time it is; for tests. @default the computer's */
  readonly clock?: Clock | undefined
  /** When deliveries of Sonzai and Invoratec are tried again. */
  readonly retry?: RetryPolicy | undefined
  /** Most requests at a time. @default 16 */
  readonly concurrency?: number | undefined
  /** Milliseconds a receiver may take to answer. @default 10000 */
  readonly timeoutMs?: number | undefined
  /** API keys. */
  readonly keys?: SandboxKeys | undefined
  /** Told of what fails in the background, as writing the state. @default one line on stderr */
  readonly onError?: ((error: unknown) => void) | undefined
}
