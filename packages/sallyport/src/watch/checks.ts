import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { InboxError, withTimeout } from '../inbox/inbox-error.ts'
import type { Alert } from './alert.ts'
import { toReason } from './error-text.ts'
import { judgeSilence, mergeLastAt, noteOthers } from './judge-silence.ts'
import type { Channel } from './notify/notify.ts'
import { sendNotices } from './notify/send.ts'
import { settleNotices, takeNotices } from './outbox.ts'
import { createPast, isAhead } from './past.ts'
import { createPastKeeper } from './past-keeper.ts'
import { readArrivals } from './read/arrivals.ts'
import { readInbox, type InboxReading } from './read/inbox.ts'
import { judgeInbox, judgeStore } from './read/judge-inbox.ts'
import { judgeReports } from './read/judge-reports.ts'
import { createLocalReading } from './read/local.ts'
import type { WatchRules } from './rules.ts'
import { step, type Finding, type LocalReport, type WatchState } from './state.ts'
import { createMemoryState, createNoteState, keepsNotes, type NoteStore, type StateStore } from './state-store.ts'
import { WatchError } from './watch-error.ts'
import type { Watched, WatchedInbox } from './watched.ts'

/** What checks need. */
export interface CheckSettings {
  readonly rules: WatchRules
  readonly channels: readonly Channel[]
  readonly name: string
  /** Names this process. */
  readonly holder: string
  readonly everyMs: number
  readonly clearAfterMs: number
  readonly storeTimeoutMs: number
  readonly now: () => number
  readonly onError: (error: unknown) => void
  /** Whether the watch stops: then nothing more is sent. */
  readonly isStopped: () => boolean
}

/** Longer than sending goes on: another process takes a notice over only from one that died. */
const holdMs = 300_000
const sendMs = 120_000
const fewestReportMs = 300_000
const minuteMs = 60_000
const pastMs = 8 * 86_400_000

/** Makes what a check does: it reads, judges, keeps the state, and sends. */
export function createChecks(watched: Watched, settings: CheckSettings) {
  const { rules, channels, name, holder, now, onError, storeTimeoutMs } = settings
  const { inboxes, receivers } = watched
  const home = inboxes.find(keepsNotes)
  const notes = home && withinTime(home, storeTimeoutMs)
  const shared = notes ? createNoteState(notes, `watch:${name}`, now) : createMemoryState(now)
  // A store that does not answer cannot keep that it does not.
  const own = createMemoryState(now)
  const past = createPast()
  const keeper = createPastKeeper(past, notes, `watch-past:${name}`)
  const readLocal = createLocalReading(watched, rules, {
    timeoutMs: storeTimeoutMs,
    onError: (error) => failRule('replayGuardAbove', error),
  })
  const noteArrivals = readArrivals(receivers, past)
  const keptMs = Math.max(fewestReportMs, 5 * settings.everyMs)
  const readUntil = new Map<WatchedInbox, number>()
  const answered = new Set<WatchedInbox>()
  let raised: readonly Alert[] = []
  let ownRaised: readonly Alert[] = []

  function failRule(rule: string, error: unknown): void {
    onError(new WatchError('WATCH_RULE_FAILED', `${rule}: ${toReason(error)}`))
  }

  async function readInboxes(at: number): Promise<InboxReading[]> {
    const readings = await Promise.all(
      inboxes.map((inbox) =>
        readInbox(inbox, rules, {
          timeoutMs: storeTimeoutMs,
          // Other processes write what they counted a second later.
          since: (readUntil.get(inbox) ?? at - pastMs) - 5 * minuteMs,
          onRuleFailed: failRule,
        }),
      ),
    )
    for (const { inbox, minutes } of readings) {
      if (minutes === undefined) continue
      past.noteMinutes(minutes)
      readUntil.set(inbox, at)
    }
    return readings
  }

  /** Judges, and sends what came of it. */
  async function settle(
    store: StateStore,
    at: number,
    judge: (state: WatchState) => { readonly findings: readonly Finding[]; readonly state: WatchState },
  ): Promise<readonly Alert[]> {
    const options = { now: at, clearAfterMs: settings.clearAfterMs, watch: name, holder, holdMs, makeId: randomUUID }
    const names = channels.map((channel) => channel.name)
    const judged = await store.change((before) => {
      const { findings, state } = judge(before)
      const scopes = new Set(Object.values(state.reports).flatMap((report) => report.scopes))
      const next = step(state, findings, { ...options, channels: names, scopes })
      return { ...state, ...next, notices: takeNotices(next.notices, { holder, now: at, holdMs }) }
    })
    const taken = judged.notices.filter((notice) => notice.holder === holder)
    if (taken.length > 0) {
      const began = performance.now()
      const isOver = (): boolean => settings.isStopped() || performance.now() - began > sendMs
      const result = await sendNotices(taken, channels, { isOver, onError })
      await store.change((state) => ({ ...state, notices: settleNotices(state.notices, holder, result) }))
    }
    return judged.alerts
  }

  async function judgeShared(at: number, readings: readonly InboxReading[]): Promise<void> {
    const local = await readLocal(at)
    await keeper.load()
    past.forget(at)
    raised = await settle(shared, at, (before) => {
      const isKnown = readings.every(({ failure }) => failure === undefined)
      const input = { past, state: before, now: at, isKnown }
      noteOthers(input)
      const shown = [...readings.flatMap((reading) => judgeInbox(reading, rules)), ...judgeSilence(rules, input)]
      const scopes = [...shown, ...judgeReports([], rules, at)].map(({ scope }) => scope)
      const reports = { ...liveReports(before, at), [holder]: renew(before.reports[holder], { ...local, scopes }) }
      const findings = [...shown, ...judgeReports(Object.values(reports), rules, at)]
      const since = isAhead(before.since, at) ? at : before.since
      return { findings, state: { ...before, reports, lastAt: mergeLastAt(input), since } }
    })
    await keeper.save(at)
  }

  /** The report of before while it says the same and is fresh: the store is not written for nothing. */
  function renew(before: LocalReport | undefined, report: LocalReport): LocalReport {
    const isSame = before !== undefined && isDeepStrictEqual({ ...before, at: 0 }, { ...report, at: 0 })
    return isSame && Math.abs(report.at - before.at) < keptMs / 2 ? before : report
  }

  function liveReports({ reports }: WatchState, at: number): Record<string, LocalReport> {
    return Object.fromEntries(Object.entries(reports).filter(([, report]) => Math.abs(at - report.at) < keptMs))
  }

  /** What is shared, while the store with the state answers: nothing else is raised or cleared meanwhile. */
  async function tryShared(at: number, readings: readonly InboxReading[]): Promise<readonly InboxReading[]> {
    if (readings.some(({ inbox, failure }) => inbox === home && failure !== undefined)) return readings
    try {
      await judgeShared(at, readings)
      return readings
    } catch (error) {
      if (home === undefined || !InboxError.is(error)) {
        onError(error)
        return readings
      }
      return readings.map((reading) => (reading.inbox === home ? { ...reading, failure: error.code } : reading))
    }
  }

  const alerts = (): readonly Alert[] => [...raised, ...ownRaised].map(toAlert)

  return {
    alerts,

    async run(): Promise<readonly Alert[]> {
      try {
        const at = now()
        noteArrivals(at)
        const answers = await readInboxes(at)
        for (const { inbox, failure } of answers) if (failure === undefined) answered.add(inbox)
        const readings = await tryShared(at, answers)
        const findings = readings.map((reading) => judgeStore(reading, answered.has(reading.inbox)))
        ownRaised = await settle(own, at, (state) => ({ state, findings }))
      } catch (error) {
        onError(error)
      }
      return alerts()
    },
  }
}

/** A store that hangs counts as one that does not answer. */
function withinTime(inbox: NoteStore, timeoutMs: number): NoteStore {
  return {
    readNote: (name) => withTimeout(inbox.readNote(name), timeoutMs),
    writeNote: (name, text, before) => withTimeout(inbox.writeNote(name, text, before), timeoutMs),
  }
}

function toAlert({ id, rule, subject, text, value, limit, raisedAt }: Alert): Alert {
  return { id, rule, subject, text, value, limit, raisedAt }
}
