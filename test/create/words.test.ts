import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toWord as toWordOfCommand } from '../../packages/cli/src/send/next-step.ts'
import { toEnter, toWord } from '../../packages/create-sallyport/src/to-word.ts'
import { run } from '../support/create/command.ts'

const hasShell = process.platform !== 'win32'

/** Words that a shell would change, or would take for more than a word. */
const words = [
  'my-webhooks',
  'Publish agent',
  'b $(touch pwned)`id`"x',
  "it's $HOME",
  '; touch pwned',
  'a & touch pwned',
  'a|b>pwned',
  'back\\slash',
  '*',
  '!!',
  '#x',
  '{a,b}',
  '$PATH',
  "''",
]

describe.each([
  ['the command', toWordOfCommand],
  ['create-sallyport', (word: string) => toWord(word, 'linux')],
])('a word for a shell, by %s', (_who, write) => {
  it.runIf(hasShell).each(words)('arrives as it is: %s', (word) => {
    const { stdout } = spawnSync('sh', ['-c', `printf %s ${write(word)}`], { encoding: 'utf8', cwd: createFolder() })
    expect(stdout).toBe(word)
  })

  it('is written the same', () => {
    expect(words.map(write)).toEqual(words.map((word) => toWord(word, 'linux')))
  })
})

describe('a word for a shell of Windows', () => {
  it.each([
    [String.raw`C:\my\app`, String.raw`C:\my\app`],
    ['Publish agent', '"Publish agent"'],
    ["it's", `"it's"`],
    ['a & b', '"a & b"'],
    ["$(calc) it's", "'$(calc) it''s'"],
    ['%PATH% ’', "'%PATH% ’’'"],
  ])('is quoted where it must be: %s', (word, written) => {
    expect(toWord(word, 'win32')).toBe(written)
  })
})

describe('the command that enters a folder', () => {
  it.each([
    ['my-app', 'linux', 'cd my-app'],
    ['-', 'linux', 'cd ./-'],
    ['--x y', 'linux', "cd './--x y'"],
    ['-', 'win32', String.raw`cd .\-`],
    ['../a', 'darwin', 'cd ../a'],
  ] as const)('works: %s on %s', (folder, platform, command) => {
    expect(toEnter(folder, platform)).toBe(command)
  })

  it.runIf(hasShell).each(['b $(touch pwned)`id`"x', '-', "it's"])('can be copied into a shell: %s', (name) => {
    const folder = createFolder()
    const { code, stdout } = run(folder, [name, '--yes'])
    const [, enter = ''] = /^ {2}(cd .*) && npm install$/m.exec(stdout) ?? []
    const there = spawnSync('sh', ['-c', `${enter} && ls package.json`], { cwd: folder, encoding: 'utf8' })
    expect({ code, there: there.stdout, made: readdirSync(folder) }).toEqual({
      code: 0,
      there: 'package.json\n',
      made: [name],
    })
  })
})

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-words-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
