import type { Changed } from '../api.ts'
import { changeKeys, type Change } from '../change-events.ts'
import { ConsoleError } from '../console-error.ts'
import { withDeadline } from '../deadline.ts'
import { getEvent } from '../store.ts'
import { nameEvent } from './name-event.ts'
import { readKey } from './read-call.ts'
import { audited, needStore, type Route } from './route.ts'

/** Replays or discards one event. */
function createChangeRoute(action: Change): Route {
  return {
    needs: action,
    audit: action,
    async answer(call, parts): Promise<Changed> {
      const store = needStore(parts)
      const key = readKey(call.body['key'])
      const event = await getEvent(store, key)
      const count = await audited(call, parts, { action, what: nameEvent(event) }, async () => {
        const work = (): Promise<number> => changeKeys(store.operations, action, [key])
        const changed = await withDeadline(parts.settings.storeTimeoutMs, work)
        if (changed === 0) throw new ConsoleError('CONSOLE_EVENT_BUSY')
        return changed
      })
      return { count }
    },
  }
}

export const replay = createChangeRoute('replay')
export const discard = createChangeRoute('discard')
