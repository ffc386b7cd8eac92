import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes } from '../packages/cli/src/exit-codes.ts'
import { diagnosisCauses } from 'sallyport/diagnose'
import { helpOf } from './cli-help/help-of.ts'
import { root } from './run-command.ts'

// Copies from the command to docs/cli.md: its help, its exit codes, and the causes `verify` finds.
const path = join(root, 'docs', 'cli.md')
const before = readFileSync(path, 'utf8')
const blocks = /^```text sallyport (.*)--help\n[\s\S]*?^```$/gm
const lines = [...before.matchAll(blocks)].map(([, words = '']) => words)
const helps = new Map<string, string>()
for (const words of lines) helps.set(words, await helpOf(words.trim().split(' ').filter(Boolean)))
const text = before
  .replaceAll(blocks, (_block, words: string) => `\`\`\`text sallyport ${words}--help\n${helps.get(words)}\`\`\``)
  .replace(/^\| Exit code .*\n(?:\|.*\n)+/m, () => {
    const rows = Object.values(exitCodes).map(([code, meaning]) => `| ${code} | ${meaning} |`)
    return `| Exit code | Meaning |\n| --- | --- |\n${rows.join('\n')}\n`
  })
  .replace(/^\| Cause .*\n(?:\|.*\n)+/m, () => {
    const rows = Object.entries(diagnosisCauses).map(([cause, [title]]) => `| \`${cause}\` | ${title} |`)
    return `| Cause | Meaning |\n| --- | --- |\n${rows.join('\n')}\n`
  })
writeFileSync(path, text)
