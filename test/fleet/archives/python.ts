import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { littleEndian } from './bytes.ts'
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

/** Reads many archives in one process of Python. */
export async function readWithPython(python: string, archives: readonly Uint8Array[]): Promise<PythonReading[]> {
  const child = spawn(python, [join(import.meta.dirname, 'read-zips.py')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const output = text(child.stdout)
  const failed = new Promise<never>((_resolve, reject) => child.on('error', reject))
  for (const bytes of archives) {
    child.stdin.write(littleEndian(bytes.length, 4))
    child.stdin.write(bytes)
  }
  child.stdin.end()
  const lines = (await Promise.race([output, failed])).trim().split('\n')
  if (archives.length > 0 && lines.length !== archives.length)
    throw new Error(`Python read ${lines.length} of ${archives.length} archives`)
  return archives.map((_, index) =>
    toReading(JSON.parse(lines[index]!) as { files?: Record<string, string>; error?: string }),
  )
}

function toReading({ files, error }: { files?: Record<string, string>; error?: string }): PythonReading {
  return files === undefined ? { error: error ?? 'no answer' } : { files: new Map(Object.entries(files)) }
}
