"""Talks to `tocsin mcp` with the official client of the stateless protocol and prints what came, as one JSON object."""
import asyncio
import json
import sys

from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters


async def main(program, reports):
    server = StdioServerParameters(command=program, args=["mcp", "--reports", reports, "--quiet"])
    async with Client(server, mode=sys.argv[3]) as client:
        tools = await client.list_tools()
        listed = await client.call_tool("list_incidents", {})
        incident = listed.structured_content["incidents"][0]["id"]
        explained = await client.call_tool("explain_incident", {"incident": incident})
        evidence = explained.structured_content["findings"][0]["evidence"][0]["id"]
        shown = await client.call_tool("get_evidence", {"incident": incident, "evidence": evidence})
        wrong = await client.call_tool("get_evidence", {"incident": incident, "evidence": "E9999"})
        try:
            await client.call_tool("no_such_tool", {})
            unknown = None
        except Exception as error:
            unknown = str(error)
        print(json.dumps({
            "version": client.protocol_version,
            "tools": [tool.name for tool in tools.tools],
            "readOnly": all(tool.annotations.read_only_hint for tool in tools.tools),
            "incident": incident,
            "text": explained.content[0].text,
            "digest": shown.structured_content["digest"],
            "wrongIsError": wrong.is_error,
            "unknown": unknown,
        }))


asyncio.run(main(sys.argv[1], sys.argv[2]))
