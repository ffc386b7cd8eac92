import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** What some modules import, file by file. */
export interface ImportGraph {
  /** The file of each module that was asked for. */
  readonly files: Readonly<Record<string, string>>
  /** The addresses that each file imports while it is loaded. */
  readonly edges: Readonly<Record<string, readonly string[]>>
}

/** Imports modules in one new process, from source; each import is resolved for each importer, so that no edge is missed. */
export function readImports(modules: readonly string[]): ImportGraph {
  const source = `
import { registerHooks } from 'node:module'
const edges = {}, files = {}
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context)
    if (context.parentURL?.startsWith('file:')) (edges[context.parentURL] ??= []).push(resolved.url)
    return resolved
  },
})
for (const name of ${JSON.stringify(modules)}) {
  files[name] = import.meta.resolve(name)
  await import(files[name])
}
console.log(JSON.stringify({ files, edges }))`
  const flags = ['--conditions=@sallyport/source', '--input-type=module', '--eval', source]
  const cwd = join(import.meta.dirname, '..', '..')
  return JSON.parse(execFileSync(process.execPath, flags, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 })) as ImportGraph
}

/** All that entries load, themselves included. */
export function closureOf({ edges }: Pick<ImportGraph, 'edges'>, entries: readonly string[]): string[] {
  const seen = new Set(entries)
  for (const file of seen) for (const next of edges[file] ?? []) seen.add(next)
  return [...seen]
}
