import type { DemoGroup } from './delivery.ts'
import { runDemo } from './run-demo.ts'
import { startServers } from './servers.ts'
import { renderSummary } from './summary.ts'
import { renderTable } from './table.ts'

/**
 * Starts the servers, sends everything, prints the table and the summary.
 *
 * @returns the exit code: 0 only if every answer was the right one
 */
export async function presentDemo(groups: readonly DemoGroup[], print: (text: string) => void): Promise<0 | 1> {
  const startedAt = performance.now()
  const servers = await startServers()
  try {
    print(
      `\nEvery delivery goes to ${servers.length} servers over HTTP; under each server: milliseconds to its answer.\n`,
    )
    const report = await runDemo(groups, servers)
    print(`${renderTable(report)}\n\n${renderSummary(report, performance.now() - startedAt)}`)
    return report.isRight ? 0 : 1
  } finally {
    await Promise.all(servers.map((server) => server.close()))
  }
}
