import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** A request as some host makes it, and what the receiver answers to a delivery in it. */
export interface OddRequest {
  readonly alter: (request: IncomingMessage) => void | Promise<void>
  /** The code of the refusal or failure. @default none: it is handled */
  readonly code?: string | undefined
}

const set =
  (members: Record<string, unknown>): ((request: IncomingMessage) => void) =>
  (request) => {
    for (const [name, value] of Object.entries(members))
      Object.defineProperty(request, name, { value, writable: true, configurable: true, enumerable: true })
  }

const throwing =
  (name: string): ((request: IncomingMessage) => void) =>
  (request) =>
    void Object.defineProperty(request, name, {
      configurable: true,
      get() {
        throw new Error(`${name} is out of reach`)
      },
    })

// Without its socket a request of Node cannot be read, so such hosts keep the bytes.
const withoutSocket =
  (socket: null | undefined): ((request: IncomingMessage) => Promise<void>) =>
  async (request) =>
    set({ rawBody: await buffer(request), socket, connection: socket })(request)

/** Shapes of Node requests that hosts have been seen to make, and worse ones. */
export const oddRequests: Readonly<Record<string, OddRequest>> = {
  'as Node makes it': { alter: () => {} },
  // serverless-http 4.0.0, lib/request.js: headers are assigned, raw ones never filled in; the version is text.
  'empty rawHeaders': { alter: set({ rawHeaders: [] }) },
  'no rawHeaders': { alter: set({ rawHeaders: undefined }) },
  'rawHeaders null': { alter: set({ rawHeaders: null }) },
  'a version as text': { alter: set({ httpVersion: '1.1', httpVersionMajor: '1', httpVersionMinor: '1' }) },
  'no version': { alter: set({ httpVersionMajor: undefined }) },
  'a length as a number': {
    alter(request) {
      set({
        rawHeaders: [],
        headers: { ...request.headers, 'content-length': Number(request.headers['content-length']) },
      })(request)
    },
  },
  'headers without a value': {
    alter(request) {
      set({ rawHeaders: [], headers: { ...request.headers, 'x-null': null, 'x-missing': undefined } })(request)
    },
  },
  'a raw header without a value': {
    alter: (request) => set({ rawHeaders: [...request.rawHeaders, 'x-null', null, 'x-alone'] })(request),
  },
  'headers null': { alter: set({ rawHeaders: [], headers: null }), code: 'CONTENT_TYPE_UNSUPPORTED' },
  'no headers at all': { alter: set({ rawHeaders: null, headers: undefined }), code: 'CONTENT_TYPE_UNSUPPORTED' },
  'headers as text': { alter: set({ rawHeaders: null, headers: 'x-id: 1' }), code: 'REQUEST_UNREADABLE' },
  'a header that is an object': {
    alter: (request) => set({ rawHeaders: [...request.rawHeaders, 'x-object', {}] })(request),
    code: 'REQUEST_UNREADABLE',
  },
  'headers that throw': { alter: throwing('rawHeaders'), code: 'REQUEST_UNREADABLE' },
  'no socket': { alter: withoutSocket(undefined) },
  'socket null': { alter: withoutSocket(null) },
  'no URL': { alter: set({ url: undefined, originalUrl: undefined }) },
  'no method': { alter: set({ method: undefined }), code: 'REQUEST_UNREADABLE' },
  'method null': { alter: set({ method: null }), code: 'REQUEST_UNREADABLE' },
  'text instead of bytes': { alter: (request) => void request.setEncoding('utf8'), code: 'BODY_ALREADY_PARSED' },
  'complete unset': { alter: set({ complete: undefined }) },
}
