import { FleetError } from '@sallyport/fleet'
import { leastOf, measureTurns, type Cost } from './longest-turn.ts'
import { pieces } from './pieces.ts'
import type { Plan, Text } from './plan.ts'
import { subjects, type SubjectName } from './subjects.ts'
import { worstInputs } from './worst-inputs.ts'

/** A random number below 1, from a seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const largest = {
  subagents: 4_000,
  skills: 4_000,
  files: 9_000,
  fileBytes: 4_000_000,
  levels: 32,
  tools: 10_000,
  interrupts: 20_000,
  step: 100,
  differs: 127,
}
const texts = {
  name: 200_000,
  url: 200_000,
  value: 200_000,
  prompt: 260_000,
  matter: 15_000,
  path: 40,
  line: 10_000,
  config: 1_000_000,
}
const forms = { url: 8, key: 5, value: 8, matter: 9, config: 6 }

/** A plan at random. Small numbers are as likely as large ones. */
export function randomPlan(random: () => number): Plan {
  const number = (most: number): number => Math.floor((most + 1) ** random()) - (random() < 0.3 ? 1 : 0)
  const text = (most: number): Text => ({
    piece: pieces[Math.floor(random() * pieces.length)]!,
    length: Math.max(1, number(most)),
  })
  const all = <Result>(limits: Readonly<Record<string, number>>, make: (most: number) => Result) =>
    Object.fromEntries(Object.entries(limits).map(([name, most]) => [name, make(most)]))
  return {
    ...all(largest, (most) => Math.max(0, number(most))),
    levels: 1 + Math.floor(random() * 31),
    differs: Math.floor(random() * 128),
    ...all(texts, text),
    forms: all(forms, (most) => Math.floor(random() * most)),
  } as unknown as Plan
}

/** A plan that differs in one to three parts. */
function mutate(plan: Plan, random: () => number): Plan {
  const other = randomPlan(random) as unknown as Record<string, unknown>
  const result: Record<string, unknown> = { ...plan }
  const names = Object.keys(result)
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    const name = names[Math.floor(random() * names.length)]!
    const value = result[name]
    const choice = random()
    if (name === 'forms') {
      const inside = Object.keys(forms)[Math.floor(random() * 5)]!
      result['forms'] = { ...(value as object), [inside]: (other['forms'] as Record<string, unknown>)[inside] }
    } else if (choice < 0.4) result[name] = other[name]
    else if (typeof value === 'number')
      result[name] = Math.max(name === 'levels' ? 1 : 0, scaled(value, choice, largest[name as keyof typeof largest]))
    else {
      const text = value as Text
      result[name] =
        choice < 0.6
          ? { ...text, piece: (other[name] as Text).piece }
          : { ...text, length: Math.max(1, scaled(text.length, choice, texts[name as keyof typeof texts])) }
    }
  }
  return result as unknown as Plan
}

function scaled(value: number, choice: number, most: number): number {
  return Math.min(most, choice < 0.8 ? value * 2 + 1 : Math.floor(value / 2))
}

/** The most expensive plan that was found. */
export interface Found {
  readonly plan: Plan
  readonly cost: Cost
  readonly tries: number
}

/** Looks for the plan that costs most: those known, then at random and by changes to the best few. */
export async function search(name: SubjectName, seed: number, budgetMs: number): Promise<Found | undefined> {
  const random = createRandom(seed)
  const best: { plan: Plan; cost: Cost }[] = []
  const end = performance.now() + budgetMs
  const known = Object.values(worstInputs).flatMap(({ plan, subjects: names }) => (names.includes(name) ? [plan] : []))
  let tries = 0
  for (; performance.now() < end; tries++) {
    const parent = best[Math.floor(random() * best.length)]
    const plan =
      known.pop() ?? (parent === undefined || random() < 0.25 ? randomPlan(random) : mutate(parent.plan, random))
    const cost = await costOf(name, plan)
    if (cost === undefined) continue
    best.push({ plan, cost })
    best.sort((left, right) => worth(right.cost) - worth(left.cost))
    best.length = Math.min(best.length, 8)
  }
  return best[0] && { ...best[0], tries }
}

// Below the length of a slice, the turns say nothing; the total leads on.
function worth({ turnMs, totalMs }: Cost): number {
  return turnMs + totalMs / 50
}

/** What a plan costs, or `undefined` if it is no bundle. @param repeats what so many runs have in common counts */
export async function costOf(name: SubjectName, plan: Plan, repeats = 1): Promise<Cost | undefined> {
  const costs: Cost[] = []
  try {
    while (costs.length < repeats) costs.push(await measureTurns(await subjects[name](plan)))
  } catch (error) {
    if (FleetError.is(error)) return undefined
    throw error
  }
  return leastOf(costs)
}
