import type { Alert, AlertNotice, AlertRule } from './alert.ts'

/** How something stands: beyond its limit, back well within it, or between the two, where nothing changes. */
export interface Condition extends Pick<Alert, 'rule' | 'subject' | 'text' | 'value' | 'limit'> {
  readonly stand: 'over' | 'between' | 'under'
}

/** What one reading says. */
export interface Finding {
  /** Names the reading: a rule, and where it was read. */
  readonly scope: string
  /** `undefined` where it failed: alerts stay as they are. */
  readonly conditions: readonly Condition[] | undefined
}

/** An alert that is raised. */
export interface RaisedAlert extends Alert {
  readonly scope: string
  /** Since when its condition is over, without a break. */
  readonly underSince?: number | undefined
}

/** A notice until every channel has it. */
export interface PendingNotice extends AlertNotice {
  /** Channels that did not get it yet. */
  readonly unsent: readonly string[]
  /** Which process sends it, until then; milliseconds since 1970. */
  readonly holder: string
  readonly heldUntil: number
}

/** What is kept of a watch. */
export interface WatchState {
  readonly format: 1
  readonly alerts: readonly RaisedAlert[]
  readonly notices: readonly PendingNotice[]
  /** What each process found at its own receivers. */
  readonly reports: Readonly<Record<string, LocalReport>>
  /** When providers sent their last event; milliseconds since 1970. */
  readonly lastAt: Readonly<Record<string, number>>
  /** When the watch began; milliseconds since 1970. */
  readonly since: number
}

/** What one process found at its receivers, by provider. */
export interface LocalReport {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Deliveries within the window whose sender was not proven. */
  readonly failures: Readonly<Record<string, number>>
  /** How full replay guards are, from 0 to 1. */
  readonly guards: Readonly<Record<string, number>>
  /** Providers whose guard did not answer. */
  readonly unknownGuards?: readonly string[] | undefined
  /** When secrets end; milliseconds since 1970. */
  readonly ends: Readonly<Record<string, number>>
  /** What it reads: an alert whose scope no process reads any more is cleared. */
  readonly scopes: readonly string[]
}

/** How alerts are raised and cleared. */
export interface StepOptions {
  readonly now: number
  /** Milliseconds for which a condition must be over before its alert is cleared. */
  readonly clearAfterMs: number
  readonly watch: string
  readonly channels: readonly string[]
  /** This process, which sends what it raises. */
  readonly holder: string
  readonly holdMs: number
  readonly makeId: () => string
  /** What any process reads. */
  readonly scopes: ReadonlySet<string>
}

export function emptyState(now: number): WatchState {
  return { format: 1, alerts: [], notices: [], reports: {}, lastAt: {}, since: now }
}

// Channels that are down for long: what nobody will read any more is dropped, in pairs.
const mostNotices = 200

/** Raises what is over its limit and clears what is back, each once. */
export function step(
  state: Pick<WatchState, 'alerts' | 'notices'>,
  findings: readonly Finding[],
  options: StepOptions,
): Pick<WatchState, 'alerts' | 'notices'> {
  const known = new Map(state.alerts.map((alert) => [keyOf(alert), alert]))
  const notices = [...state.notices]
  const read = new Map(findings.map((finding) => [finding.scope, finding.conditions]))
  const { now, clearAfterMs } = options

  function tell(type: AlertNotice['type'], raised: RaisedAlert): void {
    const { scope: _scope, underSince: _since, ...alert } = raised
    const kind = type === 'sallyport.alert.raised' ? 'raised' : 'cleared'
    notices.push({
      id: `${alert.id}_${kind}`,
      type,
      at: now,
      watch: options.watch,
      alert,
      unsent: options.channels,
      holder: options.holder,
      heldUntil: now + options.holdMs,
    })
  }

  function clear(key: string, raised: RaisedAlert): void {
    known.delete(key)
    tell('sallyport.alert.cleared', raised)
  }

  function settle(key: string, raised: RaisedAlert, stand: Condition['stand']): void {
    if (stand !== 'under') {
      known.set(key, { ...raised, underSince: undefined })
      return
    }
    // A clock that was set back must not keep it for long.
    const underSince = Math.min(raised.underSince ?? now, now)
    if (now - underSince >= clearAfterMs) clear(key, raised)
    else known.set(key, { ...raised, underSince })
  }

  const worst = findWorst(findings)
  for (const [key, { stand, ...condition }] of worst) {
    const raised = known.get(key)
    if (raised !== undefined) settle(key, raised, stand)
    else if (stand === 'over') {
      const alert = { ...condition, id: options.makeId(), raisedAt: now }
      known.set(key, alert)
      tell('sallyport.alert.raised', alert)
    }
  }
  for (const [key, raised] of known) {
    if (worst.has(key)) continue
    if (read.get(raised.scope) !== undefined) settle(key, raised, 'under')
    // Its rule is no longer there.
    else if (!read.has(raised.scope) && !options.scopes.has(raised.scope)) clear(key, raised)
  }
  return { alerts: [...known.values()], notices: bound(notices) }
}

type Scoped = Condition & Pick<Finding, 'scope'>

const stands = ['under', 'between', 'over'] as const

/** Of two conditions with one name the worse: PostgreSQL's name is that of the queue, and two servers may have one of that name. */
function findWorst(findings: readonly Finding[]): ReadonlyMap<string, Scoped> {
  const worst = new Map<string, Scoped>()
  for (const { scope, conditions = [] } of findings)
    for (const condition of conditions) {
      const scoped = { ...condition, scope }
      const key = keyOf(scoped)
      const known = worst.get(key)
      if (known === undefined || stands.indexOf(known.stand) < stands.indexOf(condition.stand)) worst.set(key, scoped)
    }
  return worst
}

const keyOf = ({ scope, subject }: { readonly scope: string; readonly subject: string }): string =>
  JSON.stringify([scope, subject])

/** The alert of a subject, where one is raised. */
export function findAlert(
  { alerts }: Pick<WatchState, 'alerts'>,
  rule: AlertRule,
  subject: string,
): RaisedAlert | undefined {
  return alerts.find((alert) => alert.rule === rule && alert.subject === subject)
}

function bound(notices: readonly PendingNotice[]): readonly PendingNotice[] {
  if (notices.length <= mostNotices) return notices
  const ends = new Set(notices.filter(({ type }) => type === 'sallyport.alert.cleared').map(({ alert }) => alert.id))
  const oldest = notices.find(({ alert }) => ends.has(alert.id))
  return oldest === undefined ? notices : bound(notices.filter(({ alert }) => alert.id !== oldest.alert.id))
}
