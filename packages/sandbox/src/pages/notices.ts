import { randomUUID } from 'node:crypto'

/** A message on the next page. */
export interface Notice {
  readonly text: string
  readonly isError?: boolean | undefined
  /** Shown once, to copy. */
  readonly secret?: string | undefined
}

/** Notices between a form and the next page. Their text never enters a URL, history or log. */
export interface Notices {
  /** Stores a notice and returns its name. */
  add(notice: Notice): string
  /** Takes a notice out; it can be taken once. */
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
      notices.delete(name)
      return notice
    },
  }
}
