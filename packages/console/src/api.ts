// What the console's server and its pages say to each other, as JSON. Times are milliseconds since 1970, names end in `At`.

/** What a visitor may do. `see`: every page without bodies. */
export type ConsoleAction = 'see' | 'body' | 'check' | 'replay' | 'discard' | 'rollback'

/** `GET api/session`: what the pages need before anything else. */
export interface Session {
  /** Name of the store, as `SQLite, events.db`. */
  readonly store: string
  /** Shown beside the store, where the owner gave one. */
  readonly title?: string | undefined
  readonly actions: readonly ConsoleAction[]
  /** Who the visitor is, by `authorize`. */
  readonly who?: string | undefined
  /** `click`: bodies are shown after a click; `mask`: values are hidden by the server. */
  readonly bodies: 'show' | 'click' | 'mask'
  /** Filters that are a scan in this store; the page says so. */
  readonly scanned: readonly string[]
  /** Without an inbox the page of events shows `GET api/recent`, and there is neither an overview of states nor failures. */
  readonly hasInbox: boolean
  /** Whether deliveries are recorded: without it there is no page of refusals. */
  readonly hasRecord: boolean
  readonly hasAgents: boolean
  /** Providers with a receiver here: their events can be checked again. */
  readonly providers: readonly string[]
}

/** State of an event, as the pages name it: `retrying` is pending after a failure. */
export type ShownState = 'waiting' | 'retrying' | 'active' | 'done' | 'dead'

/** Query of `GET api/events` and of `POST api/jobs`; the same names are in the URL of the page. */
export interface EventQuery {
  readonly state?: ShownState | undefined
  readonly provider?: string | undefined
  readonly type?: string | undefined
  /** `1h`, `24h`, `7d`, or milliseconds since 1970. */
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly tenant?: string | undefined
  readonly order?: string | undefined
  readonly failure?: string | undefined
  /** Text in id, type or error. */
  readonly q?: string | undefined
}

export interface EventRow {
  readonly key: string
  readonly state: ShownState
  readonly provider: string
  readonly type: string
  readonly id: string
  readonly tenant?: string | undefined
  readonly orderKey?: string | undefined
  readonly attempts: number
  readonly storedAt: number
  readonly dueAt?: number | undefined
  readonly finishedAt?: number | undefined
  readonly error?: string | undefined
  readonly failure?: string | undefined
}

/** `GET api/events?…&after=&limit=`: newest first. */
export interface EventList {
  readonly events: readonly EventRow[]
  readonly next?: string | undefined
  /** Events looked at, where a scan ended before the page was full: offer to look further, from `next`. */
  readonly looked?: number | undefined
  /** When the oldest event was stored that a scan looked at, where the store knows it. */
  readonly lookedBackTo?: number | undefined
  readonly now: number
}

/** `GET api/events/count?…` */
export interface Count {
  readonly count: number
  readonly isExact: boolean
}

/** `GET api/names` */
export interface Names {
  readonly providers: readonly string[]
  readonly types: readonly { readonly provider: string; readonly type: string }[]
  readonly isComplete: boolean
}

export interface AttemptRow {
  readonly number: number
  readonly outcome: 'running' | 'handled' | 'retried' | 'dead' | 'lost'
  readonly begunAt: number
  readonly endedAt?: number | undefined
  readonly durationMs?: number | undefined
  readonly error?: { readonly name: string; readonly message: string; readonly stack: readonly string[] } | undefined
  readonly worker?: string | undefined
}

/** `GET api/event?key=` */
export interface EventDetail extends EventRow {
  readonly keyId: string
  /** `key`: it verified with a key. `fetched`: your program fetched it from the sender. `none`: its provider checks nothing. */
  readonly proof: 'key' | 'fetched' | 'none'
  readonly receivedAt: number
  readonly signedAt?: number | undefined
  readonly method: string
  readonly url: string
  /** As kept: credentials are `[redacted]` here, whatever the inbox keeps. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly remoteAddress?: string | undefined
  readonly secure?: boolean | undefined
  readonly encoding?: string | undefined
  readonly bodyBytes: number
  readonly contentType?: string | undefined
  readonly attemptsMade: readonly AttemptRow[]
  readonly duplicates: {
    readonly count: number
    readonly latest: readonly { readonly receivedAt: number; readonly remoteAddress?: string | undefined }[]
  }
  /** Whether this store keeps attempts and duplicates. */
  readonly hasHistory: boolean
}

/**
 * `GET api/event/body?key=`, which needs `body`: the bytes, decompressed and without a charset; masked where the owner said so.
 * With `&raw=1`: the bytes as they arrived. Beyond 1 MiB `x-body-cut: 1` and the first MiB; `&whole=1` for all of it.
 * `GET api/event/http?key=`, which needs `body`: an `.http` file, as `sallyport verify` and `sallyport send` take it.
 * `GET api/event/curl?key=`, which needs `body`: the same as a curl command, text/plain.
 */

/** `POST api/check {key}`: verified and validated again, without a handler. */
export interface Check {
  /** `redacted`: the header that proves the sender was not stored. `fetched`, `none`: there never was one, see `proof`. */
  readonly sender:
    | { readonly ok: true; readonly keyId: string }
    | { readonly ok: false; readonly code: string; readonly title: string }
    | 'redacted'
    | 'fetched'
    | 'none'
  readonly data:
    | { readonly ok: true }
    | { readonly ok: false; readonly issues: readonly string[] }
    | { readonly ok: false; readonly code: string; readonly title: string }
}

/** `GET api/overview?span=1h|24h|7d` */
export interface Overview {
  readonly now: number
  readonly spanMs: number
  /** Whether the store counts per minute. */
  readonly hasMinutes: boolean
  /** Counts per step, oldest first, steps without an event too. */
  readonly stepMs: number
  readonly steps: readonly {
    readonly at: number
    readonly stored: number
    readonly handled: number
    readonly retried: number
    readonly dead: number
    readonly duplicate: number
    readonly refused: number
  }[]
  readonly waiting: number
  readonly oldestWaitingMs?: number | undefined
  readonly active: number
  readonly retrying: number
  readonly dead: number
  readonly done: number
  readonly bytes?: number | undefined
  /** Most frequent first; empty without a record. */
  readonly refusedByCode: readonly { readonly code: string; readonly provider: string; readonly count: number }[]
  readonly senders: readonly {
    readonly provider: string
    readonly stored: number
    readonly handled: number
    readonly retried: number
    readonly dead: number
    readonly refused: number
    /** Milliseconds that handlers took; the upper end of a bucket. */
    readonly p50?: number | undefined
    readonly p95?: number | undefined
  }[]
  /** Providers that sent nothing for longer than their own past explains. */
  readonly silent: readonly {
    readonly provider: string
    readonly lastAt: number
    readonly forMs: number
    /** Events an hour at this time of day, or on average. */
    readonly usualPerHour: number
  }[]
}

/** `GET api/failures?provider=&since=` */
export interface FailureList {
  readonly groups: readonly {
    readonly failure: string
    readonly provider: string
    readonly type: string
    readonly dead: number
    readonly retrying: number
    readonly firstAt: number
    readonly lastAt: number
    readonly sample: string
  }[]
  readonly isExact: boolean
  readonly now: number
}

/** `GET api/refused?provider=&code=&since=` */
export interface RefusedList {
  readonly refusals: readonly {
    readonly provider: string
    readonly code: string
    readonly title: string
    /** What to do, from the error table. */
    readonly fix: string
    readonly status: number
    readonly receivedAt: number
    readonly remoteAddress?: string | undefined
    readonly contentLength?: number | undefined
    readonly bodyBytes?: number | undefined
    readonly headerNames: readonly string[]
    readonly headerCount: number
    readonly keyId?: string | undefined
    readonly tenant?: string | undefined
    readonly eventType?: string | undefined
    readonly eventId?: string | undefined
  }[]
  readonly counts: readonly { readonly code: string; readonly provider: string; readonly count: number }[]
  readonly now: number
}

/** `GET api/recent?provider=&code=&since=`: the latest deliveries of the process, newest first; the page of events without an inbox. */
export interface RecentList {
  readonly deliveries: readonly {
    readonly provider: string
    readonly outcome: 'accepted' | 'handled' | 'duplicate' | 'ignored' | 'unknown' | 'handshake' | 'refused' | 'failed'
    readonly status: number
    readonly code?: string | undefined
    readonly keyId?: string | undefined
    readonly tenant?: string | undefined
    readonly eventType?: string | undefined
    readonly eventId?: string | undefined
    readonly remoteAddress?: string | undefined
    readonly contentLength?: number | undefined
    readonly bodyBytes?: number | undefined
    readonly receivedAt: number
    readonly durationMs?: number | undefined
  }[]
  readonly now: number
}

/** `POST api/replay {key}`, `POST api/discard {key}` */
export interface Changed {
  readonly count: number
}

/** Most keys of one `POST api/jobs`. */
export const mostKeys = 1_000

/**
 * `POST api/jobs {action, query | keys, expected}` starts a change of many events; `expected` is the count that was shown. Where
 * another number matches now, nothing happens: a 409 `CONSOLE_COUNT_CHANGED` with the new `count`. A query needs a state: `dead`
 * or `done` to replay, `dead`, `done`, `waiting` or `retrying` to discard. At most `mostKeys` keys, of dead, done or pending events.
 * The answer is the `Job`. `GET api/jobs` answers a `JobList`, `POST api/jobs/stop {id}` stops one and answers it.
 */
export interface Job {
  readonly id: string
  readonly action: 'replay' | 'discard'
  readonly query?: EventQuery | undefined
  readonly who?: string | undefined
  readonly startedAt: number
  readonly endedAt?: number | undefined
  readonly state: 'running' | 'stopped' | 'done' | 'failed'
  /** The count that was shown before. */
  readonly expected: number
  readonly changed: number
  readonly error?: string | undefined
}

/** Latest first. */
export interface JobList {
  readonly jobs: readonly Job[]
}

/** `GET api/audit` */
export interface AuditList {
  /** Latest first. */
  readonly entries: readonly AuditEntry[]
  readonly now: number
}

export interface AuditEntry {
  readonly at: number
  readonly who?: string | undefined
  readonly remoteAddress?: string | undefined
  readonly action: 'replay' | 'discard' | 'rollback' | 'body' | 'stop'
  /** As `stripe/evt_1`, a filter in words, or `researcher to 1a2b…`. */
  readonly what: string
  readonly count?: number | undefined
  /** A change of many events is `started` first. */
  readonly outcome: 'started' | 'done' | 'refused' | 'failed'
}

/** `GET api/agents` */
export interface AgentList {
  readonly agents: readonly {
    readonly name: string
    /** Digest of the current release. */
    readonly current?: string | undefined
    readonly deployedAt?: number | undefined
    readonly publisher?: string | undefined
    readonly releases: number
    readonly problem?: string | undefined
  }[]
}

/** `GET api/agent?name=` */
export interface AgentDetail {
  /** Folder of the deployment. */
  readonly name: string
  /** Name of the agent. */
  readonly agent?: string | undefined
  readonly current?: string | undefined
  readonly previous?: string | undefined
  readonly releases: readonly {
    readonly digest: string
    readonly isCurrent: boolean
    readonly deployedAt?: number | undefined
    readonly publisher?: string | undefined
    /** Name of the webhook that was run. */
    readonly action?: string | undefined
    /** Repository and hash of the commit it was pulled from. */
    readonly commit?: string | undefined
    readonly files?: number | undefined
    readonly bytes?: number | undefined
    /** Differs from its manifest; `undefined` if nobody looked. */
    readonly isDamaged?: boolean | undefined
  }[]
  /** Of the current release; `undefined` while there is none. */
  readonly policy?: { readonly ok: boolean; readonly findings: readonly Finding[] } | undefined
  readonly runtime?: { readonly ok: boolean; readonly findings: readonly Finding[] } | undefined
  /** Files that differ from the manifest of the current release. */
  readonly problems: readonly Finding[]
  /** Tools that are set to ask a person first but do not; a release does not keep what its tools need to authorize. */
  readonly readiness?: { readonly ok: boolean; readonly findings: readonly Finding[] } | undefined
}

export interface Finding {
  readonly severity: 'error' | 'warning' | 'info'
  /** Rule or code. */
  readonly code: string
  readonly path?: string | undefined
  readonly text: string
}

/** `GET api/agent/diff?name=&from=&to=`: texts with every character visible, secrets hidden. */
export interface AgentDiff {
  /** In a few words, as `Changes: 1 warning, 2 notices`. */
  readonly summary: string
  readonly changes: readonly {
    readonly severity: 'warning' | 'notice' | 'info'
    readonly text: string
    /** Each begins with `+`, `-`, a space, `@@` (where the next lines are) or `\` (a note on the line before). */
    readonly lines: readonly string[]
  }[]
  /** Further changes. */
  readonly omitted: number
}

/** `POST api/agent/rollback {name, to, from?}`, which needs `rollback`. `from`: the current release that was shown. */
export interface RolledBackTo {
  readonly digest: string
  readonly changed: boolean
}

/** Every answer that is no 2xx. */
export interface Problem {
  readonly code: string
  readonly title: string
  /** What to do. */
  readonly detail?: string | undefined
  /** The number that matches now, for `CONSOLE_COUNT_CHANGED`. */
  readonly count?: number | undefined
}
