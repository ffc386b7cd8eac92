import { toLine, type Output } from '../output.ts'
import { counted } from '../text/amounts.ts'
import type { Triggerable, TriggeredRecord } from './call-sandbox.ts'

/** Lists what can be triggered, a line per event. */
export function describeTriggers(platforms: Readonly<Record<string, Triggerable>>): string {
  return Object.entries(platforms)
    .flatMap(([platform, { events = [], registered = [], webhooks = [], agents, skills }]) => [
      toLine(platform),
      ...events.map((event) =>
        `  ${toLine(event).padEnd(26)}${registered.includes(event) ? '  registered' : ''}`.trimEnd(),
      ),
      ...webhooks.map(({ name, url }) => `  ${toLine(name).padEnd(26)}  ${toLine(url)}`),
      ...(platform === 'fleet' && webhooks.length === 0 ? ['  no webhook is registered'] : []),
      ...(agents === undefined ? [] : [`  agents: ${toLine(agents.join(', ') || 'none')}`]),
      ...(skills === undefined ? [] : [`  skills: ${toLine(skills.join(', ') || 'none')}`]),
    ])
    .join('\n')
}

const signs = {
  delivered: ['green', '✓'],
  failed: ['red', '✗'],
  cancelled: ['red', '✗'],
  pending: ['yellow', '…'],
} as const

/** What a trigger made: a line per delivery, and one below it per attempt. */
export function describeDeliveries(
  output: Output,
  {
    platform,
    event,
    commit,
    deliveries,
  }: {
    readonly platform: string
    readonly event: string
    readonly commit: string | undefined
    readonly deliveries: readonly TriggeredRecord[]
  },
): string {
  const count = counted(deliveries.length, 'delivery', 'deliveries')
  const head = `${toLine(platform)} ${toLine(event)}: ${commit === undefined ? '' : `commit ${toLine(commit.slice(0, 8))}, `}${count}`
  const rows = deliveries.flatMap(({ status, url, attempts }) => [
    `  ${output.style(signs[status][0], `${signs[status][1]} ${status}`)}  ${toLine(url)}`,
    ...attempts.map(({ attemptNumber, responseCode, durationMs, errorMessage, faults }) => {
      const answer = responseCode === 0 ? 'no answer' : String(responseCode)
      const facts = [
        `${answer} in ${durationMs} ms`,
        ...(errorMessage === undefined ? [] : [toLine(errorMessage)]),
        ...(faults.length === 0 ? [] : [toLine(faults.join(' + '))]),
      ]
      return `    attempt ${attemptNumber}: ${facts.join(', ')}`
    }),
  ])
  return [head, ...rows].join('\n')
}
