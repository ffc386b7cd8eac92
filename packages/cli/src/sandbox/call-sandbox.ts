import { CliError } from '../cli-error.ts'

/** Port of a sandbox, unless another is given. */
export const sandboxPort = 4400

/** One delivery that a trigger made, as the sandbox answers. */
export interface TriggeredRecord {
  readonly id: string
  readonly eventType: string
  readonly url: string
  readonly status: 'delivered' | 'failed' | 'cancelled' | 'pending'
  readonly attempts: readonly {
    readonly attemptNumber: number
    readonly responseCode: number
    readonly durationMs: number
    readonly errorMessage?: string
    readonly faults: readonly string[]
  }[]
}

/** What one platform of the sandbox can trigger. */
export interface Triggerable {
  readonly events?: readonly string[]
  /** Events that a webhook is registered for. */
  readonly registered?: readonly string[]
  readonly webhooks?: readonly { readonly id: string; readonly name: string; readonly url: string }[]
  readonly agents?: readonly string[]
  readonly skills?: readonly string[]
}

const noAnswerMs = 10_000

/** Lists what a running sandbox can trigger, by platform. @throws CliError as `triggerEvent` */
export async function listTriggers(base: URL): Promise<Readonly<Record<string, Triggerable>>> {
  const answer = await call(base, '/trigger', {})
  if (typeof answer['sonzai'] !== 'object') throw noSandbox(base)
  return answer as Readonly<Record<string, Triggerable>>
}

/**
 * Triggers an event at a running sandbox.
 *
 * @param waitMs how long the sandbox waits for the deliveries, in milliseconds
 * @throws CliError `SANDBOX_UNREACHABLE`; `VALUE_INVALID` or another code of the sandbox
 */
export async function triggerEvent(
  base: URL,
  platform: string,
  wanted: { readonly waitMs: number; readonly [member: string]: unknown },
): Promise<{ readonly commit?: string; readonly deliveries: readonly TriggeredRecord[] }> {
  const request = { method: 'POST', body: JSON.stringify(wanted) }
  const answer = await call(base, `/trigger/${platform}`, request, wanted.waitMs)
  if (!Array.isArray(answer['deliveries'])) throw noSandbox(base)
  return answer as unknown as Awaited<ReturnType<typeof triggerEvent>>
}

async function call(
  base: URL,
  path: string,
  request: { readonly method?: string; readonly body?: string },
  waitMs = 0,
): Promise<Record<string, unknown>> {
  const url = new URL(path, base)
  // As of one of its own pages: it takes nothing from other ones.
  const headers = { origin: base.origin, 'content-type': 'application/json' }
  const signal = AbortSignal.timeout(waitMs + noAnswerMs)
  const answer = await fetch(url, { headers, redirect: 'manual', signal, ...request }).catch((cause: unknown) => {
    const port = base.port === String(sandboxPort) ? '' : ` --port ${base.port || '80'}`
    throw new CliError('unavailable', 'SANDBOX_UNREACHABLE', `no sandbox runs at ${base.origin}`, {
      fix: `Start one in another terminal: sallyport sandbox${port}`,
      cause,
    })
  })
  const content = (await answer.json().catch(() => undefined)) as Record<string, unknown> | null | undefined
  if (typeof content !== 'object' || content === null) throw noSandbox(base)
  const { code, message } = content
  if (!answer.ok && typeof code === 'string' && typeof message === 'string') throw new CliError('no', code, message)
  if (!answer.ok) throw noSandbox(base)
  return content
}

function noSandbox(base: URL): CliError {
  const message = `what answers at ${base.origin} is no sandbox of this version`
  return new CliError('unavailable', 'SANDBOX_UNREACHABLE', message, {
    fix: 'Pass --url with the address that `sallyport sandbox` printed.',
  })
}
