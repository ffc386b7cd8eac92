import { judgeInbox } from './judge.ts'
import { runInboxDemo } from './run-inbox.ts'
import { renderInbox } from './table.ts'

/**
 * Plays the inbox's part of the demo and prints what became of it.
 *
 * @returns the exit code: 0 only if every step went as promised and nothing was lost
 */
export async function presentInbox(print: (text: string) => void): Promise<0 | 1> {
  const startedAt = performance.now()
  print('\nThe inbox: one server with a SQLite file, and a sender that tries until it is acknowledged.\n')
  const report = judgeInbox(await runInboxDemo())
  print(renderInbox(report, performance.now() - startedAt))
  return report.isRight ? 0 : 1
}
