import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { didYouMean, toVisible } from 'sallyport/provider'
import { senders, type Sender } from './catalogue.ts'
import { frameworks, languages, stores, type Answers } from './choices.ts'
import { UsageError } from './usage-error.ts'

/** A command line, with the answers it gives. */
export interface Arguments {
  readonly answers: Partial<Answers>
  /** Takes the default of everything else, without asking. */
  readonly yes: boolean
  readonly help: boolean
  readonly version: boolean
}

const options = {
  framework: { type: 'string' },
  senders: { type: 'string' },
  store: { type: 'string' },
  language: { type: 'string' },
  install: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

type OptionName = keyof typeof options

/** Reads the command line. @throws UsageError naming the flag and the nearest known one */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    allowNegative: true,
    tokens: true,
  })
  for (const token of tokens) if (token.kind === 'option') checkOption(token)
  if (positionals.length > 1)
    throw new UsageError(`there are two folders: ${positionals.slice(0, 2).map(show).join(', ')}; pass one`)
  const [folder] = positionals
  const given = values as {
    readonly [Name in OptionName]?: (typeof options)[Name]['type'] extends 'string' ? string : boolean
  }
  return {
    answers: {
      ...(folder !== undefined && { folder: checkFolder(folder) }),
      ...(given.framework !== undefined && { framework: pick('--framework', given.framework, frameworks) }),
      ...(given.senders !== undefined && { senders: pickSenders(given.senders) }),
      ...(given.store !== undefined && { store: pick('--store', given.store, stores) }),
      ...(given.language !== undefined && { language: pick('--language', given.language, languages) }),
      ...(given.install !== undefined && { install: given.install }),
    },
    yes: given.yes ?? false,
    help: given.help ?? false,
    version: given.version ?? false,
  }
}

/** @throws UsageError for a name that no folder should have */
export function checkFolder(folder: string): string {
  if (folder.trim() === '') throw new UsageError('the folder has no name; pass one, such as my-webhooks')
  if (toVisible(folder) !== folder)
    throw new UsageError(`the folder's name ${show(folder)} has invisible or control characters; pass another`)
  if (folder.startsWith('~'))
    throw new UsageError(`the folder ${show(folder)} begins with ~, which only a shell replaces; ${insteadOf(folder)}`)
  return folder
}

/** What to type where the home folder is meant. */
function insteadOf(folder: string): string {
  const rest = /^~(?:[/\\](.*))?$/.exec(folder)
  return rest ? `type ${show(join(homedir(), rest[1] ?? ''))}` : 'type its whole path, or put ./ before it'
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value?: string | undefined
}

function checkOption({ name, rawName, value }: OptionToken): void {
  const isNegated = rawName === `--no-${name}`
  const known = Object.hasOwn(options, name) ? options[name as OptionName].type : undefined
  const flags = [...Object.keys(options), 'no-install'].map((flag) => `--${flag}`)
  if (known === undefined || (isNegated && name !== 'install'))
    throw new UsageError(`unknown option ${show(rawName)}. ${didYouMean(rawName, flags)}`)
  if (known === 'string' && (value === undefined || value === ''))
    throw new UsageError(`${rawName} needs a value, as in ${rawName} ${exampleOf(name)}`)
  if (known === 'boolean' && value !== undefined) throw new UsageError(`${rawName} takes no value; leave it out`)
}

function exampleOf(name: string): string {
  const examples: Readonly<Record<string, string>> = { framework: 'express', store: 'sqlite', language: 'typescript' }
  return examples[name] ?? senders[0]!.name
}

function pick<Name extends string>(flag: string, value: string, choices: Readonly<Record<Name, unknown>>): Name {
  if (Object.hasOwn(choices, value)) return value as Name
  throw new UsageError(`${flag} has no ${show(value)}. ${didYouMean(value, Object.keys(choices))}`)
}

function pickSenders(list: string): Sender[] {
  const names = [...new Set(list.split(',').map((name) => name.trim()))]
  return names.map((name) => {
    const found = senders.find((sender) => sender.name === name)
    if (found) return found
    throw new UsageError(
      `--senders has no ${show(name)}. ${didYouMean(
        name,
        senders.map((sender) => sender.name),
      )}`,
    )
  })
}

const show = (text: string): string => `"${toVisible(text)}"`
