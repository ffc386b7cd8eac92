/**
 * Names a span in another process, as W3C Trace Context writes it (https://www.w3.org/TR/trace-context/). Stored with an event
 * when a subscriber of `storeChannel` sets it.
 */
export interface TraceContext {
  /** Version, trace id, span id and flags, such as `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`. */
  readonly traceparent: string
  /** Values of tracing systems; at most 512 characters. */
  readonly tracestate?: string | undefined
}

// Version 00, the only one: ids of zeros are invalid.
const traceparentForm = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
const tracestateForm = /^[\x20-\x7e]{1,512}$/

/**
 * Reads a trace context that a subscriber set or a store returned. Anything else is ignored: tracing must never stop an event.
 *
 * @returns `undefined` without a valid `traceparent`; without `tracestate` where that is invalid
 */
export function readTraceContext(value: unknown): TraceContext | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { traceparent, tracestate } = value as Partial<Record<keyof TraceContext, unknown>>
  if (typeof traceparent !== 'string' || !traceparentForm.test(traceparent)) return undefined
  return typeof tracestate === 'string' && tracestateForm.test(tracestate)
    ? { traceparent, tracestate }
    : { traceparent }
}
