import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const pnpm = 'pnpm@12.21.0'

/**
 * Installs the locked dependencies unless they are already installed from the same manifests. Prints only to stderr: stdout
 * belongs to the task.
 *
 * @param {string} root
 */
export function ensureInstalled(root) {
  const stamp = join(root, 'node_modules', '.sallyport-install')
  const wanted = hashManifests(root)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return

  console.error(`Installing the locked dependencies with ${pnpm}`)
  const { status, error } = spawnSync('npx', ['-y', pnpm, 'install', '--frozen-lockfile'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // Otherwise pnpm asks before it replaces node_modules.
    env: { ...process.env, CI: 'true' },
    // npx is a .cmd file on Windows.
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`The dependencies could not be installed${error ? `: ${error.message}` : ''}`)
  writeFileSync(stamp, wanted)
}

/** @param {string} root */
function hashManifests(root) {
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name))
  const manifests = ['.', 'examples', ...packages].map((folder) => join(folder, 'package.json'))
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    const path = join(root, file)
    if (existsSync(path)) hash.update(`${file}\n`).update(readFileSync(path))
  }
  return hash.digest('hex')
}
