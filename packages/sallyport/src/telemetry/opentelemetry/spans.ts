import { context, createContextKey, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Attributes, Context, Link, Span, Tracer } from '@opentelemetry/api'
import { isOwnError, tryRead } from '../../errors/sallyport-error.ts'
import type { AttemptMessage } from '../../receive/attempt-channel.ts'
import type { DeliveryReport } from '../../receive/report.ts'
import type { EventName, StoreMessage } from '../../receive/store-channel.ts'
import { conventions, operationTypes, otherError, own } from './conventions.ts'
import { fromTraceContext, readSenderSpans, toTraceContext } from './sender-context.ts'

/** How spans are made. */
export interface SpanSettings {
  readonly tracer: Tracer
  /** Whether the span of an accepted event links to the one that the sender's headers name. */
  readonly linkSender: boolean
  /** Whether spans have the attributes of the messaging conventions. */
  readonly messaging: boolean
}

/** Adds what a delivery's report says to the server span, if there is one. */
export function describeServerSpan({ provider, outcome, code, eventType, eventId }: DeliveryReport): void {
  findServerSpan(context.active())?.setAttributes({
    [own.provider]: provider,
    [own.outcome]: outcome,
    ...(code !== undefined && { [own.code]: code }),
    ...(eventType !== undefined && { [own.eventType]: clip(eventType) }),
    ...(eventId !== undefined && { [own.eventId]: clip(eventId) }),
  })
}

/** Makes a span around the storing of an event, and stores its context with the event. */
export function traceStore(message: StoreMessage, settings: SpanSettings): void {
  const { event } = message
  message.around((work) => {
    const { parent, links } = findOrigin(message, settings)
    const span = startSpan('publish', SpanKind.PRODUCER, event, { parent, links, settings })
    message.traceContext = toTraceContext(span.spanContext())
    return runInside(span, parent, work, () => ({ [own.outcome]: message.answer }))
  })
}

/** Makes a span around an attempt. It begins a trace of its own, with a link to the span that accepted the event. */
export function traceAttempt(message: AttemptMessage, settings: SpanSettings): void {
  const accepted = fromTraceContext(message.traceContext)
  message.around((work) => {
    const links = accepted === undefined ? [] : [{ context: accepted }]
    const span = startSpan('process', SpanKind.CONSUMER, message.event, { parent: ROOT_CONTEXT, links, settings })
    span.setAttribute(own.attempt, message.attempt)
    return runInside(span, ROOT_CONTEXT, work, () => ({ [own.outcome]: message.outcome }))
  })
}

/**
 * Where the span of an accepted event belongs: below the server span, unless that has the trace of the sender's headers. Then it
 * begins a trace of its own, with a link to the server span: nobody outside may choose your trace ids or what is sampled.
 */
function findOrigin({ headers }: StoreMessage, { linkSender }: SpanSettings): { parent: Context; links: Link[] } {
  const active = context.active()
  const server = trace.getSpanContext(active)
  const senders = readSenderSpans(headers)
  const links = linkSender ? senders.slice(0, 1).map((one) => ({ context: one })) : []
  const isTaken = server !== undefined && senders.some(({ traceId }) => traceId === server.traceId)
  return isTaken ? { parent: ROOT_CONTEXT, links: [{ context: server }, ...links] } : { parent: active, links }
}

interface Place {
  readonly parent: Context
  readonly links: Link[]
  readonly settings: SpanSettings
}

function startSpan(
  operation: keyof typeof operationTypes,
  kind: SpanKind,
  { provider, type, id }: EventName,
  { parent, links, settings: { tracer, messaging } }: Place,
): Span {
  const attributes: Attributes = {
    [own.provider]: provider,
    [own.eventType]: clip(type),
    [own.eventId]: clip(id),
    ...(messaging && {
      [conventions.messagingSystem]: 'sallyport',
      [conventions.operationName]: operation,
      [conventions.operationType]: operationTypes[operation],
      [conventions.destinationName]: provider,
      [conventions.messageId]: clip(id),
    }),
  }
  return tracer.startSpan(`${operation} ${provider}`, { kind, attributes, links }, parent)
}

async function runInside(
  span: Span,
  parent: Context,
  work: () => Promise<unknown>,
  describeEnd: () => Attributes,
): Promise<void> {
  try {
    await context.with(trace.setSpan(parent, span), work)
  } catch (error) {
    // No message: what a handler throws may repeat the payload.
    span.setStatus({ code: SpanStatusCode.ERROR })
    span.setAttribute(conventions.errorType, toErrorType(error))
    throw error
  } finally {
    span.setAttributes(describeEnd())
    span.end()
  }
}

/** The code of an error of Sallyport, else the name of its class. */
function toErrorType(error: unknown): string {
  if (isOwnError(error)) return error.code
  const name: unknown = tryRead(() => (error as Error).name, undefined)
  return typeof name === 'string' && /^[\w$.]{1,64}$/.test(name) ? name : otherError
}

// As `setRPCMetadata` of @opentelemetry/core names it: frameworks make spans of their own below the server span.
const rpcMetadata = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA')

function findServerSpan(active: Context): Span | undefined {
  const metadata = active.getValue(rpcMetadata) as { readonly span?: Span } | undefined
  if (metadata?.span) return metadata.span
  const span = trace.getSpan(active)
  const kind = (span as { readonly kind?: SpanKind } | undefined)?.kind
  return kind === undefined || kind === SpanKind.SERVER ? span : undefined
}

const clip = (text: string): string => text.slice(0, 256)
