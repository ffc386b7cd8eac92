import type { Chapter } from './chapter.ts'
import { triggerEvents } from './chapters/events.ts'
import { sufferFaults } from './chapters/faults.ts'
import { pollForMessages } from './chapters/notifications.ts'
import { publishAgents } from './chapters/publish.ts'
import { rotateUnderLoad } from './chapters/rotate.ts'
import { subscribe } from './chapters/subscribe.ts'
import type { World } from './world.ts'

const chapters: readonly ((world: World) => Promise<Chapter>)[] = [
  subscribe,
  triggerEvents,
  publishAgents,
  rotateUnderLoad,
  sufferFaults,
  pollForMessages,
]

/** Tells the story from its beginning; each chapter builds on those before it. */
export async function tellStory(world: World): Promise<Chapter[]> {
  const told: Chapter[] = []
  for (const chapter of chapters) told.push(await chapter(world))
  return told
}
