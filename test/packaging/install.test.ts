import { spawnSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readManifest, readPackages, type WorkspacePackage } from '../../scripts/packages.ts'
import { root } from '../../scripts/run-command.ts'
import { tarballPath } from '../support/packaging/pack.ts'
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
