import type { Prepare } from './deliveries.ts'
import type { HttpEffort, HttpServer } from './http.ts'
import type { Kind } from './http-apps.ts'

/** What the first requests of a new process took, in milliseconds. */
export interface Cold {
  readonly tookMs: number
  readonly cpuMs: number
}

/** The first requests of new processes, one after the other. Starting the process does not count. */
export async function measureColdStart(
  startAll: () => Promise<readonly HttpServer[]>,
  prepare: Prepare,
  { coldStarts, coldRequests }: HttpEffort,
): Promise<Record<Kind, Cold[]>> {
  const measured = { floor: [] as Cold[], sallyport: [] as Cold[] }
  for (let start = 0; start < coldStarts; start++) {
    const servers = await startAll()
    const prepared = prepare(coldRequests)
    try {
      for (const { kind, client, readUsage } of start % 2 === 0 ? servers : servers.toReversed()) {
        const before = await readUsage()
        const tookMs = await client.send(prepared)
        measured[kind].push({ tookMs, cpuMs: (await readUsage()).cpuMs - before.cpuMs })
      }
    } finally {
      await Promise.all(servers.map(({ close }) => close()))
    }
  }
  return measured
}
