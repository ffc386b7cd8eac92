import { styleText } from 'node:util'
import { renderSteps, widthOf } from '../step.ts'
import type { Chapter } from './chapter.ts'
import { tellStory } from './tell-story.ts'
import type { World } from './world.ts'

/**
 * Plays the story of three platforms and one server, and prints it as a table.
 *
 * @returns the exit code: 0 only if every step went as it must
 */
export async function presentStory(world: World, print: (text: string) => void): Promise<0 | 1> {
  const startedAt = performance.now()
  print('Three platforms on localhost, and one Express server with an inbox that receives from all of them.\n')
  const chapters = await tellStory(world)
  print(renderStory(chapters, performance.now() - startedAt))
  return isAllRight(chapters) ? 0 : 1
}

/** The chapters and the verdict. */
export function renderStory(chapters: readonly Chapter[], milliseconds: number): string {
  const steps = chapters.flatMap((chapter) => chapter.steps)
  const width = widthOf(steps)
  const lines = chapters.flatMap((chapter) => [
    styleText('bold', chapter.title),
    ...renderSteps(chapter.steps, width),
    '',
  ])
  const counts = `${steps.filter((step) => step.isRight).length} of ${steps.length} steps as expected`
  const isRight = isAllRight(chapters)
  const verdict = `${isRight ? '✓' : '✗'} ${counts}, in ${(milliseconds / 1000).toFixed(1)} s`
  return [...lines, styleText(['bold', isRight ? 'green' : 'red'], verdict)].join('\n')
}

/** Whether every step went as it must. */
export function isAllRight(chapters: readonly Chapter[]): boolean {
  return chapters.every(({ steps }) => steps.every((step) => step.isRight))
}
