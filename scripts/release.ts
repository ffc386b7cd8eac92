import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPackages } from './build-packages.ts'
import { readPackages, type WorkspacePackage } from './packages.ts'
import { root } from './run-command.ts'

// Packs every package and publishes the tarballs, each after its dependencies. A version that the registry already has is
// skipped, so that a release which stopped half-way can be started again. With `--dry-run` nothing leaves this machine.
const dryRun = process.argv.includes('--dry-run')
const packages = readPackages()
checkVersions(packages, process.env['GITHUB_REF_NAME'])
if (!(await buildPackages())) throw new Error('The packages do not compile')

const folder = mkdtempSync(join(tmpdir(), 'sallyport-release-'))
try {
  for (const entry of packages) release(entry)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** All packages have one version, the changelog has it, and so has the tag that a real release is started with. */
function checkVersions(all: readonly WorkspacePackage[], tag: string | undefined): void {
  const versions = [...new Set(all.map(({ manifest }) => manifest.version))]
  const [version = ''] = versions
  if (versions.length !== 1) throw new Error(`The packages have different versions: ${versions.join(', ')}`)
  const [, date] =
    new RegExp(`^## ${version} \\((.+)\\)$`, 'm').exec(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')) ?? []
  if (date === undefined) throw new Error(`CHANGELOG.md has no section for ${version}; run: npm run release:prepare`)
  if (!dryRun && date === 'unreleased')
    throw new Error(`CHANGELOG.md calls ${version} unreleased; write the date there`)
  if (!dryRun && tag !== `v${version}`)
    throw new Error(`The packages are ${version}; release them from the tag v${version}`)
}

function release({ id, manifest: { name, version } }: WorkspacePackage): void {
  const packed = npm(['pack', `./packages/${id}`, '--json', '--pack-destination', folder])
  const [{ filename, size, files }] = JSON.parse(packed) as [{ filename: string; size: number; files: unknown[] }]
  console.log(`${name} ${version}: ${files.length} files, ${(size / 1024).toFixed(0)} KiB packed`)
  if (dryRun) {
    // Without provenance, which only the workflow's identity can sign, and without asking the registry.
    npm(['publish', join(folder, filename), '--dry-run', '--offline', '--provenance=false'])
  } else if (isPublished(name, version)) {
    console.log(`  already published`)
  } else {
    npm(['publish', join(folder, filename), '--provenance', '--access', 'public'])
  }
}

function isPublished(name: string, version: string): boolean {
  const { status, stdout, stderr } = spawnSync('npm', ['view', `${name}@${version}`, 'version'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status === 0) return stdout.trim() === version
  if (stderr.includes('E404')) return false
  throw new Error(`The registry did not say whether ${name} ${version} is published: ${stderr.trim()}`)
}

/** Runs npm and returns what it printed. */
function npm(args: readonly string[]): string {
  return execFileSync('npm', [...args, '--loglevel=warn'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  })
}
