import { createTransactions, type Database, type RunQuery } from './database.ts'

/**
 * Runs statements that only read, a few at a time: the rest wait here and not for connections, which those who store may need.
 */
export function createLook(database: Database, most: number): RunQuery {
  const inTransaction = createTransactions(database)
  const waiting: (() => void)[] = []
  let running = 0

  return async (text, values = []) => {
    if (running === most) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return (await inTransaction((db) => db.executeSql(text, [...values]))).rows
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
