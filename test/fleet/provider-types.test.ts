import { createReceiver, createReply, RejectError } from 'sallyport'
import { checkToolAuth, fleet, type AgentBundle, type FleetInput, type FleetPublish } from '@sallyport/fleet'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod'

const DeployInput = z.object({ environment: z.enum(['dev', 'prod']), dry_run: z.boolean().default(true) })
const secret = 'of the type test'

describe('fleet', () => {
  // The compiler checks most of this; running it checks that nothing throws.
  it('types the input of an action by its schema', () => {
    const receiver = createReceiver(
      fleet({ header: 'authorization', actions: { 'Deploy to Production': DeployInput } }),
      {
        secret,
      },
    ).on('Deploy to Production', async ({ type, data }) => {
      expectTypeOf(type).toEqualTypeOf<'Deploy to Production'>()
      expectTypeOf(data).toEqualTypeOf<FleetPublish<{ environment: 'dev' | 'prod'; dry_run: boolean }>>()
      expectTypeOf(data.bundle).toEqualTypeOf<AgentBundle>()
      const readiness = await checkToolAuth(data.toolAuth, {
        env: process.env,
        oauth: { google: ['calendar.readonly'] },
      })
      if (!readiness.ready) throw new RejectError(readiness.summary)
      if (!data.input.dry_run) return createReply({ body: { digest: data.bundle.digest } })
      // @ts-expect-error not a member of the schema
      return data.input.notes
    })
    // @ts-expect-error not a declared action
    expect(() => receiver.on('Publish agent', () => {})).toThrow('Publish agent')
  })

  it("types the input as unknown with 'fields' and a list of names", () => {
    createReceiver(fleet({ actions: { Publish: 'fields', Deploy: DeployInput } }), { secret })
      .on('Publish', ({ data }) => expectTypeOf(data.input).toEqualTypeOf<FleetInput>())
      .on('Deploy', ({ data }) => expectTypeOf(data.input.dry_run).toEqualTypeOf<boolean>())
      .onAny((event) => {
        if (event.type === 'Deploy') expectTypeOf(event.data.input.dry_run).toEqualTypeOf<boolean>()
      })
    const listed = createReceiver(fleet({ actions: ['Publish', 'Deploy'] }), { secret })
    listed.on('Publish', ({ data }) => expectTypeOf(data.input).toEqualTypeOf<FleetInput>())
    // @ts-expect-error not in the list
    expect(() => listed.on('publish', () => {})).toThrow('publish')
  })

  it('has one event type without actions', () => {
    const receiver = createReceiver(fleet(), { secret }).on('*', ({ type, data }) => {
      expectTypeOf(type).toEqualTypeOf<'*'>()
      expectTypeOf(data).toEqualTypeOf<FleetPublish>()
    })
    // @ts-expect-error the name is in data.action
    expect(() => receiver.on('Publish', () => {})).toThrow('Publish')
    createReceiver(fleet({ actions: { Deploy: DeployInput, '*': 'fields' } }), { secret })
      .on('*', ({ data }) => expectTypeOf(data.input).toEqualTypeOf<FleetInput>())
      .on('Deploy', ({ data }) => expectTypeOf(data.input.dry_run).toEqualTypeOf<boolean>())
  })
})
