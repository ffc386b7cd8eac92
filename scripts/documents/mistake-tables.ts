import { firstHour, type Slip } from '../../test/support/mistakes/first-hour.ts'
import { mistakes } from '../../test/support/mistakes/index.ts'
import { formatTable } from './format-table.ts'

// A marker with the kind and title of a group, and the table after it.
const section = /^<!-- (mistakes|first hour): (.+) -->\n\n?(?:\|.*\|\n)*/gm

const heads = {
  mistakes: ['You wrote', 'Message', 'What to do'],
  'first hour': ['You', 'What is printed', 'What to do'],
} as const

/** Fills the tables of mistakes from the rows that `test/mistakes.test.ts` and `test/first-hour.test.ts` run. */
export function fillMistakeTables(text: string): string {
  return text.replaceAll(section, (_all, kind: keyof typeof heads, title: string) => {
    const rows = kind === 'mistakes' ? toMistakeRows(title) : firstHour[title]?.map(toSlipRow)
    if (rows === undefined) throw new Error(`There are no mistakes "${title}"`)
    return `<!-- ${kind}: ${title} -->\n\n${formatTable([heads[kind], ...rows])}`
  })
}

function toMistakeRows(title: string): string[][] | undefined {
  return mistakes[title]?.map(([written, , message, instead]) => [toCode(written), toCode(message), instead])
}

function toSlipRow([did, printed, instead]: Slip): string[] {
  return [did, toCode(printed), instead]
}

function toCode(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}
