import type { ComponentType } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useAnswer } from './use-answer.ts'
import type { Overview } from '../src/api.ts'
import { Empty, Failed, Loading } from './parts/states.tsx'
import { Text } from './parts/text.tsx'
import { Toasts } from './parts/toast.tsx'
import { toCount } from './format.ts'
import { isHidden, isLost } from './poll.ts'
import { href, route } from './router.ts'
import type { PageName } from './route.ts'
import { loadSession, session, sessionProblem } from './session.ts'
import { AgentPage } from './pages/agent.tsx'
import { AgentsPage } from './pages/agents.tsx'
import { AuditPage } from './pages/audit.tsx'
import { EventPage } from './pages/event.tsx'
import { EventsPage } from './pages/events.tsx'
import { FailuresPage } from './pages/failures.tsx'
import { OverviewPage } from './pages/overview.tsx'
import { RefusedPage } from './pages/refused.tsx'

const pages: Readonly<Record<PageName, ComponentType>> = {
  overview: OverviewPage,
  events: EventsPage,
  event: EventPage,
  failures: FailuresPage,
  refused: RefusedPage,
  agents: AgentsPage,
  agent: AgentPage,
  audit: AuditPage,
}

export function App() {
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <header class="top">
        <a class="brand" href={href('overview')}>
          Sallyport
        </a>
        {session.value !== undefined && <Navigation />}
        <div class="env">
          {session.value !== undefined && (
            <span class="where">
              <Text
                value={[session.value.title, session.value.store].filter((name) => name !== undefined).join(' · ')}
                most={80}
              />
            </span>
          )}
          <LiveState />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <CurrentPage />
      </main>
      <Toasts />
    </>
  )
}

function CurrentPage() {
  if (sessionProblem.value !== undefined)
    return <Failed problem={sessionProblem.value} onRetry={() => void loadSession()} />
  if (session.value === undefined) return <Loading />
  const { page } = route.value
  if (page === undefined) return <NoPage />
  const Page = pages[page]
  return <Page />
}

function NoPage() {
  return (
    <Empty title="There is no such page">
      <a href={href('overview')}>Go to the overview</a>
    </Empty>
  )
}

/** Pages of the navigation; a page of one thing belongs to the page of its list. */
function Navigation() {
  const { hasAgents } = session.value!
  const dead = useAnswer<Overview>('overview', { span: '1h' }, { everyMs: 15_000 }).data?.dead ?? 0
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    // On a phone the links are wider than the screen.
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [route.value.page])
  const current = { event: 'events', agent: 'agents' }[String(route.value.page)] ?? route.value.page
  const link = (page: PageName, name: string, badge = 0) => (
    <a href={href(page)} aria-current={current === page ? 'page' : undefined}>
      {name}
      {badge > 0 && <b title={`${toCount(badge)} dead`}>{toCount(badge)}</b>}
    </a>
  )
  return (
    <nav aria-label="Main" ref={nav}>
      {link('overview', 'Overview')}
      {link('events', 'Events')}
      {link('failures', 'Failures', dead)}
      {link('refused', 'Refused')}
      {hasAgents && link('agents', 'Agents')}
      {link('audit', 'Audit')}
    </nav>
  )
}

function LiveState() {
  if (isHidden.value) return <span class="live paused">Paused</span>
  if (isLost.value) return <span class="live lost">No answer</span>
  return <span class="live">Live</span>
}
