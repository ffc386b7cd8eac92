import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readManifest, readPackages } from '../../scripts/packages.ts'
import { startContainer } from '../support/containers/container.ts'
import { buildImage } from '../support/containers/image.ts'
import { tarballPath } from '../support/packaging/pack.ts'
import { startServer } from '../support/packaging/start-server.ts'
import {
  createTemporaryProject,
  withoutNpmContext,
  type TemporaryProject,
} from '../support/packaging/temporary-project.ts'

const fileOf = (id: string): string =>
  tarballPath(
    inject('tarballs'),
    readPackages().find((entry) => entry.id === id)!,
  )

// What a newcomer types, with what is published: create, install, test, start, send, and build an image.
describe('npm create sallyport, as it is packed', () => {
  let home: TemporaryProject
  let folder: string
  beforeAll(() => {
    home = createTemporaryProject()
    folder = join(home.folder, 'my-app')
    home.npm('install', '--no-audit', '--no-fund', fileOf('sallyport'), fileOf('create-sallyport'))
    const said = home.npm('create', 'sallyport', 'my-app', '--', '--yes', '--store', 'sqlite')
    expect(said).toContain('\n  cd my-app && npm install\n  npm run dev\n')
    useTarballs()
    expect(run('npm', 'install', '--no-audit', '--no-fund')).toMatchObject({ status: 0 })
  })
  afterAll(() => home?.remove())

  it('passes its own tests and type-checks', () => {
    expect(run('npm', 'test')).toMatchObject({ status: 0, stdout: expect.stringContaining('pass 2\n') })
    expect(run('npm', 'run', 'check')).toMatchObject({ status: 0, stderr: '' })
  })

  it('has the command, which sends it a delivery', async () => {
    const env = readEnv()
    const server = await startServer(process.execPath, 'src/server.ts', folder, env)
    try {
      // The secret is the one in .env; only the port is not.
      process.env['SALLYPORT_TO'] = server.url
      const send = (...flags: string[]) => run('npx', 'sallyport', 'send', 'sonzai', 'on_wakeup_ready', ...flags)
      expect(send()).toMatchObject({ status: 0, stdout: expect.stringMatching(/1 {2}202 accepted/) })
      expect(send('--fault', 'wrong-signature')).toMatchObject({
        stdout: expect.stringContaining('401 SIGNATURE_MISMATCH'),
      })
    } finally {
      delete process.env['SALLYPORT_TO']
      await server.stop()
    }
  })

  it('has a Dockerfile whose steps make a server that stops in order', async () => {
    // The image's user must be able to enter it.
    chmodSync(home.folder, 0o755)
    const image = await buildImage(folder, mkdtempSync(join(home.folder, 'image-')))
    const container = await startContainer(image, readEnv())
    await container.healthy()
    expect((await fetch(`${container.url}/health`)).status).toBe(200)
    expect(await container.end('SIGTERM')).toBe(0)
    // Neither the secrets nor the tests, nor what only development needs.
    expect(readdirSync(image.workFolder).toSorted()).toEqual(['node_modules', 'package.json', 'src'])
    const { devDependencies = {} } = readManifest(image.workFolder)
    const isThere = (name: string): boolean => existsSync(join(image.workFolder, 'node_modules', name))
    expect(Object.keys(devDependencies).filter(isThere)).toEqual([])
  })

  it('tells an old Node what to install, and writes nothing', () => {
    const pretend = 'Object.defineProperty(process,"versions",{value:{...process.versions,node:"22.17.1"}})'
    const main = home.program(join('create-sallyport', 'dist', 'main.js'))
    const args = ['--import', `data:text/javascript,${pretend}`, main, 'other', '--yes']
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: home.folder, encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('Install Node 22.18 or newer') })
    expect(existsSync(join(home.folder, 'other'))).toBe(false)
  })

  /** Depends on the tarballs, because these versions may not be published yet. */
  function useTarballs(): void {
    const path = join(folder, 'package.json')
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, string>>
    manifest['dependencies']!['sallyport'] = `file:${fileOf('sallyport')}`
    // Those of the command too.
    for (const id of ['cli', 'console', 'fleet', 'platforms', 'sandbox'])
      manifest['devDependencies']![`@sallyport/${id}`] = `file:${fileOf(id)}`
    writeFileSync(path, JSON.stringify(manifest, undefined, 2))
  }

  function readEnv(): Record<string, string> {
    const lines = readFileSync(join(folder, '.env'), 'utf8').split('\n')
    const secret = lines.find((line) => line.startsWith('SONZAI_WEBHOOK_SECRET='))!
    return { SONZAI_WEBHOOK_SECRET: secret.slice(secret.indexOf('=') + 1) }
  }

  function run(program: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...withoutNpmContext(process.env),
        PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`,
      },
      timeout: 120_000,
      shell: process.platform === 'win32',
    })
    return { status, stdout, stderr }
  }
})
