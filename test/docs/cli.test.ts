import { diagnosisCauses } from 'sallyport/diagnose'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../scripts/run-command.ts'
import { exitCodes } from '../../packages/cli/src/exit-codes.ts'
import { knownProviders, starters } from '../../packages/cli/src/known-providers.ts'
import { createProgram } from '../../packages/cli/src/program.ts'
import { helpOf } from '../../scripts/cli-help/help-of.ts'
import { findTable, readBlocks, readDocument } from '../support/docs/markdown.ts'
import { run } from '../support/cli/command.ts'

const text = readDocument('docs/cli.md')
const helps = readBlocks('docs/cli.md').filter(({ flags }) => flags.at(-1) === '--help')
const rowsOf = (head: string): string[][] =>
  findTable(text, head).rows.map((row) => row.map((cell) => cell.replaceAll('`', '')))

describe('docs/cli.md', () => {
  // After a change: `node scripts/run.mjs cli-help`.
  it.each(helps.map(({ flags, code }) => [flags.join(' '), flags.slice(1, -1), code] as const))(
    'shows %s as the command prints it',
    async (_line, words, code) => expect(code).toBe(await helpOf(words)),
  )

  it('shows the help of every command as printed', async () => {
    expect(helps.map(({ flags }) => flags[1])).toEqual(
      (await createProgram()).commands.map((command) => command.name()),
    )
    expect((await run(['verify', '--help'])).stdout).toBe(await helpOf(['verify']))
  })

  it('has every exit code, and no other', () => {
    expect(rowsOf('Exit code')).toEqual(Object.values(exitCodes).map(([code, meaning]) => [String(code), meaning]))
  })

  it('has every cause, and no other', () => {
    expect(rowsOf('Cause')).toEqual(Object.entries(diagnosisCauses).map(([cause, [title]]) => [cause, title]))
  })

  it('has every check of the doctor, and no other', () => {
    const folder = join(root, 'packages', 'cli', 'src')
    const files = [
      ...readdirSync(join(folder, 'doctor')).map((name) => join('doctor', name)),
      join('commands', 'doctor.ts'),
    ]
    const sources = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
    const names = [
      ...sources.matchAll(/(?:\b(?:ok|warning|error|skipped|make)\(|const check = .*\? )\s*'([a-z-]+)'/g),
    ].map(([, name]) => name)
    const documented = rowsOf('Check').map(([name]) => name)
    expect(new Set([...documented, 'secret'])).toEqual(new Set(names))
  })

  it('has the variable of every provider', () => {
    expect(rowsOf('Provider')).toEqual(Object.entries(starters).map(([name, { variable }]) => [name, variable]))
    expect(readDocument('docs/cli.md')).toContain('variable is its name, as `LINEAR_WEBHOOK_SECRET`')
    expect(knownProviders['linear']!.variable).toBe('LINEAR_WEBHOOK_SECRET')
  })
})
