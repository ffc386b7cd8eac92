import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BuildOptions } from 'esbuild'

/** Script and style of the pages. */
export interface ClientFiles {
  readonly script: string
  readonly style: string
}

/** How the client is bundled, here and by the build: one script and one style sheet. */
export const clientBuild = {
  entryPoints: [fileURLToPath(new URL('../client/main.tsx', import.meta.url))],
  bundle: true,
  write: false,
  outdir: 'client',
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'silent',
} as const satisfies BuildOptions

/** Reads the client. In the sources it is bundled here; the build replaces this file by one that holds the bundle. */
export async function readClientFiles(): Promise<ClientFiles> {
  if (!clientBuild.entryPoints.every((path) => existsSync(path))) return { script: '', style: '' }
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    ...clientBuild,
    entryPoints: [...clientBuild.entryPoints],
    sourcemap: 'inline',
  })
  return toClientFiles(outputFiles)
}

/** Finds script and style among what esbuild wrote. */
export function toClientFiles(files: readonly { readonly path: string; readonly text: string }[]): ClientFiles {
  const find = (ending: string): string => files.find(({ path }) => path.endsWith(ending))?.text ?? ''
  return { script: find('.js'), style: find('.css') }
}
