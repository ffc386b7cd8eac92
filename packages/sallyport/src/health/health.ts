import type { PageHandler } from '../http/page-handler.ts'
import type { Inbox } from '../inbox/inbox.ts'
import { allow, longestTimer } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import type { ReplayGuard } from '../receive/replay-terms.ts'
import { isDraining, toSingleReceivers } from '../shutdown/draining.ts'
import { createGuardCheck } from './check-guard.ts'
import { createInboxCheck } from './check-inbox.ts'
import type { FailedCheck, HealthReport } from './health-codes.ts'
import { createProbe } from './probe.ts'
import { share } from './share.ts'

/** What health looks at of a receiver, or of what `anyOf` returns. */
export interface WatchedReceiver {
  readonly inbox?: Inbox | undefined
  readonly replayGuard?: ReplayGuard | undefined
  settled(): Promise<void>
}

/** Options of `health`. */
export interface HealthOptions {
  /** Receivers whose inboxes and replay guards are checked. @default none */
  readonly receivers?: readonly WatchedReceiver[] | undefined
  /** Further inboxes to check, as of a worker. @default none */
  readonly inboxes?: readonly Inbox[] | undefined
  /** Pending events above which it is not ready. Set it in workers only: a receiver that is not ready loses more. @default no bound */
  readonly maxBacklog?: number | undefined
  /** Milliseconds an event may be pending, retries included. Set it in workers only. @default no bound */
  readonly maxOldestMs?: number | undefined
  /** Milliseconds for which a worker may claim nothing because of failures. @default 30_000 */
  readonly maxClaimMs?: number | undefined
  /** Milliseconds after which a store that does not answer is not ready. Kubernetes waits a second. @default 800 */
  readonly timeoutMs?: number | undefined
  /** Milliseconds for which a result is used again, so that many probes do not load the store. @default 1_000 */
  readonly reuseMs?: number | undefined
}

/** Liveness and readiness. */
export interface Health {
  /** Answers 503 when only a new process would help, else 200; asks nothing of the store. */
  readonly live: PageHandler
  /** Answers 200 when deliveries can be taken, or events handled by a worker; else 503. */
  readonly ready: PageHandler
  /** What a probe answers, for a route of your own. */
  check(probe: 'live' | 'ready'): Promise<HealthReport>
}

const rules: OptionRules<HealthOptions> = {
  receivers: allow.listOf(allow.having('', 'receive', 'settled'), 'receivers'),
  inboxes: allow.listOf(allow.having('', 'attach', 'checkWritable', 'stats', 'workStatus'), 'inboxes'),
  maxBacklog: allow.number(0),
  maxOldestMs: allow.number(0),
  maxClaimMs: allow.above0(),
  timeoutMs: allow.above0(longestTimer),
  reuseMs: allow.number(0),
}

/**
 * Makes the handlers that an orchestrator asks whether a process lives and is ready. Both take GET and HEAD in Express, Koa,
 * Fastify, Hono, `node:http` and where requests are web-standard, and answer 200 or 503 with the codes of failed checks: nothing
 * private. `ready` stores a trial event that leaves nothing behind, so a full disk or a read-only database shows,
 * and asks the replay guards of receivers.
 *
 * @throws SallyportError `OPTION_INVALID`
 * @example
 * const { live, ready } = health({ receivers: [receiver] })
 * app.get('/live', live).get('/ready', ready)
 */
export function health(options: HealthOptions = {}): Health {
  checkOptions('health', options, rules)
  const { maxBacklog, maxOldestMs, maxClaimMs = 30_000, timeoutMs = 800, reuseMs = 1_000 } = options
  const receivers = toSingleReceivers(options.receivers ?? [])
  const inboxes = [...new Set([...receivers.flatMap(({ inbox }) => inbox ?? []), ...(options.inboxes ?? [])])]
  const bounds = { maxBacklog, maxOldestMs, maxClaimMs, timeoutMs }
  const guards = [...new Set(receivers.flatMap(({ replayGuard }) => replayGuard ?? []))]
  const checks = [
    ...inboxes.map((inbox, index) => number('inbox', index, createInboxCheck(inbox, bounds))),
    ...guards.map((guard, index) => number('guard', index, createGuardCheck(guard, timeoutMs))),
  ]
  const checkStores = share(async () => (await Promise.all(checks.map((run) => run()))).flat(), reuseMs)

  // Never an old result: a load balancer should notice at once.
  function isEnding(): boolean {
    return (
      [...receivers, ...inboxes].some(isDraining) || inboxes.some((inbox) => inbox.workStatus().state === 'stopped')
    )
  }

  async function findUnready(): Promise<readonly FailedCheck[]> {
    const failed = isEnding() ? [] : await checkStores()
    return isEnding() ? [{ check: 'process', code: 'DRAINING' }] : failed
  }

  function findDead(): readonly FailedCheck[] {
    return inboxes.flatMap((inbox, index) =>
      inbox.workStatus().state === 'ended' ? [{ check: 'worker', code: 'WORKER_ENDED', inbox: index + 1 }] : [],
    )
  }

  async function check(probe: 'live' | 'ready'): Promise<HealthReport> {
    const failed = probe === 'live' ? findDead() : await findUnready()
    return { status: failed.length === 0 ? probe : `not ${probe}`, failed }
  }

  return { live: createProbe(() => check('live')), ready: createProbe(() => check('ready')), check }
}

function number(
  what: 'inbox' | 'guard',
  index: number,
  check: () => Promise<readonly FailedCheck[]>,
): () => Promise<readonly FailedCheck[]> {
  return async () => (await check()).map((failed) => ({ ...failed, [what]: index + 1 }))
}
