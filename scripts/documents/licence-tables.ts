import { listShipped } from '../licences.ts'
import { formatTable } from './format-table.ts'

const section = /^<!-- licences -->\n(?:\n(?:\|.*\|\n)+)?/gm

const head = ['Package', 'Version', 'Licence', 'Comes with']

/** Fills the table of what an installation of Sallyport brings, from what is installed. */
export function fillLicenceTables(text: string): string {
  if (!text.includes('<!-- licences -->')) return text
  const rows = listShipped().map(({ name, version, licence, broughtBy }) => {
    return [`\`${name}\``, version, licence, broughtBy.map((bringer) => `\`${bringer}\``).join(', ')]
  })
  return text.replaceAll(section, `<!-- licences -->\n\n${formatTable([head, ...rows])}`)
}
