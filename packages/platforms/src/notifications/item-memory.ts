// Polls skipped after a failure: 1, 2, 4 … 32. After consuming: 3, 6, 12 … 32, because platforms cache their lists.
const mostPassed = 32
const lateListings = 3
const defaultCapacity = 10_000

/** What to do with a listed notification in this poll. */
export type Turn = 'deliver' | 'consume again' | 'pass'

interface Item {
  /** `refused`: left alone. `failed`: to be delivered again. `consumed`: done, and listed all the same. */
  state: 'refused' | 'failed' | 'consumed'
  /** Times it was put into this state. */
  times: number
  /** Polls to skip. */
  passes: number
  /** Polls that listed it since it was consumed. */
  listings: number
}

/**
 * What a poller knows about the notifications that are listed: which are left alone, which failed, which are consumed and
 * still listed. Failed ones are retried in fewer and fewer polls, so that one that always fails does not slow down the rest;
 * consumed ones are consumed again in the same way. It forgets a notification that is no longer listed, and the oldest above
 * its capacity.
 */
export class ItemMemory {
  readonly #items = new Map<string, Item>()
  readonly #capacity: number

  constructor(capacity = defaultCapacity) {
    this.#capacity = capacity
  }

  /** Number of notifications that are listed although they are known. */
  get listedAgain(): number {
    return [...this.#items.values()].filter(({ state, listings }) => state !== 'consumed' || listings > 0).length
  }

  knows(id: string): boolean {
    return this.#items.has(id)
  }

  /** Decides about a listed notification; call it once per poll. */
  turnOf(id: string): Turn {
    const item = this.#items.get(id)
    if (item === undefined) return 'deliver'
    if (item.state === 'refused') return 'pass'
    if (item.state === 'consumed') item.listings++
    if (item.passes > 0) {
      item.passes--
      return 'pass'
    }
    return item.state === 'failed' ? 'deliver' : 'consume again'
  }

  /** Whether it is known and will be listed for a while: left alone, failed, or stuck. */
  staysPending(id: string): boolean {
    const state = this.#items.get(id)?.state
    return state === 'refused' || state === 'failed' || this.isStuck(id)
  }

  /** Whether it was consumed twice and does not leave the list. */
  isStuck(id: string): boolean {
    const item = this.#items.get(id)
    return item?.state === 'consumed' && item.times > 1 && item.listings > lateListings + 1
  }

  leave(id: string): void {
    this.#set(id, 'refused')
  }

  fail(id: string): void {
    this.#set(id, 'failed')
  }

  consume(id: string): void {
    this.#set(id, 'consumed')
  }

  /** Forgets those that are no longer listed. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#items.keys()) if (!ids.has(id)) this.#items.delete(id)
  }

  #set(id: string, state: Item['state']): void {
    const known = this.#items.get(id)
    const { times: before, listings } = known?.state === state ? known : { times: 0, listings: 0 }
    const times = before + 1
    const first = state === 'consumed' ? lateListings : 1
    this.#items.set(id, { state, times, passes: Math.min(first * 2 ** (times - 1), mostPassed), listings })
    const oldest = this.#items.keys().next().value
    if (this.#items.size > this.#capacity && oldest !== undefined) this.#items.delete(oldest)
  }
}
