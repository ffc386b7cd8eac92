import type { EventEmitter } from 'node:events'

/** Remembers who listens to the process and its output, so that what a command line adds can be removed. */
export function rememberListeners(): { restore(): void } {
  const watched: readonly (readonly [emitter: EventEmitter, name: string])[] = [
    ...['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'].map((name) => [process, name] as const),
    [process.stdout, 'error'],
    [process.stderr, 'error'],
  ]
  const before = watched.map(([emitter, name]) => new Set(emitter.listeners(name)))
  return {
    restore() {
      for (const [index, [emitter, name]] of watched.entries()) {
        const added = emitter.listeners(name).filter((listener) => !before[index]!.has(listener))
        for (const listener of added) emitter.removeListener(name, listener as () => void)
      }
    },
  }
}
