import { Fragment } from 'preact'
import { Dialog } from './dialog.tsx'

const keys = [
  ['/', 'Search'],
  ['j', 'Next event'],
  ['k', 'Event before'],
  ['Enter', 'Open the event'],
  ['x', 'Select the event'],
  ['r', 'Replay: the selected events, or the one that is open'],
  ['Esc', 'Close the event, or clear the selection'],
  ['?', 'This list'],
] as const

/** The keys of the page Events. */
export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="facts keys">
        {keys.map(([key, does]) => (
          <Fragment key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </Fragment>
        ))}
      </dl>
      <div class="acts">
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  )
}
