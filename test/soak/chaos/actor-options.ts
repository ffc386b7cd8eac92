import type { EngineChoice } from '../../support/inbox/open-engine.ts'

/** What a process does: answer senders, or handle what is stored. */
export type Role = 'receiver' | 'worker'

/** Mistakes that a run must notice. */
export type Flaw = 'acknowledges before the commit' | 'completes without handling'

/** Options of one process, as JSON. */
export interface ActorOptions {
  readonly role: Role
  readonly store: EngineChoice
  readonly ledger: string
  /** Of a receiver. */
  readonly port?: number
  readonly flaw?: Flaw | undefined
}
