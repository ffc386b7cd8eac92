import type { DeliveryReport } from '../receive/report.ts'
import { clipVisible } from '../errors/visible-text.ts'
import type { Redact } from '../inbox/attempt-failure.ts'
import { toErrorField, toFields } from './fields.ts'
import { LineLimit, type LeftOut } from './line-limit.ts'
import { toWriteLine, type Logger } from './logger.ts'

/** An attempt of an inbox that failed. */
export interface FailedAttempt {
  readonly provider: string
  readonly type: string
  readonly id: string
  /** Of the event in its inbox. */
  readonly key: string
  readonly outcome: 'retried' | 'dead'
  readonly attempt: number
  /** Name of the inbox. */
  readonly inbox: string
  readonly error?: unknown
  readonly durationMs?: number | undefined
  /** Milliseconds until the next attempt. */
  readonly waitMs?: number | undefined
}

/** Writes what goes wrong with the logger of the program: one line each. */
export interface Lines {
  /** A delivery that was refused, or failed. @param error what it failed with */
  delivery(report: DeliveryReport, error?: unknown): void
  /** @param hide removes known secrets from the text of its error. @default what the lines were made with */
  attempt(attempt: FailedAttempt, hide?: Redact): void
  /** Something else failed, as work after an answer. @param place what, as a line begins */
  failure(place: string, error: unknown): void
  /** Writes what was left out. */
  end(): void
}

// Of deliveries anybody can send: ten tell what is wrong, and a flood of one code takes 6 MB a day.
const mostLines = 10
const windowMs = 60_000

/** @param redact removes known secrets from the text of an error */
export function createLines(logger: Logger, redact: Redact): Lines {
  const write = toWriteLine(logger)
  const limit = new LineLimit(mostLines, windowMs)
  let timer: NodeJS.Timeout | undefined

  function tellLeftOut({ key, count, since }: LeftOut): void {
    const [place, code] = key.split('\n') as [string, string?]
    const fields = toFields({ provider: place, code, leftOut: count, since: new Date(since).toISOString() })
    write('warn', fields, `${place}: ${count} more lines left out${code === undefined ? '' : ` for ${code}`}`)
  }

  function end(): void {
    clearTimeout(timer)
    timer = undefined
    for (const leftOut of limit.end()) tellLeftOut(leftOut)
  }

  function mayWrite(key: string, time: number): boolean {
    // A host may pass a time that is none.
    const isTime = !Number.isNaN(new Date(time).getTime())
    const taken = limit.take(key, isTime ? time : Date.now())
    if (taken.leftOut) tellLeftOut(taken.leftOut)
    // A flood that is over would not be told of. Some hosts' timers are numbers.
    if (!taken.mayWrite) {
      timer ??= setTimeout(end, windowMs)
      timer.unref?.()
    }
    return taken.mayWrite
  }

  return {
    end,
    delivery(report, error) {
      const { provider, outcome, status, code = outcome, receivedAt, durationMs, issues, ...facts } = report
      if (!mayWrite(toKey(provider, code), receivedAt.getTime() + durationMs)) return
      const fields = toFields({
        provider,
        outcome,
        status,
        code,
        ...toLogged(facts),
        durationMs,
        issues: issues?.join(', '),
        error: error === undefined ? undefined : toErrorField(error, redact),
      })
      write(outcome === 'failed' ? 'error' : 'warn', fields, `${show(provider)}: ${outcome} ${code} (${status})`)
    },
    attempt({ waitMs, error, ...facts }, hide = redact) {
      const { provider, attempt, outcome } = facts
      const nextAttemptAt = waitMs === undefined ? undefined : new Date(Date.now() + waitMs).toISOString()
      const then = outcome === 'dead' ? 'now dead' : waitMs === undefined ? 'retried' : `next in ${waitMs} ms`
      const fields = toFields({
        provider,
        outcome,
        key: facts.key,
        eventType: facts.type,
        eventId: facts.id,
        attempt,
        nextAttemptAt,
        durationMs: facts.durationMs,
        inbox: facts.inbox,
        error: error === undefined ? undefined : toErrorField(error, hide),
      })
      write(outcome === 'dead' ? 'error' : 'warn', fields, `${show(provider)}: attempt ${attempt} failed, ${then}`)
    },
    failure(place, error) {
      const fields = toErrorField(error, redact)
      if (!mayWrite(toKey(place, String(fields['code'] ?? fields['name'])), Date.now())) return
      write('error', { error: fields }, `${show(place)}: ${String(fields['code'] ?? fields['name'])}`)
    },
  }
}

const show = (name: string): string => clipVisible(name, 100)

function toKey(place: string, code: string): string {
  return `${show(place)}\n${code}`
}

type Facts = Omit<DeliveryReport, 'provider' | 'outcome' | 'status' | 'code' | 'receivedAt' | 'durationMs' | 'issues'>

// By name: what a report gets later is not logged by itself.
function toLogged({ eventType, eventId, keyId, tenant, remoteAddress, contentLength, bodyBytes }: Facts): Facts {
  return { eventType, eventId, keyId, tenant, remoteAddress, contentLength, bodyBytes }
}
