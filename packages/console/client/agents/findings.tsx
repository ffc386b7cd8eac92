import type { Finding } from '../../src/api.ts'
import { Tag, type Tone } from '../parts/tag.tsx'
import { Text } from '../parts/text.tsx'

const tones: Readonly<Record<Finding['severity'], Tone>> = { error: 'bad', warning: 'warn', info: 'info' }

/** Findings of a check, each with its place and rule. */
export function Findings({ findings, label }: { readonly findings: readonly Finding[]; readonly label: string }) {
  return (
    <ul class="findings" aria-label={label} tabIndex={0}>
      {findings.map(({ severity, code, path, text }, index) => (
        <li key={index}>
          <Tag tone={tones[severity]}>{severity}</Tag>
          <div>
            {path !== undefined && (
              <span class="mono">
                <Text value={path} />{' '}
              </span>
            )}
            <Text value={text} most={1_000} />
            <span class="dim mono"> {code}</span>
          </div>
        </li>
      ))}
    </ul>
  )
}
