import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readManifest, readPackages, type WorkspacePackage } from '../../scripts/packages.ts'
import { root } from '../../scripts/run-command.ts'
import { tarballPath } from '../support/packaging/pack.ts'
import { startServer } from '../support/packaging/start-server.ts'
import { createTemporaryProject, type TemporaryProject } from '../support/packaging/temporary-project.ts'

const secret = 'whsec_00112233445566778899aabbccddeeff'

describe('a project with every package installed', () => {
  let project: TemporaryProject

  beforeAll(() => {
    project = createTemporaryProject()
    const tarballs = readPackages().map((entry) => tarballPath(inject('tarballs'), entry))
    const { fastify, koa, express, vitest } = readManifest(root).devDependencies ?? {}
    const frameworks = [`express@${express}`, `koa@${koa}`, `fastify@${fastify}`, `vitest@${vitest}`]
    project.npm('install', '--no-audit', '--no-fund', ...tarballs, ...frameworks)
  })
  afterAll(() => project?.remove())

  it('runs the sallyport command, with a configuration in TypeScript', () => {
    project.write(
      'sallyport.config.ts',
      `import { defineConfig } from '@sallyport/cli'
       export default defineConfig({ providers: { sonzai: { secret: 'env:PACKED_SECRET', toleranceMs: 60_000 } } })`,
    )
    expect(run('--version')).toMatchObject({
      status: 0,
      stdout: `${readManifest(join(root, 'packages', 'cli')).version}\n`,
    })
    const { status, stdout } = run('doctor', '--json')
    expect({ status, stdout: JSON.parse(stdout) as unknown }).toMatchObject({
      status: 0,
      stdout: { ok: true, errors: 0 },
    })
    expect(stdout).toContain('"60 s"')
    expect(stdout).not.toContain(secret)
  })

  it('loads every entry point', () => {
    project.write('entries.js', loadEntries(readPackages()))
    const { stderr, status } = spawnSync(process.execPath, ['entries.js'], { cwd: project.folder, encoding: 'utf8' })
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  })

  it('serves the console: page, script and style', async () => {
    project.write(
      'console.js',
      `import { createServer } from 'node:http'
       import { createConsole } from '@sallyport/console'
       import { mount } from '@sallyport/console/node'
       import { createInbox, createSqliteEngine } from 'sallyport/inbox'
       const inbox = createInbox({ engine: createSqliteEngine({ path: 'events.db' }) })
       const handler = createConsole({ inbox, authorize: () => 'view' })
       createServer(mount(handler)).listen(Number(process.env.PORT), '127.0.0.1')`,
    )
    const server = await startServer(process.execPath, 'console.js', project.folder, {})
    try {
      const [style, script] = await readLinked(server.url, '/events')
      expect(script).toMatchObject({ status: 200, type: 'text/javascript; charset=utf-8' })
      expect(script?.text).toContain('sallyport-base')
      expect(style).toMatchObject({ status: 200, type: 'text/css; charset=utf-8' })
      expect(style?.text).toContain('light-dark(')
    } finally {
      await server.stop()
    }
    // What bundles the pages is needed by their authors only.
    expect(existsSync(project.program('esbuild'))).toBe(false)
  })

  it('serves the pages of the sandbox with their style', async () => {
    project.write(
      'sandbox.js',
      `import { createSandbox } from '@sallyport/sandbox'
       await createSandbox({ port: Number(process.env.PORT) })`,
    )
    const server = await startServer(process.execPath, 'sandbox.js', project.folder, {})
    try {
      const [style, script] = await readLinked(server.url, '/sonzai')
      expect(script).toMatchObject({ status: 200, type: 'text/javascript; charset=utf-8' })
      expect(style).toMatchObject({ status: 200, type: 'text/css; charset=utf-8' })
      // Of the console's, and its own.
      expect(style?.text).toContain('light-dark(')
      expect(style?.text).toContain(readFileSync(join(root, 'packages', 'sandbox', 'client', 'sandbox.css'), 'utf8'))
    } finally {
      await server.stop()
    }
  })

  function run(...args: string[]): { status: number | null; stdout: string } {
    const isWindows = process.platform === 'win32'
    return spawnSync(project.program(join('.bin', isWindows ? 'sallyport.cmd' : 'sallyport')), args, {
      cwd: project.folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        PACKED_SECRET: secret,
        PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`,
      },
      shell: isWindows,
    })
  }
})

interface LinkedFile {
  readonly status: number
  readonly type: string | null
  readonly text: string
}

/** Reads the style sheet and the script that a page links. */
async function readLinked(url: string, path: string): Promise<readonly LinkedFile[]> {
  const page = await (await fetch(new URL(path, url))).text()
  const [, style] = /<link rel="stylesheet" href="([^"]+)"/.exec(page) ?? []
  const [, script] = /<script type="module" src="([^"]+)"/.exec(page) ?? []
  if (style === undefined || script === undefined) throw new Error(`no style sheet or script is linked:\n${page}`)
  return Promise.all([style, script].map((file) => readText(new URL(file, url))))
}

async function readText(url: URL): Promise<LinkedFile> {
  const answer = await fetch(url)
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
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
