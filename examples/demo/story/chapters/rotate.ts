import { setTimeout as wait } from 'node:timers/promises'
import { rotateWithOverlap } from '@sallyport/platforms'
import type { DeliveryResult } from '@sallyport/sandbox'
import { expectStep } from '../../step.ts'
import { answersOf } from '../answers.ts'
import type { Chapter } from '../chapter.ts'
import { handledSince } from '../handled.ts'
import type { World } from '../world.ts'

const eventType = 'on_wakeup_ready'
const rotations = 3
const mostDeliveries = 2000

/** Rotates a secret again and again while deliveries keep coming. */
export async function rotateUnderLoad(world: World): Promise<Chapter> {
  const { sonzai, secrets, server } = world
  const before = { handled: server.handled.length, refused: server.refused.length }
  let isOver = false
  const load = deliverUntil(world, () => isOver)
  for (let rotation = 0; rotation < rotations; rotation++) {
    await wait(100)
    await rotateWithOverlap(sonzai, eventType, { store: secrets })
  }
  await wait(100)
  isOver = true
  const results = await load
  const handled = await handledSince(server, before.handled)
  const keys = new Set(handled.map(({ keyId }) => keyId))
  const answers = new Set(results.map(answersOf))

  return {
    title: `A secret rotated ${rotations} times, with ${results.length} deliveries under way`,
    steps: [
      expectStep('answers', [...answers].join(' | '), '202'),
      expectStep('refused', String(server.refused.length - before.refused), '0'),
      expectStep('handled once', String(new Set(handled.map(({ id }) => id)).size), String(results.length)),
      expectStep('secrets that signed them', String(keys.size), String(rotations + 1)),
    ],
  }
}

async function deliverUntil({ sandbox }: World, isOver: () => boolean): Promise<DeliveryResult[]> {
  const finished: Promise<DeliveryResult>[] = []
  while (!isOver() && finished.length < mostDeliveries) {
    const data = { wakeup: { wakeup_id: `wk_load_${finished.length}` } }
    finished.push(...sandbox.sonzai.trigger(eventType, { data }).map((delivery) => delivery.finished))
    await wait(1)
  }
  return Promise.all(finished)
}
