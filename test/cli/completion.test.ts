import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { github } from 'sallyport/providers/github'
import { sonzai } from 'sallyport/providers/sonzai'
import { stripe } from 'sallyport/providers/stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from '../../packages/cli/src/program.ts'
import { flatten, readTree } from '../../packages/cli/src/completion/tree.ts'
import { knownProviders } from '../../packages/cli/src/known-providers.ts'
import { commandLine, temporaryFolder } from '../support/cli/command.ts'

const cleaning: (() => Promise<void>)[] = []
const shells = ['bash', 'zsh', 'fish'] as const
const files: Record<string, string> = {}
const beginning = (events: object, word: string): string[] =>
  Object.keys(events)
    .filter((type) => type.startsWith(word))
    .toSorted()
const githubPulls = beginning(github().events, 'pul')
const stripePayments = beginning(stripe().events, 'invoice.pay')
const tree = await readTree(await createProgram())
let folder: string

beforeAll(async () => {
  folder = await temporaryFolder((work) => cleaning.push(work))
  for (const shell of shells) {
    const [node, ...flags] = commandLine
    const { status, stdout } = spawnSync(node, [...flags, 'completion', shell], { encoding: 'utf8' })
    expect(status).toBe(0)
    files[shell] = join(folder, shell)
    await writeFile(files[shell], stdout)
  }
  for (const name of ['agent.zip', 'captured.http', 'sallyport.config.ts']) await writeFile(join(folder, name), '')
})
afterAll(() => Promise.all(cleaning.map((work) => work())))

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0
for (const shell of shells)
  if (!has(shell)) console.warn(`NOT TESTED: completion of ${shell}, which is not installed here`)

/** Programs that print what a shell offers for lines; their arguments are the script and the lines. "--" ends each answer. */
const offering = {
  bash: [
    '-c',
    `source "$0"; for line; do (COMP_WORDS=($line "\${line##* }"); unset 'COMP_WORDS[-1]'
[[ "$line" == *' ' ]] && COMP_WORDS+=(''); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _sallyport
printf '%s\\n' "\${COMPREPLY[@]}" --); done`,
  ],
  zsh: ['-f', join(import.meta.dirname, '..', 'support', 'cli', 'complete.zsh')],
  fish: ['--no-config', '-c', `source $argv[1]; for line in $argv[2..]; complete -C $line; printf '%s\\n' --; end`],
} satisfies Record<string, string[]>

/** What a shell completes the last word of each line to. */
function offered(shell: (typeof shells)[number], lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const settings = { encoding: 'utf8', cwd: folder, timeout: 60_000 } as const
  const { stdout, stderr } = spawnSync(shell, [...offering[shell], files[shell]!, ...lines], settings)
  expect(stderr).toBe('')
  const answers = stdout.split(/^--\n/m).slice(0, -1)
  expect(answers).toHaveLength(lines.length)
  return new Map(lines.map((line, index) => [line, readOffers(answers[index]!)]))
}

function readOffers(answer: string): string[] {
  const words = answer.split('\n').map((offer) => offer.split('\t')[0]!)
  // zsh says what it inserts: quoted.
  return words.flatMap((word) => (word === '' ? [] : [word.replaceAll('\\', '')])).toSorted()
}

const completed: [line: string, offers: string[]][] = [
  ['sallyport ve', ['verify']],
  ['sallyport bundle ro', ['rollback']],
  ['sallyport --json bundle ro', ['rollback']],
  ['sallyport --config a.ts bundle ro', ['rollback']],
  ['sallyport send st', ['standard-webhooks', 'stripe']],
  ['sallyport verify sonzai --ig', ['--ignore-age']],
  ['sallyport verify sonzai --js', ['--json']],
  ['sallyport inbox list --state d', ['dead', 'done']],
  ['sallyport inbox list --json --state d', ['dead', 'done']],
  ['sallyport bundle inspect agent', ['agent.zip']],
  ['sallyport verify sonzai --request captured', ['captured.http']],
  ['sallyport listen --config sall', ['sallyport.config.ts']],
  ['sallyport inbox captured', []],
  ['sallyport send sonzai on_w', ['on_wakeup_ready']],
  ['sallyport send --times 2 --json sonzai on_w', ['on_wakeup_ready']],
  ['sallyport send github pul', githubPulls],
  ['sallyport send stripe invoice.pay', stripePayments],
  ['sallyport send sonzai on_wakeup_ready captured', []],
  ['sallyport send fleet Pub', ['Publish agent']],
  ['sallyport send sonzai --tim', ['--timeout', '--times']],
  ['sallyport verify st', ['standard-webhooks', 'stripe']],
  ['sallyport sandbox tr', ['trigger']],
  ['sallyport sandbox --all', ['--allow-host']],
  ['sallyport sandbox trigger lang', ['langsmith']],
  ['sallyport sandbox trigger invoratec tool.', ['tool.executed', 'tool.failed']],
  ['sallyport sandbox trigger langsmith com', ['commit']],
  ['sallyport sandbox trigger sonzai on_w', ['on_wakeup_ready']],
  ['sallyport webhooks rotate sonzai on_w', ['on_wakeup_ready']],
]
const everyEvent = 'sallyport send sonzai '
const complete = ['sandbox trigger fleet', 'verify stripe', 'webhooks rotate sonzai on_wakeup_ready']
const parents = flatten(tree).filter(({ children }) => children.length > 0)
const toLine = (words: readonly string[]): string => ['sallyport', ...words, ''].join(' ')

describe.each(shells)('completion in %s', (shell) => {
  let offers: ReadonlyMap<string, readonly string[]>
  beforeAll(() => {
    if (!has(shell)) return
    const lines = [...completed.map(([line]) => line), everyEvent, ...complete.map((line) => toLine([line]))]
    offers = offered(shell, [...new Set([...lines, ...parents.map(({ path }) => toLine(path))])])
  }, 60_000)

  it.runIf(has(shell)).each(completed)('completes "%s" to %j', (line, words) => {
    expect(offers.get(line)).toEqual(words)
  })

  it.runIf(has(shell))('offers every event of a provider', () => {
    const words = offers.get(everyEvent)!.filter((word) => !word.startsWith('-'))
    expect(words).toEqual(Object.keys(sonzai().events).toSorted())
  })

  it.runIf(has(shell)).each(complete)('offers no provider after "%s"', (line) => {
    expect(offers.get(toLine([line]))!.filter((word) => Object.hasOwn(knownProviders, word))).toEqual([])
  })

  it.runIf(has(shell))('completes every command and subcommand', () => {
    for (const { path, children } of parents)
      expect(offers.get(toLine(path))).toEqual(expect.arrayContaining(children.map((child) => child.path.at(-1)!)))
  })

  it.runIf(has(shell))('has a valid script', () => {
    expect(spawnSync(shell, ['-n', files[shell]!], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  })

  it('contains every command and option', async () => {
    const words = new Set((await readFile(files[shell]!, 'utf8')).match(/[\w-]+/g))
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
