import type { Receivers } from '../receivers.ts'
import { serve as express } from './express.ts'
import { serve as fastify } from './fastify.ts'
import { serve as fetch } from './fetch.ts'
import { serve as koa } from './koa.ts'
import type { RunningServer } from './listen.ts'

/** Serves the receivers on a port. */
export type Serve = (receivers: Receivers, port: number) => Promise<RunningServer>

/** The example servers by name. */
export const servers = { express, koa, fastify, fetch } satisfies Record<string, Serve>

export type ServerName = keyof typeof servers

export const serverNames = Object.keys(servers) as readonly ServerName[]
