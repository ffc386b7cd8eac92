import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/run-command.ts'
import { completeFragment } from './fragments.ts'
import { listDocuments, readBlocks, type Block } from './markdown.ts'

/** What is done with a TypeScript block beside checking its types. */
export type Kind = 'server' | 'client' | 'tests' | 'module' | 'not run'

/** Every TypeScript block of every document. */
export function listBlocks(): Block[] {
  return listDocuments()
    .flatMap(readBlocks)
    .filter(({ language }) => language === 'ts')
}

/** How a block is run. A block for a framework that is not installed here is not. */
export function kindOf({ code, flags }: Block): Kind {
  if (flags.includes('nest')) return 'not run'
  if (/from '(?:vitest|@sallyport\/testing\/contracts)'/.test(code)) return 'tests'
  if (/\.listen\(/.test(code)) return 'server'
  return /fetch\((?:url|'http:\/\/localhost)/.test(code) ? 'client' : 'module'
}

/** Where a block stands, for messages. */
export function placeOf({ document, line }: Block): string {
  return `${document}:${line}`
}

/**
 * Writes blocks as modules of this workspace, each with its code on the lines it has in its document.
 *
 * @param folder name of a folder that nobody else writes to
 * @param port stands in for port 3000
 * @returns the paths, in the same order
 */
export function writeBlocks(folder: string, blocks: readonly Block[], port = 3000): string[] {
  const parent = join(root, '.cache', 'docs', folder)
  rmSync(parent, { recursive: true, force: true })
  mkdirSync(parent, { recursive: true })
  return blocks.map((block) => {
    const { document, line, flags, code } = block
    const path = join(parent, `${document.replace(/\.md$/, '').replaceAll('/', '-')}-${line}.ts`)
    const complete = flags.includes('fragment') ? completeFragment(code) : code
    writeFileSync(path, '\n'.repeat(line - 1) + complete.replaceAll(/\b3000\b/g, String(port)))
    return path
  })
}
