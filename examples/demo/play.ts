import { publishAgents } from './agents.ts'
import { deployCommits } from './commits.ts'
import { surviveCrash } from './crash.ts'
import { sendDeliveries } from './deliveries.ts'
import { surviveFaults } from './network.ts'
import { receiveEverything, registerWebhooks } from './register.ts'
import { createStory, StoppedError, summarize, type Story } from './story.ts'
import type { World } from './world.ts'

/** A part of the story. It may build on what those before it did. */
export type Chapter = (story: Story, world: World) => Promise<void>

export const chapters: readonly Chapter[] = [
  registerWebhooks,
  receiveEverything,
  sendDeliveries,
  surviveFaults,
  publishAgents,
  deployCommits,
  surviveCrash,
]

/**
 * Plays the chapters one after the other and prints what happened.
 *
 * @returns the exit code: 0 only if every outcome was as expected
 */
export async function play(
  world: World,
  print: (line: string) => void,
  told: readonly Chapter[] = chapters,
): Promise<0 | 1> {
  const startedAt = performance.now()
  const story = createStory(print)
  let stopped: string | undefined
  try {
    for (const chapter of told) await chapter(story, world)
  } catch (error) {
    stopped = error instanceof StoppedError ? error.message : `the demo stopped: ${String(error)}`
  }
  print('')
  print(summarize(story.outcomes, performance.now() - startedAt))
  if (stopped !== undefined) print(`  ${stopped}`)
  return stopped === undefined && story.outcomes.every(({ got, expected }) => got === expected) ? 0 : 1
}
