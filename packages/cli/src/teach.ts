import type { Command } from 'commander'
import { exitCodes, type ExitName } from './exit-codes.ts'

/** What the help of a command says beside its options. */
export interface Lesson {
  /** Command lines without `sallyport`, and what they are for. */
  readonly examples: readonly (readonly [line: string, what: string])[]
  /** Exit codes beside 0 and 2, with their meaning here. */
  readonly exits?: Partial<Record<ExitName, string>>
  /** Further paragraphs. */
  readonly notes?: readonly string[]
}

/** Adds examples and exit codes to the help of a command. */
export function teach(command: Command, { examples, exits = {}, notes = [] }: Lesson): Command {
  const width = Math.max(...examples.map(([line]) => line.length))
  const isNarrow = width > 58
  const lines = examples.map(([line, what]) =>
    isNarrow ? `  # ${what}\n  $ sallyport ${line}` : `  $ sallyport ${line.padEnd(width)}  # ${what}`,
  )
  const meanings: Partial<Record<ExitName, string>> = { ok: exitCodes.ok[1], usage: exitCodes.usage[1], ...exits }
  const codes = (Object.keys(exitCodes) as ExitName[]).flatMap((name) => {
    const meaning = meanings[name]
    return meaning === undefined ? [] : [`  ${String(exitCodes[name][0]).padEnd(3)} ${meaning}`]
  })
  const paragraphs = [...notes, `Examples:\n${lines.join('\n')}`, `Exit codes:\n${codes.join('\n')}`]
  return command.addHelpText('after', `\n${paragraphs.join('\n\n')}`)
}
