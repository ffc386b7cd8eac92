import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/** Where handlers write down what they handled: a file of lines, synced one by one, shared by all processes. */
export interface Ledger {
  write(id: string, attempt: number): void
  close(): void
}

export function openLedger(path: string): Ledger {
  const file = openSync(path, 'a')
  return {
    write(id, attempt) {
      writeSync(file, `${id} ${attempt}\n`)
      fdatasyncSync(file)
    },
    close: () => closeSync(file),
  }
}

/** How often each event was handled, by its id. */
export function readLedger(path: string): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  if (!existsSync(path)) return times
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    const id = line.slice(0, line.lastIndexOf(' '))
    times.set(id, (times.get(id) ?? 0) + 1)
  }
  return times
}
