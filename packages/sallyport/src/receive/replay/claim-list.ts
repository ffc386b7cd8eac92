import { LinkedList, type Linked } from './linked-list.ts'

/** An event whose handler is at work. */
export interface Claim extends Linked<Claim> {
  readonly key: string
  readonly fingerprint: string
  /** `undefined` once the event was handled. */
  claimId: string | undefined
  readonly expiresAt: number
  list: ClaimList
}

/** Claims by age. Not a `Map`: its iterator walks past what was deleted at the start, tens of thousands of places. */
export class ClaimList extends LinkedList<Claim> {
  length = 0

  override add(claim: Claim): void {
    super.add(claim)
    claim.list = this
    this.length++
  }

  override remove(claim: Claim): void {
    super.remove(claim)
    this.length--
  }
}
