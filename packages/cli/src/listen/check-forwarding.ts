import { CliError } from '../cli-error.ts'
import type { SallyportConfig } from '../config/config-schema.ts'
import { isSelf } from './forward-target.ts'

/** How long to wait for the app, unless `--timeout` says otherwise. */
export const appTimeoutMs = 30_000

// More than the largest body that a known provider accepts: Fleet's 48 MiB.
const largestForwarded = 64 * 1024 * 1024

/** Most bytes of a body that is forwarded: 64 MiB, or the largest `maxBodyBytes` of the configuration. */
export function largestBody({ providers = {} }: SallyportConfig): number {
  return Math.max(largestForwarded, ...Object.values(providers).map(({ maxBodyBytes = 0 }) => maxBodyBytes))
}

/** @throws CliError `FORWARD_TO_INVALID`, `OPTIONS_CONFLICT` */
export function checkForwarding(
  { deploy }: { readonly deploy?: string | undefined },
  to: URL,
  host: string,
  port: number,
): void {
  if (deploy !== undefined) {
    throw new CliError('usage', 'OPTIONS_CONFLICT', '--deploy and --forward-to cannot be used together', {
      fix: 'Leave out one of them: with --forward-to, the app handles the events.',
    })
  }
  if (to.username !== '' || to.password !== '') {
    throw new CliError('usage', 'FORWARD_TO_INVALID', '--forward-to contains a user or a password', {
      fix: 'Leave them out: the app gets the headers of the sender, and no others.',
    })
  }
  if (isSelf(to, host, port)) {
    throw new CliError('usage', 'FORWARD_TO_INVALID', `--forward-to names port ${port}, where this command listens`, {
      fix: 'Name the port of your app, or pass another --port.',
    })
  }
}
