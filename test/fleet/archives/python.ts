import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { concat, littleEndian } from './bytes.ts'
import type { FileSums } from './libraries.ts'

/** Files of one archive by Python's zipfile, or why it refused. */
export type PythonReading = { readonly files: FileSums } | { readonly error: string }

/** The name of a Python 3 that can be run here. */
export function findPython(): string | undefined {
  return ['python3', 'python'].find((name) => {
    const { status, stdout } = spawnSync(name, ['-c', 'import sys, zipfile, zlib; print(sys.version_info[0])'])
    return status === 0 && String(stdout).trim() === '3'
  })
}

/** A process of Python that reads archives. */
export interface Python {
  /** Hands over an archive, as fast as Python takes them. */
  send(bytes: Uint8Array): Promise<void>
  /** The readings of all that was sent, in order; ends the process. */
  finish(): Promise<PythonReading[]>
}

export function startPython(name: string): Python {
  const { stdin, stdout } = spawn(name, [join(import.meta.dirname, 'read-zips.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
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
      if (lines.length !== sent) throw new Error(`Python read ${lines.length} of ${sent} archives`)
      return lines.map(toReading)
    },
  }
}

function toReading(line: string): PythonReading {
  const { files, error } = JSON.parse(line) as { files?: Record<string, string>; error?: string }
  return files === undefined ? { error: error ?? 'no answer' } : { files: new Map(Object.entries(files)) }
}
