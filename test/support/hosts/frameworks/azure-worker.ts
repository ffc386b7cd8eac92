import { createRequire, registerHooks } from 'node:module'

/** A function as the library registers it. */
interface Metadata {
  readonly name: string
  /** The trigger comes first. */
  readonly bindings: Readonly<Record<string, object>>
}

type FunctionHandler = (...inputs: unknown[]) => unknown

/** What the library asks of an invocation. */
export interface Invocation {
  readonly invocationId: string
  readonly metadata: Metadata
  readonly log: () => void
  readonly state: undefined
  readonly request: object
}

interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>
  invokeFunction(context: object, inputs: unknown[], handler: FunctionHandler): Promise<unknown>
  getResponse(context: object, result: unknown): Promise<unknown>
}

interface ProgrammingModel {
  getInvocationModel(invocation: Invocation): InvocationModel
  getCapabilities(given: object): Promise<{ readonly HttpUri: string }>
}

/** A function, and what the library says of it. */
export interface RegisteredFunction {
  readonly metadata: Metadata
  readonly handler: FunctionHandler
}

/** What stands for the worker, which Azure's host provides as `@azure/functions-core`. */
export interface Worker {
  readonly functions: ReadonlyMap<string, RegisteredFunction>
  model(): ProgrammingModel
  /** Where the library serves requests of the host's proxy. */
  readonly address: string
}

type Library = typeof import('@azure/functions')

let loaded: { readonly app: Library['app']; readonly worker: Worker } | undefined

/** Loads the library of Azure Functions with a worker. The process has one. */
export async function loadAzure(): Promise<NonNullable<typeof loaded>> {
  if (loaded !== undefined) return loaded
  const functions = new Map<string, RegisteredFunction>()
  let model: ProgrammingModel | undefined
  const core = {
    log() {},
    setProgrammingModel: (given: ProgrammingModel) => (model = given),
    registerFunction: (metadata: Metadata, handler: FunctionHandler) =>
      functions.set(metadata.name, { metadata, handler }),
  }
  const place = Symbol.for('sallyport.test.azure')
  Object.assign(globalThis, { [place]: core })
  const url = 'test:functions-core'
  registerHooks({
    resolve: (name, context, next) =>
      name === '@azure/functions-core' ? { url, format: 'commonjs', shortCircuit: true } : next(name, context),
    load: (name, context, next) =>
      name === url
        ? {
            format: 'commonjs',
            source: `module.exports = globalThis[Symbol.for('sallyport.test.azure')]`,
            shortCircuit: true,
          }
        : next(name, context),
  })
  const { app } = createRequire(import.meta.url)('@azure/functions') as Library
  app.setup({ enableHttpStream: true })
  app.http('first', { handler: () => ({}) })
  const { HttpUri } = await model!.getCapabilities({})
  loaded = { app, worker: { functions, model: () => model!, address: HttpUri } }
  return loaded
}
