/** What a server has used since its start. */
export interface Usage {
  /** Milliseconds of processor time of all its threads, user and system, as the operating system counts them. */
  readonly cpuMs: number
  /** Milliseconds in which its event loop had nothing to do. */
  readonly idleMs: number
  /** The most memory it has had at a time. */
  readonly peakBytes: number
}

/** Sends the usage of this process to its parent for each message from there. */
export function answerUsage(): void {
  process.on('message', () => process.send!(readUsage()))
}

function readUsage(): Usage {
  const { user, system } = process.cpuUsage()
  return {
    cpuMs: (user + system) / 1_000,
    idleMs: performance.eventLoopUtilization().idle,
    peakBytes: process.resourceUsage().maxRSS * 1_024,
  }
}
