import { readFileSync } from 'node:fs'
import { readers } from './bundle-readers.ts'
import { measureTurns } from '../support/turns/longest-turn.ts'
import { median } from './measure.ts'

// Reads one archive with one reader in a separate process. Reports to the parent the longest turn of the event loop and how
// much memory rose above that of the archive itself, first run included.

const [readerName = '', archiveFile = '', rounds = '3'] = process.argv.slice(2)
const longestMs = 1_500
const read = readers[readerName]!
const base64 = readFileSync(archiveFile, 'latin1')
globalThis.gc?.()
const before = process.memoryUsage.rss()
const peakBefore = readPeak()
let peak = before

const begun = performance.now()
const first = await longestTurn(() => read(base64))
const isSlow = performance.now() - begun > longestMs
const stalls = isSlow ? [first] : []
for (let round = stalls.length; round < (isSlow ? 1 : Number(rounds)); round++)
  stalls.push(await longestTurn(() => read(base64)))
// Peak memory as the system saw it, also within a turn; earlier loading does not count.
if (readPeak() > peakBefore) peak = Math.max(peak, readPeak())
process.send!({ stallMs: median(stalls), peakBytes: peak - before, rounds: stalls.length })

function readPeak(): number {
  return process.resourceUsage().maxRSS * 1024
}

async function longestTurn(work: () => number | Promise<number>): Promise<number> {
  const { turnMs } = await measureTurns(work, () => {
    peak = Math.max(peak, process.memoryUsage.rss())
  })
  return turnMs
}
