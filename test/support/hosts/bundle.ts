import { build } from 'esbuild'
import { root } from '../../../scripts/run-command.ts'
import type { HostName } from './install-host.ts'

/** What to bundle. */
export interface BundleOrder {
  /** The program, TypeScript. */
  readonly code: string
  /** Where its imports are looked up. @default the workspace */
  readonly resolveDir?: string | undefined
  /** Takes packages of the workspace from their sources. */
  readonly isSource: boolean
  /** @default false */
  readonly isMinified?: boolean | undefined
}

// Those of Wrangler, Bun and Deno.
const conditions: Readonly<Record<HostName, readonly string[]>> = {
  workerd: ['workerd', 'worker', 'browser'],
  bun: ['bun', 'node'],
  deno: ['deno', 'node'],
}

/** Bundles a program into one module that imports nothing but modules of Node. */
export async function bundleFor(host: HostName, order: BundleOrder): Promise<string> {
  const { code, resolveDir = root, isSource, isMinified = false } = order
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir, loader: 'ts' },
    bundle: true,
    write: false,
    minify: isMinified,
    format: 'esm',
    target: 'es2024',
    platform: host === 'workerd' ? 'browser' : 'node',
    external: ['node:*', 'cloudflare:*'],
    conditions: [...(isSource ? ['@sallyport/source'] : []), ...conditions[host]],
    logLevel: 'error',
  })
  return outputFiles[0]!.text
}
