import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { run } from '../../../packages/cli/src/run.ts'
import type { Ending } from './command.ts'
import { rememberListeners } from './listeners.ts'

/** A command line, and what its process would start with. */
export interface HostedLine {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly input: string | Uint8Array
}

const written = { stdout: '', stderr: '' }
for (const name of ['stdout', 'stderr'] as const) {
  process[name].write = (chunk: string | Uint8Array) => {
    written[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    return true
  }
}
// Node prints warnings past `process.stderr`; a process of its own disables the experimental ones.
process.removeAllListeners('warning').on('warning', ({ name, message }) => {
  if (name !== 'ExperimentalWarning') written.stderr += `${name}: ${message}\n`
})

process.on('message', async ({ args, cwd, env, input }: HostedLine) => {
  Object.assign(written, { stdout: '', stderr: '' })
  process.chdir(cwd)
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  Object.defineProperty(process, 'stdin', { configurable: true, value: Readable.from([Buffer.from(input)]) })
  const listening = rememberListeners()
  const before = countResources()
  await run(args)
  // A process ends once nothing keeps it; a command that leaves something behind never ends here either.
  while (![...countResources()].every(([kind, count]) => count <= (before.get(kind) ?? 0)))
    await setTimeout(5, undefined, { ref: false })
  const ending: Ending = { code: Number(process.exitCode ?? 0), ...written }
  process.exitCode = undefined
  listening.restore()
  process.send!(ending)
})

function countResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}
