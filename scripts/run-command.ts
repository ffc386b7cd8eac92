import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The top folder of the workspace. */
export const root = dirname(import.meta.dirname)

/**
 * Runs a program of a root dependency with the same Node and terminal, and waits for its end.
 *
 * @returns the exit code; 1 when a signal ended it
 */
export async function runTool(name: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [findTool(name), ...args], { cwd: root, stdio: 'inherit' })
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGTERM', forward).on('SIGHUP', forward)
  // Ctrl-C reaches the child as well; its exit code decides.
  const wait = () => {}
  process.on('SIGINT', wait)
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (code) => resolve(code ?? 1))
    })
  } finally {
    process.off('SIGTERM', forward).off('SIGHUP', forward).off('SIGINT', wait)
  }
}

/** The script of a root dependency's program; the shims in `.bin` differ between systems. */
export function findTool(name: string, packageName: string = name === 'tsc' ? 'typescript' : name): string {
  const folder = join(root, 'node_modules', packageName)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>
  }
  const script = typeof bin === 'string' ? bin : bin[name]
  if (script === undefined) throw new Error(`${packageName} has no program ${name}`)
  return join(folder, script)
}
