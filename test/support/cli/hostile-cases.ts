import { createProgram } from '../../../packages/cli/src/program.ts'
import { hostile } from './hostile-text.ts'

type Command = Awaited<ReturnType<typeof createProgram>>

/** A command line that works, with what it ends with; those that serve find their port taken. */
export const bases: Readonly<Record<string, readonly [code: number, ...words: string[]]>> = {
  sandbox: [4, '--port', 'PORT'],
  'sandbox trigger': [4, 'sonzai', 'on_wakeup_ready', '--url', 'URL'],
  listen: [4, '--port', 'PORT', '--no-inbox'],
  send: [0, 'sonzai', 'on_wakeup_ready', '--to', 'URL'],
  verify: [0, 'sonzai', '--request', 'request.http'],
  'bundle inspect': [0, 'agent.zip'],
  'bundle diff': [1, 'agent', 'odd.zip'],
  'bundle check': [1, 'agent.zip', '--runtime'],
  'bundle pack': [0, 'agent', '--out', 'packed.zip', '--force'],
  'bundle extract': [0, 'agent', '--to', 'extracted-NUMBER'],
  'bundle deploy': [0, 'agent', '--root', 'agents'],
  'bundle rollback': [1, '--root', 'agents'],
  'inbox list': [0, '--inbox', 'inbox.db'],
  'inbox show': [0, 'first-', '--inbox', 'inbox.db', '--body'],
  'inbox replay': [0, 'second-', '--inbox', 'inbox.db'],
  'inbox discard': [0, 'third-', '--inbox', 'inbox.db', '--yes'],
  'inbox stats': [0, '--inbox', 'inbox.db'],
  console: [4, '--inbox', 'inbox.db', '--port', 'PORT'],
  watch: [0, '--inbox', 'inbox.db', '--once', '--without', 'space', '--without', 'dead', '--without', 'oldest'],
  'webhooks list': [0, 'sonzai', '--base-url', 'URL'],
  'webhooks ensure': [0, 'sonzai', '--base-url', 'URL', '--event', 'x', '--url', 'https://example.com/x'],
  'webhooks rotate': [0, 'sonzai', 'x', '--base-url', 'URL'],
  'webhooks attempts': [0, 'sonzai', 'x', '--base-url', 'URL', '--data'],
  'webhooks delete': [0, 'sonzai', 'x', '--base-url', 'URL', '--yes'],
  doctor: [0, '--inbox', 'inbox.db'],
  completion: [0, 'bash'],
}
const baseOf = (path: string): readonly string[] => bases[path]!.slice(1) as string[]

const leaves = flatten(await createProgram()).filter(runsItself)

/** A case: what is hostile, and the command line. */
export type Case = readonly [what: string, args: readonly string[], env?: Readonly<Record<string, string>>]

export const works = 'what works'

/** Every argument and every option of a command in turn, and what is not one of them. */
function casesOfLine(command: Command): Case[] {
  const path = pathOf(command)
  const words = path.split(' ')
  const base = baseOf(path)
  const positions = command.registeredArguments.map((_argument, index): Case => {
    const given = [...base]
    given[index] = hostile
    return [`argument ${index + 1}`, [...words, ...given]]
  })
  const global = command.parent?.parent?.options ?? command.parent?.options ?? []
  const options = [...command.options, ...global]
    .filter(({ required, optional }) => required || optional)
    .flatMap(({ long, description }, index): Case[] => [
      [`${long} …`, [...words, ...base, long!, hostile]],
      ...(index > 0 ? [] : [[`${long}=…`, [...words, ...base, `${long}=${hostile}`]] as const]),
      ...(description.includes('file:')
        ? [[`${long} file:…`, [...words, ...base, long!, `file:${hostile}-none`]] as const]
        : []),
    ])
  return [
    [works, [...words, ...base]],
    ...positions,
    ...options,
    ['an unknown option', [...words, ...base, `--${hostile}`]],
    ['one argument more', [...words, ...base, hostile, hostile, hostile]],
  ]
}

/** Hostile contents, by command. */
const contents: Readonly<Record<string, readonly Case[]>> = {
  'bundle inspect': [
    'agent',
    'agent.zip',
    'named',
    'named.zip',
    'odd.zip',
    'payload.json',
    'plain.json',
    `${hostile}.zip`,
  ].map((file) => [file === hostile ? 'a file' : file, ['bundle', 'inspect', file]]),
  'bundle check': [
    ...['policy.json', 'broken-policy.json', 'hosts-policy.json', hostile].map((file): Case => [
      `policy ${file}`,
      ['bundle', 'check', 'agent.zip', '--policy', file],
    ]),
    ['payload', ['bundle', 'check', 'payload.json', '--runtime', '--interrupts', 'tool-names']],
    ['policy in the configuration', ['bundle', 'check', 'agent', '--config', 'values.config.mjs']],
  ],
  'bundle diff': [
    ['both ways', ['bundle', 'diff', 'named', 'agent.zip']],
    ['Markdown', ['bundle', 'diff', 'agent', 'named.zip', '--markdown']],
  ],
  'bundle deploy': [
    ['policy', ['bundle', 'deploy', 'agent', '--root', 'agents', '--config', 'values.config.mjs']],
    ['named', ['bundle', 'deploy', 'named', '--root', `root-${hostile}`, '--name', 'x']],
    ['again', ['bundle', 'deploy', 'agent', '--root', `root-${hostile}`, '--name', 'x', '--agent', 'Agent']],
    ['rolled back', ['bundle', 'rollback', '--root', `root-${hostile}`, '--name', 'x', '--yes']],
  ],
  verify: [
    ['unsigned', ['verify', 'sonzai', '--request', 'unsigned.http']],
    ['hostile', ['verify', 'sonzai', '--request', hostile]],
    ['another sender', ['verify', 'stripe', '--request', 'request.http', '--secret', `file:${hostile}`]],
    ['by a provider of a name', ['verify', hostile, '--request', 'request.http', '--config', 'providers.config.mjs']],
  ],
  'inbox list': [['a page', ['inbox', 'list', '--inbox', 'inbox.db', '--limit', '1']]],
  ...Object.fromEntries(
    ['list', 'ensure', 'rotate', 'attempts', 'delete'].map((name) => [
      `webhooks ${name}`,
      [
        ...['problem', 'text', 'broken'].map((kind): Case => {
          const line = `webhooks ${name}`
          const args = baseOf(line).map((word) => (word === 'URL' ? `URL/as-${kind}` : word))
          return [kind, [...line.split(' '), ...args]]
        }),
        [
          'of Invoratec',
          [
            'webhooks',
            name,
            ...baseOf(`webhooks ${name}`).map((word) =>
              word === 'sonzai' ? 'invoratec' : word === 'URL' ? 'URL/as-claw' : word,
            ),
          ],
        ],
        ['configured', ['webhooks', name, ...baseOf(`webhooks ${name}`).slice(0, 4), '--config', 'values.config.mjs']],
      ] satisfies Case[],
    ]),
  ),
  'webhooks ensure': [
    ['configured', ['webhooks', 'ensure', 'sonzai', '--base-url', 'URL', '--config', 'values.config.mjs']],
    ['extra', ['webhooks', 'ensure', 'sonzai', '--base-url', 'URL', '--config', 'values.config.mjs', '--delete-extra']],
    ['dry', ['webhooks', 'ensure', 'sonzai', '--base-url', 'URL', '--config', 'values.config.mjs', '--dry-run']],
    ['of Invoratec', ['webhooks', 'ensure', 'invoratec', '--base-url', 'URL', '--config', 'values.config.mjs']],
  ],
  doctor: [
    ['providers', ['doctor', '--config', 'providers.config.mjs']],
    ['an inbox', ['doctor', '--config', 'values.config.mjs']],
  ],
  listen: [
    ['providers', ['listen', '--port', 'PORT', '--no-inbox', '--config', 'providers.config.mjs']],
    ['values', ['listen', '--config', 'values.config.mjs']],
  ],
  sandbox: [['values', ['sandbox', '--config', 'values.config.mjs']]],
}

const fails = ['throws', 'coded', 'syntax', 'text', 'odd', 'member', 'importing']

export const cases: readonly (readonly [command: string, cases: readonly Case[]])[] = [
  ...leaves.map(
    (command) => [pathOf(command), [...casesOfLine(command), ...(contents[pathOf(command)] ?? [])]] as const,
  ),
  [
    'the program',
    [
      ['command', [hostile]],
      ['help', ['help', hostile]],
      ['subcommand', ['bundle', hostile]],
      ['help of a subcommand', ['bundle', 'help', hostile]],
      ['option', [`--${hostile}`]],
      ['variables', ['inbox', 'list', '--env-from', 'variables.env']],
      ['variables', ['webhooks', 'list', 'sonzai', '--env-from', 'variables.env'], { SONZAI_API_KEY: '' }],
      ['variables in UTF-16', ['doctor', '--env-from', 'utf16.env']],
      ['no variables', ['doctor', '--env-from', `${hostile}-none`]],
      ['inbox of a scheme', ['inbox', 'list', '--inbox', `x://${hostile}`]],
      ['inbox in PostgreSQL', ['inbox', 'list', '--inbox', `postgres://${hostile}@127.0.0.1:1/x`]],
      ...fails.map((name): Case => [`configuration that ${name}`, ['doctor', '--config', `${name}.config.mjs`]]),
      ['debugging', ['doctor', '--config', 'odd.config.mjs'], { SALLYPORT_DEBUG: '1' }],
      ['debugging', ['inbox', 'list', '--after', hostile, '--inbox', 'inbox.db'], { SALLYPORT_DEBUG: '1' }],
    ],
  ],
]

/** `sandbox` has a subcommand and works without it. */
export function runsItself(command: Command): boolean {
  return command.commands.length === 0 || command.name() === 'sandbox'
}

function flatten(command: Command): Command[] {
  return [command, ...command.commands.flatMap(flatten)]
}

function pathOf(command: Command): string {
  const parent = command.parent
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name()
}
