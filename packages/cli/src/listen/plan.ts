import { resolve } from 'node:path'
import { toVisible } from 'sallyport/provider'
import type { Inbox } from 'sallyport/inbox'
import { describeUnsynced } from '../bundle/describe-unsynced.ts'
import type { SallyportConfig } from '../config/config-schema.ts'
import { toJson, toLine, type Output } from '../output.ts'
import type { ReceiverPlan } from './receivers.ts'

/** What to do with events. */
export interface PlanOptions {
  readonly config: SallyportConfig
  readonly inbox: Inbox | undefined
  readonly cwd: string
  /** Folder to deploy Fleet agents to. */
  readonly deploy: string | undefined
  /** Print the data of events. */
  readonly data: boolean | undefined
}

/** Plans what receivers do with events; results are printed. */
export function planEvents(output: Output, { config, inbox, cwd, deploy, data: isShown }: PlanOptions): ReceiverPlan {
  return {
    config,
    inbox,
    labels: new Map(),
    deploy: deploy === undefined ? undefined : resolve(cwd, deploy),
    onEvent({ provider, type, id, data }) {
      if (isShown)
        output.result({ ok: true, kind: 'event', provider, type, id, data }, `          ${toLine(toJson(data))}`)
    },
    onDeployed: ({ name, digest, changed, unsynced }) =>
      output.result(
        { ok: true, kind: 'deployed', name, digest, changed, unsynced },
        `          ${toVisible(name)}: ${digest.slice(0, 12)} ${changed ? 'deployed' : 'was already current'}${describeUnsynced(unsynced)}`,
      ),
    onChecked: ({ name, digest }) =>
      output.result(
        { ok: true, kind: 'checked', name, digest },
        `          ${toVisible(name)}: ${digest.slice(0, 12)} checked; a dry run deploys nothing`,
      ),
  }
}
