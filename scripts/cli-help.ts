import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes } from '../packages/cli/src/exit-codes.ts'
import { diagnosisCauses } from 'sallyport/diagnose'
import { helpOf } from './cli-help/help-of.ts'
import { root } from './run-command.ts'

// Copies from the command to docs/cli.md: its help, its exit codes, and the causes `verify` finds.
const path = join(root, 'docs', 'cli.md')
const text = readFileSync(path, 'utf8')
  .replaceAll(/^```text sallyport (.*)--help\n[\s\S]*?^```$/gm, (_block, words: string) => {
    return `\`\`\`text sallyport ${words}--help\n${helpOf(words.trim().split(' ').filter(Boolean))}\`\`\``
  })
  .replace(/^\| Exit code .*\n(?:\|.*\n)+/m, () => {
    const rows = Object.values(exitCodes).map(([code, meaning]) => `| ${code} | ${meaning} |`)
    return `| Exit code | Meaning |\n| --- | --- |\n${rows.join('\n')}\n`
  })
  .replace(/^\| Cause .*\n(?:\|.*\n)+/m, () => {
    const rows = Object.entries(diagnosisCauses).map(([cause, [title]]) => `| \`${cause}\` | ${title} |`)
    return `| Cause | Meaning |\n| --- | --- |\n${rows.join('\n')}\n`
  })
writeFileSync(path, text)
