import { randomUUID } from 'node:crypto'

/** What the next page tells a person. */
export interface Notice {
  readonly text: string
  readonly isError?: boolean | undefined
  /** Shown once, to be copied. */
  readonly secret?: string | undefined
}

/** Notices between a form and the page after it: what they say is in no address, history or log. */
export interface Notices {
  /** Keeps a notice, and answers the name it is taken by. */
  add(notice: Notice): string
  /** Takes a notice; a second time it is gone. */
  take(name: string | undefined): Notice | undefined
}

const mostKept = 50

/** Keeps notices in memory. */
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
