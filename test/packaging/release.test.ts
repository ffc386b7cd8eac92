import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { readPackages } from '../../scripts/packages.ts'
import { applyChangesets } from '../../scripts/prepare-release.ts'
import { root } from '../../scripts/run-command.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })))

/** The manifests and changelog of this workspace, in a repository of its own, without the changesets that wait here. */
async function copyWorkspace(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-release-'))
  folders.push(folder)
  const manifests = ['packages', 'examples']
  for (const name of manifests) {
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !path.includes('node_modules') && (!/\.\w+$/.test(path) || path.endsWith('package.json')),
    })
  }
  for (const name of ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'CHANGELOG.md', '.changeset']) {
    cpSync(join(root, name), join(folder, name), { recursive: true })
  }
  for (const name of readdirSync(join(folder, '.changeset')))
    if (name.endsWith('.md') && name !== 'README.md') rmSync(join(folder, '.changeset', name))
  const run = promisify(execFile)
  await run('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder })
  await run('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--allow-empty', '-qm', 'start'], {
    cwd: folder,
  })
  return folder
}

function writeChangeset(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, '.changeset', name), text)
}

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version
}

describe('release:prepare', () => {
  it('raises every package to one version and adds the texts', async () => {
    const folder = await copyWorkspace()
    const before = versionOf(join(folder, 'packages', 'sallyport'))
    writeChangeset(folder, 'one.md', "---\n'sallyport': patch\n---\n\nReceive: the first change.\n")
    writeChangeset(
      folder,
      'two.md',
      "---\n'@sallyport/fleet': minor\n---\n\nBundles: the second change,\nin two lines.\n",
    )
    const version = applyChangesets(folder, '2027-01-31')

    const [major, minor] = before.split('.').map(Number)
    expect(version).toBe(`${major}.${minor! + 1}.0`)
    for (const { id } of readPackages()) expect(versionOf(join(folder, 'packages', id)), id).toBe(version)
    expect(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8')).toContain(
      `\n## ${version} (2027-01-31)\n\n- Receive: the first change.\n- Bundles: the second change,\n  in two lines.\n\n## `,
    )
    expect(existsSync(join(folder, '.changeset', 'one.md'))).toBe(false)
    // Nothing depends on the old version of a Sallyport package.
    for (const place of ['.', 'examples', ...readPackages().map(({ id }) => `packages/${id}`)]) {
      const text = readFileSync(join(folder, place, 'package.json'), 'utf8')
      expect(text, place).not.toMatch(new RegExp(`"(sallyport|@sallyport/\\w+)": "${before}"`))
    }
  })

  it('changes nothing without a changeset', async () => {
    const folder = await copyWorkspace()
    expect(applyChangesets(folder, '2027-01-31')).toBeUndefined()
    expect(versionOf(join(folder, 'packages', 'cli'))).toBe(versionOf(join(root, 'packages', 'cli')))
  })
})
