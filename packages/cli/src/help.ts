import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { exitCodes, type ExitName } from './exit-codes.ts'
import { hang } from './text/wrap.ts'

/** What the help of a command says after its options. */
export interface HelpTexts {
  /** Command lines without `sallyport`, each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[]
  /** Exit codes other than 0 and 2, with their meaning for this command. */
  readonly exits?: Partial<Record<ExitName, string>> | undefined
  /** Further paragraphs. */
  readonly notes?: readonly string[] | undefined
}

/** Adds notes, examples and exit codes to the help of a command. */
export function addHelp(command: CommandUnknownOpts, texts: HelpTexts): CommandUnknownOpts {
  return command.addHelpText('after', ({ error }) => {
    const { getOutHelpWidth, getErrHelpWidth } = command.configureOutput()
    const columns = (error ? getErrHelpWidth : getOutHelpWidth)?.() ?? 80
    const exits = listExits(texts.exits).map(([code, meaning]) =>
      hang(`  ${String(code).padEnd(3)} `, meaning, columns),
    )
    const paragraphs = [
      ...(texts.notes ?? []).map((note) => wrapNote(note, columns)),
      `Examples:\n${describeExamples(texts.examples, columns)}`,
      `Exit codes:\n${exits.join('\n')}`,
    ]
    return `\n${paragraphs.join('\n\n')}`
  })
}

function describeExamples(examples: HelpTexts['examples'], columns: number): string {
  const width = Math.max(...examples.map(([line]) => line.length))
  const lines = examples.map(([line, what]) => `  $ sallyport ${line.padEnd(width)}  # ${what}`)
  if (lines.every(({ length }) => length <= columns)) return lines.join('\n')
  return examples
    .map(([line, what]) => `${hang('  # ', what, columns)}\n${continued(`  $ sallyport ${line}`, columns)}`)
    .join('\n')
}

/** A command line over several, as a shell takes it. */
function continued(line: string, columns: number): string {
  const lines = hang('', line, columns - 2, 6).split('\n')
  return lines.join(' \\\n')
}

/** Lines of a list, such as `name  what it is`, go on below what it is. */
function wrapNote(note: string, columns: number): string {
  const lines = note.split('\n').map((line) => {
    const [label = ''] = /^ +\S+ {2,}/.exec(line) ?? []
    return hang(label, line.slice(label.length), columns)
  })
  return lines.join('\n')
}

function listExits(exits: HelpTexts['exits'] = {}): (readonly [code: number, meaning: string])[] {
  const own: Partial<Record<ExitName, string>> = { ok: exitCodes.ok[1], usage: exitCodes.usage[1], ...exits }
  return (Object.keys(exitCodes) as ExitName[]).flatMap((name) => {
    const meaning = own[name]
    return meaning === undefined ? [] : [[exitCodes[name][0], meaning] as const]
  })
}
