import { randomUUID } from 'node:crypto'
import type { Typed } from './fields.ts'

/** What the page shows after an action. */
export interface Notice {
  readonly text: string
  readonly isError?: boolean | undefined
  /** A signing secret, shown this once. */
  readonly secret?: string | undefined
  /** The form to show again. */
  readonly typed?: Typed | undefined
  /** Another page than that of the form. */
  readonly page?: string | undefined
}

/** Keeps notices between an action and the next page. Their text never enters a URL, history or log. */
export interface Notices {
  /** Stores a notice and returns its name. */
  add(notice: Notice): string
  /** Takes a notice out; it can be taken once. One with a typed form stays, so that a reload loses nothing. */
  take(name: string | undefined): Notice | undefined
}

const mostKept = 50

/** Creates notices in memory. */
export function createNotices(): Notices {
  const notices = new Map<string, Notice>()
  return {
    add(notice) {
      const name = randomUUID()
      notices.set(name, notice)
      if (notices.size > mostKept) notices.delete([...notices.keys()][0]!)
      return name
    },
    take(name = '') {
      const notice = notices.get(name)
      if (notice?.typed === undefined) notices.delete(name)
      return notice
    },
  }
}
