import { format } from 'node:util'
import { vi } from 'vitest'
import { run as runLine } from '../../../packages/cli/src/run.ts'
import type { Ending } from './command.ts'
import { rememberListeners } from './listeners.ts'

/** How a command line is run in this process. */
export interface Here {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>> | undefined
  /** As in a terminal of that many columns. @default as in a pipe */
  readonly columns?: number | undefined
}

/**
 * Runs a command line in this process: no process to start, so that hundreds take seconds. It must end by itself. What it
 * changes in the process is put back.
 */
export async function runHere(args: readonly string[], { cwd, env = {}, columns }: Here): Promise<Ending> {
  const written = { stdout: '', stderr: '' }
  const capture = (name: 'stdout' | 'stderr') =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      written[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
      return true
    })
  const print = (...values: unknown[]): void => void (written.stderr += `${format(...values)}\n`)
  const spies = [
    capture('stdout'),
    capture('stderr'),
    vi.spyOn(process, 'cwd').mockReturnValue(cwd),
    ...(['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name).mockImplementation(print)),
  ]
  const streams = [process.stdout, process.stderr].map((stream) => showColumns(stream, columns))
  const variables = { ...process.env }
  Object.assign(process.env, env)
  const listening = rememberListeners()
  try {
    await runLine(args)
    return { code: Number(process.exitCode ?? 0), ...written }
  } finally {
    process.exitCode = undefined
    listening.restore()
    for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name]
    Object.assign(process.env, variables)
    for (const spy of spies) spy.mockRestore()
    for (const restore of streams) restore()
  }
}

function showColumns(stream: NodeJS.WriteStream, columns: number | undefined): () => void {
  if (columns === undefined) return () => {}
  const before = Object.getOwnPropertyDescriptors(stream)
  const shown = { isTTY: true, columns } as const
  for (const [name, value] of Object.entries(shown)) Object.defineProperty(stream, name, { value, configurable: true })
  return () => {
    for (const name of Object.keys(shown) as (keyof typeof shown)[]) {
      const old = before[name] as PropertyDescriptor | undefined
      if (old === undefined) delete (stream as { isTTY?: boolean; columns?: number })[name]
      else Object.defineProperty(stream, name, old)
    }
  }
}
