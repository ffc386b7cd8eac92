import {
  createTraceState,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type SpanContext,
} from '@opentelemetry/api'
import type { HeaderList } from '../../verify/header-list.ts'
import { readTraceContext, type TraceContext } from '../../receive/trace-context.ts'

const headerGetter = {
  get: (headers: HeaderList, name: string) => headers.get(name),
  keys: (headers: HeaderList) => headers.names(),
}

/**
 * The spans that the headers of a delivery name, by the registered propagator and by W3C Trace Context. No signature covers them,
 * so none of them may become a parent.
 */
export function readSenderSpans(headers: HeaderList): SpanContext[] {
  const extracted = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headers, headerGetter))
  const written = fromTraceContext(
    readTraceContext({ traceparent: headers.get('traceparent'), tracestate: headers.get('tracestate') }),
  )
  return [extracted, written].filter((one) => one !== undefined)
}

/** The span that a stored trace context names. */
export function fromTraceContext(stored: TraceContext | undefined): SpanContext | undefined {
  if (stored === undefined) return undefined
  const [, traceId = '', spanId = '', flags = ''] = stored.traceparent.split('-')
  const { tracestate } = stored
  return {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  }
}

/** What is stored of a span; `undefined` where tracing is off. */
export function toTraceContext(span: SpanContext): TraceContext | undefined {
  if (!isSpanContextValid(span)) return undefined
  const { traceId, spanId, traceFlags, traceState } = span
  const flags = (traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0')
  const tracestate = traceState?.serialize()
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, ...(tracestate ? { tracestate } : undefined) }
}
