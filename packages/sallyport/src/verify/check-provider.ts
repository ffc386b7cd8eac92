import { SallyportError } from '../errors/sallyport-error.ts'
import { allow, longestTimer } from '../options/allow.ts'
import { checkValue, failOption, type OptionRules } from '../options/check-options.ts'
import { showGiven } from '../options/show-given.ts'
import type { Provider } from './provider.ts'

/** Numbers of a provider that a receiver relies on; a copy of a provider may have others than its definition had. */
type Limits = Pick<Provider, 'toleranceMs' | 'maxBodyBytes' | 'retentionMs' | 'handlerTimeoutMs'>

export const limitRules: OptionRules<Limits> = {
  toleranceMs: allow.above0(),
  maxBodyBytes: allow.above0(),
  retentionMs: allow.above0(),
  handlerTimeoutMs: allow.above0(longestTimer),
}

const limitNames = Object.keys(limitRules) as readonly (keyof Limits)[]

/** @throws SallyportError `OPTION_INVALID` unless a provider was passed; `PROVIDER_INVALID` for a limit that is none */
export function checkProvider(place: string, provider: Provider): void {
  if (!isProvider(provider)) failOption(`${place}: ${describeMistake(provider)}`)
  for (const name of limitNames)
    if (provider[name] !== undefined)
      checkValue(`provider ${provider.name}`, name, provider[name], limitRules[name], failProvider)
}

/** @throws SallyportError `PROVIDER_INVALID` */
export function failProvider(detail: string): never {
  throw new SallyportError('PROVIDER_INVALID', detail)
}

/** Whether a value has what every provider has. */
export function isProvider(value: unknown): value is Provider {
  if (typeof value !== 'object' || value === null) return false
  const { name, scheme, identify, events } = value as Partial<Provider>
  return typeof name === 'string' && Boolean(scheme) && typeof identify === 'function' && Boolean(events)
}

function describeMistake(value: unknown): string {
  if (typeof value === 'function') {
    const name = /^[A-Za-z_]\w{0,40}$/.test(value.name) ? value.name : 'it'
    return name === 'it' ? 'the provider is a function; call it' : `the provider is a function; call it: ${name}()`
  }
  const isReceiver = allow.having('', 'receive', 'on').accepts(value)
  if (isReceiver) return 'the provider is missing: this is a receiver already'
  return `the provider must be what a provider function returns, such as stripe(), not ${showGiven(value)}`
}
