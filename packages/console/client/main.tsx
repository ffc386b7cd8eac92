import './style/index.css'
import './style/agents.css'
import './style/events.css'
import { render } from 'preact'
import { App } from './app.tsx'
import { startRouter } from './router.ts'
import { loadSession } from './session.ts'

startRouter()
void loadSession()
render(<App />, document.body)
