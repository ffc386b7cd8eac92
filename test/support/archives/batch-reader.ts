import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { concat, littleEndian } from './bytes.ts'
import type { FileSums } from './libraries.ts'

/** Files of one archive as read in another language, or why it was rejected. */
export type BatchReading = { readonly files: FileSums } | { readonly error: string }

/** A process that reads archives, one after another. */
export interface BatchReader {
  /** Sends an archive, as fast as the process accepts them. */
  send(bytes: Uint8Array): Promise<void>
  /** The results of all archives sent, in order; ends the process. */
  finish(): Promise<BatchReading[]>
}

export interface BatchProgram {
  readonly name: string
  /** What is missing, if it cannot run. */
  readonly missing: string | undefined
  start(): BatchReader
}

/** The name of a Python 3 that runs here. */
export function findPython(): string | undefined {
  return ['python3', 'python'].find((name) => {
    const { status, stdout } = spawnSync(name, ['-c', 'import sys, zipfile, zlib; print(sys.version_info[0])'])
    return status === 0 && String(stdout).trim() === '3'
  })
}

/** Whether Java is installed and can run source files, which needs its compiler. */
export function hasJava(): boolean {
  return ['java', 'javac'].every((name) => spawnSync(name, ['-version']).status === 0)
}

const script = (name: string) => join(import.meta.dirname, name)

const python = findPython()

/** Python's zipfile, which reads by the directory, and Java's ZipInputStream, which reads from front to back. */
export const batchPrograms: readonly BatchProgram[] = [
  {
    name: 'Python',
    missing: python ? undefined : 'python3',
    start: () => startReader(python!, [script('read-zips.py')]),
  },
  {
    name: 'Java, streaming',
    missing: hasJava() ? undefined : 'java and javac',
    start: () => startReader('java', [script('ReadZips.java')]),
  },
]

/** The programs that can run here; prints which cannot. */
export function findBatchPrograms(): BatchProgram[] {
  for (const { name, missing } of batchPrograms) {
    if (missing !== undefined) console.warn(`NOT TESTED against ${name}: there is no ${missing}`)
  }
  return batchPrograms.filter(({ missing }) => missing === undefined)
}

function startReader(program: string, args: readonly string[]): BatchReader {
  const { stdin, stdout } = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const output = text(stdout)
  let sent = 0
  return {
    async send(bytes) {
      sent++
      if (!stdin.write(concat(littleEndian(bytes.length, 4), bytes))) await once(stdin, 'drain')
    },
    async finish() {
      stdin.end()
      const lines = (await output).split('\n').slice(0, -1)
      if (lines.length !== sent) throw new Error(`${program} read ${lines.length} of ${sent} archives`)
      return lines.map(toReading)
    },
  }
}

function toReading(line: string): BatchReading {
  const { files, error } = JSON.parse(line) as { files?: Record<string, string>; error?: string }
  return files === undefined ? { error: error ?? 'no answer' } : { files: new Map(Object.entries(files)) }
}
