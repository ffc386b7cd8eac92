import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { readPackages } from '../../../scripts/packages.ts'
import { tarballPath } from './pack.ts'

/** A registry on this machine. */
export interface Registry {
  readonly url: string
  /** Variables that make `npm` use it. */
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/**
 * Starts a registry that has the packed packages as their latest version, as if they were published. What else is asked for is
 * redirected to the registry that npm is configured with.
 *
 * @param home empty folder for npm's cache
 */
export async function startRegistry(tarballs: string, home: string): Promise<Registry> {
  const configured = (key: string): string => execFileSync('npm', ['config', 'get', key], { encoding: 'utf8' }).trim()
  const upstream = configured('registry')
  const packed = new Map(
    readPackages().map((entry) => [entry.manifest.name, readFileSync(tarballPath(tarballs, entry))] as const),
  )
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/').slice(1)
    const file = packed.get(path.replace(/^tarballs\//, ''))
    if (file !== undefined && path.startsWith('tarballs/')) return void response.end(file)
    if (file === undefined)
      return void response.writeHead(307, { location: new URL(request.url ?? '/', upstream).href }).end()
    response.setHeader('content-type', 'application/json')
    return void response.end(JSON.stringify(describe(path, file)))
  })

  function describe(name: string, file: Uint8Array): object {
    const { version, ...manifest } = readManifest(file)
    const integrity = `sha512-${createHash('sha512').update(file).digest('base64')}`
    const dist = { integrity, tarball: `${url}tarballs/${name}` }
    return {
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifest, version, _id: `${name}@${version}`, dist } },
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  // Nothing installed earlier by `npm create` or `npx`; but the downloads of other packages.
  const cache = join(home, 'cache')
  mkdirSync(cache)
  symlinkSync(join(configured('cache'), '_cacache'), join(cache, '_cacache'))
  return {
    url,
    env: { npm_config_registry: url, npm_config_cache: cache, npm_config_update_notifier: 'false' },
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** The manifest in a tarball, with the dependencies as they were packed. */
function readManifest(file: Uint8Array): { readonly version: string } {
  const text = execFileSync('tar', ['-xzO', 'package/package.json'], { input: file, encoding: 'utf8' })
  return JSON.parse(text) as { version: string }
}
