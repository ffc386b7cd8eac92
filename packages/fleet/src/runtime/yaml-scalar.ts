import { floatToText } from './python-text.ts'

/** A plain scalar as PyYAML constructs it: its type, and what `str` makes of it. */
export interface PlainScalar {
  readonly type: 'text' | 'boolean' | 'number' | 'null' | 'date'
  readonly text: string
}

/** What PyYAML does instead: an error that the runtime catches, or one that stops it. */
export type ScalarFault = 'refused' | 'fatal'

const isBoolean = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/
const isTrue = /^(?:yes|true|on)$/i
const isNull = /^(?:~|null|Null|NULL|)$/
const isFloat =
  /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const isInteger =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][\d_]*)|[-+]?0x[\da-fA-F_]+|[-+]?[1-9][\d_]*(?::[0-5]?\d)+)$/
const isDate =
  /^\d{4}-(?:\d\d-\d\d|\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/
const dateParts =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?)?$/
// Python converts no longer number (`sys.set_int_max_str_digits`).
const mostDigits = 4_300

/** Resolves a plain scalar as `yaml.safe_load` does (PyYAML 6.0.3, `resolver.py` and `constructor.py`). */
export function readPlainScalar(text: string): PlainScalar | ScalarFault {
  if (isBoolean.test(text)) return { type: 'boolean', text: isTrue.test(text) ? 'True' : 'False' }
  if (isFloat.test(text)) return { type: 'number', text: floatToText(toFloat(text)) }
  if (isInteger.test(text)) return toInteger(text)
  if (isNull.test(text)) return { type: 'null', text: 'None' }
  if (isDate.test(text)) return toDate(text)
  // Merge and value keys have no constructor.
  return text === '=' || text === '<<' ? 'refused' : { type: 'text', text }
}

function toFloat(source: string): number {
  const text = source.replaceAll('_', '').toLowerCase()
  const sign = text.startsWith('-') ? -1 : 1
  const digits = text.replace(/^[-+]/, '')
  if (digits === '.inf') return sign * Infinity
  if (digits === '.nan') return Number.NaN
  return sign * digits.split(':').reduce((value, part) => value * 60 + Number(part), 0)
}

function toInteger(source: string): PlainScalar | ScalarFault {
  const text = source.replaceAll('_', '')
  const sign = text.startsWith('-') ? -1n : 1n
  const digits = text.replace(/^[-+]/, '')
  if (digits === '0b' || digits === '0x') return 'fatal'
  const isDecimal = digits === '0' || !digits.startsWith('0')
  if (isDecimal && digits.split(':').some(({ length }) => length > mostDigits)) return 'fatal'
  const value = isDecimal
    ? digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n)
    : BigInt(/^0[bx]/.test(digits) ? digits : `0o${digits}`)
  // Longer than any description, and Python refuses to print it.
  const decimal = String(sign * value)
  return decimal.length > mostDigits ? 'fatal' : { type: 'number', text: decimal }
}

function toDate(text: string): PlainScalar | ScalarFault {
  const [, year = '', ...parts] = dateParts.exec(text) ?? []
  const [month = '', day = '', hour, minute = '', second = '', fraction = '', zone, sign, zoneHour = '', zoneMinute] =
    parts
  const days = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate()
  const isDay = Number(year) > 0 && Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= days
  if (!isDay) return 'fatal'
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  if (hour === undefined) return { type: 'date', text: date }
  const offset = Number(zoneHour) * 60 + Number(zoneMinute ?? 0)
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || offset >= 24 * 60) return 'fatal'
  const micros = fraction.slice(0, 6).padEnd(6, '0')
  const time = `${hour.padStart(2, '0')}:${minute}:${second}${/^0*$/.test(micros) ? '' : `.${micros}`}`
  return { type: 'date', text: `${date} ${time}${zone === undefined ? '' : toZone(sign, offset)}` }
}

function toZone(sign: string | undefined, minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${sign === '-' && minutes > 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
