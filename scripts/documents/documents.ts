import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run-command.ts'

/** Every document for readers, as paths from the top folder. */
export function listDocuments(): string[] {
  const top = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'examples/README.md']
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  const packages = readdirSync(join(root, 'packages'))
  return [
    ...top,
    ...docs.map((name) => `docs/${name.replaceAll('\\', '/')}`),
    ...packages.map((name) => `packages/${name}/README.md`),
  ].filter((path) => path.endsWith('.md') && existsSync(join(root, path)))
}

/** The text of a document. */
export function readDocument(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
