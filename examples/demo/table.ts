import { styleText } from 'node:util'
import { isSameAnswer, type Answer } from './delivery.ts'
import type { DemoReport, DemoRow, Judgement } from './run-demo.ts'

type Style = Parameters<typeof styleText>[0]

/** A piece of text, and how it looks where there are colours. */
interface Cell {
  readonly text: string
  readonly style?: Style
  readonly align?: 'right'
  /** A mark before the text, in a style of its own. */
  readonly mark?: { readonly text: string; readonly style: Style }
}

/** A row of cells, or a text across the table. */
type Line = readonly Cell[] | { readonly across: string; readonly style: Style }

/**
 * The table: a row for each delivery with the answer it got, and each server's milliseconds under its name. Servers that
 * answered otherwise get a row of their own, so that an answer is written once and the table stays narrow.
 */
export function renderTable({ servers, groups }: DemoReport): string {
  const names = servers.map((text): Cell => ({ text, style: 'bold', align: 'right' }))
  const titles = ['  delivery', 'outcome', 'answer'].map((text): Cell => ({ text, style: 'bold' }))
  const lines: Line[] = [[...titles, ...names]]
  for (const { title, rows } of groups) {
    lines.push({ across: '', style: 'bold' }, { across: title, style: 'bold' })
    for (const row of rows) lines.push(...renderRow(row))
  }
  return layOut(lines)
}

function renderRow({ name, judgements, notes }: DemoRow): Line[] {
  const shown = notes.map((note): Line => ({ across: clip(`    ${note}`), style: 'dim' }))
  const rows = groupByAnswer(judgements).flatMap((same, index) => {
    const { answer, expected, isRight } = same[0]!
    const isOtherRightAnswer = isRight && index > 0
    const row: Line = [
      { text: isOtherRightAnswer ? '    where headers arrive joined' : `  ${name}` },
      { text: toOutcome(answer), style: isRight ? styleOf(answer) : 'red' },
      { text: toText(answer), style: isRight ? styleOf(answer) : 'red' },
      ...judgements.map((judgement) => (same.includes(judgement) ? toCell(judgement) : { text: '' })),
    ]
    const must = `    wrong: must be ${toOutcome(expected)}, ${toText(expected)}`
    return isRight ? [row] : [row, { across: must, style: 'red' } as const]
  })
  return [...rows, ...shown]
}

const widest = 116

function clip(text: string): string {
  return text.length > widest ? `${text.slice(0, widest)}…` : text.trimEnd()
}

/** What was expected comes first, so that a wrong answer stands below it. */
function groupByAnswer(judgements: readonly Judgement[]): Judgement[][] {
  const groups: Judgement[][] = []
  for (const judgement of judgements.toSorted((left, right) => Number(right.isRight) - Number(left.isRight))) {
    const same = groups.find(([first]) => isSameAnswer(first!.answer, judgement.answer))
    if (same && same[0]!.isRight === judgement.isRight) same.push(judgement)
    else groups.push([judgement])
  }
  return groups
}

function toCell({ isRight, answer: { milliseconds } }: Judgement): Cell {
  return {
    text: milliseconds.toFixed(milliseconds < 100 ? 1 : 0).padStart(5),
    style: 'dim',
    align: 'right',
    mark: isRight ? { text: '✓', style: 'green' } : { text: '✗', style: ['red', 'bold'] },
  }
}

/** An answer in short: the HTTP status, and the code of a refusal or failure, or the digest of what was deployed. */
function toText({ status, result, digest }: Answer): string {
  const isSuccess = status >= 200 && status < 300
  return isSuccess ? [status, digest].join(' ').trimEnd() : `${status || '---'} ${result}`
}

function toOutcome({ status, result }: Answer): string {
  if (status === 0) return 'broken'
  if (status < 300) return result
  return status < 500 ? 'refused' : 'failed'
}

function styleOf({ status, result }: Answer): Style {
  if (status >= 500) return 'magenta'
  if (status >= 400) return 'yellow'
  return result === 'handled' || result === 'deployed' ? 'green' : 'cyan'
}

function layOut(lines: readonly Line[]): string {
  const widths: number[] = []
  for (const line of lines) {
    if ('across' in line) continue
    for (const [column, cell] of line.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(cell))
  }
  const texts = lines.map((line) =>
    'across' in line
      ? styleText(line.style, line.across)
      : line
          .map((cell, column) => paint(cell, widths[column]!))
          .join('  ')
          .trimEnd(),
  )
  return texts.join('\n')
}

function widthOf({ text, mark }: Cell): number {
  return text.length + (mark ? mark.text.length + 1 : 0)
}

// Padded outside the styles: the codes for colours have a length and no width.
function paint(cell: Cell, width: number): string {
  const { text, style, align, mark } = cell
  const padding = ' '.repeat(width - widthOf(cell))
  const painted = `${mark ? `${styleText(mark.style, mark.text)} ` : ''}${style ? styleText(style, text) : text}`
  return align === 'right' ? padding + painted : painted + padding
}
