import { deliverUntilAcknowledged, type Seen } from './deliver.ts'
import { signTask, type Task } from './provider.ts'

/** Running senders, each with its own events, each event sent until it is acknowledged. */
export interface Clients {
  /** Ids of events. */
  readonly acknowledged: ReadonlySet<string>
  /** Answers by status and, for a 2xx, outcome: `202 accepted`, `200 duplicate`, `503`. */
  readonly answers: ReadonlyMap<string, number>
  /** Starts no new event; resolves once every started one is acknowledged. */
  stop(): Promise<void>
}

export function startClients(port: number, count: number, task: () => Task = () => ({})): Clients {
  const acknowledged = new Set<string>()
  const answers = new Map<string, number>()
  const over = new AbortController()

  function note({ status, body }: Seen): void {
    const answer = status < 300 ? `${status} ${(JSON.parse(body) as { outcome: string }).outcome}` : String(status)
    answers.set(answer, (answers.get(answer) ?? 0) + 1)
  }

  async function send(client: number): Promise<void> {
    for (let number = 0; !over.signal.aborted; number++) {
      const id = `event-${client}-${number}`
      await deliverUntilAcknowledged(port, signTask(id, task()), note)
      acknowledged.add(id)
    }
  }

  const sending = Promise.all(Array.from({ length: count }, (_, client) => send(client)))
  // The error reaches the caller of `stop`.
  sending.catch(() => {})
  return {
    acknowledged,
    answers,
    async stop() {
      over.abort()
      await sending
    },
  }
}
