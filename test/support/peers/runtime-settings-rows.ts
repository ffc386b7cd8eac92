import type { RuntimeRow } from './runtime-rows.ts'

const tools = (list: unknown, more: object = {}) => ({ 'tools.json': JSON.stringify({ tools: list, ...more }) })
const server = (mcp_server_url: string) => tools([{ name: 't', mcp_server_url, mcp_server_name: 's' }])
const model = (modelId: unknown) => ({
  'config.json': JSON.stringify({ config: { configurable: { llm_model_config: { modelId } } } }),
})
const agents = (text: string) => ({ 'AGENTS.md': text })

/** Rows about `config.json`, `tools.json`, `AGENTS.md` and names of files. */
export const settingsRows: readonly RuntimeRow[] = [
  { name: 'agent: plain', files: {} },
  { name: 'config: missing', files: { 'config.json': undefined }, exporter: ['CONFIG_MISSING'] },
  { name: 'config: no model', files: { 'config.json': '{"name":"A"}' }, exporter: ['MODEL_MISSING'] },
  {
    name: 'config: model outside of config',
    files: { 'config.json': '{"configurable":{"llm_model_config":{"modelId":"m"}}}' },
    exporter: ['MODEL_MISSING'],
  },
  {
    name: 'config: text on the way',
    files: { 'config.json': '{"config":{"configurable":"x"}}' },
    exporter: ['MODEL_MISSING'],
  },
  { name: 'config: model null', files: model(null), exporter: ['MODEL_NULL'] },
  {
    name: 'config: byte order mark',
    files: { 'config.json': '\ufeff{}' },
    exporter: ['JSON_BYTE_ORDER_MARK', 'MODEL_MISSING'],
  },
  {
    name: 'config: deep',
    files: {
      'config.json': `{"config":{"configurable":{"llm_model_config":{"modelId":"m"}}},"x":${'['.repeat(3_000)}${']'.repeat(3_000)}}`,
    },
    exporter: ['JSON_TOO_DEEP'],
  },
  {
    name: 'config: long number',
    files: {
      'config.json': `{"config":{"configurable":{"llm_model_config":{"modelId":"m"}}},"x":${'1'.repeat(4_301)}}`,
    },
    exporter: ['JSON_NUMBER_TOO_LONG'],
  },
  { name: 'tools: missing', files: { 'tools.json': undefined }, exporter: ['TOOLS_MISSING'] },
  { name: 'tools: null', files: { 'tools.json': '{"tools":null}' }, both: ['TOOLS_LIST_MISSING'] },
  { name: 'tools: no list', files: { 'tools.json': '{}' }, talon: ['TOOLS_LIST_MISSING'] },
  { name: 'tools: byte order mark', files: { 'tools.json': '\ufeff{"tools":[]}' }, both: ['JSON_BYTE_ORDER_MARK'] },
  {
    name: 'tools: null for a subagent',
    files: { 'subagents/w/AGENTS.md': '---\ndescription: Works\n---\nW\n', 'subagents/w/tools.json': '{"tools":null}' },
    ours: 'Works',
    both: ['TOOLS_LIST_MISSING'],
  },
  { name: 'tool: no server', files: tools([{ name: 't' }]), talon: ['TOOL_INCOMPLETE'] },
  {
    name: 'tool: no server name',
    files: tools([{ name: 't', mcp_server_url: 'https://a.example/mcp', mcp_server_name: '' }]),
    talon: ['TOOL_INCOMPLETE'],
  },
  { name: 'server: plain', files: server('https://A.example/mcp/') },
  { name: 'server: localhost', files: server('http://localhost:8084'), both: ['SERVER_LOCAL'] },
  { name: 'server: loopback', files: server('http://127.0.0.1:8084/mcp'), both: ['SERVER_LOCAL'] },
  { name: 'server: IPv6 loopback', files: server('http://[::1]:8084/mcp'), both: ['SERVER_LOCAL'] },
  { name: 'server: query', files: server('https://a.example/mcp?x=1'), talon: ['SERVER_URL_REWRITTEN'] },
  { name: 'server: user', files: server('https://u:p@a.example/mcp'), talon: ['SERVER_URL_REWRITTEN'] },
  { name: 'server: path like a key', files: server('https://a.example/monkey/mcp'), talon: ['SERVER_URL_REWRITTEN'] },
  {
    name: 'server: path behind a marker',
    files: server('https://a.example/Token/x/mcp'),
    talon: ['SERVER_URL_REWRITTEN'],
  },
  { name: 'server: port out of range', files: server('https://a.example:70000/mcp'), talon: ['SERVER_URL_INVALID'] },
  { name: 'server: port that is no number', files: server('https://a.example:x/mcp'), talon: ['SERVER_URL_INVALID'] },
  { name: 'server: open bracket', files: server('https://[a.example/mcp'), talon: ['SERVER_URL_INVALID'] },
  {
    name: 'server: host that normalises',
    files: server('https://a.example\u2100b/mcp'),
    talon: ['SERVER_URL_INVALID'],
  },
  { name: 'prompt: byte order mark', files: agents('\ufeff# Agent\n'), both: ['TEXT_BYTE_ORDER_MARK'] },
  { name: 'prompt: front matter', files: agents('---\nname: x\n---\n# Agent\n') },
  { name: 'file: .env', files: { '.env': 'LANGSMITH_HOST_URL=https://a.example\n' }, exporter: ['ENVIRONMENT_FILE'] },
  {
    name: 'file: folder named as a file',
    files: {
      'subagents/w/AGENTS.md': '---\ndescription: Works\n---\nW\n',
      'subagents/w/tools.json/x.md': 'x',
    },
    ours: 'Works',
    exporter: ['FILE_IS_FOLDER'],
  },
]
