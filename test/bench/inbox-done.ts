import { createEvents, storeBy } from './inbox-events.ts'
import { workersOf, type HandledKind, type HandledStore } from './inbox-handled.ts'
import { handlers, type OpenHandler } from './inbox-row-handlers.ts'
import type { Place } from './inbox-stores.ts'
import { median } from './measure.ts'
import type { Row } from './report.ts'

/** How much to measure. */
export interface DoneEffort {
  readonly rounds: number
  /** Events of a round. */
  readonly events: number
}

const clients = 50

/** Handled events per second, from the first accept to the last outcome, against a worker written by hand on the same store. */
export async function benchDone(kind: HandledKind, place: Place, effort: DoneEffort): Promise<Row[]> {
  const rows: Row[] = []
  for (const [name, open] of Object.entries(handlers)) {
    const handler = await open(kind, place)
    try {
      rows.push(...(await compareWorkers({ kind, name, handler }, place, effort)))
    } finally {
      await handler.close()
    }
  }
  return rows
}

interface Case {
  readonly kind: HandledKind
  readonly name: string
  readonly handler: OpenHandler
}

async function compareWorkers({ kind, name, handler }: Case, place: Place, effort: DoneEffort): Promise<Row[]> {
  const subjects: Subject[] = []
  try {
    for (const [subject, open] of Object.entries(workersOf(kind))) {
      const store = await open(place, `done_${handlerName(name)}_${subjects.length}`)
      subjects.push(await startWork(subject, store, handler))
    }
    // The first round only warms up.
    for (let round = -1; round < effort.rounds; round++) {
      for (let turn = 0; turn < subjects.length; turn++) {
        const subject = subjects[(Math.max(0, round) + turn) % subjects.length]!
        const rate = await measure(subject, effort.events)
        if (round >= 0) subject.rates.push(rate)
      }
    }
  } finally {
    await Promise.all(subjects.map(({ store }) => store.stop()))
  }
  const floor = subjects[0]!.rates
  return subjects.map(({ subject, rates }, index) => ({
    subject: index === 0 ? `floor: ${subject}` : subject,
    case: `${kind}, accept to done by ${clients} clients, ${name}`,
    median: median(rates),
    unit: 'events/s',
    ratio: median(rates.map((rate, round) => rate / floor[round]!)),
    ...(index === 0 ? undefined : { aim: 'at least 0.9' }),
  }))
}

interface Subject {
  readonly subject: string
  readonly store: HandledStore
  readonly makeEvent: ReturnType<typeof createEvents>
  readonly rates: number[]
  /** Resolves when this many more events are done. */
  untilDone(count: number): Promise<void>
}

async function startWork(subject: string, store: HandledStore, { handle }: OpenHandler): Promise<Subject> {
  let left = 0
  let finish = (): void => {}
  await store.work(handle, (count) => {
    left -= count
    if (left <= 0) finish()
  })
  return {
    subject,
    store,
    makeEvent: createEvents(),
    rates: [],
    untilDone(count) {
      left = count
      return new Promise((resolve) => (finish = resolve))
    },
  }
}

async function measure({ store, makeEvent, untilDone }: Subject, events: number): Promise<number> {
  const start = performance.now()
  const done = untilDone(events)
  await storeBy(clients, store, makeEvent, (begun) => begun >= events)
  await done
  return (events / (performance.now() - start)) * 1_000
}

const handlerName = (name: string): string => (name.endsWith('nothing') ? 'nothing' : 'row')
