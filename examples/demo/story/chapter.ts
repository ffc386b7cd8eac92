import type { Step } from '../step.ts'

/** Steps of the story under one heading. */
export interface Chapter {
  readonly title: string
  readonly steps: readonly Step[]
}
