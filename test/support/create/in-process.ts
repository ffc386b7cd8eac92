import { vi } from 'vitest'
import { run } from '../../../packages/create-sallyport/src/run.ts'
import type { Ending } from './command.ts'

/** Runs the command without a terminal, in this process: no process to start. */
export async function runHere(cwd: string, args: readonly string[]): Promise<Ending> {
  const written = { stdout: '', stderr: '' }
  const spies = [
    vi.spyOn(process, 'cwd').mockReturnValue(cwd),
    ...(['stdout', 'stderr'] as const).map((name) =>
      vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
        written[name] += String(chunk)
        return true
      }),
    ),
  ]
  try {
    return { code: await run(args), ...written }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
