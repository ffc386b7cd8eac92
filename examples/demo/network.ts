import { rotateWithOverlap } from '@sallyport/platforms'
import type { DeliveryResult, FaultInput } from '@sallyport/sandbox'
import type { Story } from './story.ts'
import { describeAttempts, type World } from './world.ts'

type Row = readonly [expected: string, step: string, faults: readonly FaultInput[], data?: object]

const rows: readonly Row[] = [
  ['200 handled, then 200 duplicate', 'sent twice', ['duplicate']],
  ['lost, then 200 handled', 'the connection broke', ['drop']],
  ['401 SIGNATURE_MISMATCH, then 200 handled', 'a byte changed on the way', ['corrupt']],
  ['401 TIMESTAMP_STALE, then 200 handled', 'held up for ten minutes', ['stale']],
  ['500 HANDLER_FAILED, then 200 handled', 'the handler threw once', [], { failsOnce: 'network' }],
]

/** Networks and handlers fail, and the platform retries. Then a secret changes under load. */
export async function surviveFaults(story: Story, world: World): Promise<void> {
  const { sandbox, servers } = world
  story.chapter(
    'The network fails, and a secret changes',
    'The sandbox retries as the platforms do. Whatever happens on the way, each event is handled once.',
    41,
  )
  const countHandled = (): number => servers.reduce((sum, { handled }) => sum + handled.length, 0)
  // The event types are spread over the servers, so these reach all four.
  for (const [index, [expected, step, faults, data]] of rows.entries()) {
    await story.step(step, expected, async () => {
      const before = countHandled()
      const [delivery] = sandbox.sonzai.trigger(sandbox.sonzai.eventTypes[index]!, { faults, data: { ...data } })
      const answers = describeAttempts(await delivery!.finished)
      const runs = countHandled() - before
      return runs === 1 ? answers : `${answers} (handled ${runs} times)`
    })
  }
  await story.step('3 new secrets under load', '0 rejected, signed with 4 secrets', () => rotateUnderLoad(world))
}

/** Rotates a secret three times while events keep coming. */
async function rotateUnderLoad({ sandbox, sonzai, secrets }: World): Promise<string> {
  const eventType = 'on_wakeup_ready'
  const deliveries: Promise<DeliveryResult>[] = []
  const keyIds = new Set<string>()
  const deliver = async (): Promise<void> => {
    const [delivery] = sandbox.sonzai.trigger(eventType)
    deliveries.push(delivery!.finished)
    await delivery!.finished
  }
  await deliver()
  for (let rotation = 0; rotation < 3; rotation++) {
    const rotated = rotateWithOverlap(sonzai, eventType, { store: secrets })
    for (let isDone = false; !isDone;)
      isDone = await Promise.race([rotated.then(() => true), deliver().then(() => false)])
    const { keyId, retiring } = await rotated
    for (const id of [keyId, ...retiring.map((old) => old.keyId)]) keyIds.add(id)
    await deliver()
  }
  const answers = (await Promise.all(deliveries)).map(describeAttempts)
  return `${answers.filter((answer) => answer !== '200 handled').length} rejected, signed with ${keyIds.size} secrets`
}
