import { randomUUID } from 'node:crypto'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'

const parallel = 20

/** Sends different deliveries to a project of `examples/deploy/`. @returns the status of each answer; 0 where nobody listens any more */
export async function sendTo(url: string, secret: string, count: number): Promise<number[]> {
  const name = randomUUID()
  const statuses: number[] = []
  let sent = 0

  async function send(index: number): Promise<number> {
    const { plainHeaders, body } = signDelivery(sonzai(), {
      secret,
      type: 'on_wakeup_ready',
      edit: (event) => ({ ...event, agent_id: `${name}-${index}` }),
    })
    const request = { method: 'POST', headers: plainHeaders, body: Buffer.from(body) }
    try {
      const response = await fetch(`${url}/webhooks/sonzai`, request)
      await response.arrayBuffer()
      return response.status
    } catch (error) {
      if (((error as Error).cause as { code?: string } | undefined)?.code === 'ECONNREFUSED') return 0
      throw error
    }
  }

  async function sendInTurn(): Promise<void> {
    while (sent < count) statuses.push(await send(sent++))
  }

  await Promise.all(Array.from({ length: parallel }, sendInTurn))
  return statuses
}

/** The keys of the events whose handlers have run, by what programs printed. */
export function handledIn(...outputs: readonly string[]): Set<string> {
  const lines = outputs.flatMap((output) => output.split('\n')).filter((line) => line.startsWith('{"handled"'))
  return new Set(lines.map((line) => (JSON.parse(line) as { key: string }).key))
}
