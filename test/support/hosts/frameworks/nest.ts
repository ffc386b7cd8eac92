import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { HostBehaviour, MountReceiver } from '@sallyport/contracts'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { webhook } from 'sallyport/express'
import { listen, prefix, route } from '../../adapters/listen.ts'
import { readFirst } from '../../adapters/read-first.ts'
import { stalledMs } from './stalled.ts'
import { installFolder } from '../install-host.ts'

type Decorator = (...place: unknown[]) => void

interface Nest {
  readonly common: Readonly<
    Record<
      'All' | 'Body' | 'Controller' | 'HttpCode' | 'Module' | 'Next' | 'Post' | 'Req' | 'Res',
      (given?: string | number) => Decorator
    >
  >
  readonly core: {
    readonly NestFactory: { create(module: object, options: object): Promise<Application> }
  }
}

interface Application {
  use(...handlers: unknown[]): void
  init(): Promise<unknown>
  getHttpServer(): Server
}

/** Where a receiver stands in Nest: before its parser, as documents say, or in a controller, which runs after it. */
export type NestPlace = 'middleware' | 'controller'

/** Mounts a receiver in a Nest application that keeps the bytes of bodies. */
export function mountNest(place: NestPlace): MountReceiver {
  return async (receiver, { before }) => {
    const nest = await loadNest()
    const handle = webhook(receiver)
    const isController = place === 'controller' || before === 'json-parser' || before.endsWith('bytes')
    const module = makeModule(nest, isController ? handle : undefined)
    const app = await nest.core.NestFactory.create(module, { rawBody: before !== 'json-parser', logger: false })
    if (before === 'raw-text') app.use(keepText(before))
    if (!isController) app.use(prefix + route, handle)
    await app.init()
    return listen(app.getHttpServer().setTimeout(stalledMs))
  }
}

// Nest itself keeps no text.
function keepText(before: HostBehaviour): RequestHandler {
  return async (request, _response, next) => {
    await readFirst(request, before)
    next()
  }
}

async function loadNest(): Promise<Nest> {
  const load = createRequire(join(await installFolder('nest'), 'package.json'))
  load('reflect-metadata')
  return { common: load('@nestjs/common') as Nest['common'], core: load('@nestjs/core') as Nest['core'] }
}

/** What decorators do. */
function makeModule({ common }: Nest, handle: RequestHandler | undefined): object {
  class Sibling {
    post(body: unknown): unknown {
      return body
    }
  }
  class Hook {
    receive(request: Request, response: Response, next: NextFunction): unknown {
      return handle!(request, response, next)
    }
  }
  const { All, Body, Controller, HttpCode, Module, Next, Post, Req, Res } = common
  const describe = (kind: { prototype: object }, method: string, decorators: Decorator[]): void => {
    for (const decorate of decorators) {
      decorate(kind.prototype, method, Object.getOwnPropertyDescriptor(kind.prototype, method))
    }
    Controller()(kind)
  }
  Body()(Sibling.prototype, 'post', 0)
  describe(Sibling, 'post', [Post('sibling'), HttpCode(200)])
  for (const [index, parameter] of [Req(), Res(), Next()].entries()) parameter(Hook.prototype, 'receive', index)
  describe(Hook, 'receive', [All(prefix + route)])
  function AppModule(): void {}
  Module({ controllers: handle === undefined ? [Sibling] : [Sibling, Hook] } as never)(AppModule)
  return AppModule
}
