import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readManifest, readPackages } from '../../scripts/packages.ts'
import { root } from '../../scripts/run-command.ts'
import { tarballPath } from './pack.ts'

/** An empty project of a user, outside the workspace. */
export interface TemporaryProject {
  readonly folder: string
  write(file: string, text: string): void
  remove(): void
}

/** Makes a project and installs the tarballs with plain npm, along with the named root dependencies at our versions. */
export function createTemporaryProject(
  tarballs: string,
  dependencies: readonly string[],
  extra: Readonly<Record<string, string>>,
): TemporaryProject {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-user-'))
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
  const versions = readManifest(root).devDependencies ?? {}
  const pinned = dependencies.map((name) => [name, versions[name]])
  const packed = readPackages().map((entry) => [entry.manifest.name, `file:${tarballPath(tarballs, entry)}`])
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { ...Object.fromEntries([...pinned, ...packed]), ...extra },
  }
  write('package.json', JSON.stringify(manifest, null, 2))
  execFileSync('npm', ['install', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: withoutNpmContext(process.env),
    shell: process.platform === 'win32',
  })
  return { folder, write, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A program that serves on a port of its own. */
export interface RunningServer {
  readonly url: string
  stop(): Promise<void>
}

/** Starts a program with `PORT` set and waits until it answers there. */
export async function startServer(
  node: string,
  file: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const port = await findFreePort()
  const child = spawn(node, [file], {
    cwd,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 150; attempt++) {
    if (child.exitCode !== null) throw new Error(`${file} ended with code ${child.exitCode}:\n${output}`)
    if (await answers(url)) return { url, stop: () => stop(child) }
    await sleep(100)
  }
  await stop(child)
  throw new Error(`${file} did not listen on PORT (${port}):\n${output}`)
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  )
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Under `npm test` the environment describes this workspace; an install elsewhere must not see that. */
function withoutNpmContext(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isContext = (name: string) => /^npm_(package|lifecycle|command|config_local_prefix|config_prefix)/.test(name)
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isContext(name)))
}
