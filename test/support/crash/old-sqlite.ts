// Preloaded into every thread of a process: a Node with an older SQLite.
Object.defineProperty(process, 'versions', { value: { ...process.versions, sqlite: '3.51.2' } })
