import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { diagnosisCauses } from 'sallyport/diagnose'
import { helpOf } from './cli-help/help-of.ts'
import { root } from './run-command.ts'

// Writes into docs/cli.md what the command itself says: its help, and the causes it finds.
const path = join(root, 'docs', 'cli.md')
const text = readFileSync(path, 'utf8')
  .replaceAll(/^```text sallyport (.*)--help\n[\s\S]*?^```$/gm, (_block, words: string) => {
    return `\`\`\`text sallyport ${words}--help\n${helpOf(words.trim().split(' ').filter(Boolean))}\`\`\``
  })
  .replace(/^\| Cause .*\n(?:\|.*\n)+/m, () => {
    const rows = Object.entries(diagnosisCauses).map(([cause, [title]]) => `| \`${cause}\` | ${title} |`)
    return `| Cause | Meaning |\n| --- | --- |\n${rows.join('\n')}\n`
  })
writeFileSync(path, text)
