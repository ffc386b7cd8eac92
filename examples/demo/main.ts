import { fleetGroups } from './deliveries/fleet.ts'
import { invoratecGroups } from './deliveries/invoratec.ts'
import { sonzaiGroups } from './deliveries/sonzai.ts'
import { presentInbox } from './inbox/present-inbox.ts'
import { presentDemo } from './present-demo.ts'
import { keepRunning } from './story/keep-running.ts'
import { presentStory } from './story/present-story.ts'
import { createWorld } from './story/world.ts'

if (areKnown(process.argv.slice(2))) await play(process.argv.includes('--keep'))
else {
  console.error('usage: npm run demo [-- --keep]')
  process.exitCode = 2
}

function areKnown(parameters: readonly string[]): boolean {
  return parameters.every((parameter) => parameter === '--keep')
}

async function play(keep: boolean): Promise<void> {
  const groups = [...sonzaiGroups(), ...invoratecGroups(), ...(await fleetGroups())]
  const world = await createWorld()
  try {
    const parts = [
      await presentStory(world, console.log),
      await presentDemo(groups, console.log),
      await presentInbox(console.log),
    ]
    process.exitCode = Math.max(...parts)
    if (keep) await keepRunning(world, console.log)
  } finally {
    await world.close()
  }
}
