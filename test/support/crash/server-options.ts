import type { SqliteEngineOptions, RetryPolicy } from 'sallyport/inbox'

/** Where the process kills itself. */
export type KillPoint =
  | 'before the commit'
  | 'after the commit, before the reply'
  | 'before the handler'
  | 'after the effect, before the completion'
  | 'after the completion'
  | 'during the backoff'
  | 'after the dead letter'
  | 'after the replay'

/** Mistakes that the tests must notice. */
export type Flaw = 'acknowledges before the commit' | 'synchronous=NORMAL'

/** Options of a server process. */
export interface ServerOptions {
  readonly engine: SqliteEngineOptions
  /** File to which the handler appends the id of each handled event: its side effect. */
  readonly journal: string
  /** @default a free one */
  readonly port?: number
  readonly retry?: Partial<RetryPolicy>
  readonly storeTimeoutMs?: number
  /** @default 'here' */
  readonly work?: 'here' | 'elsewhere'
  readonly dieAt?: KillPoint
  readonly flaw?: Flaw
}

/** Requests of the test to a server process. */
export type Order =
  | { readonly do: 'stats' }
  | { readonly do: 'replay'; readonly id: string }
  | { readonly do: 'kill the thread' }
  /** Stores events concurrently, each twice, in waves that start before the previous one is answered. */
  | { readonly do: 'accept'; readonly count: number; readonly waves: number }

/** Result of `accept`: the answers in the order of the events, and the events in the order of the answers. */
export interface Accepted {
  readonly answers: readonly ('stored' | 'duplicate')[]
  readonly order: readonly number[]
}

export interface Answer {
  readonly number: number
  readonly value: unknown
}
