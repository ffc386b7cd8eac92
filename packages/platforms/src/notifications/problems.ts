import type { UnreadableItem } from '../http/list-answer.ts'
import { redact } from '../http/redact.ts'
import { PlatformError, type PlatformErrorFacts } from '../platform-error.ts'

const place = { platform: 'sonzai', operation: 'pollNotifications' } as const satisfies PlatformErrorFacts

/** Reports what concerns one notification: each problem once, for as long as the notification is listed. */
export class Problems {
  readonly #reported = new Map<string, unknown>()
  readonly #report: (error: unknown) => void
  #unreadable = 0

  constructor(report: (error: unknown) => void) {
    this.#report = report
  }

  /** Number of entries in the last list that are not in the documented format. */
  get unreadableCount(): number {
    return this.#unreadable
  }

  /** The entries of a list that are not in the documented format. */
  unreadable(items: readonly UnreadableItem[]): void {
    this.#unreadable = items.length
    for (const { id, digest, places } of items) {
      const name = id === undefined ? '' : `notification ${toShownId(id)}: `
      const detail = `${name}unexpected value at ${places.join(', ')}`
      this.#once(`unreadable ${digest}`, new PlatformError('NOTIFICATION_UNREADABLE', { ...place, detail }))
    }
  }

  /** A consumed notification that stays listed. */
  stuck(id: string): void {
    const detail = `notification ${toShownId(id)}`
    this.#once(`stuck ${id}`, new PlatformError('NOTIFICATION_STILL_PENDING', { ...place, detail }))
  }

  /** More notifications stay pending than the platform lists. */
  hidden(isHidden: boolean, mostAtOnce: number): void {
    const detail = `${mostAtOnce} notifications stay pending`
    if (!isHidden) this.#reported.delete('hidden')
    else this.#once('hidden', new PlatformError('NOTIFICATIONS_HIDDEN', { ...place, detail }))
  }

  /** A failure to convert or to consume a notification; reported again when its code changes. */
  failed(id: string, error: unknown): void {
    const code: unknown = PlatformError.is(error) ? error.code : 'other'
    if (this.#reported.get(`failed ${id}`) !== code) this.#tell(`failed ${id}`, code, error)
  }

  /** Forgets what was reported about notifications that are no longer listed. */
  keepOnly(ids: ReadonlySet<string>, unreadable: readonly UnreadableItem[]): void {
    const digests = new Set(unreadable.map(({ digest }) => digest))
    for (const key of this.#reported.keys()) {
      const [kind, name = ''] = splitOnce(key)
      const isListed = kind === 'unreadable' ? digests.has(name) : kind === 'hidden' || ids.has(name)
      if (!isListed) this.#reported.delete(key)
    }
  }

  #once(key: string, error: PlatformError): void {
    if (!this.#reported.has(key)) this.#tell(key, error.code, error)
  }

  #tell(key: string, code: unknown, error: unknown): void {
    this.#reported.set(key, code)
    const oldest = this.#reported.keys().next().value
    if (this.#reported.size > mostReported && oldest !== undefined) this.#reported.delete(oldest)
    this.#report(error)
  }
}

const mostReported = 10_000

function splitOnce(key: string): [string, string?] {
  const space = key.indexOf(' ')
  return space < 0 ? [key] : [key.slice(0, space), key.slice(space + 1)]
}

function toShownId(id: string): string {
  return redact(id, [])
}
