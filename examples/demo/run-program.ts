import { execFile, fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

const flags = ['--conditions=@sallyport/source', '--disable-warning=ExperimentalWarning']
const root = join(import.meta.dirname, '..', '..')

// Programs that run one after the other need to be compiled only once.
const toEnvironment = (folder: string, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
  ...more,
})

/** Runs the `sallyport` command with `--json` in a folder, and reads the last record that it printed. */
export function runSallyport(
  folder: string,
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    const line = [...flags, join(root, 'scripts', 'sallyport.ts'), ...args, '--json']
    execFile(
      process.execPath,
      line,
      { cwd: folder, env: toEnvironment(folder, environment) },
      (error, stdout, stderr) => {
        const last = stdout.trimEnd().split('\n').at(-1) ?? ''
        if (last.startsWith('{')) resolve(JSON.parse(last) as Record<string, unknown>)
        else reject(new Error(`sallyport ${args.join(' ')}: ${stderr || error?.message}`))
      },
    )
  })
}

/** Starts a program of this folder in its own process, with its options as JSON. */
export function startProgram(file: string, folder: string, options: object): ChildProcess {
  const path = join(import.meta.dirname, file)
  return fork(path, [JSON.stringify(options)], { execArgv: flags, env: toEnvironment(folder) })
}
