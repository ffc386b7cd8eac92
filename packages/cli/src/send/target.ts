import type { ChosenProvider } from '../choose-provider.ts'
import type { SallyportConfig } from '../config/config-schema.ts'
import { listenPort } from '../options.ts'

/** Where deliveries go. */
export interface Target {
  readonly url: URL
  /** Whether nobody named it, so that it is where `listen` listens. */
  readonly isDefault: boolean
}

/** The named target, else where `listen` listens in this folder. @param to of `--to`, or its variable */
export function chooseTarget(to: URL | undefined, { listen = {} }: SallyportConfig, env: NodeJS.ProcessEnv): Target {
  if (to !== undefined) return { url: to, isDefault: false }
  const asked = env['SALLYPORT_PORT']
  const port = asked !== undefined && /^[1-9]\d{0,4}$/.test(asked) ? asked : listen.port || listenPort
  const host = toReachable(env['SALLYPORT_HOST'] || listen.host || '127.0.0.1')
  return { url: new URL(`http://${host}:${port}`), isDefault: true }
}

/** The address of every interface can be listened on, not called. */
export function toReachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::' || host === '[::]') return '[::1]'
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

/** The target with the provider's path, unless it has a path of its own. */
export function withPath(to: URL, { name, settings }: ChosenProvider): URL {
  if (hasPath(to)) return to
  const url = new URL(to)
  url.pathname = settings.path ?? `/webhooks/${name}`
  return url
}

/** Whether a target names a path. */
export function hasPath(to: URL): boolean {
  return to.pathname !== '/'
}
