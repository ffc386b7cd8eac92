import { toShownUrl } from '../shown-url.ts'
import { error, ok, warning, type Finding } from './check.ts'

/**
 * Compares the clock with that of an HTTP server, which says its own in `Date` to the second.
 *
 * @param url server that is asked
 */
export async function checkClock(url: string, timeoutMs: number): Promise<Finding> {
  try {
    const asked = Date.now()
    const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    const answered = Date.now()
    await response.body?.cancel()
    const theirs = Date.parse(response.headers.get('date') ?? '')
    if (Number.isNaN(theirs))
      return warning('clock', 'clock', `${toShownUrl(url)} does not say its time`, 'Name another server with --clock.')
    return judgeSkew((asked + answered) / 2 - theirs - 500)
  } catch {
    return warning(
      'clock',
      'clock',
      `${toShownUrl(url)} does not answer, so the clock was not compared`,
      'Name a server that can be reached with --clock.',
    )
  }
}

/** @param skewMs how far this clock is ahead */
export function judgeSkew(skewMs: number): Finding {
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  const where = skewMs < 0 ? 'behind' : 'ahead'
  if (seconds <= 5) return ok('clock', 'clock', `differs by ${seconds} s`)
  const make = seconds > 60 ? error : warning
  return make(
    'clock',
    'clock',
    `this clock is ${seconds} s ${where}`,
    'Synchronise it (NTP): signed times are judged by it.',
  )
}
