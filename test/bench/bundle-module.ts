import { join } from 'node:path'
import { build } from 'esbuild'

/** The folder of this workspace. */
export const root = join(import.meta.dirname, '..', '..')

/** What a host has anyway. */
export const frameworks = ['express', 'koa', 'fastify']

/** A module with all it imports, minified, as one text. @param external packages to leave out besides the frameworks */
export async function bundle(code: string, external: readonly string[]): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    conditions: ['@sallyport/source'],
    external: [...frameworks, ...external],
    logLevel: 'error',
  })
  return outputFiles[0]!.text
}
