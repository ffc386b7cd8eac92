import { styleText } from 'node:util'
import { renderSteps } from '../step.ts'
import type { InboxReport } from './judge.ts'

/** The steps of the inbox's part, the final count of events, and the verdict. */
export function renderInbox({ steps, count, isRight }: InboxReport, milliseconds: number): string {
  const columns = [
    ['sent', count.sent],
    ['acknowledged', count.acknowledged],
    ['handled at least once', count.handled],
    ['lost', count.lost],
    ['acknowledged as duplicates', count.duplicates],
    ['handled again', count.handledAgain],
  ] as const
  const titles = columns.map(([title]) => styleText('bold', title)).join('  ')
  const values = columns.map(([title, value]) => String(value).padStart(title.length)).join('  ')
  const text = `${count.acknowledged} acknowledged, ${count.lost} lost, through a kill -9 and a restart`
  const verdict = `${isRight ? '✓' : '✗'} ${text}, in ${(milliseconds / 1000).toFixed(1)} s`
  return [
    ...renderSteps(steps),
    '',
    `  ${titles}`,
    `  ${values}`,
    '',
    styleText(['bold', isRight ? 'green' : 'red'], verdict),
  ].join('\n')
}
