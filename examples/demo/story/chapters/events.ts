import type { TriggeredDelivery } from '@sallyport/sandbox'
import { expectStep, type Step } from '../../step.ts'
import { answersOf } from '../answers.ts'
import type { Chapter } from '../chapter.ts'
import { handledSince } from '../handled.ts'
import type { World } from '../world.ts'

/** Lets every documented event happen once. */
export async function triggerEvents({ sandbox, server }: World): Promise<Chapter> {
  const before = server.handled.length
  const steps: Step[] = []
  for (const platform of ['sonzai', 'invoratec'] as const) {
    for (const eventType of sandbox[platform].eventTypes) {
      steps.push(await toStep(`${platform}: ${eventType}`, sandbox[platform].trigger(eventType)))
    }
  }
  const handled = await handledSince(server, before)
  const once = new Set(handled.map(({ provider, type }) => `${provider}: ${type}`))
  const counts = (handlings: number, types: number): string => `${handlings} handled, of ${types} types`
  steps.push(expectStep('what the handlers had', counts(handled.length, once.size), counts(steps.length, steps.length)))
  return { title: 'Every event of Sonzai and Invoratec: kept, acknowledged with 202, handled', steps }
}

async function toStep(name: string, deliveries: readonly TriggeredDelivery[]): Promise<Step> {
  const results = await Promise.all(deliveries.map(({ finished }) => finished))
  return expectStep(name, results.map(answersOf).join('; '), '202')
}
