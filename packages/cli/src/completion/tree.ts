import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { knownProviders } from '../known-providers.ts'
import { listPlatformEvents, listProviderEvents, type EventsByName } from './known-events.ts'

/** One option of a command. */
export interface CompletionOption {
  readonly names: readonly string[]
  readonly description: string
  readonly takesValue: boolean
  readonly values: readonly string[]
}

/** A command, as completion needs it. */
export interface CompletionNode {
  /** Words after the program's name; empty for the program itself. */
  readonly path: readonly string[]
  readonly description: string
  readonly children: readonly CompletionNode[]
  readonly options: readonly CompletionOption[]
  /** Known values of the first argument. */
  readonly values: readonly string[]
  /** Known values of the second argument, by the first. */
  readonly followUps: readonly (readonly [first: string, values: readonly string[]])[]
  /** Whether an argument may be a file. */
  readonly takesFiles: boolean
}

/** Reads the command tree. */
export async function readTree(program: CommandUnknownOpts): Promise<CompletionNode> {
  return readNode(program, [], [], await listProviderEvents())
}

function readNode(
  command: CommandUnknownOpts,
  path: readonly string[],
  inherited: readonly CompletionOption[],
  events: EventsByName,
): CompletionNode {
  const options = [...command.options.filter(({ hidden }) => !hidden).map(readOption), ...inherited]
  const help =
    path.length === 0
      ? [{ names: ['-h', '--help'], description: 'print this help', takesValue: false, values: [] }]
      : []
  const own = [...options, ...help]
  // Only the program itself takes `--version`, and only its options are those of commands below.
  const shared = path.length === 0 ? own.filter(({ names }) => !names.includes('--version')) : inherited
  const values = readValues(command)
  const followUps = readFollowUps(command, events)
  const known = Number(values.length > 0) + Number(followUps.length > 0)
  return {
    path,
    description: toLine(command.summary() || command.description()),
    children: command.commands.map((child) => readNode(child, [...path, child.name()], shared, events)),
    options: own,
    values,
    followUps,
    takesFiles: command.registeredArguments.length > known,
  }
}

function readOption({ short, long, description, required, optional, argChoices = [] }: Option): CompletionOption {
  const names = [short, long].filter((name): name is string => typeof name === 'string')
  return { names, description: toLine(description), takesValue: required || optional, values: argChoices }
}

function readValues(command: CommandUnknownOpts): readonly string[] {
  const [first] = command.registeredArguments
  if (first?.argChoices) return first.argChoices
  return first?.name() === 'provider' ? Object.keys(knownProviders) : []
}

/** The events of each provider or platform, for a command that takes both. */
function readFollowUps(command: CommandUnknownOpts, byProvider: EventsByName): CompletionNode['followUps'] {
  const [first, second] = command.registeredArguments
  if (second?.name() !== 'event') return []
  const events = first?.name() === 'platform' ? listPlatformEvents(byProvider) : byProvider
  const known = readValues(command)
  return Object.entries(events).filter(([name, types]) => known.includes(name) && types.length > 0)
}

const toLine = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** A node and all below it. */
export function flatten(node: CompletionNode): CompletionNode[] {
  return [node, ...node.children.flatMap(flatten)]
}
