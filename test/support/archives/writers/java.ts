import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasJava } from '../batch-reader.ts'
import { findProgram, run, withAgent, type Writer } from './writer.ts'

const jar = findProgram(['jar'], '--version')
const java = hasJava()

// Where names on disk are not read as UTF-8, Java replaces what is not ASCII.
const env = { LC_ALL: 'C.UTF-8', JAVA_TOOL_OPTIONS: '-Dsun.jnu.encoding=UTF-8 -Dfile.encoding=UTF-8' }

function jarWith(name: string, flags: string, adds: readonly string[] = []): Writer {
  const write = () =>
    withAgent((agent, beside) => {
      const file = join(beside, 'agent.zip')
      run(jar!, [flags, file, '-C', agent, '.'], { env })
      return readFileSync(file)
    })
  return { name: `jar ${name}`, missing: jar === undefined ? 'jar' : undefined, adds, write }
}

/** Java's own writers. */
export const javaWriters: readonly Writer[] = [
  jarWith('without manifest', 'cfM'),
  jarWith('without manifest, stored', 'cf0M'),
  jarWith('with manifest', 'cf', ['META-INF/MANIFEST.MF']),
  {
    name: 'Java ZipOutputStream',
    missing: java ? undefined : 'java and javac',
    write: () => withAgent((agent) => run('java', [join(import.meta.dirname, 'StreamZip.java'), agent], { env })),
  },
]
