import { toShownUrl } from '@sallyport/platforms'
import { error, ok, warning, type Finding } from './check.ts'

/** Compares the clock with the `Date` header of an HTTP server, which is exact to the second. */
export async function checkClock(url: string, timeoutMs: number): Promise<Finding> {
  try {
    const asked = Date.now()
    const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    const answered = Date.now()
    await response.body?.cancel()
    const theirs = Date.parse(response.headers.get('date') ?? '')
    if (Number.isNaN(theirs))
      return warning('clock', 'clock', `${toShownUrl(url)} sends no Date header`, 'Pass another server with --clock.')
    return judgeSkew((asked + answered) / 2 - theirs - 500)
  } catch {
    return warning(
      'clock',
      'clock',
      `${toShownUrl(url)} does not answer; the clock was not checked`,
      'Pass another server with --clock.',
    )
  }
}

/** Judges a difference of clocks. @param skewMs how far this clock is ahead, in milliseconds */
export function judgeSkew(skewMs: number): Finding {
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  const where = skewMs < 0 ? 'behind' : 'ahead'
  if (seconds <= 5) return ok('clock', 'clock', `differs by ${seconds} s`)
  const make = seconds > 60 ? error : warning
  return make(
    'clock',
    'clock',
    `this clock is ${seconds} s ${where}`,
    'Synchronise it (NTP): the age of deliveries depends on it.',
  )
}
