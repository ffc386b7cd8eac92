import { once } from 'node:events'
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/cli/command.ts'
import { runHere } from '../support/cli/in-process.ts'

const cleaning: (() => Promise<void>)[] = []
let url: string
let cwd: string

// Takes the port that commands want, and refuses every call of a platform.
const server = createServer((_request, response) => response.writeHead(401).end('{"error":"unknown key"}'))
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await Promise.all(cleaning.map((work) => work()))
})

/** A folder in which a user works: a bundle, and files that commands could change. */
beforeEach(async () => {
  cwd = await temporaryFolder((work) => cleaning.push(work))
  const files = {
    'agent/AGENTS.md': '# Agent\n',
    'broken.zip': 'PK no archive',
    'dev.env': 'OTHER=1',
    'full.env': 'SONZAI_API_KEY=sk_x\n',
    'state.json': '{"version":1,"note":"of another program"}',
    'notes.txt': 'no database\n',
    'broken.mjs': 'export default { listenn: {} }\n',
    'policy.mjs': `export default { policy: { require: ['nothing-like-this.md'] , maxFiles: 0 } }\n`,
    'store.json': '{ "version": 1, "secrets": {} }',
    'packed.zip': 'what was there',
  }
  await mkdir(join(cwd, 'agent'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text, { mode: 0o600 })
  await symlink('notes.txt', join(cwd, 'link'))
})

/** Every path below a folder, with its content. */
async function list(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const name of (await readdir(folder, { recursive: true })).toSorted()) {
    const facts = await lstat(join(folder, name))
    found[name] = facts.isFile()
      ? await readFile(join(folder, name), 'latin1')
      : facts.isDirectory()
        ? 'folder'
        : 'link'
  }
  return found
}

const everything = '--make-secrets new.env --record a/captures --inbox b/c/events.db'

describe('a failed start', () => {
  it.each<[code: number, line: string, env?: Record<string, string>]>([
    [4, `listen --port PORT ${everything}`],
    [4, 'listen --port PORT --make-secrets dev.env'],
    [4, 'listen --port PORT', { SONZAI_WEBHOOK_SECRET: 'whsec_0123456789abcdefghijklmnop' }],
    [4, `listen --host 203.0.113.1 --port 0 ${everything}`],
    [3, `listen --port 0 --record captures`],
    [3, `listen --port 0 ${everything} --config broken.mjs`],
    [4, `listen --port 0 ${everything} --config none.mjs`],
    [3, 'listen --port 0 --record captures', { STRIPE_WEBHOOK_SECRET: '"quoted"' }],
    [4, `listen --port 0 --make-secrets new.env --record captures --inbox notes.txt`],
    [4, `listen --port 0 --make-secrets dev.env --record captures --inbox notes.txt`],
    [4, `listen --port 0 --make-secrets dev.env --record captures --inbox notes.txt/events.db`],
    [4, `listen --port 0 --make-secrets none/new.env --record a/captures --inbox b/events.db`],
    [4, `listen --port 0 --make-secrets agent --record a/captures --inbox b/events.db`],
    [4, `listen --port 0 --make-secrets new.env --record notes.txt/captures --inbox b/events.db`],
    [4, `listen --port 0 --make-secrets new.env --record captures --secrets none.json --inbox redis://127.0.0.1:9`],
    [4, `listen --port 0 --make-secrets new.env --secrets notes.txt --record captures`],
    [3, `listen --port 0 ${everything.replace('b/c/events.db', 'mysql://x')}`],
    [2, `listen --port 70000 ${everything}`],
    [4, 'sandbox --port PORT --state new.json'],
    [4, 'sandbox --host 203.0.113.1 --port 0 --state new.json'],
    [4, 'sandbox --port 0 --state state.json'],
    [4, 'sandbox --port 0 --state none/new.json'],
    [4, 'sandbox --port 0 --state agent'],
    [3, 'sandbox --config broken.mjs --state new.json'],
    [1, 'bundle pack broken.zip --out new.zip'],
    [4, 'bundle pack none --out new.zip'],
    [1, 'bundle pack agent --out packed.zip'],
    [1, 'bundle pack broken.zip --out packed.zip --force'],
    [4, 'bundle pack agent --out none/new.zip'],
    [4, 'bundle pack agent --out agent --force'],
    [1, 'bundle extract broken.zip --to new'],
    [1, 'bundle extract agent --to agent'],
    [1, 'bundle extract agent --to none/new'],
    [1, 'bundle deploy broken.zip --root agents'],
    [4, 'bundle deploy none --root agents --name x'],
    [3, 'bundle deploy agent --root agents --config broken.mjs'],
    [3, 'bundle deploy agent --root agents --config policy.mjs'],
    [1, 'bundle deploy agent --root agents --name a/b'],
    [1, 'bundle deploy agent --root agents'],
    [1, 'bundle deploy agent --root notes.txt --name x'],
    [4, 'bundle rollback --root agents --yes'],
    [4, 'bundle rollback --root agents --name x --yes'],
    [3, 'webhooks ensure sonzai --event x --url https://example.com/x'],
    [3, 'webhooks ensure sonzai --event x --url https://example.com/x --base-url URL', { SONZAI_API_KEY: 'sk_x' }],
    [
      3,
      'webhooks ensure sonzai --event x --url https://example.com/x --base-url URL --secrets a/s.json --env-from full.env',
    ],
    [3, 'webhooks ensure invoratec --event x --url https://example.com/x --base-url URL', { INVORATEC_API_KEY: 'k' }],
    [3, 'webhooks ensure sonzai --base-url URL --env-from full.env'],
    [3, 'webhooks rotate sonzai x --base-url URL --secrets a/s.json --env-from full.env'],
    [3, 'webhooks rotate sonzai x --base-url URL --env-from full.env'],
    [3, 'webhooks rotate invoratec x --base-url URL', { INVORATEC_API_KEY: 'k' }],
    [4, 'webhooks rotate sonzai x --base-url URL --secrets notes.txt --env-from full.env'],
    [3, 'webhooks delete sonzai x --yes --base-url URL --env-from full.env'],
    [4, 'inbox list'],
    [4, 'inbox list --inbox a/none.db'],
    [4, 'inbox stats --inbox notes.txt'],
    [4, 'inbox replay --all --inbox notes.txt'],
    [4, 'inbox discard abcdef --yes --inbox none.db'],
    [2, 'send sonzai x --to URL'],
    [3, 'send sonzai on_wakeup_ready --to URL'],
    [3, 'verify sonzai --request none.http'],
    [1, 'doctor --inbox notes.txt'],
    [1, 'doctor --inbox a/none.db'],
    [3, 'doctor --config broken.mjs'],
  ])('ends with %i and leaves no file behind: %s', async (code, line, env = {}) => {
    const before = await list(cwd)
    const port = new URL(url).port
    const args = line.split(' ').map((word) => (word === 'PORT' ? port : word === 'URL' ? url : word))
    const { stdout, stderr, ...ending } = await runHere(args, { cwd, env })
    expect({ ...ending, text: stdout + stderr }).toEqual({ code, text: stdout + stderr })
    expect(await list(cwd)).toEqual(before)
  })
})
