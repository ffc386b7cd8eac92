import { useState } from 'preact/hooks'
import type { Overview } from '../../src/api.ts'
import { toCount } from '../format.ts'
import { toStepTime } from './axis.ts'
import { outcomes } from './outcomes.ts'
import { outcomeNames } from './legend.tsx'

const names = ['stored', ...outcomes] as const

/** The figures of the chart as a table, latest first. */
export function StepsTable({ overview }: { readonly overview: Overview }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details class="as-table" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>Show as a table</summary>
      {isOpen && (
        <div class="table" tabIndex={0} role="region" aria-label="Figures of the chart">
          <table class="fit" aria-label="Figures of the chart">
            <thead>
              <tr>
                <th scope="col">Time</th>
                {names.map((name) => (
                  <th key={name} scope="col" class="num">
                    {outcomeNames[name]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {overview.steps.toReversed().map((step) => (
                <tr key={step.at}>
                  <th scope="row">{toStepTime(step.at, overview.stepMs, overview.spanMs)}</th>
                  {names.map((name) => (
                    <td key={name} class="num">
                      {toCount(step[name])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  )
}
