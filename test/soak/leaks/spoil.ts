import { openSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { Flaw } from './host-options.ts'

const kept: unknown[] = []
// Fewer than a process may open.
const mostFiles = 200
let files = 0
let server: Server | undefined

/** Leaks on purpose, once per event. */
const leaks: Readonly<Record<Flaw, (event: object) => void>> = {
  'keeps every event': (event) => void kept.push(event, Buffer.alloc(4_096)),
  // It holds no process, so that only a count finds it.
  'leaves timers': () => void setInterval(leftBehind, 3_600_000).unref(),
  'leaves listeners': () => void process.on('beforeExit', () => leftBehind()),
  'leaves files open': () => void (files < mostFiles && openSync(process.execPath, 'r') && files++),
  'leaves a server open': () => void (server ??= createServer().listen(0, '127.0.0.1')),
}

export function spoil(flaw: Flaw, event: object): void {
  leaks[flaw](event)
}

function leftBehind(): void {}
