import { fleet } from '@sallyport/fleet'
import { signDelivery } from 'sallyport/testing'
import type { FleetBody } from '../../agents/publish.ts'
import { toShortDigest, type DemoDelivery, type DemoGroup } from '../delivery.ts'
import type { AgentVersion } from '../fleet/agent-version.ts'
import { makeHostileArchives } from '../fleet/hostile-archives.ts'
import { fleetSecrets } from '../fleet/settings.ts'
import { readVersions, type AgentVersions } from '../fleet/versions.ts'

/** An agent's life: published, changed, rolled back; and what is turned away on the way. */
export async function fleetGroups(): Promise<DemoGroup[]> {
  const versions = await readVersions()
  return [
    { title: 'LangSmith Fleet: an agent is published', deliveries: published(versions) },
    { title: 'LangSmith Fleet: not to be deployed', deliveries: turnedAway(versions) },
    { title: 'LangSmith Fleet: hostile archives', deliveries: await hostile(versions) },
  ]
}

function published({ first, second }: AgentVersions): DemoDelivery[] {
  const rolledBack = { ...second.body, action: 'Roll back' }
  return [
    make('published for the first time', first.body, deployed('deployed', first)),
    make('… and again, nothing changed', first.body, deployed('unchanged', first)),
    make('a new version, as a dry run', withInput(second.body, { dry_run: true }), deployed('checked', second)),
    make('the new version', second.body, { ...deployed('deployed', second), shows: 'Changes' }),
    make('the webhook "Roll back"', rolledBack, deployed('rolled back', first)),
    make('… and forward again', second.body, deployed('deployed', second)),
    make('for another environment', withInput(second.body, { environment: 'dev' }), deployed('deployed', second)),
    make('with the previous token', second.body, { ...deployed('unchanged', second), secret: fleetSecrets.previous }),
  ]
}

function turnedAway({ second, needy, elsewhere }: AgentVersions): DemoDelivery[] {
  const { body } = second
  const nothingBefore = { ...withInput(body, { environment: 'dev' }), action: 'Roll back' }
  const { publisher: _, ...anonymous } = body
  return [
    make('a tool whose key is not there', needy.body, { ...refusedByHandler('NOT_READY'), shows: 'Tools' }),
    make('tools at a host nobody vouched for', elsewhere.body, { ...refusedByHandler('POLICY'), shows: 'Policy' }),
    make('nothing to roll back to', nothingBefore, refusedByHandler('NO_RELEASE')),
    make('an environment there is not', withInput(body, { environment: 'moon' }), refused('INPUT_INVALID')),
    make('published by nobody', anonymous, refused('PAYLOAD_INVALID')),
    make('a guessed token', body, { ...refused('CREDENTIAL_MISMATCH', 401), secret: 'demo-fleet-guessed' }),
    make('a token long retired', body, { ...refused('CREDENTIAL_MISMATCH', 401), secret: fleetSecrets.retired }),
    make('no token at all', body, { ...refused('CREDENTIAL_MISSING', 401), headers: { authorization: undefined } }),
  ]
}

async function hostile({ second: { bundle, body } }: AgentVersions): Promise<DemoDelivery[]> {
  const archives = await makeHostileArchives(bundle)
  return archives.map(({ name, code, archive }) => {
    const content_base64 = Buffer.from(archive).toString('base64')
    return make(name, { ...body, files: { ...body.files, content_base64 } }, refused(code))
  })
}

type Wish = Pick<DemoDelivery, 'expected' | 'runsHandler' | 'shows'> & {
  readonly secret?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
}

function make(name: string, body: object, wish: Wish): DemoDelivery {
  const { secret = fleetSecrets.current, headers = {}, ...rest } = wish
  const signed = signDelivery(fleet(), { secret, body, headers })
  return { name, path: '/webhooks/fleet', method: 'POST', headers: signed.plainHeaders, body: signed.body, ...rest }
}

function deployed(outcome: string, { bundle }: AgentVersion): Wish {
  return { expected: { status: 200, result: outcome, digest: toShortDigest(bundle.digest) }, runsHandler: true }
}

function refused(result: string, status = 422): Wish {
  return { expected: { status, result }, runsHandler: false }
}

function refusedByHandler(result: string): Wish {
  return { ...refused(result), runsHandler: true }
}

function withInput(body: FleetBody, input: object): FleetBody {
  return { ...body, input: { ...body.input, ...input } }
}
