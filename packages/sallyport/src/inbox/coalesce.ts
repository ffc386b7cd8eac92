import { AsyncLocalStorage } from 'node:async_hooks'

/** Collects calls that come while a write is under way, and writes them together (group commit). */
export interface Coalescer<Item, Answer> {
  /** Resolves with one answer per item, in order, when the write that carried them is over. */
  add(items: readonly Item[]): Promise<readonly Answer[]>
  /** Resolves when nothing waits and nothing is under way. */
  drain(): Promise<void>
}

/** How a coalescer gathers. */
export interface CoalesceOptions<Item> {
  /** Items in one write, beyond which further calls wait for the next. A call is never split. @default 500 */
  readonly mostItems?: number
  /** The same limit for the sum of `sizeOf`. @default no limit */
  readonly mostSize?: number
  readonly sizeOf?: (item: Item) => number
  /** Writes under way at the same time; with more than one, calls may overtake each other. @default 1 */
  readonly flights?: number
  /**
   * Whether what waits is divided among the writes that may begin, so that one is prepared while another waits for the disk;
   * else all of it goes with the first. @default false
   */
  readonly isDivided?: boolean
  /**
   * Whether a write failed for something about its items, so that each of its calls is worth a write of its own; else
   * they fail together. @default never
   */
  readonly isWorthSplitting?: (error: unknown) => boolean
}

// Fewer are not worth a separate write.
const fewestCalls = 10

interface Call<Item, Answer> {
  readonly items: readonly Item[]
  readonly size: number
  /** Runs work in the context of the call, so that its spans belong to the trace of the call. */
  readonly runInside: ReturnType<typeof AsyncLocalStorage.snapshot>
  resolve(answers: readonly Answer[]): void
  reject(error: unknown): void
}

/**
 * Makes a coalescer: while one write is under way, what comes is gathered and goes with the next, so that many callers
 * share the wait for the disk. Every caller gets the answers to its own items.
 *
 * @example
 * const coalescer = createCoalescer(async (events: readonly InboxEvent[]) => store.insert(events))
 * const [answer] = await coalescer.add([event])
 */
export function createCoalescer<Item, Answer>(
  write: (items: readonly Item[]) => Promise<readonly Answer[]>,
  options: CoalesceOptions<Item> = {},
): Coalescer<Item, Answer> {
  const {
    mostItems = 500,
    mostSize = Infinity,
    sizeOf = () => 0,
    flights = 1,
    isDivided = false,
    isWorthSplitting = () => false,
  } = options
  const under = new Set<Promise<void>>()
  let waiting: Call<Item, Answer>[] = []
  let inFlight = 0
  let isPlanned = false

  // In the next turn, so that calls of one turn share their first write too.
  function plan(): void {
    if (isPlanned || inFlight >= flights || waiting.length === 0) return
    isPlanned = true
    setImmediate(() => {
      isPlanned = false
      while (inFlight < flights && waiting.length > 0) launch(takeCalls(findShare()))
    })
  }

  function findShare(): number {
    return isDivided ? Math.max(fewestCalls, Math.ceil(waiting.length / (flights - inFlight))) : waiting.length
  }

  function takeCalls(most: number): Call<Item, Answer>[] {
    let items = 0
    let size = 0
    const end = waiting.findIndex((call, index) => {
      items += call.items.length
      size += call.size
      return index > 0 && (index >= most || items > mostItems || size > mostSize)
    })
    const taken = end === -1 ? waiting : waiting.slice(0, end)
    waiting = end === -1 ? [] : waiting.slice(end)
    return taken
  }

  function launch(calls: readonly Call<Item, Answer>[]): void {
    inFlight++
    track(
      calls[0]!.runInside(writeTogether, calls).finally(() => {
        inFlight--
        plan()
      }),
    )
  }

  function track(work: Promise<void>): void {
    under.add(work)
    void work.finally(() => under.delete(work))
  }

  async function writeTogether(calls: readonly Call<Item, Answer>[]): Promise<void> {
    try {
      const answers = await write(calls.flatMap(({ items }) => items))
      let start = 0
      for (const { items, resolve } of calls) resolve(answers.slice(start, (start += items.length)))
    } catch (error) {
      if (calls.length === 1 || !isWorthSplitting(error)) return calls.forEach(({ reject }) => reject(error))
      // Beside the next write, not before it: what failed may fail slowly again.
      for (const call of calls) track(call.runInside(writeTogether, [call]))
    }
  }

  return {
    add(items) {
      if (items.length === 0) return Promise.resolve([])
      return new Promise((resolve, reject) => {
        const size = items.reduce((sum, item) => sum + sizeOf(item), 0)
        waiting.push({ items, size, runInside: AsyncLocalStorage.snapshot(), resolve, reject })
        plan()
      })
    },
    async drain() {
      while (under.size > 0 || waiting.length > 0) {
        await Promise.all(under)
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}
