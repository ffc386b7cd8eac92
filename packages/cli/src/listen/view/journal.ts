import type { Exchange } from '../exchange.ts'

/** The last exchanges, newest first; bounded in number and bytes. */
export interface Journal {
  readonly entries: readonly Exchange[]
  add(exchange: Exchange): void
}

/** Most exchanges that are kept. */
export const mostEntries = 500

/** Most bytes of all their bodies and answers together. */
export const mostBytes = 64 * 1024 * 1024

/** Creates a journal. Where bodies take too much, the oldest are forgotten first; the rest of those exchanges stays. */
export function createJournal(limits = { entries: mostEntries, bytes: mostBytes }): Journal {
  const entries: Exchange[] = []
  let bytes = 0

  return {
    entries,
    add(exchange) {
      entries.unshift(exchange)
      bytes += bytesOf(exchange)
      const last = entries.length > limits.entries ? entries.pop() : undefined
      if (last !== undefined) bytes -= bytesOf(last)
      for (let index = entries.length - 1; bytes > limits.bytes && index >= 0; index--) {
        const entry = entries[index]!
        bytes -= bytesOf(entry)
        forget(entry)
      }
    },
  }
}

const bytesOf = ({ body, app }: Exchange): number => (body?.byteLength ?? 0) + (app?.ok ? app.body.byteLength : 0)

function forget(exchange: Exchange): void {
  exchange.body = undefined
  if (exchange.app?.ok) exchange.app = { ...exchange.app, body: Buffer.alloc(0) }
}
