const oldest = [3, 51, 3] as const

/** What is wrong with the SQLite of this Node; `undefined` if nothing is. */
export function findOldSqlite(): string | undefined {
  const version = process.versions['sqlite'] ?? '0'
  const parts = version.split('.').map(Number)
  const difference = oldest.map((part, index) => (parts[index] ?? 0) - part).find((step) => step !== 0) ?? 0
  // Older ones can corrupt a database when the write-ahead log is reset (fixed in 3.51.3).
  return difference < 0 ? `SQLite ${oldest.join('.')} or newer is needed, this Node has ${version}` : undefined
}
