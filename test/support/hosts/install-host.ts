import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../../scripts/run-command.ts'
import { withoutNpmContext } from '../packaging/temporary-project.ts'

/** A host that requests are served on for real. */
export type HostName = 'workerd' | 'bun' | 'deno'

const systems: Readonly<Record<string, string>> = { win32: 'windows' }
const system = systems[process.platform] ?? process.platform
const arm = process.arch === 'arm64'

/** Package and file of each program, for this machine. Their own launchers need an install script, or Node 20's package layout. */
const programs: Readonly<Record<HostName, string>> = {
  workerd: `@cloudflare/workerd-${system}-${arm ? 'arm64' : '64'}/bin/workerd`,
  bun: `@oven/bun-${system}-${arm ? 'aarch64' : 'x64'}/bin/bun`,
  deno: `@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}/deno`,
}

/** Installs a host and returns the path of its program. */
export async function installHost(name: HostName): Promise<string> {
  const folder = await installFolder(name)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return createRequire(join(folder, 'package.json')).resolve(programs[name] + suffix)
}

/**
 * Installs what a folder of `test/hosts` locks, unless it is installed, and returns where. Not with the other dependencies: each
 * is large, and few tests need one.
 */
export async function installFolder(name: string): Promise<string> {
  const source = join(root, 'test', 'hosts', name)
  const digest = createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .digest('hex')
  const cache = join(root, 'node_modules', '.cache', 'sallyport-hosts')
  const folder = join(cache, `${name}-${digest.slice(0, 16)}`)
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true })
    const unfinished = mkdtempSync(join(cache, 'unfinished-'))
    cpSync(source, unfinished, { recursive: true })
    const env = withoutNpmContext(process.env)
    const options = { cwd: unfinished, env, shell: process.platform === 'win32' }
    await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], options)
    publish(unfinished, folder)
  }
  return folder
}

/** Another process may have been faster. */
function publish(unfinished: string, folder: string): void {
  try {
    renameSync(unfinished, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** The locked version of a host. */
export function versionOf(name: HostName): string {
  const file = join(root, 'test', 'hosts', name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<HostName, string> }).dependencies[name]
}
