import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { toVisible } from 'sallyport/provider'
import { readArguments } from './arguments.ts'
import { ask } from './ask.ts'
import { defaults, type Answers } from './choices.ts'
import { createHelp } from './help.ts'
import { describeNext } from './next-steps.ts'
import { commandsOf, findPackageManager, type PackageManager } from './package-manager.ts'
import { createProject } from './project.ts'
import { UsageError } from './usage-error.ts'
import { checkTarget, writeProject } from './write-project.ts'

/** Runs one command line. @returns the exit code */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const { answers: given, yes, help, version } = readArguments(args)
    if (help) return print(createHelp())
    if (version) return print(`${readVersion()}\n`)
    if (given.folder !== undefined) checkTarget(given.folder)
    const manager = findPackageManager(process.env)
    const isComplete = Object.keys(defaults).every((name) => name in given || name === 'install')
    const answers = yes || isComplete ? { ...defaults, ...given } : await askOnTerminal(given, manager)
    if (answers === undefined) return 130
    writeProject(answers.folder, createProject(answers, manager, readVersion()))
    const isInstalled = answers.install && install(answers.folder, manager)
    print(describeNext(answers, manager, isInstalled))
    return answers.install && !isInstalled ? 1 : 0
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    process.stderr.write(
      `create-sallyport: ${toVisible(code === undefined ? message : `${message}; nothing was written`)}\n`,
    )
    if (error instanceof UsageError) return 2
    return 1
  }
}

function print(text: string): 0 {
  process.stdout.write(text)
  return 0
}

async function askOnTerminal(given: Partial<Answers>, manager: PackageManager): Promise<Answers | undefined> {
  if (process.stdin.isTTY && process.stdout.isTTY) return ask(given, manager)
  const separator = manager === 'npm' ? 'npm create sallyport@latest -- --yes' : '--yes'
  throw new UsageError(`there is no terminal to ask on; pass --yes to take the defaults (${separator}), or see --help`)
}

function install(folder: string, manager: PackageManager): boolean {
  const [program = manager, ...words] = commandsOf(manager).install.split(' ')
  // Package managers are .cmd files on Windows.
  const shell = process.platform === 'win32'
  return spawnSync(program, words, { cwd: resolve(folder), stdio: 'inherit', shell }).status === 0
}

/** The version of this package, and of those a new project depends on. */
function readVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
