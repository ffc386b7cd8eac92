import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findTool, root } from './run-command.ts'

const frontMatter = /^---\n[^]*?\n---\n+/

/**
 * Turns the changesets of a workspace into a version: raises every package, adds their texts to the changelog and removes them.
 *
 * @returns the new version; `undefined` if there is no changeset
 */
export function applyChangesets(folder: string, date: string): string | undefined {
  const texts = readChangesets(join(folder, '.changeset'))
  if (texts.length === 0) return undefined
  const main = join(folder, 'packages', 'sallyport', 'package.json')
  const before = readVersion(main)
  execFileSync(process.execPath, [findTool('changeset', '@changesets/cli'), 'version'], {
    cwd: folder,
    stdio: 'inherit',
  })
  const version = readVersion(main)
  // Changesets leaves the top manifest alone; it is no package of the workspace.
  replaceIn(join(folder, 'package.json'), (text) =>
    text.replaceAll(/("(?:@sallyport\/[a-z]+|sallyport)": ")([^"]+)"/g, (all, name: string, found: string) =>
      found === before ? `${name}${version}"` : all,
    ),
  )
  replaceIn(join(folder, 'CHANGELOG.md'), (text) => addSection(text, version, date, texts))
  return version
}

function readChangesets(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8').replace(frontMatter, '').trim())
}

/** The changelog with a section above all others. */
function addSection(changelog: string, version: string, date: string, texts: readonly string[]): string {
  const lines = texts.map((text) => `- ${text.replaceAll('\n', '\n  ')}`).join('\n')
  const section = `## ${version} (${date})\n\n${lines}\n\n`
  const place = changelog.indexOf('\n## ')
  if (place === -1) return `${changelog.trimEnd()}\n\n${section.trimEnd()}\n`
  return `${changelog.slice(0, place + 1)}${section}${changelog.slice(place + 1)}`
}

function readVersion(path: string): string {
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

function replaceIn(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}

if (import.meta.url === pathToFileURL(process.argv[1]!).href) {
  const version = applyChangesets(root, new Date().toISOString().slice(0, 10))
  if (version === undefined) {
    console.error('No changeset in .changeset, so no new version; .changeset/README.md says how to write one')
    process.exitCode = 1
  } else {
    execFileSync('npx', ['-y', 'pnpm@12.21.0', 'install', '--lockfile-only'], {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
    console.log(`All packages are now ${version}; commit, and tag the commit v${version}`)
  }
}
