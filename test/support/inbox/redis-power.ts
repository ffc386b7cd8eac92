import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The power supply of a Redis; knows what was on disk when the power went. */
export interface Power {
  /** Environment variables of the server. */
  readonly environment: Readonly<Record<string, string>>
  /** Syncs of files so far. */
  countSyncs(): number
  /** Drops what was not synced, once the server is dead. */
  cut(folderOfLog: string): void
}

const source = fileURLToPath(new URL('redis-sync-log.c', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'sallyport-power-'))
process.once('exit', () => rmSync(home, { recursive: true, force: true }))
const library = compile()

function compile(): string | undefined {
  const path = join(home, 'sync-log.so')
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', path, source, '-ldl'], { stdio: 'pipe' })
    return path
  } catch {
    return undefined
  }
}

/** Whether power can be cut here. Prints what is skipped if not. */
export function canCutPower(skipped: string): boolean {
  const isPossible = library !== undefined && process.platform === 'linux'
  if (!isPossible) console.warn(`\nSKIPPED, because there is no C compiler, or no Linux: ${skipped}\n`)
  return isPossible
}

let count = 0

export function createPower(): Power {
  const log = join(home, `syncs-${count++}`)
  const readLines = (): string[] => readFileSync(log, 'utf8').split('\n').filter(Boolean)
  return {
    environment: { LD_PRELOAD: library!, SYNC_LOG: log },
    countSyncs: () => readLines().length,
    cut(folder) {
      const synced = new Map<string, number>()
      for (const line of readLines()) {
        const [inode, size] = line.split(' ') as [string, string]
        synced.set(inode, Number(size))
      }
      for (const name of readdirSync(folder).filter((file) => file.endsWith('.incr.aof'))) {
        const path = join(folder, name)
        truncateSync(path, synced.get(String(statSync(path).ino)) ?? 0)
      }
    },
  }
}
