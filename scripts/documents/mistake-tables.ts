import { mistakes } from '../../test/support/mistakes/index.ts'
import { formatTable } from './format-table.ts'

// A marker with the title of a group, and the table after it.
const section = /^<!-- mistakes: (.+) -->\n\n?(?:\|.*\|\n)*/gm

const head = ['You wrote', 'Message', 'What to do']

/** Fills the tables of mistakes from the rows that `test/mistakes.test.ts` runs. */
export function fillMistakeTables(text: string): string {
  return text.replaceAll(section, (_all, title: string) => {
    const rows = mistakes[title]
    if (rows === undefined) throw new Error(`There are no mistakes "${title}"`)
    const cells = rows.map(([written, , message, instead]) => [toCode(written), toCode(message), instead])
    return `<!-- mistakes: ${title} -->\n\n${formatTable([head, ...cells])}`
  })
}

function toCode(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}
