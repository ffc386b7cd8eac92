import type { Overview } from '../../src/api.ts'

export type Step = Overview['steps'][number]

/** What the chart counts, in the order of its legend. */
export const outcomes = ['handled', 'retried', 'dead', 'refused', 'duplicate'] as const
export type Outcome = (typeof outcomes)[number]

/** How often something happened in all steps together. */
export const toTotal = (steps: readonly Step[], name: Outcome | 'stored'): number =>
  steps.reduce((sum, step) => sum + step[name], 0)
