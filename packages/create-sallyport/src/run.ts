import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isatty } from 'node:tty'
import { readArguments } from './arguments.ts'
import { ask } from './ask.ts'
import { defaults, type Answers } from './choices.ts'
import { createHelp } from './help.ts'
import { describeNext } from './next-steps.ts'
import { print, printError } from './output.ts'
import { commandsOf, findPackageManager, type PackageManager } from './package-manager.ts'
import { createProject } from './project.ts'
import { UsageError } from './usage-error.ts'
import { checkTarget, writeProject } from './write-project.ts'

/** Runs one command line. @returns the exit code */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const { answers: given, yes, help, version } = readArguments(args)
    if (help || version) {
      print(help ? createHelp() : `${readVersion()}\n`)
      return 0
    }
    if (given.folder !== undefined) checkTarget(given.folder)
    const manager = findPackageManager(process.env)
    const isComplete = Object.keys(defaults).every((name) => name in given || name === 'install')
    const answers = yes || isComplete ? { ...defaults, ...given } : await askOnTerminal(given, manager)
    if (answers === undefined) return 130
    writeProject(answers.folder, createProject(answers, manager, readVersion()))
    const isInstalled = answers.install && install(answers.folder, manager)
    print(describeNext(answers, manager, isInstalled))
    if (!answers.install || isInstalled) return 0
    printError(`${commandsOf(manager).install} failed in ${answers.folder}; the project is there, run it again`)
    return 1
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    printError(code === undefined ? message : `${message}; nothing was written`)
    if (error instanceof UsageError) return 2
    return 1
  }
}

async function askOnTerminal(given: Partial<Answers>, manager: PackageManager): Promise<Answers | undefined> {
  if (isatty(0) && isatty(1)) return ask(given, manager)
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
