"""Talks to `tocsin mcp` with the official client of the handshake protocol and prints what came, as one JSON object."""
import asyncio
import json
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main(program, reports):
    server = StdioServerParameters(command=program, args=["mcp", "--reports", reports, "--quiet"])
    async with stdio_client(server) as (read, write):
        async with ClientSession(read, write) as session:
            greeting = await session.initialize()
            await session.send_ping()
            tools = await session.list_tools()
            listed = await session.call_tool("list_incidents", {})
            incident = listed.structuredContent["incidents"][0]["id"]
            explained = await session.call_tool("explain_incident", {"incident": incident})
            evidence = explained.structuredContent["findings"][0]["evidence"][0]["id"]
            shown = await session.call_tool("get_evidence", {"incident": incident, "evidence": evidence})
            wrong = await session.call_tool("get_evidence", {"incident": incident, "evidence": "E9999"})
            try:
                unknown = (await session.call_tool("no_such_tool", {})).content[0].text
            except Exception as error:
                unknown = str(error)
            print(json.dumps({
                "version": greeting.protocolVersion,
                "tools": [tool.name for tool in tools.tools],
                "readOnly": all(tool.annotations.readOnlyHint for tool in tools.tools),
                "incident": incident,
                "text": explained.content[0].text,
                "digest": shown.structuredContent["digest"],
                "wrongIsError": wrong.isError,
                "unknown": unknown,
            }))


asyncio.run(main(sys.argv[1], sys.argv[2]))
