import { readFileSync } from 'node:fs'
import { readers } from './bundle-readers.ts'
import { median } from './measure.ts'

// Reads one archive by one reader in a process of its own, and tells the parent the longest turn of the event loop and how
// far memory rose above what holds the archive itself.

const [readerName = '', archiveFile = '', rounds = '3'] = process.argv.slice(2)
const read = readers[readerName]!
const base64 = readFileSync(archiveFile, 'latin1')
const stalls: number[] = []
await read(base64)
globalThis.gc?.()
const before = process.memoryUsage.rss()
let peak = before
for (let round = 0; round < Number(rounds); round++) stalls.push(await longestTurn(() => read(base64)))
process.send!({ stallMs: median(stalls), peakBytes: peak - before })

async function longestTurn(work: () => number | Promise<number>): Promise<number> {
  let longest = 0
  let isOver = false
  let last = performance.now()
  // An immediate in every turn: between two of them lies everything else the turn did.
  function look(): void {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    peak = Math.max(peak, process.memoryUsage.rss())
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  await new Promise((resolve) => setImmediate(resolve))
  await work()
  longest = Math.max(longest, performance.now() - last)
  isOver = true
  peak = Math.max(peak, process.memoryUsage.rss())
  return longest
}
