import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findPython } from '../batch-reader.ts'
import { run, withAgent, type Writer } from './writer.ts'

const python = findPython()
const script = join(import.meta.dirname, 'write-zip.py')

const ways = [
  'stored',
  'deflated',
  'folders',
  'mkdir',
  'infos',
  'writestr',
  'force-zip64',
  'pipe',
  'pipe-stored',
  'pipe-force-zip64',
  'make_archive',
]

/** Python's zipfile in the ways that programs use it. */
export const pythonWriters: readonly Writer[] = ways.map((way) => ({
  name: `Python ${way}`,
  missing: python === undefined ? 'python3' : undefined,
  write: () =>
    withAgent((agent, beside) => {
      const file = join(beside, 'agent.zip')
      run(python!, [script, way, agent, file])
      return readFileSync(file)
    }),
}))
