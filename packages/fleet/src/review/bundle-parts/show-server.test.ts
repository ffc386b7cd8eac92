import { describe, expect, it } from 'vitest'
import { showServer } from './show-server.ts'

describe('showServer', () => {
  it.each([
    ['https://tools.example.com', 'https://tools.example.com'],
    ['https://mcp.example.com/mcp/', 'https://mcp.example.com/mcp/'],
    ['HTTP://MCP.example.com:80/mcp', 'http://mcp.example.com/mcp'],
    ['https://user:pass@mcp.example.com/', 'https://[hidden]@mcp.example.com/'],
    ['https://mcp.example.com/s/gw3BoDH1BuH5PLBNGnsrs7/mcp', 'https://mcp.example.com/s/[hidden]/mcp'],
    ['https://mcp.example.com/?apiKey=abc&x=1#part', 'https://mcp.example.com/?apiKey=[hidden]&x=[hidden]#[hidden]'],
    ['https://mcp.example.com/long-but-readable-path', 'https://mcp.example.com/long-but-readable-path'],
    [`https://mcp.example.com/?${'a&'.repeat(300)}`, 'https://mcp.example.com/?[hidden]'],
    ['no url', 'no url'],
  ])('shows %s as %s', (url, shown) => expect(showServer(url)).toBe(shown))
})
