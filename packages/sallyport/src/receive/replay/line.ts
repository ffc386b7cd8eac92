import type { Chunk } from './chunk.ts'
import { ClaimList } from './claim-list.ts'
import { LinkedList } from './linked-list.ts'

/** Keys on the same terms, by age, in chunks. The first one is needed least. */
export class Line extends LinkedList<Chunk> {
  readonly minimumMs: number
  readonly retentionMs: number
  /** Those whose handlers are at work, by age. */
  readonly claims = new ClaimList()

  constructor(minimumMs: number, retentionMs: number) {
    super()
    this.minimumMs = minimumMs
    this.retentionMs = retentionMs
  }
}
