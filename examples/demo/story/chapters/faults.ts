import type { FaultInput, FaultKind } from '@sallyport/sandbox'
import { agentNames, folderOf } from '../../../agents/publish.ts'
import { expectStep, type Step } from '../../step.ts'
import { answersOf } from '../answers.ts'
import type { Chapter } from '../chapter.ts'
import { handledSince } from '../handled.ts'
import type { World } from '../world.ts'

/** The faults of the network and of forgers, and what each delivery goes through. */
const expected: Readonly<Record<Exclude<FaultKind, 'reorder'>, string>> = {
  duplicate: '202, then 200',
  delay: '202',
  drop: 'lost, then 202',
  corrupt: '401, then 202',
  'wrong-signature': '401, then 202',
  stale: '401, then 202',
  'slow-body': '408, then 202',
}

/** Lets each fault befall one delivery of each platform; the sandbox tries again as the platforms do. */
export async function sufferFaults(world: World): Promise<Chapter> {
  const steps: Step[] = []
  for (const platform of ['sonzai', 'invoratec'] as const) {
    for (const [kind, answers] of Object.entries(expected)) {
      steps.push(await suffer(world, platform, kind as FaultKind, answers))
    }
    steps.push(await reorder(world, platform))
  }
  steps.push(await publishWith(world, 'wrong-signature', '401'))
  steps.push(await publishWith(world, 'drop', 'lost'))
  return { title: 'Faults: whatever happens on the way, each event is handled once', steps }
}

const types = { sonzai: 'agent.message', invoratec: 'alert.triggered' } as const
const delayMs = 150

async function suffer(
  { sandbox, server }: World,
  platform: keyof typeof types,
  kind: FaultKind,
  answers: string,
): Promise<Step> {
  const before = server.handled.length
  const fault: FaultInput = kind === 'delay' ? { kind, ms: delayMs } : kind
  const deliveries = sandbox[platform].trigger(types[platform], { faults: [fault] })
  const results = await Promise.all(deliveries.map(({ finished }) => finished))
  const { length } = await handledSince(server, before)
  const text = (how: string, times: number): string => `${how}; handled ${times === 1 ? 'once' : `${times} times`}`
  return expectStep(`${platform}: ${kind}`, text(results.map(answersOf).join('; '), length), text(answers, 1))
}

/** The first of two waits until the second was sent. */
async function reorder({ sandbox, server }: World, platform: keyof typeof types): Promise<Step> {
  const before = server.handled.length
  const first = sandbox[platform].trigger(types[platform], { faults: ['reorder'], data: { order: 'first' } })
  const second = sandbox[platform].trigger(types[platform], { data: { order: 'second' } })
  await Promise.all([...first, ...second].map(({ finished }) => finished))
  const handled = await handledSince(server, before)
  const orders = handled.map(({ data }) => (data as { order?: string }).order)
  return expectStep(`${platform}: reorder`, orders.join(' before '), 'second before first')
}

async function publishWith({ sandbox }: World, kind: FaultKind, answer: string): Promise<Step> {
  const [webhook] = sandbox.fleet.list()
  const { finished } = await sandbox.fleet.run(webhook!.id, {
    folder: folderOf(agentNames[0]),
    input: { environment: 'staging', dry_run: false },
    faults: [kind],
  })
  return expectStep(`fleet: ${kind}`, answersOf(await finished), answer)
}
