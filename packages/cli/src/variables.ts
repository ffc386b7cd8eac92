import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { CliError } from './cli-error.ts'
import { unreadable } from './read-named-file.ts'
import { readText } from './read-text.ts'

/** What a command line looks variables up in. */
export interface Variables {
  /** The variables of the process, then those of the files. A copy: what is written to it stays here. */
  readonly env: NodeJS.ProcessEnv
  /** Why a `.env` that is there was not read. */
  readonly note?: string | undefined
}

/** What the files say. */
interface Found {
  readonly values: NodeJS.Dict<string>
  /** What was read, as a sentence. */
  readonly said: string
  /** What to write if a variable is missing. */
  readonly todo: (name: string) => string
  readonly note?: string | undefined
}

const ownFile = '.env'
const known = new WeakMap<CommandUnknownOpts, Variables>()
const sources = new WeakMap<NodeJS.ProcessEnv, Found>()

/** Whether one of the command's options has a variable. */
export function takesVariable(command: CommandUnknownOpts): boolean {
  return command.options.some(({ envVar }) => envVar !== undefined)
}

/**
 * Reads the files of `--env-from`, else `.env` of the working folder; once per command line. Variables already set win.
 *
 * The folder may be a stranger's, so its `.env` is only a place to look names up: nothing of it reaches the process, where
 * a name such as NODE_OPTIONS would steer Node or what it starts. `SALLYPORT_…` is set, as Commander reads it there and
 * nothing else does. A file of `--env-from` was asked for: the process gets all of it.
 *
 * @throws CliError `ENV_FILE_UNREADABLE`, `ENCODING_UNSUPPORTED`
 */
export function readVariables(command: CommandUnknownOpts): Variables {
  const program = toProgram(command)
  const done = known.get(program)
  if (done !== undefined) return done
  const { envFrom: files } = program.opts() as { envFrom?: readonly string[] }
  const found = files === undefined ? readOwn() : readNamed(files)
  const before = { ...process.env }
  for (const [name, value] of Object.entries(found.values))
    if (files !== undefined || name.startsWith('SALLYPORT_')) process.env[name] ??= value
  const variables = { env: { ...found.values, ...before }, note: found.note }
  known.set(program, variables)
  sources.set(variables.env, found)
  return variables
}

/** Which file was read, as a sentence with a space after it, for messages about missing variables. @param env of `Variables` */
export function describeFiles(env: NodeJS.ProcessEnv): string {
  const found = sources.get(env)
  return found === undefined ? '' : `${found.said} `
}

/** What to do about a missing variable: says which file was read, and what to write. @param env of `Variables` */
export function adviseVariable(name: string, env: NodeJS.ProcessEnv): string {
  const found = sources.get(env)
  if (found === undefined) return `Set the environment variable ${name}.`
  if (found.values[name]) return `Unset ${name}: it is set to nothing, and wins over the file.`
  return `${found.said} ${found.todo(name)}`
}

/** The command at the top. */
export function toProgram(command: CommandUnknownOpts): CommandUnknownOpts {
  return command.parent === null ? command : toProgram(command.parent)
}

function readOwn(): Found {
  const facts = attempt(ownFile, () => statSync(resolve(ownFile), { throwIfNoEntry: false }))
  if (facts === undefined)
    return {
      values: {},
      said: `There is no ${ownFile} in this folder.`,
      todo: (name) => `Write one with the line ${name}=…, or set the variable.`,
    }
  // Password managers offer it as a pipe. A folder of that name is Python's.
  if (facts.isFile() || facts.isFIFO()) return readNamed([ownFile], ownFile)
  const what = `${ownFile} is ${facts.isDirectory() ? 'a folder' : 'not a file'}`
  return {
    values: {},
    said: `${what}.`,
    todo: (name) => `Set ${name}, or write it to another file and pass --env-from.`,
    note: `${what}; no variables were read from it`,
  }
}

/** Of files that set the same variable, the last wins, as with Node's `--env-file`. */
function readNamed(files: readonly string[], place?: string): Found {
  const read = files.map((file) => {
    const named = place ?? `--env-from: ${file}`
    // Not `process.loadEnvFile`: it sets every variable, and reports an unreadable file as missing.
    return attempt(named, () => parseEnv(readText(readFileSync(resolve(file)), named)))
  })
  return {
    values: Object.assign({}, ...read) as NodeJS.Dict<string>,
    said: `${files.join(', ')} ${files.length > 1 ? 'were' : 'was'} read.`,
    todo: (name) => `Add the line ${name}=…, or set the variable.`,
  }
}

function attempt<Result>(place: string, read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw unreadable(place, cause, 'ENV_FILE_UNREADABLE')
  }
}
