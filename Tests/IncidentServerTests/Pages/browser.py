"""Drives the pages in a headless Chromium: `browser.py ADDRESS CHROMIUM [FOLDER]`.

`browser.py ADDRESS CHROMIUM --live CAUSE` opens the list of a server that investigates, waits for its first incident and
looks whether that names the cause.

Prints `ok WHAT` or `not ok WHAT: WHY` for each thing. With a folder, it takes a picture of every page instead, in light,
dark and at a phone's width.
"""

import os
import sys
from playwright.sync_api import sync_playwright

address, chromium = sys.argv[1], sys.argv[2]
PAGES = {
    "incidents": "/incidents", "incident": "/incidents/INC-1", "running": "/incidents/INC-2",
    "waiting": "/incidents/INC-3", "abstained": "/incidents/INC-4", "hostile": "/incidents/INC-5", "alerts": "/alerts",
    "alert": "/alerts/00000000000000a3", "services": "/services", "runbooks": "/runbooks",
    "runbook": "/runbooks/roll-back-release", "replays": "/replays", "replay": "/replays/2026-11-24-2a7e4fc",
    "settings": "/settings", "sign-in": "/sign-in", "not-found": "/incidents/none", "filtered": "/incidents?service=none",
    "empty": "/empty/incidents", "decisions": "/decisions",
}


def check(what, holds, why=""):
    print(f"ok {what}" if holds else f"not ok {what}: {why}", flush=True)


def pictures(browser, folder):
    for name, scheme, width, height in [
        ("light", "light", 1280, 900), ("dark", "dark", 1280, 900), ("phone", "light", 390, 844),
    ]:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": height})
        for page_name, path in PAGES.items():
            page = context.new_page()
            page.goto(address + path)
            page.screenshot(path=f"{folder}/{page_name}-{name}.png", full_page=True)
            page.close()
        context.close()


def watch(page, problems):
    page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: problems.append(str(error)))


def keyboard(page):
    page.goto(address + "/incidents")
    page.keyboard.press("Tab")
    check("starts at the skip link", page.evaluate("document.activeElement.className") == "skip")
    page.keyboard.press("Enter")
    check("skip link leads to the content", page.evaluate("document.activeElement.id") == "content")
    page.locator("#rows a").first.focus()
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    third = page.evaluate("document.activeElement.textContent")
    check("arrows walk the list", first != third and "Checkout" in third, third)
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents/INC-1")
    check("keyboard opens an incident", page.locator("h1").text_content() == "Checkout is slow")


def live(page):
    page.goto(address + "/incidents/INC-2")
    page.wait_for_selector(".connection.on")
    before = page.locator("#entries li").count()
    page.locator("#contents a").last.focus()
    page.request.post(address + "/more")
    page.locator("#entries li").nth(before).wait_for(state="attached")
    check("live entries appear", page.locator("#entries li").count() == before + 4)
    check("news are announced", "entries on the board" in page.locator("#announcer").text_content())
    check("focus is kept", page.evaluate("document.activeElement.getAttribute('href')") == "#board")
    for _ in range(4):
        before = page.locator("#entries li").count()
        page.request.post(address + "/more")
        page.locator("#entries li").nth(before).wait_for(state="attached")
    # What somebody presses is not exchanged before it is released.
    before = page.locator("#entries li").count()
    page.locator("#entries li").first.hover()
    page.mouse.down()
    with page.expect_response(lambda answer: answer.url.endswith("/incidents/INC-2")) as answer:
        page.request.post(address + "/more")
    answer.value.finished()
    check("nothing moves under a pressed button", page.locator("#entries li").count() == before)
    page.mouse.up()
    page.locator("#entries li").nth(before).wait_for(state="attached")
    page.locator("#lead details, #rest details").first.evaluate("part => { part.open = true }")
    opened = page.locator("details[open]").count()
    page.request.post(address + "/more")
    page.wait_for_timeout(1000)
    check("opened details stay open", page.locator("details[open]").count() >= opened > 0)


def without_scripts(browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/incidents/INC-1")
    check("reads without scripts", "payment" in page.locator("#lead").text_content()
          and page.locator("svg.plot").count() > 0 and page.locator("#connection").is_hidden())
    page.goto(address + "/incidents")
    page.locator("#service").fill("no-such-service")
    page.get_by_role("button", name="Filter").click()
    check("filters without scripts", "fits this filter" in page.locator("main").text_content())
    context.close()


def narrow(browser):
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    wide = []
    for path in PAGES.values():
        page.goto(address + path)
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            wide.append(path)
    check("no sideways scrolling at 360", not wide, wide)
    context.close()


def paint(browser):
    """What has to come before the first paint; how long that takes is printed, and asked for on an idle machine only."""
    times = []
    for _ in range(3):
        context = browser.new_context()
        page = context.new_page()
        page.goto(address + "/incidents")
        page.screenshot()
        times.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 1e6"))
        weight = page.evaluate("performance.getEntriesByType('navigation')[0].encodedBodySize")
        blocking = page.evaluate(
            "performance.getEntriesByType('resource').filter(r => r.renderBlockingStatus === 'blocking').length")
        context.close()
    check("little comes before the first paint of 500 incidents", weight < 400_000 and blocking <= 1, (weight, blocking))
    if os.environ.get("TOCSIN_TEST_FIRST_PAINT") == "1":
        check("first paint under a second with 500 incidents", min(times) < 1000, times)
    print(f"first contentful paint {sorted(round(time) for time in times)} ms")


def live_incident(browser, cause):
    page = browser.new_page()
    page.set_default_timeout(120_000)
    problems = []
    watch(page, problems)
    page.goto(address + "/incidents")
    page.locator("#rows a").first.wait_for()
    check("the incident appears in the open list", "CheckoutSlow" in page.locator("#rows").text_content())
    page.locator("#rows a").first.click()
    page.wait_for_url("**/incidents/INC-1")
    page.locator("#lead", has_text=cause).wait_for()
    lead = page.locator("#lead").text_content()
    check("the verdict names the cause", cause in lead, lead)
    page.locator("svg.plot").first.wait_for()
    check("the evidence is drawn", page.locator("svg.plot").count() > 0)
    everything = page.locator("main").text_content()
    check("the evidence says what was measured", "process_cpu_seconds" in everything, everything)
    # The advice comes after the verdict.
    page.locator("#lead", has_text=f"Give {cause} more processor time").wait_for()
    lead = page.locator("#lead").text_content()
    check("something is recommended", "What next" in lead and f"Give {cause} more processor time" in lead, lead)
    check("the alert is listed", "CheckoutSlow" in everything)
    check("no console errors", not problems, problems)


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    if len(sys.argv) > 4:
        live_incident(browser, sys.argv[4])
    elif len(sys.argv) > 3:
        pictures(browser, sys.argv[3])
    else:
        problems = []
        context = browser.new_context()
        page = context.new_page()
        watch(page, problems)
        keyboard(page)
        live(page)
        check("no console errors", not problems, problems)
        context.close()
        without_scripts(browser)
        narrow(browser)
        paint(browser)
    browser.close()
