import type { RefusedList } from '../../src/api.ts'
import { toCount } from '../format.ts'
import { Code } from '../parts/code.tsx'
import { Text } from '../parts/text.tsx'
import { href, route } from '../router.ts'
import { toCodes } from './to-codes.ts'

/** Each code with what to do, and whom it met. */
export function Codes({ list }: { readonly list: RefusedList }) {
  const { query } = route.value
  return (
    <>
      {toCodes(list).map(({ code, count, title, fix, providers }) => (
        <article key={code} class="group">
          <div>
            <h2>
              <Code value={code} />
            </h2>
            {title !== undefined && (
              <p>
                <Text value={title} />
              </p>
            )}
            {fix !== undefined && (
              <p class="fix">
                <b>What to do:</b> <Text value={fix} most={1_000} />
              </p>
            )}
          </div>
          <div class="acts">
            {providers.map((one) => (
              <a key={one.provider} class="tag warn" href={href('refused', { ...query, code, provider: one.provider })}>
                {toCount(one.count)} <Text value={one.provider} most={40} />
              </a>
            ))}
            {providers.length > 1 && <b class="num">{toCount(count)}</b>}
          </div>
        </article>
      ))}
    </>
  )
}
