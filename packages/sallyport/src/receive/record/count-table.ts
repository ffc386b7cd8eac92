import type { ErrorCode } from '../../errors/error-codes.ts'
import type { Outcome } from '../reply.ts'
import { MinuteCounts } from './minute-counts.ts'
import type { RecordedDelivery } from './recorded-delivery.ts'

/** How many deliveries of one provider ended in one way within one minute. */
export interface DeliveryCount {
  /** When the minute began, in milliseconds since 1970. */
  readonly minute: number
  readonly provider: string
  readonly outcome: Outcome
  readonly code?: ErrorCode | undefined
  /** At least 1: minutes without a delivery are left out. */
  readonly count: number
}

/** A way in which deliveries of a provider end. */
interface Kind extends Pick<RecordedDelivery, 'provider' | 'outcome' | 'code'> {
  readonly counts: MinuteCounts
}

export const minuteMs = 60_000

/** Bytes that one kind counts for. */
export function countKindBytes(minutes: number): number {
  return 512 + 4 * minutes
}

/**
 * Counts of deliveries by provider, outcome, code and minute. When there are too many kinds, the provider with the most gives up
 * the one that counted nothing for longest: deliveries to one receiver cannot displace the counts of another.
 */
export class CountTable {
  readonly #kinds = new Map<string, Kind>()
  readonly #mostKinds: number
  readonly #minutes: number

  /** @param minutes how many minutes are kept, the present one included */
  constructor(maxBytes: number, minutes: number) {
    this.#minutes = minutes
    this.#mostKinds = Math.floor(maxBytes / countKindBytes(minutes))
  }

  get bytes(): number {
    return this.#kinds.size * countKindBytes(this.#minutes)
  }

  /** @param minute minutes since 1970, an integer */
  add({ provider, outcome, code }: RecordedDelivery, minute: number): void {
    const name = `${outcome} ${code} ${provider}`
    let kind = this.#kinds.get(name)
    if (kind === undefined) {
      if (this.#kinds.size >= this.#mostKinds) this.#giveUpOne()
      this.#kinds.set(name, (kind = { provider, outcome, code, counts: new MinuteCounts(this.#minutes) }))
    }
    kind.counts.add(minute)
  }

  /**
   * Oldest minute first.
   *
   * @param now the present minute; what is older than the kept ones is left out
   */
  read(now: number): DeliveryCount[] {
    const rows: DeliveryCount[] = []
    for (const { counts, ...kind } of this.#kinds.values()) {
      for (const [minute, count] of counts.read())
        if (minute > now - this.#minutes) rows.push({ minute: minute * minuteMs, ...kind, count })
    }
    return rows.toSorted((one, other) => one.minute - other.minute)
  }

  #giveUpOne(): void {
    const byProvider = Map.groupBy(this.#kinds, ([, { provider }]) => provider)
    const largest = [...byProvider.values()].reduce((one, other) => (other.length > one.length ? other : one))
    const [name] = largest.reduce((one, other) => (other[1].counts.latest < one[1].counts.latest ? other : one))
    this.#kinds.delete(name)
  }
}
