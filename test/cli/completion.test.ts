import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProgram } from '../../packages/cli/src/program.ts'
import { flatten, readTree } from '../../packages/cli/src/completion/tree.ts'
import { commandLine, run, temporaryFolder } from './command.ts'

const cleaning: (() => Promise<void>)[] = []
const shells = ['bash', 'zsh', 'fish'] as const
const files: Record<string, string> = {}
const tree = readTree(createProgram())

beforeAll(async () => {
  const folder = await temporaryFolder((work) => cleaning.push(work))
  for (const shell of shells) {
    const [node, ...flags] = commandLine
    const { status, stdout } = spawnSync(node, [...flags, 'completion', shell], { encoding: 'utf8' })
    expect(status).toBe(0)
    files[shell] = join(folder, shell)
    await writeFile(files[shell], stdout)
  }
})
afterAll(() => Promise.all(cleaning.map((work) => work())))

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0
for (const shell of shells)
  if (!has(shell)) console.warn(`NOT TESTED: completion of ${shell}, which is not installed here`)

/** What bash offers after the words of a line; the last is the one that is typed. */
function complete(...words: string[]): string[] {
  const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sallyport; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', files['bash']!, 'sallyport', ...words], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return stdout.split('\n').filter((line) => line !== '')
}

describe.runIf(has('bash'))('bash', () => {
  test('offers commands, subcommands, providers and options', () => {
    expect(complete('')).toEqual(expect.arrayContaining(['listen', 'send', 'verify', 'bundle', '--json']))
    expect(complete('ve')).toEqual(['verify'])
    expect(complete('bundle', '')).toEqual(expect.arrayContaining(['inspect', 'rollback']))
    expect(complete('bundle', 'ro')).toEqual(['rollback'])
    expect(complete('send', 'st')).toEqual(['stripe', 'standard-webhooks'])
    expect(complete('verify', 'sonzai', '--ig')).toEqual(['--ignore-age'])
    expect(complete('inbox', 'list', '--state', 'd')).toEqual(['done', 'dead'])
    expect(complete('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']))
  })
})

describe.each(shells)('%s', (shell) => {
  test.runIf(has(shell))('reads its script', () => {
    expect(spawnSync(shell, ['-n', files[shell]!], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  })

  test('knows every command and every option', async () => {
    const { stdout } = await run(['completion', shell])
    const words = new Set(stdout.match(/[\w-]+/g))
    for (const node of flatten(tree)) {
      const wanted = [
        ...node.path,
        ...node.options.flatMap(({ names }) =>
          names.map((name) => (shell === 'fish' ? name.replace(/^-+/, '') : name)),
        ),
      ]
      expect(wanted.filter((word) => !words.has(word))).toEqual([])
    }
  })
})
