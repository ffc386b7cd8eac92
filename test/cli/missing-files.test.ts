import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from '../../packages/cli/src/program.ts'
import { temporaryFolder } from '../support/cli/command.ts'
import { runHere } from '../support/cli/in-process.ts'

const secret = 'whsec_a-secret-that-is-long-enough'
const env = { SONZAI_WEBHOOK_SECRET: secret, SONZAI_API_KEY: 'sk_key' }
const removals: (() => Promise<void>)[] = []
let folder: string
let socket: Server

beforeAll(async () => {
  folder = await temporaryFolder((remove) => removals.push(remove))
  const { headers, body } = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })
  const head = [...headers].map(([name, value]) => `${name}: ${value}\n`).join('')
  await writeFile(join(folder, 'good.http'), `POST / HTTP/1.1\n${head}\n${Buffer.from(body).toString()}`)
  await mkdir(join(folder, 'agent'))
  await writeFile(join(folder, 'agent', 'AGENTS.md'), '# Agent')
  await mkdir(join(folder, 'a-folder'))
  // Root reads every file, but nobody opens a socket as one.
  socket = createServer().listen(join(folder, 'a-socket'))
})
afterAll(async () => {
  socket.close()
  await Promise.all(removals.map((remove) => remove()))
})

const port = ['--port', '0']
const bundle = ['missing', 'a-socket'] as const
const file = ['missing', 'a-folder', 'a-socket'] as const
const request = ['verify', 'sonzai', '--request', 'good.http']
const rotate = ['webhooks', 'rotate', 'sonzai', 'x', '--base-url', 'http://127.0.0.1:9']

/** Every option and argument that reads a file or folder; FILE is what is missing or not what it should be. */
const cases: readonly (readonly [what: string, line: readonly string[], wrong: readonly string[]])[] = [
  ['--config', ['doctor', '--config', 'FILE'], file],
  ['--env-from', ['doctor', '--env-from', 'FILE'], file],
  ['verify --request', ['verify', 'sonzai', '--request', 'FILE'], file],
  ['verify --also', [...request, '--also', 'FILE'], file],
  ['verify --secret', [...request, '--secret', 'file:FILE'], file],
  ['send --data', ['send', 'sonzai', 'on_wakeup_ready', '--to', 'http://127.0.0.1:9', '--data', 'FILE'], file],
  ['send --replay', ['send', '--replay', 'FILE', '--to', 'http://127.0.0.1:9'], file],
  ['send --secret', ['send', 'sonzai', 'on_wakeup_ready', '--to', 'http://127.0.0.1:9', '--secret', 'file:FILE'], file],
  ['listen --secrets', ['listen', ...port, '--no-inbox', '--secrets', 'FILE'], ['a-folder']],
  ['bundle inspect <bundle...>', ['bundle', 'inspect', 'FILE'], bundle],
  ['bundle diff <before>', ['bundle', 'diff', 'FILE', 'agent'], bundle],
  ['bundle diff <after>', ['bundle', 'diff', 'agent', 'FILE'], bundle],
  ['bundle check <bundle>', ['bundle', 'check', 'FILE'], bundle],
  ['bundle check --policy', ['bundle', 'check', 'agent', '--policy', 'FILE'], file],
  ['bundle pack <bundle>', ['bundle', 'pack', 'FILE', '--out', 'x.zip'], bundle],
  ['bundle extract <bundle>', ['bundle', 'extract', 'FILE', '--to', 'x'], bundle],
  ['bundle deploy <bundle>', ['bundle', 'deploy', 'FILE', '--root', 'x'], bundle],
  ['bundle rollback --root', ['bundle', 'rollback', '--root', 'FILE', '--yes'], ['missing', 'good.http']],
  ['inbox list --inbox', ['inbox', 'list', '--inbox', 'FILE'], file],
  ['inbox stats --inbox', ['inbox', 'stats', '--inbox', 'FILE'], file],
  ['inbox show --inbox', ['inbox', 'show', 'abcdef', '--inbox', 'FILE'], file],
  ['inbox replay --inbox', ['inbox', 'replay', '--all', '--inbox', 'FILE'], file],
  ['inbox discard --inbox', ['inbox', 'discard', '--all', '--yes', '--inbox', 'FILE'], file],
  ['console --inbox', ['console', ...port, '--inbox', 'FILE'], file],
  ['watch --inbox', ['watch', '--once', '--inbox', 'FILE'], file],
  ['watch --slack', ['watch', '--once', '--slack', 'file:FILE'], file],
  [
    'watch --webhook-secret',
    ['watch', '--once', '--webhook', 'http://127.0.0.1:9', '--webhook-secret', 'file:FILE'],
    file,
  ],
  ['webhooks list --api-key', ['webhooks', 'list', 'sonzai', '--api-key', 'file:FILE'], file],
  ['webhooks ensure --api-key', ['webhooks', 'ensure', 'sonzai', '--api-key', 'file:FILE'], file],
  ['webhooks rotate --api-key', ['webhooks', 'rotate', 'sonzai', 'x', '--api-key', 'file:FILE'], file],
  ['webhooks attempts --api-key', ['webhooks', 'attempts', 'sonzai', 'x', '--api-key', 'file:FILE'], file],
  ['webhooks delete --api-key', ['webhooks', 'delete', 'sonzai', 'x', '--yes', '--api-key', 'file:FILE'], file],
  ['webhooks rotate --secrets', [...rotate, '--secrets', 'FILE'], ['a-folder']],
]

/** Options that write, or that may name what is not there yet. */
const exempt: Readonly<Record<string, string>> = {
  'inbox list --after': 'is a place in the listing',
  'sandbox --state': 'is created',
  'sandbox --agents': 'may appear later; a note says that it is missing',
  'sandbox --skills': 'may appear later; a note says that it is missing',
  'console --agents': 'may appear later; a note says that it is missing',
  'listen --inbox': 'is created',
  'listen --deploy': 'is created',
  'listen --record': 'is created',
  'listen --make-secrets': 'is created',
  'bundle pack --out': 'is created',
  'bundle extract --to': 'is created',
  'bundle deploy --root': 'is created',
  'webhooks ensure --secrets': 'is created',
  'doctor --inbox': 'is a finding',
}

describe('a missing or unreadable file', () => {
  it.each(cases)('ends with 4 for %s', async (_what, line, wrong) => {
    for (const name of wrong)
      for (const form of [[], ['--json']]) {
        const args = [...line.map((word) => word.replace('FILE', name)), ...form]
        const { code, stdout, stderr } = await runHere(args, { cwd: folder, env })
        expect({ args, code }).toEqual({ args, code: 4 })
        expect({ args, text: stdout + stderr }).toEqual({ args, text: expect.stringContaining(name) })
        if (form.length > 0) expect(JSON.parse(stdout.trimEnd().split('\n').at(-1)!)).toMatchObject({ ok: false })
      }
  })

  it('is tested for every option and argument that names one', async () => {
    const known = new Set([...cases.map(([what]) => what), ...Object.keys(exempt)])
    const found = (await listPlaces()).filter((place) => !known.has(place))
    expect(found).toEqual([])
  })
})

async function listPlaces(): Promise<string[]> {
  const program = await createProgram()
  const places = (command: typeof program, path: string): string[] => [
    ...command.commands.flatMap((each) => places(each, `${path} ${each.name()}`.trim())),
    ...command.options
      .filter(({ flags }) => /<(?:file|folder|place)(?:\.{3})?>/.test(flags))
      .map(({ long }) => `${path} ${long}`.trim()),
    ...command.registeredArguments
      .filter((argument) => /bundle|before|after/.test(argument.name()))
      .map((argument) => `${path} <${argument.name()}${argument.variadic ? '...' : ''}>`),
  ]
  return places(program, '')
}
