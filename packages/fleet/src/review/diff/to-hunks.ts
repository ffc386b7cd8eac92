import type { EqualRun } from './compare-lines.ts'
import type { LineHunk } from './text-change.ts'

/** What is around equal lines, with some of them before and after. @param before lines with their line feeds */
export function toHunks(
  before: readonly string[],
  after: readonly string[],
  runs: readonly EqualRun[],
  context: number,
): LineHunk[] {
  const hunks: LineHunk[] = []
  let lines: string[] | undefined
  let last: EqualRun = { before: 0, after: 0, length: 0 }
  for (const run of [...runs, { before: before.length, after: after.length, length: 0 }]) {
    const [from, to] = [last.before + last.length, last.after + last.length]
    const isChange = run.before > from || run.after > to
    if (isChange && lines === undefined) {
      const shown = Math.min(context, last.length)
      lines = before.slice(from - shown, from).flatMap((line) => mark(' ', line))
      hunks.push({ before: from - shown + 1, after: to - shown + 1, lines })
    }
    if (isChange) {
      for (let index = from; index < run.before; index++) lines!.push(...mark('-', before[index]!))
      for (let index = to; index < run.after; index++) lines!.push(...mark('+', after[index]!))
    }
    const isEnd = run.before + run.length === before.length && run.after + run.length === after.length
    const isShort = !isEnd && run.length <= 2 * context
    const following = before.slice(run.before, run.before + (isShort ? run.length : Math.min(context, run.length)))
    if (lines) for (const line of following) lines.push(...mark(' ', line))
    if (!isShort) lines = undefined
    last = run
  }
  return hunks
}

function mark(sign: string, line: string): string[] {
  return line.endsWith('\n') ? [sign + line.slice(0, -1)] : [sign + line, String.raw`\ No newline at end of file`]
}
